"""The first job of a Spark user, run to its end: Kafka, from_json, count by region. The harness holds the watch: from the start of this
process until the checkpoint has the commit of batch 0.

    spark_startup.py --bootstrap HOST:PORT --topic NAME --jars FOLDER --checkpoint FOLDER [--master local[2]]
"""
import argparse, json
from pyspark.sql import functions as F
from spark_session import spark_session

ap = argparse.ArgumentParser()
ap.add_argument("--bootstrap", required=True)
ap.add_argument("--topic", required=True)
ap.add_argument("--jars", required=True)
ap.add_argument("--checkpoint", required=True)
ap.add_argument("--master", default="local[2]")
a = ap.parse_args()

spark = spark_session(a.master, a.jars)
events = (
    spark.readStream.format("kafka")
    .option("kafka.bootstrap.servers", a.bootstrap)
    .option("subscribe", a.topic)
    .option("startingOffsets", "earliest")
    .load()
    .select(F.from_json(F.col("value").cast("string"), "tipo STRING, monto DOUBLE, region STRING").alias("e"))
    .select("e.*")
)
totals = events.where(F.col("tipo").isin("compra", "devolucion")).groupBy("region").agg(F.count("*").alias("n"), F.sum("monto").alias("total"))
query = totals.writeStream.format("noop").outputMode("update").trigger(availableNow=True).option("checkpointLocation", a.checkpoint).start()
query.awaitTermination()
print(json.dumps({"rows": sum(p["numInputRows"] for p in query.recentProgress)}), flush=True)
spark.stop()
