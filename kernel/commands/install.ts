/** `install [--user | --prefix DIR | --sys-prefix] [--name NAME]`: writes the kernelspec where Jupyter looks for it. */
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { makeImage } from '../start-image.ts'

const logo = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="12" fill="#3178c6"/><g fill="none" stroke="#fff" stroke-width="5" stroke-linecap="round"><path d="M10 20c8-6 14 6 22 0s14 6 22 0"/><path d="M10 33c8-6 14 6 22 0s14 6 22 0" opacity=".8"/><path d="M10 46c8-6 14 6 22 0s14 6 22 0" opacity=".6"/></g></svg>\n'

/** Writes the kernelspec; gives a sentence that says where the kernel is now. Throws for an option that there is not. */
export function installCommand(args: readonly string[]): string {
  const { values } = parseArgs({ args: [...args], options: { user: { type: 'boolean' }, prefix: { type: 'string' }, 'sys-prefix': { type: 'boolean' }, name: { type: 'string', default: 'microlote' } } })
  if (!/^[A-Za-z0-9._-]+$/.test(values.name)) throw new Error(`El nombre "${values.name}" no vale: letras, cifras, punto, guion y guion bajo.`)
  const data = values.prefix !== undefined ? join(resolve(values.prefix), 'share', 'jupyter') : values['sys-prefix'] === true ? join(pythonPrefix(), 'share', 'jupyter') : userDataDir(process.platform, process.env, homedir())
  const dir = join(data, 'kernels', values.name)
  mkdirSync(dir, { recursive: true })
  writeFileSync(join(dir, 'kernel.json'), `${JSON.stringify({ argv: [...startCommand(), 'serve', '{connection_file}'], display_name: 'TypeScript (microlote)', language: 'typescript', interrupt_mode: 'message', metadata: { debugger: false } }, null, 2)}\n`)
  writeFileSync(join(dir, 'logo-svg.svg'), logo)
  // Jupyter serves what is beside a kernelspec: pages that have no plotly.js fetch it there.
  copyFileSync(createRequire(import.meta.url).resolve('plotly.js-dist-min/plotly.min.js'), join(dir, 'plotly.min.js'))
  const problem = makeImage()
  return `Kernel instalado en ${dir}${problem === null ? '' : `\nArrancará más despacio, porque no se pudo preparar su imagen de inicio: ${problem.split('\n')[0]}`}`
}

// npx keeps packages in a cache that may be emptied: a kernel installed from there asks npx again.
function startCommand(): string[] {
  const source = import.meta.url.endsWith('.ts'), cli = fileURLToPath(new URL(source ? '../cli.ts' : '../cli.js', import.meta.url))
  if (!/[\\/]_npx[\\/]/.test(cli)) return [process.execPath, cli]
  const { name, version } = JSON.parse(readFileSync(fileURLToPath(new URL(source ? '../package.json' : '../../package.json', import.meta.url)), 'utf8')) as { name: string; version: string }
  return [process.platform === 'win32' ? 'npx.cmd' : 'npx', '--yes', `${name}@${version}`]
}

function pythonPrefix(): string {
  const own = process.env['VIRTUAL_ENV'] ?? process.env['CONDA_PREFIX']
  if (own !== undefined && own !== '') return own
  const asked = spawnSync('python3', ['-c', 'import sys; print(sys.prefix)'], { encoding: 'utf8' })
  if (asked.status !== 0) throw new Error('--sys-prefix necesita python3 en el PATH (o un entorno activado).')
  return asked.stdout.trim()
}

/** Where Jupyter keeps a user's data on a platform. */
export function userDataDir(platform: NodeJS.Platform, env: Readonly<Record<string, string | undefined>>, home: string): string {
  const set = (name: string): string | undefined => (env[name] === '' ? undefined : env[name])
  if (set('JUPYTER_DATA_DIR') !== undefined) return set('JUPYTER_DATA_DIR')!
  if (platform === 'darwin') return join(home, 'Library', 'Jupyter')
  if (platform === 'win32') return join(set('APPDATA') ?? home, 'jupyter')
  return join(set('XDG_DATA_HOME') ?? join(home, '.local', 'share'), 'jupyter')
}
