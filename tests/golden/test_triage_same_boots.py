# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that `triage` reports several crashes of the same boots once."""
import csv
import io
import json
import random
import re
import sqlite3
from collections import namedtuple
from pathlib import Path

import pytest

from .fleet import Fleet

BAD = "7.2.9"
ORIGINS = (BAD, "7.1.4", "7.2.8", "7.3.1")
CRASHES = {"warn": ("WARNING in f", "warning"), "oops": ("general protection fault in f", "gpf"),
           "bug": ("kernel BUG in g", "bug")}

# count: kexecs since the cold boot, which has count 0; chain: previous kernels, newest first.
Boot = namedtuple("Boot", "previous crashes count chain", defaults=((), 1, None))


def store(fleet, boots, release="7.3.4", first=0):
    """Add boots of a release to the store, each on its own machine. @first: number of the first machine"""
    with sqlite3.connect(fleet.path) as database:
        database.executemany("INSERT OR IGNORE INTO releases (name) VALUES (?)",
                             [(name,) for name in (*ORIGINS, "6.6.1", release)])
        numbers = dict(database.execute("SELECT name, id FROM releases"))
        for number, boot in enumerate(boots, first):
            chain = boot.chain and json.dumps([{"release": name, "runs": 1} for name in boot.chain],
                                              separators=(",", ":"))
            row = database.execute(
                "INSERT INTO boots (host, boot_id, release, boot, previous, kexec_count, chain, chain_is_complete)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (f"m{number}", f"{release}-{number}", numbers[release], "kexec" if boot.count else "cold",
                 numbers[boot.previous] if boot.count else numbers[""], boot.count, chain, chain is not None)).lastrowid
            for uptime, signature in enumerate(boot.crashes, 5):
                title, kind = CRASHES[signature]
                database.execute("INSERT INTO crashes (boot, uptime_us, title, type, frames, signature)"
                                 " VALUES (?, ?, ?, ?, 'f', ?)", (row, uptime * 1000000, title, kind, signature))


def healthy(boots=300, count=1):
    """Return boots after each kernel except BAD that do not crash."""
    return [Boot(previous, count=count) for previous in ORIGINS[1:] for _ in range(boots)]


def after_bad(*crashes, boots=200, count=1):
    """Return boots after BAD of which the first have these crashes."""
    return [Boot(BAD, crashes[number] if number < len(crashes) else (), count) for number in range(boots)]


def report_of(tool, folder, boots, *arguments):
    fleet = Fleet(tool, folder / "fleet.db")
    store(fleet, boots)
    return fleet, fleet.report(*arguments)


def reported(report):
    """Return each association as (signature, value, other signatures of the same boots)."""
    return [(one["signature"], one["value"], one["same_boots"]) for one in report["findings"]
            if one["verdict"] == "associated"]


def test_same_boots(tool, folder):
    """Each boot that crashed has a warning and then an oops. The oops is reported, with the warning beside it."""
    fleet, report = report_of(tool, folder, healthy() + after_bad(*[("warn", "oops")] * 20))
    assert reported(report) == [("oops", BAD, ["warn"])]
    assert {one["verdict"] for one in report["findings"]} == {"associated"}
    text = " ".join(fleet.run("--html=" + str(folder / "page.html")).text.split())
    assert text.count("a kexec from 7.2.9") == 1
    sentence = "Each boot of this group that crashed also had: WARNING in f."
    assert sentence in text and "No dependence found" not in text
    assert sentence in (folder / "page.html").read_text()
    rows = [row for row in csv.DictReader(io.StringIO(fleet.run("--csv").text)) if row["verdict"] == "associated"]
    assert [(row["signature"], row["same_boots"]) for row in rows] == [("oops", "warn")]


def test_same_number_of_other_boots(tool, folder):
    """As many boots have the one crash as the other, but not the same boots."""
    _, report = report_of(tool, folder, healthy() + after_bad(*[("warn",), ("oops",)] * 20))
    assert sorted(reported(report)) == [("oops", BAD, []), ("warn", BAD, [])]


def test_most_boots(tool, folder):
    """All boots but one with each crash have both: two findings."""
    _, report = report_of(tool, folder, healthy() + after_bad(*[("warn", "oops")] * 20, ("warn",), ("oops",)))
    assert sorted(reported(report)) == [("oops", BAD, []), ("warn", BAD, [])]


def test_stronger(tool, folder):
    """After other kernels, some boots have only the oops. The finding on the warning is stronger."""
    boots = healthy() + after_bad(*[("warn", "oops")] * 20) + [Boot(ORIGINS[1], ("oops",))] * 2
    _, report = report_of(tool, folder, boots)
    assert reported(report) == [("warn", BAD, ["oops"])]


def test_earlier(tool, folder):
    """Of two crashes that are not warnings, the earlier is reported; the third crash is on other boots."""
    boots = healthy() + after_bad(*[("oops", "bug")] * 20, *[("warn",)] * 20)
    _, report = report_of(tool, folder, boots)
    assert sorted(reported(report)) == [("oops", BAD, ["bug"]), ("warn", BAD, [])]


def test_three_crashes(tool, folder):
    _, report = report_of(tool, folder, healthy() + after_bad(*[("warn", "bug", "oops")] * 20))
    (signature, value, others), = reported(report)
    assert (signature, value, sorted(others)) == ("bug", BAD, ["oops", "warn"])


def test_two_releases(tool, folder):
    """The boots of another release are not in the group: there, the crashes are on different boots."""
    fleet = Fleet(tool, folder / "fleet.db")
    store(fleet, healthy() + after_bad(*[("warn", "oops")] * 20))
    others = [Boot(name, one) for name in ORIGINS[1:] for one in (("warn",), ("oops",))]
    store(fleet, healthy() + after_bad(("warn",), ("oops",)) + others, "7.4.0", first=10000)
    assert reported(fleet.report()) == [("oops", BAD, ["warn"])]


@pytest.mark.parametrize("is_same", [True, False])
def test_kexec_count(tool, folder, is_same):
    """From the fourth kexec on, boots have two crashes, or one of the two."""
    crashes = [("warn", "oops")] * 20 if is_same else [("warn",), ("oops",)] * 20
    boots = [boot for count in range(1, 7) for boot in healthy(50, count)]
    boots += [Boot(previous, one, 4) for one in crashes for previous in ORIGINS[1:]]
    boots += [Boot(ORIGINS[1], ("warn",), 1), Boot(ORIGINS[1], ("oops",), 1)]  # not in the group
    _, report = report_of(tool, folder, boots)
    expected = [("oops", 4, ["warn"])] if is_same else [("oops", 4, []), ("warn", 4, [])]
    assert sorted(reported(report)) == expected


@pytest.mark.parametrize("is_same", [True, False])
def test_ancestor(tool, folder, is_same):
    """The second kernel back makes boots crash, whatever the previous kernel is."""
    rng = random.Random(1)
    boots = []
    for number in range(1200):
        first, previous = rng.choice((BAD, "6.6.1")), rng.choice(ORIGINS[1:])
        crashes = ()
        if first == BAD and rng.random() < 0.1:
            crashes = ("warn", "oops") if is_same else (rng.choice(("warn", "oops")),)
        elif first != BAD and number < 10:
            crashes = (("warn", "oops")[number % 2],)  # not in the group
        boots.append(Boot(previous, crashes, 2, (previous, first)))
    _, report = report_of(tool, folder, boots)
    found = sorted((one["factor"], one["signature"], one["value"], one["same_boots"]) for one in report["findings"]
                   if one["verdict"] == "associated")
    if is_same:
        assert found == [("ancestor", "oops", BAD, ["warn"])]
    else:
        assert found == [("ancestor", "oops", BAD, []), ("ancestor", "warn", BAD, [])]


@pytest.mark.parametrize("is_same", [True, False])
def test_any_kexec(tool, folder, is_same):
    """Boots after a kexec crash, cold boots do not."""
    boots = [Boot(None, count=0)] * 600 + [Boot(name) for name in ORIGINS for _ in range(140)]
    for name in ORIGINS:
        boots += [Boot(name, ("warn", "oops"))] * 10 if is_same else [Boot(name, ("warn",)), Boot(name, ("oops",))] * 10
    _, report = report_of(tool, folder, boots)
    found = [(one["factor"], one["signature"], one["same_boots"]) for one in report["findings"]
             if one["verdict"] == "associated"]
    expected = [("kexec", "oops", ["warn"])] if is_same else [("kexec", "oops", []), ("kexec", "warn", [])]
    assert sorted(found) == expected


def test_watch(tool, folder):
    """A finding stays established if the crash that is reported for the same boots changes."""
    fleet = Fleet(tool, folder / "fleet.db")
    store(fleet, healthy() + after_bad(*[("warn", "oops")] * 40))
    got = fleet.run("--json", "--watch=7.3.4")
    assert (got.status, got.json["findings"][0]["signature"]) == (10, "oops")
    store(fleet, [Boot(ORIGINS[1], ("oops",))], first=10000)
    got = fleet.run("--json", "--watch=7.3.4")
    assert got.json["findings"][0]["signature"] == "warn" and got.json["watch"]["look"] == 1
    assert (got.status, got.json["watch"]["decision"], got.json["watch"]["established"]) == (10, "stop", 1)


def test_kernel_continues_after_a_warning():
    """Each type that triage takes for a warning has only crashes after which the kernel continues."""
    root = Path(__file__).resolve().parents[2]
    source = (root / "triage/same_boots.c").read_text(encoding="utf-8")
    warnings = re.findall(r'"([a-z-]+)"', re.search(r"const types\[\] = \{(.*?)\}", source, re.DOTALL)[1])
    gravities = {}
    for section in re.split(r"(?m)^\[", (root / "intake/recognise/data/classes.txt").read_text(encoding="utf-8")):
        values = dict(re.findall(r"(?m)^(type|gravity) = (\S+)$", section))
        if "type" in values:
            gravities.setdefault(values["type"], set()).add(values.get("gravity", "report"))
    assert {type_: gravities.get(type_) for type_ in warnings} == dict.fromkeys(warnings, {"report"}) and warnings
