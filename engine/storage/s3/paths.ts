/** Owns what a path in S3 looks like: `s3a://bucket/key`, also with s3:// and s3n://. */
import { analysisError } from '../../errors/spark-error.ts'

const form = /^s3[an]?:\/\/([^/]*)(?:\/(.*))?$/i

/** Whether a path is one of S3. */
export const isS3Path = (path: string): boolean => /^s3[an]?:/i.test(path)

/** Its bucket and key; the key of the bucket itself is empty. Throws MICROLOTE_S3_PATH. */
export function bucketAndKey(path: string): { readonly bucket: string; readonly key: string } {
  const found = form.exec(path), bucket = found?.[1] ?? ''
  if (!/^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/i.test(bucket)) throw analysisError('MICROLOTE_S3_PATH', { path, reason: found === null ? 'two strokes and a bucket follow the scheme' : bucket === '' ? 'it names no bucket' : `"${bucket}" is no name of a bucket` })
  const key = (found![2] ?? '').replace(/\/+/g, '/').replace(/^\/|\/$/g, '')
  if (key.split('/').some(p => p === '.' || p === '..')) throw analysisError('MICROLOTE_S3_PATH', { path, reason: 'it has . or .. in it, which S3 does not follow' })
  return { bucket, key }
}
