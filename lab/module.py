# SPDX-License-Identifier: GPL-2.0-or-later
"""Build of kexec_lineage.ko and the test modules for a kernel of the lab, against the kernel's own headers.

Results stay in the checkout's build folder, beside a hash of all inputs. The hash avoids a run of make, which needs
three seconds of CPU time even if everything is up to date.
"""

from __future__ import annotations

import functools
import hashlib
import os
import subprocess
from pathlib import Path

from lab import apt, arch, build, fetch, headers, kernels
from lab.apt import AptError
from lab.cache import Kernel, KernelUnavailable, cache_folder, locked, say, write_atomically

TOP = Path(__file__).resolve().parent.parent
SOURCES = TOP / "module"
TEST_SOURCES = TOP / "tests/vm/modules"
BUILD = TOP / "build/modules"
# The guest gets modules without debug information. Tests decode stacks with that of the test modules.
FLAGS = {SOURCES: "KCFLAGS=-g0", TEST_SOURCES: "KCFLAGS=-g"}


class ModuleFailed(Exception):
    """The module does not build against a kernel; the text is the output of make."""


@functools.cache
def built(kernel: Kernel) -> Path:
    """Return kexec_lineage.ko for this kernel, without debug information. Raises KernelUnavailable, ModuleFailed."""
    return _make(kernel, SOURCES, BUILD / kernel.release / "kexec_lineage")[0]


@functools.cache
def with_debug(kernel: Kernel) -> tuple[Path, Path]:
    """Return kexec_lineage.ko without and with debug information, which are the same code."""
    stripped = _make(kernel, SOURCES, BUILD / kernel.release / "debug", "KCFLAGS=-g")[0]
    return stripped, stripped.with_suffix(".ko")


@functools.cache
def tests(kernel: Kernel, only: tuple[str, ...] = ()) -> list[Path]:
    """Return all test modules for this kernel, or only the given modules."""
    objects = [f"LAB_ONLY={' '.join(f'{name}.o' for name in only)}"] if only else []
    return _make(kernel, TEST_SOURCES, BUILD / kernel.release / "-".join(("tests", *only)), *objects)


def has(kernel: Kernel) -> bool:
    """Return whether the lab builds modules for this kernel."""
    return any(entry.id == kernel.id and entry.module for entry in kernels.read().entries)


def headers_of(kernel: Kernel) -> Path:
    """Return the folder to build against. Raises KernelUnavailable."""
    known = kernels.read()
    entry = known.by_id(kernel.id)
    suites = list(fetch.suites_of(entry, known).values())
    try:
        with locked(cache_folder(), apt.LOCK):
            return headers.get(kernel, suites)
    except AptError as error:
        if not entry.config:
            raise KernelUnavailable(f"{kernel.id}: {error}") from error
    # The lab built this kernel and its headers.
    fetch.get(kernel.id, refresh=True)
    return headers.get(kernel, suites)


def environment() -> dict[str, str]:
    """Return the environment without the flags of an outer make, which must not reach the kernel's make."""
    return {key: value for key, value in os.environ.items() if key not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}


@functools.cache
def _verified_headers(kernel: Kernel) -> Path:
    return headers_of(kernel)


def _make(kernel: Kernel, sources: Path, folder: Path, *more: str) -> list[Path]:
    kernel_folder = _verified_headers(kernel)
    target = arch.ALL[kernel.arch]
    entry = kernels.read().by_id(kernel.id)
    command = ["make", "-C", str(sources), f"KDIR={kernel_folder}", f"BUILD={folder}", FLAGS[sources]]
    command += [*entry.make, *more]
    if kernels.CLANG not in entry.config and not target.missing(arch.COMPILER):
        command.append(f"CC={target.tool(arch.COMPILER)}")
    with locked(BUILD, f"building modules for {kernel.id}"):
        made_from = _inputs(kernel, sources, command)
        record = folder / "made-from"
        if not record.exists() or record.read_text(encoding="utf-8") != made_from:
            _make_locked(kernel, sources, folder, command)
            write_atomically(record, made_from.encode())
        return [path.with_suffix(".stripped") for path in sorted(folder.glob("*.ko"))]


def _inputs(kernel: Kernel, sources: Path, command: list[str]) -> str:
    """Return a hash of the sources, the hash of the headers, and the command."""
    total = hashlib.sha256("\0".join(command).encode() + headers.digest_of(kernel).encode())
    for path in sorted(path for folder in (sources, sources / "core") for path in folder.rglob("*")):
        if path.is_file():
            total.update(str(path.relative_to(sources)).encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def _make_locked(kernel: Kernel, sources: Path, folder: Path, command: list[str]) -> None:
    say(f"{kernel.id}: building {sources.relative_to(TOP)} for {kernel.release} ...")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "made-from").unlink(missing_ok=True)
    for old in folder.glob("*.ko"):
        old.unlink()
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment())
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).splitlines()[-build.TAIL_LINES :])
        raise ModuleFailed(f"{sources.name} for {kernel.release}: make failed:\n{tail}")
    for path in folder.glob("*.ko"):
        _strip(path, arch.ALL[kernel.arch].tool("strip"))


def _strip(path: Path, strip: str) -> None:
    """Strip debug information, which would fill most of the initramfs. Replace the old file: it may be in use."""
    small, new = path.with_suffix(".stripped"), path.with_suffix(".new")
    subprocess.run([strip, "--strip-debug", "-o", new, path], check=True)
    os.replace(new, small)
