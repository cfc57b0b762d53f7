# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that a kexec counts once if the machine recorded its start and a log shows what became of it.

The machine records that a kernel A starts a kernel B, and then a cold boot C: B is a lost kexec. A log of the console
may show that B ran, or that A did not start B. The result must not depend on what is read first.
"""
from datetime import datetime, timezone

import pytest

from .machine import Machine
from .system import HOST_NAME, OLDER, RELEASE, cold

START, NEXT = 1_790_000_100, 1_790_000_200  # of the boots 1 and 2 of a machine (system.boot())
MODULE = f"kexec_lineage: kexec to {OLDER} (count 1)"
OOPS = ["BUG: kernel NULL pointer dereference, address: 0000000000000008", "Oops: 0002 [#1] PREEMPT SMP NOPTI",
        "RIP: 0010:gamma_release+0x1f/0x80 [lab]", "Call Trace:", " <TASK>", " do_one_initcall+0x56/0x2e0", " </TASK>",
        "---[ end trace 0000000000000000 ]---"]


@pytest.fixture
def machine(tool, folder):
    return Machine(tool, folder / "machine")


def banner(release, build):
    return f"Linux version {release} (a@b) (gcc) #{build} SMP"


def log(start, *lines):
    """Return lines of a kernel with dates, one a second."""
    return [(start + at, f"[{at:5d}.000017] {line}") for at, line in enumerate(lines)]


def console(*after):
    """Return the log of A, the lines @after, and the log of C."""
    lines = [*log(START, banner(RELEASE, 1), *["usb 1-1: new device"] * 30), *after,
             (NEXT - 2, "SeaBIOS (version 1.16.2)"), (NEXT - 1, "Booting from Hard Disk..."),
             *log(NEXT, banner(RELEASE, 2), *["usb 1-1: new device"] * 30)]
    return "".join(f"{datetime.fromtimestamp(at, timezone.utc):%Y-%m-%dT%H:%M:%S+00:00} {HOST_NAME} kernel: {line}\n"
                   for at, line in lines).encode()


def end(*lines):
    return [(START + 40 + at, f"[{40 + at:5d}.000017] {line}") for at, line in enumerate(lines)]


ID = "kexec_lineage: boot 00000000-0000-4000-8000-000000000001"
STARTS = "kexec_core: Starting new kernel"
RUNS = log(START + 45, banner(OLDER, 7), *["usb 1-1: new device"] * 5, *OOPS)
FAILS = ["systemd-shutdown[1]: Rebooting with kexec.", "(sd-kexec) failed with exit status 1.",
         "systemd-shutdown[1]: Rebooting.", "reboot: Restarting system"]
LOST = ("kexec", OLDER, "lost", ["kexec lost: no sign of life"])
RAN = ("kexec", OLDER, None, ["BUG: unable to handle kernel NULL pointer dereference in gamma_release"])
# Each case: lines after those of A, and the boot between A and C.
CASES = {
    "lost": (end(MODULE, STARTS), LOST),
    "lost without the module": (end(STARTS), LOST),
    "B ran": (end(MODULE, STARTS) + RUNS, RAN),
    "B ran, without the module": (end(STARTS) + RUNS, RAN),
    "B ran, quiet": (end(MODULE) + RUNS, RAN),
    "A restarted": (end(*FAILS), None),
    "A restarted, quiet": (end(MODULE, FAILS[-1]), None),
    "A crashed": (end(MODULE, "Kernel panic - not syncing: Fatal exception", "Rebooting in 1 seconds.."), None),
    "A was reset before it started the kexec": (end(ID), None),
    "log without the end of A": ([], LOST),
}
ORDERS = ["AC-log", "A-log-C", "log-AC", "log-AC-log", "A-log-C-log"]


def record(machine, number):
    if number == 1:
        machine.boot(cold(release=RELEASE)).record("--shutdown")
        machine.sql(f"UPDATE boots SET kexec_time = {START + 40}, kexec_release = '{OLDER}' WHERE is_recorded")
    else:
        machine.boot(cold(release=RELEASE)).record()


MIDDLE = {
    "the module of B names A": ([f"kexec_lineage: exec from: {RELEASE} (count 1)"], [RAN]),
    "nothing names A": ([], [LOST, ("unknown", *RAN[1:])]),
}


@pytest.mark.parametrize("order", ["AC-log", "log-AC"])
@pytest.mark.parametrize("case", MIDDLE)
def test_log_begins_in_the_middle(machine, case, order):
    """Without the banner of A, the start of B shows that B is the kernel that A started, if B names A."""
    lines, expected = MIDDLE[case]
    runs = log(START + 45, banner(OLDER, 7), *lines, *OOPS)
    text = console(*end(STARTS), *runs).decode().splitlines(keepends=True)
    machine.history.parent.mkdir(parents=True)
    for step in order.split("-"):
        if step == "log":
            stdin = "".join(text[len(text) - len(runs) - 33 - 10:]).encode()
            assert machine.tool.run("ingest", f"--store={machine.history}", "-", stdin=stdin).status == 0
        else:
            record(machine, 1)
            record(machine, 2)
    found = [(boot["boot"], boot["release"], boot["end"], [crash["title"] for crash in boot["crashes"]])
             for boot in machine.log() if boot["boot"] != "cold"]
    assert found == expected
    assert ("lost_kexecs{" in machine.run("metrics").text) == (LOST in expected)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("case", CASES)
def test_kexec_counts_once(machine, case, order):
    lines, expected = CASES[case]
    machine.history.parent.mkdir(parents=True)
    for step in order.split("-"):
        if step == "log":
            got = machine.tool.run("ingest", f"--store={machine.history}", "-", stdin=console(*lines))
            assert got.status == 0, got
        for number, name in enumerate("AC", 1):
            if name in step:
                record(machine, number)
    boots = machine.log()
    first, *between, last = [(boot["boot"], boot["release"], boot["end"], [c["title"] for c in boot["crashes"]])
                             for boot in boots]
    assert between == ([expected] if expected else [])
    assert (first[:2], last[:3]) == (("cold", RELEASE), ("cold", RELEASE, "running"))
    assert not [alias for boot in boots if boot["end"] != "lost" for alias in boot["aliases"] if "lost" in alias]
    assert ("lost_kexecs{" in machine.run("metrics").text) == (expected == LOST)
    assert machine.sql("SELECT sum(boots) FROM transitions") == [(3 if expected else 2,)]
    crashes = len(between) + (case == "A crashed")
    assert machine.sql("SELECT coalesce(sum(crashes), 0) FROM signatures") == [(crashes,)]


def boot_log(start, build, offset_us, *after):
    """Return the log of a boot that starts a kexec after 40 seconds. Two boots do not print at the same microseconds."""
    lines = log(start, banner(RELEASE, build), *["usb 1-1: new device"] * 30)
    return [(at, line.replace(".000017]", f".{offset_us:06d}]")) for at, line in lines] + [
        (start + 40, f"[   40.{offset_us:06d}] {MODULE}"), (start + 41, f"[   41.{offset_us:06d}] {STARTS}"), *after,
        (start + 60, "SeaBIOS (version 1.16.2)"), (start + 61, "Booting from Hard Disk...")]


def lose_one(machine, number):
    """Record a boot that starts a kexec after 40 seconds."""
    machine.boot(cold(release=RELEASE)).record("--shutdown")
    machine.sql(f"UPDATE boots SET kexec_time = {START + 40 + 100 * (number - 1)}, kexec_release = '{OLDER}'"
                f" WHERE is_recorded AND boot_id LIKE '%{number}'")


@pytest.mark.parametrize("order", ["A A C", "log", "A A C log", "log A A C", "A log A C", "A A log C", "A A C log log"])
@pytest.mark.parametrize("arrives", [False, True])
def test_two_within_two_minutes(machine, order, arrives):
    """A machine loses a kexec. 100 seconds later, it loses the same kexec again, or the kernel arrives and dies. The
    times alone do not show which boot started which kernel."""
    runs = log(NEXT + 45, banner(OLDER, 7), *["usb 1-1: new device"] * 5, *OOPS) if arrives else []
    lines = boot_log(START, 1, 17) + boot_log(NEXT, 2, 29, *runs)
    lines += log(NEXT + 100, banner(RELEASE, 3), *["usb 1-1: new device"] * 9)
    text = "".join(f"{datetime.fromtimestamp(at, timezone.utc):%Y-%m-%dT%H:%M:%S+00:00} {HOST_NAME} kernel: {line}\n"
                   for at, line in lines).encode()
    machine.history.parent.mkdir(parents=True)
    for step in order.split():
        if step == "log":
            assert machine.tool.run("ingest", f"--store={machine.history}", "-", stdin=text).status == 0
        elif step == "A":
            lose_one(machine, machine.number + 1)
        else:
            machine.boot(cold(release=RELEASE)).record()
    host = [] if "A" in order else [f"--host={HOST_NAME}"]
    found = [(boot["end"], [crash["title"] for crash in boot["crashes"]])
             for boot in machine.log(f"--store={machine.history}", *host) if boot["release"] == OLDER]
    assert found == [LOST[2:], RAN[2:] if arrives and "log" in order else LOST[2:]]
