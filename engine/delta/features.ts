/** Owns what of the Delta protocol is known here: everything else is refused by its name. */
import { analysisError } from '../errors/spark-error.ts'
import { holdsVariant, type StructTypeShape } from '../types/data-type.ts'
import type { Protocol, TableMetadata } from './actions.ts'

const readable = new Set(['timestampNtz', 'vacuumProtocolCheck'])
const writable = new Set(['timestampNtz', 'vacuumProtocolCheck', 'appendOnly', 'invariants'])
// What is only in the way when the table uses it; `activeFeatures` looks.
const dormant = new Set(['checkConstraints', 'changeDataFeed', 'generatedColumns', 'columnMapping', 'identityColumns', 'deletionVectors', 'domainMetadata'])
const legacyReader: Readonly<Record<number, string>> = { 2: 'columnMapping' }

/** Throws DELTA_UNSUPPORTED_FEATURES_FOR_READ naming each feature that is not known. */
export function checkReadable(path: string, p: Protocol, metadata?: TableMetadata): void {
  const unknown = p.minReaderVersion > 3 ? [`reader version ${p.minReaderVersion}`] : p.minReaderVersion === 3 ? (p.readerFeatures ?? []).filter(f => !readable.has(f) && f !== 'columnMapping') : []
  const mapping = metadata?.configuration['delta.columnMapping.mode'] ?? 'none'
  if (mapping !== 'none') unknown.push(legacyReader[2]!)
  if (unknown.length > 0) throw analysisError('DELTA_UNSUPPORTED_FEATURES_FOR_READ', { tableNameOrPath: path, unsupported: unknown.join(', ') })
}

/** Throws DELTA_UNSUPPORTED_FEATURES_FOR_WRITE naming each feature that a writer would have to heed. */
export function checkWritable(path: string, p: Protocol, metadata: TableMetadata, schema: StructTypeShape): void {
  checkReadable(path, p, metadata)
  const unknown = p.minWriterVersion > 7 ? [`writer version ${p.minWriterVersion}`] : p.minWriterVersion === 7 ? (p.writerFeatures ?? []).filter(f => !writable.has(f) && !dormant.has(f)) : []
  unknown.push(...activeFeatures(metadata, schema))
  if (unknown.length > 0) throw analysisError('DELTA_UNSUPPORTED_FEATURES_FOR_WRITE', { tableNameOrPath: path, unsupported: [...new Set(unknown)].join(', ') })
}

function activeFeatures(metadata: TableMetadata, schema: StructTypeShape): string[] {
  const c = metadata.configuration, found: string[] = []
  if (Object.keys(c).some(k => k.startsWith('delta.constraints.'))) found.push('checkConstraints')
  if (c['delta.enableChangeDataFeed'] === 'true') found.push('changeDataFeed')
  if (c['delta.enableRowTracking'] === 'true') found.push('rowTracking')
  if (c['delta.enableInCommitTimestamps'] === 'true') found.push('inCommitTimestamp')
  for (const f of schema.fields) {
    const m = f.metadata ?? {}
    if (m['delta.generationExpression'] !== undefined) found.push('generatedColumns')
    if (m['delta.invariants'] !== undefined) found.push('invariants of columns')
    if (Object.keys(m).some(k => k.startsWith('delta.identity.'))) found.push('identityColumns')
    if (m['CURRENT_DEFAULT'] !== undefined) found.push('allowColumnDefaults')
  }
  return found
}

// A table with variants has a feature of its own, which is not known here.
function refuseVariants(schema: StructTypeShape): void {
  if (holdsVariant(schema)) throw analysisError('DELTA_UNSUPPORTED_FEATURES_FOR_WRITE', { tableNameOrPath: 'with columns of type VARIANT', unsupported: 'variantType' })
}

/** The protocol a new table of this schema needs. */
export function protocolFor(schema: StructTypeShape): Protocol {
  refuseVariants(schema)
  return JSON.stringify(schema).includes('"timestamp_ntz"') ? { minReaderVersion: 3, minWriterVersion: 7, readerFeatures: ['timestampNtz'], writerFeatures: ['timestampNtz', 'appendOnly', 'invariants'] } : { minReaderVersion: 1, minWriterVersion: 2 }
}

/** The protocol that the schema's new columns ask for, or null when the present one does. */
export function upgraded(p: Protocol, schema: StructTypeShape): Protocol | null {
  refuseVariants(schema)
  if (!JSON.stringify(schema).includes('"timestamp_ntz"') || p.readerFeatures?.includes('timestampNtz') === true) return null
  return { minReaderVersion: 3, minWriterVersion: 7, readerFeatures: [...(p.readerFeatures ?? []), 'timestampNtz'], writerFeatures: [...(p.writerFeatures ?? ['appendOnly', 'invariants']), 'timestampNtz'] }
}
