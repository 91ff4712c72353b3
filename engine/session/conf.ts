/** spark.conf: the session's confs by key. A running query keeps the values it was started with. Confs that are fixed when a process or a session begins are known here. */
import { analysisError } from '../errors/spark-error.ts'
import { setLiteralTimeZone } from '../expressions/typed-literals.ts'
import type { Backend } from '../plan/backend.ts'

const fixed = new Set([
  'spark.sql.warehouse.dir', 'spark.sql.catalogImplementation', 'spark.sql.extensions', 'spark.sql.globalTempDatabase', 'spark.sql.queryExecutionListeners', 'spark.sql.sources.schemaStringLengthThreshold', 'spark.sql.ui.retainedExecutions',
  'spark.sql.catalog.spark_catalog.defaultDatabase', 'spark.sql.cache.serializer', 'spark.sql.streaming.streamingQueryListeners', 'spark.sql.streaming.ui.enabled', 'spark.sql.streaming.ui.enabledCustomMetricList',
  'spark.sql.streaming.ui.retainedProgressUpdates', 'spark.sql.streaming.ui.retainedQueries',
])

// Those of Spark's core, which no running session can change.
const ofTheProcess = /^spark\.(?:submit\.|jars|files$|driver\.|executor\.|cores\.|task\.|memory\.|serializer$|kryo|dynamicAllocation\.|eventLog\.|shuffle\.|locality\.|network\.|rpc\.|speculation|scheduler\.|ui\.|plugins$|extraListeners$|log\.level$|io\.compression\.|checkpoint\.|metrics\.|pyspark\.|python\.worker\.)/

/** Why a conf cannot be changed in a running session, null where it can. */
export function refusalOf(key: string): Error | null {
  return fixed.has(key) ? analysisError('CANNOT_MODIFY_STATIC_CONFIG', { key: `"${key}"` }) : ofTheProcess.test(key) ? analysisError('CANNOT_MODIFY_CONFIG', { key: `"${key}"` }) : null
}

export class RuntimeConf {
  readonly #backend: Backend

  constructor(backend: Backend) { this.#backend = backend }

  /** The value as text; without a default an unknown key is SQL_CONF_NOT_FOUND. `spark.conf.get("spark.sql.shuffle.partitions") // "4"` */
  get(key: string, otherwise?: string | null): string | null {
    const value = this.#backend.getConf(key)
    if (value !== null) return value
    if (otherwise !== undefined) return otherwise
    throw analysisError('SQL_CONF_NOT_FOUND', { sqlConf: `"${key}"` })
  }

  /** Throws INVALID_CONF_VALUE.* when the value cannot be, CANNOT_MODIFY_STATIC_CONFIG and CANNOT_MODIFY_CONFIG for confs that are fixed. One that has no effect here says so on the console. */
  set(key: string, value: string | number | boolean): void {
    this.#refuseFixed(key)
    this.#backend.setConf(key, String(value))
    if (key === 'spark.sql.session.timeZone') setLiteralTimeZone(String(value))
  }

  /** Every conf with its value. */
  get getAll(): Readonly<Record<string, string>> { return this.#backend.allConfs() }

  /** Whether a conf of SQL can be set on the running session: not those that are fixed when a process begins. */
  isModifiable(key: string): boolean { return key.startsWith('spark.sql.') && !fixed.has(key) }

  unset(key: string): void { this.#refuseFixed(key); this.#backend.unsetConf(key) }

  #refuseFixed(key: string): void { const refusal = refusalOf(key); if (refusal !== null) throw refusal }
}
