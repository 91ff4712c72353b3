/** The recorder's processors, written with this API: the same state variables, the same rows. */
import type { DataFrame } from '../../engine/api/dataframe.ts'
import type { GroupRows, Row } from '../../engine/columns/rows.ts'
import type { StatefulHandlers, StatefulProcessorHandle, TimeMode, TimerValues } from '../../engine/columns/user-state.ts'
import { quoteIfNeeded, simpleString } from '../../engine/types/data-type.ts'

interface Arguments {
  readonly fn: string; readonly keys: readonly string[]; readonly mode?: 'append' | 'update'; readonly timeMode?: TimeMode
  readonly time?: string; readonly gapMs?: number; readonly most?: number; readonly again?: boolean; readonly clearAbove?: number; readonly ttlMs?: number; readonly renew?: boolean; readonly againMs?: number
}
type Processor = (handle: StatefulProcessorHandle) => StatefulHandlers<Row, Row, Row>
const ascending = (x: readonly number[]): number[] => [...x].sort((a, b) => a - b)
const said = (key: Row, event: string, n: number | null, detail: string): Row => ({ ...key, event, n, detail })
const milliseconds = (time: { readonly epochMicros: bigint }): number => Math.floor(Number(time.epochMicros) / 1000)

const processors: Readonly<Record<string, (a: Arguments) => Processor>> = {
  totals: a => handle => {
    const total = handle.getValueState('total', 'total BIGINT'), seen = handle.getListState('seen', 'v BIGINT')
    return {
      handleInputRows(key, rows) {
        const fresh = rows.map(r => r['v'] as number | null).filter(v => v !== null)
        const sum = (total.get()?.['total'] ?? 0) + fresh.reduce((x, y) => x + y, 0)
        if (fresh.length === 1) seen.appendValue({ v: fresh[0]! })
        else if (fresh.length > 1) seen.appendList(fresh.map(v => ({ v })))
        total.update({ total: sum })
        const all = seen.get().map(s => s['v']).join()
        if (sum > (a.clearAbove ?? 1000)) { total.clear(); seen.clear() }
        return [said(key, 'rows', sum, all + (!total.exists() && !seen.exists() ? ' cleared' : ''))]
      },
    }
  },
  counts: a => handle => {
    const counts = handle.getMapState('counts', 'v BIGINT', 'n BIGINT')
    return {
      handleInputRows(key, rows) {
        const gone: number[] = []
        for (const r of rows) {
          const v = { v: r['v'] as number }, n = 1 + (counts.containsKey(v) ? counts.getValue(v)!['n']! : 0)
          if (n >= (a.most ?? 3)) { counts.removeKey(v); gone.push(v.v) } else counts.updateValue(v, { n })
        }
        const left = [...counts.iterator()].map(([k, x]) => [k['v']!, x['n']!] as const).sort((x, y) => x[0] - y[0])
        const sum = [...counts.values()].reduce((s, x) => s + x['n']!, 0)
        return [said(key, 'rows', left.length, `${left.map(([k, n]) => `${k}=${n}`).join()} gone ${gone.join()} sum ${sum} ${counts.exists()}`)]
      },
    }
  },
  timers: a => handle => {
    const rowsLeft = handle.getValueState('n', 'n BIGINT'), count = (): number => rowsLeft.get()?.['n'] ?? 0
    return {
      handleInputRows(key: Row, rows: GroupRows, times: TimerValues) {
        const at = rows.map(r => milliseconds(r[a.time!]))
        rowsLeft.update({ n: count() + at.length })
        handle.registerTimer(Math.max(...at) + a.gapMs!)
        for (const t of ascending([...handle.listTimers()]).slice(0, -a.most!)) handle.deleteTimer(t)
        return [said(key, 'rows', count(), `timers ${ascending([...handle.listTimers()]).join()} watermark ${times.getCurrentWatermarkInMs()}`)]
      },
      handleExpiredTimer(key, times, info) {
        const at = info.getExpiryTimeInMs(), n = count()
        if (n > 1) {
          rowsLeft.update({ n: n - 1 })
          if (a.again === true) handle.registerTimer(at + a.gapMs!)
        } else rowsLeft.clear()
        return [said(key, 'expired', n, `at ${at} watermark ${times.getCurrentWatermarkInMs()} ${rowsLeft.exists()}`)]
      },
    }
  },
  clock: a => handle => {
    const rowsSeen = handle.getValueState('n', 'n BIGINT')
    return {
      handleInputRows(key, rows, times) {
        const n = (rowsSeen.get()?.['n'] ?? 0) + rows.length, old = [...handle.listTimers()]
        rowsSeen.update({ n })
        for (const t of old) handle.deleteTimer(t)
        handle.registerTimer(times.getCurrentProcessingTimeInMs() + a.gapMs!)
        return [said(key, 'rows', n, `moved ${old.length} now ${[...handle.listTimers()].length}`)]
      },
      handleExpiredTimer(key, times, info) {
        const n = rowsSeen.get()!['n']!
        rowsSeen.clear()
        return [said(key, 'expired', n, `due ${info.getExpiryTimeInMs() <= times.getCurrentProcessingTimeInMs()} timers ${[...handle.listTimers()].length}`)]
      },
    }
  },
  alarms: a => handle => {
    const asked = handle.getMapState('asked', 'at BIGINT', 'v BIGINT'), rowsSeen = handle.getValueState('n', 'n BIGINT')
    const left = (): string => ascending([...handle.listTimers()].map(at => asked.getValue({ at })!['v']!)).join()
    const set = (at: number, v: number): void => { handle.registerTimer(at); asked.updateValue({ at }, { v }) }
    return {
      handleInputRows(key, rows, times) {
        const now = times.getCurrentProcessingTimeInMs(), before = left(), n = (rowsSeen.get()?.['n'] ?? 0) + rows.length
        for (const r of rows) {
          const v = r['v'] as number | null
          if (v !== null) { set(now + v, v); continue }
          for (const at of [...handle.listTimers()].filter(t => t > now)) { handle.deleteTimer(at); asked.removeKey({ at }) }
          handle.deleteTimer(now + 1_234_567)
        }
        rowsSeen.update({ n })
        return [said(key, 'rows', n, `before ${before} after ${left()}`)]
      },
      handleExpiredTimer(key, times, info) {
        const at = info.getExpiryTimeInMs(), now = times.getCurrentProcessingTimeInMs(), n = rowsSeen.get()!['n']! - 1, before = left()
        const was = asked.getValue({ at })!['v']
        if (n > 0 && a.againMs !== undefined) set(now + a.againMs, a.againMs)
        rowsSeen.update({ n: Math.max(n, 0) })
        return [said(key, 'expired', n, `asked ${was} due ${at <= now} before ${before} after ${left()}`)]
      },
    }
  },
  ttl: a => handle => {
    const value = handle.getValueState('value', 'v BIGINT', a.ttlMs), list = handle.getListState('list', 'v BIGINT', a.ttlMs), map = handle.getMapState('map', 'v BIGINT', 'n BIGINT', a.ttlMs)
    return {
      handleInputRows(key, rows) {
        const before = value.get()?.['v'] ?? null, items = list.get().map(r => r['v']), entries = [...map.iterator()].map(([k, x]) => [k['v']!, x['n']] as const).sort((x, y) => x[0] - y[0])
        for (const r of rows) {
          const v = r['v'] as number
          if (before === null || a.renew !== false) value.update({ v })
          list.appendValue({ v })
          map.updateValue({ v }, { n: v * 10 })
        }
        return [said(key, 'rows', before, `list ${items.join()} map ${entries.map(([k, n]) => `${k}=${n}`).join()}`)]
      },
    }
  },
}

/** Applies the step `transformWithState`: the output is the key columns, then event, n and detail. */
export function applyTransformWithState(df: DataFrame, a: Arguments): DataFrame {
  const keys = a.keys.map(k => `${quoteIfNeeded(k)} ${simpleString(df.schema.fields.find(f => f.name === k)!.dataType)}`).join(', ')
  return df.groupBy(...a.keys).transformWithState({ output: `${keys}, event STRING, n BIGINT, detail STRING`, outputMode: a.mode ?? 'append', timeMode: a.timeMode ?? 'none' }, processors[a.fn]!(a))
}
