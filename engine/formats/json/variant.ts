/** JSON tokens written as a VARIANT, by the rules of Spark's parser: whole numbers as small as they go, numbers with a point as decimals, those with an exponent as doubles. */
import { fits } from '../../types/decimal.ts'
import { isDuplicateKey, type FieldEntry } from '../../types/variant/fields.ts'
import type { VariantBuilder } from '../../types/variant/builder.ts'
import { type JsonTokens, malformed, token } from './tokens.ts'

const halfPair = new Error('half a surrogate pair is no text of a variant')
/** Whether an error is that of JSON which no variant can hold: a name twice in an object, half a surrogate pair. */
export const isUnfit = (e: unknown): boolean => e === halfPair || isDuplicateKey(e)

/** Writes the value stood on, and leaves `tokens` on its last token. A name that comes twice in an object keeps its last value if `lastWins`. Throws `malformed` and what `isUnfit` knows. */
export function writeVariant(tokens: JsonTokens, out: VariantBuilder, lastWins: boolean): void {
  switch (tokens.current) {
    case token.startObject: writeObject(tokens, out, lastWins); return
    case token.startArray: {
      const start = out.at, places: number[] = []
      for (let c = tokens.next(); c !== token.endArray; c = tokens.next()) {
        places.push(out.at)
        writeVariant(tokens, out, lastWins)
      }
      out.array(start, places)
      return
    }
    case token.text: {
      const text = tokens.text()
      if (tokens.halfText) throw halfPair
      out.text(text)
      return
    }
    case token.int: writeWhole(tokens.text(), out); return
    case token.float: writeFraction(tokens, out); return
    case token.true: out.boolean(true); return
    case token.false: out.boolean(false); return
    case token.null: out.null(); return
    default: throw malformed
  }
}

function writeObject(tokens: JsonTokens, out: VariantBuilder, lastWins: boolean): void {
  const start = out.at, fields: FieldEntry[] = []
  for (let c = tokens.next(); c !== token.endObject; c = tokens.next()) {
    const name = tokens.name()
    if (name === null) throw malformed
    if (tokens.halfName) throw halfPair
    fields.push({ name, id: out.nameId(name), at: out.at })
    tokens.next()
    writeVariant(tokens, out, lastWins)
  }
  out.object(start, fields, lastWins)
}

const mostDigits = 38
const longMin = -(2n ** 63n), longMax = 2n ** 63n - 1n

function writeWhole(text: string, out: VariantBuilder): void {
  if (text.length <= 9) { out.integer(Number(text) + 0); return }
  const v = BigInt(text)
  if (v >= longMin && v <= longMax) out.long(v)
  else if (fits(v, mostDigits)) out.decimal(v, 0)
  else out.double(Number(text))
}

function writeFraction(tokens: JsonTokens, out: VariantBuilder): void {
  const text = tokens.text(), point = text.indexOf('.')
  if (tokens.special || point < 0 || text.includes('e', point) || text.includes('E', point)) { out.double(tokens.double()); return }
  const scale = text.length - point - 1, digits = text.slice(0, point) + text.slice(point + 1)
  if (digits.length <= 9) { out.smallDecimal(Number(digits) + 0, scale); return }
  const unscaled = BigInt(digits)
  if (scale > mostDigits || !fits(unscaled, mostDigits)) out.double(tokens.double())
  else out.decimal(unscaled, scale)
}
