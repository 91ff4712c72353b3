/** Paths into a VARIANT behind a colon: `v:a.b[0]['c d']`. Spark gives such a value the name of the last field that it names. */
import { stringType, voidType } from '../types/data-type.ts'
import type { Expression, Literal, UnresolvedCall } from './expression.ts'
import { call, literal, type Grammar } from './grammar.ts'

/** The name in the registry of what a path computes; no SQL text can write it. Its arguments: the variant, the path, the last name in it or NULL. */
export const pathCall = 'variant path'

const isPlain = (name: string): boolean => /^[^.[\]'"]+$/.test(name)

/** Whether a path begins at the colon that is the next token. */
export function startsPath({ tokens }: Grammar): boolean {
  const first = tokens.peek(1)
  return first.kind === 'word' || first.kind === 'name' || bracketAhead(tokens, 1)
}

// ['name'] or [number], and nothing else in the brackets.
function bracketAhead(tokens: Grammar['tokens'], at: number): boolean {
  const inside = tokens.peek(at + 1)
  return tokens.isSymbol('[', at) && tokens.isSymbol(']', at + 2) && (inside.kind === 'string' || (inside.kind === 'number' && /^\d+$/.test(inside.text)))
}

/** The value behind the path that begins at the next token. */
export function readPath({ tokens }: Grammar, child: Expression): Expression {
  let path = '$', last: string | null = null
  const named = (name: string): void => { path += isPlain(name) ? `.${name}` : name.includes("'") ? `["${name}"]` : `['${name}']`; last = name }
  tokens.skip(1)
  if (!tokens.isSymbol('[')) named(tokens.take().text)
  for (;;) {
    if (tokens.isSymbol('.') && tokens.isName(1)) { tokens.skip(1); named(tokens.take().text) }
    else if (bracketAhead(tokens, 0)) {
      const inside = tokens.peek(1)
      if (inside.kind === 'string') named(inside.text)
      else path += `[${inside.text}]`
      tokens.skip(3)
    } else return call(pathCall, child, literal(path, stringType), literal(last, last === null ? voidType : stringType))
  }
}

/** The name of the column that a path makes; null where it names no field, or the expression is none. */
export function pathName(e: Expression): string | null {
  return e.kind === 'unresolved-call' && e.name === pathCall ? (e.args[2] as Literal).value as string | null : null
}

/** How it stands in other names. */
export function pathText(e: UnresolvedCall, child: string): string {
  const name = pathName(e)
  return `variant_get(${child}, ${(e.args[1] as Literal).value as string})${name === null ? '' : ` AS ${name}`}`
}
