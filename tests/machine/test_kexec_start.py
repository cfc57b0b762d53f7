# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that a machine records each kexec before it starts, so that the next boot can detect a lost kexec.

In a lost kexec, the next kernel does not find its root file system and resets the machine. All tests use one machine,
which has no EFI variables.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lab.host import Host
from ways import KEXEC_NOW, assert_recorded, load, log

NOTE = "cat /run/kexec-lineage/loaded"
START = "/var/lib/kexec-lineage/kexec-started"
REAL = "/sbin/kexec.distrib.usr-is-merged"  # the path to which dpkg diverts the kexec of Debian 12
HOOK = "/usr/lib/systemd/system-shutdown/lab"
# Two ways to make the system call of `systemctl kexec` fail, and how to undo them. systemd-shutdown runs the hook after
# it has made the root file system read-only, so nobody can remove the note after the hook unloads the kernel.
FAILURES = {
    "kexec fails": (f"mv {REAL} /sbin/real; printf '#!/bin/sh\nexit 1\n' >{REAL}; chmod 755 {REAL}", f"mv /sbin/real {REAL}"),
    "no kernel": (f"printf '#!/bin/sh\ntouch /lab-mark; {REAL} -u\n' >{HOOK}; chmod 755 {HOOK}", f"rm {HOOK}"),
}


@pytest.fixture(scope="module")
def machine_up(machine) -> Iterator[Host]:
    with machine() as running:
        yield running


def load_broken(release: str, flags: str = "-l") -> str:
    """Load a kernel that has no root file system, and resets the machine after its panic."""
    return f"kexec {flags} /boot/vmlinuz-{release} --append='console=ttyS0 panic=-1 root=/dev/none'"


def newest(machine_up: Host, number: int) -> list[tuple]:
    return [(boot["boot"], boot["release"], boot["end"]) for boot in log(machine_up)[-number:]]


@pytest.mark.parametrize("how, end", [("systemctl kexec", "clean"), (KEXEC_NOW, "kexec")])
@pytest.mark.parametrize("flags", ["-s -l", "-c -l"])
def test_lost_kexec(machine_up: Host, releases: list[str], how: str, end: str, flags: str) -> None:
    first, second = releases
    machine_up.must(load_broken(second, flags))
    assert machine_up.must(NOTE).startswith(f"release={second}\nstamp=1,k,1,{second},{first},")
    machine_up.leave(how)
    assert not machine_up.boot.was_kexeced
    assert_recorded(machine_up)
    assert newest(machine_up, 3) == [("cold", first, end), ("kexec", second, "lost"), ("cold", first, "running")]
    [crash] = log(machine_up)[-2]["crashes"]
    assert crash["type"] == "lost-kexec"


def test_arrived_and_rebooted(machine_up: Host, releases: list[str]) -> None:
    """No lost kexec is reported if the next kernel boots, or if a reboot or reset does not start the loaded kernel."""
    first, second = releases
    machine_up.must(load(second))
    machine_up.leave("systemctl kexec")
    assert machine_up.boot.was_kexeced
    machine_up.must(load_broken(second))
    machine_up.leave("SYSTEMCTL_SKIP_AUTO_KEXEC=1 systemctl reboot")
    machine_up.must(load_broken(second))
    machine_up.reset()
    assert_recorded(machine_up)
    assert newest(machine_up, 4) == [("cold", first, "clean"), ("kexec", second, "clean"), ("cold", first, "unclean"),
                                     ("cold", first, "running")]


def test_failed_start(machine_up: Host, releases: list[str]) -> None:
    """If kexec -e fails because no kernel is loaded, a later reset does not count as a lost kexec."""
    machine_up.must(load_broken(releases[1]))
    assert machine_up.run(f"kexec -u; {NOTE}").status
    assert machine_up.run("kexec -e").status
    machine_up.reset()
    assert newest(machine_up, 2) == [("cold", releases[0], "unclean"), ("cold", releases[0], "running")]


@pytest.mark.parametrize("how", FAILURES)
def test_systemd_falls_back_to_a_reboot(machine_up: Host, releases: list[str], how: str) -> None:
    """If `kexec -e` of systemd-shutdown fails, systemd reboots the machine, and no lost kexec is reported. The file
    system of the note, which is writable again for a moment, is clean at the next boot."""
    fail, repair = FAILURES[how]
    machine_up.must(load_broken(releases[1]))
    machine_up.must(fail)
    machine_up.leave("systemctl kexec")
    assert not machine_up.boot.was_kexeced
    assert machine_up.run("test -e /lab-mark").status, "the root file system was writable before kexec"
    machine_up.must(repair)
    assert_recorded(machine_up)
    assert newest(machine_up, 2) == [("cold", releases[0], "clean"), ("cold", releases[0], "running")]
    assert "recover" not in machine_up.must("journalctl -b --no-pager -o cat | grep -e EXT4-fs -e 'fsck' -e /dev/vda || true")
    assert machine_up.must(f"tr -d '\\n' <{START}") == ""


def test_note_on_another_file_system(machine_up: Host, releases: list[str]) -> None:
    """systemd-shutdown unmounts this file system before the kexec, so that a failed kexec could not remove the note.
    Therefore no start is recorded, and no lost kexec is reported."""
    first, second = releases
    folder = "/var/lib/kexec-lineage"
    machine_up.must(f"truncate -s 64M /lab.img && mkfs.ext4 -q /lab.img && mount -o loop /lab.img /mnt && cp -a {folder}/. /mnt &&"
                    f" umount /mnt && echo '/lab.img {folder} ext4 loop 0 0' >>/etc/fstab")
    machine_up.leave("systemctl reboot")
    assert machine_up.must(f"findmnt -n -o FSTYPE {folder}") == "ext4\n"
    machine_up.must(load_broken(second))
    machine_up.leave("systemctl kexec")
    assert_recorded(machine_up)
    assert newest(machine_up, 2) == [("cold", first, "clean"), ("cold", first, "running")]
