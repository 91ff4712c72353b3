/** The options of asynchronous progress tracking: checked and refused as Spark does; where they are right they change nothing, for this engine's logs are written in order. */
import { OptionsReader } from '../connectors/options.ts'
import { analysisError } from '../errors/spark-error.ts'
import type { Trigger } from '../plan/write-stream.ts'

const names = ['asyncProgressTrackingEnabled', 'asyncProgressTrackingCheckpointIntervalMs', 'asyncProgressTrackingOverrideSinkSupportCheck'] as const

/**
 * The options of the sink without these. Throws MICROLOTE_INVALID_ARGUMENT where Spark does not track progress asynchronously: with the triggers once and availableNow, with sinks that
 * commit files or call foreachBatch, and in queries that keep state.
 */
export function withoutAsyncProgress(query: { readonly format: string; readonly trigger: Trigger; readonly stateful: () => boolean }, options: Readonly<Record<string, string>>, warn: (message: string) => void): Record<string, string> {
  const reader = new OptionsReader(query.format, options), known = new Set(names.map(n => n.toLowerCase()))
  const enabled = reader.boolean(names[0], false)
  reader.integer(names[1], 0)
  const anySink = reader.boolean(names[2], false)
  const rest = Object.fromEntries(Object.entries(options).filter(([name]) => !known.has(name.toLowerCase())))
  if (!enabled) return rest
  const refuse = (what: string): never => { throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: `progress cannot be tracked asynchronously ${what}`, advice: 'Leave the option asyncProgressTrackingEnabled out.' }) }
  if (query.trigger.kind !== 'processing-time') refuse(`with the trigger ${query.trigger.kind === 'once' ? 'once' : 'availableNow'}`)
  if (query.stateful()) refuse('in a query that keeps state')
  if (!anySink && !['console', 'noop', 'kafka', 'memory', 'foreach'].includes(query.format.toLowerCase())) refuse(`with the sink ${query.format}`)
  warn('asyncProgressTrackingEnabled changes nothing here: the offsets of each batch are logged before it runs and its end after it')
  return rest
}
