/** Starts a streaming query: every refusal comes from here, before anything runs. */
import { checkOptimized } from '../analyzer/checks/check-optimized.ts'
import { chainsOperators } from '../analyzer/checks/check-watermarks.ts'
import { checkStreaming } from '../analyzer/checks/check-streaming.ts'
import { OptionsReader } from '../connectors/options.ts'
import { findConnector } from '../connectors/registry.ts'
import type { Connector, SinkHandles } from '../connectors/connector.ts'
import { readQueryMetadata, writeQueryMetadata } from '../checkpoint/query-metadata.ts'
import { analysisError } from '../errors/spark-error.ts'
import { BatchInspector } from '../execution/inspect-batch.ts'
import { MicroBatchExecution } from '../execution/micro-batch.ts'
import type { SourceBinding } from '../execution/settings.ts'
import { isoMs } from '../execution/progress.ts'
import { explainExec } from '../operators/operator.ts'
import { optimize } from '../optimizer/optimize.ts'
import { replaceTime } from '../optimizer/replace-time.ts'
import type { StreamRead } from '../plan/logical-plan.ts'
import type { ResolvedPlan } from '../plan/resolved-plan.ts'
import type { OutputMode, WriteStream } from '../plan/write-stream.ts'
import { planQuery, type PhysicalPlan } from '../planner/plan-query.ts'
import { stateTables } from '../state/providers.ts'
import { joinPath } from '../storage/files.ts'
import { shortLived } from '../storage/short-lived-files.ts'
import { structField, structType } from '../types/data-type.ts'
import { ActiveQuery } from './active-query.ts'
import { withoutAsyncProgress } from './async-progress.ts'
import type { LocalBackend } from './backend.ts'
import { checkpointConfs, checkStoredConf, durationConfMs } from './confs.ts'
import { leafBatches, wantedColumns } from './run-batch.ts'

export async function startStream(backend: LocalBackend, query: WriteStream): Promise<ActiveQuery> {
  // Confs are frozen now: a query keeps those it was started with.
  const confs = backend.confs.snapshot()
  const conf = (key: string): string | null => confs[key] ?? null
  const resolved = backend.analyzerFor(conf).resolve(query.plan)
  const mode = query.outputMode as OutputMode
  const connector = findConnector(query.format)
  const side = connector.streamSink
  if (side === undefined) throw analysisError('MICROLOTE_SINK_NOT_SUPPORTED', { provider: query.format, writer: 'writeStream', advice: 'Use console, memory, kafka, json, noop, foreach or foreachBatch.' })
  const { checkpointLocation: given, ...writerOptions } = lowerKey(query.options, 'checkpointLocation')
  checkPartitionColumns(query, resolved, connector)
  if (!side.modes.includes(mode)) throw analysisError('STREAMING_OUTPUT_MODE.UNSUPPORTED_DATASOURCE', { className: connector.name, outputMode: mode, advice: `It takes ${side.modes.join(', ')}.` })
  if (conf('spark.sql.streaming.unsupportedOperationCheck') !== 'false') checkStreaming(resolved, mode, conf)
  const plan = optimize(resolved)
  const chained = chainsOperators(conf)
  checkOptimized(plan, mode, chained)
  if (connector.name === 'memory' && query.queryName === null) throw analysisError('MICROLOTE_QUERY_NAME_MISSING')
  const warn = (message: string): void => console.warn(`[${query.queryName ?? 'query'}] ${message}`)
  const sinkOptions = withoutAsyncProgress({ format: query.format, trigger: query.trigger, stateful: () => planQuery(plan, mode, chained).stateful.length > 0 }, writerOptions, warn)
  side.destination?.(new OptionsReader(query.format, sinkOptions), query.path)
  const taken = query.queryName !== null && [...backend.queries].find(q => q.name === query.queryName)
  const checkpoint = checkpointOf(query, given, conf, side.temporaryCheckpoint, connector.name)
  if (taken && taken.isActive()) throw analysisError('MICROLOTE_QUERY_NAME_TAKEN', { name: query.queryName! })
  const { clock } = backend, files = checkpoint.temporary ? shortLived(backend.files, checkpoint.dir) : backend.files
  if (!checkpoint.temporary) await stopRunOnSameCheckpoint(backend, checkpoint.dir, warn)
  await files.mkdirs(checkpoint.dir)
  const lock = await files.tryLock(joinPath(checkpoint.dir, '.lock'))
  if (!lock.held) throw analysisError('MICROLOTE_CHECKPOINT_LOCKED', { location: checkpoint.dir, owner: lock.owner })
  try {
    const known = await readQueryMetadata(files, checkpoint.dir)
    const id = known?.id ?? globalThis.crypto.randomUUID()
    if (known === null) await writeQueryMetadata(files, checkpoint.dir, { id })
    if (connector.name === 'memory' && mode !== 'complete' && known !== null && (await files.list(joinPath(checkpoint.dir, 'offsets'))).some(f => /^\d+$/.test(f.name))) {
      throw analysisError('MICROLOTE_MEMORY_SINK_NO_RECOVERY', { location: checkpoint.dir, outputMode: mode })
    }
    const schema = structType(resolved.output.map(a => structField(a.name, a.type, a.nullable, a.metadata)))
    let lastPlan = ''
    const runId = globalThis.crypto.randomUUID()
    const inspector = conf('spark.microlote.inspect.enabled') === 'true' ? new BatchInspector({ batches: Number(conf('spark.microlote.inspect.batches')), rows: Number(conf('spark.microlote.inspect.rows')) }) : null
    const active = new ActiveQuery({
      id, runId, name: query.queryName, trigger: query.trigger, clock, bus: backend.bus, warn, inspector,
      keepProgress: Number(conf('spark.sql.streaming.numRecentProgressUpdates')), pollingDelayMs: durationConfMs(conf('spark.sql.streaming.pollingDelay')!), stopTimeoutMs: durationConfMs(conf('spark.sql.streaming.stopTimeout')!),
      explain: () => lastPlan,
      released: async clean => {
        backend.queries.delete(active)
        activeCheckpoints.delete(checkpointKey(backend, checkpoint.dir))
        await lock.release()
        if (checkpoint.temporary && clean) await files.delete(checkpoint.dir, true)
      },
    })
    const handles: SinkHandles = { foreach: query.foreach, foreachBatch: query.foreachBatch, tables: backend.tables }
    const sink = await side.open(new OptionsReader(query.format, sinkOptions), query.path, { schema, outputMode: mode, queryId: id, queryName: query.queryName, files, clock, timeZone: conf('spark.sql.session.timeZone')!, conf, warn, handles, partitionBy: query.partitionBy, signal: active.signal })
    const physical = (batchTimestampMs: number): PhysicalPlan => {
      return planQuery(replaceTime(plan, batchTimestampMs, conf('spark.sql.session.timeZone')!), mode, chained)
    }
    const first = physical(0)
    if (first.stateful.length > 0) stateTables(conf('spark.sql.streaming.stateStore.providerClass')!, 1)
    lastPlan = `== Physical Plan ==\n${explainExec(first.root)}\n`
    const sources = await openSources(backend, first, checkpoint.dir, conf, warn, active.signal)
    const context = { files, clock, timeZone: conf('spark.sql.session.timeZone')!, conf }
    const execution = new MicroBatchExecution({
      id, runId, name: query.queryName, checkpointDir: checkpoint.dir, plan: physical, sources, staticLeaf: leaf => leafBatches(first.leaves[leaf]!, context), sink, trigger: query.trigger,
      files, clock, signal: active.signal, confs, frozenConfs: checkpointConfs, checkStoredConf, idleReportMs: durationConfMs(conf('spark.sql.streaming.noDataProgressEventInterval')!), warn, inspector,
      status: (m, d, t) => active.setStatus(m, d, t), progressed: (p, e) => active.addProgress(p, e),
    })
    backend.queries.add(active)
    activeCheckpoints.set(checkpointKey(backend, checkpoint.dir), active)
    backend.bus.now('onQueryStarted', { id, runId, name: query.queryName, timestamp: isoMs(clock.nowMs()) })
    active.run(execution)
    return active
  } catch (e) {
    await lock.release()
    throw e
  }
}

// One run a checkpoint: a second start stops the first, as Spark's stopActiveRunOnRestart does.
const activeCheckpoints = new Map<string, ActiveQuery>()
const backendNumbers = new WeakMap<object, number>()
let backendCount = 0
function checkpointKey(backend: LocalBackend, dir: string): string {
  let n = backendNumbers.get(backend.files)
  if (n === undefined) backendNumbers.set(backend.files, n = ++backendCount)
  return `${n}:${dir}`
}

async function stopRunOnSameCheckpoint(backend: LocalBackend, dir: string, warn: (m: string) => void): Promise<void> {
  const other = activeCheckpoints.get(checkpointKey(backend, dir))
  if (other === undefined || !other.isActive()) return
  if (backend.getConf('spark.sql.streaming.stopActiveRunOnRestart') === 'false') throw analysisError('MICROLOTE_CHECKPOINT_LOCKED', { location: dir, owner: `the query ${other.name ?? other.id} of this session` })
  warn(`a run of this checkpoint was active and is stopped: ${dir}`)
  await other.stop()
}

async function openSources(backend: LocalBackend, plan: PhysicalPlan, checkpointDir: string, conf: (key: string) => string | null, warn: (m: string) => void, signal: AbortSignal): Promise<SourceBinding[]> {
  const nodes: { readonly node: StreamRead; readonly leaves: Map<number, readonly number[]>; leaf: Extract<ResolvedPlan, { kind: 'stream-read' }> }[] = []
  plan.leaves.forEach((leaf, i) => {
    if (leaf.kind !== 'stream-read') return
    let found = nodes.find(n => n.node === leaf.source)
    if (found === undefined) nodes.push(found = { node: leaf.source, leaves: new Map(), leaf })
    // One that has the hidden column of files, too, gives all that the others want.
    if (leaf.schema.fields.length > found.leaf.schema.fields.length) found.leaf = leaf
    found.leaves.set(i, wantedColumns(leaf.schema.fields.map(f => f.name), leaf.output.map(a => a.name)))
  })
  const open: SourceBinding[] = []
  for (const [i, { node, leaves, leaf }] of nodes.entries()) {
    const side = findConnector(node.format).streamSource!
    const source = await side.open(leaf.schema, new OptionsReader(node.format, node.options), node.path, node.handle, {
      clock: backend.clock, files: backend.files, checkpointDir: joinPath(checkpointDir, 'sources', String(i)), timeZone: conf('spark.sql.session.timeZone')!, conf, warn, signal,
    })
    open.push({ source, leaves })
  }
  return open
}

function lowerKey(options: Readonly<Record<string, string>>, name: string): Record<string, string> & { checkpointLocation?: string } {
  return Object.fromEntries(Object.entries(options).map(([k, v]) => [k.toLowerCase() === name.toLowerCase() ? name : k, v]))
}

function checkpointOf(query: WriteStream, given: string | undefined, conf: (key: string) => string | null, temporaryAllowed: boolean, sink: string): { dir: string; temporary: boolean } {
  if (given !== undefined) return { dir: given, temporary: false }
  const root = conf('spark.sql.streaming.checkpointLocation')
  if (root !== null) return { dir: joinPath(root, query.queryName ?? globalThis.crypto.randomUUID()), temporary: false }
  if (!temporaryAllowed) throw analysisError('MICROLOTE_CHECKPOINT_LOCATION_MISSING', { sink })
  return { dir: joinPath(conf('spark.local.dir') ?? temporaryRoot(), `temporary-${globalThis.crypto.randomUUID()}`), temporary: true }
}

const temporaryRoot = (): string => (globalThis.process?.env?.['TMPDIR'] ?? '/tmp').replace(/\/$/, '')

function checkPartitionColumns(query: WriteStream, plan: ResolvedPlan, sink: Connector): void {
  if (query.partitionBy.length === 0) return
  if (sink.streamSink?.partitions !== true) throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: `the sink ${sink.name} has no partitions`, advice: 'Leave out partitionBy().' })
  for (const column of query.partitionBy) {
    if (!plan.output.some(a => a.name.toLowerCase() === column.toLowerCase())) throw analysisError('MICROLOTE_PARTITION_COLUMN_MISSING', { column, columns: plan.output.map(a => a.name).join(', ') })
  }
}
