/** The functions of sketches, all kinds together. */
import type { FunctionFamily } from '../define.ts'
import { topKAggregates, topKFunctions } from './approx-top-k.ts'
import { hllAggregates, hllFunctions } from './hll.ts'
import { kllAggregates, kllFunctions } from './kll.ts'
import { thetaAggregates, thetaFunctions } from './theta.ts'
import { tupleAggregates } from './tuple-aggregates.ts'
import { tupleFunctions } from './tuple.ts'

export const sketchAggregates: FunctionFamily = { ...topKAggregates, ...hllAggregates, ...kllAggregates, ...thetaAggregates, ...tupleAggregates }
export const sketchFunctions: FunctionFamily = { ...topKFunctions, ...hllFunctions, ...kllFunctions, ...thetaFunctions, ...tupleFunctions }
