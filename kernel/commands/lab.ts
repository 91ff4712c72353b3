/** `lab [FOLDER] [options of jupyter lab]`: JupyterLab on the notebooks, with the kernel in it; makes a Python environment of its own where there is no Jupyter. */
import { spawn, spawnSync } from 'node:child_process'
import { delimiter, join, resolve } from 'node:path'
import { installCommand } from './install.ts'
import { cacheFolder, labPackages, pythonEnvironment } from './python-env.ts'

/** The exit code of JupyterLab, or 1 when it could not be started. */
export async function labCommand(args: readonly string[]): Promise<number> {
  const named = args[0] !== undefined && !args[0].startsWith('-'), folder = resolve(named ? args[0]! : '.'), more = named ? args.slice(1) : args
  const found = spawnSync('jupyter', ['lab', '--version'], { stdio: 'ignore' })
  let jupyter = 'jupyter'
  if (found.error !== undefined || found.status !== 0) {
    try { jupyter = join(pythonEnvironment(join(cacheFolder(), 'jupyter'), labPackages), 'jupyter') } catch (e) {
      console.error(`${e instanceof Error ? e.message : String(e)} O instala JupyterLab (pip install jupyterlab) y vuelve a intentarlo.`)
      return 1
    }
  }
  // The kernel is there for this Jupyter only; nothing is written outside the cache.
  const share = join(cacheFolder(), 'kernels')
  console.log(installCommand(['--prefix', share]))
  const path = [join(share, 'share', 'jupyter'), ...(process.env['JUPYTER_PATH'] === undefined ? [] : [process.env['JUPYTER_PATH']])].join(delimiter)
  const lab = spawn(jupyter, ['lab', folder, ...more], { stdio: 'inherit', env: { ...process.env, JUPYTER_PATH: path } })
  // JupyterLab asks on the first Ctrl-C and ends on the second: both are its own affair.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => lab.kill('SIGTERM'))
  return new Promise(done => { lab.once('error', e => { console.error(e.message); done(1) }); lab.once('exit', code => done(code ?? 1)) })
}
