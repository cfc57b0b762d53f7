# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that the module passes the lineage on through Kexec HandOver with every KHO API."""

from __future__ import annotations

import dataclasses
import os
import re
from pathlib import Path

import pytest
from kernels import check_modules, log_of, program, role, splats
from kho import CMDLINE, FINALIZE_KHO, METADATA, SHOW, exec_from, hexdump, lines, memory_hop, metadata, source, subtrees
from lab import cases, expect, scenario
from lab.cache import Kernel
from lab.pairs import FINALIZE
from lab.scenario import Report, Scenario, lineage_load, plain_load

pytestmark = pytest.mark.vm

# Linux 6.18, 6.18 with our series, and 7.3; for `make check-matrix` also 6.19 and 7.1.
ROLES = ("kho-6.18", "kho-6.18-series", "built")
if os.environ.get("KEXEC_LINEAGE_MATRIX"):
    ROLES += ("kho-6.19", "kho-7.1")
OUT = "/sys/kernel/debug/kho/out/sub_fdts"
# Releases before 7.1 leave finalization to userspace and interpret every blob as an FDT.
BEFORE_7_1 = ("6.18", "6.19", "7.0")
# The default size depends on the reserved memory, and does not fit beside the memory for a capture kernel.
SCRATCH = "kho_scratch=16M,128M,64M"
RELOAD = "for i in 1 2 3 4 5; do rmmod kexec_lineage; modprobe kexec_lineage; done\n"


@pytest.fixture(scope="module", params=ROLES)
def kernel(request: pytest.FixtureRequest, qemu: None) -> Kernel:
    return role(request.param)


def check(reports: list[Report]) -> None:
    """Check that every kernel reports the complete lineage."""
    check_modules(reports)
    way = [report.release for report in reports]
    for number, report in enumerate(reports):
        wanted = expect.lineage(way[: number + 1])
        assert expect.differences(wanted, report.show()) == [], report.show()


def test_chain_without_a_command_line(kernel: Kernel, stage: Path, tmp_path: Path) -> None:
    """The chain survives three kexecs without a stamp. Before one kexec the module is unloaded and loaded a few
    times."""
    hops = [memory_hop(kernel), memory_hop(kernel, before=RELOAD), memory_hop(kernel)]
    run_in_memory(Scenario("memory", kernel, hops, cmdline=CMDLINE), stage, tmp_path)


def run_in_memory(plan: Scenario, stage: Path, tmp_path: Path) -> None:
    kernel = plan.first
    reports = scenario.run(dataclasses.replace(plan, commands=SHOW, module=True), stage, tmp_path)
    check(reports)
    for report in reports[1:]:
        assert "kexec_lineage.stamp" not in report.cmdline
        assert source(report, "kho")["status"] == "ok"
        assert source(report, "stamp")["status"] == "absent"
    last = reports[-1]
    count = len(plan.hops)
    assert f"kexec_lineage: exec from: {kernel.release} (count {count})" in lines(last)
    assert count < 2 or f"kexec_lineage: chain: {kernel.release}*{count}" in lines(last)
    assert not splats(log_of(tmp_path))


def test_debug_kernel(stage: Path, tmp_path: Path) -> None:
    """KASAN, lockdep and kmemleak report nothing. KHO's scratch memory is large enough for KASAN's shadow memory."""
    kernel = role("debug")
    cmdline = f"{CMDLINE} kho_scratch=16M,640M,64M"
    hops = [memory_hop(kernel, cmdline=cmdline)]
    plan = Scenario("checks", kernel, hops, cmdline=cmdline, memory_mib=2560, silence_s=300)
    run_in_memory(plan, stage, tmp_path)


def test_load_finalizes(kernel: Kernel, stage: Path, tmp_path: Path) -> None:
    """`kexec-lineage load` finalizes KHO if the kernel does not, and reports this. KHO and the stamp then agree."""
    hops = [scenario.Hop(kernel, lineage_load("-s -l"))] * 2
    plan = Scenario("load", kernel, hops, cmdline=CMDLINE, commands=SHOW, module=True)
    reports = scenario.run(plan, stage, tmp_path)
    check(reports)
    for report in reports[:-1]:
        assert ("KHO is finalized" in report.load.stderr) == report.release.startswith(BEFORE_7_1)
    for report in reports[1:]:
        assert [source(report, name)["status"] for name in ("kho", "stamp")] == ["ok", "ok"]


def test_load_keeps_capture_kernels_working(stage: Path, tmp_path: Path) -> None:
    """On 6.18 finalization cannot be undone, and a capture kernel that is loaded afterwards hangs. `kexec-lineage load`
    therefore does not finalize KHO if memory is reserved for a capture kernel."""
    kernel = role("kho-6.18")
    load = f"{lineage_load('-s -l')} && test $(cat {FINALIZE}) = 0 && {plain_load('-s -p')}"
    commands = {"vmcore": "test -r /proc/vmcore && echo yes"}
    plan = Scenario("capture", kernel, [scenario.Hop(kernel, load, go=cases.CRASH, commands=commands)],
                    cmdline=f"{CMDLINE} {SCRATCH} crashkernel=320M", commands=SHOW, module=True, memory_mib=2048)
    crashed, capture = scenario.run(plan, stage, tmp_path)
    assert crashed.load and "KHO is not finalized, because memory is reserved" in crashed.load.stderr
    assert capture.commands["vmcore"].stdout == "yes\n"


def test_load_that_fails_does_not_finalize(stage: Path, tmp_path: Path) -> None:
    kernel = role("kho-6.18")
    commands = {"load": "kexec-lineage load -s -l /bin/busybox --reuse-cmdline", "state": f"cat {FINALIZE}"}
    report = scenario.run(Scenario("fails", kernel, [], cmdline=CMDLINE, commands=commands, module=True), stage,
                          tmp_path)[0]
    assert report.commands["load"].status != 0
    assert report.commands["state"].stdout == "0\n"


def test_what_is_published(kernel: Kernel, stage: Path, tmp_path: Path) -> None:
    """kexec-metadata has the 73 bytes of Linux 7.1 for the same release and count; before 7.1 these bytes are in an
    FDT. The module does not publish kexec-metadata if the kernel does. kexec-lineage is always an FDT."""
    commands = {
        "finalize": FINALIZE_KHO,
        **SHOW,
        "metadata": hexdump(f"{OUT}/kexec-metadata"),
        "lineage": hexdump(f"{OUT}/kexec-lineage"),
    }
    # Fill memory after the module is unloaded: this must not change a page that KHO still hands over.
    fill = "head -c 64M /dev/zero | tr '\\0' x > /tmp/fill; rm /tmp/fill"
    left = {"unloaded": f"rmmod kexec_lineage; {fill}; ls {OUT}", "left": hexdump(f"{OUT}/kexec-lineage")}
    hop = memory_hop(kernel, commands=left)
    plan = Scenario("bytes", kernel, [hop], cmdline=CMDLINE, commands=commands, module=True)
    reports = scenario.run(plan, stage, tmp_path)
    for report in reports:
        count = report.show()["kexec_count"] + 1
        blob = bytes.fromhex(report.commands["metadata"].stdout)
        wanted = metadata(kernel.release, count)
        if kernel.release.startswith(BEFORE_7_1):
            assert blob.startswith(bytes.fromhex("d00dfeed")) and wanted in blob
            assert len(blob) == int.from_bytes(blob[4:8], "big") < 256
        else:
            assert blob == wanted
        lineage = bytes.fromhex(report.commands["lineage"].stdout)
        assert len(lineage) == int.from_bytes(lineage[4:8], "big")
        stamp = re.search(rb"1,k,(\d+),,[^,]+,[0-9a-f]{8}\x00", lineage)
        assert stamp and int(stamp[1]) == count
    # 6.18 cannot remove finalized data. On other kernels, no data of the module must be left.
    names = reports[-1].commands["unloaded"].stdout.split()
    stays = "6.18" in kernel.release
    assert ("kexec-lineage" in names) == stays
    assert reports[-1].commands["left"].stdout == (reports[-1].commands["lineage"].stdout if stays else "")
    assert ("kexec-metadata" in names) == (not kernel.release.startswith("6.19"))


def test_kernel_reads_what_the_module_publishes(stage: Path, tmp_path: Path) -> None:
    """The module and the kernel of our series, which implement the ABI independently, read each other's data."""
    stock, series = role("kho-6.18"), role("kho-6.18-series")
    hops = [memory_hop(series), memory_hop(stock), memory_hop(series)]
    plan = Scenario("two-readers", stock, hops, cmdline=CMDLINE, commands=SHOW, module=True)
    reports = scenario.run(plan, stage, tmp_path)
    check(reports)
    assert [exec_from(report) for report in reports] == [None, (stock.release, 1), None, (stock.release, 3)]
    assert subtrees(reports[2])[f"in/{METADATA}"] < 256


def test_kho_off(kernel: Kernel, stage: Path, tmp_path: Path) -> None:
    """With KHO off nothing is published, there is no warning, and the previous kernel's data is still read."""
    off = scenario.CMDLINE
    hops = [memory_hop(kernel, cmdline=off), memory_hop(kernel, cmdline=off)]
    commands = {**SHOW, "boot": "cat /sys/kernel/kexec_lineage/previous_release"}
    plan = Scenario("off", kernel, hops, cmdline=CMDLINE, commands=commands, module=True)
    reports = scenario.run(plan, stage, tmp_path)
    assert [report.commands["boot"].stdout.strip() for report in reports] == ["", kernel.release, ""]
    assert reports[1].show()["kexec_count"] == 1
    assert "KHO" not in "".join(line for line in lines(reports[2]) if line.startswith("kexec_lineage"))


USERS = f"{CMDLINE} liveupdate=on reserve_mem=2M:4096:lineage"
# Print the file that LUO kept, and the number of messages about the reservation.
KEPT = "/luo_keep restore 2>&1; dmesg | grep -c \"memory reservation 'lineage' from KHO\""


@pytest.mark.parametrize("module", (False, True), ids=("without", "with"))
def test_other_users_of_kho_are_not_disturbed(module: bool, stage: Path, tmp_path: Path) -> None:
    """LUO and reserve_mem keep the same state with and without the module."""
    kernel = role("built")
    save = "/luo_keep save kept-$LAB_HOP > /tmp/luo &\nwhile ! grep -q saved /tmp/luo; do sleep 0.1; done\n"
    hops = [memory_hop(kernel, before=save, cmdline=USERS)] * 2
    commands = {"kept": KEPT, **SHOW}
    files = {"luo_keep": program("luo_keep")}
    plan = Scenario("users", kernel, hops, cmdline=USERS, commands=commands, files=files, module=module)
    reports = scenario.run(plan, stage, tmp_path)
    kept = [report.commands["kept"].stdout.split("\n")[:2] for report in reports]
    assert kept == [["retrieve the session: No such file or directory", "0"], ["kept-0", "1"], ["kept-1", "1"]]
    ours = {f"in/sub_fdts/{name}" for name in ("LUO", "memblock", "kexec-metadata")}
    assert set(path for path in subtrees(reports[2]) if path.startswith("in/")) == ours | (
        {"in/sub_fdts/kexec-lineage"} if module else set()
    )
    assert not splats(log_of(tmp_path))
