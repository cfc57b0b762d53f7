#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Test that an invalid line in a table of intake/recognise/data fails the build with its file and number.

Usage: test_tables.py SOURCE_ROOT
"""
from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

CLASS = '[class]\nheader = "BUG: "\ntype = bug\ntitle = "BUG"\nsource = here\n'
DIE = '[die]\nsearch = "[#"\ntype = oops\nrefine = die\nsource = there\n'

PLUMBING = [
    ("[report] here\nf g *h* i*\n", None),
    ("[reports] here\nf\n", "1: 'reports' is not a reason"),
    ("[report]\nf\n", "1: a section begins with"),
    ("# no section\nf\n", "2: a name before the first section"),
    ("[report] here\n[copy] there\nf\n", "1: a section without a name"),
    ("[report] here\n", "1: a section without a name"),
    ("[report] here\nf\ng h*i\n", "3: 'h*i' is not a function"),
    ("[report] here\nf\ng f\n", "3: 'f' is twice"),
]

SECTIONS = [
    ('[origin] here\n"f"\n', None),
    ('[origins] here\n"f"\n', "1: 'origins' is not a kind"),
    ('[origin]\n"f"\n', "1: a section begins with"),
    ('"f"\n', "1: a text before the first section"),
    ("[origin] here\nf\n", "2: f is not a text"),
    ('[origin] here\n"f"\n[task] there\n"f"\n', "4: 'f' is there twice"),
]

PANIC = '[panic]\nmessage = "gone"\nfollows = oops bug\nsource = here\n'

PANICS = [
    (PANIC, None),
    (PANIC.replace("message", "has"), None),
    ("[panics]\n", "1: not [panic]"),
    ('message = "gone"\n', "1: a field before the first section"),
    (PANIC.replace("message", "messages"), "2: not 'FIELD = VALUE'"),
    (PANIC + "source = there\n", "5: source is there twice"),
    (PANIC.replace("source = here\n", ""), "1: [panic] without source"),
    (PANIC + 'has = "gone"\n', "1: [panic] needs either message or has"),
    (PANIC.replace('"gone"', "gone"), "2: gone is not a text"),
    (PANIC + "frame = pcs\n", "5: frame is invalid"),
    (PANIC.replace("bug", "bugs"), "3: 'bugs' is neither a type of a class nor a gravity"),
]

CLASSES = [
    (CLASS + DIE, None),
    (CLASS, "no [die]"),
    ("type = bug\n", "1: a field before the first section"),
    ("[clas]\n", "1: not [class]"),
    (CLASS.replace("type", "kind"), "3: not 'FIELD = VALUE'"),
    (CLASS + "type = bug\n", "6: type is there twice"),
    (CLASS.replace("source = here\n", ""), "1: [class] without source"),
    (CLASS.replace('title = "BUG"\n', ""), "1: a class needs title or refine"),
    (CLASS.replace('"BUG: "', "BUG: "), "2: BUG: is not a text"),
    (CLASS.replace('"BUG: "', '"BUG"'), "1: search is needed"),
    (CLASS + 'search = "bug"\n', "6: search is part of neither"),
    (CLASS + "frame = pcs\n", "6: frame is invalid"),
    (CLASS + "layout = high\n", "6: layout is invalid"),
    (CLASS + "gravity = high\n", "6: gravity is invalid"),
    (CLASS + "memory = bad\n", "6: memory is invalid"),
    (CLASS + "second = row\n", "6: second is invalid"),
    (CLASS + "refine = nothing\n", "6: refine is invalid"),
    (CLASS + "except = fault\n", "6: 'fault' is not an exception"),
    ("[exception sleeps]\nnames = sched\nbecause = text\n" + CLASS + "except = sleeps\n" + DIE, None),
    ("[exception sleeps]\nnames = sched\n", "1: [exception sleeps] without because"),
    ("[exception sleeps]\nnames = dispatch\nbecause = text\n", "2: 'dispatch' is not a reason"),
    (CLASS.replace("= bug", "= Bug"), "3: a type is"),
    ("[no crash]\nheader = \"BUG: \"\ntype = bug\nsource = here\n", "3: not 'FIELD = VALUE'"),
]


def run(folder: Path, script: Path, outputs: int, text: str, *rest: Path) -> str | None:
    """Return the error output of the script; None on success."""
    table = folder / "table.txt"
    table.write_text(text)
    command = [sys.executable, "-B", script, *(folder / f"{n}.h" for n in range(outputs))]
    command += [*rest, table] if outputs == 1 else [table, *rest]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stderr.replace(f"{table}:", "") if done.returncode else None


def main(root: str) -> int:
    recognise = Path(root, "intake/recognise")
    headers = [recognise / name for name in ("class.h", "naming.h", "plumbing.h", "refine.h")]
    wrong = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for text, expected in PLUMBING:
            said = run(folder, Path(root, "meson/plumbing.py"), 1, text, headers[2])
            if (said is None) != (expected is None) or expected and expected not in said:
                wrong.append((text, said, expected))
        for text, expected in SECTIONS:
            said = run(folder, Path(root, "meson/sections.py"), 1, text, recognise / "heading.h")
            if (said is None) != (expected is None) or expected and expected not in said:
                wrong.append((text, said, expected))
        for text, expected in PANICS:
            said = run(folder, Path(root, "meson/panics.py"), 1, text, headers[1], headers[0],
                       recognise / "data/classes.txt")
            if (said is None) != (expected is None) or expected and expected not in said:
                wrong.append((text, said, expected))
        for text, expected in CLASSES:
            said = run(folder, Path(root, "meson/classes.py"), 2, text, recognise / "data/search.txt", *headers)
            if (said is None) != (expected is None) or expected and expected not in said:
                wrong.append((text, said, expected))
    for text, said, expected in wrong:
        print(f"{text!r}: got {said!r}, expected {expected!r}")
    return 1 if wrong else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
