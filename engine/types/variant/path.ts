/** Paths into a VARIANT: `$.a[0]['b c']`. */
import { elementAt, fieldAt } from './layout.ts'

/** One step: a field by its name, or an element by its number. */
export type VariantStep = { readonly name: string; readonly bytes: Uint8Array } | number
export type VariantPath = readonly VariantStep[]

// .name with no point, bracket or quote in it | ['name'] | ["name"] | [number]
const step = /\.([^.[]+)|\['([^']*)'\]|\["([^"]*)"\]|\[(\d+)\]/y
const encoder = new TextEncoder()
/** As deep as JSON texts nest: longer paths would make values that nothing can walk. */
const mostSteps = 1000

/** The step to a field. */
export const fieldStep = (name: string): VariantStep => ({ name, bytes: encoder.encode(name) })

/** The steps of a path; null for a text that is none, or has more than 1000 steps. */
export function parseVariantPath(text: string): VariantPath | null {
  if (!text.startsWith('$')) return null
  const steps: VariantStep[] = []
  for (let at = 1; at < text.length; at = step.lastIndex) {
    step.lastIndex = at
    const m = step.exec(text)
    if (m === null || steps.length === mostSteps) return null
    if (m[4] === undefined) steps.push(fieldStep(m[1] ?? m[2] ?? m[3]!))
    else if (Number(m[4]) > 0x7fffffff) return null
    else steps.push(Number(m[4]))
  }
  return steps
}

/** Where a path leads from the value at a place; −1 where it leads nowhere. */
export function follow(b: Uint8Array, m: number, v: number, path: VariantPath): number {
  let at = v
  for (let i = 0; i < path.length && at >= 0; i++) {
    const s = path[i]!
    at = typeof s === 'number' ? elementAt(b, at, s) : fieldAt(b, m, at, s.bytes)
  }
  return at
}
