# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that a policy prevents `systemctl kexec` into a kernel that is known to crash, and nothing else.

systemctl loads the kernel of the default boot loader entry with kexec, which is the wrapper. If the wrapper refuses the
load, systemd falls back to a cold boot. All tests use one machine.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lab.host import Host
from ways import assert_recorded, boot_entry, log

POLICY = "/var/lib/kexec-lineage/policy"
CONFIG = "/etc/kexec-lineage.conf"
KEXEC = "systemctl kexec 2>/var/log/systemctl"


@pytest.fixture(scope="module")
def machine_up(machine) -> Iterator[Host]:
    with machine() as running:
        yield running


def install(machine_up: Host, releases: list[str], action: str, end: str = "end") -> None:
    """Install a policy with one rule: the second kernel crashes after the first one."""
    first, second = releases
    rule = f"associated factor=previous_release value={first} to={second} crashed=9/9 others=0/90 title=lost"
    machine_up.must(f"printf '%s\\n' 'kexec-lineage-policy 1' \"made=$(date -u +%Y-%m-%dT%H:%M:%SZ)\" '{rule}' '{end}' "
                    f">{POLICY}; echo OnPolicy={action} >{CONFIG}")


def kexec(machine_up: Host, release: str) -> str:
    """Start the kernel with systemctl, and return what systemctl printed."""
    machine_up.must(boot_entry(release))
    machine_up.leave(KEXEC)
    assert_recorded(machine_up)
    return machine_up.must("cat /var/log/systemctl")


def back(machine_up: Host) -> None:
    machine_up.leave("SYSTEMCTL_SKIP_AUTO_KEXEC=1 systemctl reboot")
    assert not machine_up.boot.was_kexeced


def test_no_policy(machine_up: Host, releases: list[str]) -> None:
    kexec(machine_up, releases[1])
    assert machine_up.boot.was_kexeced
    back(machine_up)


def test_warning(machine_up: Host, releases: list[str]) -> None:
    first, second = releases
    install(machine_up, releases, "warn")
    assert machine_up.run(f"kexec-lineage check --to={second}").status == 10
    said = kexec(machine_up, second)
    assert machine_up.boot.was_kexeced
    assert f"warning: {second} after {first}: \"lost\" in 9 of 9 boots" in said
    back(machine_up)


def test_cut_policy(machine_up: Host, releases: list[str]) -> None:
    install(machine_up, releases, "refuse", end="")
    said = kexec(machine_up, releases[1])
    assert machine_up.boot.was_kexeced and "is not used" in said
    back(machine_up)


def test_refusal(machine_up: Host, releases: list[str]) -> None:
    """The machine boots cold, says why, and reports no lost kexec."""
    first, second = releases
    install(machine_up, releases, "refuse")
    said = kexec(machine_up, second)
    assert not machine_up.boot.was_kexeced
    assert f"not loaded: {second} after {first}: \"lost\" in 9 of 9 boots" in said
    ends = [(boot["boot"], boot["release"], boot["end"]) for boot in log(machine_up)[-2:]]
    assert ends == [("cold", first, "clean"), ("cold", first, "running")]
