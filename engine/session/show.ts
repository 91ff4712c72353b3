/** What SHOW shows: the tables, views, functions, columns, databases and catalogs of a session as rows. */
import { DataFrame } from '../api/dataframe.ts'
import { batchOfRows } from '../columns/rows.ts'
import type { Backend } from '../plan/backend.ts'
import type { ShowStatement } from '../sql/statement.ts'
import { parseSchema } from '../types/ddl.ts'
import { Catalog } from './catalog.ts'

/** The rows of a SHOW statement. Throws SCHEMA_NOT_FOUND, TABLE_OR_VIEW_NOT_FOUND. `spark.sql("SHOW FUNCTIONS LIKE 'tuple_*'")` */
export function showRows(backend: Backend, s: ShowStatement): DataFrame {
  const catalog = new Catalog(backend), pattern = s.pattern ?? undefined
  const rows = (schema: string, list: readonly (readonly unknown[])[]): DataFrame => {
    const shape = parseSchema(schema)
    return new DataFrame({ kind: 'local-data', schema: shape, batches: [batchOfRows(shape, list)] }, backend)
  }
  switch (s.what) {
    case 'tables': case 'views': {
      const shown = s.what === 'tables' ? catalog.listTables(s.database, pattern) : catalog.listViews(s.database, pattern)
      return rows(`namespace STRING NOT NULL, ${s.what === 'tables' ? 'tableName' : 'viewName'} STRING NOT NULL, isTemporary BOOLEAN NOT NULL`, shown.map(t => [t.namespace[0] ?? '', t.name, t.isTemporary]))
    }
    case 'functions': {
      const own = new Set(backend.registeredFunctions())
      return rows('function STRING NOT NULL', catalog.listFunctions(s.database, pattern).filter(f => s.scope === 'all' || own.has(f.name) === (s.scope === 'user')).map(f => [f.name]))
    }
    case 'columns': return rows('col_name STRING NOT NULL', catalog.listColumns(s.table!, s.database).map(c => [c.name]))
    case 'databases': return rows('namespace STRING NOT NULL', catalog.listDatabases(pattern).map(d => [d.name]))
    case 'catalogs': return rows('catalog STRING NOT NULL', catalog.listCatalogs(pattern).map(c => [c.name]))
  }
}
