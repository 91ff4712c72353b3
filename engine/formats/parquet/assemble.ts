/** Owns the way from leaves with levels back to columns: NULLs put in their places, structs of vectors, lists and maps put together. */
import { BytesVector } from '../../columns/bytes-vector.ts'
import { vectorOf } from '../../columns/builder.ts'
import { DictionaryVector } from '../../columns/dictionary-vector.ts'
import { FixedVector, fixedDataFor } from '../../columns/fixed-vector.ts'
import { StructVector } from '../../columns/struct-vector.ts'
import type { Vector } from '../../columns/vector.ts'
import type { StructTypeShape } from '../../types/data-type.ts'
import type { Leaf } from './leaf-reader.ts'
import { leavesOf, shapeOf, sparkTypeOf, type ParquetNode } from './schema.ts'

/** The column of a top-level field from its leaves, by leaf number. */
export function assembleColumn(node: ParquetNode, leaves: ReadonlyMap<number, Leaf>, rows: number): Vector {
  if (leavesOf(node).every(l => l.repetition === 0)) return flat(node, leaves, rows)
  return vectorOf(sparkTypeOf(node), repeatedValues(node, leaves, rows))
}

function flat(node: ParquetNode, leaves: ReadonlyMap<number, Leaf>, rows: number): Vector {
  if (node.leaf >= 0) { const leaf = leaves.get(node.leaf)!; return spread(leaf.values, leaf.definitions, node.definition, rows) }
  const first = leaves.get(leavesOf(node)[0]!.leaf)!.definitions
  return new StructVector(sparkTypeOf(node) as StructTypeShape, node.children.map(c => flat(c, leaves, rows)), nullsBelow(first, node.definition, rows), rows)
}

function nullsBelow(definitions: Uint8Array | null, most: number, rows: number): Uint8Array | null {
  if (definitions === null || most === 0) return null
  let nulls: Uint8Array | null = null
  for (let i = 0; i < rows; i++) if (definitions[i]! < most) (nulls ??= new Uint8Array(rows))[i] = 1
  return nulls
}

/** Puts values in the places where the levels say that they are. */
function spread(values: Vector, definitions: Uint8Array | null, most: number, rows: number): Vector {
  const nulls = nullsBelow(definitions, most, rows)
  if (nulls === null) return values
  if (values instanceof FixedVector) {
    const data = fixedDataFor(values.type, rows)!
    place(values.data as Float64Array, nulls, data as Float64Array)
    return new FixedVector(values.type, data, nulls, rows)
  }
  if (values instanceof DictionaryVector) { const indices = new Int32Array(rows); place(values.indices, nulls, indices); return new DictionaryVector(values.dictionary, indices, nulls, rows) }
  if (values instanceof BytesVector) {
    const starts = new Int32Array(rows), ends = new Int32Array(rows)
    place(values.starts, nulls, starts)
    place(values.ends, nulls, ends)
    return new BytesVector(values.type, values.bytes, starts, ends, nulls, rows)
  }
  const out = new Array<unknown>(rows)
  for (let i = 0, k = 0; i < rows; i++) out[i] = nulls[i] === 0 ? values.value(k++) : null
  return vectorOf(values.type, out)
}

function place<A extends Int32Array | Float64Array>(from: A, nulls: Uint8Array, to: A): void {
  for (let i = 0, k = 0; i < nulls.length; i++) if (nulls[i] === 0) to[i] = from[k++]!
}

interface Cursor { readonly node: ParquetNode; readonly leaf: Leaf; at: number; value: number }

function repeatedValues(node: ParquetNode, leaves: ReadonlyMap<number, Leaf>, rows: number): unknown[] {
  const cursors = new Map(leavesOf(node).map((l): [number, Cursor] => [l.leaf, { node: l, leaf: leaves.get(l.leaf)!, at: 0, value: 0 }]))
  const read = readerOf(node, cursors, false)
  return Array.from({ length: rows }, () => read())
}

function readerOf(node: ParquetNode, cursors: ReadonlyMap<number, Cursor>, bare: boolean): () => unknown {
  const shape = shapeOf(node, bare), below = leavesOf(node).map(l => cursors.get(l.leaf)!), first = below[0]!
  const definition = (): number => (first.leaf.definitions === null ? first.node.definition : first.leaf.definitions[first.at]!)
  const skip = (): void => { for (const c of below) c.at++ }
  switch (shape.kind) {
    case 'leaf': return () => {
      const there = definition() === node.definition
      first.at++
      return there ? first.leaf.values.value(first.value++) : null
    }
    case 'struct': {
      const fields = shape.fields.map(f => readerOf(f, cursors, false))
      return () => {
        if (definition() < node.definition) { skip(); return null }
        return fields.map(f => f())
      }
    }
    case 'list': case 'map': {
      const { repeated } = shape, outer = repeated === node ? node.definition - 1 : node.definition
      const each = shape.kind === 'list' ? [readerOf(shape.element, cursors, shape.elementIsRepeated)] : [readerOf(shape.key, cursors, false), readerOf(shape.value, cursors, false)]
      const again = (): boolean => first.at < first.leaf.entries && first.leaf.repetitions![first.at]! === repeated.repetition
      return () => {
        const d = definition(), one: unknown[] = [], two: unknown[] = []
        if (d < repeated.definition) { skip(); if (d < outer) return null }
        else do { one.push(each[0]!()); if (each.length > 1) two.push(each[1]!()) } while (again())
        return shape.kind === 'list' ? one : { keys: one, values: two }
      }
    }
  }
}
