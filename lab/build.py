# SPDX-License-Identifier: GPL-2.0-or-later
"""Build of kernels from source.

A kernel is built from Debian's kernel sources, patches in module/patches or lab/bugs, tinyconfig and files in
lab/config. The image and the headers are kept and verified. Sources and objects stay in the cache's `work` folder, so
that the next build is faster.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from lab import apt, arch, cache, headers, kernels, patches
from lab.apt import AptError, Package, Suite
from lab.cache import Kernel, KernelUnavailable, image_release, say

HERE = Path(__file__).resolve().parent
CONFIGS = HERE / "config"
MODULE = HERE.parent / "module"
BUILTIN = "builtin"
# Files in lab/config that affect every object. Kernels that differ only in other files or in patches share a folder
# of objects: make rebuilds the objects that differ.
DECISIVE = (
    *("small", "debug", "crashes", "disk", "efi", "arm64", "riscv64", "ppc64le", "s390x"),
    *("clang", "thinlto", "fulllto", "early", "ima", "patched", "traced"),
)
ABI_FILES = (
    "include/linux/kho/abi/kexec_handover.h",  # Linux 7.1
    "kernel/liveupdate/kexec_handover.c",  # 6.19
    "kernel/kexec_handover.c",  # 6.18
)
PROGRESS_S = 15.0
TAIL_LINES = 25


class BuildFailed(Exception):
    """A kernel cannot be built from its sources; the text ends with the last output of the build."""


def is_current(entry: kernels.Entry, root: Path) -> bool:
    """Return whether the cached kernel was built from the inputs that are in this source tree now."""
    return cache.read_manifest(entry.id, root).get("inputs") == inputs(entry)


def inputs(entry: kernels.Entry) -> str:
    """Return a hash of all inputs of the build except the kernel sources. Raises BuildFailed."""
    total = hashlib.sha256()
    files = [CONFIGS / f"{name}.config" for name in entry.config]
    if BUILTIN in entry.config:
        files += [MODULE / "Kbuild", MODULE / "Kconfig", *sorted(MODULE.rglob("*.[ch]")), *sorted(MODULE.rglob("*.sh"))]
        files += sorted((MODULE / "core").glob("*.[ch]"))
    for path in files:
        total.update(path.name.encode() + b"\0" + path.read_bytes())
    # A patch's message and the name of its file do not affect the kernel.
    for patch in _patches(entry):
        total.update(b"\0" + patches.diff_of(patch).encode())
    return total.hexdigest()


def from_source(entry: kernels.Entry, package: Package, suite: Suite, root: Path) -> Kernel:
    """Build an entry's kernel into the cache. Raises AptError, BuildFailed, KernelUnavailable."""
    target = arch.ALL[entry.arch]
    compilers = target.missing("gcc") + ([] if kernels.CLANG not in entry.config else arch.missing(*arch.CLANG_TOOLS))
    if missing := compilers:
        raise KernelUnavailable(f"{entry.id}: not installed: {', '.join(missing)}")
    made_from = inputs(entry)
    source = _source(package, suite, root / "work")
    start = time.monotonic()
    _patch(entry, source)
    _run(entry.id, [MODULE / "install-into-tree", source])
    objects = source.with_name("-".join([source.name, *(name for name in entry.config if name in DECISIVE)]))
    _configure(entry, source, objects)
    _make(entry.id, source, objects, *entry.make, target.target, "modules")
    image = (objects / target.image).read_bytes()
    release = image_release(image, entry.arch)
    kernel = Kernel(entry.id, release, root / entry.id / f"vmlinuz-{release}", package.name, package.version,
                    entry.arch)
    cache.store(kernel, image, suite=suite.name, inputs=made_from, abi=_abi(source))
    if entry.module:
        _export_headers(entry, kernel, source, objects)
    say(f"{entry.id}: built in {time.monotonic() - start:.0f} s")
    return kernel


def _source(package: Package, suite: Suite, work: Path) -> Path:
    """Return the unpacked sources; apt has checked the hash of their package."""
    folder = work / f"{package.name}-{package.upstream}"
    complete = work / f"{folder.name}.unpacked"
    if complete.exists() and folder.exists():
        return folder
    work.mkdir(parents=True, exist_ok=True)
    complete.unlink(missing_ok=True)
    # Remove old objects. tar restores upstream's old modification times, so make would consider the objects up to date.
    for left_over in [folder, _originals(folder), *work.glob(f"{folder.name}-*"), *work.glob(".source-*")]:
        shutil.rmtree(left_over, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=".source-", dir=work) as scratch:
        say(f"downloading {package.name} {package.version} (about 160 MB) ...")
        with cache.locked(work.parent, apt.LOCK):
            file = suite.download(package, Path(scratch))
        say(f"unpacking {package.name} (about 2 GB) ...")
        tarball = file if package.is_source else _tarball_in(file, Path(scratch))
        subprocess.run(["tar", "-xJf", tarball, "-C", scratch, "--no-same-owner"], check=True)
        unpacked = [path for path in Path(scratch).iterdir() if (path / "Kbuild").exists()]
        if len(unpacked) != 1:
            raise AptError(f"{package.name}: expected one tree of kernel sources, found {len(unpacked)}")
        os.rename(unpacked[0], folder)
    complete.touch()
    return folder


def _tarball_in(deb: Path, scratch: Path) -> Path:
    """Return the tarball in a linux-source package."""
    subprocess.run(["dpkg-deb", "-x", deb, scratch], check=True)
    tarballs = list(scratch.glob("usr/src/*.tar.xz"))
    if len(tarballs) != 1:
        raise AptError(f"{deb.name}: expected one tarball, found {len(tarballs)}")
    return tarballs[0]


def _patches(entry: kernels.Entry) -> list[Path]:
    try:
        return patches.files_of(entry.patches)
    except patches.PatchRefused as error:
        raise BuildFailed(f"{entry.id}: {error}") from error


def _patch(entry: kernels.Entry, source: Path) -> None:
    """Apply the entry's patches to the sources, and revert the patches of the previous build."""
    try:
        patches.bring(source, _originals(source), _patches(entry))
    except patches.PatchRefused as error:
        raise BuildFailed(f"{entry.id}: {error}") from error


def _originals(source: Path) -> Path:
    return source.with_name(f"{source.name}.originals")


def _abi(source: Path) -> str:
    """Return the compatible string of KHO's ABI in the sources; empty if they have no KHO."""
    names = [re.findall(r'^#define KHO_FDT_COMPATIBLE "(.*)"', _read(source / file), re.M) for file in ABI_FILES]
    return next((name[0] for name in names if name), "")


def _configure(entry: kernels.Entry, source: Path, objects: Path) -> None:
    """Configure tinyconfig plus the entry's files, and check that each line of these files took effect."""
    objects.mkdir(parents=True, exist_ok=True)
    files = [CONFIGS / f"{name}.config" for name in entry.config]
    make = ["make", "-C", source, f"O={objects}", *entry.make]
    _run(entry.id, [*make, "tinyconfig"])
    merge = [source / "scripts/kconfig/merge_config.sh", "-m", "-O", objects, objects / ".config", *files]
    _run(entry.id, merge, cwd=source)
    _run(entry.id, [*make, "olddefconfig"])
    got = _read(objects / ".config").splitlines()
    refused = [line for line in _wanted(files) if not _is_accepted(line, got)]
    if refused:
        raise BuildFailed(f"{entry.id}: the kernel's configuration does not accept: {', '.join(refused)}")


def _is_accepted(wanted: str, got: Sequence[str]) -> bool:
    """Return whether a line took effect. An option that is not set may be absent: other architectures lack some."""
    if wanted.endswith(" is not set"):
        name = wanted.removeprefix("# ").split()[0]
        return not any(line.startswith(f"{name}=") for line in got)
    return wanted in got


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _wanted(files: Sequence[Path]) -> list[str]:
    """Return the lines of all files; a later line replaces an earlier one of the same name."""
    wanted: dict[str, str] = {}
    for line in "\n".join(_read(path) for path in files).splitlines():
        if line.startswith("CONFIG_") or line.endswith(" is not set"):
            wanted[line.removeprefix("# ").replace(" ", "=").split("=")[0]] = line
    return list(wanted.values())


def _make(kernel_id: str, source: Path, objects: Path, *targets: str) -> None:
    """Run make and report progress every few seconds."""
    jobs = f"-j{(os.cpu_count() or 1) + 1}"
    command = ["make", "-C", str(source), f"O={objects}", jobs, *targets]
    start = last = time.monotonic()
    lines: list[str] = []
    say(f"{kernel_id}: building (takes several minutes) ...")
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        for line in process.stdout or []:
            lines.append(line.rstrip("\n"))
            if time.monotonic() - last > PROGRESS_S:
                last = time.monotonic()
                say(f"{kernel_id}: building, {len(lines)} steps, {last - start:.0f} s")
    if process.returncode:
        raise BuildFailed(f"{kernel_id}: make failed:\n" + "\n".join(lines[-TAIL_LINES:]))


def _run(kernel_id: str, command: Sequence[str | Path], **options: object) -> None:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, **options)
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).splitlines()[-TAIL_LINES:])
        raise BuildFailed(f"{kernel_id}: {command[0]} failed:\n{tail}")


def _export_headers(entry: kernels.Entry, kernel: Kernel, source: Path, objects: Path) -> None:
    """Export what is needed to build modules, with the script that the kernel's own packages use.

    If the compilers of the kernel and of this machine differ, the script would build programs for the other
    architecture, which cannot run here. It uses both names only to compare them.
    """
    with headers.replacing(kernel) as folder:
        script = f"{source}/scripts/package/install-extmod-build"
        command = f'KBUILD_RUN_COMMAND=HOSTCC="$$CC" {script} {folder}'
        make = ["make", "-C", str(source), f"O={objects}", *entry.make]
        _run(kernel.id, [*make, "run-command", command])
