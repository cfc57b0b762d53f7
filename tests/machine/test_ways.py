# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that every way to load a kernel stamps it exactly once.

All tests use one machine, and each test reboots it. test_history.py tests the ways of systemd.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lab import host
from lab.host import Host
from ways import CRASHKERNEL, KEXEC_NOW, PANIC, assert_one_stamp, image, load, log

REAL_KEXEC = "$(ls /usr/sbin/kexec.distrib*)"
# modprobe, unlike insmod, passes the stamp of the running kernel to the module.
MODPROBE = """folder=/lib/modules/$(uname -r)/updates
    mkdir -p $folder && cp /usr/local/lib/lab/$(uname -r).ko $folder/kexec_lineage.ko &&
    depmod && modprobe kexec_lineage"""
STAMPS_OF_CAPTURE = """journalctl -b -1 -k -o cat --no-pager |
    grep '^Command line: .*elfcorehdr=' | grep -o 'kexec_lineage.stamp=[^ ]*'"""
# Debian's kexec-load loads a kernel, and an init script starts this kernel. systemd masks the init script. An
# administrator who wants kexec instead of a firmware reboot needs a hook like HOOK. A direct call of the init script
# does not help, because the script calls systemctl (40-systemd of lsb-base).
HOOK = "/usr/lib/systemd/system-shutdown/lab-kexec"


@pytest.fixture(scope="module")
def machine_up(machine) -> Iterator[Host]:
    with machine(f"{host.CMDLINE} {CRASHKERNEL}") as running:
        yield running


def newest(machine_up: Host) -> tuple:
    boot = log(machine_up)[-1]
    return boot["boot"], boot["previous_release"], boot["kexec_count"]


def kexec_by(machine_up: Host, script: str, how: str = "systemctl kexec") -> None:
    """Load a kernel with the script and start it. Check its stamp, and its previous release and count."""
    before = log(machine_up)[-1]
    machine_up.must(script)
    machine_up.leave(how)
    assert_one_stamp(machine_up)
    assert newest(machine_up) == ("kexec", before["release"], before["kexec_count"] + 1)


def test_kexec_with_own_command_line(machine_up: Host, releases: list[str]) -> None:
    kexec_by(machine_up, f'kexec -c -l {image(releases[0])} --append="$(cat /proc/cmdline)"', KEXEC_NOW)
    assert log(machine_up)[-2]["end"] == "kexec"


def test_module_alone(machine_up: Host, releases: list[str]) -> None:
    """The module alone stamps the command line if the real kexec runs without the wrapper."""
    with_module(machine_up)
    kexec_by(machine_up, load(releases[0], "-s -l").replace("kexec", REAL_KEXEC, 1))


def test_module_and_wrapper(machine_up: Host, releases: list[str]) -> None:
    with_module(machine_up)
    kexec_by(machine_up, load(releases[0], "-s -l"))


def with_module(machine_up: Host) -> None:
    """Load the module, or skip the test if the lab has none for the running kernel."""
    if machine_up.run('test -e "/usr/local/lib/lab/$(uname -r).ko"').status:
        pytest.skip(f"no module for {machine_up.boot.release}: the lab builds the module only for the lab's kernels")
    machine_up.must(MODPROBE)


def test_debians_service(machine_up: Host, releases: list[str]) -> None:
    """kexec-load copies the running command line with its stamp, but the next kernel has only its own stamp."""
    machine_up.must("sed -i 's/^LOAD_KEXEC=.*/LOAD_KEXEC=true/' /etc/default/kexec")
    machine_up.must(f"ln -sf /boot/vmlinuz-{releases[1]} /vmlinuz; ln -sf /boot/initrd.img-{releases[1]} /initrd.img")
    hook = f"printf '#!/bin/sh\\nkexec -e\\n' >{HOOK} && chmod +x {HOOK}"
    kexec_by(machine_up, hook, "systemctl reboot")
    assert machine_up.boot.release == releases[1]
    assert log(machine_up)[-2]["end"] == "clean"
    machine_up.must(f"rm {HOOK}")


@pytest.mark.parametrize("way", ["kexec -p", "kdump-config load"])
def test_capture_kernel(machine_up: Host, way: str) -> None:
    """The capture kernel has exactly one stamp. The test finds this stamp in the machine's journal."""
    before = log(machine_up)[-1]
    capture = "/var/lib/kdump/vmlinuz --initrd=/var/lib/kdump/initrd.img --reuse-cmdline"
    rest = "--append='systemd.unit=kdump-tools-dump.service nr_cpus=1'"
    machine_up.must(f"kdump-config unload && kexec -p {capture} {rest}" if way == "kexec -p" else
                    "kdump-config unload && kdump-config load")
    machine_up.leave(PANIC)
    assert machine_up.must(STAMPS_OF_CAPTURE).count("\n") == 1
    *_, crashed, capture_boot, _ = log(machine_up)
    assert (crashed["boot_id"], crashed["end"]) == (before["boot_id"], "crash")
    assert (capture_boot["boot"], capture_boot["previous_release"]) == ("capture", before["release"])
    assert capture_boot["kexec_count"] == before["kexec_count"] + 1
