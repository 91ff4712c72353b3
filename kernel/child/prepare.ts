/** Mends what tslab's converter gets wrong before it sees a cell: shorthand properties of earlier variables, awaits it does not notice, `.ts` imports. */
import ts from '@tslab/typescript-for-tslab'

/** The cell with every line where it was. */
export function prepareCell(code: string): string {
  const file = ts.createSourceFile('cell.ts', code, ts.ScriptTarget.ES2022, true)
  const edits: { at: number; end: number; text: string }[] = []
  let awaits = false
  const visit = (node: ts.Node, nested: boolean): void => {
    if (ts.isShorthandPropertyAssignment(node)) edits.push({ at: node.name.end, end: node.name.end, text: `: ${node.name.text}` })
    if (!nested && (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier !== undefined) || (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'await'))) awaits = true
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier) && /^\.\.?\/.*\.ts$/.test(node.moduleSpecifier.text)) edits.push({ at: node.moduleSpecifier.end - 4, end: node.moduleSpecifier.end - 1, text: '' })
    const inner = nested || ts.isFunctionLike(node) || ts.isClassLike(node)
    ts.forEachChild(node, c => visit(c, inner))
  }
  visit(file, false)
  let out = code
  for (const e of edits.sort((a, b) => b.at - a.at)) out = out.slice(0, e.at) + e.text + out.slice(e.end)
  // A first statement that awaits makes the converter see that the cell is asynchronous.
  return awaits ? `await null; ${out}` : out
}
