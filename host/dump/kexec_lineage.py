# SPDX-License-Identifier: GPL-2.0-or-later
"""Print the lineage that the module kexec_lineage keeps in memory, from a crash dump, with drgn.

The lines of the module in the log of the kernel are lost if the log has wrapped. The module's memory has the lineage:

    drgn -c VMCORE -s VMLINUX -s kexec_lineage.ko kexec_lineage.py

VMLINUX and the module must have debug information, and the module must be the file that was loaded. On a running
machine, use -k instead of -c VMCORE.
"""

import sys


def printable(data) -> str:
    """Escape what a damaged dump can contain and a terminal would obey."""
    return "".join(chr(byte) if 0x20 <= byte < 0x7F else f"%{byte:02X}" for byte in data)


def text(array) -> str:
    return printable(array.string_())


def boot_of(state) -> str:
    """Return how the kernel was started, such as "kexec"."""
    names = {value: name for name, value in state.boot.type_.enumerators}
    return names.get(state.boot.value_(), "?").replace("LINEAGE_BOOT_", "").lower()


def main(prog) -> None:
    try:
        state = prog["lineage_self"]
    except KeyError:
        sys.exit("kexec_lineage.py: no module kexec_lineage with debug information: give its file with -s")
    lineage = state.lineage
    length = min(lineage.chain_length.value_(), len(lineage.chain))
    chain = printable(lineage.chain[i].value_() & 0xFF for i in range(length))
    print(f"release           {text(prog['init_uts_ns'].name.release)}")
    print(f"boot              {boot_of(state)}")
    print(f"previous_release  {text(state.previous_release)}")
    print(f"kexec_count       {lineage.count.value_() if state.has_count else 'unknown'}")
    print(f"chain             {chain}")
    print(f"next_stamp        {text(state.next)}")


main(globals()["prog"])  # drgn sets it
