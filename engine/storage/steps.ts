/** File work told as steps, so that the same text runs at once (a schema that is wanted now) or with waiting (files far away). */
import { executionError } from '../errors/spark-error.ts'
import type { FileEntry, Files, FilesNow } from './files.ts'

type Step =
  | { readonly op: 'list'; readonly path: string }
  | { readonly op: 'stat'; readonly path: string }
  | { readonly op: 'tryRead'; readonly path: string }
  | { readonly op: 'readRange'; readonly path: string; readonly start: number; readonly end: number }

/** Work that asks for files with `yield*` of the functions below. */
export type Steps<T> = Generator<Step, T, any>

export function* list(path: string): Steps<FileEntry[]> { return (yield { op: 'list', path }) as FileEntry[] }
/** The entry of a path itself, or null. */
export function* stat(path: string): Steps<FileEntry | null> { return (yield { op: 'stat', path }) as FileEntry | null }
export function* tryRead(path: string): Steps<Uint8Array | null> { return (yield { op: 'tryRead', path }) as Uint8Array | null }
export function* readRange(path: string, start: number, end: number): Steps<Uint8Array> { return (yield { op: 'readRange', path, start, end }) as Uint8Array }
/** The bytes of a file that must be there. */
export function* read(path: string): Steps<Uint8Array> {
  const bytes = yield* tryRead(path)
  if (bytes === null) throw executionError('MICROLOTE_STORAGE_FAILED', { path, action: 'read', reason: 'it does not exist (ENOENT)' })
  return bytes
}

const answer = (files: FilesNow | Files, step: Step): unknown => {
  switch (step.op) {
    case 'list': return files.list(step.path)
    case 'stat': return files.stat(step.path)
    case 'tryRead': return files.tryRead(step.path)
    case 'readRange': return files.readRange(step.path, step.start, step.end)
  }
}

/** Runs the steps, waiting for each. */
export async function runSteps<T>(files: Files, steps: Steps<T>): Promise<T> {
  for (let given: unknown, failed: { e: unknown } | null = null; ;) {
    const next: IteratorResult<Step, T> = failed === null ? steps.next(given) : steps.throw(failed.e)
    if (next.done === true) return next.value
    failed = null
    try { given = await answer(files, next.value) } catch (e) { failed = { e } }
  }
}

/** Runs the steps at once. */
export function runStepsNow<T>(files: FilesNow, steps: Steps<T>): T {
  for (let given: unknown, failed: { e: unknown } | null = null; ;) {
    const next: IteratorResult<Step, T> = failed === null ? steps.next(given) : steps.throw(failed.e)
    if (next.done === true) return next.value
    failed = null
    try { given = answer(files, next.value) } catch (e) { failed = { e } }
  }
}

/** At once where the files allow it, else as a promise. */
export function runStepsSoon<T>(files: Files, path: string, steps: Steps<T>): T | Promise<T> {
  const now = files.now?.(path) ?? null
  return now === null ? runSteps(files, steps) : runStepsNow(now, steps)
}
