/** Read by TypeScript 5.0.4 only: what it makes of keys, rows, state and output of functions that keep state. Never run. */
import { GroupStateTimeout, StatefulProcessor, TimeMode, type DataFrame, type GroupRows, type ListState, type RowInput, type RowOf, type StatefulProcessorHandle, type Timestamp, type ValueState } from 'microlote'

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const same = <T extends true>(): void => { void (0 as unknown as T) }

// ── rows from DDL text
same<Same<RowOf<'k STRING, n BIGINT'>, { k: string; n: number }>>()
same<Same<RowOf<'k STRING NOT NULL, at TIMESTAMP COMMENT \'when\''>['at'], Timestamp>>()
same<Same<RowOf<'tags ARRAY<STRING>, m MAP<STRING, DOUBLE>'>, { tags: string[]; m: Map<string, number> }>>()
same<Same<RowOf<'s STRUCT<a: INT, b: ARRAY<STRUCT<c: BOOLEAN>>>'>, { s: { a: number; b: { c: boolean }[] } }>>()
same<Same<RowOf<'`a b` INT, d DECIMAL(10, 2) NOT NULL'>['a b'], number>>()
same<Same<RowOf<'d DECIMAL(10, 2), e INT'>['e'], number>>()
same<Same<RowOf<string>, Record<string, any>>>()
same<Same<RowInput<'n BIGINT'>, { n: number | bigint | null }>>()
same<Same<RowInput<'at TIMESTAMP'>['at'], Date | bigint | string | null>>()

declare const df: DataFrame

// ── everything is inferred from the options
df.groupBy('k').flatMapGroupsWithState(
  { key: 'k STRING', input: 'k STRING, ts TIMESTAMP, v BIGINT', state: 'n BIGINT', output: 'k STRING, n BIGINT', timeout: GroupStateTimeout.EventTimeTimeout },
  function* (key, rows, state) {
    same<Same<typeof key, { k: string }>>()
    same<Same<typeof rows, GroupRows<{ k: string; ts: Timestamp; v: number }>>>()
    const n: number = (state.getOption?.n ?? 0) + rows.length
    state.update({ n })
    // @ts-expect-error the state has no such column
    state.update({ m: n })
    state.setTimeoutTimestamp(rows.toArray()[0].ts, '5 minutes')
    yield { k: key.k, n }
  })

df.groupByKey(r => ({ user: String(r.user) }), 'user STRING').mapGroupsWithState({ state: 'n BIGINT', output: 'user STRING, n BIGINT' }, (key, rows, state) => {
  same<Same<typeof key, { user: string }>>()
  state.update({ n: rows.length })
  return { user: key.user, n: null }
})

// @ts-expect-error the output lacks n
df.groupBy('k').mapGroupsWithState({ state: 'n BIGINT', output: 'k STRING, n BIGINT' }, () => ({ k: 'x' }))

// ── transformWithState: a function, and a class
df.groupBy('k').transformWithState({ key: 'k STRING', input: 'k STRING, v BIGINT', output: 'k STRING, total BIGINT', timeMode: TimeMode.ProcessingTime }, handle => {
  const total = handle.getValueState('total', 'total BIGINT', 60_000)
  const names = handle.getMapState('names', 'name STRING', 'n BIGINT')
  return {
    handleInputRows(key, rows, times) {
      for (const r of rows) total.update({ total: (total.get()?.total ?? 0) + r.v })
      names.updateValue({ name: key.k }, { n: 1 })
      same<Same<ReturnType<typeof names.getValue>, { n: number } | null>>()
      handle.registerTimer(times.getCurrentProcessingTimeInMs() + 1000)
      return []
    },
    handleExpiredTimer: key => [{ k: key.k, total: total.get()!.total }],
  }
})

class Recent extends StatefulProcessor<{ k: string }, { v: number }, { k: string; n: number }> {
  #seen!: ListState<{ v: number }>
  #n!: ValueState<{ n: number }>
  override init(handle: StatefulProcessorHandle): void {
    this.#seen = handle.getListState('seen', 'v BIGINT')
    this.#n = handle.getValueState('n', 'n BIGINT')
  }
  override handleInputRows(key: { k: string }, rows: GroupRows<{ v: number }>): { k: string; n: number }[] {
    this.#seen.appendList(rows.toArray())
    this.#n.update({ n: this.#seen.get().length })
    return [{ k: key.k, n: this.#n.get()!.n }]
  }
}
df.groupBy('k').transformWithState({ key: 'k STRING', input: 'v BIGINT', output: 'k STRING, n BIGINT' }, new Recent())
