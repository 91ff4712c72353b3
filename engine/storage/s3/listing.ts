/** Owns what an S3 store answers when asked what is there: pages of names, and the words in them. */
import type { FileEntry } from '../files.ts'
import { xmlOf, xmlText, type S3Client } from './client.ts'

const unescaped = (text: string): string => decodeURIComponent(text.replaceAll('+', '%20'))
const blocks = (xml: string, name: string): string[] => [...xml.matchAll(new RegExp(`<${name}>([\\s\\S]*?)</${name}>`, 'g'))].map(m => m[1]!)

/** One object: its whole key. */
export interface S3Object { readonly key: string; readonly sizeBytes: number; readonly modificationMs: number }
interface Page { readonly objects: readonly S3Object[]; readonly folders: readonly string[] }

/** All pages of what begins with `prefix`; with a delimiter what lies deeper is folded into folders. `limit` stops early. */
export async function* listPages(client: S3Client, bucket: string, prefix: string, o: { readonly deep: boolean; readonly limit?: number }): AsyncGenerator<Page> {
  for (let token: string | null = null; ;) {
    const query: Record<string, string> = { 'list-type': '2', 'encoding-type': 'url', prefix, ...(o.deep ? {} : { delimiter: '/' }), 'max-keys': String(Math.min(o.limit ?? client.settings.pageNames, 1000)), ...(token === null ? {} : { 'continuation-token': token }) }
    const xml: string = xmlOf(await client.request({ method: 'GET', bucket, key: '', query, action: 'listed', shown: prefix }))
    // Not every store does as it is asked; the answer says which it is.
    const key = xmlText(xml, 'EncodingType') === 'url' ? unescaped : (text: string): string => text
    yield {
      objects: blocks(xml, 'Contents').map(b => ({ key: key(xmlText(b, 'Key') ?? ''), sizeBytes: Number(xmlText(b, 'Size') ?? 0), modificationMs: Date.parse(xmlText(b, 'LastModified') ?? '') || 0 })),
      folders: blocks(xml, 'CommonPrefixes').map(b => key(xmlText(b, 'Prefix') ?? '')),
    }
    token = xmlText(xml, 'IsTruncated') === 'true' ? xmlText(xml, 'NextContinuationToken') : null
    if (token === null || o.limit !== undefined) return
  }
}

/** What lies in a folder. The empty object `folder/`, by which Hadoop marks one, is the folder itself. */
export async function listFolder(client: S3Client, bucket: string, prefix: string): Promise<FileEntry[]> {
  const out: FileEntry[] = []
  for await (const page of listPages(client, bucket, prefix, { deep: false })) {
    for (const f of page.folders) out.push({ name: f.slice(prefix.length, -1), sizeBytes: 0, modificationMs: 0, isDirectory: true })
    for (const { key, sizeBytes, modificationMs } of page.objects) if (key !== prefix) out.push({ name: key.slice(prefix.length), sizeBytes, modificationMs, isDirectory: false })
  }
  return out
}
