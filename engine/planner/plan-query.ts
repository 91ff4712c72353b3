/** Turns a resolved plan into operators. Leaves are numbered as they are met; stateful operators get the ids under which their state is found again. */
import { internalError } from '../errors/spark-error.ts'
import { describe } from '../functions/define.ts'
import { DistinctExec } from '../operators/dedup/distinct.ts'
import { HashAggregateExec } from '../operators/aggregate/hash-aggregate.ts'
import { StateAggregateExec } from '../operators/aggregate/state-aggregate.ts'
import type { Exec } from '../operators/operator.ts'
import { ScanExec } from '../operators/scan.ts'
import { ExpandExec } from '../operators/stateless/expand.ts'
import { FilterExec } from '../operators/stateless/filter.ts'
import { GenerateExec } from '../operators/stateless/generate.ts'
import { HashJoinExec } from '../operators/stateless/hash-join.ts'
import { LimitExec } from '../operators/stateless/limit.ts'
import { ProjectExec } from '../operators/stateless/project.ts'
import { SampleExec } from '../operators/stateless/sample.ts'
import { SetOperationExec } from '../operators/stateless/set-operation.ts'
import { SortExec } from '../operators/stateless/sort.ts'
import { UnionExec } from '../operators/stateless/union.ts'
import { StatefulLimitExec } from '../operators/stateless/stateful-limit.ts'
import type { ResolvedPlan } from '../plan/resolved-plan.ts'
import type { OutputMode } from '../plan/write-stream.ts'
import type { AggregateFunction } from '../expressions/aggregate-function.ts'
import { longType, structField, structType, type StructTypeShape } from '../types/data-type.ts'

type Leaf = Extract<ResolvedPlan, { kind: 'local' | 'range' | 'batch-read' | 'stream-read' }>

/** A stateful operator: what its state looks like and by which name progress reports it. */
export interface StatefulOperator {
  readonly id: number
  readonly name: string
  readonly keySchema: StructTypeShape
  readonly valueSchema: StructTypeShape
  /** A global aggregation keeps one row, so it has one partition whatever the conf says. */
  readonly singlePartition: boolean
  /** Whether the operator writes its state in batches without data, too (complete mode aggregations do not need them). */
  readonly shouldRunAnotherBatch: (newWatermarkMs: number, usedWatermarkMs: number) => boolean
}

export interface PhysicalPlan {
  readonly root: Exec
  /** The leaves by number: what execution must feed. */
  readonly leaves: readonly Leaf[]
  /** Sink side first, as progress lists them. */
  readonly stateful: readonly StatefulOperator[]
}

/** Plans a batch query (`mode` null) or one for micro-batches. */
export function planQuery(plan: ResolvedPlan, mode: OutputMode | null): PhysicalPlan {
  const leaves: Leaf[] = []
  const stateful: StatefulOperator[] = []
  const go = (p: ResolvedPlan): Exec => {
    switch (p.kind) {
      case 'local': case 'range': case 'batch-read': case 'stream-read': leaves.push(p); return new ScanExec(p.output, leaves.length - 1, leafText(p))
      case 'project': return new ProjectExec(p.expressions, go(p.child))
      case 'filter': return new FilterExec(p.condition, go(p.child), describe(p.condition))
      case 'expand': return new ExpandExec(p.projections, p.output, go(p.child))
      case 'generate': return new GenerateExec(p.generator, p.output, go(p.child))
      case 'aggregate': return aggregate(p, go)
      case 'join': return new HashJoinExec({ type: p.type, leftKeys: p.leftKeys, rightKeys: p.rightKeys, nullSafe: p.nullSafe, condition: p.condition }, p.output, go(p.left), go(p.right))
      case 'sort': return new SortExec(p.orders, go(p.child))
      case 'limit': return limit(p, go)
      case 'sample': return new SampleExec(p.fraction, p.seed, go(p.child))
      case 'union': return new UnionExec(p.output, p.children.map(go))
      case 'except': case 'intersect': return new SetOperationExec(p.kind, p.all, go(p.left), go(p.right))
      case 'deduplicate': return new DistinctExec(p.keys, go(p.child))
      case 'watermark': return go(p.child)
    }
  }
  const aggregate = (p: Extract<ResolvedPlan, { kind: 'aggregate' }>, next: (p: ResolvedPlan) => Exec): Exec => {
    if (mode === null || !p.streaming) return new HashAggregateExec(p.keys, p.aggregates, next(p.child))
    const id = stateful.length
    stateful.push({
      id, name: 'stateStoreSave', singlePartition: p.keys.length === 0, shouldRunAnotherBatch: () => false,
      keySchema: structType(p.keys.map(k => structField(k.name, k.type, k.nullable))),
      valueSchema: structType(p.aggregates.flatMap(a => bufferFields(a.call.function))),
    })
    return new StateAggregateExec({ operatorId: id, mode, keys: p.keys, aggregates: p.aggregates }, next(p.child))
  }
  const limit = (p: Extract<ResolvedPlan, { kind: 'limit' }>, next: (p: ResolvedPlan) => Exec): Exec => {
    if (mode !== 'append' || !p.streaming) return new LimitExec(p.count, p.offset, next(p.child))
    const id = stateful.length
    stateful.push({ id, name: 'globalLimit', singlePartition: true, shouldRunAnotherBatch: () => false, keySchema: structType([]), valueSchema: structType([structField('count', longType)]) })
    return new StatefulLimitExec(id, p.count, next(p.child))
  }
  const root = go(plan)
  return { root, leaves, stateful }
}

function bufferFields(f: AggregateFunction): ReturnType<typeof structField>[] {
  return f.bufferTypes.map((t, i) => structField(f.bufferTypes.length === 1 ? f.name : `${f.name}_${i}`, t, true))
}

function leafText(p: Leaf): string {
  switch (p.kind) {
    case 'local': return 'rows'
    case 'range': return `range(${p.start}, ${p.end}, ${p.step})`
    case 'batch-read': return p.format
    case 'stream-read': return `stream of ${p.source.format}`
    default: throw internalError('a leaf of unknown kind')
  }
}
