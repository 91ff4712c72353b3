/** How a cell is stopped from outside, whatever it does: loops look now and then at a file that the parent makes grow, awaits are left, synchronous code gets the signal. */
import { fstatSync } from 'node:fs'
import vm from 'node:vm'
import type T from '@tslab/typescript-for-tslab'
import { ts } from './compiler.ts'
import { ownChannel } from '../output.ts'
import { descriptors } from './protocol.ts'

/** Thrown in a cell that was told to stop. */
export class Interrupted extends Error {
  override readonly name = 'Interrumpida'
  constructor() { super('La celda se interrumpió.') }
}

/** Whether an error says that a script was ended by the signal. */
export const isSignal = (e: unknown): boolean => (e as { code?: string } | null)?.code === 'ERR_SCRIPT_EXECUTION_INTERRUPTED'

/** Whether an error says that the cell was told to stop. */
export const isInterruption = (e: unknown): boolean => e instanceof Interrupted || isSignal(e)

const everyMs = 10
let seen = size(), left = 1, stride = 1, last = performance.now()
const parent = process.ppid

function size(): number { try { return fstatSync(descriptors.interrupts).size } catch { return 0 } }

/** Only interrupts beyond this number of them stop a loop from now on. */
export function forgetInterrupts(upTo: number): void { seen = upTo }

// Signals of the parent that have had their effect, in a script or in the event loop.
let met = 0

/** Notes a signal that had its effect. */
export function signalMet(): void { met++ }

/** Whether the parent has sent signals that had no effect yet. */
export const signalsAreOpen = (sent: number): boolean => met < sent

/**
 * Of a signal that comes just when its script ends by itself, Node may keep the memory until a later script, and interrupt that one. It is met
 * here, by a script that waits for it.
 */
export function settleSignals(sent: number): void {
  const until = performance.now() + 300
  while (met < sent && performance.now() < until) {
    try { vm.runInThisContext('{ const until = performance.now() + 20; while (performance.now() < until); }', { breakOnSigint: true }) } catch (e) { if (!isSignal(e)) throw e; met++ }
  }
  met = sent
}

/** Called at each turn of a loop of a cell: nearly free, and looks about every 10 ms whether the loop must end. */
export function tick(): void { if (--left <= 0) look() }

function look(): void {
  const now = performance.now(), passed = now - last
  // As many turns as take some milliseconds, however long a turn is.
  stride = passed < everyMs / 2 ? Math.min(stride * 2, 1 << 22) : passed > everyMs ? Math.max(1, stride >> Math.min(22, Math.ceil(Math.log2(passed / everyMs)))) : stride
  left = stride
  last = now
  // A loop must not outlive the kernel.
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL')
  if (size() > seen || ownChannel()?.aborted === true) throw new Interrupted()
}

/** The JavaScript with a call of `name` at each turn of each loop; every line stays where it is. */
export function guardLoops(javascript: string, name: string): string {
  if (!/\b(for|while|do)\b/.test(javascript)) return javascript
  const file = ts.createSourceFile('cell.js', javascript, ts.ScriptTarget.ES2022, false, ts.ScriptKind.JS)
  const edits: { at: number; text: string }[] = []
  const visit = (node: T.Node): void => {
    if (ts.isIterationStatement(node, false)) {
      const body = node.statement
      if (ts.isBlock(body)) edits.push({ at: body.getStart(file) + 1, text: `${name}();` })
      else { edits.push({ at: body.getStart(file), text: `{${name}();` }); edits.push({ at: body.end, text: '}' }) }
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
  let out = '', from = 0
  for (const e of edits.map((e, i) => ({ ...e, i })).sort((a, b) => a.at - b.at || a.i - b.i)) { out += javascript.slice(from, e.at) + e.text; from = e.at }
  return out + javascript.slice(from)
}
