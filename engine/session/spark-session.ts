/** SparkSession: the door to everything: reading, SQL functions on rows made here, confs, running queries. */
import { sparkVersion } from '../functions/session-names.ts'
import { batchOfRows, ValueMismatch, type Row } from '../columns/rows.ts'
import { analysisError } from '../errors/spark-error.ts'
import { setLiteralTimeZone } from '../expressions/typed-literals.ts'
import type { Backend } from '../plan/backend.ts'
import { streamOfTable } from '../plan/saved-table.ts'
import { parseSchema } from '../types/ddl.ts'
import { structType, type StructTypeShape } from '../types/data-type.ts'
import { nameText } from '../api/arguments.ts'
import { DataFrame } from '../api/dataframe.ts'
import { registerSession, type Session } from '../api/session.ts'
import { DataFrameReader } from '../api/data-frame-reader.ts'
import { DataStreamReader } from '../api/data-stream-reader.ts'
import { TableValuedFunction } from '../api/table-valued-function.ts'
import { checkRows, inferSchema } from '../api/row-inference.ts'
import { parseStatement } from '../sql/parse-statement.ts'
import { Catalog } from './catalog.ts'
import { SparkSessionBuilder } from './builder.ts'
import { RuntimeConf } from './conf.ts'
import { runCommand } from './sql-commands.ts'
import { StreamingQueryManager } from './streams.ts'
import { UDFRegistration } from './udf-registration.ts'

export class SparkSession implements Session {
  /** `SparkSession.builder.appName("mi-app").getOrCreate()` */
  static get builder(): SparkSessionBuilder { return new SparkSessionBuilder() }

  /** The session that getOrCreate gave, null before. */
  static getActiveSession(): SparkSession | null { return SparkSessionBuilder.current }
  /** The same; throws NO_ACTIVE_OR_DEFAULT_SESSION where there is none. */
  static active(): SparkSession {
    const session = SparkSessionBuilder.current
    if (session === null) throw analysisError('NO_ACTIVE_OR_DEFAULT_SESSION')
    return session
  }

  /** The Spark version whose behaviour this is. */
  readonly version = sparkVersion
  /** What runs the plans. Not part of the public API. */
  readonly backend: Backend
  readonly conf: RuntimeConf
  readonly streams: StreamingQueryManager
  /** The user's functions that SQL text can call: `spark.udf.register(name, f, type)`. */
  readonly udf: UDFRegistration
  /** The temporary views and memory tables by name: `spark.catalog.listTables()`. */
  readonly catalog: Catalog

  constructor(backend: Backend) {
    this.backend = backend
    this.conf = new RuntimeConf(backend)
    this.streams = new StreamingQueryManager(backend)
    this.catalog = new Catalog(backend)
    this.udf = new UDFRegistration(backend)
    registerSession(backend, this)
    setLiteralTimeZone(backend.getConf('spark.sql.session.timeZone') ?? 'UTC')
  }

  /** Reads a batch: `spark.read.schema("id BIGINT").json(path)`. */
  get read(): DataFrameReader { return new DataFrameReader(this.backend) }
  /** Reads a stream: `spark.readStream.format("kafka").option(…).load()`. */
  get readStream(): DataStreamReader { return new DataStreamReader(this.backend) }

  /** Functions that make rows, such as explode, as DataFrames: `df.lateralJoin(spark.tvf.explode(F.col("items").outer()))`. */
  get tvf(): TableValuedFunction { return new TableValuedFunction(this.backend) }

  /**
   * A DataFrame of these rows: objects by column name, or arrays in column order.
   * `schema` is a StructType, DDL text, or the column names; without it types come from the values (whole numbers are BIGINT).
   */
  createDataFrame(rows: readonly (Row | readonly unknown[])[], schema?: StructTypeShape | string | readonly string[]): DataFrame {
    const names = Array.isArray(schema) ? (schema as readonly string[]) : null
    if (!Array.isArray(rows)) throw analysisError('NOT_EXPECTED_TYPE', { argName: 'of createDataFrame()', expectedType: 'a list of rows', argType: typeof rows })
    const shape = typeof schema === 'string' ? parseSchema(schema) : schema === undefined || names !== null ? inferSchema(rows, names) : (schema as StructTypeShape)
    if (schema !== undefined && names === null) checkRows(rows, shape)
    try {
      return new DataFrame({ kind: 'local-data', schema: shape, batches: [batchOfRows(shape, rows)] }, this.backend)
    } catch (e) {
      if (e instanceof ValueMismatch) throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: e.message, advice: 'Correct the value, or give another schema.' }, e)
      throw e
    }
  }

  /** `range(end)`, `range(start, end)`, `range(start, end, step)`: one column `id BIGINT`. */
  range(start: number | bigint, end?: number | bigint, step: number | bigint = 1): DataFrame {
    const [from, to] = end === undefined ? [0n, BigInt(start)] : [BigInt(start), BigInt(end)]
    if (BigInt(step) === 0n) throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: 'the step of a range is 0', advice: 'Give a step above or below 0.' })
    return new DataFrame({ kind: 'range', start: from, end: to, step: BigInt(step) }, this.backend)
  }

  /** A temporary view, the table of a memory sink, or a table that saveAsTable or toTable made. `spark.table("clicks").groupBy("page").count()` */
  table(name: string): DataFrame {
    const view = this.backend.viewPlan(nameText('table', name))
    return new DataFrame(view === null ? { kind: 'table', name } : { kind: 'alias', name: name.split('.').at(-1)!, child: view }, this.backend)
  }

  /**
   * SQL text: SELECT over temporary views, of batches and of streams, with joins (NATURAL, LATERAL), GROUP BY (ROLLUP, CUBE), HAVING, ORDER BY, LIMIT, UNION, EXCEPT, INTERSECT, WITH, WITH RECURSIVE over batches, VALUES, table functions (range, explode, posexplode, inline, stack, json_tuple), PIVOT, UNPIVOT, TABLESAMPLE, time windows, and subqueries (IN and EXISTS in WHERE, also correlated; the value of a query in WHERE and in a select list without grouping);
   * CREATE [OR REPLACE] [GLOBAL] TEMP VIEW … AS SELECT; DROP VIEW; SHOW TABLES; DESCRIBE name; SET key = value. The result is a DataFrame like any other.
   * CREATE TABLE name [USING format] [PARTITIONED BY (…)] [LOCATION path] AS SELECT, INSERT INTO (OVERWRITE) and DROP TABLE write files: await them. `await spark.sql("INSERT INTO ventas SELECT * FROM nuevas")`
   * UPDATE … SET, DELETE FROM and MERGE INTO (all clauses) change the rows of a Delta table, by name or as ``delta.`/path` ``: await them; the result says how many rows.
   * `await spark.sql("MERGE INTO precios AS p USING nuevos AS n ON p.id = n.id WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *")`
   * Throws PARSE_SYNTAX_ERROR with the place, TABLE_OR_VIEW_NOT_FOUND, MICROLOTE_NOT_SUPPORTED for statements of another kind.
   * `spark.sql("SELECT page, count(*) AS n FROM clicks GROUP BY page HAVING n > 10")`
   */
  sql(text: string): DataFrame {
    const statement = parseStatement(text, name => this.backend.viewPlan(name), name => streamOfTable(this.backend.savedTable(name)))
    switch (statement.kind) {
      case 'query': { const df = new DataFrame(statement.plan, this.backend); if (this.backend.eager) this.backend.schemaOf(statement.plan); return df }
      case 'create-view': this.backend.schemaOf(statement.plan); this.backend.createTempView(statement.name, statement.plan, statement.replace); break
      case 'drop-view': if (!this.backend.dropTempView(statement.name) && !statement.ifExists) throw analysisError('TABLE_OR_VIEW_NOT_FOUND', { relationName: '`' + statement.name + '`' }); break
      default: return runCommand(this.backend, statement, (key, value) => this.conf.set(key, value))
    }
    return this.createDataFrame([], structType([]))
  }

  /** A session beside this one: it shares its tables, and has confs, temporary views and functions of its own. */
  newSession(): SparkSession { return new SparkSession(this.backend.newSession()) }
  /** A DataFrame without rows and columns. */
  get emptyDataFrame(): DataFrame { return this.createDataFrame([], structType([])) }

  /** Stops every query. The session may be used again. */
  async stop(): Promise<void> { await this.backend.stop() }

  toString(): string { return `SparkSession(microlote, Spark ${this.version})` }
  [Symbol.for('nodejs.util.inspect.custom')](): string { return this.toString() }
}
