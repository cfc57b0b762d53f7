#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check the symbols of object files: every external name has its folder's prefix, and no two files use each other.

Usage: test_symbols.py NM FILE...    (objects or static archives)

Includes show which headers a file reads; the symbols of the objects show what it calls. If two files need each other,
merge them, or move the shared part to a third file.
"""

from __future__ import annotations

import re
import subprocess
import sys

# Prefixes by the first folder in the path of an object. cli/ is not a library, so its names need no prefix.
PREFIXES = {
    "cli": ("",),
    "intake": ("intake_",),
    "store": ("store_", "sqlite_", "clickhouse_", "clickhouses_", "tsv_"),
    "known": ("known_",),
    "triage": ("triage_",),
    "": ("lineage_", "kexec_lineage"),  # core/, lib/, host/, module/
}
# Symbols that a kernel module, a sanitizer or the coverage run-time defines in an object.
FOREIGN = ("init_module", "cleanup_module", "__")


def read(nm: str, files: list[str]) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Return the names that each object defines, and the names that each object needs."""
    defined: dict[str, set[str]] = {}
    needed: dict[str, set[str]] = {}
    listed = subprocess.run([nm, "-A", "-g", *files], check=True, capture_output=True, text=True).stdout
    for unit, kind, name in re.findall(r"^(.+):[0-9a-f ]+ ([A-Za-z]) (\S+)$", listed, re.M):
        defined.setdefault(unit, set())
        needed.setdefault(unit, set())
        (needed if kind in "Uw" else defined)[unit].add(name)
    return defined, needed


def prefixes_of(unit: str) -> tuple[str, ...]:
    """Return the prefixes that the names of an object may have."""
    return next(prefixes for folder, prefixes in PREFIXES.items() if f"{folder}/" in unit or not folder)


def cycles(uses: dict[str, set[str]]) -> list[list[str]]:
    """Return the objects that depend on each other, directly or through other objects."""
    left = {unit: set(others) for unit, others in uses.items()}
    while True:
        users = set().union(*left.values())
        done = {unit for unit, others in left.items() if not others or unit not in users}
        if not done:
            break
        left = {unit: others - done for unit, others in left.items() if unit not in done}
    return [sorted(left)] if left else []


def main(nm: str, *files: str) -> int:
    defined, needed = read(nm, list(files))
    home = {name: unit for unit, names in defined.items() for name in names if name != "main"}
    uses = {unit: {home[name] for name in names if home.get(name, unit) != unit} for unit, names in needed.items()}
    wrong = [f"{unit} exports {name}, which has no prefix of its folder" for name, unit in sorted(home.items())
             if not name.startswith(prefixes_of(unit) + FOREIGN)]
    for group in cycles(uses):
        wrong += [f"{unit} is in a cycle: it uses {', '.join(sorted(uses[unit] & set(group)))}" for unit in group]
    print("\n".join(wrong) or f"{len(defined)} objects, {len(home)} external names")
    return 1 if wrong or not home else 0


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
