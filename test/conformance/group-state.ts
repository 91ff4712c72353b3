/** The recorder's functions that keep state, written with this API: the same state, the same rows. */
import type { DataFrame } from '../../engine/api/dataframe.ts'
import type { FlatMapGroupsOptions } from '../../engine/api/group-state.ts'
import type { GroupRows, Row } from '../../engine/columns/rows.ts'
import { Timestamp } from '../../engine/columns/row-values.ts'
import type { GroupState } from '../../engine/columns/user-state.ts'
import { quoteIfNeeded, simpleString } from '../../engine/types/data-type.ts'

interface Arguments { readonly fn: string; readonly keys: readonly string[]; readonly mode?: 'append' | 'update'; readonly time?: string; readonly value?: string; readonly gapMs?: number }
type Function_ = (key: Row, rows: GroupRows, state: GroupState) => Iterable<Row>
interface Recorded { readonly output: string; readonly state: string; readonly timeout: FlatMapGroupsOptions<string, string, string, string>['timeout']; readonly f: Function_ }

const functions: Readonly<Record<string, (a: Arguments, type: string) => Recorded>> = {
  runningCount: () => ({
    output: 'n BIGINT', state: 'n BIGINT', timeout: 'NoTimeout',
    f(key, rows, state) {
      const n = (state.getOption?.['n'] ?? 0) + rows.length
      state.update({ n })
      return [{ ...key, n }]
    },
  }),
  changeLog: (a, type) => ({
    output: `before ${type}, after ${type}`, state: `v ${type}`, timeout: 'NoTimeout',
    *f(key, rows, state) {
      let current: unknown = state.exists ? state.get['v'] : null
      const ordered = rows.toArray().sort((x, y) => Number(x[a.time!].epochMicros - y[a.time!].epochMicros))
      for (const row of ordered) {
        const value = row[a.value!]
        if (value !== current) yield { ...key, before: current, after: value }
        current = value
      }
      if (current !== null) state.update({ v: current })
      else if (state.exists) state.remove()
    },
  }),
  eventTimeSession: a => ({
    output: 'start TIMESTAMP, end TIMESTAMP, n BIGINT', state: 'first BIGINT, last BIGINT, n BIGINT', timeout: 'EventTimeTimeout',
    *f(key, rows, state) {
      if (state.hasTimedOut) {
        const { first, last, n } = state.get
        state.remove()
        yield { ...key, start: new Timestamp(BigInt(first)), end: new Timestamp(BigInt(last)), n }
        return
      }
      const times = rows.map(r => Number(r[a.time!].epochMicros)), before = state.getOption
      const first = Math.min(...times, before?.['first'] ?? Infinity), last = Math.max(...times, before?.['last'] ?? -Infinity)
      state.update({ first, last, n: (before?.['n'] ?? 0) + times.length })
      state.setTimeoutTimestamp(Math.max(Math.floor(last / 1000) + a.gapMs!, state.getCurrentWatermarkMs() + 1))
    },
  }),
}

/** Applies the step `groupState`: the output is the key columns, then the function's own. */
export function applyGroupState(df: DataFrame, a: Arguments): DataFrame {
  const typeOf = (name: string): string => simpleString(df.schema.fields.find(f => f.name === name)!.dataType)
  const { output, state, timeout, f } = functions[a.fn]!(a, a.value === undefined ? '' : typeOf(a.value))
  const keys = a.keys.map(k => `${quoteIfNeeded(k)} ${typeOf(k)}`).join(', ')
  return df.groupBy(...a.keys).flatMapGroupsWithState({ output: `${keys}, ${output}`, state, timeout: timeout!, outputMode: a.mode ?? 'append' }, f)
}
