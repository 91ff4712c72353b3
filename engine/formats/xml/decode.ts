/** Owns the bytes of XML files as text: by the option, by the byte order mark, by what the declaration says, else UTF-8. */
import { executionError } from '../../errors/spark-error.ts'

const plain = /^(?:iso-?8859-?1|latin-?1)$/i

/** A function from bytes to text for an encoding; null for one that is not known. */
export function decoderOf(encoding: string): ((bytes: Uint8Array) => string) | null {
  // The web's iso-8859-1 is windows-1252, Java's is not.
  if (plain.test(encoding)) return bytes => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
  try { const decoder = new TextDecoder(encoding); return bytes => decoder.decode(bytes) } catch { return null }
}

/** The text of a file. `encoding` null: as the file says. Throws MICROLOTE_NOT_SUPPORTED for more than JavaScript puts into one text, 2^29 characters. */
export function decodeXml(bytes: Uint8Array, encoding: string | null): string {
  const decode = decoderOf(sixteenBits(bytes, encoding) ?? encoding ?? declared(bytes)) ?? decoderOf('utf-8')!
  // Bytes that are no text become U+FFFD: there is no other reason to fail.
  try { return decode(bytes) } catch (e) { throw executionError('MICROLOTE_NOT_SUPPORTED', { feature: `A file of XML with ${bytes.length} bytes, which is one text here`, advice: 'Split it into files of at most 500 MB.' }, e) }
}

// UTF-16 without a side is told by its mark.
function sixteenBits(bytes: Uint8Array, encoding: string | null): string | null {
  if (encoding !== null && !/^utf-?16$/i.test(encoding)) return null
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  return encoding === null ? null : 'utf-16be'
}

function declared(bytes: Uint8Array): string {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 200)).toString('latin1')
  return /^<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]*)["']/.exec(head)?.[1] ?? 'utf-8'
}
