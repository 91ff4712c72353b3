"""What every Python peer prints: its rounds, the first apart from the others, as one line of JSON."""
import json, resource, statistics, sys, time


def peak_rss_mb():
    """Highest resident memory of this process so far (ru_maxrss is in KiB on Linux and in bytes on macOS)."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1 << 20 if sys.platform == "darwin" else 1024), 1)


def run_rounds(program, version, rounds, work, before=lambda: None):
    """Calls `work` once per round, on the clock and on this process's CPU time, after `before`. `work` returns {rows, groups, count, sum}."""
    measured, last = [], None
    for _ in range(rounds):
        before()
        wall, cpu = time.perf_counter(), time.process_time()
        got = work()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        measured.append({"rows": got["rows"], "seconds": wall, "cpuSeconds": cpu})
        if last is not None and (got["groups"], got["count"]) != (last["groups"], last["count"]):
            sys.exit(f"{program}: two rounds gave different results: {last} and {got}")
        last = got
    print_result(program, version, measured, {**last, "peakRssMb": peak_rss_mb()})


def print_result(program, version, rounds, result):
    """Prints the result line. The first round is cold; the figures named without a word are the median of the others."""
    warm = rounds[1:] or rounds
    rate = lambda r: r["rows"] / r["seconds"]
    cpu = [r["cpuSeconds"] / r["rows"] * 1e9 for r in warm if r.get("cpuSeconds") is not None]
    line = {
        "program": program,
        "version": version,
        **result,
        "rowsPerSecond": round(statistics.median(map(rate, warm))),
        "coldRowsPerSecond": round(rate(rounds[0])),
        "cpuNsPerRow": round(statistics.median(cpu), 1) if cpu else None,
        "rounds": rounds,
    }
    print(json.dumps(line), flush=True)
