/** Resolves UNPIVOT and df.unpivot: each row becomes one for each set of columns, with the set's name and its values. */
import { analysisError } from '../errors/spark-error.ts'
import { alias, attribute, attributeOf } from '../expressions/attribute.ts'
import type { Alias, Attribute, Resolved } from '../expressions/expression.ts'
import { bindByName } from '../functions/bind.ts'
import { castTo } from '../functions/cast.ts'
import { literal, type BindContext } from '../functions/define.ts'
import { isNotNull } from '../functions/null-tests.ts'
import type { Unpivot } from '../plan/logical-plan.ts'
import { filterOf, type ResolvedPlan } from '../plan/resolved-plan.ts'
import { widerType } from '../types/coercion.ts'
import { sameType, sqlName, stringType, type DataType } from '../types/data-type.ts'
import { project } from './project-node.ts'
import { resolveList } from './resolve-expression.ts'
import type { Scope } from './scope.ts'

/** The ids, the column of names, the columns of values. Throws UNPIVOT_REQUIRES_VALUE_COLUMNS, UNPIVOT_VALUE_SIZE_MISMATCH, UNPIVOT_VALUE_DATA_TYPE_MISMATCH. */
export function resolveUnpivot(plan: Unpivot, child: ResolvedPlan, scope: Scope, context: BindContext): ResolvedPlan {
  const given = plan.ids === null ? null : resolveList(plan.ids, scope, context).map(named)
  const sets = plan.values === null
    ? child.output.filter(a => !given!.some(i => i.id === a.id || (i.kind === 'alias' && i.child.kind === 'attribute' && i.child.id === a.id))).map(a => ({ columns: [named(a)], name: a.name }))
    : plan.values.flatMap(v => { const columns = resolveList(v.columns, scope, context).map(named); return plan.names.length === 1 && v.name === null ? columns.map(c => ({ columns: [c], name: c.name })) : [{ columns, name: v.name ?? columns.map(c => c.name).join('_') }] })
  if (sets.length === 0) throw analysisError('UNPIVOT_REQUIRES_VALUE_COLUMNS')
  if (sets.some(s => s.columns.length !== plan.names.length)) throw analysisError('UNPIVOT_VALUE_SIZE_MISMATCH', { names: plan.names.length })
  const used = new Set(sets.flatMap(s => s.columns.map(c => c.id))), ids = given ?? child.output.filter(a => !used.has(a.id))
  const types = plan.names.map((_, i) => {
    const columns = sets.map(s => s.columns[i]!), type = columns.slice(1).reduce<DataType | null>((t, c) => (t === null ? null : common(t, c.type)), columns[0]!.type)
    if (type === null) throw analysisError('UNPIVOT_VALUE_DATA_TYPE_MISMATCH', { types: columns.map(c => `"${sqlName(c.type)}" (\`${c.name}\`)`).join(', ') })
    return type
  })
  // What is no column becomes one first.
  const made = [...ids, ...sets.flatMap(s => s.columns)].filter(c => c.kind === 'alias'), below = made.length === 0 ? child : project([...child.output, ...made], child)
  const keys = ids.map(attributeOf), values = plan.names.map((name, i) => attribute(name, types[i]!, sets.some(s => s.columns[i]!.nullable)))
  const rows = sets.map((s): Resolved[] => [...keys, literal(s.name, stringType), ...s.columns.map((c, i) => castTo(attributeOf(c), types[i]!, context))])
  const expanded: ResolvedPlan = { kind: 'expand', projections: rows, child: below, output: [...keys, attribute(plan.variable, stringType, false), ...values], streaming: child.streaming }
  return plan.excludeNulls ? filterOf(values.map((v): Resolved => isNotNull(v)).reduce((a, b) => bindByName('or', [a, b], context)), expanded) : expanded
}

const named = (e: Resolved): Alias | Attribute => (e.kind === 'attribute' || e.kind === 'alias' ? e : alias(e, e.kind === 'call' ? e.name : 'col'))

// A text goes with texts only.
const common = (a: DataType, b: DataType): DataType | null => (sameType(a, b) ? a : a.kind === 'string' || b.kind === 'string' ? null : widerType(a, b, true))
