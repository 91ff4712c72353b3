/** Owns the reading of subscribePattern: a regular expression of Java as one of JavaScript. */

const classes: Readonly<Record<string, string>> = {
  Lower: 'a-z', Upper: 'A-Z', ASCII: '\\x00-\\x7F', Alpha: 'a-zA-Z', Digit: '0-9', Alnum: 'a-zA-Z0-9', Punct: '!-\\/:-@\\[-`{-~', Graph: '!-~', Print: ' -~', Blank: ' \\t', XDigit: '0-9a-fA-F', Space: '\\s',
}

/**
 * The expression, to be looked for anywhere in a name (as Spark does). Throws an Error that says what cannot be said in JavaScript.
 *
 *     topicPattern('(?i)orders-\\Q1.x\\E').test('ORDERS-1.x')   // true
 */
export function topicPattern(java: string): RegExp {
  let flags = ''
  let rest = java
  const leading = /^\(\?([a-zA-Z]+)\)/.exec(rest)
  if (leading !== null) {
    for (const f of leading[1]!) {
      if (f === 'i' || f === 's' || f === 'm') flags += f
      else if (f !== 'u' && f !== 'U') throw new Error(`the flag (?${f}) does not exist here`)
    }
    rest = rest.slice(leading[0].length)
  }
  let out = '', inClass = false, quantified = false
  for (let i = 0; i < rest.length; i++) {
    const c = rest[i]!
    if (c === '\\') {
      quantified = false
      const next = rest[i + 1]
      if (next === undefined) throw new Error('it ends with a backslash')
      i++
      if (next === 'Q') {
        const end = rest.indexOf('\\E', i)
        out += rest.slice(i + 1, end < 0 ? rest.length : end).replace(/[\\^$.*+?()[\]{}|\-/]/g, '\\$&')
        i = end < 0 ? rest.length : end + 1
      } else if (next === 'p' || next === 'P') {
        const found = /^\{(\w+)\}/.exec(rest.slice(i + 1))
        const set = found === null ? undefined : classes[found[1]!]
        if (set === undefined) throw new Error(`the class \\${next}${found?.[0] ?? ''} is not known here`)
        if (inClass && next === 'P') throw new Error('\\P{…} cannot stand within [ ]')
        out += inClass ? set : `[${next === 'P' ? '^' : ''}${set}]`
        i += found![0].length
      } else if (next === 'A') out += '^'
      else if (next === 'z' || next === 'Z') out += '$'
      else if (next === 'h') out += inClass ? ' \\t' : '[ \\t]'
      else if (/[GRXkeaHV]/.test(next)) throw new Error(`\\${next} does not exist here`)
      else out += c + next
      continue
    }
    if (c === '[') {
      if (inClass) throw new Error('a class within a class cannot be written here')
      inClass = true
    } else if (c === ']') inClass = false
    else if (c === '&' && inClass && rest[i + 1] === '&') throw new Error('&& within [ ] does not exist here')
    else if (c === '+' && quantified) throw new Error('a possessive quantifier does not exist here')
    quantified = !inClass && /[*+?}]/.test(c)
    out += c
  }
  try { return new RegExp(out, flags) } catch (e) { throw new Error((e as Error).message) }
}
