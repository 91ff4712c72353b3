"""The same in DuckDB on one thread.

    duckdb_parquet.py write|read FILE [--rows 1000000] [--rounds 3]

`write` copies a table that is in memory to a file; `read` brings all six columns into NumPy arrays, texts as Python objects.
"""
import argparse
import os
import duckdb
from rounds import run_rounds

ap = argparse.ArgumentParser()
ap.add_argument("what", choices=["write", "read"])
ap.add_argument("file")
ap.add_argument("--rows", type=int, default=1_000_000)
ap.add_argument("--rounds", type=int, default=3)
a = ap.parse_args()

db = duckdb.connect()
db.execute("SET threads=1")
if a.what == "write":
    db.execute(f"""CREATE TABLE t AS SELECT i AS id, 'sensor-' || (hash(i) % 5000)::VARCHAR AS sensor, (hash(i) % 2000000000)::DOUBLE / 7 AS value,
        make_timestamp(1700000000000000 + i * 1000) AS at, hash(i) % 2 = 1 AS ok, (hash(i) % 1000)::INTEGER AS level FROM range({a.rows}) r(i)""")


def work():
    if a.what == "write":
        target = a.file + ".duckdb"
        db.execute(f"COPY t TO '{target}' (FORMAT parquet, COMPRESSION snappy)")
        return {"rows": a.rows, "groups": 6, "count": a.rows, "sum": os.path.getsize(target)}
    found = db.execute("SELECT * FROM read_parquet(?)", [a.file]).fetchnumpy()
    return {"rows": a.rows, "groups": 6, "count": len(found["sensor"]), "sum": int(found["level"].sum())}


run_rounds(f"duckdb", f"duckdb {duckdb.__version__}", a.rounds, work)
