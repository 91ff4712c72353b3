#!/usr/bin/env node
/** The kernel's commands: `install`, `run`, `lab`, and `serve`, which Jupyter calls. */
import { runCommand } from './commands/run.ts'
import { installCommand } from './commands/install.ts'
import { labCommand } from './commands/lab.ts'
import { serve } from './wire/server.ts'

const [command, ...args] = process.argv.slice(2)
switch (command) {
  case 'serve': await serve(args[0]!); process.exit(0)
  case 'install': console.log(installCommand(args)); break
  case 'run': process.exitCode = await runCommand(args); break
  case 'lab': process.exitCode = await labCommand(args); break
  default: console.error('Uso: microlote-kernel install [--user | --prefix DIR] | run CUADERNO... [--out DIR] | lab [CARPETA]'); process.exitCode = command === undefined ? 0 : 2
}
