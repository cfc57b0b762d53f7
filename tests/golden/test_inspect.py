# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that `inspect` identifies and decodes files, and reports errors in them."""
import subprocess

import pytest

from .fdt import make_fdt
from .system import (OLDER, OLDEST, RELEASE, Forbidden, kho_fdt, lineage_blob, metadata, seal,
                     stamp, subtree, u64, wrapped)

FRESH = stamp(9, OLDER, f"{OLDEST}*2", made_for=RELEASE)


def said(form, status="ok", detail=None, previous=None, count=None, **more):
    return {"file": "-", "format": form, "status": status, "detail": detail,
            "previous_release": previous, "kexec_count": count, **more}


def stamp_said(kind="kexec", **more):
    chain = [{"release": OLDER, "runs": 1}, {"release": OLDEST, "runs": 2}]
    return {**said("stamp", previous=OLDER, count=9, kind=kind, made_for=RELEASE, chain=chain,
                   chain_complete=False), **more}


def blob_said(**more):
    return {**stamp_said(**more), "format": "kexec-lineage blob"}


def bad_stamp(status, detail, form="stamp"):
    return said(form, status, detail, kind=None, made_for=None, chain=[], chain_complete=False)


def bad_blob(status, detail):
    return bad_stamp(status, f"the kexec-lineage blob: {detail}", "kexec-lineage blob")


def kho_said(*subtrees, compatible="kho-v4", **more):
    entries = [dict(zip(("name", "property", "address", "size"), entry)) for entry in subtrees]
    return {**said("KHO FDT", compatible=compatible, subtrees=entries), **more}


V4 = ("kexec-metadata", "preserved-data", 0x7F000000, 73)
NOT_KHO = "an FDT, but neither KHO's nor one that contains kexec-metadata or kexec-lineage"
NOTHING = "neither a metadata blob, nor an FDT, nor a stamp"
UNKNOWN_TEXT = "text without kexec_lineage.stamp="
GOOD = {
    "stamp": (FRESH.encode(), stamp_said()),
    "value alone": (FRESH.partition("=")[2].encode() + b"\n", stamp_said()),
    "on a command line": (f"a {FRESH} b -- c\n".encode(), stamp_said()),
    "on a line with UTF-8": (f"who=é {FRESH}\n".encode(), stamp_said()),
    "on a line with Latin-1": (b"who=\xe9 " + FRESH.encode(), stamp_said()),
    "for a capture kernel": (stamp(9, OLDER, f"{OLDEST}*2", made_for=RELEASE, kind="p").encode(),
                             stamp_said("capture")),
    "complete, made for no release": (stamp(1, OLDER).encode(), stamp_said(
        previous_release=OLDER, kexec_count=1, made_for=None, chain_complete=True,
        chain=[{"release": OLDER, "runs": 1}])),
    "metadata": (metadata(OLDER, 2), said("metadata blob", previous=OLDER, count=2)),
    "metadata, count 0": (metadata(OLDER, 0), said(
        "metadata blob", previous=OLDER,
        detail="has count 0, which is not valid after a kexec: count not used")),
    "large metadata": (metadata(OLDER, 2, tail=bytes(9999)),
                       said("metadata blob", previous=OLDER, count=2)),
    "metadata in an FDT": (wrapped(metadata(OLDER, 2)),
                           said("metadata blob", previous=OLDER, count=2)),
    "kexec-lineage": (lineage_blob(FRESH), blob_said()),
    "kexec-lineage, padded": (lineage_blob(FRESH) + bytes(3000), blob_said()),
    "kexec-lineage with metadata in it": (
        make_fdt({"kexec-metadata": metadata(OLDER, 2), "compatible": b"kexec-lineage-v1\0",
                  "stamp": FRESH.partition("=")[2].encode() + b"\0"}), blob_said()),
    "kexec-lineage of a capture kernel": (lineage_blob(stamp(1, OLDER, kind="p")), blob_said(
        kind="capture", kexec_count=1, made_for=None, chain_complete=True,
        chain=[{"release": OLDER, "runs": 1}])),
    "kho-v1": (kho_fdt("kho-v1"), kho_said(("kexec-metadata", "fdt", 0x7F000000, None),
                                           compatible="kho-v1")),
    "kho-v4": (kho_fdt("kho-v4"), kho_said(V4)),
    "kho-v5": (kho_fdt("kho-v5"), kho_said(
        V4, compatible="kho-v5", detail="the version of KHO's ABI is unknown to this program")),
    "kho without subtrees": (make_fdt({"compatible": b"kho-v3\0"}), kho_said(compatible="kho-v3")),
    "two subtrees": (make_fdt({"compatible": b"kho-v4\0", "LUO": subtree("kho-v4", 4096),
                               "x" * 60: {"fdt": u64(2**64 - 1), "blob-size": u64(2**64 - 1)}}),
                     kho_said(("LUO", "preserved-data", 0x7F000000, 4096),
                              ("x" * 60, "fdt", 2**64 - 1, 2**64 - 1))),
    "both properties": (make_fdt({"compatible": b"kho-v4\0",
                                  "a": {"fdt": u64(1), "preserved-data": u64(2)}}),
                        kho_said(("a", "preserved-data", 2, None))),
}
BAD = {
    "empty": (b"", said("unknown", "unsupported", "it is empty")),
    "blanks": (b" \n\t", said("unknown", "unsupported", "it is empty")),
    "text": (b"hello", said("unknown", "unsupported", UNKNOWN_TEXT)),
    "parameter without value": (b"kexec_lineage.stamp", said("unknown", "unsupported",
                                                             UNKNOWN_TEXT)),
    "number": (b"123", said("unknown", "unsupported", UNKNOWN_TEXT)),
    "other bytes": (b"\x7fELF" + bytes(100), said("unknown", "unsupported", NOTHING)),
    "stamp of version 2": (seal("2,x").encode(), bad_stamp(
        "unsupported", "the stamp: its format version is unknown: found 2, expected 1")),
    "stamp, wrong CRC": (b"kexec_lineage.stamp=1,k,1,,A,00000000", bad_stamp(
        "malformed", "the stamp: its CRC is wrong: found 00000000, expected "
        + stamp(1, "A")[-8:])),
    "stamp, wrong kind": (seal("1,x,1,,A").encode(), bad_stamp(
        "malformed", "the stamp: its kind is neither k nor p (at byte 2)")),
    "metadata, version 2": (metadata(OLDER, 2, version=2), said(
        "metadata blob", "unsupported",
        "the metadata blob: its version is unknown: found 2, expected 1")),
    "metadata, version 65535": (metadata(OLDER, 2, version=65535, tail=b"x"), said(
        "metadata blob", "unsupported",
        "the metadata blob: its version is unknown: found 65535, expected 1")),
    "metadata, version 2^32-1": (metadata(OLDER, 2, version=2**32 - 1, tail=b"x"), said(
        "metadata blob", "unsupported",
        "the metadata blob: its version is unknown: found 4294967295, expected 1")),
    "version 65536 of a larger thing": (metadata(OLDER, 2, version=65536, tail=b"x"),
                                        said("unknown", "unsupported", NOTHING)),
    "metadata, cut": (metadata(OLDER, 2)[:72], said(
        "metadata blob", "malformed",
        "the metadata blob: it is too short for its version: found 72, expected 73")),
    "metadata in an FDT, cut": (wrapped(metadata(OLDER, 2)[:72]), said(
        "metadata blob", "malformed",
        "the metadata blob: it is too short for its version: found 72, expected 73")),
    "kexec-lineage, version 2": (
        make_fdt({"compatible": b"kexec-lineage-v2\0", "stamp": b"x\0"}),
        bad_blob("unsupported", "its version is unknown (at byte 0)")),
    "kexec-lineage without stamp": (make_fdt({"compatible": b"kexec-lineage-v1\0"}),
                                    bad_blob("malformed", "the FDT does not contain a stamp (at byte 0)")),
    "kexec-lineage, wrong CRC": (
        lineage_blob("=1,k,1,,A,00000000"), bad_blob(
            "malformed", f"its CRC is wrong: found 00000000, expected {stamp(1, 'A')[-8:]}")),
    "kexec-lineage, whole parameter": (
        lineage_blob("=" + FRESH),
        bad_blob("malformed", "it does not begin with a format version and a comma (at byte 0)")),
    "kexec-lineage without a version": (make_fdt({"compatible": b"kexec-lineage\0"}),
                                        said("unknown", "unsupported", NOT_KHO)),
    "other FDT": (make_fdt({"compatible": b"acme,board\0"}),
                  said("unknown", "unsupported", NOT_KHO)),
    "FDT without compatible": (make_fdt({}), said("unknown", "unsupported", NOT_KHO)),
    "cut FDT": (kho_fdt("kho-v4")[:30], kho_said(
        compatible=None, status="malformed",
        detail="the FDT: the FDT is shorter than its header: found 30, expected 40")),
    "broken subtree": (make_fdt({"compatible": b"kho-v4\0", "a": {"preserved-data": u64(1)},
                                 "b": {}, "c": {"preserved-data": u64(1)}}), kho_said(
        ("a", "preserved-data", 1, None), status="unsupported",
        detail="KHO's FDT: a subtree has none of the known address properties (at byte 0)")),
}


@pytest.mark.parametrize("name", GOOD)
def test_good(tool, name):
    data, expected = GOOD[name]
    got = tool.run("--json", "inspect", "-", stdin=data)
    assert (got.status, got.talk, got.json) == (0, "", expected)


@pytest.mark.parametrize("name", BAD)
def test_bad(tool, name):
    data, expected = BAD[name]
    got = tool.run("--json", "inspect", "-", stdin=data)
    assert (got.status, got.talk, got.json) == (1, "", expected)


def test_text_of_a_bad_file(tool):
    got = tool.run("inspect", "-", stdin=metadata(OLDER, 1, version=2))
    assert (got.status, got.text) == (1, (
        "-: metadata blob, unsupported\n"
        "  detail     the metadata blob: its version is unknown: found 2, expected 1\n"))


def test_several_files(tool, folder):
    (folder / "good").write_bytes(metadata(OLDER, 1))
    (folder / "bad").write_bytes(b"bad")
    names = [str(folder / name) for name in ("bad", "none", "good")]
    got = tool.run("--json", "inspect", *names)
    assert got.status == 1
    assert [(entry["file"], entry["status"]) for entry in got.json] == [
        (names[0], "unsupported"), (names[2], "ok")]
    assert got.talk == f"kexec-lineage: {names[1]}: No such file or directory\n"
    assert tool.run("inspect", names[2], names[0]).status == 1
    assert tool.run("inspect", names[2], names[2]).status == 0


def test_cannot_be_read(tool, unprivileged, make_root, folder):
    got = tool.run("inspect", folder)
    assert (got.status, got.talk) == (1, f"kexec-lineage: {folder}: Is a directory\n")
    root = make_root({"blob": Forbidden(b"")})
    got = unprivileged.run("inspect", root / "blob")
    assert (got.status, got.talk) == (
        1, f"kexec-lineage: {root}/blob: Permission denied (run it as root)\n")


def test_limit(tool):
    limit = 16 << 20
    assert tool.run("inspect", "-", stdin=b"x" * limit).talk == ""
    got = tool.run("inspect", "-", stdin=b"x" * (limit + 1))
    assert (got.status, got.out) == (1, b"")
    assert got.talk == f"kexec-lineage: stdin: file too large (at most {limit} bytes)\n"


def test_stops_reading_at_the_limit(tool):
    """An endless stream is an error. It is not read further than the limit."""
    script = 'head -c 100000000 /dev/zero | { "$0" inspect -; wc -c; }'
    got = subprocess.run(["sh", "-c", script, tool.path], capture_output=True, check=True,
                         timeout=600)
    assert int(got.stdout) > 0
    assert got.stderr == b"kexec-lineage: stdin: file too large (at most 16777216 bytes)\n"


def test_subtree_names_do_not_reach_the_terminal(tool):
    data = make_fdt({"compatible": b"kho-v4\0", "\x1b[31m": subtree("kho-v4", 1)})
    assert b"\x1b" not in tool.run("inspect", "-", stdin=data).out
    got = tool.run("--json", "inspect", "-", stdin=data)
    assert got.json["subtrees"][0]["name"] == "%1B[31m"


def test_files_that_are_no_dumps(tool, tmp_path):
    """Files that begin like a crash dump go to kexec-lineage-fleet. tests/vm/test_intake_vmcore.py has real dumps."""
    core = tmp_path / "core"
    core.write_bytes(b"\x7fELF\2\1\1" + bytes(9) + b"\4\0")
    program = tmp_path / "program"
    program.write_bytes(b"\x7fELF\2\1\1" + bytes(9) + b"\3\0")
    got = tool.run("inspect", core)
    assert got.status == 1 and got.text.startswith(f"{core}: crash dump\n  detail     cannot be read as a crash dump")
    shown = tool.run("--json", "inspect", core).json
    assert (shown["status"], shown["boot"], shown["crashes"]) == ("malformed", None, [])
    got = tool.run("inspect", program)
    assert (got.status, got.text) == (1, "") and f"{program} is not a crash dump" in got.talk
    got = tool.run("inspect", core, "/dev/null")
    assert got.status == 2 and "need separate commands" in got.talk
