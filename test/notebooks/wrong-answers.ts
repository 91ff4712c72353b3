/** Plausible wrong answers to the exercises, with what the check must say of each. */

/** `cell`: the answer cell (by id) that gets this code in place of the solution, or what the function makes of the solution; `says`: found in the message of a failing check. */
export interface WrongAnswer { readonly name: string; readonly cell: string; readonly code: string | ((solution: string) => string); readonly says: RegExp }

/** The solution with one of its answers changed. */
const instead = (right: string, wrong: string) => (solution: string): string => {
  if (solution.split(right).length !== 2) throw new Error(`${right} is not once in the solution`)
  return solution.replace(right, () => wrong)
}

const job = (tail: string, open = '.select("evento.*")'): string => `function primerTrabajo(mensajes: DataFrame): DataFrame {
  return mensajes.select(F.from_json(F.col("value").cast("string"), esquemaEvento).alias("evento"))${open}${tail}
}`
const reader = (body: string): string => `function leerCheckpoint(dir: string): { confirmado: number | null; pendiente: number | null } {
  const nombres = (log: string) => fs.existsSync(ruta.join(dir, log)) ? fs.readdirSync(ruta.join(dir, log)) : []
  ${body}
}`
const latency = (seconds: string, stats = 'F.percentile_approx("latencia_segundos", 0.99)', count = 'F.count("*")', name = 'latencia_avg'): string => `function conLatencia(eventos: DataFrame): DataFrame {
  return eventos.withColumn("timestamp_procesamiento", F.current_timestamp()).withColumn("latencia_segundos", ${seconds})
}
function estadisticas(lote: DataFrame): DataFrame {
  return lote.select(F.min("latencia_segundos").alias("latencia_min"), F.avg("latencia_segundos").alias("${name}"), F.max("latencia_segundos").alias("latencia_max"), ${stats}.alias("latencia_p99"), ${count}.alias("num_eventos"))
}`
const difference = 'F.col("timestamp_procesamiento").cast("double").minus(F.col("timestamp_origen").cast("double"))'
const predict = (body: string): string => `function predecirEntrada(llegan: number, duracionMs: number, intervaloMs: number): number { return ${body} }`
// Parser, mark and summary of late rows: each with its right text, so that one can be wrong at a time.
const late = (parts: { readonly parse?: string; readonly delay?: string; readonly flag?: string; readonly count?: string; readonly share?: string }): string => `function parseDurationToSeconds(texto: string): number {
  ${parts.parse ?? `const u: Record<string, number> = { millisecond: 0.001, second: 1, minute: 60, hour: 3600, day: 86400, week: 604800 }
  const p = texto.toLowerCase().split(' ')
  let s = 0
  for (let i = 0; i < p.length; i += 2) { const v = Number(p[i]) * u[(p[i + 1] ?? '').replace(/s$/, '')]; if (!(v >= 0)) throw new Error('no'); s += v }
  return s`}
}
function marcarTardios(eventos: DataFrame, espera: string): DataFrame {
  return eventos.withColumn("ts_procesamiento", F.current_timestamp())
    .withColumn("retraso_segundos", ${parts.delay ?? 'F.col("ts_procesamiento").cast("double").minus(F.col("ts").cast("double"))'})
    .withColumn("tardio", ${parts.flag ?? 'F.col("retraso_segundos").gt(parseDurationToSeconds(espera))'})
}
function resumirTardios(lote: DataFrame): DataFrame {
  const tardios = ${parts.count ?? 'F.coalesce(F.sum(F.col("tardio").cast("int")), F.lit(0))'}
  return lote.agg(F.count("*").alias("total"), tardios.alias("tardios"), ${parts.share ?? 'F.coalesce(tardios.multiply(100).divide(F.nullif(F.count("*"), F.lit(0))), F.lit(0))'}.alias("pct_tardios"), F.avg("retraso_segundos").alias("retraso_promedio"), F.max("retraso_segundos").alias("retraso_maximo"))
}`

// The four readers and the two sinks of 11.2: each with its right text, so that one can be wrong at a time.
const readers = (parts: { readonly kafka?: string; readonly kafkaColumns?: string; readonly files?: string; readonly rate?: string; readonly socket?: string }): string => `function leerKafka(topic: string): DataFrame {
  return spark.readStream.format("kafka").option("kafka.bootstrap.servers", kafka.bootstrapServers).option("subscribe", topic)${parts.kafka ?? '.option("startingOffsets", "earliest").option("maxOffsetsPerTrigger", 50)'}.load().selectExpr(${parts.kafkaColumns ?? '"CAST(key AS STRING) AS clave", "CAST(value AS STRING) AS valor", "partition AS particion"'})
}
function leerArchivos(dir: string): DataFrame { return spark.readStream.format("json").schema("id BIGINT, region STRING, monto DOUBLE")${parts.files ?? '.option("pathGlobFilter", "*.json").option("maxFilesPerTrigger", 2)'}.load(dir) }
function leerRitmo(): DataFrame { return spark.readStream.format("rate")${parts.rate ?? '.option("rowsPerSecond", 200)'}.option("numPartitions", 2).load() }
function leerSocket(puerto: number): DataFrame { return spark.readStream.format("socket").option("host", "127.0.0.1").option("port", puerto)${parts.socket ?? '.option("includeTimestamp", true)'}.load() }`
const sinks = (parts: { readonly lake?: string; readonly columns?: string }): string => `function alLago(ventas: DataFrame, dir: string, checkpoint: string): DataFrame["writeStream"] {
  return ventas.writeStream${parts.lake ?? '.format("delta").partitionBy("fecha", "region").option("path", dir).option("checkpointLocation", checkpoint)'}
}
function aKafka(ventas: DataFrame, topic: string, checkpoint: string): DataFrame["writeStream"] {
  return ventas.select(${parts.columns ?? 'F.col("region").alias("key"), F.to_json(F.struct("*")).alias("value")'}).writeStream.format("kafka").option("kafka.bootstrap.servers", kafka.bootstrapServers).option("topic", topic).option("checkpointLocation", checkpoint)
}`

// Three topics as one table: the kind, the time, the amount, the detail and what is done with damaged texts may be wrong.
const together = (parts: { readonly kind?: string; readonly time?: string; readonly amount?: string; readonly detail?: string; readonly then?: string; readonly split?: string }): string => `function unificar(mensajes: DataFrame): DataFrame {
  const es = (tipo: string) => F.col("tipo").eqNullSafe(tipo)
  return mensajes.withColumn("texto", F.col("value").cast("string")).withColumn("e", F.from_json("texto", "id STRING, ts TIMESTAMP, cuando TIMESTAMP, monto DOUBLE, importe DOUBLE, pagina STRING, moneda STRING, compra_id STRING"))
    .withColumn("tipo", ${parts.kind ?? 'F.when(F.col("e.id").isNull(), "roto").when(F.col("topic").startsWith("clicks"), "click").when(F.col("topic").startsWith("compras"), "compra").otherwise("devolucion")'})
    .select("tipo", F.when(es("roto"), F.lit(null)).otherwise(F.col("e.id")).alias("id"), ${parts.time ?? 'F.when(es("devolucion"), F.col("e.cuando")).when(es("roto"), F.lit(null)).otherwise(F.col("e.ts"))'}.alias("ts"), ${parts.amount ?? 'F.when(es("compra"), F.col("e.monto")).when(es("devolucion"), F.col("e.importe").multiply(-1))'}.alias("monto"),
      ${parts.detail ?? 'F.when(es("click"), F.col("e.pagina")).when(es("compra"), F.col("e.moneda")).when(es("devolucion"), F.col("e.compra_id")).otherwise(F.col("texto"))'}.alias("detalle"))${parts.then ?? ''}
}
function separar(eventos: DataFrame): Record<"clicks" | "compras" | "devoluciones" | "rotos", DataFrame> {
  const de = (tipo: string) => eventos.filter(F.col("tipo").equalTo(tipo))
  ${parts.split ?? 'return { clicks: de("click"), compras: de("compra"), devoluciones: de("devolucion"), rotos: de("roto") }'}
}`
// The sink that loads by COPY, its steps one by one.
const copySink = (body: string): string => `async function sinkCopy(t: { metricas: string; control: string }, lote: DataFrame, numero: number, trabajo: string): Promise<void> {
  const filas = await lote.collect()
  ${body}
}`
const claims = 'if ((await c.query(`INSERT INTO ${t.control} (trabajo, batch_id) VALUES ($1, $2) ON CONFLICT DO NOTHING`, [trabajo, numero])).rowCount === 0) return'
const loads = (update = 'm.revenue + EXCLUDED.revenue'): string => `await c.query("CREATE TEMP TABLE entrada (region text, mes text, revenue double precision) ON COMMIT DROP")
    await copiar(c, "entrada", ["region", "mes", "revenue"], filas)
    await c.query(\`INSERT INTO \${t.metricas} AS m SELECT * FROM entrada ON CONFLICT (region, mes) DO UPDATE SET revenue = ${update}\`)`
const safeSink = (write: string, read = 'spark.read.format("delta").load(dir)'): string => `async function escribirSeguro(lote: DataFrame, numero: number, trabajo: string, dir: string): Promise<void> { ${write} }
function leerResultados(dir: string): DataFrame { return ${read} }`

// The rule of the watermark, batch by batch: which rows are late, what the mark is afterwards.
const predicted = (late: string, mark = 'mayor - espera', highest = 'mayor = Math.max(mayor, ...lote)'): string => `type Prediccion = { watermark: number; descartadas: number[] }
function predecir(lotes: number[][], espera: number, ventana: number): Prediccion[] {
  let mayor = -Infinity
  return lotes.map(lote => {
    const antes = mayor - espera
    ${highest}
    return { watermark: ${mark}, descartadas: lote.filter(m => ${late}) }
  })
}`
const windowEnd = '(Math.floor(m / ventana) + 1) * ventana'
// The mark of two streams together.
const together144 = (body: string): string => `type EnMinutos = { clicks: number[]; compras: number[] }
function globalTras(envios: EnMinutos[], espera: number, politica: "min" | "max"): (number | null)[] {
  ${body}
}`
// The watch put before the windows: what it keeps and where the windows begin.
const watched = (windows: string, watch = 'm'): string => `function vigilarVentanas(eventos: DataFrame, espera: string): { monitor: DataFrame; ventanas: DataFrame } {
  const m = marcarTardios(eventos, espera)
  const ventanas = ${windows}.agg(F.count("*").alias("count"), F.sum(F.col("tardio").cast("int")).alias("tardios")).select(F.date_format("window.start", "HH:mm").alias("ventana"), "count", "tardios")
  return { monitor: ${watch}, ventanas }
}`
const fives = '.groupBy(F.window("ts", "5 minutes"))'

const valid = (body: string): string => `function esValida(operacion: string, watermark: boolean, modo: string): boolean {
  const agrega = ["por región", "ventana", "sesión", "ordenar"].includes(operacion)
  ${body}
}`
const merge = (clauses: string, first = 'if (!(await DeltaTable.isDeltaTable(spark, dir))) return lote.write.format("delta").save(dir)'): string => `async function fusionar(lote: DataFrame, dir: string): Promise<unknown> {
  ${first}
  return ${clauses}
}`
const merging = 'DeltaTable.forPath(spark, dir).as("existente").merge(lote.alias("nuevo"), "existente.user_id = nuevo.user_id")'

const modes = (...chosen: string[]): string => `const modos53 = ${JSON.stringify(chosen)}
const razonVentas = "corta", razonAuditoria = "corta", razonRanking = "corta", razonFrecuentes = "corta", razonGrafana = "corta"`

const windows = (parts: { readonly minute?: string; readonly wait?: string; readonly mean?: string; readonly session?: string; readonly end?: string }): string => `function porMinuto(e: DataFrame): DataFrame {
  return e.withWatermark("ts", ${parts.wait ?? '"10 minutes"'}).groupBy(F.window("ts", "1 minute"), "region").agg(F.count("*").alias("eventos"), ${parts.minute ?? 'F.sum("monto")'}.alias("revenue")).select(F.col("window.start").alias("desde"), "region", "eventos", "revenue")
}
function mediaMovil(e: DataFrame): DataFrame {
  return e.withWatermark("ts", "15 minutes").groupBy(${parts.mean ?? 'F.window("ts", "5 minutes", "1 minute")'}, "region").agg(F.avg("monto").alias("media_movil")).select(F.col("window.start").alias("desde"), "region", "media_movil")
}
function sesiones(e: DataFrame): DataFrame {
  return e.withWatermark("ts", "30 minutes").groupBy(F.session_window("ts", ${parts.session ?? '"5 minutes"'}), "user_id").agg(F.count("*").alias("eventos_por_sesion"), F.sum("monto").alias("valor_sesion"), F.min("ts").alias("inicio_sesion"), F.max("ts").alias("fin_sesion"))
    .select("user_id", "eventos_por_sesion", "valor_sesion", "inicio_sesion", ${parts.end ?? '"fin_sesion"'})
}`

// The session kept by hand: the gap that ends it, the order, the amount, and what is done at the end may be wrong.
const kept = (parts: { readonly gap?: string; readonly order?: string; readonly amount?: string; readonly save?: string; readonly end?: string }): string => `function actualizarSesion(clave: { user_id: string | null }, eventos: Iterable<{ ts: Date | null; monto: number | null }>, estado: any): Iterable<any> {
  const salen: any[] = []
  let s = estado.exists ? estado.get : null
  const emitir = () => salen.push({ user_id: clave.user_id, num_eventos: s.num_eventos, valor_total: s.valor_total, inicio_sesion: s.inicio, fin_sesion: ${parts.end ?? 's.ultimo'} })
  if (estado.hasTimedOut) { emitir(); estado.remove(); return salen }
  for (const e of [...eventos]${parts.order ?? '.sort((a, b) => a.ts!.getTime() - b.ts!.getTime())'}) {
    const t = e.ts!.getTime(), monto = ${parts.amount ?? 'e.monto ?? 0'}
    if (s !== null && t - ${parts.gap ?? 's.ultimo'} > 5 * 60_000) { emitir(); s = null }
    s = s === null ? { inicio: t, ultimo: t, num_eventos: 1, valor_total: monto } : { inicio: s.inicio, ultimo: t, num_eventos: s.num_eventos + 1, valor_total: s.valor_total + monto }
  }
  ${parts.save ?? 'estado.update(s); estado.setTimeoutTimestamp(Math.max(s.ultimo + 5 * 60_000, estado.getCurrentWatermarkMs() + 1))'}
  return salen
}`

// The table of customers: read, made one row each, joined; each step may be wrong.
const enrich = (parts: { readonly read?: string; readonly one?: string; readonly how?: string; readonly gap?: string; readonly before?: string }): string => `${parts.before ?? ''}
function enriquecer(lote: DataFrame, dir: string): DataFrame {
  const ultimos = ${parts.read ?? 'spark.read.parquet(dir)'}${parts.one ?? '.groupBy("user_id").agg(F.max_by("segmento", "actualizado").alias("segmento"))'}
  return lote.join(ultimos, "user_id", "${parts.how ?? 'left'}")${parts.gap ?? '.withColumn("segmento", F.coalesce("segmento", F.lit("desconocido")))'}
}`
const condition = (text: string): string => `const condicion162: string = ${JSON.stringify(text)}`
const sameUser = 'clicks.user_id = compras.user_id'

const detect = (query: string): string => `function detectar(metricas: DataFrame, baseline: DataFrame): DataFrame { return ${query} }`
const anomalous = (limit = 'valor > 3 * promedio'): string => `metricas.withWatermark("ts", "10 minutes").join(baseline, "metrica_id").where("${limit}")`
const inWindows = '.select("metrica_id", F.window("ts", "5 minutes").alias("ventana"), "valor", "promedio")', fromStart = '.select("metrica_id", F.col("ventana.start").alias("ventana"), "valor", "promedio")'

// Two streams mended: keys made alike, times bounded.
const mend = (key: string, bound: string, marks = ['.withWatermark("ts_a", "1 minute")', '.withWatermark("ts_b", "1 minute")']): string => `function arreglar(a: DataFrame, b: DataFrame): DataFrame {
  return a.withColumnRenamed("ts", "ts_a")${marks[0]}.alias("a").join(b.select(${key}.alias("key"), F.col("ts").alias("ts_b"))${marks[1]}.alias("b"), F.expr("a.key = b.key${bound}")).select("a.key", "ts_a", "ts_b")
}`
const lowerTrim = 'F.lower(F.trim("key"))', within = ' AND ts_b BETWEEN ts_a - INTERVAL 5 MINUTES AND ts_a + INTERVAL 5 MINUTES'

// Purchases and clicks: the condition of the join, and which click is chosen.
const attribute = (parts: { readonly low?: string; readonly high?: string; readonly choice?: string }): string => `function atribuir(clicks: DataFrame, compras: DataFrame): DataFrame {
  return clicks.withWatermark("timestamp", "35 minutes").alias("c").join(compras.withWatermark("timestamp", "35 minutes").alias("p"), F.expr("c.user_id = p.user_id${parts.low ?? ' AND c.timestamp <= p.timestamp'} AND p.timestamp <= c.timestamp + INTERVAL ${parts.high ?? '30 MINUTES'}"))
    ${parts.choice ?? '.groupBy("p.user_id", "p.timestamp", "monto").agg(F.max_by("campaign_id", "c.timestamp").alias("campaign_id")).select("user_id", "campaign_id", "monto", F.col("timestamp").alias("tiempo_conversion"))'}
}`

// The fence in SQL: what is sent, what happens to a key that is there, which rows may pass.
const fenced = (parts: { readonly rows?: string; readonly conflict?: string; readonly where?: string; readonly body?: string }): string => `async function soloNuevos(lote: DataFrame, numero: number, tabla: string): Promise<Record<string, any>[]> {
  const filas = await ${parts.rows ?? 'lote.dropDuplicates(["evento_id"])'}.collect(), ids = filas.map(f => f.evento_id)
  ${parts.body ?? `await sql(\`INSERT INTO \${tabla} (evento_id, lote) SELECT DISTINCT id, $2::bigint FROM unnest($1::text[]) AS id ${parts.conflict ?? 'ON CONFLICT (evento_id) DO NOTHING'}\`, [ids, numero])
  const mios = new Set((await sql(\`SELECT evento_id FROM \${tabla} WHERE evento_id = ANY($1) AND ${parts.where ?? 'lote = $2'}\`, [ids, numero])).map(f => f.evento_id))
  return filas.filter(f => mios.has(f.evento_id))`}
}`
const unique = (query: string): string => `function sinRepetidos(e: DataFrame): DataFrame { return ${query} }`

export const wrongAnswers: Readonly<Record<string, readonly WrongAnswer[]>> = {
  '11.1.1': [
    { name: 'once taken for a trigger with a limit', cell: '11-1-1-respuesta-1', code: instead('once: { respetaElTope: "no"', 'once: { respetaElTope: "sí"'), says: /con tope de 2000, hizo lotes de 6000/ },
    { name: 'a query that waits taken for one that ends', cell: '11-1-1-respuesta-1', code: instead('processingTime: { respetaElTope: "sí", terminaSolo: "no"', 'processingTime: { respetaElTope: "sí", terminaSolo: "sí"'), says: /al acabar seguía viva/ },
  ],
  '11.1.2': [
    { name: 'only purchases', cell: '11-1-2-respuesta-1', code: job('.filter("tipo = \'compra\'").withColumn("monto_iva", F.col("monto").multiply(1.19)).withColumn("hora_procesamiento", F.current_timestamp())'), says: /Pasan los dos tipos que mueven dinero/ },
    { name: 'the tax alone', cell: '11-1-2-respuesta-1', code: job('.filter(F.col("tipo").isin(["compra", "devolucion"])).withColumn("monto_iva", F.col("monto").multiply(0.19)).withColumn("hora_procesamiento", F.current_timestamp())'), says: /monto_iva debía ser .* monto × 1\.19/ },
    { name: 'the time of the event', cell: '11-1-2-respuesta-1', code: job('.filter(F.col("tipo").isin(["compra", "devolucion"])).withColumn("monto_iva", F.col("monto").multiply(1.19)).withColumn("hora_procesamiento", F.col("timestamp"))'), says: /la hora del micro-lote.*current_timestamp/ },
    { name: 'the structure left closed', cell: '11-1-2-respuesta-1', code: job('.filter(F.col("evento.tipo").isin(["compra", "devolucion"])).withColumn("monto_iva", F.col("evento.monto").multiply(1.19)).withColumn("hora_procesamiento", F.current_timestamp())', ''), says: /Abre la estructura con select/ },
    { name: 'rows that are not purchases let through by a null', cell: '11-1-2-respuesta-1', code: job('.filter("coalesce(tipo, \'compra\') in (\'compra\', \'devolucion\')").withColumn("monto_iva", F.col("monto").multiply(1.19)).withColumn("hora_procesamiento", F.current_timestamp())'), says: /Sobra la fila con evento_id/ },
  ],
  '11.1.3': [
    { name: 'an aggregate that is taken for a column', cell: '11-1-3-respuesta-2', code: instead('"un agregado más": "no arranca"', '"un agregado más": "sigue"'), says: /Respondiste «sigue»; al probarlo: \[STATE_STORE_VALUE_SCHEMA_NOT_COMPATIBLE\]/ },
    { name: 'a sink that is taken for a part of the checkpoint', cell: '11-1-3-respuesta-2', code: instead('"otro sink": "sigue"', '"otro sink": "no arranca"'), says: /al probarlo: sigue en el lote 6/ },
    { name: 'names compared as texts', cell: '11-1-3-respuesta-1', code: reader('const ultimo = (l: string) => { const n = nombres(l).filter(x => /^\\d+$/.test(x)).sort(); return n.length === 0 ? null : Number(n[n.length - 1]) }; const a = ultimo("offsets"), c = ultimo("commits"); return { confirmado: c, pendiente: a !== null && (c === null || a > c) ? a : null }'), says: /el 10 va después del 9/ },
    { name: 'the last offset always pending', cell: '11-1-3-respuesta-1', code: reader('const ultimo = (l: string) => { const n = nombres(l).filter(x => /^\\d+$/.test(x)).map(Number); return n.length === 0 ? null : Math.max(...n) }; return { confirmado: ultimo("commits"), pendiente: ultimo("offsets") }'), says: /no hay lote pendiente/ },
    { name: 'files counted', cell: '11-1-3-respuesta-1', code: reader('const o = nombres("offsets").length, c = nombres("commits").length; return { confirmado: c === 0 ? null : c - 1, pendiente: o > c ? o - 1 : null }'), says: /Sólo son lotes los nombres hechos de dígitos|contar archivos no sirve/ },
    { name: 'folders taken for granted', cell: '11-1-3-respuesta-1', code: `function leerCheckpoint(dir: string): { confirmado: number | null; pendiente: number | null } {
  const ultimo = (l: string) => { const n = fs.readdirSync(ruta.join(dir, l)).filter(x => /^\\d+$/.test(x)).map(Number); return n.length === 0 ? null : Math.max(...n) }
  const a = ultimo("offsets"), c = ultimo("commits"); return { confirmado: c, pendiente: a !== null && (c === null || a > c) ? a : null }
}`, says: /ENOENT.*pueden no existir/ },
  ],
  '11.1.4': [
    { name: 'milliseconds', cell: '11-1-4-respuesta-1', code: latency(`${difference}.multiply(1000)`), says: /¿Están en segundos\?/ },
    { name: 'the difference the other way round', cell: '11-1-4-respuesta-1', code: latency('F.col("timestamp_origen").cast("double").minus(F.col("timestamp_procesamiento").cast("double"))'), says: /¿No estará la resta al revés\?/ },
    { name: 'whole seconds', cell: '11-1-4-respuesta-1', code: latency('F.col("timestamp_procesamiento").cast("bigint").minus(F.col("timestamp_origen").cast("bigint"))'), says: /con decimales/ },
    { name: 'the median', cell: '11-1-4-respuesta-1', code: latency(difference, 'F.percentile_approx("latencia_segundos", 0.5)'), says: /latencia_p99 debía ser 19\.8.*el percentil es el 0\.99/ },
    { name: 'nulls not counted', cell: '11-1-4-respuesta-1', code: latency(difference, undefined, 'F.count("latencia_segundos")'), says: /num_eventos cuenta todas las filas/ },
    { name: 'another name', cell: '11-1-4-respuesta-1', code: latency(difference, undefined, undefined, 'media'), says: /latencia_avg debía ser .* una columna que no está/ },
  ],
  '11.1.5': [
    { name: 'patience taken for a cure', cell: '11-1-5-respuesta-2', code: instead('"un trigger más largo": "nada"', '"un trigger más largo": "acota"'), says: /Mira la curva «con trigger de 2 s»/ },
    { name: 'the interval forgotten', cell: '11-1-5-respuesta-1', code: predict('llegan * duracionMs / 1000'), says: /no empieza hasta su disparo/ },
    { name: 'the length forgotten', cell: '11-1-5-respuesta-1', code: predict('llegan * intervaloMs / 1000'), says: /Mientras dura un lote de 3 segundos/ },
    { name: 'milliseconds taken for seconds', cell: '11-1-5-respuesta-1', code: predict('llegan * Math.max(duracionMs, intervaloMs)'), says: /Se esperaba algo cercano a 300/ },
  ],
  '11.2.1': [
    { name: 'from the end of the topic', cell: '11-2-1-respuesta-1', code: readers({ kafka: '.option("maxOffsetsPerTrigger", 50)' }), says: /¿Desde dónde empieza un stream/ },
    { name: 'Kafka without a limit', cell: '11-2-1-respuesta-1', code: readers({ kafka: '.option("startingOffsets", "earliest")' }), says: /lotes de 120: el tope se llama maxOffsetsPerTrigger/ },
    { name: 'bytes left as they are', cell: '11-2-1-respuesta-1', code: readers({ kafkaColumns: '"key", "value", "partition"' }), says: /conviértelos a texto/ },
    { name: 'every file taken', cell: '11-2-1-respuesta-1', code: readers({ files: '.option("maxFilesPerTrigger", 2)' }), says: /pathGlobFilter los aparta/ },
    { name: 'the limit of Kafka for files', cell: '11-2-1-respuesta-1', code: readers({ files: '.option("pathGlobFilter", "*.json").option("maxFilesPerTrigger", 10)' }), says: /lotes de 10: el tope se llama maxFilesPerTrigger/ },
    { name: 'one row a second', cell: '11-2-1-respuesta-1', code: readers({ rate: '.option("rowsPerSecond", 20)' }), says: /Se pide con rowsPerSecond/ },
    { name: 'lines without their time', cell: '11-2-1-respuesta-1', code: readers({ socket: '' }), says: /se pide con includeTimestamp/ },
  ],
  '11.2.2': [
    { name: 'not partitioned', cell: '11-2-2-respuesta-1', code: sinks({ lake: '.format("delta").option("path", dir).option("checkpointLocation", checkpoint)' }), says: /partitionBy\("fecha", "region"\)/ },
    { name: 'partitioned the other way round', cell: '11-2-2-respuesta-1', code: sinks({ lake: '.format("delta").partitionBy("region", "fecha").option("path", dir).option("checkpointLocation", checkpoint)' }), says: /en ese orden/ },
    { name: 'the checkpoint left out', cell: '11-2-2-respuesta-1', code: sinks({ lake: '.format("delta").partitionBy("fecha", "region").option("path", dir).option("checkpointLocation", `${checkpoint}-${Math.random()}`)' }), says: /hay 60 filas y 30 ventas distintas/ },
    { name: 'loose Parquet files', cell: '11-2-2-respuesta-1', code: sinks({ lake: '.format("parquet").partitionBy("fecha", "region").option("path", dir).option("checkpointLocation", checkpoint)' }), says: /no hay una tabla Delta/ },
    { name: 'appended by hand', cell: '11-2-2-respuesta-1', code: sinks({ lake: '.option("checkpointLocation", checkpoint).foreachBatch(async (lote: DataFrame) => { await lote.write.format("delta").mode("append").partitionBy("fecha", "region").save(dir) })' }), says: /reconoce el lote repetido si es él quien escribe/ },
    { name: 'a message without key', cell: '11-2-2-respuesta-1', code: sinks({ columns: 'F.to_json(F.struct("*")).alias("value")' }), says: /en una columna que se llame key/ },
    { name: 'the amount alone', cell: '11-2-2-respuesta-1', code: sinks({ columns: 'F.col("region").alias("key"), F.to_json(F.struct("monto")).alias("value")' }), says: /value lleva todas las columnas/ },
  ],
  '11.2.3': [
    { name: 'what is there first', cell: '11-2-3-respuesta-1', code: together({ detail: 'F.coalesce(F.col("e.pagina"), F.col("e.moneda"), F.col("e.compra_id"), F.col("texto"))' }), says: /de una compra interesa la moneda aunque traiga pagina/ },
    { name: 'money that comes back counted as earned', cell: '11-2-3-respuesta-1', code: together({ amount: 'F.when(es("compra"), F.col("e.monto")).when(es("devolucion"), F.col("e.importe"))' }), says: /monto debía ser -80 y es 80.*va en negativo/ },
    { name: 'one name for the time', cell: '11-2-3-respuesta-1', code: together({ time: 'F.col("e.ts")' }), says: /se llaman cuando, importe y compra_id/ },
    { name: 'damaged texts thrown away', cell: '11-2-3-respuesta-1', code: together({ then: '.filter(F.col("tipo").notEqual("roto"))' }), says: /también sale, como roto/ },
    { name: 'the topic for the kind', cell: '11-2-3-respuesta-1', code: together({ kind: 'F.when(F.col("e.id").isNull(), "roto").otherwise(F.col("topic"))' }), says: /El topic dice el tipo, en singular/ },
    { name: 'two parts forgotten', cell: '11-2-3-respuesta-1', code: together({ split: 'return { clicks: de("click"), compras: de("compra") } as any' }), says: /Una tabla por tipo/ },
  ],
  '11.2.4': [
    { name: 'no control', cell: '11-2-4-respuesta-1', code: copySink(`await enTransaccion(async c => { ${loads()} })`), says: /al repetir el lote 1: mira en la tabla de control/ },
    { name: 'replaced, not added', cell: '11-2-4-respuesta-1', code: copySink(`await enTransaccion(async c => { ${claims}\n${loads('EXCLUDED.revenue')} })`), says: /revenue = m\.revenue \+ EXCLUDED\.revenue/ },
    { name: 'row by row', cell: '11-2-4-respuesta-1', code: copySink(`await enTransaccion(async c => { ${claims}\nfor (const f of filas) await c.query(\`INSERT INTO \${t.metricas} AS m VALUES ($1, $2, $3) ON CONFLICT (region, mes) DO UPDATE SET revenue = m.revenue + EXCLUDED.revenue\`, [f.region, f.mes, f.revenue]) })`), says: /No llamaste a copiar/ },
    { name: 'a look in one transaction, the writing in another', cell: '11-2-4-respuesta-1', code: copySink(`const ya = await enTransaccion(async c => (await c.query(\`SELECT 1 FROM \${t.control} WHERE trabajo = $1 AND batch_id = $2\`, [trabajo, numero])).rows.length > 0)
  if (ya) return
  await enTransaccion(async c => { ${loads()}\nawait c.query(\`INSERT INTO \${t.control} VALUES ($1, $2)\`, [trabajo, numero]) })`), says: /Uno de los dos terminó con error.*Apunta el lote lo primero/ },
    { name: 'noted in a transaction of its own', cell: '11-2-4-respuesta-1', code: copySink(`const nuevo = await enTransaccion(async c => (await c.query(\`INSERT INTO \${t.control} VALUES ($1, $2) ON CONFLICT DO NOTHING\`, [trabajo, numero])).rowCount === 1)
  if (nuevo) await enTransaccion(async c => { ${loads()} })`), says: /quedó apuntado como hecho/ },
    { name: 'errors swallowed', cell: '11-2-4-respuesta-1', code: copySink(`try { await enTransaccion(async c => { ${claims}\n${loads()} }) } catch (e) { console.log("falló") }`), says: /la función no lanzó el error/ },
    { name: 'the job forgotten', cell: '11-2-4-respuesta-1', code: copySink(`await enTransaccion(async c => { ${claims.replace('[trabajo, numero]', '["siempre", numero]')}\n${loads()} })`), says: /el lote 0 de otro trabajo es otro lote/ },
  ],
  '11.2.5': [
    { name: 'the same folders', cell: '11-2-5-respuesta-1', code: safeSink('await lote.write.mode("overwrite").parquet(`${dir}/batch_${numero}`)', 'spark.read.parquet(...fs.readdirSync(dir).map(d => ruta.join(dir, d)).filter(d => fs.readdirSync(d).some(f => f.endsWith(".parquet"))))'), says: /al repetir el lote 2 con el disco roto, hay 20 filas/ },
    { name: 'loose files added', cell: '11-2-5-respuesta-1', code: safeSink('await lote.write.mode("append").parquet(dir)', 'spark.read.parquet(dir)'), says: /Al repetir el lote 1 hay 30 filas y 20 ventas distintas/ },
    { name: 'Delta without a number', cell: '11-2-5-respuesta-1', code: safeSink('await lote.write.format("delta").mode("append").save(dir)'), says: /la tabla ha de recordar qué lotes tiene/ },
    { name: 'one name for every query', cell: '11-2-5-respuesta-1', code: safeSink('await lote.write.format("delta").mode("append").option("txnAppId", "sink").option("txnVersion", numero).save(dir)'), says: /su lote 0 no es el tuyo/ },
    { name: 'the whole table each time', cell: '11-2-5-respuesta-1', code: safeSink('await lote.write.format("delta").mode("overwrite").save(dir)'), says: /cada lote se añade a los anteriores/ },
    { name: 'errors swallowed', cell: '11-2-5-respuesta-1', code: safeSink('try { await lote.write.format("delta").mode("append").option("txnAppId", trabajo).option("txnVersion", numero).save(dir) } catch { console.log("falló") }'), says: /terminó como si nada/ },
  ],
  '11.4.1': [
    { name: 'the mark of its own batch', cell: '11-4-1-respuesta-2', code: predicted(`${windowEnd} <= mayor - espera`), says: /Compara el final de la ventana con el watermark de antes del lote/ },
    { name: 'the row, not its window', cell: '11-4-1-respuesta-2', code: predicted('m < antes'), says: /entraron 1 filas y según tu función 0/ },
    { name: 'the mark goes back', cell: '11-4-1-respuesta-2', code: predicted(`${windowEnd} <= antes`, undefined, 'mayor = Math.max(...lote)'), says: /no retrocede/ },
    { name: 'the numbers of the example', cell: '11-4-1-respuesta-2', code: predicted('(Math.floor(m / 10) + 1) * 10 <= antes'), says: /con espera 7 y ventana 5/ },
    { name: 'too little patience', cell: '11-4-1-respuesta-3', code: 'const q1411 = "c", q1412 = "a", q1413 = "b", q1415 = "c"\nconst espera72: string = "24 hours", filas72: number | string = 24\nconst compromiso = "Esperar más acepta más rezagados y cuesta estado y tiempo."', says: /es poca espera/ },
    { name: 'too much patience', cell: '11-4-1-respuesta-3', code: 'const q1411 = "c", q1412 = "a", q1413 = "b", q1415 = "c"\nconst espera72: string = "90 hours", filas72: number | string = 90\nconst compromiso = "Esperar más acepta más rezagados y cuesta estado y tiempo."', says: /más espera de la que hace falta/ },
  ],
  '11.4.2': [
    { name: 'late rows taken away', cell: '11-4-2-respuesta-2', code: watched(`m.filter("not tardio").withWatermark("ts", espera)${fives}`), says: /El monitor no cambia las cuentas/ },
    { name: 'windows on the clock', cell: '11-4-2-respuesta-2', code: watched('m.withWatermark("ts_procesamiento", espera).groupBy(F.window("ts_procesamiento", "5 minutes"))'), says: /watermark sobre ts/ },
    { name: 'a watch on the late ones alone, and no end', cell: '11-4-2-respuesta-2', code: watched(`m${fives}`, 'm.filter("tardio and retraso_segundos < 900")'), says: /Alguna de las dos consultas no arranca|ni filtrados ni agrupados/ },
    { name: 'one pair only', cell: '11-4-2-respuesta-1', code: late({ parse: 'const [n, u] = texto.toLowerCase().split(" "), s = Number(n) * ({ second: 1, minute: 60, hour: 3600, day: 86400, week: 604800, millisecond: 0.001 } as any)[u.replace(/s$/, "")]; if (!(s >= 0)) throw new Error("no"); return s' }), says: /Puede haber varios pares/ },
    { name: 'a silent NaN', cell: '11-4-2-respuesta-1', code: late({ parse: 'const p = texto.toLowerCase().split(" "); let s = 0; for (let i = 0; i < p.length; i += 2) s += Number(p[i]) * ({ second: 1, minute: 60, hour: 3600, day: 86400, week: 604800, millisecond: 0.001 } as any)[p[i + 1].replace(/s$/, "")]; return s' }), says: /dio NaN: lanza un error/ },
    { name: 'the difference the other way round', cell: '11-4-2-respuesta-1', code: late({ delay: 'F.col("ts").cast("double").minus(F.col("ts_procesamiento").cast("double"))' }), says: /la hora del lote menos ts/ },
    { name: 'a delay of its own', cell: '11-4-2-respuesta-1', code: late({ flag: 'F.col("retraso_segundos").gt(60)' }), says: /tardio|supera la espera/ },
    { name: 'flags counted, not added', cell: '11-4-2-respuesta-1', code: late({ count: 'F.count("tardio")' }), says: /Suma las filas con tardio verdadero/ },
    { name: 'a share of one', cell: '11-4-2-respuesta-1', code: late({ share: 'F.coalesce(tardios.divide(F.nullif(F.count("*"), F.lit(0))), F.lit(0))' }), says: /Es un porcentaje/ },
    { name: 'an empty batch forgotten', cell: '11-4-2-respuesta-1', code: late({ count: 'F.sum(F.col("tardio").cast("int"))' }), says: /sum da nulo/ },
  ],
  '11.4.3': [
    { name: 'a watermark is enough', cell: '11-4-3-respuesta-1', code: valid('return modo === "complete" ? agrega : modo === "update" ? true : !agrega || watermark'), says: /La clave no lleva la hora/ },
    { name: 'sessions correct themselves', cell: '11-4-3-respuesta-1', code: valid('if (modo === "complete") return agrega; if (operacion === "ordenar") return false; if (operacion === "sin duplicados dentro del watermark") return watermark; return modo === "update" || !agrega || (watermark && operacion !== "por región")'), says: /Una sesión que crece se funde/ },
    { name: 'complete for everything', cell: '11-4-3-respuesta-1', code: valid('if (modo === "complete") return true; if (operacion === "ordenar") return false; if (operacion === "sin duplicados dentro del watermark") return watermark; if (!agrega) return true; return modo === "update" ? operacion !== "sesión" : watermark && operacion !== "por región"'), says: /cada fila se decide sola/ },
    { name: 'order anywhere', cell: '11-4-3-respuesta-1', code: valid('if (modo === "complete") return agrega; if (operacion === "sin duplicados dentro del watermark") return watermark; if (!agrega) return true; return modo === "update" ? operacion !== "sesión" : watermark && operacion !== "por región"'), says: /ordenar la tabla de resultados entera/ },
  ],
  '11.4.4': [
    { name: 'who is silent does not count', cell: '11-4-4-respuesta-2', code: together144('const m: Record<string, number> = {}; return envios.map(e => { for (const l of ["clicks", "compras"] as const) if (e[l].length > 0) m[l] = Math.max(m[l] ?? -Infinity, ...e[l]); return Math[politica](...Object.values(m)) - espera })'), says: /lo retiene todo/ },
    { name: 'the last of each', cell: '11-4-4-respuesta-2', code: together144('const m = { clicks: -Infinity, compras: -Infinity }; return envios.map(e => { for (const l of ["clicks", "compras"] as const) if (e[l].length > 0) m[l] = Math.max(...e[l]); const g = Math[politica](m.clicks, m.compras) - espera; return Number.isFinite(g) ? g : null })'), says: /retrocede/ },
    { name: 'always the lesser', cell: '11-4-4-respuesta-2', code: together144('const m = { clicks: -Infinity, compras: -Infinity }; return envios.map(e => { for (const l of ["clicks", "compras"] as const) m[l] = Math.max(m[l], ...e[l]); const g = Math.min(m.clicks, m.compras) - espera; return Number.isFinite(g) ? g : null })'), says: /Con max, tras el envío 1 dices null/ },
    { name: 'the answers of the example', cell: '11-4-4-respuesta-2', code: together144('return politica === "min" ? [null, 2, 10, 30] : [-10, 10, 30, 40]'), says: /tras el envío 2 dices 2 y la consulta tuvo -5/ },
  ],
  '11.4.5': [
    { name: 'a day is enough for two', cell: '11-4-5-respuesta-1', code: instead('movil: { espera: "48 hours"', 'movil: { espera: "24 hours"'), says: /sólo cuenta el 9\d.* % de los eventos: la espera es corta/ },
    { name: 'twice what is needed', cell: '11-4-5-respuesta-1', code: instead('movil: { espera: "48 hours"', 'movil: { espera: "96 hours"'), says: /guarda \d+ filas: la espera es más larga de lo necesario/ },
    { name: 'the final figure where an early one is asked', cell: '11-4-5-respuesta-1', code: instead('espera: "15 minutes", modo: "update"', 'espera: "15 minutes", modo: "append"'), says: /la primera cifra tarda 1\d.* minutos: o menos espera, o un modo que publique antes/ },
    { name: 'a book that corrects itself', cell: '11-4-5-respuesta-1', code: instead('espera: "30 minutes", modo: "append"', 'espera: "30 minutes", modo: "update"'), says: /y sólo vale una: ese modo rectifica/ },
    { name: 'the usual delay for the worst one', cell: '11-4-5-respuesta-1', code: instead('espera: "5 minutes", modo: "append"', 'espera: "1 minute", modo: "append"'), says: /sólo cuenta el 9\d.* % de los eventos: la espera es corta/ },
    { name: 'a unit cut short', cell: '11-4-5-respuesta-1', code: instead('espera: "5 minutes", modo: "append"', 'espera: "5 min", modo: "append"'), says: /con «5 min» la consulta no arranca/ },
    { name: 'the whole table', cell: '11-4-5-respuesta-1', code: instead('espera: "5 minutes", modo: "append"', 'espera: "5 minutes", modo: "complete"'), says: /el modo es "append" o "update"/ },
  ],
  '11.5.2': [
    { name: 'appended', cell: '11-5-2-respuesta-1', code: merge('lote.write.format("delta").mode("append").save(dir)', ''), says: /Los que coinciden toman el total nuevo/ },
    { name: 'overwritten', cell: '11-5-2-respuesta-1', code: merge('lote.write.format("delta").mode("overwrite").save(dir)', ''), says: /Falta la fila con user_id = "bob".*los ausentes se quedan/ },
    { name: 'added up', cell: '11-5-2-respuesta-1', code: merge(`${merging}.whenMatchedUpdate({ set: { total: "existente.total + nuevo.total", vez: "nuevo.vez" } }).whenNotMatchedInsertAll().execute()`), says: /total debía ser 250 y es 350/ },
    { name: 'only new ones', cell: '11-5-2-respuesta-1', code: merge(`${merging}.whenNotMatchedInsertAll().execute()`), says: /total debía ser 250 y es 100/ },
    { name: 'old over new', cell: '11-5-2-respuesta-1', code: merge(`${merging}.whenMatchedUpdateAll().whenNotMatchedInsertAll().execute()`), says: /trae una vez menor/ },
  ],
  '11.3.2': [
    { name: 'the mean for the sum', cell: '11-3-2-respuesta-1', code: windows({ minute: 'F.avg("monto")' }), says: /revenue debía ser 40 y es 20/ },
    { name: 'windows that do not slide', cell: '11-3-2-respuesta-1', code: windows({ mean: 'F.window("ts", "5 minutes")' }), says: /Falta la fila con desde = 1.*cinco ventanas/ },
    { name: 'size and step exchanged', cell: '11-3-2-respuesta-1', code: windows({ mean: 'F.window("ts", "5 minutes", "5 minutes")' }), says: /cinco ventanas de 5 minutos/ },
    { name: 'a short pause', cell: '11-3-2-respuesta-1', code: windows({ session: '"1 minute"' }), says: /pausa de 5 minutos/ },
    { name: 'the edge of the window for the last event', cell: '11-3-2-respuesta-1', code: windows({ end: 'F.col("session_window.end").alias("fin_sesion")' }).replace('F.max("ts").alias("fin_sesion")', 'F.max("ts").alias("ultimo")'), says: /fin debía ser 4 y es 9.*el último ts/ },
    { name: 'no patience', cell: '11-3-2-respuesta-1', code: windows({ wait: '"1 minute"' }), says: /Con diez minutos de espera/ },
  ],
  '11.3.3': [
    { name: 'a field more taken for a small thing', cell: '11-3-3-respuesta-2', code: instead('"un campo más": "falla"', '"un campo más": "sigue"'), says: /al arrancar con el estado cambiado ocurrió: falla/ },
    { name: 'the deadlines exchanged', cell: '11-3-3-respuesta-2', code: instead('plazoSinDatos: string = "ProcessingTimeTimeout"', 'plazoSinDatos: string = "EventTimeTimeout"'), says: /¿cuál cerró a ana sin que llegara nada\?/ },
    { name: 'the gap since the start', cell: '11-3-3-respuesta-1', code: kept({ gap: 's.inicio' }), says: /La pausa se cuenta desde el último evento/ },
    { name: 'rows as they come', cell: '11-3-3-respuesta-1', code: kept({ order: '' }), says: /Ordena los eventos del lote/ },
    { name: 'no timeout', cell: '11-3-3-respuesta-1', code: kept({ save: 'estado.update(s)' }), says: /el plazo la cierra cuando avanza el watermark/ },
    { name: 'nothing kept', cell: '11-3-3-respuesta-1', code: kept({ save: 'emitir()' }), says: /también de un lote a otro|fin debía ser 16/ },
    { name: 'the deadline for the end', cell: '11-3-3-respuesta-1', code: kept({ end: 's.ultimo + 5 * 60_000' }), says: /fin debía ser 16 y es 21/ },
  ],
  '11.3.4': [
    { name: 'the hours of a day for the share', cell: '11-3-4-respuesta-3', code: instead('Math.round(alAcabarElDia[0]["filas al acabar el día"] / alAcabarElDia[1]["filas al acabar el día"])', '24'), says: /Divide «filas al acabar el día» de la primera manera/ },
    { name: 'remembered for ever', cell: '11-3-4-respuesta-1', code: unique('e.dropDuplicates(["evento_id"])'), says: /no olvidas nada/ },
    { name: 'the time among the keys', cell: '11-3-4-respuesta-1', code: unique('e.withWatermark("ts", "1 hour").dropDuplicates(["evento_id", "ts"])'), says: /¿Está ts entre tus claves/ },
    { name: 'forgotten too soon', cell: '11-3-4-respuesta-1', code: unique('e.withWatermark("ts", "5 minutes").dropDuplicatesWithinWatermark(["evento_id"])'), says: /es corto el plazo/ },
    { name: 'a watermark that no key carries', cell: '11-3-4-respuesta-1', code: unique('e.withWatermark("ts", "1 hour").dropDuplicates(["evento_id"])'), says: /no olvidas nada/ },
    { name: 'no fence', cell: '11-3-4-respuesta-2', code: fenced({ body: 'const mios = new Set((await sql(`INSERT INTO ${tabla} (evento_id, lote) SELECT id, $2 FROM unnest($1::text[]) AS id ON CONFLICT DO NOTHING RETURNING evento_id`, [ids, numero])).map(f => f.evento_id))\n  return filas.filter(f => mios.has(f.evento_id))' }), says: /sus filas tienen que volver a pasar/ },
    { name: 'twice in a batch', cell: '11-3-4-respuesta-2', code: fenced({ rows: 'lote' }), says: /una fila por evento_id/ },
    { name: 'the last batch owns the key', cell: '11-3-4-respuesta-2', code: fenced({ conflict: 'ON CONFLICT (evento_id) DO UPDATE SET lote = EXCLUDED.lote' }), says: /su dueño es el primer lote/ },
    { name: 'whoever owns it', cell: '11-3-4-respuesta-2', code: fenced({ where: '$2::bigint IS NOT NULL' }), says: /su dueño es el primer lote/ },
  ],
  '11.5.3': [
    { name: 'everything, always', cell: '11-5-3-respuesta-1', code: modes('complete', 'append', 'complete', 'complete', 'complete'), says: /repetiría todos los días pasados/ },
    { name: 'whatever changes', cell: '11-5-3-respuesta-1', code: modes('update', 'update', 'update', 'update', 'update'), says: /un registro que no se modifica se declara/ },
  ],
  '11.6.1': [
    { name: 'customers lost', cell: '11-6-1-respuesta-1', code: enrich({ how: 'inner' }), says: /Ningún pedido se pierde/ },
    { name: 'a null left', cell: '11-6-1-respuesta-1', code: enrich({ gap: '' }), says: /segmento debía ser "desconocido" y es null/ },
    { name: 'a photograph', cell: '11-6-1-respuesta-1', code: enrich({ before: 'const fotos: Record<string, any[]> = {}', read: '((fotos as any)[dir] ??= spark.read.parquet(dir))' }), says: /FAILED_READ_FILE|lee la tabla en cada llamada/ },
    { name: 'customers twice', cell: '11-6-1-respuesta-1', code: enrich({ one: '.select("user_id", "segmento")' }), says: /Deja una fila por cliente/ },
    { name: 'any of the rows', cell: '11-6-1-respuesta-1', code: enrich({ one: '.select("user_id", "segmento").dropDuplicates(["user_id"])' }), says: /la de mayor actualizado/ },
  ],
  '11.6.2': [
    { name: 'no lower bound', cell: '11-6-2-respuesta-1', code: condition(`${sameUser} AND timestamp_compra <= timestamp_click + INTERVAL 30 MINUTES`), says: /falta el límite de abajo/ },
    { name: 'no upper bound', cell: '11-6-2-respuesta-1', code: condition(`${sameUser} AND timestamp_compra >= timestamp_click`), says: /el estado no dejará de crecer/ },
    { name: 'the sides exchanged', cell: '11-6-2-respuesta-1', code: condition(`${sameUser} AND timestamp_click >= timestamp_compra AND timestamp_click <= timestamp_compra + INTERVAL 30 MINUTES`), says: /mira la unidad y el sentido/ },
    { name: 'edges left out', cell: '11-6-2-respuesta-1', code: condition(`${sameUser} AND timestamp_compra > timestamp_click AND timestamp_compra < timestamp_click + INTERVAL 30 MINUTES`), says: /A los 30 minutos justos vale/ },
    { name: 'no key', cell: '11-6-2-respuesta-1', code: condition('timestamp_compra >= timestamp_click AND timestamp_compra <= timestamp_click + INTERVAL 30 MINUTES'), says: /La unión no arranca: .*equality/ },
  ],
  '11.6.3': [
    { name: 'every event rings', cell: '11-6-3-respuesta-1', code: detect(anomalous() + inWindows + fromStart), says: /alguno se repite/ },
    { name: 'once for ever', cell: '11-6-3-respuesta-1', code: detect(`${anomalous()}${inWindows}.dropDuplicates(["metrica_id"])${fromStart}`), says: /Faltan: .*también si esa métrica ya avisó/ },
    { name: 'the mean of a window', cell: '11-6-3-respuesta-1', code: detect(`metricas.withWatermark("ts", "10 minutes").groupBy(F.window("ts", "5 minutes").alias("ventana"), "metrica_id").agg(F.max("valor").alias("valor")).join(baseline, "metrica_id").where("valor > 3 * promedio")${fromStart}`), says: /no salió en el lote del primer evento anómalo/ },
    { name: 'three times is enough', cell: '11-6-3-respuesta-1', code: detect(`${anomalous('valor >= 3 * promedio')}${inWindows}.dropDuplicates(["metrica_id", "ventana"])${fromStart}`), says: /Sobran: ar 10:00.*tres veces justas no/ },
    { name: 'no watermark', cell: '11-6-3-respuesta-1', code: detect(`${anomalous().replace('.withWatermark("ts", "10 minutes")', '')}${inWindows}.dropDuplicates(["metrica_id", "ventana"])${fromStart}`), says: /falta el watermark/ },
    { name: 'the time among the keys', cell: '11-6-3-respuesta-1', code: detect(`${anomalous()}.dropDuplicates(["metrica_id", "ts"])${inWindows}${fromStart}`), says: /Quita los repetidos por métrica y ventana, no por ts/ },
  ],
  '11.6.4': [
    { name: 'a bound alone', cell: '11-6-4-respuesta-2', code: mend('F.col("key")', within), says: /las claves siguen sin ser iguales/ },
    { name: 'spaces left', cell: '11-6-4-respuesta-2', code: mend('F.lower("key")', within), says: /¿espacios\?/ },
    { name: 'no bound', cell: '11-6-4-respuesta-2', code: mend(lowerTrim, ''), says: /no se olvida nada/ },
    { name: 'one half of the bound', cell: '11-6-4-respuesta-2', code: mend(lowerTrim, ' AND ts_b BETWEEN ts_a AND ts_a + INTERVAL 5 MINUTES'), says: /antes y después de ts_a/ },
    { name: 'no watermark', cell: '11-6-4-respuesta-2', code: mend(lowerTrim, within, ['', '']), says: /no se olvida nada/ },
  ],
  '11.6.5': [
    { name: 'every click', cell: '11-6-5-respuesta-1', code: attribute({ choice: '.select("p.user_id", "campaign_id", "monto", F.col("p.timestamp").alias("tiempo_conversion"))' }), says: /una fila por compra/ },
    { name: 'the first click', cell: '11-6-5-respuesta-1', code: attribute({ choice: '.groupBy("p.user_id", "p.timestamp", "monto").agg(F.min_by("campaign_id", "c.timestamp").alias("campaign_id")).select("user_id", "campaign_id", "monto", F.col("timestamp").alias("tiempo_conversion"))' }), says: /ana 10:25 50 → buscador.*no del primero/ },
    { name: 'clicks after the purchase', cell: '11-6-5-respuesta-1', code: attribute({ low: '' }), says: /luis 10:10 20 → correo.*Compró antes del click/ },
    { name: 'the patience for the term', cell: '11-6-5-respuesta-1', code: attribute({ high: '35 MINUTES' }), says: /el plazo son 30, aunque el watermark espere 35/ },
    { name: 'the first pair to come', cell: '11-6-5-respuesta-1', code: attribute({ choice: '.select("p.user_id", "campaign_id", "monto", F.col("p.timestamp").alias("tiempo_conversion")).dropDuplicates(["user_id", "tiempo_conversion", "monto"])' }), says: /no por el orden de llegada|no del primero/ },
  ],
  '11.7.1': [
    { name: 'every error restarts', cell: '11-7-1-respuesta-1', code: instead('!conocido(error) || ', ''), says: /«contrato roto» no es conocido/ },
    { name: 'the others go on', cell: '11-7-1-respuesta-1', code: instead('for (const q of [...vivas].reverse()) if (q !== null) await q.stop()', ''), says: /Antes de volver, detén con stop\(\)/ },
    { name: 'stopped in the order of the list', cell: '11-7-1-respuesta-1', code: instead('[...vivas].reverse()', 'vivas'), says: /Detén primero la última de la lista/ },
    { name: 'nothing restarts', cell: '11-7-1-respuesta-1', code: instead('!conocido(error) || informe[i].reinicios >= maxReinicios', 'true'), says: /es un error conocido, vuelve a llamar a arrancar/ },
    { name: 'restarts for ever', cell: '11-7-1-respuesta-1', code: instead(' || informe[i].reinicios >= maxReinicios', ''), says: /se arranca tres veces en total/ },
    { name: 'one count for all', cell: '11-7-1-respuesta-1', code: instead('informe[i].reinicios >= maxReinicios', 'informe.reduce((n, f) => n + f.reinicios, 0) >= maxReinicios'), says: /maxReinicios es de cada consulta/ },
    { name: 'a refused start leaves the others', cell: '11-7-1-respuesta-1', code: (s: string) => s.replace('  try {\n    for (const [i, plan] of planes.entries()) vivas[i] = await plan.arrancar()', '  for (const [i, plan] of planes.entries()) vivas[i] = await plan.arrancar()\n  try {'), says: /Si arrancar\(\) lanza, detén las que ya estaban/ },
    { name: 'stop taken for graceful', cell: '11-7-1-respuesta-2', code: instead('const m14 = "b"', 'const m14 = "a"'), says: /Compara offsets\/ y commits\// },
  ],
  '11.7.2': [
    { name: 'what the batch read', cell: '11-7-2-respuesta-1', code: instead('Math.max(0, ultimo - (leidos[topic]?.[particion] ?? 0))', '(leidos[topic]?.[particion] ?? 0) - ((fuente.startOffset as any)?.[topic]?.[particion] ?? 0)'), says: /Es lo que falta por leer: latestOffset menos endOffset/ },
    { name: 'new partitions forgotten', cell: '11-7-2-respuesta-1', code: instead('ultimo - (leidos[topic]?.[particion] ?? 0)', 'ultimo - (leidos[topic]?.[particion] ?? ultimo)'), says: /Una partición que falta en endOffset está entera por leer/ },
    { name: 'every source taken for Kafka', cell: '11-7-2-respuesta-1', code: instead('!fuente.description.startsWith("Kafka") || ', ''), says: /sólo cuentan las fuentes de Kafka/ },
    { name: 'an alert in every batch', cell: '11-7-2-respuesta-2', code: instead('if (!encima.has(cual)) alertas', 'alertas'), says: /Por encima no se repite|no vuelve a cruzarlo/ },
    { name: 'an alert once for ever', cell: '11-7-2-respuesta-2', code: instead('{ encima.delete(cual); return }', 'return'), says: /tras bajar, sí/ },
    { name: 'the sum of durationMs', cell: '11-7-2-respuesta-2', code: instead('mirar(consulta, "duracion", p.durationMs.triggerExecution,', 'mirar(consulta, "duracion", Object.values(p.durationMs).reduce((a, b) => a + b, 0),'), says: /su alerta lleva durationMs\.triggerExecution|Justo en el límite/ },
    { name: 'a counter that forgets', cell: '11-7-2-respuesta-2', code: instead('(filas.get(consulta) ?? 0) + p.numInputRows', 'p.numInputRows'), says: /suma numInputRows de todos los lotes/ },
    { name: 'milliseconds for seconds', cell: '11-7-2-respuesta-2', code: instead('valor: p.durationMs.triggerExecution / 1000', 'valor: p.durationMs.triggerExecution'), says: /triggerExecution del último lote, entre mil/ },
    { name: 'a clean stop taken for a fall', cell: '11-7-2-respuesta-2', code: instead('if (e.exception !== null) alertas', 'alertas'), says: /Una parada limpia no es una caída/ },
    { name: 'no ceiling', cell: '11-7-2-respuesta-3', code: instead('Math.min(opciones.baseMs * 2 ** seguidos, opciones.maximoMs)', 'opciones.baseMs * 2 ** seguidos'), says: /hasta maximoMs/ },
    { name: 'the count never reset', cell: '11-7-2-respuesta-3', code: instead('if (q.recentProgress.some(p => p.numInputRows > 0)) seguidos = 0', ''), says: /su espera vuelve a ser baseMs/ },
    { name: 'what is unknown restarts', cell: '11-7-2-respuesta-3', code: instead('!opciones.conocido(error) || ', ''), says: /lanza ese error sin esperar ni reiniciar/ },
    { name: 'never gives up', cell: '11-7-2-respuesta-3', code: instead(' || seguidos >= opciones.intentos', ''), says: /al cuarto fallo seguido, lanza/ },
  ],
  '11.7.3': [
    { name: 'the guide\'s: metadata is there', cell: '11-7-3-respuesta-1', code: 'async function verificarCompatibilidad(viejo: string, nuevo: string): Promise<Diagnostico> {\n  return fs.existsSync(ruta.join(viejo, "metadata")) ? { compatible: true, razones: [], avisos: [], accion: "reusar" } : { compatible: false, razones: ["ausente"], avisos: [], accion: "empezar de cero" }\n}', says: /Y el motor, al probarlo, dijo: STREAMING_STATEFUL_OPERATOR_NOT_MATCH/ },
    { name: 'schemas not looked at', cell: '11-7-3-respuesta-1', code: instead('if (tipos(a) !== tipos(b)) razones.push("estado")', 'if (false) razones.push("estado")'), says: /Y el motor, al probarlo, dijo: STATE_STORE_/ },
    { name: 'names taken for types', cell: '11-7-3-respuesta-1', code: instead('avisos.push("claves")', 'razones.push("estado")'), says: /Y el motor, al probarlo, dijo: arranca/ },
    { name: 'sources only counted', cell: '11-7-3-respuesta-1', code: instead('a.fuentes.join("|") !== b.fuentes.join("|")', 'a.fuentes.length !== b.fuentes.length'), says: /Y el motor, al probarlo, dijo: KAFKA_DATA_LOSS/ },
    { name: 'one store of an operator', cell: '11-7-3-respuesta-1', code: instead('almacenes: filas.map(', 'almacenes: filas.slice(0, 1).map('), says: /mira todos los almacenes/ },
  ],
  '11.7.4': [
    { name: 'work divided by workers', cell: '11-7-4-respuesta-1', code: instead('return Math.max(...libre)', 'return filas.reduce((a, b) => a + b, 0) * msPorFila / ejecutores'), says: /Nunca menos que la tarea más larga/ },
    { name: 'rounded down', cell: '11-7-4-respuesta-1', code: instead('Math.ceil', 'Math.floor'), says: /redondea hacia arriba/ },
    { name: 'more workers for one long task', cell: '11-7-4-respuesta-2', code: instead('"clave", // caso 3', '"ejecutores", // caso 3'), says: /nadie puede ayudarla/ },
    { name: 'tasks dealt in turn', cell: '11-7-4-respuesta-1', code: instead('for (const n of filas) libre[libre.indexOf(Math.min(...libre))] += n * msPorFila', 'filas.forEach((n, i) => { libre[i % ejecutores] += n * msPorFila })'), says: /las toma el primero que queda libre/ },
  ],
}
