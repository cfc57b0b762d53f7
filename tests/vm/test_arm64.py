# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests on arm64 kernels, with programs and modules that are cross-built.

Debian's arm64 kernels have no kexec_file_load(), so that only `kexec-lineage load` adds stamps. The tests are skipped
if QEMU for arm64, the cross compiler or a kernel is missing.
"""

from __future__ import annotations

import json
import zlib
from pathlib import Path

import ima
import pytest
import test_doctor as doctor
from kernels import MATRIX, check_modules, log_of, splats
from lab import cases, cross, expect, fetch, scenario, vm
from lab.cache import Kernel, KernelUnavailable
from lab.scenario import Hop, Report, lineage_load, plain_load

pytestmark = pytest.mark.vm

ARM64 = "aarch64"
# Without -i, the purgatory computes a checksum of the next kernel, which takes QEMU minutes.
CALL = "-c -i -l"
# Faults that doctor finds, and commands that cause and fix them. Without kexec_file_load(), autostamp cannot be on.
FAULTS = ["module", "module at boot", "history", "history, damaged"]
DOCTOR = {"setup": doctor.SETUP, "sound": "kexec-lineage --json doctor",
          **{doctor.named(fault): doctor.command(fault) for fault in FAULTS}}
COMMANDS = {**scenario.SHOW, "module": cases.MODULE, "dmesg": "dmesg | sed -n 's/^.*] kexec_lineage: //p'"}


@pytest.fixture(scope="session")
def arm64_stage() -> Path:
    """Return the folder in which the cross-built kexec-lineage is installed."""
    try:
        vm.need(ARM64)
        return cross.stage(ARM64)
    except (vm.QemuMissing, cross.CrossUnavailable) as error:
        pytest.skip(f"no lab for arm64: {error}")


def kernel(role: str) -> Kernel:
    try:
        return fetch.for_role(role)
    except KernelUnavailable as error:
        pytest.skip(f"kernel not available: {error}")


@pytest.fixture(scope="module")
def chain(arm64_stage: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Report]:
    """Return the reports of a cold boot and two kexecs by `kexec-lineage load`."""
    first, second = kernel("arm64-first"), kernel("arm64-second")
    hops = [Hop(second, lineage_load(CALL), commands=commands) for commands in ({}, DOCTOR)]
    folder = tmp_path_factory.mktemp("arm64")
    reports = scenario.run(cases.foreign("arm64", first, hops, module=True, commands=COMMANDS), arm64_stage, folder)
    assert not splats(log_of(folder))
    return reports


def shown(report: Report) -> dict:
    """Return what `show --json` printed. It fails if the previous kernel is unknown."""
    return json.loads(report.commands["show-json"].stdout)


def wrong(report: Report, wanted: dict[str, object], *unknown: str) -> list[str]:
    """Return the fields of a report that differ. Nothing shows that the first kernel was not kexec'ed, so a chain may
    be incomplete."""
    left_out = ("chain_complete", *unknown)
    return expect.differences({key: value for key, value in wanted.items() if key not in left_out}, report.show())


@pytest.mark.xdist_group("arm64-chain")
def test_loader_passes_the_lineage_on(chain: list[Report]) -> None:
    check_modules(chain)
    releases = [report.release for report in chain]
    for hop, report in enumerate(chain[1:], start=1):
        assert wrong(report, expect.lineage(releases[: hop + 1]), "boot") == []
        assert report.commands["show"].stdout.startswith(f"release    {report.release}\n")
        previous = releases[hop - 1]
        assert f"previous   {previous}\n" in report.commands["show"].stdout
        assert f"exec from: {previous} (count {hop})" in report.commands["dmesg"].stdout.splitlines()
        assert f"kexec_count {hop}\n" in report.commands["module"].stdout
        assert report.cmdline.count("kexec_lineage.stamp=") == 1


@pytest.mark.xdist_group("arm64-chain")
def test_kernel_without_kexec_file_load_says_so(chain: list[Report]) -> None:
    for report in chain:
        assert "autostamp is off: this kernel has no kexec_file_load()" in report.commands["dmesg"].stdout


@pytest.mark.xdist_group("arm64-chain")
def test_show_after_a_cold_boot(chain: list[Report]) -> None:
    assert chain[0].commands["show"].stderr == ""
    assert chain[0].show()["release"] == chain[0].release


@pytest.mark.xdist_group("arm64-chain")
def test_doctor(chain: list[Report]) -> None:
    """The guest has no wrapper, so that only `kexec-lineage load` passes the lineage on, and the doctor says so."""
    guest = {"record unit": "unknown", "crash logs": "warn", "KHO": "unknown", "lockdown": "unknown"}
    doctor.check(chain[-1], FAULTS, {**guest, "autostamp": "fail", "kexec": "fail"})
    found = doctor.checks(chain[-1].commands["sound"].stdout)
    for check in "autostamp", "kexec":
        assert found[check]["remedy"] == "load kernels with 'kexec-lineage load' instead of 'kexec'"
    assert found["lineage"]["text"].startswith(f"from {chain[1].release}, count 2; nothing else shows")


# Kexecs of which some pass no stamp on, or an old one. With --reuse-cmdline, kexec(8) copies the stamp of the running
# kernel, which was made for that kernel.
PLAIN = plain_load(CALL)
matrix = pytest.mark.skipif(not MATRIX, reason="`make check-matrix` runs it")


@pytest.fixture(scope="module")
def gaps(arm64_stage: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Report]:
    """Return the reports of a cold boot and three kexecs: without a stamp, by `kexec-lineage load`, and with the stamp
    of the second kexec."""
    first, second = kernel("arm64-first"), kernel("arm64-second")
    hops = [Hop(second, PLAIN), Hop(first, lineage_load(CALL)), Hop(second, PLAIN)]
    plan = cases.foreign("gaps", first, hops, module=True, commands=COMMANDS)
    reports = scenario.run(plan, arm64_stage, tmp_path_factory.mktemp("gaps"))
    check_modules(reports)
    assert "kexec_lineage.stamp=" not in reports[1].cmdline
    assert reports[3].cmdline == reports[2].cmdline
    return reports


@matrix
@pytest.mark.xdist_group("arm64-gaps")
def test_chain_without_its_start_is_not_complete(gaps: list[Report]) -> None:
    got = shown(gaps[2])
    assert got["previous_release"] == gaps[1].release
    assert got["chain_complete"] is False


@matrix
@pytest.mark.xdist_group("arm64-gaps")
def test_copied_stamp_is_not_used(gaps: list[Report]) -> None:
    """The previous kernel is the first one, or unknown. The stamp names the second one."""
    last = gaps[3]
    assert shown(last)["previous_release"] is None
    assert f"exec from: {gaps[1].release}" not in last.commands["dmesg"].stdout


@matrix
def test_old_stamp_after_a_cold_boot_is_not_used(arm64_stage: Path, tmp_path: Path) -> None:
    first = kernel("arm64-first")
    covered = f"1,k,7,,{first.release}*7"
    stamp = f"kexec_lineage.stamp={covered},{zlib.crc32(covered.encode()):08x}"
    plan = cases.foreign("cold", first, [], module=True, commands=COMMANDS,
                       cmdline=f"{scenario.ARM64_CMDLINE} {stamp}")
    report = scenario.run(plan, arm64_stage, tmp_path)[0]
    assert (shown(report)["previous_release"], shown(report)["chain"]) == (None, [])
    assert "exec from" not in report.commands["dmesg"].stdout


# A kernel with kexec_file_load() and KHO. Debian has none for arm64.
KHO_CMDLINE = f"{scenario.ARM64_CMDLINE} kho=on"


def statuses(report: Report) -> dict[str, str]:
    return {source["source"]: source["status"] for source in report.show()["sources"]}


@matrix
def test_module_passes_the_lineage_on(arm64_stage: Path, tmp_path: Path) -> None:
    """The module stamps plain kexec(8), KHO agrees, and a kernel without kexec_file_load() reads the stamp."""
    built, second = kernel("arm64-built"), kernel("arm64-second")
    hops = [Hop(target, plain_load("-s -l")) for target in (built, built, second)]
    plan = cases.foreign("module", built, hops, module=True, commands=COMMANDS, cmdline=KHO_CMDLINE)
    reports = scenario.run(plan, arm64_stage, tmp_path)
    check_modules(reports)
    assert not splats(log_of(tmp_path))
    for hop, report in enumerate(reports[1:], start=1):
        assert wrong(report, expect.lineage(plan.releases()[: hop + 1])) == []
        assert statuses(report)["stamp"] == "ok"
        assert statuses(report)["kho"] == ("ok" if report.release == built.release else "absent")
        assert f"exec from: {built.release} (count {hop})" in report.commands["dmesg"].stdout.splitlines()


@matrix
def test_capture_kernel(arm64_stage: Path, tmp_path: Path) -> None:
    built = kernel("arm64-built")
    commands = {"vmcore": "test -r /proc/vmcore"}
    hops = [Hop(built, plain_load("-s -l")), Hop(built, plain_load("-s -p"), go=cases.CRASH, commands=commands)]
    plan = cases.foreign("capture", built, hops, module=True, commands=COMMANDS,
                       cmdline=f"{scenario.ARM64_CMDLINE} crashkernel=320M")
    last = scenario.run(plan, arm64_stage, tmp_path)[-1]
    assert last.commands["vmcore"].status == 0
    assert wrong(last, expect.capture(plan.releases())) == []


# The loader of arm64 tries again if the first hole in memory is too small. The test module makes the first try fail.
RETRIED = f"""
{ima.MOUNT}
echo "measure func=KEXEC_CMDLINE" > {ima.FOLDER}/policy || exit 1
insmod /modules/$(uname -r)/lineage_retry.ko failures=1 || exit 1
{plain_load("-s -l")} || exit 1
tail -n 1 {ima.FOLDER}/ascii_runtime_measurements
cat /sys/module/lineage_retry/parameters/calls
dmesg | grep -c "IMA has not measured"
rmmod kexec_lineage
"""
# A stamp would replace a command line that is built into the next kernel.
EMPTY = '''
kexec -s -l "$KERNEL" --initrd="$INITRD" || exit 1
dmesg | grep -c "kexec_lineage: the command line is empty: loading without a stamp"
'''
OFF = "echo 0 > /sys/module/kexec_lineage/parameters/autostamp\n"


@matrix
def test_loader_that_tries_again_boots_the_measured_line(arm64_stage: Path, tmp_path: Path) -> None:
    """With autostamp off, the stamp of the running kernel is removed from the measured line and at both tries. The
    module can be unloaded after the load. A load without a command line, which is not measured, gets no stamp."""
    built = kernel("arm64-built")
    hops = [Hop(built, RETRIED), Hop(built, OFF + RETRIED), Hop(built, EMPTY)]
    plan = cases.foreign("retried", built, hops, module=True, test_modules=True, only_test_modules=("lineage_retry",),
                       commands=COMMANDS)
    reports = scenario.run(plan, arm64_stage, tmp_path)
    for report, following in zip(reports[:2], reports[1:]):
        assert report.load and report.load.status == 0
        measured, calls, complaints = report.load.stdout.splitlines()
        assert (calls, complaints) == ("2", "0")
        assert bytes.fromhex(measured.split()[-1]).decode() == following.cmdline
    assert [report.cmdline.count("kexec_lineage.stamp=") for report in reports] == [0, 1, 0, 0]
    assert reports[2].load and reports[2].load.stdout == "1\n"
    assert reports[3].cmdline == ""
