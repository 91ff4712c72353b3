/** Owns the talk with a coordinator, the broker that keeps a group's offsets or an id's transactions: it is looked for, and looked for again when it has moved. */
import type { VersionOf, WireRequest } from './cluster-link.ts'
import type { Cluster } from './cluster.ts'
import { CONCURRENT_TRANSACTIONS, NO_ERROR, protocolError, RetriableError } from './protocol-errors.ts'
import { findCoordinatorRequest } from './transaction-requests.ts'

export class Coordinator {
  readonly #cluster: Cluster
  readonly #of: 'group' | 'transaction'
  readonly #key: string
  #node: number | null = null

  constructor(cluster: Cluster, of: 'group' | 'transaction', key: string) {
    this.#cluster = cluster
    this.#of = of
    this.#key = key
  }

  /** Asks until the answer has no error that may pass; `errorsOf` tells which there are. Requests must be such that asking twice does no more than asking once. */
  ask<T>(doing: string, request: (versionOf: VersionOf) => WireRequest<T>, errorsOf: (answer: T) => readonly number[], limitMs?: number): Promise<T> {
    return this.#cluster.retrying(doing, async () => {
      try {
        const answer = await this.#cluster.link.send(this.#node ??= await this.#find(doing), request)
        const error = errorsOf(answer).find(n => n !== NO_ERROR)
        if (error !== undefined) throw protocolError(error, doing, { transactionalId: this.#key })
        return answer
      } catch (e) {
        if (e instanceof RetriableError && e.number !== CONCURRENT_TRANSACTIONS) this.#node = null
        throw e
      }
    }, {}, undefined, limitMs)
  }

  async #find(doing: string): Promise<number> {
    await this.#cluster.lookAround()
    const found = await this.#cluster.link.send(null, findCoordinatorRequest(this.#of, this.#key))
    if (found.error !== NO_ERROR) throw protocolError(found.error, doing, { transactionalId: this.#key })
    return found.node
  }
}
