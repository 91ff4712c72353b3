/** Jupyter messages on the wire: parts, signature, JSON (protocol 5.4). */
import { createHmac, timingSafeEqual } from 'node:crypto'

export interface Header { readonly msg_id: string; readonly session: string; readonly username: string; readonly date: string; readonly msg_type: string; readonly version: string }
export interface Message { readonly identities: readonly Buffer[]; readonly header: Header; readonly parent: Partial<Header>; readonly metadata: Record<string, unknown>; readonly content: Record<string, any> }

const delimiter = '<IDS|MSG>'

export class Codec {
  readonly #key: string
  readonly #session: string

  constructor(key: string, session: string) { this.#key = key; this.#session = session }

  #sign(parts: readonly (string | Buffer)[]): string {
    if (this.#key === '') return ''
    const h = createHmac('sha256', this.#key)
    for (const p of parts) h.update(p)
    return h.digest('hex')
  }

  /** The message of these parts, or null when it is malformed or not signed with our key. */
  decode(parts: readonly Buffer[]): Message | null {
    const at = parts.findIndex(p => p.toString('latin1') === delimiter)
    if (at < 0 || parts.length < at + 6) return null
    const [signature, header, parent, metadata, content] = parts.slice(at + 1, at + 6) as [Buffer, Buffer, Buffer, Buffer, Buffer]
    const want = Buffer.from(this.#sign([header, parent, metadata, content]))
    if (this.#key !== '' && (want.length !== signature.length || !timingSafeEqual(want, signature))) return null
    try {
      return { identities: parts.slice(0, at), header: JSON.parse(header.toString('utf8')), parent: JSON.parse(parent.toString('utf8')), metadata: JSON.parse(metadata.toString('utf8')), content: JSON.parse(content.toString('utf8')) }
    } catch { return null }
  }

  encode(type: string, content: unknown, parent: Partial<Header>, identities: readonly (Buffer | string)[], metadata: unknown = {}): (Buffer | string)[] {
    const header: Header = { msg_id: globalThis.crypto.randomUUID(), session: this.#session, username: 'kernel', date: new Date().toISOString(), msg_type: type, version: '5.4' }
    const parts = [header, parent, metadata, content].map(x => JSON.stringify(x))
    return [...identities, delimiter, this.#sign(parts), ...parts]
  }
}
