# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that the command line that IMA measures is the one that boots, with the module and plain kexec(8).

The machine has no TPM. IMA then keeps its list of measurements, but extends no PCR.

A kernel with module/patches/cmdline asks the module for the command line. The one of the lab has no probes.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from kernels import MATRIX, REQUIRED, check_modules, log_of, role, splats
from lab import scenario
from lab.cache import Kernel
from lab.scenario import Hop, Report, Scenario

pytestmark = pytest.mark.vm

IMA = "/sys/kernel/security/ima"
POLICY = f"""
mount -t securityfs securityfs /sys/kernel/security
echo "measure func=KEXEC_CMDLINE" > {IMA}/policy || exit 1
"""
LAST = f"tail -n 1 {IMA}/ascii_runtime_measurements"
LOG = f"\nstatus=$?; {LAST}; exit $status"
OFF = "echo 0 > /sys/module/kexec_lineage/parameters/autostamp\n"
PREFIX = "kexec_lineage.stamp="
PROBES = {"probes": "grep -c ' register_kprobe$' /proc/kallsyms"}
PATCHED = "kho-7.3-patched"
NEWER = REQUIRED[1]
newer_and_patched = pytest.mark.parametrize("name", (NEWER, PATCHED) if MATRIX else (NEWER,))


def measured_hop(target: Kernel, load: str) -> Hop:
    return Hop(target, POLICY + load + LOG)


def measured(report: Report) -> str:
    """Return the command line that IMA measured in this kernel: the last field of the template ima-buf."""
    assert report.load
    fields = report.load.stdout.split()
    assert fields[-2] == "kexec-cmdline", report.load
    return bytes.fromhex(fields[-1]).decode()


def run(first: Kernel, hops: list[Hop], stage: Path, folder: Path, cmdline: str = scenario.CMDLINE) -> list[Report]:
    commands = {**scenario.SHOW, **PROBES}
    plan = Scenario("measured", first, hops, module=True, commands=commands, cmdline=cmdline)
    reports = scenario.run(plan, stage, folder)
    check_modules(reports)
    for report in reports:
        assert (report.commands["probes"].stdout == "0\n") == (first.id == "built-7.3-patched")
    for report, after in zip(reports, reports[1:]):
        assert measured(report) == after.cmdline
    assert not splats(log_of(folder))
    return reports


@pytest.mark.parametrize("name", (*REQUIRED, PATCHED) if MATRIX else REQUIRED)
def test_measured_line_has_the_stamp(name: str, stage: Path, tmp_path: Path) -> None:
    kernel = role(name)
    hops = [measured_hop(kernel, scenario.plain_load("-s -l"))] * 2
    reports = run(kernel, hops, stage, tmp_path)
    for count, report in enumerate(reports[1:], start=1):
        assert report.cmdline.count(PREFIX) == 1
        assert (report.show()["kexec_count"], report.show()["chain_complete"]) == (count, True)


@newer_and_patched
def test_without_autostamp(name: str, stage: Path, tmp_path: Path) -> None:
    """With autostamp off, a copied stamp is removed before IMA measures the line, and a stamp by `kexec-lineage load`
    stays."""
    kernel = role(name)
    plain, own = scenario.plain_load("-s -l"), scenario.lineage_load("-s -l")
    loads = (plain, OFF + plain, own, OFF + own)
    reports = run(kernel, [measured_hop(kernel, load) for load in loads], stage, tmp_path)
    assert [report.cmdline.count(PREFIX) for report in reports] == [0, 1, 0, 1, 1]
    assert reports[2].show()["previous_release"] is None
    assert reports[4].show()["previous_release"] == kernel.release


@newer_and_patched
def test_line_of_a_capture_kernel(name: str, stage: Path, tmp_path: Path) -> None:
    """The measured stamp of a capture kernel is one of a capture kernel. Its line gets more parameters later."""
    kernel = role(name)
    load = f"{scenario.plain_load('-s -p')} || exit 1\n{LAST}\n{scenario.plain_load('-s -l')}"
    first = run(kernel, [measured_hop(kernel, load)], stage, tmp_path, f"{scenario.CMDLINE} crashkernel=256M")[0]
    assert first.load
    capture = bytes.fromhex(first.load.stdout.splitlines()[0].split()[-1]).decode()
    assert f"{PREFIX}1,p,1,{kernel.release}," in capture
