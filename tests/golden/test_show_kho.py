# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that `show` reads the metadata of Kexec HandOver in each format, rejects malformed data, and merges it."""
import struct

import pytest

from .fdt import BEGIN_NODE, END, END_NODE, NOP, PROPERTY, make_fdt
from .system import (KHO_BLOB, KHO_FDT, OLDER, OLDEST, RELEASE, FOLDER, Forbidden, cold,
                     kexeced, kho, kho_fdt, kmsg, metadata, report, source, stamp,
                     u64, wrapped)

BLOB = metadata(OLDER, 1)
FRESH = stamp(3, OLDER, f"{OLDEST}*2", made_for=RELEASE)
CHAIN = [(OLDER, 1), (OLDEST, 2)]
SHAPES = {
    "kho-v1": kho("kho-v1", wrapped(BLOB)),
    "kho-v1, bare": kho("kho-v1", BLOB),
    "kho-v3": kho("kho-v3", BLOB),
    "kho-v4": kho("kho-v4", BLOB),
    "kho-v4, FDT-shaped": kho("kho-v4", wrapped(BLOB)),
    "larger blob": kho("kho-v4", metadata(OLDER, 1, tail=bytes(100))),
    "an unknown ABI": kho("kho-v5", BLOB),
    "bare, followed by foreign memory": {KHO_FDT: kho_fdt("kho-v1"), KHO_BLOB: BLOB + bytes(100000)},
    "without the FDT": {KHO_BLOB: BLOB},
}


def alone(count=1, **options):
    return report(source("kho", previous=OLDER, count=count), previous=OLDER, count=count,
                  chain=[(OLDER, 1)], complete=count == 1, **options)


@pytest.mark.parametrize("name", SHAPES)
def test_shape(tool, make_root, name):
    assert tool.show(make_root(kexeced(), SHAPES[name])) == alone()


def test_count_without_chain(tool, make_root):
    assert tool.show(make_root(kexeced(), kho("kho-v4", metadata(OLDER, 7)))) == alone(7)


def test_blob_settles_an_unknown_boot(tool, make_root):
    root = make_root(kexeced(), {"proc/sys/kernel/bootloader_type": None}, SHAPES["kho-v4"])
    assert tool.show(root) == {**alone(), "chain_complete": False}
    assert "boot       kexec (KHO handed over a metadata blob)" in tool.on(root, "show").text


def test_capture_with_a_blob(tool, make_root):
    root = make_root(kexeced(), SHAPES["kho-v1"], {"proc/vmcore": ""})
    assert tool.show(root) == alone(boot="capture")


def with_stamp(kho_count, previous=OLDER, *, count, chain=CHAIN, complete, conflicts=(), detail=None):
    return report(source("kho", previous=previous, count=kho_count),
                  source("stamp", previous=OLDER, count=3, detail=detail), previous=previous,
                  count=count, chain=chain, complete=complete, conflicts=conflicts)


STALE = f"stale: says the previous kernel was {OLDER}, KHO's metadata says 7.1.1; not used"
AGAINST_STAMP = {
    "same": (metadata(OLDER, 3), with_stamp(3, count=3, complete=True)),
    "smaller": (BLOB, with_stamp(1, count=3, complete=True, conflicts=[
        "kho: restarted its count: 1, stamp says 3"])),
    "larger": (metadata(OLDER, 5), with_stamp(5, count=5, complete=False, conflicts=[
        "stamp: counts 3, KHO 5: an intermediate kernel was loaded without a stamp; the larger count "
        "is used"])),
    "another previous": (metadata("7.1.1", 2), with_stamp(
        2, "7.1.1", count=2, chain=[("7.1.1", 1)], complete=False, detail=STALE,
        conflicts=[f"stamp: {STALE}"])),
}


@pytest.mark.parametrize("name", AGAINST_STAMP)
def test_against_a_stamp(tool, make_root, name):
    blob, expected = AGAINST_STAMP[name]
    assert tool.show(make_root(kexeced(cmdline=FRESH), kho("kho-v4", blob))) == expected


def test_count_0_is_not_used(tool, make_root):
    detail = "has count 0, which is not valid after a kexec: count not used"
    kho_source = source("kho", previous=OLDER, detail=detail)
    zero = kho("kho-v4", metadata(OLDER, 0))
    assert tool.show(make_root(kexeced(), zero)) == report(
        kho_source, previous=OLDER, chain=[(OLDER, 1)])
    assert tool.show(make_root(kexeced(cmdline=FRESH), zero)) == report(
        kho_source, source("stamp", previous=OLDER, count=3), previous=OLDER, count=3, chain=CHAIN,
        complete=True)


def test_boot_loader_contradicts_kho(tool, make_root):
    """A kexec may keep the boot-loader type of the running kernel, so this is not necessarily a cold boot."""
    root = make_root(cold(), SHAPES["kho-v4"])
    assert tool.show(root) == {
        **alone(boot="unknown", conflicts=["kho: says that this boot was a kexec, but it may be a cold boot: "
                                           "boot-loader type 176 is not kexec (208)"]), "chain_complete": False}
    # The stamp for the next kernel has fewer kernels than the count.
    assert tool.on(root, "stamp").text.startswith(f"kexec_lineage.stamp=1,k,2,,{RELEASE},")


def broken_fdt(structure):
    return make_fdt({}, structure=b"".join(struct.pack(">I", token) for token in structure))


WHOLE = kho_fdt("kho-v4")
NAMED = {"compatible": b"kho-v4\0"}
BROKEN_STRUCTURE = "KHO's FDT: the FDT's structure is broken (at byte 0)"
NEITHER = "KHO ({}) handed over neither kexec-metadata nor kexec-lineage"
WRONG_SIZE = "KHO's FDT: a property of a subtree has a wrong size: found "
FDTS = {
    "empty": (b"", "malformed", "KHO's FDT: it does not begin with the magic of an FDT (at byte 0)"),
    "no FDT": (b"\x7fELF" + bytes(100), "malformed",
               "KHO's FDT: it does not begin with the magic of an FDT (at byte 0)"),
    "magic only": (WHOLE[:4], "malformed",
                   "KHO's FDT: the FDT is shorter than its header: found 4, expected 40"),
    "cut": (WHOLE[:-1], "malformed",
            f"KHO's FDT: the FDT is truncated, size in bytes: found {len(WHOLE) - 1}, expected {len(WHOLE)}"),
    "strings after the end": (make_fdt(NAMED, off_dt_strings=4000), "malformed", BROKEN_STRUCTURE),
    "structure after the end": (make_fdt(NAMED, off_dt_struct=4000), "malformed",
                                 BROKEN_STRUCTURE),
    "structure in the header": (make_fdt(NAMED, off_dt_struct=0), "malformed", BROKEN_STRUCTURE),
    "structure and strings overlap": (make_fdt(NAMED, off_dt_strings=56, size_dt_strings=9),
                                      "absent", NEITHER.format("ABI unknown")),
    "huge sizes": (make_fdt(NAMED, size_dt_struct=2**32 - 4), "malformed", BROKEN_STRUCTURE),
    "version 1": (make_fdt(NAMED, version=1), "malformed",
                  "KHO's FDT: the FDT has an old version: found 1, expected 17"),
    # Only the length is invalid: the offset of the next tag wraps around to this property.
    "property length wraps": (make_fdt(NAMED, structure=struct.pack(
        ">6I", BEGIN_NODE, 0, PROPERTY, 2**32 - 12, 0, END)), "malformed", BROKEN_STRUCTURE),
    "nodes that never end": (broken_fdt([BEGIN_NODE, 0] * 50), "malformed", BROKEN_STRUCTURE),
    "one end tag too many": (broken_fdt([BEGIN_NODE, 0, END_NODE, END_NODE, END]), "malformed",
                             BROKEN_STRUCTURE),
    "property without end": (broken_fdt([BEGIN_NODE, 0, PROPERTY, 2**31, 0]), "malformed",
                             BROKEN_STRUCTURE),
    "property name after the end": (broken_fdt([BEGIN_NODE, 0, PROPERTY, 0, 9999, END_NODE, END]),
                                     "malformed", BROKEN_STRUCTURE),
    "unknown token": (broken_fdt([BEGIN_NODE, 0, 7, END_NODE, END]), "malformed",
                      BROKEN_STRUCTURE),
    "no subtree": (make_fdt(NAMED), "absent", NEITHER.format("kho-v4")),
    "no subtree, padded": (broken_fdt([NOP, BEGIN_NODE, 0, NOP, END_NODE, END]), "absent",
                           NEITHER.format("ABI unknown")),
    "compatible without NUL": (make_fdt({"compatible": b"kho-v4"}), "absent",
                               NEITHER.format("ABI unknown")),
    "no address": (make_fdt({**NAMED, "kexec-metadata": {"blob-size": u64(73)}}), "unsupported",
                   "KHO's FDT: a subtree has none of the known address properties (at byte 0)"),
    "address of 4 bytes": (make_fdt({**NAMED, "kexec-metadata": {"fdt": bytes(4)}}), "malformed",
                           WRONG_SIZE + "4, expected 8"),
    "size of 4 bytes": (make_fdt({**NAMED, "kexec-metadata": {"preserved-data": u64(1),
                                                              "blob-size": bytes(4)}}),
                        "malformed", WRONG_SIZE + "4, expected 8"),
    "empty address": (make_fdt({**NAMED, "kexec-metadata": {"preserved-data": b""}}), "malformed",
                      WRONG_SIZE + "0, expected 8"),
}


@pytest.mark.parametrize("name", FDTS)
def test_fdt(tool, make_root, name):
    fdt, status, detail = FDTS[name]
    root = make_root(kexeced(cmdline=FRESH), {KHO_FDT: fdt, KHO_BLOB: BLOB})
    assert tool.show(root) == report(
        source("kho", status, detail=detail), source("stamp", previous=OLDER, count=3),
        previous=OLDER, count=3, chain=CHAIN, complete=True)


def sized(size, blob):
    return {KHO_FDT: kho_fdt("kho-v4", size), KHO_BLOB: blob}


IN_FDT = "KHO's FDT says that the metadata blob has "
SHORT = "KHO's metadata blob: it is too short for its version: found 72, expected 73"
NO_RELEASE = ("KHO's metadata blob: its release is empty or has blanks or control bytes "
              "(at byte 4)")
BLOBS = {
    "version 2": (kho("kho-v4", metadata(OLDER, 1, version=2)), "unsupported",
                  "KHO's metadata blob: its version is unknown: found 2, expected 1"),
    "version 2, short": (kho("kho-v4", struct.pack("=I", 2)), "unsupported",
                         "KHO's metadata blob: its version is unknown: found 2, expected 1"),
    "empty": (kho("kho-v4", b""), "malformed",
              "KHO's metadata blob: it is too short for a version: found 0, expected 4"),
    "3 bytes": (kho("kho-v4", BLOB[:3]), "malformed",
                "KHO's metadata blob: it is too short for a version: found 3, expected 4"),
    "72 bytes": (kho("kho-v4", BLOB[:72]), "malformed", SHORT),
    "72 bytes, kho-v1": (kho("kho-v1", BLOB[:72]), "malformed", SHORT),
    "blob-size too small": (sized(72, BLOB), "malformed", SHORT),
    "release without NUL": (kho("kho-v4", metadata("a" * 65, 1)), "malformed",
                            "KHO's metadata blob: its release does not end inside its field "
                            "(at byte 4)"),
    "no release": (kho("kho-v4", metadata("", 1)), "malformed", NO_RELEASE),
    "blank in the release": (kho("kho-v4", metadata("a b", 1)), "malformed", NO_RELEASE),
    "one byte less than in the FDT": (sized(74, BLOB), "malformed", IN_FDT + "74 bytes: found 73"),
    "page less than in the FDT": (sized(4096, BLOB), "malformed", IN_FDT + "4096 bytes: found 73"),
    "much less than in the FDT": (sized(2**63, BLOB), "malformed", IN_FDT + f"{2**63} bytes: found 73"),
    "FDT without the property": (kho("kho-v1", make_fdt({"x": BLOB})), "absent",
                                 "KHO's metadata blob: the FDT does not contain kexec-metadata "
                                 "(at byte 0)"),
    "FDT, cut": (kho("kho-v1", wrapped(BLOB)[:-1]), "malformed",
                 "KHO's metadata blob: the FDT is truncated, size in bytes: found "
                 f"{len(wrapped(BLOB)) - 1}, expected {len(wrapped(BLOB))}"),
    "FDT above the read limit": (kho("kho-v1", make_fdt({"kexec-metadata": BLOB, "x": bytes(4096)})),
                                 "malformed", "KHO's metadata blob: the FDT is truncated, size in bytes: "
                                 "found 4096, expected "),
    "FDT, blob too short": (kho("kho-v1", wrapped(BLOB[:72])), "malformed", SHORT),
    "FDT, version 9": (kho("kho-v1", wrapped(metadata(OLDER, 1, version=9))), "unsupported",
                       "KHO's metadata blob: its version is unknown: found 9, expected 1"),
    "no file": ({KHO_FDT: WHOLE}, "absent", f"there is no /{KHO_BLOB}"),
    "a folder": ({KHO_FDT: WHOLE, KHO_BLOB: FOLDER}, "malformed",
                 f"/{KHO_BLOB} cannot be read: Is a directory"),
    "nothing handed over": ({"sys/kernel/debug/kho/out/finalize": "0\n"}, "absent",
                            "KHO is on, but the previous kernel handed nothing over"),
}


@pytest.mark.parametrize("name", BLOBS)
def test_blob(tool, make_root, name):
    root, status, detail = BLOBS[name]
    got = tool.show(make_root(kexeced(), root))
    found = got["sources"][1]["detail"]
    assert found.startswith(detail)
    assert got == report(source("kho", status, detail=found))


@pytest.mark.parametrize("size", [73, 4095, 4096, 4097, 100000])
def test_blob_as_large_as_in_the_fdt(tool, make_root, size):
    blob = metadata(OLDER, 1, tail=bytes(size - 73))
    assert tool.show(make_root(kexeced(), kho("kho-v4", blob))) == alone()


def test_forbidden(unprivileged, make_root):
    """If debugfs is not readable, the line in the kernel log is used instead of the blob."""
    root = make_root(kexeced(cmdline=FRESH), {KHO_FDT: Forbidden(WHOLE), KHO_BLOB: BLOB},
                     kmsg(f"6,1,2,-;KHO: exec from: {OLDER} (count 1)"))
    assert unprivileged.show(root) == report(
        source("kho", "forbidden", detail=f"reading /{KHO_FDT} needs root"),
        source("stamp", previous=OLDER, count=3), source("log", previous=OLDER, count=1),
        previous=OLDER, count=3, chain=CHAIN, complete=True,
        conflicts=["log: restarted its count: 1, stamp says 3"])


def test_forbidden_blob(unprivileged, make_root):
    root = make_root(kexeced(), {KHO_FDT: WHOLE, KHO_BLOB: Forbidden(BLOB)})
    assert unprivileged.show(root) == report(
        source("kho", "forbidden", detail=f"reading /{KHO_BLOB} needs root"))


def test_forbidden_folder(unprivileged, make_root):
    """If debugfs is mounted with mode 0700, the status of KHO is "forbidden"."""
    root = make_root(kexeced(), SHAPES["kho-v4"])
    (root / "sys/kernel/debug").chmod(0)
    assert unprivileged.show(root) == report(
        source("kho", "forbidden", detail=f"reading /{KHO_FDT} needs root"))
    (root / "sys/kernel/debug").chmod(0o755)


def in_sysfs(release=OLDER, count="1"):
    """Return the files of a kernel with module/patches/interface."""
    return {f"sys/kernel/kexec/{name}": None if text is None else f"{text}\n".encode()
            for name, text in (("previous_release", release), ("count", count))}


FROM_SYSFS = "from /sys/kernel/kexec/previous_release"


def test_sysfs(tool, make_root):
    root = make_root(kexeced(), in_sysfs(count="3"))
    assert tool.show(root) == report(
        source("kho", previous=OLDER, count=3, detail=FROM_SYSFS),
        previous=OLDER, count=3, chain=[(OLDER, 1)], complete=False)


def test_sysfs_for_all_users(unprivileged, make_root):
    root = make_root(kexeced(), {KHO_FDT: Forbidden(WHOLE), KHO_BLOB: Forbidden(BLOB)}, in_sysfs())
    assert unprivileged.show(root) == report(
        source("kho", previous=OLDER, count=1, detail=FROM_SYSFS),
        previous=OLDER, count=1, chain=[(OLDER, 1)], complete=True)


def test_debugfs_is_used_if_it_is_readable(tool, make_root):
    """debugfs also has the chain. A blob that the kernel rejects too is not hidden by other files."""
    root = make_root(kexeced(), SHAPES["kho-v4"], in_sysfs("7.1.1", "9"))
    assert tool.show(root) == alone()
    root = make_root(kexeced(), kho("kho-v4", metadata(OLDER, 1, version=2)), in_sysfs())
    found, = (entry for entry in tool.show(root)["sources"] if entry["source"] == "kho")
    assert found["status"] == "unsupported"


SYSFS_MALFORMED = {
    "no release": ("", "1"),
    "two words": ("7.1 2", "1"),
    "control byte": ("7.1\033[m", "1"),
    "not ASCII": ("7.1\u0080", "1"),
    "too long": ("7" * 65, "1"),
    "no count": (OLDER, ""),
    "negative count": (OLDER, "-1"),
    "count out of range": (OLDER, "4294967296"),
}


@pytest.mark.parametrize("name", SYSFS_MALFORMED)
def test_malformed_sysfs(tool, make_root, name):
    root = make_root(kexeced(), in_sysfs(*SYSFS_MALFORMED[name]))
    assert tool.show(root) == report(source(
        "kho", "malformed", detail="/sys/kernel/kexec/previous_release or /sys/kernel/kexec/count does not contain "
        "a valid release or count"))


def test_one_file_of_sysfs_is_not_enough(tool, make_root):
    absent = tool.show(make_root(kexeced()))
    assert tool.show(make_root(kexeced(), in_sysfs(count=None))) == absent
    assert tool.show(make_root(kexeced(), in_sysfs(release=None))) == absent


def test_sysfs_after_a_cold_boot(tool, make_root):
    """A kexec may keep the boot-loader type of the running kernel."""
    conflict = "kho: says that this boot was a kexec, but it may be a cold boot: boot-loader type 176 is not kexec (208)"
    assert tool.show(make_root(cold(), in_sysfs())) == {**report(
        source("kho", previous=OLDER, count=1, detail=FROM_SYSFS),
        boot="unknown", previous=OLDER, count=1, chain=[(OLDER, 1)], conflicts=[conflict]), "chain_complete": False}


def test_forbidden_command_line_and_log(unprivileged, make_root):
    root = make_root(kexeced(), {"proc/cmdline": Forbidden(FRESH.encode()),
                                 "dev/kmsg": Forbidden(b"")})
    assert unprivileged.show(root) == report(
        source("stamp", "forbidden", detail="reading /proc/cmdline needs root"),
        source("log", "forbidden", detail="reading /dev/kmsg needs root"))
