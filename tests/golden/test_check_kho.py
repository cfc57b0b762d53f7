# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of what `check --image` finds out about KHO: in images with each compression, and in damaged ones.

tests/vm/test_check_kho.py compares the predictions with real kexecs.
"""
import bz2
import gzip
import lzma
import os
import shutil
import signal
import struct
import subprocess
import sys

import pytest

from .kernel import bzimage
from .system import KHO_FDT, KHO_OUT, build_root, kexeced, kho_fdt, put

BANNER = b"Linux version 7.3.4 (builder@host) #1 SMP\n\0"
TEXTS = b"KHO: exec from: %s (count %u)\n\0"
SETUP = 0x1000  # bytes before the payload
BZIMAGE_PAYLOAD = 0x248


def program(name, *options):
    def run(data):
        if not shutil.which(name):
            pytest.skip(f"{name} is not installed")
        return subprocess.run([name, *options], input=data, capture_output=True, check=True).stdout
    return run


PACKERS = {"gzip": gzip.compress, "xz": lambda data: lzma.compress(data, check=lzma.CHECK_CRC32),
           "bzip2": bz2.compress, "lzma": lambda data: lzma.compress(data, lzma.FORMAT_ALONE),
           "zstd": program("zstd", "-c"), "lz4": program("lz4", "-l", "-c"), "lzop": program("lzop", "-c")}


def vmlinux(*texts, size=700_000):
    """A kernel whose texts are across the blocks that are read."""
    parts = b"".join(text + bytes(1 << 18) for text in texts)
    return b"\x7fELF" + os.urandom(1 << 10) + BANNER + parts + os.urandom(size)


def image(plain, pack="gzip", size=None):
    """The payload ends with its uncompressed size; gzip has it already."""
    payload = PACKERS[pack](plain)
    if pack != "gzip":
        payload += struct.pack("<I", len(plain))
    head = bytearray(bzimage("7.3.4", size=SETUP))
    head[0x1F1] = SETUP // 512 - 1
    struct.pack_into("<II", head, BZIMAGE_PAYLOAD, 0, len(payload) if size is None else size)
    return bytes(head) + payload


@pytest.fixture
def machine(folder):
    root = build_root(folder / "machine", kexeced(release="7.2.9"))
    put(root / KHO_OUT / "fdt", kho_fdt("kho-v4")[:100])  # Linux 6.19 to 7.3 show the first bytes only
    put(root / KHO_OUT / "sub_fdts/kexec-metadata", b"x")
    return root


def check(tool, root, content, env=None):
    path = root / "image"
    path.write_bytes(content)
    return tool.on(root, "--json", "check", f"--image={path}", env=env).json["kho"], tool.on(
        root, "check", f"--image={path}", env=env).text.splitlines()[-1]


@pytest.mark.parametrize("pack", PACKERS)
def test_compressions(tool, machine, pack):
    got, line = check(tool, machine, image(vmlinux(b"kho-v4\0", TEXTS), pack))
    assert got == {"running": "kho-v4", "image": "kho-v4", "all": True, "line": True}
    assert line == ("crosses   KHO of the image: kho-v4, as in the running kernel: what KHO passes on crosses if KHO is on "
                    "in the next kernel (kho=on), and if kexec_file_load() loads it with KHO finalized (ok)")


@pytest.mark.parametrize("texts, abi, everything, from_line", [
    ([b"kho-v3\0", TEXTS], "kho-v3", False, False),
    ([b"kho-v3\0", TEXTS, b"\x014KHO: kexec-metadata not read (%s)"], "kho-v3", False, True),
    ([b"kho-v4\0"], "kho-v4", True, False), ([], "", False, False),
    ([b"with kho-v4 or kho-v\0kho-v12345678\0"], "", False, False),
    ([b"kho-v3\0", b"kho-v4\0", TEXTS], None, None, None)])
def test_texts(tool, machine, texts, abi, everything, from_line):
    got, _ = check(tool, machine, image(vmlinux(*texts)))
    assert (got["image"], got["all"]) == (abi, everything)
    if abi is not None:
        assert got["line"] == from_line


def test_every_place(tool, machine):
    """The text is found at the end of each block, too, which has 256 KiB."""
    for offset in range(-12, 12):
        plain = bytearray(vmlinux())
        plain[(1 << 18) + offset:(1 << 18) + offset + 7] = b"kho-v4\0"
        got, _ = check(tool, machine, image(bytes(plain), "gzip"))
        assert got["image"] == "kho-v4", offset


def with_head(head, *texts):
    return head + vmlinux(*texts)[len(head):]


def arm64(*texts, efi=True):
    """An Image. Its image_size, which includes zeros that are not in the file, is larger than the file."""
    size = len(vmlinux(*texts))
    head = struct.pack("<2s14xQ32x4sI", b"MZ" if efi else b"", size + 65536, b"ARM\x64", 64)
    if efi:
        head += struct.pack("<4sHH12xHH16x", b"PE", 0xAA64, 2, 16, 0)
        head += struct.pack("<8sIIII16x", b".text", 1000, 0, 1000, 0)
        head += struct.pack("<8sIIII16x", b".data", size + 64536, 1000, size - 1000, 1000)
    return with_head(head, *texts)


def elf(*texts, order="<", start=0, at=64):
    """An ELF file for kexec on ppc64 or riscv, with a segment of the whole file and one of zeros."""
    size = len(vmlinux(*texts))
    head = struct.pack(order + "4sBB10xHHIQQQIHHHHHH", b"\x7fELF", 2, 1 if order == "<" else 2, 2, 21, 1, 0, at, 0, 0,
                       64, 56, 2, 0, 0, 0)
    for segment in ((start, size), (size + 1000, 0)):
        head += struct.pack(order + "IIQQQQQQ", 1, 0, segment[0], 0, 0, segment[1], 1 << 20, 0)
    return with_head(head, *texts)


@pytest.mark.parametrize("content", [
    arm64(b"kho-v4\0"), gzip.compress(arm64(b"kho-v4\0")), gzip.compress(arm64(b"kho-v4\0", efi=False)),
    elf(b"kho-v4\0"), elf(b"kho-v4\0", order=">"), gzip.compress(elf(b"kho-v4\0"))],
    ids=("Image", "gzip", "gzip, no EFI", "ELF", "big-endian ELF", "gzip of ELF"))
def test_uncompressed(tool, machine, content):
    assert check(tool, machine, content)[0]["image"] == "kho-v4"


OTHER = (TEXTS, b"\x014KHO: kexec-metadata not read (%s)")


def test_arm64_with_efi(tool, machine):
    """There, the patch does not read the metadata of another ABI."""
    assert check(tool, machine, arm64(b"kho-v3\0", *OTHER))[0]["line"] is True
    put(machine / "sys/firmware/efi/fw_platform_size", "64\n")
    assert check(tool, machine, arm64(b"kho-v3\0", *OTHER))[0]["line"] is None
    assert check(tool, machine, arm64(b"kho-v3\0", TEXTS))[0]["line"] is False
    assert check(tool, machine, arm64(b"kho-v4\0", *OTHER))[0]["line"] is True
    assert check(tool, machine, image(vmlinux(b"kho-v3\0", *OTHER)))[0]["line"] is True
    (machine / KHO_OUT / "fdt").unlink()
    got, _ = check(tool, machine, arm64(b"kho-v3\0", *OTHER))
    assert (got["running"], got["all"], got["line"]) == (None, None, None)


GOOD = image(vmlinux(b"kho-v4\0"))
IMAGE, ELF = arm64(b"kho-v4\0"), elf(b"kho-v4\0")
PACKED = gzip.compress(IMAGE)


DAMAGED, NO_IMAGE = "truncated or damaged", "only a bzImage"
CASES = {
    "size": (GOOD[:-1], DAMAGED), "cut": (GOOD[:SETUP + 1000], DAMAGED), "no payload": (GOOD[:SETUP], DAMAGED),
    "overwritten": (GOOD[:-1000] + bytes(1000), DAMAGED), "length 0": (image(vmlinux(), size=0), DAMAGED),
    "length 4 GiB": (image(vmlinux(), size=0xFFFFFFFF), DAMAGED), "cut xz": (image(vmlinux(), "xz")[:-5000], DAMAGED),
    "other size, xz": (image(vmlinux(), "xz")[:-4] + struct.pack("<I", 700_000), DAMAGED),
    "other content": (image(b"no kernel" * 100), NO_IMAGE),
    "other content, xz": (image(b"no kernel" * 100, "xz"), NO_IMAGE),
    "Image without its last byte": (IMAGE[:-1], DAMAGED), "cut Image": (IMAGE[:2000], DAMAGED),
    "gzip without its last byte": (PACKED[:-1], DAMAGED), "cut gzip": (PACKED[:-300_000], DAMAGED),
    "cut gzip, no EFI header": (gzip.compress(arm64(efi=False))[:-300_000], DAMAGED),
    "gzip of a cut Image": (gzip.compress(IMAGE[:-1]), DAMAGED), "gzip without content": (PACKED[:10], DAMAGED),
    "Image without EFI header": (arm64(efi=False), NO_IMAGE),
    "ELF without its last byte": (ELF[:-1], DAMAGED), "wrong segment": (elf(start=(1 << 64) - 1), DAMAGED),
    "segments elsewhere": (elf(at=1 << 40), NO_IMAGE),
    "ELF, not a kernel": (ELF.replace(BANNER, bytes(len(BANNER))), NO_IMAGE),
    "payload, not a kernel": (image(vmlinux().replace(BANNER, b"")), NO_IMAGE),
    "empty payload, xz": (image(b"", "xz"), DAMAGED),
    "old protocol": (bzimage("7.3.4", protocol=0x207), NO_IMAGE), "PE": (b"MZ" + bytes(5000), NO_IMAGE),
    "empty": (b"", NO_IMAGE), "short": (bytes(50), NO_IMAGE),
}


@pytest.mark.parametrize("name", CASES)
def test_damaged(tool, machine, name):
    """Nothing is claimed of an image that was not searched to its end."""
    content, why = CASES[name]
    got, line = check(tool, machine, content)
    assert got == {"running": "kho-v4", "image": None, "all": None, "line": None} and why in line, (got, line)


@pytest.mark.parametrize("size", (None, 0))
def test_missing_program(tool, machine, folder, size):
    """Without a program, no byte is read. This is not the kernel that the payload has with a size of 0."""
    content = image(vmlinux(b"kho-v4\0"), "xz")
    if size == 0:
        content = content[:-4] + bytes(4)
    got, line = check(tool, machine, content, env={"PATH": os.fspath(folder)})
    assert got["image"] is None and got["all"] is None and "xz is not installed" in line


def test_ignored_signal(tool, machine, folder):
    """A caller that ignores SIGCHLD would discard the exit status of the program."""
    path = folder / "image"
    path.write_bytes(image(vmlinux(b"kho-v4\0"), "xz"))
    got = tool.on(machine, "check", f"--image={path}", env={"PATH": os.fspath(folder)},
                  preexec_fn=lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN))
    assert "xz is not installed" in got.text, got.text


def test_silent_program(tool, machine, folder):
    (folder / "xz").write_text(f"#!{sys.executable}\nimport time\ntime.sleep(60)\n")
    (folder / "xz").chmod(0o755)
    (folder / "image").write_bytes(image(vmlinux(b"kho-v4\0"), "xz"))
    got = tool.on(machine, "check", f"--image={folder}/image", env={"PATH": os.fspath(folder)})
    assert "KHO of the image: unknown, because xz wrote nothing for 10 s" in got.text


def test_running_kernel(tool, folder):
    """Where the version of the running kernel is from: in/fdt, else out/fdt, else that there is out/finalize."""
    def ask(files):
        root = build_root(folder / str(len(os.listdir(folder))), {**kexeced(release="7.2.9"), **files})
        return check(tool, root, image(vmlinux(b"kho-v1\0", TEXTS)))[0]
    assert ask({}) is None
    root = build_root(folder / "no KHO", {**kexeced(release="7.2.9"), f"{KHO_OUT}/scratch_len": "1\n"})
    got, line = check(tool, root, image(vmlinux()))
    assert got == {"running": None, "image": "", "all": False, "line": False} and "is lost (warn)" in line
    assert ask({f"{KHO_OUT}/scratch_len": "1\n"}) == {"running": None, "image": "kho-v1", "all": None, "line": False}
    first = {f"{KHO_OUT}/finalize": "0\n"}
    assert ask(first) == {"running": "kho-v1", "image": "kho-v1", "all": True, "line": None}
    done = {f"{KHO_OUT}/finalize": "1\n"}
    assert ask(done)["line"] is False
    assert ask({**done, f"{KHO_OUT}/sub_fdts/kexec-metadata": b"x"})["line"] is True
    assert ask({KHO_FDT: kho_fdt("kho-v3")})["running"] == "kho-v3"
