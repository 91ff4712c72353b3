/** Read by TypeScript 5.0.4 only: windows as a notebook writes them. Never run. */
import { Window, functions as F, type Column, type DataFrame, type WindowSpec } from 'microlote'

declare const df: DataFrame

const byKey: WindowSpec = Window.partitionBy('k', F.col('day')).orderBy(F.col('v').desc(), 'ts')
const running: Column = F.sum('v').over(byKey.rowsBetween(Window.unboundedPreceding, Window.currentRow))
const lastHour: Column = F.avg('v').over(Window.partitionBy(['k']).orderBy('ts').rangeBetween(F.expr('-INTERVAL 1 HOUR'), 0))
df.withColumn('rn', F.row_number().over(byKey)).where('rn = 1').select(running, lastHour, F.lag('v', 1, 0).over(byKey), F.ntile(4).over(byKey), F.nth_value('v', 2, true).over(byKey))
// @ts-expect-error a window is no column
df.select(byKey)
// @ts-expect-error over takes a window
F.rank().over('k')
