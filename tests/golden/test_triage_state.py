# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of `triage --state`: findings that are new, worse or gone since a time."""
import os
import random
import sqlite3
import time

import pytest

from .fleet import Fleet
from .test_triage_machines import BAD, DAY_S, ORIGINS, START, WEEK, Boot, pick, store

SPLIT = START + 4 * WEEK
SINCE = f"--since=@{SPLIT}"
UNTIL = f"--until=@{START + 8 * WEEK}"
OTHERS = 0.004  # share of the boots after other kernels that crash
ALL = "new,worse,gone"
SEEDS = 20 if os.environ.get("KEXEC_LINEAGE_MATRIX") else 4


def boots_of(rng, before, since, machines=300, boots=10, **more):
    """Yield boots of eight weeks. @before, @since: the share of boots after BAD that crash in each half."""
    for machine in range(machines):
        for _ in range(boots):
            week, previous = rng.random() * 8, pick(rng, 0.3)
            bad = before if week < 4 else since
            yield Boot(f"m{machine}", week, previous, rng.random() < (bad if previous == BAD else OTHERS), **more)


@pytest.fixture
def fleet(tool, folder):
    return Fleet(tool, folder / "fleet.db")


def changes(fleet, states=ALL, *arguments):
    report = fleet.run("--json", SINCE, UNTIL, f"--state={states}", *arguments).json
    return [(one["state"], one["factor"], one["value"]) for one in report["changes"]], report


@pytest.mark.parametrize(("before", "since", "expected"), [
    (OTHERS, 0.1, "new"), (0.04, 0.25, "worse"), (0.1, 0, "gone"), (0.1, 0.1, None), (0.25, 0.1, None),
    (OTHERS, OTHERS, None)])
def test_states(fleet, before, since, expected):
    store(fleet, boots_of(random.Random(1), before, since))
    found, report = changes(fleet)
    assert found == ([(expected, "previous_release", BAD)] if expected else [])
    status = fleet.run(SINCE, UNTIL, f"--state={ALL}").status
    assert status == (10 if expected in ("new", "worse") else 0)
    assert [one["value"] for one in report["findings"]] == ([BAD] if status == 10 else [])
    for state in ("new", "worse", "gone"):
        assert [one[0] for one in changes(fleet, state)[0]] == ([state] if state == expected else [])


def test_few_of_the_same_are_called_worse_or_gone(tool, folder):
    """If nothing changes, at most one of twenty reports says so."""
    wrong = 0
    for seed in range(SEEDS):
        fleet = Fleet(tool, folder / f"{seed}.db")
        store(fleet, boots_of(random.Random(seed), 0.08, 0.08, machines=150))
        wrong += any(one[0] != "new" for one in changes(fleet)[0])
    assert wrong <= 1


def test_numbers(fleet, expect_text):
    boots = list(boots_of(random.Random(1), 0.1, 0))
    store(fleet, boots)
    [one] = changes(fleet)[1]["changes"]
    of_bad = [boot for boot in boots if boot.previous == BAD]
    late = [boot for boot in of_bad if boot.week >= 4]
    assert (one["boots"], one["crashed"]) == (len(late), 0)
    assert one["boots_before"] == len(of_bad) - len(late)
    assert one["crashed_before"] == sum(boot.crashed for boot in of_bad)
    assert one["q"] < 0.001
    text = fleet.run(SINCE, UNTIL, f"--state={ALL}").text.partition("\n")[2]
    expect_text("triage-state", text)


def page_of(fleet, folder, *arguments):
    fleet.run(SINCE, UNTIL, f"--html={folder}/page.html", *arguments)
    return (folder / "page.html").read_text()


def test_page(fleet, folder):
    store(fleet, boots_of(random.Random(1), 0.1, 0))
    assert "Gone: oops in f in 7.3.4 after a kexec from 7.2.9 (associated)." in page_of(fleet, folder, "--state=gone")


def test_no_page_denies_what_it_leaves_out(fleet, folder):
    """A page without the unchanged findings, or without known bugs, does not say that nothing was found."""
    store(fleet, boots_of(random.Random(1), 0.1, 0.1))
    known = folder / "known"
    known.write_text("signature: sig\nnote: a note\n")
    for options in ["--state=new"], [f"--known={known}", "--hide-known"]:
        page = page_of(fleet, folder, *options)
        assert "7.3.4 crashed in" not in page and "No dependence" not in page
    store(other := Fleet(fleet.tool, folder / "other.db"), boots_of(random.Random(1), OTHERS, OTHERS))
    assert "No dependence" in page_of(other, folder)


def test_status_is_that_of_the_changes(fleet):
    """A new suspect beside an unchanged association is not an association that is new."""
    rng = random.Random(3)
    loops = [Boot(f"loop{number % 3}", 4 + rng.random() * 4, ORIGINS[1], rng.random() < 0.9) for number in range(120)]
    store(fleet, [*boots_of(rng, 0.15, 0.15), *loops])
    found, report = changes(fleet, "new")
    assert found == [("new", "previous_release", ORIGINS[1])] and report["changes"][0]["verdict"] == "suspect"
    assert fleet.run(SINCE, UNTIL).status == 10 and fleet.run(SINCE, UNTIL, "--state=new").status == 0


def test_period_that_has_not_ended(fleet):
    """The future does not show that a crash after many days is gone."""
    weeks_until_now = (time.time() - START) / WEEK
    store(fleet, [boot._replace(week=weeks_until_now - 8 + boot.week)
                  for boot in boots_of(random.Random(1), 0.1, 0, uptime=4 * DAY_S)])
    since = int(time.time()) - 4 * WEEK
    for until in since + 4 * WEEK, since + 100 * WEEK:
        assert fleet.run("--json", f"--since=@{since}", f"--until=@{until}", "--state=gone").json["changes"] == []


def test_nobody_boots_after_it_any_more(fleet):
    """A finding that the newer period has no boots of is not gone."""
    boots = boots_of(random.Random(1), 0.1, 0)
    store(fleet, [boot for boot in boots if boot.previous != BAD or boot.week < 4])
    assert changes(fleet)[0] == []


def test_other_machines(fleet):
    """Boots of other hardware do not show that a crash is gone."""
    store(fleet, [boot._replace(label="new" if boot.week >= 4 else "old", host=boot.host + str(boot.week >= 4))
                  for boot in boots_of(random.Random(1), 0.1, 0)])
    assert changes(fleet)[0] == []


def test_other_counts(fleet):
    """A kexec count that the older period does not have shows neither."""
    store(fleet, [boot._replace(count=5 if boot.week >= 4 else 1) for boot in boots_of(random.Random(1), 0.04, 0.25)])
    assert [one for one in changes(fleet)[0] if one[0] != "new"] == []


def test_opposite_counts(fleet):
    """A crash at large kexec counts and one at small kexec counts are two findings."""
    rng = random.Random(1)
    boots = []
    for number in range(3000):
        week, count = rng.random() * 8, rng.randint(1, 6)
        is_bad = count <= 2 if week >= 4 else count >= 5
        crashes = rng.random() < (0.1 if is_bad else OTHERS)
        boots.append(Boot(f"m{number % 300}", week, ORIGINS[1], crashes, count=count))
    store(fleet, boots)
    assert [one[:2] for one in changes(fleet)[0]] == [("new", "kexec_count"), ("gone", "kexec_count")]


@pytest.mark.parametrize(("uptime", "is_gone"), [(DAY_S, True), (4 * DAY_S, False), (None, False)])
def test_late_crashes(fleet, uptime, is_gone):
    """If the lengths of the boots are unknown, a crash after many days is not gone: it may still come."""
    store(fleet, boots_of(random.Random(1), 0.1, 0, uptime=uptime or 1))
    if not uptime:
        with sqlite3.connect(fleet.path) as database:
            database.execute("UPDATE crashes SET uptime_us = NULL")
    assert bool(changes(fleet)[0]) == is_gone


@pytest.mark.parametrize(("days", "is_gone"), [(12, True), (1, False)])
def test_known_lengths(fleet, days, is_gone):
    """If the lengths are known, boots that ended before the time of the crashes do not show that they are gone."""
    store(fleet, [boot._replace(length=(12 if boot.week < 4 else days) * DAY_S)
                  for boot in boots_of(random.Random(1), 0.1, 0, uptime=4 * DAY_S)])
    assert bool(changes(fleet)[0]) == is_gone


def test_range_and_releases(fleet):
    """A finding on a release of a range is the finding on the range."""
    rng = random.Random(1)
    boots = []
    for number in range(4000):
        week, previous = rng.random() * 8, rng.choice(ORIGINS)
        is_bad = previous == BAD or (previous == "7.2.8" and week >= 4)
        boots.append(Boot(f"m{number % 300}", week, previous, rng.random() < (0.1 if is_bad else OTHERS)))
    store(fleet, boots)
    report = fleet.run("--json", SINCE, UNTIL).json
    assert [one["factor"] for one in report["findings"] if one["verdict"] == "associated"] == ["previous_range"]
    assert [one for one in changes(fleet)[0] if one[0] != "worse"] == []


def test_known_bugs(fleet, folder):
    store(fleet, boots_of(random.Random(1), OTHERS, 0.1))
    known = folder / "known"
    known.write_text("signature: sig\nnote: a note\n")
    assert "a note" in fleet.run(SINCE, UNTIL, "--state=new", f"--known={known}").text
    assert changes(fleet, ALL, f"--known={known}", "--hide-known")[0] == []


def test_selected_crash(fleet):
    store(fleet, boots_of(random.Random(1), OTHERS, 0.1))
    assert changes(fleet, ALL, "--signature=other")[0] == []
    assert changes(fleet, ALL, "--release=7.3.4")[0] != [] and changes(fleet, ALL, "--release=7.3.5")[0] == []


def test_no_change(fleet):
    store(fleet, boots_of(random.Random(1), 0.1, 0.1))
    got = fleet.run(SINCE, UNTIL, "--state=new")
    assert got.status == 0 and "No finding is in a requested state since " in got.text


@pytest.mark.parametrize(("arguments", "message"), [
    ([SINCE, "--state=old"], "invalid --state value 'old' (expected new, worse or gone, or several of them separated by "),
    ([SINCE, "--state="], "invalid --state value ''"),
    ([SINCE, "--state=new,"], "invalid --state value 'new,'"),
    (["--state=new"], "--state needs --since=TIME"),
    *(([SINCE, "--state=new", option], "--state excludes --watch, --policy, --textfile and --csv")
      for option in ("--policy=-", "--textfile=x", "--csv")),
])
def test_usage(fleet, arguments, message):
    got = fleet.run(*arguments)
    assert got.status == 2 and message in got.talk, got
