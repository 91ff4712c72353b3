"""W1 over an NDJSON file in Polars on one thread.

    polars_w1.py FILE [--rounds 3] [--columns pruned|all]

The number of threads is read when Polars is loaded: POLARS_MAX_THREADS, 1 unless set.
"""
import argparse, os

os.environ.setdefault("POLARS_MAX_THREADS", "1")
import polars as pl
from rounds import run_rounds

TYPES = {
    "evento_id": pl.String,
    "user_id": pl.String,
    "tipo": pl.String,
    "monto": pl.Float64,
    "timestamp": pl.String,  # the NDJSON reader has no ISO timestamps; parsed below with a fixed format
    "region": pl.String,
}
USED = ("tipo", "monto", "timestamp", "region")

ap = argparse.ArgumentParser()
ap.add_argument("file")
ap.add_argument("--rounds", type=int, default=3)
ap.add_argument("--columns", choices=["pruned", "all"], default="pruned")
a = ap.parse_args()

schema = {name: TYPES[name] for name in (USED if a.columns == "pruned" else TYPES)}
time = pl.col("timestamp").str.to_datetime("%Y-%m-%dT%H:%M:%S%.3fZ", time_unit="us")
w1 = (
    pl.scan_ndjson(a.file, schema=schema)
    .filter(pl.col("tipo").is_in(["compra", "devolucion"]))
    .group_by(time.dt.truncate("1m").alias("minute"), "region")
    .agg(pl.len().alias("n"), pl.col("monto").sum().alias("total"))
)
rows = pl.scan_ndjson(a.file, schema=schema).select(pl.len()).collect().item()


def work():
    groups = w1.collect()
    return {"rows": rows, "groups": groups.height, "count": groups["n"].sum(), "sum": groups["total"].sum()}


run_rounds(f"polars-{a.columns}", f"Polars {pl.__version__}", a.rounds, work)
