# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of the kernel's own metadata on Linux 6.18 with module/patches/linux-6.18.y, without the module."""

from __future__ import annotations

from pathlib import Path

import pytest
from kernels import log_of, role, splats
from kho import (
    CAPTURE, CAPTURE_MIB, CMDLINE, FINALIZE_KHO, LINES, METADATA, SUBTREES, exec_from, hexdump, lines, metadata,
    subtrees,
)
from lab import cases, fetch, module, scenario
from lab.cache import Kernel
from lab.pairs import FINALIZE
from lab.scenario import Hop, Report, Scenario, plain_load

pytestmark = pytest.mark.vm

PLAIN = FINALIZE_KHO + plain_load("-s -l")
SEEN = {**LINES, **SUBTREES}


@pytest.fixture(scope="module")
def series(qemu: None) -> Kernel:
    return role("kho-6.18-series")


def run(plan: Scenario, folder: Path) -> list[Report]:
    reports = scenario.run(plan, None, folder)
    assert not splats(log_of(folder), builtin=True)
    return reports


def test_five_kexecs(series: Kernel, tmp_path: Path) -> None:
    plan = Scenario("five", series, [Hop(series, PLAIN)] * 5, cmdline=CMDLINE, commands=SEEN)
    reports = run(plan, tmp_path)
    assert [exec_from(report) for report in reports] == [None] + [(series.release, n) for n in range(1, 6)]
    assert not [line for line in lines(reports[0]) if "metadata" in line]
    for report in reports[1:]:
        assert subtrees(report)[f"in/{METADATA}"] < 256


def test_kexec_to_mainline_and_back(series: Kernel, tmp_path: Path) -> None:
    """A kexec into a mainline kernel of the same KHO ABI and back prints no message. The mainline kernel interprets
    every blob as an FDT and passes no metadata on."""
    stock = role("kho-6.18")
    hops = [Hop(series, PLAIN), Hop(stock, PLAIN), Hop(series, PLAIN), Hop(series, PLAIN)]
    reports = run(Scenario("back", series, hops, cmdline=CMDLINE, commands=SEEN), tmp_path)
    assert [exec_from(report) for report in reports] == [
        None,
        (series.release, 1),
        None,
        None,
        (series.release, 1),
    ]
    assert 73 < subtrees(reports[2])[f"in/{METADATA}"] < 256


def test_finalize_after_abort(series: Kernel, tmp_path: Path) -> None:
    """After an abort, KHO can be finalized again, and the data are complete. At an abort, 6.18 warns and leaks memory,
    with or without the series.
    """
    again = f"echo 1 > {FINALIZE}; echo 0 > {FINALIZE}; echo 1 > {FINALIZE}\n" + plain_load("-s -l")
    commands = {**SEEN, "out": f"echo 1 > {FINALIZE}; {hexdump('/sys/kernel/debug/kho/out/' + METADATA)}"}
    plan = Scenario("abort", series, [Hop(series, again)], cmdline=CMDLINE, commands=commands)
    reports = scenario.run(plan, None, tmp_path)
    assert exec_from(reports[1]) == (series.release, 1)
    for count, report in enumerate(reports, start=1):
        assert metadata(series.release, count) in bytes.fromhex(report.commands["out"].stdout)


RESERVE = f"{CMDLINE} reserve_mem=4M:4096:lineage"


def test_reserve_mem(series: Kernel, tmp_path: Path) -> None:
    commands = {**SEEN, "kept": "dmesg | grep -c \"memory reservation 'lineage' from KHO\""}
    plan = Scenario("reserve", series, [Hop(series, PLAIN)] * 2, cmdline=RESERVE, commands=commands)
    reports = run(plan, tmp_path)
    assert [report.commands["kept"].stdout.strip() for report in reports] == ["0", "1", "1"]
    assert exec_from(reports[2]) == (series.release, 2)


# Blobs that are not an FDT, smaller and larger than a page; and an empty FDT that is shorter than its blob.
EMPTY_FDT = "d00dfeed000000480000003800000048000000280000001100000010" + 8 * "0" + "00000000" + "00000010" + 32 * "0"
BLOBS = {
    "raw": ("01020304" * 5, 20),
    "long": ("ff" * 8, 5000),
    "FDT": (EMPTY_FDT + "00000001" + "00000000" + "00000002" + "00000009", 100),
}


@pytest.mark.parametrize("name", BLOBS)
def test_debugfs_sizes(name: str, series: Kernel, tmp_path: Path) -> None:
    """A blob keeps the size with which it was added, for any content, before and after the kexec."""
    content, size = BLOBS[name]
    load = f"insmod /blob.ko name=odd bytes={content} size={size}\n"
    built = {path.stem: path for path in module.tests(series)}
    plan = Scenario(
        "sizes",
        series,
        [Hop(series, PLAIN)],
        cmdline=CMDLINE,
        commands={**SEEN, "content": "head -c 8 /sys/kernel/debug/kho/in/sub_fdts/odd | od -An -v -tx1 | tr -d ' \\n'"},
        first_commands={"publish": load + f"echo 1 > {FINALIZE}", "out": SUBTREES["subtrees"]},
        files={"blob.ko": built["lineage_kho_blob"].read_bytes()},
    )
    first, second = run(plan, tmp_path)
    assert f"out/sub_fdts/odd {size}\n" in first.commands["out"].stdout
    assert subtrees(second)["in/sub_fdts/odd"] == size
    assert second.commands["content"].stdout == content[:16]
    assert exec_from(second) == (series.release, 1)


def test_own_selftest(tmp_path: Path) -> None:
    """The kernel's own test, Linux lib/test_kho.c, passes. Our series changes the calls in this file."""
    kernel = fetch.get("built-6.18-selftest")
    commands = {**SEEN, "test": "dmesg | grep -i 'KHO restore'"}
    plan = Scenario("selftest", kernel, [Hop(kernel, PLAIN)], cmdline=CMDLINE, commands=commands)
    reports = run(plan, tmp_path)
    assert "KHO restore succeeded" in reports[1].commands["test"].stdout
    assert exec_from(reports[1]) == (kernel.release, 1)


def test_capture_kernel_loaded_after_finalize(series: Kernel, tmp_path: Path) -> None:
    """A capture kernel that was loaded after finalization boots. test_kho_fixes.py shows that it hangs on a
    stock kernel, because it uses the scratch memory of the crashed kernel as its own."""
    load = FINALIZE_KHO + f"cat {FINALIZE}\n" + plain_load("-s -p")
    commands = {**SEEN, "vmcore": "test -r /proc/vmcore && echo yes"}
    cmdline = f"{scenario.CMDLINE} {CAPTURE}"
    hops = [Hop(series, load, go=cases.CRASH)]
    plan = Scenario("capture", series, hops, cmdline=cmdline, commands=commands, memory_mib=CAPTURE_MIB)
    crashed, capture = scenario.run(plan, None, tmp_path)
    assert crashed.load and (crashed.load.status, crashed.load.stdout) == (0, "1\n")
    assert capture.commands["vmcore"].stdout == "yes\n"
    assert not [line for line in lines(capture) if "exec from" in line]
