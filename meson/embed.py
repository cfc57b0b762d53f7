# SPDX-License-Identifier: GPL-2.0-or-later
"""How does a text file get into the program? As a C string; several as an array of them, in their order.

usage: embed.py OUTPUT NAME FILE...
"""
import sys
from pathlib import Path


def literal(text: str) -> str:
    lines = (line.replace("\\", "\\\\").replace('"', '\\"') for line in text.splitlines())
    return "\n".join(f'\t"{line}\\n"' for line in lines)


def main() -> None:
    output, name, *files = sys.argv[1:]
    strings = ",\n".join(literal(Path(file).read_text(encoding="utf-8")) for file in files)
    Path(output).write_text(f"/* Made by meson/embed.py */\nstatic const char *const {name}[] = {{\n{strings},\n}};\n",
                            encoding="utf-8")


main()
