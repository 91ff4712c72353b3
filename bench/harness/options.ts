/** What a run of the bench is asked for, and what every section gets. */
import { parseArgs } from 'node:util'
import type { KafkaBroker, KafkaWay } from '../../fixtures/index.ts'
import type { PeerEnvironment } from './environment.ts'

/** The sections in the order they run. */
export const sectionNames = ['w1-kafka', 'w1-file', 'layouts', 'floor', 'startup', 'parquet', 'delta', 'kafka-sink', 'postgres', 'kernel', 'state'] as const
export type SectionName = (typeof sectionNames)[number]

/** The engines a run may be narrowed to. */
export const engineNames = ['ours', 'spark', 'kafkajs', 'duckdb', 'polars', 'json-parse', 'hyparquet', 'deltalake', 'pg'] as const
export type EngineName = (typeof engineNames)[number]

export interface BenchOptions {
  readonly sections: readonly SectionName[]
  readonly engines: ReadonlySet<EngineName>
  /** Messages of W1. */
  readonly rows: number
  readonly passes: number
  readonly rounds: number
  /** Batches that the floor counts, and those before them. */
  readonly batches: number
  readonly warmUp: number
  readonly kafka: KafkaWay
  /** Whether a missed bar makes the run fail. */
  readonly gate: boolean
}

/** What a section works with. */
export interface Bench {
  readonly options: BenchOptions
  readonly peers: PeerEnvironment
  /** Path of a file of the bench: `file('peers', 'duckdb_w1.py')`. */
  file(...parts: readonly string[]): string
  /** A folder for data, removed at the end. */
  readonly scratch: string
  /** The broker, started when first asked for. */
  broker(): Promise<KafkaBroker>
  log(line: string): void
}

/** The text of `--help`. */
export const usage = `npm run bench -- [options]
  --only NAMES     sections, by comma: ${sectionNames.join(', ')}
  --engines NAMES  engines, by comma: ${engineNames.join(', ')}
  --rows N         messages of W1 (2000000)
  --passes N       turns of every program (2)
  --rounds N       times a program repeats its work in a turn (3); the first is cold
  --quick          200000 rows, 1 pass, 2 rounds, fewer batches
  --kafka WAY      java (unless told), docker, or env for KAFKA_BOOTSTRAP_SERVERS
  --gate           exit code 1 when a bar is missed; without it only when a program fails or results differ`

/** Reads the command line. Throws a RangeError that says what is wrong with it. */
export function readOptions(args: readonly string[]): BenchOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      engines: { type: 'string' },
      rows: { type: 'string' },
      passes: { type: 'string' },
      rounds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      kafka: { type: 'string', default: 'java' },
      gate: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false }
    }
  })
  if (values.help) return 'help'
  const quick = values.quick
  return {
    sections: chosen('--only', values.only, sectionNames),
    engines: new Set(chosen('--engines', values.engines, engineNames)),
    rows: whole('--rows', values.rows, quick ? 200_000 : 2_000_000),
    passes: whole('--passes', values.passes, quick ? 1 : 2),
    rounds: whole('--rounds', values.rounds, quick ? 2 : 3),
    batches: quick ? 30 : 60,
    warmUp: quick ? 10 : 20,
    kafka: chosen('--kafka', values.kafka, ['java', 'docker', 'env'] as const)[0],
    gate: values.gate
  }
}

function chosen<T extends string>(option: string, text: string | undefined, all: readonly T[]): readonly T[] {
  if (text === undefined) return all
  const names = text.split(',').map(name => name.trim())
  const wrong = names.find(name => !all.includes(name as T))
  if (wrong !== undefined) throw new RangeError(`${option} does not know '${wrong}'; it takes ${all.join(', ')}`)
  return all.filter(name => names.includes(name))
}

function whole(option: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise
  const value = Number(text.replaceAll('_', ''))
  if (!Number.isInteger(value) || value < 1) throw new RangeError(`${option} takes a whole number from 1 up, not '${text}'`)
  return value
}
