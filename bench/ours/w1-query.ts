/** W1 as a query of the engine: the same one over Kafka and over a file. */
import { functions as F } from '../../engine/index.ts'
import type { DataFrame } from '../../engine/index.ts'

/** All six fields of the events, as Spark's peer declares them; the engine may read only those it needs. */
export const eventSchema = 'evento_id STRING, user_id STRING, tipo STRING, monto DOUBLE, timestamp TIMESTAMP, region STRING'

/** From the events to count and sum by minute and region, columns `window, region, n, total`. */
export function w1(events: DataFrame): DataFrame {
  return events
    .where(F.col('tipo').isin('compra', 'devolucion'))
    .groupBy(F.window('timestamp', '1 minute'), F.col('region'))
    .agg(F.count('*').alias('n'), F.sum('monto').alias('total'))
}
