/** Texts as bytes of a charset and back, strictly: what a charset cannot hold is an error, not a question mark. */
import { executionError } from '../errors/spark-error.ts'

export const charsetNames = ['ISO-8859-1', 'US-ASCII', 'UTF-16', 'UTF-16BE', 'UTF-16LE', 'UTF-32', 'UTF-8'] as const
type Charset = (typeof charsetNames)[number]

function charset(name: string, functionName: string): Charset {
  const found = charsetNames.find(n => n === name.toUpperCase())
  if (found === undefined) throw executionError('INVALID_PARAMETER_VALUE.CHARSET', { functionName: `\`${functionName}\``, charset: name, charsets: charsetNames.join(', ') })
  return found
}

const malformed = (functionName: string, name: string): Error => executionError('MALFORMED_CHARACTER_CODING', { function: `\`${functionName}\``, charset: name })
const utf8 = new TextEncoder(), decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function units(s: string, little: boolean, mark: boolean): Uint8Array {
  const text = mark ? `\ufeff${s}` : s, out = new Uint8Array(text.length * 2), view = new DataView(out.buffer)
  for (let i = 0; i < text.length; i++) view.setUint16(2 * i, text.charCodeAt(i), little)
  return out
}

function single(s: string, most: number, name: Charset): Uint8Array {
  return Uint8Array.from(s, ch => { const cp = ch.codePointAt(0)!; if (cp > most) throw malformed('encode', name); return cp })
}

/** The text's bytes. Throws INVALID_PARAMETER_VALUE.CHARSET, and MALFORMED_CHARACTER_CODING for characters the charset lacks. */
export function encodeText(s: string, name: string): Uint8Array {
  const set = charset(name, 'encode')
  switch (set) {
    case 'UTF-8': return utf8.encode(s)
    case 'US-ASCII': return single(s, 0x7f, set)
    case 'ISO-8859-1': return single(s, 0xff, set)
    case 'UTF-16': return units(s, false, true)
    case 'UTF-16BE': return units(s, false, false)
    case 'UTF-16LE': return units(s, true, false)
    case 'UTF-32': { const cps = [...s], view = new DataView(new ArrayBuffer(cps.length * 4)); cps.forEach((c, i) => view.setUint32(4 * i, c.codePointAt(0)!)); return new Uint8Array(view.buffer) }
  }
}

function fromUnits(b: Uint8Array, little: boolean, name: Charset): string {
  if (b.length % 2 !== 0) throw malformed('decode', name)
  const view = new DataView(b.buffer, b.byteOffset, b.length)
  let out = ''
  for (let i = 0; i < b.length; i += 2) out += String.fromCharCode(view.getUint16(i, little))
  if (/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(out)) throw malformed('decode', name)
  return out
}

/** The bytes' text. Throws the same. */
export function decodeBytes(b: Uint8Array, name: string): string {
  const set = charset(name, 'decode')
  switch (set) {
    case 'UTF-8': try { return decoder.decode(b) } catch { throw malformed('decode', set) }
    case 'US-ASCII': if (b.some(x => x > 0x7f)) throw malformed('decode', set); return String.fromCharCode(...b)
    case 'ISO-8859-1': { let s = ''; for (const x of b) s += String.fromCharCode(x); return s }
    case 'UTF-16': {
      const marked = b.length >= 2 && ((b[0] === 0xfe && b[1] === 0xff) || (b[0] === 0xff && b[1] === 0xfe))
      return fromUnits(marked ? b.subarray(2) : b, marked && b[0] === 0xff, set)
    }
    case 'UTF-16BE': return fromUnits(b, false, set)
    case 'UTF-16LE': return fromUnits(b, true, set)
    case 'UTF-32': {
      if (b.length % 4 !== 0) throw malformed('decode', set)
      const view = new DataView(b.buffer, b.byteOffset, b.length)
      let out = ''
      for (let i = 0; i < b.length; i += 4) { const cp = view.getUint32(i); if (cp > 0x10ffff || (cp >= 0xd800 && cp < 0xe000)) throw malformed('decode', set); out += String.fromCodePoint(cp) }
      return out
    }
  }
}
