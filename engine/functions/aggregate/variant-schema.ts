/** schema_of_variant_agg: what the variants of a group have in common. */
import { stringType, voidType } from '../../types/data-type.ts'
import type { FoundType } from '../../types/found-struct.ts'
import { mergedSchema, schemaOfText, schemaText, variantSchema } from '../../types/variant/schema.ts'
import { expectArity, type FunctionFamily } from '../define.ts'
import { variantArg } from '../variant-arg.ts'
import { aggregate } from './bind.ts'
import { rowAggregate } from './row-aggregate.ts'

export const variantAggregates: FunctionFamily = {
  schema_of_variant_agg: {
    bind(c) {
      expectArity(c, 1)
      return aggregate(c, 'schema_of_variant_agg', [variantArg(c, 0)], rowAggregate({
        name: 'schema_of_variant_agg', type: stringType, bufferTypes: [stringType], zero: () => [voidType],
        update: (s, v: Uint8Array | null) => { if (v !== null) s[0] = mergedSchema(s[0] as FoundType, variantSchema(v)) },
        merge: (s, [other]) => { if (other !== null) s[0] = mergedSchema(s[0] as FoundType, schemaOfText(other as string)) },
        finish: s => schemaText(s[0] as FoundType), store: s => [schemaText(s[0] as FoundType)],
      }), false)
    },
  },
}
