/** Owns the cutting of an XPath 1.0 expression into tokens, with the rule that tells the name `div` from the operator. */

/** An expression that is none, or asks for what is not there; whoever evaluates it makes a condition of it. */
export class XPathError extends Error {}

export interface Token {
  /** `name` is also `p:n`, `*` and `p:*` as tests of names; `operator` is also `and`, `or`, `div`, `mod`, `*`; `axis` is a name before `::`; `call` a name before `(`. */
  readonly kind: 'number' | 'literal' | 'name' | 'axis' | 'call' | 'operator' | 'sign' | 'end'
  readonly text: string
}

const name = '[\\p{L}_][\\p{L}\\p{N}\\p{M}_.\\-·]*'
const pattern = new RegExp(`(?<space>\\s+)|(?<number>\\d+(?:\\.\\d*)?|\\.\\d+)|"(?<double>[^"]*)"|'(?<single>[^']*)'|(?<operator>!=|<=|>=|//|[=<>|+\\-/])|(?<sign>::|\\.\\.|[()[\\].@,$])|(?<star>\\*)|(?<name>${name}(?::(?:${name}|\\*))?)`, 'uy')
const operatorNames = new Set(['and', 'or', 'div', 'mod'])

/** The tokens of an expression, an end last. Throws XPathError. */
export function tokens(path: string): Token[] {
  const out: Token[] = []
  // What stands before decides: behind an operand a name or * is an operator.
  const afterOperand = (): boolean => { const last = out.at(-1); return last !== undefined && (last.kind === 'number' || last.kind === 'literal' || last.kind === 'name' || [')', ']', '.', '..'].includes(last.text)) }
  pattern.lastIndex = 0
  while (pattern.lastIndex < path.length) {
    const at = pattern.lastIndex, g = pattern.exec(path)?.groups
    if (g === undefined) throw new XPathError(`at character ${at + 1} stands nothing that XPath knows`)
    if (g.space !== undefined) continue
    if (g.number !== undefined) out.push({ kind: 'number', text: g.number })
    else if (g.double !== undefined || g.single !== undefined) out.push({ kind: 'literal', text: (g.double ?? g.single)! })
    else if (g.operator !== undefined) out.push({ kind: 'operator', text: g.operator })
    else if (g.sign !== undefined) out.push({ kind: 'sign', text: g.sign })
    else if (g.star !== undefined) out.push(afterOperand() ? { kind: 'operator', text: '*' } : { kind: 'name', text: '*' })
    else if (afterOperand() && operatorNames.has(g.name!)) out.push({ kind: 'operator', text: g.name! })
    else {
      const behind = /^\s*(::|\()/.exec(path.slice(pattern.lastIndex, pattern.lastIndex + 64))
      out.push({ kind: behind === null ? 'name' : behind[1] === '(' ? 'call' : 'axis', text: g.name! })
    }
  }
  out.push({ kind: 'end', text: '' })
  return out
}
