/** HashJoinExec: joins of a batch query, and of a stream with a static side: the build side is read whole, the other streams past it. */
import { Batch } from '../../columns/batch.ts'
import { concatBatches } from '../../columns/concat.ts'
import { ConstantVector } from '../../columns/constant-vector.ts'
import { FixedVector } from '../../columns/fixed-vector.ts'
import type { Vector } from '../../columns/vector.ts'
import { compileExpression } from '../../expressions/codegen/compile.ts'
import type { Attribute, Resolved } from '../../expressions/expression.ts'
import { normalizeKey } from '../../functions/null-tests.ts'
import { booleanType } from '../../types/data-type.ts'
import { GroupIndex } from '../aggregate/group-index.ts'
import type { Exec, Task } from '../operator.ts'
import { trueRows } from './filter.ts'

export interface JoinSpec {
  readonly type: 'inner' | 'cross' | 'left' | 'right' | 'full' | 'leftsemi' | 'leftanti' | 'existence'
  readonly leftKeys: readonly Resolved[]; readonly rightKeys: readonly Resolved[]; readonly nullSafe: readonly boolean[]
  readonly condition: Resolved | null
}

export class HashJoinExec implements Exec {
  readonly name = 'HashJoinExec'
  readonly output: readonly Attribute[]
  readonly children: readonly [Exec, Exec]
  readonly #spec: JoinSpec

  constructor(spec: JoinSpec, output: readonly Attribute[], left: Exec, right: Exec) {
    this.#spec = spec
    this.output = output
    this.children = [left, right]
  }

  describe(): string { return `${this.#spec.type} on ${this.#spec.leftKeys.length} keys` }

  // The right side is built, except in a right outer join, where the left side is (as Spark broadcasts it).
  async *run(task: Task): AsyncGenerator<Batch> {
    const { type } = this.#spec
    const buildLeft = type === 'right'
    const [left, right] = this.children
    const build = buildLeft ? left : right, probe = buildLeft ? right : left
    const table = new BuildSide(await whole(build, task), buildLeft ? this.#spec.leftKeys : this.#spec.rightKeys, this.#spec.nullSafe, build.output)
    const probeKeys = (buildLeft ? this.#spec.rightKeys : this.#spec.leftKeys).map(k => compileExpression(normalizeKey(k), probe.output))
    const joined = [...left.output, ...right.output]
    const condition = this.#spec.condition === null ? null : compileExpression(this.#spec.condition, joined)
    const matchedBuild = type === 'full' ? new Uint8Array(table.rows.length) : null
    for await (const batch of probe.run(task)) {
      const out = this.#probe(batch, probeKeys.map(k => k.evaluate(batch)), table, condition, buildLeft, matchedBuild)
      if (out.length > 0) yield out
    }
    if (matchedBuild !== null) {
      const rest = new Int32Array(table.rows.length)
      let n = 0
      for (let i = 0; i < matchedBuild.length; i++) if (matchedBuild[i] === 0) rest[n++] = i
      if (n > 0) yield new Batch([...nullColumns(probe.output, n), ...table.rows.take(rest, n).columns], n)
    }
  }

  #probe(batch: Batch, keys: readonly Vector[], table: BuildSide, condition: ReturnType<typeof compileExpression> | null, buildLeft: boolean, matchedBuild: Uint8Array | null): Batch {
    const { type } = this.#spec
    let { probeRows, buildRows } = table.match(keys, batch.length)
    if (condition !== null && probeRows.length > 0) {
      const pairs = pairBatch(batch.take(probeRows, probeRows.length), table.rows.take(buildRows, buildRows.length), buildLeft)
      const keep = new Int32Array(probeRows.length)
      const n = trueRows(condition.evaluate(pairs), probeRows.length, keep)
      probeRows = Int32Array.from(keep.subarray(0, n), i => probeRows[i]!)
      buildRows = Int32Array.from(keep.subarray(0, n), i => buildRows[i]!)
    }
    if (matchedBuild !== null) for (const r of buildRows) matchedBuild[r] = 1
    if (type === 'leftsemi' || type === 'leftanti' || type === 'existence') {
      const hit = new Uint8Array(batch.length)
      for (const r of probeRows) hit[r] = 1
      if (type === 'existence') return new Batch([...batch.columns, flags(hit)], batch.length)
      const rows = new Int32Array(batch.length)
      let n = 0
      for (let i = 0; i < batch.length; i++) if ((hit[i] !== 0) === (type === 'leftsemi')) rows[n++] = i
      return batch.take(rows, n)
    }
    const inner = pairBatch(batch.take(probeRows, probeRows.length), table.rows.take(buildRows, buildRows.length), buildLeft)
    if (type === 'inner' || type === 'cross') return inner
    const hit = new Uint8Array(batch.length)
    for (const r of probeRows) hit[r] = 1
    const rest = new Int32Array(batch.length)
    let n = 0
    for (let i = 0; i < batch.length; i++) if (hit[i] === 0) rest[n++] = i
    if (n === 0) return inner
    const alone = pairBatch(batch.take(rest, n), new Batch(nullColumns(table.output, n), n), buildLeft)
    return inner.length === 0 ? alone : concatBatches(this.output.map(a => a.type), [inner, alone])
  }
}

const flags = (hit: Uint8Array): FixedVector => new FixedVector(booleanType, hit, null)
const pairBatch = (probe: Batch, build: Batch, buildLeft: boolean): Batch => new Batch(buildLeft ? [...build.columns, ...probe.columns] : [...probe.columns, ...build.columns], probe.length)
const nullColumns = (attributes: readonly Attribute[], length: number): ConstantVector[] => attributes.map(a => new ConstantVector(a.type, null, length))

async function whole(exec: Exec, task: Task): Promise<Batch> {
  const batches: Batch[] = []
  for await (const b of exec.run(task)) batches.push(b)
  return concatBatches(exec.output.map(a => a.type), batches)
}

/** The build side's rows by key: a group number for each key, the rows of a group as a chain. */
class BuildSide {
  readonly rows: Batch
  readonly output: readonly Attribute[]
  readonly #index: GroupIndex
  readonly #heads: Int32Array
  readonly #next: Int32Array

  constructor(rows: Batch, keys: readonly Resolved[], nullSafe: readonly boolean[], output: readonly Attribute[]) {
    this.rows = rows
    this.output = output
    this.#index = new GroupIndex(keys.map(k => k.type))
    const columns = keys.map(k => compileExpression(normalizeKey(k), output).evaluate(rows))
    const groups = this.#index.add(columns, rows.length)
    this.#heads = new Int32Array(this.#index.count).fill(-1)
    this.#next = new Int32Array(rows.length)
    // Later rows come first, as in the tables that Spark broadcasts: it shows where a limit above takes some.
    for (let i = 0; i < rows.length; i++) {
      if (columns.some((c, k) => !nullSafe[k] && c.isNull(i))) { this.#next[i] = -2; continue }
      this.#next[i] = this.#heads[groups[i]!]!
      this.#heads[groups[i]!] = i
    }
  }

  // Keys that the build side has not are looked up only. Rows with a NULL key are in no chain.
  match(keys: readonly Vector[], length: number): { probeRows: Int32Array; buildRows: Int32Array } {
    const groups = this.#index.find(keys, length), heads = this.#heads, next = this.#next
    let n = 0
    for (let i = 0; i < length; i++) if (groups[i]! >= 0) for (let r = heads[groups[i]!]!; r >= 0; r = next[r]!) n++
    const probeRows = new Int32Array(n), buildRows = new Int32Array(n)
    if (n > 0) for (let i = 0, at = 0; i < length; i++) if (groups[i]! >= 0) for (let r = heads[groups[i]!]!; r >= 0; r = next[r]!) { probeRows[at] = i; buildRows[at++] = r }
    return { probeRows, buildRows }
  }
}
