# SPDX-License-Identifier: GPL-2.0-or-later
"""The expected output of kexec-lineage, computed only from the sequence of kernels that ran.

This is a second, independent definition of a lineage: it shares no code with the C core.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence


def runs(newest_first: Sequence[str]) -> list[dict[str, object]]:
    """Return a chain as `show --json` prints it: consecutive equal releases are one entry."""
    grouped = itertools.groupby(newest_first)
    return [{"release": release, "runs": len(list(group))} for release, group in grouped]


def lineage(way: Sequence[str]) -> dict[str, object]:
    """Return the expected report of the last kernel. way: the releases from the cold boot to this kernel."""
    *before, release = way
    before.reverse()
    return {
        "release": release,
        "boot": "kexec" if before else "cold",
        "previous_release": before[0] if before else None,
        "kexec_count": len(before),
        "chain": runs(before),
        "chain_complete": True,
        "conflicts": [],
    }


def capture(way: Sequence[str]) -> dict[str, object]:
    """Return the expected report of a capture kernel. way: the releases from the cold boot to the capture kernel."""
    return lineage(way) | {"boot": "capture"}


def unknown(release: str) -> dict[str, object]:
    """Return the expected report of a kernel that was loaded without a stamp."""
    return {"release": release, "boot": "kexec", "previous_release": None, "kexec_count": None, "chain": []}


def differences(wanted: dict[str, object], got: dict[str, object]) -> list[str]:
    """Return every field of `wanted` that differs in `got`. Other fields of `got` are ignored."""
    missing = object()
    pairs = [(key, value, got.get(key, missing)) for key, value in wanted.items()]
    return [
        f"{key}: expected {value!r}, got {'no such field' if found is missing else repr(found)}"
        for key, value, found in pairs
        if found is missing or found != value or type(found) is not type(value)
    ]
