/** Random scenarios, legal and illegal: pipelines of the shapes people write (`families/`), fed with late, missing, extreme and repeated values, restarted at random. */
import { draws } from '../../fixtures/random.ts'
import type { Scenario } from '../conformance/scenarios.ts'
import { aggregate, ordered, sets } from './families/aggregations.ts'
import { levels, union, unionOfStates } from './families/chains.ts'
import { dedup, dedupThenAggregate } from './families/dedup.ts'
import { join, joinOfThree, joinOfWindows, staticJoin } from './families/joins.ts'
import { limited, stateless } from './families/stateless.ts'
import { text } from './families/text.ts'
import { groupState, processor } from './families/users.ts'
import { Scene, type Plan } from './scene.ts'

/** How often each family is drawn beside the others. */
const families = {
  aggregate: [24, aggregate], ordered: [5, ordered], sets: [6, sets], dedup: [9, dedup], dedupThenAggregate: [6, dedupThenAggregate], levels: [9, levels], union: [10, union], unionOfStates: [4, unionOfStates],
  join: [18, join], joinOfWindows: [5, joinOfWindows], joinOfThree: [4, joinOfThree], staticJoin: [9, staticJoin], stateless: [5, stateless], limited: [4, limited], text: [22, text], groupState: [4, groupState], processor: [4, processor],
} as const satisfies Record<string, readonly [number, (s: Scene) => Plan]>
export type Family = keyof typeof families
export const familyNames = Object.keys(families) as Family[]
const weights = Object.fromEntries(Object.entries(families).map(([name, [weight]]) => [name, weight])) as Record<Family, number>

/** The scenario of an index in the series of a seed, of any family or of this one. */
export function generate(seed: number, index: number, only?: Family): Scenario & { readonly family: Family } {
  const scene = new Scene(draws(seed, index))
  const drawn = scene.weighted(weights), family = only ?? drawn
  const { pipeline, modes } = families[family][1](scene)
  // One in six in a mode it may not be meant for.
  const outputMode = scene.chance(83) ? scene.one(...modes) : scene.one('append', 'update', 'complete')
  return { name: `fuzz ${seed}/${index}`, family, ...(Object.keys(scene.confs).length > 0 ? { confs: scene.confs } : {}), ...scene.inputs(), pipeline, outputMode, steps: scene.steps() }
}
