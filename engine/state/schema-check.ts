/**
 * What the checkpoint says about its stateful operators: the schemas of keys and values, which a restarted query must fit, and the list of stores.
 *
 *     state/<op>/0/_metadata/schema    "v2", then for key and value: the number of pieces, each a length and text of Spark's schema JSON (as Java's writeUTF)
 *     state/<op>/_metadata/metadata    v1 / {"operatorInfo":{…},"stateStoreInfo":[…]}
 */
import type { Files } from '../storage/files.ts'
import { joinPath } from '../storage/files.ts'
import type { StructTypeShape } from '../types/data-type.ts'
import { typeFromJson } from '../types/schema-json.ts'
import { executionError } from '../errors/spark-error.ts'
import { storeDir } from './state-folder.ts'
import { dataTypeJson, describeJson, fitsStored } from './schema-json-form.ts'
import type { TypeJson } from './schema-json-form.ts'

// Spark cuts longer schemas into pieces that writeUTF can take even if every character needs three bytes.
const pieceLength = Math.floor(65535 / 3)

/** Which schemas an operator's store has, for the check. */
export interface StateSchema {
  readonly files: Files
  readonly root: string
  readonly operatorId: number
  readonly storeName?: string
  readonly keySchema: StructTypeShape
  readonly valueSchema: StructTypeShape
}

/**
 * Compares the schemas with those of the checkpoint, or writes them when there are none yet. Names may differ, types may not, and what was
 * not NULL must stay so: `STATE_STORE_KEY_SCHEMA_NOT_COMPATIBLE`, `STATE_STORE_VALUE_SCHEMA_NOT_COMPATIBLE`. Only partition 0 keeps them.
 * With `warn` (`spark.sql.streaming.stateStore.stateSchemaCheck` is false) what does not fit is told and the query goes on: old state may then be read as something else.
 */
export async function checkStateSchema(schema: StateSchema, warn: ((message: string) => void) | null = null): Promise<void> {
  const path = schemaPath(schema.root, schema.operatorId, schema.storeName ?? 'default')
  const stored = await schema.files.tryRead(path)
  const key = dataTypeJson(schema.keySchema), value = dataTypeJson(schema.valueSchema)
  if (stored === null) {
    await schema.files.writeAtomic(path, encodeSchemas(JSON.stringify(key), JSON.stringify(value)), { overwrite: false })
    return
  }
  const [storedKey, storedValue] = decodeSchemas(stored, path)
  const misfit = !fitsStored(storedKey, key) ? executionError('STATE_STORE_KEY_SCHEMA_NOT_COMPATIBLE', { storedKeySchema: describeJson(storedKey), newKeySchema: describeJson(key) })
    : !fitsStored(storedValue, value) ? executionError('STATE_STORE_VALUE_SCHEMA_NOT_COMPATIBLE', { storedValueSchema: describeJson(storedValue), newValueSchema: describeJson(value) }) : null
  if (misfit === null) return
  if (warn === null) throw misfit
  warn(`spark.sql.streaming.stateStore.stateSchemaCheck is false, so this is no error: ${misfit.message}`)
}

/** Whether the checkpoint knows a store. */
export async function hasStateSchema(files: Files, root: string, operatorId: number, storeName: string): Promise<boolean> {
  return await files.tryRead(schemaPath(root, operatorId, storeName)) !== null
}

/** The schemas that the schema file of a store holds. */
export interface StoredSchemas { readonly keySchema: StructTypeShape; readonly valueSchema: StructTypeShape }
export function parseStateSchemas(file: Uint8Array, path: string): StoredSchemas {
  const [key, value] = decodeSchemas(file, path)
  return { keySchema: typeFromJson(key) as StructTypeShape, valueSchema: typeFromJson(value) as StructTypeShape }
}

/** Where the schemas of a store lie. */
export const schemaPath = (root: string, operatorId: number, storeName: string): string => joinPath(storeDir(root, operatorId, 0, storeName), '_metadata', 'schema')

function encodeSchemas(key: string, value: string): Uint8Array {
  const parts = [utf('v2'), ...pieces(key), ...pieces(value)]
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0))
  let at = 0
  for (const p of parts) { out.set(p, at); at += p.length }
  return out
}

function pieces(text: string): Uint8Array[] {
  const out: Uint8Array[] = []
  for (let i = 0; i < text.length; i += pieceLength) out.push(utf(text.slice(i, i + pieceLength)))
  const count = new Uint8Array(4)
  new DataView(count.buffer).setInt32(0, out.length)
  return [count, ...out]
}

// Java's "modified UTF-8": a length of two bytes, then each UTF-16 unit on its own (so surrogates take three bytes each), and NUL as two bytes.
function utf(text: string): Uint8Array {
  const out: number[] = [0, 0]
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c !== 0 && c < 0x80) out.push(c)
    else if (c < 0x800) out.push(0xc0 | c >> 6, 0x80 | c & 63)
    else out.push(0xe0 | c >> 12, 0x80 | c >> 6 & 63, 0x80 | c & 63)
  }
  out[0] = out.length - 2 >> 8
  out[1] = out.length - 2 & 255
  return Uint8Array.from(out)
}

function decodeSchemas(file: Uint8Array, path: string): [TypeJson, TypeJson] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  let at = 0
  const readUtf = (): string => {
    const end = at + 2 + view.getUint16(at)
    if (end > file.length) throw new RangeError('a text is cut off')
    let text = ''
    for (at += 2; at < end;) {
      const c = file[at]!
      if (c < 0x80) { text += String.fromCharCode(c); at++ }
      else if (c < 0xe0) { text += String.fromCharCode((c & 31) << 6 | file[at + 1]! & 63); at += 2 }
      else { text += String.fromCharCode((c & 15) << 12 | (file[at + 1]! & 63) << 6 | file[at + 2]! & 63); at += 3 }
    }
    return text
  }
  const version = ((): string => { try { return readUtf() } catch { return '' } })()
  if (version !== 'v1' && version !== 'v2') {
    if (/^v\d+$/.test(version)) throw executionError('MICROLOTE_LOG_VERSION', { path, found: version, supported: 2 })
    throw executionError('MICROLOTE_LOG_CORRUPTED', { path, reason: 'it does not begin with a version' })
  }
  try {
    const readText = (): string => {
      if (version === 'v1') return readUtf()
      const count = view.getInt32(at)
      at += 4
      let text = ''
      for (let i = 0; i < count; i++) text += readUtf()
      return text
    }
    return [JSON.parse(readText()) as TypeJson, JSON.parse(readText()) as TypeJson]
  } catch (e) { throw executionError('MICROLOTE_LOG_CORRUPTED', { path, reason: 'it ends early or is not a schema' }, e) }
}

/** One stateful operator, as the checkpoint lists it. `operatorName` is Spark's: `stateStoreSave`, `dedupe`, `symmetricHashJoin` … */
export interface OperatorMetadata {
  readonly operatorInfo: { readonly operatorId: number; readonly operatorName: string }
  readonly stateStoreInfo: readonly { readonly storeName: string; readonly numColsPrefixKey: number; readonly numPartitions: number }[]
}

/** Where the entry of an operator lies. */
export const operatorMetadataPath = (root: string, operatorId: number): string => joinPath(root, String(operatorId), '_metadata', 'metadata')

/** Writes the operator's entry. */
export async function writeOperatorMetadata(files: Files, root: string, entry: OperatorMetadata): Promise<void> {
  const text = `v1\n${JSON.stringify(entry)}`
  await files.writeAtomic(operatorMetadataPath(root, entry.operatorInfo.operatorId), new TextEncoder().encode(text), { overwrite: true })
}

/** The operator's entry, or null when there is none. */
export async function readOperatorMetadata(files: Files, root: string, operatorId: number): Promise<OperatorMetadata | null> {
  const path = operatorMetadataPath(root, operatorId)
  return operatorMetadata(await files.tryRead(path), path)
}

/** The entry that the bytes of such a file hold. */
export function operatorMetadata(bytes: Uint8Array | null, path: string): OperatorMetadata | null {
  if (bytes === null) return null
  const [version, json] = new TextDecoder().decode(bytes).split('\n')
  if (version !== 'v1') {
    if (/^v\d+$/.test(version!)) throw executionError('MICROLOTE_LOG_VERSION', { path, found: version!, supported: 1 })
    throw executionError('MICROLOTE_LOG_CORRUPTED', { path, reason: 'it does not begin with a version' })
  }
  try {
    const entry = JSON.parse(json ?? '') as OperatorMetadata
    if (typeof entry.operatorInfo.operatorId === 'number' && Array.isArray(entry.stateStoreInfo)) return entry
  } catch { /* said below */ }
  throw executionError('MICROLOTE_LOG_CORRUPTED', { path, reason: 'its second line does not describe an operator' })
}

/** The entries of all operators in the checkpoint, by operator id. That of operator 0 is written last: without it the others are of a run that died before its first batch. */
export async function listOperatorMetadata(files: Files, root: string): Promise<OperatorMetadata[]> {
  const ids = (await files.list(root)).filter(e => e.isDirectory && /^\d+$/.test(e.name)).map(e => Number(e.name)).sort((a, b) => a - b)
  if (!ids.includes(0)) return []
  const entries = await Promise.all(ids.map(id => readOperatorMetadata(files, root, id)))
  return entries.filter(e => e !== null)
}

