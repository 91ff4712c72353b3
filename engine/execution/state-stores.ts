/** Opens the state stores of a query's operators, a store a partition, and takes them from version to version with the batches. */
import type { Clock } from '../observe/clock.ts'
import type { StateOperatorProgress } from '../observe/progress.ts'
import type { OperatorMetrics } from '../operators/operator.ts'
import type { StatefulOperator } from '../planner/plan-query.ts'
import { executionError } from '../errors/spark-error.ts'
import { checkStateSchema, listOperatorMetadata, writeOperatorMetadata, type OperatorMetadata } from '../state/schema-check.ts'
import { combineMetrics } from '../state/state-metrics.ts'
import { openStateStore, type StateStore } from '../state/state-store.ts'
import type { Files } from '../storage/files.ts'

export interface StateConfs { readonly partitions: number; readonly minDeltasForSnapshot: number; readonly minBatchesToRetain: number }

const operatorText = (list: readonly OperatorMetadata[]): string => `[${list.map(o => o.operatorInfo).sort((a, b) => a.operatorId - b.operatorId).map(o => `${o.operatorId}: ${o.operatorName}`).join(', ')}]`

export class StateStores {
  readonly #files: Files
  readonly #clock: Clock
  readonly #root: string
  readonly #operators: readonly StatefulOperator[]
  readonly #confs: StateConfs
  readonly #open = new Map<number, StateStore[]>()

  constructor(files: Files, clock: Clock, root: string, operators: readonly StatefulOperator[], confs: StateConfs) {
    this.#files = files
    this.#clock = clock
    this.#root = root
    this.#operators = operators
    this.#confs = confs
  }

  /** Checks the state that is there against the query, once before the first batch of a run. */
  async check(): Promise<void> {
    const known = await listOperatorMetadata(this.#files, this.#root)
    const wanted = this.#operators.map((o): OperatorMetadata => ({ operatorInfo: { operatorId: o.id, operatorName: o.name }, stateStoreInfo: [{ storeName: 'default', numColsPrefixKey: 0, numPartitions: this.#partitionsOf(o) }] }))
    if (known.length > 0 && operatorText(known) !== operatorText(wanted)) throw executionError('STREAMING_STATEFUL_OPERATOR_NOT_MATCH_IN_STATE_METADATA', { OpsInMetadataSeq: operatorText(known), OpsInCurBatchSeq: operatorText(wanted) })
    if (known.length === 0) for (const o of wanted) await writeOperatorMetadata(this.#files, this.#root, o)
    for (const o of this.#operators) await checkStateSchema({ files: this.#files, root: this.#root, operatorId: o.id, storeName: 'default', keySchema: o.keySchema, valueSchema: o.valueSchema })
  }

  /** The stores of an operator as batch `version` finds them. */
  async stores(operatorId: number, version: number): Promise<readonly StateStore[]> {
    const known = this.#open.get(operatorId)
    if (known !== undefined) return known
    const operator = this.#operators.find(o => o.id === operatorId)!
    const opened = await Promise.all(Array.from({ length: this.#partitionsOf(operator) }, (_, partition) => openStateStore({
      files: this.#files, clock: this.#clock, root: this.#root, operatorId, partition, version, keySchema: operator.keySchema, valueSchema: operator.valueSchema,
      minDeltasForSnapshot: this.#confs.minDeltasForSnapshot, minBatchesToRetain: this.#confs.minBatchesToRetain,
    })))
    this.#open.set(operatorId, opened)
    return opened
  }

  #partitionsOf(o: StatefulOperator): number { return o.singlePartition ? 1 : this.#confs.partitions }

  /** Makes the batch's state durable: every store writes version + 1. */
  async commit(version: number): Promise<void> {
    for (const o of this.#operators) await this.stores(o.id, version)
    await Promise.all([...this.#open.values()].flat().map(s => s.commit()))
  }

  /** Forgets what the failed batch has put. */
  abort(): void { for (const s of [...this.#open.values()].flat()) s.abort() }

  async close(): Promise<void> {
    await Promise.all([...this.#open.values()].flat().map(s => s.close()))
    this.#open.clear()
  }

  /** What progress shows of the operators, sink side first. */
  progress(reports: ReadonlyMap<number, OperatorMetrics>): StateOperatorProgress[] {
    return this.#operators.map(o => {
      const stores = this.#open.get(o.id) ?? []
      const base = combineMetrics(o.name, this.#partitionsOf(o), stores.map(s => s.takeMetrics()))
      const r = reports.get(o.id)
      return r === undefined ? base : { ...base, numRowsUpdated: r.numRowsUpdated, numRowsRemoved: r.numRowsRemoved, numRowsDroppedByWatermark: r.numRowsDroppedByWatermark }
    })
  }

}
