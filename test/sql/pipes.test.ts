/** Pipe syntax: what the parser makes of it, and what it says where it refuses. What Spark does is recorded in `fixtures/conformance/frames/pipes*.json`. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { conditionOf } from '../../engine/errors/spark-error.ts'
import { tokenize } from '../../engine/expressions/tokenizer.ts'
import { parseExpression } from '../../engine/expressions/parser.ts'
import { printLogical } from '../../engine/plan/print.ts'
import { parseStatement } from '../../engine/sql/parse-statement.ts'

const planOf = (text: string): string => { const s = parseStatement(text, () => null); return s.kind === 'query' ? printLogical(s.plan) : s.kind }
const refusal = (text: string): string | null => { try { planOf(text); return null } catch (e) { return conditionOf(e) } }

test('a pipe is one token, and the operators it is written with stay two', () => {
  assert.deepEqual(tokenize('a|>b | > c').map(t => t.text), ['a', '|>', 'b', '|', '>', 'c', ''])
  assert.deepEqual(tokenize('a||>b').map(t => t.text), ['a', '||', '>', 'b', ''])
  assert.equal((parseExpression('a | b > c') as { readonly name: string }).name, '>')
})

test('an expression ends before a pipe, and a text of an expression takes none', () => {
  assert.throws(() => parseExpression('a |> b'), { condition: 'PARSE_SYNTAX_ERROR' })
  assert.equal(planOf('FROM t |> WHERE n > 5 |> SELECT n|>LIMIT 1'), planOf('(((FROM t) |> WHERE n > 5) |> SELECT n) |> LIMIT 1'))
})

test('a pipe takes the whole query before it', () => {
  assert.equal(planOf('SELECT 1 AS a UNION ALL SELECT 2 |> SELECT a + 1'), planOf('(SELECT 1 AS a UNION ALL SELECT 2) |> SELECT a + 1'))
  assert.equal(planOf('FROM t |> WHERE a UNION ALL TABLE u |> WHERE b'), planOf('((FROM t |> WHERE a) UNION ALL TABLE u) |> WHERE b'))
  assert.equal(planOf('TABLE s UNION TABLE t |> WHERE a INTERSECT TABLE u'), planOf('(TABLE s UNION TABLE t |> WHERE a) INTERSECT TABLE u'))
})

test('what is no operator, or two of them, is refused by its name', () => {
  assert.equal(refusal('FROM t |> HAVING n > 1'), 'PARSE_SYNTAX_ERROR')
  assert.equal(refusal('FROM t |> ORDER BY n LIMIT 1'), 'MULTIPLE_QUERY_RESULT_CLAUSES_WITH_PIPE_OPERATORS')
  assert.equal(refusal('FROM t |> WINDOW w AS (ORDER BY n)'), 'UNSUPPORTED_FEATURE.CLAUSE_WITH_PIPE_OPERATORS')
  assert.equal(refusal('FROM t |> AGGREGATE sum(n) GROUP BY CUBE (k)'), 'UNSUPPORTED_FEATURE.PIPE_OPERATOR_AGGREGATE_UNSUPPORTED_CASE')
  assert.equal(refusal('FROM t |> SET t.n = 1'), 'MICROLOTE_INVALID_ARGUMENT')
})

test('very many operators are refused by name, not by the end of the stack', () => {
  assert.equal(refusal(`FROM t${' |> WHERE n > 1'.repeat(300)}`), null)
  for (const many of [`FROM t${' |> WHERE n > 1'.repeat(50_000)}`, `FROM t${' |>'.repeat(50_000)}`, `FROM t |> SET ${Array(50_000).fill('n = 1').join(', ')}`]) assert.equal(refusal(many), 'FAILED_TO_PARSE_TOO_COMPLEX')
})
