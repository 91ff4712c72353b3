/** The language of cells: what the converter alone gets wrong is right here, errors point at the TypeScript of the cell. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { KernelClient, resultText, streamText } from './client.ts'

// No node_modules above this folder.
const folder = mkdtempSync(join(tmpdir(), 'cells-'))
let k: KernelClient
before(async () => { k = await KernelClient.start({ cwd: folder }) })
after(async () => { await k.stop(); rmSync(folder, { recursive: true, force: true }) })

async function value(code: string): Promise<string | undefined> {
  const r = await k.run(code)
  assert.equal(r.reply['status'], 'ok', JSON.stringify(r.reply['traceback']))
  return resultText(r)
}

test('the value of a last expression is an execute_result with the cell\'s number', async () => {
  const r = await k.run('const uno = 1; uno + 1')
  const result = r.outputs.find(o => o.type === 'execute_result')!
  assert.equal(result.content['data']['text/plain'], '2')
  assert.equal(result.content['execution_count'], r.reply['execution_count'])
  assert.equal(resultText(await k.run('undefined')), undefined)
})

test('console, process and timers have types with no node_modules above the folder', async () => {
  const r = await k.run('console.log(process.version.length > 1, typeof setTimeout)')
  assert.equal(streamText(r), 'true function\n')
})

test('shorthand properties of earlier variables', async () => {
  await k.run('const data = [1, 2]; const layout = { title: "x" }')
  assert.equal(await value('JSON.stringify({ data, layout })'), `'{"data":[1,2],"layout":{"title":"x"}}'`)
  assert.equal(await value('const f = () => ({ ...layout, data }); f().data.length'), '2')
})

test('properties that a pattern renames, of a type of an earlier cell', async () => {
  await k.run('type Aviso = { n: number }; type Oyente = { oir(a: Aviso): number }; const aviso: Aviso = { n: 7 }; let salida = 0')
  assert.equal(await value('function oyente(): Oyente { return { oir: ({ n: m }) => m + 1 } }\noyente().oir(aviso)'), '8')
  assert.equal(await value('const { n: suyo } = aviso; suyo'), '7')
  assert.equal(await value('[aviso].map(({ n: x }) => x)[0]'), '7')
  assert.equal(await value('({ n: salida } = aviso); salida'), '7')
})

test('destructuring assignment to names of earlier cells', async () => {
  await k.run('let cuenta = 0, otra = 0, lista: number[] = []')
  await k.run('({ cuenta } = { cuenta: 5 })')
  await k.run('({ otra = 7 } = {} as { otra?: number }); [lista[0], cuenta] = [9, cuenta + 1]')
  assert.equal(await value('`${cuenta} ${otra} ${lista}`'), `'6 7 9'`)
})

test('await of an expression in parentheses keeps its type', async () => {
  await k.run('const z = await (async () => 42)()')
  assert.equal(await value('const w: number = z; w'), '42')
  const wrong = await k.run('const s: string = z')
  assert.equal(wrong.reply['ename'], 'TypeScriptError')
})

test('a lone for await', async () => {
  const r = await k.run('for await (const x of [Promise.resolve(1), 2]) console.log(x)')
  assert.equal(streamText(r), '1\n2\n')
})

test('an await inside a function does not make the cell wait', async () => {
  assert.equal(await value('const g = async () => { await null; return 1 }; typeof g'), `'function'`)
})

test('declarations before a throw are kept, those after it are not there', async () => {
  const r = await k.run('let antes: number = 1\nantes++\nif (antes > 1) throw new Error("pum")\nconst despues: number = 3')
  assert.equal(r.reply['status'], 'error')
  assert.equal(await value('antes'), '2')
  const missing = await k.run('despues')
  assert.equal(missing.reply['ename'], 'TypeScriptError')
  assert.match(missing.reply['evalue'], /No se encuentra el nombre 'despues'/)
})

test('export in a cell is no mistake', async () => {
  await k.run('export const publico = 3')
  assert.equal(await value('publico'), '3')
})

test('local TypeScript, with and without its extension, and again when it changes', async () => {
  mkdirSync(join(folder, 'lib'))
  writeFileSync(join(folder, 'lib', 'base.ts'), 'export const base: number = 10\n')
  writeFileSync(join(folder, 'lib', 'suma.ts'), 'import { base } from "./base.ts"\nexport function suma(x: number): number { return x + base }\n')
  assert.equal(await value('import { suma } from "./lib/suma.ts"\nsuma(1)'), '11')
  assert.equal(await value('import { base } from "./lib/base"\nbase'), '10')
  writeFileSync(join(folder, 'lib', 'base.ts'), 'export const base: number = 20\n')
  assert.equal(await value('import { suma as suma2 } from "./lib/suma.ts"\nsuma2(1)'), '21')
})

test('a value whose type only its module can name, in a cell whose awaits are read twice', async () => {
  writeFileSync(join(folder, 'caja.ts'), 'export class Caja { readonly lados = 6 }\nexport const nuevaCaja = (): Caja => new Caja()\n')
  assert.equal(await value('import { nuevaCaja } from "./caja"\nconst uno = await (await Promise.resolve({ y: Promise.resolve(1) })).y\nconst caja = nuevaCaja()'), undefined)
  assert.equal(await value('caja.lados + uno'), '7')
  const r = await k.run('const mal: string = caja.lados')
  assert.match(JSON.stringify(r.reply), /El tipo 'number' no se puede asignar al tipo 'string'/)
})

test('a module that is written after it was missed is found', async () => {
  const first = await k.run('import { tarde } from "./tarde.ts"\ntarde')
  assert.equal(first.reply['ename'], 'TypeScriptError')
  writeFileSync(join(folder, 'tarde.ts'), 'export const tarde = "sí"\n')
  assert.equal(await value('import { tarde } from "./tarde.ts"\ntarde'), `'sí'`)
})

test('what Node 24 has, the types have', async () => {
  assert.equal(await value('[3, 1, 2].toSorted().with(0, 9).join()'), `'9,2,3'`)
  assert.equal(await value('Object.keys(Object.groupBy([1, 2, 3], x => x % 2 === 0 ? "par" : "impar")).join()'), `'impar,par'`)
  assert.equal(await value('new Set([1]).union(new Set([2])).size'), '2')
  assert.equal(await value('const { promise, resolve } = Promise.withResolvers<number>(); resolve(4); await promise'), '4')
  assert.equal(await value('typeof WebSocket'), `'function'`)
  assert.match((await value('import.meta.url'))!, /^'file:/)
})

test("the types of Node's modules are there when a cell first has to do with one, and what came before stays", async () => {
  await k.run('const antes: string = "sigue"')
  const wrong = await k.run('import { existsSync } from "node:fs"\nconst n: number = existsSync("/")')
  assert.match(wrong.reply['evalue'], /El tipo 'boolean' no se puede asignar al tipo 'number'/)
  assert.equal(await value('import { existsSync } from "fs"\nexistsSync("/") + antes'), `'truesigue'`)
  assert.match((await k.run('const id: number = crypto.randomUUID()')).reply['evalue'], /no se puede asignar al tipo 'number'/)
})

test('names with underscores, and the one that the converter gives to a last value', async () => {
  await k.run('const __doble = 2, _uno = 1')
  assert.equal(await value('const tsLastExpr = 5\n__doble + _uno'), '3')
})

test('a compile error names line, column and code, with the line of the cell', async () => {
  const r = await k.run('const a = 1\nconst objeto = { a }\nawait (null)\nconst b: string = a')
  assert.equal(r.reply['ename'], 'TypeScriptError')
  assert.match(r.reply['evalue'], /^4:7 - El tipo 'number' no se puede asignar al tipo 'string'/)
  const text = (r.reply['traceback'] as string[]).join('\n')
  assert.match(text, /> 4 \| const b: string = a\n {4}\| {7}\^/)
  const first = await k.run('await (null); const c: string = { a }')
  assert.match(first.reply['evalue'], /^1:21 - /)
})

test('a runtime error points at the TypeScript line, through types, comments and earlier cells', async () => {
  const n = (await k.run('// una función\ninterface Punto {\n  x: number\n}\n\nfunction falla(p: Punto): number {\n  /* hasta\n     aquí */\n  if (p.x > 2)\n    throw new RangeError(`malo: ${p.x}`)\n  return p.x\n}')).reply['execution_count']
  const r = await k.run('type T = {\n  a: string\n}\nconst lista = [1, 2, 3]\nfor (const x of lista)\n  falla({ x })')
  assert.equal(r.reply['ename'], 'RangeError')
  assert.equal(r.reply['evalue'], 'malo: 3')
  const text = (r.reply['traceback'] as string[]).join('\n'), error = r.outputs.find(o => o.type === 'error')!
  assert.deepEqual(error.content['traceback'], r.reply['traceback'])
  assert.match(text, new RegExp(`en falla \\(celda \\[${n}\\]:10:11\\)`))
  assert.match(text, /> 10 \| {5}throw new RangeError/)
  assert.match(text, new RegExp(`en celda \\[${r.reply['execution_count']}\\]:6:3`))
})

test('causes and errors that are no Error are shown', async () => {
  const r = await k.run('throw new Error("fuera", { cause: new TypeError("dentro") })')
  assert.match((r.reply['traceback'] as string[]).join('\n'), /causa: TypeError: dentro/)
  const s = await k.run('throw "texto"')
  assert.equal(s.reply['evalue'], 'texto')
})

test("an error that the engine throws far down shows the cell's line", async () => {
  const r = await k.run('const df1 = spark.range(3)\nawait df1.select("id").where("nada > 1").show()')
  assert.match((r.reply['traceback'] as string[]).join('\n'), /UNRESOLVED_COLUMN[^]*> 2 \| await df1/)
})

test('an await that is missing is what the error of its type hints at', async () => {
  const r = await k.run('const cuantas = spark.range(3).count()\ncuantas + 1')
  assert.match((r.reply['traceback'] as string[]).join('\n'), /> 2 \| cuantas \+ 1[^]*Pista: .*await delante/)
})

test("what a function of the cell throws inside a query shows its line, and each sentence once", async () => {
  const r = await k.run('const q = await spark.readStream.format("rate").load().writeStream.trigger({ once: true }).foreachBatch(async () => {\n  throw new RangeError("cae el lote")\n}).start()\nawait q.awaitTermination()')
  const text = (r.reply['traceback'] as string[]).join('\n')
  assert.equal(r.reply['ename'], 'StreamingQueryException')
  assert.match(text, /> 2 \| {3}throw new RangeError/)
  assert.equal(text.split('\n').filter(line => line.includes('cae el lote') && !line.includes('|')).length, 1, text)
  const shown = await value('q.exception()')
  assert.match(shown!, /^StreamingQueryException: [^]*> 2 \| {3}throw/)
})

test('microlote is there, typed, with no import', async () => {
  assert.match((await value('const df0 = spark.range(3); const n: number = await df0.count() as unknown as number; String(n)'))!, /3/)
})

test('tslab\'s display puts out where the cell does', async () => {
  const r = await k.run('import * as tslab from "tslab"\ntslab.display.html("<b>a</b>")')
  assert.equal(r.outputs.find(o => o.type === 'display_data')!.content['data']['text/html'], '<b>a</b>')
})

test('what a later cell assigns, what an earlier one left going sees, and the other way round', async () => {
  await k.run('let umbral = 1, { a: uno, b: [dos] } = { a: 1, b: [2] }\nfunction ver() { return `${umbral} ${uno} ${dos}` }\nconst subir = () => { umbral += 10 }\nexport let fuera = 0')
  assert.equal(await value('umbral = 5; dos++; ({ uno } = { uno: 7 }); ver()'), `'5 7 3'`)
  assert.equal(await value('subir(); fuera += 2; [umbral, fuera].join()'), `'15,2'`)
  // A name that is declared anew is another variable.
  assert.equal(await value('let umbral = "nuevo"; ver()'), `'15 7 3'`)
  await k.run('function ver() { return "otra" }')
  assert.equal(await value('ver()'), `'otra'`)
  assert.equal((await k.run('umbral = 3')).reply['ename'], 'TypeScriptError')
})

test('a timer of one cell and a variable that the next one changes', async () => {
  await k.run('let seguir = true, vueltas = 0\nconst fin = new Promise<number>(listo => { const t = setInterval(() => { vueltas++; if (!seguir) { clearInterval(t); listo(vueltas) } }, 1) })')
  assert.equal(await value('seguir = false; (await fin) === vueltas'), 'true')
})

test('a cell that throws leaves what it declared, and what was there before of what it did not', async () => {
  await k.run('let antes = 1; const fija = "vieja"')
  await k.run('let primera = 3\nconst { length } = null as unknown as string\nlet antes = 2\nconst fija = "nueva"')
  assert.equal(await value('`${primera} ${antes} ${fija}`'), `'3 1 vieja'`)
})

test('a variable named as the converter names a last value is the user\'s own', async () => {
  await k.run('let tsLastExpr = 5')
  assert.equal(await value('1 + 1'), '2')
  assert.equal(await value('tsLastExpr + 1'), '6')
  assert.equal(await value('tsLastExpr'), '5')
})

test('imports of every form, of modules of both kinds, also below their use', async () => {
  writeFileSync(join(folder, 'formas.ts'), 'export default class Forma { lado = 2 }\nexport const otra = 3\n')
  assert.equal(await value('const nombre = basename("/a/b") + sep\nimport ruta, { basename, sep as sep } from "node:path"\nimport * as todo from "node:path"\nimport { default as porNombre } from "node:path"\nimport "node:fs"\n`${nombre} ${ruta.join("a", "b")} ${todo.basename("x/y")} ${porNombre === ruta}`'), `'b/ a/b y true'`)
  assert.equal(await value('import Forma, { otra } from "./formas"\nimport * as formas from "./formas"\nnew Forma().lado + otra + new formas.default().lado'), '7')
  assert.equal(await value('const p = await import("node:path"); p.basename("c/d") + typeof import.meta.url'), `'dstring'`)
  assert.equal(await value('ruta.extname("a.b") + otra'), `'.b3'`)
  await k.run('export { resolve as basename } from "node:path"')
  assert.equal(await value('const basename = 1; basename'), '1')
})
