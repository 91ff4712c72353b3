/** variant_explode and variant_explode_outer: a row for each element or field of a VARIANT. They stand in FROM alone, so no expression can call them by the names they have here. */
import { intType, stringType, variantType } from '../types/data-type.ts'
import { kindAt, nameAt, nameIdAt, valueStart, withNamesOf } from '../types/variant/layout.ts'
import { children } from '../types/variant/text.ts'
import { expectArity, type FunctionDefinition, type FunctionFamily } from './define.ts'
import { variantArg } from './variant-arg.ts'

function explode(name: string, outer: boolean): FunctionDefinition {
  return {
    bind(c) {
      expectArity({ ...c, name }, 1)
      return {
        kind: 'generator', name, args: [variantArg({ ...c, sql: c.sql.replace(c.name, name) }, 0)], type: variantType, nullable: true, outer,
        columns: [{ name: 'pos', type: intType, nullable: outer }, { name: 'key', type: stringType, nullable: true }, { name: 'value', type: variantType, nullable: outer }],
        generate: (b: Uint8Array | null) => (b === null ? [] : parts(b)),
      }
    },
  }
}

function parts(b: Uint8Array): unknown[][] {
  const v = valueStart(b, 0), kind = kindAt(b, v)
  if (kind === 'object') return children(b, v, (at, i) => [i, nameAt(b, 0, nameIdAt(b, v, i)), withNamesOf(b, 0, at)])
  return kind === 'array' ? children(b, v, (at, i) => [i, null, withNamesOf(b, 0, at)]) : []
}

/** How a function of FROM is found in the registry. */
export const explodeName = (name: string): string => (name.startsWith('variant_explode') ? name.replaceAll('_', ' ') : name)
/** Whether a function of this name is one of FROM alone. */
export const standsInFrom = (name: string): boolean => /^variant_explode(?:_outer)?$/i.test(name)
export const variantExplodes: FunctionFamily = { 'variant explode': explode('variant_explode', false), 'variant explode outer': explode('variant_explode_outer', true) }
