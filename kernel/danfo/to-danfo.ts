/** toDanfo(df): the rows of a batch DataFrame as a danfojs DataFrame, its types from the schema. danfojs-node is found in the user's project. */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { DataFrame, DataType } from 'microlote'
import { showAsTables, type DanfoClasses } from './danfo-display.ts'

export interface DanfoOptions {
  /** The most rows that are taken: 100,000 unless told otherwise. danfojs keeps a JavaScript value a cell, and some of its methods are slow beyond that. */
  readonly limit?: number
}

type Dtype = 'int32' | 'float32' | 'string' | 'boolean'

/** The dtype danfojs has for a type. It has no 64-bit integers, times, decimals nor nested values: see `cellOf`. */
export function dtypeOf(type: DataType): Dtype {
  switch (type.kind) {
    case 'boolean': return 'boolean'
    case 'byte': case 'short': case 'int': return 'int32'
    case 'long': case 'float': case 'double': case 'decimal': return 'float32'
    default: return 'string'
  }
}

/** A value as danfojs can hold it: BIGINT and DECIMAL as numbers (a BIGINT beyond 2^53 loses digits, as in JavaScript), times as ISO texts, binary as base64, nested values as JSON; NULL as NaN in number columns, null elsewhere. */
export function cellOf(type: DataType, v: unknown): unknown {
  const dtype = dtypeOf(type)
  if (v === null || v === undefined) return dtype === 'float32' || dtype === 'int32' ? NaN : null
  switch (type.kind) {
    case 'long': case 'decimal': return Number(v)
    case 'timestamp': case 'timestamp_ntz': case 'date': return (v as Date).toJSON()
    case 'binary': return Buffer.from(v as Uint8Array).toString('base64')
    case 'array': case 'map': case 'struct': return JSON.stringify(v, (_, x) => (typeof x === 'bigint' ? String(x) : x instanceof Map ? Object.fromEntries(x) : x))
    default: return dtype === 'string' && typeof v === 'object' ? JSON.stringify(v) : v
  }
}

const missing = 'Falta danfojs-node. Instálalo en la carpeta de tu proyecto: npm install danfojs-node@1.2.0 (338 MB), o en versión ligera (35 MB) como explica danfo-light/README.md del paquete microlote-kernel.'

/**
 * The first rows (`limit`) as a danfojs DataFrame. Throws for a streaming DataFrame (show it with display), when there are more rows than the limit, and when danfojs-node is not installed.
 * It is looked for from the files of `lookFrom`: the working folder's, then this package's.
 * `const tabla = await toDanfo(df, { limit: 1000 }); tabla.groupby(["k"]).sum()`
 */
export async function toDanfo(df: DataFrame, options: DanfoOptions = {}, lookFrom: readonly string[] = [join(process.cwd(), 'cuaderno.js'), import.meta.url]): Promise<any> {
  const limit = options.limit ?? 100_000
  const danfo = load(lookFrom)
  const columns = await df.limit(limit + 1).toColumns(), fields = df.schema.fields
  const length = fields.length === 0 ? 0 : columns[fields[0]!.name]!.length
  if (length > limit && options.limit === undefined) throw new Error(`El DataFrame tiene más de ${limit} filas. Agrégalo o fíltralo antes, o toma solo las primeras: toDanfo(df, { limit: 1000 }).`)
  const rows = Math.min(length, limit)
  const repeated = fields.find((f, k) => fields.some((o, j) => j < k && o.name === f.name))
  if (repeated !== undefined) throw new Error(`Hay dos columnas llamadas ${repeated.name}: cámbiales el nombre con toDF(…) antes de toDanfo().`)
  const data = Array.from({ length: rows }, (_, i) => fields.map(f => cellOf(f.dataType, columns[f.name]![i])))
  // danfojs takes the shape of a frame from its first row: one without rows is made by its columns.
  return rows === 0 ? new danfo.DataFrame([], { columns: fields.map(f => f.name) }) : new danfo.DataFrame(data, { columns: fields.map(f => f.name), dtypes: fields.map(f => (f.dataType.kind === 'int' && columns[f.name]!.slice(0, rows).includes(null) ? 'float32' : dtypeOf(f.dataType))) })
}

interface Danfo extends DanfoClasses { readonly DataFrame: (new (data: unknown, options: object) => any) & DanfoClasses['DataFrame'] }

// The user's project has it, not this package.
function load(lookFrom: readonly string[]): Danfo {
  for (const from of lookFrom) {
    let path: string
    try { path = createRequire(from).resolve('danfojs-node') } catch { continue }
    const danfo = createRequire(from)(path) as Danfo
    showAsTables(danfo)
    return danfo
  }
  throw new Error(missing)
}
