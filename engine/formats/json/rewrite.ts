/** JSON written anew from its tokens, as Spark does where a STRING field of `from_json` holds another value, and `get_json_object` its result. */
import { quoted } from '../../types/json-text.ts'
import { doubleText } from '../../types/number-text.ts'
import { type JsonTokens, malformed, token } from './tokens.ts'

/** The value stood on, without spaces, numbers as Java writes them; leaves `tokens` on its last token. */
export function rewritten(tokens: JsonTokens): string {
  switch (tokens.current) {
    case token.startObject: case token.startArray: return container(tokens)
    case token.text: return quoted(tokens.text())
    case token.int: return String(BigInt(tokens.text()))
    case token.float: return numberText(tokens.double())
    case token.true: return 'true'
    case token.false: return 'false'
    case token.null: return 'null'
    default: throw malformed
  }
}

function numberText(v: number): string { return Number.isFinite(v) ? doubleText(v) : `"${doubleText(v)}"` }

function container(tokens: JsonTokens): string {
  const object = tokens.current === token.startObject, close = object ? token.endObject : token.endArray
  let text = object ? '{' : '[', first = true
  for (let c = tokens.next(); c !== close; c = tokens.next()) {
    if (c === token.none) throw malformed
    if (!first) text += ','
    first = false
    if (object) { text += quoted(tokens.name()!) + ':'; tokens.next() }
    text += rewritten(tokens)
  }
  return text + (object ? '}' : ']')
}
