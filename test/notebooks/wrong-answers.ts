/** Plausible wrong answers to the exercises, with what the check must say of each. */

/** `replace`: the answer cell (by id) that gets this code in place of the solution; `says`: found in the message of a failing check. */
export interface WrongAnswer { readonly name: string; readonly cell: string; readonly code: string; readonly says: RegExp }

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

export const wrongAnswers: Readonly<Record<string, readonly WrongAnswer[]>> = {
  '11.1.2': [
    { name: 'only purchases', cell: '11-1-2-respuesta-1', code: job('.filter("tipo = \'compra\'").withColumn("monto_iva", F.col("monto").multiply(1.19)).withColumn("hora_procesamiento", F.current_timestamp())'), says: /Pasan los dos tipos que mueven dinero/ },
    { name: 'the tax alone', cell: '11-1-2-respuesta-1', code: job('.filter(F.col("tipo").isin(["compra", "devolucion"])).withColumn("monto_iva", F.col("monto").multiply(0.19)).withColumn("hora_procesamiento", F.current_timestamp())'), says: /monto_iva debía ser .* monto × 1\.19/ },
    { name: 'the time of the event', cell: '11-1-2-respuesta-1', code: job('.filter(F.col("tipo").isin(["compra", "devolucion"])).withColumn("monto_iva", F.col("monto").multiply(1.19)).withColumn("hora_procesamiento", F.col("timestamp"))'), says: /la hora del micro-lote.*current_timestamp/ },
    { name: 'the structure left closed', cell: '11-1-2-respuesta-1', code: job('.filter(F.col("evento.tipo").isin(["compra", "devolucion"])).withColumn("monto_iva", F.col("evento.monto").multiply(1.19)).withColumn("hora_procesamiento", F.current_timestamp())', ''), says: /Abre la estructura con select/ },
    { name: 'rows that are not purchases let through by a null', cell: '11-1-2-respuesta-1', code: job('.filter("coalesce(tipo, \'compra\') in (\'compra\', \'devolucion\')").withColumn("monto_iva", F.col("monto").multiply(1.19)).withColumn("hora_procesamiento", F.current_timestamp())'), says: /Sobra la fila con evento_id/ },
  ],
  '11.1.3': [
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
    { name: 'the interval forgotten', cell: '11-1-5-respuesta-1', code: predict('llegan * duracionMs / 1000'), says: /no empieza hasta su disparo/ },
    { name: 'the length forgotten', cell: '11-1-5-respuesta-1', code: predict('llegan * intervaloMs / 1000'), says: /Mientras dura un lote de 3 segundos/ },
    { name: 'milliseconds taken for seconds', cell: '11-1-5-respuesta-1', code: predict('llegan * Math.max(duracionMs, intervaloMs)'), says: /Se esperaba algo cercano a 300/ },
  ],
}
