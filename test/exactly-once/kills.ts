/** Owns the proof of exactly-once: kills the real process at random moments of its batches, starts it again, and counts what an independent reader finds. */
import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { KafkaBroker } from '../../fixtures/index.ts'
import { draws } from '../../fixtures/random.ts'
import type { QuerySettings } from './query.ts'
import { readIds, type SinkSettings } from './sinks.ts'

export interface KillsOptions {
  readonly broker: KafkaBroker
  /** A folder for the checkpoint. */
  readonly folder: string
  readonly sink: SinkSettings
  readonly kills: number
  readonly seed: number
  readonly log?: (line: string) => void
  /** Called before each start, with the number of the life. */
  readonly between?: (life: number) => Promise<void>
}

export interface KillsResult {
  readonly rows: number
  readonly lost: number
  readonly doubled: number
  /** Lives that ended by our SIGKILL. */
  readonly kills: number
  /** Batches that were reported as done before a kill. */
  readonly batches: number
}

const rowsPerLife = 3000, rowsPerBatch = 150, partitions = 3
const script = fileURLToPath(new URL('query.ts', import.meta.url))

/** Runs `kills` lives that end by SIGKILL and one that reads to the end. Rejects when a life ends in any other way. */
export async function killAndCount(o: KillsOptions): Promise<KillsResult> {
  const log = o.log ?? (() => {}), draw = draws(o.seed, 0), below = (n: number): number => draw() % n
  const topic = `kills-${o.sink.kind}-${process.pid}-${o.seed}-${Date.now()}`
  await o.broker.createTopic(topic, { partitions })
  let rows = 0, batches = 0
  const settings: QuerySettings = { servers: o.broker.bootstrapServers, topic, folder: o.folder, sink: o.sink, rowsPerBatch, finish: false }
  for (let life = 0; life < o.kills; life++) {
    await o.between?.(life)
    const more = Array.from({ length: rowsPerLife }, (_, i) => ({ value: String(rows + i), partition: (rows + i) % partitions }))
    await o.broker.produce(topic, more)
    rows += rowsPerLife
    // One life in eight dies while it starts or recovers; the others some way into one of their batches.
    const early = below(8) === 0, after = early ? 0 : 1 + below(8), delayMs = early ? below(900) : below(60)
    const seen = await oneLife(settings, { after, delayMs, early }, log)
    batches += seen
    log(`life ${life + 1}: killed ${early ? `${delayMs} ms after its start` : `${delayMs} ms after batch ${after} of this life`}, ${seen} batches done`)
  }
  await o.between?.(o.kills)
  // Nobody kills the last life, which may take longer strides to the end.
  await oneLife({ ...settings, finish: true, rowsPerBatch: rowsPerBatch * 10 }, null)
  const times = new Int32Array(rows)
  let strange = 0
  for (const id of await readIds(o.sink)) if (id >= 0 && id < rows) times[id]!++; else strange++
  await o.broker.deleteTopic(topic)
  if (strange > 0) throw new Error(`${strange} rows are in the sink that never were in the topic`)
  return { rows, lost: times.filter(n => n === 0).length, doubled: times.filter(n => n > 1).length, kills: o.kills, batches }
}

interface Death { readonly after: number; readonly delayMs: number; readonly early: boolean }

/** One process from start to end; `death` null lets it end by itself. The number of batches it reported. */
async function oneLife(settings: QuerySettings, death: Death | null, log: (line: string) => void = () => {}): Promise<number> {
  const child: ChildProcess = spawn(process.execPath, [script, JSON.stringify(settings)], { stdio: ['ignore', 'pipe', 'pipe'] })
  const orphaned = (): void => { child.kill('SIGKILL') }
  process.once('exit', orphaned)
  let done = 0, words = '', doomed = false
  const kill = (): void => {
    if (doomed) return
    doomed = true
    setTimeout(() => child.kill('SIGKILL'), death!.delayMs)
  }
  if (death?.early === true) kill()
  child.stderr!.setEncoding('utf8').on('data', (text: string) => { words = (words + text).slice(-4000) })
  createInterface({ input: child.stdout! }).on('line', line => {
    if (line.startsWith('batch ')) done++
    if (death !== null && done >= death.after) kill()
  })
  // A life that has less to do than its death waits for dies idle.
  const idle = death === null ? undefined : setTimeout(() => { log(`idle; stderr: ${words}`); kill() }, 20_000)
  const [code, signal] = await new Promise<[number | null, string | null]>(resolve => child.once('close', (c, s) => resolve([c, s])))
  clearTimeout(idle)
  process.removeListener('exit', orphaned)
  if (death === null ? code !== 0 : signal !== 'SIGKILL') throw new Error(`the query ended by itself (code ${code}, signal ${signal}):\n${words}`)
  return done
}
