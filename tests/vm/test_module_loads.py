# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that every load is stamped once and nothing leaks, for many loads and any order of loads and module unloads.

The test module lineage_observer inspects the segments of each kexec_file_load().
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from kernels import COUNTERS, MATRIX, ROLES, check_modules, log_of, program, role, small_image, splats
from lab import scenario
from lab.cache import Kernel
from lab.cases import Cast
from lab.scenario import Hop, Report, Scenario

pytestmark = pytest.mark.vm

# Number of loads, and of unloads of the module. With KASAN and lockdep a load takes five times as long, so the debug
# kernel runs fewer of them unless KEXEC_LINEAGE_FULL=1. `make check-matrix` runs all of them on the other kernels.
FULL = (1000, 200)
# The number of cycles is not reduced: fewer leaks could not be distinguished from other allocations of the system.
SHORT = (300, 200)
DEBUG = (40, 16)


def amount(name: str) -> tuple[int, int]:
    if os.environ.get("KEXEC_LINEAGE_FULL"):
        return FULL
    if name == "debug":
        return DEBUG
    return FULL if MATRIX else SHORT


BIN = "modules=/modules/$(uname -r); module=/lib/modules/$(uname -r)/kexec_lineage.ko"
# Print the number of active objects of each cache. The leaks of a thousand loads are larger than other changes. Free
# objects in a CPU's own slab count as active (up to 511 for kmalloc-8). Therefore EXACT_SLABS switches on checks, which
# disable per-CPU slabs. The sleep waits for objects that are freed through RCU.
EXACT_SLABS = "slub_debug=F"
SLABS = """
sleep 15
awk 'NR > 2 { print $1, $2 }' /proc/slabinfo
"""
# If the kernel has kmemleak, use it instead of SLABS. Such a kernel also has KASAN, which keeps freed objects for a
# while and thus makes the counts useless.
NO_KMEMLEAK = 3
MEMLEAK = f"""
file=/sys/kernel/debug/kmemleak
[ -e $file ] || exit {NO_KMEMLEAK}
sleep 6
echo scan > $file || exit 4
sleep 1
echo scan > $file || exit 4
cat $file
"""

MANY_LOADS = f"""
{BIN}
insmod $modules/lineage_observer.ko || exit 1
kexec_loop /small "console=ttyS0 kexec_lineage.stamp=old" LOADS
"""

# Loads run in a background loop. The main loop makes marked loads while the module is loaded.
COMING_AND_GOING = f"""
{BIN}
kexec_loop /small beside /tmp/stop > /tmp/beside &
i=0
while [ $i -lt CYCLES ]; do
    tries=0
    until rmmod kexec_lineage 2> /dev/null; do
        tries=$((tries + 1))
        [ $tries -lt 500 ] || exit 2
    done
    insmod $module || exit 1
    kexec_loop /small marked 1 > /dev/null || exit 1
    i=$((i + 1))
done
touch /tmp/stop
wait
echo "beside $(cat /tmp/beside)"
"""

# Two concurrent loaders, one of them without a command line; the kernel runs one load at a time.
TWO_AT_ONCE = """
kexec_loop /small "" /tmp/stop-2 > /tmp/without &
kexec_loop /small "one more" CYCLES || exit 1
touch /tmp/stop-2
wait
cat /tmp/without
"""


# Each kernel runs in one VM, so all tests of a kernel must run in the same pytest worker. `make check` tests the kernel
# of a distribution, and the one that finds errors of memory and locking.
NAMES = ROLES if MATRIX else ("second", "debug")
GROUPED = [pytest.param(name, marks=pytest.mark.xdist_group(f"loads-{name}")) for name in NAMES]


@pytest.fixture(scope="module", params=GROUPED)
def report(request: pytest.FixtureRequest, cast: Cast, stage: Path, tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Return the report of one kernel about all tests, from one VM."""
    kernel = role(request.param)
    target = small_target(cast)
    commands = {
        "slabs-before": SLABS,
        "many-loads": MANY_LOADS,
        "counters-many": COUNTERS,
        "two-at-once": TWO_AT_ONCE,
        "counters-two": COUNTERS,
        "coming-and-going": COMING_AND_GOING,
        "counters-all": COUNTERS,
        "slabs-after": SLABS,
        "kmemleak": MEMLEAK,
    }
    loads, cycles = amount(request.param)
    for name, text in commands.items():
        commands[name] = text.replace("LOADS", str(loads)).replace("CYCLES", str(cycles))
    folder = tmp_path_factory.mktemp(kernel.id)
    files = {"/small": small_image(target), "/bin/kexec_loop": program("kexec_loop")}
    # The hop puts the target's image into the guest, and checks that the target receives a stamp.
    plan = Scenario("loads", kernel, [Hop(target, scenario.plain_load("-s -l"))], commands={}, first_commands=commands,
                    files=files, module=True, test_modules=True, cpus=2,
                    cmdline=f"{scenario.CMDLINE} {EXACT_SLABS}", silence_s=900)
    reports = scenario.run(plan, stage, folder)
    check_modules(reports)
    assert f",{kernel.release}," in reports[-1].cmdline
    assert not splats(log_of(folder))
    return reports[0]


def small_target(cast: Cast) -> Kernel:
    """Return a small image, which loads faster, or the stock image."""
    try:
        return role("built")
    except pytest.skip.Exception:
        return cast.first


def amount_of(report: Report) -> tuple[int, int]:
    return amount("debug" if report.release.endswith("-debug") else "")


def counters(report: Report, name: str) -> dict[str, int]:
    assert report.commands[name].status == 0, report.commands[name]
    rows = (line.split() for line in report.commands[name].stdout.splitlines())
    return {key: int(value) for key, value in rows}


def test_many_loads_have_one_stamp_each(report: Report) -> None:
    loads, _ = amount_of(report)
    assert report.commands["many-loads"].status == 0, report.commands["many-loads"]
    counted = counters(report, "counters-many")
    assert (counted["loads"], counted["stamped"], counted["twice"]) == (loads, loads, 0)


def test_two_loaders_at_once_and_no_command_line(report: Report) -> None:
    loads, _ = amount_of(report)
    assert report.commands["two-at-once"].status == 0, report.commands["two-at-once"]
    one, without = map(int, report.commands["two-at-once"].stdout.split())
    counted = counters(report, "counters-two")
    assert min(one, without) > 10
    assert (counted["loads"], counted["stamped"]) == (loads + one + without, loads + one + without)


def test_no_stamp_is_lost_while_the_module_is_loaded_and_unloaded(report: Report) -> None:
    _, cycles = amount_of(report)
    beside = counters(report, "coming-and-going")["beside"]
    counted = counters(report, "counters-all")
    assert beside > cycles / 10
    assert counted["marked"] == cycles
    assert counted["marked_stamped"] == cycles
    assert counted["twice"] == 0


def test_no_memory_leaks(report: Report) -> None:
    kmemleak = report.commands["kmemleak"]
    if kmemleak.status != NO_KMEMLEAK:
        assert (kmemleak.status, kmemleak.stdout) == (0, "")
        return
    assert not report.release.endswith("-debug")
    assert (report.commands["slabs-before"].status, report.commands["slabs-after"].status) == (0, 0)
    before, after = (dict(line.split() for line in report.commands[name].stdout.splitlines())
                     for name in ("slabs-before", "slabs-after"))
    grown = {name: int(after[name]) - int(objects) for name, objects in before.items() if name in after}
    assert len(grown) > 20
    limit = amount_of(report)[1]
    assert {name: more for name, more in grown.items() if more >= limit and name.startswith("kmalloc")} == {}
