/**
 * The files of one store: which versions there are, how a version is put together from them, and which are no longer needed.
 * `<v>.delta` is the change from v-1 to v, `<v>.snapshot` the whole state at v, in `state/<operator>/<partition>/`, join stores in a folder of their name below.
 */
import { executionError } from '../errors/spark-error.ts'
import { isTemporaryName, joinPath } from '../storage/files.ts'
import type { Files } from '../storage/files.ts'

export class StateFolder {
  readonly dir: string
  readonly #files: Files
  readonly #deltas = new Set<number>()
  readonly #snapshots = new Set<number>()
  // Of the files that were there when the folder was listed.
  readonly #sizes = new Map<string, number>()

  private constructor(files: Files, dir: string) {
    this.#files = files
    this.dir = dir
  }

  /** Lists the folder once; from then on this object knows what is in it, as only one store writes there. */
  static async open(files: Files, root: string, operatorId: number, partition: number, storeName: string, readOnly = false): Promise<StateFolder> {
    const folder = new StateFolder(files, storeDir(root, operatorId, partition, storeName))
    for (const { name, sizeBytes } of await files.list(folder.dir)) {
      const match = /^(\d+)\.(delta|snapshot)$/.exec(name)
      if (match !== null) {
        (match[2] === 'delta' ? folder.#deltas : folder.#snapshots).add(Number(match[1]))
        folder.#sizes.set(joinPath(folder.dir, name), sizeBytes)
      } else if (!readOnly && isTemporaryName(name)) await files.delete(joinPath(folder.dir, name))
    }
    return folder
  }

  deltaPath(version: number): string { return joinPath(this.dir, `${version}.delta`) }
  snapshotPath(version: number): string { return joinPath(this.dir, `${version}.snapshot`) }
  hasSnapshot(version: number): boolean { return this.#snapshots.has(version) }
  addDelta(version: number): void { this.#deltas.add(version); this.#sizes.delete(this.deltaPath(version)) }
  addSnapshot(version: number): void { this.#snapshots.add(version); this.#sizes.delete(this.snapshotPath(version)) }
  /** The bytes of a file that nobody has written since the folder was listed, else null. */
  sizeOf(path: string): number | null { return this.#sizes.get(path) ?? null }

  /** The versions whose snapshots can begin a load of `version`, the newest first, and 0 for the empty state. */
  bases(version: number): number[] {
    return [...[...this.#snapshots].filter(s => s <= version).sort((a, b) => b - a), 0]
  }

  /** The first delta that is missing between a base and a version, or null. */
  missingDelta(base: number, version: number): number | null {
    for (let v = base + 1; v <= version; v++) if (!this.#deltas.has(v)) return v
    return null
  }

  /** How many deltas would be read above the newest snapshot to load `version`. */
  deltasSinceSnapshot(version: number): number { return version - this.bases(version)[0]! }

  async dropSnapshot(version: number): Promise<void> {
    await this.#files.delete(this.snapshotPath(version))
    this.#snapshots.delete(version)
  }

  /** Deletes what no version from `version - retain` on needs. */
  async dropOld(version: number, retain: number): Promise<void> {
    const earliest = version - retain
    if (earliest <= 0) return
    const base = this.bases(earliest)[0]!
    for (const v of [...this.#deltas]) if (v < base) { await this.#files.delete(this.deltaPath(v)); this.#deltas.delete(v) }
    for (const v of [...this.#snapshots]) if (v < base) await this.dropSnapshot(v)
  }
}

/** Where a store lives; the store `default` has no folder of its own. */
export function storeDir(root: string, operatorId: number, partition: number, storeName: string): string {
  return joinPath(root, String(operatorId), String(partition), storeName === 'default' ? '' : storeName)
}

/** The error of a delta that is not there. */
export function deltaMissing(path: string): Error {
  return executionError('CANNOT_LOAD_STATE_STORE.CANNOT_READ_DELTA_FILE_NOT_EXISTS', { fileToRead: path })
}
