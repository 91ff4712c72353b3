/** Owns the actions of a Delta log: their JSON lines, both ways. */

export interface Protocol { readonly minReaderVersion: number; readonly minWriterVersion: number; readonly readerFeatures?: readonly string[]; readonly writerFeatures?: readonly string[] }
export interface TableMetadata {
  readonly id: string; readonly name?: string | null; readonly description?: string | null; readonly format: { readonly provider: string; readonly options: Readonly<Record<string, string>> }
  readonly schemaString: string; readonly partitionColumns: readonly string[]; readonly configuration: Readonly<Record<string, string>>; readonly createdTime?: number
}
/** A file of the table. `path` is a URI, relative to the table or absolute; `stats` is JSON text. */
export interface AddFile {
  readonly path: string; readonly partitionValues: Readonly<Record<string, string | null>>; readonly size: number; readonly modificationTime: number; readonly dataChange: boolean
  readonly stats?: string; readonly tags?: Readonly<Record<string, string>> | null; readonly deletionVector?: unknown
}
export interface RemoveFile {
  readonly path: string; readonly deletionTimestamp?: number; readonly dataChange: boolean; readonly extendedFileMetadata?: boolean; readonly partitionValues?: Readonly<Record<string, string | null>>; readonly size?: number
  readonly deletionVector?: unknown
}
export interface SetTransaction { readonly appId: string; readonly version: number; readonly lastUpdated?: number }
export interface CommitInfo { readonly timestamp?: number; readonly operation?: string; readonly operationParameters?: Readonly<Record<string, unknown>>; readonly readVersion?: number; readonly isolationLevel?: string; readonly isBlindAppend?: boolean; readonly operationMetrics?: Readonly<Record<string, string>>; readonly engineInfo?: string; readonly txnId?: string; readonly inCommitTimestamp?: number; readonly userMetadata?: string | null }

/** One action; exactly one of the fields is there. */
export interface Action { readonly commitInfo?: CommitInfo; readonly protocol?: Protocol; readonly metaData?: TableMetadata; readonly txn?: SetTransaction; readonly add?: AddFile; readonly remove?: RemoveFile; readonly cdc?: unknown; readonly domainMetadata?: { readonly domain: string; readonly configuration: string; readonly removed: boolean } }

/** The text of a log entry: an action a line. */
export const actionsText = (actions: readonly Action[]): string => actions.map(a => `${JSON.stringify(a)}\n`).join('')

/** The actions of a log entry; throws an Error for a line that is no JSON (a half-written entry). */
export function parseActions(text: string): Action[] {
  return text.split('\n').filter(l => l.trim() !== '').map(line => {
    const found: unknown = JSON.parse(line)
    if (typeof found !== 'object' || found === null || Array.isArray(found)) throw new Error(`${line.slice(0, 80)} is not an action`)
    return found as Action
  })
}

/** The relative path of a file as the log has it, a URI. */
export const pathToUri = (path: string): string => encodeURI(path).replaceAll('#', '%23').replaceAll('?', '%3F').replaceAll('+', '%2B')
/** The path behind it. */
export const uriToPath = (uri: string): string => decodeURIComponent(uri.replace(/^file:\/{2}(?=\/)|^file:(?=\/)/, ''))
