/** Temporary views, the tables of memory sinks and the user's functions, by name. */
import type { Batch } from '../columns/batch.ts'
import { analysisError } from '../errors/spark-error.ts'
import type { UserFunction } from '../expressions/user-function.ts'
import type { Clock } from '../observe/clock.ts'
import type { LogicalPlan } from '../plan/logical-plan.ts'
import type { Files } from '../storage/files.ts'
import { readOf, type SavedTables } from './saved-tables.ts'
import type { StructTypeShape } from '../types/data-type.ts'

export class LocalTables {
  /** What readers need of the machine. */
  readonly surroundings: { readonly files: Files; readonly clock: Clock }
  readonly #views = new Map<string, LogicalPlan>()
  readonly #saved: SavedTables
  readonly #functions = new Map<string, UserFunction>()
  readonly #memory = new Map<string, { readonly schema: StructTypeShape; readonly batches: Batch[] }>()

  constructor(surroundings: { readonly files: Files; readonly clock: Clock }, saved: SavedTables) {
    this.surroundings = surroundings
    this.#saved = saved
  }

  find(name: string): LogicalPlan {
    const key = name.toLowerCase()
    const view = this.view(key)
    if (view !== null) return view
    const table = this.#memory.get(key)
    if (table !== undefined) return { kind: 'local-data', schema: table.schema, batches: [...table.batches] }
    const saved = this.#saved.find(name)
    if (saved !== null) return readOf(saved)
    throw analysisError('TABLE_OR_VIEW_NOT_FOUND', { relationName: '`' + name + '`' })
  }

  createView(name: string, plan: LogicalPlan, replace: boolean): void {
    const { views, key } = this.#place(name)
    if (!replace && views.has(key)) throw analysisError('TEMP_TABLE_OR_VIEW_ALREADY_EXISTS', { relationName: '`' + name + '`' })
    views.set(key, plan)
  }

  /** Gives a function of the user's a name, in place of one of that name. */
  registerFunction(name: string, f: UserFunction): void { this.#functions.set(name.toLowerCase(), f) }
  registeredFunctions(): readonly string[] { return [...this.#functions.keys()] }
  userFunction(name: string): UserFunction | null { return this.#functions.get(name.toLowerCase()) ?? null }

  view(name: string): LogicalPlan | null { const { views, key } = this.#place(name); return views.get(key) ?? null }
  dropView(name: string): boolean { const { views, key } = this.#place(name); return views.delete(key) }
  // Where a view of this name is: `global_temp.x` is shared by all sessions.
  #place(name: string): { readonly views: Map<string, LogicalPlan>; readonly key: string } {
    const key = name.toLowerCase(), global = 'global_temp.'
    return key.startsWith(global) ? { views: this.#saved.globalViews, key: key.slice(global.length) } : { views: this.#views, key }
  }
  names(): string[] { return [...new Set([...this.#views.keys(), ...this.#memory.keys(), ...this.#saved.names()])].sort() }

  /** Makes an empty memory table, in place of one of that name. */
  createMemory(name: string, schema: StructTypeShape): void { this.#memory.set(name.toLowerCase(), { schema, batches: [] }) }
  /** Adds a micro-batch's rows, or puts them in place of the earlier ones. */
  putMemory(name: string, batches: readonly Batch[], replace: boolean): void {
    const table = this.#memory.get(name.toLowerCase())!
    if (replace) table.batches.length = 0
    table.batches.push(...batches)
  }
}
