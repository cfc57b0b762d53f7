# SPDX-License-Identifier: GPL-2.0-or-later
"""The guest's initramfs: busybox, kexec, the installed kexec-lineage, and a plan.

The initramfs is an uncompressed newc archive: the kernels in it are already compressed, and an emulated CPU copies
faster than it decompresses.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from lab import arch, cross

INIT = Path(__file__).with_name("guest-init.sh")
SEARCH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class GuestError(Exception):
    """The guest cannot be built because a file or program is missing."""


@dataclass(frozen=True)
class Step:
    """One kernel of a scenario, from the guest's side.

    commands: shell commands that run in this kernel, and whose results are reported
    load, go: shell commands that load and start the next kernel; load is None in the last kernel
    keep: the kernels that later steps need; the next initramfs has only these kernels
    crash: shell commands that crash the last kernel
    """

    commands: dict[str, str]
    load: str | None = None
    go: str = "kexec -e"
    keep: frozenset[str] = frozenset()
    crash: str | None = None


@dataclass
class Tree:
    """The guest's root folder: path without the leading slash -> (mode, content)."""

    nodes: dict[str, tuple[int, bytes]] = field(default_factory=dict)

    def add(self, path: str, content: bytes, mode: int = 0o644) -> None:
        self._add_parents(path)
        self.nodes[path] = (stat.S_IFREG | mode, content)

    def add_file(self, path: str, source: Path) -> None:
        mode = 0o755 if os.access(source, os.X_OK) else 0o644
        self.add(path, source.read_bytes(), mode)

    def add_link(self, path: str, target: str) -> None:
        self._add_parents(path)
        self.nodes[path] = (stat.S_IFLNK | 0o777, target.encode())

    def _add_parents(self, path: str) -> None:
        for parent in reversed(Path(path).parents[:-1]):
            self.nodes.setdefault(str(parent), (stat.S_IFDIR | 0o755, b""))


def base(stage: Path | None, name: str = arch.HOST) -> Tree:
    """Return the files that every scenario needs.

    stage: folder with an installed kexec-lineage; None: without it
    name: the architecture of the guest. Raises cross.CrossUnavailable if it is not the one of this machine.
    """
    sysroot = None if name == arch.HOST else cross.sysroot(name)
    tree = Tree()
    tree.add_file("init", INIT)
    tree.nodes["init"] = (stat.S_IFREG | 0o755, tree.nodes["init"][1])
    tree.add_file("bin/busybox", _program("busybox", sysroot))
    tree.add_link("bin/sh", "busybox")
    kexec = _program("kexec", sysroot)
    tree.add_file("usr/sbin/kexec", kexec)
    tree.add_link("sbin/kexec", "/usr/sbin/kexec")
    _add_libraries(tree, kexec, sysroot)
    tree.add_file("usr/sbin/vmcore-dmesg", _program("vmcore-dmesg", sysroot))
    if stage:
        _add_stage(tree, stage, sysroot)
    return tree


def _program(name: str, sysroot: Path | None) -> Path:
    path = shutil.which(name, path=":".join(f"{sysroot or ''}{folder}" for folder in SEARCH.split(":")))
    if path is None:
        raise GuestError(f"{name} is not installed{f' in {sysroot}' if sysroot else ''}: the guest needs it")
    return Path(path).resolve()


def _add_stage(tree: Tree, stage: Path, sysroot: Path | None) -> None:
    """Add the installed program and the shared libraries that it needs."""
    binary = stage / "usr/bin/kexec-lineage"
    if not binary.exists():
        raise GuestError(f"{stage} has no usr/bin/kexec-lineage: install with `meson install -C build --destdir stage`")
    tree.add_file("usr/bin/kexec-lineage", binary)
    _add_libraries(tree, binary, sysroot)


def _add_libraries(tree: Tree, binary: Path, sysroot: Path | None) -> None:
    for path in libraries_in(sysroot, binary) if sysroot else libraries(binary):
        tree.add_file(str(path.relative_to(sysroot or "/")), path)


def libraries(binary: Path) -> list[Path]:
    """Return the paths of all shared objects that a program loads, and of its dynamic loader."""
    done = subprocess.run(["ldd", binary], capture_output=True, text=True, check=False)
    if "not a dynamic executable" in done.stderr + done.stdout:
        return []
    if done.returncode or "not found" in done.stdout:
        raise GuestError(f"ldd {binary}: {done.stderr or done.stdout}")
    return [Path(found) for found in re.findall(r"(/\S+) \(0x", done.stdout)]


def libraries_in(sysroot: Path, binary: Path) -> list[Path]:
    """Return the same for a program of another architecture, whose loader cannot run here."""
    found: dict[str, Path] = {}
    waiting = [binary]
    while waiting:
        done = subprocess.run(["readelf", "--dynamic", "--program-headers", "--wide", waiting.pop()],
                              capture_output=True, text=True, check=True)
        for name in re.findall(r"\(NEEDED\) .*\[(.+)\]|program interpreter: (.+)\]", done.stdout):
            needed = os.path.basename("".join(name))
            if needed not in found:
                found[needed] = _library_in(sysroot, "".join(name))
                waiting.append(found[needed])
    return list(found.values())


def _library_in(sysroot: Path, name: str) -> Path:
    """Return a library by its name, or a loader by its path, as the guest will open it."""
    if name.startswith("/"):
        return sysroot / name.lstrip("/")
    found = sorted(path for top in ("lib", "usr/lib") for path in (sysroot / top).glob(f"*-linux-gnu/{name}"))
    if not found:
        raise GuestError(f"{sysroot} has no {name}: the guest needs it")
    return found[0]


def add_kernels(tree: Tree, images: dict[str, Path]) -> None:
    """Add kernel images as /kernels/NAME, the paths that load commands use."""
    for name, path in images.items():
        tree.add(f"kernels/{name}", path.read_bytes())


def add_module(tree: Tree, release: str, module: Path) -> None:
    """Add kexec_lineage.ko for one kernel, in the folder that modprobe searches."""
    tree.add(f"lib/modules/{release}/kexec_lineage.ko", module.read_bytes())
    tree.add(f"lib/modules/{release}/modules.dep", b"kexec_lineage.ko:\n")


def add_test_modules(tree: Tree, release: str, modules: Iterable[Path]) -> None:
    """Add modules for one kernel as /modules/RELEASE/NAME.ko, for insmod."""
    for module in modules:
        tree.add(f"modules/{release}/{module.stem}.ko", module.read_bytes())


def add_plan(tree: Tree, steps: list[Step]) -> None:
    """Add the commands that the guest runs in each kernel; guest-init.sh describes the layout."""
    tree.add("lab/hop", b"0\n")
    for number, step in enumerate(steps):
        folder = f"lab/hops/{number}"
        for index, (name, command) in enumerate(step.commands.items()):
            if not re.fullmatch(r"[\w.-]+", name) or index > 99:
                raise GuestError(f"invalid name for a guest command, or too many commands: {name!r}")
            tree.add(f"{folder}/{index:02}-{name}", command.encode() + b"\n")
        if step.load is not None:
            tree.add(f"{folder}/load", step.load.encode() + b"\n")
            tree.add(f"{folder}/go", step.go.encode() + b"\n")
        if step.crash is not None:
            tree.add(f"{folder}/crash", step.crash.encode() + b"\n")
    for number, step in enumerate(steps):
        if step.load is not None:
            tree.add(f"lab/hops/{number}/pack", b"")
    for number, step in enumerate(steps):
        if step.load is not None:
            tree.add(f"lab/hops/{number}/pack", _pack_list(tree, step.keep))


def _pack_list(tree: Tree, keep: frozenset[str]) -> bytes:
    """List the files of the next initramfs: all except the kernels that later steps do not need."""
    names = [name for name in tree.nodes if not name.startswith("kernels/") or name.removeprefix("kernels/") in keep]
    return "".join(f"{name}\n" for name in names).encode()


def write_initramfs(tree: Tree, path: Path) -> None:
    """Write the tree as a newc archive; the same tree gives the same bytes."""
    with open(path, "wb") as file:
        file.writelines(_newc(tree.nodes.items()))


def _newc(nodes: Iterable[tuple[str, tuple[int, bytes]]]) -> Iterable[bytes]:
    for inode, (name, (mode, content)) in enumerate(nodes, start=1):
        yield from _newc_entry(name, inode, mode, content)
    yield from _newc_entry("TRAILER!!!", 0, 0, b"")


def _newc_entry(name: str, inode: int, mode: int, content: bytes) -> Iterable[bytes]:
    links = 2 if stat.S_ISDIR(mode) else 1
    raw = name.encode() + b"\0"
    fields = (inode, mode, 0, 0, links, 0, len(content), 0, 0, 0, 0, len(raw), 0)
    header = b"070701" + b"".join(b"%08X" % value for value in fields) + raw
    yield header + b"\0" * (-len(header) % 4)
    yield content
    yield b"\0" * (-len(content) % 4)
