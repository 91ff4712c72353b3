/** The texts JSON has for strings and bytes: in quotes with escapes, and in base64. */

const named: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\b': '\\b', '\t': '\\t', '\n': '\\n', '\f': '\\f', '\r': '\\r' }
// eslint-disable-next-line no-control-regex
const special = /["\\\u0000-\u001f]/
const allSpecial = /["\\\u0000-\u001f]/g

/** A text in quotes; only what JSON must escape is escaped, control characters with upper-case digits. */
export function quoted(text: string): string {
  if (!special.test(text)) return `"${text}"`
  return `"${text.replace(allSpecial, c => named[c] ?? `\\u00${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)}"`
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** Bytes as base64 with padding. */
export function base64Text(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i, v = (bytes[i]! << 16) | ((left > 1 ? bytes[i + 1]! : 0) << 8) | (left > 2 ? bytes[i + 2]! : 0)
    text += alphabet[v >> 18]! + alphabet[(v >> 12) & 63]! + (left > 1 ? alphabet[(v >> 6) & 63]! : '=') + (left > 2 ? alphabet[v & 63]! : '=')
  }
  return text
}
