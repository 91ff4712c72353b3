"""Spark Structured Streaming: lines of text files written to Kafka, a file a batch (ours/kafka-sink.ts).

    spark_kafka_sink.py --bootstrap HOST:PORT --topic NAME --input FOLDER --jars JARS [--rounds 3] [--master local[2]]

A round is one query on a checkpoint of its own. Its seconds run from the start of the first batch to the end of the last.
"""
import argparse, datetime as dt, shutil, tempfile
from rounds import print_result
from spark_session import VERSION, jvm_cpu_seconds, jvm_peak_rss_mb, spark_session

ap = argparse.ArgumentParser()
for name in ("--bootstrap", "--topic", "--input", "--jars"):
    ap.add_argument(name, required=True)
ap.add_argument("--rounds", type=int, default=3)
ap.add_argument("--master", default="local[2]")
a = ap.parse_args()
spark = spark_session(a.master, a.jars)


def at(p):
    return dt.datetime.fromisoformat(p["timestamp"].replace("Z", "+00:00")).timestamp()


def one_round():
    checkpoint, cpu = tempfile.mkdtemp(prefix="bench-kafka-sink-"), jvm_cpu_seconds(spark)
    lines = spark.readStream.option("maxFilesPerTrigger", 1).text(a.input)
    writer = lines.writeStream.format("kafka").option("kafka.bootstrap.servers", a.bootstrap).option("topic", a.topic)
    query = writer.option("checkpointLocation", checkpoint).trigger(availableNow=True).start()
    query.awaitTermination()
    after = jvm_cpu_seconds(spark)
    shutil.rmtree(checkpoint, ignore_errors=True)
    batches = [p for p in query.recentProgress if p["numInputRows"] > 0]
    last = batches[-1]
    return {"rows": sum(p["numInputRows"] for p in batches), "seconds": at(last) + last["durationMs"]["triggerExecution"] / 1000 - at(batches[0]), "cpuSeconds": None if cpu is None else after - cpu}


rounds = [one_round() for _ in range(a.rounds)]
rows = rounds[-1]["rows"]
print_result(f"spark-{a.master}", VERSION, rounds, {"rows": rows, "groups": 0, "count": rows, "sum": 0, "peakRssMb": jvm_peak_rss_mb(spark)})
spark.stop()
