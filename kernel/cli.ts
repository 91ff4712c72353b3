#!/usr/bin/env node
/** The kernel's commands: `install`, `run`, `lab`, `python` (the environment of the runners), `image` (what a start begins from), and `serve`, which Jupyter calls. Each loads only what it needs. */

const usage = 'Uso: microlote-kernel install [--user | --prefix CARPETA | --sys-prefix] | run CUADERNO... [opciones] | lab [CARPETA] [opciones de jupyter lab] | python'

async function main(command: string | undefined, args: readonly string[]): Promise<number> {
  switch (command) {
    case 'serve': await (await import('./wire/server.ts')).serve(args[0]!); return process.exit(0)
    case 'install': console.log((await import('./commands/install.ts')).installCommand(args)); return 0
    case 'image': { const problem = (await import('./start-image.ts')).makeImage(); if (problem !== null) console.error(problem); return problem === null ? 0 : 1 }
    case 'python': { const env = await import('./commands/python-env.ts'); console.log(env.pythonEnvironment(env.runnerFolder(), env.runnerPackages)); return 0 }
    case 'run': return (await import('./commands/run.ts')).runCommand(args)
    case 'lab': return (await import('./commands/lab.ts')).labCommand(args)
    case undefined: case '--help': case '-h': console.log(usage); return 0
    default: console.error(usage); return 2
  }
}

try { process.exitCode = await main(process.argv[2], process.argv.slice(3)) } catch (e) {
  console.error(e instanceof Error ? e.message : String(e))
  process.exitCode = 2
}
