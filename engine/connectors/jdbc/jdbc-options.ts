/** Options of the format jdbc, under Spark's names, and its URLs. */
import { analysisError } from '../../errors/spark-error.ts'
import type { OptionsReader } from '../options.ts'
import type { PostgresSettings } from './client.ts'

/** What reading and writing share. */
export interface JdbcTarget {
  readonly settings: PostgresSettings
  /** A table's name or a query in brackets, as it stands after FROM; the user's text. */
  readonly dbtable: string
  readonly sessionInit: string | null
}

/**
 * The settings of `jdbc:postgresql://host:port/database?user=…&password=…&ssl=true` (also without `jdbc:`, and with `user:password@`).
 * Throws MICROLOTE_OPTION_INVALID; other databases are refused by name.
 */
export function jdbcSettings(options: OptionsReader): PostgresSettings {
  const url = options.required('url', 'Write for example jdbc:postgresql://localhost:5432/base.')
  const shown = url.replace(/(password=|:\/\/[^:@/]*:)[^&@]*/gi, '$1***')
  const bad = (reason: string): never => { throw analysisError('MICROLOTE_OPTION_INVALID', { option: 'url', format: 'jdbc', value: JSON.stringify(shown), reason }) }
  const other = /^jdbc:(?!postgres(?:ql)?:)(\w+):/.exec(url)
  if (other !== null) return bad(`only PostgreSQL is connected here, not ${other[1]}; write jdbc:postgresql://host:port/database`)
  const text = url.replace(/^jdbc:/, '')
  if (!/^postgres(ql)?:\/\//.test(text) || !URL.canParse(text)) return bad('write jdbc:postgresql://host:port/database')
  const u = new URL(text), query = new Map([...u.searchParams].map(([k, v]): [string, string] => [k.toLowerCase(), v]))
  const named = (option: string, inUrl: string): string | undefined => options.text(option) ?? query.get(option) ?? (inUrl === '' ? undefined : decodeURIComponent(inUrl))
  const driver = options.text('driver')
  if (driver !== null && driver !== 'org.postgresql.Driver') throw options.invalid('driver', 'the driver of PostgreSQL is org.postgresql.Driver; it can be left out')
  const timeout = options.integer('loginTimeout', 1) ?? (query.has('logintimeout') ? Number(query.get('logintimeout')) : null)
  const user = named('user', u.username), password = named('password', u.password)
  return {
    host: u.hostname.replace(/^\[|\]$/g, '') || 'localhost', port: u.port === '' ? 5432 : Number(u.port), database: decodeURIComponent(u.pathname.slice(1)) || user || 'postgres',
    ...(user === undefined ? {} : { user }), ...(password === undefined ? {} : { password }), ssl: query.get('ssl') === 'true' || query.get('sslmode') === 'require', ...(timeout === null ? {} : { loginTimeoutS: timeout }),
  }
}

/** URL, login, and the table or query. Throws when there is none, or both. */
export function jdbcTarget(options: OptionsReader, writes: boolean): JdbcTarget {
  const settings = jdbcSettings(options), dbtable = options.text('dbtable'), query = writes ? null : options.text('query')
  if (dbtable !== null && query !== null) throw analysisError('MICROLOTE_OPTIONS_EXCLUSIVE', { options: 'dbtable, query', format: 'jdbc' })
  if (dbtable === null && query === null) throw analysisError('MICROLOTE_OPTION_MISSING', { format: 'jdbc', option: writes ? 'dbtable' : 'dbtable or query', advice: 'Name the table.' })
  return { settings, dbtable: dbtable ?? `(${query!.trim().replace(/;$/, '')}) AS spark_gen_subq`, sessionInit: options.text('sessionInitStatement') }
}

/** How a table is divided between reads: Spark's four options, all or none. */
export interface JdbcPartitioning { readonly column: string; readonly lower: string; readonly upper: string; readonly count: number }

export function jdbcPartitioning(options: OptionsReader): JdbcPartitioning | null {
  const column = options.text('partitionColumn'), lower = options.text('lowerBound'), upper = options.text('upperBound'), count = options.integer('numPartitions', 1)
  if (column === null) {
    if (lower !== null || upper !== null) throw analysisError('MICROLOTE_OPTION_MISSING', { format: 'jdbc', option: 'partitionColumn', advice: 'The bounds are of that column; lowerBound and upperBound say nothing without it.' })
    return null
  }
  for (const [name, value] of [['lowerBound', lower], ['upperBound', upper], ['numPartitions', count]] as const) if (value === null) throw analysisError('MICROLOTE_OPTION_MISSING', { format: 'jdbc', option: name, advice: 'partitionColumn needs lowerBound, upperBound and numPartitions.' })
  return { column, lower: lower!, upper: upper!, count: count! }
}

/** Options of Spark that mean nothing to this engine's single process; known so that a program from a cluster runs. */
export const idleOptions = ['isolationLevel', 'queryTimeout', 'pushDownPredicate', 'pushDownAggregate', 'pushDownLimit', 'pushDownOffset', 'pushDownTableSample', 'fetchsize', 'batchsize', 'keytab', 'principal', 'refreshKrb5Config', 'connectionProvider', 'cascadeTruncate', 'prepareQuery', 'hint', 'preferTimestampNTZ', 'customSchema', 'numPartitions', 'truncate', 'createTableOptions', 'createTableColumnTypes', 'dbtable', 'query', 'partitionColumn', 'lowerBound', 'upperBound']
