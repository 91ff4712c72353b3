/**
 * W1 over an NDJSON file as a user writes it by hand: read, split at line ends, JSON.parse, a Map. `--parse-only` stops after JSON.parse:
 * the plainest thing that reads such a file at all.
 *
 *     node bench/peers/json-parse-file.ts FILE [--rounds 3] [--parse-only]
 */
import { readSync, openSync, closeSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { runRounds } from '../harness/rounds.ts'
import type { Totals } from '../harness/rounds.ts'
import { HandGroups } from './by-hand.ts'

const { values, positionals } = parseArgs({ allowPositionals: true, options: { rounds: { type: 'string', default: '3' }, 'parse-only': { type: 'boolean', default: false } } })
const block = Buffer.alloc(1 << 20)

/** Calls `take` with the text of every line, in order. */
function eachLine(path: string, take: (line: string) => void): void {
  const file = openSync(path, 'r')
  let rest: Buffer = Buffer.alloc(0)
  for (let read = readSync(file, block); read > 0; read = readSync(file, block)) {
    const bytes = rest.length === 0 ? block.subarray(0, read) : Buffer.concat([rest, block.subarray(0, read)])
    let start = 0
    for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, start)) {
      take(bytes.toString('utf8', start, end))
      start = end + 1
    }
    rest = Buffer.from(bytes.subarray(start))
  }
  if (rest.length > 0) take(rest.toString('utf8'))
  closeSync(file)
}

function grouped(): Totals {
  const groups = new HandGroups()
  let rows = 0
  eachLine(positionals[0], line => {
    groups.add(line)
    rows++
  })
  return groups.totals(rows)
}

/** Counts what passes the filter, so that no parse can be left out by the compiler; groups and sum are not made. */
function parsed(): Totals {
  let rows = 0
  let count = 0
  eachLine(positionals[0], line => {
    const event = JSON.parse(line)
    rows++
    if (event.tipo === 'compra' || event.tipo === 'devolucion') count++
  })
  return { rows, groups: 0, count, sum: 0 }
}

const only = values['parse-only']
await runRounds(only ? 'json-parse-only' : 'json-parse-map', `Node ${process.versions.node}`, Number(values.rounds), only ? parsed : grouped)
