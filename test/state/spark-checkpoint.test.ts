/** State that real Spark wrote is read, and written again byte for byte; its schema and operator files too. */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import * as fs from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as T from '../../engine/types/data-type.ts'
import type { DataType, StructTypeShape } from '../../engine/types/data-type.ts'
import { localFiles } from '../../engine/storage/local-files.ts'
import { MemoryFiles } from '../../engine/storage/memory-files.ts'
import { ManualClock } from '../../engine/observe/clock.ts'
import { openStateStore } from '../../engine/state/open-store.ts'
import { readStateFile } from '../../engine/state/state-file-reader.ts'
import { rowCodec } from '../../engine/state/row-codec.ts'
import { RowArena } from '../../engine/state/row-arena.ts'
import { encodeUnsafeRow } from '../../engine/state/unsafe-value.ts'
import { checkStateSchema, listOperatorMetadata, readOperatorMetadata, writeOperatorMetadata } from '../../engine/state/schema-check.ts'

const folder = fileURLToPath(new URL('../../fixtures/checkpoints/spark-4.3.0/', import.meta.url))
const struct = (fields: Record<string, DataType>): StructTypeShape => T.structType(Object.entries(fields).map(([n, t]) => T.structField(n, t)))

const countKey = struct({ k: T.stringType }), countValue = struct({ count: T.longType })
const before = { b: T.booleanType, i8: T.byteType, i16: T.shortType, i32: T.intType, i64: T.longType, f: T.floatType, d: T.doubleType,
  dec: T.decimalType(10, 2), big: T.decimalType(38, 2), s: T.stringType, bin: T.binaryType, day: T.dateType }
const after = { arr: T.arrayType(T.intType), st: struct({ x: T.intType, y: T.stringType, z: T.arrayType(T.stringType) }) }
const manyValue = T.structType([T.structField('count', T.longType), T.structField('sum', T.decimalType(38, 2)), T.structField('isEmpty', T.booleanType),
  T.structField('max', T.stringType), T.structField('sum', T.doubleType), T.structField('count', T.longType)])
const queries: [string, number, StructTypeShape, StructTypeShape][] = [
  ['count-by-key', 12, countKey, countValue],
  ['all-types', 2, struct({ ...before, window: struct({ start: T.timestampType, end: T.timestampType }), ...after }), manyValue],
  ['all-types-unwindowed', 1, struct({ ...before, ts: T.timestampType, ...after }), manyValue],
]

/** As Spark's to_json shows a value. */
function json(type: DataType, v: unknown): string {
  if (v === null) return 'null'
  switch (type.kind) {
    case 'string': return JSON.stringify(v)
    case 'binary': return JSON.stringify(Buffer.from(v as Uint8Array).toString('base64'))
    case 'date': return JSON.stringify(new Date((v as number) * 86400000).toISOString().slice(0, 10))
    case 'timestamp': return JSON.stringify(new Date(Number((v as bigint) / 1000n)).toISOString())
    case 'float': case 'double': return Number.isInteger(v) ? `${String(v)}.0` : String(v)
    case 'decimal': {
      const digits = String((v as bigint) < 0n ? -(v as bigint) : v).padStart(type.scale + 1, '0')
      return `${(v as bigint) < 0n ? '-' : ''}${digits.slice(0, -type.scale)}.${digits.slice(-type.scale)}`
    }
    case 'array': return `[${(v as unknown[]).map(e => json(type.elementType, e)).join(',')}]`
    case 'struct': return `{${type.fields.map((f, i) => `${JSON.stringify(f.name)}:${json(f.dataType, (v as unknown[])[i])}`).join(',')}}`
    default: return String(v)
  }
}

for (const [query, version, keySchema, valueSchema] of queries) {
  const checkpoint = `${folder}${query}/checkpoint`

  test(`${query}: our reader finds what Spark's finds`, async () => {
    const lines: string[] = []
    for (const partition of [0, 1]) {
      const store = await openStateStore({ files: localFiles, clock: new ManualClock(), root: `${checkpoint}/state`, operatorId: 0, partition, version, keySchema, valueSchema })
      const slots = store.liveSlots(), keys = new RowArena(), values = new RowArena()
      store.readKeys(slots, slots.length, keys)
      store.readValues(slots, slots.length, values)
      const k = store.keyCodec.decode(keys), v = store.valueCodec.decode(values)
      for (let i = 0; i < slots.length; i++) {
        lines.push(`{"partition_id":${partition},"key":${json(keySchema, k.map(c => c.get(i)))},"value":${json(valueSchema, v.map(c => c.get(i)))}}`)
      }
      await store.close()
    }
    assert.deepEqual(lines.sort(), fs.readFileSync(`${folder}${query}/state.json`, 'utf8').trim().split('\n').sort())
  })

  test(`${query}: rows of every file are encoded as Spark encoded them`, () => {
    let rows = 0
    for (const partition of [0, 1]) {
      const dir = `${checkpoint}/state/0/${partition}`
      for (const name of fs.readdirSync(dir).filter(n => /^\d+\./.test(n))) {
        readStateFile(new Uint8Array(fs.readFileSync(`${dir}/${name}`)), name.endsWith('delta') ? 'delta' : 'snapshot', name, ({ keys, values }) => {
          for (const [arena, schema] of [[keys, keySchema], [values, valueSchema]] as const) {
            const types = schema.fields.map(f => f.dataType), codec = rowCodec(types)
            const short = new RowArena(), long = new RowArena(), direct = new RowArena()
            codec.encode(codec.decodeUnsafe(arena), null, arena.count, short)
            const columns = codec.decode(short)
            codec.encodeUnsafe(columns, null, arena.count, long)
            for (let i = 0; i < arena.count; i++) direct.append(encodeUnsafeRow(types, columns.map(c => c.get(i))))
            for (let i = 0; i < arena.count; i++, rows++) {
              assert.deepEqual(Buffer.from(long.row(i)).toString('hex'), Buffer.from(arena.row(i)).toString('hex'))
              assert.deepEqual(Buffer.from(direct.row(i)).toString('hex'), Buffer.from(arena.row(i)).toString('hex'))
            }
          }
        })
      }
    }
    assert.ok(rows > 1)
  })

  test(`${query}: schema and operator files are written as Spark wrote them`, async () => {
    const files = new MemoryFiles()
    await checkStateSchema({ files, root: 's', operatorId: 0, keySchema: withSparkMetadata(keySchema, checkpoint, 0), valueSchema: withSparkMetadata(valueSchema, checkpoint, 1) })
    assert.deepEqual(await files.read('s/0/0/_metadata/schema'), new Uint8Array(fs.readFileSync(`${checkpoint}/state/0/0/_metadata/schema`)))
    const entry = await readOperatorMetadata(localFiles, `${checkpoint}/state`, 0)
    assert.equal(entry!.operatorInfo.operatorName, 'stateStoreSave')
    await writeOperatorMetadata(files, 's', entry!)
    assert.equal(await files.readText('s/0/_metadata/metadata'), fs.readFileSync(`${checkpoint}/state/0/_metadata/metadata`, 'utf8'))
    assert.deepEqual(await listOperatorMetadata(files, 's'), [entry])
    // And Spark's own file passes the check.
    await checkStateSchema({ files: localFiles, root: `${checkpoint}/state`, operatorId: 0, keySchema, valueSchema })
  })
}

// What a field's metadata and nullability are is the planner's business: taken from the file, so that the test is about the form.
function withSparkMetadata(schema: StructTypeShape, checkpoint: string, which: 0 | 1): StructTypeShape {
  const text = fs.readFileSync(`${checkpoint}/state/0/0/_metadata/schema`, 'latin1')
  const parts = [...text.matchAll(/\{"type":"struct","fields":.*?\}\]\}(?=\0|$)/gs)].map(m => JSON.parse(m[0]) as { fields: SparkField[] })
  return T.structType(schema.fields.map((f, i) => fromSpark(f.name, f.dataType, parts[which]!.fields[i]!)))
}

interface SparkField { nullable: boolean; metadata: Record<string, unknown>; type: { fields?: SparkField[] } }

function fromSpark(name: string, type: DataType, spark: SparkField): T.StructFieldType {
  const dataType = type.kind === 'struct' ? T.structType(type.fields.map((f, i) => fromSpark(f.name, f.dataType, spark.type.fields![i]!))) : type
  return T.structField(name, dataType, spark.nullable, spark.metadata)
}

test('an empty delta has 46 bytes, as Spark\'s', async () => {
  const files = new MemoryFiles()
  const store = await openStateStore({ files, clock: new ManualClock(), root: 's', operatorId: 0, partition: 0, version: 0, keySchema: countKey, valueSchema: countValue })
  await store.commit()
  assert.deepEqual(await files.read('s/0/0/1.delta'), new Uint8Array(fs.readFileSync(`${folder}all-types/checkpoint/state/0/1/1.delta`)))
})
