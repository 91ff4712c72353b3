/** Real Spark as a process that answers scenarios: the recorder's functions in a Python with PySpark, from the environment or made once in the cache. */
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { pythonWith } from '../../fixtures/local/python-environment.ts'
import type { Scenario } from '../conformance/scenarios.ts'

const here = dirname(fileURLToPath(import.meta.url))
const packages = ['pyspark==4.3.0', 'pandas<3', 'pyarrow', 'protobuf']

/** A Python with PySpark: MICROLOTE_SPARK_PYTHON, or one that is installed into the cache the first time. */
export async function sparkPython(log: (line: string) => void): Promise<string> {
  const given = process.env['MICROLOTE_SPARK_PYTHON']
  if (given !== undefined && given !== '') return given
  return pythonWith('spark', packages, process.env, folder => log(`Installing ${packages.join(', ')} into ${folder} (once) ...`))
    .catch((error: Error) => { throw new Error(`${error.message}. Set MICROLOTE_SPARK_PYTHON to a Python that has PySpark.`, { cause: error }) })
}

/** A running Spark; scenarios are answered one after the other. */
export class Spark {
  readonly #child: ChildProcess
  readonly #lines: AsyncIterator<string>
  #queue: Promise<unknown> = Promise.resolve()

  private constructor(child: ChildProcess) {
    this.#child = child
    this.#lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]()
  }

  static async start(python: string): Promise<Spark> {
    const spark = new Spark(spawn(python, [join(here, 'spark_worker.py')], { stdio: ['pipe', 'pipe', 'ignore'], env: sparkEnvironment() }))
    await spark.#line()
    return spark
  }

  /** The scenario with Spark's outcome in it. */
  record(scenario: Scenario): Promise<Scenario> {
    const answer = this.#queue.then(async () => {
      this.#child.stdin!.write(`${JSON.stringify(scenario, negativeZero).replaceAll('"-0.0"', '-0.0')}\n`)
      return { ...scenario, ...JSON.parse(await this.#line()) as object }
    })
    this.#queue = answer.catch(() => {})
    return answer
  }

  async #line(): Promise<string> {
    for (;;) {
      const next = await this.#lines.next()
      if (next.done === true) throw new Error(`Spark ended (exit code ${this.#child.exitCode ?? 'none'}): is PySpark installed in its Python, and Java 17 or newer on the PATH?`)
      if (next.value.startsWith('{')) return next.value
    }
  }

  async stop(): Promise<void> {
    const ended = new Promise<void>(done => { if (this.#child.exitCode !== null) done(); else this.#child.once('exit', () => done()) })
    this.#child.stdin!.end()
    await ended
  }
}

// Small data in short queries: the best compiler and disks that write through cost more than they give.
const sparkEnvironment = (): NodeJS.ProcessEnv => ({
  ...process.env, JAVA_TOOL_OPTIONS: '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto', ...(existsSync('/dev/shm') ? { TMPDIR: '/dev/shm' } : {}),
})

/** JSON has the sign of zero, JSON.stringify has not. */
export const negativeZero = (_key: string, v: unknown): unknown => (Object.is(v, -0) ? '-0.0' : v)
