# SPDX-License-Identifier: GPL-2.0-or-later
"""Disks with GRUB for SeaBIOS and for UEFI, made with Debian's packages (lab/unpacked.py) and without mounts.

GRUB is in the first sectors of a disk for SeaBIOS, and in the file that UEFI starts from a disk without a boot entry.
A folder, which QEMU presents as a disk, has the first kernel and the configuration.
"""

from __future__ import annotations

import dataclasses
import functools
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from lab import unpacked, vm

GROUP = unpacked.Group("grub", ("grub-common", "grub-pc-bin", "grub-efi-amd64-bin", "libdevmapper1.02.1"))
MKIMAGE = "usr/bin/grub-mkimage"
LIBRARIES = ("usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu")
MODULES = ("part_msdos", "fat", "search", "search_fs_file", "linux", "serial", "terminal", "echo", "normal", "boot")
PREFIX = "/grub"
DISK_BYTES = 1 << 20  # SeaBIOS reads no disk that is smaller than a cylinder, which is 504 KiB
# The configuration in the image can only have plain commands, so it reads the other configuration.
EARLY = """search --no-floppy --file --set=root /grub.cfg
set prefix=($root)/grub
normal /grub.cfg
"""
# As util/grub.d/10_linux.in writes a menu, with the terminals that administrators of serial consoles choose.
CONFIG = """serial --unit=0 --speed=115200
terminal_output {terminals}
set timeout=1
menuentry 'Debian GNU/Linux' {{
\techo 'Loading Linux {release} ...'
\tlinux /vmlinuz {cmdline}
\techo 'Loading initial ramdisk ...'
\tinitrd /initrd
}}
"""


class GrubUnavailable(Exception):
    """GRUB is not in the cache and cannot be fetched, or does not run here; the text says why."""


@dataclass(frozen=True)
class Grub:
    """The verified, unpacked packages."""

    folder: Path

    def command(self) -> list[str]:
        """Return the command of grub-mkimage without its options."""
        paths = ":".join(str(self.folder / name) for name in LIBRARIES)
        return ["env", f"LD_LIBRARY_PATH={paths}", str(self.folder / MKIMAGE)]

    def image(self, platform: str, path: Path, *modules: str) -> None:
        """Write GRUB's image for a platform."""
        early = path.with_suffix(".cfg")
        early.write_text(EARLY, encoding="utf-8")
        options = ["-d", self.folder / "usr/lib/grub" / platform, "-O", platform, "-p", PREFIX, "-c", early, "-o", path]
        subprocess.run([*self.command(), *options, *MODULES, *modules], check=True)
        early.unlink()


@functools.cache
def get() -> Grub:
    """Return GRUB, from the cache if possible. Raises GrubUnavailable."""
    try:
        grub = Grub(GROUP.get())
    except unpacked.Unavailable as error:
        raise GrubUnavailable(str(error)) from error
    done = subprocess.run([*grub.command(), "--version"], capture_output=True, text=True, check=False)
    if done.returncode:
        raise GrubUnavailable(f"grub-mkimage does not run on this machine: {done.stderr.strip()}")
    return grub


def attached(machine: vm.Machine, release: str, terminals: str, grub: Grub) -> vm.Machine:
    """Return the machine with disks from which GRUB starts its first kernel. The disks are beside the serial log.

    release: what the menu entry prints
    terminals: where GRUB prints: "console" (the firmware's terminal), "serial" (the serial port), or both
    """
    files = machine.serial_log.with_name("disk")
    shutil.rmtree(files, ignore_errors=True)
    (files / "EFI/BOOT").mkdir(parents=True)
    os.link(machine.initramfs, files / "initrd")
    shutil.copyfile(machine.kernel, files / "vmlinuz")
    config = CONFIG.format(terminals=terminals, release=release, cmdline=machine.cmdline)
    (files / "grub.cfg").write_text(config, encoding="utf-8")
    loader = None
    if machine.uefi:
        grub.image("x86_64-efi", files / "EFI/BOOT/BOOTX64.EFI")
    else:
        loader = machine.serial_log.with_name("loader.img")
        _write_sectors(grub, loader)
    return dataclasses.replace(machine, disks=vm.Disks(loader, files))


def _write_sectors(grub: Grub, path: Path) -> None:
    """Write a disk whose first sector loads GRUB from the sectors after it."""
    core = path.with_suffix(".core")
    grub.image("i386-pc", core, "biosdisk")
    first = (grub.folder / "usr/lib/grub/i386-pc/boot.img").read_bytes()
    content = first + core.read_bytes()
    path.write_bytes(content + bytes(DISK_BYTES - len(content)))
    core.unlink()
