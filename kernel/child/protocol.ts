/** What the process that runs cells and its parent say to each other: lines of JSON, each begun by a secret that only they know. */
import type { Output } from '../output.ts'

export type ToChild =
  | { readonly task: 'hello'; readonly secret: string; readonly outputMb: number }
  /** `owner` is the notebook's cell, the same when it runs again; `headless`: nobody is there to see what comes late; `interrupts` and `signals`: how many there were before. */
  | { readonly task: 'run'; readonly id: string; readonly code: string; readonly count: number; readonly owner: string | null; readonly headless: boolean; readonly canAsk: boolean; readonly interrupts: number; readonly signals: number }
  | { readonly task: 'evaluate'; readonly id: string; readonly expressions: Readonly<Record<string, string>> }
  | { readonly task: 'complete' | 'inspect'; readonly id: string; readonly code: string; readonly position: number }
  | { readonly task: 'ping'; readonly id: string }
  | { readonly task: 'end'; readonly id: string }
  /** Stops the cell of that id if it still runs; with null, the queries that go on. */
  | { readonly task: 'interrupt'; readonly cell: string | null }
  | { readonly task: 'answer'; readonly question: string; readonly value: string | null }
  | { readonly task: 'comm'; readonly step: 'open' | 'msg' | 'close'; readonly commId: string; readonly target: string; readonly data: unknown; readonly cell: string }

export type FromChild =
  | { readonly event: 'ready'; readonly problem: string | null }
  | { readonly event: 'output'; readonly cell: string; readonly output: Output }
  | { readonly event: 'done'; readonly id: string; readonly ok: boolean; readonly answer?: unknown }
  | { readonly event: 'question'; readonly question: string; readonly cell: string; readonly prompt: string; readonly password: boolean }
  /** Something failed that no cell waits for any more. */
  | { readonly event: 'stray'; readonly cell: string; readonly ename: string; readonly evalue: string }
  /** A cell called process.exit. */
  | { readonly event: 'exit'; readonly code: string }

/** The file descriptors between the two: tasks, results, and a file that grows by a byte at each interrupt. */
export const descriptors = { tasks: 3, results: 4, interrupts: 5 } as const

/** A completion: the candidates for the text between two UTF-16 positions. */
export interface Completion { readonly start: number; readonly end: number; readonly candidates: readonly string[]; readonly kinds?: readonly (string | null)[] }
export interface Inspection { readonly text: string; readonly documentation: string }
