"""W1 as Spark Structured Streaming: Kafka, from_json, filter, group by minute and region, update mode, everything there is now.

    spark_w1.py --bootstrap HOST:PORT --topic NAME --jars FOLDER [--rounds 2] [--master local[2]] [--batch 500000]

A round is one query on a checkpoint of its own. Its seconds run from the start of the first batch to the end of the last, so neither the
JVM's start nor the query's is counted. The first round writes to a memory table, from which groups, count and sum are checked; the others write nowhere.
"""
import argparse, datetime as dt, shutil, tempfile, time
from pyspark.sql import functions as F
from rounds import print_result
from spark_session import VERSION, jvm_cpu_seconds, jvm_peak_rss_mb, spark_session

SCHEMA = "evento_id STRING, user_id STRING, tipo STRING, monto DOUBLE, timestamp TIMESTAMP, region STRING"

ap = argparse.ArgumentParser()
ap.add_argument("--bootstrap", required=True)
ap.add_argument("--topic", required=True)
ap.add_argument("--jars", required=True)
ap.add_argument("--rounds", type=int, default=2)
ap.add_argument("--master", default="local[2]")
ap.add_argument("--batch", type=int, default=500_000)
a = ap.parse_args()

spark = spark_session(a.master, a.jars)
messages = (
    spark.readStream.format("kafka")
    .option("kafka.bootstrap.servers", a.bootstrap)
    .option("subscribe", a.topic)
    .option("startingOffsets", "earliest")
    .option("maxOffsetsPerTrigger", a.batch)
    .load()
)
w1 = (
    messages.select(F.from_json(F.col("value").cast("string"), SCHEMA).alias("e"))
    .select("e.*")
    .where(F.col("tipo").isin("compra", "devolucion"))
    .groupBy(F.window("timestamp", "1 minute"), "region")
    .agg(F.count("*").alias("n"), F.sum("monto").alias("total"))
)


def seconds_since_epoch(text):
    return dt.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def one_round(sink):
    checkpoint = tempfile.mkdtemp(prefix="bench-w1-")
    cpu, wall = jvm_cpu_seconds(spark), time.perf_counter()
    writer = w1.writeStream.format(sink).queryName("w1").outputMode("update").trigger(availableNow=True)
    query = writer.option("checkpointLocation", checkpoint).start()
    query.awaitTermination()
    wall = time.perf_counter() - wall
    after = jvm_cpu_seconds(spark)
    shutil.rmtree(checkpoint, ignore_errors=True)
    batches = [p for p in query.recentProgress if p["numInputRows"] > 0]
    first, last = batches[0], batches[-1]
    end = seconds_since_epoch(last["timestamp"]) + last["durationMs"]["triggerExecution"] / 1000
    return {
        "rows": sum(p["numInputRows"] for p in batches),
        "seconds": end - seconds_since_epoch(first["timestamp"]),
        "startToEndSeconds": wall,
        "cpuSeconds": None if cpu is None else after - cpu,
        "batches": len(batches),
        "stateRows": last["stateOperators"][0]["numRowsTotal"],
    }


def result():
    """The newest row of each group in the memory table: counts only grow."""
    newest = spark.table("w1").groupBy("window", "region").agg(F.max("n").alias("n"), F.max_by("total", "n").alias("total"))
    row = newest.agg(F.count("*").alias("groups"), F.sum("n").alias("count"), F.sum("total").alias("sum")).first()
    return row.asDict()


rounds = [one_round("memory")]
checked = result()
rounds += [one_round("noop") for _ in range(a.rounds - 1)]
print_result(f"spark-{a.master}", VERSION, rounds, {
    "rows": rounds[0]["rows"], "batches": rounds[0]["batches"], **checked, "peakRssMb": jvm_peak_rss_mb(spark),
})
spark.stop()
