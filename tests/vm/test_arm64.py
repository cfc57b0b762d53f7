# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests on arm64 kernels, with programs and modules that are cross-built.

Debian's arm64 kernels have no kexec_file_load(), so that only `kexec-lineage load` adds stamps. The tests are skipped
if QEMU for arm64, the cross compiler or a kernel is missing.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from kernels import check_modules, log_of, splats
from lab import cases, cross, expect, fetch, scenario, vm
from lab.cache import Kernel, KernelUnavailable
from lab.scenario import Hop, Report, lineage_load

pytestmark = pytest.mark.vm

ARM64 = "aarch64"
# Without -i, the purgatory computes a checksum of the next kernel, which takes QEMU minutes.
CALL = "-c -i -l"
COMMANDS = {**scenario.SHOW, "module": cases.MODULE, "dmesg": "dmesg | sed -n 's/^.*] kexec_lineage: //p'"}


@pytest.fixture(scope="session")
def arm64_stage() -> Path:
    """Return the folder in which the cross-built kexec-lineage is installed."""
    try:
        vm.need(ARM64)
        return cross.stage(ARM64)
    except (vm.QemuMissing, cross.CrossUnavailable) as error:
        pytest.skip(f"no lab for arm64: {error}")


def kernel(role: str) -> Kernel:
    try:
        return fetch.for_role(role)
    except KernelUnavailable as error:
        pytest.skip(f"kernel not available: {error}")


@pytest.fixture(scope="module")
def chain(arm64_stage: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Report]:
    """Return the reports of a cold boot and two kexecs by `kexec-lineage load`."""
    first, second = kernel("arm64-first"), kernel("arm64-second")
    hops = [Hop(target, lineage_load(CALL)) for target in (second, second)]
    folder = tmp_path_factory.mktemp("arm64")
    reports = scenario.run(cases.arm64("arm64", first, hops, module=True, commands=COMMANDS), arm64_stage, folder)
    assert not splats(log_of(folder))
    return reports


@pytest.mark.xdist_group("arm64-chain")
def test_loader_passes_the_lineage_on(chain: list[Report]) -> None:
    check_modules(chain)
    releases = [report.release for report in chain]
    for hop, report in enumerate(chain[1:], start=1):
        wanted = expect.lineage(releases[: hop + 1])
        for name in ("boot", "chain_complete"):  # nothing on these machines shows how a kernel was started
            del wanted[name]
        assert expect.differences(wanted, report.show()) == []
        assert report.commands["show"].stdout.startswith(f"release    {report.release}\n")
        previous = releases[hop - 1]
        assert f"previous   {previous}\n" in report.commands["show"].stdout
        assert f"exec from: {previous} (count {hop})" in report.commands["dmesg"].stdout.splitlines()
        assert f"kexec_count {hop}\n" in report.commands["module"].stdout
        assert report.cmdline.count("kexec_lineage.stamp=") == 1


@pytest.mark.xdist_group("arm64-chain")
def test_kernel_without_kexec_file_load_says_so(chain: list[Report]) -> None:
    for report in chain:
        assert "autostamp is off: this kernel has no kexec_file_load()" in report.commands["dmesg"].stdout


@pytest.mark.xdist_group("arm64-chain")
@pytest.mark.xfail(strict=True, reason="show asks whether /proc is mounted, and exits with 3")
def test_show_after_a_cold_boot(chain: list[Report]) -> None:
    assert chain[0].commands["show"].stderr == ""
    assert chain[0].show()["release"] == chain[0].release
