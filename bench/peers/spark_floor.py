"""What a micro-batch costs Spark before it does anything: 10 rows a batch, median of triggerExecution.

    spark_floor.py [--batches 60] [--warm-up 20] [--master local[2]] [--rows 10]
"""
import argparse, datetime as dt, json, shutil, statistics, tempfile, time
from pyspark.sql import functions as F
from spark_session import VERSION, durations, spark_session

ap = argparse.ArgumentParser()
ap.add_argument("--batches", type=int, default=60)
ap.add_argument("--warm-up", type=int, default=20)
ap.add_argument("--master", default="local[2]")
ap.add_argument("--rows", type=int, default=10)
a = ap.parse_args()

spark = spark_session(a.master)
# recentProgress forgets all but the last 100 otherwise.
spark.conf.set("spark.sql.streaming.numRecentProgressUpdates", a.batches + a.warm_up + 10)


def floor(shape, mode):
    rows = spark.readStream.format("rate-micro-batch").option("rowsPerBatch", a.rows).option("numPartitions", 1).load()
    checkpoint = tempfile.mkdtemp(prefix="bench-floor-")
    writer = shape(rows).writeStream.format("noop").outputMode(mode).trigger(processingTime="0 seconds")
    query = writer.option("checkpointLocation", checkpoint).start()
    while len(query.recentProgress) < a.batches + a.warm_up and query.isActive:
        time.sleep(0.1)
    query.stop()
    count, phases, batches = durations(query, a.warm_up)
    shutil.rmtree(checkpoint, ignore_errors=True)
    started = [dt.datetime.fromisoformat(p["timestamp"].replace("Z", "+00:00")) for p in batches]
    mean = (started[-1] - started[0]).total_seconds() * 1000 / (len(started) - 1)
    times = sorted(p["durationMs"]["triggerExecution"] for p in batches)
    return {"batches": count, "p50Ms": statistics.median(times), "p95Ms": times[int(len(times) * 0.95)], "meanMs": round(mean, 2), "phasesMs": phases}


stateless = floor(lambda df: df.where("value % 2 = 0").select("timestamp", (F.col("value") * 2).alias("twice")), "append")
running = floor(lambda df: df.groupBy((F.col("value") % 8).alias("k")).agg(F.count("*").alias("n"), F.sum("value").alias("total")), "update")
print(json.dumps({"program": f"spark-{a.master}", "version": VERSION, "rowsPerBatch": a.rows, "stateless": stateless, "aggregation": running}), flush=True)
spark.stop()
