# SPDX-License-Identifier: GPL-2.0-or-later
"""Helpers of the tests of Kexec HandOver (KHO): load kernels and read their reports."""

from __future__ import annotations

import re
import struct

import pytest
from lab import cases, scenario, vm
from lab.cache import Kernel
from lab.pairs import FINALIZE
from lab.scenario import Hop, Report, Scenario

CMDLINE = f"{scenario.CMDLINE} kho=on"
# A folder of lab/bugs that no kernel of the list has: test_kho_interface.py adds it to one.
CHANGED = "changed-metadata"
# Memory for a capture kernel and for KHO. With the default sizes KHO finds no room and is disabled.
CAPTURE = "kho=on kho_scratch=16M,384M,64M crashkernel=320M"
CAPTURE_MIB = 2560
# Print the lines of the kernel and the module about KHO.
LINES = {"lines": "dmesg | grep -o -E '(KHO|kexec_lineage): .*'"}
# Print every blob in debugfs, one per line: path and size.
SUBTREES = {"subtrees": "cd /sys/kernel/debug/kho && for file in */sub_fdts/*; do echo $file $(wc -c < $file); done"}
METADATA = "sub_fdts/kexec-metadata"
SHOW = {"show-json": scenario.SHOW["show-json"], **LINES, **SUBTREES}
FINALIZE_KHO = f"test ! -e {FINALIZE} || test $(cat {FINALIZE}) != 0 || echo 1 > {FINALIZE}\n"


def plan_for(name: str, kernel: Kernel, hops: list[Hop], cmdline: str = "kho=on", **more: object) -> Scenario:
    """Return a scenario without kexec-lineage for a kernel of x86-64 or arm64. Skip if there is no QEMU for arm64."""
    if kernel.arch != "aarch64":
        return Scenario(name, kernel, hops, cmdline=f"{scenario.CMDLINE} {cmdline}", **more)
    try:
        vm.need(kernel.arch)
    except vm.QemuMissing as error:
        pytest.skip(str(error))
    return cases.foreign(name, kernel, hops, cmdline=f"{scenario.ARM64_CMDLINE} {cmdline}", **more)


def memory_hop(target: Kernel, before: str = "", cmdline: str = CMDLINE, **more: object) -> Hop:
    """Return a kexec without a stamp on the command line: the next kernel gets the lineage only through memory."""
    off = "echo 0 > /sys/module/kexec_lineage/parameters/autostamp 2> /dev/null\n"
    load = f'kexec -s -l "$KERNEL" --initrd="$INITRD" --command-line="{cmdline}"'
    return Hop(target, before + FINALIZE_KHO + off + load, **more)


def lines(report: Report) -> list[str]:
    return report.commands["lines"].stdout.splitlines()


def exec_from(report: Report) -> tuple[str, int] | None:
    """Return the release and the count in the line "KHO: exec from" of the kernel."""
    found = re.search(r"^KHO: exec from: (\S+) \(count (\d+)\)$", report.commands["lines"].stdout, re.M)
    return (found[1], int(found[2])) if found else None


def subtrees(report: Report) -> dict[str, int]:
    """Return the size in bytes of every blob, by the path below kho/."""
    rows = (row.split() for row in report.commands["subtrees"].stdout.splitlines())
    return {path: int(size) for path, size in rows if "*" not in path}


def metadata(release: str, count: int, version: int = 1) -> bytes:
    """Encode the 73 bytes of metadata that Linux 7.1 writes, independently of the C code."""
    return struct.pack("<I65sI", version, release.encode(), count)


def hexdump(path: str) -> str:
    """Return guest shell code that prints a file's bytes as hex."""
    return f"od -An -v -tx1 {path} | tr -d ' \\n'"


def source(report: Report, name: str) -> dict:
    """Return the entry of one source in `show --json`."""
    return next(entry for entry in report.show()["sources"] if entry["source"] == name)


# Read the files of module/patches/interface.
SYSFS = {"sysfs": "cd /sys/kernel/kexec && cat previous_release count"}


def in_sysfs(report: Report) -> tuple[str, int] | None:
    """Return the previous release and the count in sysfs; None if there are no such files."""
    words = report.commands["sysfs"].stdout.split()
    return (words[0], int(words[1])) if words else None
