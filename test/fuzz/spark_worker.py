"""Answers scenarios with what Spark makes of them, by the recorder's own functions: a JSON line in, a JSON line out."""
import contextlib, io, json, sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "fixtures" / "conformance"))
import record
from pyspark import cloudpickle

# The processes that run users' functions do not find this module: functions of it go to them as they are.
cloudpickle.register_pickle_by_value(record)

spark = record.session()
print(json.dumps({"spark": spark.version}), flush=True)
for line in sys.stdin:
    scenario = json.loads(line)
    # What the recorder tells of failures goes to stderr.
    with contextlib.redirect_stdout(sys.stderr):
        got = record.run_scenario(spark, scenario)
    print(json.dumps({"expect": got, "recordedWith": f"Apache Spark {spark.version}"}), flush=True)
spark.stop()
