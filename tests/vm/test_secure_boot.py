# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests with UEFI and Secure Boot: the kernel is locked down, and loads only modules that a trusted key signed.

The firmware trusts the key of Debian's package ovmf, whose secret is public. Debian's kernels also accept modules that
were signed with a key of the firmware, or, if shim started them, with a key of the machine's owner.
"""

from __future__ import annotations

import dataclasses
import subprocess
from pathlib import Path

import pytest
from kernels import MATRIX, role
from lab import firmware, module, scenario, shim
from lab.cache import Kernel
from lab.firmware import Firmware, FirmwareUnavailable
from lab.scenario import Hop, Report, Scenario, lineage_load, plain_load

pytestmark = [pytest.mark.vm, pytest.mark.skipif(not MATRIX, reason="`make check-matrix` runs it")]

BEFORE = {"securityfs": "mount -t securityfs securityfs /sys/kernel/security"}
COMMANDS = {**BEFORE, "lockdown": "cat /sys/kernel/security/lockdown", "doctor": "kexec-lineage doctor",
            "dmesg": "dmesg", **scenario.SHOW}
SIGNED = "/signed/kexec_lineage.ko"
WITH_SIGNED = {"insmod": f"insmod {SIGNED}", **COMMANDS}


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


def signed_module(kernel: Kernel, key: Path, certificate: Path, folder: Path) -> bytes:
    """Return kexec_lineage.ko with a signature."""
    sign_file = next(module.headers_of(kernel).glob("**/scripts/sign-file"))
    copy = folder / "kexec_lineage.ko"
    copy.write_bytes(module.built(kernel).read_bytes())
    subprocess.run([sign_file, "sha256", key, certificate, copy], check=True)
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
    key, certificate = firmware.open_key(ovmf, tmp_path), ovmf.folder / firmware.CERTIFICATE
    files = {SIGNED: signed_module(kernel, key, certificate, tmp_path)}
    plan = Scenario("signed", kernel, [Hop(kernel, plain_load("-s -l"))], commands=WITH_SIGNED, files=files,
                    secure=True, memory_mib=2048)
    check_stamped(kernel, scenario.run(plan, stage, tmp_path))


def check_stamped(kernel: Kernel, reports: list[Report]) -> None:
    for report in reports:
        check_locked_down(report)
        assert report.commands["insmod"].status == 0, report.commands["insmod"]
    shown = reports[1].show()
    assert (shown["previous_release"], shown["kexec_count"], shown["chain_complete"]) == (kernel.release, 1, True)
    assert f"kexec_lineage: exec from: {kernel.release} (count 1)" in reports[1].commands["dmesg"].stdout


@pytest.fixture
def owner(tmp_path: Path) -> shim.Key:
    """Return the key of a machine's owner. Skip the test if shim is not available."""
    try:
        shim.get()
    except FirmwareUnavailable as error:
        pytest.skip(f"no shim: {error}")
    return shim.make_key(tmp_path)


def test_module_of_the_owner(owner: shim.Key, stage: Path, tmp_path: Path) -> None:
    """With shim, GRUB and a kernel that Debian signed, a module works that the owner of the machine signed."""
    kernel = role("second")
    files = {SIGNED: signed_module(kernel, owner.secret, owner.certificate, tmp_path)}
    plan = Scenario("owner", kernel, [Hop(kernel, plain_load("-s -l"))], commands=WITH_SIGNED, files=files,
                    owner=owner, memory_mib=2048)
    check_stamped(kernel, scenario.run(plan, stage, tmp_path))


def test_module_of_another_owner(owner: shim.Key, stage: Path, tmp_path: Path) -> None:
    """A module that was signed with a key that the machine does not have is refused."""
    kernel = role("second")
    (tmp_path / "other").mkdir()
    other = shim.make_key(tmp_path / "other")
    files = {SIGNED: signed_module(kernel, other.secret, other.certificate, tmp_path)}
    plan = Scenario("another owner", kernel, [], commands=WITH_SIGNED, files=files, owner=owner, memory_mib=2048)
    report, = scenario.run(plan, stage, tmp_path)
    check_locked_down(report)
    assert report.commands["insmod"].status != 0
    assert "signed" in report.commands["doctor"].stdout, report.commands["doctor"]
