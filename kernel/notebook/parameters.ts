/** Parameters of a notebook: the values given at the start of a run, as the code of a cell. */
import type { Cell, Notebook } from './format.ts'

/** A value as TypeScript. Values are what JSON has. */
export function literal(value: unknown): string { return value === undefined ? 'undefined' : JSON.stringify(value).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029') }

/** The code that gives parameters their values. Throws for a name that TypeScript does not take. */
export function parametersCode(parameters: Readonly<Record<string, unknown>>): string {
  return ['// Parámetros de esta ejecución', ...Object.entries(parameters).map(([name, value]) => {
    if (!/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)) throw new Error(`El parámetro "${name}" no es un nombre de TypeScript`)
    return `let ${name} = ${literal(value)}`
  })].join('\n')
}

/** Puts the cell in: after the one tagged `parameters`, or first; in the place of one of an earlier run. */
export function injectParameters(notebook: Notebook, parameters: Readonly<Record<string, unknown>>): void {
  const tagged = (tag: string): number => notebook.cells.findIndex(c => Array.isArray(c.metadata['tags']) && c.metadata['tags'].includes(tag))
  const cell: Cell = { cell_type: 'code', id: 'injected-parameters', source: parametersCode(parameters), metadata: { tags: ['injected-parameters'] }, outputs: [], execution_count: null }
  const old = tagged('injected-parameters')
  if (old >= 0) notebook.cells.splice(old, 1, cell)
  else notebook.cells.splice(tagged('parameters') + 1, 0, cell)
}

/** A value of the command line: a number, true, false, null and JSON are what they say, everything else is text. */
export function parameterValue(text: string): unknown {
  if (/^(-?\d+(\.\d+)?([eE][+-]?\d+)?|true|false|null|\[.*\]|\{.*\}|".*")$/s.test(text.trim())) try { return JSON.parse(text) } catch { /* then it is text */ }
  return text
}
