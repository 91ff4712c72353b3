/** Answers what analysis asks of the outside, from connectors, temporary views and memory tables; frozen confs for a running query. */
import type { BatchSource, Catalog } from '../analyzer/analyze.ts'
import { OptionsReader } from '../connectors/options.ts'
import { findConnector } from '../connectors/registry.ts'
import type { BatchContext } from '../connectors/connector.ts'
import { analysisError } from '../errors/spark-error.ts'
import type { UserFunction } from '../expressions/user-function.ts'
import type { BatchRead, LogicalPlan, StreamRead } from '../plan/logical-plan.ts'
import type { StructTypeShape } from '../types/data-type.ts'
import type { LocalTables } from './tables.ts'

export class LocalCatalog implements Catalog {
  readonly #conf: (key: string) => string | null
  readonly #tables: LocalTables
  readonly #inferred: WeakMap<BatchRead, BatchSource>

  constructor(conf: (key: string) => string | null, tables: LocalTables, inferred: WeakMap<BatchRead, BatchSource>) {
    this.#conf = conf
    this.#tables = tables
    this.#inferred = inferred
  }

  get ansi(): boolean { return this.#conf('spark.sql.ansi.enabled') !== 'false' }
  get timeZone(): string { return this.#conf('spark.sql.session.timeZone') ?? 'UTC' }
  conf(key: string): string | null { return this.#conf(key) }
  userFunction(name: string): UserFunction | null { return this.#tables.userFunction(name) }

  streamSchema(read: StreamRead): StructTypeShape {
    const connector = findConnector(read.format)
    if (connector.streamSource === undefined) throw analysisError('MICROLOTE_SOURCE_NOT_STREAMING', { provider: read.format, reader: 'readStream', advice: connector.batchSource === undefined ? 'It can only be written to.' : 'Read it with spark.read.' })
    return connector.streamSource.schema(read.schema, new OptionsReader(read.format, read.options), read.path, read.handle, this.#inferContext())
  }

  batchSource(read: BatchRead): BatchSource {
    const known = this.#inferred.get(read)
    if (known !== undefined) return known
    const connector = findConnector(read.format)
    if (connector.batchSource === undefined) throw analysisError('MICROLOTE_SOURCE_NOT_STREAMING', { provider: read.format, reader: 'read', advice: connector.streamSource === undefined ? 'It can only be written to.' : 'Read it with spark.readStream.' })
    const schema = connector.batchSource.schema(read.schema, new OptionsReader(read.format, read.options), read.paths, this.#inferContext())
    if (schema instanceof Promise) throw analysisError('MICROLOTE_SCHEMA_REQUIRED', { format: read.format })
    const source = { schema, held: connector.batchSource.hold?.(new OptionsReader(read.format, read.options), read.paths, this.#inferContext()) ?? null }
    this.#inferred.set(read, source)
    return source
  }

  #inferContext(): BatchContext { return { ...this.#tables.surroundings, timeZone: this.timeZone, conf: this.#conf } }

  table(name: string): LogicalPlan { return this.#tables.find(name) }
}
