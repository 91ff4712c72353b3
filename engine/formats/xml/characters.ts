/** Owns which characters XML 1.0 allows where: names, texts, references. */

const start = ':A-Z_a-z\\u{C0}-\\u{D6}\\u{D8}-\\u{F6}\\u{F8}-\\u{2FF}\\u{370}-\\u{37D}\\u{37F}-\\u{1FFF}\\u{200C}-\\u{200D}\\u{2070}-\\u{218F}\\u{2C00}-\\u{2FEF}\\u{3001}-\\u{D7FF}\\u{F900}-\\u{FDCF}\\u{FDF0}-\\u{FFFD}\\u{10000}-\\u{EFFFF}'
const more = `${start}\\-.0-9\\u{B7}\\u{300}-\\u{36F}\\u{203F}-\\u{2040}`

/** A name at a place of a text (sticky: set `lastIndex` first). */
export const nameAt = new RegExp(`[${start}][${more}]*`, 'uy')
const wholeName = new RegExp(`^[${start}][${more}]*$`, 'u')

/** Whether a text may be the name of an element or attribute. */
export const isXmlName = (text: string): boolean => wholeName.test(text)

/** Whether a text may be the name of an element or attribute that is written: prefixes are not, for they would have to be declared. */
export const isPlainName = (text: string): boolean => !text.includes(':') && isXmlName(text)

/** What a text may not hold: control characters, halves of surrogate pairs, U+FFFE and U+FFFF. */
export const forbidden = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

/** Whether the character of a number may stand in XML. */
export const isXmlCharacter = (n: number): boolean => n === 9 || n === 10 || n === 13 || (n >= 0x20 && n <= 0xd7ff) || (n >= 0xe000 && n <= 0xfffd) || (n >= 0x10000 && n <= 0x10ffff)

/** Space, tab, line feed, carriage return. */
export const isSpace = (c: number): boolean => c === 32 || c === 10 || c === 9 || c === 13

/** The five entities every document has. */
export const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

export { javaTrim as trimmed } from '../../types/java-trim.ts'
