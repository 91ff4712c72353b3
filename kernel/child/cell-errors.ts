/** How an error of a cell is shown: its name, its message, the line of TypeScript with a frame of code around, the way through earlier cells, the causes. */
import { inspect } from 'node:util'
import type { Output } from '../output.ts'
import type { Diagnostic } from './converter.ts'
import { sourcePosition, type Position } from './source-positions.ts'

type ErrorOutput = Extract<Output, { kind: 'error' }>

/** A cell that has run, by the name its stack frames carry. */
export interface CellSource { readonly javascript: string; readonly typescript: string; readonly count: number }

/** The lines around a place, with an arrow at it. Counted from 0. */
export function codeFrame(code: string, at: Position, length = 1): string[] {
  const lines = code.split('\n'), from = Math.max(0, at.line - 2), to = Math.min(lines.length, at.line + 3), width = String(to).length
  const out: string[] = []
  for (let i = from; i < to; i++) {
    out.push(`${i === at.line ? '>' : ' '} ${String(i + 1).padStart(width)} | ${lines[i]}`)
    if (i === at.line) out.push(`  ${' '.repeat(width)} | ${' '.repeat(at.column)}${'^'.repeat(Math.max(1, Math.min(length, (lines[i]?.length ?? 0) - at.column)))}`)
  }
  return out
}

/** The error of a cell that does not compile. */
export function diagnosticsError(diagnostics: readonly Diagnostic[], code: string, count: number): ErrorOutput {
  const place = (d: Diagnostic): string => `${d.file ?? `celda [${count}]`}:${d.line + 1}:${d.column + 1}`
  const shown = diagnostics.slice(0, 10), first = shown[0]!
  return {
    kind: 'error', ename: 'TypeScriptError', evalue: `${first.line + 1}:${first.column + 1} - ${first.message}`,
    traceback: [...shown.flatMap(d => [`TypeScriptError: ${d.message}`, `  en ${place(d)} (TS${d.code})`, ...(d.file === null ? codeFrame(code, d, d.length) : []), ...hintOf(d), '']), ...(diagnostics.length > 10 ? [`… y ${diagnostics.length - 10} errores más`] : [])],
  }
}

// A value that was not awaited is what beginners meet first: the compiler only names its type.
function hintOf(d: Diagnostic): string[] {
  return /\bPromise</.test(d.message) ? ['  Pista: ahí hay una Promise, un valor que aún no ha llegado. Seguramente falta await delante: await df.collect()'] : []
}

const frame = /^\s+at (?:(?:async )?(.*?) \()?.*?(celda\[[\d.]+\]\.ts):(\d+):(\d+)\)?$/

/** The error that a cell threw, places named as in the TypeScript that the person wrote. */
export function runtimeError(e: unknown, cells: ReadonlyMap<string, CellSource>, intro: readonly string[] = []): ErrorOutput {
  if (!isError(e)) { const text = typeof e === 'string' ? e : inspect(e); return { kind: 'error', ename: 'Error', evalue: text, traceback: [...intro, `Error: ${text}`] } }
  const name = String(e.name ?? 'Error'), message = String(e.message ?? ''), chain = chainOf(e)
  // What a function of the user threw inside a query is a cause of the query's error: it is the one that knows the line.
  const { way, picture } = chain.map(c => pathOf(c, cells)).find(p => p.picture.length > 0) ?? { way: [], picture: [] }
  const causes: string[] = [], said = [message]
  for (const c of chain.slice(1)) {
    const text = isError(c) ? c.message : inspect(c)
    // An error of a query repeats its cause's sentence.
    if (text !== '' && said.some(s => s.includes(text))) continue
    said.push(text)
    causes.push(`  causa: ${isError(c) ? `${c.name}: ${text}` : text}`)
  }
  const inner = (e as AggregateError).errors
  if (Array.isArray(inner)) for (const i of inner.slice(0, 5)) causes.push(`  uno de ellos: ${isError(i) ? `${i.name}: ${i.message}` : inspect(i)}`)
  return { kind: 'error', ename: name, evalue: message, traceback: [...intro, `${name}: ${message}`, ...(picture.length === 0 ? [] : [...way.slice(0, 1), ...picture, ...way.slice(1)]), ...causes] }
}

// An error and at most five causes, the outermost first.
function chainOf(e: Error): unknown[] {
  const chain: unknown[] = [e]
  for (let c: unknown = e.cause; c !== undefined && c !== null && chain.length <= 5; c = isError(c) ? c.cause : undefined) chain.push(c)
  return chain
}

// The places in cells that an error's stack goes through, and the code around the first of them.
function pathOf(e: unknown, cells: ReadonlyMap<string, CellSource>): { readonly way: string[]; readonly picture: string[] } {
  const way: string[] = []
  let picture: string[] = []
  for (const line of isError(e) ? String(e.stack ?? '').split('\n') : []) {
    const found = frame.exec(line), cell = found === null ? undefined : cells.get(found[2]!)
    if (cell === undefined || found === null) continue
    // The line after the last is the call of the cell itself.
    if (Number(found[3]) > cell.javascript.split('\n').length) continue
    const at = sourcePosition(cell.javascript, cell.typescript, { line: Number(found[3]) - 1, column: Number(found[4]) - 1 })
    if (at === null || way.length >= 20) continue
    const inside = found[1] === undefined || found[1] === '' || /^(eval|celda|Object\.<anonymous>)/.test(found[1]) ? '' : `${found[1].replace(/^(Proxy|Object)\./, '')} `
    const step = `  en ${inside}${inside === '' ? '' : '('}celda [${cell.count}]:${at.line + 1}:${at.column + 1}${inside === '' ? '' : ')'}`
    if (step !== way.at(-1)) way.push(step)
    if (picture.length === 0) picture = codeFrame(cell.typescript, at)
  }
  return { way, picture }
}

// An error may come from another realm (a vm), where instanceof does not know it.
export function isError(e: unknown): e is Error { return e instanceof Error || Object.prototype.toString.call(e) === '[object Error]' }

/** The error of a cell that was interrupted. */
export const interruptedError: ErrorOutput = { kind: 'error', ename: 'Interrumpida', evalue: 'La celda se interrumpió.', traceback: ['Interrumpida: la celda se interrumpió; sus variables siguen ahí y sus consultas se detuvieron.'] }
