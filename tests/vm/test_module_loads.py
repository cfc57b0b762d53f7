# SPDX-License-Identifier: GPL-2.0-or-later
"""Is every load stamped once, and nothing left behind, however often and in whatever order things come and go?

The test module lineage_observer looks into what each kexec_file_load() really loaded.
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

# Loads, and times that the module comes and goes. Under KASAN and lockdep everything takes five times as long; with
# KEXEC_LINEAGE_FULL=1 it does all of it there, too, and `make check-matrix` everywhere else.
FULL = (1000, 200)
# As many cycles as ever: fewer leaks than that cannot be told from what the system itself allocates.
SHORT = (300, 200)
DEBUG = (100, 40)


def amount(name: str) -> tuple[int, int]:
    if os.environ.get("KEXEC_LINEAGE_FULL"):
        return FULL
    if name == "debug":
        return DEBUG
    return FULL if MATRIX else SHORT


BIN = "modules=/modules/$(uname -r); module=/lib/modules/$(uname -r)/kexec_lineage.ko"
# Active objects of each cache; leaks of a thousand loads cannot hide in what the system itself needs now and then. What
# lies free in a CPU's own slab counts as active (in one of kmalloc-8 up to 511), so the caches run with checks, which
# leaves the CPUs none; and what is freed behind RCU waits for seconds.
EXACT_SLABS = "slub_debug=F"
SLABS = """
sleep 15
awk 'NR > 2 { print $1, $2 }' /proc/slabinfo
"""
# Where the kernel looks for leaks itself: KASAN keeps what was freed for a while, so that counting says nothing.
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

# Loads run in a loop beside; those that the main loop makes while the module is there are marked.
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

# Two loaders at once, one of them without a command line: the kernel lets one in at a time.
TWO_AT_ONCE = """
kexec_loop /small "" /tmp/stop-2 > /tmp/without &
kexec_loop /small "one more" CYCLES || exit 1
touch /tmp/stop-2
wait
cat /tmp/without
"""


# One VM for each kernel: what is asked of it stays in one worker where several run.
GROUPED = [pytest.param(name, marks=pytest.mark.xdist_group(f"loads-{name}")) for name in ROLES]


@pytest.fixture(scope="module", params=GROUPED)
def report(request: pytest.FixtureRequest, cast: Cast, stage: Path, tmp_path_factory: pytest.TempPathFactory) -> Report:
    """What one kernel said of all of it, in one VM."""
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
    # One hop, so that the target's image is in the guest; it is the last check that a stamp arrives.
    plan = Scenario("loads", kernel, [Hop(target, scenario.plain_load("-s -l"))], commands={}, first_commands=commands,
                    files=files, module=True, test_modules=True, cpus=2,
                    cmdline=f"{scenario.CMDLINE} {EXACT_SLABS}", silence_s=900)
    reports = scenario.run(plan, stage, folder)
    check_modules(reports)
    assert f",{kernel.release}," in reports[-1].cmdline
    assert not splats(log_of(folder))
    return reports[0]


def small_target(cast: Cast) -> Kernel:
    """A small image loads faster; the stock one does where there is no other."""
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


def test_no_stamp_is_lost_while_the_module_comes_and_goes(report: Report) -> None:
    _, cycles = amount_of(report)
    beside = counters(report, "coming-and-going")["beside"]
    counted = counters(report, "counters-all")
    assert beside > cycles / 10
    assert counted["marked"] == cycles
    assert counted["marked_stamped"] == cycles
    assert counted["twice"] == 0


def test_nothing_is_left_behind(report: Report) -> None:
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
