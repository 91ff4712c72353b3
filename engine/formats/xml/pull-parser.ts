/** Owns the reading of XML text piece by piece: a strict parser that keeps a list of open tags and never calls itself, so no depth is too deep for it. Entities are the five of every document and characters by number; what a DTD declares is not read. */
import { entities, forbidden, isSpace, isXmlCharacter, isXmlName, nameAt } from './characters.ts'

/** Text that is no XML; whoever reads it makes Spark's condition of it. */
export class XmlMalformed extends Error {
  readonly at: number
  constructor(what: string, at: number) { super(`${what.length > 300 ? `${what.slice(0, 300)}…` : what} at character ${at + 1}`); this.at = at }
}

/** What the parser stands on. */
export type XmlEvent = 'start' | 'end' | 'text' | 'comment' | 'instruction' | 'done'

// Open tags of one document; memory for them is nothing, but whoever walks what was read should not have to fear its depth.
const maxDepth = 10_000

export interface PullOptions {
  /** An entity that is not known, in a text, is no error of the parser but left out and told by `unknownEntity`. */
  readonly unknownEntities?: boolean
}

/**
 * Reads a text from `from` to `to`: `next()` moves on and says on what, and the fields tell the rest. One root element, and nothing but comments and instructions around it. Names are as they are written, prefixes included.
 * Throws XmlMalformed at what is no XML.
 */
export class PullParser {
  readonly text: string
  readonly #to: number
  readonly #lenient: boolean
  #at: number
  #open: string[] = []
  #rootSeen = false
  // A tag that ends in /> is two events.
  #closing = false
  /** The name of the element or instruction. */
  name = ''
  /** Text, comment, or what an instruction says. */
  value = ''
  /** A text names an entity that is not known; it is left out. */
  unknownEntity = false
  /** Whether a text stood in CDATA. */
  cdata = false
  attributeNames: string[] = []
  attributeValues: string[] = []
  /** Where the piece begins in the text; it ends at `position`. */
  start = 0

  constructor(text: string, options: PullOptions = {}, from = 0, to = text.length) {
    this.text = text
    this.#to = to
    this.#lenient = options.unknownEntities === true
    this.#at = from
    this.#declaration()
  }

  /** How many elements are open. */
  get depth(): number { return this.#open.length }
  /** The place behind the piece. */
  get position(): number { return this.#at }

  next(): XmlEvent {
    if (this.#closing) { this.#closing = false; return this.#end(this.#open.at(-1)!) }
    const { text } = this
    for (;;) {
      this.start = this.#at
      if (this.#at >= this.#to) {
        if (this.#open.length > 0) throw new XmlMalformed(`the text ends within <${this.#open.at(-1)!}>`, this.#at)
        if (!this.#rootSeen) throw new XmlMalformed('there is no element', this.#at)
        return 'done'
      }
      if (text.charCodeAt(this.#at) !== 60) {
        if (this.#open.length === 0) { this.#between(); continue }
        return this.#text()
      }
      const c = text.charCodeAt(this.#at + 1)
      if (c === 47) return this.#endTag()
      if (c === 33) {
        if (text.startsWith('<!--', this.#at)) return this.#comment()
        if (this.#open.length > 0 && text.startsWith('<![CDATA[', this.#at)) return this.#cdataText()
        if (!this.#rootSeen && text.startsWith('<!DOCTYPE', this.#at)) { this.#doctype(); continue }
        throw new XmlMalformed('a <! that begins nothing', this.#at)
      }
      return c === 63 ? this.#instruction() : this.#startTag()
    }
  }

  #fail(what: string, at = this.#at): never { throw new XmlMalformed(what, at) }

  #find(part: string, from: number, what: string): number {
    const at = this.text.indexOf(part, from)
    if (at < 0 || at + part.length > this.#to) this.#fail(`${what} has no end`, from)
    return at
  }

  #spaces(): boolean {
    const from = this.#at
    while (this.#at < this.#to && isSpace(this.text.charCodeAt(this.#at))) this.#at++
    return this.#at > from
  }

  #name(): string {
    nameAt.lastIndex = this.#at
    const found = nameAt.exec(this.text)
    if (found === null || this.#at + found[0].length > this.#to) this.#fail('a name is missing')
    this.#at += found[0].length
    return found[0]
  }

  // <?xml …?> may only stand at the very beginning.
  #declaration(): void {
    const { text } = this
    if (text.charCodeAt(this.#at) === 0xfeff) this.#at++
    if (!text.startsWith('<?xml', this.#at) || !isSpace(text.charCodeAt(this.#at + 5))) return
    const end = this.#find('?>', this.#at, 'the XML declaration'), inside = text.slice(this.#at + 5, end)
    if (!/^\s+version\s*=\s*(['"])1\.[01]\1(\s+encoding\s*=\s*(['"])[A-Za-z][\w.-]*\3)?(\s+standalone\s*=\s*(['"])(yes|no)\5)?\s*$/.test(inside)) this.#fail('the XML declaration is none')
    this.#at = end + 2
  }

  #between(): void {
    if (!this.#spaces()) this.#fail(this.#rootSeen ? 'text behind the root' : 'text before the root')
  }

  #text(): XmlEvent {
    const found = this.text.indexOf('<', this.#at), end = found < 0 || found > this.#to ? this.#to : found
    const raw = this.text.slice(this.#at, end), odd = raw.indexOf(']]>')
    if (odd >= 0) this.#fail(']]> within a text', this.#at + odd)
    this.unknownEntity = false
    this.value = this.#resolved(raw, this.#at, false)
    this.cdata = false
    this.#at = end
    return 'text'
  }

  // Line ends become \n, references what they stand for; in an attribute other white space becomes spaces.
  #resolved(raw: string, at: number, attribute: boolean): string {
    const bad = forbidden.exec(raw)
    if (bad !== null) this.#fail('a character that XML does not have', at + bad.index)
    let text = raw.includes('\r') ? raw.replace(/\r\n?/g, '\n') : raw
    if (attribute) text = text.replace(/[\t\n]/g, ' ')
    if (!text.includes('&')) return text
    return text.replace(/&([^&;\s]{0,64};?)/g, (_, ref: string) => {
      if (!ref.endsWith(';')) this.#fail('an & that begins no reference', at)
      const name = ref.slice(0, -1), digits = /^#(?:([0-9]+)|x([0-9a-fA-F]+))$/.exec(name)
      if (digits === null) {
        if (Object.hasOwn(entities, name)) return entities[name]!
        if (attribute || !this.#lenient || !isXmlName(name)) this.#fail(`the entity ${name} is not known`, at)
        this.unknownEntity = true
        return ''
      }
      const n = digits[1] === undefined ? parseInt(digits[2]!, 16) : parseInt(digits[1], 10)
      return isXmlCharacter(n) ? String.fromCodePoint(n) : this.#fail('a reference to a character that XML does not have', at)
    })
  }

  #cdataText(): XmlEvent {
    const from = this.#at + 9, end = this.#find(']]>', from, 'CDATA'), raw = this.text.slice(from, end), bad = forbidden.exec(raw)
    if (bad !== null) this.#fail('a character that XML does not have', from + bad.index)
    this.value = raw.replace(/\r\n?/g, '\n')
    this.cdata = true
    this.unknownEntity = false
    this.#at = end + 3
    return 'text'
  }

  #comment(): XmlEvent {
    const from = this.#at + 4, end = this.#find('--', from, 'a comment')
    if (this.text.charCodeAt(end + 2) !== 62 || end + 3 > this.#to) this.#fail('-- within a comment', end)
    const raw = this.text.slice(from, end), bad = forbidden.exec(raw)
    if (bad !== null) this.#fail('a character that XML does not have', from + bad.index)
    this.value = raw.replace(/\r\n?/g, '\n')
    this.#at = end + 3
    return 'comment'
  }

  #instruction(): XmlEvent {
    this.#at += 2
    const name = this.#name()
    if (name.toLowerCase() === 'xml') this.#fail('an XML declaration that does not stand at the beginning')
    const spaced = this.#spaces(), end = this.#find('?>', this.#at, `<?${name}`)
    if (!spaced && end !== this.#at) this.#fail(`a space is missing behind <?${name}`)
    this.name = name
    this.value = this.text.slice(this.#at, end)
    this.#at = end + 2
    return 'instruction'
  }

  // Passed over: what it declares is not known to this parser.
  #doctype(): void {
    const { text } = this, from = this.#at
    for (let brackets = 0; this.#at < this.#to; this.#at++) {
      const c = text.charCodeAt(this.#at)
      if (c === 34 || c === 39) this.#at = this.#find(text[this.#at]!, this.#at + 1, 'a quoted text')
      else if (c === 91) brackets++
      else if (c === 93) brackets--
      else if (c === 60 && text.startsWith('<!--', this.#at)) this.#at = this.#find('-->', this.#at, 'a comment') + 2
      else if (c === 62 && brackets <= 0) { this.#at++; return }
    }
    this.#fail('<!DOCTYPE has no end', from)
  }

  #startTag(): XmlEvent {
    if (this.#open.length === 0 && this.#rootSeen) this.#fail('a second root')
    this.#at++
    const name = this.#name(), names: string[] = [], values: string[] = []
    let seen: Set<string> | null = null
    for (;;) {
      const spaced = this.#spaces()
      if (this.#at >= this.#to) this.#fail(`<${name} has no end`)
      const c = this.text.charCodeAt(this.#at)
      if (c === 62) { this.#at++; break }
      if (c === 47) {
        if (this.text.charCodeAt(this.#at + 1) !== 62 || this.#at + 2 > this.#to) this.#fail(`<${name} ends in / without >`)
        this.#at += 2
        this.#closing = true
        break
      }
      if (!spaced) this.#fail(`a space is missing in <${name}`)
      const attribute = this.#name()
      this.#spaces()
      if (this.text.charCodeAt(this.#at) !== 61) this.#fail(`the attribute ${attribute} has no value`)
      this.#at++
      this.#spaces()
      const quote = this.text.charCodeAt(this.#at)
      if (quote !== 34 && quote !== 39) this.#fail(`the value of ${attribute} is not in quotes`)
      const from = this.#at + 1, end = this.#find(quote === 34 ? '"' : "'", from, `the value of ${attribute}`), raw = this.text.slice(from, end)
      if (raw.includes('<')) this.#fail(`a < in the value of ${attribute}`, from)
      seen ??= new Set()
      if (seen.has(attribute)) this.#fail(`the attribute ${attribute} stands twice`, from)
      seen.add(attribute)
      names.push(attribute)
      values.push(this.#resolved(raw, from, true))
      this.#at = end + 1
    }
    if (this.#open.length >= maxDepth) this.#fail(`more than ${maxDepth} elements within each other`)
    this.name = name
    this.attributeNames = names
    this.attributeValues = values
    this.#open.push(name)
    this.#rootSeen = true
    return 'start'
  }

  #endTag(): XmlEvent {
    this.#at += 2
    const name = this.#name(), open = this.#open.at(-1)
    if (name !== open) this.#fail(open === undefined ? `</${name}> closes nothing` : `</${name}> where </${open}> should stand`)
    this.#spaces()
    if (this.text.charCodeAt(this.#at) !== 62 || this.#at >= this.#to) this.#fail(`</${name} has no end`)
    this.#at++
    return this.#end(name)
  }

  #end(name: string): XmlEvent {
    this.name = name
    this.#open.pop()
    return 'end'
  }
}
