/** `TABLESAMPLE (10 PERCENT) REPEATABLE (seed)`, `TABLESAMPLE (5 ROWS)`, `TABLESAMPLE (BUCKET 1 OUT OF 4)` behind a relation. */
import { parseError } from '../errors/spark-error.ts'
import type { LogicalPlan } from '../plan/logical-plan.ts'
import type { SqlReader } from './reader.ts'

/** The relation, sampled where the clause stands. Throws INVALID_TABLESAMPLE_FRACTION and UNSUPPORTED_FEATURE.TABLESAMPLE_SYSTEM_REPEATABLE. */
export function sampled(r: SqlReader, child: LogicalPlan): LogicalPlan {
  const { tokens } = r
  if (!tokens.word('tablesample')) return child
  const system = tokens.word('system')
  if (!system) tokens.word('bernoulli')
  tokens.expectSymbol('(')
  const part = size(r)
  tokens.expectSymbol(')')
  const seed = tokens.word('repeatable') ? seedOf(r) : null
  if (system && seed !== null) throw parseError('UNSUPPORTED_FEATURE.TABLESAMPLE_SYSTEM_REPEATABLE')
  if (typeof part !== 'number') return { kind: 'limit', count: part, child }
  // Spark minds an error of rounding.
  if (!(part >= -1e-6 && part <= 1 + 1e-6)) throw parseError('INVALID_TABLESAMPLE_FRACTION', { fraction: String(part) })
  return { kind: 'sample', fraction: part, seed: seed ?? BigInt(Math.floor(Math.random() * 2 ** 52)), withReplacement: false, child }
}

const refused = (text: string): Error => parseError('MICROLOTE_INVALID_ARGUMENT', { what: `TABLESAMPLE (${text}) does not say how many rows to take`, advice: 'Write TABLESAMPLE (10 PERCENT), TABLESAMPLE (5 ROWS) or TABLESAMPLE (BUCKET 1 OUT OF 4).' })

// A share of the rows, or the expression that says how many.
function size(r: SqlReader): number | Extract<LogicalPlan, { kind: 'limit' }>['count'] & object {
  const { tokens } = r
  if (tokens.isSymbol(')')) throw refused('')
  if (tokens.isWord('bucket') && tokens.peek(1).kind === 'number') {
    tokens.skip(1)
    const part = Number(tokens.take().text)
    tokens.expectWord('out')
    tokens.expectWord('of')
    const parts = Number(tokens.take().text)
    if (tokens.word('on')) {
      do tokens.name(); while (tokens.symbol('.'))
      if (tokens.symbol('(')) tokens.expectSymbol(')')
      if (!tokens.isSymbol(')')) throw tokens.unexpected()
      throw refused(`BUCKET ${part} OUT OF ${parts} ON …`)
    }
    return part / parts
  }
  const negative = tokens.isSymbol('-') && tokens.isWord('percent', 2), number = tokens.peek(negative ? 1 : 0)
  if (number.kind === 'number' && tokens.isWord('percent', negative ? 2 : 1)) { tokens.skip(negative ? 3 : 2); return Number(number.text) / (negative ? -100 : 100) }
  const from = tokens.peek(), count = r.ending('rows', () => r.grammar.expression())
  if (tokens.word('rows')) return count
  throw tokens.isSymbol(')') ? refused(tokens.text.slice(from.at, tokens.peek().at)) : tokens.unexpected(' ROWS or PERCENT is expected here.')
}

function seedOf(r: SqlReader): bigint {
  const { tokens } = r
  tokens.expectSymbol('(')
  const seed = BigInt(r.wholeNumber('REPEATABLE'))
  tokens.expectSymbol(')')
  return seed
}
