/** Read by TypeScript 5.0.4 only: what it makes of the user's functions and of DataFrame methods that change the shape. Never run. */
import { functions as F, Observation, type Column, type DataFrame, type SparkSession, type UserDefinedFunction } from 'microlote'

declare const spark: SparkSession

const iva = F.udf((monto: number | null) => (monto === null ? null : monto * 1.19), 'DOUBLE')
const total: Column = iva('monto')
void total
// @ts-expect-error it takes one column
iva('a', 'b')
// @ts-expect-error a text is no DOUBLE
F.udf((x: number) => String(x), 'DOUBLE')
// @ts-expect-error a number is no STRING, which is the type when none is given
F.udf((x: number) => x + 1)
F.udf(x => x.length, 'INT')
F.udf((a: string, b?: number) => [a, null, String(b)], 'ARRAY<STRING>')('a')
F.udf(() => ({ a: 1, b: new Date(0) }), 'STRUCT<a: INT, b: TIMESTAMP>')
F.udf(() => ({ a: 1 }), 'a INT')
const registered: UserDefinedFunction<[k: string]> = spark.udf.register('inicial', (k: string) => k[0], 'STRING')
spark.udf.register('otra', iva).asNondeterministic()('x')
registered('k')

declare const df: DataFrame
df.na.fill({ monto: 0, tipo: '?' }).fillna(0, ['a']).dropna('all', null, 'a').replace(['a'], [null]).replace({ a: 'b' }).na.replace(new Map([[1, null]]))
df.groupBy('k').pivot('p', ['a', 1]).sum('v').describe('a', 'b').summary('count')
void df.groupBy('k').pivot('p').then(g => g.count())
// @ts-expect-error without values it must be awaited
df.groupBy('k').pivot('p').count()
df.unpivot('id', ['a', F.col('b')], 'variable', 'valor').toJSON().intersectAll(df).hint('broadcast').groupingSets([['a'], []], 'a').count()
const parts: DataFrame[] = df.randomSplit([0.5, 0.5])
void parts
df.observe('m', F.count('*').alias('n')).observe(new Observation(), F.max('v'))
void new Observation('x').get.then(m => m.n)
const name: string = df.sparkSession.table('t').sparkSession.version
void df.write.mode('append').saveAsTable(name)
const again: SparkSession = spark.newSession()
void again
