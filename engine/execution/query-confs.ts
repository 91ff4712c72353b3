/** The confs of one streaming query: those of its session, but for the ones that its checkpoint was begun with and keeps. */
export class QueryConfs {
  readonly #session: Readonly<Record<string, string>>
  readonly #frozen: readonly string[]
  #all: Readonly<Record<string, string>>

  constructor(session: Readonly<Record<string, string>>, frozen: readonly string[]) {
    this.#session = session
    this.#frozen = frozen
    this.#all = session
  }

  get all(): Readonly<Record<string, string>> { return this.#all }
  get(key: string): string | undefined { return this.#all[key] }
  number(key: string, otherwise: string): number { return Number(this.#all[key] ?? otherwise) }

  /** Puts the values that the offset log holds in place of the session's, and warns where they differ; `check` refuses one that this engine cannot go on with. */
  takeUp(stored: Readonly<Record<string, string>>, check: (key: string, value: string) => void, warn: (message: string) => void): void {
    const confs: Record<string, string> = { ...this.#session }
    for (const key of this.#frozen) {
      const kept = stored[key]
      if (kept === undefined || kept === confs[key]) continue
      check(key, kept)
      warn(`${key} stays ${kept}, as the checkpoint was begun with; the session's ${confs[key] ?? 'unset value'} is not used`)
      confs[key] = kept
    }
    this.#all = confs
  }

  /** What the offset log notes with each batch. */
  logged(): Record<string, string> {
    return Object.fromEntries(this.#frozen.flatMap(k => { const v = this.#all[k]; return v === undefined ? [] : [[k, v]] }))
  }
}
