/** spark.catalog: which temporary views and memory tables there are, what columns they have. */
import { analysisError } from '../errors/spark-error.ts'
import type { Backend } from '../plan/backend.ts'
import { simpleString } from '../types/data-type.ts'

/** One entry of listTables: all tables here are temporary. */
export interface CatalogTable { readonly name: string; readonly tableType: 'TEMPORARY'; readonly isTemporary: true }
/** One entry of listColumns. */
export interface CatalogColumn { readonly name: string; readonly dataType: string; readonly nullable: boolean }

export class Catalog {
  readonly #backend: Backend

  constructor(backend: Backend) { this.#backend = backend }

  /** The views and memory tables, sorted by name. */
  listTables(): CatalogTable[] { return this.#backend.tableNames().map(name => ({ name, tableType: 'TEMPORARY', isTemporary: true })) }
  /** Whether there is a view or memory table of this name. */
  tableExists(name: string): boolean { return this.#backend.tableNames().includes(name.toLowerCase()) }
  /** The columns of a view or memory table. Throws TABLE_OR_VIEW_NOT_FOUND. */
  listColumns(name: string): CatalogColumn[] {
    if (!this.tableExists(name)) throw analysisError('TABLE_OR_VIEW_NOT_FOUND', { relationName: '`' + name + '`' })
    return this.#backend.schemaOf({ kind: 'table', name }).fields.map(f => ({ name: f.name, dataType: simpleString(f.dataType), nullable: f.nullable }))
  }
  /** Forgets a view; false where there is none of that name. DataFrames made from it stay as they are. */
  dropTempView(name: string): boolean { return this.#backend.dropTempView(name) }
}
