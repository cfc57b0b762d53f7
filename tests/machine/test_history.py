# SPDX-License-Identifier: GPL-2.0-or-later
"""Does a machine know how each of its boots came about, and how it ended?

One machine, from its first boot on: shutdowns into another kernel, one without a shutdown, the reset button, a panic
that kdump captures. What it must say of each is written down beforehand.
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
    """What happens to the machine; each line is one boot's end. first, second: its kernels."""
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
    """The fields of SHOWN for every boot, as they follow from live()."""
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
    """The machine after all that."""
    with machine(f"{host.CMDLINE} {CRASHKERNEL}") as running:
        live(running, *releases)
        yield running


def test_every_boot_is_told_as_it_was(lived: Host, releases: list[str]) -> None:
    boots = log(lived)
    say("host: what it tells of itself:\n" + lived.must("kexec-lineage log"))
    assert [tuple(boot[field] for field in SHOWN) for boot in boots] == expected(*releases)
    assert [boot["number"] for boot in boots] == list(range(1 - len(boots), 1))


def test_the_journal_agrees(lived: Host) -> None:
    """journald counts the machine's boots, too, and knows nothing of us."""
    journal = lived.must("journalctl --list-boots --no-pager | awk '$1 ~ /^-?[0-9]+$/ { print $2 }'").split()
    assert [boot["boot_id"].replace("-", "") for boot in log(lived)] == journal


def test_the_agent_agrees(lived: Host) -> None:
    """The boots that the test itself saw: all but the capture kernel's."""
    boots = [boot for boot in log(lived) if boot["boot"] != "capture"]
    assert [boot["boot_id"] for boot in boots] == [boot.boot_id for boot in lived.boots]
    assert [boot["boot"] == "kexec" for boot in boots] == [boot.was_kexeced for boot in lived.boots]


def test_a_dump_was_written(lived: Host) -> None:
    """The capture kernel did what it is for."""
    assert lived.must("find /var/crash -name 'dump.*' -size +100k").count("\n") == 1
