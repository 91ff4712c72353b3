/** `display(df)` of a stream: starts a query whose newest rows the card shows, as Databricks' display does. */
import type { DataFrame, StreamingQuery } from 'microlote'
import { moreRows, type HtmlTable } from '../table-html.ts'
import { shownHtmlTable } from '../table.ts'

export interface StreamOptions {
  /** append where it can be, else complete, else update. */
  readonly outputMode?: string
  readonly queryName?: string
  /** How many rows the table shows, 20 unless told otherwise. */
  readonly rows?: number
  /** As in writeStream.trigger. */
  readonly trigger?: Parameters<ReturnType<DataFrame['writeStream']['format']>['trigger']>[0]
  readonly checkpointLocation?: string
}

type Mode = 'append' | 'complete' | 'update'
interface KeptBatch { readonly rows: number; readonly frame: DataFrame; shown: Promise<HtmlTable> | null }

/** Starts the query and gives it with its table. Refuses what Spark refuses. */
export async function startShown(df: DataFrame, options: StreamOptions = {}): Promise<{ query: StreamingQuery; table: () => Promise<HtmlTable> }> {
  const limit = options.rows ?? 20, types = df.dtypes.map(([, t]) => t)
  const kept: KeptBatch[] = []
  let total = 0
  const start = (mode: Mode): Promise<StreamingQuery> => {
    const w = df.writeStream.outputMode(mode).foreachBatch(async batch => {
      const rows = await batch.count()
      if (rows === 0 && mode !== 'complete') return
      if (mode === 'complete') { kept.length = 0; total = 0 }
      kept.push({ rows, frame: batch, shown: null })
      total += rows
      // Batches whose rows would no longer be seen are let go.
      let below = 0
      for (let i = kept.length - 1; i >= 0; i--) { if (below >= limit) { kept.splice(0, i + 1); break } below += kept[i]!.rows }
    })
    if (options.queryName !== undefined) w.queryName(options.queryName)
    if (options.trigger !== undefined) w.trigger(options.trigger)
    if (options.checkpointLocation !== undefined) w.option('checkpointLocation', options.checkpointLocation)
    return w.start()
  }
  let mode: Mode = 'append'
  const query = options.outputMode !== undefined ? await start(mode = options.outputMode as Mode) : await start('append').catch((e: unknown) => {
    if (!refusesMode(e)) throw e
    return start(mode = 'complete').catch((x: unknown) => { if (!refusesMode(x)) throw x; return start(mode = 'update') })
  })
  const table = async (): Promise<HtmlTable> => {
    const first = mode === 'complete'
    const parts = await Promise.all([...kept].map(k => k.shown ??= k.frame.offset(first ? 0 : Math.max(0, k.rows - limit)).showTable(limit).then(s => shownHtmlTable(s, types, 0))))
    const rows = first ? parts.flatMap(p => p.rows) : parts.flatMap(p => p.rows).slice(-limit).reverse()
    const columns = parts[0]?.columns ?? df.schema.fields.map((f, k) => ({ name: f.name, type: types[k]!, right: false }))
    return { columns, rows, ...(total <= rows.length ? {} : { note: first ? moreRows(total - rows.length) : `las ${rows.length} filas más recientes de ${total.toLocaleString('es-ES')}` }) }
  }
  return { query, table }
}

const refusesMode = (e: unknown): boolean => String((e as { condition?: unknown }).condition ?? '').startsWith('STREAMING_OUTPUT_MODE')
