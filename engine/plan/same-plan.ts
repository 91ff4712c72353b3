/** Whether two resolved plans give the same rows in the same order, whatever their columns are called: Spark's canonicalized plans, compared. */
import { Batch } from '../columns/batch.ts'
import type { ResolvedPlan } from './resolved-plan.ts'

// How names read, and what runs a call whose name and arguments are compared.
const names = new Set(['qualifier', 'metadata', 'joined', 'view', 'named', 'piped', 'nullable'])
const bodies = new Set(['implementation', 'function', 'generate', 'held'])

/** Which attribute of the second plan stands for one of the first, by id; null where the plans differ. */
export function samePlan(a: ResolvedPlan, b: ResolvedPlan): ReadonlyMap<number, number> | null {
  const ids = new Map<number, number>(), back = new Map<number, number>()
  const sameId = (x: number, y: number): boolean => {
    if (!ids.has(x) && !back.has(y)) { ids.set(x, y); back.set(y, x) }
    return ids.get(x) === y
  }
  const same = (x: unknown, y: unknown): boolean => {
    if (typeof x !== 'object' || x === null || typeof y !== 'object' || y === null) return Object.is(x, y)
    if (Array.isArray(x)) return Array.isArray(y) && x.length === y.length && x.every((v, i) => same(v, y[i]))
    if (x instanceof Batch) return y instanceof Batch && (x === y || sameRows(x, y))
    const kind = 'kind' in x && typeof x.kind === 'string' ? x.kind : ''
    // One read of a stream is one source of a query.
    if (kind === 'stream-read' && 'source' in x && (y as { readonly source?: unknown }).source !== x.source) return false
    if (!plain(x) || !plain(y)) return x === y
    const named = kind === 'attribute' || kind === 'alias' || kind === 'variable', keys = keysOf(x, named), others = keysOf(y, named)
    if (named && !sameId((x as { readonly id: number }).id, (y as { readonly id: number }).id)) return false
    return keys.length === others.length && keys.every(k => k in y && same((x as Record<string, unknown>)[k], (y as Record<string, unknown>)[k]))
  }
  return same(a, b) && a.output.every((o, i) => sameId(o.id, b.output[i]!.id)) ? ids : null
}

const plain = (x: object): boolean => { const p: unknown = Object.getPrototypeOf(x); return p === Object.prototype || p === null }

function keysOf(x: object, named: boolean): string[] {
  return Object.keys(x).filter(k => (x as Record<string, unknown>)[k] !== undefined && !names.has(k) && !(bodies.has(k) && typeof (x as Record<string, unknown>)[k] !== 'string') && !(named && (k === 'name' || k === 'id')))
}

function sameRows(a: Batch, b: Batch): boolean {
  if (a.length !== b.length || a.columns.length !== b.columns.length) return false
  const text = (v: unknown): string => JSON.stringify(v, (_, x: unknown) => (typeof x === 'bigint' ? `${x}n` : x instanceof Map ? [...x] : x)) ?? ''
  return a.columns.every((c, k) => { for (let i = 0; i < a.length; i++) if (text(c.get(i)) !== text(b.columns[k]!.get(i))) return false; return true })
}
