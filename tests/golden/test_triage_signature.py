# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of triage --signature, and of what triage says if it compares nothing."""
import re

import pytest

from .fleet import Fleet

BAD = "7.2.9"


@pytest.fixture
def fleet(tool, folder):
    return Fleet(tool, folder / "fleet.db")


def test_boots_without_an_origin(fleet):
    fleet.add("7.3.4", None, 12, boot="kexec", count="unknown")
    got = fleet.run()
    assert got.status == 3 and got.talk == (
        "kexec-lineage: triage: none of the 12 boots in the store has a known origin; a log shows the origin if it has "
        "the start of the boot, and the kernel a stamp or the module\n")


def test_any_crash_on_request(tool, fleet):
    """If another finding explains any crash, the comparison is printed, with the reason why it is not a finding."""
    for number in range(20):
        fleet.add("7.3.4", BAD, 10, 3, host=f"m{number}").add("7.3.4", "7.2.8", 10, 0, host=f"m{number}")
        fleet.add("7.3.4", "7.2.8", 1, 1, signature="other", host=f"m{number}")
    got = fleet.run("--signature=any crash")
    assert got.status == 0 and "\nNo finding of its own: all crashes together show no" in got.text
    assert re.search(r"^ +7\.2\.9 +200 +60 +30\.0 %", got.text, re.MULTILINE)


def test_any_crash_without_a_comparison(tool, fleet):
    """In each release, the boots that crashed have the same signature."""
    fleet.add("7.3.4", BAD, 200, 100).add("7.3.4", "7.2.8", 200)
    for command in ("triage", "report"):
        operands = ["--signature=any crash"] if command == "triage" else ["any crash"]
        got = tool.run(command, f"--store={fleet.path}", *operands)
        assert got.status == 3 and got.out == b""
        assert got.talk == (f"kexec-lineage: {command}: 'any crash' has no finding of its own: in each release, all boots "
                            "that crashed have the same signature, for example 'sig' in 7.3.4; name this signature\n")
        got = tool.run(command, f"--store={fleet.path}", "--release=7.2", *operands)
        assert got.status == 3 and "no boot of a release that matches 7.2 with a known origin crashed" in got.talk


def test_the_beginning_of_a_signature(fleet):
    fleet.add("7.3.4", BAD, 200, 100, signature="abc1").add("7.3.4", "7.2.8", 200)
    assert fleet.report("--signature=ab")["findings"] == fleet.report("--signature=abc1")["findings"] != []
    fleet.add("7.3.4", "7.2.8", 10, 5, signature="abd1")
    got = fleet.run("--signature=ab")
    assert got.status == 3 and "2 signatures begin with 'ab', for example 'abc1' and 'abd1'" in got.talk


def test_html_needs_a_name(fleet):
    got = fleet.run("--html=")
    assert got.status == 2 and got.out == b"" and "invalid --html value '' (expected the name of a file)" in got.talk
