/** flatMapGroupsWithState in Spark local[2], in the JVM: the same stream as the workload group-state of bench/ours/state.ts. One argument: the scale. */
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapGroupsWithStateFunction;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.GroupState;
import org.apache.spark.sql.streaming.GroupStateTimeout;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryProgress;
import org.apache.spark.sql.streaming.Trigger;
import scala.Tuple2;
import scala.Tuple3;

public class SparkGroupState {
  private static final int WANTED = 20;

  public static void main(String[] args) throws Exception {
    double scale = Double.parseDouble(args[0]);
    long users = Math.round(50_000 * scale), drift = Math.round(500_000 * scale);
    SparkSession spark = SparkSession.builder().master("local[2]").appName("bench").config("spark.ui.enabled", "false").config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.session.timeZone", "UTC").config("spark.sql.streaming.numRecentProgressUpdates", "1000").getOrCreate();
    spark.sparkContext().setLogLevel("OFF");
    Dataset<Row> rows = spark.readStream().format("rate-micro-batch").option("rowsPerBatch", users).option("numPartitions", 2).option("startTimestamp", 1767225600000L)
        .option("advanceMillisPerBatch", 60_000).load()
        .selectExpr("value", "value * 7919 % " + users + " + " + users + " * (value div " + drift + ") AS k", "timestamp").withWatermark("timestamp", "3 minutes").select("value", "k");
    FlatMapGroupsWithStateFunction<Long, Tuple2<Long, Long>, Tuple2<Long, Long>, Tuple3<Long, Long, Long>> count = (key, values, state) -> update(key, values, state);
    Dataset<Tuple3<Long, Long, Long>> counted = rows.as(Encoders.tuple(Encoders.LONG(), Encoders.LONG()))
        .groupByKey((MapFunction<Tuple2<Long, Long>, Long>) row -> row._2(), Encoders.LONG())
        .flatMapGroupsWithState(count, OutputMode.Update(), Encoders.tuple(Encoders.LONG(), Encoders.LONG()), Encoders.tuple(Encoders.LONG(), Encoders.LONG(), Encoders.LONG()), GroupStateTimeout.NoTimeout());
    Path checkpoint = Files.createTempDirectory("bench-state-");
    StreamingQuery query = counted.writeStream().format("noop").outputMode("update").trigger(Trigger.ProcessingTime(0)).option("checkpointLocation", checkpoint.toString()).start();
    List<StreamingQueryProgress> done = withRows(query);
    while (query.isActive() && done.size() < WANTED) {
      Thread.sleep(100);
      done = withRows(query);
    }
    query.stop();
    if (done.size() < WANTED) throw new IllegalStateException("only " + done.size() + " batches", query.exception().isDefined() ? query.exception().get() : null);
    done = done.subList(0, WANTED);
    try (var paths = Files.walk(checkpoint)) {
      paths.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
    }
    StreamingQueryProgress first = done.get(0), last = done.get(WANTED - 1);
    long input = done.stream().mapToLong(StreamingQueryProgress::numInputRows).sum(), out = done.stream().mapToLong(p -> p.sink().numOutputRows()).sum();
    long updated = done.stream().mapToLong(p -> p.stateOperators()[0].numRowsUpdated()).sum(), held = last.stateOperators()[0].numRowsTotal();
    double seconds = (Instant.parse(last.timestamp()).toEpochMilli() + last.durationMs().get("triggerExecution") - Instant.parse(first.timestamp()).toEpochMilli()) / 1000.0;
    double cpu = ProcessHandle.current().info().totalCpuDuration().map(d -> d.toMillis() / 1000.0).orElse(0.0);
    System.out.println(String.format(java.util.Locale.ROOT,
        "{\"program\": \"spark-local[2]\", \"version\": \"Spark %s\", \"rows\": %d, \"groups\": %d, \"count\": %d, \"sum\": %d, \"rowsPerSecond\": %d, \"cpuNsPerRow\": %.1f, \"batchMs\": %.1f, \"commitMs\": %.1f, \"bytesPerKey\": %.1f}",
        spark.version(), input, held, out, updated, Math.round(input / seconds), cpu * 1e9 / input, median(done, p -> p.durationMs().get("triggerExecution")),
        median(done, p -> p.stateOperators()[0].commitTimeMs()), (double) last.stateOperators()[0].memoryUsedBytes() / held));
    spark.stop();
  }

  private static Iterator<Tuple3<Long, Long, Long>> update(Long key, Iterator<Tuple2<Long, Long>> values, GroupState<Tuple2<Long, Long>> state) {
    long n = state.exists() ? state.get()._1() : 0, total = state.exists() ? state.get()._2() : 0;
    while (values.hasNext()) {
      n++;
      total += values.next()._1();
    }
    state.update(new Tuple2<>(n, total));
    return List.of(new Tuple3<>(key, n, total)).iterator();
  }

  private static List<StreamingQueryProgress> withRows(StreamingQuery query) {
    return new ArrayList<>(Arrays.stream(query.recentProgress()).filter(p -> p.numInputRows() > 0).toList());
  }

  private static double median(List<StreamingQueryProgress> done, java.util.function.ToLongFunction<StreamingQueryProgress> pick) {
    long[] sorted = done.stream().mapToLong(pick).sorted().toArray();
    return sorted.length % 2 == 1 ? sorted[sorted.length / 2] : (sorted[sorted.length / 2 - 1] + sorted[sorted.length / 2]) / 2.0;
  }
}
