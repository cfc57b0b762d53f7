# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that triage finds a bug that depends on the kexec count, from real boots with real oopses."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from lab import planted
from lab.cases import Cast
from lab.fleet import Fleet, run_all

pytestmark = pytest.mark.vm


def test_planted_bug_is_found(cast: Cast, stage: Path, tmp_path: Path) -> None:
    fleet = Fleet(stage, tmp_path)
    machines = planted.Planted(cast, fleet)
    machines.build_modules()
    run_all(partial(machines.run, number, lambda report: None) for number in range(len(planted.WAYS)))
    for number in range(len(planted.WAYS)):
        machines.ingest(number)
    report = fleet.report()
    assert list(machines.wrong(report)) == []
    assert [case["title"].endswith(planted.TABLE) for case in report["cases"]] == [True]
    assert planted.TABLE in fleet.triage()
    assert fleet.page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    # Ingesting the same consoles again changes nothing but the time of the report.
    machines.ingest(0)
    assert {**fleet.report(), "time": None} == {**report, "time": None}
