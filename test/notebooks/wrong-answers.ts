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
  '11.4.2': [
    { name: 'one pair only', cell: '11-4-2-respuesta-1', code: late({ parse: 'const [n, u] = texto.toLowerCase().split(" "), s = Number(n) * ({ second: 1, minute: 60, hour: 3600, day: 86400, week: 604800, millisecond: 0.001 } as any)[u.replace(/s$/, "")]; if (!(s >= 0)) throw new Error("no"); return s' }), says: /Puede haber varios pares/ },
    { name: 'a silent NaN', cell: '11-4-2-respuesta-1', code: late({ parse: 'const p = texto.toLowerCase().split(" "); let s = 0; for (let i = 0; i < p.length; i += 2) s += Number(p[i]) * ({ second: 1, minute: 60, hour: 3600, day: 86400, week: 604800, millisecond: 0.001 } as any)[p[i + 1].replace(/s$/, "")]; return s' }), says: /dio NaN: lanza un error/ },
    { name: 'the difference the other way round', cell: '11-4-2-respuesta-1', code: late({ delay: 'F.col("ts").cast("double").minus(F.col("ts_procesamiento").cast("double"))' }), says: /la hora del lote menos ts/ },
    { name: 'a delay of its own', cell: '11-4-2-respuesta-1', code: late({ flag: 'F.col("retraso_segundos").gt(60)' }), says: /tardio|supera la espera/ },
    { name: 'flags counted, not added', cell: '11-4-2-respuesta-1', code: late({ count: 'F.count("tardio")' }), says: /Suma las filas con tardio verdadero/ },
    { name: 'a share of one', cell: '11-4-2-respuesta-1', code: late({ share: 'F.coalesce(tardios.divide(F.nullif(F.count("*"), F.lit(0))), F.lit(0))' }), says: /Es un porcentaje/ },
    { name: 'an empty batch forgotten', cell: '11-4-2-respuesta-1', code: late({ count: 'F.sum(F.col("tardio").cast("int"))' }), says: /sum da nulo/ },
  ],
}
