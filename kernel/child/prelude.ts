/** The hidden first cell: `spark`, `F`, the types and the display functions, ready and typed in every notebook. */

/** Runs before the first cell of a notebook. */
export const preludeCode = `
import { SparkSession, functions as F, StructType, StructField, StringType, IntegerType, LongType, ShortType, ByteType, DoubleType, FloatType, BooleanType, TimestampType, TimestampNTZType, DateType, BinaryType, DecimalType, ArrayType, MapType, NullType, MemoryStream, Decimal, StreamingQuery, DataFrame, Column } from "microlote"
import { display, table, plot, html, markdown, newDisplay, input, clearOutput, registerComm, openComm, comprobar, percentil, graficoLatencia, graficoTasas, graficoLag, graficoEstado, graficoTiempoEvento, toDanfo } from "microlote-kernel"
const spark: SparkSession = SparkSession.builder.appName("cuaderno").getOrCreate()
;(globalThis as any)[Symbol.for("microlote.kernel.spark")] = { spark, StreamingQuery }
`

/** Cells as people write them, for the memory image: what the compiler does for them is then ready. */
export const exampleCells: readonly string[] = [
  'const numeros = [1, 2, 3].map(n => n * 2)\nconsole.log(numeros)\nnumeros.length',
  'const df = spark.range(10).withColumn("doble", F.col("id").multiply(2)).filter(F.col("id").gt(3))\nawait display(df)',
  'const lecturas = spark.readStream.format("rate").option("rowsPerSecond", 10).load().withWatermark("timestamp", "10 seconds").groupBy(F.window(F.col("timestamp"), "5 seconds")).count()\nconst consulta = await lecturas.writeStream.format("memory").queryName("q").outputMode("update").start()\nawait consulta.stop()',
  'function suma(a: number, b: number): number { return a + b }\nclass Punto { constructor(readonly x: number, readonly y: number) {} }\ninterface Fila { readonly id: number; readonly nombre: string }\nconst fila: Fila = { id: suma(1, 2), nombre: "uno" }\nfor (const x of [1, 2]) { if (x > 1) console.log(`${x}`) }\nfila',
]
