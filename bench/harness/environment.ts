/** What the peers need and the project does not carry: a Python with their packages and Spark's Kafka jars, fetched once into the cache. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findJava, findOnPath } from '../../fixtures/java/find-java.ts'
import { cacheFolder } from '../../fixtures/java/jars.ts'
import { pythonWith } from '../../fixtures/local/python-environment.ts'

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

function pythonOfPeers(log: (line: string) => void): Promise<string> {
  return pythonWith('bench', packages, process.env, (folder) => log(`Installing ${packages.join(', ')} into ${folder} (once) ...`))
    .catch((error: Error) => { throw new Error(`no peers in Python: ${error.message}`, { cause: error }) })
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
