/** The tools the parts of the SQL parser share: tokens, expressions, and the queries named by WITH. */
import { parseError } from '../errors/spark-error.ts'
import { readTableName, type TableName } from '../expressions/table-name.ts'
import { grammarOf } from '../expressions/parser.ts'
import type { Grammar } from '../expressions/grammar.ts'
import type { TokenReader } from '../expressions/token-reader.ts'
import type { LogicalPlan } from '../plan/logical-plan.ts'
import type { FindView } from './statement.ts'

/** Each pipe operator makes a plan one node higher, and everything after the parser walks plans by recursion. */
const mostOperators = 300

/** Words that end an item of a select list, or a table's name: none of them is an alias without AS. */
const ends = new Set([
  'from', 'where', 'group', 'having', 'order', 'limit', 'offset', 'union', 'except', 'minus', 'intersect', 'lateral', 'window', 'sort', 'cluster', 'distribute', 'qualify',
  'on', 'using', 'join', 'inner', 'left', 'right', 'full', 'cross', 'natural', 'semi', 'anti', 'tablesample', 'pivot', 'unpivot', 'as', 'select', 'with',
])

export class SqlReader {
  readonly grammar: Grammar
  readonly tokens: TokenReader
  readonly findView: FindView
  /** The plan that reads a saved table as a stream; null where a name is none. */
  readonly findStream: FindView
  readonly #ends = new Set(ends)
  #named: ReadonlyMap<string, LogicalPlan> = new Map()
  #operators = 0

  constructor(text: string, findView: FindView, findStream: FindView) {
    this.grammar = grammarOf(text, this.#ends)
    this.tokens = this.grammar.tokens
    this.findView = findView
    this.findStream = findStream
  }

  /** The plan behind a name: that of WITH first, then a view; null for a table that only the backend knows. */
  find(name: string): LogicalPlan | null { return this.#named.get(name.toLowerCase()) ?? this.findView(name) }

  /** The same as a relation: its columns under the name. */
  relation(name: string): LogicalPlan {
    const found = this.find(name), alias = { kind: 'alias', name, child: found! } as const
    return found === null ? { kind: 'table', name } : this.#named.get(name.toLowerCase()) === found ? { ...alias, named: true } : { ...alias, view: true }
  }

  /** Reads something with one more name known. */
  withNamed<T>(names: ReadonlyMap<string, LogicalPlan>, read: () => T): T {
    const before = this.#named
    this.#named = new Map([...before, ...names])
    try { return read() } finally { this.#named = before }
  }

  /** Counts one more pipe operator, or assignment of |> SET. Throws FAILED_TO_PARSE_TOO_COMPLEX. */
  countOperator(): void { if (++this.#operators > mostOperators) throw parseError('FAILED_TO_PARSE_TOO_COMPLEX', { limit: `${mostOperators} pipe operators` }) }

  /** An alias, with AS or without, null where none stands. */
  alias(): string | null {
    if (this.tokens.word('as')) return this.tokens.name()
    return this.beginsName() ? this.tokens.name() : null
  }

  /** Whether a name comes, and not a word that ends an item. */
  beginsName(ahead = 0): boolean {
    const t = this.tokens.peek(ahead)
    return t.kind === 'name' || (t.kind === 'word' && !this.#ends.has(t.text.toLowerCase()))
  }

  /** Reads something that ends before this word, which elsewhere may be a name. */
  ending<T>(word: string, read: () => T): T {
    if (this.#ends.has(word)) return read()
    this.#ends.add(word)
    try { return read() } finally { this.#ends.delete(word) }
  }

  /** `t`, `default.t`, or ``delta.`/path` ``: then also the format and the path. */
  table(): TableName { return readTableName(this.tokens) }

  /** `(a, b, …)` names in parentheses. */
  names(): string[] {
    this.tokens.expectSymbol('(')
    const list = this.tokens.list(() => this.tokens.name())
    this.tokens.expectSymbol(')')
    return list
  }

  /** A whole number of 0 or more, as it is written; `clause` takes it. */
  wholeNumber(clause: string): string {
    const t = this.tokens.peek()
    if (t.kind !== 'number' || !/^\d+$/.test(t.text)) throw this.tokens.unexpected(` ${clause} takes a whole number of 0 or more.`)
    return this.tokens.take().text
  }

  /** The words one after the other, all or none. */
  words(...words: readonly string[]): boolean {
    if (!words.every((w, i) => this.tokens.isWord(w, i))) return false
    this.tokens.skip(words.length)
    return true
  }
}
