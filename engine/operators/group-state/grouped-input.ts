/** The rows of a batch put together by key, for operators that hand a key's rows to a user function in one call. */
import { Batch } from '../../columns/batch.ts'
import { comparison, nullsFirst } from '../../columns/compare.ts'
import { concatBatches } from '../../columns/concat.ts'
import { GroupRows, rowReader, type Row } from '../../columns/rows.ts'
import type { Vector } from '../../columns/vector.ts'
import { executionError } from '../../errors/spark-error.ts'
import type { Attribute } from '../../expressions/expression.ts'
import { structField, structType, type StructTypeShape } from '../../types/data-type.ts'
import { FixedVector } from '../../columns/fixed-vector.ts'
import { GroupIndex } from '../aggregate/group-index.ts'
import { partitionRows } from '../partitioned.ts'

/** The keys of one state partition, in the order of their values (NULL first), as Spark sorts them. */
export interface PartitionGroups {
  readonly count: number
  /** The key columns, a row a group. */
  readonly keys: readonly Vector[]
  /** The key as the user sees it. */
  keyRow(group: number): Row
  /** The group's rows in the order they came; none for a group that only the initial state has. */
  rows(group: number): GroupRows
  /** The initial state, and its rows that belong to the group. */
  readonly initial: Batch | null
  initialRows(group: number): readonly number[]
}

/** The schema of these columns. */
export const schemaOf = (attributes: readonly Attribute[]): StructTypeShape => structType(attributes.map(a => structField(a.name, a.type, a.nullable)))

export class GroupedInput {
  readonly #keys: readonly Attribute[]
  readonly #values: readonly Attribute[]
  readonly #keyAt: readonly number[]
  readonly #valueAt: readonly number[]
  readonly #index: GroupIndex
  readonly #batches: Batch[] = []
  readonly #groups: Int32Array[] = []
  // Where zeros of both signs may be keys: the keys of all rows as they came, and the first row of each group.
  readonly #rawKeys: Batch[] | null
  readonly #firstRow: number[] = []
  #rawCount = 0
  #initial: { readonly rows: Batch; readonly rowOf: Map<number, number[]> } | null = null

  constructor(keys: readonly Attribute[], values: readonly Attribute[], input: readonly Attribute[]) {
    this.#keys = keys
    this.#values = values
    this.#keyAt = keys.map(k => input.findIndex(a => a.id === k.id))
    this.#valueAt = values.map(v => input.findIndex(a => a.id === v.id))
    this.#index = new GroupIndex(keys.map(k => k.type))
    this.#rawKeys = keys.some(k => k.type.kind === 'double' || k.type.kind === 'float') ? [] : null
  }

  add(batch: Batch): void {
    if (batch.length === 0) return
    this.#groups.push(this.#groupsOf(this.#keyAt.map(k => batch.columns[k]!), batch.length))
    this.#batches.push(new Batch(this.#valueAt.map(v => batch.columns[v]!), batch.length))
  }

  // Zeros of both signs are one group in a batch, which has the key of its first row: so does Spark, whose state knows them as two keys.
  #groupsOf(keys: readonly Vector[], length: number): Int32Array {
    if (this.#rawKeys === null) return this.#index.add(keys, length)
    const groups = this.#index.add(keys.map(k => unsigned(k)), length)
    groups.forEach((g, i) => { if (g === this.#firstRow.length) this.#firstRow.push(this.#rawCount + i) })
    this.#rawKeys.push(new Batch(keys, length))
    this.#rawCount += length
    return groups
  }

  #keyColumns(): readonly Vector[] {
    if (this.#rawKeys === null) return this.#index.keys()
    return concatBatches(this.#keys.map(k => k.type), this.#rawKeys).take(Int32Array.from(this.#firstRow), this.#firstRow.length).columns
  }

  /** The initial state: key columns, then its own. `unique` refuses a second row of a key. */
  addInitial(keys: readonly Vector[], rows: Batch, unique: boolean): void {
    const rowOf = new Map<number, number[]>()
    this.#groupsOf(keys, rows.length).forEach((group, row) => {
      const known = rowOf.get(group)
      if (known === undefined) rowOf.set(group, [row])
      else if (unique) throw executionError('MICROLOTE_GROUP_STATE_DUPLICATE_INITIAL')
      else known.push(row)
    })
    this.#initial = { rows, rowOf }
  }

  /** The groups of each state partition. */
  partitions(count: number): PartitionGroups[] {
    const total = this.#index.count, keys = this.#keyColumns()
    const values = concatBatches(this.#values.map(v => v.type), this.#batches)
    const { rows, starts } = this.#rowsByGroup(total, values.length)
    const sorted = keyOrder(keys, total)
    const read = rowReader(schemaOf(this.#values), values.columns)
    const parts = count === 1 ? [Int32Array.from({ length: total }, (_, g) => g)] : partitionRows(new Batch(keys, total), keys.map((_, k) => k), count)
    return parts.map(part => {
      const groups = sorted(part)
      const own = keys.map(k => k.take(groups, groups.length))
      const readKey = rowReader(schemaOf(this.#keys), own)
      return {
        count: groups.length, keys: own, keyRow: readKey, rows: g => new GroupRows(read, rows, starts[groups[g]!]!, starts[groups[g]! + 1]!),
        initial: this.#initial?.rows ?? null, initialRows: g => this.#initial?.rowOf.get(groups[g]!) ?? [],
      }
    })
  }

  // A counting sort: the rows of group g are `rows[starts[g] .. starts[g + 1])`.
  #rowsByGroup(groups: number, length: number): { readonly rows: Int32Array; readonly starts: Int32Array } {
    const starts = new Int32Array(groups + 1), rows = new Int32Array(length)
    for (const part of this.#groups) for (let i = 0; i < part.length; i++) starts[part[i]! + 1]!++
    for (let g = 0; g < groups; g++) starts[g + 1]! += starts[g]!
    const at = starts.slice()
    let base = 0
    for (const part of this.#groups) { for (let i = 0; i < part.length; i++) rows[at[part[i]!]!++] = base + i; base += part.length }
    return { rows, starts }
  }
}

// Sorts groups by their keys. Numbers that a double holds are compared as such.
function keyOrder(keys: readonly Vector[], count: number): (groups: Int32Array) => Int32Array {
  const numbers = keys.map(k => exactNumbers(k, count))
  if (keys.length === 1 && numbers[0] !== null) return groups => sortedByNumber(groups, numbers[0]!)
  const orders = keys.map((k, i): ((a: number, b: number) => number) => {
    const own = numbers[i]!
    if (own !== null) return (a, b) => { const x = own[a]!, y = own[b]!; return x < y ? -1 : x > y ? 1 : 0 }
    const values = Array.from({ length: count }, (_, g) => k.get(g)), compare = nullsFirst(comparison(k.type))
    return (a, b) => compare(values[a], values[b])
  })
  return groups => Int32Array.from(groups).sort((a, b) => { for (const o of orders) { const c = o(a, b); if (c !== 0) return c } return 0 })
}

const digitBits = 11, digitValues = 1 << digitBits

// By digits, the lowest first: no function compares. NULL is one below all others.
function sortedByNumber(groups: Int32Array, numbers: Float64Array): Int32Array {
  const n = groups.length
  let least = Infinity, most = -Infinity
  for (let i = 0; i < n; i++) { const x = numbers[groups[i]!]!; if (x !== -Infinity && x < least) least = x; if (x > most) most = x }
  if (n < 64 || most - least >= Number.MAX_SAFE_INTEGER) return Int32Array.from(groups).sort((a, b) => { const x = numbers[a]!, y = numbers[b]!; return x < y ? -1 : x > y ? 1 : 0 })
  let from: Int32Array = groups, to: Int32Array = new Int32Array(n)
  const digits = new Int32Array(n), ends = new Int32Array(digitValues)
  for (let unit = 1; unit <= most - least + 1; unit *= digitValues) {
    ends.fill(0)
    for (let i = 0; i < n; i++) { const x = numbers[from[i]!]!; ends[digits[i] = x === -Infinity ? 0 : Math.floor((x - least + 1) / unit) & digitValues - 1]!++ }
    for (let d = 1; d < digitValues; d++) ends[d]! += ends[d - 1]!
    for (let i = n - 1; i >= 0; i--) to[--ends[digits[i]!]!] = from[i]!
    const taken = from === groups ? new Int32Array(n) : from
    from = to
    to = taken
  }
  return from
}

function exactNumbers(key: Vector, count: number): Float64Array | null {
  if (!['byte', 'short', 'int', 'long', 'date', 'timestamp', 'timestamp_ntz'].includes(key.type.kind)) return null
  const out = new Float64Array(count)
  for (let g = 0; g < count; g++) {
    if (key.isNull(g)) { out[g] = -Infinity; continue }
    const n = Number(key.value(g) as number | bigint)
    if (!Number.isSafeInteger(n)) return null
    out[g] = n
  }
  return out
}

// −0.0 as 0.0.
function unsigned(column: Vector): Vector {
  if (column.type.kind !== 'double' && column.type.kind !== 'float') return column
  const data = column.type.kind === 'double' ? new Float64Array(column.length) : new Float32Array(column.length)
  for (let i = 0; i < column.length; i++) { const v = column.get(i) as number | null; data[i] = v === null || v === 0 ? 0 : v }
  const nulls = Uint8Array.from({ length: column.length }, (_, i) => (column.isNull(i) ? 1 : 0))
  return new FixedVector(column.type, data, nulls.some(n => n !== 0) ? nulls : null, column.length)
}
