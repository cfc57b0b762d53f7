# SPDX-License-Identifier: GPL-2.0-or-later
"""Which kernels does the lab know? Reads kernels.toml, the one list."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

LIST = Path(__file__).with_name("kernels.toml")


class UnknownKernel(Exception):
    """A kernel was asked for that kernels.toml does not have."""


@dataclass(frozen=True)
class Entry:
    """One kernel of the list; the fields are explained at the top of kernels.toml."""

    id: str
    suites: tuple[str, ...]
    package: str
    required: bool
    role: str
    kho: bool
    metadata: bool
    module: bool
    config: tuple[str, ...] = ()


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
        """The entries that can play a role, the best one first."""
        return tuple(entry for entry in self.entries if entry.role == role)


def read(path: Path = LIST) -> KernelList:
    """Reads the list; a missing or unknown field is an error (TypeError). Only `config` may be left out."""
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    archives = {name: suite["archive"] for name, suite in document["suites"].items()}
    entries = tuple(_entry(item, archives) for item in document["kernel"])
    return KernelList(entries, archives)


def _entry(item: dict, archives: dict[str, str]) -> Entry:
    entry = Entry(**{**item, "suites": tuple(item["suites"]), "config": tuple(item.get("config", ()))})
    unknown = [suite for suite in entry.suites if suite not in archives]
    if unknown:
        raise UnknownKernel(f"{entry.id}: no such suite: {', '.join(unknown)}")
    return entry
