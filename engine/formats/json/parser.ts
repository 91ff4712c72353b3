/** The JSON parser: bytes to columns in three tiers (learned templates, a general byte reader, an exact one), all with Spark's results. */
import { executionError } from '../../errors/spark-error.ts'
import { structField, structType, type ArrayType, type MapType, type StructTypeShape } from '../../types/data-type.ts'
import { decodeUtf8 } from '../../columns/bytes-vector.ts'
import { StructVector } from '../../columns/struct-vector.ts'
import type { Vector } from '../../columns/vector.ts'
import { structColumnFor, type ColumnSettings } from './columns-of.ts'
import { splitLines } from './lines.ts'
import type { JsonOptions } from './options.ts'
import type { BadValue, Required } from './converters.ts'
import { recordReader, type RecordResult } from './records.ts'
import { skipSpaces } from './scan.ts'
import type { StructColumn } from './struct-column.ts'
import { TemplateCache } from './template-cache.ts'
import { TextColumn } from './text-column.ts'
import { jsonTimes } from './times.ts'
import { JsonTokens } from './tokens.ts'

/** `from_json` gives a row for each text; `file` gives the rows of each line: none for blank ones, several for an array. */
export interface JsonParserOptions extends JsonOptions {
  readonly forRecords: 'from_json' | 'file'
  /** The fields wanted, by position; others are skipped and come as NULL constants. */
  readonly required?: Required
}

/**
 * A parser for values of `type`. It learns from what it reads and belongs to one task: it must not be used for two batches at once.
 * @example createJsonParser(structType([structField('a', intType)]), { ...jsonOptions({}, { timeZone: 'UTC' }), forRecords: 'from_json' })
 */
export function createJsonParser(type: StructTypeShape | ArrayType | MapType, options: JsonParserOptions): JsonParser {
  return new JsonParser(type, options)
}

export class JsonParser {
  readonly type: StructTypeShape | ArrayType | MapType
  private readonly options: JsonParserOptions
  private readonly file: boolean
  private readonly root: StructColumn
  private readonly corruptField: number
  private readonly textColumns: readonly TextColumn[]
  private readonly templates: TemplateCache
  private readonly tokens: JsonTokens
  private readonly readRecord: (t: JsonTokens) => RecordResult
  private modes = 0
  /** The rows made of the batch so far. */
  private rows = 0

  constructor(type: StructTypeShape | ArrayType | MapType, options: JsonParserOptions) {
    this.type = type
    this.options = options
    this.file = options.forRecords === 'file'
    const times = jsonTimes(options)
    const corruptField = type.kind === 'struct' ? type.fields.findIndex(f => f.name === options.columnNameOfCorruptRecord) : -1
    this.corruptField = corruptField
    const settings: ColumnSettings = {
      times, exactText: this.file, plainTimestamps: options.timestampFormat === undefined, plainNtz: options.timestampNTZFormat === undefined,
      plainDates: options.dateFormat === undefined, sessionIsUtc: isUtc(options.timeZone),
      tokens: options.mode === 'PERMISSIVE' && corruptField < 0 ? new JsonTokens(options, this.file) : null,
    }
    // An array or a map at the root is kept as the only field of a struct.
    const rows = type.kind === 'struct' ? type : structType([structField('value', type)])
    // What is not wanted must be read all the same where a bad value in it shows.
    const shows = !this.file && (options.mode !== 'PERMISSIVE' || this.corruptField >= 0)
    const required = shows || type.kind !== 'struct' ? undefined : options.required
    this.root = structColumnFor(rows, settings, required, this.corruptField)
    this.textColumns = textColumnsOf(this.root)
    this.templates = new TemplateCache(this.root)
    this.tokens = new JsonTokens(options, this.file)
    this.readRecord = recordReader(type, times, this.file, required, this.corruptField)
  }

  /**
   * Parses the texts in `bytes` from `starts[i]` to `ends[i]`; `nulls` marks those that are NULL. A struct type gives a `StructVector`,
   * an array or map an `ObjectVector`. Strings may be views into `bytes`. Throws MALFORMED_RECORD_IN_PARSING in the mode FAILFAST.
   */
  parse(bytes: Uint8Array, starts: Int32Array, ends: Int32Array, nulls: Uint8Array | null, length: number): Vector {
    const plain = bytes.constructor === Uint8Array ? bytes : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const dv = new DataView(plain.buffer, plain.byteOffset, plain.byteLength)
    do {
      this.root.begin(length)
      this.rows = 0
      this.fill(plain, dv, starts, ends, nulls, length)
    } while (this.changeModes())
    const vector = this.root.finish(this.rows, plain) as StructVector
    this.changeModes()
    return this.type.kind === 'struct' ? vector : vector.children[0]
  }

  /**
   * Parses up to `maxRows` lines of `bytes` between `from` and `to`. A last line without an end is read only when `atEnd` says that
   * nothing follows. `consumed` is the position behind the last line read.
   */
  parseLines(bytes: Uint8Array, from: number, to: number, maxRows: number, atEnd: boolean): { rows: StructVector; consumed: number } {
    const lines = splitLines(bytes, from, to, maxRows, atEnd, this.options.lineSep)
    return { rows: this.parse(bytes, lines.starts, lines.ends, null, lines.count) as StructVector, consumed: lines.consumed }
  }

  private fill(bytes: Uint8Array, dv: DataView, starts: Int32Array, ends: Int32Array, nulls: Uint8Array | null, length: number): void {
    const templated = this.type.kind === 'struct'
    for (let i = 0; i < length; i++) {
      if (templated) {
        const next = this.templates.run(bytes, dv, starts, ends, nulls, i, length, this.rows - i)
        this.rows += next - i
        i = next
        if (i >= length) return
      }
      if (nulls !== null && nulls[i] !== 0) { if (!this.file) this.root.setNull(this.rows++); continue }
      this.readOne(bytes, dv, starts[i], ends[i], length - i)
    }
  }

  /** `left` counts the texts from this one on: the room that the batch needs at least. */
  private readOne(bytes: Uint8Array, dv: DataView, start: number, end: number, left: number): void {
    const p = skipSpaces(bytes, start, end)
    if (this.type.kind === 'struct' && p < end && bytes[p] === 123 && this.root.readObject(bytes, dv, p + 1, end, this.rows) >= 0) {
      this.templates.learn(bytes, dv, start, end)
      this.rows++
      return
    }
    this.readExactly(bytes, start, end, left)
  }

  private readExactly(bytes: Uint8Array, start: number, end: number, left: number): void {
    const r = this.readRecord(this.tokens.open(bytes, start, end))
    if (r.bad !== null) {
      if (this.options.mode === 'FAILFAST') throw this.malformed(r, bytes, start, end)
      if (this.options.mode === 'DROPMALFORMED') return
    }
    let rows = r.rows
    if (!this.file) rows = rows.length === 0 && r.bad === null ? [] : [rows[0] ?? null]
    else if (rows.length === 0 && r.bad !== null) rows = [null]
    if (!this.file && rows.length === 0) { this.root.setNull(this.rows++); return }
    if (this.rows + rows.length + left - 1 > this.root.capacity) this.root.grow((this.rows + rows.length + left) * 2)
    for (const row of rows) {
      if (this.type.kind !== 'struct') this.root.set(this.rows, [row])
      else if (row === null) this.root.setFieldsNull(this.rows)
      else this.root.set(this.rows, row)
      if (this.corruptField >= 0) this.root.children[this.corruptField].set(this.rows, r.bad === null ? null : decodeUtf8(bytes, start, end))
      this.rows++
    }
  }

  private malformed(r: RecordResult, bytes: Uint8Array, start: number, end: number): Error {
    const parameters = { badRecord: decodeUtf8(bytes, start, end), failFastMode: 'FAILFAST' }
    if (r.bad === 'array') return executionError('MALFORMED_RECORD_IN_PARSING.CANNOT_PARSE_JSON_ARRAYS_AS_STRUCTS', parameters)
    const { text, field, type } = r.bad as BadValue
    if (text !== null) return executionError('MALFORMED_RECORD_IN_PARSING.CANNOT_PARSE_STRING_AS_DATATYPE', { ...parameters, fieldName: `\`${field}\``, fieldValue: text, targetType: `"${type}"` })
    return executionError('MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION', parameters)
  }

  /** Follows text columns that gave up their dictionary; true if one did so in mid-batch and the batch must be read again. */
  private changeModes(): boolean {
    let again = false, modes = 0
    for (const c of this.textColumns) {
      if (c.overflow) { c.useViews(); again = true }
      if (c.dictionary === null) modes++
    }
    if (modes !== this.modes) this.templates.reset()
    this.modes = modes
    return again
  }
}

function textColumnsOf(column: StructColumn): TextColumn[] {
  return column.children.flatMap(c => (c instanceof TextColumn ? [c] : 'children' in c ? textColumnsOf(c as StructColumn) : []))
}

const isUtc = (zone: string): boolean => zone === 'UTC' || zone === 'Z' || zone === 'GMT' || zone === 'Etc/UTC' || zone === '+00:00' || zone === 'UTC+00:00'
