/** The names that cells share: those of a cell are read and set where its own functions have them, so that each sees what the other assigns. */
import type { Binding } from './cell-code.ts'

export class CellNames {
  readonly #values: Record<string, unknown>
  readonly #before = new Map<string, PropertyDescriptor | undefined>()
  #names: Readonly<Record<string, Binding>> = {}

  /** For one cell; `values` has the names of all. */
  constructor(values: Record<string, unknown>) { this.#values = values }

  /** The cell begins: from now on its names are its own. */
  take(names: Readonly<Record<string, Binding>>): void {
    this.#names = names
    for (const [name, [get, set]] of Object.entries(names)) {
      this.#before.set(name, Object.getOwnPropertyDescriptor(this.#values, name))
      Object.defineProperty(this.#values, name, { get, set: set ?? (() => { throw new TypeError('Assignment to constant variable.') }), enumerable: true, configurable: true })
    }
  }

  /** The cell has ended: constants are plain values; a name that it did not come to declare is again what it was. */
  settle(): void {
    for (const [name, [get, set]] of Object.entries(this.#names)) {
      try {
        const value = get()
        if (set === undefined) Object.defineProperty(this.#values, name, { value, writable: true, enumerable: true, configurable: true })
      } catch {
        const before = this.#before.get(name)
        if (before === undefined) delete this.#values[name]; else Object.defineProperty(this.#values, name, before)
      }
    }
  }
}

/** The names for code that defines getters on its exports, for good: plain values are kept, a later cell may declare the name anew. */
export function plainExports(values: Record<string, unknown>): Record<string, unknown> {
  return new Proxy(values, { defineProperty: (_, name, a) => name === '__esModule' || Reflect.defineProperty(values, name, { value: a.get ? a.get() : a.value, writable: true, enumerable: true, configurable: true }) })
}
