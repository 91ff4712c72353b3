/** Observation: the metrics of df.observe on a batch, there when the first action on the DataFrame has ended. */
import type { Row } from '../columns/rows.ts'

/**
 * Takes the metrics of one `df.observe(observation, …)`. Batch only: a stream is refused, its metrics are in `query.lastProgress.observedMetrics`.
 * @example
 * const o = new Observation('filas')
 * await df.observe(o, F.count('*').alias('n')).write.parquet('salida')
 * (await o.get).n
 */
export class Observation {
  /** What explain() calls it. */
  readonly name: string
  /** The metrics by name; resolves when the first action has ended. */
  readonly get: Promise<Row>
  #resolve: (metrics: Row) => void = () => {}

  constructor(name: string = globalThis.crypto.randomUUID()) {
    this.name = name
    this.get = new Promise(resolve => { this.#resolve = resolve })
  }

  /** Hands over the metrics; the first ones stay. For other parts of the engine. */
  take(metrics: Row): void { this.#resolve(metrics) }
}
