/** Mends what tslab's converter gets wrong before it sees a cell: shorthand properties of earlier variables, properties that a pattern renames, awaits it does not notice, `.ts` imports. */
import type T from '@tslab/typescript-for-tslab'
import { ts } from './compiler.ts'
import { exportsMark } from './light-program.ts'

interface Edit { readonly at: number; readonly end: number; readonly text: string }

/** A cell as the converter gets it, every line where it was, and the way back. */
export interface Prepared { readonly text: string; readonly edits: readonly Edit[]
  /** What exports the cell's names, to go after the text; empty when that is the converter's own affair. */
  readonly exports: string }

const awaitMark = 'await null; '
const tsImport = /^\.\.?\/.*\.m?ts$/

export function prepareCell(code: string): Prepared {
  const file = ts.createSourceFile('cell.ts', code, ts.ScriptTarget.ES2022, true)
  const edits: Edit[] = []
  let awaits = false
  const specifier = (node: T.Node | undefined): void => {
    if (node !== undefined && ts.isStringLiteral(node) && tsImport.test(node.text) && !node.text.endsWith('.d.ts')) edits.push({ at: node.end - 4, end: node.end - 1, text: '' })
  }
  const visit = (node: T.Node, nested: boolean): void => {
    if (ts.isShorthandPropertyAssignment(node)) edits.push({ at: node.name.end, end: node.name.end, text: `: ${node.name.text}` })
    // Of `{ n: x }` in a pattern it takes n for a variable where the type is of an earlier cell; a text it leaves alone.
    if (ts.isBindingElement(node) && node.propertyName !== undefined && ts.isIdentifier(node.propertyName)) edits.push({ at: node.propertyName.getStart(file), end: node.propertyName.end, text: JSON.stringify(node.propertyName.text) })
    if (!nested && (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier !== undefined) || (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'await'))) awaits = true
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) specifier(node.moduleSpecifier)
    if (ts.isCallExpression(node) && (node.expression.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(node.expression) && node.expression.text === 'require'))) specifier(node.arguments[0])
    const inner = nested || ts.isFunctionLike(node) || ts.isClassLike(node)
    ts.forEachChild(node, c => visit(c, inner))
  }
  visit(file, false)
  // `export const x` says the same as `const x`: every name of a cell is there for the next ones.
  for (const s of file.statements) {
    const word = ts.canHaveModifiers(s) ? ts.getModifiers(s)?.find(m => m.kind === ts.SyntaxKind.ExportKeyword) : undefined
    const isDefault = word !== undefined && ts.getModifiers(s as T.HasModifiers)?.some(m => m.kind === ts.SyntaxKind.DefaultKeyword) === true
    if (word !== undefined && !isDefault) edits.push({ at: word.getStart(file), end: word.end, text: ' '.repeat(word.end - word.getStart(file)) })
  }
  // A first statement that awaits makes the converter see that the cell is asynchronous.
  if (awaits) edits.push({ at: 0, end: 0, text: awaitMark })
  edits.sort((a, b) => a.at - b.at || a.end - b.end)
  let text = '', from = 0
  for (const e of edits) { text += code.slice(from, e.at) + e.text; from = e.end }
  return { text: text + code.slice(from), edits, exports: exportsOf(file) }
}

// Of the names that a cell declares, as the converter would write it; left to the converter when a name is one that it may choose for a last value, and with imports.
function exportsOf(file: T.SourceFile): string {
  ;(ts as unknown as { bindSourceFile(file: T.SourceFile, options: T.CompilerOptions): void }).bindSourceFile(file, {})
  const names = [...(file as { readonly locals?: ReadonlyMap<T.__String, unknown> }).locals?.keys() ?? []].map(n => ts.unescapeLeadingUnderscores(n))
  return names.length === 0 || names.some(n => n.startsWith('tsLastExpr')) || /\b(import|require)\b/.test(file.text) ? '' : `\nexport {${names.join(', ')}${exportsMark}`
}

/** Where an offset of the prepared text is in the cell as it was written. */
export function originalOffset(p: Prepared, offset: number): number {
  let shift = 0
  for (const e of p.edits) {
    const at = e.at + shift
    if (offset < at) break
    if (offset < at + e.text.length) return e.at
    shift += e.text.length - (e.end - e.at)
  }
  return offset - shift
}

/** Where an offset of the cell is in the prepared text. */
export function preparedOffset(p: Prepared, offset: number): number {
  let shift = 0
  for (const e of p.edits) { if (offset <= e.at && !(e.at === 0 && e.text === awaitMark)) break; shift += e.text.length - (e.end - e.at) }
  return offset + shift
}

/** A local module's text as the converter takes it: without `.ts` in the paths it imports. */
export function prepareModule(text: string): string {
  return text.replace(/((?:\bfrom|\bimport|\bimport\s*\()\s*)(["'])(\.\.?\/[^"'\n]*?)(?<!\.d)\.m?ts\2/g, (_, before: string, quote: string, path: string) => `${before}${quote}${path}${quote}`)
}
