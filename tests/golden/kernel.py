# SPDX-License-Identifier: GPL-2.0-or-later
"""Fake kernel images: the fields of Linux Documentation/arch/x86/boot.rst that the loader reads."""
import struct

VERSION = "6.12.111+deb12-amd64 (debian-kernel@lists.debian.org) #1 SMP"
RELEASE = "6.12.111+deb12-amd64"
LIMIT = 2047  # cmdline_size of every kernel today
ROOM = LIMIT - 31  # bytes that the x86 loader leaves for the command line


def bzimage(version=VERSION, *, pointer=0x300, protocol=0x20F, cmdline_size=LIMIT, size=0x1000,
            magic=b"HdrS"):
    image = bytearray(size)
    image[0x202:0x206] = magic
    struct.pack_into("<H", image, 0x206, protocol)
    struct.pack_into("<H", image, 0x20E, pointer)
    struct.pack_into("<I", image, 0x238, cmdline_size)
    if pointer:
        text = version.encode(errors="surrogateescape") + b"\0"
        image[0x200 + pointer:0x200 + pointer + len(text)] = text
    return bytes(image)
