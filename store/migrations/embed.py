# SPDX-License-Identifier: GPL-2.0-or-later
"""How does the SQL get into the program? As one C string for each migration, in the order of their numbers.

usage: embed.py OUTPUT MIGRATION...
"""
import sys
from pathlib import Path


def literal(text: str) -> str:
    lines = (line.replace("\\", "\\\\").replace('"', '\\"') for line in text.splitlines())
    return "\n".join(f'\t"{line}\\n"' for line in lines)


def main() -> None:
    output, *migrations = map(Path, sys.argv[1:])
    numbers = [int(path.stem) for path in migrations]
    if numbers != list(range(1, len(numbers) + 1)):
        raise SystemExit(f"the migrations are not numbered one after the other from 1: {numbers}")
    strings = ",\n".join(literal(path.read_text(encoding="utf-8")) for path in migrations)
    output.write_text("/* Made by store/migrations/embed.py */\n"
                      f"static const char *const migrations[] = {{\n{strings},\n}};\n", encoding="utf-8")


main()
