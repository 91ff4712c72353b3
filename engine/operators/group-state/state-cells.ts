/** The values of one variable that a batch has touched, by key: read from the state store when they are asked for, written back together at the end. */
import { vectorOf } from '../../columns/builder.ts'
import { executionError } from '../../errors/spark-error.ts'
import { RowArena } from '../../state/row-arena.ts'
import type { StateStore } from '../../state/state-store.ts'
import { timeIndex, type TimeIndex } from '../../state/time-index.ts'
import { unexpired, variableCodec, variableSchema, type Live, type VariableShape } from './state-variables.ts'

/** The key that is being handled; `id` is the same for equal keys. */
export interface KeyPlace { readonly id: string; readonly bytes: Uint8Array }
/** Shared by all variables of a handle: which key user code is working on, null between calls. */
export interface ActiveKey { place: KeyPlace | null }

interface Cell { readonly bytes: Uint8Array; slot: number; live: Live | null; isDirty: boolean }

export class StateCells {
  readonly shape: VariableShape
  readonly #active: ActiveKey
  readonly #codec: ReturnType<typeof variableCodec>
  readonly #fields: ReturnType<typeof variableSchema>['fields']
  // Null in a batch query: nothing is kept.
  #store: StateStore | null = null
  #index: TimeIndex | null = null
  readonly #cells = new Map<string, Cell>()
  #nowMs = 0
  updated = 0
  removed = 0

  constructor(shape: VariableShape, active: ActiveKey) {
    this.shape = shape
    this.#active = active
    this.#codec = variableCodec(shape)
    this.#fields = variableSchema(shape).fields
  }

  /** The batch's time. */
  get nowMs(): number { return this.#nowMs }

  /** Turns to a partition. */
  bind(store: StateStore | null, nowMs: number): void {
    this.#store = store
    this.#nowMs = nowMs
    this.#cells.clear()
    this.#index = store === null || this.shape.ttlMs === 0 ? null : timeIndex(store, (_, rows, n) => Float64Array.from(this.#decode(store, rows, n), live => this.#codec.expiryMs(live)))
  }

  #decode(store: StateStore, rows: RowArena, count: number): Live[] {
    const columns = store.valueCodec.decode(rows)
    return Array.from({ length: count }, (_, i) => this.#codec.toLive(columns.map(c => c.get(i))))
  }

  /** Reads many keys at once, for those that are about to be handled. */
  prefetch(places: readonly KeyPlace[], keys: RowArena): void {
    const store = this.#store
    if (store === null || places.length === 0) return
    const slots = new Int32Array(places.length), found: number[] = []
    store.find(keys, slots)
    for (let i = 0; i < slots.length; i++) if (slots[i]! >= 0) found.push(slots[i]!)
    const rows = new RowArena()
    store.readValues(Int32Array.from(found), found.length, rows)
    const lives = this.#decode(store, rows, found.length)
    let next = 0
    places.forEach((p, i) => this.#cells.set(p.id, { bytes: p.bytes, slot: slots[i]!, live: slots[i]! >= 0 ? lives[next++]! : null, isDirty: false }))
  }

  #cell(): Cell {
    const place = this.#active.place
    if (place === null) throw executionError('STATE_STORE_HANDLE_NOT_INITIALIZED', { variable: this.shape.name })
    let cell = this.#cells.get(place.id)
    if (cell !== undefined) return cell
    const store = this.#store, slot = store === null ? -1 : store.table.find(place.bytes, 0, place.bytes.length)
    let live: Live | null = null
    if (slot >= 0) {
      const rows = new RowArena(256, 1)
      store!.readValues(Int32Array.of(slot), 1, rows)
      live = this.#decode(store!, rows, 1)[0]!
    }
    this.#cells.set(place.id, cell = { bytes: place.bytes, slot, live, isDirty: false })
    return cell
  }

  /** The active key's value, null when there is none or its time is over. */
  read(): Live | null { const { live } = this.#cell(); return this.shape.ttlMs === 0 ? live : unexpired(live, this.#nowMs) }

  write(live: Live | null): void {
    const cell = this.#cell()
    cell.live = live
    cell.isDirty = true
  }

  /** Writes what has changed into the store. `changed` hears of each entry that is there now. */
  flush(changed: (slot: number, live: Live) => void = () => {}): void {
    const store = this.#store
    if (store === null) return
    const puts: { readonly cell: Cell; readonly row: unknown[] }[] = [], gone: number[] = []
    for (const cell of this.#cells.values()) {
      if (!cell.isDirty) continue
      cell.isDirty = false
      const row = cell.live === null ? null : this.#codec.toRow(cell.live)
      if (row !== null) puts.push({ cell, row })
      else if (cell.slot >= 0) { gone.push(cell.slot); cell.slot = -1 }
    }
    store.remove(Int32Array.from(gone), gone.length)
    this.removed += gone.length
    if (puts.length === 0) return
    const slots = Int32Array.from(puts, p => p.cell.slot)
    this.#put(store, RowArena.of(puts.map(p => p.cell.bytes)), puts.map(p => p.row), slots)
    puts.forEach(({ cell }, i) => {
      cell.slot = slots[i]!
      this.#index?.set(cell.slot, this.#codec.expiryMs(cell.live!))
      changed(cell.slot, cell.live!)
    })
    this.updated += puts.length
  }

  #put(store: StateStore, keys: RowArena, rows: readonly unknown[][], slots: Int32Array): void {
    const values = new RowArena()
    store.valueCodec.encode(this.#fields.map((f, k) => vectorOf(f.dataType, rows.map(r => r[k]))), null, rows.length, values)
    store.put(keys, values, slots)
  }

  /** Removes the values whose time is over; call it after `flush`. */
  removeExpired(): number {
    const store = this.#store
    if (store === null || this.#index === null) return 0
    const due = this.#index.takeDue(this.#nowMs)
    if (due.length === 0) return 0
    const values = new RowArena(), keys = new RowArena()
    store.readValues(due, due.length, values)
    store.readKeys(due, due.length, keys)
    const left: { readonly key: Uint8Array; readonly live: Live; readonly slot: number }[] = [], gone: number[] = []
    this.#decode(store, values, due.length).forEach((live, i) => {
      const rest = unexpired(live, this.#nowMs)
      if (rest === null) gone.push(due[i]!)
      else left.push({ key: keys.row(i), live: rest, slot: due[i]! })
    })
    store.remove(Int32Array.from(gone), gone.length)
    if (left.length > 0) {
      const slots = Int32Array.from(left, l => l.slot)
      this.#put(store, RowArena.of(left.map(l => l.key)), left.map(l => this.#codec.toRow(l.live)!), slots)
      left.forEach((l, i) => this.#index!.set(slots[i]!, this.#codec.expiryMs(l.live)))
    }
    return gone.length
  }
}
