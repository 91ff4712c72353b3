/** Where the kernel is installed, what its process is given, and that `lab` opens a JupyterLab that has it. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { freePorts } from '../../fixtures/probe.ts'
import { childEnvironment } from '../../kernel/child-env.ts'
import { installCommand, userDataDir } from '../../kernel/commands/install.ts'
import { pythonEnvironment, runnerPackages } from '../../kernel/commands/python-env.ts'

const root = fileURLToPath(new URL('../../', import.meta.url)), folder = mkdtempSync(join(tmpdir(), 'install-'))
after(() => rmSync(folder, { recursive: true, force: true }))

test('--prefix and --name write a kernelspec that starts this kernel', () => {
  const said = installCommand(['--prefix', folder, '--name', 'otro'])
  const dir = join(folder, 'share', 'jupyter', 'kernels', 'otro'), spec = JSON.parse(readFileSync(join(dir, 'kernel.json'), 'utf8'))
  assert.match(said, /otro$/)
  assert.equal(spec.language, 'typescript')
  assert.equal(spec.interrupt_mode, 'message')
  assert.equal(spec.argv[0], process.execPath)
  assert.deepEqual(spec.argv.slice(2), ['serve', '{connection_file}'])
  assert.ok(existsSync(spec.argv[1]))
  assert.ok(existsSync(join(dir, 'logo-svg.svg')))
  // The page's script fetches it from there.
  assert.match(readFileSync(join(dir, 'plotly.min.js'), 'utf8').slice(0, 500), /plotly\.js/)
  assert.throws(() => installCommand(['--prefix', folder, '--name', '../fuera']), /no vale/)
  assert.throws(() => installCommand(['--nada']))
})

test('the user\'s folder by platform', () => {
  assert.equal(userDataDir('linux', {}, '/home/a'), '/home/a/.local/share/jupyter')
  assert.equal(userDataDir('linux', { XDG_DATA_HOME: '/x' }, '/home/a'), '/x/jupyter')
  assert.equal(userDataDir('darwin', {}, '/Users/a'), '/Users/a/Library/Jupyter')
  assert.equal(userDataDir('darwin', { JUPYTER_DATA_DIR: '/y' }, '/Users/a'), '/y')
})

test('the environment of cells: what programs need, addresses of services, nothing that sounds like a secret', () => {
  const given = childEnvironment({ PATH: '/bin', HOME: '/h', LC_ALL: 'C', AWS_SECRET_ACCESS_KEY: 's', GITHUB_TOKEN: 's', JPY_API_TOKEN: 's', KAFKA_BOOTSTRAP_SERVERS: 'k', KAFKA_SASL_PASSWORD: 's', MICROLOTE_X: '1', MICROLOTE_API_TOKEN: 's', MI_DATO: 'sí', MICROLOTE_PASS_ENV: 'MI_DATO' }, { MAS: '2', NADA: undefined })
  assert.deepEqual(given, { PATH: '/bin', HOME: '/h', LC_ALL: 'C', KAFKA_BOOTSTRAP_SERVERS: 'k', MICROLOTE_X: '1', MICROLOTE_PASS_ENV: 'MI_DATO', MI_DATO: 'sí', MAS: '2' })
})

test('lab opens JupyterLab on a folder with the kernel in it, and passes its options on', async () => {
  const programs = pythonEnvironment(join(root, '.cache', 'python'), runnerPackages), [port] = await freePorts(1)
  const notebooks = join(folder, 'cuadernos')
  mkdirSync(notebooks)
  const env: NodeJS.ProcessEnv = { ...process.env, PATH: `${programs}${delimiter}${process.env['PATH']}`, MICROLOTE_CACHE: join(folder, 'cache'), JUPYTER_CONFIG_DIR: join(folder, 'config'), JUPYTER_DATA_DIR: join(folder, 'data'), JUPYTER_RUNTIME_DIR: join(folder, 'runtime') }
  const lab = spawn(process.execPath, [join(root, 'kernel', 'cli.ts'), 'lab', notebooks, '--no-browser', `--port=${port}`, '--IdentityProvider.token=secreto', '--allow-root'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const over = new Promise<void>(resolve => lab.once('exit', () => resolve()))
  let said = ''
  for (const s of [lab.stdout, lab.stderr]) s.on('data', (d: Buffer) => { said += d.toString() })
  try {
    let specs: any = null
    while (specs === null && lab.exitCode === null) {
      await new Promise(r => setTimeout(r, 300))
      const r = await fetch(`http://127.0.0.1:${port}/api/kernelspecs`, { headers: { authorization: 'token secreto' } }).catch(() => null)
      if (r?.ok === true) specs = await r.json()
    }
    assert.notEqual(specs, null, said)
    assert.equal(specs.kernelspecs.microlote.spec.display_name, 'TypeScript (microlote)')
    assert.match(said, /cuadernos/)
  } finally {
    lab.kill('SIGTERM')
    await over
  }
})
