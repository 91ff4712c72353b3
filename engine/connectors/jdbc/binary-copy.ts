/** COPY's binary form: columns as the bytes that PostgreSQL keeps, for tables whose columns have exactly our types. Half of what its text form costs the server is the reading of text. */
import type { Batch } from '../../columns/batch.ts'
import { FixedVector } from '../../columns/fixed-vector.ts'
import type { Vector } from '../../columns/vector.ts'
import type { DataType, StructTypeShape } from '../../types/data-type.ts'

const pieceBytes = 1 << 17
const head = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)])
/** 2000-01-01, from which PostgreSQL counts. */
const epochDays = 10_957, epochMicros = 946_684_800_000_000n
const int64Max = 2n ** 63n - 1n, int32Max = 2 ** 31 - 1

/** Types of PostgreSQL, by number, whose bytes a type of ours can be written as without changing a value. */
const same: Readonly<Partial<Record<DataType['kind'], readonly number[]>>> = {
  boolean: [16], byte: [21], short: [21], int: [23], long: [20], float: [700], double: [701], decimal: [1700], date: [1082], timestamp: [1184], timestamp_ntz: [1114],
  string: [25, 1043, 1042], binary: [17],
}

/** Whether rows of this schema can go into columns of these types as they are. */
export function fitsBinary(schema: StructTypeShape, oids: readonly number[]): boolean {
  return schema.fields.every((f, i) => same[f.dataType.kind]?.includes(oids[i]!) === true)
}

/** Bytes under way: grows where a value needs it. */
class Piece {
  bytes = Buffer.allocUnsafe(pieceBytes + 4096)
  at = 0

  /** Makes room and moves on; where the room begins. */
  take(count: number): number {
    const at = this.at
    this.at = at + count
    if (this.at > this.bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(this.at, this.bytes.length * 2))
      this.bytes.copy(grown, 0, 0, at)
      this.bytes = grown
    }
    return at
  }

  fixed(size: number): number {
    const at = this.take(size + 4)
    this.bytes.writeInt32BE(size, at)
    return at + 4
  }
}

/** Writes a row's value, its length in front. A moment or day that PostgreSQL's counting has no number for becomes one that it refuses. */
function writer(type: DataType, column: Vector, piece: Piece): (row: number) => void {
  switch (type.kind) {
    case 'boolean': return row => { const v = column.value(row), at = piece.fixed(1); piece.bytes[at] = v === true || v === 1 ? 1 : 0 }
    case 'byte': case 'short': return row => { const at = piece.fixed(2); piece.bytes.writeInt16BE(column.value(row) as number, at) }
    case 'int': return row => { const at = piece.fixed(4); piece.bytes.writeInt32BE(column.value(row) as number, at) }
    case 'date': return row => {
      const days = (column.value(row) as number) - epochDays, at = piece.fixed(4)
      piece.bytes.writeInt32BE(days < -int32Max ? int32Max - 1 : days, at)
    }
    case 'float': return row => { const at = piece.fixed(4); piece.bytes.writeFloatBE(column.value(row) as number, at) }
    case 'double': return row => { const at = piece.fixed(8); piece.bytes.writeDoubleBE(column.value(row) as number, at) }
    case 'long': {
      if (!(column instanceof FixedVector)) return row => { const at = piece.fixed(8); piece.bytes.writeBigInt64BE(column.value(row) as bigint, at) }
      const halves = new Int32Array(column.data.buffer, column.data.byteOffset, column.data.length * 2)
      return row => { const at = piece.fixed(8); piece.bytes.writeInt32BE(halves[2 * row + 1]!, at); piece.bytes.writeInt32BE(halves[2 * row]!, at + 4) }
    }
    case 'timestamp': case 'timestamp_ntz': return row => {
      const micros = (column.value(row) as bigint) - epochMicros, at = piece.fixed(8)
      piece.bytes.writeBigInt64BE(micros <= -int64Max ? int64Max - 1n : micros, at)
    }
    case 'decimal': return row => putNumeric(piece, column.value(row) as bigint, type.scale)
    case 'binary': return row => { const v = column.value(row) as Uint8Array, at = piece.fixed(v.length); piece.bytes.set(v, at) }
    default: return row => putText(piece, column.value(row) as string)
  }
}

function putText(piece: Piece, text: string): void {
  // A UTF-16 unit takes at most three bytes.
  const at = piece.take(4 + text.length * 3), n = piece.bytes.write(text, at + 4)
  piece.bytes.writeInt32BE(n, at)
  piece.at = at + 4 + n
}

/** PostgreSQL's numeric: digits of base 10,000, the power of the first, a sign, and how many decimals are shown. */
function putNumeric(piece: Piece, unscaled: bigint, scale: number): void {
  const digits: number[] = [], padded = (4 - scale % 4) % 4
  let rest = (unscaled < 0n ? -unscaled : unscaled) * 10n ** BigInt(padded)
  for (; rest > 0n; rest /= 10_000n) digits.push(Number(rest % 10_000n))
  const power = digits.length - 1 - (scale + padded) / 4
  digits.reverse()
  while (digits.at(-1) === 0) digits.pop()
  let at = piece.fixed(8 + 2 * digits.length)
  for (const n of [digits.length, digits.length === 0 ? 0 : power, unscaled < 0n ? 0x4000 : 0, scale, ...digits]) at = piece.bytes.writeInt16BE(n, at)
}

/** The rows as COPY's binary form. */
export async function* copyBytes(batches: AsyncIterable<Batch>, schema: StructTypeShape): AsyncGenerator<Uint8Array> {
  const piece = new Piece(), width = schema.fields.length
  piece.bytes.set(head, piece.take(head.length))
  for await (const batch of batches) {
    const columns = batch.columns, writers = schema.fields.map((f, k) => writer(f.dataType, columns[k]!, piece))
    for (let row = 0; row < batch.length; row++) {
      const at = piece.take(2)
      piece.bytes.writeInt16BE(width, at)
      for (let k = 0; k < width; k++) {
        if (columns[k]!.isNull(row)) { const none = piece.take(4); piece.bytes.writeInt32BE(-1, none) } else writers[k]!(row)
      }
      if (piece.at >= pieceBytes) {
        yield piece.bytes.subarray(0, piece.at)
        // What was handed on is still to be sent.
        piece.bytes = Buffer.allocUnsafe(pieceBytes + 4096)
        piece.at = 0
      }
    }
  }
  const at = piece.take(2)
  piece.bytes.writeInt16BE(-1, at)
  yield piece.bytes.subarray(0, piece.at)
}
