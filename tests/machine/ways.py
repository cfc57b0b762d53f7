# SPDX-License-Identifier: GPL-2.0-or-later
"""What is said on the machine to start the next kernel, and what does it know of its boots?"""

from __future__ import annotations

import json

from lab.host import Host

# Also what kdump-tools asks for; less than this, and the capture kernel runs out of memory.
CRASHKERNEL = "crashkernel=192M"
PANIC = "sync; echo c >/proc/sysrq-trigger"
KEXEC_NOW = "sync; kexec -e"


def image(release: str) -> str:
    """kexec's arguments for a kernel of the machine."""
    return f"/boot/vmlinuz-{release} --initrd=/boot/initrd.img-{release}"


def load(release: str, flags: str = "-l") -> str:
    """What anybody types who knows nothing of us."""
    return f"kexec {flags} {image(release)} --reuse-cmdline"


def boot_entry(release: str) -> str:
    """An entry of the boot loader's that systemd finds: it then loads the kernel by itself."""
    entry = f"title lab\\nversion {release}\\nlinux /boot/vmlinuz-{release}\\ninitrd /boot/initrd.img-{release}\\n"
    return f"""
        mkdir -p /run/boot-loader-entries/loader/entries
        ln -sfn /boot /run/boot-loader-entries/boot
        printf '{entry}options %s\\n' "$(cat /proc/cmdline)" >/run/boot-loader-entries/loader/entries/lab.conf"""


def log(machine: Host, options: str = "") -> list[dict]:
    """What the machine knows of its boots, the newest last."""
    lines = machine.must(f"kexec-lineage --json log {options}").splitlines()
    return sorted((json.loads(line) for line in lines), key=lambda boot: boot["number"])


def assert_recorded(machine: Host) -> None:
    """The unit did its work at this boot; where it did not, what it said is the machine's own and gone with it."""
    state = machine.run("systemctl is-active kexec-lineage-record.service").stdout
    if state != "active\n":
        said = machine.run("journalctl -b -o short-monotonic -u kexec-lineage-record.service --no-pager").stdout
        raise AssertionError(f"{machine.boot}: {state}{said}")


def assert_one_stamp(machine: Host) -> None:
    """The kernel that runs has been kexec'ed, has one stamp, which its count and chain come from, and is recorded."""
    assert machine.boot.was_kexeced, machine.boot
    assert len(machine.boot.stamps()) == 1, machine.boot.cmdline
    assert_recorded(machine)
