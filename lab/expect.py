# SPDX-License-Identifier: GPL-2.0-or-later
"""What must kexec-lineage say? The right answer, worked out from the way the machine went and from nothing else.

This is a second, independent statement of what a lineage is: it shares no code with the C core.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence


def runs(newest_first: Sequence[str]) -> list[dict[str, object]]:
    """A chain as `show --json` prints it: equal releases in a row become one entry."""
    grouped = itertools.groupby(newest_first)
    return [{"release": release, "runs": len(list(group))} for release, group in grouped]


def lineage(way: Sequence[str]) -> dict[str, object]:
    """What the last kernel of a way must report; way: the releases from the cold boot on, this kernel last."""
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
    """The same for a crash kernel: the last kernel of the way, started by the crash of the one before."""
    return lineage(way) | {"boot": "capture"}


def unknown(release: str) -> dict[str, object]:
    """What a kernel must report that was kexec'ed by something that knows nothing of lineages."""
    return {"release": release, "boot": "kexec", "previous_release": None, "kexec_count": None, "chain": []}


def differences(wanted: dict[str, object], got: dict[str, object]) -> list[str]:
    """Every wanted field that is not what it must be; fields that are not wanted are not looked at."""
    missing = object()
    pairs = [(key, value, got.get(key, missing)) for key, value in wanted.items()]
    return [
        f"{key}: expected {value!r}, got {'no such field' if found is missing else repr(found)}"
        for key, value, found in pairs
        if found is missing or found != value or type(found) is not type(value)
    ]
