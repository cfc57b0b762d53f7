#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""CPU time of triage on a server with sealed fleets, compared with another version of this project.

usage: bench_report.py OTHER_BUILD BUILD BOOTS...

Both versions read the same stores (server_fleet.py), in turn, so that other load affects both. The table shows the
least time of RUNS runs.
"""
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


def make(build: Path, server: clickhouse.Server, boots: int) -> str:
    """Make and seal a fleet. Return the URL of its store."""
    url = server.url(f"fleet{boots}")
    command = [build / "cli/kexec-lineage-fleet", "ingest", f"--store={url}", "/dev/null"]
    environment = {**os.environ, **clickhouse.Server.environment()}
    subprocess.run(command, env=environment, stderr=subprocess.DEVNULL, check=False)  # creates the tables
    server_fleet.make(server, f"fleet{boots}", boots)
    subprocess.run([command[0], "seal", "--all", f"--store={url}"], env=environment, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, check=True)
    return url


def measure(build: Path, server: clickhouse.Server, url: str) -> tuple[float, float]:
    """Return the CPU seconds of the server and of the client."""
    environment = {**os.environ, **clickhouse.Server.environment()}
    before = bench_triage.server_cpu_s(server)
    command = [str(build / "cli/kexec-lineage-fleet"), "--json", "triage", f"--store={url}"]
    cost = bench_triage.run(command, env=environment)
    return bench_triage.server_cpu_s(server) - before, cost.cpu


def main(other: Path, build: Path, *sizes: int) -> None:
    print("| boots | server, other version | client | server, this version | client |\n|---|---|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR", "/var/tmp")) as scratch:
        server = clickhouse.Server(Path(scratch) / "server")
        server.settings.update({"max_threads": "2", "max_memory_usage": "10000000000"})
        server.start()
        try:
            for boots in sizes:
                url = make(build, server, boots)
                runs = [[measure(version, server, url) for version in (other, build)] for _ in range(RUNS)]
                best = [min(column) for version in zip(*runs) for column in zip(*version)]
                print(f"| {boots:,} | " + " | ".join(f"{value:.2f} s" for value in best) + " |", flush=True)
        finally:
            server.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve(), *map(int, sys.argv[3:]))
