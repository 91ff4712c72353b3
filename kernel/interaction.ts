/** What a cell says to the person in front of it, beyond output: `await input("…")`, `clearOutput()`. */
import { createInterface } from 'node:readline/promises'
import { currentChannel, kernelHost } from './output.ts'

/**
 * Asks the person a question and gives the answer. Throws where nobody can answer (a run with no screen).
 * `const name = await input("¿Cómo te llamas? ")`
 */
export async function input(prompt = '', options: { readonly password?: boolean } = {}): Promise<string> {
  const host = kernelHost()
  if (host !== null) return host.input(prompt, options.password === true)
  const lines = createInterface({ input: process.stdin, output: process.stdout })
  try { return await lines.question(prompt) } finally { lines.close() }
}

/** Takes away what the cell has put out; with `wait` only when the next output comes, so that nothing flickers. */
export function clearOutput(wait = false): void { currentChannel().send({ kind: 'clear', wait }) }
