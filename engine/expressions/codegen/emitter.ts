/** Turns a resolved expression into JavaScript statements of one loop body. Names and literals never enter the source: they are captured as constants `k0, k1, …`. */
import type { DataType } from '../../types/data-type.ts'
import type { Attribute, Call, Lambda, Resolved, Variable } from '../expression.ts'
import { internalError } from '../../errors/spark-error.ts'

/** Where a value stands after the statements emitted so far: `value` is only meaningful while `isNull` is false. Both are JavaScript expressions without side effects. */
export interface Emitted { readonly isNull: string; readonly value: string }

/** How a leaf (an input column) is read: the sources of its null test and of its value at row `i`. */
export type LeafReader = (leaf: Resolved) => Emitted | null

export class Emitter {
  readonly lines: string[] = []
  readonly constants: unknown[] = []
  readonly #leaf: LeafReader
  readonly #variables = new Map<number, Emitted>()
  #next = 0

  constructor(leaf: LeafReader) { this.#leaf = leaf }

  /** A captured value's name in the source. */
  constant(value: unknown): string {
    const found = this.constants.indexOf(value)
    if (found >= 0 && typeof value !== 'number') return `k${found}`
    this.constants.push(value)
    return `k${this.constants.length - 1}`
  }

  /** A fresh local name. */
  fresh(prefix: string): string { return `${prefix}${this.#next++}` }

  line(text: string): void { this.lines.push(text) }

  /** Emits the statements that compute a node. */
  emit(node: Resolved): Emitted {
    const leaf = this.#leaf(node)
    if (leaf !== null) return leaf
    switch (node.kind) {
      case 'literal': return node.value === null ? { isNull: 'true', value: defaultSource(node.type) } : { isNull: 'false', value: this.#literal(node.value) }
      case 'alias': return this.emit(node.child)
      case 'variable': return this.#variable(node)
      case 'call': return this.#call(node)
      case 'attribute': throw internalError(`the column ${node.name} is not among the input`)
      default: throw internalError(`a ${node.kind} cannot be evaluated by row`)
    }
  }

  /** Emits a node into variables of its own, so that it can be assigned inside a block: `const out = e.declare(type); e.line('if (…) {'); e.assign(out, node); e.line('}')`. */
  declare(type: DataType): Emitted {
    const isNull = this.fresh('n'), value = this.fresh('v')
    this.line(`let ${isNull} = true, ${value} = ${defaultSource(type)};`)
    return { isNull, value }
  }

  /** Emits `node` and stores it in variables made by `declare`. */
  assign(target: Emitted, node: Resolved): void {
    const from = this.emit(node)
    this.line(`${target.isNull} = ${from.isNull}; ${target.value} = ${from.value};`)
  }

  /** The source of a function of values-or-null for a lambda. */
  lambda(node: Lambda): string {
    const names = node.variables.map(v => {
      const name = this.fresh('x')
      this.#variables.set(v.id, { isNull: `(${name} === null)`, value: name })
      return name
    })
    const name = this.fresh('f')
    this.line(`const ${name} = (${names.join(', ')}) => {`)
    const body = this.emit(node.body)
    this.line(`return ${body.isNull === 'false' ? body.value : `${body.isNull} ? null : ${body.value}`}; };`)
    return name
  }

  #variable(node: Variable): Emitted {
    const found = this.#variables.get(node.id)
    if (found === undefined) throw internalError(`the lambda variable ${node.name} is not bound`)
    return found
  }

  #literal(value: unknown): string {
    if (typeof value === 'boolean') return String(value)
    if (typeof value === 'number' && Number.isInteger(value) && !Object.is(value, -0) && Math.abs(value) < 2 ** 31) return value < 0 ? `(${value})` : String(value)
    if (typeof value === 'bigint' && value > -(2n ** 63n) && value < 2n ** 63n) return value < 0n ? `(${value}n)` : `${value}n`
    return this.constant(value)
  }

  #call(node: Call): Emitted {
    const how = node.implementation
    if (how.emit !== undefined) return how.emit(this, node.args)
    const strict = how.strict !== false
    const args = node.args.map(a => (a.kind === 'lambda' ? { isNull: 'false', value: this.lambda(a) } : this.emit(a)))
    if (!strict) {
      const sources = args.map(a => (a.isNull === 'false' ? a.value : a.isNull === 'true' ? 'null' : `(${a.isNull} ? null : ${a.value})`))
      return this.#nullable(node.type, `${this.constant(how.evaluate)}(${sources.join(', ')})`)
    }
    const nulls = args.map(a => a.isNull).filter(n => n !== 'false')
    if (nulls.includes('true')) return { isNull: 'true', value: defaultSource(node.type) }
    const sources = args.map(a => a.value)
    const isNull = nulls.length === 0 ? 'false' : nulls.length === 1 ? nulls[0]! : `(${nulls.join(' || ')})`
    const value = this.fresh('v')
    if (how.source !== undefined) {
      const start = this.lines.length
      const source = how.source(sources, this)
      const own = this.lines.splice(start)
      if (isNull === 'false') { this.lines.push(...own); this.line(`const ${value} = ${source};`); return { isNull, value } }
      const n = this.fresh('n')
      this.line(`const ${n} = ${isNull}; let ${value} = ${defaultSource(node.type)};`)
      this.line(`if (!${n}) {`); this.lines.push(...own); this.line(`${value} = ${source}; }`)
      return { isNull: n, value }
    }
    const call = `${this.constant(how.evaluate)}(${sources.join(', ')})`
    return isNull === 'false' ? this.#nullable(node.type, call) : this.#nullable(node.type, `${isNull} ? null : ${call}`)
  }

  #nullable(type: DataType, source: string): Emitted {
    const raw = this.fresh('r')
    this.line(`const ${raw} = ${source};`)
    return { isNull: `(${raw} === null)`, value: `${raw}` }
  }
}

/** A harmless value of the kind the type has, so that a variable keeps one representation. */
export function defaultSource(type: DataType): string {
  switch (type.kind) {
    case 'boolean': return 'false'
    case 'byte': case 'short': case 'int': case 'date': case 'yearmonthinterval': return '0'
    case 'float': case 'double': return '0.5'
    case 'long': case 'timestamp': case 'timestamp_ntz': case 'time': case 'daytimeinterval': case 'decimal': return '0n'
    case 'string': return "''"
    default: return 'null'
  }
}

/** The attributes an expression reads. */
export function attributesOf(node: Resolved, into: Map<number, Attribute> = new Map()): Map<number, Attribute> {
  if (node.kind === 'attribute') into.set(node.id, node)
  else for (const child of childrenOf(node)) attributesOf(child, into)
  return into
}

/** The expressions directly below a node. */
export function childrenOf(node: Resolved): readonly Resolved[] {
  switch (node.kind) {
    case 'call': case 'generator': case 'marker': return node.args
    case 'aggregate-call': return node.filter === null ? node.args : [...node.args, node.filter]
    case 'alias': return [node.child]
    case 'lambda': return [node.body]
    default: return []
  }
}
