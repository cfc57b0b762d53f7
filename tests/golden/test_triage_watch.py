# SPDX-License-Identifier: GPL-2.0-or-later
"""Golden tests of triage --watch."""
import json
import sqlite3
import subprocess

import pytest

from .fleet import Fleet

BAD = "7.2.9"
OTHERS = ("7.1.4", "7.2.8", "7.3.1")
GO, STOP, HOLD = 0, 10, 12


@pytest.fixture
def fleet(tool, folder):
    return Fleet(tool, folder / "fleet.db")


def look(fleet, *options, watched="7.3.4"):
    """Run `triage --watch` once. Return the decision, and check that the exit status matches it."""
    got = fleet.run("--json", f"--watch={watched}", *options)
    assert got.talk == "", got
    watch = got.json["watch"]
    assert got.status == {"go": GO, "stop": STOP, "hold": HOLD}[watch["decision"]]
    return watch


def ledger(fleet):
    with sqlite3.connect(fleet.path) as database:
        return database.execute("SELECT watched, number, level, decision, found FROM looks ORDER BY 1, 2").fetchall()


def add_clean(fleet, boots, crashed=0):
    for previous in (BAD, *OTHERS):
        fleet.add("7.3.4", previous, boots, crashed, host=f"host{previous}{boots}")
    return fleet


def add_bad(fleet, boots, crashed, host):
    """Add boots of several machines after BAD."""
    for number in range(8):
        fleet.add("7.3.4", BAD, boots // 8, crashed // 8, host=f"{host}{number}")
    return fleet


def test_hold_then_go(fleet):
    add_clean(fleet, 20)
    first = look(fleet)
    assert (first["decision"], first["look"], first["level"]) == ("hold", 0, None)
    assert first["boots"] == 20 < first["boots_needed"]
    add_clean(fleet, 1000, 1)
    second = look(fleet)
    assert (second["decision"], second["look"]) == ("go", 1) and second["boots"] >= second["boots_needed"]
    assert second["level"] == pytest.approx(0.05 / 32)


def test_nothing_was_tested(fleet):
    """A look that tests nothing says why, and does not say that something was tested before."""
    first = "hold: 9.9: the store has no boot of it with a known origin\n\n"
    got = fleet.run("--watch=9.9")
    assert got.status == HOLD and got.text.startswith(first)
    add_clean(fleet, 20)
    assert fleet.run("--watch=9.9").text.startswith(first)
    got = fleet.run("--watch=7.3.4")
    text = " ".join(got.text.partition("\n\n")[0].split())
    assert got.status == HOLD and text.startswith("hold: 7.3.4: too few boots (20 after the most frequent")
    assert text.endswith("needed); not tested: none of its boots crashed")


def test_stop(fleet):
    add_clean(fleet, 200)
    add_bad(fleet, 200, 40, "bad")
    assert (watch := look(fleet))["decision"] == "stop" and watch["established"] == 1
    [(watched, number, level, decision, found)] = ledger(fleet)
    assert (watched, number, decision, found) == ("7.3.4", 1, "stop", f"previous_release {BAD} 7.3.4 sig")
    assert level == pytest.approx(0.05 / 32)
    got = fleet.run("--watch=7.3.4")
    assert got.status == STOP
    assert got.text.startswith("stop: 7.3.4: 1 finding is established; look 1, at level 0.0016\n\n")
    assert f"crashed in 40 of 400 boots after a kexec from {BAD}" in " ".join(got.text.split())


def test_the_same_data(fleet):
    """A look spends nothing if the data are the same, or if only boots without a crash were added."""
    add_bad(add_clean(fleet, 200), 200, 40, "bad")
    assert [look(fleet)["look"] for _ in range(3)] == [1, 1, 1] and len(ledger(fleet)) == 1
    fleet.add("7.3.4", OTHERS[0], 1, host="late")
    watch = look(fleet)
    assert (watch["decision"], watch["look"], watch["level"]) == ("stop", 1, None) and len(ledger(fleet)) == 1


def test_unestablished_findings(fleet):
    """A finding that is associated in a single report is not established at the smaller level of a look."""
    add_clean(fleet, 300)
    for number in range(5):
        fleet.add("7.3.4", BAD, 20, 1, host=f"m{number}")
    finding = fleet.run("--json", "--release=7.3.4").json["findings"][0]
    assert finding["verdict"] == "associated" and 0.05 / 32 < finding["q"] <= 0.05
    assert (watch := look(fleet))["decision"] == "hold" and watch["not_established"] == 1
    assert "hold: 7.3.4: 1 finding is not established yet; look 1" in fleet.run("--watch=7.3.4").text


def test_late_crashes(fleet):
    """Additional crashes cause another test. An established finding stays established while it is associated."""
    add_bad(add_clean(fleet, 200), 200, 24, "bad")
    assert look(fleet)["decision"] == "stop"
    for previous in OTHERS:
        fleet.add("7.3.4", previous, 30, 6, host=f"late{previous}")
    finding = fleet.run("--json", "--release=7.3.4").json["findings"][0]
    assert finding["verdict"] == "associated" and finding["q"] > 0.05 / 32
    assert (watch := look(fleet))["look"] == 2 and watch["decision"] == "stop"


def test_forget(fleet, tool):
    """If the boots of a finding are removed, the finding no longer stops the rollout. The ledger keeps the old
    looks."""
    add_bad(add_clean(fleet, 200), 200, 40, "bad")
    fleet.add("7.3.4", BAD, 50, 1, host="other")
    assert look(fleet)["decision"] == "stop"
    for number in range(8):
        assert tool.run("forget", f"--host=bad{number}", f"--store={fleet.path}").status == 0
    watch = look(fleet)
    assert watch["decision"] != "stop" and (watch["look"], watch["established"]) == (2, 0)
    assert [row[1] for row in ledger(fleet)] == [1, 2]


def test_levels(fleet):
    """All looks together spend at most 5 %."""
    add_clean(fleet, 40)
    spent = 0
    for number in range(1, 60):
        fleet.add("7.3.4", OTHERS[number % 3], 12, number // 8 + 2, signature=f"s{number % 5}", host=f"h{number}")
        watch = look(fleet)
        spent += watch["level"] or 0
    levels = [row[2] for row in ledger(fleet)]
    assert spent == pytest.approx(sum(levels)) and sum(levels) <= 0.05
    assert len(levels) > 17 and levels[15] == pytest.approx(0.05 / 32) and levels[-1] < levels[15]


def test_two_watchers(fleet):
    """Programs that look at the same data at the same time share one look. Each value of --watch has its own looks."""
    add_bad(add_clean(fleet, 200), 200, 40, "bad")
    command = [fleet.tool.path, "--json", "triage", f"--store={fleet.path}", "--watch=7.3.4"]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(6)]
    done = [process.communicate() for process in running]
    assert [process.returncode for process in running] == [STOP] * 6, done
    assert {json.loads(out)["watch"]["look"] for out, _ in done} == {1} and len(ledger(fleet)) == 1
    assert look(fleet, watched="7.*")["look"] == 1
    assert [row[0] for row in ledger(fleet)] == ["7.*", "7.3.4"]


def test_own_ledger(fleet, folder):
    """--ledger keeps the looks in another store."""
    add_bad(add_clean(fleet, 200), 200, 40, "bad")
    path = folder / "looks.db"
    assert look(fleet, f"--ledger={path}")["look"] == 1
    assert ledger(fleet) == []
    with sqlite3.connect(path) as database:
        assert database.execute("SELECT count(*) FROM looks").fetchall() == [(1,)]


def test_read_only_store(fleet):
    """If the ledger cannot be written, the command fails and prints no decision."""
    add_bad(add_clean(fleet, 200), 200, 40, "bad")
    got = fleet.run("--watch=7.3.4", "--ledger=/dev/null/looks.db")
    assert (got.status, got.text) == (1, "") and "/dev/null" in got.talk


@pytest.mark.parametrize("options, message", [
    (["--watch=7.3.4", "--release=7.3.4"], "--watch excludes --release, --signature, --since, --until and --csv"),
    (["--watch=7.3.4", "--since=7d"], "--watch excludes --release, --signature, --since, --until and --csv"),
    (["--watch=7.3.4", "--csv"], "--watch excludes --release, --signature, --since, --until and --csv"),
    (["--watch="], "invalid --watch value ''"),
    (["--ledger=x.db"], "--ledger needs --watch=RELEASE"),
])
def test_usage(fleet, options, message):
    got = fleet.run(*options)
    assert got.status == 2 and message in got.talk and ledger(fleet) == []
