# SPDX-License-Identifier: GPL-2.0-or-later
"""What do the tests of Kexec HandOver (KHO) share: how kernels are loaded, and what is read from them?"""

from __future__ import annotations

import re
import struct

from lab import scenario
from lab.cache import Kernel
from lab.pairs import FINALIZE
from lab.scenario import Hop, Report

CMDLINE = f"{scenario.CMDLINE} kho=on"
# What the kernel and the module say of it.
LINES = {"lines": "dmesg | grep -o -E '(KHO|kexec_lineage): .*'"}
# Every blob in debugfs, one a line: its path, its size.
SUBTREES = {"subtrees": "cd /sys/kernel/debug/kho && for file in */sub_fdts/*; do echo $file $(wc -c < $file); done"}
METADATA = "sub_fdts/kexec-metadata"
SHOW = {"show-json": scenario.SHOW["show-json"], **LINES, **SUBTREES}
FINALIZE_KHO = f"test ! -e {FINALIZE} || test $(cat {FINALIZE}) != 0 || echo 1 > {FINALIZE}\n"


def memory_hop(target: Kernel, before: str = "", cmdline: str = CMDLINE, **more: object) -> Hop:
    """A kexec with no stamp on the command line: what the next kernel knows came through memory."""
    off = "echo 0 > /sys/module/kexec_lineage/parameters/autostamp 2> /dev/null\n"
    load = f'kexec -s -l "$KERNEL" --initrd="$INITRD" --command-line="{cmdline}"'
    return Hop(target, before + FINALIZE_KHO + off + load, **more)


def lines(report: Report) -> list[str]:
    return report.commands["lines"].stdout.splitlines()


def exec_from(report: Report) -> tuple[str, int] | None:
    """The kernel's own line."""
    found = re.search(r"^KHO: exec from: (\S+) \(count (\d+)\)$", report.commands["lines"].stdout, re.M)
    return (found[1], int(found[2])) if found else None


def subtrees(report: Report) -> dict[str, int]:
    """Path below kho/ -> bytes."""
    rows = (row.split() for row in report.commands["subtrees"].stdout.splitlines())
    return {path: int(size) for path, size in rows if "*" not in path}


def metadata(release: str, count: int, version: int = 1) -> bytes:
    """The 73 bytes of Linux 7.1, written down once more and in another language."""
    return struct.pack("<I65sI", version, release.encode(), count)


def hexdump(path: str) -> str:
    """Guest shell that prints a file's bytes as hex."""
    return f"od -An -v -tx1 {path} | tr -d ' \\n'"


def source(report: Report, name: str) -> dict:
    """One source's entry of `show --json`."""
    return next(entry for entry in report.show()["sources"] if entry["source"] == name)
