# SPDX-License-Identifier: GPL-2.0-or-later
"""Which program is tested on hosts?"""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def tool() -> list[str]:
    """The program as it is installed below the stage, ready to run here."""
    stage = Path(os.environ["KEXEC_LINEAGE_STAGE"])
    folders = ":".join(sorted({str(path.parent) for path in stage.rglob("libkexec-lineage.so.*")}))
    return ["env", f"LD_LIBRARY_PATH={folders}", str(stage / "usr/bin/kexec-lineage")]
