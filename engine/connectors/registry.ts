/** Format name to connector: one line for each folder beside this file. */
import { analysisError } from '../errors/spark-error.ts'
import type { Connector } from './connector.ts'
import { connectors } from './connectors.ts'
import { nearest } from './options.ts'

const byName = new Map<string, Connector>()
for (const c of connectors) for (const name of [c.name, ...(c.aliases ?? [])]) byName.set(name.toLowerCase(), c)

/** The connector of a format, found in any case. Throws DATA_SOURCE_NOT_FOUND. */
export function findConnector(name: string): Connector {
  const found = byName.get(name.toLowerCase())
  if (found !== undefined) return found
  const near = nearest(name.toLowerCase(), [...byName.keys()])
  throw analysisError('DATA_SOURCE_NOT_FOUND', { provider: name, known: `${connectorNames().join(', ')}${near === null ? '' : ` (did you mean ${near}?)`}` })
}

export const connectorNames = (): readonly string[] => [...new Set([...byName.values()].map(c => c.name))].sort()
