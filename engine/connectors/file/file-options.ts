/** Owns the options that every file format shares: which files are taken, and what a stream does with them. */
import { analysisError } from '../../errors/spark-error.ts'
import { parseTimestamp } from '../../types/timestamp.ts'
import { timeZone } from '../../types/time-zone.ts'
import { durationOption } from '../duration.ts'
import type { OptionsReader } from '../options.ts'
import { globExpression, localPath, type Listing } from './paths.ts'

/** Options of Spark that change nothing here. */
export const withoutEffect = ['path', 'mergeSchema', 'locale', 'maxPartitionBytes', 'schemaInference']

/** Which files are taken. `zone` reads modifiedBefore and modifiedAfter. */
export function listingOptions(options: OptionsReader, zone: string, streaming: boolean): Listing {
  const glob = options.text('pathGlobFilter')
  const moment = (name: string): number | null => {
    const text = options.text(name)
    if (text === null) return null
    if (streaming) throw options.invalid(name, 'a stream takes all new files; leave it out')
    const micros = parseTimestamp(text, timeZone(options.text('timeZone') ?? zone))
    if (micros === null) throw options.invalid(name, 'write a time such as 2026-01-31T10:00:00')
    return Number(micros / 1000n)
  }
  let name: RegExp | null
  try { name = glob === null ? null : globExpression(glob) } catch { throw options.invalid('pathGlobFilter', 'it is not a glob such as *.json') }
  return { recursive: options.boolean('recursiveFileLookup', false), name, after: moment('modifiedAfter'), before: moment('modifiedBefore') }
}

export interface FileStreamOptions {
  readonly maxFiles: number | null
  readonly maxBytes: number | null
  readonly latestFirst: boolean
  readonly maxFileAgeMs: number
  readonly fileNameOnly: boolean
  readonly clean: 'off' | 'archive' | 'delete'
  readonly archiveDir: string | null
  readonly maxCachedFiles: number
  readonly discardRatio: number
}

/** What a stream of files does. Throws for options that exclude each other. */
export function fileStreamOptions(options: OptionsReader): FileStreamOptions {
  const maxFiles = options.integer('maxFilesPerTrigger', 1), maxBytes = options.integer('maxBytesPerTrigger', 1)
  if (maxFiles !== null && maxBytes !== null) throw analysisError('MICROLOTE_OPTIONS_EXCLUSIVE', { options: 'maxFilesPerTrigger, maxBytesPerTrigger', format: options.format })
  const clean = options.choice('cleanSource', ['off', 'archive', 'delete'] as const, 'off')
  const archive = options.text('sourceArchiveDir')
  if (clean === 'archive' && archive === null) throw analysisError('MICROLOTE_OPTION_MISSING', { format: options.format, option: 'sourceArchiveDir', advice: 'With cleanSource "archive" it says where read files are moved to.' })
  const ratioText = options.text('discardCachedInputRatio'), discardRatio = ratioText === null ? 0.2 : Number(ratioText)
  if (!(discardRatio >= 0 && discardRatio <= 1)) throw options.invalid('discardCachedInputRatio', 'write a number from 0 to 1')
  const latestFirst = options.boolean('latestFirst', false), age = durationOption(options, 'maxFileAge', '7d')
  return {
    maxFiles, maxBytes, latestFirst, discardRatio, clean,
    // With the newest files first and a limit, old files are what is left for later.
    maxFileAgeMs: latestFirst && (maxFiles !== null || maxBytes !== null) ? Infinity : age,
    fileNameOnly: options.boolean('fileNameOnly', false),
    archiveDir: archive === null ? null : localPath(archive),
    maxCachedFiles: options.integer('maxCachedFiles', 0) ?? 10_000,
  }
}
