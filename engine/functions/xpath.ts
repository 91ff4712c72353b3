/** XPath over XML texts in a column: xpath, xpath_string, xpath_boolean and the numbers. */
import { executionError } from '../errors/spark-error.ts'
import { evaluateConstant } from '../expressions/codegen/compile.ts'
import { XmlMalformed } from '../formats/xml/pull-parser.ts'
import { parseDocument, type XPathNode } from '../formats/xpath/document.ts'
import { evaluateXPath } from '../formats/xpath/evaluate.ts'
import type { XPath } from '../formats/xpath/expression.ts'
import { XPathError } from '../formats/xpath/lexer.ts'
import { parseXPath } from '../formats/xpath/parser.ts'
import { toBoolean, toNumber, toText, type XPathValue } from '../formats/xpath/values.ts'
import { arrayType, booleanType, doubleType, floatType, intType, longType, shortType, stringType, type DataType } from '../types/data-type.ts'
import { call, expectArity, expectConstant, literal, type FunctionDefinition, type FunctionFamily } from './define.ts'
import { textArg } from './typed.ts'

// Halves of surrogate pairs are no text.
const wellFormed = (text: string): string => text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '?')
// As Java turns a double into a whole number: NaN is 0, what is too large becomes the greatest.
const bounded = (n: number, least: number, most: number): number => (Number.isNaN(n) ? 0 : Math.trunc(Math.min(most, Math.max(least, n))) + 0)
const toInt = (n: number): number => bounded(n, -0x80000000, 0x7fffffff)
const toLong = (n: number): bigint => (Number.isNaN(n) ? 0n : n >= 2 ** 63 ? 2n ** 63n - 1n : n <= -(2 ** 63) ? -(2n ** 63n) : BigInt(Math.trunc(n)))

/** The values of nodes: elements have none of their own, and of a text that CDATA takes part in there is what stands before the seam. */
function nodeValues(v: XPathValue): (string | null)[] {
  if (typeof v !== 'object') throw new XPathError('it gives no nodes')
  return v.map(n => (n.kind === 'element' || n.kind === 'root' ? null : wellFormed(n.first)))
}

function xpathFunction(type: DataType, convert: (v: XPathValue) => unknown): FunctionDefinition {
  return {
    bind(c, context) {
      expectArity(c, 2)
      const args = [textArg(c, 0, context), textArg(c, 1, context)] as const, functionName = c.name.toLowerCase()
      expectConstant(c, args[1], 'path', '"STRING"')
      const path = evaluateConstant(args[1]) as string | null
      if (path === null) return literal(null, type)
      const guarded = <T>(body: () => T): T => {
        try { return body() } catch (e) {
          if (e instanceof XPathError) throw executionError('MICROLOTE_XPATH_INVALID', { path, functionName, reason: e.message })
          if (e instanceof XmlMalformed) throw executionError('MICROLOTE_XML_MALFORMED', { functionName, reason: e.message })
          throw e
        }
      }
      let parsed: XPath | null = null
      const evaluate = (text: string): unknown => (text === '' || path === '' ? null : guarded(() => convert(evaluateXPath(parsed ??= parseXPath(path), parseDocument(text) as XPathNode))))
      return call(functionName, [args[0], args[1]], type, { evaluate }, { nullable: true })
    },
  }
}

export const xpathFunctions: FunctionFamily = {
  xpath: xpathFunction(arrayType(stringType), nodeValues),
  xpath_boolean: xpathFunction(booleanType, toBoolean),
  xpath_double: xpathFunction(doubleType, toNumber),
  xpath_number: xpathFunction(doubleType, toNumber),
  xpath_float: xpathFunction(floatType, v => Math.fround(toNumber(v))),
  xpath_int: xpathFunction(intType, v => toInt(toNumber(v))),
  xpath_long: xpathFunction(longType, v => toLong(toNumber(v))),
  xpath_short: xpathFunction(shortType, v => (toInt(toNumber(v)) << 16) >> 16),
  xpath_string: xpathFunction(stringType, v => wellFormed(toText(v))),
}
