/** TypeScript with a little colour: comments, texts, numbers, keywords. */
import { escapeHtml } from '../display/escape.ts'

const words = 'const|let|var|function|return|if|else|for|of|in|while|await|async|new|class|import|from|export|throw|try|catch|finally|true|false|null|undefined|type|interface|as'
const token = new RegExp(`(//[^\\n]*|/\\*[\\s\\S]*?\\*/)|("(?:[^"\\\\\\n]|\\\\.)*"|'(?:[^'\\\\\\n]|\\\\.)*'|\`(?:[^\`\\\\]|\\\\[\\s\\S])*\`)|\\b(\\d[\\d_]*(?:\\.\\d+)?)\\b|\\b(${words})\\b`, 'g')

export function highlight(code: string): string {
  let out = '', at = 0
  for (const m of code.matchAll(token)) {
    out += escapeHtml(code.slice(at, m.index))
    const kind = m[1] !== undefined ? 'c' : m[2] !== undefined ? 's' : m[3] !== undefined ? 'n' : 'k'
    out += `<span class="${kind}">${escapeHtml(m[0])}</span>`
    at = m.index + m[0].length
  }
  return out + escapeHtml(code.slice(at))
}
