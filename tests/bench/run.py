#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Benchmarks, each compared with a named peer in the same run.

The benchmarks are: operations of the core (tests/bench/bench_core.c), `kexec-lineage show` as a whole process, reading
logs (tests/bench/bench_intake.py), a history with many boots compared with a short one (tests/bench/bench_store.py),
`triage` compared with plain SQL (tests/bench/bench_triage.py), `kexec-lineage load` compared with plain `kexec -l`
inside a guest, and the module (tests/bench/bench_module.py). Figures are medians; the ratio is the measured time
divided by the time of the peer.
"""
import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests/bench")]

import bench_intake  # noqa: E402
import bench_module  # noqa: E402
import bench_store  # noqa: E402
import bench_triage  # noqa: E402

PROCESS_RUNS = 300
LOAD_ROUNDS = 10

# Run `kexec` and `kexec-lineage load` in turn, in one kernel. /proc/uptime has a resolution of 10 ms, which is enough
# to measure loads of a whole kernel. Each line of output is "NAME START END".
LOAD_SCRIPT = f"""
now() {{ cut -d' ' -f1 /proc/uptime; }}
measure() {{
    name=$1; shift
    start=$(now)
    "$@" -l /kernels/TARGET --command-line="$line" || exit 1
    echo "$name $start $(now)"
    kexec FLAG -u
}}
line=$(cat /proc/cmdline)
i=0
while [ $i -lt {LOAD_ROUNDS} ]; do
    measure peer kexec FLAG
    measure ours kexec-lineage load FLAG
    i=$((i + 1))
done
"""


def seconds_of(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def print_row(name: str, ours: float, peer_name: str, peer: float) -> None:
    print(f"{name:34} {ours * 1e3:9.2f} ms   {peer_name:34} {peer * 1e3:9.2f} ms   ratio {ours / peer:5.2f}",
          flush=True)


def bench_core(build: Path) -> None:
    print("Operations of the core", flush=True)
    subprocess.run([str(build / "tests/bench/bench_core")], check=True)


def bench_show(stage: Path) -> None:
    """Compare `kexec-lineage show` with cat of the two files that `show` always reads."""
    library_folders = {str(path.parent) for path in stage.rglob("libkexec-lineage.so.*")}
    os.environ["LD_LIBRARY_PATH"] = ":".join(library_folders)
    ours = [str(stage / "usr/bin/kexec-lineage"), "show"]
    peer = ["cat", "/proc/cmdline", "/proc/sys/kernel/bootloader_type"]
    times: dict[str, list[float]] = {"ours": [], "peer": []}
    for _ in range(PROCESS_RUNS):  # in turn, so that other load affects both
        times["ours"].append(seconds_of(ours))
        times["peer"].append(seconds_of(peer))
    print("\nWhole processes")
    print_row("kexec-lineage show", statistics.median(times["ours"]), "cat of the two main files",
              statistics.median(times["peer"]))


def read_times(text: str) -> dict[str, float]:
    times: dict[str, list[float]] = {"ours": [], "peer": []}
    for line in text.splitlines():
        name, start, end = line.split()
        times[name].append(float(end) - float(start))
    return {name: statistics.median(values) for name, values in times.items()}


def bench_load(stage: Path) -> None:
    from lab import fetch, scenario

    first, second = fetch.for_role("first"), fetch.for_role("second")
    scripts = {f"load{flag}": LOAD_SCRIPT.replace("TARGET", second.id).replace("FLAG", flag) for flag in ("-s", "-c")}
    plan = scenario.Scenario("bench", first, [scenario.Hop(second, scenario.plain_load("-s -l"))], commands={},
                             first_commands=scripts)
    print(f"\nLoading {second.release} in a guest that runs {first.release}", flush=True)
    report = scenario.run(plan, stage)[0]
    for name, result in report.commands.items():
        if result.status:
            raise SystemExit(f"{name}: {result}")
        times = read_times(result.stdout)
        flag = name.removeprefix("load")
        print_row(f"kexec-lineage load {flag} -l", times["ours"], f"kexec {flag} -l", times["peer"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, required=True, help="build folder")
    parser.add_argument("--stage", type=Path, required=True, help="installation folder")
    arguments = parser.parse_args()
    steps: list[Callable[[], None]] = [
        lambda: bench_core(arguments.build),
        lambda: bench_show(arguments.stage),
        lambda: bench_intake.bench(arguments.stage / "usr/bin/kexec-lineage", print_row),
        lambda: bench_store.bench(arguments.stage / "usr/bin/kexec-lineage", print_row),
        lambda: bench_triage.bench(arguments.build),
        lambda: bench_load(arguments.stage),
        lambda: bench_module.bench(arguments.stage),
    ]
    for step in steps:
        step()


if __name__ == "__main__":
    main()
