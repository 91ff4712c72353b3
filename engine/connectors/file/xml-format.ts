/** Owns XML as a format of files: its options, rows as elements of a name, files with a root around their rows. */
import { analysisError, executionError, SparkError } from '../../errors/spark-error.ts'
import { checkSingleVariant, singleVariantSchema } from '../../formats/json/variant-records.ts'
import { isPlainName } from '../../formats/xml/characters.ts'
import { decodeXml, decoderOf } from '../../formats/xml/decode.ts'
import { XmlSchemaInference } from '../../formats/xml/inference.ts'
import { xmlOptionNames, xmlOptions, type XmlOptions } from '../../formats/xml/options.ts'
import { xmlReader } from '../../formats/xml/reader.ts'
import { xmlElementWriter } from '../../formats/xml/writer.ts'
import { read } from '../../storage/steps.ts'
import type { StructTypeShape } from '../../types/data-type.ts'
import type { OptionsReader } from '../options.ts'
import { compressorOf, decompress, readDecompressed } from './compression.ts'
import type { FileFormat, FileWriter, FormatContext } from './file-format.ts'

const rowsPerBatch = 8192, pieceChars = 1 << 20
const encoder = new TextEncoder()
const codecs = ['none', 'uncompressed', 'bzip2', 'deflate', 'gzip', 'lz4', 'snappy', 'zstd']

function optionsOf(options: OptionsReader, context: FormatContext): XmlOptions & { readonly rowTag: string } {
  for (const name of xmlOptionNames) options.text(name)
  const o = xmlOptions(name => options.text(name), { timeZone: context.timeZone, corruptColumn: context.conf('spark.sql.columnNameOfCorruptRecord') })
  if (o.rowTag === null) throw analysisError('XML_ROW_TAG_MISSING', { rowTag: 'rowTag' })
  // What makes no tag: nothing, and brackets, which the reader puts around by itself.
  for (const [name, text] of [['rowTag', o.rowTag], ['rootTag', o.rootTag], ['declaration', o.declaration]] as const) if (/[<>]/.test(text)) throw options.invalid(name, 'write it without < and >')
  if (o.rowTag === '') throw options.invalid('rowTag', 'it is empty')
  if (o.encoding !== null && decoderOf(o.encoding) === null) throw options.invalid('encoding', 'it is not known')
  return o as XmlOptions & { readonly rowTag: string }
}

export const xmlFormat: FileFormat = {
  name: 'xml', fixedSchema: false,
  check(options, context) {
    optionsOf(options, context)
    const codec = options.text('compression') ?? options.text('codec')
    if (codec !== null && !codecs.includes(codec.toLowerCase())) throw analysisError('CODEC_NOT_AVAILABLE.WITH_AVAILABLE_CODECS_SUGGESTION', { codecName: codec, availableCodecs: codecs.join(', ') })
    compressorOf(options)
  },
  checkWritten() {},
  reader(schema, options, columns, _predicates, context) {
    const o = optionsOf(options, context)
    if (columns.length === 1 && schema.fields[columns[0]!]!.name === o.corruptColumn) throw analysisError('UNSUPPORTED_FEATURE.QUERY_ONLY_CORRUPT_RECORD_COLUMN')
    if (o.singleVariant !== null) checkSingleVariant(schema, o.corruptColumn)
    const rows = xmlReader(schema, o, columns, rowsPerBatch)
    return async function* (files, file) { yield* rows(decodeXml(await readDecompressed(files, file.path), o.encoding), file.path) }
  },
  *infer(files, options, context) {
    const o = optionsOf(options, context), inference = new XmlSchemaInference(o)
    if (o.singleVariant !== null) return singleVariantSchema(o.singleVariant)
    for (const file of files) inference.add(decodeXml(decompress(file.path, yield* read(file.path)), o.encoding))
    return inference.result()
  },
  writer(schema, options, context) {
    const o = optionsOf(options, context), compressor = compressorOf(options)
    if (o.encoding !== null && !/^utf-?8$/i.test(o.encoding)) throw options.invalid('encoding', 'files are written in UTF-8')
    return { extension: `xml${compressor.extension}`, open: () => writerOf(schema, o, bytes => compressor.pack(bytes)) }
  },
}

// The declaration and the root come with the first row; a file with no rows is empty.
function writerOf(schema: StructTypeShape, o: XmlOptions & { readonly rowTag: string }, pack: (bytes: Uint8Array) => Uint8Array): FileWriter {
  const write = xmlElementWriter(schema, o), rootName = o.rootTag.trim().split(/\s+/)[0]!
  let text = '', begun = false
  const take = (): Uint8Array[] => { if (text === '') return []; const bytes = pack(encoder.encode(text)); text = ''; return [bytes] }
  return {
    add(batch) {
      const pieces: Uint8Array[] = []
      if (!begun && batch.length > 0) {
        begun = true
        if (o.validateName && !isPlainName(rootName)) throw failed(`the rootTag "${o.rootTag}" is no name of an element`)
        text = `${o.declaration === '' ? '' : `<?xml ${o.declaration}?>\n`}<${o.rootTag.trim()}>`
      }
      for (let i = 0; i < batch.length; i++) {
        try { text += `\n${o.indent}${write(batch.columns.map(c => c.get(i)), o.rowTag, 1)}` } catch (e) { throw e instanceof SparkError ? failed(e.message, e) : e }
        if (text.length >= pieceChars) pieces.push(...take())
      }
      return pieces
    },
    finish() {
      if (begun) text += `\n</${rootName}>`
      return take()
    },
  }
}

const failed = (reason: string, cause?: Error): Error => executionError('TASK_WRITE_FAILED', { format: 'xml', reason }, cause)
