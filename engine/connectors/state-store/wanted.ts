/** What the options of `statestore` ask for: which state of a checkpoint, as it is after a batch or as batches changed it. */
import { analysisError } from '../../errors/spark-error.ts'
import type { OperatorMetadata } from '../../state/schema-check.ts'
import type { OptionsReader } from '../options.ts'

export interface Wanted {
  readonly checkpoint: string
  /** The batch after which the state is read, null for the last one; with `changes` the last batch whose changes are. */
  readonly batchId: number | null
  /** The first batch whose changes are read; null for the state itself. */
  readonly changesFrom: number | null
  readonly operatorId: number
  readonly storeName: string
  readonly joinSide: JoinSide
  /** The one partition that is read, from the snapshot of the state after a batch and not from the newest that is there. */
  readonly snapshot: { readonly batchId: number; readonly partition: number } | null
  /** `storeName` was given, as `stateVarName` or by its own name. */
  readonly namesStore: boolean
  /** The registered timers of a transformWithState are read. */
  readonly timers: boolean
}

const joinSides = ['none', 'left', 'right'] as const
type JoinSide = typeof joinSides[number]

/** The checkpoint that load() names. Throws STDS_REQUIRED_OPTION_UNSPECIFIED. */
export function checkpointPath(options: OptionsReader, paths: readonly string[]): string {
  const path = paths[0] ?? options.text('path')
  if (path === null || path === undefined || path === '') throw analysisError('STDS_REQUIRED_OPTION_UNSPECIFIED', { optionName: 'path' })
  return path
}

/** Throws STDS_* for options that do not go together or have no meaning. */
export function wantedOf(options: OptionsReader, paths: readonly string[]): Wanted {
  const negative = (optionName: string): Error => analysisError('STDS_INVALID_OPTION_VALUE.IS_NEGATIVE', { optionName })
  const signed = (name: string): number | null => options.integer(name, -Infinity)
  const whole = (name: string): number | null => {
    const n = signed(name)
    if (n !== null && n < 0) throw negative(name)
    return n
  }
  const named = options.text('storeName'), variable = options.text('stateVarName'), joinSide = joinSideOf(options.text('joinSide'))
  if (named === '') throw analysisError('STDS_INVALID_OPTION_VALUE.IS_EMPTY', { optionName: 'storeName' })
  if (joinSide !== 'none' && (named ?? variable) !== null) throw analysisError('STDS_CONFLICT_OPTIONS', { options: 'joinSide, storeName and stateVarName' })
  const checkpoint = checkpointPath(options, paths), batchId = whole('batchId'), operatorId = whole('operatorId') ?? 0
  const timers = options.boolean('readRegisteredTimers', false), isFeed = options.boolean('readChangeFeed', false)
  if (timers && (joinSide !== 'none' || (named ?? variable) !== null || isFeed)) throw analysisError('STDS_CONFLICT_OPTIONS', { options: 'readRegisteredTimers, and joinSide, storeName, stateVarName and readChangeFeed' })
  const first = signed('changeStartBatchId'), last = signed('changeEndBatchId'), base = signed('snapshotStartBatchId'), partition = signed('snapshotPartitionId')
  options.refuseUnknown(['path'])
  if (isFeed) {
    const other = joinSide !== 'none' ? 'joinSide' : batchId !== null ? 'batchId' : base !== null ? 'snapshotStartBatchId' : partition !== null ? 'snapshotPartitionId' : null
    if (other !== null) throw analysisError('STDS_CONFLICT_OPTIONS', { options: `${other} and readChangeFeed` })
    if (first === null) throw analysisError('STDS_REQUIRED_OPTION_UNSPECIFIED', { optionName: 'changeStartBatchId' })
    if (first < 0) throw negative('changeStartBatchId')
    if (last !== null && last < first) throw endsBefore(last, first)
  } else {
    for (const [optionName, value] of [['changeStartBatchId', first], ['changeEndBatchId', last]] as const) {
      if (value !== null) throw analysisError('STDS_INVALID_OPTION_VALUE.WITH_MESSAGE', { optionName, message: 'it belongs to readChangeFeed, which is not true' })
    }
    if (base !== null && base < 0) throw negative('snapshotStartBatchId')
    if (base !== null && batchId !== null && base > batchId) throw snapshotAfter(base, batchId)
    if (partition !== null && partition < 0) throw negative('snapshotPartitionId')
    if ((base === null) !== (partition === null)) throw analysisError('STDS_REQUIRED_OPTION_UNSPECIFIED', { optionName: base === null ? 'snapshotStartBatchId' : 'snapshotPartitionId' })
  }
  return {
    checkpoint, batchId: isFeed ? last : batchId, changesFrom: first, operatorId, joinSide, storeName: joinSide === 'none' ? named ?? variable ?? 'default' : `${joinSide}-keyWithIndexToValue`,
    snapshot: base === null ? null : { batchId: base, partition: partition! }, namesStore: (named ?? variable) !== null, timers,
  }
}

function joinSideOf(text: string | null): JoinSide {
  const side = joinSides.find(s => s === (text ?? 'none').trim().toLowerCase())
  if (side === undefined) throw analysisError('STDS_INVALID_OPTION_VALUE.WITH_MESSAGE', { optionName: 'joinSide', message: `"${text}" is not a side. Write left, right or none` })
  return side
}

const endsBefore = (last: number, first: number): Error => analysisError('STDS_INVALID_OPTION_VALUE.WITH_MESSAGE', { optionName: 'changeEndBatchId', message: `the last batch ${last} is before changeStartBatchId, ${first}` })
const snapshotAfter = (base: number, batch: number): Error => analysisError('STDS_INVALID_OPTION_VALUE.WITH_MESSAGE', { optionName: 'snapshotStartBatchId', message: `the batch ${base} is after the one that is read, ${batch}` })

export const describe = (w: Wanted): string => `${w.checkpoint}, operator ${w.operatorId}, store ${w.storeName}`

/** Entries of `commits/`: what has been committed, ascending. */
export const batchIds = (entries: readonly { readonly name: string; readonly isDirectory: boolean }[]): number[] => entries.filter(e => !e.isDirectory && /^\d+$/.test(e.name)).map(e => Number(e.name)).sort((a, b) => a - b)

/** The batch that is read, or the last of those whose changes are. */
export function checkBatch(w: Wanted, committed: readonly number[]): number {
  const newest = committed.at(-1), last = w.batchId ?? newest
  if (w.changesFrom !== null && last !== undefined && last < w.changesFrom) throw endsBefore(last, w.changesFrom)
  if (newest === undefined || last === undefined || last > newest) throw analysisError('STDS_COMMITTED_BATCH_UNAVAILABLE', { checkpointLocation: w.checkpoint })
  if (w.snapshot !== null && w.snapshot.batchId > last) throw snapshotAfter(w.snapshot.batchId, last)
  return last
}

/** As wanted, with the store that timers are in. Refuses the name of a store that the operator does not have; one of transformWithState may be a variable that joined later and is not in its list. */
export function withStore(w: Wanted, operator: OperatorMetadata | null): Wanted {
  if (operator === null || !w.namesStore && !w.timers) return w
  const { operatorName } = operator.operatorInfo, names = operator.stateStoreInfo.map(s => s.storeName), isProcessor = operatorName.startsWith('transformWithState')
  const storeName = w.timers && isProcessor ? names.find(n => timerStores.includes(n)) : w.storeName
  const refused = (optionName: string, message: string): Error => analysisError('STDS_INVALID_OPTION_VALUE.WITH_MESSAGE', { optionName, message: `operator ${w.operatorId} (${operatorName}) ${message}` })
  if (w.timers && (!isProcessor || storeName === undefined)) throw refused('readRegisteredTimers', 'has no timers')
  if (w.namesStore && !isProcessor && !names.includes(w.storeName)) throw refused('stateVarName', `has no store ${w.storeName}, it has ${names.join(', ')}`)
  return { ...w, storeName: storeName! }
}

const timerStores = ['$procTimers', '$eventTimers']
