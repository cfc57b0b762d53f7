#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The core needs only mem* and str* functions, so that a kernel can link it.

Usage: test_freestanding.py ARCHIVE [NM]
"""

import re
import subprocess
import sys

ALLOWED = re.compile(r"^(mem|str)[a-z]+$")


def symbols(nm, archive, option):
    """Return the names that `nm OPTION` lists, without the headings of the archive's members."""
    out = subprocess.run([nm, option, archive], check=True, capture_output=True, text=True).stdout
    return {line.split()[-1] for line in out.splitlines() if line.strip() and not line.endswith(":")}


def main(archive, nm="nm"):
    defined = symbols(nm, archive, "--defined-only")
    wanted = symbols(nm, archive, "--undefined-only") - defined
    exported = symbols(nm, archive, "--extern-only") - wanted
    foreign = sorted(name for name in wanted if not ALLOWED.match(name))
    unprefixed = sorted(name for name in exported if not name.startswith("lineage_"))
    if not exported:
        print(f"{archive} defines nothing")
        return 1
    for name in foreign:
        print(f"the core needs {name}, which is neither mem* nor str*")
    for name in unprefixed:
        print(f"the core exports {name}, which does not begin with lineage_")
    print(f"the core exports {len(exported)} functions and needs: {' '.join(sorted(wanted))}")
    return 1 if foreign or unprefixed else 0


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
