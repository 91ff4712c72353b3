/** Owns the writing of a Parquet file: batches are held until a row group is full, then written column by column; the footer comes last. */
import type { Batch } from '../../columns/batch.ts'
import { BytesVector } from '../../columns/bytes-vector.ts'
import { FixedVector } from '../../columns/fixed-vector.ts'
import type { Vector } from '../../columns/vector.ts'
import { executionError } from '../../errors/spark-error.ts'
import type { StructTypeShape } from '../../types/data-type.ts'
import { typeToJson } from '../../types/schema-json.ts'
import { codecNumber, type CodecName } from './codecs.ts'
import { writeLeaf, type LeafInput } from './leaf-writer.ts'
import { writeMetadata, type RowGroup, type SchemaElement } from './metadata.ts'
import { plainValues } from './plain-values.ts'
import { fileElements, leavesOf, rowMetadataKey, schemaTree, type ParquetNode } from './schema.ts'
import { shred } from './shred.ts'

export interface ParquetWriteOptions { readonly codec: CodecName; readonly rowsPerGroup?: number; readonly bytesPerGroup?: number; /** Texts are written as numbers of a dictionary where many come again. */ readonly dictionaries?: boolean }

const magic = new TextEncoder().encode('PAR1')

/**
 * Makes the bytes of one file. `add` and `finish` give the pieces that are ready to be written.
 *
 * ```ts
 * const writer = new ParquetWriter(schema, { codec: 'snappy' })
 * const pieces = [...writer.add(batch), ...writer.finish()]
 * ```
 */
export class ParquetWriter {
  readonly #schema: StructTypeShape
  readonly #elements: readonly SchemaElement[]
  readonly #tree: readonly ParquetNode[]
  readonly #codec: number
  readonly #rowsPerGroup: number
  readonly #bytesPerGroup: number
  readonly #dictionaries: boolean
  readonly #groups: RowGroup[] = []
  #held: Batch[] = []
  #heldRows = 0
  #heldBytes = 0
  #offset = 0
  #rows = 0

  /** Throws UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE for a column that Parquet cannot hold. */
  constructor(schema: StructTypeShape, options: ParquetWriteOptions) {
    this.#schema = schema
    this.#elements = fileElements(schema)
    this.#tree = schemaTree(this.#elements)
    this.#codec = codecNumber(options.codec)
    this.#rowsPerGroup = options.rowsPerGroup ?? 1 << 20
    this.#bytesPerGroup = options.bytesPerGroup ?? 128 << 20
    this.#dictionaries = options.dictionaries ?? true
  }

  /** Rows written so far. */
  get rows(): number { return this.#rows }
  /** The file's columns, and what its row groups hold: complete after `finish`. */
  get tree(): readonly ParquetNode[] { return this.#tree }
  get rowGroups(): readonly RowGroup[] { return this.#groups }

  /** Takes rows; the batch must not be changed afterwards. */
  add(batch: Batch): Uint8Array[] {
    if (batch.length === 0) return []
    this.#held.push(batch)
    this.#heldRows += batch.length
    for (const c of batch.columns) this.#heldBytes += estimatedBytes(c)
    return this.#heldRows >= this.#rowsPerGroup || this.#heldBytes >= this.#bytesPerGroup ? this.#flush() : []
  }

  /** The last rows and the footer. */
  finish(): Uint8Array[] {
    const pieces = this.#heldRows > 0 ? this.#flush() : []
    if (this.#offset === 0) { pieces.push(magic); this.#offset = 4 }
    const footer = writeMetadata({
      schema: this.#elements, rowCount: this.#rows, rowGroups: this.#groups, createdBy: 'microlote version 0.1.0',
      keyValues: new Map([[rowMetadataKey, JSON.stringify(typeToJson(this.#schema))]]),
    })
    const n = footer.length
    pieces.push(footer, Uint8Array.of(n & 255, n >>> 8 & 255, n >>> 16 & 255, n >>> 24), magic)
    return pieces
  }

  #flush(): Uint8Array[] {
    const pieces: Uint8Array[] = [], columns: RowGroup['columns'][number][] = [], rows = this.#heldRows
    if (this.#offset === 0) { pieces.push(magic); this.#offset = 4 }
    let bytes = 0
    const write = (leaf: LeafInput): void => {
      const { pieces: made, chunk } = writeLeaf(leaf, this.#codec, this.#offset)
      pieces.push(...made)
      columns.push(chunk)
      this.#offset += chunk.compressedBytes
      bytes += chunk.uncompressedBytes
    }
    this.#schema.fields.forEach((f, i) => {
      const vectors = this.#held.map(b => b.columns[i]!), node = this.#tree[i]!, leaves = leavesOf(node)
      if (node.leaf >= 0) {
        const definitions = f.nullable ? definitionsOf(vectors, rows) : null
        const values = plainValues(f.dataType, vectors, rows, this.#dictionaries)
        if (!f.nullable && values.count !== rows) throw executionError('NOT_NULL_ASSERT_VIOLATION', { walkedTypePath: `\`${f.name}\`` })
        write({ type: f.dataType, physicalType: node.element.type!, path: [f.name], maxDefinition: node.definition, maxRepetition: 0, definitions, repetitions: null, entries: rows, values })
      } else shred(f.name, f.dataType, f.nullable, vectors).forEach((s, k) => {
        const values = plainValues(s.type, [s.values], s.values.length, this.#dictionaries)
        write({ type: s.type, physicalType: leaves[k]!.element.type!, path: s.path, maxDefinition: s.maxDefinition, maxRepetition: s.maxRepetition, definitions: s.definitions, repetitions: s.repetitions, entries: s.definitions.length, values })
      })
    })
    this.#groups.push({ columns, rowCount: rows, bytes })
    this.#rows += rows
    this.#held = []
    this.#heldRows = 0
    this.#heldBytes = 0
    return pieces
  }
}

function estimatedBytes(v: Vector): number {
  if (v instanceof FixedVector) return v.length * v.data.BYTES_PER_ELEMENT
  if (v instanceof BytesVector) return v.length === 0 ? 0 : v.length * 4 + Math.max(0, v.ends[v.length - 1]! - v.starts[0]!)
  return v.length * 24
}

/** 1 for a value, 0 for NULL; null when there is no NULL. */
function definitionsOf(vectors: readonly Vector[], rows: number): Uint8Array | null {
  let out: Uint8Array | null = null, at = 0
  for (const v of vectors) {
    if (v.nulls !== null && v.layout !== 'dictionary') {
      const nulls = v.nulls
      for (let i = 0; i < v.length; i++) if (nulls[i] !== 0) (out ??= new Uint8Array(rows).fill(1))[at + i] = 0
    } else if (v.layout === 'dictionary' || v.layout === 'constant') for (let i = 0; i < v.length; i++) if (v.isNull(i)) (out ??= new Uint8Array(rows).fill(1))[at + i] = 0
    at += v.length
  }
  return out
}
