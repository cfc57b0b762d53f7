# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that `show` reports how a kernel was started: cold boot, kexec, capture kernel, or unknown."""
import pytest

from .fdt import make_fdt
from .system import (FOLDER, OLDER, RELEASE, cold, cold_report, kexeced, report, source, stamp,
                     Link)

CHOSEN = "sys/firmware/devicetree/base/chosen"
PROPERTY = "linux,booted-from-kexec"
ARM64 = {"proc/sys/kernel/osrelease": f"{RELEASE}\n", "proc/cmdline": "quiet\n"}
PPC64 = {**ARM64, "proc/powerpc": FOLDER}
NEITHER = "neither a boot-loader type nor linux,booted-from-kexec was found"

CASES = {
    "cold": (cold(), cold_report()),
    "kexec without any lineage": (kexeced(), report()),
    "type 2080 is not 208": ({**cold(), "proc/sys/kernel/bootloader_type": "2080\n"},
                             cold_report()),
    "type 20 is not 208": ({**cold(), "proc/sys/kernel/bootloader_type": "20"}, cold_report()),
    "capture by vmcore": ({**kexeced(), "proc/vmcore": "\x7fELF"}, report(boot="capture")),
    "capture by elfcorehdr": (kexeced(cmdline="ro elfcorehdr=0x7f000000 irqpoll"),
                              report(boot="capture")),
    "another loader, but capture": ({**cold(), "proc/vmcore": ""}, report(boot="unknown")),
    "another loader, but elfcorehdr": (cold(cmdline="elfcorehdr=1"), report(boot="unknown")),
    "elfcorehdr of init": (kexeced(cmdline="ro -- elfcorehdr=1"), report()),
    "elfcorehdr inside another name": (kexeced(cmdline="x.elfcorehdr=1 elfcorehdrs=1"), report()),
    "arm64 kexec by property": ({**ARM64, f"{CHOSEN}/{PROPERTY}": ""}, report()),
    "arm64 kexec by FDT": ({**ARM64, "sys/firmware/fdt": make_fdt({"chosen": {PROPERTY: b""}})},
                           report()),
    "arm64 capture": ({**ARM64, f"{CHOSEN}/{PROPERTY}": "", "proc/vmcore": ""},
                      report(boot="capture")),
    "arm64 capture by kexec_load": ({**ARM64, "proc/cmdline": "elfcorehdr=1@2"},
                                    report(boot="capture")),
    "x86 loader type before the device tree": ({**cold(), f"{CHOSEN}/{PROPERTY}": ""}, cold_report()),
}


@pytest.mark.parametrize("name", CASES)
def test_boot(tool, make_root, name):
    root, expected = CASES[name]
    assert tool.show(make_root(root)) == expected


def test_ppc64_stamp_with_the_property(tool, make_root):
    """petitboot starts the first kernel by kexec: an old stamp without a release is not used, and no chain of another
    one is complete."""
    property = {f"{CHOSEN}/{PROPERTY}": ""}
    root = make_root({**PPC64, **property, "proc/cmdline": stamp(1, OLDER) + "\n"})
    got = tool.show(root)
    assert (got["boot"], got["previous_release"], got["kexec_count"]) == ("unknown", None, None)
    root = make_root({**PPC64, **property, "proc/cmdline": stamp(1, OLDER, made_for=RELEASE) + "\n"})
    got = tool.show(root)
    assert (got["boot"], got["previous_release"], got["chain_complete"]) == ("unknown", OLDER, False)


UNKNOWN = {
    "no property": {**ARM64, f"{CHOSEN}/bootargs": "quiet"},
    "FDT without the property": {**ARM64, "sys/firmware/fdt": make_fdt({"chosen": {"x": b""}})},
    "FDT without chosen": {**ARM64, "sys/firmware/fdt": make_fdt({PROPERTY: b""})},
    "broken FDT": {**ARM64, "sys/firmware/fdt":
                   make_fdt({"chosen": {PROPERTY: b""}}, totalsize=4096)},
    "nothing": ARM64,
    "ppc64 with the property": {**PPC64, f"{CHOSEN}/{PROPERTY}": ""},
    "ppc64 with the FDT": {**PPC64, "sys/firmware/fdt": make_fdt({"chosen": {PROPERTY: b""}})},
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_unknown_boot(tool, make_root, name):
    """On arm64 a cold boot leaves no trace, which is not an error."""
    got = tool.on(make_root(UNKNOWN[name]), "--json", "show")
    assert (got.status, got.talk) == (0, "")
    assert got.json == report(boot="unknown")


def test_nothing_is_readable(tool, make_root):
    got = tool.on(make_root({"proc/sys/kernel/osrelease": f"{RELEASE}\n"}), "show")
    assert got.status == 3
    assert got.talk == ("kexec-lineage: show: no source reports how this kernel was started "
                        "(is /proc mounted there?)\n")


def test_stamp_for_no_release(tool, make_root):
    """On arm64 the line of a cold boot may have an old stamp. If it names no release, it gives no lineage."""
    root = make_root({**ARM64, "proc/cmdline": stamp(7, OLDER)})
    detail = (f"stale: neither the boot loader ({NEITHER}) nor a release shows that it was made for this boot; "
              "not used")
    assert tool.show(root) == report(source("stamp", previous=OLDER, count=7, detail=detail), boot="unknown",
                                     conflicts=[f"stamp: {detail}"])


def test_stamp_for_this_release(tool, make_root):
    """The start of the boot is unknown, so the count is a lower bound, and the chain is not complete."""
    root = make_root({**ARM64, "proc/cmdline": stamp(1, OLDER, made_for=RELEASE)})
    assert tool.show(root) == report(source("stamp", previous=OLDER, count=1), boot="unknown", previous=OLDER, count=1,
                                     chain=[(OLDER, 1)], complete=False)


def test_chain_without_a_known_cold_boot(tool, make_root):
    """Where a cold boot leaves no trace, no chain is known to be complete."""
    root = make_root({**ARM64, f"{CHOSEN}/{PROPERTY}": "", "proc/cmdline": stamp(1, OLDER, made_for=RELEASE)})
    assert tool.show(root) == report(source("stamp", previous=OLDER, count=1), previous=OLDER, count=1,
                                     chain=[(OLDER, 1)], complete=False)


@pytest.mark.parametrize("text", ["", "208 ", "0xd0", "-48", "4294967296", "two\n208"])
def test_loader_type_is_not_a_number(tool, make_root, text):
    root = make_root({**kexeced(), "proc/sys/kernel/bootloader_type": text})
    got = tool.on(root, "show")
    assert got.status == 0
    assert "unknown (/proc/sys/kernel/bootloader_type does not contain a number)" in got.text


def test_evidence_in_words(tool, make_root):
    for root, line in ((cold(), "cold (boot-loader type 176 is not kexec (208))"),
                       (kexeced(), "kexec (boot-loader type 208 is kexec)"),
                       ({**kexeced(), "proc/vmcore": ""}, "capture (/proc/vmcore exists)"),
                       (kexeced(cmdline="elfcorehdr=1"),
                        "capture (elfcorehdr= on the command line)"),
                       ({**ARM64, f"{CHOSEN}/{PROPERTY}": ""},
                        f"kexec (the device tree's /chosen has {PROPERTY})"),
                       (ARM64, f"unknown ({NEITHER})")):
        assert f"\nboot       {line}\n" in tool.on(make_root(root), "show").text


def test_empty_root(tool, make_root):
    got = tool.on(make_root({}), "--json", "show")
    expected = report(source("stamp", "absent", detail="there is no /proc/cmdline"),
                      release=None, boot="unknown")
    assert (got.status, got.json) == (3, expected)


@pytest.mark.parametrize("text", ["", "two words", "a" * 65, "bad\tbyte", "\x7f"])
def test_invalid_release(tool, make_root, text):
    root = make_root({**kexeced(), "proc/sys/kernel/osrelease": text})
    assert tool.show(root) == report(release=None)


def test_longest_release(tool, make_root):
    assert tool.show(make_root(kexeced(release="a" * 64)))["release"] == "a" * 64


def test_no_such_root(tool, folder):
    got = tool.on(folder / "none", "show")
    assert (got.status, got.out) == (1, b"")
    assert got.talk == f"kexec-lineage: cannot read {folder}/none: No such file or directory\n"


def test_root_that_is_a_file(tool, make_root):
    root = make_root({"file": ""})
    got = tool.on(root / "file", "show")
    assert (got.status, got.out) == (1, b"")
    assert got.talk.endswith(": not a folder (unpack a sosreport first: tar -xf FILE)\n")


def test_links_do_not_lead_out_of_the_root(tool, make_root, folder):
    outside = folder / "outside"
    outside.mkdir()
    (outside / "osrelease").write_text("6.6.6-escaped\n")
    up = "../" * 20 + str(outside)[1:]
    for target in (f"{outside}/osrelease", f"{up}/osrelease"):
        root = make_root({**kexeced(), "proc/sys/kernel/osrelease": Link(target)})
        assert tool.show(root)["release"] is None
    for target in ("/etc/hostname", "/etc/os-release"):
        root = make_root({**kexeced(), "proc/cmdline": Link(target)})
        assert tool.show(root)["sources"][2]["detail"] == "there is no /proc/cmdline"


def test_links_are_followed_inside_the_root(tool, make_root):
    root = make_root({**kexeced(), "proc/sys/kernel/osrelease": Link("/etc/release"),
                      "etc/release": "6.6.6-inside\n"})
    assert tool.show(root)["release"] == "6.6.6-inside"


def test_folders_where_files_are_expected(tool, make_root):
    root = make_root({"proc/cmdline": FOLDER, "proc/sys/kernel/osrelease": FOLDER,
                      "proc/sys/kernel/bootloader_type": FOLDER, "dev/kmsg": FOLDER,
                      "sys/kernel/debug/kho/in/fdt": FOLDER,
                      "sys/kernel/security/ima/binary_runtime_measurements": FOLDER})
    got = tool.on(root, "--json", "show")
    assert got.status == 3
    details = [entry["detail"] for entry in got.json["sources"]]
    assert details[:3] == ["/sys/kernel/security/ima/binary_runtime_measurements cannot be read: Is a directory",
                           "/sys/kernel/debug/kho/in/fdt cannot be read: Is a directory",
                           "/proc/cmdline cannot be read: Is a directory"]
