# SPDX-License-Identifier: GPL-2.0-or-later
"""Failures of allocations in kho_init(), with module/patches: each leaves a kernel that boots, and says what failed.

The parameter lab_kho_nth=N (lab/bugs/planted-kho) lets the Nth allocation in kho_init() fail.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from kernels import MATRIX, role
from kho import CMDLINE
from lab import scenario
from lab.scenario import Hop, Report, Scenario

pytestmark = [
    pytest.mark.vm,
    pytest.mark.skipif(not MATRIX, reason="takes long: make check-matrix runs it"),
]

# More than kho_init() has. The last number of a chain must find no allocation.
MOST = 48
COMMANDS = {
    "result": "dmesg | grep -o 'lab: kho_init() returned .*'",
    "place": "dmesg | sed -n '/FAULT_INJECTION/,/lab: kho_init/p'",
    "said": "dmesg | grep -E 'KHO: (disabled|no debugfs|failed)|WARNING: '",
    "handover": "dmesg | grep -c 'KHO: found kexec handover data'",
}
RESULT = re.compile(r"lab: kho_init\(\) returned (-?\d+), fail_nth is (\d+)\n")
# __GFP_NOWARN hides the place of the failure, and the caller continues without the memory.
QUIET = "no line about the failure"


def load(flag: str, nth: int) -> str:
    return f'kexec {flag} -l "$KERNEL" --initrd="$INITRD" --command-line="{CMDLINE} lab_kho_nth={nth}"'


def reports_of(loads: list[str], folder: Path) -> list[Report]:
    kernel = role("kho-7.3-patched")
    plan = Scenario("failures", kernel, [Hop(kernel, text) for text in loads], cmdline=CMDLINE, commands=COMMANDS)
    return scenario.run(plan, None, folder)


def place(report: Report) -> str:
    """Return the function of KHO that made the allocation."""
    calls = re.findall(r"^\[.*?\]  (\w+)\S*\+0x", report.commands["place"].stdout, re.M)
    return next((name for name in calls if "kho_" in name and name != "lab_kho_init"), "kho_init")


def check(reports: list[Report]) -> list[str]:
    """Check that every kernel says what failed, up to the first one in which nothing failed. Return a line for each."""
    rows = []
    for nth, report in enumerate(reports, start=1):
        found = RESULT.fullmatch(report.commands["result"].stdout)
        assert found, report.commands["result"]
        if int(found[2]):
            return rows
        said = report.commands["said"].stdout.splitlines()
        assert said or (found[1] == "0" and not report.commands["place"].stdout), (nth, report.commands["place"])
        is_off = any("KHO: disabled: initialization failed: -12" in line for line in said)
        assert is_off == (found[1] != "0"), (nth, said)
        first = re.sub(r"^\[ *[\d.]+\] ", "", said[0]) if said else QUIET
        rows.append(f"{nth}: {place(report)}: {first}")
    raise AssertionError(f"kho_init() has more than {len(reports)} allocations")


def test_after_a_cold_start_of_kho(tmp_path: Path) -> None:
    """kexec -c hands nothing over, so that each kernel starts KHO as after a cold boot."""
    reports = reports_of([load("-c", nth) for nth in range(1, MOST + 1)], tmp_path)
    rows = check(reports[1:])
    print("\n".join(rows))
    assert len(rows) > 20
    assert {report.commands["handover"].stdout for report in reports} == {"0\n"}


def test_after_a_handover(tmp_path: Path) -> None:
    """Before each kernel with a failure runs one without, which hands over."""
    loads = [text for nth in range(1, MOST + 1) for text in (load("-c", 0), load("-s", nth))]
    reports = reports_of(loads, tmp_path)
    rows = check(reports[2::2])
    print("\n".join(rows))
    assert len(rows) > 30
    assert {report.commands["handover"].stdout for report in reports[2::2]} == {"1\n"}
