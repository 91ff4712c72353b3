/** Every SQL function by name: the families put together. A name that two families claim is a fault found at load time. */
import { internalError } from '../errors/spark-error.ts'
import type { FunctionDefinition, FunctionFamily } from './define.ts'
import { aggregateFamilies, families } from './families.ts'

const byName = new Map<string, FunctionDefinition>()
for (const family of families as readonly FunctionFamily[]) {
  for (const [name, definition] of Object.entries(family)) {
    if (byName.has(name)) throw internalError(`two families define the function ${name}`)
    byName.set(name, definition)
  }
}

/** The definition of a function, found in any case, or null. */
export const findFunction = (name: string): FunctionDefinition | null => byName.get(name) ?? byName.get(name.toLowerCase()) ?? null
const aggregates = new Set((aggregateFamilies as readonly FunctionFamily[]).flatMap(f => Object.keys(f)))
/** Whether a call by this name aggregates. */
export const isAggregateName = (name: string): boolean => aggregates.has(name.toLowerCase())
/** All names, sorted. */
export const functionNames = (): readonly string[] => [...byName.keys()].sort()
