/** Owns the steps over an XML text that Spark's reader takes: tags and texts, with a look at the next one. CDATA is text like any other; comments and instructions are passed over, and a text ends before them. */
import { PullParser } from './pull-parser.ts'

export type Step = 'start' | 'end' | 'text' | 'done'

/** `peek` looks at the next step, `next` takes it; `name`, `attributes` and `text` tell of the one looked at or taken last. */
export class XmlCursor {
  readonly #parser: PullParser
  readonly #localNames: boolean
  // The step that peek has read ahead.
  #ahead: Step | null = null
  // The parser stands on a piece that no step has used yet.
  #held: ReturnType<PullParser['next']> | null = null
  name = ''
  attributeNames: readonly string[] = []
  attributeValues: readonly string[] = []
  text = ''
  /** The text names an entity that is not known: whoever wants it has none. */
  unknown = false
  /** How many elements are open where the cursor stands. */
  depth = 0

  /** `localNames`: prefixes of names are cut off. */
  constructor(text: string, localNames: boolean, from = 0, to = text.length) {
    this.#parser = new PullParser(text, { unknownEntities: true }, from, to)
    this.#localNames = localNames
  }

  /** Looks at the next step. Throws XmlMalformed. */
  peek(): Step { return this.#ahead ??= this.#read() }

  /** Takes the next step. Throws XmlMalformed. */
  next(): Step {
    const step = this.peek()
    this.#ahead = null
    if (step === 'start') this.depth++
    else if (step === 'end') this.depth--
    return step
  }

  /** Goes behind the end tag of the element that made the depth what it was: `depth` is that outside of it. */
  leave(depth: number): void { while (this.depth > depth) this.next() }

  #read(): Step {
    const parser = this.#parser
    for (;;) {
      const event = this.#held ?? parser.next()
      this.#held = null
      switch (event) {
        case 'start':
          this.name = this.#named(parser.name)
          this.attributeNames = this.#localNames ? parser.attributeNames.map(n => this.#named(n)) : parser.attributeNames
          this.attributeValues = parser.attributeValues
          return 'start'
        case 'end': this.name = this.#named(parser.name); return 'end'
        case 'done': return 'done'
        case 'text': {
          let text = parser.value, unknown = parser.unknownEntity
          for (this.#held = parser.next(); this.#held === 'text'; this.#held = parser.next()) { text += parser.value; unknown ||= parser.unknownEntity }
          this.text = text
          this.unknown = unknown
          return 'text'
        }
      }
    }
  }

  #named(name: string): string { return this.#localNames ? name.slice(name.indexOf(':') + 1) : name }
}
