/** Python environments of the project's own: made once, with fixed versions, kept under its cache folder. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

/** What `lab` needs. */
export const labPackages = ['jupyterlab==4.6.6', 'notebook==7.6.5'] as const
/** What the tests of the kernel run it with, beside Jupyter itself. */
export const runnerPackages = [...labPackages, 'nbclient==0.11.0', 'papermill==2.7.0', 'nbmake==1.5.5', 'nbconvert==7.17.2', 'jupyter_kernel_test==0.7.0'] as const

/** The folder for what is made once: the project's, or the user's. */
export function cacheFolder(): string { return process.env['MICROLOTE_CACHE'] ?? join(homedir(), '.cache', 'microlote') }

/** The folder of the environment that the tests run the kernel with. */
export const runnerFolder = (): string => join(cacheFolder(), 'python')

/** The folder of the environment's programs; makes the environment when it is not there or has other versions. Throws with what to do when it cannot. */
export function pythonEnvironment(dir: string, packages: readonly string[], log: (line: string) => void = console.error): string {
  const programs = join(dir, process.platform === 'win32' ? 'Scripts' : 'bin'), mark = join(dir, 'microlote-packages'), wanted = packages.join('\n')
  const isMade = (): boolean => existsSync(mark) && readFileSync(mark, 'utf8') === wanted
  if (isMade()) return programs
  mkdirSync(dirname(dir), { recursive: true })
  const release = lock(`${dir}.lock`)
  try {
    if (!isMade()) { make(dir, programs, packages, log); writeFileSync(mark, wanted) }
  } finally { release() }
  return programs
}

function make(dir: string, programs: string, packages: readonly string[], log: (line: string) => void): void {
  log(`Se crea un entorno de Python en ${dir} (una sola vez) ...`)
  rmSync(dir, { recursive: true, force: true })
  const run = (command: string, args: readonly string[]): void => {
    const done = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] })
    if (done.error === undefined && done.status === 0) return
    rmSync(dir, { recursive: true, force: true })
    throw new Error(`No se pudo: ${command} ${args[0] === '-m' ? args.slice(0, 2).join(' ') : args[0] ?? ''} falló. Hace falta Python 3.10 o posterior con venv (en Debian y Ubuntu: apt install python3-venv) y acceso a PyPI.`)
  }
  run(process.platform === 'win32' ? 'python' : 'python3', ['-m', 'venv', dir])
  run(join(programs, process.platform === 'win32' ? 'python.exe' : 'python'), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages])
  // JupyterLab brings a script that Node takes for an ES module when a folder above says so; it is none.
  writeFileSync(join(dir, 'package.json'), '{"type":"commonjs"}\n')
}

// Programs name the folder they were made in, so it cannot be made aside: who comes second waits. A lock whose process is gone is nobody's.
function lock(path: string): () => void {
  for (;;) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx' })
      return () => rmSync(path, { force: true })
    } catch (e) { if ((e as NodeJS.ErrnoException).code !== 'EEXIST') throw e }
    if (!isRunning(path)) rmSync(path, { force: true })
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200)
  }
}

// An empty lock is one that is being written.
function isRunning(path: string): boolean {
  try {
    const pid = readFileSync(path, 'utf8')
    if (pid !== '') process.kill(Number(pid), 0)
    return true
  } catch (e) { return (e as NodeJS.ErrnoException).code === 'EPERM' }
}
