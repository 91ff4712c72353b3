/** Sessions that the batches of one query share: opening one, and what was made in it, is paid once. One that fails is never used again. */
import { connectPostgres, type PostgresConnection } from './client.ts'
import type { JdbcTarget } from './jdbc-options.ts'

/** A session, and what this process has made for it so far. */
export interface PostgresSession {
  readonly connection: PostgresConnection
  /** Jobs whose row in `batch_control` is there. */
  readonly jobs: Set<string>
}

/** Those of a query: taken for one write at a time, closed with the query. */
export class PostgresSessions {
  readonly #idle = new Map<string, PostgresSession[]>()
  #closed = false

  take(place: string): PostgresSession | null {
    const session = this.#idle.get(place)?.pop() ?? null
    session?.connection.holdProcess(true)
    return session
  }

  /** Takes back a session that has no transaction open. */
  async giveBack(place: string, session: PostgresSession): Promise<void> {
    if (this.#closed) return session.connection.close()
    session.connection.holdProcess(false)
    const list = this.#idle.get(place)
    if (list === undefined) this.#idle.set(place, [session])
    else list.push(session)
  }

  async close(): Promise<void> {
    this.#closed = true
    await Promise.allSettled([...this.#idle.values()].flat().map(s => s.connection.close()))
    this.#idle.clear()
  }
}

async function openSession(target: JdbcTarget): Promise<PostgresSession> {
  const connection = await connectPostgres(target.settings)
  try { if (target.sessionInit !== null) await connection.query(target.sessionInit) } catch (e) { await connection.close(); throw e }
  return { connection, jobs: new Set() }
}

/**
 * Runs `begin` and then `rest` in a session, which ends with its transaction closed or is closed itself. A kept session in which `begin` fails (the server
 * was started again, a firewall cut the line) is replaced once: `begin` must leave nothing behind that is not rolled back, and `rest` runs once at most.
 */
export async function inSession<B>(kept: PostgresSessions | null, target: JdbcTarget, begin: (session: PostgresSession) => Promise<B>, rest: (session: PostgresSession, begun: B) => Promise<void>): Promise<void> {
  const place = JSON.stringify([target.settings, target.sessionInit])
  let session = kept?.take(place) ?? null, begun: { readonly it: B } | null = null
  if (session !== null) try { begun = { it: await begin(session) } } catch { await session.connection.close(); session = null }
  session ??= await openSession(target)
  try { await rest(session, (begun ?? { it: await begin(session) }).it) } catch (e) { await session.connection.close(); throw e }
  await (kept === null ? session.connection.close() : kept.giveBack(place, session))
}
