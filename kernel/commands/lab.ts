/** `lab [FOLDER]`: JupyterLab on the notebooks, with the kernel in it; makes a Python environment of its own where there is no Jupyter. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { installCommand } from './install.ts'

export async function labCommand(args: readonly string[]): Promise<number> {
  const folder = resolve(args.find(a => !a.startsWith('--')) ?? '.'), more = args.filter(a => a.startsWith('--'))
  const found = spawnSync('jupyter', ['lab', '--version'], { stdio: 'ignore' })
  let jupyter = 'jupyter'
  if (found.error !== undefined || found.status !== 0) {
    const home = process.env['MICROLOTE_CACHE'] ?? join(homedir(), '.cache', 'microlote'), venv = join(home, 'jupyter')
    jupyter = join(venv, process.platform === 'win32' ? 'Scripts' : 'bin', 'jupyter')
    if (!existsSync(jupyter)) {
      console.log('JupyterLab no está instalado: se crea un entorno de Python para él (una sola vez) ...')
      for (const [command, rest] of [['python3', ['-m', 'venv', venv]], [join(venv, 'bin', 'pip'), ['install', '--quiet', 'jupyterlab']]] as const) {
        const done = spawnSync(command, rest, { stdio: 'inherit' })
        if (done.status !== 0) { console.error('No se pudo. Instala Python 3 con venv, o JupyterLab (pip install jupyterlab), y vuelve a intentarlo.'); return 1 }
      }
    }
    console.log(installCommand(['--prefix', venv]))
  } else console.log(installCommand([]))
  return spawnSync(jupyter, ['lab', folder, ...more], { stdio: 'inherit' }).status ?? 1
}
