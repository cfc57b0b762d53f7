# SPDX-License-Identifier: GPL-2.0-or-later
"""Download of a kernel's own modules, such as network drivers and ramoops, from the package of the kernel.

A package has thousands of modules, and a guest needs few. Only the needed modules are unpacked next to the kernel.
The hashes of these modules are written last. vmlinux() gets the debug information of a kernel.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from lab import apt, cache, fetch, kernels
from lab.apt import AptError
from lab.cache import Kernel, KernelUnavailable, cache_folder, locked


def get(kernel: Kernel, names: Sequence[str]) -> list[Path]:
    """Return modules of a kernel from its package, as verified files NAME.ko. Raises KernelUnavailable."""
    folder = kernel.path.parent / f"drivers-{kernel.release}"
    paths = [folder / f"{name}.ko" for name in names]
    with locked(cache_folder(), apt.LOCK):
        if not _are_whole(folder, paths):
            try:
                _unpack(kernel, names, folder)
            except (AptError, subprocess.CalledProcessError) as error:
                raise KernelUnavailable(f"{kernel.id}: no modules: {error}") from error
    return paths


def _manifest(folder: Path) -> Path:
    return folder / "manifest.json"


def _are_whole(folder: Path, paths: Sequence[Path]) -> bool:
    try:
        hashes = json.loads(_manifest(folder).read_text(encoding="utf-8"))
        return all(hashes[path.name] == _digest(path) for path in paths)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _unpack(kernel: Kernel, names: Sequence[str], folder: Path) -> None:
    """Download the package of the kernel, and keep only these modules."""
    cache.say(f"{kernel.id}: downloading {kernel.package} {kernel.version} for its modules ...")
    known = kernels.read()
    suites = fetch.suites_of(known.by_id(kernel.id), known).values()
    with tempfile.TemporaryDirectory(prefix=".drivers-", dir=kernel.path.parent) as scratch:
        deb = _download(kernel, suites, Path(scratch))
        found = _modules(deb, {f"{name}.ko" for name in names})
    if missing := [name for name in names if f"{name}.ko" not in found]:
        raise AptError(f"{kernel.package} has no module {', '.join(missing)}")
    folder.mkdir(exist_ok=True)
    for name, content in found.items():
        (folder / name).write_bytes(content)
    cache.write_json(_manifest(folder), {name: _digest(folder / name) for name in found})


def _download(kernel: Kernel, suites: Iterable[apt.Suite], folder: Path, ending: str = "") -> Path:
    for suite in suites:
        suite.update_once()
        for package in suite.matching(re.escape(kernel.package + ending)):
            if package.version == kernel.version:
                return suite.download(package, folder)
    raise AptError(f"no suite has {kernel.package} {kernel.version} any more: run `python3 -m lab fetch --refresh`")


def _modules(deb: Path, names: set[str]) -> dict[str, bytes]:
    found = {}
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", deb], stdout=subprocess.PIPE) as unpack:
        with tarfile.open(fileobj=unpack.stdout, mode="r|") as archive:
            for member in archive:
                name = Path(member.name).name
                if member.isfile() and name.removesuffix(".xz") in names:
                    content = archive.extractfile(member).read()
                    found[name.removesuffix(".xz")] = lzma.decompress(content) if name.endswith(".xz") else content
    return found


def vmlinux(kernel: Kernel) -> Path:
    """Return the uncompressed kernel with debug information, from the package RELEASE-dbg. Raises KernelUnavailable."""
    path = kernel.path.parent / f"vmlinux-{kernel.release}"
    with locked(cache_folder(), apt.LOCK):
        if not path.exists():
            try:
                _unpack_vmlinux(kernel, path)
            except (AptError, subprocess.CalledProcessError) as error:
                raise KernelUnavailable(f"{kernel.id}: no debug information: {error}") from error
    return path


def _unpack_vmlinux(kernel: Kernel, path: Path) -> None:
    cache.say(f"{kernel.id}: downloading {kernel.package}-dbg {kernel.version} (about 300 MB) ...")
    known = kernels.read()
    suites = fetch.suites_of(known.by_id(kernel.id), known).values()
    with tempfile.TemporaryDirectory(prefix=".debug-", dir=path.parent) as scratch:
        deb = _download(kernel, suites, Path(scratch), "-dbg")
        found = Path(scratch) / "vmlinux"
        with open(found, "wb") as stream, subprocess.Popen(["dpkg-deb", "--fsys-tarfile", deb],
                                                           stdout=subprocess.PIPE) as data:
            with tarfile.open(fileobj=data.stdout, mode="r|") as archive:
                for member in archive:
                    if member.name == f"./usr/lib/debug/boot/vmlinux-{kernel.release}":
                        shutil.copyfileobj(archive.extractfile(member), stream)
                        break
            data.kill()
        found.rename(path)
