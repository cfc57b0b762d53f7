# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of faults in KHO blobs. The tests write the faults through /dev/mem before the kexec.

After a kexec with a fault, the next kernel prints one line with the reason, boots, and uses the lineage of the stamp.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from kernels import MATRIX, check_modules, log_of, program, role, splats
from kho import CMDLINE, FINALIZE_KHO, SHOW, lines
from lab import expect, scenario
from lab.cache import Kernel
from lab.scenario import Hop, Report, Scenario, plain_load

pytestmark = pytest.mark.vm

FULL = bool(os.environ.get("KEXEC_LINEAGE_FULL"))
SOME = (0, 1, 3, 4, 5, 8, 68, 69, 72) if MATRIX else (0, 3, 4, 72)
SIZES = range(73) if FULL else SOME
UNKNOWN = "its version is unknown: found {}, expected 1"


def short(size: int) -> str:
    """Return the error message for a blob of this size."""
    if size < 4:
        return f"it is too short for a version: found {size}, expected 4"
    return f"it is too short for its version: found {size}, expected 73"


# Command of kho_poke -> expected message.
FAULTS = {
    "write 0 00000000": UNKNOWN.format(0),
    "write 0 02000000": UNKNOWN.format(2),
    "write 0 ffffffff": UNKNOWN.format(0xFFFFFFFF),
    "write 4 " + "41" * 65: "its release does not end inside its field",
    "write 4 00": "its release is empty or has blanks or control bytes",
    "write 4 07": "its release is empty or has blanks or control bytes",
    "write 4 36802e": "its release is empty or has blanks or control bytes",
    **{f"size {size}": short(size) for size in SIZES},
}
# Addresses without a blob: unused memory, no memory, a device, and the end of the address space.
ADDRESSES = ("0", "0x200000000000", "0xfffff000", "0xffffffffffffffff")
# The memory of the screen: no RAM, but between pages that are, so that pfn_valid() accepts it.
HOLE = "0xa0000"


def poked(target: Kernel, fault: str, subtree: str = "kexec-metadata") -> Hop:
    """Return a kexec with a fault in the data that KHO hands over; the module stamps the command line."""
    return Hop(target, FINALIZE_KHO + f"/kho_poke {subtree} {fault} || exit 9\n" + plain_load("-s -l"))


def way(first: Kernel, hops: list[Hop], stage: Path | None, folder: Path, module: bool) -> list[Report]:
    commands = SHOW if stage else {key: value for key, value in SHOW.items() if key != "show-json"}
    files = {"kho_poke": program("kho_poke")}
    plan = Scenario("faults", first, hops, cmdline=CMDLINE, commands=commands, files=files, module=module)
    return scenario.run(plan, stage, folder)


def rejected(report: Report, who: str) -> list[str]:
    return [line for line in lines(report) if line.startswith(who) and "not used" in line]


def check_stamp_stands(reports: list[Report]) -> None:
    releases = [report.release for report in reports]
    for number, report in enumerate(reports):
        wanted = expect.lineage(releases[: number + 1])
        del wanted["conflicts"]
        assert expect.differences(wanted, report.show()) == []


def test_module_rejects_metadata(stage: Path, tmp_path: Path) -> None:
    """The module rejects every fault. One scenario tests all faults; 6.18 kexecs into itself."""
    kernel = role("kho-6.18")
    reports = way(kernel, [poked(kernel, fault) for fault in FAULTS], stage, tmp_path, module=True)
    check_modules(reports)
    check_stamp_stands(reports)
    for report, text in zip(reports[1:], FAULTS.values(), strict=True):
        said = rejected(report, "kexec_lineage")
        assert len(said) == 1 and f"KHO's kexec-metadata not used: {text}" in said[0], said
        kho = next(source for source in report.show()["sources"] if source["source"] == "kho")
        assert text in kho["detail"]
    assert not splats(log_of(tmp_path))


def test_largest_count(stage: Path, tmp_path: Path) -> None:
    """The module accepts the largest count, reports the conflict with the stamp, and does not increase this count."""
    kernel = role("kho-6.18")
    hops = [poked(kernel, "write 69 ffffffff"), Hop(kernel, FINALIZE_KHO + plain_load("-s -l"))]
    reports = way(kernel, hops, stage, tmp_path, module=True)
    assert [report.show()["kexec_count"] for report in reports] == [0, 2**32 - 1, 2**32 - 1]
    assert [run["runs"] for run in reports[2].show()["chain"]] == [2]
    assert not reports[2].show()["chain_complete"]
    said = [line for line in lines(reports[1]) if line.startswith("kexec_lineage")]
    assert "kexec_lineage: the stamp says count 1, KHO says 4294967295: the larger one is used" in said


@pytest.mark.skipif(not MATRIX, reason="`make check-matrix` runs it")
def test_series_rejects_metadata(tmp_path: Path) -> None:
    """A kernel with our series rejects the faults with its own reader, without the module and without a stamp."""
    kernel = role("kho-6.18-series")
    faults = [*FAULTS, *(f"address {address}" for address in (*ADDRESSES, HOLE))]
    reports = way(kernel, [poked(kernel, fault) for fault in faults], None, tmp_path, module=False)
    assert len(reports) == len(faults) + 1
    for report, fault in zip(reports[1:], faults, strict=True):
        said = [line for line in lines(report) if re.search("kexec metadata|retrieve 'kexec-metadata'|exec from", line)]
        assert len(said) == 1 and "exec from" not in said[0], (fault, lines(report))
    assert "it lies outside memory" in "".join(lines(reports[-1]))
    assert not splats(log_of(tmp_path), builtin=True)


def test_patched_kernel_rejects_foreign_metadata(tmp_path: Path) -> None:
    """7.3 with our patch rejects each fault in the metadata of 6.18 with our series, which has another KHO ABI."""
    series, patched = role("kho-6.18-series"), role("kho-7.3-crossabi")
    faults = [*FAULTS, *(f"address {address}" for address in ADDRESSES)]
    back = Hop(series, plain_load("-s -l"))
    hops = [hop for fault in faults for hop in (poked(patched, fault), back)]
    reports = way(series, hops, None, tmp_path, module=False)
    for report, fault in zip(reports[1::2], faults, strict=True):
        said = [line for line in lines(report) if "kexec-metadata" in line or "exec from" in line]
        assert len(said) == 1 and "exec from" not in said[0], (fault, lines(report))
    assert not splats(log_of(tmp_path), builtin=True)


@pytest.mark.parametrize("address", ADDRESSES)
def test_lineage_outside_memory(address: str, stage: Path, tmp_path: Path) -> None:
    """The module rejects a kexec-lineage blob at an invalid address and does not crash. 7.3 itself does not read it."""
    kernel = role("built")
    reports = way(kernel, [poked(kernel, f"address {address}", "kexec-lineage")], stage, tmp_path, module=True)
    check_modules(reports)
    check_stamp_stands(reports)
    said = rejected(reports[1], "kexec_lineage")
    assert len(said) == 1 and "KHO's kexec-lineage not used: " in said[0], said
    assert not splats(log_of(tmp_path))
