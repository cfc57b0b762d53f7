# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that the doctor finds nothing on a sound Debian machine, and that the fixes that it prints work there.

tests/vm/test_doctor.py tests more kernels, without systemd. Each fault is caused, reported, fixed by the printed
command, and gone. All faults are tested in one boot.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab import host
from lab.host import Host

UNIT = "kexec-lineage-record.service"
HISTORY = "/var/lib/kexec-lineage/history.db"
PARAMETER = "/sys/module/kexec_lineage/parameters/autostamp"
SOUND = """
depmod
echo kexec_lineage >/etc/modules-load.d/kexec-lineage.conf
modprobe kexec_lineage
"""
# Name -> the check, the command that causes the fault, and the status.
FAULTS = {
    "module": ("module", "rmmod kexec_lineage", "warn"),
    "module at boot": ("module at boot", "rm /etc/modules-load.d/kexec-lineage.conf", "warn"),
    "autostamp": ("autostamp", f"echo 0 >{PARAMETER}", "warn"),
    "probes": ("autostamp", "echo 0 >/sys/kernel/debug/kprobes/enabled", "warn"),
    "unit": ("record unit", f"systemctl disable {UNIT}", "fail"),
    "masked": ("record unit", f"systemctl mask {UNIT}", "fail"),
    "history": ("history", "rm -r /var/lib/kexec-lineage", "fail"),
    "damaged history": ("history", f"rm -f {HISTORY}-*; dd if=/dev/urandom of={HISTORY} bs=4096 count=9 conv=notrunc",
                        "fail"),
}


@pytest.fixture(scope="module")
def sound(the_disk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """Start a machine whose firmware keeps the log of a crash, and load the module."""
    log: Path = tmp_path_factory.mktemp("machine") / "console.log"
    with host.running(the_disk, log, devices=host.Devices(pstore=True)) as machine:
        machine.must("cp /usr/local/lib/lab/$(uname -r).ko /lib/modules/$(uname -r)/kexec_lineage.ko" + SOUND)
        yield machine


def checks(machine: Host) -> dict[str, dict]:
    result = machine.run("kexec-lineage --json doctor")
    return {check["check"]: check for check in json.loads(result.stdout)["checks"]}


def not_ok(machine: Host) -> dict[str, dict]:
    return {name: check for name, check in checks(machine).items() if check["status"] != "ok"}


def test_sound_machine(sound: Host) -> None:
    assert not_ok(sound) == {}
    assert sound.run("kexec-lineage doctor").status == 0


@pytest.mark.parametrize("fault", FAULTS)
def test_fault(sound: Host, fault: str) -> None:
    check, breaks, status = FAULTS[fault]
    sound.must(breaks)
    found = not_ok(sound)
    assert found[check]["status"] == status, found
    # A remedy is a command, and may have a remark in parentheses.
    fixed = sound.run(found[check]["remedy"].partition(" (")[0])
    assert fixed.status == 0 and not_ok(sound) == {}, (found[check], fixed, not_ok(sound))
