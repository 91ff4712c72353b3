/** spark.catalog: which temporary views and memory tables there are, what columns they have. */
import { analysisError } from '../errors/spark-error.ts'
import type { Backend } from '../plan/backend.ts'
import { simpleString } from '../types/data-type.ts'

/** One entry of listTables: a view or memory table (TEMPORARY), or a table with files in the warehouse (MANAGED) or elsewhere (EXTERNAL). */
export interface CatalogTable { readonly name: string; readonly tableType: 'TEMPORARY' | 'MANAGED' | 'EXTERNAL'; readonly isTemporary: boolean }
/** One entry of listColumns. */
export interface CatalogColumn { readonly name: string; readonly dataType: string; readonly nullable: boolean }

export class Catalog {
  readonly #backend: Backend

  constructor(backend: Backend) { this.#backend = backend }

  /** The views, memory tables and tables, sorted by name. */
  listTables(): CatalogTable[] {
    return this.#backend.tableNames().map(name => {
      const saved = this.#backend.viewPlan(name) === null ? this.#backend.savedTable(name) : null
      return { name, tableType: saved === null ? 'TEMPORARY' : saved.managed ? 'MANAGED' : 'EXTERNAL', isTemporary: saved === null }
    })
  }
  /** The database that names without one belong to: `default`, the only one. */
  currentDatabase(): string { return 'default' }
  /** The catalog of that database. */
  currentCatalog(): string { return 'spark_catalog' }
  /** Whether there is a database of this name. */
  databaseExists(name: string): boolean { return name.toLowerCase() === 'default' }
  /** Throws SCHEMA_NOT_FOUND for another database than `default`. */
  setCurrentDatabase(name: string): void { if (!this.databaseExists(name)) throw analysisError('SCHEMA_NOT_FOUND', { schemaName: '`' + name + '`' }) }
  /** Whether there is a view, memory table or table of this name. */
  tableExists(name: string): boolean { return this.#backend.viewPlan(name) !== null || this.#backend.tableNames().includes(name.toLowerCase()) || this.#backend.savedTable(name) !== null }
  /** The columns of a view or memory table. Throws TABLE_OR_VIEW_NOT_FOUND. */
  listColumns(name: string): CatalogColumn[] {
    if (!this.tableExists(name)) throw analysisError('TABLE_OR_VIEW_NOT_FOUND', { relationName: '`' + name + '`' })
    return this.#backend.schemaOf({ kind: 'table', name }).fields.map(f => ({ name: f.name, dataType: simpleString(f.dataType), nullable: f.nullable }))
  }
  /** Forgets a view of `global_temp`; false where there is none of that name. `spark.catalog.dropGlobalTempView("clientes")` */
  dropGlobalTempView(name: string): boolean { return this.#backend.dropTempView(`global_temp.${name}`) }
  /** Forgets a view; false where there is none of that name. DataFrames made from it stay as they are. */
  dropTempView(name: string): boolean { return this.#backend.dropTempView(name) }
}
