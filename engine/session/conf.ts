/** spark.conf: the session's confs by key. A running query keeps the values it was started with. */
import { analysisError } from '../errors/spark-error.ts'
import { setLiteralTimeZone } from '../expressions/typed-literals.ts'
import type { Backend } from '../plan/backend.ts'

const fixed = new Set(['spark.sql.warehouse.dir', 'spark.sql.catalogImplementation', 'spark.sql.extensions', 'spark.sql.globalTempDatabase', 'spark.sql.streaming.streamingQueryListeners', 'spark.sql.queryExecutionListeners', 'spark.sql.sources.schemaStringLengthThreshold'])

export class RuntimeConf {
  readonly #backend: Backend

  constructor(backend: Backend) { this.#backend = backend }

  /** The value as text; without a default an unknown key is an error. */
  get(key: string, otherwise?: string | null): string | null {
    const value = this.#backend.getConf(key)
    if (value !== null) return value
    if (otherwise !== undefined) return otherwise
    throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: `the conf ${key} is not set`, advice: 'Give a default: spark.conf.get(key, null).' })
  }

  /** Throws when the value cannot be. */
  set(key: string, value: string | number | boolean): void {
    this.#backend.setConf(key, String(value))
    if (key === 'spark.sql.session.timeZone') setLiteralTimeZone(String(value))
  }

  /** Every conf with its value. */
  get getAll(): Readonly<Record<string, string>> { return this.#backend.allConfs() }

  /** Whether a conf of SQL can be set on the running session: not those that are fixed when a process begins. */
  isModifiable(key: string): boolean { return key.startsWith('spark.sql.') && !fixed.has(key) }

  unset(key: string): void { this.#backend.unsetConf(key) }
}
