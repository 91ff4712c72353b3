/** Small notebooks for tests: written to a folder, one a name. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The cells of each: how it should end is in its name. */
export const sampleNotebooks: Readonly<Record<string, readonly (string | { readonly code: string; readonly tags: readonly string[] })[]>> = {
  bien: ['const a: number = 6', 'console.log("va"); a * 7'],
  lanza: ['const antes = 1', 'throw new RangeError("malo de verdad")', 'console.log("no llega")'],
  'no-compila': ['const texto: string = 5'],
  promesa: ['(async () => { throw new TypeError("promesa sin dueño") })()'],
  tarde: ['setTimeout(() => { throw new Error("falla más tarde") }, 30)', 'await new Promise(r => setTimeout(r, 300))', '"fin"'],
  viva: ['const q = await spark.readStream.format("rate").option("rowsPerSecond", 20).load().writeStream.format("noop").queryName("sigue").start()', 'await q.processAllAvailable(); q.isActive'],
  consulta: ['const q = await spark.readStream.format("rate").option("rowsPerSecond", 50).load().writeStream.queryName("cae").foreachBatch(async () => { throw new Error("cae el lote") }).start()', 'const hasta = Date.now() + 20000; while (q.isActive && Date.now() < hasta) await new Promise(r => setTimeout(r, 20))', '"fin"'],
  sale: ['process.exit(0)', '"no llega"'],
  parametros: [{ code: 'let filas = 1\nlet texto = "por defecto"\nlet lista: number[] = []', tags: ['parameters'] }, 'if (filas !== 5 || texto !== "añil" || lista.length !== 2) throw new Error(`llegó ${filas} ${texto} ${lista}`)\nconsole.log(filas + 1, texto)'],
}

/** Writes a notebook; gives its path. */
export function writeNotebook(folder: string, name: string, cells: readonly (string | { readonly code: string; readonly tags: readonly string[]; readonly metadata?: object })[]): string {
  const path = join(folder, `${name}.ipynb`)
  writeFileSync(path, JSON.stringify({
    cells: cells.map((c, i) => ({ cell_type: 'code', id: `celda-${i}`, execution_count: null, outputs: [], metadata: typeof c === 'string' ? {} : { tags: c.tags, ...('metadata' in c ? c.metadata : {}) }, source: typeof c === 'string' ? c : c.code })),
    metadata: { kernelspec: { name: 'microlote', display_name: 'TypeScript (microlote)', language: 'typescript' }, language_info: { name: 'typescript' } }, nbformat: 4, nbformat_minor: 5,
  }))
  return path
}
