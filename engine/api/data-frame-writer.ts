/** df.write: puts the rows of a batch somewhere. */
import type { Backend } from '../plan/backend.ts'
import type { LogicalPlan } from '../plan/logical-plan.ts'
import { optionText, type OptionValue } from './option-value.ts'

export class DataFrameWriter {
  readonly #plan: LogicalPlan
  readonly #backend: Backend
  #format = 'parquet'
  #mode = 'errorifexists'
  #options: Record<string, string> = {}
  #partitionBy: readonly string[] = []

  constructor(plan: LogicalPlan, backend: Backend) {
    this.#plan = plan
    this.#backend = backend
  }

  format(name: string): this { this.#format = name; return this }
  /** append, overwrite, ignore, error. */
  mode(mode: string): this { this.#mode = mode; return this }
  option(name: string, value: OptionValue): this { this.#options[name] = optionText(name, value); return this }
  options(values: Readonly<Record<string, OptionValue>>): this { for (const [k, v] of Object.entries(values)) this.option(k, v); return this }
  partitionBy(...columns: readonly string[]): this { this.#partitionBy = columns; return this }
  async save(path?: string): Promise<void> {
    await this.#backend.write({ plan: this.#plan, format: this.#format, mode: this.#mode, options: { ...this.#options }, path: path ?? null, partitionBy: this.#partitionBy })
  }
  json(path: string): Promise<void> { return this.format('json').save(path) }
  text(path: string): Promise<void> { return this.format('text').save(path) }
  csv(path: string): Promise<void> { return this.format('csv').save(path) }
  parquet(path: string): Promise<void> { return this.format('parquet').save(path) }
}
