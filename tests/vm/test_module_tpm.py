# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of the source `ima` with an emulated TPM, which no kexec resets.

IMA_KEXEC passes IMA's list of measurements on. Debian's kernels do not have it, so that each kernel begins a new list.
"""

from __future__ import annotations

import zlib
from pathlib import Path

import ima
import pytest
from kernels import MATRIX, check_modules, log_of, role, splats
from lab import firmware, scenario
from lab.firmware import FirmwareUnavailable
from lab.scenario import Hop, Report, Scenario, plain_load

pytestmark = pytest.mark.vm
matrix = pytest.mark.skipif(not MATRIX, reason="`make check-matrix` runs it")

# The small kernels have no ACPI, which would name the TPM.
CMDLINE = f"{scenario.CMDLINE} ima_policy=critical_data tpm_tis.force=1 tpm_tis.interrupts=0"
COMMANDS = {**ima.BEFORE, **scenario.SHOW, **ima.AFTER}
MEASURE = f'echo "measure func=KEXEC_CMDLINE" > {ima.FOLDER}/policy || exit 1\n'
ATTESTED = "PCR 10 of the TPM attests it"
FORGED_RELEASE = "6.6.6-forged"


@pytest.fixture(scope="module", autouse=True)
def tpm() -> None:
    try:
        firmware.get()
    except FirmwareUnavailable as error:
        pytest.skip(f"no emulated TPM: {error}")


def source(report: Report, name: str) -> dict:
    return next(found for found in report.show()["sources"] if found["source"] == name)


def check_replay(report: Report) -> None:
    assert report.commands["pcr"].stdout.strip() == ima.replayed(report)


def test_kernel_without_ima_kexec(stage: Path, tmp_path: Path) -> None:
    """The second kernel's list lacks what the first kernel measured, but its register does not."""
    kernel = role("second")
    hops = [Hop(kernel, MEASURE + plain_load("-s -l"))]
    plan = Scenario("tpm", kernel, hops, CMDLINE, COMMANDS, module=True, tpm=True)
    cold, kexeced = scenario.run(plan, stage, tmp_path)
    check_modules([cold, kexeced])
    check_replay(cold)
    assert kexeced.commands["pcr"].stdout.strip() != ima.replayed(kexeced)
    for report in (cold, kexeced):
        assert ima.values(report, "kernel_version") == [kernel.release]
        found = source(report, "ima")
        assert (found["status"], found["detail"]) == ("absent", "IMA's list begins with this kernel")
    assert kexeced.show()["previous_release"] == kernel.release
    assert kexeced.show()["conflicts"] == []


def forged(made_for: str) -> str:
    covered = f"1,k,7,{made_for},{FORGED_RELEASE}*7"
    return f"kexec_lineage.stamp={covered},{zlib.crc32(covered.encode()):08x}"


def forged_load(made_for: str) -> str:
    """Return a load with a stamp that was written by hand. With autostamp on, the module would replace it."""
    old = "sed 's/ kexec_lineage.stamp=[^ ]*//' /proc/cmdline"
    return ("echo 0 > /sys/module/kexec_lineage/parameters/autostamp\n"
            f'kexec -s -l "$KERNEL" --initrd="$INITRD" --command-line="$({old}) {forged(made_for)}"')


@pytest.fixture(scope="module")
def chain(stage: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Report]:
    """Return the reports of a cold boot and three kexecs, of which the last one has a forged stamp."""
    first, second = role("ima"), role("imanext")
    loads = [(second, plain_load("-s -l")), (first, plain_load("-s -l")), (second, forged_load(second.release))]
    hops = [Hop(target, MEASURE + load) for target, load in loads]
    folder = tmp_path_factory.mktemp("tpm")
    reports = scenario.run(Scenario("attested", first, hops, CMDLINE, COMMANDS, module=True, tpm=True), stage, folder)
    check_modules(reports)
    assert not splats(log_of(folder))
    return reports


@matrix
@pytest.mark.xdist_group("tpm-chain")
def test_list_equals_the_register_and_the_next_command_line(chain: list[Report]) -> None:
    for count, report in enumerate(chain):
        check_replay(report)
        assert ima.values(report, "kernel_version") == [kernel.release for kernel in chain[: count + 1]]
        assert ima.values(report, "kexec-cmdline") == [kernel.cmdline for kernel in chain[1 : count + 1]]


@matrix
@pytest.mark.xdist_group("tpm-chain")
def test_source_names_three_kernels(chain: list[Report]) -> None:
    releases = [report.release for report in chain]
    assert source(chain[0], "ima")["status"] == "absent"
    for count, report in enumerate(chain[1:3], start=1):
        found, shown = source(report, "ima"), report.show()
        assert (found["status"], found["detail"]) == ("ok", ATTESTED)
        assert (found["previous_release"], found["kexec_count"]) == (releases[count - 1], count)
        assert (shown["previous_release"], shown["kexec_count"]) == (releases[count - 1], count)
        assert (shown["chain_complete"], shown["conflicts"]) == (True, [])
    # The list of the third kernel names it and both previous kernels.
    assert ima.values(chain[2], "kernel_version") == releases[:3]
    assert [entry["release"] for entry in chain[2].show()["chain"]] == releases[1::-1]


@matrix
@pytest.mark.xdist_group("tpm-chain")
def test_forged_stamp_loses(chain: list[Report]) -> None:
    last, releases = chain[3], [report.release for report in chain]
    shown = last.show()
    assert forged(last.release) in last.cmdline
    assert (shown["previous_release"], shown["kexec_count"], shown["chain_complete"]) == (releases[2], 3, False)
    assert [entry["release"] for entry in shown["chain"]] == releases[2::-1]
    said = f"stale: says the previous kernel was {FORGED_RELEASE}, IMA's list, which the TPM attests, says {releases[2]}"
    for name in ("stamp", "module"):
        assert source(last, name)["detail"] == f"{said}; not used"
        assert f"{name}: {said}; not used" in shown["conflicts"]
