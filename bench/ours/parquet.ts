/**
 * Parquet written and read by the engine: bytes in memory, batches of typed arrays, snappy.
 *
 *     node bench/ours/parquet.ts write|read FILE [--rows 1000000] [--rounds 3]
 *
 * `write` leaves the file of its last round.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { Batch } from '../../engine/columns/batch.ts'
import { FixedVector } from '../../engine/columns/fixed-vector.ts'
import { StringVector } from '../../engine/columns/string-vector.ts'
import { readParquet } from '../../engine/formats/parquet/reader.ts'
import { ParquetWriter } from '../../engine/formats/parquet/writer.ts'
import { parseSchema } from '../../engine/types/ddl.ts'
import { runRounds } from '../harness/rounds.ts'
import { parquetColumns } from '../input/parquet-rows.ts'

const { values, positionals } = parseArgs({ allowPositionals: true, options: { rows: { type: 'string', default: '1000000' }, rounds: { type: 'string', default: '3' } } })
const rows = Number(values.rows), [what, file] = positionals
const schema = parseSchema('id BIGINT, sensor STRING, value DOUBLE, at TIMESTAMP, ok BOOLEAN, level INT'), types = schema.fields.map(f => f.dataType)
const version = `microlote, Node ${process.versions.node}`

if (what === 'write') {
  const c = parquetColumns(rows)
  const all = new Batch([new FixedVector(types[0]!, c.id, null), new StringVector([...c.sensor], null), new FixedVector(types[2]!, c.value, null), new FixedVector(types[3]!, c.at, null), new FixedVector(types[4]!, c.ok, null), new FixedVector(types[5]!, c.level, null)], rows)
  let bytes = new Uint8Array(0)
  await runRounds('microlote', version, Number(values.rounds), () => {
    const writer = new ParquetWriter(schema, { codec: 'snappy' }), pieces: Uint8Array[] = []
    for (let i = 0; i < rows; i += 8192) pieces.push(...writer.add(all.slice(i, Math.min(rows, i + 8192))))
    pieces.push(...writer.finish())
    bytes = new Uint8Array(Buffer.concat(pieces))
    return { rows, groups: 6, count: rows, sum: bytes.length }
  })
  writeFileSync(file!, bytes)
} else {
  const bytes = new Uint8Array(readFileSync(file!))
  await runRounds('microlote', version, Number(values.rounds), async () => {
    let count = 0, sum = 0
    for await (const b of readParquet({ path: file!, sizeBytes: bytes.length, read: async (start, end) => bytes.subarray(start, end) }, schema, [0, 1, 2, 3, 4, 5], [], 8192)) {
      const sensor = b.columns[1]!, level = (b.columns[5] as FixedVector).data as Int32Array
      // The texts are asked for too, as the peers have them made.
      for (let i = 0; i < b.length; i++) { sum += level[i]!; count += (sensor.get(i) as string).length > 0 ? 1 : 0 }
    }
    return { rows, groups: 6, count, sum }
  })
}
