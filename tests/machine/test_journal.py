# SPDX-License-Identifier: GPL-2.0-or-later
"""Does the journal tell the same crashes as the kernel's own log, of every boot that it has kept?

One machine goes from one kernel to the other, and each of them crashes without dying.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from lab.host import Host
from ways import load

MODULES = "/usr/local/lib/lab"
CRASHES = (("warn_text", "null"), ("bug", "divide"))  # in the first boot, and in the one after it
TITLES = [
    "WARNING in lab_warn_text",
    "BUG: unable to handle kernel NULL pointer dereference in lab_null",
    "kernel BUG in lab_bug",
    "divide error in lab_divide",
]
INGEST = "kexec-lineage --json ingest -"
# Where in a log a crash is, and what the journal knows besides of when and where.
OWN = ("offset", "host", "time", "boot_id")
FORMATS = ("json", "export", "short-monotonic", "short-iso-precise")
# A line of the journal as text has the time of day, and when it was since boot only where it is asked for.
WITHOUT_UPTIME = ("short-iso-precise",)


@dataclass(frozen=True)
class Crashed:
    """The machine, up, and what the kernels' own logs told of its boots."""

    machine: Host
    told: list[dict]


def crash(machine: Host, kinds: tuple[str, ...]) -> list[dict]:
    """Crashes the running kernel so; what its log tells then."""
    machine.must(f"insmod {MODULES}/$(uname -r)/lab_crash.ko")
    for kind in kinds:
        machine.run(f"(echo {kind} >/sys/kernel/debug/lab_crash)")
    return crashes(machine.must(f"dmesg | {INGEST}"))


def crashes(said: str) -> list[dict]:
    """The crashes in what ingest printed, first to last of each boot."""
    events = [json.loads(line) for line in said.splitlines()]
    boots = [event["boot_id"] for event in events if event["event"] == "boot"]
    told = [event for event in events if event["event"] == "crash"]
    return sorted(told, key=lambda event: (boots.index(event["boot_id"]), event["uptime_s"] or event["time"]))


def without(event: dict, *fields: str) -> dict:
    return {name: value for name, value in event.items() if name not in fields}


@pytest.fixture(scope="module")
def crashed(machine, releases: list[str]) -> Iterator[Crashed]:
    with machine() as running:
        told = crash(running, CRASHES[0])
        running.must(load(releases[1]))
        running.leave("systemctl kexec")
        told += crash(running, CRASHES[1])
        running.must("journalctl --sync")
        yield Crashed(running, told)


def test_own_log(crashed: Crashed, releases: list[str]) -> None:
    assert [event["title"] for event in crashed.told] == TITLES
    assert {event["module"] for event in crashed.told} == {"lab_crash"}
    assert [event["release"] for event in crashed.told] == [releases[0]] * 2 + [releases[1]] * 2
    assert [event["previous_release"] for event in crashed.told] == [None] * 2 + [releases[0]] * 2


@pytest.mark.parametrize("output", FORMATS)
def test_same_as_own_log(output: str, crashed: Crashed) -> None:
    said = crashed.machine.must(f"journalctl --no-pager _TRANSPORT=kernel -o {output} | {INGEST}")
    own = (*OWN, "uptime_s") if output in WITHOUT_UPTIME else OWN
    assert [without(event, *own) for event in crashes(said)] == [without(event, *own) for event in crashed.told]


@pytest.mark.parametrize("output", ["json", "export"])
def test_boots(output: str, crashed: Crashed) -> None:
    """By the ids that the kernels gave them, with the time and the host that the journal knows."""
    said = crashed.machine.must(f"journalctl --no-pager _TRANSPORT=kernel -o {output} | {INGEST}")
    events = [json.loads(line) for line in said.splitlines()]
    assert [event["boot_id"] for event in events if event["event"] == "boot"] == \
        [boot.boot_id for boot in crashed.machine.boots]
    assert {event["host"] for event in events} == {"lab"}
    assert None not in {event["time"] for event in events}
