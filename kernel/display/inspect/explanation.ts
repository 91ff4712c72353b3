/** What explainBatch() gives, in Spanish: as HTML that stands without scripts, and as text. */
import type { BatchExplanation, ExplainedOperator, OpenWindow } from 'microlote'
import type { MimeBundle } from '../../output.ts'
import { escapeHtml } from '../escape.ts'
import { tableHtml, tableText, type HtmlTable } from '../table-html.ts'
import { momentText } from './event-time-figure.ts'

const shownRows = 10
const number = (n: number): string => n.toLocaleString('es-ES')
const rowsWord = (n: number): string => `${number(n)} ${n === 1 ? 'fila' : 'filas'}`
const duration = (ms: number): string => (ms % 60_000 === 0 && ms >= 60_000 ? `${ms / 60_000} min` : ms % 1000 === 0 ? `${ms / 1000} s` : `${ms} ms`)

type Part = { readonly title: string } | { readonly line: string } | { readonly table: HtmlTable }

/** The parts of the account, in order. */
export function accountOf(e: BatchExplanation, zone: string): Part[] {
  const moment = (ms: number): string => (ms === 0 ? 'todavía ninguno' : momentText(ms, zone))
  const parts: Part[] = [{ title: `Micro-lote ${e.batchId}${e.name === null ? '' : ` de ${e.name}`}` }]
  const read = e.sources.reduce((n, s) => n + s.numInputRows, 0)
  parts.push({ line: e.withoutData ? `Sin datos nuevos: se ejecutó para cerrar estado. Salieron ${rowsWord(e.numOutputRows)}.` : `Entraron ${rowsWord(read)} y salieron ${rowsWord(e.numOutputRows)}.` })
  if (e.sources.length > 0) parts.push({ table: { title: 'Qué entró', columns: [['fuente', false], ['desde', false], ['hasta', false], ['filas', true]].map(([name, right]) => ({ name: String(name), right: right === true })), rows: e.sources.map(s => [s.description, JSON.stringify(s.startOffset), JSON.stringify(s.endOffset), number(s.numInputRows)]) } })
  if (e.watermarks.length > 0) {
    parts.push({ title: 'Watermark' })
    parts.push({ line: `Las filas se comparan con el watermark del lote anterior: ${moment(e.lateWatermarkMs)}. El estado se cierra con el de este lote: ${moment(e.watermarkMs)}. El siguiente lote usará: ${moment(e.nextWatermarkMs)}.` })
    parts.push({ table: { columns: [['columna', false], ['retraso', false], ['mínimo del lote', false], ['máximo del lote', false], ['llega hasta', false]].map(([name]) => ({ name: String(name), right: false })), rows: e.watermarks.map(w => [w.column, duration(w.delayMs), w.minMs === null ? null : moment(w.minMs), w.maxMs === null ? null : moment(w.maxMs), moment(w.reachedMs)]), ...(e.watermarks.length > 1 ? { note: e.watermarkPolicy === 'min' ? 'Con varios watermarks cuenta el más atrasado (política min).' : 'Con varios watermarks cuenta el más adelantado (política max).' } : {}) } })
  }
  for (const o of e.operators) parts.push(...operatorParts(o, moment, e.watermarkPolicy))
  parts.push({ table: { title: 'Plan físico', columns: [{ name: 'operador', right: false }, { name: 'filas que dio', right: true }], rows: e.steps.map(s => [`${'  '.repeat(s.depth)}${s.name}`, number(s.numOutputRows)]) } })
  return parts
}

function operatorParts(o: ExplainedOperator, moment: (ms: number) => string, policy: 'min' | 'max'): Part[] {
  const parts: Part[] = [{ title: `Operador ${o.id}: ${o.name} (${o.exec})` }]
  parts.push({ line: `Leyó ${rowsWord(o.numInputRows)}, escribió ${rowsWord(o.numRowsUpdated)} en el estado, eliminó ${number(o.numRowsRemoved)} y emitió ${number(o.numOutputRows)}. El estado tiene ahora ${rowsWord(o.numRowsTotal)}.` })
  if (o.numRowsDroppedByWatermark > 0) parts.push({ line: `Descartó ${number(o.numRowsDroppedByWatermark)} por tardías: su tiempo no pasa del watermark ${moment(o.lateWatermarkMs)}${o.late.length > 0 ? ` (${o.late.map(l => `${rowsWord(l.count)} por ${l.column}`).join(', ')})` : ''}.` })
  for (const l of o.late) {
    const names = [...new Set(l.sample.flatMap(r => Object.keys(r)))]
    parts.push({ table: { title: `Filas tardías por ${l.column}`, columns: names.map(name => ({ name, right: false })), rows: l.sample.slice(0, shownRows).map(r => names.map(n => cell(r[n]))), marked: new Set(l.sample.map((_, i) => i)), ...(l.count > shownRows ? { note: `${rowsWord(l.count)} en total` } : {}) } })
  }
  if (o.open.length > 0) {
    const isWindow = o.open.some(w => w.startMs !== null)
    parts.push({ table: {
      title: isWindow ? 'Ventanas abiertas' : 'Tiempos que siguen en el estado', columns: [...(isWindow ? ['desde'] : []), 'hasta', 'claves', 'qué falta para cerrarse'].map(name => ({ name, right: name === 'claves' })),
      rows: o.open.map(w => [...(isWindow ? [w.startMs === null ? null : moment(w.startMs)] : []), moment(w.endMs), number(w.keys), missing(w, moment, policy)]),
      ...(o.openBeyond > 0 || o.openPartial ? { note: `${o.openBeyond > 0 ? `y ${number(o.openBeyond)} más` : ''}${o.openPartial ? ' (el estado es grande: se miró una parte)' : ''}`.trim() } : {}),
    } })
  }
  return parts
}

/** Why a window is not closed yet, in one sentence. */
export function missing(w: OpenWindow, moment: (ms: number) => string, policy: 'min' | 'max'): string {
  if (w.closesNext) return 'nada: el watermark ya la pasó y se cierra en el siguiente micro-lote'
  if (w.needs.length === 0) return 'no depende del watermark'
  const events = w.needs.map(n => `${moment(n.eventTimeMs)} en ${n.column}`)
  return `un evento de ${events.join(policy === 'min' ? ' y otro de ' : ' o uno de ')}`
}

function cell(v: unknown): string | null {
  if (v === null || v === undefined) return null
  if (v instanceof Date) return v.toISOString().replace('T', ' ').replace(/\.000(000)?Z$/, '')
  return typeof v === 'object' ? JSON.stringify(v, (_, x) => (typeof x === 'bigint' ? String(x) : x)) : String(v)
}

export function explanationBundle(e: BatchExplanation, zone: string): MimeBundle {
  const parts = accountOf(e, zone)
  const html = parts.map((p, i) => ('title' in p ? `<p style="font-weight:600;margin:${i === 0 ? 0 : 12}px 0 2px 0">${escapeHtml(p.title)}</p>` : 'line' in p ? `<p style="margin:2px 0 6px 0">${escapeHtml(p.line)}</p>` : tableHtml(p.table))).join('')
  return { 'text/html': `<div>${html}</div>`, 'text/plain': parts.map(p => ('title' in p ? `\n${p.title}` : 'line' in p ? p.line : `\n${tableText(p.table)}`)).join('\n').trim() }
}
