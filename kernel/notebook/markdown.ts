/** The Markdown of notebook texts as HTML: headings, lists, tables, code, quotes, emphasis, links. Everything is escaped; raw HTML does not pass, but for details and summary. */
import { escapeHtml } from '../display/escape.ts'

function inline(text: string): string {
  const codes: string[] = []
  let s = text.replace(/`([^`]+)`/g, (_, c: string) => `\u0000${codes.push(`<code>${escapeHtml(c)}</code>`) - 1}\u0000`)
  s = escapeHtml(s)
    .replace(/\*\*([^*]+)\*\*/g, '<b>$1</b>').replace(/(^|[^*\w])\*([^*\s][^*]*)\*/g, '$1<i>$2</i>').replace(/(^|\W)_([^_\s][^_]*)_(?=\W|$)/g, '$1<i>$2</i>')
    .replace(/\[([^\]]+)\]\((https?:[^\s)]+|#[^\s)]*|[\w./-]+)\)/g, '<a href="$2">$1</a>')
  return s.replace(/\u0000(\d+)\u0000/g, (_, i: string) => codes[Number(i)]!)
}

const rowCells = (line: string): string[] => line.trim().replace(/^\||\|$/g, '').split('|').map(c => c.trim())

export function markdownToHtml(text: string): string {
  const lines = text.split('\n'), out: string[] = []
  let i = 0, list: 'ul' | 'ol' | null = null
  const closeList = (): void => { if (list !== null) { out.push(`</${list}>`); list = null } }
  while (i < lines.length) {
    const line = lines[i]!
    const fence = /^\s*```/.exec(line)
    if (fence !== null) {
      closeList()
      const body: string[] = []
      for (i++; i < lines.length && !/^\s*```/.test(lines[i]!); i++) body.push(lines[i]!)
      out.push(`<pre><code>${escapeHtml(body.join('\n'))}</code></pre>`)
      i++
      continue
    }
    const heading = /^(#{1,6})\s+(.*)$/.exec(line)
    const bullet = /^\s*[-*]\s+(.*)$/.exec(line), numbered = /^\s*\d+[.)]\s+(.*)$/.exec(line)
    if (heading !== null) { closeList(); const n = heading[1]!.length; out.push(`<h${n} id="${heading[2]!.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-')}">${inline(heading[2]!)}</h${n}>`) }
    else if (bullet !== null || numbered !== null) {
      const kind = bullet !== null ? 'ul' : 'ol'
      if (list !== kind) { closeList(); out.push(`<${kind}>`); list = kind }
      let body = (bullet ?? numbered)![1]!
      while (i + 1 < lines.length && /^\s{2,}\S/.test(lines[i + 1]!) && !/^\s*([-*]|\d+[.)])\s/.test(lines[i + 1]!)) body += ` ${lines[++i]!.trim()}`
      out.push(`<li>${inline(body)}</li>`)
    } else if (/^\s*\|.*\|\s*$/.test(line) && /^\s*\|[\s:|-]+\|\s*$/.test(lines[i + 1] ?? '')) {
      closeList()
      const head = rowCells(line)
      out.push(`<div class="scroll"><table><thead><tr>${head.map(c => `<th>${inline(c)}</th>`).join('')}</tr></thead><tbody>`)
      for (i += 2; i < lines.length && /^\s*\|.*\|\s*$/.test(lines[i]!); i++) out.push(`<tr>${rowCells(lines[i]!).map(c => `<td>${inline(c)}</td>`).join('')}</tr>`)
      out.push('</tbody></table></div>')
      continue
    } else if (/^>\s?/.test(line)) {
      closeList()
      const body: string[] = [line]
      while (/^>\s?/.test(lines[i + 1] ?? '')) body.push(lines[++i]!)
      out.push(`<blockquote>${markdownToHtml(body.map(l => l.replace(/^>\s?/, '')).join('\n'))}</blockquote>`)
    } else if (/^\s*<\/?(details|summary)[^>]*>.*$/.test(line)) { closeList(); out.push(line.replace(/<(?!\/?(details|summary|b)>)[^>]*>/g, '')) }
    else if (line.trim() === '') closeList()
    else {
      closeList()
      let body = line
      while (i + 1 < lines.length && lines[i + 1]!.trim() !== '' && !/^(\s*([-*]|\d+[.)])\s|#{1,6}\s|\s*```|\s*\||\s*<\/?(details|summary))/.test(lines[i + 1]!)) body += ` ${lines[++i]!}`
      out.push(`<p>${inline(body)}</p>`)
    }
    i++
  }
  closeList()
  return out.join('\n')
}
