# SPDX-License-Identifier: GPL-2.0-or-later
"""Fixtures of the tests on hosts: the installed program."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP))


@pytest.fixture(scope="session")
def stage() -> Path:
    """Return the folder in which kexec-lineage is installed."""
    folder = Path(os.environ.get("KEXEC_LINEAGE_STAGE") or TOP / "build/stage")
    if not (folder / "usr/bin/kexec-lineage").exists():
        pytest.skip(f"no usr/bin/kexec-lineage in {folder}: run 'make stage'")
    return folder


@pytest.fixture(scope="session")
def tool(stage: Path) -> list[str]:
    """Return the command line of the program that is installed below the stage."""
    folders = ":".join(sorted({str(path.parent) for path in stage.rglob("libkexec-lineage.so.*")}))
    return ["env", f"LD_LIBRARY_PATH={folders}", str(stage / "usr/bin/kexec-lineage")]
