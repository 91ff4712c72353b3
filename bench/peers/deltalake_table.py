"""MERGE in delta-rs, and any Delta table as delta-rs reads it: the independent reader of what the other programs wrote.

    deltalake_table.py merge FOLDER TABLE [--rounds 3]     FOLDER/changes into a copy of FOLDER/base, which TABLE is
    deltalake_table.py check TABLE
"""
import argparse, json, shutil
import deltalake
import pyarrow.compute as pc
import pyarrow.parquet as pq
from deltalake import DeltaTable
from rounds import run_rounds

ap = argparse.ArgumentParser()
ap.add_argument("what", choices=["merge", "check"])
ap.add_argument("paths", nargs="+")
ap.add_argument("--rounds", type=int, default=3)
a = ap.parse_args()
table = a.paths[-1]


def fresh():
    shutil.rmtree(table, ignore_errors=True)
    shutil.copytree(f"{a.paths[0]}/base", table)


def merge():
    source = pq.read_table(f"{a.paths[0]}/changes")
    merging = DeltaTable(table).merge(source, "s.id = t.id", source_alias="s", target_alias="t")
    done = merging.when_matched_update_all().when_not_matched_insert_all().execute()
    updated, inserted = done["num_target_rows_updated"], done["num_target_rows_inserted"]
    return {"rows": updated + inserted, "groups": updated, "count": inserted, "sum": 0}


if a.what == "merge":
    run_rounds("deltalake", f"deltalake {deltalake.__version__}", a.rounds, merge, fresh)
else:
    rows = DeltaTable(table).to_pyarrow_table()
    seen = pc.sum(pc.cast(rows["at"], "int64")).as_py() + pc.sum(rows["level"]).as_py() + pc.sum(rows["ok"]).as_py()
    totals = {"rows": rows.num_rows, "groups": pc.count_distinct(rows["sensor"]).as_py(), "count": pc.sum(rows["id"]).as_py() + seen, "sum": pc.sum(rows["value"]).as_py()}
    print(json.dumps({"program": "check", **totals}), flush=True)
