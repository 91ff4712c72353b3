/** product: all values multiplied, as DOUBLE. SQL text has no such function, so its name here is none that text can call. */
import { doubleType } from '../../types/data-type.ts'
import { expectArity, type FunctionFamily } from '../define.ts'
import { wantedArgument } from '../wanted.ts'
import { aggregate } from './bind.ts'
import { rowAggregate } from './row-aggregate.ts'

export const productFunctions: FunctionFamily = {
  'product of': {
    bind(c, context) {
      expectArity(c, 1)
      const take = (s: unknown[], v: unknown): void => { if (v !== null) s[0] = s[0] === null ? v : (s[0] as number) * (v as number) }
      return aggregate(c, 'product', [wantedArgument(c, 0, doubleType, context)], rowAggregate({ name: 'product', type: doubleType, bufferTypes: [doubleType], zero: () => [null], update: take, merge: (s, [v]) => take(s, v), finish: s => s[0] }))
    },
  },
}
