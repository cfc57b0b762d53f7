# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that `check --image` predicts what crosses a kexec, for every pair of docs/reference/kho-pairs.md.

test_kho_matrix.py compares the page with real kexecs. Here each kernel of the page boots cold and after a kexec from
itself, its files of KHO in debugfs are saved, and `check` reads them and the image of every other kernel.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from kernels import MATRIX, role
from kho import CMDLINE, FINALIZE_KHO, hexdump
from lab import pairs, scenario
from lab.scenario import Hop, Report, Scenario

pytestmark = pytest.mark.vm

KHO = "sys/kernel/debug/kho"
STATE = {"state": f"{FINALIZE_KHO}cd /{KHO} || exit 0\n"
                  "for file in in/fdt out/fdt out/finalize out/sub_fdts/kexec-metadata; do\n"
                  f"test ! -e $file || echo $file $({hexdump('$file')})\ndone"}
ROWS = tuple(pairs.ROLES) if MATRIX else ("built",)


def tables() -> tuple[dict[tuple[str, str], str], dict[tuple[str, str], str]]:
    """Return the cells of both tables of the page: (from, to) -> text."""
    found: list[dict[tuple[str, str], str]] = []
    for line in pairs.PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip().strip("*") for cell in line.strip("|").split("|")]
        if line.startswith("| from"):
            names = cells[1:]
            found.append({})
        elif line.startswith("| **"):
            found[-1] |= {(cells[0], name): cell for name, cell in zip(names, cells[1:])}
    return found[0], found[1]


def machine(report: Report, folder: Path) -> Path:
    """Make a root folder with what the running kernel shows of KHO."""
    (folder / "proc/sys/kernel").mkdir(parents=True)
    (folder / "proc/sys/kernel/osrelease").write_text(f"{report.release}\n", encoding="utf-8")
    for line in report.commands["state"].stdout.splitlines():
        name, _, content = line.partition(" ")
        path = folder / KHO / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes.fromhex(content))
    return folder


def predict(stage: Path, root: Path, image: Path) -> dict | None:
    program = stage / "usr/bin/kexec-lineage"
    got = subprocess.run([program, f"--root={root}", "--json", "check", f"--image={image}"], capture_output=True,
                         check=False)
    assert got.returncode == 12, got
    return json.loads(got.stdout)["kho"]


@pytest.mark.parametrize("name", ROWS)
def test_row(stage: Path, tmp_path: Path, name: str) -> None:
    running = role(name)
    plan = Scenario("check", running, [Hop(running, pairs.PLAIN)], cmdline=CMDLINE, commands=STATE)
    alone, ours = tables()
    wrong, seen = [], 0
    for number, report in enumerate(scenario.run(plan, None, tmp_path / "vm")):
        root = machine(report, tmp_path / str(number))
        for target, title in pairs.ROLES.items():
            cell = (pairs.ROLES[name], title)
            if not MATRIX and target in ("kho-6.19", "kho-7.1"):
                continue  # only make check-matrix builds them
            got = predict(stage, root, role(target).path)
            expected = {"all": "kho" in ours[cell].split(", "), "line": alone[cell] != pairs.NOTHING}
            seen += 1
            if {key: got[key] if got else False for key in expected} != expected:
                wrong.append((number, cell, got))
            if (got is None) != (name == "second"):
                wrong.append((number, cell, got))
    assert not wrong and seen == 2 * (7 if MATRIX else 5)
