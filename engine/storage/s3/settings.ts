/** Owns what is to be known before a store is spoken to: endpoint, region, credentials and limits, from Spark's `fs.s3a.*` confs, the environment and AWS's profile files. */
import { analysisError, executionError } from '../../errors/spark-error.ts'

export interface S3Credentials { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken: string | null }

/** All of it is plain data: a thread of its own can be told. Times are milliseconds, sizes bytes. */
export interface S3Settings {
  /** `https://s3.eu-west-1.amazonaws.com` */
  readonly endpoint: string
  readonly region: string
  /** `endpoint/bucket/key` instead of `bucket.endpoint/key`. */
  readonly pathStyle: boolean
  /** Null: requests are not signed, as for public data. */
  readonly credentials: S3Credentials | null
  /** Where they were found, in words, for messages. */
  readonly credentialsFrom: string
  readonly attempts: number
  readonly retryMs: number
  readonly timeoutMs: number
  readonly partBytes: number
  /** Names asked for at a time; a store gives 1000 at most. */
  readonly pageNames: number
}

/** Where settings are looked for. `conf` knows keys with and without `spark.hadoop.`; `readText` gives a file's text or null. */
export interface S3Surroundings {
  conf(key: string): string | null
  readonly env: Readonly<Record<string, string | undefined>>
  readText(path: string): string | null
}

/** S3's own lower limit for all parts but the last. */
const smallestPart = 5 << 20

/** The settings for a bucket; confs `fs.s3a.bucket.BUCKET.x` go before `fs.s3a.x`. Throws MICROLOTE_S3_CREDENTIALS_MISSING and MICROLOTE_INVALID_ARGUMENT. */
export function s3Settings(bucket: string, from: S3Surroundings): S3Settings {
  const conf = (name: string): string | null => {
    for (const key of [`fs.s3a.bucket.${bucket}.${name}`, `fs.s3a.${name}`]) {
      const value = from.conf(key) ?? from.conf(`spark.hadoop.${key}`)
      if (value !== null && value.trim() !== '') return value.trim()
    }
    return null
  }
  const env = (name: string): string | null => { const v = from.env[name]; return v === undefined || v === '' ? null : v }
  const refuse = (name: string, value: string, advice: string): never => { throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: `the conf spark.hadoop.fs.s3a.${name} cannot be ${JSON.stringify(value)}`, advice }) }
  const flag = (name: string, otherwise: boolean): boolean => {
    const v = conf(name)?.toLowerCase() ?? String(otherwise)
    return v === 'true' || (v === 'false' ? false : refuse(name, v, 'Give true or false.'))
  }
  const measure = (name: string, units: Readonly<Record<string, number>>, otherwise: number, least: number): number => {
    const v = conf(name), m = v === null ? null : /^(\d+)\s*([a-z]*)$/i.exec(v), unit = units[m?.[2]?.toLowerCase() ?? '']
    if (v === null) return otherwise
    return m === null || unit === undefined || Number(m[1]) * unit < least ? refuse(name, v, `Give a whole number (units: ${Object.keys(units).filter(u => u !== '').join(', ') || 'none'}), at least ${least}.`) : Number(m[1]) * unit
  }
  const time = { '': 1, ms: 1, s: 1000, m: 60_000 }, size = { '': 1, k: 1 << 10, m: 1 << 20, g: 1 << 30 }
  // The files are looked at only when something is not said elsewhere.
  let read: Readonly<Record<string, string>> | null = null
  const profile = (): Readonly<Record<string, string>> => read ??= awsProfile(from)
  const given = conf('endpoint') ?? env('AWS_ENDPOINT_URL_S3') ?? env('AWS_ENDPOINT_URL') ?? profile()['endpoint_url'] ?? null
  const region = conf('endpoint.region') ?? env('AWS_REGION') ?? env('AWS_DEFAULT_REGION') ?? profile()['region'] ?? /\bs3[.-]([a-z0-9-]+)\.amazonaws\.com/.exec(given ?? '')?.[1] ?? 'us-east-1'
  const scheme = flag('connection.ssl.enabled', true) ? 'https' : 'http'
  const text = given === null ? `${scheme}://s3.${region}.amazonaws.com` : /^https?:\/\//i.test(given) ? given : `${scheme}://${given}`
  const url = URL.canParse(text) ? new URL(text) : refuse('endpoint', given!, 'Write for example http://localhost:9000.')
  // A name in front of an address of numbers, or of a machine of the own network, leads nowhere; names with dots fit no certificate.
  const nameless = !url.hostname.includes('.') || /^[\d.]+$/.test(url.hostname) || url.hostname.startsWith('[') || (bucket.includes('.') && url.protocol === 'https:')
  return {
    endpoint: `${url.protocol}//${url.host}${url.pathname.replace(/\/+$/, '')}`, region, pathStyle: flag('path.style.access', false) || nameless,
    ...credentialsOf(bucket, conf, env, profile),
    attempts: measure('attempts.maximum', { '': 1 }, 5, 1), retryMs: measure('retry.interval', time, 200, 0), timeoutMs: measure('connection.timeout', time, 60_000, 1), partBytes: measure('multipart.size', size, 8 << 20, smallestPart), pageNames: measure('paging.maximum', { '': 1 }, 1000, 1),
  }
}

function credentialsOf(bucket: string, conf: (name: string) => string | null, env: (name: string) => string | null, profile: () => Readonly<Record<string, string>>): Pick<S3Settings, 'credentials' | 'credentialsFrom'> {
  if (/Anonymous/.test(conf('aws.credentials.provider') ?? '')) return { credentials: null, credentialsFrom: 'none: anonymous access' }
  const looked: string[] = []
  const take = (credentialsFrom: string, accessKeyId: string | null | undefined, secretAccessKey: string | null | undefined, sessionToken: string | null | undefined): Pick<S3Settings, 'credentials' | 'credentialsFrom'> | null => {
    looked.push(credentialsFrom)
    return accessKeyId && secretAccessKey ? { credentials: { accessKeyId, secretAccessKey, sessionToken: sessionToken ?? null }, credentialsFrom } : null
  }
  const found = take('the confs fs.s3a.access.key and fs.s3a.secret.key', conf('access.key'), conf('secret.key'), conf('session.token'))
    ?? take('the variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY', env('AWS_ACCESS_KEY_ID'), env('AWS_SECRET_ACCESS_KEY'), env('AWS_SESSION_TOKEN'))
    ?? take(`the profile ${profile()['name']} of AWS's files`, profile()['aws_access_key_id'], profile()['aws_secret_access_key'], profile()['aws_session_token'])
  if (found === null) throw executionError('MICROLOTE_S3_CREDENTIALS_MISSING', { path: `s3a://${bucket}`, looked: looked.join(', not in ') })
  return found
}

/** What AWS's two files say of the profile, the credentials file first. */
function awsProfile(from: S3Surroundings): Record<string, string> {
  const name = from.env['AWS_PROFILE'] || from.env['AWS_DEFAULT_PROFILE'] || 'default', home = from.env['HOME'] ?? from.env['USERPROFILE'] ?? ''
  const section = (path: string, wanted: string): Record<string, string> => {
    let inside = false
    const found: Record<string, string> = {}
    for (const line of (from.readText(path) ?? '').split(/\r?\n/)) {
      const title = /^\s*\[\s*(.*?)\s*\]/.exec(line), pair = /^([a-z_]+)\s*=\s*(.*?)\s*$/i.exec(line)
      if (title !== null) inside = title[1]!.replace(/\s+/g, ' ') === wanted
      else if (inside && pair !== null) found[pair[1]!.toLowerCase()] = pair[2]!
    }
    return found
  }
  const config = section(from.env['AWS_CONFIG_FILE'] || `${home}/.aws/config`, name === 'default' ? name : `profile ${name}`)
  return { ...config, ...section(from.env['AWS_SHARED_CREDENTIALS_FILE'] || `${home}/.aws/credentials`, name), name }
}
