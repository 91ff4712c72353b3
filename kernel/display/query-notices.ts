/** What the engine warns of, as students read it: a notice in Spanish in the cell of the query, one a condition, counted when it comes again. */
import { currentChannel, type CellChannel } from '../output.ts'
import { escapeHtml } from './escape.ts'
import { elementId } from './plot.ts'

const seconds = (ms: string): string => (Number(ms) >= 1000 ? `${(Number(ms) / 1000).toLocaleString('es', { maximumFractionDigits: 1 })} s` : `${ms} ms`)
const known: readonly (readonly [condition: string, RegExp, (m: readonly string[]) => string])[] = [
  ['retraso', /^Current batch is falling behind\. The trigger interval is (\d+) milliseconds, but spent (\d+) milliseconds$/, m => `un lote tardó ${seconds(m[2]!)} y el disparo es cada ${seconds(m[1]!)}: el lote siguiente empieza tarde. Si pasa siempre, la consulta no da abasto: pon un tope a lo que entra en cada lote (en Kafka, maxOffsetsPerTrigger), busca el paso lento y aligéralo, o dale más capacidad. Alargar el intervalo sólo ayuda cuando el tiempo se va en el coste fijo de cada lote.`],
  ['conexion-cerrada', /^the server at (\S+) has closed the connection: no more lines will come$/, m => `el servidor ${m[1]!} cerró la conexión: no llegarán más líneas.`],
  ['lineas-olvidadas', /^the lines up to number (\d+) cannot be read again: a socket does not remember$/, m => `las líneas hasta la número ${m[1]!} no se pueden leer otra vez: un socket no recuerda.`],
  ['lineas-perdidas', /^the lines (\d+) to (\d+) are lost: a socket does not remember$/, m => `las líneas de la ${m[1]!} a la ${m[2]!} se han perdido: un socket no recuerda.`],
  ['socket', /^the socket source is for trying things out/, () => 'la fuente socket sirve para probar: tras un fallo no puede volver a leer sus filas.'],
  ['offsets-perdidos', /^the offsets (\d+) to (\d+) of (\S+) cannot be read any more/, m => `los offsets de ${m[1]!} a ${m[2]!} de ${m[3]!} ya no están en el broker; la consulta sigue sin ellos porque failOnDataLoss es false.`],
  ['ajuste-fijado', /^(\S+) stays (.+), as the checkpoint was begun with/, m => `${m[1]!} sigue valiendo ${m[2]!}, como cuando empezó el checkpoint; el valor de la sesión no se usa.`],
  ['lote-repetido', /^the commit log ends at batch (\d+), the offset log at (\d+)/, m => `los commits llegan al lote ${m[1]!} y los offsets al ${m[2]!}: el lote ${m[2]!} se ejecuta otra vez.`],
  ['otra-ejecucion', /^a run of this checkpoint was active and is stopped: (.+)$/s, m => `otra ejecución usaba este checkpoint y se detuvo: ${m[1]!}`],
  ['fichero-perdido', /^the file (.+) has vanished and is left out$/s, m => `el fichero ${m[1]!} ya no está y se omite.`],
  ['fichero-ilegible', /^the file (.+) cannot be read and is left out/s, m => `el fichero ${m[1]!} no se puede leer y se omite.`],
  ['fichero-sin-limpiar', /^the file (.+) was read and could not be (deleted|archived)/s, m => `el fichero ${m[1]!} se leyó, pero no se pudo ${m[2] === 'deleted' ? 'borrar' : 'archivar'}.`],
]

/** A warning of the engine (`[query] message`) in Spanish; null for any other text. */
export function noticeOf(warning: string): { readonly query: string; readonly condition: string; readonly text: string } | null {
  const named = /^\[([^\]]*)\] (.*)$/s.exec(warning)
  if (named === null) return null
  for (const [condition, pattern, say] of known) {
    const found = pattern.exec(named[2]!)
    if (found !== null) return { query: named[1]!, condition, text: say(found) }
  }
  return null
}

interface Shown { readonly id: string; times: number; at: number }
const shownIn = new WeakMap<CellChannel, Map<string, Shown>>()
const everyMs = 1000

/** Shows a warning of the engine as a notice in the cell that it belongs to; false when it is none. The same condition again counts in the notice that is there, once a second at most. */
export function showNotice(warning: string, now: number): boolean {
  const notice = noticeOf(warning)
  if (notice === null) return false
  const channel = currentChannel(), key = `${notice.query}\n${notice.condition}`
  let all = shownIn.get(channel)
  if (all === undefined) shownIn.set(channel, (all = new Map()))
  const before = all.get(key), shown = before ?? { id: elementId('aviso'), times: 0, at: now }
  shown.times++
  if (before !== undefined && now - shown.at < everyMs) return true
  shown.at = now
  all.set(key, shown)
  const text = `Aviso de «${notice.query}»${shown.times > 1 ? ` (van ${shown.times})` : ''}: ${notice.text}`
  channel.send({ kind: 'display', displayId: shown.id, ...(before === undefined ? {} : { update: true }), data: { 'text/html': `<div style="border-left:4px solid #f28e2b;padding:.3em .8em;margin:.3em 0">⚠ ${escapeHtml(text)}</div>`, 'text/plain': `⚠ ${text}` } })
  return true
}
