# SPDX-License-Identifier: GPL-2.0-or-later
"""The lab answers: does it work on real kernels?

kernels.toml -> kernels.py -> apt.py, fetch.py   which kernels, and how do we get them?
guest.py, guest-init.sh, frames.py, vm.py        one QEMU run: what goes in, what comes out?
scenario.py, expect.py                           what shall happen, and what is right?
demo.py, support.py, __main__.py                 how is it shown?
"""
