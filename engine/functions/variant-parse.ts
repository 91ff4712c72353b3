/** JSON texts as variants, a column at a time: bytes in, bytes out. */
import { BytesVector, decodeUtf8 } from '../columns/bytes-vector.ts'
import { vectorOf } from '../columns/builder.ts'
import { ConstantVector } from '../columns/constant-vector.ts'
import { executionError } from '../errors/spark-error.ts'
import type { Implementation } from '../expressions/expression.ts'
import type { JsonOptions } from '../formats/json/options.ts'
import { JsonTokens, malformed, token } from '../formats/json/tokens.ts'
import { isUnfit, writeVariant } from '../formats/json/variant.ts'
import { stringType, variantType } from '../types/data-type.ts'
import { VariantBuilder } from '../types/variant/builder.ts'
import type { BindContext } from './define.ts'
import { bytesOf } from './text-bytes.ts'

/** The conf that lets a name come twice in an object. */
export const keepsLastName = (context: BindContext): boolean => context.conf('spark.sql.variant.allowDuplicateKeys') === 'true'

/** What reads texts as variants. With `fail` a text that is no JSON raises MALFORMED_RECORD_IN_PARSING, without it gives NULL; `blank` says what a text with nothing in it is. */
export function variantsOfJson(options: JsonOptions, fail: boolean, blank: 'malformed' | 'null'): Implementation {
  const parse = parser(options, fail, blank)
  return {
    mayFail: fail,
    vector: ([texts], length) => (texts instanceof ConstantVector ? parse(bytesOf(texts, 1), 1).take(new Int32Array(length), length) : parse(bytesOf(texts!, length), length)),
    evaluate: (text: string) => parse(bytesOf(vectorOf(stringType, [text]), 1), 1).get(0),
  }
}

function parser(options: JsonOptions, fail: boolean, blank: 'malformed' | 'null'): (texts: BytesVector, length: number) => BytesVector {
  const tokens = new JsonTokens(options, false), builder = new VariantBuilder(), lastWins = options.variantKeepsLast === true
  const read = (b: Uint8Array, start: number, end: number): boolean => {
    try {
      if (tokens.open(b, start, end).next() === token.none) { if (blank === 'null') return false; throw malformed }
      writeVariant(tokens, builder.begin(), lastWins)
      return true
    } catch (e) {
      if (e !== malformed && !isUnfit(e)) throw e
      if (fail) throw executionError('MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION', { badRecord: decodeUtf8(b, start, end), failFastMode: 'FAILFAST' }, e)
      return false
    }
  }
  return (texts, length) => {
    const starts = new Int32Array(length), ends = new Int32Array(length)
    let nulls: Uint8Array | null = null, out = new Uint8Array(Math.max(64, 24 * length)), at = 0
    for (let i = 0; i < length; i++) {
      starts[i] = ends[i] = at
      if (texts.isNull(i) || !read(texts.bytes, texts.starts[i]!, texts.ends[i]!)) { (nulls ??= new Uint8Array(length))[i] = 1; continue }
      const size = at + builder.size
      if (size > out.length) { const grown = new Uint8Array(2 * size); grown.set(out); out = grown }
      ends[i] = at = builder.writeTo(out, at)
    }
    return new BytesVector(variantType, out, starts, ends, nulls, length)
  }
}
