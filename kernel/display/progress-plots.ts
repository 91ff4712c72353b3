/** Ready pictures of a query's progress: latency, rates, lag, state. They take what query.recentProgress gives. */
import type { StreamingQueryProgress } from 'microlote'
import type { Figure } from './svg-chart.ts'

/** The value below which a share of the values lies (nearest rank). */
export function percentil(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted.length === 0 ? NaN : sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(p * sorted.length) - 1))]!
}

const withRows = (progress: readonly StreamingQueryProgress[]): StreamingQueryProgress[] => progress.filter(p => p.durationMs['addBatch'] !== undefined)

/** Latency of each batch by phase, with its P50 and P99. */
export function figuraLatencia(progress: readonly StreamingQueryProgress[], titulo = 'Latencia por micro-lote'): Figure {
  const batches = withRows(progress), x = batches.map(p => p.batchId), total = batches.map(p => p.durationMs['triggerExecution'] ?? 0)
  const p50 = percentil(total, 0.5), p99 = percentil(total, 0.99)
  return {
    data: [
      { type: 'scatter', mode: 'lines+markers', name: 'total', x, y: total },
      ...['latestOffset', 'walCommit', 'addBatch', 'commitOffsets'].map(phase => ({ type: 'bar', name: phase, x, y: batches.map(p => p.durationMs[phase] ?? 0) })),
    ],
    layout: { title: { text: `${titulo} (P50 ${p50} ms, P99 ${p99} ms)` }, barmode: 'stack', xaxis: { title: { text: 'micro-lote' } }, yaxis: { title: { text: 'milisegundos' } } },
  }
}

/** Rows that came in against rows that can be processed, a second. */
export function figuraTasas(progress: readonly StreamingQueryProgress[], titulo = 'Filas por segundo: entrada y procesamiento'): Figure {
  const b = withRows(progress), x = b.map(p => p.batchId)
  return {
    data: [
      { type: 'scatter', mode: 'lines+markers', name: 'entrada (filas/s)', x, y: b.map(p => p.inputRowsPerSecond) },
      { type: 'scatter', mode: 'lines+markers', name: 'procesamiento (filas/s)', x, y: b.map(p => p.processedRowsPerSecond) },
      { type: 'bar', name: 'el lote (filas)', x, y: b.map(p => p.numInputRows) },
    ],
    layout: { title: { text: titulo }, xaxis: { title: { text: 'micro-lote' } }, yaxis: { title: { text: 'filas, y filas por segundo' } } },
  }
}

type KafkaOffsets = Readonly<Record<string, Readonly<Record<string, number>>>>

/** Unread messages of each Kafka partition at the end of each batch. */
export function figuraLag(progress: readonly StreamingQueryProgress[], titulo = 'Lag por partición de Kafka'): Figure {
  const b = withRows(progress).filter(p => p.sources[0]?.latestOffset != null)
  const names = [...new Set(b.flatMap(p => Object.entries((p.sources[0]!.latestOffset ?? {}) as KafkaOffsets).flatMap(([t, ps]) => Object.keys(ps).map(n => `${t}-${n}`))))].sort()
  return {
    // Partitions that go together lie over each other: the earlier ones are wider and stay seen.
    data: names.map((name, k) => {
      const cut = name.lastIndexOf('-'), topic = name.slice(0, cut), part = name.slice(cut + 1)
      return { type: 'scatter', mode: 'lines+markers', name, line: { width: 2 + 3 * Math.min(3, names.length - 1 - k) }, x: b.map(p => p.batchId), y: b.map(p => { const s = p.sources[0]!; const latest = (s.latestOffset as KafkaOffsets)[topic]?.[part], end = (s.endOffset as KafkaOffsets | null)?.[topic]?.[part]; return latest === undefined || end === undefined ? null : Math.max(0, latest - end) }) }
    }),
    layout: { title: { text: titulo }, xaxis: { title: { text: 'micro-lote' } }, yaxis: { title: { text: 'mensajes sin leer' } } },
  }
}

/** Rows and bytes of state after each batch. */
export function figuraEstado(progress: readonly StreamingQueryProgress[], titulo = 'Filas de estado'): Figure {
  const b = withRows(progress).filter(p => p.stateOperators.length > 0), x = b.map(p => p.batchId)
  return {
    data: (b[0]?.stateOperators ?? []).flatMap((o, k) => [
      { type: 'scatter', mode: 'lines+markers', name: `${o.operatorName}: total`, x, y: b.map(p => p.stateOperators[k]!.numRowsTotal) },
      { type: 'bar', name: `${o.operatorName}: actualizadas`, x, y: b.map(p => p.stateOperators[k]!.numRowsUpdated) },
    ]),
    layout: { title: { text: titulo }, xaxis: { title: { text: 'micro-lote' } }, yaxis: { title: { text: 'filas' } } },
  }
}
