/** A cell's channel for tests: keeps what is sent, and replaces what is updated, as a notebook would. */
import { withChannel, type MimeBundle, type Output } from '../../kernel/output.ts'

export class TestCell {
  readonly sent: Output[] = []
  /** The outputs as a saved notebook would hold them. */
  readonly shown: { displayId?: string; data: MimeBundle }[] = []

  run<T>(work: () => T): T {
    return withChannel({
      cell: 'celda', send: o => {
        this.sent.push(o)
        if (o.kind === 'result') this.shown.push({ data: o.data })
        if (o.kind !== 'display') return
        if (o.update) { for (const s of this.shown) if (s.displayId === o.displayId) s.data = o.data } else this.shown.push({ ...(o.displayId === undefined ? {} : { displayId: o.displayId }), data: o.data })
      },
    }, work)
  }

  html(n: number): string { return String(this.shown[n]!.data['text/html']) }
  text(n: number): string { return String(this.shown[n]!.data['text/plain']) }
}
