/** The seam behind which TypeScript becomes JavaScript: what a cell's converter must do, whichever compiler does it. */
import type { Completion, Inspection } from './protocol.ts'

/** A complaint of the compiler, at UTF-16 offsets of the cell as the person wrote it, or in a file that the cell imports. */
export interface Diagnostic { readonly line: number; readonly column: number; readonly length: number; readonly message: string; readonly code: number; readonly file: string | null }

export interface Converted {
  /** What is wrong; then there is nothing to run. */
  readonly diagnostics: readonly Diagnostic[]
  /** The body of a function of `exports`, `require` and `__celda` (`CellTools`); null when there is nothing to run. */
  readonly javascript: string | null
  readonly isAsync: boolean
  /** Whether it leaves the value of a last expression: in `__celda.last`. */
  readonly hasResult: boolean
  /** The declarations of this cell and the earlier ones, as the next cell needs them. */
  readonly declarations: string
  /** The local modules it imports, new or changed, by the path of their JavaScript. */
  readonly modules: readonly { readonly path: string; readonly javascript: string }[]
}

export interface Converter {
  /** Version of the TypeScript behind. */
  readonly version: string
  convert(declarations: string, code: string): Converted
  complete(declarations: string, code: string, position: number): Completion
  inspect(declarations: string, code: string, position: number): Inspection | null
}
