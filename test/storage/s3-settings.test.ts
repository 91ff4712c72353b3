/** Where endpoint, region and credentials of an S3 store come from, and which place goes before which. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SparkError } from '../../engine/errors/spark-error.ts'
import { s3Settings, type S3Settings } from '../../engine/storage/s3/settings.ts'

function settings(confs: Record<string, string>, env: Record<string, string> = {}, texts: Record<string, string> = {}): S3Settings {
  return s3Settings('b', { conf: k => confs[k] ?? null, env, readText: path => texts[path] ?? null })
}
const keys = { 'fs.s3a.access.key': 'a', 'fs.s3a.secret.key': 's' }

test('confs with and without spark.hadoop., and those of a bucket before all', () => {
  const s = settings({ ...keys, 'spark.hadoop.fs.s3a.endpoint': 'localhost:9000', 'fs.s3a.connection.ssl.enabled': 'false', 'fs.s3a.session.token': 't', 'fs.s3a.multipart.size': '64M', 'fs.s3a.connection.timeout': '5s', 'fs.s3a.bucket.b.endpoint.region': 'eu-south-2', 'fs.s3a.endpoint.region': 'x' })
  assert.deepEqual([s.endpoint, s.region, s.pathStyle, s.credentials, s.partBytes, s.timeoutMs], ['http://localhost:9000', 'eu-south-2', true, { accessKeyId: 'a', secretAccessKey: 's', sessionToken: 't' }, 64 << 20, 5000])
})

test('endpoint and style of addresses', () => {
  const of = (confs: Record<string, string>, env: Record<string, string> = {}): [string, boolean, string] => { const s = settings({ ...keys, ...confs }, env); return [s.endpoint, s.pathStyle, s.region] }
  assert.deepEqual(of({}), ['https://s3.us-east-1.amazonaws.com', false, 'us-east-1'])
  assert.deepEqual(of({}, { AWS_REGION: 'eu-west-1' }), ['https://s3.eu-west-1.amazonaws.com', false, 'eu-west-1'])
  assert.deepEqual(of({ 'fs.s3a.endpoint': 's3.eu-central-1.amazonaws.com' }), ['https://s3.eu-central-1.amazonaws.com', false, 'eu-central-1'])
  assert.deepEqual(of({ 'fs.s3a.path.style.access': 'true' }, { AWS_ENDPOINT_URL_S3: 'https://store.example.org/' }), ['https://store.example.org', true, 'us-east-1'])
  assert.deepEqual(of({ 'fs.s3a.endpoint': 'http://10.0.0.7:9000' }), ['http://10.0.0.7:9000', true, 'us-east-1'])
})

test('credentials: confs, then the environment, then a profile of AWS\'s files', () => {
  const env = { AWS_ACCESS_KEY_ID: 'e', AWS_SECRET_ACCESS_KEY: 'es', HOME: '/h' }
  const files = { '/h/.aws/credentials': '[other]\naws_access_key_id=x\n\n[default]\naws_access_key_id = p\naws_secret_access_key = ps\naws_session_token=pt\n', '/h/.aws/config': '[default]\nregion = sa-east-1\n[profile lab]\nregion=ap-south-1\naws_access_key_id=l\naws_secret_access_key=ls' }
  assert.equal(settings(keys, env, files).credentials!.accessKeyId, 'a')
  assert.equal(settings({}, env, files).credentials!.accessKeyId, 'e')
  const p = settings({}, { HOME: '/h' }, files)
  assert.deepEqual([p.credentials, p.region], [{ accessKeyId: 'p', secretAccessKey: 'ps', sessionToken: 'pt' }, 'sa-east-1'])
  const lab = settings({}, { HOME: '/h', AWS_PROFILE: 'lab' }, files)
  assert.deepEqual([lab.credentials!.accessKeyId, lab.region, lab.credentialsFrom], ['l', 'ap-south-1', 'the profile lab of AWS\'s files'])
  assert.equal(settings({ 'fs.s3a.aws.credentials.provider': 'org.apache.hadoop.fs.s3a.AnonymousAWSCredentialsProvider' }).credentials, null)
})

test('what cannot be is refused, and a secret is in no message', () => {
  const refused = (confs: Record<string, string>): string => { try { settings(confs) } catch (e) { assert.ok(e instanceof SparkError); return e.message } return 'accepted' }
  assert.match(refused({}), /MICROLOTE_S3_CREDENTIALS_MISSING.*fs\.s3a\.access\.key.*AWS_ACCESS_KEY_ID.*profile default/)
  assert.match(refused({ ...keys, 'fs.s3a.multipart.size': '1M' }), /multipart\.size cannot be "1M".*at least 5242880/)
  assert.match(refused({ ...keys, 'fs.s3a.path.style.access': 'yes' }), /path\.style\.access cannot be "yes"/)
  assert.match(refused({ ...keys, 'fs.s3a.endpoint': 'http://' }), /endpoint cannot be/)
})
