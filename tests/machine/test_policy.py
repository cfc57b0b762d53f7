# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that a policy prevents `systemctl kexec` into a kernel that dies, and nothing else.

The bug is real, and the kernels are Debian's: the CPU has 5-level paging, the machine runs 6.12, and the next kernel,
5.10, dies before its first line (lab/dead.py). QEMU's log of resets shows the triple fault.

systemctl loads the kernel of the default boot loader entry with kexec, which is the wrapper. If the wrapper refuses the
load, systemd falls back to a cold boot. All tests use one machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lab import cache, dead, disk, host
from lab.host import Host
from ways import DIES, assert_recorded, boot_entry, log

POLICY = "/var/lib/kexec-lineage/policy"
CONFIG = "/etc/kexec-lineage.conf"
KEXEC = "systemctl kexec 2>/var/log/systemctl"


class Machine:
    """A machine that runs the release `first`. Each kexec into the release `dies` kills it."""

    def __init__(self, running: Host, folder: Path, first: str, dies: str) -> None:
        self.host = running
        self.folder = folder
        self.first = first
        self.dies = dies

    def install(self, action: str, end: str = "end") -> None:
        """Install a policy with one rule: the kernel that dies never arrives."""
        rule = (f"associated factor=previous_release value={self.first} to={self.dies} crashed=6/6 others=0/6 "
                "signature=lost-kexec title=kexec%20lost:%20no%20sign%20of%20life")
        self.host.must(f"printf '%s\\n' 'kexec-lineage-policy 1' \"made=$(date -u +%Y-%m-%dT%H:%M:%SZ)\" '{rule}' "
                       f"'{end}' >{POLICY}; echo OnPolicy={action} >{CONFIG}")

    def kexec(self) -> tuple[bool, str]:
        """Start the kernel that dies with systemctl. Return whether it died, and what systemctl printed.

        The machine boots cold in any case. The policy and the log of the machine must not disagree with the CPU.
        """
        faults, lost = len(dead.triple_faults(self.folder)), self.lost()
        self.host.must(boot_entry(self.dies, DIES))
        self.host.leave(KEXEC)
        assert (self.host.boot.release, self.host.boot.was_kexeced) == (self.first, False)
        assert_recorded(self.host)
        died = len(dead.triple_faults(self.folder)) - faults
        assert died in (0, 1) and self.lost() - lost == died
        # The clock of a slow machine is wrong, so the order of the boots in the log is not checked.
        ends = {boot["boot_id"]: boot["end"] for boot in log(self.host)}
        assert [ends[boot.boot_id] for boot in self.host.boots[-2:]] == ["clean", "running"]
        return died == 1, self.host.must("cat /var/log/systemctl")

    def lost(self) -> int:
        """Return the number of lost kexecs into the kernel that dies, in the log of the machine."""
        ends = [(boot["boot"], boot["release"], boot["end"]) for boot in log(self.host)]
        return ends.count(("kexec", self.dies, "lost"))


@pytest.fixture(scope="module")
def machine_up(the_disk: disk.Disk, dying: cache.Kernel | None,
               tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    if dying is None:
        pytest.skip("no kernel with the bug that commit eb2266312507 fixes")
    folder = tmp_path_factory.mktemp("machine")
    first = the_disk.releases[1]
    with host.running(the_disk.booting(first), folder / "console.log") as running:
        assert "la57" in running.must("cat /proc/cpuinfo")
        yield Machine(running, folder, first, dying.release)


def test_no_policy(machine_up: Machine) -> None:
    died, said = machine_up.kexec()
    assert died and "kexec-lineage" not in said


def test_warning(machine_up: Machine) -> None:
    machine_up.install("warn")
    assert machine_up.host.run(f"kexec-lineage check --to={machine_up.dies}").status == 10
    died, said = machine_up.kexec()
    assert died and f"warning: {machine_up.dies} after {machine_up.first}: \"kexec lost" in said


def test_cut_policy(machine_up: Machine) -> None:
    machine_up.install("refuse", end="")
    died, said = machine_up.kexec()
    assert died and "is not used" in said


def test_refusal(machine_up: Machine) -> None:
    """The machine boots cold without a kexec, and says why."""
    machine_up.install("refuse")
    died, said = machine_up.kexec()
    assert not died
    reason = "\"kexec lost: no sign of life\" in 6 of 6 boots"
    assert f"not loaded: {machine_up.dies} after {machine_up.first}: {reason}" in said


def test_other_kernels_are_not_refused(machine_up: Machine, releases: list[str]) -> None:
    machine_up.install("refuse")
    machine_up.host.must(boot_entry(releases[0]))
    machine_up.host.leave(KEXEC)
    assert (machine_up.host.boot.release, machine_up.host.boot.was_kexeced) == (releases[0], True)
    machine_up.host.must(f"kexec -l {DIES} --reuse-cmdline && kexec -u")
