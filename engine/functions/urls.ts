/** Form-encoded texts and the parts of a URL, by Java's rules (URLEncoder, URI). */

const utf8 = new TextEncoder(), decoder = new TextDecoder('utf-8', { ignoreBOM: true })
const keeps = /^[A-Za-z0-9.*_-]$/

/** `a b&c` → `a+b%26c`. */
export function urlEncode(s: string): string {
  let out = ''
  for (const b of utf8.encode(s)) {
    const ch = String.fromCharCode(b)
    out += b < 0x80 && keeps.test(ch) ? ch : b === 32 ? '+' : `%${b.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return out
}

/** The reverse; null where a % is not followed by two hexadecimal digits. */
export function urlDecode(s: string): string | null {
  if (/%(?![0-9a-fA-F]{2})/.test(s)) return null
  return s.replaceAll('+', ' ').replace(/(?:%[0-9a-fA-F]{2})+/g, m => decoder.decode(Uint8Array.from(m.slice(1).split('%'), h => Number.parseInt(h, 16))))
}

// Characters that a URI may hold as they are; others than ASCII count as letters, as in Java.
const legal = /^(?:[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=]|%[0-9a-fA-F]{2}|[^\u0000-\u00a0\u2028\u2029])*$/u
const form = /^(?:([^:/?#]+):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s

/** A part of a URL by its name (HOST, PATH, QUERY, REF, PROTOCOL, FILE, AUTHORITY, USERINFO), of QUERY a key's value too. Null where there is none, undefined where the text is no URL. */
export function parseUrl(url: string, part: string, key?: string): string | null | undefined {
  const m = form.exec(url)
  if (m === null || !legal.test(url) || (m[1] !== undefined && !/^[A-Za-z][A-Za-z0-9+.-]*$/.test(m[1]))) return undefined
  const [, protocol, authority, path = '', query, ref] = m
  const opaque = protocol !== undefined && authority === undefined && !path.startsWith('/')
  if (key !== undefined) {
    if (part !== 'QUERY' || query === undefined) return null
    const found = new RegExp(`(?:^|&)${key.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}=([^&]*)`).exec(query)
    return found?.[1] ?? null
  }
  const at = authority?.lastIndexOf('@') ?? -1, server = authority === undefined ? undefined : /^(\[[^\]]*\]|[^:]*)(?::\d*)?$/.exec(authority.slice(at + 1))
  switch (part) {
    case 'HOST': return server?.[1] || null
    case 'PATH': return opaque ? null : path
    case 'QUERY': return query ?? null
    case 'REF': return ref ?? null
    case 'PROTOCOL': return protocol ?? null
    case 'FILE': return opaque ? null : query === undefined ? path : `${path}?${query}`
    case 'AUTHORITY': return authority || null
    case 'USERINFO': return at < 0 ? null : authority!.slice(0, at)
    default: return null
  }
}
