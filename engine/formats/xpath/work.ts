/** Owns how much an evaluation may take: paths over paths look at each node once for each other one, and so a document from outside could hold a query for hours. */
import { XPathError } from './lexer.ts'

// Some seconds. A path that looks at every node of a million ten times stays below.
const most = 20_000_000
let left = most

/** Begins an evaluation; they run one after the other. */
export function beginWork(): void { left = most }

/** Counts nodes looked at, parts of an expression evaluated, four characters put together. Throws XPathError when it is too much. */
export function spend(count: number): void {
  left -= count
  if (left < 0) throw new XPathError('over this document it takes more steps than are allowed; ask for fewer nodes, without an axis or a path within another')
}
