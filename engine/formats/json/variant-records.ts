/** JSON records that are a VARIANT each: the option singleVariantColumn. */
import { decodeUtf8 } from '../../columns/bytes-vector.ts'
import { vectorOf } from '../../columns/builder.ts'
import { Batch } from '../../columns/batch.ts'
import { analysisError, executionError } from '../../errors/spark-error.ts'
import { simpleString, structField, structType, variantType, type StructTypeShape } from '../../types/data-type.ts'
import { VariantBuilder } from '../../types/variant/builder.ts'
import type { JsonOptions } from './options.ts'
import { JsonTokens, malformed, token } from './tokens.ts'
import { isUnfit, writeVariant } from './variant.ts'

/** The schema that the option means where none is given. */
export const singleVariantSchema = (column: string): StructTypeShape => structType([structField(column, variantType)])

/** A schema may be given, of the column and perhaps the text of malformed records. Throws INVALID_SINGLE_VARIANT_COLUMN. */
export function checkSingleVariant(schema: StructTypeShape, corruptColumn: string): void {
  const rest = schema.fields.filter(f => f.name !== corruptColumn)
  if (rest.length !== 1 || rest[0]!.dataType.kind !== 'variant' || schema.fields.length > 2) throw analysisError('INVALID_SINGLE_VARIANT_COLUMN', { schema: `"${simpleString(schema)}"` })
}

/** A function from records to rows. Throws MALFORMED_RECORD_IN_PARSING with FAILFAST. */
export function variantRecords(schema: StructTypeShape, o: JsonOptions): (bytes: Uint8Array, starts: Int32Array, ends: Int32Array, count: number) => Batch {
  checkSingleVariant(schema, o.columnNameOfCorruptRecord)
  const tokens = new JsonTokens(o, true), builder = new VariantBuilder(), corrupt = schema.fields.findIndex(f => f.name === o.columnNameOfCorruptRecord)
  const read = (b: Uint8Array, start: number, end: number): Uint8Array | null => {
    try {
      if (tokens.open(b, start, end).next() === token.none) return null
      writeVariant(tokens, builder.begin(), o.variantKeepsLast === true)
      return builder.result()
    } catch (e) {
      if (e !== malformed && !isUnfit(e)) throw e
      if (o.mode === 'FAILFAST') throw executionError('MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION', { badRecord: decodeUtf8(b, start, end), failFastMode: 'FAILFAST' }, e)
      return null
    }
  }
  return (bytes, starts, ends, count) => {
    const values: (Uint8Array | null)[] = [], texts: (string | null)[] = []
    for (let i = 0; i < count; i++) {
      const value = read(bytes, starts[i]!, ends[i]!)
      if (value === null && o.mode === 'DROPMALFORMED') continue
      values.push(value)
      if (corrupt >= 0) texts.push(value === null ? decodeUtf8(bytes, starts[i]!, ends[i]!) : null)
    }
    return new Batch(schema.fields.map((f, i) => vectorOf(f.dataType, i === corrupt ? texts : values)), values.length)
  }
}
