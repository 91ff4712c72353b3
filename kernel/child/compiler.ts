/** The TypeScript compiler behind tslab. Loaded as the CommonJS it is: as an import Node would read its nine megabytes twice to find that out. */
import { createRequire } from 'node:module'
import type typescript from '@tslab/typescript-for-tslab'
import { lightPrograms } from './light-program.ts'
import { prepared } from './prepared.ts'

const load = createRequire(import.meta.url)

function loaded(): typeof typescript {
  const path = load.resolve('@tslab/typescript-for-tslab'), light = lightPrograms(load(path) as typeof typescript)
  // What it finds wrong is read by students.
  light.validateLocaleAndSetLanguage('es', light.sys)
  // tslab's converter gets these same functions.
  load.cache[path]!.exports = light
  return light
}

/** The compiler's functions; its types come from `import type T from '@tslab/typescript-for-tslab'`. */
export const ts = prepared()?.ts ?? loaded()
