/** The committed notebooks are what the sources give, and the source form keeps its rules. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { answerCode, parseNotebookSource } from '../../scripts/notebook-source.ts'
import { generatedFiles } from '../../scripts/build-notebooks.ts'

const root = join(import.meta.dirname, '..', '..', 'notebooks')

test('notebooks/ holds exactly what the sources give', () => {
  const files = generatedFiles()
  for (const [path, text] of files) assert.equal(readFileSync(join(root, path), 'utf8'), text, `notebooks/${path} is stale: run npm run notebooks`)
  const there = ['.', 'solutions', 'hidden'].flatMap(d => readdirSync(join(root, d)).filter(f => /\.(ipynb|json)$/.test(f)).map(f => (d === '.' ? f : `${d}/${f}`)))
  assert.deepEqual(there.filter(f => !files.has(f)), [], 'no source gives these')
})

test('the student has blanks where the solution has answers, no outputs, and no hidden test', () => {
  for (const [path, text] of generatedFiles()) {
    if (!path.endsWith('.ipynb')) continue
    const student = !path.startsWith('solutions/'), cells = JSON.parse(text).cells as { cell_type: string; id: string; source: string[]; outputs?: unknown[]; metadata: any }[]
    assert.equal(new Set(cells.map(c => c.id)).size, cells.length, 'ids are unique')
    for (const c of cells) {
      assert.deepEqual(c.outputs ?? [], [])
      assert.notEqual(c.metadata.microlote?.role, 'oculta')
      const code = c.source.join('')
      if (c.metadata.microlote?.role === 'respuesta') assert.equal(/"___"|return null as any/.test(code), student, `${path} ${c.id}`)
      assert.doesNotMatch(code, /\/\*<\*\/|\/\/<|^\s*\/\/>/m, `${path} ${c.id} shows a mark of the source`)
    }
  }
})

test('every exercise has a hint, an answer, a visible check and a solution', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'exercises.json'), 'utf8')) as { id: string; type: string; notebook: string; points: number }[]
  for (const e of manifest) {
    const cells = (JSON.parse(readFileSync(join(root, e.notebook), 'utf8')).cells as { source: string[]; id: string; metadata: any }[])
    const roles = cells.filter(c => c.metadata.microlote?.exercise === e.id).map(c => c.metadata.microlote.role)
    for (const role of ['demo', 'respuesta', 'comprobar']) assert.ok(roles.includes(role), `${e.id} has no ${role} cell`)
    assert.ok(cells.some(c => c.id.startsWith(`${e.id.replaceAll('.', '-')}-texto`) && c.source.join('').includes('<details><summary>Pista 1')), `${e.id} has no hints`)
    const hidden = JSON.parse(readFileSync(join(root, 'hidden', e.notebook.replace('.ipynb', '.json')), 'utf8'))
    if (e.type.includes('I')) assert.ok(hidden[e.id]?.length > 0, `${e.id} is to be implemented and has no hidden test`)
  }
})

test('the source form: answers, hints, and mistakes named with their line', () => {
  assert.equal(answerCode('const a = /*<*/f("x")/*>*/\nfunction g() {\n  //< return null as any\n  return 1\n  //>\n}', 'blank'), 'const a = "___"\nfunction g() {\n  return null as any\n}')
  assert.equal(answerCode('const a = /*<*/f("x")/*>*/\nfunction g() {\n  //< return null as any\n  return 1\n  //>\n}', 'solved'), 'const a = f("x")\nfunction g() {\n  return 1\n}')
  assert.throws(() => answerCode('//< x\n1', 'blank'), /without its/)
  const parsed = parseNotebookSource('x', '# T\ntext\n<!-- ejercicio 1.1 | I | Name | 3 -->\n## Ejercicio\n<!-- pistas -->\n- one\n- two\n```ts respuesta\nconst a = 1\n```')
  assert.deepEqual(parsed.exercises, [{ id: '1.1', type: 'I', title: 'Name', points: 3, notebook: 'x.ipynb' }])
  assert.deepEqual(parsed.cells.map(c => c.kind), ['markdown', 'markdown', 'markdown', 'respuesta'])
  assert.match(parsed.cells[2]!.text, /Pista 1.*one.*<details>.*Pista 2.*two.*<\/details>\s*<\/details>/s)
  assert.throws(() => parseNotebookSource('x', 'a\n```ts nada\n```'), /x\.md:2: 'nada' is none of/)
  assert.throws(() => parseNotebookSource('x', '```ts base\n1'), /x\.md:1: this fence has no end/)
  assert.throws(() => parseNotebookSource('x', '<!-- algo -->'), /x\.md:1: an unknown rule/)
})

interface Question { readonly exercise: string; readonly number: string; readonly right: string; readonly options: Readonly<Record<string, string>> }
/** The questions with lettered options of a source, with the letter that its check takes for right. */
function questionsOf(source: string): Question[] {
  return source.split(/^(?=<!-- ejercicio )/m).slice(1).flatMap(part => [...part.matchAll(/c\.opcion\("(\d+) · [^"]*", \w+, "([a-d])"/g)].map(([, number, right]) => {
    const line = part.split('\n').find(l => l.startsWith(`${number}. `) && l.includes('**a)**')) ?? ''
    return { exercise: /ejercicio ([\d.]+)/.exec(part)![1]!, number: number!, right: right!, options: Object.fromEntries([...line.matchAll(/\*\*([a-d])\)\*\* (.*?)(?= · \*\*[a-d]\)|$)/g)].map(m => [m[1]!, m[2]!])) }
  }))
}

for (const [name, least] of [['11-1-micro-lotes', 10], ['11-2-fuentes-y-sinks', 10], ['11-3-estado-y-ventanas', 10], ['11-4-watermarks', 10], ['11-5-modos-de-salida', 5], ['11-6-joins', 10], ['11-7-operacion', 15]] as const) {
  test(`${name}: neither its place nor its length gives a right option away`, () => {
    const questions = questionsOf(readFileSync(join(root, 'source', `${name}.md`), 'utf8')), places = new Map<string, number>()
    assert.ok(questions.length >= least)
    for (const q of questions) {
      assert.ok(q.right in q.options && Object.keys(q.options).length >= 3, `${q.exercise}, question ${q.number} has the option ${q.right}`)
      places.set(q.right, (places.get(q.right) ?? 0) + 1)
    }
    for (const [letter, n] of places) assert.ok(n <= questions.length / 2, `${letter} is right in ${n} of ${questions.length}`)
    const longest = questions.filter(q => Object.entries(q.options).every(([letter, text]) => letter === q.right || text.length < q.options[q.right]!.length))
    assert.ok(longest.length <= questions.length / 3, `the longest is right in ${longest.map(q => `${q.exercise} ${q.number}`).join(', ')}`)
  })
}
