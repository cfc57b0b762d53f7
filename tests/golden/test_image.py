# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of reading the release and the limit from valid, compressed, old, truncated and invalid kernel images."""
import gzip

import pytest

from .kernel import RELEASE, VERSION, bzimage
from .system import RELEASE as RUNNING
from .system import cold, stamp

DEFAULT_ROOM = 2016
DAMAGED = "the kernel image is truncated or damaged (install it again)"


def stamp_for(tool, make_root, path):
    return tool.on(make_root(cold()), "stamp", f"--image={path}")


GOOD = {
    "bzImage": (bzimage(), RELEASE),
    "gzip": (gzip.compress(bzimage()), RELEASE),
    "gzip, cut after the version": (gzip.compress(bzimage(size=1 << 20))[:-20], RELEASE),
    "release alone": (bzimage("6.1"), "6.1"),
    "release of 64 bytes": (bzimage("a" * 64 + " x"), "a" * 64),
    "odd release": (bzimage("6.1,% x"), "6.1%2C%25"),
    "bytes above 0x7e": (bzimage("6.1ü x"), None),
    "version at the largest offset": (bzimage("a" * 64 + " x", pointer=0xFFFF, size=0x10300), "a" * 64),
    "only the header and the version": (bzimage("6.1 ", pointer=0x3C, size=0x300)[:0x240], "6.1"),
    "no version": (bzimage(pointer=0), None),
    "cut before the version": (bzimage()[:0x500], None),
    "cut in the release": (bzimage()[:0x500 + len(RELEASE)], None),
    "no release": (bzimage(" x"), None),
    "control byte": (bzimage("6.1\x01 x"), None),
    "65 bytes": (bzimage("a" * 65 + " x"), None),
    "version after the end": (bzimage(pointer=0x300)[:0x400], None),
    "version without an end": (bzimage("", pointer=0x300)[:0x500] + b"a" * 64, None),
}


@pytest.mark.parametrize("name", GOOD)
def test_good(tool, make_root, folder, name):
    image, release = GOOD[name]
    (folder / "image").write_bytes(image)
    got = stamp_for(tool, make_root, folder / "image")
    assert got.status == 0
    assert got.text == stamp(1, RUNNING, made_for=release or "") + "\n"
    assert ("contains no release" in got.talk) == (release is None)


SILENT = {"empty": b"", "text": b"hello\n", "arm64 Image": b"MZ" + bytes(0x36) + b"ARM\x64",
          "no HdrS": bzimage(magic=b"HdrX"), "cut before the magic": bzimage()[:0x205],
          "ELF": b"\x7fELF" + bytes(100000), "gzip of an empty file": gzip.compress(b"")}


@pytest.mark.parametrize("name", SILENT)
def test_not_a_bzimage(tool, make_root, folder, name):
    (folder / "image").write_bytes(SILENT[name])
    got = stamp_for(tool, make_root, folder / "image")
    assert (got.status, got.text) == (0, stamp(1, RUNNING) + "\n")
    assert got.talk == (f"kexec-lineage: {folder}/image: the image contains no release, so the stamp does not say "
                        "which kernel it is for, and a later copy of it cannot be detected (give the release "
                        "with --for)\n")


DAMAGED_IMAGES = {
    "cut after the magic": bzimage()[:0x206],
    "cut in cmdline_size": bzimage()[:0x23B],
    "gzip, cut in the header": gzip.compress(bzimage(size=1 << 20)[:0x23B]),
}


@pytest.mark.parametrize("name", DAMAGED_IMAGES)
def test_damaged(tool, make_root, folder, name):
    (folder / "image").write_bytes(DAMAGED_IMAGES[name])
    got = stamp_for(tool, make_root, folder / "image")
    assert (got.status, got.out) == (1, b"")
    assert got.talk == f"kexec-lineage: {folder}/image: {DAMAGED}\n"


def test_damaged_gzip(tool, make_root, folder):
    packed = bytearray(gzip.compress(VERSION.encode() * 1000))
    packed[20:30] = b"\xff" * 10
    (folder / "image").write_bytes(bytes(packed))
    got = stamp_for(tool, make_root, folder / "image")
    assert (got.status, got.out) == (1, b"")
    assert got.talk == f"kexec-lineage: {folder}/image: Input/output error\n"


def test_cannot_be_read(tool, make_root, folder, unprivileged):
    got = stamp_for(tool, make_root, folder / "none")
    assert (got.status, got.talk) == (1, f"kexec-lineage: {folder}/none: No such file or "
                                         "directory\n")
    got = stamp_for(tool, make_root, folder)
    assert (got.status, got.talk) == (1, f"kexec-lineage: {folder}: Is a directory\n")
    (folder / "closed").write_bytes(bzimage())
    (folder / "closed").chmod(0)
    got = stamp_for(unprivileged, make_root, folder / "closed")
    assert (got.status, got.talk) == (1, f"kexec-lineage: {folder}/closed: Permission denied\n")


LIMITS = {
    "current kernels": (bzimage(), 2016),
    "protocol 2.06": (bzimage(protocol=0x206), 2016),
    "protocol 2.05 without a limit": (bzimage(protocol=0x205), 255 - 31),
    "larger": (bzimage(cmdline_size=4095), 4064),
    "31": (bzimage(cmdline_size=31), 0),
    "0": (bzimage(cmdline_size=0), 0),
    "huge": (bzimage(cmdline_size=2**32 - 1), 2**32 - 32),
    "empty image": (b"", DEFAULT_ROOM),
    "no image": (None, DEFAULT_ROOM),
}


@pytest.mark.parametrize("name", LIMITS)
def test_limit(tool, make_root, folder, name):
    """A stamped line of exactly the limit is accepted; with one more byte the line is not stamped."""
    image, limit = LIMITS[name]
    arguments = []
    if image is not None:
        (folder / "image").write_bytes(image)
        arguments = [f"--image={folder}/image"]
    made_for = RELEASE if image else ""
    shortest = len(" " + stamp(1, RUNNING, made_for=made_for))
    root = make_root(cold())
    fits = max(0, min(limit, 100000) - shortest)
    got = tool.on(root, "--json", "cmdline", *arguments, "x" * fits).json
    assert got["stamped"] == (limit > shortest)
    if limit < 100000:
        got = tool.on(root, "--json", "cmdline", *arguments, "x" * (fits + 1))
        assert got.json == {"cmdline": "x" * (fits + 1), "stamped": False}
        assert f"exceeds the limit of the next kernel, {limit} bytes" in got.talk
