/** The TypeScript compiler behind tslab. Loaded as the CommonJS it is: as an import Node would read its nine megabytes twice to find that out. */
import { createRequire } from 'node:module'
import type typescript from '@tslab/typescript-for-tslab'

/** The compiler's functions; its types come from `import type T from '@tslab/typescript-for-tslab'`. */
export const ts = createRequire(import.meta.url)('@tslab/typescript-for-tslab') as typeof typescript
