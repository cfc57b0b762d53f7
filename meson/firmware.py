# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes the table of console lines that are not the kernel's from intake/recognise/data/firmware.txt.

usage: firmware.py ROWS_H FIRMWARE_TXT

ROWS_H is for intake/recognise/firmware.c. A wrong line ends the build with its file and number.
"""
from __future__ import annotations

import sys
from pathlib import Path

import tables
from tables import Line, c_string, quoted

KINDS = {"firmware", "setup", "between", "alive"}
FIELDS = {"begins", "has", "source"}
ANYWHERE = "\x7f"


class Section:
    """A section's first line, its kind and its fields."""

    def __init__(self, line: Line):
        self.line = line
        self.kind = line.text.strip("[]")
        self.fields: dict[str, str] = {}
        if line.text != f"[{self.kind}]" or self.kind not in KINDS:
            line.fail(f"not a section of {', '.join(sorted(KINDS))}")

    def add(self, line: Line) -> None:
        name, equals, value = (part.strip() for part in line.text.partition("="))
        if not equals or not value or name not in FIELDS:
            line.fail(f"not 'FIELD = VALUE' with a field of {', '.join(sorted(FIELDS))}")
        if name in self.fields:
            line.fail(f"{name} is there twice")
        self.fields[name] = value if name == "source" else quoted(line, value)

    def first(self) -> str:
        """The first byte of the field begins, for sorting. Rows without this field are last."""
        return self.fields.get("begins", ANYWHERE)[0]

    def row(self) -> str:
        texts = [f".{name} = {c_string(self.fields[name])}" for name in ("begins", "has") if name in self.fields]
        if not texts or "source" not in self.fields:
            self.line.fail("a section needs source, and begins or has or both")
        if "begins" not in self.fields and ":" not in self.fields["has"]:
            self.line.fail("a text that may be anywhere in a line needs a colon (firmware.c)")
        return f"\t{{ .kind = INTAKE_CONSOLE_{self.kind.upper()}, {', '.join(texts)} }},\n"


def main() -> None:
    rows_h, firmware_txt = sys.argv[1:]
    sections: list[Section] = []
    for line in tables.lines(firmware_txt):
        if line.text.startswith("["):
            sections.append(Section(line))
        elif sections:
            sections[-1].add(line)
        else:
            line.fail("a field before the first section")
    sections.sort(key=Section.first)
    rows = [section.row() for section in sections]
    if len(set(rows)) != len(rows):
        sys.exit(f"{firmware_txt}: a row is there twice")
    firsts = [section.first() for section in sections if section.first() != ANYWHERE]
    Path(rows_h).write_text("/* Made by meson/firmware.py */\n"
                            f"static const struct row rows[] = {{\n{''.join(rows)}}};\n"
                            f"#define ROWS_WITH_BEGINS {len(firsts)}\n"
                            f"{tables.first_rows('first_rows', firsts)}", encoding="utf-8")


main()
