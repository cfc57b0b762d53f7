# SPDX-License-Identifier: GPL-2.0-or-later
"""The architectures of the lab's kernels: names, cross tools, kernel images and QEMU's machine.

To add an architecture, add it to ALL, and its results channel to lab/guest-init.sh.
"""

from __future__ import annotations

import re
import shutil
import struct
from collections.abc import Callable
from dataclasses import dataclass

HOST = "x86_64"  # the lab runs on x86-64 only
COMPILER = "gcc-12"  # the compiler of Debian 12's kernels; Debian 13 has it too
CLANG = "clang-19"  # Debian 12 and 13 have it; Linux 7.3 needs at least 17
CLANG_TOOLS = (CLANG, "ld.lld-19", "llvm-ar-19")
CLANG_MAKE = ("LLVM=-19",)


class NotAnImage(Exception):
    """A file is not a kernel image of the expected architecture."""


def _x86_release(image: bytes) -> str:
    """The setup header at 0x202 points to the version string."""
    if image[0x202:0x206] != b"HdrS":
        raise NotAnImage("not an x86 kernel image")
    start = struct.unpack_from("<H", image, 0x20E)[0] + 0x200
    text = image[start : start + 512].split(b"\0", 1)[0].decode("ascii", "replace")
    return text.split(" ", 1)[0]


def _arm64_release(image: bytes) -> str:
    """The header of an Image has no version string."""
    if image[0x38:0x3C] != b"ARM\x64":
        raise NotAnImage("not an arm64 kernel image")
    return _banner_release(image)


def _riscv64_release(image: bytes) -> str:
    """The header of an Image has the same layout as that of arm64."""
    if image[0x38:0x3C] != b"RSC\x05":
        raise NotAnImage("not a riscv64 kernel image")
    return _banner_release(image)


def _ppc64le_release(image: bytes) -> str:
    """The kernel image is the ELF file vmlinux."""
    little_endian, machine = image[5:6], image[18:20]
    if image[:5] != b"\x7fELF\x02" or little_endian != b"\x01" or machine != b"\x15\0":
        raise NotAnImage("not a ppc64le kernel image")
    return _banner_release(image)


def _s390x_release(image: bytes) -> str:
    """The parameter area at 0x10400 points to the version string."""
    if image[0x10008:0x1000E] != b"S390EP":
        raise NotAnImage("not an s390x kernel image")
    start = struct.unpack_from(">Q", image, 0x10428)[0]
    text = image[start : start + 512].split(b"\0", 1)[0].decode("ascii", "replace")
    return text.split(" ", 1)[0]


def _banner_release(image: bytes) -> str:
    """Find the banner that the kernel prints."""
    found = re.search(rb"Linux version ([\x21-\x7e]+) \(", image)
    if not found:
        raise NotAnImage("a kernel image without a banner")
    return found[1].decode()


def missing(*names: str) -> list[str]:
    """Return the programs that are not installed."""
    return [name for name in names if not shutil.which(name)]


@dataclass(frozen=True)
class Arch:
    """An architecture.

    name: the name in kernels.toml, in QEMU and in Meson
    debian: Debian's name
    image, target: path of a built kernel image, and the target of the kernel's make that builds it
    release: return the release in a kernel image; raises NotAnImage
    make: words for the kernel's make
    prefix: the first part of the names of the compiler and the binutils
    machine: options of QEMU that select the machine
    emulator: the name in QEMU's programs that emulate a machine, if it is another one
    loader: path of the dynamic loader of the C library
    console: name of the terminal that is the console
    cpu: the CPU that QEMU emulates
    parameters: parameters of the first kernel that only this architecture needs
    results: options of QEMU that connect its character device "results" to a serial port
    byte_order: as Meson names it
    """

    name: str
    debian: str
    image: str
    target: str
    release: Callable[[bytes], str]
    make: tuple[str, ...] = ()
    prefix: str = ""
    machine: tuple[str, ...] = ()
    results: tuple[str, ...] = ("-serial", "chardev:results")
    emulator: str = ""
    loader: str = ""
    console: str = "ttyS0"
    cpu: str = "max"
    parameters: tuple[str, ...] = ()
    byte_order: str = "little"

    @property
    def qemu(self) -> str:
        return f"qemu-system-{self.emulator or self.name}"

    def tool(self, name: str) -> str:
        """Return the name of a compiler or of a program of binutils for this architecture."""
        return self.prefix + name

    def missing(self, *names: str) -> list[str]:
        """Return the tools that are not installed."""
        return missing(*map(self.tool, names))


ALL = {
    arch.name: arch
    for arch in (
        Arch(HOST, "amd64", "arch/x86/boot/bzImage", "bzImage", _x86_release),
        Arch(
            "aarch64",
            "arm64",
            "arch/arm64/boot/Image",
            "Image",
            _arm64_release,
            make=("ARCH=arm64", "CROSS_COMPILE=aarch64-linux-gnu-"),
            prefix="aarch64-linux-gnu-",
            machine=("-machine", "virt"),
            # The machine has one serial port.
            results=("-device", "pci-serial,chardev=results"),
            loader="lib/ld-linux-aarch64.so.1",
            console="ttyAMA0",
            # Not "max": with LPA2, Debian's 6.12 crashes in kexec_load() (trans_pgd_create_copy()).
            cpu="cortex-a72",
        ),
        Arch(
            "riscv64",
            "riscv64",
            "arch/riscv/boot/Image",
            "Image",
            _riscv64_release,
            make=("ARCH=riscv", "CROSS_COMPILE=riscv64-linux-gnu-"),
            prefix="riscv64-linux-gnu-",
            machine=("-machine", "virt"),
            results=("-device", "pci-serial,chardev=results"),
            loader="lib/ld-linux-riscv64-lp64d.so.1",
            cpu="rv64",
            # The device trees of QEMU before 8.2 describe the CPU only by "riscv,isa".
            parameters=("riscv_isa_fallback",),
        ),
        Arch(
            "ppc64le",
            "ppc64el",
            "vmlinux",
            "vmlinux",
            _ppc64le_release,
            make=("ARCH=powerpc", "CROSS_COMPILE=powerpc64le-linux-gnu-"),
            prefix="powerpc64le-linux-gnu-",
            machine=("-machine", "pseries"),
            emulator="ppc64",
            loader="lib64/ld64.so.2",
            console="hvc0",
            cpu="power9",
        ),
        Arch(
            "s390x",
            "s390x",
            "arch/s390/boot/bzImage",
            "bzImage",
            _s390x_release,
            make=("ARCH=s390", "CROSS_COMPILE=s390x-linux-gnu-"),
            prefix="s390x-linux-gnu-",
            machine=("-machine", "s390-ccw-virtio"),
            # The second port of the machine is a console for lines of text.
            results=("-device", "virtio-serial-ccw", "-device", "virtconsole,chardev=results"),
            loader="lib/ld64.so.1",
            console="ttysclp0",
            byte_order="big",
        ),
    )
}
