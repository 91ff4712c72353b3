/** Digests and hash numbers: md5, sha, crc32 of bytes; hash (Murmur3) and xxhash64 of any values, column by column. */
import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { analysisError } from '../errors/spark-error.ts'
import { ConstantVector } from '../columns/constant-vector.ts'
import { FixedVector } from '../columns/fixed-vector.ts'
import { hashRows, hashValue } from '../columns/murmur3.ts'
import type { Vector } from '../columns/vector.ts'
import { xxHash64Value } from '../columns/xxhash64.ts'
import { binaryType, holdsMap, holdsVariant, intType, longType, stringType, type DataType } from '../types/data-type.ts'
import { call, expectArity, plainArgs, quoted, unexpectedType, type BindContext, type FunctionCall, type FunctionDefinition, type FunctionFamily } from './define.ts'
import { castTo } from './cast.ts'
import { coerced } from './typed.ts'
import type { Resolved } from '../expressions/expression.ts'

/** The bytes of an argument: binary, or a text's UTF-8; other types are refused. */
export function bytesArgument(c: FunctionCall, index: number, context: BindContext): Resolved {
  const a = plainArgs(c)[index]!
  if (a.type.kind !== 'binary' && a.type.kind !== 'string' && a.type.kind !== 'void') throw unexpectedType(c, index + 1, '"BINARY"', a)
  return castTo(a, binaryType, context)
}

const digest = (name: string, algorithm: string): FunctionDefinition => ({
  bind(c, context) { expectArity(c, 1); const a = bytesArgument(c, 0, context); return call(name, [a], stringType, { evaluate: (b: Uint8Array) => createHash(algorithm).update(b).digest('hex') }, { nullable: a.nullable }) },
})

const sha2: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 2)
    const evaluate = (b: Uint8Array, bits: number): string | null => ([0, 224, 256, 384, 512].includes(bits) ? createHash(`sha${bits === 0 ? 256 : bits}`).update(b).digest('hex') : null)
    return call('sha2', [bytesArgument(c, 0, context), coerced(c, 1, intType, context)], stringType, { evaluate }, { nullable: true })
  },
}

function hashed(name: string, result: DataType, evaluate: (types: readonly DataType[]) => (...values: unknown[]) => unknown, vector?: (args: readonly Vector[], length: number) => Vector): FunctionDefinition {
  return {
    bind(c) {
      expectArity(c, 1, Infinity)
      const args = plainArgs(c)
      if (args.some(a => holdsVariant(a.type))) throw analysisError('DATATYPE_MISMATCH.HASH_VARIANT_TYPE', { sqlExpr: `"${c.sql}"`, functionName: quoted(name) })
      if (args.some(a => holdsMap(a.type))) throw analysisError('DATATYPE_MISMATCH.HASH_MAP_TYPE', { sqlExpr: `"${c.sql}"`, functionName: quoted(name) })
      return call(name, args, result, { strict: false, evaluate: evaluate(args.map(a => a.type)), ...(vector === undefined ? {} : { vector }) }, { nullable: false })
    },
  }
}

const sha1 = digest('sha1', 'sha1')

export const hashFunctions: FunctionFamily = {
  md5: digest('md5', 'md5'), sha1, sha: sha1, sha2,
  crc32: { bind(c, context) { expectArity(c, 1); const a = bytesArgument(c, 0, context); return call('crc32', [a], longType, { evaluate: (b: Uint8Array) => BigInt(crc32(b)) }, { nullable: a.nullable }) } },
  hash: hashed('hash', intType, types => (...values) => values.reduce((h: number, v, i) => hashValue(types[i]!, v, h), 42), (columns, length) => (columns.every(v => v instanceof ConstantVector)
    ? new ConstantVector(intType, hashRows(columns.map(v => v.slice(0, 1)), 1)[0], length)
    : new FixedVector(intType, hashRows(columns, length), null, length))),
  xxhash64: hashed('xxhash64', longType, types => (...values) => values.reduce((h: bigint, v, i) => xxHash64Value(types[i]!, v, h), 42n)),
}
