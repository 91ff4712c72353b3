/** Replaces the markers of window() by a projected column `window STRUCT<start, end>`, and the rows it makes when windows overlap. */
import { analysisError } from '../errors/spark-error.ts'
import { alias, attributeOf, inheritedMetadata, sameExpression, transform } from '../expressions/attribute.ts'
import { childrenOf } from '../expressions/codegen/emitter.ts'
import type { Attribute, Marker, Resolved } from '../expressions/expression.ts'
import { areEven, windowColumn, windowCount, type TimeWindow } from '../functions/time-window.ts'
import { bindByName } from '../functions/bind.ts'
import { sessionColumn, type SessionWindow } from '../functions/session-window.ts'
import { isNotNull } from '../functions/null-tests.ts'
import { filterOf, type ResolvedPlan } from '../plan/resolved-plan.ts'

/** The same items with every window marker replaced by a column of the plan below. Rows with a NULL time have no window and are dropped, as Spark does. */
export function takeOutWindows(items: readonly Resolved[], child: ResolvedPlan): { readonly items: Resolved[]; readonly plan: ResolvedPlan } {
  const markers: Marker[] = []
  const collect = (e: Resolved): void => {
    if (isWindow(e) && !markers.some(m => sameExpression(m, e))) markers.push(e)
    childrenOf(e).forEach(collect)
  }
  items.forEach(collect)
  if (markers.length === 0) return { items: [...items], plan: child }
  if (markers.length > 1) throw analysisError('MICROLOTE_NOT_SUPPORTED', { feature: 'more than one time window in one select or groupBy', advice: 'Group in two steps.' })
  const marker = markers[0]!
  const { plan, column } = marker.name === 'window' ? windowed(marker, child) : inSessions(marker, child)
  return { items: items.map(i => inherited(transform(i, n => (isWindow(n) ? column : n)))), plan }
}

// A name was given while the window was a marker: what the column carries came later.
const inherited = (e: Resolved): Resolved => {
  if (e.kind !== 'alias' || e.metadata !== undefined) return e
  const metadata = inheritedMetadata(e.child)
  return metadata === undefined ? e : { ...e, metadata }
}

const isWindow = (e: Resolved): e is Marker => e.kind === 'marker' && (e.name === 'window' || e.name === 'session_window')

/** Whether a window is named in an expression. */
export const hasWindow = (e: Resolved): boolean => isWindow(e) || childrenOf(e).some(hasWindow)

// Each row gets a session of its own; the aggregation above merges them.
function inSessions(marker: Marker, child: ResolvedPlan): { plan: ResolvedPlan; column: Attribute } {
  const [time, end] = marker.args as [Resolved, Resolved]
  const delay = inheritedMetadata(time)?.['spark.watermarkDelayMs']
  const session = alias(sessionColumn(time, end), 'session_window', { 'spark.sessionWindow': true, ...(delay === undefined ? {} : { 'spark.watermarkDelayMs': delay }) })
  const column = attributeOf(session), { streaming } = child
  let condition: Resolved = isNotNull(time)
  if ((marker.details as SessionWindow).mayBeEmpty) condition = bindByName('and', [condition, bindByName('>', [end, time])])
  const present = filterOf(condition, child)
  return { plan: { kind: 'project', expressions: [...child.output, session], child: present, output: [...child.output, column], streaming }, column }
}

function windowed(marker: Marker, child: ResolvedPlan): { plan: ResolvedPlan; column: Attribute } {
  const spec = marker.details as TimeWindow
  const time = marker.args[0]!
  const watermark = inheritedMetadata(time)?.['spark.watermarkDelayMs']
  const metadata = { 'spark.timeWindow': true, ...(watermark === undefined ? {} : { 'spark.watermarkDelayMs': watermark }) }
  const present = filterOf(isNotNull(time), child)
  const count = windowCount(spec)
  if (count === 1) {
    const column = alias(windowColumn(time, spec, 0), 'window', metadata)
    const output = [...child.output, attributeOf(column)]
    return { plan: { kind: 'project', expressions: [...child.output, column], child: present, output, streaming: child.streaming }, column: attributeOf(column) }
  }
  // Overlapping windows: window i of a row begins i slides before the last one that holds its time.
  const first = alias(windowColumn(time, spec, 0), 'window', metadata)
  const column = { ...attributeOf(first), nullable: true }
  const projections = Array.from({ length: count }, (_, i) => [...child.output, windowColumn(time, spec, i)])
  const expand: ResolvedPlan = { kind: 'expand', projections, child: present, output: [...child.output, column], streaming: child.streaming }
  // Where they are not, windowColumn gives NULL for a time outside.
  return { plan: areEven(spec) ? expand : filterOf(isNotNull(column), expand), column }
}
