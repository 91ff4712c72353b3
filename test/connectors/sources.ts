/** Shared by the tests of sources: a context that keeps warnings, a source by format and options, and rows read as plain values. */
import { OptionsReader } from '../../engine/connectors/options.ts'
import { findConnector } from '../../engine/connectors/registry.ts'
import type { BatchContext, SourceContext, StreamSource } from '../../engine/connectors/connector.ts'
import { rowsOf, type Row } from '../../engine/columns/rows.ts'
import { systemClock, type Clock } from '../../engine/observe/clock.ts'
import { MemoryFiles } from '../../engine/storage/memory-files.ts'
import type { Files } from '../../engine/storage/files.ts'
import type { StructTypeShape } from '../../engine/types/data-type.ts'

export interface Surroundings { readonly files: Files; readonly clock: Clock; readonly warnings: string[]; readonly context: SourceContext; readonly batch: BatchContext; readonly abort: AbortController }

export function surroundings(given: { files?: Files; clock?: Clock; confs?: Readonly<Record<string, string>> } = {}): Surroundings {
  const files = given.files ?? new MemoryFiles(), clock = given.clock ?? systemClock, warnings: string[] = [], abort = new AbortController()
  const conf = (key: string): string | null => given.confs?.[key] ?? null
  return {
    files, clock, warnings, abort, batch: { files, clock, timeZone: 'UTC', conf },
    context: { clock, files, checkpointDir: '/ckpt/sources/0', timeZone: 'UTC', conf, warn: m => { warnings.push(m) }, signal: abort.signal },
  }
}

export interface OpenSource { readonly source: StreamSource; readonly schema: StructTypeShape; read(start: string | null, end: string): Promise<Row[]> }

/** Makes the source as a query does. */
export async function openSource(format: string, options: Readonly<Record<string, string>>, s: Surroundings, more: { schema?: StructTypeShape; path?: string; handle?: unknown } = {}): Promise<OpenSource> {
  const side = findConnector(format).streamSource!
  const schema = side.schema(more.schema ?? null, new OptionsReader(format, options), more.path ?? null, more.handle)
  const source = await side.open(schema, new OptionsReader(format, options), more.path ?? null, more.handle, s.context)
  return { source, schema, read: (start, end) => readRows(source, schema, start, end) }
}

export async function readRows(source: StreamSource, schema: StructTypeShape, start: string | null, end: string): Promise<Row[]> {
  const rows: Row[] = []
  for await (const b of source.batches(start, end, schema.fields.map((_, i) => i))) rows.push(...rowsOf(schema, b))
  return rows
}
