#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The library and each program contain exactly one merge (docs/decisions/programs-and-library.md).

Usage: test_one_merge.py NM FILE...
"""

import re
import subprocess
import sys

MERGE = re.compile(r"lineage_merge(_carriers)?(\.\w+)?$")  # a copy that the compiler made has a suffix
WANTED = ["lineage_merge", "lineage_merge_carriers"]


def merges(nm, file):
    """Return the functions of the merge that a file defines, one entry per definition."""
    out = subprocess.run([nm, "--defined-only", file], check=True, capture_output=True, text=True).stdout
    names = [line.split()[-1] for line in out.splitlines() if line.split()[-2:-1] in (["T"], ["t"])]
    return sorted(name for name in names if MERGE.match(name) and not name.endswith(".cold"))


def main(nm, *files):
    wrong = [f"{file} defines {merges(nm, file)}, expected {WANTED}" for file in files if merges(nm, file) != WANTED]
    print("\n".join(wrong) or f"one merge in each of {', '.join(files)}")
    return 1 if wrong else 0


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
