/** Statements that are no queries: tables made, filled and dropped, SHOW, DESCRIBE, SET. */
import { analysisError } from '../errors/spark-error.ts'
import type { LogicalPlan } from '../plan/logical-plan.ts'
import { parseQuery } from './parse-query.ts'
import { parseShow } from './parse-show.ts'
import type { SqlReader } from './reader.ts'
import type { Statement } from './statement.ts'
import { tableName } from './table-name.ts'

/** The statement that begins with this word, null where it is none of these. */
export function parseCommand(r: SqlReader, word: string): Statement | null {
  switch (word) {
    case 'insert': return insert(r)
    case 'show': return parseShow(r)
    case 'describe': case 'desc': return describe(r)
    case 'set': return set(r)
    default: return null
  }
}

/** Behind CREATE [OR REPLACE] TABLE. */
export function createTable(r: SqlReader, replace: boolean): Statement {
  const { tokens } = r, ifNotExists = r.words('if', 'not', 'exists'), name = tableName(r)
  const typed = (): Error => analysisError('MICROLOTE_NOT_SUPPORTED', { feature: 'CREATE TABLE without AS SELECT', advice: 'Write CREATE TABLE name USING parquet AS SELECT …, or df.write.saveAsTable(name); toTable(name) makes the table of a stream.' })
  if (tokens.isSymbol('(')) throw typed()
  let format = '', path: string | null = null, partitionBy: readonly string[] = []
  for (;;) {
    if (tokens.word('using')) format = tokens.name().toLowerCase()
    else if (r.words('partitioned', 'by')) partitionBy = r.names()
    else if (tokens.word('location')) {
      const t = tokens.take()
      if (t.kind !== 'string') throw tokens.unexpected(' LOCATION takes a path in quotes.')
      path = t.text
    } else break
  }
  for (const w of ['options', 'tblproperties', 'comment', 'clustered', 'cluster']) if (tokens.isWord(w)) throw analysisError('MICROLOTE_NOT_SUPPORTED', { feature: `${w.toUpperCase()} in CREATE TABLE`, advice: 'Leave it out, or use df.write.option(…).saveAsTable(name).' })
  if (!tokens.word('as') && !tokens.isWord('select')) throw typed()
  return { kind: 'create-table', name, format, path, partitionBy, replace, ifNotExists, plan: parseQuery(r) }
}

function insert(r: SqlReader): Statement {
  const { tokens } = r
  tokens.take()
  const overwrite = tokens.word('overwrite')
  if (!overwrite) tokens.expectWord('into')
  tokens.word('table')
  const name = tableName(r)
  if (tokens.isWord('partition') || tokens.isWord('replace')) throw analysisError('MICROLOTE_NOT_SUPPORTED', { feature: `${tokens.peek().text.toUpperCase()} in INSERT`, advice: 'Select the partition columns as the last ones.' })
  const byName = r.words('by', 'name'), columns = !byName && tokens.isSymbol('(') && !tokens.isWord('select', 1) ? r.names() : null
  if (overwrite && (byName || columns !== null)) throw analysisError('MICROLOTE_NOT_SUPPORTED', { feature: 'INSERT OVERWRITE with names of columns', advice: 'Select the columns in the order of the table.' })
  const query = parseQuery(r)
  const plan: LogicalPlan = columns === null ? query : { kind: 'to-df', names: columns, child: query }
  return { kind: 'insert', name, plan, overwrite, byName: byName || columns !== null }
}

function describe(r: SqlReader): Statement {
  const { tokens } = r
  tokens.take()
  tokens.word('table')
  for (const w of ['extended', 'formatted', 'history', 'detail', 'function', 'database', 'schema', 'query']) if (tokens.isWord(w) && tokens.isName(1)) throw analysisError('MICROLOTE_NOT_SUPPORTED', { feature: `DESCRIBE ${w.toUpperCase()}`, advice: 'Use df.printSchema(), or DeltaTable.history() and detail().' })
  return { kind: 'describe', name: tableName(r) }
}

// What stands behind = is taken as it is, up to the end.
function set(r: SqlReader): Statement {
  const found = /^\s*set\s+([\w.-]+)\s*(?:=\s*(.*?)\s*)?;?\s*$/is.exec(r.tokens.text)
  if (found === null || found[1]!.toLowerCase() === 'time') throw analysisError('MICROLOTE_NOT_SUPPORTED', { feature: 'This form of SET', advice: 'Write SET key = value, or spark.conf.set(key, value); spark.conf.getAll has all values.' })
  while (!r.tokens.atEnd) r.tokens.take()
  return { kind: 'set', key: found[1]!, value: found[2] ?? null }
}
