/** Plans leaves and stateless operators: project, filter, sort, union, hash join, generate. */
import type { Resolved } from '../../expressions/expression.ts'
import { bindByName } from '../../functions/bind.ts'
import { isReaderFilter, readerDrops, readsLines } from '../../functions/reader-filters.ts'
import { describe } from '../../functions/define.ts'
import { internalError } from '../../errors/spark-error.ts'
import { DistinctExec } from '../../operators/dedup/distinct.ts'
import type { Exec } from '../../operators/operator.ts'
import { ScanExec } from '../../operators/scan.ts'
import { ExpandExec } from '../../operators/stateless/expand.ts'
import { FilterExec } from '../../operators/stateless/filter.ts'
import { GenerateExec } from '../../operators/stateless/generate.ts'
import { HashJoinExec } from '../../operators/stateless/hash-join.ts'
import { LimitExec } from '../../operators/stateless/limit.ts'
import { ObserveExec } from '../../operators/stateless/observe.ts'
import { ProjectExec } from '../../operators/stateless/project.ts'
import { RecursiveExec, RecursiveRefExec } from '../../operators/stateless/recursive.ts'
import { RepeatedSampleExec, SampleExec } from '../../operators/stateless/sample.ts'
import { SetOperationExec } from '../../operators/stateless/set-operation.ts'
import { SortExec } from '../../operators/stateless/sort.ts'
import { UnionExec } from '../../operators/stateless/union.ts'
import { ZipWithIndexExec } from '../../operators/stateless/zip-with-index.ts'
import { WindowExec } from '../../operators/window/window.ts'
import type { ResolvedPlan } from '../../plan/resolved-plan.ts'
import type { Leaf, Planning, PlanOf } from '../strategy.ts'

/** The last strategy: it plans every node that no other did. */
export function planBasic(p: ResolvedPlan, planning: Planning): Exec {
  const go = planning.plan
  switch (p.kind) {
    case 'local': case 'range': case 'batch-read': case 'stream-read': return new ScanExec(p.output, planning.leaf(p), leafText(p))
    case 'project': return new ProjectExec(p.expressions, go(p.child))
    case 'filter': return planFilter(p, planning)
    case 'expand': return new ExpandExec(p.projections, p.output, go(p.child), p.anyOrder)
    case 'generate': return new GenerateExec(p.generator, p.output, go(p.child))
    case 'join': return new HashJoinExec({ type: p.type, leftKeys: p.leftKeys, rightKeys: p.rightKeys, nullSafe: p.nullSafe, condition: p.condition }, p.output, go(p.left), go(p.right))
    case 'sort': return new SortExec(p.orders, go(p.child))
    case 'window': return new WindowExec(p.partitionBy, p.orders, p.functions, go(p.child))
    case 'limit': return new LimitExec(p.count, p.offset, lazily(p.child, planning))
    case 'zip-with-index': return new ZipWithIndexExec(p.output, go(p.child))
    case 'recursive': return loopOf(p, planning, false)
    case 'recursive-ref': return new RecursiveRefExec(p.loop, p.output)
    case 'sample': return p.withReplacement ? new RepeatedSampleExec(p.fraction, p.seed, go(p.child)) : new SampleExec(p.from, p.fraction, p.seed, go(p.child))
    case 'observe': return new ObserveExec({ name: p.name, aggregates: p.aggregates, results: p.results, take: p.streaming ? null : m => p.observation?.take(m) }, go(p.child))
    case 'union': return new UnionExec(p.output, p.children.map(go))
    case 'except': case 'intersect': return new SetOperationExec(p.kind, p.all, go(p.left), go(p.right))
    case 'deduplicate': return new DistinctExec(p.keys, go(p.child))
    // In a batch query the whole input is there: a watermark does nothing.
    case 'watermark': return go(p.child)
    default: throw internalError(`no strategy plans ${p.kind}`)
  }
}

const loopOf = (p: PlanOf<'recursive'>, { plan }: Planning, lazy: boolean): Exec => new RecursiveExec({ name: p.name, loop: p.loop, maxLevel: p.maxLevel, maxRows: lazy ? Infinity : p.maxRows, lazy }, p.output, plan(p.anchor), plan(p.step))

// As in Spark a LIMIT ends a recursive query early only where nothing but projections and UNION ALL stand between; then its rows are not counted either.
function lazily(p: ResolvedPlan, planning: Planning): Exec {
  if (p.kind === 'recursive') return loopOf(p, planning, true)
  return isLoop(p) ? planBasic(p, { ...planning, plan: c => lazily(c, planning) }) : planning.plan(p)
}
const isLoop = (p: ResolvedPlan): boolean => p.kind === 'recursive' || (p.kind === 'project' && isLoop(p.child)) || (p.kind === 'union' && p.children.some(isLoop))

// What a stream's reader would drop by itself does not count as its input.
function planFilter(p: PlanOf<'filter'>, planning: Planning): Exec {
  const child = planning.plan(p.child)
  const format = p.child.kind === 'stream-read' ? p.child.source.format : ''
  const own = readsLines(format) ? conjuncts(p.condition).filter(isReaderFilter) : []
  if (own.length === 0) return new FilterExec(p.condition, child, describe(p.condition))
  const rest = conjuncts(p.condition).filter(c => !isReaderFilter(c))
  const kept = new FilterExec(allOf(own), child, describe(allOf(own)), { leaf: (child as ScanExec).leaf, condition: readerDrops(own, format) })
  return rest.length === 0 ? kept : new FilterExec(allOf(rest), kept, describe(allOf(rest)))
}

const conjuncts = (e: Resolved): Resolved[] => (e.kind === 'call' && e.name === 'and' ? e.args.flatMap(conjuncts) : [e])
const allOf = (conditions: readonly Resolved[]): Resolved => conditions.reduce((a, b) => bindByName('and', [a, b]))

function leafText(p: Leaf): string {
  switch (p.kind) {
    case 'local': return 'rows'
    case 'range': return `range(${p.start}, ${p.end}, ${p.step})`
    case 'batch-read': return p.format
    case 'stream-read': return `stream of ${p.source.format}`
  }
}
