/** What the options of `statestore` ask for: which state of a checkpoint, as it is after a batch or as batches changed it. */
import { analysisError } from '../../errors/spark-error.ts'
import type { OptionsReader } from '../options.ts'

export interface Wanted {
  readonly checkpoint: string
  /** The batch after which the state is read, null for the last one; with `changes` the last batch whose changes are. */
  readonly batchId: number | null
  /** The first batch whose changes are read; null for the state itself. */
  readonly changesFrom: number | null
  readonly operatorId: number
  readonly storeName: string
  readonly joinSide: 'none' | 'left' | 'right'
}

/** The checkpoint that load() names. Throws STDS_REQUIRED_OPTION_UNSPECIFIED. */
export function checkpointPath(options: OptionsReader, paths: readonly string[]): string {
  const path = paths[0] ?? options.text('path')
  if (path === null || path === undefined || path === '') throw analysisError('STDS_REQUIRED_OPTION_UNSPECIFIED', { optionName: 'path' })
  return path
}

/** Throws STDS_* for options that do not go together or have no meaning. */
export function wantedOf(options: OptionsReader, paths: readonly string[]): Wanted {
  const whole = (name: string): number | null => {
    const n = options.integer(name, -Infinity)
    if (n !== null && n < 0) throw analysisError('STDS_INVALID_OPTION_VALUE.IS_NEGATIVE', { optionName: name })
    return n
  }
  const named = options.text('storeName'), variable = options.text('stateVarName'), joinSide = options.choice('joinSide', ['none', 'left', 'right'], 'none')
  if (named === '') throw analysisError('STDS_INVALID_OPTION_VALUE.IS_EMPTY', { optionName: 'storeName' })
  if (joinSide !== 'none' && (named ?? variable) !== null) throw analysisError('STDS_CONFLICT_OPTIONS', { options: 'joinSide, storeName and stateVarName' })
  const checkpoint = checkpointPath(options, paths), batchId = whole('batchId'), operatorId = whole('operatorId') ?? 0
  const isFeed = options.boolean('readChangeFeed', false), first = whole('changeStartBatchId'), last = whole('changeEndBatchId')
  options.refuseUnknown(['path'])
  if (isFeed) {
    if (joinSide !== 'none' || batchId !== null) throw analysisError('STDS_CONFLICT_OPTIONS', { options: `${batchId === null ? 'joinSide' : 'batchId'} and readChangeFeed` })
    if (first === null) throw analysisError('STDS_REQUIRED_OPTION_UNSPECIFIED', { optionName: 'changeStartBatchId' })
  } else for (const [optionName, value] of [['changeStartBatchId', first], ['changeEndBatchId', last]] as const) {
    if (value !== null) throw analysisError('STDS_INVALID_OPTION_VALUE.WITH_MESSAGE', { optionName, message: 'it belongs to readChangeFeed, which is not true' })
  }
  return { checkpoint, batchId: isFeed ? last : batchId, changesFrom: first, operatorId, joinSide, storeName: joinSide === 'none' ? named ?? variable ?? 'default' : `${joinSide}-keyWithIndexToValue` }
}

export const describe = (w: Wanted): string => `${w.checkpoint}, operator ${w.operatorId}, store ${w.storeName}`

/** Entries of `commits/`: what has been committed, ascending. */
export const batchIds = (entries: readonly { readonly name: string; readonly isDirectory: boolean }[]): number[] => entries.filter(e => !e.isDirectory && /^\d+$/.test(e.name)).map(e => Number(e.name)).sort((a, b) => a - b)

/** The batch that is read, or the last of those whose changes are. */
export function checkBatch(w: Wanted, committed: readonly number[]): number {
  const newest = committed.at(-1), last = w.batchId ?? newest
  if (w.changesFrom !== null && last !== undefined && last < w.changesFrom) throw analysisError('STDS_INVALID_OPTION_VALUE.WITH_MESSAGE', { optionName: 'changeEndBatchId', message: `the last batch ${last} is before changeStartBatchId, ${w.changesFrom}` })
  if (newest === undefined || last === undefined || last > newest) throw analysisError('STDS_COMMITTED_BATCH_UNAVAILABLE', { checkpointLocation: w.checkpoint })
  return last
}
