/** Parts of JSON texts: `get_json_object` with Hive's path rules, `json_tuple`, `json_array_length`, `json_object_keys`. */
import { jsonOptions } from './json/options.ts'
import { rewritten } from './json/rewrite.ts'
import { JsonTokens, malformed, token } from './json/tokens.ts'

/** One step of a path: a field of an object, an element of an array, or every element. `never` is `.*`, which Spark reads and nothing matches. */
type Step = { readonly field: string } | { readonly index: number } | 'every' | 'never'
/** A path such as `$.a.b[2].c` or `$[*]['a b']`. */
export type JsonPath = readonly Step[]

const encoder = new TextEncoder()
const options = jsonOptions({ allowUnquotedControlChars: 'true', allowNonNumericNumbers: 'false' }, { timeZone: 'UTC' })
const tokens = new JsonTokens(options, false)

function open(text: string): JsonTokens {
  const bytes = encoder.encode(text)
  return tokens.open(bytes, 0, bytes.length)
}

/** What `read` makes of the text; null where the text is no JSON. */
function orNull<T>(read: () => T | null): T | null {
  try { return read() } catch (e) {
    if (e === malformed) return null
    throw e
  }
}

const step = /(\.\*|\['\*'\])|\.([^.[]+)|\['([^']+)'\]|\[(?:(\*)|(\d+))\]/y

/** The steps of a path, or null for a text that is no path: its result is always NULL. */
export function compileJsonPath(path: string): JsonPath | null {
  if (!path.startsWith('$')) return null
  const steps: Step[] = []
  let at = step.lastIndex = 1
  while (at < path.length) {
    const m = step.exec(path)
    if (m === null) return null
    at = step.lastIndex
    if (m[1] !== undefined) steps.push('never')
    else if (m[2] !== undefined || m[3] !== undefined) steps.push({ field: m[2] ?? m[3] })
    else steps.push(m[4] !== undefined ? 'every' : { index: Number(m[5]) })
  }
  return steps
}

/**
 * The part of a JSON text that a path leads to, as text: a string without quotes, anything else as JSON. NULL if there is none.
 * @example getJsonObject('{"a":[1,{"b":"x"}]}', compileJsonPath('$.a[1].b')) // 'x'
 */
export function getJsonObject(text: string, path: JsonPath | null): string | null {
  if (path === null) return null
  return orNull(() => {
    const t = open(text)
    if (t.next() === token.none) return null
    const out = new Output()
    return evaluate(t, out, 'raw', path, 0) ? out.text : null
  })
}

/** How a match is written: `raw` without quotes, `quoted` as JSON, `flat` with arrays opened into the one around them. */
type Style = 'raw' | 'quoted' | 'flat'

class Output {
  text = ''
  private first = true
  begin(): void { this.separate(); this.text += '['; this.first = true }
  end(): void { this.text += ']'; this.first = false }
  value(text: string): void { this.separate(); this.text += text }
  private separate(): void { if (!this.first && this.text !== '') this.text += ','; this.first = false }
}

/** Writes what the rest of the path, from step `k` on, matches in the value stood on; whether anything did. */
function evaluate(t: JsonTokens, out: Output, style: Style, path: JsonPath, k: number): boolean {
  const here = path[k]
  if (here === undefined) return emit(t, out, style)
  if (t.current === token.startObject && typeof here === 'object' && 'field' in here) return evaluateField(t, out, style, path, k, here.field)
  if (t.current !== token.startArray || here === 'never' || (typeof here === 'object' && 'field' in here)) {
    t.skipChildren()
    return false
  }
  if (here === 'every') return evaluateEvery(t, out, style, path, k)
  return evaluateIndex(t, out, path[k + 1] === 'every' ? 'quoted' : style, path, k, here.index)
}

function emit(t: JsonTokens, out: Output, style: Style): boolean {
  if (t.current === token.text && style === 'raw') { out.value(t.text()); return true }
  if (t.current !== token.startArray || style !== 'flat') { out.value(rewritten(t)); return true }
  let found = false
  while (t.next() !== token.endArray) found = emit(t, out, style) || found
  return found
}

function evaluateField(t: JsonTokens, out: Output, style: Style, path: JsonPath, k: number, field: string): boolean {
  let found = false
  while (t.next() !== token.endObject) {
    const wanted = !found && t.name() === field
    if (t.next() === token.null || !wanted) t.skipChildren()
    else found = evaluate(t, out, style, path, k + 1)
  }
  return found
}

function evaluateEvery(t: JsonTokens, out: Output, style: Style, path: JsonPath, k: number): boolean {
  // Hive does not keep the structure of [*][*]: both levels become one array.
  if (path[k + 1] === 'every') return everyInto(t, out, 'flat', path, k + 2)
  if (style === 'quoted') return everyInto(t, out, 'quoted', path, k + 1)
  const inner = new Output()
  inner.begin()
  let found = 0
  while (t.next() !== token.endArray) if (evaluate(t, inner, style === 'raw' ? 'quoted' : 'flat', path, k + 1)) found++
  inner.end()
  // A single match stands without the array.
  if (found > 0) out.value(found > 1 ? inner.text : inner.text.slice(1, -1))
  return found > 0
}

function everyInto(t: JsonTokens, out: Output, style: Style, path: JsonPath, k: number): boolean {
  let found = false
  out.begin()
  while (t.next() !== token.endArray) found = evaluate(t, out, style, path, k) || found
  out.end()
  return found
}

function evaluateIndex(t: JsonTokens, out: Output, style: Style, path: JsonPath, k: number, index: number): boolean {
  let found = false
  for (let i = 0; t.next() !== token.endArray; i++) {
    if (i === index) found = evaluate(t, out, style, path, k + 1)
    else t.skipChildren()
  }
  return found
}

/** The values of fields of a JSON object, as `getJsonObject` would give them; all NULL if the text is no object. */
export function jsonTuple(text: string, fields: readonly (string | null)[]): (string | null)[] {
  return orNull(() => {
    const row: (string | null)[] = fields.map(() => null), t = open(text)
    if (t.next() !== token.startObject) return null
    while (t.next() !== token.endObject) {
      const name = t.name()
      if (t.next() !== token.null && fields.includes(name)) {
        const value = t.current === token.text ? t.text() : rewritten(t)
        fields.forEach((f, i) => { if (f === name) row[i] = value })
      } else t.skipChildren()
    }
    return row
  }) ?? fields.map(() => null)
}

/** The number of elements of a JSON array, NULL for anything else. */
export function jsonArrayLength(text: string): number | null {
  return orNull(() => {
    const t = open(text)
    if (t.next() !== token.startArray) return null
    let n = 0
    for (; t.next() !== token.endArray; n++) t.skipChildren()
    return n
  })
}

/** The field names of a JSON object in their order, NULL for anything else. */
export function jsonObjectKeys(text: string): string[] | null {
  return orNull(() => {
    const t = open(text), keys: string[] = []
    if (t.next() !== token.startObject) return null
    while (t.next() !== token.endObject) {
      keys.push(t.name()!)
      t.next()
      t.skipChildren()
    }
    return keys
  })
}

