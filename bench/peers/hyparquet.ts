/**
 * The same with hyparquet-writer and hyparquet.
 *
 *     node bench/peers/hyparquet.ts write|read FILE [--rows 1000000] [--rounds 3]
 */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { parquetRead } from 'hyparquet'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { runRounds } from '../harness/rounds.ts'
import { parquetColumns } from '../input/parquet-rows.ts'

const { values, positionals } = parseArgs({ allowPositionals: true, options: { rows: { type: 'string', default: '1000000' }, rounds: { type: 'string', default: '3' } } })
const rows = Number(values.rows), [what, file] = positionals

if (what === 'write') {
  const c = parquetColumns(rows), ok = Array.from(c.ok, v => v === 1)
  await runRounds('hyparquet', 'hyparquet-writer 0.17.0', Number(values.rounds), () => {
    const made = parquetWriteBuffer({ columnData: [
      { name: 'id', data: c.id, type: 'INT64' }, { name: 'sensor', data: c.sensor as string[], type: 'STRING' }, { name: 'value', data: c.value, type: 'DOUBLE' },
      { name: 'at', data: c.at, type: 'INT64' }, { name: 'ok', data: ok, type: 'BOOLEAN' }, { name: 'level', data: c.level, type: 'INT32' },
    ] })
    return { rows, groups: 6, count: rows, sum: made.byteLength }
  })
} else {
  const bytes = readFileSync(file!), buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer
  await runRounds('hyparquet', 'hyparquet 1.31.5', Number(values.rounds), async () => {
    let count = 0, sum = 0
    await parquetRead({
      file: { byteLength: buffer.byteLength, slice: (start, end) => buffer.slice(start, end) },
      onChunk: chunk => {
        if (chunk.columnName === 'level') for (const v of chunk.columnData as ArrayLike<number> & Iterable<number>) sum += v
        if (chunk.columnName === 'sensor') for (const v of chunk.columnData as ArrayLike<string> & Iterable<string>) count += v.length > 0 ? 1 : 0
      },
    })
    return { rows, groups: 6, count, sum }
  })
}
