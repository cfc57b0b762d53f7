# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes the C table of intake/recognise/heading.c from intake/recognise/data/sections.txt.

usage: sections.py OUTPUT HEADING_H SECTIONS_TXT

sections.txt describes the format. An invalid line fails the build with its file and number.
"""
from __future__ import annotations

import re
import sys
from pathlib import Path

import tables


def read(file: str, kinds: set[str]) -> list[tuple[str, str]]:
    """Return the text and the kind of each heading."""
    found: list[tuple[str, str]] = []
    kind = ""
    for line in tables.lines(file):
        match = re.fullmatch(r"\[(\w+)\] (.+)", line.text)
        if match:
            kind = match.group(1)
            if kind not in kinds:
                line.fail(f"'{kind}' is not a kind of enum intake_heading")
        elif line.text.startswith("["):
            line.fail("a section begins with '[kind] kernel function'")
        elif not kind:
            line.fail("a text before the first section")
        else:
            text = tables.quoted(line, line.text)
            if text in (other for other, _ in found):
                line.fail(f"'{text}' is there twice")
            found.append((text, kind))
    return found


def main() -> None:
    output, header, file = sys.argv[1:]
    rows = read(file, tables.enum_words(header, "INTAKE_HEADING_"))
    rows.sort(key=lambda row: row[0][0])
    Path(output).write_text(
        "/* Made by meson/sections.py */\n"
        "static const struct heading headings[] = {\n" +
        "".join(f"\t{{ {tables.c_string(text)}, INTAKE_HEADING_{kind.upper()} }},\n" for text, kind in rows) +
        "};\n" + tables.first_rows("first_headings", [text[0] for text, _ in rows]), encoding="utf-8")


main()
