/** Bytes and texts in other forms: base64, charsets, URLs, and whether bytes are UTF-8. */
import { analysisError, executionError } from '../errors/spark-error.ts'
import type { Resolved } from '../expressions/expression.ts'
import { binaryType, booleanType, stringType } from '../types/data-type.ts'
import { castTo } from './cast.ts'
import { decodeBytes, encodeText } from './charsets.ts'
import { decodeCases } from './conditional.ts'
import { call, expectArity, literal, literalValue, plainArgs, type FunctionDefinition, type FunctionFamily } from './define.ts'
import { bytesArgument } from './hashes.ts'
import { bytesOfHex } from './number-bases.ts'
import { coerced, fn } from './typed.ts'
import { parseUrl, urlDecode, urlEncode } from './urls.ts'

const utf8 = new TextEncoder(), strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }), lenient = new TextDecoder('utf-8', { ignoreBOM: true })

/** Base64 in lines of 76 characters, as MIME writes it. */
function base64(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64')
  return text.length <= 76 ? text : text.match(/.{1,76}/g)!.join('\r\n')
}

/** Base64 as MIME reads it: other characters are passed over; null for what ends amid a byte, or goes on after its end. */
function unbase64(text: string): Uint8Array | null {
  const end = text.indexOf('='), digits = (end < 0 ? text : text.slice(0, end)).replace(/[^A-Za-z0-9+/]/g, ''), rest = digits.length % 4
  if (rest === 1) return null
  if (end >= 0 && (rest === 0 || (rest === 2 && text[end + 1] !== '=') || /[A-Za-z0-9+/]/.test(text.slice(end)))) return null
  return new Uint8Array(Buffer.from(digits, 'base64'))
}

const invalid = (str: string, fmt: string, targetType: string): Error => executionError('CONVERSION_INVALID_INPUT', { str: `'${str}'`, fmt: `'${fmt}'`, targetType: `"${targetType}"`, suggestion: '`try_to_binary`' })

function binaryOf(text: string, format: string): Uint8Array | null {
  switch (format) {
    case 'hex': return bytesOfHex(text)
    case 'base64': return /[^A-Za-z0-9+/=\s]/.test(text) ? null : unbase64(text)
    default: return utf8.encode(text)
  }
}

function toBinary(tolerant: boolean): FunctionDefinition {
  return {
    bind(c, context) {
      expectArity(c, 1, 2)
      const text = coerced(c, 0, stringType, context)
      const given = c.args.length === 1 ? 'hex' : literalValue(c.args[1])
      if (given === null) return literal(null, binaryType)
      const format = typeof given === 'string' ? given.toLowerCase() : null
      if (format === null || !['hex', 'utf-8', 'utf8', 'base64'].includes(format)) {
        if (tolerant) return literal(null, binaryType)
        throw analysisError('DATATYPE_MISMATCH.INVALID_ARG_VALUE', { sqlExpr: `"${c.sql}"`, inputName: '`fmt`', requireType: 'a constant text', validValues: `'hex', 'utf-8', 'utf8', 'base64'`, inputValue: `'${String(given)}'` })
      }
      const evaluate = (s: string): Uint8Array | null => {
        const bytes = binaryOf(s, format)
        if (bytes === null && !tolerant) throw invalid(s, format, 'BINARY')
        return bytes
      }
      return call(tolerant ? 'try_to_binary' : 'to_binary', [text, literal(format, stringType)], binaryType, { evaluate }, { nullable: tolerant || text.nullable })
    },
  }
}

const encode: FunctionDefinition = {
  bind(c, context) { expectArity(c, 2); const args = [coerced(c, 0, stringType, context), coerced(c, 1, stringType, context)]; return call('encode', args, binaryType, { evaluate: (s: string, name: string) => encodeText(s, name) }, { nullable: args.some(a => a.nullable) }) },
}

const decode: FunctionDefinition = {
  bind(c, context) {
    if (c.args.length !== 2) { expectArity(c, 2, Infinity); return decodeCases.bind(c, context) }
    const args = [castTo(bytesArgument(c, 0, context), binaryType, context), coerced(c, 1, stringType, context)]
    return call('decode', args, stringType, { evaluate: (b: Uint8Array, name: string) => decodeBytes(b, name) }, { nullable: args.some(a => a.nullable) })
  },
}

/** Texts here are always well formed, so these look at the bytes before they become one. */
function utf8Check(name: string, binaryOnly: (b: Uint8Array) => unknown, type: typeof stringType): FunctionDefinition {
  return {
    bind(c, context) {
      expectArity(c, 1)
      const given = plainArgs(c)[0]!, a: Resolved = given.type.kind === 'binary' ? given : castTo(coerced(c, 0, stringType, context), binaryType, context)
      return call(name, [a], type, { evaluate: binaryOnly }, { nullable: true })
    },
  }
}
const valid = (b: Uint8Array): string | null => { try { return strict.decode(b) } catch { return null } }

function parsed(tolerant: boolean): FunctionDefinition {
  return {
    bind(c, context) {
      expectArity(c, 2, 3)
      const args = c.args.map((_, i) => coerced(c, i, stringType, context))
      const evaluate = (url: string, part: string, key?: string): string | null => {
        const found = parseUrl(url, part, key)
        if (found !== undefined) return found
        if (tolerant) return null
        throw executionError('INVALID_URL', { url })
      }
      return call(tolerant ? 'try_parse_url' : 'parse_url', args, stringType, { evaluate }, { nullable: true })
    },
  }
}

function decodedUrl(tolerant: boolean): FunctionDefinition {
  return fn([stringType], stringType, (s: string) => {
    const text = urlDecode(s)
    if (text === null && !tolerant) throw executionError('CANNOT_DECODE_URL', { url: s })
    return text
  }, { nullable: true })
}

export const encodingFunctions: FunctionFamily = {
  base64: { bind(c, context) { expectArity(c, 1); const a = bytesArgument(c, 0, context); return call('base64', [a], stringType, { evaluate: base64 }, { nullable: a.nullable }) } },
  unbase64: fn([stringType], binaryType, (s: string) => { const b = unbase64(s); if (b === null) throw executionError('MICROLOTE_INVALID_BASE64', { text: s.slice(0, 100) }); return b }),
  to_binary: toBinary(false), try_to_binary: toBinary(true), encode, decode,
  is_valid_utf8: utf8Check('is_valid_utf8', b => valid(b) !== null, booleanType),
  make_valid_utf8: utf8Check('make_valid_utf8', b => lenient.decode(b), stringType),
  validate_utf8: utf8Check('validate_utf8', b => { const s = valid(b); if (s === null) throw executionError('INVALID_UTF8_STRING', { str: [...b].map(x => `\\x${x.toString(16).toUpperCase().padStart(2, '0')}`).join('') }); return s }, stringType),
  try_validate_utf8: utf8Check('try_validate_utf8', valid, stringType),
  url_encode: fn([stringType], stringType, urlEncode), url_decode: decodedUrl(false), try_url_decode: decodedUrl(true),
  parse_url: parsed(false), try_parse_url: parsed(true),
}
