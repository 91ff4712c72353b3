"""The stateful operators in Spark Structured Streaming, one workload a process: the same streams as bench/ours/state.ts.

    spark_state.py aggregation|dedup|join|session [--scale 1] [--rounds 2] [--input FOLDER] [--master local[2]]
"""
import argparse, datetime as dt, shutil, statistics, tempfile, time
from pyspark.sql import functions as F
from rounds import print_result
from spark_session import VERSION, jvm_cpu_seconds, jvm_peak_rss_mb, spark_session

ap = argparse.ArgumentParser()
ap.add_argument("workload")
ap.add_argument("--scale", type=float, default=1)
ap.add_argument("--rounds", type=int, default=2)
ap.add_argument("--input", default="")
ap.add_argument("--master", default="local[2]")
a = ap.parse_args()

START = 1767225600000
spark = spark_session(a.master)
spark.conf.set("spark.sql.streaming.numRecentProgressUpdates", 1000)


def rows_of(full):
    return round(full * a.scale)


def rate(rows_per_batch, advance_ms):
    source = spark.readStream.format("rate-micro-batch").option("rowsPerBatch", rows_per_batch).option("numPartitions", 2)
    return source.option("startTimestamp", START).option("advanceMillisPerBatch", advance_ms).load()


def aggregation(rows):
    keyed = rate(rows, 1000).withWatermark("timestamp", "10 minutes")
    keys = F.window("timestamp", "1 hour"), F.expr(f"value * 7919 % {rows_of(1_000_000)}").alias("k")
    return keyed.groupBy(*keys).agg(F.count("*").alias("n"), F.sum("value").alias("total"))


def joined():
    keys, per_batch = rows_of(250_000), rows_of(50_000)
    left = rate(per_batch, 180_000).selectExpr(f"value * 7919 % {keys} AS lk", "timestamp AS lt", "value AS lv").withWatermark("lt", "5 minutes")
    right = rate(per_batch, 180_000).selectExpr(f"value * 104729 % {keys} AS rk", "timestamp AS rt", "value AS rv").withWatermark("rt", "5 minutes")
    return left.join(right, F.expr("lk = rk AND rt >= lt AND rt <= lt + INTERVAL 30 MINUTES"), "inner")


def events():
    users, drift = rows_of(50_000), rows_of(500_000)
    return rate(users, 60_000).selectExpr("timestamp", "value", f"value * 7919 % {users} + {users} * (value div {drift}) AS k").withWatermark("timestamp", "3 minutes")


def dedup():
    return spark.readStream.schema("id STRING, at BIGINT").option("maxFilesPerTrigger", 1).parquet(a.input).dropDuplicates(["id"])


def sessions():
    return events().groupBy(F.session_window("timestamp", "5 minutes"), "k").agg(F.count("*").alias("n"), F.sum("value").alias("total"))


# What runs, its mode, its batches, those before the counted ones, and what fills the state first.
PLANS = {
    "aggregation": (lambda: aggregation(10_000), "update", 20, 5, lambda: aggregation(rows_of(1_000_000))),
    "dedup": (dedup, "append", 11, 0, None),
    "join": (joined, "append", 20, 0, None),
    "session": (sessions, "append", 20, 0, None),
}


def batches_of(df, mode, checkpoint, wanted, interval="0 seconds"):
    query = df.writeStream.format("noop").outputMode(mode).trigger(processingTime=interval).option("checkpointLocation", checkpoint).start()
    done = lambda: [p for p in query.recentProgress if p["numInputRows"] > 0]
    while query.isActive and len(done()) < wanted:
        time.sleep(0.1)
    query.stop()
    return done()[:wanted]


def at(progress):
    return dt.datetime.fromisoformat(progress["timestamp"].replace("Z", "+00:00")).timestamp()


def one_round():
    df, mode, wanted, warm_up, before = PLANS[a.workload]
    checkpoint = tempfile.mkdtemp(prefix="bench-state-")
    # The first trigger comes at once; the next must not have planned a batch when the query stops, or the run that counts begins with that.
    fill = batches_of(before(), mode, checkpoint, 1, "1 hour") if before else []
    cpu = jvm_cpu_seconds(spark)
    batches = batches_of(df(), mode, checkpoint, wanted + warm_up)
    cpu = None if cpu is None else jvm_cpu_seconds(spark) - cpu
    shutil.rmtree(checkpoint, ignore_errors=True)
    counted, last = batches[warm_up:], batches[-1]
    rows = sum(p["numInputRows"] for p in counted)
    state = last["stateOperators"][0]
    share = rows / sum(p["numInputRows"] for p in batches)
    return {
        "rows": rows,
        "seconds": at(last) + last["durationMs"]["triggerExecution"] / 1000 - at(counted[0]),
        "cpuSeconds": None if cpu is None else cpu * share,
    }, {
        "rows": rows,
        "groups": state["numRowsTotal"],
        "count": sum(p["sink"]["numOutputRows"] for p in fill + batches),
        "sum": sum(p["stateOperators"][0]["numRowsUpdated"] for p in batches),
        "batchMs": statistics.median(p["durationMs"]["triggerExecution"] for p in counted),
        "commitMs": statistics.median(p["stateOperators"][0]["commitTimeMs"] for p in counted),
        "bytesPerKey": state["memoryUsedBytes"] / state["numRowsTotal"],
        "fillSeconds": fill[0]["durationMs"]["triggerExecution"] / 1000 if fill else None,
    }


rounds = [one_round() for _ in range(a.rounds)]
print_result(f"spark-{a.master}", VERSION, [r for r, _ in rounds], {**rounds[-1][1], "peakRssMb": jvm_peak_rss_mb(spark)})
spark.stop()
