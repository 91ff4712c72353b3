/** W1 as a user writes it without an engine: JSON.parse, an if, a Map. Shared by the programs that read Kafka and a file by hand. */

/** The groups by minute and region. */
export class HandGroups {
  readonly #groups = new Map<string, { n: number; total: number }>()

  /** Takes one message. */
  add(text: string): void {
    const event = JSON.parse(text)
    if ((event.tipo !== 'compra' && event.tipo !== 'devolucion') || event.timestamp == null) return
    const key = `${Math.floor(Date.parse(event.timestamp) / 60_000)}|${event.region ?? null}`
    let group = this.#groups.get(key)
    if (group === undefined) this.#groups.set(key, (group = { n: 0, total: 0 }))
    group.n++
    if (event.monto != null) group.total += event.monto
  }

  /** Groups, messages that passed and their sum. */
  totals(rows: number): { readonly rows: number; readonly groups: number; readonly count: number; readonly sum: number } {
    let count = 0
    let sum = 0
    for (const g of this.#groups.values()) {
      count += g.n
      sum += g.total
    }
    return { rows, groups: this.#groups.size, count, sum }
  }
}
