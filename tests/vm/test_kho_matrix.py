# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of kexecs between all pairs of KHO kernels, and between kernels that only `make check-matrix` builds."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from kernels import log_of, role, splats
from kho import CMDLINE, LINES, SHOW, SUBTREES, exec_from, lines, memory_hop
from lab import pairs, scenario
from lab.scenario import Hop, Scenario
from test_kho_module import check

pytestmark = [
    pytest.mark.vm,
    pytest.mark.skipif(not os.environ.get("KEXEC_LINEAGE_MATRIX"), reason="takes long: make check-matrix runs it"),
]

SEEN = {**LINES, **SUBTREES}


def test_every_pair(qemu: None, stage: Path) -> None:
    """The page in docs/ matches real kexecs. page() raises if kexec-lineage has no complete lineage for a pair."""
    page = pairs.page(stage)
    assert page == pairs.PAGE.read_text(encoding="utf-8")


def test_from_6_19(stage: Path, tmp_path: Path) -> None:
    """The module on 6.19 publishes metadata, and the reader of our series on 6.18 reads it. The same works in
    the other direction. Both kernels use the ABI kho-v1."""
    newer, series = role("kho-6.19"), role("kho-6.18-series")
    hops = [memory_hop(series), memory_hop(newer), memory_hop(series)]
    plan = Scenario("v1", newer, hops, cmdline=CMDLINE, commands=SHOW, module=True)
    reports = scenario.run(plan, stage, tmp_path)
    check(reports)
    assert [exec_from(report) for report in reports] == [None, (newer.release, 1), None, (newer.release, 3)]


def test_from_7_1_to_7_3(tmp_path: Path) -> None:
    """After a kexec from 7.1 (kho-v3), mainline 7.3 (kho-v4) restarts the count; 7.3 with our patch continues it."""
    old, mainline, patched = role("kho-7.1"), role("built"), role("kho-7.3-crossabi")
    seen = []
    for target in (mainline, patched):
        hops = [Hop(kernel, pairs.PLAIN) for kernel in (old, target, target)]
        plan = Scenario("v3", old, hops, cmdline=CMDLINE, commands=SEEN)
        reports = scenario.run(plan, None, tmp_path / target.id)
        assert not splats(log_of(tmp_path / target.id), builtin=True)
        assert "is incompatible with 'kho-v4'" in "".join(lines(reports[2]))
        seen.append([exec_from(report) for report in reports[1:]])
    assert seen[0] == [(old.release, 1), None, (mainline.release, 1)]
    assert seen[1] == [(old.release, 1), (old.release, 2), (patched.release, 3)]
