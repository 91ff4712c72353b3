/** The format jdbc: batch reads and writes of PostgreSQL. Beyond Spark: `upsertKeys` with `onConflict`, and Delta's `txnAppId` with `txnVersion` for batches that are to be written once. */
import { analysisError } from '../../errors/spark-error.ts'
import type { Connector } from '../connector.ts'
import { refuseSchema } from '../fixed-schema.ts'
import type { OptionsReader } from '../options.ts'
import { idleOptions, jdbcPartitioning, jdbcTarget } from './jdbc-options.ts'
import { readTable, tableSchema } from './read-table.ts'
import { PostgresSessions } from './sessions.ts'
import { writeJdbc, type TableWrite } from './write-table.ts'

const rowsPerFetch = 8192

/** `name CHAR(64), total NUMERIC(20,2)` by name; commas in brackets belong to the type. */
function columnTypes(options: OptionsReader): Map<string, string> {
  const text = options.text('createTableColumnTypes'), found = new Map<string, string>()
  for (const part of (text ?? '').split(/,(?![^(]*\))/)) {
    if (part.trim() === '') continue
    const m = /^\s*(?:`([^`]+)`|"([^"]+)"|(\w+))\s*:?\s+(.+?)\s*$/s.exec(part)
    if (m === null) throw options.invalid('createTableColumnTypes', 'write names and types, as in name VARCHAR(64), total NUMERIC(20,2)')
    found.set((m[1] ?? m[2] ?? m[3])!.toLowerCase(), m[4]!.replace(/^string$/i, 'TEXT').replace(/^binary$/i, 'BYTEA').replace(/^double$/i, 'FLOAT8').replace(/^tinyint$/i, 'SMALLINT'))
  }
  return found
}

function writeMode(mode: string): TableWrite['mode'] {
  const how = mode.toLowerCase()
  if (how === 'append' || how === 'overwrite' || how === 'ignore') return how
  if (['error', 'errorifexists', 'default'].includes(how)) return 'error'
  throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: `the mode ${mode} does not exist`, advice: 'Use append, overwrite, ignore or error.' })
}

export const jdbcConnector: Connector = {
  name: 'jdbc',
  batchSource: {
    schema(given, options) {
      refuseSchema('jdbc', given)
      const target = jdbcTarget(options, false)
      jdbcPartitioning(options)
      options.refuseUnknown(idleOptions)
      return tableSchema(target, options)
    },
    async *read(schema, options, _paths, columns, context, predicates = []) {
      const fetchSize = options.integer('fetchsize', 0) ?? 0
      yield* readTable({
        target: jdbcTarget(options, false), schema, columns, partitioning: jdbcPartitioning(options), predicates: options.boolean('pushDownPredicate', true) ? predicates : [],
        fetchSize: fetchSize === 0 ? rowsPerFetch : fetchSize, timeZone: context.timeZone,
      }, options)
    },
  },
  batchSink: {
    async write(batches, schema, mode, options, _path, context) {
      const target = jdbcTarget(options, true), types = columnTypes(options)
      options.integer('batchsize', 1)
      const keys = (options.text('upsertKeys') ?? '').split(',').map(k => k.trim()).filter(k => k !== ''), onConflict = options.choice('onConflict', ['update', 'nothing'] as const, 'update')
      const job = options.text('txnAppId'), id = options.integer('txnVersion', 0)
      options.refuseUnknown(idleOptions)
      const strange = [...types.keys()].find(name => !schema.fields.some(f => f.name.toLowerCase() === name))
      if (strange !== undefined) throw options.invalid('createTableColumnTypes', `there is no column ${strange}; the columns are ${schema.fields.map(f => f.name).join(', ')}`)
      if ((job === null) !== (id === null)) throw analysisError('MICROLOTE_OPTION_MISSING', { format: 'jdbc', option: job === null ? 'txnAppId' : 'txnVersion', advice: 'A write that is to be done once needs both.' })
      const missing = keys.find(k => !schema.fields.some(f => f.name === k))
      if (missing !== undefined) throw options.invalid('upsertKeys', `there is no column ${missing}; the columns are ${schema.fields.map(f => f.name).join(', ')}`)
      await writeJdbc(batches, schema, { target, mode: writeMode(mode), truncate: options.boolean('truncate', false), cascade: options.boolean('cascadeTruncate', false), types, tableOptions: options.text('createTableOptions') ?? '', keys, onConflict, batch: job === null ? null : { job, id: id! }, sessions: context.lifetime?.keep('jdbc', () => new PostgresSessions()) ?? null })
    },
  },
}
