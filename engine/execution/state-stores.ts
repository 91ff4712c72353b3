/** Opens the state stores of a query's operators, a store a partition, and takes them from version to version with the batches. */
import type { Clock } from '../observe/clock.ts'
import type { Bare, StateOperatorProgress } from '../observe/progress.ts'
import type { OperatorMetrics } from '../operators/operator.ts'
import type { StatefulOperator } from '../planner/plan-query.ts'
import { executionError, internalError } from '../errors/spark-error.ts'
import { checkStateSchema, hasStateSchema, listOperatorMetadata, writeOperatorMetadata, type OperatorMetadata } from '../state/schema-check.ts'
import { commitStores, commitStoresAhead } from '../state/commit-stores.ts'
import { memoryProvider, stateTables } from '../state/providers.ts'
import { combineMetrics } from '../state/state-metrics.ts'
import { beginStateStore, openStateStore } from '../state/open-store.ts'
import type { StateStore } from '../state/state-store.ts'
import type { WriteAheadLog } from '../state/store-options.ts'
import { storeDir } from '../state/state-folder.ts'
import type { Files } from '../storage/files.ts'
import type { QueryConfs } from './query-confs.ts'

export interface StateConfs {
  readonly partitions: number; readonly minDeltasForSnapshot: number; readonly minBatchesToRetain: number
  /** `spark.sql.streaming.stateStore.providerClass`; in memory when there is none. */
  readonly providerClass?: string
  /** `spark.sql.streaming.stateStore.rocksdb.blockCacheSizeMB`: what a store on disk has in memory. */
  readonly cacheMb?: number
  /** Hears of a schema that does not fit the checkpoint's when the check is off; null when that is an error. */
  readonly schemaWarning: ((message: string) => void) | null
}

/** What the query's confs say of its stores; `warn` hears of a schema that does not fit when the check of schemas is off. */
export function stateConfs(confs: QueryConfs, warn: (message: string) => void): StateConfs {
  return {
    partitions: Number(confs.get('spark.sql.shuffle.partitions')),
    minDeltasForSnapshot: confs.number('spark.sql.streaming.stateStore.minDeltasForSnapshot', '10'),
    minBatchesToRetain: confs.number('spark.sql.streaming.minBatchesToRetain', '100'),
    providerClass: confs.get('spark.sql.streaming.stateStore.providerClass'), cacheMb: confs.number('spark.sql.streaming.stateStore.rocksdb.blockCacheSizeMB', '8'),
    schemaWarning: confs.get('spark.sql.streaming.stateStore.stateSchemaCheck') === 'false' ? warn : null,
  }
}

const operatorText = (list: readonly OperatorMetadata[]): string => `[${list.map(o => o.operatorInfo).sort((a, b) => a.operatorId - b.operatorId).map(o => `${o.operatorId}: ${o.operatorName}`).join(', ')}]`

export class StateStores {
  readonly #files: Files
  readonly #clock: Clock
  readonly #root: string
  readonly #operators: readonly StatefulOperator[]
  readonly #confs: StateConfs
  readonly #log: WriteAheadLog
  // By `operator/store`.
  readonly #open = new Map<string, StateStore[]>()

  constructor(files: Files, clock: Clock, root: string, operators: readonly StatefulOperator[], confs: StateConfs, log: WriteAheadLog) {
    this.#files = files
    this.#clock = clock
    this.#root = root
    this.#operators = operators
    this.#confs = confs
    this.#log = log
  }

  /** Checks the state that is there against the query, once before the first batch of a run, which begins at `version`. */
  async check(version: number): Promise<void> {
    const known = await listOperatorMetadata(this.#files, this.#root)
    const wanted = [...this.#operators].reverse().map((o): OperatorMetadata => ({ operatorInfo: { operatorId: o.id, operatorName: o.name }, stateStoreInfo: o.stores.map(s => ({ storeName: s.name, numColsPrefixKey: s.numColsPrefixKey ?? 0, numPartitions: this.#partitionsOf(o) })) }))
    if (known.length > 0 && operatorText(known) !== operatorText(wanted)) throw executionError('STREAMING_STATEFUL_OPERATOR_NOT_MATCH_IN_STATE_METADATA', { OpsInMetadataSeq: operatorText(known), OpsInCurBatchSeq: operatorText(wanted) })
    if (known.length === 0 && wanted.length > 0 && version > 0 && (await this.#files.list(this.#root)).length === 0) throw executionError('STREAMING_STATEFUL_OPERATOR_MISSING_STATE_DIRECTORY', { checkpointLocation: this.#root.replace(/\/state$/, '') })
    if (known.length === 0) for (const o of wanted) await writeOperatorMetadata(this.#files, this.#root, o)
    if (known.length > 0) for (const o of this.#operators) await this.#changeStores(o, version)
    for (const o of this.#operators) for (const s of o.stores) await checkStateSchema({ files: this.#files, root: this.#root, operatorId: o.id, storeName: s.name, keySchema: s.keySchema, valueSchema: s.valueSchema }, this.#confs.schemaWarning)
  }

  // A processor may gain and drop variables from run to run: a new one begins empty at the version the others are at, one that is dropped loses its folder.
  async #changeStores(o: StatefulOperator, version: number): Promise<void> {
    const partitions = Array.from({ length: this.#partitionsOf(o) }, (_, p) => p)
    for (const { name, ...change } of o.excludedStores ?? []) if (await hasStateSchema(this.#files, this.#root, o.id, name)) throw executionError('STATE_STORE_INVALID_CONFIG_AFTER_RESTART', change)
    for (const name of o.droppedStores ?? []) await Promise.all(partitions.map(p => this.#files.delete(storeDir(this.#root, o.id, p, name), true)))
    for (const s of o.stores) {
      if (version === 0 || s.name === 'default' || await hasStateSchema(this.#files, this.#root, o.id, s.name)) continue
      await Promise.all(partitions.map(p => beginStateStore(this.#files, this.#root, o.id, p, s.name, version)))
    }
  }

  /** The stores of an operator, one a partition, as batch `version` finds them. */
  async stores(operatorId: number, storeName: string, version: number): Promise<readonly StateStore[]> {
    const place = `${operatorId}/${storeName}`
    const known = this.#open.get(place)
    if (known !== undefined) return known
    const operator = this.#operators.find(o => o.id === operatorId)
    const shape = operator?.stores.find(s => s.name === storeName)
    if (operator === undefined || shape === undefined) throw internalError(`no state store ${place}`)
    const opened = await Promise.all(Array.from({ length: this.#partitionsOf(operator) }, (_, partition) => openStateStore({
      files: this.#files, clock: this.#clock, root: this.#root, operatorId, partition, storeName, version, keySchema: shape.keySchema, valueSchema: shape.valueSchema,
      minDeltasForSnapshot: this.#confs.minDeltasForSnapshot, minBatchesToRetain: this.#confs.minBatchesToRetain, newTable: stateTables(this.#confs.providerClass ?? memoryProvider, this.#confs.cacheMb ?? 8), log: this.#log,
    })))
    this.#open.set(place, opened)
    return opened
  }

  /** The stores of an operator that are open, none before its first batch. */
  opened(operatorId: number, storeName: string): readonly StateStore[] { return this.#open.get(`${operatorId}/${storeName}`) ?? [] }

  #partitionsOf(o: StatefulOperator): number { return o.singlePartition ? 1 : this.#confs.partitions }

  /**
   * Makes the batch's state durable: every store writes version + 1. With `ahead` the stores go on to it at once where they can, and `durable` is kept later; without, it is
   * kept when this returns.
   */
  async commit(version: number, ahead: boolean): Promise<{ readonly durable: Promise<void> }> {
    for (const o of this.#operators) for (const s of o.stores) await this.stores(o.id, s.name, version)
    const stores = [...this.#open.values()].flat()
    if (ahead) return commitStoresAhead(stores, this.#clock)
    await commitStores(stores, this.#clock)
    return { durable: Promise.resolve() }
  }

  /** Forgets what the failed batch has put. */
  abort(): void { for (const s of [...this.#open.values()].flat()) s.abort() }

  async close(): Promise<void> {
    await Promise.all([...this.#open.values()].flat().map(s => s.close()))
    this.#open.clear()
  }

  /** What progress shows of the operators, sink side first. */
  progress(reports: ReadonlyMap<number, OperatorMetrics>): Bare<StateOperatorProgress>[] {
    return this.#operators.map(o => {
      const metrics = o.stores.flatMap(s => (this.#open.get(`${o.id}/${s.name}`) ?? []).map(store => { const m = store.takeMetrics(); return s.isIndex === true ? { ...m, numRowsTotal: 0 } : m }))
      const runs = o.countedTwice === true && this.#confs.partitions > 1 ? 2 : 1
      const combined = combineMetrics(o.name, this.#partitionsOf(o), metrics), base = { ...combined, numRowsTotal: runs * combined.numRowsTotal }
      const r = reports.get(o.id)
      if (r === undefined) return { ...base, numRowsUpdated: 0, numRowsRemoved: 0 }
      const { numRowsUpdated, numRowsRemoved, numRowsDroppedByWatermark, allUpdatesTimeMs, allRemovalsTimeMs, customMetrics } = r
      const custom = customMetrics === undefined ? base.customMetrics : Object.fromEntries(Object.entries({ ...base.customMetrics, ...customMetrics }).sort(([a], [b]) => (a < b ? -1 : 1)))
      return { ...base, numRowsTotal: r.numRowsTotal ?? base.numRowsTotal, numRowsUpdated: runs * numRowsUpdated, numRowsRemoved: runs * numRowsRemoved, numRowsDroppedByWatermark: runs * numRowsDroppedByWatermark, allUpdatesTimeMs: Math.round(allUpdatesTimeMs + base.allUpdatesTimeMs), allRemovalsTimeMs: Math.round(allRemovalsTimeMs), ...(custom === undefined ? {} : { customMetrics: custom }) }
    })
  }
}
