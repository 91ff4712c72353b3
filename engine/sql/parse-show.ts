/** SHOW TABLES, VIEWS, FUNCTIONS, COLUMNS, DATABASES, CATALOGS. */
import { parseError } from '../errors/spark-error.ts'
import type { SqlReader } from './reader.ts'
import type { ShowStatement } from './statement.ts'
import { tableName } from './table-name.ts'

/** A statement that begins with SHOW; null where it shows something else. Throws INVALID_SQL_SYNTAX.SHOW_FUNCTIONS_INVALID_SCOPE. */
export function parseShow(r: SqlReader): ShowStatement | null {
  const { tokens } = r
  for (const [scope, words] of [['user', ['user', 'functions']], ['system', ['system', 'functions']], ['all', ['all', 'functions']], ['all', ['functions']]] as const) {
    if (!r.words('show', ...words)) continue
    const database = inside(r)
    return { kind: 'show', what: 'functions', scope, database, pattern: pattern(r, true), table: null }
  }
  if (tokens.isName(1) && tokens.isWord('functions', 2)) throw parseError('INVALID_SQL_SYNTAX.SHOW_FUNCTIONS_INVALID_SCOPE', { scope: tokens.peek(1).text })
  for (const what of ['tables', 'views'] as const) if (r.words('show', what)) { const database = inside(r); return { kind: 'show', what, scope: 'all', database, pattern: pattern(r, false), table: null } }
  for (const word of ['databases', 'schemas', 'namespaces'] as const) if (r.words('show', word)) return { kind: 'show', what: 'databases', scope: 'all', database: null, pattern: pattern(r, false), table: null }
  if (r.words('show', 'catalogs')) return { kind: 'show', what: 'catalogs', scope: 'all', database: null, pattern: pattern(r, false), table: null }
  if (!r.words('show', 'columns')) return null
  if (!tokens.word('in')) tokens.expectWord('from')
  const table = tableName(r)
  return { kind: 'show', what: 'columns', scope: 'all', database: inside(r), pattern: null, table }
}

const inside = (r: SqlReader): string | null => (r.tokens.word('in') || r.tokens.word('from') ? tableName(r) : null)

// LIKE may be left out; a function may also stand without quotes.
function pattern(r: SqlReader, named: boolean): string | null {
  const { tokens } = r, like = tokens.word('like')
  if (tokens.peek().kind === 'string') return tokens.take().text
  if (named && tokens.isName()) return tableName(r)
  if (like) throw tokens.unexpected(" A pattern such as 'ventas*' is expected here.")
  return null
}
