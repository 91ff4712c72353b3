/** Compiles a resolved expression to functions of a batch: one generated loop a tree, made once for each combination of input layouts it meets. */
import type { DataType } from '../../types/data-type.ts'
import { Batch } from '../../columns/batch.ts'
import { ConstantVector } from '../../columns/constant-vector.ts'
import { DictionaryVector } from '../../columns/dictionary-vector.ts'
import { FixedVector, fixedDataFor } from '../../columns/fixed-vector.ts'
import { vectorOf } from '../../columns/builder.ts'
import { StringVector } from '../../columns/string-vector.ts'
import type { Vector } from '../../columns/vector.ts'
import { internalError, SparkError } from '../../errors/spark-error.ts'
import type { Attribute, Call, Resolved } from '../expression.ts'
import { attributesOf, childrenOf, defaultSource, Emitter, type Emitted } from './emitter.ts'

/** An expression that can be evaluated on batches whose columns are those it was compiled for. */
export interface CompiledExpression {
  readonly type: DataType
  evaluate(batch: Batch): Vector
}

type Loop = (length: number, leaves: readonly Vector[], constants: readonly unknown[]) => Vector

/**
 * Compiles `expression` over the columns `input` (found by id).
 * Throws an internal error if it reads a column that is not there.
 */
export function compileExpression(expression: Resolved, input: readonly Attribute[]): CompiledExpression {
  let node = expression
  while (node.kind === 'alias') node = node.child
  const index = new Map(input.map((a, i) => [a.id, i]))
  for (const a of attributesOf(node).values()) if (!index.has(a.id)) throw internalError(`the column ${a.name} is not among the input (${input.map(x => x.name).join(', ')})`)
  const evaluate = compileNode(node, index)
  return { type: expression.type, evaluate: batch => { const v = evaluate(batch); return v.length === batch.length ? v : v.slice(0, batch.length) } }
}

function compileNode(node: Resolved, index: ReadonlyMap<number, number>): (batch: Batch) => Vector {
  if (node.kind === 'alias') return compileNode(node.child, index)
  if (node.kind === 'attribute') { const i = index.get(node.id)!; return batch => batch.columns[i]! }
  if (node.kind === 'literal') return batch => new ConstantVector(node.type, node.value, batch.length)
  if (node.kind === 'call' && node.implementation.vector !== undefined) {
    const args = node.args.map(a => compileNode(a, index))
    const run = node.implementation.vector
    return batch => run(args.map(a => a(batch)), batch.length)
  }
  return new Tree(node, index).evaluate
}

/** A tree that is evaluated row by row, above leaves that are whole columns. */
class Tree {
  readonly #node: Resolved
  readonly #leaves: { readonly node: Resolved; readonly evaluate: (batch: Batch) => Vector }[] = []
  readonly #loops = new Map<string, { readonly run: Loop; readonly constants: readonly unknown[] }>()
  readonly #byDictionary = new WeakMap<Vector, { length: number; result: Vector } | 'throws'>()
  readonly #deterministic: boolean

  constructor(node: Resolved, index: ReadonlyMap<number, number>) {
    this.#node = node
    this.#deterministic = isDeterministic(node)
    const seen = new Map<number, true>()
    const collect = (n: Resolved, always: boolean): void => {
      if (n.kind === 'attribute') { if (!seen.has(n.id)) { seen.set(n.id, true); this.#leaves.push({ node: n, evaluate: compileNode(n, index) }) } return }
      if (n !== node && n.kind === 'call' && n.implementation.vector !== undefined && !insideLambdaOnly(n) && (always || cannotFail(n))) { this.#leaves.push({ node: n, evaluate: compileNode(n, index) }); return }
      // What a branch may leave out (CASE, AND, coalesce) must not be computed before, unless that does no harm.
      for (const c of childrenOf(n)) collect(c, always && !(n.kind === 'call' && n.implementation.emit !== undefined))
    }
    collect(node, true)
  }

  readonly evaluate = (batch: Batch): Vector => {
    const leaves = this.#leaves.map(l => l.evaluate(batch))
    const only = leaves.length === 1 && this.#deterministic ? leaves[0]! : null
    if (only instanceof DictionaryVector && only.dictionary.length <= Math.max(256, batch.length * 2)) {
      const result = this.#onceAnEntry(only, this.#byDictionary)
      if (result !== null) return result
    }
    return this.#run(leaves, batch.length)
  }

  // A function of one dictionary column is computed once for each entry. An entry that raises an error may not occur in this batch, so then the rows decide.
  #onceAnEntry(column: DictionaryVector, cache: WeakMap<Vector, { length: number; result: Vector } | 'throws'>): Vector | null {
    if (column.nulls !== null && !this.#nullForNull()) return null
    const length = column.dictionary.length
    const cached = cache.get(column.dictionary)
    if (cached === 'throws') return null
    let result: Vector
    if (cached !== undefined && cached.length === length) result = cached.result
    else {
      try {
        result = this.#run([column.dictionary], length)
      } catch (e) {
        if (e instanceof SparkError) { cache.set(column.dictionary, 'throws'); return null }
        throw e
      }
      cache.set(column.dictionary, { length, result })
    }
    return new DictionaryVector(result, column.indices, column.nulls, column.length)
  }

  #strict: boolean | undefined
  #nullForNull(): boolean { return this.#strict ??= isStrict(this.#node) }

  #run(leaves: readonly Vector[], length: number): Vector {
    const key = leaves.map(signature).join(',')
    let loop = this.#loops.get(key)
    if (loop === undefined) { loop = this.#generate(leaves, key); this.#loops.set(key, loop) }
    return loop.run(length, leaves, loop.constants)
  }

  #generate(leaves: readonly Vector[], signature: string): { run: Loop; constants: readonly unknown[] } {
    const places = new Map<Resolved, number>(), ids = new Map<number, number>()
    this.#leaves.forEach((l, i) => { places.set(l.node, i); if (l.node.kind === 'attribute') ids.set(l.node.id, i) })
    const setup: string[] = [], perRow: string[] = []
    const read = leaves.map((v, i) => reader(v, i, setup, perRow))
    const emitter = new Emitter(n => {
      const place = n.kind === 'attribute' ? ids.get(n.id) : places.get(n)
      return place === undefined ? null : read[place]!
    })
    const result = emitter.emit(this.#node)
    const source = [
      '"use strict";',
      ...emitter.constants.map((_, i) => `const k${i} = constants[${i}];`),
      ...setup,
      ...outputOf(this.#node.type, result, [...perRow, ...emitter.lines]),
    ].join('\n')
    return { run: loopOf(source, signature), constants: [...emitter.constants, this.#node.type] }
  }
}

const tools = { FixedVector, StringVector, vectorOf, fixedDataFor }

// A stream plans each batch anew: the same loops come again, and those that are there are optimized already.
const made = new Map<string, Loop>()
const mostMade = 2000

function loopOf(source: string, signature: string): Loop {
  const key = `${signature}\n${source}`
  let loop = made.get(key)
  if (loop !== undefined) return loop
  loop = (new Function('tools', `return function (length, leaves, constants) {\n${source}\n}`) as (t: typeof tools) => Loop)(tools)
  if (made.size === mostMade) made.delete(made.keys().next().value!)
  made.set(key, loop)
  return loop
}

function outputOf(type: DataType, result: Emitted, body: readonly string[]): string[] {
  const typed = fixedDataFor(type, 0) !== null
  const store = type.kind === 'boolean' ? `${result.value} ? 1 : 0` : result.value
  const nullable = result.isNull !== 'false'
  const array = typed ? `const out = new ${fixedDataFor(type, 0)!.constructor.name}(length);` : 'const out = new Array(length);'
  const rows = nullable
    ? [`if (${result.isNull}) { if (nulls === null) nulls = new Uint8Array(length); nulls[i] = 1;${typed ? '' : ' out[i] = null;'} } else out[i] = ${store};`]
    : [`out[i] = ${store};`]
  const last = 'constants[constants.length - 1]'
  const end = typed ? `return new tools.FixedVector(${last}, out, nulls, length);`
    : type.kind === 'string' ? `return new tools.StringVector(out, nulls, ${last});`
      : `return tools.vectorOf(${last}, out);`
  return [array, 'let nulls = null;', 'for (let i = 0; i < length; i++) {', ...body, ...rows, '}', end]
}

/** What the generated source depends on: the layout, the element type and whether there are nulls. */
function signature(v: Vector): string {
  const nulls = v.nulls === null ? '' : '?'
  if (v.layout === 'dictionary') return `d(${signature((v as DictionaryVector).dictionary)})${nulls}`
  if (v.layout === 'fixed') return `f${(v as FixedVector).data.constructor.name}${v.type.kind === 'boolean' ? 'b' : ''}${nulls}`
  if (v.layout === 'constant') return v.isNull(0) ? 'cn' : 'c'
  return v.layout + nulls
}

function reader(v: Vector, i: number, setup: string[], perRow: string[]): Emitted {
  const nulls = v.nulls === null ? 'false' : `(z${i}[i] !== 0)`
  if (v.nulls !== null) setup.push(`const z${i} = leaves[${i}].nulls;`)
  switch (v.layout) {
    case 'fixed':
      setup.push(`const d${i} = leaves[${i}].data;`)
      return { isNull: nulls, value: v.type.kind === 'boolean' ? `(d${i}[i] !== 0)` : `d${i}[i]` }
    case 'strings': case 'objects':
      setup.push(`const d${i} = leaves[${i}].values;`)
      return { isNull: nulls, value: `d${i}[i]` }
    case 'constant':
      setup.push(`const d${i} = leaves[${i}].constant;`)
      return { isNull: v.isNull(0) ? 'true' : 'false', value: `d${i}` }
    case 'dictionary': {
      const inner = (v as DictionaryVector).dictionary
      setup.push(`const x${i} = leaves[${i}].indices, y${i} = leaves[${i}].dictionary;`)
      const innerNull = inner.nulls === null ? 'false' : `(y${i}.nulls[x${i}[i]] !== 0)`
      const isNull = nulls === 'false' ? innerNull : innerNull === 'false' ? nulls : `(${nulls} || ${innerNull})`
      if (inner.layout === 'fixed') { setup.push(`const d${i} = y${i}.data;`); return { isNull, value: inner.type.kind === 'boolean' ? `(d${i}[x${i}[i]] !== 0)` : `d${i}[x${i}[i]]` } }
      if (inner.layout === 'strings') { setup.push(`const d${i} = y${i}.values;`); return { isNull, value: `d${i}[x${i}[i]]` } }
      return { isNull, value: `y${i}.value(x${i}[i])` }
    }
    default: // a value that costs something to make is made once a row, however often the tree reads it
      setup.push(`const d${i} = leaves[${i}];`)
      perRow.push(`const b${i} = ${nulls === 'false' ? '' : `${nulls} ? ${defaultSource(v.type)} : `}d${i}.value(i);`)
      return { isNull: nulls, value: `b${i}` }
  }
}

function cannotFail(n: Resolved): boolean {
  return n.kind === 'attribute' || n.kind === 'literal' || (n.kind === 'call' && n.implementation.vector !== undefined && n.implementation.mayFail !== true && n.args.every(cannotFail))
}

function insideLambdaOnly(n: Resolved): boolean {
  if (n.kind === 'variable') return true
  return childrenOf(n).some(insideLambdaOnly)
}

/** Whether a tree gives the same value each time it sees the same input. */
export function isDeterministic(node: Resolved): boolean {
  if (node.kind === 'call' && !node.deterministic) return false
  return childrenOf(node).every(isDeterministic)
}

/** Whether a tree is certainly NULL when one of its columns is. */
function isStrict(node: Resolved): boolean {
  switch (node.kind) {
    case 'attribute': return true
    case 'alias': return isStrict(node.child)
    case 'call': return node.implementation.strict !== false && node.implementation.emit === undefined && (node as Call).args.some(a => a.kind !== 'literal') && node.args.every(a => a.kind === 'literal' || isStrict(a))
    default: return false
  }
}

/** The value of an expression that reads no column, null for NULL. */
export function evaluateConstant(node: Resolved): unknown {
  return compileExpression(node, []).evaluate(new Batch([], 1)).get(0)
}
