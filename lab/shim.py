# SPDX-License-Identifier: GPL-2.0-or-later
"""Debian's signed shim and GRUB under Secure Boot, and a machine owner's key (MOK), which shim shows to the kernel.

The kernel keeps Debian's signature. The key is written into the firmware's variables, where shim's MokManager keeps the
keys that it enrolls. The firmware of the lab does not trust shim's own signature, so shim gets one more.
"""

from __future__ import annotations

import dataclasses
import functools
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from lab import firmware, unpacked, vm
from lab.firmware import Firmware, FirmwareUnavailable

GROUP = unpacked.Group("shim", ("shim-signed", "grub-efi-amd64-signed", "python3-virt-firmware/trixie",
                                "python3-importlib-resources/trixie"))
SHIM, GRUB = "usr/lib/shim/shimx64.efi.signed", "usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed"
PYTHON_MODULES = "usr/lib/python3/dist-packages"
GRUB_FOLDER = "EFI/debian"  # the signed GRUB reads its configuration here
CONFIG = """set timeout=0
menuentry 'Debian GNU/Linux' {{
\tlinux /vmlinuz {cmdline}
\tinitrd /initrd
}}
"""
OWNER = "605dab50-e046-4300-abb6-3dd810dd8b23"  # shim's GUID


@dataclass(frozen=True)
class Key:
    """The secret key and the certificate of a machine's owner."""

    secret: Path
    certificate: Path


@functools.cache
def get() -> Path:
    """Return the folder of the unpacked packages, from the cache if possible. Raises FirmwareUnavailable."""
    try:
        folder = GROUP.get()
    except unpacked.Unavailable as error:
        raise FirmwareUnavailable(str(error)) from error
    done = _change_variables(folder, "--help")
    if done.returncode:
        raise FirmwareUnavailable(f"virt-fw-vars does not run on this machine: {done.stderr.strip()}")
    return folder


def make_key(folder: Path) -> Key:
    """Make a key in a folder."""
    key = Key(folder / "mok.key", folder / "mok.pem")
    subprocess.run(["openssl", "req", "-new", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650", "-subj",
                    "/CN=machine owner/", "-keyout", key.secret, "-out", key.certificate], check=True,
                   capture_output=True)
    return key


def attached(machine: vm.Machine, ovmf: Firmware, owner: Key) -> vm.Machine:
    """Return the machine with Secure Boot, the owner's key, and a disk with shim, GRUB and the first kernel. The files
    are beside the serial log."""
    files = machine.serial_log.with_name("disk")
    shutil.rmtree(files, ignore_errors=True)
    for folder in ("EFI/BOOT", GRUB_FOLDER):
        (files / folder).mkdir(parents=True)
    signed = machine.serial_log.with_name("shim.efi")  # the key is written beside it, not to the disk
    firmware.add_signature(get() / SHIM, ovmf, signed)
    signed.rename(files / "EFI/BOOT/BOOTX64.EFI")
    shutil.copyfile(get() / GRUB, files / "EFI/BOOT/grubx64.efi")
    os.link(machine.initramfs, files / "initrd")
    shutil.copyfile(machine.kernel, files / "vmlinuz")
    (files / GRUB_FOLDER / "grub.cfg").write_text(CONFIG.format(cmdline=machine.cmdline), encoding="utf-8")
    secured = firmware.secured(machine, ovmf)
    _change_variables(get(), "--inplace", secured.uefi.variables, "--add-mok", OWNER,
                      owner.certificate).check_returncode()
    return dataclasses.replace(secured, disks=vm.Disks(None, files))


def _change_variables(folder: Path, *options: str | Path) -> subprocess.CompletedProcess[str]:
    """Run virt-fw-vars."""
    env = {**os.environ, "PYTHONPATH": str(folder / PYTHON_MODULES)}
    return subprocess.run(["/usr/bin/python3", "-m", "virt.firmware.vars", *options], check=False, capture_output=True,
                          text=True, env=env)
