/** Runs a recorded streaming scenario through the engine: the same files, the same steps, the same questions to progress. */
import { mkdtempSync, mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { conditionOf, StreamingQueryException } from '../../engine/errors/spark-error.ts'
import { DataFrame } from '../../engine/api/dataframe.ts'
import { Column } from '../../engine/api/column.ts'
import { systemClock, type Clock } from '../../engine/observe/clock.ts'
import type { StreamingQuery } from '../../engine/api/streaming-query.ts'
import type { StreamingQueryProgress } from '../../engine/observe/progress.ts'
import { parseExpression, parseSortOrder } from '../../engine/expressions/parser.ts'
import { setLiteralTimeZone } from '../../engine/expressions/typed-literals.ts'
import { SparkSession } from '../../engine/session/spark-session.ts'
import { LocalBackend } from '../../engine/local/backend.ts'
import { parseSchema } from '../../engine/types/ddl.ts'
import { simpleString } from '../../engine/types/data-type.ts'
import { defaultConfs, sameCondition } from './expressions.ts'
import { callOne, registerUserFunctions } from './frames.ts'
import { applyGroupState } from './group-state.ts'
import { jsonLines, readRows } from './rows.ts'
import { applyTransformWithState } from './transform-with-state.ts'
import { difference, encode, pythonJson } from './values.ts'

type Op = Readonly<Record<string, any>>
export interface Scenario {
  readonly name: string; readonly confs?: Readonly<Record<string, string>>
  readonly sources?: Readonly<Record<string, { readonly schema: string }>>; readonly static?: Readonly<Record<string, { readonly schema: string; readonly rows: readonly unknown[] }>>
  readonly pipeline: readonly Op[]; readonly outputMode?: string; readonly steps: readonly Readonly<Record<string, any>>[]; readonly expect?: any
}

/** Applies a pipeline's operations in order. */
export function build(steps: readonly Op[], inputs: ReadonlyMap<string, DataFrame>): DataFrame {
  let df: any
  for (const step of steps) df = 'call' in step ? callOne(df, step['call']) : apply(df, step, inputs)
  return df as DataFrame
}

const column = (text: string): Column => new Column(parseExpression(text))

function apply(df: DataFrame | undefined, step: Op, inputs: ReadonlyMap<string, DataFrame>): DataFrame {
  const [op, arg] = Object.entries(step)[0]!
  const d = df!
  switch (op) {
    case 'from': return inputs.get(arg)!
    case 'as': return d.alias(arg)
    case 'select': return d.selectExpr(...arg)
    case 'where': return d.where(arg)
    case 'withColumn': return d.withColumn(arg[0], column(arg[1]))
    case 'drop': return d.drop(...arg)
    case 'withWatermark': return d.withWatermark(arg[0], arg[1])
    case 'distinct': return d.distinct()
    case 'dropDuplicates': return d.dropDuplicates(arg)
    case 'dropDuplicatesWithinWatermark': return d.dropDuplicatesWithinWatermark(arg)
    case 'union': return d.union(build(arg, inputs))
    case 'unionByName': return d.unionByName(build(arg, inputs))
    case 'except': return d.exceptAll(build(arg, inputs))
    case 'intersect': return d.intersect(build(arg, inputs))
    case 'orderBy': return d.orderBy(...(arg as string[]).map(t => new Column(parseSortOrder(t))))
    case 'limit': return d.limit(arg)
    case 'groupBy': return d.groupBy(...(arg.keys as string[]).map(column)).agg(...(arg.agg as string[]).map(column))
    case 'join': return d.join(build(arg.right, inputs), arg.using ?? (arg.on === undefined ? null : column(arg.on)), arg.how ?? 'inner')
    case 'sql': {
      for (const [name, frame] of inputs) frame.createOrReplaceTempView(name)
      if (df !== undefined) d.createOrReplaceTempView('input')
      return [...inputs.values()][0]!.sparkSession.sql(arg)
    }
    case 'groupState': return applyGroupState(d, arg)
    case 'transformWithState': return applyTransformWithState(d, arg)
    default: throw new Error(`the operation ${op} is not understood yet`)
  }
}

// The recorder goes through Python, whose operator has a name of its own; ours is that of Scala's method.
const recordedName = (name: string): string => (name === 'flatMapGroupsWithState' ? 'applyInPandasWithState' : name === 'transformWithStateExec' ? processorName : name)

/** The rows of a batch as the recordings write them: sorted by their text unless the pipeline orders them. */
export async function encodedRows(batch: DataFrame, ordered: boolean): Promise<unknown[][]> {
  const result = await batch.backend.collect(batch.plan)
  const rows = result.batches.flatMap(b => Array.from({ length: b.length }, (_, i) => result.schema.fields.map((f, k) => encode(f.dataType, b.columns[k]!.get(i)))))
  return ordered ? rows : sortedByText(rows)
}

// What JSON has no number for, as text: doubles that are none, and whole numbers that a double cannot hold.
const withNamedNumbers = (v: unknown): unknown => (typeof v === 'bigint' || (typeof v === 'number' && !Number.isFinite(v)) ? String(v) : typeof v === 'object' && v !== null && v.constructor === Object ? Object.fromEntries(Object.entries(v).map(([k, x]) => [k, withNamedNumbers(x)])) : v)

// Python writes 0.0 where JavaScript writes 0, which sorts in another place within a struct: rows are brought into the order they have here.
const sortedHere = (steps: readonly (readonly Readonly<Record<string, any>>[])[]): unknown => steps.map(step => step.map(b => ({ ...b, rows: sortedByText(b['rows']) })))
const sortedByText = <T>(rows: readonly T[]): T[] => rows.map(r => ({ r, text: pythonJson(r) })).sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0)).map(x => x.r)

/** What progress tells of a batch, as the recordings write it. */
export function encodedProgress(p: StreamingQueryProgress | undefined): { readonly numInputRows: number | null; readonly watermark?: string; readonly state: readonly unknown[]; readonly observed?: unknown } {
  return {
    numInputRows: p?.numInputRows ?? null, ...(p?.eventTime?.['watermark'] === undefined ? {} : { watermark: p.eventTime['watermark'] }),
    state: (p?.stateOperators ?? []).map(o => ({ operatorName: recordedName(o.operatorName), numRowsTotal: o.numRowsTotal, numRowsUpdated: o.numRowsUpdated, numRowsRemoved: o.numRowsRemoved, numRowsDroppedByWatermark: o.numRowsDroppedByWatermark })),
    ...(p?.observedMetrics === undefined ? {} : { observed: withNamedNumbers(p.observedMetrics) }),
  }
}

// The counts of a processor's state are those of RocksDB's rows and calls there (an entry of a map, a put): here a key has one row a variable. What is compared is what it says of late rows.
export const comparable = (steps: unknown): unknown => (Array.isArray(steps) ? steps.map(comparable) : steps !== null && typeof steps === 'object'
  ? Object.fromEntries(Object.entries(steps).map(([k, v]) => [k, k === 'state' && Array.isArray(v) ? v.map(o => (o.operatorName === processorName ? { operatorName: o.operatorName, numRowsDroppedByWatermark: o.numRowsDroppedByWatermark } : o)) : v])) : steps)
const processorName = 'transformWithStateInPySparkExec'

/** What differs, or null. */
export async function runScenario(scenario: Scenario): Promise<string | null> {
  const want = scenario.expect
  if (want === undefined) return 'not recorded yet'
  const work = mkdtempSync(join(tmpdir(), 'microlote-scenario-'))
  const confs = { ...defaultConfs, ...scenario.confs }
  // Where a step waits, here the clock goes on.
  let waitedMs = 0
  const clock: Clock = { ...systemClock, nowMs: () => systemClock.nowMs() + waitedMs }
  const spark = new SparkSession(new LocalBackend({ clock, confs: Object.fromEntries(Object.entries(confs).filter(([k]) => k.startsWith('spark.sql'))) }))
  registerUserFunctions(spark)
  setLiteralTimeZone(confs['spark.sql.session.timeZone']!)
  const got: { columns?: string[]; types?: string[]; steps?: unknown[][]; error?: { condition: string | null; step?: number } } = {}
  try {
    await runSteps(scenario, spark, work, got, ms => { waitedMs += ms })
  } catch (e) {
    const condition = conditionOf(e)
    if (condition === null && !(e instanceof StreamingQueryException)) return `an error without a name: ${e instanceof Error ? e.stack?.split('\n').slice(0, 4).join(' ') : String(e)}`
    if (condition === null) return `an error without a name: ${String((e as Error).cause instanceof Error ? ((e as Error).cause as Error).stack?.split('\n').slice(0, 4).join(' ') : e)}`
    got.error = { condition, ...(got.steps === undefined ? {} : { step: got.steps.length }) }
    if (want.error === undefined) return `the error ${condition} came: ${(e as Error).message.slice(0, 250)}`
  } finally {
    await spark.stop()
    rmSync(work, { recursive: true, force: true })
  }
  const ordered = scenario.pipeline.some(s => 'orderBy' in s)
  const stepsDiffer = (wanted: NonNullable<typeof want.steps>, came: unknown): string | null => difference(comparable(ordered ? wanted : sortedHere(wanted as never)), comparable(came), 'steps')
  if (want.error !== undefined) {
    if (got.error === undefined) return `the error ${want.error.condition} expected, none came`
    if (!sameCondition(want.error.condition, got.error.condition)) return `the error ${want.error.condition} expected, ${got.error.condition} came`
    // We refuse at start what Spark finds in the first batch.
    return want.steps === undefined || want.error.step === got.error.step || got.error.step === undefined ? got.steps === undefined ? null : stepsDiffer(want.steps ?? [], got.steps) : `the error expected in step ${want.error.step}, came in ${got.error.step}`
  }
  return difference(want.columns, got.columns, 'columns') ?? difference(want.types, got.types, 'types') ?? stepsDiffer(want.steps, got.steps)
}

async function runSteps(scenario: Scenario, spark: SparkSession, work: string, got: { columns?: string[]; types?: string[]; steps?: unknown[][] }, wait: (ms: number) => void): Promise<void> {
  const inputs = new Map<string, DataFrame>()
  for (const [name, s] of Object.entries(scenario.sources ?? {})) {
    mkdirSync(join(work, name))
    inputs.set(name, spark.readStream.schema(s.schema).option('maxFilesPerTrigger', 1).json(join(work, name)))
  }
  for (const [name, s] of Object.entries(scenario.static ?? {})) inputs.set(name, new DataFrame(readRows(s.schema, s.rows), spark.backend))
  const df = build(scenario.pipeline, inputs)
  const ordered = scenario.pipeline.some(s => 'orderBy' in s)
  const batches: { batchId: number; rows: unknown[][] }[] = []
  const schema = df.schema
  const start = (): Promise<StreamingQuery> => df.writeStream.outputMode(scenario.outputMode ?? 'append').option('checkpointLocation', join(work, 'checkpoint')).foreachBatch(async (batch, batchId) => {
    batches.push({ batchId, rows: await encodedRows(batch, ordered) })
  }).start()
  let query = await start()
  got.columns = schema.names
  got.types = schema.fields.map(f => simpleString(f.dataType))
  got.steps = []
  let n = 0
  for (const step of scenario.steps) {
    batches.length = 0
    wait(step['waitMs'] ?? 0)
    if (step['restart']) { await query.stop(); query = await start() }
    for (const [name, s] of Object.entries(scenario.sources ?? {})) {
      const rows = step[name]
      if (rows === undefined) continue
      const temporary = join(work, `.${name}-${n}.tmp`)
      writeFileSync(temporary, jsonLines(parseSchema(s.schema), rows))
      const t = Date.now() / 1000 - 1000 + n
      utimesSync(temporary, t, t)
      renameSync(temporary, join(work, name, `${String(n).padStart(5, '0')}.json`))
    }
    n++
    await query.processAllAvailable()
    const progress = new Map(query.recentProgress.map(p => [p.batchId, p]))
    got.steps.push(batches.map(b => ({ ...b, ...encodedProgress(progress.get(b.batchId)) })))
  }
  await query.stop()
}

