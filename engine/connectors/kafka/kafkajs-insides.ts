/** Owns the shape of kafkajs' insides that we use (checked before anything relies on it), and the repair of two faults of kafkajs 2.2.4. */
import type net from 'node:net'

export interface InnerQueue {
  pending: unknown[]
  throttledUntil: number
  throttleCheckTimeoutId: unknown
  scheduleCheckPendingRequests(): void
  push(request: { entry: object; expectResponse: boolean; requestTimeout: number; sendRequest: () => void }): void
  rejectAll(error: Error): void
}
export interface InnerConnection {
  host: string
  port: number
  clientId: string
  requestTimeout: number
  socket?: net.Socket
  requestQueue: InnerQueue
  isConnected(): boolean
  connect(): Promise<unknown>
  disconnect(): Promise<unknown>
  isAuthenticated(): boolean
  authenticate(): Promise<void>
  nextCorrelationId(): number
  chunks: Uint8Array[]
  bytesBuffered: number
  processData(bytes: Uint8Array): void
}
export interface InnerPool { pool: InnerConnection[] }
export interface InnerBroker {
  connectionPool: InnerPool
  versions: Readonly<Record<number, { minVersion: number; maxVersion: number }>> | null
  isConnected(): boolean
  connect(): Promise<void>
  disconnect(): Promise<void>
}
export interface InnerBrokerPool {
  rootLogger: unknown
  connectionPoolBuilder: { build(destination?: { host: string; port: number }): Promise<InnerPool> }
  createBroker(options: { connectionPool: InnerPool; logger: unknown; nodeId: number }): InnerBroker
}
export interface InnerCluster { brokerPool: InnerBrokerPool }

/**
 * Repairs the timer of an idle kafkajs request queue: with nothing to send it asks for a check at the time `-1`, which Node
 * makes 1 ms from now, for ever (and warns about the negative time). Only a queue that is throttled needs the timer.
 */
export function repairIdleTimer(queue: { pending: unknown[]; throttledUntil: number; scheduleCheckPendingRequests(): void }): void {
  const schedule = queue.scheduleCheckPendingRequests
  queue.scheduleCheckPendingRequests = function (this: typeof queue): void {
    if (this.pending.length > 0) schedule.call(this)
  }
}

/** Drops the empty rest that kafkajs keeps after each answer: joined with the next answer it would copy that one whole. */
export function dropEmptyRest(connection: InnerConnection): void {
  const process = connection.processData
  connection.processData = function (this: InnerConnection, bytes: Uint8Array): void {
    if (this.bytesBuffered === 0) this.chunks = []
    process.call(this, bytes)
  }
}
