/** Check cells: `comprobar("11.1.2", async c => { c.igual(…); c.cierto(…) })` shows in Spanish what was expected and what came, and gives points. */
import { escapeHtml } from './display/escape.ts'
import { currentChannel } from './output.ts'

export interface CheckItem { readonly name: string; readonly passed: boolean; readonly message: string; readonly points: number }
/** What a check cell reports, under `application/vnd.microlote.check+json`. */
export interface CheckReport { readonly exercise: string; readonly points: number; readonly maxPoints: number; readonly passed: boolean; readonly checks: readonly CheckItem[]
  /** Free texts for a person to grade. */
  readonly texts: readonly { readonly name: string; readonly text: string }[] }

export const checkMime = 'application/vnd.microlote.check+json'

/** A blank: nothing, an empty text, or the mark that the student's notebook has in its place. */
export const enBlanco = (v: unknown): boolean => v === null || v === undefined || (typeof v === 'string' && (v.trim() === '' || /^_{3,}$/.test(v.trim()))) || (Array.isArray(v) && v.length === 0)

const show = (v: unknown): string => { if (typeof v === 'function') return 'una función'; const t = JSON.stringify(v, (_, x) => (typeof x === 'bigint' ? String(x) : x)) ?? String(v); return t.length > 300 ? `${t.slice(0, 297)}...` : t }

function sameValue(a: any, b: any): boolean {
  if (typeof a === 'number' && typeof b === 'number') return Object.is(a, b) || Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b))
  if (a instanceof Date && b instanceof Date) return a.getTime() === b.getTime()
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((x, i) => sameValue(x, b[i]))
  if (a !== null && b !== null && typeof a === 'object' && typeof b === 'object') {
    const ka = Object.keys(a), kb = Object.keys(b)
    return ka.length === kb.length && ka.every(k => Object.hasOwn(b, k) && sameValue(a[k], b[k]))
  }
  return a === b
}

/** What the function given to comprobar works with. Each call is one check, worth a point unless said otherwise. */
export class Comprobacion {
  readonly checks: CheckItem[] = []
  readonly texts: { name: string; text: string }[] = []

  #add(name: string, passed: boolean, message: string, points: number): boolean {
    this.checks.push({ name, passed, message: passed ? 'correcto' : message.trim() === '' ? 'No es lo que se esperaba.' : message, points })
    return passed
  }

  /** The value must be there: a blank does not pass. */
  respondido(nombre: string, valor: unknown, puntos = 0): boolean { return this.#add(nombre, !enBlanco(valor), 'Aún no hay respuesta: sustituye ___ por la tuya.', puntos) }

  /** The value must equal the expected one. */
  igual(nombre: string, obtenido: unknown, esperado: unknown, ayuda = '', puntos = 1): boolean {
    if (enBlanco(obtenido)) return this.#add(nombre, false, 'Aún no hay respuesta: sustituye ___ por la tuya.', puntos)
    return this.#add(nombre, sameValue(obtenido, esperado), `Se esperaba ${show(esperado)} y se obtuvo ${show(obtenido)}.${ayuda === '' ? '' : ` ${ayuda}`}`, puntos)
  }

  /** The condition must hold; the message says what was expected. */
  cierto(nombre: string, condicion: boolean, mensaje: string, puntos = 1): boolean { return this.#add(nombre, condicion === true, mensaje, puntos) }

  /** A choice among letters: checked without giving the answer away. */
  opcion(nombre: string, elegida: unknown, correcta: string, ayuda: string, puntos = 1): boolean {
    if (enBlanco(elegida)) return this.#add(nombre, false, 'Aún no hay respuesta: sustituye ___ por la letra que elijas.', puntos)
    return this.#add(nombre, String(elegida).trim().toLowerCase() === correcta.toLowerCase(), `La opción "${String(elegida)}" no es la correcta. ${ayuda}`, puntos)
  }

  /** A free text, kept for a person to grade; here only that it says something. */
  texto(nombre: string, valor: unknown, minimo = 20, puntos = 0): boolean {
    if (enBlanco(valor)) return this.#add(nombre, false, 'Aún no hay respuesta: escribe la tuya con tus palabras.', puntos)
    this.texts.push({ name: nombre, text: String(valor) })
    return this.#add(nombre, String(valor).trim().length >= minimo, `La respuesta es muy corta: explica con al menos ${minimo} caracteres.`, puntos)
  }

  /** A number near the expected one: the share that it may be off by is `tolerancia` (0.1: ten per cent). */
  cerca(nombre: string, obtenido: unknown, esperado: number, tolerancia: number, ayuda = '', puntos = 1): boolean {
    if (enBlanco(obtenido)) return this.#add(nombre, false, 'Aún no hay respuesta: sustituye ___ por tu número.', puntos)
    const n = Number(obtenido)
    return this.#add(nombre, Number.isFinite(n) && Math.abs(n - esperado) <= tolerancia * Math.abs(esperado), `Se esperaba algo cercano a ${+esperado.toPrecision(4)} y se obtuvo ${show(obtenido)}.${ayuda === '' ? '' : ` ${ayuda}`}`, puntos)
  }

  /** Rows compared one by one, found by the value of the column `clave`; says what is missing, what is too much, or the first cell that differs. Only the columns of the expected rows count. */
  filas(nombre: string, obtenidas: unknown, esperadas: readonly Record<string, unknown>[], clave: string, ayuda = '', puntos = 1): boolean {
    const fail = (message: string): boolean => this.#add(nombre, false, `${message}${ayuda === '' ? '' : ` ${ayuda}`}`, puntos)
    if (!Array.isArray(obtenidas) || (obtenidas.length === 0 && esperadas.length > 0)) return fail(enBlanco(obtenidas) && !Array.isArray(obtenidas) ? 'Aún no hay respuesta.' : `No salió ninguna fila y se esperaban ${esperadas.length}.`)
    const rows = obtenidas as Record<string, unknown>[], byKey = new Map(rows.map(r => [show(r[clave]), r]))
    const wanted = new Set(esperadas.map(r => show(r[clave])))
    for (const e of esperadas) if (!byKey.has(show(e[clave]))) return fail(`Falta la fila con ${clave} = ${show(e[clave])}.`)
    for (const r of rows) if (!wanted.has(show(r[clave]))) return fail(`Sobra la fila con ${clave} = ${show(r[clave])}: ${show(r)}.`)
    if (rows.length !== esperadas.length) return fail(`Salieron ${rows.length} filas y se esperaban ${esperadas.length}: alguna está repetida.`)
    for (const e of esperadas) for (const [column, value] of Object.entries(e)) {
      const got = byKey.get(show(e[clave]))![column]
      if (!sameValue(got, value)) return fail(`En la fila con ${clave} = ${show(e[clave])}, ${column} debía ser ${show(value)} y es ${got === undefined ? 'una columna que no está' : show(got)}.`)
    }
    return this.#add(nombre, true, '', puntos)
  }
}

/** Runs the checks of an exercise and shows the outcome, with the report under `checkMime`. Never throws, but for MICROLOTE_STRICT=1. */
export async function comprobar(ejercicio: string, pruebas: (c: Comprobacion) => void | Promise<void>): Promise<void> {
  const c = new Comprobacion()
  try {
    await pruebas(c)
  } catch (e) {
    c.checks.push({ name: 'ejecución', passed: false, message: `La comprobación se detuvo con un error: ${e instanceof Error ? e.message : String(e)}`, points: 1 })
  }
  const maxPoints = c.checks.reduce((n, x) => n + x.points, 0), points = c.checks.reduce((n, x) => n + (x.passed ? x.points : 0), 0)
  const report: CheckReport = { exercise: ejercicio, points, maxPoints, passed: c.checks.length > 0 && c.checks.every(x => x.passed), checks: c.checks, texts: c.texts }
  const head = `Ejercicio ${ejercicio}: ${report.passed ? 'superado' : 'todavía no'} (${points} de ${maxPoints} puntos)`
  const line = (x: CheckItem): string => `${x.passed ? '✔' : '✘'} ${x.name}${x.passed ? '' : `: ${x.message}`}`
  currentChannel().send({
    kind: 'display',
    data: {
      [checkMime]: report, 'text/plain': [head, ...report.checks.map(line)].join('\n'),
      'text/html': `<div style="border-left:4px solid ${report.passed ? '#2ca02c' : '#d62728'};padding:4px 12px"><b>${escapeHtml(head)}</b><ul style="margin:4px 0;padding-left:1.2em;list-style:none">${report.checks.map(x => `<li>${escapeHtml(line(x))}</li>`).join('')}</ul></div>`,
    },
  })
  if (!report.passed && process.env['MICROLOTE_STRICT'] === '1') throw new Error(head)
}
