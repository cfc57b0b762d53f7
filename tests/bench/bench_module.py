# SPDX-License-Identifier: GPL-2.0-or-later
"""Measure the cost of the module: the time of a load with and without the module, its size, and the time of its init.

Everything runs in a guest; each pair of figures is measured in one run.
"""

from __future__ import annotations

import json
import re
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests/vm")]

from kernels import program, small_image  # noqa: E402
from lab import cache, cases, fetch, module, scenario  # noqa: E402
from lab.cache import Kernel  # noqa: E402
from lab.scenario import Hop, Report, Scenario  # noqa: E402

ROUNDS = 7
LOADS = {"/small": 100, "/kernels/TARGET": 4}  # loads per round; /proc/uptime has a resolution of 10 ms

# Alternate between kexec loads with and without the module, so that other work on the machine affects both.
COMPARE = f"""
now() {{ cut -d' ' -f1 /proc/uptime; }}
measure() {{
    # Loading or unloading the module patches code. Load a kernel once before measuring, so that an
    # emulated CPU has translated this code again.
    kexec_loop $1 "console=ttyS0 panic=-1" 1 > /dev/null || exit 1
    start=$(now)
    kexec_loop $1 "console=ttyS0 panic=-1" $2 > /dev/null || exit 1
    echo "$3 $start $(now)"
}}
i=0
while [ $i -lt {ROUNDS} ]; do
    measure $image $count with
    rmmod kexec_lineage || exit 1
    measure $image $count without
    modprobe kexec_lineage || exit 1
    i=$((i + 1))
done
"""
# With the function tracer, which the kernels of distributions have, probes at the start of a function use ftrace.
TRACED = ("built-7.3-traced-builtin", "built-7.3-traced")
# Built in, the module has two initcalls.
OURS = ("kexec_lineage_init", "lineage_start_early", "lineage_start")
INITCALLS = f"dmesg | grep -E 'initcall (kho_init|{'|'.join(OURS)})'"


def bench_loads(kernel: Kernel, target: Kernel, stage: Path) -> None:
    images = {image.replace("TARGET", target.id): count for image, count in LOADS.items()}
    commands = {f"loads-{number}": f"image={image} count={count}\n{COMPARE}"
                for number, (image, count) in enumerate(images.items())}
    files = {"/small": small_image(target), "/bin/kexec_loop": program("kexec_loop")}
    hop = Hop(target, scenario.plain_load("-s -l"))
    plan = Scenario("bench", kernel, [hop], commands={}, first_commands=commands, files=files, module=True,
                    silence_s=600)
    report = scenario.run(plan, stage)[0]
    names = {"/small": "a truncated image of 128 KiB", f"/kernels/{target.id}": target.release}
    for (image, count), result in zip(images.items(), report.commands.values()):
        if result.status:
            raise SystemExit(f"bench of loads: {result}")
        times = read_times(result.stdout, count)
        ours, peer = times["with"], times["without"]
        print(f"  kexec_file_load, {names[image]:34} with {ours:8.2f} ms   without {peer:8.2f} ms   "
              f"ratio {ours / peer:5.2f}", flush=True)


def read_times(text: str, count: int) -> dict[str, float]:
    """Return the milliseconds for one load and unload: the median of the rounds."""
    times: dict[str, list[float]] = {"with": [], "without": []}
    for line in text.splitlines():
        name, start, end = line.split()
        times[name].append((float(end) - float(start)) * 1000 / count)
    return {name: statistics.median(values) for name, values in times.items()}


def bench_size(kernel: Kernel) -> None:
    columns = subprocess.run(["size", module.built(kernel)], check=True, capture_output=True, text=True).stdout
    text, data, bss = columns.splitlines()[1].split()[:3]
    print(f"  {kernel.release:34} text {text}, data {data}, bss {bss} bytes", flush=True)


def initcalls(report: Report) -> dict[str, int]:
    """Return the microseconds of each initcall, by name."""
    line = r"initcall (\w+)\+\S+(?: \[\w+\])? returned 0 after (\d+) usecs"
    found = re.findall(line, report.commands["initcalls"].stdout)
    return {name: int(microseconds) for name, microseconds in found}


def bench_init(kernel: Kernel, stage: Path) -> None:
    cmdline = f"{scenario.CMDLINE} kho=on initcall_debug"
    plan = Scenario("bench", kernel, [], commands={"initcalls": INITCALLS}, cmdline=cmdline, module=True)
    runs = [initcalls(scenario.run(plan, stage)[0]) for _ in range(ROUNDS)]
    ours = statistics.median(sum(run.get(name, 0) for name in OURS) for run in runs)
    peer = statistics.median(run["kho_init"] for run in runs)
    print(f"  {kernel.release:34} kexec_lineage {ours} us   kho_init {peer} us   ratio {ours / peer:5.2f}",
          flush=True)


def boot_times(kernels: list[Kernel], counts_instructions: bool = False) -> dict[str, float]:
    """Return the median milliseconds from the start of each kernel to the start of init, with KHO on. The kernels boot
    in turn."""
    cmdline = f"{scenario.CMDLINE} kho=on"
    times: dict[str, list[float]] = {kernel.release: [] for kernel in kernels}
    for _ in range(ROUNDS):
        for kernel in kernels:
            plan = Scenario("bench", kernel, [], commands={"init": "dmesg | grep ' as init process'"}, cmdline=cmdline,
                            counts_instructions=counts_instructions)
            report = scenario.run(plan, None)[0]
            line = re.match(r"\[ *(\d+\.\d+)\] Run ", report.commands["init"].stdout)
            times[kernel.release].append(float(line[1]) * 1000)
    return {release: statistics.median(values) for release, values in times.items()}


def bench_boot(with_us: Kernel, without: Kernel) -> None:
    """Compare the boots of two kernels: by the time of the host, and by instructions, which other load does not change.

    An emulated CPU needs more time for code that it runs for the first time; counted instructions show what the code
    itself adds, and for how long the kernel waits.
    """
    for name, counts_instructions in (("time", False), ("instructions", True)):
        times = boot_times([with_us, without], counts_instructions)
        ours, peer = times[with_us.release], times[without.release]
        print(f"  boot to init, {name:12}  {with_us.id} {ours:.1f} ms   {without.id} {peer:.1f} ms   "
              f"ratio {ours / peer:6.3f}", flush=True)


def pages(kernel: Kernel, stage: Path) -> tuple[int, int]:
    """Return how many pages the module hands over to the next kernel, and how many the kernel's own metadata takes."""
    hop = Hop(kernel, scenario.plain_load("-s -l"))
    commands = {"fdt": "kexec-lineage --json inspect /sys/kernel/debug/kho/in/fdt"}
    cmdline = f"{scenario.CMDLINE} kho=on"
    last = scenario.run(Scenario("bench", kernel, [hop], commands=commands, cmdline=cmdline, module=True), stage)[-1]
    fdt = json.loads(last.commands["fdt"].stdout)
    found = {tree["name"]: {tree["address"] >> 12, (tree["address"] + tree["size"] - 1) >> 12}
             for tree in fdt["subtrees"]}
    return len(found["kexec-lineage"]), len(found["kexec-metadata"])


def bench_handover(built: Kernel, stage: Path) -> None:
    ours, peer = pages(built, stage)
    print(f"  pages handed over      kexec-lineage {ours}   kexec-metadata {peer}   ratio {ours / peer:5.2f}",
          flush=True)


def on_request(*ids: str) -> list[Kernel]:
    """Return kernels that only this benchmark builds, or report why they are not available and return []."""
    try:
        return [fetch.get(kernel_id) for kernel_id in ids]
    except cache.KernelUnavailable as error:
        print(f"  {', '.join(ids)}: not available: {error}")
        return []


def bench(stage: Path) -> None:
    first, second = fetch.for_role("first"), fetch.for_role("second")
    built, builtin = cases.optional("built"), cases.optional("builtin")
    for kernel in filter(None, (first, second, built)):
        print(f"\nLoads in {kernel.release}")
        bench_loads(kernel, first, stage)
    print("\nThe module's size")
    for kernel in filter(None, (first, second, built)):
        bench_size(kernel)
    print("\nTime of init (the time of a module includes setting probes in a running kernel)")
    for kernel in filter(None, (built, builtin)):
        bench_init(kernel, stage)
    print("\nBoot of a kernel with kexec-lineage built in, kho=on, compared with the same kernel without it")
    pairs = [[kernel for kernel in (builtin, built) if kernel], on_request(*TRACED)]
    for pair in pairs:
        if len(pair) == 2:
            bench_boot(*pair)
    if built:
        print("\nCost of kexec-lineage in Kexec HandOver, compared with that of the kernel's own kexec-metadata")
        bench_handover(built, stage)
