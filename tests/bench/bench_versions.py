#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Cost of reading logs and of writing stores, compared with another version of this project.

usage: bench_versions.py OTHER_BUILD BUILD [MEGABYTES [BOOTS]]   (default: 200 MB, 100000 boots)

Both build folders need -Dtests=true. Both versions run in turn, so that other load affects both. Logs and SQLite are
measured in CPU seconds of the program, ClickHouse in wall seconds, because the server does most of the work. Each
figure is the best of RUNS runs.
"""
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/bench"), str(ROOT / "tests/servers")]

import bench_intake  # noqa: E402
import clickhouse  # noqa: E402

RUNS = 3
REAL_BOOTS = 2_000
DATED_BOOTS = 10_000
DATED_START = 1_764_547_200
ENVIRONMENT = {**os.environ, **clickhouse.Server.environment()}


def cpu_s(command: list[str]) -> float:
    """Return the CPU seconds of a command."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def wall_s(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT)
    return time.perf_counter() - start


def compare(name: str, amount: float, unit: str, measure: Callable[[int, int], float]) -> None:
    """Print the rates of both versions. measure(version, run) returns seconds; version 0 is OTHER_BUILD."""
    best = [float("inf"), float("inf")]
    for run in range(RUNS):
        for version in (0, 1):
            best[version] = min(best[version], measure(version, run))
    print(f"| {name} | {amount / best[0]:,.0f} {unit} | {amount / best[1]:,.0f} {unit} | {best[1] / best[0]:.2f} |",
          flush=True)


def write_crashes(path: Path, size: int, has_times: bool) -> None:
    """Write a log that contains only crash reports."""
    fixtures = sorted(bench_intake.CRASHES.glob("*.log"))
    if has_times:
        text = b"".join(log.read_bytes() for log in fixtures)
    else:
        text = "".join(line + "\n" for lines in bench_intake.crashes() for line in lines).encode()
    bench_intake.write_repeated(path, text, size)


def compare_logs(tools: list[str], folder: Path, size: int) -> None:
    path = folder / "log"

    def measure(version: int, _: int) -> float:
        return cpu_s([tools[version], "ingest", "--json", str(path)])

    bench_intake.BLOCK_SIZE = size
    bench_intake.write_block(path, bench_intake.crashes())
    compare("ingest, quiet log", size / 1e6, "MB/s", measure)
    for has_times in (True, False):
        write_crashes(path, size // 2, has_times)
        compare(f"ingest, crashes only, {'with' if has_times else 'without'} times", path.stat().st_size / 1e6, "MB/s",
                measure)
    path.unlink()


def compare_stores(builds: list[Path], folder: Path, boots: int) -> None:
    fleets = [str(build / "tests/fleet/make_fleet") for build in builds]
    arguments = ["both", str(boots), "0.002", "30"]

    def sqlite(version: int, run: int) -> float:
        path = folder / f"{version}-{run}.db"
        spent = cpu_s([fleets[version], f"sqlite:{path}", *arguments])
        path.unlink()
        return spent

    compare("rows into SQLite", boots, "boots/s", sqlite)
    try:
        server = clickhouse.Server(folder / "server").start()
    except clickhouse.Unavailable as error:
        print(f"without ClickHouse: {error}")
        return
    compare("rows into ClickHouse", boots, "boots/s",
            lambda version, run: wall_s([fleets[version], server.url(f"fleet{version}x{run}"), *arguments]))
    server.stop()


def real_boots(boots: int, has_ids: bool) -> Iterator[list[str]]:
    """Yield the lines of the boots of one host, with boot ids and chains of real length."""
    rng, release = random.Random(1), "6.12.{}+deb12-cloud-amd64"
    for number in range(boots):
        count, boot_id = number % 12, uuid.UUID(int=rng.getrandbits(128), version=4)
        own = release.format(number % 40)
        lines = [f"Linux version {own} (debian-kernel@lists.debian.org) (gcc-12) #1 SMP PREEMPT_DYNAMIC Debian {own}",
                 f"Command line: BOOT_IMAGE=/vmlinuz root=UUID={boot_id} ro quiet",
                 "DMI: QEMU Standard PC (i440FX + PIIX, 1996), BIOS 1.16.2-debian-1.16.2-1 04/01/2014"]
        if has_ids:
            lines += [f"kexec_lineage: boot {boot_id}"]
        if count:
            before = [release.format((number - hop) % 40) for hop in range(1, count + 1)]
            lines += [f"kexec_lineage: exec from: {before[0]} (count {count})",
                      f"kexec_lineage: chain: {', '.join(before)}"]
        yield [f"[{at:5d}.{rng.randrange(10 ** 6):06d}] {line}\n" for at, line in enumerate(lines)]


def write_dated(path: Path, hosts: int, boots: int) -> None:
    """Write syslog files with dates and without boot ids, one for each host; a boot each ten hours."""
    path.mkdir()
    for host in range(hosts):
        with (path / f"host{host}.log").open("w", encoding="utf-8") as file:
            for number, lines in enumerate(real_boots(boots, has_ids=False)):
                start = time.gmtime(DATED_START + 36_000 * number + 61 * host)
                date = time.strftime("%Y-%m-%dT%H:%M:", start)
                file.writelines(f"{date}{at:02d}+00:00 host{host} kernel: {line}" for at, line in enumerate(lines))


def compare_dated(tools: list[str], folder: Path) -> None:
    """Read logs into SQLite: boots of many hosts, and as many boots of one host."""
    for hosts in (DATED_BOOTS // 40, 1):
        path = folder / f"dated{hosts}"
        write_dated(path, hosts, DATED_BOOTS // hosts)

        def measure(version: int, run: int) -> float:
            database = folder / f"dated{version}-{run}.db"
            spent = cpu_s([tools[version], "ingest", "--jobs=1", f"--store={database}", str(path)])
            database.unlink()
            return spent

        compare(f"dated logs into SQLite, {hosts} host{'s' if hosts > 1 else ''}", DATED_BOOTS, "boots/s", measure)


def compare_sizes(tools: list[str], folder: Path) -> None:
    path, sizes = folder / "console", []
    path.write_text("".join(line for lines in real_boots(REAL_BOOTS, has_ids=True) for line in lines),
                    encoding="utf-8")
    for number, tool in enumerate(tools):
        database = folder / f"size{number}.db"
        wall_s([tool, "ingest", f"--store={database}", "--host=web1", str(path)])
        subprocess.run(["sqlite3", str(database), "PRAGMA wal_checkpoint(TRUNCATE); VACUUM"], check=True,
                       stdout=subprocess.DEVNULL)
        boots = subprocess.run(["sqlite3", str(database), "SELECT count(*) FROM boots"], check=True, text=True,
                               capture_output=True).stdout
        assert int(boots) == REAL_BOOTS, boots
        sizes.append(database.stat().st_size / REAL_BOOTS)
    print(f"| SQLite, real ids and chains | {sizes[0]:.0f} bytes/boot | {sizes[1]:.0f} bytes/boot | "
          f"{sizes[1] / sizes[0]:.2f} |", flush=True)


def main() -> None:
    if len(sys.argv) not in (3, 4, 5):
        raise SystemExit(__doc__)
    builds = [Path(name).resolve() for name in sys.argv[1:3]]
    size = int(sys.argv[3]) * 1_000_000 if len(sys.argv) > 3 else 200_000_000
    boots = int(sys.argv[4]) if len(sys.argv) > 4 else 100_000
    tools = [str(build / "cli/kexec-lineage") for build in builds]
    print("| what | other version | this version | cost, this to other |\n|---|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR", "/var/tmp")) as scratch:
        compare_logs(tools, Path(scratch), size)
        compare_sizes(tools, Path(scratch))
        compare_dated(tools, Path(scratch))
        compare_stores(builds, Path(scratch), boots)


if __name__ == "__main__":
    main()
