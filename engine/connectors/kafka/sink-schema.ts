/** Owns the rules of the Kafka sink's columns: which there may be and of what types. Spark says so when the first batch runs, we when the query starts. */
import { analysisError } from '../../errors/spark-error.ts'
import { sameType, simpleString, sqlName, type DataType, type StructTypeShape } from '../../types/data-type.ts'
import type { OptionsReader } from '../options.ts'
import { headersType } from './rows.ts'
import { checkNames, kafkaConnection } from './source-options.ts'

/** Where each column is, −1 for one that is not there. The option beats the column `topic`. */
export interface SinkColumns { readonly value: number; readonly key: number; readonly topic: number; readonly headers: number; readonly partition: number; readonly topicOption: string | null }

/** Reads the sink's options and finds its columns. Throws MICROLOTE_KAFKA_SINK_SCHEMA and the errors of options. */
export function sinkColumns(schema: StructTypeShape, options: OptionsReader): SinkColumns {
  const topicOption = options.text('topic')?.trim() ?? null
  checkNames(options)
  // A reader's options do no harm, so that one set of options can serve both.
  options.refuseUnknown(['path', 'includeHeaders', 'checkpointLocation'])
  kafkaConnection(options, () => '')
  if (topicOption === '') throw options.invalid('topic', 'it is empty')
  const refuse = (reason: string): Error => analysisError('MICROLOTE_KAFKA_SINK_SCHEMA', { reason })
  const find = (name: string, fits: (t: DataType) => boolean, wanted: string): number => {
    const i = schema.fields.findIndex(f => f.name.toLowerCase() === name)
    if (i < 0 || fits(schema.fields[i]!.dataType)) return i
    throw refuse(`${name} is ${sqlName(schema.fields[i]!.dataType)}, but must be ${wanted}; cast it, or make a text of it with to_json`)
  }
  const text = (t: DataType): boolean => t.kind === 'string' || t.kind === 'binary'
  const value = find('value', text, 'STRING or BINARY')
  if (value < 0) throw refuse('there is no column value. Make one, for instance with selectExpr("to_json(struct(*)) AS value")')
  const topic = find('topic', t => t.kind === 'string', 'STRING')
  if (topic < 0 && topicOption === null) throw refuse('nothing says where to write. Give the option topic, or a column topic')
  const found = { value, key: find('key', text, 'STRING or BINARY'), topic, headers: find('headers', t => sameType(t, headersType), simpleString(headersType).toUpperCase()), partition: find('partition', t => t.kind === 'int', 'INT'), topicOption }
  return found
}
