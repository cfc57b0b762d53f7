# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes a C header with an array that contains each text file as a string, in the given order.

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
