# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that the history of a machine shows how each boot was started and how it ended.

One machine goes through these events from its first boot on: kexecs after a shutdown, a kexec without a shutdown, a
press of the reset button, and a panic that kdump captures. expected() lists the boots that its history must contain.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lab import host
from lab.cache import say
from lab.host import Host
from ways import CRASHKERNEL, KEXEC_NOW, PANIC, assert_one_stamp, assert_recorded, boot_entry, load, log

SHOWN = ("boot", "release", "previous_release", "kexec_count", "end")


def live(machine: Host, first: str, second: str) -> None:
    """Start and end boots of the machine in all ways. first, second: releases of its kernels."""
    for release in (second, first):
        machine.must(load(release))
        machine.leave("systemctl kexec")
        assert_one_stamp(machine)
    machine.must(boot_entry(second))
    machine.leave("systemctl kexec")
    assert_one_stamp(machine)
    machine.reset()
    assert not machine.boot.was_kexeced
    assert_recorded(machine)
    machine.must(load(second))
    machine.leave(KEXEC_NOW)
    assert_one_stamp(machine)
    assert machine.must("cat /sys/kernel/kexec_crash_loaded") == "1\n"
    machine.leave(PANIC)
    assert_recorded(machine)


def expected(first: str, second: str) -> list[tuple]:
    """Return the fields of SHOWN for every boot of live()."""
    return [
        ("cold", first, None, 0, "clean"),
        ("kexec", second, first, 1, "clean"),
        ("kexec", first, second, 2, "clean"),
        ("kexec", second, first, 3, "unclean"),
        ("cold", first, None, 0, "kexec"),
        ("kexec", second, first, 1, "crash"),
        ("capture", second, second, 2, None),
        ("cold", first, None, 0, "running"),
    ]


@pytest.fixture(scope="module")
def lived(machine, releases: list[str]) -> Iterator[Host]:
    """Yield the machine after live()."""
    with machine(f"{host.CMDLINE} {CRASHKERNEL}") as running:
        live(running, *releases)
        yield running


def test_every_boot_is_in_the_history(lived: Host, releases: list[str]) -> None:
    boots = log(lived)
    say("host: its history:\n" + lived.must("kexec-lineage log"))
    assert [tuple(boot[field] for field in SHOWN) for boot in boots] == expected(*releases)
    assert [boot["number"] for boot in boots] == list(range(1 - len(boots), 1))


def test_the_journal_agrees(lived: Host) -> None:
    """journald lists the same boots, independently of kexec-lineage."""
    journal = lived.must("journalctl --list-boots --no-pager | awk '$1 ~ /^-?[0-9]+$/ { print $2 }'").split()
    assert [boot["boot_id"].replace("-", "") for boot in log(lived)] == journal


def test_the_agent_agrees(lived: Host) -> None:
    """The agent of the test saw the same boots, except those of the capture kernel."""
    boots = [boot for boot in log(lived) if boot["boot"] != "capture"]
    assert [boot["boot_id"] for boot in boots] == [boot.boot_id for boot in lived.boots]
    assert [boot["boot"] == "kexec" for boot in boots] == [boot.was_kexeced for boot in lived.boots]


def test_a_dump_was_written(lived: Host) -> None:
    """The capture kernel wrote one dump."""
    assert lived.must("find /var/crash -name 'dump.*' -size +100k").count("\n") == 1
