/** Keys claimed in Redis for a batch, by one script for many keys: the only importer of redis, which is optional. */
import { analysisError, executionError } from '../../errors/spark-error.ts'

// A few calls at a time: the client gives up a call that has waited in its queue for seconds, as the last of a million keys would.
const keysPerCall = 1000, callsAtOnce = 16

/** For each key 1 if this batch owns it, now or from before: SET … NX, then whose it is. */
const script = `local out = {}
for i, k in ipairs(KEYS) do
  if ARGV[2] == '0' then redis.call('SET', k, ARGV[1], 'NX') else redis.call('SET', k, ARGV[1], 'NX', 'EX', ARGV[2]) end
  if redis.call('GET', k) == ARGV[1] then out[i] = 1 else out[i] = 0 end
end
return out`

/** True for each key that no other owner had; a key stays its first owner's (for `ttlSeconds`, 0: for ever). Throws MICROLOTE_REDIS_FAILED or MICROLOTE_REDIS_DRIVER_MISSING. */
export async function claimKeys(url: string, owner: string, keys: readonly string[], ttlSeconds: number): Promise<boolean[]> {
  const { createClient } = await import('redis').catch((cause: unknown) => { throw analysisError('MICROLOTE_REDIS_DRIVER_MISSING', {}, cause) })
  const place = URL.canParse(url) ? new URL(url).host : url
  // One try: the query's own restart is the retry.
  const client = createClient({ url, socket: { reconnectStrategy: false, connectTimeout: 15_000 } })
  client.on('error', () => {})
  try {
    await client.connect()
    const parts = Array.from({ length: Math.ceil(keys.length / keysPerCall) }, (_, i) => keys.slice(i * keysPerCall, (i + 1) * keysPerCall)), owned: boolean[] = []
    for (let at = 0; at < parts.length; at += callsAtOnce) {
      const answers = await Promise.all(parts.slice(at, at + callsAtOnce).map(part => client.eval(script, { keys: part, arguments: [owner, String(ttlSeconds)] })))
      for (const n of (answers as number[][]).flat()) owned.push(Number(n) === 1)
    }
    return owned
  } catch (error) {
    throw executionError('MICROLOTE_REDIS_FAILED', { place, reason: error instanceof Error ? error.message || error.name : String(error) }, error)
  } finally { if (client.isOpen) client.destroy() }
}
