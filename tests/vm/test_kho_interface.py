# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of module/patches/interface: the previous kernel in sysfs, in vmcoreinfo and in the header of reports."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from kernels import log_of, role, splats
from kho import CMDLINE
from lab import cases, scenario
from lab.scenario import Hop, Scenario, plain_load

pytestmark = [
    pytest.mark.vm,
    pytest.mark.skipif(not os.environ.get("KEXEC_LINEAGE_MATRIX"), reason="takes long: make check-matrix runs it"),
]

LOAD = plain_load("-s -l")
SYSFS = {"sysfs": "cd /sys/kernel/kexec && cat previous_release count"}
LINE = "Kexec from: "


def test_sysfs(tmp_path: Path) -> None:
    kernel = role("kho-7.3-interface")
    plan = Scenario("sysfs", kernel, [Hop(kernel, LOAD)] * 2, cmdline=CMDLINE, commands=SYSFS)
    reports = scenario.run(plan, None, tmp_path)
    assert not splats(log_of(tmp_path), builtin=True)
    release = kernel.release
    assert [report.commands["sysfs"].stdout for report in reports] == ["\n0\n", f"{release}\n1\n", f"{release}\n2\n"]


@pytest.mark.parametrize("kexecs", (0, 1))
def test_line_of_a_report(kexecs: int, tmp_path: Path) -> None:
    """A panic after a kexec names the previous kernel in its header. A panic after a cold boot prints no such line."""
    kernel = role("kho-7.3-interface")
    plan = Scenario("panic", kernel, [Hop(kernel, LOAD)] * kexecs, cmdline=CMDLINE, commands={}, crash=cases.CRASH)
    scenario.run(plan, None, tmp_path)
    panic = log_of(tmp_path).split("Kernel panic - not syncing: sysrq triggered crash")[1]
    header, found, _ = panic.partition("Call Trace:")
    assert found and " CPU: " in header
    assert header.count(f"{LINE}{kernel.release} (count 1)\n") == panic.count(LINE) == kexecs


def test_vmcoreinfo(tmp_path: Path) -> None:
    """The dump of a kernel after a kexec names the previous kernel in the note at its beginning."""
    kernel = role("kho-7.3-interface")
    commands = {"keys": "head -c 16384 /proc/vmcore | grep -a -E '^KEXEC(FROM|COUNT)='"}
    hops = [Hop(kernel, LOAD), Hop(kernel, plain_load("-s -p"), go=cases.CRASH)]
    # After a kexec with KHO, only scratch memory is free when the memory for the capture kernel is reserved.
    cmdline = f"{scenario.CMDLINE} kho=on kho_scratch=16M,1024M,64M crashkernel=320M"
    plan = Scenario("vmcore", kernel, hops, cmdline=cmdline, commands=commands, memory_mib=3072)
    reports = scenario.run(plan, None, tmp_path)
    assert reports[2].commands["keys"].stdout == f"KEXECFROM={kernel.release}\nKEXECCOUNT=1\n"
