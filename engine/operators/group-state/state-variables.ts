/** The state variables of a StatefulProcessor: what a store holds for each, the values that a batch has touched, and the objects that user code works with. */
import { toExternal, toInternal, ValueMismatch, type Row } from '../../columns/rows.ts'
import type { MapValue } from '../../columns/object-vector.ts'
import type { ListState, MapState, ValueState } from '../../columns/user-state.ts'
import { executionError } from '../../errors/spark-error.ts'
import { arrayType, longType, mapType, structField, structType, type StructTypeShape } from '../../types/data-type.ts'
import type { StateCells } from './state-cells.ts'

/** A variable as `init` has declared it. `ttlMs` is 0 for values that stay. */
export interface VariableShape { readonly kind: 'value' | 'list' | 'map'; readonly name: string; readonly schema: StructTypeShape; readonly keySchema: StructTypeShape | null; readonly ttlMs: number }

/** A value, and when it is over (null: never). */
interface Item { readonly value: unknown[]; readonly expiryMs: number | null }
/** What a key has of a variable while a batch runs: a value; a list; a map by the text of its keys. */
export type Live = Item | Item[] | Map<string, { readonly key: unknown[]; readonly item: Item }>

/** The columns in which a store keeps a variable: a row a key. */
export function variableSchema(v: VariableShape): StructTypeShape {
  const item = v.ttlMs > 0 ? structType([structField('value', v.schema), structField('ttlExpirationMs', longType, false)]) : v.schema
  switch (v.kind) {
    case 'value': return item
    case 'list': return structType([structField('list', arrayType(item, false), false)])
    case 'map': return structType([structField('map', mapType(v.keySchema!, item, false), false)])
  }
}

/** Rows of a store <-> what a batch works with. */
export function variableCodec(v: VariableShape): { toLive(row: readonly unknown[]): Live; toRow(live: Live): unknown[] | null; expiryMs(live: Live): number } {
  const item = (cell: unknown): Item => { const c = cell as unknown[]; return v.ttlMs > 0 ? { value: c[0] as unknown[], expiryMs: Number(c[1]) } : { value: c, expiryMs: null } }
  const cell = (i: Item): unknown[] => (v.ttlMs > 0 ? [i.value, BigInt(i.expiryMs!)] : i.value)
  const earliest = (items: Iterable<Item>): number => { let ms = Infinity; for (const i of items) ms = Math.min(ms, i.expiryMs ?? Infinity); return ms === Infinity ? NaN : ms }
  switch (v.kind) {
    case 'value': return { toLive: item, toRow: live => cell(live as Item), expiryMs: live => earliest([live as Item]) }
    case 'list': return {
      toLive: row => (row[0] as unknown[]).map(item), toRow: live => ((live as Item[]).length === 0 ? null : [(live as Item[]).map(cell)]), expiryMs: live => earliest(live as Item[]),
    }
    case 'map': {
      type M = Extract<Live, Map<string, unknown>>
      return {
        toLive: row => { const m = row[0] as MapValue; return new Map(m.keys.map((k, i) => [keyText(k), { key: k as unknown[], item: item(m.values[i]) }])) },
        toRow: live => ((live as M).size === 0 ? null : [{ keys: [...(live as M).values()].map(e => e.key), values: [...(live as M).values()].map(e => cell(e.item)) } satisfies MapValue]),
        expiryMs: live => earliest([...(live as M).values()].map(e => e.item)),
      }
    }
  }
}

/** What is left of a value at a time; null when nothing is. */
export function unexpired(live: Live | null, nowMs: number): Live | null {
  const stays = (i: Item): boolean => i.expiryMs === null || i.expiryMs > nowMs
  if (live === null) return null
  if (Array.isArray(live)) { const left = live.every(stays) ? live : live.filter(stays); return left.length === 0 ? null : left }
  if (live instanceof Map) {
    const left = [...live.values()].every(e => stays(e.item)) ? live : new Map([...live].filter(([, e]) => stays(e.item)))
    return left.size === 0 ? null : left
  }
  return stays(live) ? live : null
}

// Equal keys give equal texts: the numbers' types are those of the schema.
function keyText(v: unknown): string {
  switch (typeof v) {
    case 'string': return JSON.stringify(v)
    case 'object': return v === null ? 'null' : v instanceof Uint8Array ? `x${v.join()}` : Array.isArray(v) ? `[${v.map(keyText).join()}]` : JSON.stringify(v, (_, x: unknown) => (typeof x === 'bigint' ? `${x}n` : x))
    default: return v === 0 ? '0' : String(v)
  }
}

/** The object for user code. */
export function variableFor(v: VariableShape, cells: StateCells): ValueState | ListState | MapState {
  const read = (schema: StructTypeShape, value: unknown[]): Row => toExternal(schema, value) as Row
  const internal = (schema: StructTypeShape, value: unknown): unknown[] => {
    if (value === null || value === undefined) throw executionError('ILLEGAL_STATE_STORE_VALUE.NULL_VALUE', { stateName: v.name })
    try {
      const found = toInternal(schema, value)
      if (typeof value !== 'object') throw new ValueMismatch(`${String(value)} is no row`)
      return found as unknown[]
    } catch (e) { throw e instanceof ValueMismatch ? executionError('MICROLOTE_STATE_VALUE_MISMATCH', { variable: v.name, reason: e.message }, e) : e }
  }
  const item = (value: unknown): Item => ({ value: internal(v.schema, value), expiryMs: v.ttlMs > 0 ? cells.nowMs + v.ttlMs : null })
  const get = (): Live | null => cells.read()
  const base = { exists: () => get() !== null, clear: () => cells.write(null) }
  switch (v.kind) {
    case 'value': return { ...base, get: () => { const i = get() as Item | null; return i === null ? null : read(v.schema, i.value) }, update: value => cells.write(item(value)) } satisfies ValueState
    case 'list': {
      const items = (): readonly Item[] => (get() ?? []) as Item[]
      const notEmpty = (values: readonly Row[]): Item[] => {
        if (!Array.isArray(values)) throw executionError('MICROLOTE_STATE_VALUE_MISMATCH', { variable: v.name, reason: 'a list is needed' })
        if (values.length === 0) throw executionError('ILLEGAL_STATE_STORE_VALUE.EMPTY_LIST_VALUE', { stateName: v.name })
        return values.map(item)
      }
      return {
        ...base, get: () => items().map(i => read(v.schema, i.value)), put: values => cells.write(notEmpty(values)),
        appendValue: value => cells.write([...items(), item(value)]), appendList: values => cells.write([...items(), ...notEmpty(values)]),
      } satisfies ListState
    }
    case 'map': {
      type M = Extract<Live, Map<string, unknown>>
      const entries = (): M => (get() ?? new Map()) as M
      const keyOf = (key: unknown): unknown[] => internal(v.keySchema!, key)
      return {
        ...base,
        getValue: key => { const e = entries().get(keyText(keyOf(key))); return e === undefined ? null : read(v.schema, e.item.value) },
        containsKey: key => entries().has(keyText(keyOf(key))),
        updateValue: (key, value) => { const k = keyOf(key); cells.write(new Map(entries()).set(keyText(k), { key: k, item: item(value) })) },
        removeKey: key => { const left = new Map(entries()); if (left.delete(keyText(keyOf(key)))) cells.write(left.size === 0 ? null : left) },
        *iterator() { for (const e of [...entries().values()]) yield [read(v.keySchema!, e.key), read(v.schema, e.item.value)] },
        *keys() { for (const e of [...entries().values()]) yield read(v.keySchema!, e.key) },
        *values() { for (const e of [...entries().values()]) yield read(v.schema, e.item.value) },
      } satisfies MapState
    }
  }
}
