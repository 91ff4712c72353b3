/** Owns the reading of `sasl.jaas.config`, the one line of Java configuration in which Spark users keep their Kafka login. */
import { KafkaTransportError } from './transport.ts'

export interface JaasLogin { readonly module: string; readonly username: string; readonly password: string }

const OPTION = 'kafka.sasl.jaas.config'

function refuse(what: string): KafkaTransportError {
  return new KafkaTransportError('OPTION_REFUSED', `Option ${OPTION} ${what}. Write: org.apache.kafka.common.security.plain.PlainLoginModule required username="…" password="…"; (or …scram.ScramLoginModule).`, { option: OPTION })
}

/**
 * The login module, user and password of one JAAS entry. The text itself never appears in an error, for it holds a password.
 *
 *     parseJaas('a.b.PlainLoginModule required username="ana" password="s3";') // { module: 'PlainLoginModule', username: 'ana', password: 's3' }
 */
export function parseJaas(text: string): JaasLogin {
  const head = /^\s*([\w.$]+)\s+(?:required|requisite|sufficient|optional)\b/i.exec(text)
  if (head === null) throw refuse('does not begin with a login module and the word "required"')
  const values = new Map<string, string>()
  const pair = /\s*([\w.]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^\s;"']+))/gy
  let at = head[0].length
  for (;;) {
    pair.lastIndex = at
    const m = pair.exec(text)
    if (m === null) break
    values.set(m[1]!, (m[2] ?? m[3] ?? m[4] ?? '').replace(/\\(.)/g, '$1'))
    at = pair.lastIndex
  }
  if (!/^\s*;?\s*$/.test(text.slice(at))) throw refuse(`cannot be read after character ${at}`)
  const username = values.get('username')
  const password = values.get('password')
  if (username === undefined || password === undefined) throw refuse('must give both username and password')
  return { module: head[1]!.slice(head[1]!.lastIndexOf('.') + 1), username, password }
}
