/** Keeps the templates of the layouts met, tries them in turn, and stops trying while the data follows none. */
import { type Layout, layoutOf } from './layout.ts'
import type { StructColumn } from './struct-column.ts'
import { compileTemplate, type RunTemplate, type Template } from './template.ts'

const maxTemplates = 6
/** Rows that go through the general tier before anything is compiled: a stream of a few rows a batch is not worth it. */
const rowsBeforeLearning = 24
/** A layout is compiled when it was met this often among so many sampled rows; rarer ones cost more than they save. */
const meetings = 4
const sampleWindow = 48
const maxPause = 8192

export class TemplateCache {
  private readonly root: StructColumn
  private templates: Template[] = []
  private readonly met = new Map<string, number>()
  private untilLearning = rowsBeforeLearning
  private sampleGap = 0
  private samples = 0
  /** Rows for which no template is tried. */
  private pause = 0
  private nextPause = 16
  private credit = 16

  constructor(root: StructColumn) { this.root = root }

  /** Drops what was compiled: a column has changed its mode. */
  reset(): void {
    this.templates = []
    this.met.clear()
    this.untilLearning = 0
    this.sampleGap = this.samples = 0
  }

  /** As `RunTemplate`: the rows from `from` on that some template could read. */
  readonly run: RunTemplate = (bytes, dv, starts, ends, nulls, from, to, shift) => {
    if (this.pause > 0) { this.pause--; return from }
    const templates = this.templates
    let at = from
    for (let k = 0; k < templates.length && at < to;) {
      const next = templates[k].run(bytes, dv, starts, ends, nulls, at, to, shift)
      if (next === at) { k++; continue }
      this.credit = Math.min(this.credit + next - at, 64)
      if (this.credit === 64) this.nextPause = 16
      at = next
      if (k > 0) { const t = templates[k]; templates[k] = templates[0]; templates[0] = t }
      // The others may know this row; the one that has just failed need not be asked again.
      k = 1
    }
    if (at < to && templates.length > 0 && (nulls === null || nulls[at] === 0)) this.missed()
    return at
  }

  private missed(): void {
    this.credit -= 2
    if (this.credit >= 0) return
    this.pause = this.nextPause
    this.nextPause = Math.min(this.nextPause * 2, maxPause)
    this.credit = 4
  }

  /** Shows a row that the general tier could read. */
  learn(bytes: Uint8Array, dv: DataView, start: number, end: number): void {
    if (this.untilLearning > 0) { this.untilLearning--; return }
    if (this.templates.length >= maxTemplates) return
    // The first rows are all looked at, later ones ever more rarely.
    if (this.samples >= sampleWindow && this.sampleGap-- > 0) return
    this.sampleGap = Math.min(this.samples, 1024)
    if (this.samples++ % sampleWindow === 0) this.met.clear()
    const layout = layoutOf(bytes, dv, start, end, this.root)
    if (layout === null) return
    const count = (this.met.get(layout.key) ?? 0) + 1
    this.met.set(layout.key, count)
    if (count >= meetings) this.adopt(layout)
  }

  private adopt(layout: Layout): void {
    this.met.delete(layout.key)
    if (this.templates.some(t => t.key === layout.key)) return
    this.templates.push(compileTemplate(layout))
  }
}
