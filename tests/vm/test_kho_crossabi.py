# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that metadata survives a change of the KHO ABI with module/patches/linux-7.3.y and without the module.

test_kho_matrix.py tests Linux 7.1, whose metadata is not in an FDT.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from kernels import log_of, role, splats
from kho import CMDLINE, FINALIZE_KHO, LINES, SUBTREES, exec_from, lines, memory_hop, subtrees
from lab import scenario
from lab.scenario import Hop, Report, Scenario, plain_load

pytestmark = pytest.mark.vm

PLAIN = FINALIZE_KHO + plain_load("-s -l")
SEEN = {**LINES, **SUBTREES}
INCOMPATIBLE = "is incompatible with 'kho-v4'"


def run(plan: Scenario, stage: Path | None, folder: Path) -> list[Report]:
    reports = scenario.run(plan, stage, folder)
    assert not splats(log_of(folder), builtin=True)
    return reports


def test_unpatched(tmp_path: Path) -> None:
    """For comparison: without our patch, 7.3 prints only "incompatible" after a kexec from 6.18, and restarts the
    count."""
    series, mainline = role("kho-6.18-series"), role("built")
    hops = [Hop(series, PLAIN), Hop(mainline, PLAIN), Hop(mainline, PLAIN)]
    reports = run(Scenario("unpatched", series, hops, cmdline=CMDLINE, commands=SEEN), None, tmp_path)
    assert [exec_from(report) for report in reports[1:]] == [(series.release, 1), None, (mainline.release, 1)]
    assert INCOMPATIBLE in "".join(lines(reports[2]))


def test_from_the_series(tmp_path: Path) -> None:
    """The count continues from 6.18 with our series to 7.3 with our patch, and from there through KHO to the next
    7.3."""
    series, patched = role("kho-6.18-series"), role("kho-7.3-crossabi")
    hops = [Hop(series, PLAIN), Hop(patched, PLAIN), Hop(patched, PLAIN), Hop(patched, PLAIN)]
    reports = run(Scenario("patched", series, hops, cmdline=CMDLINE, commands=SEEN), None, tmp_path)
    assert [exec_from(report) for report in reports] == [
        None,
        (series.release, 1),
        (series.release, 2),
        (patched.release, 3),
        (patched.release, 4),
    ]
    # 7.3 used nothing else from the FDT of 6.18.
    assert INCOMPATIBLE in "".join(lines(reports[2]))
    assert not [path for path in subtrees(reports[2]) if path.startswith("in/")]
    assert subtrees(reports[3])["in/sub_fdts/kexec-metadata"] == 73


def test_from_the_module(stage: Path, tmp_path: Path) -> None:
    """6.18 with the module and no patch publishes metadata. 7.3 with our patch reads it, without a stamp on the command
    line."""
    stock, patched = role("kho-6.18"), role("kho-7.3-crossabi")
    hops = [memory_hop(stock), memory_hop(patched), memory_hop(patched)]
    plan = Scenario("module", stock, hops, cmdline=CMDLINE, commands=SEEN, module=True)
    reports = run(plan, stage, tmp_path)
    assert [exec_from(report) for report in reports] == [None, None, (stock.release, 2), (patched.release, 3)]


def test_cold_boot_is_quiet(tmp_path: Path) -> None:
    patched = role("kho-7.3-crossabi")
    reports = run(Scenario("cold", patched, [], cmdline=CMDLINE, commands=SEEN), None, tmp_path)
    assert not [line for line in lines(reports[0]) if "exec from" in line or "metadata" in line]
