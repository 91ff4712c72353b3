/** Names of who runs the session and of what: current_user, version, current_path, collation. */
import { userInfo } from 'node:os'
import { stringType } from '../types/data-type.ts'
import { expectArity, literal, plainArgs, unexpectedType, type FunctionDefinition, type FunctionFamily } from './define.ts'

/** The version of Spark whose behaviour this is. */
export const sparkVersion = '4.3.0'

const named = (value: () => string): FunctionDefinition => ({ bind(c) { expectArity(c, 0); return literal(value(), stringType) } })

// As Spark: SPARK_USER where it is set, else the user of the process; a process may run as a number that has no name.
function userName(): string {
  const given = process.env['SPARK_USER']
  if (given !== undefined && given !== '') return given
  try { return userInfo().username } catch { return String(process.getuid?.() ?? '') }
}

const user = named(userName)

/** How texts compare: there is one way, by their bytes. */
const collation: FunctionDefinition = {
  bind(c) {
    expectArity(c, 1)
    const a = plainArgs(c)[0]!
    if (a.type.kind !== 'string' && a.type.kind !== 'void') throw unexpectedType(c, 1, '"STRING"', a)
    return literal('SYSTEM.BUILTIN.UTF8_BINARY', stringType)
  },
}

export const sessionNameFunctions: FunctionFamily = {
  collation, current_user: user, user, session_user: user,
  // Where Spark has the revision it was built from stands who answers.
  version: named(() => `${sparkVersion} microlote`),
  current_path: named(() => 'system.builtin,system.session,spark_catalog.default'),
}
