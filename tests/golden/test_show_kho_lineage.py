# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that `show` reads the kexec-lineage blob of KHO, and merges it with kexec-metadata."""
import struct

import pytest

from .fdt import make_fdt
from .system import (KHO_BLOB, KHO_FDT, KHO_LINEAGE, OLDER, OLDEST, RELEASE, FOLDER, Forbidden, cold,
                     kexeced, kho_blobs, lineage_blob, metadata, module, report, source,
                     stamp, subtree, u64, wrapped)

SEALED = stamp(3, OLDER, f"{OLDEST}*2")
LINEAGE = lineage_blob(SEALED)
BLOB = metadata(OLDER, 3)
CHAIN = [(OLDER, 1), (OLDEST, 2)]
ALONE = "from kexec-lineage"
BOTH = "from kexec-metadata and kexec-lineage"


def merged(detail, *others, count=3, chain=CHAIN, complete=True, previous=OLDER, **options):
    """Return a report in which the status of kho is ok, and the lineage of kho is used."""
    return report(source("kho", previous=previous, count=count, detail=detail), *others,
                  previous=previous, count=count, chain=chain, complete=complete, **options)


OK = {
    "alone, kho-v1": (kho_blobs("kho-v1", lineage=LINEAGE), merged(ALONE)),
    "alone, kho-v4": (kho_blobs("kho-v4", lineage=LINEAGE), merged(ALONE)),
    "alone, without the FDT": ({KHO_LINEAGE: LINEAGE}, merged(ALONE)),
    "alone, followed by foreign memory": (
        {**kho_blobs("kho-v1", lineage=LINEAGE), KHO_LINEAGE: LINEAGE + bytes(100000)}, merged(ALONE)),
    "alone, made for another release": (
        kho_blobs("kho-v1", lineage=lineage_blob(stamp(3, OLDER, f"{OLDEST}*2", made_for="6.6"))),
        merged(ALONE)),
    "both, kho-v1": (kho_blobs("kho-v1", wrapped(BLOB), LINEAGE), merged(BOTH)),
    "both, kho-v4": (kho_blobs("kho-v4", BLOB, LINEAGE), merged(BOTH)),
    "both, without the FDT": ({KHO_BLOB: BLOB, KHO_LINEAGE: LINEAGE}, merged(BOTH)),
    "metadata alone": (kho_blobs("kho-v4", metadata(OLDER, 1)),
                       merged(None, count=1, chain=[(OLDER, 1)])),
    "cut chain": (kho_blobs("kho-v4", lineage=lineage_blob(stamp(9, OLDER, OLDEST))),
                  merged(ALONE, count=9, chain=[(OLDER, 1), (OLDEST, 1)], complete=False)),
    "metadata restarted": (kho_blobs("kho-v4", metadata(OLDER, 1), LINEAGE), merged(BOTH, conflicts=[
        "kho: restarted its count: 1, kexec-lineage says 3"])),
    "metadata counts more": (kho_blobs("kho-v4", metadata(OLDER, 5), LINEAGE), merged(
        BOTH, count=5, complete=False, conflicts=[
            "kho: kexec-lineage counts 3, kexec-metadata 5; the larger count is used"])),
    "metadata without count": (kho_blobs("kho-v4", metadata(OLDER, 0), LINEAGE), merged(
        f"{BOTH}; kexec-metadata has count 0, which is not valid after a kexec: count not used")),
}


@pytest.mark.parametrize("name", OK)
def test_ok(tool, make_root, name):
    root, expected = OK[name]
    assert tool.show(make_root(kexeced(), root)) == expected


AGAINST = (f"kexec-lineage says the previous kernel was {OLDER}, kexec-metadata says 7.1.1; not used")


def test_contradiction(tool, make_root):
    root = make_root(kexeced(), kho_blobs("kho-v4", metadata("7.1.1", 1), LINEAGE))
    assert tool.show(root) == merged(AGAINST, previous="7.1.1", count=1, chain=[("7.1.1", 1)],
                                   conflicts=[f"kho: {AGAINST}"])


def versioned(version, sealed=SEALED):
    return make_fdt({"compatible": f"kexec-lineage-v{version}\0".encode(),
                     "stamp": sealed.partition("=")[2].encode() + b"\0"})


BROKEN = {
    "empty": (b"", "malformed", "it does not begin with the magic of an FDT (at byte 0)"),
    "no FDT": (b"\x01\0\0\0" + bytes(100), "malformed",
               "it does not begin with the magic of an FDT (at byte 0)"),
    "bare metadata": (BLOB, "malformed", "it does not begin with the magic of an FDT (at byte 0)"),
    "magic alone": (LINEAGE[:4], "malformed",
                    "the FDT is shorter than its header: found 4, expected 40"),
    "cut": (LINEAGE[:-1], "malformed",
            f"the FDT is truncated, size in bytes: found {len(LINEAGE) - 1}, expected {len(LINEAGE)}"),
    "above the read limit": (LINEAGE[:4] + struct.pack(">I", 900 << 20) + LINEAGE[8:] + bytes(9999),
                             "malformed", "the FDT is truncated, size in bytes: found 4096, expected 943718400"),
    "no compatible": (make_fdt({"stamp": SEALED.encode()}), "malformed",
                      "the FDT has no compatible property (at byte 0)"),
    "another's FDT": (wrapped(BLOB), "malformed", "the FDT has no compatible property (at byte 0)"),
    "version 2": (versioned(2), "unsupported", "its version is unknown (at byte 0)"),
    "no stamp": (make_fdt({"compatible": b"kexec-lineage-v1\0"}), "malformed",
                 "the FDT does not contain a stamp (at byte 0)"),
    "stamp of version 2": (versioned(1, "=2,x"), "unsupported",
                           "its format version is unknown: found 2, expected 1"),
    "stamp with a wrong CRC": (versioned(1, SEALED[:-8] + "00000000"), "malformed",
                               f"its CRC is wrong: found 00000000, expected {SEALED[-8:]}"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_alone(tool, make_root, name):
    blob, status, detail = BROKEN[name]
    root = make_root(kexeced(), kho_blobs("kho-v1", lineage=blob))
    assert tool.show(root) == report(source("kho", status, detail=f"KHO's kexec-lineage: {detail}"))


@pytest.mark.parametrize("name", BROKEN)
def test_broken_beside_metadata(tool, make_root, name):
    blob, _, detail = BROKEN[name]
    root = make_root(kexeced(), kho_blobs("kho-v1", wrapped(BLOB), blob))
    assert tool.show(root) == merged(f"not used: KHO's kexec-lineage: {detail}", chain=[(OLDER, 1)],
                                   complete=False)


SHORT = "KHO's metadata blob: it is too short for its version: found 72, expected 73"
VERSION_2 = "KHO's metadata blob: its version is unknown: found 2, expected 1"
NO_ADDRESS = "KHO's FDT: a subtree has none of the known address properties (at byte 0)"
V4 = {"compatible": b"kho-v4\0", "kexec-lineage": subtree("kho-v4", len(LINEAGE))}
METADATA_BROKEN = {
    "short": (kho_blobs("kho-v4", BLOB[:72], LINEAGE), SHORT),
    "version 2": (kho_blobs("kho-v4", metadata(OLDER, 3, version=2), LINEAGE), VERSION_2),
    "no address": ({KHO_FDT: make_fdt({**V4, "kexec-metadata": {"blob-size": u64(73)}}),
                    KHO_BLOB: BLOB, KHO_LINEAGE: LINEAGE}, NO_ADDRESS),
    "no file": ({**kho_blobs("kho-v4", BLOB, LINEAGE), KHO_BLOB: None}, f"there is no /{KHO_BLOB}"),
    "a folder": ({**kho_blobs("kho-v4", BLOB, LINEAGE), KHO_BLOB: FOLDER},
                 f"/{KHO_BLOB} cannot be read: Is a directory"),
}


@pytest.mark.parametrize("name", METADATA_BROKEN)
def test_beside_broken_metadata(tool, make_root, name):
    root, detail = METADATA_BROKEN[name]
    assert tool.show(make_root(kexeced(), root)) == merged(f"{ALONE}; not used: {detail}")


def test_metadata_not_in_the_fdt_is_not_read(tool, make_root):
    root = make_root(kexeced(), kho_blobs("kho-v4", lineage=LINEAGE), {KHO_BLOB: metadata("X", 1)})
    assert tool.show(root) == merged(ALONE)


def test_size_in_the_fdt(tool, make_root):
    """The blob is malformed if the FDT of KHO gives a size that is larger or smaller than the blob."""
    for size, status, detail in (
            (len(LINEAGE) + 1, "malformed", "KHO's FDT says that the kexec-lineage has "
             f"{len(LINEAGE) + 1} bytes: found {len(LINEAGE)}"),
            (len(LINEAGE) - 1, "malformed", "KHO's kexec-lineage: the FDT is truncated, size in bytes: found "
             f"{len(LINEAGE) - 1}, expected {len(LINEAGE)}")):
        fdt = make_fdt({**V4, "kexec-lineage": subtree("kho-v4", size)})
        got = tool.show(make_root(kexeced(), {KHO_FDT: fdt, KHO_LINEAGE: LINEAGE}))
        assert got == report(source("kho", status, detail=detail))


BOTH_BROKEN = {
    "malformed, unsupported": (BLOB[:72], versioned(2), "malformed",
                               f"{SHORT}; KHO's kexec-lineage: its version is unknown (at byte 0)"),
    "unsupported, malformed": (metadata(OLDER, 3, version=2), LINEAGE[:4], "unsupported",
                               f"{VERSION_2}; KHO's kexec-lineage: the FDT is shorter than its "
                               "header: found 4, expected 40"),
}


@pytest.mark.parametrize("name", BOTH_BROKEN)
def test_both_broken(tool, make_root, name):
    blob, lineage, status, detail = BOTH_BROKEN[name]
    root = make_root(kexeced(), kho_blobs("kho-v4", blob, lineage))
    assert tool.show(root) == report(source("kho", status, detail=detail))


def test_absent(tool, make_root):
    root = make_root(kexeced(), {KHO_FDT: make_fdt({"compatible": b"kho-v1\0", "other": {
        "fdt": u64(1)}})})
    detail = "KHO (kho-v1) handed over neither kexec-metadata nor kexec-lineage"
    assert tool.show(root) == report(source("kho", "absent", detail=detail))


def test_forbidden(unprivileged, make_root):
    root = make_root(kexeced(), kho_blobs("kho-v4", BLOB, LINEAGE),
                     {KHO_LINEAGE: Forbidden(LINEAGE)})
    assert unprivileged.show(root) == merged(f"not used: reading /{KHO_LINEAGE} needs root",
                                           chain=[(OLDER, 1)], complete=False)


def test_boot_loader_contradicts_kho(tool, make_root):
    root = make_root(cold(), kho_blobs("kho-v4", lineage=LINEAGE))
    assert tool.show(root) == merged(ALONE, complete=False, boot="unknown", conflicts=[
        "kho: says that this boot was a kexec, but it may be a cold boot: boot-loader type 176 is not kexec (208)"])


def test_settles_an_unknown_boot(tool, make_root):
    root = make_root(kexeced(), {"proc/sys/kernel/bootloader_type": None},
                     kho_blobs("kho-v1", lineage=LINEAGE))
    assert tool.show(root) == merged(ALONE, complete=False)
    assert "boot       kexec (KHO handed over a kexec-lineage blob)" in tool.on(root, "show").text


ON_LINE = source("stamp", previous=OLDER, count=4)
AGAINST_STAMP = {
    "same": (SEALED, BOTH, BLOB, merged(BOTH, source("stamp", previous=OLDER, count=3))),
    "stamp names more": (stamp(3, OLDER, OLDEST, "6.1*1".partition("*")[0]), BOTH, BLOB,
                         merged(BOTH, source("stamp", previous=OLDER, count=3))),
    "stamp counts more": (stamp(4, OLDER, "6.1*3"), ALONE, None, {
        **merged(ALONE, ON_LINE, chain=[(OLDER, 1), ("6.1", 3)], conflicts=[
            "kho: kexec-lineage counts 3, stamp 4; the larger count is used"]), "kexec_count": 4}),
    "stamp counts less": (stamp(2, OLDER, OLDEST), ALONE, None, merged(
        ALONE, source("stamp", previous=OLDER, count=2), conflicts=[
            "stamp: counts 2, KHO 3: an intermediate kernel was loaded without a stamp; the larger "
            "count is used"])),
    "all differ": (stamp(4, OLDER, "6.1*3"), BOTH, metadata(OLDER, 1), {
        **merged(BOTH, ON_LINE, chain=[(OLDER, 1), ("6.1", 3)], conflicts=[
            "kho: restarted its count: 1, stamp says 4",
            "kho: kexec-lineage counts 3, stamp 4; the larger count is used"]), "kexec_count": 4}),
}


@pytest.mark.parametrize("name", AGAINST_STAMP)
def test_against_a_stamp(tool, make_root, name):
    line, _, blob, expected = AGAINST_STAMP[name]
    root = make_root(kexeced(cmdline=line), kho_blobs("kho-v4", blob, LINEAGE))
    assert tool.show(root) == expected


def test_stamp_of_another_kernel(tool, make_root):
    stale = "stale: says the previous kernel was 6.6, KHO's kexec-lineage says 7.2.12; not used"
    root = make_root(kexeced(cmdline=stamp(9, "6.6")), kho_blobs("kho-v1", lineage=LINEAGE))
    assert tool.show(root) == merged(ALONE, source("stamp", previous="6.6", count=9, detail=stale),
                                   conflicts=[f"stamp: {stale}"])


def test_chain_before_the_modules(tool, make_root):
    root = make_root(kexeced(), kho_blobs("kho-v4", BLOB, LINEAGE), module(OLDER, "3", f"{OLDER}, X"))
    assert tool.show(root) == merged(BOTH, source("module", previous=OLDER, count=3))


def test_next_kernel_gets_the_whole_chain(tool, make_root):
    """The stamp for the next kernel has the whole chain of the blob, although the command line has no stamp."""
    root = make_root(kexeced(), kho_blobs("kho-v4", metadata(OLDER, 1), LINEAGE))
    assert tool.on(root, "stamp").text == stamp(4, RELEASE, OLDER, f"{OLDEST}*2") + "\n"
    assert tool.on(root, "cmdline", "ro").text == (
        f"ro {stamp(4, RELEASE, OLDER, f'{OLDEST}*2')}\n")
