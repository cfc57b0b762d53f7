# SPDX-License-Identifier: GPL-2.0-or-later
"""triage finds bugs that depend on earlier kernels, from real boots with real oopses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from lab import planted
from lab.cases import Cast

pytestmark = pytest.mark.vm


def test_planted_bugs_are_found(cast: Cast, stage: Path, tmp_path: Path) -> None:
    fleet = planted.Planted(cast, stage, tmp_path)
    fleet.build_modules()
    fleet.run_machines(lambda machine, report: None)
    for number in range(len(planted.WAYS)):
        fleet.ingest(number)
    text = fleet.triage()
    assert fleet.bad in text and planted.HANDOVER in text and planted.TABLE in text
    assert fleet.page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    # Ingesting the same consoles again changes nothing.
    before = fleet.tool("--json", "triage", f"--store={fleet.store}").stdout
    fleet.ingest(0)
    assert json.loads(fleet.tool("--json", "triage", f"--store={fleet.store}").stdout) == json.loads(before)
