/** Event files in layouts that no template foretells: keys in any order, any spacing, escapes, nulls and missing keys, and all of these at once. Made from a seed. */
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import { eventSeries } from '../../fixtures/events.ts'
import type { Evento } from '../../fixtures/events.ts'
import { draws } from '../../fixtures/random.ts'
import type { Draw } from '../../fixtures/random.ts'

export type Layout = 'order' | 'spacing' | 'escapes' | 'nulls' | 'everything'

/** The kinds of disorder, the last with all of them. */
export const layouts: readonly Layout[] = ['order', 'spacing', 'escapes', 'nulls', 'everything']

const seed = 29

/** Writes `count` events, a line each, in the layout. */
export async function writeLayout(path: string, layout: Layout, count: number): Promise<void> {
  const events = eventSeries({ count })
  const file = createWriteStream(path, { highWaterMark: 1 << 20 })
  for (let i = 0; i < count; i++) {
    if (!file.write(`${line(events.at(i), layout, draws(seed, i))}\n`)) await once(file, 'drain')
  }
  file.end()
  await finished(file)
}

function line(event: Evento, layout: Layout, draw: Draw): string {
  const has = (kind: Layout): boolean => layout === kind || layout === 'everything'
  let entries: (readonly [string, unknown])[] = Object.entries(event)
  if (has('nulls')) entries = withNulls(entries, draw)
  if (has('order')) entries = shuffled(entries, draw)
  const gap = has('spacing') ? (): string => ['', ' ', '  ', '\t'][draw() & 3]! : (): string => ''
  const text = has('escapes') ? (v: unknown): string => escaped(JSON.stringify(v), draw) : (v: unknown): string => JSON.stringify(v)
  return `{${entries.map(([name, value]) => `${gap()}${text(name)}${gap()}:${gap()}${text(value)}${gap()}`).join(',')}}`
}

// A third of the values are null, a ninth of the keys are not there at all; never the kind and the time, which every program groups by.
function withNulls(entries: readonly (readonly [string, unknown])[], draw: Draw): (readonly [string, unknown])[] {
  return entries.flatMap(entry => {
    const dice = draw() % 9
    if (entry[0] === 'tipo' || entry[0] === 'timestamp' || dice > 3) return [entry]
    return dice === 0 ? [] : [[entry[0], null] as const]
  })
}

function shuffled<T>(list: readonly T[], draw: Draw): T[] {
  const out = [...list]
  for (let i = out.length - 1; i > 0; i--) {
    const j = draw() % (i + 1)
    ;[out[i], out[j]] = [out[j]!, out[i]!]
  }
  return out
}

// One letter in four of a quoted text becomes \uXXXX: the same text in other bytes.
function escaped(json: string, draw: Draw): string {
  if (!json.startsWith('"')) return json
  return json.replace(/[a-z]/g, letter => ((draw() & 3) === 0 ? `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}` : letter))
}
