/** A Jupyter server for tests: our kernel in it, everything it writes in a folder of its own. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { basename, delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePorts } from '../../fixtures/probe.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folders = [process.env['MICROLOTE_JUPYTER'], join(root, '.cache', 'python', 'bin'), ...['python', 'jupyter'].map(n => join(process.env['MICROLOTE_CACHE'] ?? join(homedir(), '.cache', 'microlote'), n, 'bin'))]
const programs = folders.find(d => d !== undefined && existsSync(join(d, 'jupyter-lab')) && existsSync(join(d, 'jupyter-notebook')))

/** Why there is no Jupyter here; false when there is one. With MICROLOTE_REQUIRE_JUPYTER=1 its lack is an error. */
export const noJupyter: string | false = programs === undefined ? 'no JupyterLab and Notebook here (MICROLOTE_JUPYTER=folder of their programs)' : false
if (noJupyter && process.env['MICROLOTE_REQUIRE_JUPYTER'] === '1') throw new Error(noJupyter)

export interface JupyterServer { readonly url: string; readonly notebooks: string; log(): string; stop(): Promise<void> }

/** Starts JupyterLab or Notebook 7 with these cells in a notebook `vivo.ipynb`, or on a copy of a file, in a folder from which the project's packages are found. */
export async function startJupyter(kind: 'lab' | 'notebook', given: readonly string[] | string): Promise<JupyterServer> {
  if (typeof given === 'string') mkdirSync(join(root, 'build'), { recursive: true })
  const dir = mkdtempSync(typeof given === 'string' ? join(root, 'build', 'jupyter-') : join(tmpdir(), 'microlote-jupyter-')), notebooks = join(dir, 'cuadernos'), [port] = await freePorts(1)
  mkdirSync(notebooks)
  const settings = join(dir, 'settings', '@jupyterlab', 'notebook-extension')
  // All cells are in the page, also those out of sight.
  if (typeof given === 'string') { mkdirSync(settings, { recursive: true }); writeFileSync(join(settings, 'tracker.jupyterlab-settings'), JSON.stringify({ windowingMode: 'none' })) }
  execFileSync(process.execPath, [join(root, 'kernel', 'dist', 'cli.js'), 'install', '--prefix', join(dir, 'kernel')])
  if (typeof given === 'string') copyFileSync(given, join(notebooks, basename(given)))
  else writeFileSync(join(notebooks, 'vivo.ipynb'), JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: { kernelspec: { name: 'microlote', display_name: 'TypeScript (microlote)', language: 'typescript' }, language_info: { name: 'typescript' } }, cells: given.map((source, i) => ({ cell_type: 'code', id: `c${i}`, metadata: {}, execution_count: null, outputs: [], source })) }))
  const own = Object.fromEntries(['CONFIG_DIR', 'DATA_DIR', 'RUNTIME_DIR'].map(n => [`JUPYTER_${n}`, join(dir, n)]))
  const { CI: _, MICROLOTE_LIVE: __, ...env } = process.env
  const child: ChildProcess = spawn(join(programs!, `jupyter-${kind}`), [
    '--no-browser', '--allow-root', '--ip=127.0.0.1', `--port=${port}`, '--ServerApp.port_retries=0', '--IdentityProvider.token=', '--ServerApp.password=', '--ServerApp.disable_check_xsrf=True', `--ServerApp.root_dir=${notebooks}`, `--${kind === 'lab' ? 'LabApp' : 'JupyterNotebookApp'}.expose_app_in_browser=True`,
  ], { cwd: notebooks, env: { ...env, ...own, JUPYTER_PATH: [join(dir, 'kernel', 'share', 'jupyter')].join(delimiter), JUPYTERLAB_SETTINGS_DIR: join(dir, 'settings'), JUPYTERLAB_WORKSPACES_DIR: join(dir, 'workspaces') }, stdio: ['ignore', 'pipe', 'pipe'] })
  let log = ''
  for (const s of [child.stdout!, child.stderr!]) s.on('data', (d: Buffer) => { log = (log + d.toString('utf8')).slice(-20_000) })
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()))
  const url = `http://127.0.0.1:${port}`
  for (let i = 0; ; i++) {
    if (child.exitCode !== null || i > 600) { child.kill('SIGKILL'); throw new Error(`Jupyter did not start:\n${log}`) }
    if (await fetch(`${url}/api`).then(r => r.ok, () => false)) break
    await new Promise(r => setTimeout(r, 200))
  }
  return {
    url, notebooks, log: () => log,
    async stop() {
      // Kernels end with their server.
      for (const k of await fetch(`${url}/api/kernels`).then(r => r.json() as Promise<{ id: string }[]>, () => [])) await fetch(`${url}/api/kernels/${k.id}`, { method: 'DELETE' }).catch(() => {})
      child.kill('SIGTERM')
      const late = setTimeout(() => child.kill('SIGKILL'), 10_000)
      await ended
      clearTimeout(late)
      rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
    },
  }
}
