/** Owns the seam between our own Kafka requests and whoever holds the connections: bytes out, bytes in, per broker. */

/** One request of ours. `body` is what follows the request header. */
export interface WireRequest<T> {
  readonly name: 'Fetch' | 'Produce' | 'ListOffsets' | 'Metadata' | 'InitProducerId' | 'FindCoordinator' | 'OffsetFetch' | 'AddPartitionsToTxn' | 'AddOffsetsToTxn' | 'EndTxn' | 'TxnOffsetCommit'
  readonly key: number
  readonly version: number
  readonly body: Uint8Array
  /** False for a produce request with acks=0, which gets no answer. */
  readonly answered: boolean
  /** What to add to the request timeout, for requests the broker may hold back. */
  readonly extraMs: number
  decode(payload: Uint8Array): T
}

export interface BrokerAddress { readonly node: number; readonly host: string; readonly port: number }

/** Connections to the brokers of one cluster, authenticated and framed. Failures that may pass are thrown as `RetriableError`. */
export interface ClusterLink {
  /** The addresses that the user gave, for messages. */
  readonly bootstrap: string
  /** Sends to broker `node`; null: to any that answers. */
  send<T>(node: number | null, request: (versionOf: VersionOf) => WireRequest<T>): Promise<T>
  /** Tells where the brokers are now. */
  place(brokers: readonly BrokerAddress[]): void
  close(): Promise<void>
}

/** The highest version of a request that the broker and we both speak; `UNSUPPORTED_BROKER` when there is none. */
export type VersionOf = (key: number, lowest: number, highest: number) => number
