/** Completion inside the quotes of `col("…")`, `df.select("…")` and their kin: the columns that the DataFrames of the notebook have now. */
import type T from '@tslab/typescript-for-tslab'
import { ts } from './compiler.ts'
import type { Completion } from './protocol.ts'

// Functions and methods that take column names as texts.
const taking = new Set(['col', 'column', 'select', 'selectExpr', 'groupBy', 'groupby', 'drop', 'orderBy', 'sort', 'sortWithinPartitions', 'dropDuplicates', 'dropDuplicatesWithinWatermark', 'withColumn', 'withColumnRenamed', 'withWatermark', 'cube', 'rollup', 'agg', 'sum', 'avg', 'mean', 'min', 'max', 'count', 'first', 'last', 'countDistinct', 'asc', 'desc', 'window', 'session_window', 'where', 'filter', 'expr', 'partitionBy', 'join', 'pivot', 'explode', 'from_json', 'to_json', 'upper', 'lower', 'length', 'to_timestamp', 'to_date'])

interface Frame { readonly columns: readonly string[] }
const isFrame = (v: unknown): v is Frame => { try { return typeof v === 'object' && v !== null && 'writeStream' in Object.getPrototypeOf(v) && Array.isArray((v as Frame).columns) } catch { return false } }

/** The columns for the text at a position, null when it is not in such a place. Runs nothing of the cell: only values that are there are looked at. */
export function columnCompletion(code: string, position: number, values: Readonly<Record<string, unknown>>): Completion | null {
  const file = ts.createSourceFile('cell.ts', code, ts.ScriptTarget.ES2022, true)
  const text = textAt(file, position)
  if (text === null) return null
  const frames = framesFor(text, values)
  if (frames === null || frames.length === 0) return null
  const start = text.getStart(file) + 1, closed = /["'`]$/.test(text.getText(file)) && text.getText(file).length > 1
  const before = code.slice(start, position), words = /(?:^|[^\p{L}\p{N}_])([\p{L}\p{N}_]*)$/u.exec(before)
  // In an expression the word at the place counts; a plain name is taken whole.
  const inside = /[^\p{L}\p{N}_.]/u.test(before), from = inside ? position - (words?.[1]?.length ?? 0) : start
  const end = inside || !closed ? position : text.end - 1, prefix = code.slice(from, position).toLowerCase()
  const names = [...new Set(frames.flatMap(f => f.columns))]
  const fits = [...names.filter(n => n.toLowerCase().startsWith(prefix)), ...names.filter(n => !n.toLowerCase().startsWith(prefix) && n.toLowerCase().includes(prefix))]
  return { start: from, end: Math.max(end, position), candidates: fits, kinds: fits.map(() => 'column') }
}

function textAt(file: T.SourceFile, position: number): T.StringLiteralLike | null {
  let found: T.StringLiteralLike | null = null
  const visit = (n: T.Node): void => {
    if (ts.isStringLiteralLike(n) && n.getStart(file) < position && (position < n.end || (position === n.end && !/^(["'`])[\s\S]*\1$/.test(n.getText(file))) || (position === n.end && n.getText(file).length === 1))) found = n
    ts.forEachChild(n, visit)
  }
  visit(file)
  return found
}

// The DataFrames whose columns may be meant: that of the nearest chain of calls around, or else every one of the notebook.
function framesFor(text: T.Node, values: Readonly<Record<string, unknown>>): Frame[] | null {
  let asked = false
  for (let n: T.Node = text; n.parent !== undefined; n = n.parent) {
    const call = n.parent
    if (!ts.isCallExpression(call) || call.expression === n) continue
    const callee = call.expression, name = ts.isIdentifier(callee) ? callee.text : ts.isPropertyAccessExpression(callee) ? callee.name.text : ''
    if (!asked && !taking.has(name)) return null
    asked = true
    const root = ts.isPropertyAccessExpression(callee) ? valueOf(callee.expression, values) : undefined
    if (isFrame(root)) return [root]
  }
  return asked ? Object.values(values).filter(isFrame) : null
}

// The value at the root of a chain: `a.b.select(…).groupBy(…)` gives that of a.b when it is a DataFrame.
function valueOf(node: T.Expression, values: Readonly<Record<string, unknown>>): unknown {
  if (ts.isIdentifier(node)) return Object.hasOwn(values, node.text) ? values[node.text] : undefined
  if (ts.isParenthesizedExpression(node) || ts.isNonNullExpression(node) || ts.isAsExpression(node) || ts.isAwaitExpression(node)) return valueOf(node.expression, values)
  if (ts.isCallExpression(node)) return ts.isPropertyAccessExpression(node.expression) ? valueOf(node.expression.expression, values) : undefined
  if (!ts.isPropertyAccessExpression(node)) return undefined
  const of = valueOf(node.expression, values)
  if (isFrame(of)) return of
  const own = of !== null && typeof of === 'object' ? Object.getOwnPropertyDescriptor(of, node.name.text) : undefined
  return own !== undefined && 'value' in own ? own.value : undefined
}
