/** Functions that give a VARIANT with a part of it changed: variant_set, variant_insert, variant_array_append, variant_delete, variant_strip_nulls; and is_valid_variant. */
import { copyVariant, variantWriter, writeField } from '../columns/variant-writer.ts'
import { analysisError, executionError } from '../errors/spark-error.ts'
import { evaluateConstant } from '../expressions/codegen/compile.ts'
import type { Resolved } from '../expressions/expression.ts'
import { booleanType, sqlName, variantType } from '../types/data-type.ts'
import { VariantBuilder } from '../types/variant/builder.ts'
import { isRefused } from '../types/variant/check.ts'
import type { FieldEntry } from '../types/variant/fields.ts'
import { childAt, countAt, isNullAt, kindAt, nameAt, nameIdAt, valueStart } from '../types/variant/layout.ts'
import { parseVariantPath, type VariantPath } from '../types/variant/path.ts'
import { children } from '../types/variant/text.ts'
import { castTo } from './cast.ts'
import { call, expectArity, expectConstant, literal, plainArgs, quoted, unexpectedType, type FunctionCall, type FunctionDefinition, type FunctionFamily } from './define.ts'
import { textArg } from './typed.ts'
import { pathReader, variantArg } from './variant-arg.ts'
import { variantHolds } from './variant-cast.ts'

/** What a change meets on its way: the builder that the new variant goes to, the old one, and how the function treats the end of its path. */
interface Change {
  readonly out: VariantBuilder
  readonly b: Uint8Array
  readonly path: VariantPath
  /** Writes the value that is put in. */
  readonly value: () => void
  readonly kind: 'set' | 'replace' | 'insert' | 'append'
}

/** Thrown where a path meets a value of another kind at its `step`th step. */
class Mismatch extends Error { readonly step: number; constructor(step: number) { super(); this.step = step } }
/** Thrown by an insertion for a field that is there. */
class ExistingField extends Error { readonly key: string; constructor(key: string) { super(); this.key = key } }

function change(c: Change, v: number, i: number): void {
  const { b, out, path } = c, step = path[i], start = out.at, kind = kindAt(b, v)
  if (step === undefined) {
    if (c.kind !== 'append') { c.value(); return }
    if (kind !== 'array') throw new Mismatch(i)
    const places = copies(c, v)
    places.push(out.at)
    c.value()
    out.array(start, places)
    return
  }
  const last = i === path.length - 1, made = c.kind === 'set' || c.kind === 'insert'
  if (typeof step === 'number') {
    if (kind !== 'array') throw new Mismatch(i)
    const n = countAt(b, v), places: number[] = []
    const put = (write: () => void): void => { places.push(out.at); write() }
    for (let k = 0; k < n; k++) {
      const at = childAt(b, v, k)
      if (k !== step) put(() => { copyVariant(b, 0, b, at, out) })
      else if (last && c.kind === 'insert') { put(c.value); put(() => { copyVariant(b, 0, b, at, out) }) }
      else put(() => { change(c, at, i + 1) })
    }
    if (step >= n && made) {
      for (const at of out.nulls(step - n)) places.push(at)
      put(() => { create(c, i + 1) })
    }
    out.array(start, places)
    return
  }
  if (kind !== 'object') throw new Mismatch(i)
  let found = false
  const fields = children(b, v, (at, k): FieldEntry => {
    const name = nameAt(b, 0, nameIdAt(b, v, k)), here = name === step.name
    found ||= here
    if (here && last && c.kind === 'insert') throw new ExistingField(name)
    return writeField(name, out, () => { if (here) change(c, at, i + 1); else copyVariant(b, 0, b, at, out) })
  })
  if (!found && made) fields.push(writeField(step.name, out, () => { create(c, i + 1) }))
  out.object(start, fields)
}

// What the rest of a path leads through, made anew.
function create(c: Change, i: number): void {
  const { out, path } = c, step = path[i], start = out.at
  if (step === undefined) { c.value(); return }
  if (typeof step !== 'number') { out.object(start, [writeField(step.name, out, () => { create(c, i + 1) })]); return }
  const places = out.nulls(step)
  places.push(out.at)
  create(c, i + 1)
  out.array(start, places)
}

const copies = ({ b, out }: Pick<Change, 'b' | 'out'>, v: number): number[] => children(b, v, at => { const to = out.at; copyVariant(b, 0, b, at, out); return to })

/** The steps of a path; `root` says whether it may be $ alone. Throws INVALID_VARIANT_PATH. */
function pathOf(text: string, functionName: string, root: boolean): VariantPath {
  const path = parseVariantPath(text)
  if (path === null || (path.length === 0 && !root)) throw executionError('INVALID_VARIANT_PATH', { path: text, functionName: quoted(functionName) })
  return path
}

const paths = (functionName: string, root: boolean): (text: string) => VariantPath => pathReader(text => pathOf(text, functionName, root))

function changing(name: string, kind: 'set' | 'insert' | 'append', fail: boolean): FunctionDefinition {
  return {
    bind(c, context) {
      if (kind === 'set' && c.args.length < 3) throw analysisError('REQUIRED_PARAMETER_NOT_FOUND', { routineName: quoted(c.name), parameterName: quoted(['v', 'path', 'val'][c.args.length]!) })
      expectArity(c, 3, kind === 'set' ? 4 : 3)
      const v = variantArg(c, 0), path = textArg(c, 1, context), value = plainArgs(c)[2]!, mode = kind === 'set' ? createsMissing(c) : true
      if (value.type.kind !== 'void' && !variantHolds(value.type, false)) throw analysisError('DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION', { sqlExpr: `"${c.sql}"`, srcType: `"${sqlName(value.type)}"`, targetType: '"VARIANT"' })
      if (value.type.kind === 'void' || mode === null) return literal(null, variantType)
      const read = paths(name, kind === 'append'), write = variantWriter(value.type), out = new VariantBuilder(), how = kind === 'set' && !mode ? 'replace' : kind
      return call(name, [v, path, value, ...c.args.slice(3) as Resolved[]], variantType, {
        evaluate: (b: Uint8Array, text: string, x: unknown) => {
          const steps = read(text)
          try {
            change({ out: out.begin(), b, path: steps, value: () => { write(x, out) }, kind: how }, valueStart(b, 0), 0)
            return out.result()
          } catch (e) {
            if (!(e instanceof Mismatch) && !(e instanceof ExistingField)) throw e
            if (!fail) return null
            if (e instanceof ExistingField) throw executionError('VARIANT_DUPLICATE_KEY', { key: e.key }, e)
            throw executionError('VARIANT_PATH_TYPE_MISMATCH', { path: text, step: e.step, functionName: quoted(name) }, e)
          }
        },
      }, { nullable: true })
    },
  }
}

// The fourth argument of variant_set: a constant; null where it is NULL.
function createsMissing(c: FunctionCall): boolean | null {
  const given = c.args[3] as Resolved | undefined
  if (given === undefined) return true
  if (given.type.kind !== 'boolean' && given.type.kind !== 'void') throw unexpectedType(c, 4, '"BOOLEAN"', given)
  expectConstant(c, given, 'create_if_missing', '"BOOLEAN"')
  return evaluateConstant(given) as boolean | null
}

/** Writes the value at a place without what a path leads to. */
function without(b: Uint8Array, v: number, path: VariantPath, i: number, out: VariantBuilder): void {
  const step = path[i]!, start = out.at, kind = kindAt(b, v), last = i === path.length - 1
  if (typeof step === 'number' && kind === 'array') {
    out.array(start, children(b, v, (at, k): number[] => {
      const to = out.at
      if (k !== step) copyVariant(b, 0, b, at, out)
      else if (last) return []
      else without(b, at, path, i + 1, out)
      return [to]
    }).flat())
  } else if (typeof step !== 'number' && kind === 'object') {
    out.object(start, children(b, v, (at, k): FieldEntry[] => {
      const name = nameAt(b, 0, nameIdAt(b, v, k)), here = name === step.name
      return here && last ? [] : [writeField(name, out, () => { if (here) without(b, at, path, i + 1, out); else copyVariant(b, 0, b, at, out) })]
    }).flat())
  } else copyVariant(b, 0, b, v, out)
}

/** Writes the value at a place without fields that are null, and without such elements where `arrays` says so. */
function stripped(b: Uint8Array, v: number, arrays: boolean, out: VariantBuilder): void {
  const start = out.at, kind = kindAt(b, v)
  if (kind === 'object') out.object(start, children(b, v, (at, k): FieldEntry[] => (isNullAt(b, at) ? [] : [writeField(nameAt(b, 0, nameIdAt(b, v, k)), out, () => { stripped(b, at, arrays, out) })])).flat())
  else if (kind === 'array') out.array(start, children(b, v, (at): number[] => { if (arrays && isNullAt(b, at)) return []; const to = out.at; stripped(b, at, arrays, out); return [to] }).flat())
  else copyVariant(b, 0, b, v, out)
}

export const variantChangeFunctions: FunctionFamily = {
  variant_set: changing('variant_set', 'set', true), try_variant_set: changing('try_variant_set', 'set', false),
  variant_insert: changing('variant_insert', 'insert', true), try_variant_insert: changing('try_variant_insert', 'insert', false),
  variant_array_append: changing('variant_array_append', 'append', true), try_variant_array_append: changing('try_variant_array_append', 'append', false),
  variant_delete: {
    bind(c, context) {
      expectArity(c, 2, Infinity)
      const v = variantArg(c, 0), given = c.args.slice(1).map((_, i) => textArg(c, i + 1, context)), read = paths('variant_delete', false), out = new VariantBuilder()
      return call('variant_delete', [v, ...given], variantType, {
        strict: false,
        evaluate: (b: Uint8Array | null, ...texts: (string | null)[]) => {
          if (b === null) return null
          let now = b
          for (const t of texts) if (t !== null) { without(now, valueStart(now, 0), read(t), 0, out.begin()); now = out.result() }
          return now
        },
      }, { nullable: v.nullable })
    },
  },
  variant_strip_nulls: {
    bind(c, context) {
      expectArity(c, 1, 2)
      const v = variantArg(c, 0), given = c.args[1] as Resolved | undefined, out = new VariantBuilder()
      if (given !== undefined && given.type.kind !== 'boolean' && given.type.kind !== 'void') throw unexpectedType(c, 2, '"BOOLEAN"', given)
      const arrays = given === undefined ? literal(true, booleanType) : castTo(given, booleanType, context)
      return call('variant_strip_nulls', [v, arrays], variantType, { evaluate: (b: Uint8Array, all: boolean) => { stripped(b, valueStart(b, 0), all, out.begin()); return out.result() } }, { nullable: v.nullable || arrays.nullable })
    },
  },
  is_valid_variant: { bind(c) { expectArity(c, 1); const v = variantArg(c, 0); return call('is_valid_variant', [v], booleanType, { evaluate: (b: Uint8Array) => !isRefused(b) }, { nullable: v.nullable }) } },
}
