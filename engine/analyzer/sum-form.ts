/** How Spark names a sum or difference of dates, times and intervals: `ts + INTERVAL '1' DAY` without parentheses, the moment first; days of a date as calls of date_add and date_sub. */
import type { SumForm } from '../expressions/name.ts'
import type { Argument } from '../functions/define.ts'
import { isAnsiInterval, isDatetime, isIntegral, type DataType } from '../types/data-type.ts'

const isInterval = (t: DataType): boolean => isAnsiInterval(t) || t.kind === 'calendarinterval'
const isMoment = (t: DataType): boolean => isDatetime(t) || t.kind === 'time' || t.kind === 'string'

/** The form, null where it is that of all operators. */
export function sumForm(op: '+' | '-', a: Argument, b: Argument): SumForm | null {
  if (a.kind === 'pending-lambda' || b.kind === 'pending-lambda') return null
  const x = a.type, y = b.type
  if (op === '+' && ((isInterval(x) && isMoment(y)) || (x.kind === 'void' && isMoment(y) && y.kind !== 'string') || (isIntegral(x) && y.kind === 'date'))) return formOf('+', y, x, '{b}', '{a}')
  if (op === '-' && x.kind === 'time' && (y.kind === 'time' || y.kind === 'string')) return '{a} - {b}'
  if (op === '-' && x.kind === 'string' && y.kind === 'time') return '{a} - {b}'
  return formOf(op, x, y, '{a}', '{b}')
}

function formOf(op: '+' | '-', moment: DataType, amount: DataType, first: string, second: string): SumForm | null {
  if (moment.kind === 'date' && isIntegral(amount)) return `${op === '+' ? 'date_add' : 'date_sub'}(${first}, ${second})`
  // A NULL that is added is an interval.
  const adds = isInterval(amount) || (amount.kind === 'void' && op === '+' && moment.kind !== 'string')
  if (!isMoment(moment) || !adds) return null
  if (moment.kind !== 'date' || amount.kind !== 'daytimeinterval' || amount.end !== 0) return `${first} ${op} ${second}`
  const days = `extractansiintervaldays(${second})`
  return `date_add(${first}, ${op === '+' ? days : `(- ${days})`})`
}
