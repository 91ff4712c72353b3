/** `WATERMARK time DELAY OF INTERVAL …` behind a relation of FROM, before its alias: the event time of a stream in SQL text. */
import { analysisError } from '../errors/spark-error.ts'
import type { Expression } from '../expressions/expression.ts'
import { nameOf } from '../expressions/name.ts'
import type { SqlReader } from './reader.ts'

export interface WatermarkClause { readonly time: Expression; readonly delay: string }

/** The clause, null where none stands: `watermark` alone is a name like any other. Throws REQUIRES_EXPLICIT_NAME_IN_WATERMARK_CLAUSE for a computed time without a name. */
export function watermarkClause(r: SqlReader): WatermarkClause | null {
  const { tokens } = r
  if (!tokens.isWord('watermark') || !(tokens.isSymbol('(', 1) || r.beginsName(1))) return null
  tokens.skip(1)
  const time = r.grammar.expression()
  const name = tokens.word('as') || (tokens.isName() && !(tokens.isWord('delay') && tokens.isWord('of', 1))) ? tokens.name() : null
  if (!r.words('delay', 'of')) throw tokens.unexpected(' DELAY OF is expected here: WATERMARK time DELAY OF INTERVAL 10 MINUTES.')
  if (!tokens.isWord('interval')) throw tokens.unexpected(' INTERVAL is expected here: DELAY OF INTERVAL 10 MINUTES.')
  const delay = r.grammar.value()
  if (delay.kind !== 'literal') throw tokens.unexpected(' The delay is one interval, such as INTERVAL 10 MINUTES.')
  if (name === null && time.kind !== 'unresolved-attribute') throw analysisError('REQUIRES_EXPLICIT_NAME_IN_WATERMARK_CLAUSE', { sqlExpr: `"${nameOf(time)}"` })
  return { time: name === null ? time : { kind: 'unresolved-alias', child: time, names: [name] }, delay: delay.type.kind === 'yearmonthinterval' ? `${String(delay.value)} months` : `${String(delay.value)} microseconds` }
}
