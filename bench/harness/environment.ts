/** What the peers need and the project does not carry: a Python with their packages and Spark's jars for Kafka and Delta, fetched once into the cache. */
import { deltaJars } from '../../fixtures/delta/foreign-programs.ts'
import { findJava } from '../../fixtures/java/find-java.ts'
import { mavenJars } from '../../fixtures/java/maven-jars.ts'
import { pythonWith } from '../../fixtures/local/python-environment.ts'

/** Spark's Kafka package exists for this version; the one for 4.3.0 is not published. */
const sparkVersion = '4.2.0'
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
  const sparkJars = await attempt(wants.sparkKafka, () => jarsOfSpark(() => mavenJars(kafkaOfSpark, process.env, log)))
  const deltaOfSpark = await attempt(wants.sparkDelta, () => jarsOfSpark(() => deltaJars(process.env, log)))
  return { python, sparkJars, deltaJars: deltaOfSpark, missing }
}

function pythonOfPeers(log: (line: string) => void): Promise<string> {
  return pythonWith('bench', packages, process.env, (folder) => log(`Installing ${packages.join(', ')} into ${folder} (once) ...`))
    .catch((error: Error) => { throw new Error(`no peers in Python: ${error.message}`, { cause: error }) })
}

// Everything else that these jars need comes with PySpark.
const kafkaOfSpark = { what: `los conectores de Kafka de Spark ${sparkVersion}`, folder: `spark-kafka-jars-${sparkVersion}`, artifacts: [`org.apache.spark:spark-sql-kafka-0-10_2.13:${sparkVersion}`], only: ['spark-sql-kafka-0-10_2.13', 'spark-token-provider-kafka-0-10_2.13', 'kafka-clients', 'commons-pool2'] }

async function jarsOfSpark(fetch: () => Promise<string>): Promise<string> {
  const java = await findJava(process.env)
  if (typeof java === 'string') throw new Error(`no Spark: ${java}`)
  return fetch()
}
