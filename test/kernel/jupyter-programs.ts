/** Programs of Jupyter's world for tests: from the project's own environment, with this kernel and nothing else of the machine's. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installCommand } from '../../kernel/commands/install.ts'
import { pythonEnvironment, runnerPackages } from '../../kernel/commands/python-env.ts'
import { sampleNotebooks, writeNotebook } from './notebooks.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

export interface ProgramRun { readonly code: number | null; readonly out: string; readonly err: string }
export interface Programs {
  /** Where they run. */
  readonly folder: string
  /** The path of a sample notebook. */
  sample(name: string): string
  run(program: string, args: readonly string[]): Promise<ProgramRun>
  close(): void
}

/** Makes the environment if it is not there, installs the kernel in a folder of its own. */
export function jupyterPrograms(): Programs {
  const programs = pythonEnvironment(join(root, '.cache', 'python'), runnerPackages), folder = mkdtempSync(join(tmpdir(), 'runners-'))
  installCommand(['--prefix', join(folder, 'prefix')])
  return {
    folder,
    sample: name => writeNotebook(folder, name, sampleNotebooks[name]!),
    run(program, args) {
      const child = spawn(join(programs, program), args, {
        cwd: folder, stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, JUPYTER_PATH: join(folder, 'prefix', 'share', 'jupyter'), JUPYTER_CONFIG_DIR: join(folder, 'config'), JUPYTER_DATA_DIR: join(folder, 'data'), JUPYTER_RUNTIME_DIR: join(folder, 'runtime'), IPYTHONDIR: join(folder, 'ipython'), PYTHONPATH: join(root, 'kernel', 'python'), PYTHONDONTWRITEBYTECODE: '1' },
      })
      let out = '', err = ''
      child.stdout.on('data', (d: Buffer) => { out += d.toString() })
      child.stderr.on('data', (d: Buffer) => { err += d.toString() })
      return new Promise((resolve, reject) => { child.once('error', reject); child.once('close', code => resolve({ code, out, err })) })
    },
    close: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }),
  }
}
