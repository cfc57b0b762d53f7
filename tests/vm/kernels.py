# SPDX-License-Identifier: GPL-2.0-or-later
"""The kernels of the module's tests, and the lines that must not be in their logs."""

from __future__ import annotations

import functools
import os
import re
import struct
import subprocess
import tempfile
from pathlib import Path

import pytest
from lab import cache, fetch
from lab.cache import Kernel
from lab.scenario import Report

# `make check-matrix` runs the long versions of tests; `make check` runs the short versions.
MATRIX = bool(os.environ.get("KEXEC_LINEAGE_MATRIX"))
REQUIRED = ("first", "second")
# The two stock kernels run the same code of the module, so `make check` tests the module on the newer one, and
# `make check-matrix` on both, and on kernels that clang built without, with thin and with full link-time optimization.
CLANG = ("clang", "thinlto", "fulllto") if MATRIX else ()
ROLES = (*(REQUIRED if MATRIX else REQUIRED[1:]), "built", *CLANG, "debug")
# A boot of the debug kernel takes several times as long. In `make check`, only test_module_loads.py and
# test_kho_module.py use this kernel.
FAST_ROLES = tuple(name for name in ROLES if MATRIX or name != "debug")
# Print the counters of lineage_observer.
COUNTERS = 'cd /sys/module/lineage_observer/parameters && for name in *; do echo "$name $(cat $name)"; done'
# The kernel's boot id, and the line in which the module prints it.
BOOT_ID = {"boot-id": "cat /proc/sys/kernel/random/boot_id", "boot-line": "dmesg | grep -o 'kexec_lineage: boot .*'"}
SMALL_BYTES = 128 * 1024
INIT_SIZE_OFFSET = 0x260  # Documentation/arch/x86/boot.rst
SPLATS = re.compile(
    r"BUG: |WARNING: |INFO: |possible recursive|inconsistent lock|suspicious RCU|sleeping function|"
    r"Call Trace|kmemleak: \d+ new|Oops|unable to handle|refcount_t"
)


def role(name: str) -> Kernel:
    """Return the kernel of a role. Raises cache.KernelUnavailable for a required kernel; skips for an optional
    kernel."""
    try:
        return fetch.for_role(name)
    except cache.KernelUnavailable as error:
        if name in REQUIRED:
            raise
        pytest.skip(f"kernel not available: {error}")


@functools.cache
def program(name: str) -> bytes:
    """Return a program of tests/vm/programs, linked statically for the guest."""
    source = Path(__file__).with_name("programs") / f"{name}.c"
    with tempfile.TemporaryDirectory() as folder:
        binary = Path(folder) / name
        subprocess.run(["gcc", "-O2", "-Wall", "-static", "-s", "-o", binary, source, "-lfdt"], check=True)
        return binary.read_bytes()


def small_image(kernel: Kernel) -> bytes:
    """Return the head of a real image, changed to request little memory. The loader accepts the head like a whole
    image, and loads it much faster: the loader computes a checksum of all memory that an image requests. The head is
    never started."""
    image = bytearray(kernel.path.read_bytes()[:SMALL_BYTES])
    struct.pack_into("<I", image, INIT_SIZE_OFFSET, SMALL_BYTES)
    return bytes(image)


def log_of(folder: Path) -> str:
    return (folder / "serial.log").read_text(encoding="utf-8", errors="replace")


def splats(log: str, builtin: bool = False) -> list[str]:
    """Return the lines of a console that report a kernel bug.

    Lines before init are ignored, because init loads the module. If the module is built in, they are not ignored.
    """
    found = []
    last, is_up = 0.0, builtin
    for line in log.splitlines():
        if time := re.match(r"\[ *(\d+\.\d+)\] ", line):
            now = float(time.group(1))
            is_up = builtin or (is_up and now > last - 0.5)  # a new kernel starts at 0; CPU clocks differ slightly
            last = now
        is_up = is_up or line.startswith("lab: kernel ")
        if is_up and SPLATS.search(line):
            found.append(line)
    return found


def check_boot_id(report: Report) -> None:
    """Check that the module printed the boot id exactly once."""
    assert report.commands["boot-line"].stdout == f"kexec_lineage: boot {report.commands['boot-id'].stdout}"


def check_modules(reports: list[Report]) -> None:
    """Check that the module was loaded in every kernel for which the lab builds it."""
    loaded = [report for report in reports if report.modprobe]
    assert loaded
    assert [f"kernel {report.hop}: {report.modprobe}" for report in loaded if report.modprobe.status] == []
