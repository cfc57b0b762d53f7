#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Time of triage on a server with sealed fleets, compared with an older version of this project.

usage: bench_report.py ENGINE OTHER_BUILD BUILD BOOTS...

ENGINE is one of tests/servers/clickhouse.py. Each version makes and seals a store of the same fleet (server_fleet.py)
with its own schema, and both read them in turn, so that other load affects both. The table shows the least time of RUNS
runs: elapsed, and the CPU time of the server and of the client. The reports must be equal; numbers that are not
integers may differ by 0.1 %, since versions approximate p-values in different ways.
"""
import json
import math
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import bench_triage
import server_fleet

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "servers"))
import clickhouse  # noqa: E402

RUNS = 5


def triage(build: Path, url: str) -> list[str]:
    return [str(build / "cli/kexec-lineage-fleet"), "--json", "triage", f"--store={url}"]


def make(build: Path, server: clickhouse.Server, database: str, boots: int) -> str:
    """Make and seal a fleet. Return the URL of its store."""
    url = server.url(database)
    command = [build / "cli/kexec-lineage-fleet", "ingest", f"--store={url}", "/dev/null"]
    environment = {**os.environ, **clickhouse.Server.environment()}
    subprocess.run(command, env=environment, stderr=subprocess.DEVNULL, check=False)  # creates the tables
    server_fleet.make(server, database, boots)
    subprocess.run([command[0], "seal", "--all", f"--store={url}"], env=environment, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, check=True)
    return url


def report_of(build: Path, url: str) -> dict[str, object]:
    """Return the report without its time and its store."""
    environment = {**os.environ, **clickhouse.Server.environment()}
    text = subprocess.run(triage(build, url), env=environment, stdout=subprocess.PIPE, text=True, check=False).stdout
    return {key: value for key, value in json.loads(text).items() if key not in ("time", "store")}


def are_equal(left: object, right: object) -> bool:
    """Compare two values of JSON."""
    if isinstance(left, float) and isinstance(right, float):
        return math.isclose(left, right, rel_tol=1e-3)
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(are_equal(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(are_equal, left, right))
    return type(left) is type(right) and left == right


def measure(build: Path, server: clickhouse.Server, url: str) -> tuple[float, float, float]:
    """Return the elapsed time, and the CPU seconds of the server and of the client."""
    environment = {**os.environ, **clickhouse.Server.environment()}
    before = bench_triage.server_cpu_s(server)
    cost = bench_triage.run(triage(build, url), env=environment)
    return cost.elapsed, bench_triage.server_cpu_s(server) - before, cost.cpu


def compare(server: clickhouse.Server, boots: int, other: Path, build: Path) -> None:
    """Print a row of the table."""
    stores = [(version, make(version, server, f"{name}{boots}", boots))
              for name, version in (("other", other), ("this", build))]
    before, after = [report_of(*store) for store in stores]
    if not are_equal(before, after):
        raise SystemExit(f"the reports of {boots} boots differ")
    runs = [[measure(version, server, url) for version, url in stores] for _ in range(RUNS)]
    best = [min(column) for version in zip(*runs) for column in zip(*version)]
    print(f"| {boots:,} | " + " | ".join(f"{value:.2f} s" for value in best) + " |", flush=True)


def main(engine: str, other: Path, build: Path, *sizes: int) -> None:
    print("| boots | other version: elapsed | server | client | this version: elapsed | server | client |\n"
          "|---|---|---|---|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR", "/var/tmp")) as scratch:
        server = clickhouse.ENGINES[engine](Path(scratch) / "server")
        server.settings.update({"max_threads": "2", "max_memory_usage": "10000000000"})
        server.start()
        try:
            for boots in sizes:
                compare(server, boots, other, build)
        finally:
            server.stop()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]).resolve(), Path(sys.argv[3]).resolve(), *map(int, sys.argv[4:]))
