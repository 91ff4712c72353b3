/** Character sets of Java's regular expressions as the text of a JavaScript class (flag v): \d, \p{…}, POSIX names, and case without case folding. */

/** The set's items, to stand inside brackets; null for a name that Java knows and JavaScript cannot say, or that neither knows. */
export type SetText = string | null

const ascii: Readonly<Record<string, string>> = {
  Lower: 'a-z', Upper: 'A-Z', ASCII: '\\u{0}-\\u{7f}', Alpha: 'a-zA-Z', Digit: '0-9', Alnum: '0-9a-zA-Z', Punct: '\\u{21}-\\u{2f}\\u{3a}-\\u{40}\\u{5b}-\\u{60}\\u{7b}-\\u{7e}',
  Graph: '\\u{21}-\\u{7e}', Print: '\\u{20}-\\u{7e}', Blank: ' \\t', Cntrl: '\\u{0}-\\u{1f}\\u{7f}', XDigit: '0-9a-fA-F', Space: ' \\t\\n\\v\\f\\r',
}
const unicodePosix: Readonly<Record<string, string>> = {
  Lower: '\\p{Lowercase}', Upper: '\\p{Uppercase}', ASCII: ascii.ASCII!, Alpha: '\\p{Alphabetic}', Digit: '\\p{Nd}', Alnum: '\\p{Alphabetic}\\p{Nd}', Punct: '\\p{P}',
  Blank: '\\p{Zs}\\t', Cntrl: '\\p{Cc}', XDigit: '\\p{Nd}\\p{Hex_Digit}', Space: '\\p{White_Space}',
}
const named: Readonly<Record<string, string>> = {
  javaLowerCase: '\\p{Lowercase}', javaUpperCase: '\\p{Uppercase}', javaAlphabetic: '\\p{Alphabetic}', javaIdeographic: '\\p{Ideographic}', javaTitleCase: '\\p{Lt}', javaDigit: '\\p{Nd}', javaLetter: '\\p{L}',
  javaLetterOrDigit: '\\p{L}\\p{Nd}', javaDefined: '\\P{Cn}', LC: '\\p{Lu}\\p{Ll}\\p{Lt}', LD: '\\p{L}\\p{Nd}', L1: '\\u{0}-\\u{ff}', all: '\\u{0}-\\u{10ffff}',
}
const binary: Readonly<Record<string, string>> = {
  alphabetic: 'Alphabetic', ideographic: 'Ideographic', lowercase: 'Lowercase', uppercase: 'Uppercase', white_space: 'White_Space', hex_digit: 'Hex_Digit', join_control: 'Join_Control',
  noncharacter_code_point: 'Noncharacter_Code_Point', emoji: 'Emoji', emoji_presentation: 'Emoji_Presentation', emoji_modifier: 'Emoji_Modifier', emoji_modifier_base: 'Emoji_Modifier_Base', emoji_component: 'Emoji_Component', extended_pictographic: 'Extended_Pictographic',
}
const categoryNames: Readonly<Record<string, string>> = { letter: 'L', titlecase: 'Lt', punctuation: 'P', control: 'Cc', digit: 'Nd' }
// The blocks that people name; ranges as Unicode has them.
const blocks: Readonly<Record<string, string>> = {
  basiclatin: '\\u{0}-\\u{7f}', latin1supplement: '\\u{80}-\\u{ff}', latinextendeda: '\\u{100}-\\u{17f}', latinextendedb: '\\u{180}-\\u{24f}', greek: '\\u{370}-\\u{3ff}', greekandcoptic: '\\u{370}-\\u{3ff}', cyrillic: '\\u{400}-\\u{4ff}',
  hebrew: '\\u{590}-\\u{5ff}', arabic: '\\u{600}-\\u{6ff}', devanagari: '\\u{900}-\\u{97f}', thai: '\\u{e00}-\\u{e7f}', hiragana: '\\u{3040}-\\u{309f}', katakana: '\\u{30a0}-\\u{30ff}', cjkunifiedideographs: '\\u{4e00}-\\u{9fff}', hangulsyllables: '\\u{ac00}-\\u{d7af}', emoticons: '\\u{1f600}-\\u{1f64f}',
}

const works = (text: string): boolean => { try { new RegExp(`[${text}]`, 'v'); return true } catch { return false } }
const category = (name: string): SetText => (/^(?:C[cfnos]?|L[lmotu]?|M[cen]?|N[dlo]?|P[cdefios]?|S[ckmo]?|Z[lps]?)$/.test(name) ? `\\p{${name}}` : null)
const script = (name: string): SetText => { const given = name.toLowerCase().replace(/(^|_)[a-z]/g, m => m.toUpperCase()), text = `\\p{Script=${given}}`; return works(text) ? text : null }

/** What stands in the braces of `\p{…}`. */
export function propertySet(name: string, unicodeClasses: boolean): SetText {
  const equals = name.indexOf('=')
  if (equals >= 0) {
    const key = name.slice(0, equals).toLowerCase(), value = name.slice(equals + 1)
    if (key === 'sc' || key === 'script') return script(value)
    if (key === 'gc' || key === 'general_category') return category(value)
    return key === 'blk' || key === 'block' ? blocks[value.toLowerCase().replace(/[ _-]/g, '')] ?? null : null
  }
  if (name.startsWith('In')) return blocks[name.slice(2).toLowerCase().replace(/[ _-]/g, '')] ?? null
  if (name.startsWith('Is')) {
    const rest = name.slice(2), low = rest.toLowerCase()
    if (binary[low] !== undefined) return `\\p{${binary[low]}}`
    if (categoryNames[low] !== undefined) return `\\p{${categoryNames[low]}}`
    return low === 'assigned' ? '\\P{Cn}' : category(rest) ?? script(rest)
  }
  return (unicodeClasses ? unicodePosix[name] : undefined) ?? ascii[name] ?? named[name] ?? category(name)
}

/** `\d \w \s \h \v` as class items; the capital forms are their complements. */
export function escapeSet(letter: string, unicodeClasses: boolean): string | null {
  switch (letter) {
    case 'd': return unicodeClasses ? '\\p{Nd}' : '0-9'
    case 'w': return unicodeClasses ? '\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}' : 'a-zA-Z_0-9'
    case 's': return unicodeClasses ? '\\p{White_Space}' : ' \\t\\n\\v\\f\\r'
    case 'h': return ' \\t\\u{a0}\\u{1680}\\u{180e}\\u{2000}-\\u{200a}\\u{202f}\\u{205f}\\u{3000}'
    case 'v': return '\\n\\v\\f\\r\\u{85}\\u{2028}\\u{2029}'
    default: return null
  }
}

/** A code point as source text that means only itself, in a class and outside. */
export const codePointSource = (cp: number): string => ((cp >= 48 && cp <= 57) || (cp >= 65 && cp <= 90) || (cp >= 97 && cp <= 122) ? String.fromCodePoint(cp) : `\\u{${cp.toString(16)}}`)

const isLetter = (cp: number): boolean => (cp >= 65 && cp <= 90) || (cp >= 97 && cp <= 122)
/** The other forms of a character when case does not count: of ASCII letters only, unless `unicode`. */
export function otherCases(cp: number, unicode: boolean): number[] {
  if (!unicode) return isLetter(cp) ? [cp ^ 32] : []
  const s = String.fromCodePoint(cp)
  return [s.toLowerCase(), s.toUpperCase(), s.toUpperCase().toLowerCase()].filter(x => [...x].length === 1).map(x => x.codePointAt(0)!).filter((x, i, all) => x !== cp && all.indexOf(x) === i)
}
