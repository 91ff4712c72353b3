/** The TypeScript compiler behind tslab. Loaded as the CommonJS it is: as an import Node would read its nine megabytes twice to find that out. */
import { createRequire } from 'node:module'
import type typescript from '@tslab/typescript-for-tslab'
import { lightPrograms } from './light-program.ts'

const load = createRequire(import.meta.url), path = load.resolve('@tslab/typescript-for-tslab')

/** The compiler's functions; its types come from `import type T from '@tslab/typescript-for-tslab'`. tslab's converter gets these same ones. */
export const ts = lightPrograms(load(path) as typeof typescript)
load.cache[path]!.exports = ts
