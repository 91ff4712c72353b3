/** Owns what a lock file says of who holds it. */
import { hostname } from 'node:os'

/** The text by which this process says that it holds a lock. */
export const ownLockText = (): string => JSON.stringify({ pid: process.pid, host: hostname() })

/**
 * Who holds the lock with this text: a name for messages, and whether that process lives, null where only its own machine knows.
 * Null for a text that no process wrote whole. Our own number that we do not know of is a dead process's: numbers come again.
 */
export function lockOwner(text: string): { readonly name: string; readonly living: boolean | null } | null {
  let pid: unknown, host: unknown
  try { ({ pid, host } = JSON.parse(text) as { pid: unknown; host: unknown }) } catch (e) { if (e instanceof SyntaxError) return null; throw e }
  if (typeof pid !== 'number') return null
  const name = `process ${pid} on ${String(host)}`
  if (host !== hostname()) return { name, living: null }
  if (pid === process.pid) return { name, living: false }
  try { process.kill(pid, 0); return { name, living: true } } catch (e) { return { name, living: (e as { code?: string }).code !== 'ESRCH' } }
}
