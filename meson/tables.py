# SPDX-License-Identifier: GPL-2.0-or-later
"""Helpers of the scripts that make C tables from text files: lines and errors with a file name and a line number."""
from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Line:
    """A line that is neither empty nor a comment."""
    file: str
    number: int
    text: str

    def fail(self, what: str) -> None:
        sys.exit(f"{self.file}:{self.number}: {what}")


def lines(file: str) -> list[Line]:
    text = Path(file).read_text(encoding="utf-8").splitlines()
    return [Line(file, number, line.strip()) for number, line in enumerate(text, 1)
            if line.strip() and not line.startswith("#")]


def quoted(line: Line, text: str) -> str:
    """Return the text between the first and the last quote, with the blanks at its ends."""
    match = re.fullmatch(r'"([ -~]+)"', text)
    if not match:
        line.fail(f"{text} is not a text of ASCII in double quotes")
    return match.group(1)


def c_string(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def enum_words(header: str, prefix: str) -> set[str]:
    """Return the names of an enum or of functions in a C header, without their prefix, in lower case."""
    return {name.lower() for name in re.findall(rf"\b{prefix}(\w+)", Path(header).read_text(encoding="utf-8"))}


def first_rows(name: str, firsts: list[str]) -> str:
    """An array of C with the number of the first row for each first byte, 0 for all other bytes."""
    rows = "".join(f"\t[{ord(byte)}] = {firsts.index(byte)},\n" for byte in sorted(set(firsts)))
    return f"static const unsigned char {name}[256] = {{\n{rows}}};\n"
