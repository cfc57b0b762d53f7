# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that `show` reads the files of the module and the kernel log, and prefers other sources to them."""
import pytest

from .system import (MODULE, OLDER, OLDEST, RELEASE, Forbidden, cold, cold_report, kexeced, kho,
                     kmsg, metadata, module, report, source, stamp)

CHAIN = [(OLDER, 1), (OLDEST, 2)]
NEXT = stamp(4, RELEASE, OLDER, f"{OLDEST}*2")
FULL = module(OLDER, "3", f"{OLDER}, {OLDEST}*2", boot="kexec")
NO_LINE = 'the kernel log has no "exec from" line'
BAD = f"a file in /{MODULE} does not contain a valid release, count, chain or stamp"
NONE_BEFORE = "the module kexec_lineage knows no previous kernel"

MODULES = {
    "full": (FULL, report(source("module", previous=OLDER, count=3), previous=OLDER, count=3,
                          chain=CHAIN, complete=True)),
    "no chain": (module(OLDER, "3"), report(source("module", previous=OLDER, count=3),
                                            previous=OLDER, count=3, chain=[(OLDER, 1)])),
    "no count": (module(OLDER), report(source("module", previous=OLDER), previous=OLDER,
                                       chain=[(OLDER, 1)])),
    "chain of another kernel": (module(OLDER, "3", f"A,{OLDEST}"),
                                report(source("module", previous=OLDER, count=3), previous=OLDER, count=3,
                                       chain=[(OLDER, 1)])),
    "empty files": (module("", "", ""), report(source("module", "absent", detail=NONE_BEFORE))),
    "no files": ({f"{MODULE}/boot": "cold\n"},
                 report(source("module", "absent", detail=NONE_BEFORE))),
    "count without release": (module("", "2"), report(source("module", "absent",
                                                             detail=NONE_BEFORE))),
    "bad release": (module("two words", "1"), report(source("module", "malformed", detail=BAD))),
    "bad count": (module(OLDER, "-1"), report(source("module", "malformed", detail=BAD))),
    "bad chain": (module(OLDER, "1", f"{OLDER},,A"), report(source("module", "malformed",
                                                                   detail=BAD))),
    "chain with a blank": (module(OLDER, "1", f"{OLDER} A"), report(source("module", "malformed",
                                                                           detail=BAD))),
    "next stamp": (module(OLDER, "3", f"{OLDER}, {OLDEST}*2", next_stamp=NEXT),
                   report(source("module", previous=OLDER, count=3), previous=OLDER, count=3,
                          chain=CHAIN, complete=True)),
    "next stamp without its name": (module(OLDER, "3", next_stamp=NEXT.partition("=")[2]),
                                    report(source("module", "malformed", detail=BAD))),
    "broken next stamp": (module(OLDER, "3", next_stamp=NEXT[:-1]),
                          report(source("module", "malformed", detail=BAD))),
    "chain too long": (module(OLDER, "1", ", ".join(["A", "B"] * 300)),
                       report(source("module", "malformed", detail=BAD))),
}


@pytest.mark.parametrize("name", MODULES)
def test_module(tool, make_root, name):
    root, expected = MODULES[name]
    assert tool.show(make_root(kexeced(), root)) == expected


def test_module_and_stamp_differ(tool, make_root):
    fresh = stamp(5, OLDER, made_for=RELEASE)
    for root, conflict in ((FULL, "module: counts 3; 5 is used"),
                           (module("6.6", "5"), f"module: says the previous kernel was 6.6; {OLDER} "
                                                "is used")):
        got = tool.show(make_root(kexeced(cmdline=fresh), root))
        assert got["conflicts"] == [conflict]
        assert (got["previous_release"], got["kexec_count"]) == (OLDER, 5)


def test_module_gives_the_chain_that_a_blob_lacks(tool, make_root):
    got = tool.show(make_root(kexeced(), FULL, kho("kho-v4", metadata(OLDER, 3))))
    assert got["chain"] == [{"release": OLDER, "runs": 1}, {"release": OLDEST, "runs": 2}]
    assert got["conflicts"] == []


def test_module_after_a_cold_boot(tool, make_root):
    nothing = make_root(cold(), module("", "0", "", boot="cold"))
    assert tool.show(nothing) == cold_report(source("module", "absent", detail=NONE_BEFORE))
    shown = tool.show(make_root(cold(), FULL))
    assert (shown["previous_release"], shown["kexec_count"], shown["chain"]) == (None, 0, [])
    assert shown["conflicts"][0].startswith("module: stale: this is a cold boot")


def test_module_forbidden(unprivileged, make_root):
    root = make_root(kexeced(), FULL, {f"{MODULE}/chain": Forbidden(b"")})
    assert unprivileged.show(root) == report(
        source("module", "forbidden", detail=f"reading /{MODULE} needs root"))


KHO_LINE = f"6,100,500000,-;KHO: exec from: {OLDER} (count 1)"
OUR_LINE = f"6,200,900000,-;kexec_lineage: exec from: {OLDER} (count 3)"
OUR_CHAIN = f"6,201,900001,-,caller=T1;kexec_lineage: chain: {OLDER}, {OLDEST}*2"
ONE = report(source("log", previous=OLDER, count=1), previous=OLDER, count=1, chain=[(OLDER, 1)],
             complete=True)
THREE = report(source("log", previous=OLDER, count=3), previous=OLDER, count=3, chain=CHAIN,
               complete=True)
LOGS = {
    "KHO": ([KHO_LINE], ONE),
    "KHO among others": (["6,1,1,-;Linux version 7", KHO_LINE, " SUBSYSTEM=x", "6,9,9,-;end"], ONE),
    "module": ([OUR_LINE, OUR_CHAIN], THREE),
    "KHO after the module": ([OUR_LINE, OUR_CHAIN, KHO_LINE], THREE),
    "KHO before the module": ([KHO_LINE, OUR_LINE, OUR_CHAIN], THREE),
    "repeated at an oops": ([OUR_LINE, OUR_CHAIN, "4,300,1,-;Oops", OUR_LINE], THREE),
    "chain over two lines": ([OUR_LINE, f"6,201,9,-;kexec_lineage: chain: {OLDER}",
                              f"6,202,9,-;kexec_lineage: chain, continued: {OLDEST}*2"], THREE),
    "the module was loaded twice": ([OUR_LINE, "6,201,9,-;kexec_lineage: chain: A, B", OUR_LINE,
                                     OUR_CHAIN], THREE),
    "count 0 is ignored": ([KHO_LINE.replace("count 1", "count 0"), KHO_LINE], ONE),
}


@pytest.mark.parametrize("name", LOGS)
def test_log(tool, make_root, name):
    lines, expected = LOGS[name]
    assert tool.show(make_root(kexeced(), kmsg(*lines))) == expected


NOT_SAID = {
    "user facility": f"14,100,5,-;KHO: exec from: {OLDER} (count 1)",
    "user facility 8": f"8,100,5,-;KHO: exec from: {OLDER} (count 1)",
    "no prefix": f"KHO: exec from: {OLDER} (count 1)",
    "prefix of dmesg": f"[    0.5] KHO: exec from: {OLDER} (count 1)",
    "bad priority": f"x,100,5,-;KHO: exec from: {OLDER} (count 1)",
    "semicolon first": f"6;1,KHO: exec from: {OLDER} (count 1)",
    "continuation": f" 6,1,1,-;KHO: exec from: {OLDER} (count 1)",
    "not at the start": f"6,1,1,-;foo: KHO: exec from: {OLDER} (count 1)",
    "cut after the release": f"6,1,1,-;KHO: exec from: {OLDER}",
    "cut in the count": f"6,1,1,-;KHO: exec from: {OLDER} (count 1",
    "no count": f"6,1,1,-;KHO: exec from: {OLDER} (count )",
    "count of 2^32": f"6,1,1,-;KHO: exec from: {OLDER} (count 4294967296)",
    "text after the count": f"6,1,1,-;KHO: exec from: {OLDER} (count 1) x",
    "release too long": f"6,1,1,-;KHO: exec from: {'a' * 65} (count 1)",
    "no release": "6,1,1,-;KHO: exec from:  (count 1)",
    "chain alone": OUR_CHAIN,
    "chain continued alone": f"6,201,9,-;kexec_lineage: chain, continued: {OLDER}",
    "cold boot": "6,200,9,-;kexec_lineage: cold boot",
    "unknown": "6,200,9,-;kexec_lineage: previous kernel unknown",
}


@pytest.mark.parametrize("name", NOT_SAID)
def test_line_without_a_lineage(tool, make_root, name):
    assert tool.show(make_root(kexeced(), kmsg(NOT_SAID[name]))) == report(
        source("log", "absent", detail=NO_LINE))


def test_log_after_a_cold_boot(tool, make_root):
    got = tool.show(make_root(cold(), kmsg(KHO_LINE)))
    assert (got["boot"], got["chain_complete"]) == ("unknown", False)
    assert got["conflicts"][0].startswith("log: says that this boot was a kexec, but it may be a cold boot")


def test_log_contradicts_the_blob(tool, make_root):
    root = make_root(kexeced(), kho("kho-v4", metadata("7.1.1", 2)), kmsg(OUR_LINE))
    got = tool.show(root)
    assert (got["previous_release"], got["kexec_count"]) == ("7.1.1", 2)
    assert got["conflicts"] == [f"log: says the previous kernel was {OLDER}; 7.1.1 is used"]


def test_blob_in_the_log_contradicts_the_stamp(tool, make_root):
    fresh = stamp(9, "6.6", made_for=RELEASE)
    got = tool.show(make_root(kexeced(cmdline=fresh), kmsg(KHO_LINE)))
    assert (got["previous_release"], got["kexec_count"]) == (OLDER, 1)
    assert got["conflicts"] == [f"stamp: stale: says the previous kernel was 6.6, KHO's metadata "
                                f"says {OLDER}; not used"]
