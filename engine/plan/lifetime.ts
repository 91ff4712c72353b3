/** What lives as long as a query: things that its batches share, kept by name and closed with the query. */
import { inputsOf, type LogicalPlan } from './logical-plan.ts'

/** What can be kept. */
export interface Kept { close(): Promise<void> }

/** Of one run of a query. The rows that foreachBatch hands over carry it, so that what writes them finds it. */
export class Lifetime {
  readonly #kept = new Map<string, Kept>()

  /** The thing of this name, made the first time; a name always stands for one type. */
  keep<T extends Kept>(name: string, make: () => T): T {
    let found = this.#kept.get(name)
    if (found === undefined) this.#kept.set(name, found = make())
    return found as T
  }

  /** Closes all of them, whatever happens to one. */
  async close(): Promise<void> {
    await Promise.allSettled([...this.#kept.values()].map(k => k.close()))
  }
}

/** The lifetime of the query whose rows a plan is made from; null where there is none. */
export function lifetimeOf(plan: LogicalPlan): Lifetime | null {
  if (plan.kind === 'local-data') return plan.lifetime ?? null
  for (const input of inputsOf(plan)) {
    const found = lifetimeOf(input)
    if (found !== null) return found
  }
  return null
}
