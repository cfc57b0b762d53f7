# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes intake/recognise/data/plumbing_kernel.txt from the sources of kernels.

usage: kernel_functions.py KERNEL_AREAS_TXT TREE... > intake/recognise/data/plumbing_kernel.txt

TREE is an unpacked kernel. The list has a function if any of the trees has it. This script is run by hand, because a
build has no sources of kernels.
"""
from __future__ import annotations

import re
import sys
import textwrap
from pathlib import Path

import tables

# Titles name these functions, because they use objects of other owners than their caller: another waiter, or a sibling.
NAMED = {"remove_wait_queue", "device_find_child", "device_find_child_by_name", "device_find_any_child"}

# Words before a parenthesis that are not functions.
KEYWORDS = {"if", "for", "while", "switch", "return", "sizeof", "defined", "typeof", "__printf", "__attribute__"}


def defined(text: str) -> set[str]:
    """Return the functions that a source file defines in the style of the kernel: the name begins in a line without
    indentation, and the body follows the parameters."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    names = re.findall(r"^(?:[A-Za-z_][^\n;={}#()]*[\s*])([A-Za-z_]\w*)\s*\([^;{}]*?\)[^;{}()=]*\n?\{", text, re.M)
    return {name for name in names if name not in KEYWORDS and not name.isupper()}


def exported(text: str) -> set[str]:
    return set(re.findall(r"^EXPORT_SYMBOL\w*\((\w+)", text, re.M))


def functions(trees: list[Path], take: str, patterns: list[str]) -> list[str]:
    left_out = {pattern[1:] for pattern in patterns if pattern.startswith("-")}
    found: set[str] = set()
    for tree in trees:
        for path in (path for pattern in patterns if pattern[0] != "-" for path in sorted(tree.glob(pattern))):
            if str(path.relative_to(tree)) in left_out:
                continue
            text = path.read_text(encoding="utf-8", errors="replace")
            found |= defined(text) | exported(text) if take == "all" else exported(text)
    return sorted(name for name in found if len(name) > 3 and name not in NAMED)


def release(tree: Path) -> str:
    text = (tree / "Makefile").read_text(encoding="utf-8")
    return ".".join(re.search(rf"^{name} = *(\w+)", text, re.M).group(1)
                    for name in ("VERSION", "PATCHLEVEL", "SUBLEVEL"))


def areas(file: str) -> list[tuple[str, str, list[str]]]:
    """Return the reason, "all" or "exported", and the files of each section."""
    found: list[tuple[str, str, list[str]]] = []
    for line in tables.lines(file):
        match = re.fullmatch(r"\[(\w+)\] (all|exported)", line.text)
        if match:
            found.append((match.group(1), match.group(2), []))
        elif found and not line.text.startswith("["):
            found[-1][2].append(line.text)
        else:
            line.fail("a section begins with '[reason] all' or '[reason] exported'")
    return found


def main(file: str, trees: list[Path]) -> None:
    print("# SPDX-License-Identifier: GPL-2.0-or-later\n"
          "# Made by meson/kernel_functions.py from data/kernel_areas.txt and Linux "
          f"{', '.join(release(tree) for tree in trees)}. Do not edit.")
    for reason, take, patterns in areas(file):
        where = " ".join(pattern for pattern in patterns if not pattern.startswith("-"))
        print(f"\n[{reason}] {where}: {take} functions\n" +
              textwrap.fill(" ".join(functions(trees, take, patterns)), 100, break_long_words=False,
                            break_on_hyphens=False))


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(sys.argv[1], [Path(argument) for argument in sys.argv[2:]])
