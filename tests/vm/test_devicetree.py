# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests on architectures that start kernels with a device tree, and on s390x, with a kernel that is built from source.

No Debian kernel of these architectures has kexec_file_load(). The tests run only in `make check-matrix`. They are
skipped if QEMU, the cross compiler or a kernel is missing. test_arm64.py has more tests of arm64.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from kernels import BOOT_ID, MATRIX, check_boot_id, check_modules, log_of, splats
from lab import cases, cross, expect, fetch, scenario, vm
from lab.cache import Kernel, KernelUnavailable
from lab.scenario import Hop, Report, lineage_load

pytestmark = [pytest.mark.vm, pytest.mark.skipif(not MATRIX, reason="`make check-matrix` runs it")]

ROLES = {"aarch64": "arm64-built", "riscv64": "riscv64-built", "ppc64le": "ppc64le-built", "s390x": "s390x-built"}
COMMANDS = {**scenario.SHOW, **BOOT_ID, "module": cases.MODULE, "dmesg": "dmesg | sed -n 's/^.*] kexec_lineage: //p'"}
# Before the next kernel starts, the purgatory of riscv64 computes a checksum of it for 25 s of CPU time, and prints
# nothing. On a busy machine, this can take ten times as long.
SILENCE_S = 1200.0
VMCORE = {"vmcore": "test -r /proc/vmcore"}


@pytest.fixture(scope="module", params=list(ROLES))
def kernel(request: pytest.FixtureRequest) -> Kernel:
    try:
        vm.need(request.param)
        return fetch.for_role(ROLES[request.param])
    except (vm.QemuMissing, KernelUnavailable) as error:
        pytest.skip(f"no lab for {request.param}: {error}")


@pytest.fixture(scope="module")
def foreign_stage(kernel: Kernel) -> Path:
    """Return the folder in which the cross-built kexec-lineage is installed."""
    try:
        return cross.stage(kernel.arch)
    except cross.CrossUnavailable as error:
        pytest.skip(f"no programs for {kernel.arch}: {error}")


# Load a copy of the image whose banner names an older release, with a line that is longer than the 511 bytes which that
# kernel accepts. The image itself accepts the line.
OLD_RELEASE = """
at=$(strings -t d "$KERNEL" | sed -n 's/^ *\\([0-9]*\\) Linux version 7.*/\\1/p' | head -n 1)
cp "$KERNEL" /tmp/old && printf 6.2 | dd of=/tmp/old bs=1 seek=$((at + 14)) conv=notrunc 2>/dev/null || exit 1
long="$(cat /proc/cmdline) x=$(printf '%0500d' 0)"
for image in "$KERNEL" /tmp/old; do
	kexec -s -l "$image" --initrd="$INITRD" --command-line="$long" || exit 1
	dmesg | grep -c "no room on the command line: loading without a stamp"
done
cmp -s "$KERNEL" /tmp/old && exit 1
rm /tmp/old
"""


def plan_for(name: str, first: Kernel, hops: list[Hop], **more: object) -> scenario.Scenario:
    return cases.foreign(name, first, hops, module=True, commands=COMMANDS, silence_s=SILENCE_S, **more)


def load(flags: str) -> str:
    """Return a load by kexec(8), which has no --reuse-cmdline on ppc64 and s390x."""
    return f'kexec {flags} "$KERNEL" --initrd="$INITRD" --command-line="$(cat /proc/cmdline)"'


def wrong(report: Report, wanted: dict[str, object]) -> list[str]:
    """Return the fields of a report that differ. Nothing shows that the first kernel was not kexec'ed, so the chain may
    be incomplete. On ppc64 nothing shows a kexec, because firmware may set the same property, and s390x has none."""
    wanted = {key: value for key, value in wanted.items() if key != "chain_complete"}
    if report.release.endswith(("ppc64le", "s390x")) and wanted["boot"] == "kexec":
        wanted["boot"] = "unknown"
    return expect.differences(wanted, report.show())


def check_hop(report: Report, releases: list[str]) -> None:
    """Check that the module of the previous kernel stamped plain kexec(8), for this kernel."""
    count, previous = len(releases) - 1, releases[-2]
    assert wrong(report, expect.lineage(releases)) == []
    assert f"exec from: {previous} (count {count})" in report.commands["dmesg"].stdout.splitlines()
    assert re.findall(r"kexec_lineage\.stamp=1,k,[^,]*,([^,]*),", report.cmdline) == [report.release]
    check_boot_id(report)


def test_two_kexecs_and_a_crash(kernel: Kernel, foreign_stage: Path, tmp_path: Path) -> None:
    first = OLD_RELEASE if kernel.arch == "riscv64" else ""
    hops = [Hop(kernel, first + load("-s -l")), Hop(kernel, load("-s -l"))]
    plan = plan_for("chain", kernel, hops, crash=cases.CRASH)
    reports = scenario.run(plan, foreign_stage, tmp_path)
    check_modules(reports)
    assert reports[0].load and reports[0].load.stdout.split() == (["0", "1"] if first else [])
    assert "kexec_lineage.stamp=" not in reports[0].cmdline
    for hop, report in enumerate(reports[1:], start=1):
        check_hop(report, plan.releases()[: hop + 1])
    alive, panic = log_of(tmp_path).split("sysrq: Trigger a crash")
    assert not splats(alive)
    line = f"kexec_lineage: exec from: {kernel.release} (count 2) boot {reports[-1].commands['boot-id'].stdout[:8]}\n"
    assert "Kernel panic - not syncing: sysrq triggered crash" in panic
    assert panic.count(line) == 1


def test_kexec_load_after_kexec_file_load(kernel: Kernel, foreign_stage: Path, tmp_path: Path) -> None:
    """`kexec-lineage load` stamps loads by kexec_load(). kexec(8) copies the device tree, which shows a kexec."""
    if kernel.arch == "s390x":
        pytest.skip("kexec(8) reads /sys/devices/system/memory on s390x, which the lab's kernel does not have")
    hops = [Hop(kernel, load("-s -l")), Hop(kernel, lineage_load("-c -i -l"))]
    plan = plan_for("load", kernel, hops)
    reports = scenario.run(plan, foreign_stage, tmp_path)
    check_modules(reports)
    for hop, report in enumerate(reports[1:], start=1):
        check_hop(report, plan.releases()[: hop + 1])
    assert not splats(log_of(tmp_path))


def test_capture_kernel(kernel: Kernel, foreign_stage: Path, tmp_path: Path) -> None:
    hops = [Hop(kernel, load("-s -l")), Hop(kernel, load("-s -p"), go=cases.CRASH, commands=VMCORE)]
    plan = plan_for("capture", kernel, hops, cmdline=f"{scenario.cmdline_for(kernel.arch)} crashkernel=320M")
    last = scenario.run(plan, foreign_stage, tmp_path)[-1]
    assert last.commands["vmcore"].status == 0
    assert wrong(last, expect.capture(plan.releases())) == []
