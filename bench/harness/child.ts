/** Runs one program of the bench as a child process and takes the JSON line it ends with; no child outlives this process. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'

/** A program with its arguments, by the name its figures go under. */
export interface Program {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Ended by force after this long; ten minutes unless told. */
  readonly timeoutMs?: number
}

/** How a program ended: with its last line of output, or with the reason why there is none. */
export type Outcome =
  | { readonly ok: true; readonly result: Readonly<Record<string, any>>; readonly wallSeconds: number }
  | { readonly ok: false; readonly error: string; readonly wallSeconds: number }

const running = new Set<ChildProcess>()

process.on('exit', stopChildren)

/** Ends every child that still runs. */
export function stopChildren(): void {
  for (const child of running) child.kill('SIGKILL')
}

/** Starts the program, counts it among the running ones, and keeps the last of what it says. */
export function startChild(program: Program): { readonly child: ChildProcess; readonly ended: Promise<{ readonly code: number | null; readonly out: string; readonly err: string }> } {
  // kafkajs makes Node warn about negative timers; a table is no place for that.
  const child = spawn(program.command, program.args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NODE_NO_WARNINGS: '1', ...program.env } })
  running.add(child)
  let out = ''
  let err = ''
  child.stdout!.on('data', (chunk: Buffer) => (out = (out + chunk.toString()).slice(-200_000)))
  child.stderr!.on('data', (chunk: Buffer) => (err = (err + chunk.toString()).slice(-20_000)))
  const ended = new Promise<{ code: number | null; out: string; err: string }>(resolve => {
    child.on('error', error => {
      running.delete(child)
      resolve({ code: -1, out, err: error.message })
    })
    child.on('close', code => {
      running.delete(child)
      resolve({ code, out, err })
    })
  })
  return { child, ended }
}

/** Runs the program to its end. Never rejects: a program that fails is a row of the table too. */
export async function runChild(program: Program): Promise<Outcome> {
  const started = performance.now()
  const { child, ended } = startChild(program)
  const timer = setTimeout(() => child.kill('SIGKILL'), program.timeoutMs ?? 600_000)
  const { code, out, err } = await ended
  clearTimeout(timer)
  const wallSeconds = (performance.now() - started) / 1000
  if (code !== 0) return { ok: false, error: code === null ? `ended by force after ${Math.round(wallSeconds)} s` : `exit code ${code}: ${whyOf(err)}`, wallSeconds }
  const line = out.trimEnd().split('\n').at(-1) ?? ''
  try {
    return { ok: true, result: JSON.parse(line), wallSeconds }
  } catch {
    return { ok: false, error: `its last line is not JSON: ${line.slice(0, 200)}`, wallSeconds }
  }
}

/** The line of an error text that names the error, or its last. */
export function whyOf(text: string): string {
  const lines = text.trim().split('\n').filter(line => !/^\s+at /.test(line))
  return (lines.find(line => /^\w*(Error|Exception)\b|^\w+(\.\w+)*(Error|Exception):/.test(line)) ?? lines.at(-1) ?? '').trim().slice(0, 300)
}
