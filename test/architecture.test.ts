/** Holds the engine to the map in ARCHITECTURE.md: its rooms, the floors they stand on, which way imports run, and what may be used where. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

interface SourceFile { readonly path: string; readonly room: string; readonly text: string; readonly imports: readonly { readonly path: string; readonly typeOnly: boolean }[]; readonly packages: readonly string[] }

function sourcesUnder(folder: string): SourceFile[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((e): SourceFile[] => {
    const path = `${folder}/${e.name}`
    if (e.isDirectory()) return e.name === 'dist' || e.name === 'node_modules' ? [] : sourcesUnder(path)
    if (!e.name.endsWith('.ts')) return []
    const text = readFileSync(join(root, path), 'utf8')
    const found = [...text.matchAll(/^(?:import|export)\s+(type\s)?(?:[^'"]*?\sfrom\s+)?'([^']+)'/gm), ...text.matchAll(/\b(?:import|require)(?:\()(?:)'([^']+)'\)/g)]
    const all = found.map(m => (m.length === 3 ? { to: m[2]!, typeOnly: m[1] !== undefined } : { to: m[1]!, typeOnly: false }))
    const steps = path.split('/')
    return [{
      path, text, room: steps.length > 2 ? steps[1]! : '.',
      imports: all.filter(i => i.to.startsWith('.')).map(i => ({ path: normalize(join(folder, i.to)), typeOnly: i.typeOnly })),
      packages: all.filter(i => !i.to.startsWith('.') && !i.typeOnly).map(i => i.to),
    }]
  })
}

const engine = sourcesUnder('engine')
const roomOf = (path: string): string => { const s = path.split('/'); return s.length > 2 ? s[1]! : '.' }

/** Room → floor, as the table in ARCHITECTURE.md has it. */
const floors = new Map([...readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8').matchAll(/^\| (\d) \| `([a-z]+)` \|/gm)].map(m => [m[2]!, Number(m[1])]))

test('the rooms of the map are the folders of the engine', () => {
  assert.deepEqual([...floors.keys()].sort(), [...new Set(engine.map(f => f.room))].filter(r => r !== '.').sort())
})

test('imports run to lower floors only', () => {
  const wrong = engine.filter(f => f.room !== '.').flatMap(f => f.imports.filter(i => roomOf(i.path) !== f.room && !(floors.get(roomOf(i.path))! < floors.get(f.room)!)).map(i => `${f.path} -> ${i.path}`))
  assert.deepEqual(wrong, [])
})

// A grammar's rules and the resolver of nested plans call each other by nature, a function may be bound in terms of another, and Spark's API has the session know its builder.
const mutual = [/^engine\/sql\/parse-[a-z]+\.ts$/, /^engine\/expressions\/parse[a-z-]*\.ts$/, /^engine\/analyzer\/resolve-[a-z-]+\.ts$/, /^engine\/session\/(spark-session|builder)\.ts$/, /^engine\/functions\/[a-z-]+\.ts$/]

test('no file imports itself in a circle', () => {
  const byPath = new Map(engine.map(f => [f.path, f]))
  const done = new Set<string>(), circles: string[] = []
  const walk = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) { circles.push([...trail.slice(trail.indexOf(path)), path].join(' -> ')); return }
    if (done.has(path)) return
    for (const i of byPath.get(path)?.imports ?? []) if (!i.typeOnly) walk(i.path, [...trail, path])
    done.add(path)
  }
  for (const f of engine) walk(f.path, [])
  assert.deepEqual(circles.filter(c => !mutual.some(m => c.split(' -> ').every(path => m.test(path)))), [])
})

/** Rooms that a room reaches through any number of imports. */
function reach(room: string): Set<string> {
  const seen = new Set<string>(), todo = engine.filter(f => f.room === room).map(f => f.path)
  const byPath = new Map(engine.map(f => [f.path, f]))
  while (todo.length > 0) {
    const path = todo.pop()!
    if (seen.has(path)) continue
    seen.add(path)
    todo.push(...(byPath.get(path)?.imports.map(i => i.path) ?? []))
  }
  return new Set([...seen].map(roomOf))
}

test('the seam holds: what a user builds plans with never reaches the engine that runs them', () => {
  const below = ['analyzer', 'optimizer', 'planner', 'operators', 'state', 'connectors', 'execution', 'local']
  assert.deepEqual(below.filter(r => reach('api').has(r)), [])
  assert.deepEqual(['functions', 'connectors', 'storage'].filter(r => reach('plan').has(r)), [])
  assert.deepEqual(['plan', 'connectors', 'storage', 'checkpoint'].filter(r => engine.some(f => f.room === 'operators' && f.imports.some(i => roomOf(i.path) === r))), [])
})

test('what touches the outside stands in one place each', () => {
  const users = (wanted: RegExp): string[] => engine.filter(f => f.packages.some(p => wanted.test(p))).map(f => f.path).sort()
  assert.deepEqual(users(/^kafkajs$/), ['engine/connectors/kafka/client.ts'])
  assert.deepEqual(users(/^pg(-copy-streams)?$/), ['engine/connectors/jdbc/client.ts'])
  assert.deepEqual(users(/^redis$/), ['engine/connectors/redis/claim-keys.ts'])
  assert.deepEqual(users(/^aws4fetch$/), ['engine/storage/s3/client.ts'])
  assert.deepEqual(users(/^(node:)?fs(\/promises)?$/), ['engine/storage/local-files.ts'])
  const code = (f: SourceFile): string => f.text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\/\/.*$/gm, '')
  assert.deepEqual(engine.filter(f => /getBuiltinModule/.test(code(f))).map(f => f.path), ['engine/state/disk-table.ts'])
  assert.deepEqual(engine.filter(f => /\bDate\.now\(|\bsetTimeout\(|\bsetInterval\(/.test(code(f))).map(f => f.path), ['engine/observe/clock.ts'])
  assert.deepEqual(engine.filter(f => /^await |^(?:const|let) [^=]*= await /m.test(code(f))).map(f => f.path), [], 'a top-level await would keep the kernel from loading the engine')
})

test('every file opens with a sentence on what it owns, and stays short', () => {
  const all = [...engine, ...sourcesUnder('kernel'), ...sourcesUnder('fixtures'), ...sourcesUnder('bench')]
  assert.deepEqual(all.filter(f => !/^(?:\/\*\*|\/\/|#!)/.test(f.text)).map(f => f.path), [])
  const lines = (f: SourceFile): number => f.text.split('\n').length - 1
  const long = all.filter(f => lines(f) > 200)
  assert.ok(long.length <= all.length * 0.1, `${long.length} of ${all.length} files have more than 200 lines: ${long.map(f => `${f.path} (${lines(f)})`).join(', ')}`)
  // The façade of functions is one documented line each.
  assert.deepEqual(long.filter(f => lines(f) > 450 && !f.path.startsWith('engine/api/functions')).map(f => `${f.path} (${lines(f)})`), [])
})
