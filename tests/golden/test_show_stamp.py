# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that `show` uses valid stamps, and reports copied and malformed stamps."""
import pytest

from .system import (OLDER, OLDEST, RELEASE, cold, cold_report, kexeced, report, seal, source,
                     stamp)

CHAIN = [(OLDER, 1), (OLDEST, 2)]
FRESH = stamp(3, OLDER, f"{OLDEST}*2", made_for=RELEASE)
CAPTURE = {"proc/vmcore": ""}


def believed(*, detail=None, boot="kexec", count=3, chain=CHAIN, complete=True):
    return report(source("stamp", previous=OLDER, count=count, detail=detail), boot=boot,
                  previous=OLDER, count=count, chain=chain, complete=complete)


def stale(reason, *, boot="kexec", count=3):
    detail = f"stale: {reason}"
    return report(source("stamp", previous=OLDER, count=count, detail=detail), boot=boot,
                  conflicts=[f"stamp: {detail}"])


CASES = {
    "fresh": (kexeced(cmdline=f"ro {FRESH} quiet"), believed()),
    "made for no release": (kexeced(cmdline=stamp(3, OLDER, f"{OLDEST}*2")), believed()),
    "running release unknown": ({**kexeced(cmdline=FRESH), "proc/sys/kernel/osrelease": ""},
                                  {**believed(), "release": None}),
    "chain shorter than count": (kexeced(cmdline=stamp(9, OLDER)),
                                 believed(count=9, chain=[(OLDER, 1)], complete=False)),
    "largest count": (kexeced(cmdline=stamp(4294967295, f"{OLDER}*4294967295")),
                      believed(count=4294967295, chain=[(OLDER, 4294967295)], complete=False)),
    "quoted": (kexeced(cmdline=FRESH.replace("=", '="', 1) + '"'), believed()),
    "dash in the name": (kexeced(cmdline=FRESH.replace("_", "-", 1)), believed()),
    "two": (kexeced(cmdline=f"{stamp(1, 'A')} {FRESH}"),
            believed(detail="2 stamps on the command line; the last one is used, as the kernel does")),
    "after --": (kexeced(cmdline=f"ro -- {FRESH}"), report()),
    "capture": ({**kexeced(cmdline=stamp(3, OLDER, f"{OLDEST}*2", kind="p")), **CAPTURE},
                believed(boot="capture")),
    "made for another release": (
        kexeced(cmdline=stamp(3, OLDER, made_for="7.0.1")),
        stale(f"made for 7.0.1, but {RELEASE} is running: the loader copied an old command line; "
              "not used")),
    "made for a longer name": (
        kexeced(cmdline=stamp(3, OLDER, made_for=RELEASE + "0")),
        stale(f"made for {RELEASE}0, but {RELEASE} is running: the loader copied an old command "
              "line; not used")),
    "made for a capture kernel": (
        kexeced(cmdline=stamp(3, OLDER, kind="p", made_for=RELEASE)),
        stale("made for a capture kernel, but this is not one: the loader copied an old command "
              "line; not used")),
    "not made for a capture kernel": (
        {**kexeced(cmdline=FRESH), **CAPTURE},
        stale("not made for a capture kernel, but this is one: the loader copied the "
              "crashed kernel's command line; not used", boot="capture")),
    "after a boot by another loader": (
        cold(cmdline=FRESH),
        {**believed(boot="unknown", complete=False), "conflicts": [
            "stamp: says that this boot was a kexec, but it may be a cold boot: boot-loader type 176 is not kexec (208)"]}),
    "after a cold boot": (
        cold(cmdline=stamp(3, OLDER, f"{OLDEST}*2")),
        cold_report(source("stamp", previous=OLDER, count=3, detail=(
            "stale: this is a cold boot (boot-loader type 176 is not kexec (208)), but it reports a previous kernel; not used")), conflicts=[
                "stamp: stale: this is a cold boot (boot-loader type 176 is not kexec (208)), "
                "but it reports a previous kernel; not used"])),
}


@pytest.mark.parametrize("name", CASES)
def test_stamp(tool, make_root, name):
    root, expected = CASES[name]
    assert tool.show(make_root(root)) == expected


GOOD = FRESH.partition("=")[2]
NO_CRC = "malformed", "it does not end with a comma and eight lower-case hex digits"
BROKEN = {
    "no value": ("kexec_lineage.stamp", "malformed", "the stamp on the command line has no value"),
    "empty": ("kexec_lineage.stamp=", "malformed",
              "it does not begin with a format version and a comma (at byte 0)"),
    "version 2": (seal("2,k,1,,A"), "unsupported",
                  "its format version is unknown: found 2, expected 1"),
    "version 2 without CRC": ("kexec_lineage.stamp=2,what,ever", "unsupported",
                              "its format version is unknown: found 2, expected 1"),
    "wrong CRC": ("kexec_lineage.stamp=1,k,1,,A,00000000", "malformed",
                  "its CRC is wrong: found 00000000, expected "),
    "cut": ("kexec_lineage.stamp=" + GOOD[:-1], *NO_CRC),
    "upper-case CRC": ("kexec_lineage.stamp=1,k,1,,6.1.0-56-cloud-amd64,FB31E585", *NO_CRC),
    "kind x": (seal("1,x,1,,A"), "malformed", "its kind is neither k nor p (at byte 2)"),
    "count 0": (seal("1,k,0,,A"), "malformed", "its count is not 1 to 4294967295 (at byte 4)"),
    "count 2^32": (seal("1,k,4294967296,,A"), "malformed",
                   "its count is not 1 to 4294967295 (at byte 4)"),
    "no chain": (seal("1,k,1,,"), "malformed", "its chain is empty"),
    "more kernels than kexecs": (seal("1,k,1,,A,B"), "malformed",
                                 "its chain names more kernels than its count"),
    "an entry *1": (seal("1,k,2,,A*1"), "malformed",
                    "the number after '*' is not 2 to 4294967295"),
    "too long": (seal("1,k,300,," + ",".join(["abcdefg", "gfedcba"] * 70)), "malformed",
                 "it is too long"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_stamp(tool, make_root, name):
    text, status, detail = BROKEN[name]
    got = tool.show(make_root(kexeced(cmdline=f"ro {text} quiet")))
    found = got["sources"][2]
    if not detail.startswith("the stamp"):
        detail = f"the stamp on the command line: {detail}"
    assert found["detail"].startswith(detail)
    assert got == report(source("stamp", status, detail=found["detail"]))


def test_broken_second_stamp_hides_the_first(tool, make_root):
    """As in the kernel, the last stamp is used, valid or not."""
    got = tool.show(make_root(kexeced(cmdline=f"{FRESH} {FRESH[:-1]}")))
    assert got["previous_release"] is None
    assert got["sources"][2]["status"] == "malformed"
