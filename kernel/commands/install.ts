/** `install [--user | --prefix DIR]`: writes the kernelspec where Jupyter looks for it. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Gives a sentence that says where the kernel is now. */
export function installCommand(args: readonly string[]): string {
  const at = args.indexOf('--prefix')
  const dir = join(at >= 0 ? join(args[at + 1]!, 'share', 'jupyter') : userDir(), 'kernels', 'microlote')
  mkdirSync(dir, { recursive: true })
  const cli = fileURLToPath(new URL('../cli.js', import.meta.url))
  writeFileSync(join(dir, 'kernel.json'), `${JSON.stringify({ argv: [process.execPath, cli, 'serve', '{connection_file}'], display_name: 'TypeScript (microlote)', language: 'typescript', interrupt_mode: 'message' }, null, 2)}\n`)
  return `Kernel instalado en ${dir}`
}

function userDir(): string {
  if (process.env['JUPYTER_DATA_DIR'] !== undefined) return process.env['JUPYTER_DATA_DIR']
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Jupyter')
  if (process.platform === 'win32') return join(process.env['APPDATA'] ?? homedir(), 'jupyter')
  return join(process.env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'jupyter')
}
