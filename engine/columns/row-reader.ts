/** Columns -> rows as objects, by a generated function for each shape of columns: all its rows are alike to the runtime, and whole numbers come without a bigint in between. */
import type { DataType, StructTypeShape } from '../types/data-type.ts'
import { FixedVector } from './fixed-vector.ts'
import { CalendarDate, Timestamp } from './row-values.ts'
import { StringVector } from './string-vector.ts'
import { toExternal, type Row } from './user-values.ts'
import type { Vector } from './vector.ts'

/** Reads single rows of columns as objects: a property a column, in the order of the schema. */
export function rowReader(schema: StructTypeShape, columns: readonly Vector[]): (row: number) => Row {
  const cells = schema.fields.map((f, k) => cellOf(f.dataType, columns[k]!))
  const shape = schema.fields.map((f, k) => `[${JSON.stringify(f.name)}]: ${cells[k]!.nulls === null ? '' : `n${k}[i] !== 0 ? null : `}${cells[k]!.source.replaceAll('#', String(k))}`).join(', ')
  const locals = cells.map((_, k) => `const d${k} = cells[${k}].data, w${k} = cells[${k}].words, n${k} = cells[${k}].nulls`).join('\n')
  return made(`${locals}\nreturn i => ({ ${shape} })`)(cells, longAt, Timestamp, CalendarDate)
}

/** How a value is read: JavaScript text over `d#` (the data), `w#` (its words) and `i` (the row); `nulls` are asked first. */
interface Cell { readonly source: string; readonly data: unknown; readonly words: Int32Array | null; readonly nulls: Uint8Array | null }

function cellOf(type: DataType, column: Vector): Cell {
  const cell = (source: string, data: unknown, words: Int32Array | null = null): Cell => ({ source, data, words, nulls: column.nulls })
  if (column instanceof StringVector) return cell('d#[i]', column.values)
  if (column instanceof FixedVector) {
    const { data } = column
    switch (type.kind) {
      case 'boolean': return cell('d#[i] !== 0', data)
      case 'byte': case 'short': case 'int': case 'float': case 'double': return cell('d#[i]', data)
      case 'long': return cell('longAt(w#, d#, i)', data, new Int32Array(data.buffer, data.byteOffset, 2 * column.length))
      case 'date': return cell('new CalendarDate(d#[i])', data)
      case 'timestamp': case 'timestamp_ntz': return cell('new Timestamp(d#[i])', data)
    }
  }
  return { source: 'd#(i)', data: (i: number) => toExternal(type, column.get(i)), words: null, nulls: null }
}

const high = 4294967296, safe = Number.MAX_SAFE_INTEGER

// A number, or beyond 2^53 - 1 a bigint. The words are the low and the high half.
function longAt(words: Int32Array, data: BigInt64Array, i: number): number | bigint {
  const n = words[2 * i + 1]! * high + (words[2 * i]! >>> 0)
  return n >= -safe && n <= safe ? n : data[i]!
}

type Make = (cells: readonly Cell[], at: typeof longAt, timestamp: typeof Timestamp, date: typeof CalendarDate) => (row: number) => Row
const makers = new Map<string, Make>()

function made(body: string): Make {
  let make = makers.get(body)
  if (make === undefined) {
    if (makers.size >= 500) makers.clear()
    makers.set(body, make = new Function('cells', 'longAt', 'Timestamp', 'CalendarDate', body) as Make)
  }
  return make
}

/** The rows of one group, made when they are asked for: iterate them (as often as needed), or take them all. */
export class GroupRows<R = Row> implements Iterable<R> {
  readonly #read: (row: number) => Row
  readonly #rows: Int32Array
  readonly #start: number
  /** How many rows there are. */
  readonly length: number

  /** The rows whose numbers stand in `rows[start .. end)`. */
  constructor(read: (row: number) => Row, rows: Int32Array, start = 0, end: number = rows.length) {
    this.#read = read
    this.#rows = rows
    this.#start = start
    this.length = end - start
  }

  [Symbol.iterator](): IterableIterator<R> { return new RowIterator(this.#read, this.#rows, this.#start, this.#start + this.length) as unknown as IterableIterator<R> }
  toArray(): R[] { return Array.from({ length: this.length }, (_, i) => this.#read(this.#rows[this.#start + i]!) as R) }
  map<T>(f: (row: R) => T): T[] { return this.toArray().map(f) }
}

// What a generator would be, which costs more to begin than a row to make: most groups have few rows.
class RowIterator {
  readonly #read: (row: number) => Row
  readonly #rows: Int32Array
  #at: number
  #end: number

  constructor(read: (row: number) => Row, rows: Int32Array, start: number, end: number) {
    this.#read = read
    this.#rows = rows
    this.#at = start
    this.#end = end
  }

  next(): IteratorResult<Row, undefined> { return this.#at < this.#end ? { value: this.#read(this.#rows[this.#at++]!), done: false } : { value: undefined, done: true } }
  return(value?: undefined): IteratorResult<Row, undefined> { this.#end = this.#at; return { value, done: true } }
}
// The methods that all iterators have.
Object.setPrototypeOf(RowIterator.prototype, Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())) as object)
