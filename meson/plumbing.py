# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes the C table of intake/recognise/plumbing.c from the lists in intake/recognise/data.

usage: plumbing.py OUTPUT PLUMBING_H FILE...

plumbing.txt describes the format. An invalid line fails the build with its file and number.
"""
from __future__ import annotations

import re
import sys
from pathlib import Path

import tables

NAME = re.compile(r"\*?[A-Za-z0-9_.:<$]+\*?")


def read(file: str, reasons: set[str]) -> list[tuple[str, list[str]]]:
    """Return the reason and the names of each section."""
    sections: list[tuple[str, list[str]]] = []
    begun = None
    for line in tables.lines(file):
        match = re.fullmatch(r"\[(\w+)\] (.+)", line.text)
        if match:
            if begun and not sections[-1][1]:
                begun.fail("a section without a name")
            if match.group(1) not in reasons:
                line.fail(f"'{match.group(1)}' is not a reason of enum intake_plumbing")
            sections.append((match.group(1), []))
            begun = line
            continue
        if line.text.startswith("["):
            line.fail("a section begins with '[reason] where the functions are'")
        if not begun:
            line.fail("a name before the first section")
        for name in line.text.split():
            if not NAME.fullmatch(name):
                line.fail(f"'{name}' is not a function, nor one with '*' at an end")
            if name in sections[-1][1]:
                line.fail(f"'{name}' is twice in its section")
            sections[-1][1].append(name)
    if begun and not sections[-1][1]:
        begun.fail("a section without a name")
    return sections


def main() -> None:
    output, header, *files = sys.argv[1:]
    reasons = tables.enum_words(header, "INTAKE_PLUMBING_")
    sections = [section for file in files for section in read(file, reasons)]
    names = [name for _, section in sections for name in section]
    rows = "\n".join(f"\t{{ INTAKE_PLUMBING_{reason.upper()},\n" +
                     "\n".join(f'\t  "{name} "' for name in section) + " }," for reason, section in sections)
    Path(output).write_text(
        "/* Made by meson/plumbing.py */\n"
        f"#define PLUMBING_NAMES {len(names)}\n"
        f"#define PLUMBING_ANYWHERE {sum(name.startswith('*') for name in names)}\n"
        f"static const struct area areas[] = {{\n{rows}\n}};\n", encoding="utf-8")


main()
