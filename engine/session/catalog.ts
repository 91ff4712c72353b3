/** spark.catalog: which views, memory tables, tables and functions there are, what columns they have; dropping and emptying tables. */
import { nameText } from '../api/arguments.ts'
import { analysisError, conditionOf } from '../errors/spark-error.ts'
import { functionNames } from '../functions/registry.ts'
import type { Backend } from '../plan/backend.ts'
import { quotedTable } from '../plan/saved-table.ts'
import { simpleString, structType } from '../types/data-type.ts'

/** A view or memory table (TEMPORARY, of no catalog), or a table with files in the warehouse (MANAGED) or elsewhere (EXTERNAL). */
export interface CatalogTable {
  readonly name: string; readonly catalog: string | null; readonly namespace: readonly string[]; readonly description: string | null
  readonly tableType: 'TEMPORARY' | 'MANAGED' | 'EXTERNAL'; readonly isTemporary: boolean
}
/** A column of one of these. */
export interface CatalogColumn {
  readonly name: string; readonly description: string | null; readonly dataType: string; readonly nullable: boolean
  readonly isPartition: boolean; readonly isBucket: boolean; readonly isCluster: boolean
}
/** A database; `default` is the only one. */
export interface CatalogDatabase { readonly name: string; readonly catalog: string; readonly description: string; readonly locationUri: string }

/** A function that SQL can call: one of Spark's, or one registered with spark.udf. None has a catalog, and none tells more of itself here than its name. */
export interface CatalogFunction { readonly name: string; readonly catalog: null; readonly namespace: null; readonly description: null; readonly className: null; readonly isTemporary: true }

const catalogName = 'spark_catalog', database = 'default'

export class Catalog {
  readonly #backend: Backend

  constructor(backend: Backend) { this.#backend = backend }

  // ── databases
  /** The database that names without one belong to: `default`, the only one. */
  currentDatabase(): string { return database }
  /** The catalog of that database. */
  currentCatalog(): string { return catalogName }
  /** Throws CATALOG_NOT_FOUND for another catalog than `spark_catalog`. */
  setCurrentCatalog(name: string): void { if (name !== catalogName) throw analysisError('CATALOG_NOT_FOUND', { catalogName: '`' + name + '`' }) }
  /** The catalogs whose names fit a pattern of `*` and `|`. */
  listCatalogs(pattern?: string): { readonly name: string; readonly description: string | null }[] { return [catalogName].filter(fits(pattern)).map(name => ({ name, description: null })) }
  /** Whether there is a database of this name. */
  databaseExists(name: string): boolean { return [database, `${catalogName}.${database}`].includes(name.toLowerCase()) }
  /** Throws SCHEMA_NOT_FOUND for another database than `default`. */
  setCurrentDatabase(name: string): void { this.#known(name) }
  /** The databases whose names fit a pattern. */
  listDatabases(pattern?: string): CatalogDatabase[] { return [database].filter(fits(pattern)).map(name => this.getDatabase(name)) }
  /** A database and where its tables lie. Throws SCHEMA_NOT_FOUND. */
  getDatabase(name: string): CatalogDatabase {
    this.#known(name)
    return { name: database, catalog: catalogName, description: 'default database', locationUri: this.#backend.getConf('spark.sql.warehouse.dir')! }
  }

  // ── tables and views
  /** The tables of a database and the temporary views and memory tables, sorted by name; with a pattern those whose names fit it, in any case: `*` for any text, `|` between two. `spark.catalog.listTables(null, "ventas*|gastos")` */
  listTables(dbName?: string | null, pattern?: string): CatalogTable[] {
    if (dbName != null) this.#known(dbName)
    return this.#backend.tableNames().filter(fits(pattern)).map(name => this.#table(name))
  }
  /** The temporary views and memory tables among them. */
  listViews(dbName?: string | null, pattern?: string): CatalogTable[] { return this.listTables(dbName, pattern).filter(t => t.isTemporary) }
  /** One of them. Throws TABLE_OR_VIEW_NOT_FOUND. */
  getTable(name: string): CatalogTable { this.#there(name); return this.#table(name) }
  /** Whether there is a view, memory table or table of this name, in a database if one is given. */
  tableExists(name: string, dbName?: string | null): boolean {
    const whole = within(name, dbName)
    return this.#backend.viewPlan(whole) !== null || this.#backend.tableNames().includes(whole.toLowerCase()) || this.#backend.savedTable(whole) !== null
  }
  /** The columns of a view or table. Throws TABLE_OR_VIEW_NOT_FOUND. */
  listColumns(name: string, dbName?: string | null): CatalogColumn[] {
    const whole = within(name, dbName)
    this.#there(whole)
    const partitions = (this.#saved(whole)?.partitionBy ?? []).map(c => c.toLowerCase())
    return this.#backend.schemaOf({ kind: 'table', name: whole }).fields.map(f => ({ name: f.name, description: null, dataType: simpleString(f.dataType), nullable: f.nullable, isPartition: partitions.includes(f.name.toLowerCase()), isBucket: false, isCluster: false }))
  }
  /** Forgets a table, with its files where they lie in the warehouse. Throws TABLE_OR_VIEW_NOT_FOUND unless `ifExists`. `await spark.catalog.dropTable("ventas")` */
  async dropTable(name: string, ifExists = false): Promise<void> { if (!await this.#backend.dropTable(name) && !ifExists) throw missing(name) }
  /** Takes all rows out of a table. Throws TABLE_OR_VIEW_NOT_FOUND. `await spark.catalog.truncateTable("ventas")` */
  async truncateTable(name: string): Promise<void> {
    if (this.#saved(name) === null) throw missing(name)
    const schema = structType(this.#backend.schemaOf({ kind: 'table', name }).fields)
    await this.#backend.saveTable({ plan: { kind: 'local-data', schema, batches: [] }, format: '', mode: 'overwrite', options: {}, path: null, partitionBy: [], table: name, how: 'insert' })
  }
  /** Forgets a view. Throws TABLE_OR_VIEW_NOT_FOUND unless `ifExists`. */
  dropView(name: string, ifExists = false): void { if (!this.#backend.dropTempView(name) && !ifExists) throw missing(name) }
  /** Forgets a view of `global_temp`; false where there is none of that name. `spark.catalog.dropGlobalTempView("clientes")` */
  dropGlobalTempView(name: string): boolean { return this.#backend.dropTempView(`global_temp.${name}`) }
  /** Forgets a view; false where there is none of that name. DataFrames made from it stay as they are. */
  dropTempView(name: string): boolean { return this.#backend.dropTempView(name) }
  /** Nothing of a table is kept that could be old: whoever names it looks at its files anew. Throws TABLE_OR_VIEW_NOT_FOUND. */
  refreshTable(name: string): void { this.#there(name) }
  /** The same of a directory. */
  refreshByPath(_path: string): void {}

  // ── functions
  /** Whether SQL can call a function of this name: one of Spark's, or one registered with spark.udf. `spark.catalog.functionExists("window")` */
  functionExists(name: string): boolean {
    nameText('functionExists', name)
    try {
      this.#backend.schemaOf({ kind: 'project', expressions: [{ kind: 'unresolved-call', name, args: [] }], child: { kind: 'range', start: 0n, end: 1n, step: 1n } })
      return true
    } catch (e) {
      // That its arguments are missing says that it is there; what has no condition says nothing.
      const condition = conditionOf(e)
      if (condition === null) throw e
      return condition !== 'UNRESOLVED_ROUTINE'
    }
  }

  /** The functions that SQL can call, sorted by name; with a pattern those whose names fit it. Throws SCHEMA_NOT_FOUND. `spark.catalog.listFunctions(null, "tuple_*|theta_*")` */
  listFunctions(dbName?: string | null, pattern?: string): CatalogFunction[] {
    if (dbName != null) this.#known(dbName)
    // A name with a space is none that SQL can write.
    return [...new Set([...functionNames().filter(name => !name.includes(' ')), ...this.#backend.registeredFunctions()])].filter(fits(pattern)).sort().map(functionOf)
  }
  /** A function by its name. Throws UNRESOLVED_ROUTINE. `spark.catalog.getFunction("window")` */
  getFunction(name: string): CatalogFunction {
    if (!this.functionExists(name)) throw analysisError('UNRESOLVED_ROUTINE', { routineName: '`' + name + '`' })
    return functionOf(name)
  }

  #known(dbName: string): void { if (!this.databaseExists(dbName)) throw analysisError('SCHEMA_NOT_FOUND', { schemaName: '`' + dbName + '`' }) }
  #there(name: string): void { if (!this.tableExists(name)) throw missing(name) }
  #saved(name: string): ReturnType<Backend['savedTable']> { return this.#backend.viewPlan(name) === null ? this.#backend.savedTable(name) : null }
  #table(name: string): CatalogTable {
    const saved = this.#saved(name)
    if (saved === null) return { name, catalog: null, namespace: [], description: null, tableType: 'TEMPORARY', isTemporary: true }
    return { name: saved.name, catalog: catalogName, namespace: [database], description: null, tableType: saved.managed ? 'MANAGED' : 'EXTERNAL', isTemporary: false }
  }
}

const functionOf = (name: string): CatalogFunction => ({ name, catalog: null, namespace: null, description: null, className: null, isTemporary: true })

const within = (name: string, dbName: string | null | undefined): string => (dbName == null ? name : `${dbName}.${name}`)

const missing = (name: string): Error => analysisError('TABLE_OR_VIEW_NOT_FOUND', { relationName: quotedTable(name) })

function fits(pattern: string | undefined): (name: string) => boolean {
  if (pattern === undefined) return () => true
  const forms = pattern.split('|').map(p => new RegExp(`^${p.trim().split(/\*+/).map(text => text.replace(/[\\^$.+?()[\]{}]/g, '\\$&')).join('.*')}$`, 'i'))
  return name => forms.some(f => f.test(name))
}
