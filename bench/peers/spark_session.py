"""The Spark that the peers share: a local session, its JVM's CPU time and memory, and what a query's progress says."""
import logging, os, statistics, time
from pathlib import Path

os.environ.setdefault("TZ", "UTC")
time.tzset()
import pyspark
from pyspark.sql import SparkSession

VERSION = f"Spark {pyspark.__version__}"
TICKS = os.sysconf("SC_CLK_TCK")


def spark_session(master, jars=None, more={}):
    """Two shuffle partitions (Spark's 200 would only slow it down on two cores), no web page, UTC; `more` are further settings."""
    builder = (
        SparkSession.builder.master(master)
        .appName("bench")
        .config("spark.driver.memory", "2g")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.log.level", "ERROR")
    )
    if jars:
        builder = builder.config("spark.jars", ",".join(sorted(map(str, Path(jars).glob("*.jar")))))
    for name, value in more.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("OFF")
    logging.disable(logging.CRITICAL)
    return spark


def jvm_cpu_seconds(spark):
    """CPU time of Spark's JVM so far (all threads, child processes that it waited for left out), None where there is no /proc."""
    try:
        fields = Path(f"/proc/{jvm_pid(spark)}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS
    except OSError:
        return None


def jvm_peak_rss_mb(spark):
    """Highest resident memory of Spark's JVM, None where there is no /proc."""
    try:
        for line in Path(f"/proc/{jvm_pid(spark)}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return round(int(line.split()[1]) / 1024, 1)
    except OSError:
        pass
    return None


def jvm_pid(spark):
    # The launcher that PySpark starts replaces itself by the JVM.
    return spark.sparkContext._gateway.proc.pid


def durations(query, skip):
    """Median of every phase over the batches with rows, the first `skip` left out."""
    batches = [p for p in query.recentProgress if p["numInputRows"] > 0][skip:]
    phases = {k for p in batches for k in p["durationMs"]}
    return len(batches), {k: statistics.median(p["durationMs"].get(k, 0) for p in batches) for k in sorted(phases)}, batches
