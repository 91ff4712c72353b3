/** Runs the SQL statements that are no queries. Those that write are under way when spark.sql returns: awaiting its result waits for them. */
import { changeTable } from '../api/change-table.ts'
import { DataFrame } from '../api/dataframe.ts'
import { batchOfRows } from '../columns/rows.ts'
import { analysisError } from '../errors/spark-error.ts'
import type { Backend } from '../plan/backend.ts'
import { quotedTable } from '../plan/saved-table.ts'
import type { Statement } from '../sql/statement.ts'
import { parseSchema } from '../types/ddl.ts'
import { simpleString, structType } from '../types/data-type.ts'
import { showRows } from './show.ts'

type Command = Exclude<Statement, { kind: 'query' | 'create-view' | 'drop-view' }>

const rows = (backend: Backend, schema: string, list: readonly (readonly unknown[])[]): DataFrame => {
  const shape = schema === '' ? structType([]) : parseSchema(schema)
  return new DataFrame({ kind: 'local-data', schema: shape, batches: [batchOfRows(shape, list)] }, backend)
}
const missing = (name: string): Error => analysisError('TABLE_OR_VIEW_NOT_FOUND', { relationName: quotedTable(name) })

/** `setConf`: sets a conf as spark.conf does. */
export function runCommand(backend: Backend, s: Command, setConf: (key: string, value: string) => void): DataFrame {
  switch (s.kind) {
    case 'show': return showRows(backend, s)
    case 'describe': return rows(backend, 'col_name STRING NOT NULL, data_type STRING NOT NULL, comment STRING', backend.schemaOf({ kind: 'table', name: s.name }).fields.map(f => [f.name, simpleString(f.dataType), null]))
    case 'set':
      if (s.value !== null) setConf(s.key, s.value)
      return rows(backend, 'key STRING NOT NULL, value STRING NOT NULL', [[s.key, s.value ?? backend.getConf(s.key) ?? '<undefined>']])
    case 'drop-table':
      if (backend.savedTable(s.name) === null && !s.ifExists) throw missing(s.name)
      return later(backend, backend.dropTable(s.name))
    case 'create-table': {
      backend.schemaOf(s.plan)
      const write = { plan: s.plan, format: s.format, mode: s.replace ? 'overwrite' : s.ifNotExists ? 'ignore' : 'error', options: {}, path: s.path, partitionBy: s.partitionBy, table: s.name, how: 'save' as const }
      return later(backend, backend.saveTable(write))
    }
    case 'change': return later(backend, changeTable(backend, s.table, s.change).then(r => new DataFrame({ kind: 'local-data', schema: r.schema, batches: r.batches }, backend)))
    case 'insert': {
      if (backend.savedTable(s.name) === null) throw missing(s.name)
      backend.schemaOf(s.plan)
      return later(backend, backend.saveTable({ plan: s.plan, format: '', mode: s.overwrite ? 'overwrite' : 'append', options: {}, path: null, partitionBy: [], table: s.name, how: s.byName && !s.overwrite ? 'save' : 'insert' }))
    }
  }
}

// An empty DataFrame that can be awaited: then it is one that cannot. Whoever asks it for its rows waits too.
function later(backend: Backend, work: Promise<unknown>): DataFrame {
  const df = rows(backend, '', []), done = work.then(r => (r instanceof DataFrame ? r : rows(backend, '', [])))
  const waiting = { collect: () => done.then(d => d.collect()), count: () => done.then(d => d.count()), show: (...how: Parameters<DataFrame['show']>) => done.then(d => d.show(...how)) }
  return Object.assign(df, waiting, { then: (ok: (df: DataFrame) => unknown, failed?: (e: unknown) => unknown): Promise<unknown> => done.then(ok, failed) })
}
