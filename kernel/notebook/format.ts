/** Notebook files (nbformat 4): what is read of them and how outputs are written. */
import { readFileSync } from 'node:fs'
import type { Output } from '../output.ts'

export interface Cell { readonly cell_type: 'code' | 'markdown' | 'raw'; readonly id: string; readonly source: string; readonly metadata: Readonly<Record<string, any>>; readonly attachments?: Readonly<Record<string, unknown>>; outputs: NotebookOutput[]; execution_count: number | null }
export type NotebookOutput = Record<string, unknown>
export interface Notebook { readonly cells: Cell[]; readonly metadata: Readonly<Record<string, any>> }

const joined = (s: unknown): string => (Array.isArray(s) ? s.join('') : String(s ?? ''))

/** Reads a notebook file. Throws when it is none. */
export function readNotebook(path: string): Notebook {
  const raw = JSON.parse(readFileSync(path, 'utf8')) as { nbformat?: number; cells?: any[]; metadata?: any }
  if (raw.nbformat !== 4 || !Array.isArray(raw.cells)) throw new Error(`${path} no es un cuaderno de formato 4`)
  return { metadata: raw.metadata ?? {}, cells: raw.cells.map((c, i): Cell => ({ cell_type: c.cell_type, id: String(c.id ?? `celda-${i}`), source: joined(c.source), metadata: c.metadata ?? {}, ...(c.attachments === undefined ? {} : { attachments: c.attachments }), outputs: [], execution_count: null })) }
}

/** The notebook as a file of format 4.5. */
export function notebookText(n: Notebook): string {
  return `${JSON.stringify({
    cells: n.cells.map(c => ({ cell_type: c.cell_type, id: c.id, metadata: c.metadata, ...(c.attachments === undefined ? {} : { attachments: c.attachments }), source: c.source === '' ? [] : c.source.split(/(?<=\n)/), ...(c.cell_type === 'code' ? { execution_count: c.execution_count, outputs: c.outputs } : {}) })),
    metadata: n.metadata, nbformat: 4, nbformat_minor: 5,
  }, null, 1)}\n`
}

/** The notebook with each exercise's hidden tests (code cells by exercise) after the last of its own checks. */
export function addHiddenTests(n: Notebook, hidden: Readonly<Record<string, readonly string[]>>): Notebook {
  const cells = [...n.cells]
  for (const [exercise, codes] of Object.entries(hidden)) {
    const at = cells.findLastIndex(c => c.metadata['microlote']?.exercise === exercise && c.metadata['microlote']?.role === 'comprobar')
    if (at < 0) throw new Error(`no hay celda de comprobación del ejercicio ${exercise} tras la que poner sus pruebas ocultas`)
    cells.splice(at + 1, 0, ...codes.map((source, i): Cell => ({ cell_type: 'code', id: `${exercise.replaceAll('.', '-')}-oculta-${i + 1}`, source, metadata: { microlote: { exercise, role: 'oculta' } }, outputs: [], execution_count: null })))
  }
  return { cells, metadata: n.metadata }
}

const streamLimit = 1_000_000
// Which output a display id stands for: known while the notebook runs, not part of the file.
const displayIds = new WeakMap<NotebookOutput, string>()
const clearing = new WeakSet<NotebookOutput[]>()

/** Puts new data in the place of what was shown under a display id. */
export function updateDisplay(outputs: readonly NotebookOutput[], o: Extract<Output, { kind: 'display' }>): void {
  for (const x of outputs) if (displayIds.get(x) === o.displayId) { x['data'] = { ...o.data }; x['metadata'] = o.metadata ?? {} }
}

/** Adds an output to a cell: texts run together, updates replace, floods are cut with a word about it. */
export function addOutput(outputs: NotebookOutput[], o: Output, count: number): void {
  if (o.kind === 'clear') { if (o.wait) clearing.add(outputs); else outputs.length = 0; return }
  if (o.kind === 'comm') return
  if (o.kind === 'display' && o.update === true) { updateDisplay(outputs, o); return }
  if (clearing.delete(outputs)) outputs.length = 0
  switch (o.kind) {
    case 'stream': {
      const last = outputs.at(-1)
      if (last?.['output_type'] === 'stream' && last['name'] === o.name) {
        const text = String(last['text'])
        if (text.length < streamLimit) last['text'] = text + o.text
        else if (!text.endsWith('(salida cortada)\n')) last['text'] = `${text}\n… (salida cortada)\n`
      } else outputs.push({ output_type: 'stream', name: o.name, text: o.text })
      return
    }
    case 'display': {
      const shown: NotebookOutput = { output_type: 'display_data', data: { ...o.data }, metadata: o.metadata ?? {} }
      if (o.displayId !== undefined) displayIds.set(shown, o.displayId)
      outputs.push(shown)
      return
    }
    case 'result': outputs.push({ output_type: 'execute_result', execution_count: count, data: o.data, metadata: o.metadata ?? {} }); return
    case 'error': outputs.push({ output_type: 'error', ename: o.ename, evalue: o.evalue, traceback: [...o.traceback] })
  }
}
