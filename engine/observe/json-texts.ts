/** The JSON of progress and status as text, which Spark's objects carry beside their fields. */

export interface JsonTexts {
  /** The object as JSON on one line. */
  readonly json: string
  /** The same over several lines, indented by two spaces. */
  readonly prettyJson: string
}

// JSON has whole numbers of any length; JavaScript's printer takes those beyond 2^53 only as text that is one already.
const { rawJSON } = JSON as { readonly rawJSON?: (text: string) => unknown }
function exact(_: string, v: unknown): unknown {
  if (typeof v === 'bigint') return rawJSON === undefined ? String(v) : rawJSON(String(v))
  return v instanceof Map ? Object.fromEntries(v) : v instanceof Uint8Array ? Buffer.from(v).toString('base64') : v
}

const texts: PropertyDescriptorMap = {
  json: { get(this: object): string { return JSON.stringify(this, exact) } },
  prettyJson: { get(this: object): string { return JSON.stringify(this, exact, 2) } },
}

/** The same object, which can say its JSON; what is printed, compared or copied of it stays what it was. */
export const withJson = <T extends object>(value: T): T & JsonTexts => Object.defineProperties(value, texts) as T & JsonTexts
