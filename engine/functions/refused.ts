/** Functions of Spark that are known and refused by their names: what calls into a JVM, needs a package that Spark does not load by itself, or needs types that are not built. */
import { analysisError } from '../errors/spark-error.ts'
import { attributesOf } from '../expressions/codegen/emitter.ts'
import { decimalType, isIntegral, sqlName } from '../types/data-type.ts'
import { expectArity, literal, plainArgs, unexpectedType, type FunctionCall, type FunctionDefinition, type FunctionFamily } from './define.ts'

const refusing = (least: number, most: number, refuse: (c: FunctionCall) => Error): FunctionDefinition => ({ bind(c) { expectArity(c, least, most); throw refuse(c) } })
const ofTheJvm = refusing(2, Infinity, c => analysisError('MICROLOTE_NOT_SUPPORTED', { feature: `${c.name.toLowerCase()}, which calls a method of Java,`, advice: 'Register the function you need with spark.udf.register.' }))
const ofAvro = (least: number, most: number): FunctionDefinition => refusing(least, most, c => {
  const schema = c.name.toLowerCase() === 'from_avro' ? plainArgs(c)[1]! : null
  if (schema !== null && ((schema.type.kind !== 'string' && schema.type.kind !== 'void') || attributesOf(schema).size > 0)) return analysisError('DATATYPE_MISMATCH.TYPE_CHECK_FAILURE_WITH_HINT', { sqlExpr: `"${c.sql}"`, msg: 'the schema of from_avro must be a constant text' })
  return analysisError('AVRO_NOT_LOADED_SQL_FUNCTIONS_UNUSABLE', { functionName: c.name.toUpperCase() })
})
const ofProtobuf = (check: (c: FunctionCall) => void): FunctionDefinition => refusing(2, 4, c => { check(c); return analysisError('PROTOBUF_NOT_LOADED_SQL_FUNCTIONS_UNUSABLE', { functionName: c.name.toUpperCase() }) })

const nanoTypes = '(TIMESTAMP_LTZ(P) OR TIMESTAMP_NTZ(P) WITH P IN [7, 9])'

export const refusedFunctions: FunctionFamily = {
  reflect: ofTheJvm, java_method: ofTheJvm, try_reflect: ofTheJvm,
  measure: refusing(1, 1, () => analysisError('MICROLOTE_NOT_SUPPORTED', { feature: 'measure, which reads metric views,', advice: 'Write the aggregation itself.' })),
  from_avro: ofAvro(2, 3), to_avro: ofAvro(1, 2), schema_of_avro: ofAvro(1, 2),
  from_protobuf: ofProtobuf(() => {}), to_protobuf: ofProtobuf(c => { const a = plainArgs(c)[0]!; if (a.type.kind !== 'struct') throw analysisError('DATATYPE_MISMATCH.NON_STRUCT_TYPE', { sqlExpr: `"${c.sql}"`, inputType: sqlName(a.type) }) }),
  unix_nanos: {
    bind(c) {
      expectArity(c, 1)
      const a = plainArgs(c)[0]!
      if (a.type.kind !== 'void') throw unexpectedType(c, 1, nanoTypes, a)
      return literal(null, decimalType(21, 0))
    },
  },
  timestamp_nanos: refusing(1, 1, c => (!isIntegral(plainArgs(c)[0]!.type) && !['decimal', 'void'].includes(plainArgs(c)[0]!.type.kind)) ? unexpectedType(c, 1, '("INTEGRAL" or "DECIMAL")', plainArgs(c)[0]!) : analysisError('FEATURE_NOT_ENABLED', { featureName: 'The timestamp of nanoseconds', advice: 'Keep nanoseconds as a BIGINT, or cut them to microseconds: timestamp_micros(n div 1000).' })),
}
