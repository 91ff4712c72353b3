/** The source form of a notebook: one Markdown file, from which come the student's notebook, the solved one, the hidden tests and the manifest's lines. */

/** What a code cell is for; stands after `ts` on its fence. `base`: others need it; `demo`: shows something; `respuesta`: the student's place; `comprobar`: visible tests; `oculta`: hidden tests. */
export type Role = 'base' | 'demo' | 'respuesta' | 'comprobar' | 'oculta'

/** One exercise, as the manifest has it. */
export interface Exercise { readonly id: string; readonly type: string; readonly title: string; readonly points: number; readonly notebook: string; readonly rubric?: string }

interface SourceCell { readonly kind: 'markdown' | Role; readonly text: string; readonly exercise: string | null; readonly timeoutSeconds: number | null }
export interface NotebookSource { readonly name: string; readonly cells: readonly SourceCell[]; readonly exercises: readonly Exercise[] }

const roles: readonly Role[] = ['base', 'demo', 'respuesta', 'comprobar', 'oculta']

/**
 * Reads a source. Its rules: a fence of `ts` is a code cell; a heading begins a new text cell; `<!-- ejercicio id | type | title | points -->` begins an
 * exercise; `<!-- rubrica text -->` is for the person who grades; a list after `<!-- pistas -->` becomes hints that open one after another.
 * Throws with the line number on anything else that looks like a rule.
 */
export function parseNotebookSource(name: string, text: string): NotebookSource {
  const lines = text.split('\n'), cells: SourceCell[] = [], exercises: Exercise[] = []
  let exercise: string | null = null, prose: string[] = []
  const fail = (at: number, what: string): never => { throw new Error(`${name}.md:${at + 1}: ${what}`) }
  const flush = (): void => {
    const body = prose.join('\n').trim()
    if (body !== '') cells.push({ kind: 'markdown', text: body, exercise, timeoutSeconds: null })
    prose = []
  }
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!
    const fence = /^```ts(?:\s+(.*))?$/.exec(line), begins = /^<!-- ejercicio ([\d.]+) \| ([A-Z+]+) \| (.+?) \| (\d+) -->$/.exec(line), rubric = /^<!-- rubrica (.*) -->$/.exec(line)
    if (fence !== null) {
      flush()
      const from = i, words = (fence[1] ?? 'demo').split(/\s+/), role = words[0] as Role
      if (!roles.includes(role)) fail(i, `'${words[0]}' is none of ${roles.join(', ')}`)
      const body: string[] = []
      for (i++; lines[i] !== '```'; i++) { if (i >= lines.length) fail(from, 'this fence has no end'); body.push(lines[i]!) }
      const timeout = words.find(w => w.startsWith('tiempo='))
      cells.push({ kind: role, text: body.join('\n').trim(), exercise, timeoutSeconds: timeout === undefined ? null : Number(timeout.slice(7)) })
    } else if (begins !== null) {
      flush()
      exercise = begins[1]!
      exercises.push({ id: exercise, type: begins[2]!, title: begins[3]!, points: Number(begins[4]), notebook: `${name}.ipynb` })
    } else if (rubric !== null) {
      const last = exercises.at(-1)
      if (last === undefined) fail(i, 'a rubric before any exercise')
      exercises[exercises.length - 1] = { ...last!, rubric: last!.rubric === undefined ? rubric[1]! : `${last!.rubric} ${rubric[1]}` }
    } else if (line === '<!-- pistas -->') {
      flush()
      const hints: string[] = []
      for (; /^(- |  )/.test(lines[i + 1] ?? ''); i++) { const next = lines[i + 1]!; if (next.startsWith('- ')) hints.push(next.slice(2)); else hints[hints.length - 1] += `\n${next.slice(2)}` }
      if (hints.length === 0) fail(i, 'no hints after this line')
      cells.push({ kind: 'markdown', text: nested(hints), exercise, timeoutSeconds: null })
    } else if (line.startsWith('<!--')) fail(i, 'an unknown rule')
    else {
      if (/^#{1,3} /.test(line)) { flush(); if (/^# |^## (?!Ejercicio)/.test(line)) exercise = null }
      prose.push(line)
    }
  }
  flush()
  return { name, cells, exercises }
}

// Each hint holds the next one, so that they open in order.
function nested(hints: readonly string[], number = 1): string {
  const [first, ...rest] = hints
  return `<details><summary>Pista ${number}</summary>\n\n${first}\n\n${rest.length === 0 ? '' : `${nested(rest, number + 1)}\n\n`}</details>`
}

/**
 * The code of an answer in its two forms. A solution of one value stands between two block comments, one that holds `<` and one that holds `>`, and
 * leaves `"___"`; one of several lines stands between lines `//< what the student gets` and `//>`.
 */
export function answerCode(code: string, form: 'blank' | 'solved'): string {
  const out: string[] = []
  let inside = false
  for (const line of code.split('\n')) {
    const begins = /^(\s*)\/\/< ?(.*)$/.exec(line)
    if (begins !== null) { inside = true; if (form === 'blank') out.push(...begins[2]!.split('\\n').map(l => `${begins[1]}${l}`)) }
    else if (/^\s*\/\/>\s*$/.test(line)) inside = false
    else if (inside) { if (form === 'solved') out.push(line) }
    else out.push(line.replace(/\/\*<\*\/(.*?)\/\*>\*\//g, form === 'solved' ? '$1' : '"___"'))
  }
  if (inside) throw new Error('a solution without its //> line')
  return out.join('\n')
}

/** The notebook file (nbformat 4.5, no outputs) in one of its forms. */
export function notebookJson(source: NotebookSource, form: 'blank' | 'solved'): string {
  const counts = new Map<string, number>()
  const cells = source.cells.filter(c => c.kind !== 'oculta').map(c => {
    const stem = `${c.exercise?.replaceAll('.', '-') ?? 'general'}-${c.kind === 'markdown' ? 'texto' : c.kind}`, n = (counts.get(stem) ?? 0) + 1
    counts.set(stem, n)
    const code = c.kind !== 'markdown'
    const text = c.kind === 'respuesta' ? answerCode(c.text, form) : c.text
    const own = code ? { ...(c.exercise === null ? {} : { exercise: c.exercise }), role: c.kind, ...(c.timeoutSeconds === null ? {} : { timeoutSeconds: c.timeoutSeconds }) } : null
    return {
      cell_type: code ? 'code' : 'markdown', id: `${stem}-${n}`,
      metadata: { ...(own === null ? {} : { microlote: own }), ...(c.kind === 'comprobar' ? { editable: false } : {}) },
      source: text.split(/(?<=\n)/),
      ...(code ? { execution_count: null, outputs: [] } : {}),
    }
  })
  const metadata = { kernelspec: { display_name: 'TypeScript (microlote)', language: 'typescript', name: 'microlote' }, language_info: { file_extension: '.ts', mimetype: 'text/typescript', name: 'typescript' } }
  return `${JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 }, null, 1)}\n`
}

/** The hidden tests: code cells by exercise, run after the exercise's own checks. */
export function hiddenJson(source: NotebookSource): string {
  const byExercise: Record<string, string[]> = {}
  for (const c of source.cells) if (c.kind === 'oculta') (byExercise[c.exercise ?? 'general'] ??= []).push(c.text)
  return `${JSON.stringify(byExercise, null, 1)}\n`
}
