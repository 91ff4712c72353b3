/** Whether a cell is a whole program, the beginning of one, or none. */
import ts from '@tslab/typescript-for-tslab'

// Errors that more text would mend: something expected at the very end, or a text or comment that is not closed.
const unfinished = new Set([1002, 1010, 1160, 1161])

export function isComplete(code: string): { status: 'complete' | 'incomplete' | 'invalid'; indent?: string } {
  const file = ts.createSourceFile('cell.ts', code, ts.ScriptTarget.ES2022, true) as ts.SourceFile & { parseDiagnostics: ts.Diagnostic[] }
  const errors = file.parseDiagnostics
  if (errors.length === 0) return { status: 'complete' }
  const end = code.trimEnd().length
  if (errors.some(e => unfinished.has(e.code) || (e.start ?? 0) >= end)) return { status: 'incomplete', indent: '  ' }
  return { status: 'invalid' }
}
