# SPDX-License-Identifier: GPL-2.0-or-later
"""UEFI firmware and an emulated TPM for QEMU: Debian's OVMF and swtpm (lab/unpacked.py)."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lab import unpacked, vm

GROUP = unpacked.Group("firmware", ("ovmf", "swtpm", "swtpm-libs", "libtpms0"))
CODE, VARIABLES = "usr/share/OVMF/OVMF_CODE_4M.fd", "usr/share/OVMF/OVMF_VARS_4M.fd"
# Firmware with Secure Boot, variables in which it is on, and the key that they trust. Anybody has the key.
SECURE_CODE, SECURE_VARIABLES = "usr/share/OVMF/OVMF_CODE_4M.secboot.fd", "usr/share/OVMF/OVMF_VARS_4M.snakeoil.fd"
KEY, CERTIFICATE, PASSWORD = "usr/share/ovmf/PkKek-1-snakeoil.key", "usr/share/ovmf/PkKek-1-snakeoil.pem", "snakeoil"
SWTPM = "usr/bin/swtpm"
LIBRARIES = ("usr/lib/x86_64-linux-gnu", "usr/lib/x86_64-linux-gnu/swtpm")


class FirmwareUnavailable(Exception):
    """The firmware or the TPM is not in the cache and cannot be fetched, or does not run here; the text says why."""


@dataclass(frozen=True)
class Firmware:
    """The verified, unpacked packages."""

    folder: Path

    def swtpm(self) -> list[str]:
        """Return the command of the TPM without its options. The TPM ends together with this process."""
        paths = ":".join(str(self.folder / name) for name in LIBRARIES)
        return ["env", f"LD_LIBRARY_PATH={paths}", *vm.guard(), str(self.folder / SWTPM)]


@functools.cache
def get() -> Firmware:
    """Return the firmware, from the cache if possible. Raises FirmwareUnavailable."""
    try:
        firmware = Firmware(GROUP.get())
    except unpacked.Unavailable as error:
        raise FirmwareUnavailable(str(error)) from error
    done = subprocess.run([*firmware.swtpm(), "--version"], capture_output=True, text=True, check=False)
    if done.returncode:
        raise FirmwareUnavailable(f"swtpm does not run on this machine: {done.stderr.strip() or done.stdout.strip()}")
    return firmware


def without_tpm(machine: vm.Machine, firmware: Firmware) -> vm.Machine:
    """Return the machine with UEFI. Its variables are new, in a file beside the serial log."""
    variables = machine.serial_log.with_name("variables.fd")
    shutil.copyfile(firmware.folder / VARIABLES, variables)
    return dataclasses.replace(machine, uefi=vm.Uefi(firmware.folder / CODE, variables))


def secured(machine: vm.Machine, firmware: Firmware) -> vm.Machine:
    """Return the machine with UEFI and Secure Boot. It starts only kernels that sign() signed."""
    variables = machine.serial_log.with_name("variables.fd")
    shutil.copyfile(firmware.folder / SECURE_VARIABLES, variables)
    return dataclasses.replace(machine, uefi=vm.Uefi(firmware.folder / SECURE_CODE, variables, secure=True))


def sign(kernel: Path, firmware: Firmware, ret: Path) -> None:
    """Sign a kernel for secured(). Raises FirmwareUnavailable.

    kexec_file_load() verifies only the first signature of an image, so that Debian's is removed.
    """
    unsigned = ret.with_suffix(".unsigned")
    shutil.copyfile(kernel, unsigned)
    subprocess.run(["sbattach", "--remove", unsigned], check=True, capture_output=True)
    add_signature(unsigned, firmware, ret)
    unsigned.unlink()


def add_signature(program: Path, firmware: Firmware, ret: Path) -> None:
    """Copy a program for UEFI with one more signature, which secured() accepts. Raises FirmwareUnavailable."""
    if not shutil.which("sbsign"):
        raise FirmwareUnavailable("sbsign is not installed (sbsigntool)")
    subprocess.run(["sbsign", "--key", open_key(firmware, ret.parent), "--cert", firmware.folder / CERTIFICATE,
                    "--output", ret, program], check=True, capture_output=True)


def open_key(firmware: Firmware, folder: Path) -> Path:
    """Write the key without its password into a folder."""
    key = folder / "snakeoil.key"
    subprocess.run(["openssl", "rsa", "-in", firmware.folder / KEY, "-passin", f"pass:{PASSWORD}", "-out", key],
                   check=True, capture_output=True)
    return key


@contextlib.contextmanager
def attached(machine: vm.Machine, firmware: Firmware) -> Iterator[vm.Machine]:
    """Yield the machine with UEFI and a TPM. Their state is new, in files beside the serial log."""
    with with_tpm(without_tpm(machine, firmware), firmware) as attached_machine:
        yield attached_machine


@contextlib.contextmanager
def with_tpm(machine: vm.Machine, firmware: Firmware) -> Iterator[vm.Machine]:
    """Yield the machine with a TPM. Its state is new, in files beside the serial log."""
    state = machine.serial_log.with_name("tpm")
    shutil.rmtree(state, ignore_errors=True)
    state.mkdir()
    here, there = socket.socketpair()
    with here, there, open(state / "log", "wb") as log:
        fd = there.fileno()
        options = ["socket", "--tpm2", "--tpmstate", f"dir={state}", "--ctrl", f"type=unixio,clientfd={fd}"]
        process = subprocess.Popen([*firmware.swtpm(), *options], pass_fds=[fd], stdin=subprocess.DEVNULL, stdout=log,
                                   stderr=subprocess.STDOUT)
        try:
            yield dataclasses.replace(machine, tpm_fd=here.fileno())
        finally:
            process.kill()
            process.wait()
