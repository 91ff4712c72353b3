// Runs one of the project's tasks on the project's own Node: installs what is missing, builds what is stale, then hands over.
// Plain JavaScript for any Node >= 20, because this is what a fresh machine runs first.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const [task = 'help', ...args] = process.argv.slice(2)

if (Number(process.versions.node.split('.')[0]) < 20) {
  console.error(`microlote needs Node 20 or newer to begin with; this is ${process.version}.`)
  process.exit(1)
}

/** Runs a command and ends the process when it fails. */
function run(command, commandArgs, options = {}) {
  const done = spawnSync(command, commandArgs, { cwd: root, stdio: 'inherit', ...options })
  if (done.error) { console.error(`${command}: ${done.error.message}`); process.exit(1) }
  if (done.status !== 0) process.exit(done.status ?? 1)
}

function installed() {
  const lock = join(root, 'node_modules', '.package-lock.json')
  return existsSync(lock) && statSync(lock).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs - 1000 && existsSync(join(root, 'node_modules', 'kafkajs'))
}

function install() {
  if (installed()) return
  console.error('microlote: installing packages (once) ...')
  // Install scripts of packages are not needed: every binary used comes inside its package.
  run(process.platform === 'win32' ? 'npm.cmd' : 'npm', [existsSync(join(root, 'package-lock.json')) ? 'ci' : 'install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'])
  const lock = join(root, 'node_modules', '.package-lock.json')
  if (existsSync(lock)) writeFileSync(lock, readFileSync(lock))
}

/** The project's own Node 24, pinned through npm; the one that runs this when it is new enough. */
function ownNode() {
  for (const name of [`node-${process.platform}-${process.arch}`, `node-bin-${process.platform}-${process.arch}`]) {
    const path = join(root, 'node_modules', name, 'bin', 'node')
    if (existsSync(path)) return path
  }
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > 22 || (major === 22 && minor >= 18)) return process.execPath
  console.error(`There is no packaged Node 24 for ${process.platform}-${process.arch}. Install Node 24 or newer and run this again.`)
  return process.exit(1)
}

function newest(dir) {
  let latest = 0
  for (const e of readdirSync(dir, { withFileTypes: true })) {
    if (e.name === 'dist' || e.name === 'node_modules') continue
    const path = join(dir, e.name)
    latest = Math.max(latest, e.isDirectory() ? newest(path) : /\.(ts|json)$/.test(e.name) ? statSync(path).mtimeMs : 0)
  }
  return latest
}

function build(node) {
  for (const room of ['engine', 'fixtures', 'kernel']) {
    const stamp = join(root, room, 'dist', '.built')
    if (existsSync(stamp) && statSync(stamp).mtimeMs > newest(join(root, room))) continue
    rmSync(join(root, room, 'dist'), { recursive: true, force: true })
    run(node, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', room])
    writeFileSync(stamp, '')
  }
  // What a kernel's process begins from; without it a start takes longer, no more.
  spawnSync(node, [join(root, 'kernel', 'dist', 'cli.js'), 'image'], { cwd: root, stdio: 'inherit' })
}

function testFiles(dir) {
  return readdirSync(dir, { withFileTypes: true }).flatMap(e => {
    const path = join(dir, e.name)
    return e.isDirectory() ? testFiles(path) : e.name.endsWith('.test.ts') ? [path] : []
  }).sort()
}

install()
const node = ownNode()
const env = { ...process.env, PATH: `${dirname(node)}:${process.env.PATH}`, TESTCONTAINERS_RYUK_DISABLED: 'true', MICROLOTE_CACHE: join(root, '.cache') }
const on = (file, rest, nodeArgs = []) => run(node, [...nodeArgs, join(root, file), ...rest], { env })

switch (task) {
  case 'build': build(node); break
  case 'check': run(node, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.json', '--noEmit']); break
  case 'test': {
    run(node, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.json', '--noEmit'])
    build(node)
    const files = args.length > 0 ? args : testFiles(join(root, 'test'))
    run(node, ['--test', '--test-concurrency=2', '--test-timeout=240000', ...files], { env })
    break
  }
  case 'conformance': on('test/conformance/cli.ts', args); break
  case 'conformance:fuzz': on('test/fuzz/cli.ts', args); break
  case 'simulate': on('test/simulation/cli.ts', args); break
  case 'bench': on('bench/run.ts', args); break
  case 'kills': on('test/exactly-once/cli.ts', args); break
  case 'start': build(node); on('scripts/start.ts', args); break
  case 'report:check': on('test/notebooks/made-reports.ts', args); break
  case 'notebooks': on('scripts/build-notebooks.ts', args); break
  case 'lab': build(node); on('kernel/dist/cli.js', ['lab', 'notebooks', ...args]); break
  case 'python': build(node); on('kernel/dist/cli.js', ['python']); on('fixtures/cli.ts', ['moto']); on('fixtures/cli.ts', ['delta']); break
  case 'kernel:install': build(node); on('kernel/dist/cli.js', ['install', ...args]); break
  default:
    console.error('Tasks: start, report:check, test, lab, notebooks, build, check, conformance, conformance:fuzz, simulate, bench, kills, python, kernel:install')
    process.exit(task === 'help' ? 0 : 1)
}
