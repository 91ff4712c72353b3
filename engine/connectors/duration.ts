/** Lengths of time as Spark's options write them: a number of milliseconds, or a number with a unit such as 15m or 7d. */
import type { OptionsReader } from './options.ts'

const unitMs = { us: 0.001, ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** `15m` as milliseconds, null when the text is no length of time. */
export function parseDurationMs(text: string): number | null {
  const found = /^\s*(\d+)\s*(us|ms|s|m|min|h|d)?\s*$/i.exec(text)
  return found === null ? null : Number(found[1]) * unitMs[(found[2]?.toLowerCase() ?? 'ms') as keyof typeof unitMs]
}

/** The option in milliseconds. Throws MICROLOTE_OPTION_INVALID. */
export function durationOption(options: OptionsReader, name: string, preset: string): number {
  const ms = parseDurationMs(options.text(name) ?? preset)
  if (ms === null) throw options.invalid(name, 'write a number with a unit, such as 500ms, 30s, 15m, 2h or 7d')
  return ms
}
