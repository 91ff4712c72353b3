/** Whether a cell is a whole program, the beginning of one, or none. */
import { createRequire } from 'node:module'

// Errors that more text would mend: something expected at the very end, or a template or comment that is not closed.
const unfinished = new Set([1010, 1160])

export function isComplete(code: string): { status: 'complete' | 'incomplete' | 'invalid'; indent?: string } {
  // Loaded when first asked: only consoles ask, and the compiler is large.
  const ts = createRequire(import.meta.url)('@tslab/typescript-for-tslab') as typeof import('@tslab/typescript-for-tslab')
  const file = ts.createSourceFile('cell.ts', code, ts.ScriptTarget.ES2022, true) as import('@tslab/typescript-for-tslab').SourceFile & { parseDiagnostics: readonly { code: number; start?: number; length?: number }[] }
  const errors = file.parseDiagnostics
  if (errors.length === 0) return { status: 'complete' }
  const end = code.trimEnd().length, indent = ' '.repeat((/(?:^|\n)([ \t]*)[^\n]*$/.exec(code.trimEnd())?.[1]?.length ?? 0) + (/[[({]\s*$/.test(code) ? 2 : 0))
  // A text in quotes ends with its line; what is open at the end of the cell may go on.
  if (!errors.some(e => e.code === 1002) && errors.some(e => unfinished.has(e.code) || (e.start ?? 0) >= end)) return { status: 'incomplete', indent }
  return { status: 'invalid' }
}
