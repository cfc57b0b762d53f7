#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Count the titles that change if a function that titles pass over is replaced by another one of its file.

usage: swap_plumbing.py LOGS PROGRAM KERNEL_SOURCE

In each log, one function above the function in the title, which the title passes over, becomes another function that
the same file of the kernel exports. Rules about the kernel pass over it, too; rules about the logs do not. The choice
is the same in every run. The loader of the logs is in the folder ../../tools beside them.
"""
from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from pathlib import Path

AREAS = ["kernel", "mm", "lib", "fs", "net/core", "net/netlink", "net/socket.c", "drivers/base", "drivers/usb/core",
         "drivers/tty", "block", "crypto", "sound/core", "arch/x86/kernel", "arch/x86/mm", "arch/x86/lib"]
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
FUNCTION = re.compile(r"^[A-Za-z_][^\n;={}#]*?\b([A-Za-z_]\w*)\s*\([^;{}]*?\)[^;{}()=]*\n?\{", re.MULTILINE)
EXPORT = re.compile(r"EXPORT_SYMBOL\w*\((\w+)")
FRAME = re.compile(rb"\b([A-Za-z_]\w*)(?:\.[\w.]+)?\+0x")


def exported(source: Path) -> dict[str, list[str]]:
    """Return the functions that the file of each exported function exports."""
    found: dict[str, list[str]] = {}
    for area in AREAS:
        path = source / area
        for file in sorted(path.rglob("*.c")) if path.is_dir() else [path]:
            text = COMMENT.sub("", file.read_text(encoding="utf-8", errors="replace"))
            names = sorted(set(FUNCTION.findall(text)) & set(EXPORT.findall(text)))
            if len(names) > 1:
                found.update((name, names) for name in names if name not in found)
    return found


def crash_of(program: str, log: bytes) -> dict:
    """Return the first crash of a log."""
    done = subprocess.run([program, "ingest", "--json", "-"], input=log, capture_output=True, check=False)
    events = (json.loads(line) for line in done.stdout.splitlines())
    return next((event for event in events if event.get("title")), {})


def swapped(crash: dict, log: bytes, files: dict[str, list[str]], rng: random.Random) -> tuple[str, str, bytes] | None:
    """Return a function that the title passes over, its replacement, and the log with the replacement."""
    names = list(dict.fromkeys(name.decode() for name in FRAME.findall(log)))
    if crash.get("frame") not in names:
        return None
    above = [name for name in names[:names.index(crash["frame"])] if name in files and name not in crash["frames"]]
    if not above:
        return None
    old = rng.choice(above)
    new = rng.choice([name for name in files[old] if name != old])
    return old, new, re.sub(rb"\b%s(?=[.+])" % old.encode(), new.encode(), log)


def main() -> None:
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    folder, program, source = sys.argv[1:]
    sys.path.insert(0, str(Path(folder).resolve().parents[1] / "tools"))
    import syz_expected  # pylint: disable=import-error,import-outside-toplevel

    files, rng, total, changed = exported(Path(source)), random.Random(3), 0, 0
    for case in syz_expected.load_dir(folder):
        if not case.has_crash or case.corrupted or case.placeholder or \
           syz_expected.realism(case) not in ("prod", "debug"):
            continue
        crash = crash_of(program, case.log)
        swap = swapped(crash, case.log, files, rng)
        if not swap or swap[2] == case.log:
            continue
        total += 1
        title = crash_of(program, swap[2]).get("title")
        if title != crash["title"]:
            changed += 1
            print(f"{case.name}: {swap[0]} -> {swap[1]}: {crash['title']} -> {title}")
    print(f"{total} logs, {changed} titles changed ({100 * changed / max(1, total):.1f} %)")


main()
