/** `npm run notebooks`: writes notebooks/, notebooks/solutions/, notebooks/hidden/ and notebooks/exercises.json from notebooks/source/. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { hiddenJson, notebookJson, parseNotebookSource } from './notebook-source.ts'

const root = join(dirname(dirname(fileURLToPath(import.meta.url))), 'notebooks')

/** Every file that the sources give, by path under notebooks/. Throws on a source with a mistake. */
export function generatedFiles(): Map<string, string> {
  const sources = readdirSync(join(root, 'source')).filter(f => f.endsWith('.md')).sort().map(f => parseNotebookSource(basename(f, '.md'), readFileSync(join(root, 'source', f), 'utf8')))
  const files = new Map<string, string>()
  for (const s of sources) {
    files.set(`${s.name}.ipynb`, notebookJson(s, 'blank'))
    files.set(`solutions/${s.name}.ipynb`, notebookJson(s, 'solved'))
    files.set(`hidden/${s.name}.json`, hiddenJson(s))
  }
  files.set('exercises.json', `${JSON.stringify(sources.flatMap(s => s.exercises), null, 1)}\n`)
  return files
}

if (import.meta.main) {
  for (const [path, text] of generatedFiles()) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
    console.log(`notebooks/${path}`)
  }
}
