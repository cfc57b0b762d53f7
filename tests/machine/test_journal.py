# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that the journal gives the same crashes as the kernel log, for all boots that it contains.

One machine runs two kernels. Each kernel survives its crashes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from lab.host import Host
from ways import load

MODULES = "/usr/local/lib/lab"
CRASHES = (("warn_text", "null"), ("bug", "divide"))  # in the first boot, in the second boot
TITLES = [
    "WARNING in lab_warn_text",
    "BUG: unable to handle kernel NULL pointer dereference in lab_null",
    "kernel BUG in lab_bug",
    "divide error in lab_divide",
]
INGEST = "kexec-lineage --json ingest -"
# Fields that depend on the log, or that only the journal has.
OWN = ("offset", "host", "time", "boot_id")
FORMATS = ("json", "export", "short-monotonic", "short-iso-precise")
# The text formats of the journal contain either the time of day or the time since boot.
WITHOUT_UPTIME = ("short-iso-precise",)


@dataclass(frozen=True)
class Crashed:
    """The running machine, and the crashes in the kernel logs of its boots."""

    machine: Host
    expected: list[dict]


def crash(machine: Host, kinds: tuple[str, ...]) -> list[dict]:
    """Cause these kinds of crashes in the running kernel. Return the crashes in its log."""
    machine.must(f"insmod {MODULES}/$(uname -r)/lab_crash.ko")
    for kind in kinds:
        machine.run(f"(echo {kind} >/sys/kernel/debug/lab_crash)")
    return crashes(machine.must(f"dmesg | {INGEST}"))


def crashes(output: str) -> list[dict]:
    """Return the crashes in the output of ingest, in the order of boots and then of time."""
    events = [json.loads(line) for line in output.splitlines()]
    boots = [event["boot_id"] for event in events if event["event"] == "boot"]
    found = [event for event in events if event["event"] == "crash"]
    return sorted(found, key=lambda event: (boots.index(event["boot_id"]), event["uptime_s"] or event["time"]))


def without(event: dict, *fields: str) -> dict:
    return {name: value for name, value in event.items() if name not in fields}


@pytest.fixture(scope="module")
def crashed(machine, releases: list[str]) -> Iterator[Crashed]:
    with machine() as running:
        expected = crash(running, CRASHES[0])
        running.must(load(releases[1]))
        running.leave("systemctl kexec")
        expected += crash(running, CRASHES[1])
        running.must("journalctl --sync")
        yield Crashed(running, expected)


def test_own_log(crashed: Crashed, releases: list[str]) -> None:
    assert [event["title"] for event in crashed.expected] == TITLES
    assert {event["module"] for event in crashed.expected} == {"lab_crash"}
    assert [event["release"] for event in crashed.expected] == [releases[0]] * 2 + [releases[1]] * 2
    assert [event["previous_release"] for event in crashed.expected] == [None] * 2 + [releases[0]] * 2


@pytest.mark.parametrize("output", FORMATS)
def test_same_as_own_log(output: str, crashed: Crashed) -> None:
    printed = crashed.machine.must(f"journalctl --no-pager _TRANSPORT=kernel -o {output} | {INGEST}")
    own = (*OWN, "uptime_s") if output in WITHOUT_UPTIME else OWN
    assert [without(event, *own) for event in crashes(printed)] == [without(event, *own) for event in crashed.expected]


@pytest.mark.parametrize("output", ["json", "export"])
def test_boots(output: str, crashed: Crashed) -> None:
    """Each boot has the boot id of its kernel, and the time and host name from the journal."""
    printed = crashed.machine.must(f"journalctl --no-pager _TRANSPORT=kernel -o {output} | {INGEST}")
    events = [json.loads(line) for line in printed.splitlines()]
    assert [event["boot_id"] for event in events if event["event"] == "boot"] == \
        [boot.boot_id for boot in crashed.machine.boots]
    assert {event["host"] for event in events} == {"lab"}
    assert None not in {event["time"] for event in events}
