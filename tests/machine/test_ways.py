# SPDX-License-Identifier: GPL-2.0-or-later
"""Is there one stamp, and no second one, whoever loads the next kernel?

On one machine, which every test takes through a boot or two. systemd's own ways are in test_history.py.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lab import host
from lab.host import Host
from ways import CRASHKERNEL, KEXEC_NOW, PANIC, assert_one_stamp, image, load, log

REAL_KEXEC = "$(ls /usr/sbin/kexec.distrib*)"
# By modprobe, as everybody loads it: that hands it the running kernel's stamp.
MODPROBE = """folder=/lib/modules/$(uname -r)/updates
    mkdir -p $folder && cp /usr/local/lib/lab/$(uname -r).ko $folder/kexec_lineage.ko && depmod && modprobe kexec_lineage"""
STAMPS_OF_CAPTURE = """journalctl -b -1 -k -o cat --no-pager |
    grep '^Command line: .*elfcorehdr=' | grep -o 'kexec_lineage.stamp=[^ ]*'"""
# systemd masks the script that would start what Debian's kexec-load has loaded: where it stands in for a firmware
# reboot, the administrator has a hook like this one. Calling that script is no way around the mask: it hands over to
# systemctl (40-systemd of lsb-base).
HOOK = "/usr/lib/systemd/system-shutdown/lab-kexec"


@pytest.fixture(scope="module")
def machine_up(machine) -> Iterator[Host]:
    with machine(f"{host.CMDLINE} {CRASHKERNEL}") as running:
        yield running


def newest(machine_up: Host) -> tuple:
    boot = log(machine_up)[-1]
    return boot["boot"], boot["previous_release"], boot["kexec_count"]


def went(machine_up: Host, script: str, how: str = "systemctl kexec") -> None:
    """Loads with the script and kexecs; the new kernel must know where it came from and how many kexecs there were."""
    before = log(machine_up)[-1]
    machine_up.must(script)
    machine_up.leave(how)
    assert_one_stamp(machine_up)
    assert newest(machine_up) == ("kexec", before["release"], before["kexec_count"] + 1)


def test_kexec_with_a_line_of_its_own(machine_up: Host, releases: list[str]) -> None:
    went(machine_up, f'kexec -c -l {image(releases[0])} --append="$(cat /proc/cmdline)"', KEXEC_NOW)
    assert log(machine_up)[-2]["end"] == "kexec"


def test_module_alone(machine_up: Host, releases: list[str]) -> None:
    """kexec_file_load() is stamped by the module; nothing of ours sees the real kexec run."""
    with_module(machine_up)
    went(machine_up, load(releases[0], "-s -l").replace("kexec", REAL_KEXEC, 1))


def test_module_and_wrapper(machine_up: Host, releases: list[str]) -> None:
    with_module(machine_up)
    went(machine_up, load(releases[0], "-s -l"))


def with_module(machine_up: Host) -> None:
    """Loads the module where there is one for the running kernel; there need not be."""
    if machine_up.run('test -e "/usr/local/lib/lab/$(uname -r).ko"').status:
        pytest.skip(f"no module for {machine_up.boot.release}: the lab builds it for kernels of its own")
    machine_up.must(MODPROBE)


def test_debians_service(machine_up: Host, releases: list[str]) -> None:
    """kexec-load puts the running command line, stamp and all, onto the next one, late at shutdown."""
    machine_up.must("sed -i 's/^LOAD_KEXEC=.*/LOAD_KEXEC=true/' /etc/default/kexec")
    machine_up.must(f"ln -sf /boot/vmlinuz-{releases[1]} /vmlinuz; ln -sf /boot/initrd.img-{releases[1]} /initrd.img")
    hook = f"printf '#!/bin/sh\\nkexec -e\\n' >{HOOK} && chmod +x {HOOK}"
    went(machine_up, hook, "systemctl reboot")
    assert machine_up.boot.release == releases[1]
    assert log(machine_up)[-2]["end"] == "clean"
    machine_up.must(f"rm {HOOK}")


@pytest.mark.parametrize("way", ["kexec -p", "kdump-config load"])
def test_capture_kernel(machine_up: Host, way: str) -> None:
    """Its stamp is read off its own kernel log, which it leaves in the machine's journal."""
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
