/** What is there already when a process begins from a memory image: the compiler, and a converter that has read every type and the hidden first cell. */
import type typescript from '@tslab/typescript-for-tslab'
import type { TslabConverter } from './tslab-converter.ts'

export interface Prepared { readonly ts: typeof typescript; readonly converter: TslabConverter }

/** What the image holds; undefined in a process that began without one. `start/image.cjs` puts it there. */
export const prepared = (): Prepared | undefined => (globalThis as Record<symbol, unknown>)[Symbol.for('microlote.kernel.prepared')] as Prepared | undefined
