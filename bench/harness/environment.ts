/** What the peers need and the project does not carry: a Python with their packages and Spark's jars for Kafka and Delta, fetched once into the cache. */
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
/** Delta Lake for that Spark. */
const deltaVersion = '4.4.0'
// DuckDB hands columns over as NumPy's arrays, and deltalake takes and gives pyarrow's.
const packages = [`pyspark==${sparkVersion}`, 'duckdb==2.0.0', 'polars==2.1.0', 'numpy==2.4.6', 'pyarrow==26.0.1', 'deltalake==1.6.6']

/** Programs and folders that the peers run with; a missing one says why. */
export interface PeerEnvironment {
  /** Python with PySpark, DuckDB, Polars and deltalake. */
  readonly python: string | null
  /** Folder of Spark's Kafka jars. */
  readonly sparkJars: string | null
  /** Folder of Spark's Delta jars. */
  readonly deltaJars: string | null
  /** Why something is missing, a sentence each. */
  readonly missing: readonly string[]
}

/** Prepares what is wanted, from the cache where it is there. Never rejects: what cannot be had is named in `missing`. */
export async function peerEnvironment(wants: { readonly python: boolean; readonly sparkKafka: boolean; readonly sparkDelta: boolean }, log: (line: string) => void): Promise<PeerEnvironment> {
  const missing: string[] = []
  const attempt = async (wanted: boolean, make: () => Promise<string>): Promise<string | null> => {
    if (!wanted) return null
    try {
      return await make()
    } catch (error) {
      missing.push(error instanceof Error ? error.message.split('\n')[0] : String(error))
      return null
    }
  }
  const python = await attempt(wants.python, () => pythonOfPeers(log))
  // Everything else that these jars need comes with PySpark.
  const sparkJars = await attempt(wants.sparkKafka, () => jarsOfSpark('Kafka', `spark-kafka-${sparkVersion}`, ['org.apache.spark', 'spark-sql-kafka-0-10_2.13', sparkVersion], ['spark-token-provider-kafka-0-10_2.13', 'kafka-clients', 'commons-pool2'], log))
  const deltaJars = await attempt(wants.sparkDelta, () => jarsOfSpark('Delta', `spark-delta-${deltaVersion}`, ['io.delta', 'delta-spark_4.2_2.13', deltaVersion], ['delta-storage'], log))
  return { python, sparkJars, deltaJars, missing }
}

function pythonOfPeers(log: (line: string) => void): Promise<string> {
  return pythonWith('bench', packages, process.env, (folder) => log(`Installing ${packages.join(', ')} into ${folder} (once) ...`))
    .catch((error: Error) => { throw new Error(`no peers in Python: ${error.message}`, { cause: error }) })
}

/** A folder of the cache with an artifact (group, name, version) and those of its dependencies that are named. */
async function jarsOfSpark(what: string, name: string, artifact: readonly [string, string, string], more: readonly string[], log: (line: string) => void): Promise<string> {
  const java = await findJava(process.env)
  if (typeof java === 'string') throw new Error(`no Spark: ${java}`)
  const folder = join(cacheFolder(process.env), name)
  if (existsSync(folder)) return folder
  const maven = findOnPath('mvn', process.env)
  if (maven === undefined) throw new Error(`no Spark: Maven (mvn) is not on the PATH to fetch its ${what} jars`)
  log(`Fetching Spark's ${what} jars with Maven into ${folder} (once) ...`)
  const part = `${folder}.part-${process.pid}`
  await mkdir(part, { recursive: true })
  try {
    await writeFile(join(part, 'pom.xml'), pom(...artifact))
    await run(
      maven,
      ['-q', '-B', '-f', join(part, 'pom.xml'), 'dependency:copy-dependencies', '-DincludeScope=runtime', `-DincludeArtifactIds=${[artifact[1], ...more].join(',')}`, `-DoutputDirectory=${join(part, 'jars')}`],
      { timeout: 600_000, maxBuffer: 1 << 26, shell: process.platform === 'win32' }
    )
    await rename(join(part, 'jars'), folder)
  } finally {
    await rm(part, { recursive: true, force: true })
  }
  return folder
}

const pom = (group: string, name: string, version: string): string => `<project><modelVersion>4.0.0</modelVersion><groupId>microlote</groupId><artifactId>jars-of-spark</artifactId><version>1</version><packaging>pom</packaging>
<dependencies><dependency><groupId>${group}</groupId><artifactId>${name}</artifactId><version>${version}</version></dependency></dependencies></project>
`
