/** The backend that is this engine: analysis, optimization, planning and execution in one process. */
import { chainsOperators } from '../analyzer/checks/check-watermarks.ts'
import { Analyzer, type BatchSource } from '../analyzer/analyze.ts'
import type { BatchContext } from '../connectors/connector.ts'
import { fileUri, type FoundFile } from '../connectors/file/paths.ts'
import { OptionsReader } from '../connectors/options.ts'
import { findConnector } from '../connectors/registry.ts'
import { analysisError } from '../errors/spark-error.ts'
import { parseExpression } from '../expressions/parser.ts'
import type { QueryText } from '../expressions/query-text.ts'
import type { UserFunction } from '../expressions/user-function.ts'
import { systemClock, type Clock } from '../observe/clock.ts'
import { ListenerBus, type StreamingQueryListener } from '../observe/listener.ts'
import { explainExec } from '../operators/operator.ts'
import { optimize } from '../optimizer/optimize.ts'
import type { Backend, BatchWrite, QueryResult, RunningQuery } from '../plan/backend.ts'
import type { DeltaCommand } from '../plan/delta-command.ts'
import { lifetimeOf } from '../plan/lifetime.ts'
import type { BatchRead, LogicalPlan } from '../plan/logical-plan.ts'
import { printLogical, printResolved } from '../plan/print.ts'
import { resolvedInputs, type ResolvedPlan } from '../plan/resolved-plan.ts'
import { streamOfTable, type SavedTable, type TableWrite, type WriteTo } from '../plan/saved-table.ts'
import type { WriteStream } from '../plan/write-stream.ts'
import { planQuery } from '../planner/plan-query.ts'
import { parseQueryText } from '../sql/parse-statement.ts'
import type { Files } from '../storage/files.ts'
import { FilesByScheme } from '../storage/files-by-scheme.ts'
import { structField, structType, type StructTypeShape } from '../types/data-type.ts'
import type { ActiveQuery } from './active-query.ts'
import { LocalCatalog } from './catalog.ts'
import { Confs } from './confs.ts'
import { deltaCommand, rowCondition } from './delta-commands.ts'
import { runBatchPlan } from './run-batch.ts'
import { dropTable, SavedTables, saveTable, streamIntoTable } from './saved-tables.ts'
import { startStream } from './start-stream.ts'
import { LocalTables } from './tables.ts'
import { writeTo } from './write-to.ts'

export interface LocalSettings { readonly confs?: Readonly<Record<string, string>>; readonly files?: Files; readonly clock?: Clock; readonly saved?: SavedTables }

export class LocalBackend implements Backend {
  readonly eager = true
  readonly confs: Confs
  readonly files: Files
  readonly clock: Clock
  readonly tables: LocalTables
  readonly bus = new ListenerBus()
  readonly queries = new Set<ActiveQuery>()
  readonly #inferred = new WeakMap<BatchRead, BatchSource>()
  readonly saved: SavedTables
  readonly #initial: Readonly<Record<string, string>>
  readonly #givenFiles: Files | undefined
  #analyzer: Analyzer

  constructor(settings: LocalSettings = {}) {
    this.confs = new Confs(settings.confs)
    this.#initial = settings.confs ?? {}
    this.#givenFiles = settings.files
    this.saved = settings.saved ?? new SavedTables()
    this.files = settings.files ?? new FilesByScheme({ conf: key => this.confs.get(key) })
    this.clock = settings.clock ?? systemClock
    this.tables = new LocalTables({ files: this.files, clock: this.clock }, this.saved)
    this.#analyzer = this.analyzerFor(key => this.confs.get(key))
  }

  /** An analyzer that sees these confs. */
  analyzerFor(conf: (key: string) => string | null): Analyzer { return new Analyzer(new LocalCatalog(conf, this.tables, this.#inferred)) }
  analyze(plan: LogicalPlan): ResolvedPlan { return this.#analyzer.resolve(plan) }

  /** What connectors may ask while they run. */
  context(): BatchContext { return { files: this.files, clock: this.clock, timeZone: this.getConf('spark.sql.session.timeZone')!, conf: key => this.confs.get(key), condition: (text, schema) => rowCondition(this, parseExpression(text), text, schema) } }

  schemaOf(plan: LogicalPlan): StructTypeShape {
    return structType(this.analyze(plan).output.map(a => structField(a.name, a.type, a.nullable, a.metadata)))
  }

  async collect(plan: LogicalPlan): Promise<QueryResult> {
    const schema = this.schemaOf(plan)
    const batches = []
    for await (const b of runBatchPlan(this.analyze(plan), this.context())) batches.push(b)
    return { schema, batches }
  }

  async inputFiles(plan: LogicalPlan): Promise<string[]> {
    const found: string[] = [], visit = (p: ResolvedPlan): void => {
      if (p.kind === 'batch-read') {
        if (!Array.isArray(p.held)) throw analysisError('MICROLOTE_NOT_SUPPORTED', { feature: `inputFiles() of the format ${p.format}`, advice: 'It knows files of json, csv, text and parquet on a local disk.' })
        found.push(...(p.held as FoundFile[]).map(f => fileUri(f.path)))
      }
      resolvedInputs(p).forEach(visit)
    }
    visit(this.analyze(plan))
    return [...new Set(found)]
  }

  async write(w: BatchWrite): Promise<void> {
    const connector = findConnector(w.format)
    if (connector.batchSink === undefined) throw analysisError('MICROLOTE_SINK_NOT_SUPPORTED', { provider: w.format, writer: 'write', advice: connector.streamSink === undefined ? 'It can only be read.' : 'Use writeStream.' })
    if (w.partitionBy.length > 0 && connector.batchSink.partitions !== true) throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: `the sink ${w.format} has no partitions`, advice: 'Leave out partitionBy().' })
    await connector.batchSink.write(runBatchPlan(this.analyze(w.plan), this.context()), this.schemaOf(w.plan), w.mode, new OptionsReader(w.format, w.options), w.path, { ...this.context(), lifetime: lifetimeOf(w.plan) }, w.partitionBy)
  }

  delta(command: DeltaCommand): Promise<QueryResult> { return deltaCommand(this, command) }

  async startStream(query: WriteStream): Promise<RunningQuery> {
    if (query.table === null) return startStream(this, query)
    const into = streamIntoTable(this, query)
    const running = await startStream(this, into.query)
    this.saved.put(into.table)
    return running
  }

  saveTable(write: TableWrite): Promise<void> { return saveTable(this, write) }
  writeTo(write: WriteTo): Promise<void> { return writeTo(this, write) }
  savedTable(name: string): SavedTable | null { return this.saved.find(name) }
  dropTable(name: string): Promise<boolean> { return dropTable(this, name) }
  newSession(): LocalBackend { return new LocalBackend({ confs: this.#initial, clock: this.clock, saved: this.saved, ...(this.#givenFiles === undefined ? {} : { files: this.#givenFiles }) }) }
  allConfs(): Readonly<Record<string, string>> { return this.confs.snapshot() }

  explain(plan: LogicalPlan, extended: boolean): string {
    const resolved = this.analyze(plan)
    const physical = `== Physical Plan ==\n${explainExec(planQuery(optimize(resolved), resolved.streaming ? 'update' : null, chainsOperators(k => this.confs.get(k))).root)}\n`
    return extended ? `== Parsed Logical Plan ==\n${printLogical(plan)}\n\n== Analyzed Logical Plan ==\n${printResolved(resolved)}\n\n== Optimized Logical Plan ==\n${printResolved(optimize(resolved))}\n\n${physical}` : physical
  }

  activeQueries(): readonly RunningQuery[] { return [...this.queries] }
  addListener(listener: StreamingQueryListener): void { this.bus.add(listener) }
  removeListener(listener: StreamingQueryListener): void { this.bus.remove(listener) }
  createTempView(name: string, plan: LogicalPlan, replace: boolean): void { this.tables.createView(name, plan, replace) }
  dropTempView(name: string): boolean { return this.tables.dropView(name) }
  viewPlan(name: string): LogicalPlan | null { return this.tables.view(name) }
  readQuery(query: QueryText): LogicalPlan { return parseQueryText(query, name => this.viewPlan(name), name => streamOfTable(this.savedTable(name))) }
  registerFunction(name: string, f: UserFunction): void { this.tables.registerFunction(name, f) }
  registeredFunctions(): readonly string[] { return this.tables.registeredFunctions() }
  tableNames(): readonly string[] { return this.tables.names() }
  getConf(key: string): string | null { return this.confs.get(key) }
  // Resolved plans hold what the confs said when they were made, so a change of confs begins anew.
  setConf(key: string, value: string): void { this.confs.set(key, value); this.#analyzer = this.analyzerFor(k => this.confs.get(k)) }
  unsetConf(key: string): void { this.confs.unset(key); this.#analyzer = this.analyzerFor(k => this.confs.get(k)) }
  async stop(): Promise<void> { await Promise.all([...this.queries].map(q => q.stop())); await this.bus.drained() }
}
