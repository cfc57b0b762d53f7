# SPDX-License-Identifier: GPL-2.0-or-later
"""The list of kernels, read from kernels.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from lab import arch

LIST = Path(__file__).with_name("kernels.toml")
RUN_BY = ("check", "check-matrix", "check-host", "bench")
SOURCE = "linux"  # the source package of all Debian kernels
CLANG = "clang"  # the file of lab/config that selects clang


class UnknownKernel(Exception):
    """A kernel is not in kernels.toml."""


@dataclass(frozen=True)
class Entry:
    """One kernel of the list; kernels.toml describes the fields."""

    id: str
    suites: tuple[str, ...]
    required: bool
    role: str
    kho: bool
    metadata: bool
    module: bool
    package: str = ""
    source: str = ""
    config: tuple[str, ...] = ()
    patches: tuple[str, ...] = ()
    abi: str = ""
    run_by: str = "check"
    arch: str = arch.HOST

    @property
    def make(self) -> tuple[str, ...]:
        """Return words for the kernel's make, also for modules: the architecture and the compiler."""
        return arch.ALL[self.arch].make + (arch.CLANG_MAKE if CLANG in self.config else ())

    @property
    def origin(self) -> str:
        """Return the package or source package that the kernel comes from."""
        return self.package or f"source package {SOURCE}, version {self.source}"


@dataclass(frozen=True)
class KernelList:
    """The whole list, and the archive ("debian" or "debian-security") of every suite."""

    entries: tuple[Entry, ...]
    archives: dict[str, str]

    def by_id(self, kernel_id: str) -> Entry:
        for entry in self.entries:
            if entry.id == kernel_id:
                return entry
        known = ", ".join(entry.id for entry in self.entries)
        raise UnknownKernel(f"no kernel {kernel_id!r} in {LIST.name}; it has: {known}")

    def by_role(self, role: str) -> tuple[Entry, ...]:
        """Return the entries of a role, the preferred one first."""
        return tuple(entry for entry in self.entries if entry.role == role)

    def of_check(self, matrix: bool = False) -> list[tuple[Entry, ...]]:
        """Return the kernels of `make check` or `make check-matrix`, as sets of alternative entries."""
        run_by = ("check", "check-matrix") if matrix else ("check",)
        sets: dict[str, tuple[Entry, ...]] = {}
        for entry in self.entries:
            if (entry.role or entry.config) and entry.run_by in run_by:
                name = entry.role or entry.id
                sets[name] = (*sets.get(name, ()), entry)
        return list(sets.values())

    def has_sources(self, suite: str) -> bool:
        """Return whether an entry uses a source package of this suite."""
        return any(entry.source and suite in entry.suites for entry in self.entries)


def read(path: Path = LIST) -> KernelList:
    """Read the list. A missing, unknown or contradictory field raises TypeError or UnknownKernel."""
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    archives = {name: suite["archive"] for name, suite in document["suites"].items()}
    entries = tuple(_entry(item, archives) for item in document["kernel"])
    return KernelList(entries, archives)


def _entry(item: dict, archives: dict[str, str]) -> Entry:
    entry = Entry(**{name: tuple(value) if isinstance(value, list) else value for name, value in item.items()})
    if bool(entry.package) == bool(entry.source):
        raise TypeError(f"{entry.id}: must have either a package or a source")
    if (entry.source or entry.patches) and not entry.config:
        raise TypeError(f"{entry.id}: a kernel built from source must have a config")
    if entry.kho != bool(entry.abi):
        raise TypeError(f"{entry.id}: must have an abi if kho is true, and only then")
    if entry.run_by not in RUN_BY:
        raise TypeError(f"{entry.id}: invalid run_by '{entry.run_by}' (expected {', '.join(RUN_BY)})")
    if entry.arch not in arch.ALL:
        raise TypeError(f"{entry.id}: invalid arch '{entry.arch}' (expected {', '.join(arch.ALL)})")
    unknown = [suite for suite in entry.suites if suite not in archives]
    if unknown:
        raise UnknownKernel(f"{entry.id}: unknown suite: {', '.join(unknown)}")
    return entry
