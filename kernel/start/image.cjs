// The memory image that a process for cells begins from: `node --snapshot-blob FILE --build-snapshot image.cjs FOLDER` writes it, FOLDER being the one of `child/main`.
// It holds the compiler and a converter that has read the library, Node's types, microlote's and the hidden first cell. A snapshot knows no modules but Node's own,
// so what goes into it is loaded here; the process then loads everything else as ever, and finds these two (`child/prepared.ts`).
'use strict'
const atFirst = new Set(process.moduleLoadList)
const fs = require('node:fs')
const { createRequire, isBuiltin } = require('node:module')
const path = require('node:path')
const { fileURLToPath, pathToFileURL } = require('node:url')

const folder = path.resolve(process.argv[2]), ending = fs.existsSync(path.join(folder, 'main.js')) ? '.js' : '.ts'
const modules = Object.create(null)
let ts = null

// With crypto in the image every thread that uses it would end the process (Node asserts that its templates are made once). The compiler has a hash of its own.
function builtin(id) {
  if (/^(node:)?crypto$/.test(id)) throw new Error('no crypto in a memory image')
  return require(id)
}

function requireOf(file) {
  const real = createRequire(file)
  const load = id => (id === 'node:module' ? { createRequire: from => requireOf(String(from).startsWith('file:') ? fileURLToPath(from) : from) } : isBuiltin(id) ? builtin(id) : loadFile(real.resolve(id)))
  return Object.assign(load, { resolve: id => real.resolve(id), cache: modules })
}

function loadFile(file) {
  if (modules[file] !== undefined) return modules[file].exports
  const m = (modules[file] = { exports: {} })
  let text = fs.readFileSync(file, 'utf8')
  if (file.endsWith('.json')) return (m.exports = JSON.parse(text))
  // Ours are ES modules; a memory image takes functions only.
  if (file.startsWith(folder)) text = ts.transpileModule(text.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(file).href)), { compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true } }).outputText
  new Function('module', 'exports', 'require', '__filename', '__dirname', `${text}\n//# sourceURL=${file}`)(m, m.exports, requireOf(file), file, path.dirname(file))
  return m.exports
}

const own = requireOf(path.join(folder, `main${ending}`))
ts = own('@tslab/typescript-for-tslab')
const { TslabConverter } = own(`./tslab-converter${ending}`), { preludeCode, exampleCells } = own(`./prelude${ending}`)
const converter = new TslabConverter(path.parse(process.execPath).root)
converter.readAll()
converter.begin(preludeCode)
let { declarations } = converter.convert('', preludeCode)
// What cells need of the compiler is compiled, too.
for (const cell of exampleCells) {
  const c = converter.convert(declarations, cell)
  if (c.diagnostics.length > 0) throw new Error(c.diagnostics.map(d => d.message).join('\n'))
}
// A thread of a process that began from an image may not make again what the image holds of Node's inside (Node asserts that templates are made once): node:v8, net and crypto
// bring such parts, `os` does not. So there is no start function either, which is node:v8's: the process runs its file as ever.
const inside = process.moduleLoadList.filter(m => m.startsWith('Internal Binding ') && !atFirst.has(m) && m !== 'Internal Binding os')
if (inside.length > 0) throw new Error(`loaded into the memory image: ${inside.join(', ')}`)
globalThis[Symbol.for('microlote.kernel.prepared')] = { ts: own(`./compiler${ending}`).ts, converter }
