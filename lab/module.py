# SPDX-License-Identifier: GPL-2.0-or-later
"""How does a kernel of the lab get kexec_lineage.ko? Built from this source tree against the kernel's own headers.

The same for the test modules of tests/vm/modules. What is built stays in the checkout's build folder, where make
knows what is up to date.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
from pathlib import Path

from lab import apt, build, fetch, headers, kernels
from lab.apt import AptError
from lab.cache import Kernel, KernelUnavailable, cache_folder, locked, say

TOP = Path(__file__).resolve().parent.parent
SOURCES = TOP / "module"
TEST_SOURCES = TOP / "tests/vm/modules"
BUILD = TOP / "build/modules"
COMPILER = "gcc-12"  # what Debian 12 built its kernels with; Debian 13 has it too


class ModuleFailed(Exception):
    """The module does not build against a kernel; the text is what make said."""


@functools.cache
def built(kernel: Kernel) -> Path:
    """kexec_lineage.ko for this kernel, without debug information. Raises KernelUnavailable, ModuleFailed."""
    return _make(kernel, SOURCES, BUILD / kernel.release / "kexec_lineage")[0]


@functools.cache
def tests(kernel: Kernel) -> list[Path]:
    """The test modules for this kernel."""
    return _make(kernel, TEST_SOURCES, BUILD / kernel.release / "tests")


def has(kernel: Kernel) -> bool:
    """Whether the lab builds modules for this kernel."""
    return any(entry.id == kernel.id and entry.module for entry in kernels.read().entries)


def headers_of(kernel: Kernel) -> Path:
    """The folder to build against. Raises KernelUnavailable."""
    known = kernels.read()
    entry = known.by_id(kernel.id)
    suites = list(fetch.suites_of(entry, known).values())
    try:
        with locked(cache_folder(), apt.LOCK):
            return headers.get(kernel, suites)
    except AptError as error:
        if not entry.config:
            raise KernelUnavailable(f"{kernel.id}: {error}") from error
    # A kernel that the lab built itself: so were its headers.
    fetch.get(kernel.id, refresh=True)
    return headers.get(kernel, suites)


def environment() -> dict[str, str]:
    """A make around this one must not pass its own flags on to the kernel's."""
    return {key: value for key, value in os.environ.items() if key not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}


def _make(kernel: Kernel, sources: Path, folder: Path) -> list[Path]:
    kernel_folder = headers_of(kernel)
    with locked(BUILD, f"building modules for {kernel.id}"):
        return _make_locked(kernel, kernel_folder, sources, folder)


def _make_locked(kernel: Kernel, kernel_folder: Path, sources: Path, folder: Path) -> list[Path]:
    say(f"{kernel.id}: building {sources.relative_to(TOP)} for {kernel.release} ...")
    command = ["make", "-C", str(sources), f"KDIR={kernel_folder}", f"BUILD={folder}"]
    if shutil.which(COMPILER):
        command.append(f"CC={COMPILER}")
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment())
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).splitlines()[-build.TAIL_LINES :])
        raise ModuleFailed(f"{sources.name} for {kernel.release}: make failed:\n{tail}")
    return [_stripped(path) for path in sorted(folder.glob("*.ko"))]


def _stripped(path: Path) -> Path:
    """Debug information would be most of the guest's initramfs. Another lab may be reading the old file."""
    small, new = path.with_suffix(".stripped"), path.with_suffix(".new")
    subprocess.run(["strip", "--strip-debug", "-o", new, path], check=True)
    os.replace(new, small)
    return small
