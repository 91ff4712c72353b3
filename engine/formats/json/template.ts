/**
 * Makes a parser for one layout: generated code that compares the bytes between values four at a time and reads each value in line.
 * The code holds numbers only (byte constants, positions in captured arrays), never a name or text from the data.
 */
import type { JsonColumn } from './column.ts'
import type { Layout } from './layout.ts'
import { powersOfTen } from './double.ts'
import { DoubleColumn, IntColumn, LongColumn } from './number-columns.ts'
import { scanText, skipText, skipValue } from './scan.ts'
import { StructColumn } from './struct-column.ts'
import { TextColumn } from './text-column.ts'
import { TimestampColumn } from './time-columns.ts'

/** Reads rows `from` to `to` into rows shifted by `shift`; gives the first row that does not follow the layout (or is NULL), or `to`. */
export type RunTemplate = (bytes: Uint8Array, dv: DataView, starts: Int32Array, ends: Int32Array, nulls: Uint8Array | null, from: number, to: number, shift: number) => number

export interface Template { readonly key: string; readonly run: RunTemplate }

/** The code for a layout, and the columns it reads as `C`. */
export function templateSource(layout: Layout): { readonly source: string; readonly columns: readonly JsonColumn[] } {
  const columns: JsonColumn[] = []
  const slot = (c: JsonColumn): number => {
    const at = columns.indexOf(c)
    return at >= 0 ? at : columns.push(c) - 1
  }
  const steps = layout.steps.map(s => compare(s.glue, 1) + (s.column === null ? skipCode(s.text) : valueCode(s.column, slot(s.column))))
  const missing = layout.missing.flatMap(leavesOf).map(c => `(n${slot(c)} ??= C[${slot(c)}].nullMap())[row] = 1;`)
  const source = `'use strict';
return (bytes, dv, starts, ends, nulls, from, to, shift) => {
const blen = bytes.length, safe = blen - 3;
${columns.map((c, k) => hoist(c, k)).join('\n')}
let i = from, a = 0, b = 0, c = 0, d = 0, e = 0, m = 0, n = 0, s = 0, w = 0, t = 0, h = 0, id = 0, neg = false;
for (; i < to; i++) {
if (nulls !== null && nulls[i] !== 0) return i;
const end = ends[i], row = i + shift, lim = end < safe ? end : safe;
let p = starts[i];
match: {
${steps.join('\n')}
${compare(layout.tail, 0)}
${missing.join('')}
continue;
}
${columns.map((_, k) => `if (n${k} !== null) n${k}[row] = 0;`).join('')}
return i;
}
return to;
}`
  return { source, columns }
}

/** Compiles a layout for the modes its text columns are in now. */
export function compileTemplate(layout: Layout): Template {
  const { source, columns } = templateSource(layout)
  const make = new Function('C', 'POW', 'scanText', 'skipText', 'skipValue', source) as (...captured: unknown[]) => RunTemplate
  return { key: layout.key, run: make(columns, powersOfTen, scanText, skipText, skipValue) }
}

function leavesOf(c: JsonColumn): readonly JsonColumn[] { return c instanceof StructColumn ? [c, ...c.children.flatMap(leavesOf)] : [c] }

function hoist(c: JsonColumn, k: number): string {
  let code = `let n${k} = C[${k}].nulls;`
  if (c instanceof DoubleColumn || c instanceof IntColumn) code += `const d${k} = C[${k}].data;`
  if (c instanceof LongColumn || c instanceof TimestampColumn) code += `const d${k} = C[${k}].halves;`
  if (c instanceof TextColumn) {
    if (c.dictionary === null) code += `const S${k} = C[${k}].starts, E${k} = C[${k}].ends;`
    else code += `const I${k} = C[${k}].indices, D${k} = C[${k}].dictionary;let T${k} = D${k}.table, M${k} = D${k}.mask, V${k} = D${k}.w0, W${k} = D${k}.w1, L${k} = D${k}.lengths;`
  }
  return code
}

const int32 = (g: Uint8Array, i: number): number => g[i] | (g[i + 1] << 8) | (g[i + 2] << 16) | (g[i + 3] << 24)

/** Compares the bytes at `p` with constants and goes behind them; `after` bytes must follow. */
function compare(glue: Uint8Array, after: number): string {
  const n = glue.length, tests = [`p + ${n + after} > end`]
  let i = 0
  for (; i + 4 <= n; i += 4) tests.push(`dv.getInt32(p + ${i}, true) !== ${int32(glue, i)}`)
  if (i < n && n >= 4) tests.push(`dv.getInt32(p + ${n - 4}, true) !== ${int32(glue, n - 4)}`)
  else for (; i < n; i++) tests.push(`bytes[p + ${i}] !== ${glue[i]}`)
  return `if (${tests.join(' || ')}) break match;\np += ${n};`
}

/** Leaves `e` on the closing quote of the text whose opening quote is at `p`, or on the first odd byte. */
const scan = `e = p + 1;
for (;;) {
if (e >= lim) { e = scanText(bytes, dv, e, end); break; }
w = dv.getInt32(e, true); a = w ^ 0x22222222; b = w ^ 0x5c5c5c5c;
t = (((a - 0x01010101) & ~a) | ((b - 0x01010101) & ~b) | ((w - 0x20202020) & ~w)) & -2139062144;
if (t !== 0) { t = t >>> 7; e += (31 - Math.clz32(t & -t)) >> 3; break; }
e += 4;
}
`

const slow = (k: number): string => `{ p = C[${k}].readOrJudge(bytes, dv, p, end, row); n${k} = C[${k}].nulls; if (p < 0) break match; }`

function skipCode(text: boolean): string {
  const any = '{ p = skipValue(bytes, dv, p, end); if (p < 0) break match; }'
  if (!text) return any
  return `if (bytes[p] === 34) { ${scan}
if (e < end && bytes[e] === 34) p = e + 1; else { p = skipText(bytes, dv, p + 1, end); if (p < 0) break match; } } else ${any}`
}

function valueCode(c: JsonColumn, k: number): string {
  if (c instanceof TextColumn) return textCode(c, k)
  if (c instanceof DoubleColumn) return doubleCode(k)
  if (c instanceof IntColumn && c.type.kind === 'int') return intCode(k, `d${k}[row] = neg ? 0 - m : m;`)
  if (c instanceof LongColumn) return intCode(k, `if (neg) m = 0 - m; d${k}[2 * row] = m; d${k}[2 * row + 1] = m >> 31;`)
  if (c instanceof TimestampColumn && c.plain) return timestampCode(c, k)
  return slow(k)
}

function textCode(c: TextColumn, k: number): string {
  const head = `if (bytes[p] === 34) { ${scan}
if (e >= end || bytes[e] !== 34) ${slow(k)} else { s = p + 1;
`
  const foot = `p = e + 1; } } else ${slow(k)}`
  if (c.dictionary === null) return `${head}S${k}[row] = s; E${k}[row] = e; ${foot}`
  const reload = `T${k} = D${k}.table; M${k} = D${k}.mask; V${k} = D${k}.w0; W${k} = D${k}.w1; L${k} = D${k}.lengths;`
  const add = `{ C[${k}].take(bytes, s, e, row); ${reload} }`
  // Up to eight bytes are told apart by their first and last four and the length (see ByteDictionary).
  return `${head}n = e - s;
if (n > 8 || s + 4 > blen) { id = D${k}.find(bytes, s, e); if (id >= 0) I${k}[row] = id; else ${add} }
else {
if (n >= 4) { a = dv.getInt32(s, true); b = dv.getInt32(e - 4, true); } else { a = dv.getInt32(s, true) & ((1 << (n << 3)) - 1); b = 0; }
h = Math.imul(a, -1640531535) ^ Math.imul(b, -2048144789) ^ Math.imul(n, 668265263); h = (h ^ (h >>> 15)) & M${k};
while ((id = T${k}[h]) >= 0 && (V${k}[id] !== a || W${k}[id] !== b || L${k}[id] !== n)) h = (h + 1) & M${k};
if (id >= 0) I${k}[row] = id; else ${add}
}
${foot}`
}

/** Up to nine digits in `m`, its minus in `neg`, the position in `e`; `ok` runs when they are a number that ends here, else the slow way. */
function digits(k: number, ok: string): string {
  return `e = p; neg = bytes[e] === 45; if (neg) e++;
s = e; m = 0;
while (e < end && (d = bytes[e] - 48) >= 0 && d < 10) { m = (Math.imul(m, 10) + d) | 0; e++; }
n = e - s;
if (n === 0 || n > 9 || (n > 1 && bytes[s] === 48)) ${slow(k)} else {
${ok}
}`
}

function intCode(k: number, store: string): string {
  return digits(k, `${store} p = e;`)
}

function doubleCode(k: number): string {
  return digits(k, `c = e < end ? bytes[e] : 0;
if (c === 46) {
s = ++e;
while (e < end && (d = bytes[e] - 48) >= 0 && d < 10) { m = (Math.imul(m, 10) + d) | 0; e++; }
t = e - s;
if (t === 0 || n + t > 9 || (e < end && (bytes[e] | 32) === 101)) ${slow(k)}
else { d${k}[row] = m / POW[t]; if (neg) d${k}[row] = -d${k}[row]; p = e; }
} else if ((c | 32) === 101) ${slow(k)}
else { d${k}[row] = neg ? 0 - m : m; p = e; }`)
}

/** `"yyyy-MM-ddTHH:mm:ss[.SSS]Z"` in one go: the date is that of the last row or is looked up, two words of digits are checked at once. */
function timestampCode(c: TimestampColumn, k: number): string {
  if (c.type.kind !== 'timestamp') return slow(k)
  const x = `C[${k}]`
  return `if (p + 23 > end || bytes[p] !== 34) ${slow(k)} else {
if ((dv.getInt32(p + 1, true) !== ${x}.day0 || dv.getInt32(p + 5, true) !== ${x}.day1 || (dv.getInt32(p + 9, true) & 0xffffff) !== ${x}.day2) && !${x}.newDay(bytes, dv, p + 1)) ${slow(k)} else {
a = dv.getInt32(p + 12, true) ^ 0x303a3030; b = dv.getInt32(p + 16, true) ^ 0x30303a30;
h = (a & 15) * 10 + ((a >> 8) & 15); m = (a >> 24) * 10 + (b & 15); s = ((b >> 16) & 15) * 10 + (b >> 24);
if ((((a | (a + 0x06000606)) & 0xf0fff0f0) | ((b | (b + 0x06060006)) & 0xf0f0fff0)) !== 0 || h > 23 || m > 59 || s > 59) ${slow(k)} else {
t = ((h * 60 + m) * 60 + s) * 1000; c = bytes[p + 20]; e = p + 21;
if (c === 46 && p + 26 <= end) {
w = dv.getInt32(p + 21, true) ^ 0x5a303030;
if (((w | (w + 0x00060606)) & 0xfff0f0f0) === 0) { t += (w & 15) * 100 + ((w >> 8) & 15) * 10 + ((w >> 16) & 15); c = 90; e = p + 25; }
}
if (c !== 90 || bytes[e] !== 34) ${slow(k)} else {
const u = (${x}.dayMillis + t) * 1000;
d${k}[2 * row] = u | 0; d${k}[2 * row + 1] = Math.floor(u * 2.3283064365386963e-10); p = e + 1;
} } } }`
}
