# SPDX-License-Identifier: GPL-2.0-or-later
"""Reproducers of the bugs that module/patches/fixes fixes: each bug appears only on a stock kernel.

If KHO fails to start after a kexec, a stock kernel panics before init. Such a kexec is the end of a scenario.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from kernels import log_of, splats
from kho import CAPTURE, CAPTURE_MIB, CMDLINE, FINALIZE_KHO, LINES, exec_from, hexdump, plan_for
from lab import cache, cases, fetch, module, scenario, vm
from lab.cache import Kernel
from lab.pairs import FINALIZE
from lab.scenario import Hop, Report

pytestmark = [
    pytest.mark.vm,
    pytest.mark.skipif(not os.environ.get("KEXEC_LINEAGE_MATRIX"), reason="takes long: make check-matrix runs it"),
]

KHO_FILES = "/sys/kernel/debug/kho"
PANIC = "Kernel panic - not syncing: Attempted to kill init!"
RESULT = "cat /sys/module/lineage_kho_blob/parameters/result"
HANG_S = 60.0  # a boot takes few seconds
TOTALSIZE = slice(4, 8)  # of an FDT's header


def target(name: str) -> Kernel:
    try:
        return fetch.for_role(name)
    except cache.KernelUnavailable as error:
        pytest.skip(f"kernel not available: {error}")


def load(words: str, kernel: str = '"$KERNEL"', initrd: str = '"$INITRD"') -> str:
    """Return shell code that loads a kernel with the parameters of this one and more words."""
    return f'kexec -s -l {kernel} --initrd={initrd} --command-line="$(cat /proc/cmdline) {words}"'


def die(kernel: Kernel, words: str, folder: Path) -> str:
    """Start a kernel from itself by kexec, with more words on its command line. Return the console of its panic."""
    start = FINALIZE_KHO + load(words, "/target", "/lab/hop") + " && kexec -e; sleep 60"
    plan = plan_for("fixes", kernel, [], commands={}, files={"target": kernel.path.read_bytes()}, crash=start)
    scenario.run(plan, None, folder)
    return log_of(folder)


def live(kernel: Kernel, words: str, commands: dict[str, str], folder: Path, cmdline: str = "kho=on") -> list[Report]:
    """Start a kernel from itself twice by kexec, the first time with more words on its command line."""
    hops = [Hop(kernel, FINALIZE_KHO + load(words)), Hop(kernel, FINALIZE_KHO + load(""))]
    reports = scenario.run(plan_for("fixes", kernel, hops, cmdline, commands={**LINES, **commands}), None, folder)
    assert not splats(log_of(folder), builtin=True)
    return reports


ROLES_7_3 = {"x86-64": ("built", "kho-7.3-fixes"), "arm64": ("arm64-built", "arm64-fixes")}
ROLES_6_19 = ("kho-6.19", "kho-6.19-fixes")
architectures = pytest.mark.parametrize("arch", ROLES_7_3)


@architectures
def test_no_debugfs_after_a_kexec(arch: str, tmp_path: Path) -> None:
    """With debugfs=off after a kexec, the stock kernel panics. The fixed kernel keeps KHO and the count."""
    stock, fixed = map(target, ROLES_7_3[arch])
    console = die(stock, "debugfs=off", tmp_path / "stock")
    assert "kho_init" in console and PANIC in console
    reports = live(fixed, "debugfs=off", {}, tmp_path / "fixed")
    assert [exec_from(report) for report in reports] == [None, (fixed.release, 1), (fixed.release, 2)]
    said = reports[1].commands["lines"].stdout
    assert said.count("KHO: no debugfs files: ") == said.count("debugfs") == 1


def test_no_debugfs_after_a_cold_boot(tmp_path: Path) -> None:
    """With debugfs=off the stock kernel hands over nothing, without a message. The fixed kernel does."""
    seen = []
    for kernel in (target("built"), target("kho-7.3-fixes")):
        hops = [Hop(kernel, load(""))]
        plan = plan_for("fixes", kernel, hops, "kho=on debugfs=off", commands=LINES)
        seen.append(scenario.run(plan, None, tmp_path / kernel.id))
    assert exec_from(seen[0][1]) is None
    assert exec_from(seen[1][1]) == (seen[1][0].release, 1)


def test_failed_allocation_after_a_kexec(tmp_path: Path) -> None:
    """If an allocation of kho_init() fails after a kexec, the stock kernel panics. The fixed kernel boots without
    KHO."""
    stock, fixed = target("kho-7.3-planted"), target("kho-7.3-fixes")
    console = die(stock, "lab_kho_fail=tree", tmp_path / "stock")
    assert "kho_init" in console and PANIC in console
    reports = live(fixed, "lab_kho_fail=tree", {}, tmp_path / "fixed")
    assert [exec_from(report) for report in reports] == [None, None, None]


def test_live_update_without_kho(tmp_path: Path) -> None:
    """If an allocation of kho_init() fails after a cold boot, the stock kernel says nothing about KHO, and live update
    triggers a warning. The fixed kernel says that KHO is disabled, and disables live update."""
    said = []
    for kernel in (target("kho-7.3-planted"), target("kho-7.3-fixes")):
        plan = plan_for("fixes", kernel, [], "kho=on liveupdate=on lab_kho_fail=tree", commands={"log": "dmesg"})
        report, = scenario.run(plan, None, tmp_path / kernel.id)
        said.append(report.commands["log"].stdout)
    stock, fixed = said
    header, found, _ = stock.partition("WARNING: ")[2].partition("Call Trace:")
    assert found and "kho_radix_add_key" in header
    assert "disabled: initialization failed" not in stock and "Disabling liveupdate" not in stock
    assert not splats(fixed, builtin=True)
    assert "KHO: disabled: initialization failed: -12" in fixed
    assert "Disabling liveupdate because KHO is disabled" in fixed


def test_inherited_scratch_without_a_handover(tmp_path: Path) -> None:
    """If the preserved memory cannot be retrieved after a kexec, the scratch memory is still inherited. The stock
    kernel gives it to the page allocator a second time and panics later. The fixed kernel boots."""
    stock, fixed = target("kho-7.3-planted"), target("kho-7.3-fixes")
    console = die(stock, "lab_kho_fail=retrieve", tmp_path / "stock")
    assert "Kernel panic - not syncing: " in console
    live(fixed, "lab_kho_fail=retrieve", {}, tmp_path / "fixed")


def test_metadata_cannot_be_added(tmp_path: Path) -> None:
    """If kexec-metadata cannot be added after a cold boot, the stock kernel disables KHO. The fixed kernel only omits
    the metadata, and the next kernel counts from 1 again."""
    found = []
    for kernel in (target("kho-7.3-planted"), target("kho-7.3-fixes")):
        hops = [Hop(kernel, f'kexec -s -l "$KERNEL" --initrd="$INITRD" --command-line="{CMDLINE}"')] * 2
        plan = plan_for("fixes", kernel, hops, "kho=on lab_kho_fail=kexec-metadata", commands=LINES)
        reports = scenario.run(plan, None, tmp_path / kernel.id)
        found.append(["found kexec handover data" in report.commands["lines"].stdout for report in reports])
        assert "failed to initialize kexec-metadata subtree: -12" in reports[0].commands["lines"].stdout
        assert [exec_from(report) for report in reports] == [None, None, (kernel.release, 1)]
    assert found == [[False, False, True], [False, True, True]]


@architectures
def test_state_of_live_update(arch: str, tmp_path: Path) -> None:
    """After a kexec, debugfs of the stock kernel shows a freed page as the state of live update. The fixed kernel shows
    the state."""
    stock, fixed = map(target, ROLES_7_3[arch])
    commands = {"luo": hexdump(f"{KHO_FILES}/in/sub_fdts/LUO")}
    for kernel, is_state in ((stock, False), (fixed, True)):
        reports = live(kernel, "", commands, tmp_path / kernel.id, "kho=on liveupdate=on")
        for report in reports[1:]:
            data = bytes.fromhex(report.commands["luo"].stdout)
            assert data and data.startswith(b"luo-v") == is_state, (kernel.id, data)


@pytest.mark.parametrize("roles", (*ROLES_7_3.values(), ROLES_6_19), ids=(*ROLES_7_3, "6.19"))
@pytest.mark.parametrize("boot", (0, 1))
def test_outgoing_fdt(boot: int, roles: tuple[str, str], tmp_path: Path) -> None:
    """debugfs of the stock kernel shows an FDT that ends too early, because live update adds its state late, and no FDT
    after a kexec."""
    stock, fixed = map(target, roles)
    commands = {"out": hexdump(f"{KHO_FILES}/out/fdt")}
    shown = [live(kernel, "", commands, tmp_path / kernel.id, "kho=on liveupdate=on")[boot].commands["out"]
             for kernel in (stock, fixed)]
    old, new = (bytes.fromhex(result.stdout) for result in shown)
    if boot:
        assert not old and "No such file" in shown[0].stderr
    else:
        assert len(old) < int.from_bytes(old[TOTALSIZE], "big")
    size = int.from_bytes(new[TOTALSIZE], "big")
    assert len(new) >= size and b"LUO" in new[:size]


STABLE = pytest.mark.parametrize("role, is_fixed", [("kho-6.18", False), ("kho-6.18-fixes", True)])


def blob(kernel: Kernel, words: str, commands: dict[str, str], folder: Path, cmdline: str = "kho=on") -> dict[str, str]:
    """Load lineage_kho_blob, which adds a subtree when KHO is finalized. Run the commands and return their outputs."""
    module_file = {path.stem: path for path in module.tests(kernel)}["lineage_kho_blob"].read_bytes()
    commands = {"insmod": f"insmod /blob.ko bytes=d00dfeed00000008 {words}", **commands}
    plan = plan_for("fixes", kernel, [], cmdline, commands=commands, files={"blob.ko": module_file})
    report, = scenario.run(plan, None, folder)
    assert report.commands["insmod"].status == 0
    return {name: result.stdout for name, result in report.commands.items()}


@pytest.mark.parametrize("roles", (("kho-6.18", "kho-6.18-fixes"), ROLES_6_19), ids=("6.18", "6.19"))
def test_older_kernels_without_debugfs(roles: tuple[str, str], tmp_path: Path) -> None:
    """With debugfs=off after a kexec, stock 6.18 and 6.19 panic. The fixed kernel boots without KHO."""
    stock, fixed = map(target, roles)
    console = die(stock, "debugfs=off", tmp_path / "stock")
    assert "kho_init" in console and PANIC in console
    live(fixed, "debugfs=off", {}, tmp_path / "fixed")


@pytest.mark.parametrize("role, is_fixed", [("kho-6.18", False), ("kho-6.18-series", True)])
def test_6_18_subtree_that_cannot_be_added(role: str, is_fixed: bool, tmp_path: Path) -> None:
    """A second subtree of the same name is refused. On stock 6.18 its node stays in the FDT."""
    commands = {"finalize": f"echo 1 > {FINALIZE}", "out": hexdump(f"{KHO_FILES}/out/fdt"), "result": RESULT}
    cmdline = "kho=on reserve_mem=4M:4096:lineage"
    got = blob(target(role), "name=memblock", commands, tmp_path, cmdline)
    assert got["result"] == "-17\n"
    assert bytes.fromhex(got["out"]).count(b"\0\0\0\1memblock\0") == (1 if is_fixed else 2)


@STABLE
def test_6_18_second_attempt_to_finalize(role: str, is_fixed: bool, tmp_path: Path) -> None:
    """After a failed finalization, stock 6.18 cannot add the same subtree again."""
    commands = {name: f"echo 1 > {FINALIZE}; {RESULT}" for name in ("first", "second")}
    got = blob(target(role), "fails=1", commands, tmp_path)
    assert (got["first"], got["second"]) == ("0\n", "0\n" if is_fixed else "-17\n")


def test_6_18_capture_kernel(tmp_path: Path) -> None:
    """A capture kernel that stock 6.18 loads after finalization hangs. test_kho_series.py tests the fixed kernel."""
    kernel = target("kho-6.18")
    hops = [Hop(kernel, FINALIZE_KHO + scenario.plain_load("-s -p"), go=cases.CRASH)]
    commands = {"enabled": f"test -e {FINALIZE}"}
    plan = plan_for("fixes", kernel, hops, CAPTURE, commands=commands, memory_mib=CAPTURE_MIB, silence_s=HANG_S)
    reports: list[Report] = []
    with pytest.raises(vm.LostVM, match="silent"):
        scenario.run(plan, None, tmp_path, reports.append)
    assert [report.commands["enabled"].status for report in reports] == [0]
    assert "sysrq triggered crash" in log_of(tmp_path)
