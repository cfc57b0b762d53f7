# SPDX-License-Identifier: GPL-2.0-or-later
"""The lab: runs kexec-lineage on real kernels in QEMU and checks what it reports.

kernels.toml -> kernels.py -> apt.py, fetch.py   the list of kernels, and how to get them
guest.py, guest-init.sh, frames.py, vm.py        one QEMU run: its input and its output
scenario.py, expect.py                           what happens in a run, and the expected results
demo.py, support.py, __main__.py                 the user interface
"""
