"""Spark with delta-spark: the streaming append of ours/delta.ts.

    spark_delta.py FOLDER TABLE --jars JARS [--warm-up 10] [--master local[2]]

Reads FOLDER/in, a file a batch, and appends it to TABLE. Its seconds run from the start of the first counted batch to the end of the last.
"""
import argparse, datetime as dt, shutil, statistics, tempfile
from rounds import print_result
from spark_session import VERSION, jvm_cpu_seconds, jvm_peak_rss_mb, spark_session

ap = argparse.ArgumentParser()
ap.add_argument("folder")
ap.add_argument("table")
ap.add_argument("--jars", required=True)
ap.add_argument("--warm-up", type=int, default=10)
ap.add_argument("--master", default="local[2]")
a = ap.parse_args()

# Delta reads its log with 50 tasks unless told; on two cores that would only slow it down.
spark = spark_session(a.master, a.jars, {
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    "spark.databricks.delta.snapshotPartitions": "2",
    "spark.sql.streaming.numRecentProgressUpdates": "1000",
})
checkpoint = tempfile.mkdtemp(prefix="bench-delta-")
ddl = "id BIGINT, sensor STRING, value DOUBLE, at TIMESTAMP, ok BOOLEAN, level INT"
cpu = jvm_cpu_seconds(spark)
rows = spark.readStream.schema(ddl).option("maxFilesPerTrigger", 1).parquet(f"{a.folder}/in")
query = rows.writeStream.format("delta").trigger(availableNow=True).option("checkpointLocation", checkpoint).start(a.table)
query.awaitTermination()
cpu = None if cpu is None else jvm_cpu_seconds(spark) - cpu
shutil.rmtree(checkpoint, ignore_errors=True)


def at(p):
    return dt.datetime.fromisoformat(p["timestamp"].replace("Z", "+00:00")).timestamp()


batches = [p for p in query.recentProgress if p["numInputRows"] > 0]
counted, every = batches[a.warm_up :], sum(p["numInputRows"] for p in batches)
n = sum(p["numInputRows"] for p in counted)
seconds = at(counted[-1]) + counted[-1]["durationMs"]["triggerExecution"] / 1000 - at(counted[0])
print_result(f"spark-{a.master}", VERSION, [{"rows": n, "seconds": seconds, "cpuSeconds": None if cpu is None else cpu * n / every}], {
    "rows": every, "groups": 0, "count": 0, "sum": 0, "batchMs": statistics.median(p["durationMs"]["triggerExecution"] for p in counted), "peakRssMb": jvm_peak_rss_mb(spark),
})
spark.stop()
