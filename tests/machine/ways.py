# SPDX-License-Identifier: GPL-2.0-or-later
"""Commands that start the next kernel of a machine, and checks of its boot history."""

from __future__ import annotations

import json

from lab.host import Host

# kdump-tools requires this size. With less memory, the capture kernel runs out of memory.
CRASHKERNEL = "crashkernel=192M"
PANIC = "sync; echo c >/proc/sysrq-trigger"
# The image of a kernel that dies before its first line after a kexec from the second kernel of the disk (lab/dead.py).
DIES = "/usr/local/lib/lab/dies"
KEXEC_NOW = "sync; kexec -e"


def image(release: str) -> str:
    """Return the arguments of kexec for a kernel of the machine."""
    return f"/boot/vmlinuz-{release} --initrd=/boot/initrd.img-{release}"


def load(release: str, flags: str = "-l") -> str:
    """Return a plain kexec command, without any option for kexec-lineage."""
    return f"kexec {flags} {image(release)} --reuse-cmdline"


def boot_entry(release: str, kernel: str | None = None) -> str:
    """Return shell code that creates a boot loader entry. systemctl kexec then loads the kernel of this entry.

    kernel: the path of a kernel, which is started without an initramfs; default: a kernel of the machine
    """
    files = f"linux {kernel}" if kernel else f"linux /boot/vmlinuz-{release}\\ninitrd /boot/initrd.img-{release}"
    entry = f"title lab\\nversion {release}\\n{files}\\n"
    return f"""
        mkdir -p /run/boot-loader-entries/loader/entries
        ln -sfn /boot /run/boot-loader-entries/boot
        ln -sfn /usr /run/boot-loader-entries/usr
        printf '{entry}options %s\\n' "$(cat /proc/cmdline)" >/run/boot-loader-entries/loader/entries/lab.conf"""


def log(machine: Host, options: str = "") -> list[dict]:
    """Return the boot history of the machine, newest boot last."""
    lines = machine.must(f"kexec-lineage --json log {options}").splitlines()
    return sorted((json.loads(line) for line in lines), key=lambda boot: boot["number"])


def assert_recorded(machine: Host) -> None:
    """Check that the unit succeeded at this boot. If not, report its journal, which is lost with the machine."""
    state = machine.run("systemctl is-active kexec-lineage-record.service").stdout
    if state != "active\n":
        journal = machine.run("journalctl -b -o short-monotonic -u kexec-lineage-record.service --no-pager").stdout
        raise AssertionError(f"{machine.boot}: {state}{journal}")


def assert_one_stamp(machine: Host) -> None:
    """Check that the running kernel was started by kexec, has exactly one stamp, and is recorded."""
    assert machine.boot.was_kexeced, machine.boot
    assert len(machine.boot.stamps()) == 1, machine.boot.cmdline
    assert_recorded(machine)
