/** What the peers need and the project does not carry: a Python with their packages and Spark's Kafka jars, fetched once into the cache. */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findJava, findOnPath } from '../../fixtures/java/find-java.ts'
import { cacheFolder } from '../../fixtures/java/jars.ts'

const run = promisify(execFile)

/** Spark's Kafka package exists for this version; the one for 4.3.0 is not published. */
const sparkVersion = '4.2.0'
const packages = [`pyspark==${sparkVersion}`, 'duckdb==2.0.0', 'polars==2.1.0']

/** Programs and folders that the peers run with; a missing one says why. */
export interface PeerEnvironment {
  /** Python with PySpark, DuckDB and Polars. */
  readonly python: string | null
  /** Folder of Spark's Kafka jars. */
  readonly sparkJars: string | null
  /** Why something is missing, a sentence each. */
  readonly missing: readonly string[]
}

/** Prepares what is wanted, from the cache where it is there. Never rejects: what cannot be had is named in `missing`. */
export async function peerEnvironment(wants: { readonly python: boolean; readonly spark: boolean }, log: (line: string) => void): Promise<PeerEnvironment> {
  const missing: string[] = []
  const attempt = async (make: () => Promise<string>): Promise<string | null> => {
    try {
      return await make()
    } catch (error) {
      missing.push(error instanceof Error ? error.message.split('\n')[0] : String(error))
      return null
    }
  }
  const python = wants.python || wants.spark ? await attempt(() => pythonOfPeers(log)) : null
  const sparkJars = wants.spark ? await attempt(() => kafkaJarsOfSpark(log)) : null
  return { python, sparkJars, missing }
}

async function pythonOfPeers(log: (line: string) => void): Promise<string> {
  const name = createHash('sha256').update(packages.join(' ')).digest('hex').slice(0, 12)
  const folder = join(cacheFolder(process.env), `bench-python-${name}`)
  const python = process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python')
  if (existsSync(join(folder, 'complete'))) return python
  const system = process.env.PYTHON ?? findOnPath('python3', process.env)
  if (system === undefined) throw new Error('no peers in Python: there is no python3 on the PATH (3.10 or newer, with venv); PYTHON names another')
  log(`Installing ${packages.join(', ')} into ${folder} (once) ...`)
  await rm(folder, { recursive: true, force: true })
  await mkdir(cacheFolder(process.env), { recursive: true })
  await run(system, ['-m', 'venv', folder], { timeout: 120_000 })
  await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages], { timeout: 900_000, maxBuffer: 1 << 26 })
  // The mark comes last: an installation that was cut short is made anew.
  await writeFile(join(folder, 'complete'), `${packages.join('\n')}\n`)
  return python
}

async function kafkaJarsOfSpark(log: (line: string) => void): Promise<string> {
  const java = await findJava(process.env)
  if (typeof java === 'string') throw new Error(`no Spark: ${java}`)
  const folder = join(cacheFolder(process.env), `spark-kafka-${sparkVersion}`)
  if (existsSync(folder)) return folder
  const maven = findOnPath('mvn', process.env)
  if (maven === undefined) throw new Error('no Spark: Maven (mvn) is not on the PATH to fetch its Kafka jars')
  log(`Fetching Spark's Kafka jars with Maven into ${folder} (once) ...`)
  const part = `${folder}.part-${process.pid}`
  await mkdir(part, { recursive: true })
  try {
    await writeFile(join(part, 'pom.xml'), pom)
    // Everything else that these jars need comes with PySpark.
    const wanted = ['spark-sql-kafka-0-10_2.13', 'spark-token-provider-kafka-0-10_2.13', 'kafka-clients', 'commons-pool2']
    await run(
      maven,
      ['-q', '-B', '-f', join(part, 'pom.xml'), 'dependency:copy-dependencies', '-DincludeScope=runtime', `-DincludeArtifactIds=${wanted.join(',')}`, `-DoutputDirectory=${join(part, 'jars')}`],
      { timeout: 600_000, maxBuffer: 1 << 26, shell: process.platform === 'win32' }
    )
    await rename(join(part, 'jars'), folder)
  } finally {
    await rm(part, { recursive: true, force: true })
  }
  return folder
}

const pom = `<project><modelVersion>4.0.0</modelVersion><groupId>microlote</groupId><artifactId>spark-kafka</artifactId><version>1</version><packaging>pom</packaging>
<dependencies><dependency><groupId>org.apache.spark</groupId><artifactId>spark-sql-kafka-0-10_2.13</artifactId><version>${sparkVersion}</version></dependency></dependencies></project>
`
