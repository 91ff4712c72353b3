"""W1 over an NDJSON file in DuckDB on one thread.

    duckdb_w1.py FILE [--rounds 3] [--columns pruned|all] [--threads 1]

`pruned` declares the four columns that W1 uses, `all` the six of the events (DuckDB drops the two by itself).
"""
import argparse
import duckdb
from rounds import run_rounds

TYPES = {
    "evento_id": "VARCHAR",
    "user_id": "VARCHAR",
    "tipo": "VARCHAR",
    "monto": "DOUBLE",
    "timestamp": "TIMESTAMP",
    "region": "VARCHAR",
}
USED = ("tipo", "monto", "timestamp", "region")

ap = argparse.ArgumentParser()
ap.add_argument("file")
ap.add_argument("--rounds", type=int, default=3)
ap.add_argument("--columns", choices=["pruned", "all"], default="pruned")
ap.add_argument("--threads", type=int, default=1)
a = ap.parse_args()

db = duckdb.connect()
db.execute(f"SET threads={a.threads}")
columns = {name: TYPES[name] for name in (USED if a.columns == "pruned" else TYPES)}
source = f"read_json(?, format='newline_delimited', columns={columns})"
w1 = f"""
    SELECT date_trunc('minute', "timestamp") AS minute, region, count(*) AS n, sum(monto) AS total
    FROM {source} WHERE tipo IN ('compra', 'devolucion') GROUP BY ALL
"""
rows = db.execute(f"SELECT count(*) FROM {source}", [a.file]).fetchone()[0]


def work():
    groups = db.execute(w1, [a.file]).fetchall()
    return {"rows": rows, "groups": len(groups), "count": sum(g[2] for g in groups), "sum": sum(g[3] for g in groups)}


run_rounds(f"duckdb-{a.columns}", f"DuckDB {duckdb.__version__}", a.rounds, work)
