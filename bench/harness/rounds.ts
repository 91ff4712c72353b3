/** What every Node program of the bench prints: its rounds, the first apart from the others, as one line of JSON (peers/rounds.py in Python). */

/** What a round of W1 came to. */
export interface Totals {
  /** Input rows read. */
  readonly rows: number
  readonly groups: number
  /** Rows that passed the filter. */
  readonly count: number
  /** Sum of `monto` over them. */
  readonly sum: number
}

/** One round on the clock; seconds are wall time, cpuSeconds those of all threads of this process. */
export interface Round {
  readonly rows: number
  readonly seconds: number
  readonly cpuSeconds: number
}

/** The line a program ends with. Figures without a word are the median of the rounds after the first, which is cold. */
export interface ProgramResult extends Totals {
  readonly program: string
  readonly version: string
  readonly rowsPerSecond: number
  readonly coldRowsPerSecond: number
  /** Null where the program cannot tell. */
  readonly cpuNsPerRow: number | null
  /** Null where the program cannot tell. */
  readonly peakRssMb: number | null
  readonly rounds: readonly Round[]
}

/** Highest resident memory of this process so far, in MiB. */
export function peakRssMb(): number {
  return Math.round((process.resourceUsage().maxRSS / 1024) * 10) / 10
}

/** The middle value; the mean of the two in the middle where their number is even. NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** Runs `work` on the clock and on this process's CPU time. */
export async function timed<T extends { readonly rows: number }>(work: () => Promise<T> | T): Promise<{ readonly round: Round; readonly result: T }> {
  const cpu = process.cpuUsage()
  const wall = performance.now()
  const result = await work()
  const seconds = (performance.now() - wall) / 1000
  const { user, system } = process.cpuUsage(cpu)
  return { round: { rows: result.rows, seconds, cpuSeconds: (user + system) / 1e6 }, result }
}

/** Prints the line. `more` joins it: figures that only this program has. */
export function printResult(program: string, version: string, rounds: readonly Round[], totals: Totals, more: Readonly<Record<string, unknown>> = {}): void {
  const warm = rounds.length > 1 ? rounds.slice(1) : rounds
  const result: ProgramResult = {
    program,
    version,
    ...totals,
    peakRssMb: peakRssMb(),
    rowsPerSecond: Math.round(median(warm.map(r => r.rows / r.seconds))),
    coldRowsPerSecond: Math.round(rounds[0].rows / rounds[0].seconds),
    cpuNsPerRow: Math.round(median(warm.map(r => (r.cpuSeconds / r.rows) * 1e9)) * 10) / 10,
    rounds,
    ...more
  }
  process.stdout.write(`${JSON.stringify(result)}\n`)
}

/** Runs the same work several times and prints the line; two rounds that disagree end the program. `before` makes a round ready, off the clock. */
export async function runRounds(program: string, version: string, count: number, work: () => Promise<Totals> | Totals, before: () => Promise<void> | void = () => {}): Promise<void> {
  const rounds: Round[] = []
  let last: Totals | undefined
  for (let i = 0; i < count; i++) {
    await before()
    const { round, result } = await timed(work)
    if (last !== undefined && (last.groups !== result.groups || last.count !== result.count)) {
      throw new Error(`${program}: two rounds gave different results: ${JSON.stringify(last)} and ${JSON.stringify(result)}`)
    }
    rounds.push(round)
    last = result
  }
  if (last === undefined) throw new RangeError('at least one round is needed')
  printResult(program, version, rounds, last)
}
