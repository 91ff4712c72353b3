/** Owns the talk with an S3 store: one signed request at a time, tried again while that may help, and what its refusals mean. The only importer of aws4fetch. */
import { executionError } from '../../errors/spark-error.ts'
import type { Clock } from '../../observe/clock.ts'
import type { S3Settings } from './settings.ts'

/** What a client needs of the outside: the network is `fetch`. */
export interface S3Outside { readonly clock: Clock; readonly fetch: typeof fetch }

export interface S3Request {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE'
  readonly bucket: string
  readonly key: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array
  /** What was to be done with the path, for messages: `read`, `written`; and the path, where the key is not all of it. */
  readonly action: string
  readonly shown?: string
  /** Statuses, beside those of success, that the caller knows what to do with. */
  readonly expected?: readonly number[]
}

export interface S3Response {
  readonly status: number
  readonly headers: Headers
  readonly body: Uint8Array
  /** An earlier attempt got no clear answer: what was asked for may have happened already. */
  readonly unsure: boolean
}

const decoder = new TextDecoder()
/** The text of the first element of a name in an answer, or null. */
export const xmlText = (xml: string, name: string): string | null => { const m = new RegExp(`<${name}(?: [^>]*)?>([^<]*)</${name}>`).exec(xml); return m === null ? null : unescapeXml(m[1]!) }
const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }
const unescapeXml = (text: string): string => text.replace(/&(?:(lt|gt|amp|quot|apos)|#(\d+)|#x([0-9a-f]+));/gi, (_, name?: string, n?: string, hex?: string) => (name !== undefined ? entities[name.toLowerCase()]! : String.fromCodePoint(n !== undefined ? Number(n) : parseInt(hex!, 16))))
export const xmlOf = (r: S3Response): string => decoder.decode(r.body)

const shown = (r: S3Request): string => `s3a://${r.bucket}/${r.shown ?? r.key}`
const encoded = (text: string): string => encodeURIComponent(text).replace(/[!'()*]/g, c => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
/** A key as it stands in a URL: each name of the path by itself. */
export const encodeKey = (key: string): string => key.split('/').map(encoded).join('/')

// Codes that a store gives for what passes: AWS also answers 409 while two conditional writes of one key are under way.
const passing = new Set(['SlowDown', 'InternalError', 'ServiceUnavailable', 'RequestTimeout', 'ConditionalRequestConflict', 'OperationAborted', 'ThrottlingException'])
// A bucket, or the bearer of a key, may be what is not found; that is no answer to whether the object is there.
const strange = (code: string | null): boolean => code !== null && code !== 'NoSuchKey' && code !== 'NoSuchUpload'
const turnedAway = new Set(['AccessDenied', 'InvalidAccessKeyId', 'SignatureDoesNotMatch', 'ExpiredToken', 'InvalidToken', 'RequestTimeTooSkewed', 'XAdminUserNotFound'])
const mayPass = (status: number, code: string | null): boolean => status >= 500 || status === 429 || status === 408 || (code !== null && passing.has(code))

export class S3Client {
  readonly settings: S3Settings
  readonly #outside: S3Outside
  readonly #signingKeys = new Map<string, ArrayBuffer>()

  constructor(settings: S3Settings, outside: S3Outside) { this.settings = settings; this.#outside = outside }

  /** Asks, up to `attempts` times with growing pauses. Throws MICROLOTE_S3_UNREACHABLE, what the store's refusal means, or MICROLOTE_STORAGE_FAILED. */
  async request(r: S3Request): Promise<S3Response> {
    const { attempts, retryMs } = this.settings
    for (let attempt = 1, unsure = false; ; attempt++) {
      let trouble: string, cause: unknown
      try {
        const { status, headers, body } = await this.#once(r), answer = { status, headers, body, unsure }
        // What takes its time is answered with 200 before it is known how it ends.
        const error = status >= 300 || (r.method !== 'GET' && /^\s*(?:<\?xml[^>]*>)?\s*<Error>/.test(decoder.decode(body.subarray(0, 200))))
        if (!error) return answer
        const code = xmlText(xmlOf(answer), 'Code')
        if (r.expected?.includes(status) === true && !(status === 404 && strange(code))) return answer
        if (!mayPass(status === 200 ? 500 : status, code)) throw this.#refusal(r, answer, code)
        trouble = `it answered ${status}${code === null ? '' : ` (${code})`}`
      } catch (e) {
        if (e instanceof Error && 'condition' in e) throw e
        trouble = wordsOf(e)
        cause = e
      }
      unsure = true
      if (attempt >= attempts) throw executionError('MICROLOTE_S3_UNREACHABLE', { endpoint: this.settings.endpoint, attempts, path: shown(r), action: r.action, reason: trouble }, cause)
      // Half of the pause is by chance: many writers that were turned away together do not come back together.
      await this.#outside.clock.sleep(Math.min(retryMs * 2 ** (attempt - 1), 20_000) * (0.5 + Math.random() / 2))
    }
  }

  async #once(r: S3Request): Promise<{ status: number; headers: Headers; body: Uint8Array }> {
    const { settings: s } = this, url = this.#url(r), method = r.method
    const headers: Record<string, string> = { ...r.headers }
    let signed: Record<string, string> | Headers = headers
    if (s.credentials !== null) {
      const { AwsV4Signer } = await import('aws4fetch')
      const { accessKeyId, secretAccessKey, sessionToken } = s.credentials
      // What travels without encryption is at least covered by the signature.
      if (!url.startsWith('https:')) headers['x-amz-content-sha256'] = hex(await globalThis.crypto.subtle.digest('SHA-256', (r.body ?? new Uint8Array(0)) as Uint8Array<ArrayBuffer>))
      signed = (await new AwsV4Signer({ url, method, headers, accessKeyId, secretAccessKey, ...(sessionToken === null ? {} : { sessionToken }), service: 's3', region: s.region, cache: this.#signingKeys }).sign()).headers
    }
    const tooLong = new AbortController(), done = new AbortController()
    void this.#outside.clock.sleep(s.timeoutMs, done.signal).then(() => { if (!done.signal.aborted) tooLong.abort(new Error(`no answer in ${s.timeoutMs} ms`)) })
    try {
      const response = await this.#outside.fetch(url, { method, headers: signed, redirect: 'manual', signal: tooLong.signal, ...(r.body === undefined ? {} : { body: r.body as Uint8Array<ArrayBuffer> }) })
      return { status: response.status, headers: response.headers, body: new Uint8Array(await response.arrayBuffer()) }
    } finally { done.abort() }
  }

  #url(r: S3Request): string {
    const { endpoint, pathStyle } = this.settings
    const base = pathStyle ? `${endpoint}/${encoded(r.bucket)}` : endpoint.replace('://', `://${r.bucket}.`)
    const query = Object.entries(r.query ?? {}).map(([k, v]) => `${encoded(k)}=${encoded(v)}`).join('&')
    return `${base}/${encodeKey(r.key)}${query === '' ? '' : `?${query}`}`
  }

  #refusal(r: S3Request, answer: S3Response, code: string | null): Error {
    const { endpoint, region, credentialsFrom: credentials } = this.settings, { bucket } = r, path = shown(r)
    const text = xmlText(xmlOf(answer), 'Message'), reason = [code ?? `it answered ${answer.status}`, ...(text === null || text === '' ? [] : [text.replace(/[.\s]+$/, '')])].join(': ')
    if (code === 'NoSuchBucket') return executionError('MICROLOTE_S3_BUCKET_MISSING', { endpoint, bucket })
    const elsewhere = answer.headers.get('x-amz-bucket-region')
    if (answer.status === 301 || code === 'AuthorizationHeaderMalformed' || code === 'IllegalLocationConstraintException') return executionError('MICROLOTE_S3_WRONG_REGION', { bucket, region, reason: elsewhere === null ? reason : `it is in ${elsewhere}` })
    if (answer.status === 401 || answer.status === 403 || (code !== null && turnedAway.has(code))) return executionError('MICROLOTE_S3_ACCESS_DENIED', { endpoint, path, action: r.action, credentials, reason })
    if ((answer.status === 404 && !strange(code)) || answer.status === 416) return executionError('MICROLOTE_STORAGE_FAILED', { path, action: r.action, reason: 'it does not exist (ENOENT)' })
    return executionError('MICROLOTE_STORAGE_FAILED', { path, action: r.action, reason })
  }
}

const hex = (bytes: ArrayBuffer): string => Array.from(new Uint8Array(bytes), b => b.toString(16).padStart(2, '0')).join('')

/** `fetch` hides what happened in the cause. */
function wordsOf(e: unknown): string {
  const inner = e instanceof Error && e.cause instanceof Error ? e.cause : e
  const code = (inner as { code?: unknown } | null)?.code, message = inner instanceof Error ? inner.message : String(inner)
  return message !== '' ? message : typeof code === 'string' ? code : 'the connection failed'
}
