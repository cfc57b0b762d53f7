#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Time and memory of triage by the number of boots, on SQLite and on ClickHouse.

usage: bench_triage.py BUILD [BOOTS...]   (default: 10000 1000000; 30000000 takes a quarter of an hour)
       bench_triage.py BUILD server BOOTS...   (only ClickHouse, with fleets of server_fleet.py: an hour for 100000000)

The peer is the sqlite3 shell, which counts boots and crashes by transition and signature from the raw rows. This script
first writes a fleet of tests/fleet to the store, with ids and chains as long as real ones, and also prints the speed of
writing. A store on a server is measured before and after its weeks are sealed. The CPU time is that of the client; a
server has its own, so its elapsed time counts.
"""
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "servers"))
import clickhouse  # noqa: E402
import server_fleet  # noqa: E402

RUNS = 3
PLAIN = """
SELECT signature, own.name, before.name, boots.boot, kexec_count, label, count(DISTINCT boots.id)
FROM crashes JOIN boots ON boots.id = crashes.boot JOIN releases AS own ON own.id = boots.release
JOIN releases AS before ON before.id = boots.previous GROUP BY 1, 2, 3, 4, 5, 6;
SELECT own.name, before.name, boot, kexec_count, label, count(*)
FROM boots JOIN releases AS own ON own.id = release JOIN releases AS before ON before.id = previous
GROUP BY 1, 2, 3, 4, 5;
"""


def peak_kib(pid: int) -> int:
    """Return the peak memory of a process in KiB, or 0 if it has ended. The value of wait4() would include this Python
    process."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0
    return max((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")), default=0)


@dataclass(order=True)
class Cost:
    """Elapsed time and CPU time in seconds, and peak memory in KiB."""
    elapsed: float
    cpu: float
    kib: int

    def __str__(self) -> str:
        return f"{self.elapsed:.3f} s | {self.cpu:.3f} s | {self.kib / 1024:.0f} MiB"


def cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(command: list[str], **options) -> Cost:
    start, cpu, kib = time.perf_counter(), cpu_s(), 0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, **options) as process:
        while process.poll() is None:
            kib = max(kib, peak_kib(process.pid))
            time.sleep(0.001)
    if process.returncode not in (0, 10):  # 10: triage found an association
        raise SystemExit(f"{command} failed: {process.returncode}")
    return Cost(time.perf_counter() - start, cpu_s() - cpu, kib)


def best(command: list[str], **options) -> Cost:
    return min(run(command, **options) for _ in range(RUNS))


def measure(build: Path, folder: Path, server: clickhouse.Server | None, boots: int) -> None:
    tool, fleet = str(build / "cli/kexec-lineage"), str(build / "tests/fleet/make_fleet")
    environment = {**os.environ, "LD_LIBRARY_PATH": str(build / "lib"), **clickhouse.Server.environment()}
    database = folder / f"{boots}.db"
    urls = {"SQLite": f"sqlite:{database}"} | ({"ClickHouse": server.url(f"fleet{boots}")} if server else {})
    for name, url in urls.items():
        written = run([fleet, url, "both", str(boots), "0.002", "30", "1", "real"], env=environment)
        cost = best([tool, "--json", "triage", f"--store={url}"], env=environment)
        print(f"| {boots:,} | {name} | {boots / written.elapsed:,.0f}/s | {cost} |", flush=True)
        if name == "ClickHouse":
            sealed = run([tool, "seal", "--all", f"--store={url}"], env=environment)
            cost = best([tool, "--json", "triage", f"--store={url}"], env=environment)
            print(f"| {boots:,} | ClickHouse, sealed in {sealed.elapsed:.1f} s | | {cost} |", flush=True)
    print(f"| {boots:,} | SQLite, bytes per boot | {database.stat().st_size / boots:.0f} | | | |", flush=True)
    cost = best(["sqlite3", "-batch", str(database), PLAIN], env=environment)
    print(f"| {boots:,} | plain SQL, sqlite3 shell | | {cost} |", flush=True)
    database.unlink()


def server_cpu_s(server: clickhouse.Server) -> float:
    fields = Path(f"/proc/{server.process.pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure_server(build: Path, server: clickhouse.Server, boots: int) -> None:
    database = f"fleet{boots}"
    tool, url = str(build / "cli/kexec-lineage"), server.url(database)
    environment = {**os.environ, "LD_LIBRARY_PATH": str(build / "lib"), **clickhouse.Server.environment()}
    subprocess.run([tool, "ingest", f"--store={url}", "/dev/null"], env=environment, stderr=subprocess.DEVNULL,
                   check=False)  # creates the tables; there is nothing to ingest
    start = time.perf_counter()
    server_fleet.make(server, database, boots)
    made = time.perf_counter() - start
    sealed = run([tool, "seal", "--all", f"--store={url}"], env=environment)
    runs = []
    for _ in range(RUNS):
        before = server_cpu_s(server)
        cost = run([tool, "--json", "triage", f"--store={url}"], env=environment)
        runs.append((server_cpu_s(server) - before, cost))
    server_s, cost = min(runs)
    [[rows, sums]] = server.ask(f"SELECT sumIf(bytes_on_disk, table IN ('boot_rows', 'crash_rows')), sumIf(bytes_on_disk,"
                                f" table LIKE '%_sums') FROM system.parts WHERE active AND database = '{database}'")
    print(f"| {boots:,} | {boots / made:,.0f}/s | {sealed.elapsed:.0f} s | {server_s:.2f} s | {cost} | {int(rows) / boots:.0f} | "
          f"{int(sums) / boots:.0f} |", flush=True)


def bench_server(build: Path, *boots: int) -> None:
    print("\nTriage of a sealed fleet on ClickHouse\n| boots | made by the server | sealed in | CPU of the server | triage "
          "| CPU of the client | memory | bytes per boot | of sums |\n|---|---|---|---|---|---|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR", "/var/tmp")) as scratch:
        server = clickhouse.Server(Path(scratch) / "server")
        server.settings.update({"max_threads": "2", "max_memory_usage": "10000000000"})
        server.start()
        try:
            for number in boots:
                measure_server(build.resolve(), server, number)
        finally:
            server.stop()


def bench(build: Path, *boots: int) -> None:
    print("\nTriage of a fleet, on either store\n| boots | store | written | triage | CPU | memory |\n"
          "|---|---|---|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR", "/var/tmp")) as scratch:
        try:
            server = clickhouse.Server(Path(scratch) / "server").start()
        except clickhouse.Unavailable as error:
            print(f"without ClickHouse: {error}")
            server = None
        for number in boots or (10_000, 1_000_000):
            measure(build.resolve(), Path(scratch), server, number)
        if server:
            server.stop()


if __name__ == "__main__":
    if sys.argv[2:3] == ["server"]:
        bench_server(Path(sys.argv[1]), *map(int, sys.argv[3:]))
    else:
        bench(Path(sys.argv[1]), *map(int, sys.argv[2:]))
