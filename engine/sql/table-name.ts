/** The name of a table as a statement has it. */
import { analysisError } from '../errors/spark-error.ts'
import type { SqlReader } from './reader.ts'

/** A table's name: `t`, `default.t`. */
export function tableName(r: SqlReader): string {
  const { tokens } = r, parts = [tokens.name()]
  while (tokens.symbol('.')) {
    const t = tokens.peek()
    if (t.kind === 'name' && /[/:]/.test(t.text)) throw analysisError('MICROLOTE_NOT_SUPPORTED', { feature: `Writing to ${parts[0]}.\`${t.text}\` by SQL`, advice: `Use df.write.format("${parts[0]}").save(path), or DeltaTable.forPath for Delta.` })
    parts.push(tokens.name())
  }
  return parts.join('.')
}
