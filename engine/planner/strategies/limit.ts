/** Plans LIMIT on a stream in append mode, which counts rows over the query's whole life. In complete mode each batch is a whole result of its own. */
import type { Exec } from '../../operators/operator.ts'
import { StatefulLimitExec } from '../../operators/stateless/stateful-limit.ts'
import type { ResolvedPlan } from '../../plan/resolved-plan.ts'
import { longType, structField, structType } from '../../types/data-type.ts'
import type { Planning } from '../strategy.ts'

export function planStatefulLimit(p: ResolvedPlan, planning: Planning): Exec | null {
  if (p.kind !== 'limit' || planning.mode !== 'append' || !p.streaming) return null
  const id = planning.stateful({
    name: 'globalLimit', singlePartition: true, stores: [{ name: 'default', keySchema: structType([]), valueSchema: structType([structField('count', longType)]) }],
    shouldRunAnotherBatch: () => false, outputWatermark: ms => ms,
  })
  return new StatefulLimitExec(id, p.count, planning.plan(p.child))
}
