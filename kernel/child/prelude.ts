/** The hidden first cell: `spark`, `F`, the types and the display functions, ready and typed in every notebook. */

/** Runs before the first cell of a notebook. */
export const preludeCode = `
import { SparkSession, functions as F, StructType, StructField, StringType, IntegerType, LongType, ShortType, ByteType, DoubleType, FloatType, BooleanType, TimestampType, TimestampNTZType, DateType, BinaryType, DecimalType, ArrayType, MapType, NullType, MemoryStream, Decimal, StreamingQuery, DataFrame, Column } from "microlote"
import { display, table, plot, html, markdown, newDisplay, input, clearOutput, registerComm, openComm, comprobar, percentil, graficoLatencia, graficoTasas, graficoLag, graficoEstado, graficoTiempoEvento, toDanfo } from "microlote-kernel"
const spark: SparkSession = SparkSession.builder.appName("cuaderno").getOrCreate()
;(globalThis as any)[Symbol.for("microlote.kernel.spark")] = { spark, StreamingQuery }
`
