/** Owns the cutting of CSV text into records and fields: quotes, escapes, comments, line ends. */
import type { CsvOptions } from './options.ts'

/** A record: its fields, null for an empty one without quotes, and where in the text it stands. */
export interface CsvRecord { readonly fields: readonly (string | null)[]; readonly start: number; readonly end: number }

/** All records of a text. Lines that are empty or begin with the comment sign are passed over. */
export function* csvRecords(text: string, o: CsvOptions): Generator<CsvRecord> {
  const { sep, comment } = o, quote = o.quote === '' || o.quote === '\u0000' ? '' : o.quote, escape = o.escape, n = text.length
  const newline = (at: number): number => {
    if (o.lineSep !== null) return text.startsWith(o.lineSep, at) ? o.lineSep.length : 0
    const c = text.charCodeAt(at)
    return c === 10 ? 1 : c === 13 ? (text.charCodeAt(at + 1) === 10 ? 2 : 1) : 0
  }
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0
  while (at < n) {
    const gap = newline(at)
    if (gap > 0) { at += gap; continue }
    if (comment !== '' && text.startsWith(comment, at)) { while (at < n && newline(at) === 0) at++; continue }
    const start = at, fields: (string | null)[] = []
    for (;;) {
      let from = at
      if (o.trimStart) while (from < n && (text[from] === ' ' || text[from] === '\t') && !text.startsWith(sep, from)) from++
      if (quote !== '' && text.startsWith(quote, from)) {
        const quoted = readQuoted(text, from, o, quote, escape, newline)
        if (quoted !== null) { fields.push(quoted.value === '' ? o.emptyRead : quoted.value); at = quoted.end } else { at = plainEnd(text, from, sep, newline); fields.push(trimmed(text.slice(from, at), o)) }
      } else { at = plainEnd(text, from, sep, newline); fields.push(trimmed(text.slice(from, at), o)) }
      if (at < n && text.startsWith(sep, at)) { at += sep.length; if (at >= n || newline(at) > 0) { fields.push(null); break } continue }
      break
    }
    yield { fields, start, end: at }
    at += newline(at)
  }
}

function plainEnd(text: string, from: number, sep: string, newline: (at: number) => number): number {
  const n = text.length, first = sep.charCodeAt(0)
  let at = from
  for (; at < n; at++) {
    const c = text.charCodeAt(at)
    if (c === first && (sep.length === 1 || text.startsWith(sep, at))) break
    if (newline(at) > 0) break
  }
  return at
}

/** A text without the spaces and tabs at its end; a loop, because a pattern would look for the end from each blank within. */
export function withoutBlanksBehind(text: string): string {
  let to = text.length
  while (to > 0 && (text[to - 1] === ' ' || text[to - 1] === '\t')) to--
  return text.slice(0, to)
}

function trimmed(value: string, o: CsvOptions): string | null {
  const v = o.trimEnd ? withoutBlanksBehind(value) : value
  return v === '' ? null : v
}

/** A quoted field, or null when something follows its closing quote: then all of it up to the separator is plain text. */
function readQuoted(text: string, from: number, o: CsvOptions, quote: string, escape: string, newline: (at: number) => number): { readonly value: string; readonly end: number } | null {
  const n = text.length
  let value = '', at = from + 1, piece = at
  for (; at < n; at++) {
    const c = text[at]!
    if (c === escape && escape !== quote && (text[at + 1] === quote || text[at + 1] === escape)) {
      value += text.slice(piece, at) + text[at + 1]
      at++
      piece = at + 1
      continue
    }
    if (c === quote) {
      if (escape === quote && text[at + 1] === quote) { value += text.slice(piece, at) + quote; at++; piece = at + 1; continue }
      let end = at + 1
      while (end < n && (text[end] === ' ' || text[end] === '\t') && !text.startsWith(o.sep, end)) end++
      if (end >= n || text.startsWith(o.sep, end) || newline(end) > 0) return { value: value + text.slice(piece, at), end }
      return null
    }
    // A line stands for itself: its end closes the quotes.
    if (!o.multiLine && newline(at) > 0) break
  }
  return { value: value + text.slice(piece, at), end: at }
}
