/** What runs of a cell: the module that the converter leaves becomes the body of a function, every line where it was. Its names are shared by reference: what a later cell assigns, functions of this one see. */
import type T from '@tslab/typescript-for-tslab'
import { ts } from './compiler.ts'

interface Edit { readonly at: number; readonly end: number; readonly text: string }
export interface CellCode {
  /** The body of a function of `exports`, `require` and `__celda`. */
  readonly javascript: string
  /** Whether `__celda.last` gets the value of a last expression. */
  readonly hasResult: boolean
}

/** What a cell's function gets as `__celda`. */
export interface CellTools {
  /** Called at each turn of a loop. */
  tick(): void
  readonly meta: object
  /** The value of a last expression. */
  last: unknown
  /** Takes the names that the cell declares: how each is read, and how it is set, which a constant cannot be. */
  names(names: Readonly<Record<string, Binding>>): void
  /** What `import x` and `import * as x` mean for a module of either kind, and `import(…)`. */
  standard(module: unknown): unknown
  whole(module: unknown): unknown
  load(id: string): Promise<unknown>
  /** What a cell that only a module can express has as `exports`. */
  readonly exports: Record<string, unknown>
}
export type Binding = readonly [get: () => unknown, set?: (value: unknown) => void]

const isModule = (m: unknown): m is Record<string, unknown> => m !== null && (typeof m === 'object' || typeof m === 'function') && (m as Record<string, unknown>)['__esModule'] === true

/** As TypeScript's esModuleInterop: what a CommonJS module exports is its default. */
export const standard = (m: unknown): unknown => (isModule(m) ? m['default'] : m)
export const whole = (m: unknown): unknown => (isModule(m) ? m : { ...(m as object), default: m })

/** The function's body; null where a cell exports in a way that only a module can. */
export function cellCode(module: string): CellCode | null {
  const file = ts.createSourceFile('cell.js', module, ts.ScriptTarget.ES2022, false, ts.ScriptKind.JS), edits: Edit[] = [], constants = new Set<string>(), exported = new Map<string, string>()
  let hasResult = false, imports = ''
  const blank = (node: T.Node): void => { edits.push({ at: node.getStart(file), end: node.end, text: module.slice(node.getStart(file), node.end).replace(/[^\n]/g, '') }) }
  for (const s of file.statements) {
    if (ts.isExportAssignment(s)) return null
    if (ts.isExportDeclaration(s)) {
      if (s.moduleSpecifier !== undefined || s.exportClause === undefined || !ts.isNamedExports(s.exportClause)) return null
      for (const e of s.exportClause.elements) exported.set(e.name.text, (e.propertyName ?? e.name).text)
      blank(s)
    } else if (ts.isImportDeclaration(s)) {
      imports += importOf(s, constants)
      blank(s)
    } else if (ts.isVariableStatement(s)) {
      if (s.modifiers?.[0]?.kind === ts.SyntaxKind.ExportKeyword) {
        // Only the converter exports like that: the value of a last expression.
        edits.push({ at: s.getStart(file), end: s.declarationList.declarations[0]!.initializer!.getFullStart(), text: '__celda.last =' })
        hasResult = true
      } else if ((s.declarationList.flags & ts.NodeFlags.Const) !== 0) for (const d of s.declarationList.declarations) namesOf(d.name, constants)
    } else if ((ts.isFunctionDeclaration(s) || ts.isClassDeclaration(s)) && s.modifiers?.some(m => m.kind === ts.SyntaxKind.ExportKeyword) === true) return null
  }
  if (/\bimport\b/.test(module)) visitImports(file, file, edits)
  edits.sort((a, b) => a.at - b.at)
  const names = [...exported].map(([name, local]) => `${name}: [() => ${local}${constants.has(local) ? '' : `, v => { ${local} = v }`}]`).join(', ')
  let javascript = `${names === '' ? '' : `__celda.names({ ${names} }); `}${imports}`, from = 0
  for (const e of edits) { javascript += module.slice(from, e.at) + e.text; from = e.end }
  return { javascript: javascript + module.slice(from), hasResult }
}

// `import(…)` and `import.meta`, wherever they are.
function visitImports(node: T.Node, file: T.SourceFile, edits: Edit[]): void {
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) edits.push({ at: node.expression.getStart(file), end: node.expression.end, text: '__celda.load' })
  if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) edits.push({ at: node.getStart(file), end: node.end, text: '__celda.meta' })
  ts.forEachChild(node, c => visitImports(c, file, edits))
}

function namesOf(name: T.BindingName, into: Set<string>): void {
  if (ts.isIdentifier(name)) into.add(name.text)
  else for (const e of name.elements) if (ts.isBindingElement(e)) namesOf(e.name, into)
}

function importOf(s: T.ImportDeclaration, constants: Set<string>): string {
  const load = `require(${JSON.stringify((s.moduleSpecifier as T.StringLiteral).text)})`, clause = s.importClause, bindings = clause?.namedBindings
  let out = ''
  const declare = (name: T.Identifier, value: string): void => { constants.add(name.text); out += `const ${name.text} = ${value}; ` }
  if (clause?.name !== undefined) declare(clause.name, `__celda.standard(${load})`)
  if (bindings !== undefined && ts.isNamespaceImport(bindings)) declare(bindings.name, `__celda.whole(${load})`)
  else for (const e of bindings?.elements ?? []) { const from = (e.propertyName ?? e.name).text; declare(e.name, from === 'default' ? `__celda.standard(${load})` : `${load}.${from}`) }
  return out === '' ? `${load}; ` : out
}
