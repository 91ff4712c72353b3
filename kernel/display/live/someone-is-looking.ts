/** Whether a person looks at the notebook, as the environment tells. */

/** Whether a person has the notebook open: not in CI, nor where a program runs it (papermill, nbclient, the runner). `MICROLOTE_LIVE=1` or `0` settles it. */
export function someoneIsLooking(env: NodeJS.ProcessEnv = process.env): boolean {
  if (env['MICROLOTE_LIVE'] !== undefined) return env['MICROLOTE_LIVE'] !== '0'
  if (env['MICROLOTE_HEADLESS'] === '1') return false
  if (env['CI'] !== undefined && env['CI'] !== '' && env['CI'] !== 'false') return false
  // Jupyter's server names the notebook of each kernel it starts for a page; editors leave names of their own.
  return env['JPY_SESSION_NAME'] !== undefined || Object.keys(env).some(k => k.startsWith('VSCODE_'))
}
