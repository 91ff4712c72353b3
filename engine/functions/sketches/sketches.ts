/** The functions of sketches, all kinds together. */
import type { FunctionFamily } from '../define.ts'
import { hllAggregates, hllFunctions } from './hll.ts'
import { thetaAggregates, thetaFunctions } from './theta.ts'

export const sketchAggregates: FunctionFamily = { ...hllAggregates, ...thetaAggregates }
export const sketchFunctions: FunctionFamily = { ...hllFunctions, ...thetaFunctions }
