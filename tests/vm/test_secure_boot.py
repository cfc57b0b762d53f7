# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests with UEFI and Secure Boot: the kernel is locked down, and loads only modules that a trusted key signed.

The firmware trusts the key of Debian's package ovmf, whose secret is public. Debian's kernels also accept modules that
were signed with a key of the firmware. The tests use neither shim nor a machine owner's key.
"""

from __future__ import annotations

import dataclasses
import subprocess
from pathlib import Path

import pytest
from kernels import MATRIX, role
from lab import firmware, module, scenario
from lab.cache import Kernel
from lab.firmware import Firmware, FirmwareUnavailable
from lab.scenario import Hop, Report, Scenario, lineage_load, plain_load

pytestmark = [pytest.mark.vm, pytest.mark.skipif(not MATRIX, reason="`make check-matrix` runs it")]

BEFORE = {"securityfs": "mount -t securityfs securityfs /sys/kernel/security"}
COMMANDS = {**BEFORE, "lockdown": "cat /sys/kernel/security/lockdown", "doctor": "kexec-lineage doctor",
            "dmesg": "dmesg", **scenario.SHOW}
SIGNED = "/signed/kexec_lineage.ko"


@pytest.fixture(scope="module")
def ovmf() -> Firmware:
    try:
        return firmware.get()
    except FirmwareUnavailable as error:
        pytest.skip(f"no firmware: {error}")


@pytest.fixture(scope="module")
def kernel(ovmf: Firmware, tmp_path_factory: pytest.TempPathFactory) -> Kernel:
    """Return the kernel with a signature that the firmware accepts."""
    second = role("second")
    path = tmp_path_factory.mktemp("signed") / second.path.name
    try:
        firmware.sign(second.path, ovmf, path)
    except FirmwareUnavailable as error:
        pytest.skip(f"the kernel cannot be signed: {error}")
    return dataclasses.replace(second, path=path)


def signed_module(kernel: Kernel, ovmf: Firmware, folder: Path) -> bytes:
    """Return kexec_lineage.ko with a signature by the firmware's key."""
    sign_file = next(module.headers_of(kernel).glob("**/scripts/sign-file"))
    copy = folder / "kexec_lineage.ko"
    copy.write_bytes(module.built(kernel).read_bytes())
    key = firmware.open_key(ovmf, folder)
    subprocess.run([sign_file, "sha256", key, ovmf.folder / firmware.CERTIFICATE, copy], check=True)
    return copy.read_bytes()


def check_locked_down(report: Report) -> None:
    assert report.commands["lockdown"].stdout == "none [integrity] confidentiality\n"


def test_unsigned_module(kernel: Kernel, stage: Path, tmp_path: Path) -> None:
    """The module is refused, `doctor` says why, and `load` passes the lineage on."""
    plan = Scenario("unsigned", kernel, [Hop(kernel, lineage_load("-s -l"))], commands=COMMANDS, module=True,
                    secure=True, memory_mib=2048)
    reports = scenario.run(plan, stage, tmp_path)
    for report in reports:
        check_locked_down(report)
        assert report.modprobe and report.modprobe.status != 0
        assert "signed" in report.commands["doctor"].stdout, report.commands["doctor"]
    assert "Secure boot enabled" in reports[0].commands["dmesg"].stdout
    shown = reports[1].show()
    assert (shown["previous_release"], shown["kexec_count"], shown["chain_complete"]) == (kernel.release, 1, True)


def test_signed_module(kernel: Kernel, ovmf: Firmware, stage: Path, tmp_path: Path) -> None:
    """A signed module works under lockdown: it stamps plain kexec(8), and prints the lineage."""
    files = {SIGNED: signed_module(kernel, ovmf, tmp_path)}
    commands = {"insmod": f"insmod {SIGNED}", **COMMANDS}
    plan = Scenario("signed", kernel, [Hop(kernel, plain_load("-s -l"))], commands=commands, files=files,
                    secure=True, memory_mib=2048)
    reports = scenario.run(plan, stage, tmp_path)
    for report in reports:
        check_locked_down(report)
        assert report.commands["insmod"].status == 0, report.commands["insmod"]
    shown = reports[1].show()
    assert (shown["previous_release"], shown["kexec_count"], shown["chain_complete"]) == (kernel.release, 1, True)
    assert f"kexec_lineage: exec from: {kernel.release} (count 1)" in reports[1].commands["dmesg"].stdout
