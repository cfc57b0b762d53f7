#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Only the shared library has the merge; a program that links a copy of it may disagree after an upgrade.

Usage: test_one_merge.py NM LIBRARY PROGRAM...
"""

import re
import subprocess
import sys

MERGE = re.compile(r"^lineage_(merge|join)\b")


def merges(nm, file):
    """Functions of the merge that a file defines, one entry a definition."""
    out = subprocess.run([nm, "--defined-only", file], check=True, capture_output=True, text=True).stdout
    names = [line.split()[-1] for line in out.splitlines() if line.split()[-2:-1] in (["T"], ["t"])]
    return sorted(name for name in names if MERGE.match(name))


def main(nm, library, *programs):
    wrong = []
    if merges(nm, library) != ["lineage_join", "lineage_merge"]:
        wrong.append(f"{library} defines {merges(nm, library)}, not one lineage_join and one lineage_merge")
    for program in programs:
        if merges(nm, program):
            wrong.append(f"{program} has its own {' and '.join(merges(nm, program))}")
    print("\n".join(wrong) or f"one merge, in {library}")
    return 1 if wrong else 0


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
