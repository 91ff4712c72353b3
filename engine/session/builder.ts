/** SparkSession.builder: the only place that knows which backends there are. */
import { analysisError } from '../errors/spark-error.ts'
import { LocalBackend } from '../local/backend.ts'
import { refusalOf } from './conf.ts'
import { SparkSession } from './spark-session.ts'

let current: SparkSession | null = null

export class SparkSessionBuilder {
  /** The session that getOrCreate gave, null before. */
  static get current(): SparkSession | null { return current }

  readonly #confs: Record<string, string> = {}
  #remote: string | null = null

  appName(name: string): this { return this.config('spark.app.name', name) }
  /** `local`, `local[2]`, `local[*]`: this process. */
  master(master: string): this {
    if (!/^local(\[(\d+|\*)\])?$/.test(master)) throw analysisError('MICROLOTE_NOT_SUPPORTED', { feature: `the master ${master}`, advice: 'Queries run in this process: leave master out, or give local.' })
    return this
  }
  /** A real Spark by Spark Connect. */
  remote(url: string): this { this.#remote = url; return this }
  config(key: string, value: string | number | boolean): this
  config(values: Readonly<Record<string, string | number | boolean>>): this
  config(first: string | Readonly<Record<string, string | number | boolean>>, value?: string | number | boolean): this {
    if (typeof first === 'string') this.#confs[first] = String(value)
    else for (const [k, v] of Object.entries(first)) this.#confs[k] = String(v)
    return this
  }

  /** The session of this process; the confs given are set on it, but for those that are fixed when a session is made. */
  getOrCreate(): SparkSession {
    if (this.#remote !== null) throw analysisError('MICROLOTE_NOT_SUPPORTED', { feature: `a remote session (${this.#remote})`, advice: 'Leave remote() out to run in this process.' })
    if (current === null) current = new SparkSession(new LocalBackend({ confs: this.#confs }))
    else {
      const late: string[] = []
      for (const [k, v] of Object.entries(this.#confs)) {
        if (refusalOf(k) === null) current.conf.set(k, v)
        else if (current.conf.get(k, null) !== v) late.push(k)
      }
      if (late.length > 0) console.warn(`[session] there is a session already, so these confs stay as they are: ${late.join(', ')}`)
    }
    return current
  }

  /** A session of its own, apart from the one getOrCreate gives. */
  create(): SparkSession { return new SparkSession(new LocalBackend({ confs: this.#confs })) }
}
