# SPDX-License-Identifier: GPL-2.0-or-later
"""Golden tests of the command triage."""
import csv
import io
import os
import re
import sqlite3
import threading
from html.parser import HTMLParser

import pytest

from .fleet import Fleet

BAD = "7.2.9"
OTHERS = ("7.1.4", "7.2.8", "7.3.1")


@pytest.fixture
def fleet(tool, folder):
    return Fleet(tool, folder / "fleet.db")


@pytest.fixture
def transition(fleet):
    """Return a fleet in which boots after BAD crash, but almost no other boots do."""
    fleet.add("7.3.4", None, 400, 1)
    fleet.add("7.3.4", BAD, 120, 9).add("7.3.4", BAD, 80, 5, count=2)
    for other in OTHERS:
        fleet.add("7.3.4", other, 120).add("7.3.4", other, 80, count=2)
    return fleet


@pytest.fixture
def counted(fleet):
    """Return a fleet in which boots crash from the fourth kexec on, independently of the previous kernel."""
    fleet.add("7.3.4", None, 100)
    for previous in OTHERS:
        for count in range(1, 7):
            fleet.add("7.3.4", previous, 30, 0 if count < 4 else 8, count=count)
    return fleet


def origins(report, number=0):
    return {origin["previous_release"] or origin["boot"]: origin for origin in report["cases"][number]["origins"]}


def verdicts(report, number=0):
    return {name: origin["verdict"] for name, origin in origins(report, number).items()}


def body(text):
    """Return the text without the first sentence, which has the version, the store and the time."""
    first, _, rest = text.partition(" UTC.\n")
    assert first.startswith("kexec-lineage ") and "; store " in first
    return re.sub("boot boot[0-9]+", "boot BOOT", rest)


def flow(fleet, *arguments):
    """Return the text without its line breaks."""
    return " ".join(fleet.run(*arguments).text.split())


def test_transition(transition):
    report = transition.report()
    case = report["cases"][0]
    assert (case["release"], case["verdict"], case["boots"], case["crashed"]) == ("7.3.4", "associated", 1200, 15)
    assert {name for name, verdict in verdicts(report).items() if verdict == "associated"} == {BAD}
    assert case["kexec_count"]["verdict"] == "none"
    bad = origins(report)[BAD]
    assert [bad[field] for field in ("boots", "crashed", "other_boots", "other_crashed")] == [200, 14, 1000, 1]
    assert bad["ratio"] == pytest.approx(70) and bad["q"] < 1e-6 and bad["ratio_low"] < 70 < bad["ratio_high"]
    assert case["order"] is None


def test_findings(transition):
    """`triage --json` lists each finding once, in the flat form that other programs read."""
    [finding] = transition.report()["findings"]
    assert {key: finding[key] for key in ("verdict", "outcome", "signature", "release", "label", "factor", "value",
                                          "value_last", "crashed", "exposed", "other_crashed", "other_exposed", "unit",
                                          "hosts", "why_not")} == {
        "verdict": "associated", "outcome": "crash", "signature": "sig", "release": "7.3.4", "label": None,
        "factor": "previous_release", "value": BAD, "value_last": None, "crashed": 14, "exposed": 200,
        "other_crashed": 1, "other_exposed": 1000, "unit": "boots", "hosts": 1, "why_not": None}
    assert finding["ratio"] == pytest.approx(70) and finding["p"] <= finding["q"] < 1e-6
    verdicts = [finding["verdict"] for finding in transition.report("--all")["findings"]]
    assert verdicts[0] == "associated" and set(verdicts[1:]) == {"none"}


def test_findings_of_a_count(counted):
    """The value of a finding about the kexec count is the first count that crashes more."""
    [found] = counted.report()["findings"]
    assert (found["factor"], found["value"]) == ("kexec_count", 4)
    assert (found["crashed"], found["exposed"], found["other_crashed"]) == (72, 270, 0)


def test_findings_of_any_kexec(fleet):
    """A lower crash rate after a cold boot is a finding about kexecs."""
    fleet.add("7.3.4", None, 400)
    for other in OTHERS:
        fleet.add("7.3.4", other, 200, 10)
    [found] = fleet.report()["findings"]
    assert [found[key] for key in ("factor", "value", "crashed", "exposed", "other_crashed", "other_exposed")] == [
        "kexec", None, 30, 600, 0, 400]


LOST = {"signature": "lost-kexec", "title": "kexec lost: no sign of life"}


@pytest.fixture
def lost(fleet):
    """Return a fleet to which the tests add lost kexecs from BAD. Most boots are cold and cannot be lost kexecs."""
    fleet.add("5.10.9", None, 400)
    for other in OTHERS:
        fleet.add("5.10.9", other, 20)
    return fleet


def test_lost_kexecs(lost):
    lost.add("5.10.9", BAD, 20, 12, **LOST)
    report = lost.report()
    [case] = report["cases"]
    assert (case["outcome"], case["release"], case["boots"], case["crashed"]) == ("lost kexec", "5.10.9", 80, 12)
    assert verdicts(report) == {BAD: "associated"} | dict.fromkeys(OTHERS, "none")
    assert f"12 of 20 kexecs from {BAD} to 5.10.9 never arrived, and 0 of 60 from other kernels" in flow(lost)


def test_lost_kexecs_of_an_unknown_release(lost):
    """Lost kexecs to an unknown release are compared with the successful kexecs to all releases."""
    lost.add("", BAD, 12, 12, **LOST).add("5.10.9", BAD, 4).add("6.1.9", BAD, 4)
    report = lost.report()
    [case] = report["cases"]
    assert (case["outcome"], case["release"], case["boots"], case["crashed"]) == ("lost kexec", None, 80, 12)
    assert verdicts(report) == {BAD: "associated"} | dict.fromkeys(OTHERS, "none")
    assert (report["boots"], report["left_out_boots"]) == (480, 0)
    assert f"12 of 20 kexecs from {BAD} to any release never arrived, and 0 of 60 from other kernels" in flow(lost)


def test_lost_kexecs_of_known_and_unknown_releases(lost):
    """A lost kexec to a known release counts in the comparison of this release, and in that of all releases."""
    lost.add("", BAD, 6, 6, **LOST).add("5.10.9", BAD, 14, 6, **LOST)
    assert {case["release"]: (case["boots"], case["crashed"]) for case in lost.report()["cases"]} == {
        None: (80, 12), "5.10.9": (74, 6)}


def test_other_boots_of_an_unknown_release(lost):
    """Other boots of an unknown release are left out."""
    lost.add("", BAD, 5, 3).add("5.10.9", BAD, 5, 1)
    report = lost.report()
    assert (report["boots"], report["left_out_boots"]) == (465, 5)
    assert [case["release"] for case in report["cases"]] == ["5.10.9"]


def test_lost_kexecs_on_one_machine(lost):
    """If only one machine loses kexecs, BAD is only a suspect, because the machine may be the cause."""
    lost.add("", BAD, 12, 12, host="broken", **LOST).add("5.10.9", BAD, 8)
    assert verdicts(lost.report())[BAD] == "suspect"


def test_inferred_lineages(transition, folder):
    """Boots with an inferred lineage count, unless --no-inferred excludes them; the report shows their share."""
    transition.add("7.3.4", BAD, 200, 60, source="inferred").add("7.3.4", None, 200, source="inferred")
    report = transition.report()
    assert (report["boots"], report["left_out_boots"], report["inferred_boots"]) == (1600, 0, 400)
    assert origins(report)[BAD]["crashed"] == 74
    share = "The lineage of 400 of 1,600 boots (25.0 %) was inferred; --no-inferred leaves it out."
    assert report["warnings"] == [share] and share in flow(transition)
    assert share in "".join(page_of(transition, folder).said)
    stated = transition.report("--no-inferred")
    assert (stated["boots"], stated["left_out_boots"], stated["inferred_boots"]) == (1200, 400, 400)
    assert origins(stated)[BAD]["crashed"] == 14 and verdicts(stated)[BAD] == "associated"
    assert stated["warnings"] == ["The lineage of 400 boots was inferred, and is not used (--no-inferred).",
                                  "Excluded: 400 boots (capture kernel or unknown origin)."]


def test_inferred_lost_kexecs(lost):
    """Inferred lost kexecs to an unknown release are counted with the kexecs to any release."""
    lost.add("", BAD, 12, 12, source="inferred", **LOST).add("5.10.9", BAD, 8)
    report = lost.report()
    assert (report["boots"], report["inferred_boots"]) == (480, 12)
    assert verdicts(report)[BAD] == "associated"
    got = lost.run("--no-inferred", "--json")
    assert got.status == 3 and got.json["cases"] == [] and got.json["left_out_boots"] == 12


def test_only_inferred_lineages(fleet):
    fleet.add("7.3.4", BAD, 2, 1, source="inferred").add("7.3.4", None, 2, source="inferred")
    got = fleet.run("--no-inferred")
    assert (got.status, got.text) == (3, "") and "every known origin in the store was inferred" in got.talk


def test_machines_with_inferred_lineages(fleet):
    """With --no-inferred, the machines of inferred lineages do not count as machines that crashed."""
    fleet.add("7.3.4", None, 400).add("7.3.4", OTHERS[0], 200)
    fleet.add("7.3.4", BAD, 8, 4, host="one")
    for number in range(5):
        fleet.add("7.3.4", BAD, 8, 4, host=f"other{number}", source="inferred")
    assert verdicts(fleet.report())[BAD] == "associated"
    assert verdicts(fleet.report("--no-inferred"))[BAD] == "suspect"


def test_text(transition, expect_text):
    got = transition.run()
    assert (got.status, got.talk) == (10, "")
    expect_text("triage", body(got.text))


def test_counted(counted):
    report = counted.report()
    case = report["cases"][0]
    assert case["kexec_count"]["verdict"] == "associated" and case["kexec_count"]["from"] == 4
    assert set(verdicts(report).values()) == {"none", "associated"}
    assert [(dose["kexec_count"], dose["boots"], dose["crashed"]) for dose in case["kexec_count"]["counts"]] == [
        (count, 90, 0 if count < 4 else 24) for count in range(1, 7)]


def test_counted_text(counted, expect_text):
    expect_text("triage-counted", body(counted.run().text))


@pytest.mark.parametrize("are_labelled", [True, False])
def test_labels_are_compared_separately(fleet, are_labelled):
    """If one model crashes more and boots after BAD more often, the labels show that BAD is not the cause."""
    for model, bad, rest, rate in (("model 1", 400, 100, 0.1), ("model 2", 100, 400, 0.01)):
        label = model if are_labelled else ""
        for previous, boots in ((BAD, bad), (OTHERS[0], rest)):
            fleet.add("7.3.4", previous, boots, round(boots * rate), label=label)
    assert (verdicts(fleet.report())[BAD] == "associated") == (not are_labelled)


def test_count_or_transition(fleet):
    """BAD is only a suspect if the boots after BAD have kexec counts that no other boots have."""
    fleet.add("7.3.4", BAD, 200, 20, count=5)
    for other in OTHERS:
        fleet.add("7.3.4", other, 300, count=1)
    report = fleet.report()
    assert verdicts(report)[BAD] == "suspect"
    assert "the kexec counts of these boots are unknown or differ" in flow(fleet)


def test_count_and_transition(fleet):
    """If nearly all boots crash from a count on, the origin makes a difference only below that count."""
    fleet.add("7.3.4", None, 100)
    for previous in (BAD, *OTHERS):
        for count in range(1, 9):
            crashed = 12 if count >= 5 else 6 if previous == BAD else 0
            fleet.add("7.3.4", previous, 40, crashed, count=count)
    report = fleet.report()
    bad = origins(report)[BAD]
    assert {(finding["factor"], finding["verdict"]) for finding in report["findings"]} == {
        ("previous_release", "associated"), ("kexec_count", "associated")}
    assert (bad["verdict"], bad["below_count"]) == ("associated", 5) and bad["q"] < 1e-9
    assert report["cases"][0]["kexec_count"]["from"] == 5
    assert "at the same kexec count below 5" in flow(fleet)


def test_change_at_a_count(fleet):
    """Few boots have the larger counts, so that the change at the fourth kexec is clearer than the trend."""
    fleet.add("7.3.4", None, 100)
    for count, boots, crashed in ((1, 300, 0), (2, 300, 0), (3, 300, 0), (4, 50, 4), (30, 50, 0)):
        fleet.add("7.3.4", BAD, boots, crashed, count=count)
    assert (report := fleet.report())["findings"][0]["factor"] == "kexec_count"
    assert report["cases"][0]["kexec_count"]["from"] == 4


def test_old_generations(fleet):
    """With --release, the boots and crashes of 20 old releases cost nothing: every q-value stays the same."""
    fleet.add("7.3.4", BAD, 60, 3)
    for other in OTHERS:
        fleet.add("7.3.4", other, 200)
    before = fleet.report("--release=7.3.4")
    for number in range(20):
        for previous in (BAD, *OTHERS):
            for count in (1, 2):
                fleet.add(f"6.{number}", previous, 50, 2, count=count, signature=f"old{number}")
    after = fleet.report("--release=7.3.4")
    assert (after["cases"], after["findings"], after["tests"]) == (before["cases"], before["findings"], before["tests"])
    q = {choice: [origin["q"] for case in fleet.report(*choice)["cases"] if case["release"] == "7.3.4"
                  for origin in case["origins"] if origin["previous_release"] == BAD]
         for choice in ((), ("--release=7.3.4",))}
    assert q[()][0] > 2 * q["--release=7.3.4",][0]
    assert q["--release=7.3.4",][0] == pytest.approx(0.0051, rel=0.2)
    assert after["tests"] < fleet.report()["tests"]


def test_too_few_boots(fleet):
    """A difference that may be chance is a lead, with the number of boots that are needed."""
    fleet.add("7.3.4", BAD, 60, 2)
    for other in OTHERS:
        fleet.add("7.3.4", other, 100)
        for name in "abcd":
            fleet.add("7.3.1", other, 100, 2, signature=name, title=f"WARNING in {name}")
    report = fleet.report()
    case = next(number for number, case in enumerate(report["cases"]) if case["signature"] == "sig")
    lead = origins(report, case)[BAD]
    assert lead["verdict"] == "lead" and 60 < lead["boots_needed"] < 400
    assert "Signature sig; an example is on host host" in flow(fleet)
    assert (f"too few boots to decide whether this is chance; about {lead['boots_needed'] - 60} more boots after this kexec "
            "would be enough" in flow(fleet))


def test_only_after_a_kexec(fleet):
    fleet.add("7.3.4", None, 400)
    for other in OTHERS:
        fleet.add("7.3.4", other, 200, 10)
    assert verdicts(fleet.report()) == {"cold": "associated"} | dict.fromkeys(OTHERS, "none")
    assert "7.3.4 crashed in 30 of 600 boots after a kexec and in 0 of 400 boots after a cold boot" in flow(fleet)


def test_only_after_a_kexec_where_that_is_rare(fleet):
    """Kexecs are rare, and all crashes follow a kexec. triage finds that cold boots crash less, because it considers
    both tails of the test."""
    fleet.add("7.3.4", None, 3000)
    for other in OTHERS:
        fleet.add("7.3.4", other, 120, 4)
    assert verdicts(fleet.report()) == {"cold": "associated"} | dict.fromkeys(OTHERS, "none")


def test_few_boots_at_the_larger_counts(fleet):
    """The largest counts are merged with each other, but not with smaller ones."""
    for count, boots, crashed in ((1, 960, 0), (2, 10, 9), (3, 10, 9), (4, 10, 10), (5, 10, 10)):
        fleet.add("7.3.4", OTHERS[0], boots, crashed, count=count)
    counted = fleet.report()["cases"][0]["kexec_count"]
    assert (counted["verdict"], counted["from"]) == ("associated", 2)
    assert [dose["boots"] for dose in counted["counts"]] == [960, 40]


def test_count_within_a_kernel(fleet):
    """The risk rises with the count within each previous kernel, although the kernel with the smaller counts has more
    crashes."""
    for previous, first, crashed in ((OTHERS[0], 1, (60, 120)), (OTHERS[1], 3, (3, 30))):
        for number in range(2):
            fleet.add("7.3.4", previous, 300, crashed[number], count=first + number)
    assert fleet.report()["cases"][0]["kexec_count"]["z"] > 0
    text = flow(fleet)
    assert "the risk is higher at larger kexec counts, among boots with the same previous kernel" in text


def test_count_explains_it(fleet):
    """No previous kernel is a suspect if the rate of crashes depends only on the count."""
    fleet.add("7.3.4", BAD, 400, 0, count=1).add("7.3.4", BAD, 25, 5, count=2)
    fleet.add("7.3.4", OTHERS[0], 20, 0, count=1).add("7.3.4", OTHERS[0], 400, 80, count=2)
    assert set(verdicts(fleet.report()).values()) == {"none"}


def test_ratio_is_that_of_the_stratified_test(fleet):
    """The printed ratio compares boots with the same count: boots after BAD crash less in total, but more at count 1.
    """
    fleet.add("7.3.4", OTHERS[0], 300, 120, count=5).add("7.3.4", OTHERS[0], 300, 0, count=1)
    fleet.add("7.3.4", BAD, 300, 20, count=1)
    assert verdicts(fleet.report())[BAD] == "associated"
    assert "at the same kexec count, at least" in flow(fleet)


def test_unknown_counts(fleet):
    """BAD is only a suspect if all counts are unknown, because two unknown counts may differ."""
    fleet.add("7.3.4", BAD, 200, 20, count="unknown").add("7.3.4", OTHERS[0], 200, count="unknown")
    assert verdicts(fleet.report())[BAD] == "suspect"


def test_largest_count(fleet):
    fleet.add("7.3.4", BAD, 100, 0, count=1).add("7.3.4", BAD, 100, 30, count=2 ** 32 - 1)
    counts = fleet.report()["cases"][0]["kexec_count"]["counts"]
    assert [dose["crashed"] for dose in counts] == [0, 30]


@pytest.mark.parametrize(("hosts", "verdict", "why_not"), [(1, "suspect", "one machine"), (2, "suspect", "machines"),
                                                           (8, "associated", None)])
def test_few_machines(fleet, hosts, verdict, why_not):
    """BAD is only a suspect if all crashes are on one or two machines, because boots of one machine are not
    independent."""
    for number in range(30):
        fleet.add("7.3.4", BAD, 4, host=f"bad{number}").add("7.3.4", OTHERS[0], 12, host=f"good{number}")
    for number in range(hosts):
        fleet.add("7.3.4", BAD, 8, 8 // hosts, host=f"broken{number}")
    report = fleet.report()
    assert verdicts(report)[BAD] == verdict and report["findings"][0]["why_not"] == why_not
    assert origins(report)[BAD]["crashed_hosts"] == report["findings"][0]["hosts"] == hosts
    assert ("on one machine" in flow(fleet)) == (hosts == 1)
    assert ("'kexec-lineage hosts' lists the crashes of each machine" in flow(fleet)) == (verdict == "suspect")


def test_only_after_a_cold_boot(fleet):
    fleet.add("7.3.4", None, 400, 30)
    for other in OTHERS:
        fleet.add("7.3.4", other, 200)
    assert verdicts(fleet.report())["cold"] == "associated"


def test_order(fleet):
    """The report names the first bad previous release in numerical order."""
    for previous, crashed in (("7.2.8", 0), ("7.2.9", 0), ("7.2.10-rc3", 12), ("7.2.10", 21), ("7.2.11", 13)):
        fleet.add("7.3.4", previous, 200, crashed)
    assert fleet.report()["cases"][0]["order"] == {
        "last_good": "7.2.9", "first_bad": "7.2.10-rc3", "earliest": "7.2.10-rc3", "latest": "7.2.10-rc3"}


def test_fixed_since(fleet):
    for previous, crashed in (("7.2.8", 15), ("7.2.9", 14), ("7.2.10", 0), ("7.2.11", 0)):
        fleet.add("7.3.4", previous, 200, crashed)
    order = fleet.report()["cases"][0]["order"]
    assert (order["last_bad"], order["first_good"]) == ("7.2.9", "7.2.10")


def test_one_boot_counts_once(fleet):
    """A boot with the same crash twice counts once."""
    fleet.add("7.3.4", BAD, 10, 1).add("7.3.4", OTHERS[0], 10)
    with sqlite3.connect(fleet.path) as database:
        database.execute("INSERT INTO crashes (boot, uptime_us, title, type, signature)"
                         " SELECT boot, uptime_us + 1, title, type, signature FROM crashes")
    assert origins(fleet.report())[BAD]["crashed"] == 1


def test_left_out(fleet):
    """Capture kernels and boots of unknown origin are excluded. A crash without a signature counts as any crash."""
    fleet.add("7.3.4", BAD, 10, 1).add("7.3.4", OTHERS[0], 10)
    fleet.add("7.3.4", BAD, 3, 3, boot="capture").add("7.3.4", None, 4, 1, boot="unknown")
    fleet.add("7.3.4", BAD, 2, 2, signature="", title="Oops")
    report = fleet.report()
    assert (report["boots"], report["left_out_boots"], report["crashes_without_signature"]) == (22, 7, 2)
    assert {(case["signature"], case["outcome"], case["crashed"]) for case in report["cases"]} == {
        ("sig", "crash", 1), (None, "any crash", 3)}
    assert "Excluded: 7 boots" in fleet.run().text and "2 crashes, which count only as any crash" in " ".join(
        fleet.run().text.split())


def scatter(fleet):
    """Add boots of which 5 % crash after BAD and 1 % after other kernels, each with its own signature."""
    for previous, boots, crashes in ((BAD, 400, 20), (OTHERS[0], 1200, 12), (OTHERS[1], 1200, 12)):
        for number in range(20):
            fleet.add("7.3.4", previous, boots // 20, host=f"m{number}")
        for number in range(crashes):
            fleet.add("7.3.4", previous, 1, 1, signature=f"{previous}-{number}", host=f"m{number}")
    return fleet


def test_any_crash(fleet):
    """Boots after BAD have many different crashes. No single signature is associated with BAD, but "any crash" is."""
    found, = scatter(fleet).report()["findings"]
    assert (found["outcome"], found["signature"], found["value"]) == ("any crash", None, BAD)
    assert (found["verdict"], found["crashed"], found["other_crashed"], found["hosts"]) == ("associated", 20, 24, 20)
    assert fleet.report("--signature=any crash")["findings"] == [found]


def test_any_crash_is_not_a_second_finding(fleet):
    """If the crash of one signature is associated with an origin, "any crash" is not reported for the same origin."""
    scatter(fleet)
    for number in range(20):
        fleet.add("7.3.4", BAD, 10, 3, signature="sig", host=f"m{number}")
    assert {(found["outcome"], found["value"]) for found in fleet.report()["findings"]} == {("crash", BAD)}
    assert not [finding for case in fleet.report()["cases"] if case["outcome"] == "any crash"
                for finding in case["origins"] if finding["verdict"] != "none"]


def add_releases(fleet, rate_of, boots):
    """Add boots of five releases after BAD and after two other kernels. rate_of gives the crash rate for a release
    number and a previous kernel."""
    for number in range(5):
        for previous in (BAD, *OTHERS[:2]):
            crashes = round(boots * rate_of(number, previous))
            for host in range(10):
                more = (host - 2 * number) % 10 < crashes % 10
                fleet.add(f"7.4.{number}", previous, boots // 10, crashes // 10 + more, host=f"m{host}")
    return fleet


@pytest.mark.parametrize(("rate_of", "boots", "release", "crashed"), [
    (lambda _, previous: 0.02 if previous == BAD else 0, 100, None, 10),  # too few in each release
    (lambda _, previous: 0.2 if previous == BAD else 0.01, 100, None, 100),  # enough in each release
    (lambda number, previous: 0.2 if previous == BAD and number == 2 else 0.01, 100, "7.4.2", 20),
], ids=["weak in all", "strong in all", "only in one"])
def test_all_releases(fleet, rate_of, boots, release, crashed):
    """A kernel that is bad for every next kernel gives one finding. If it is bad for one release, only that one is
    named."""
    found, = add_releases(fleet, rate_of, boots).report()["findings"]
    assert (found["verdict"], found["value"]) == ("associated", BAD)
    assert (found["release"], found["crashed"]) == (release, crashed)


def add_previous(fleet, crashes_of):
    """Add 100 boots after each of 12 previous kernels, on ten machines. crashes_of gives the number of crashes for the
    number of a previous kernel."""
    for number in range(12):
        for host in range(10):
            crashed = crashes_of(number) // 10 + ((host - number) % 10 < crashes_of(number) % 10)
            fleet.add("7.3.4", f"7.2.{number}", 10, crashed, host=f"m{host}")
    return fleet


@pytest.mark.parametrize(("crashes_of", "factor", "first", "last"), [
    (lambda number: 4 if 4 <= number <= 7 else 0, "previous_range", "7.2.4", "7.2.7"),  # too few after each release
    (lambda number: 40 if 4 <= number <= 7 else 1, "previous_range", "7.2.4", "7.2.7"),  # enough after each release
    (lambda number: 40 if number == 4 else 1, "previous_release", "7.2.4", None),
], ids=["weak", "strong", "one release"])
def test_range(fleet, crashes_of, factor, first, last):
    """If several consecutive previous releases are bad, the finding names the first and the last."""
    found, = add_previous(fleet, crashes_of).report()["findings"]
    assert (found["verdict"], found["factor"]) == ("associated", factor)
    assert (found["value"], found["value_last"]) == (first, last)


def test_range_in_words(fleet):
    add_previous(fleet, lambda number: 4 if 4 <= number <= 7 else 0)
    text = " ".join(fleet.run().text.split())
    assert "7.3.4 crashed in 16 of 400 boots after a kexec from any of 7.2.4 through 7.2.7 and in 0 of 800 other boots" in text
    row, = [row for row in csv.DictReader(io.StringIO(fleet.run("--csv").text)) if row["boot"] == "range"]
    assert (row["previous_release"], row["last_release"], row["crashed"], row["verdict"]) == ("7.2.4", "7.2.7", "16",
                                                                                             "associated")


def test_all_releases_in_words(fleet):
    add_releases(fleet, lambda _, previous: 0.02 if previous == BAD else 0, 100)
    text = " ".join(fleet.run().text.split())
    assert f"All releases crashed in 10 of 500 boots after a kexec from {BAD} and in 0 of 1,000 other boots" in text
    assert "ll releases" not in fleet.run("--release=7.4.1").text


def test_csv(transition):
    got = transition.run("--csv")
    rows = list(csv.DictReader(io.StringIO(got.text)))
    assert (got.status, len(rows)) == (10, 6) and got.text.count("\r\n") == 7
    assert [row["previous_release"] for row in rows if row["verdict"] == "associated"] == [BAD]
    assert float(rows[0]["q"]) == pytest.approx(origins(transition.report())[BAD]["q"])


def test_choices(transition):
    transition.add("6.6.6", BAD, 5, 1, signature="other", title="WARNING in g").add("6.6.6", "6.6.5", 5)
    for arguments, found in ((["--release=7.3.4"], ["sig"]), (["--release=6.6.6"], ["other"]),
                             (["--signature=other"], ["other"]),
                             (["--release=7.3"], ["sig"]), (["--release=7.*"], ["sig"]), (["--release=6"], ["other"]),
                             ([], ["sig", "other"])):
        cases = transition.report(*arguments)["cases"]
        assert [case["signature"] for case in cases if case["outcome"] == "crash"] == found
    assert "WARNING in g, in" in transition.run("--all").text
    assert transition.run("--release=7.3.").status == 10 and transition.run("--release=7.30").status == 3
    got = transition.run("--signature=none")
    assert got.talk == "kexec-lineage: triage: no crash has the signature 'none' (--json lists all signatures)\n"
    got = transition.run("--release=9.9")
    assert (got.status, got.text) == (3, "")
    assert got.talk == ("kexec-lineage: triage: no crash in a release that matches '9.9'; releases with crashes: 6.6.6, "
                        "7.3.4\n")


def test_no_findings(tool, fleet, folder):
    got = fleet.run()
    assert got.status == 3 and "the store has no boots; add boots with" in got.talk
    fleet.add("7.3.4", BAD, 10)
    got = fleet.run()
    assert got.status == 3 and body(got.text).startswith("10 boots, 0 crash signatures, 0 comparisons")
    got = tool.run("triage", f"--store={folder}/none.db")
    assert got.status == 1 and f"(create it with 'kexec-lineage ingest --store={folder}/none.db LOG...')" in got.talk
    got = tool.run("triage", f"--store={folder}")
    assert got.status == 1 and "it is a folder" in got.talk
    assert fleet.run("--csv", "--json").status == 2


def test_formulas_in_csv(fleet):
    fleet.add("=1+1", "@SUM(A1)", 40, 20, title="-2+3").add("=1+1", "+1", 40)
    rows = list(csv.DictReader(io.StringIO(fleet.run("--csv").text)))
    assert {row["release"] for row in rows} == {"'=1+1"} and {row["title"] for row in rows} == {"'-2+3"}
    assert {row["previous_release"] for row in rows} == {"'@SUM(A1)", "'+1"}


def test_page_to_special_files(transition, folder):
    """--html writes through a symbolic link and to a pipe, and keeps permissions."""
    (folder / "target").write_text("old")
    (folder / "target").chmod(0o640)
    (folder / "link").symlink_to("target")
    assert transition.run(f"--html={folder}/link").status == 10
    assert (folder / "link").is_symlink() and (folder / "target").read_text().startswith("<!DOCTYPE")
    assert (folder / "target").stat().st_mode & 0o777 == 0o640
    os.mkfifo(folder / "pipe")
    got = []
    reader = threading.Thread(target=lambda: got.append((folder / "pipe").read_text()))
    reader.start()
    assert transition.run(f"--html={folder}/pipe").status == 10
    reader.join()
    assert got[0].endswith("</html>\n") and (folder / "pipe").is_fifo()
    assert transition.run("--html=-").status == 2
    assert transition.run("--html=/dev/full").status == 1


NONSENSE = {
    "UPDATE transitions SET boots = -10": "a number of boots is below 0",
    "UPDATE transitions SET boots = 9223372036854775807": "above 2^53",
    "UPDATE crash_transitions SET boots = -1": "below 0",
}


@pytest.mark.parametrize("change", NONSENSE)
def test_invalid_store_contents(transition, change):
    with sqlite3.connect(transition.path) as database:
        database.execute(change)
    got = transition.run()
    assert got.status == 1 and NONSENSE[change] in got.talk


class Page(HTMLParser):
    """The elements of a page. Raises AssertionError if tags do not match."""

    VOID = ("meta", "br", "rect", "line")

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.ids, self.links, self.said = [], [], [], [], []
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        self.ids += [value for name, value in attributes if name == "id"]
        self.links += [value for name, value in attributes if name in ("href", "src")]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if not self.open or self.open[-1] != "style":
            self.said.append(data)


def page_of(fleet, folder, *arguments):
    got = fleet.run(f"--html={folder}/page.html", *arguments)
    assert got.status in (0, 10) and got.talk == ""
    return Page((folder / "page.html").read_text(encoding="utf-8"))


def test_page(transition, folder):
    page = page_of(transition, folder)
    assert len(page.ids) == len(set(page.ids))
    assert page.links and all(link.startswith("#") and link[1:] in page.ids for link in page.links)
    assert not {"script", "link", "img", "iframe", "object"} & {tag for tag, _ in page.tags}
    text = " ".join("".join(page.said).split())
    assert "7.3.4 crashed in 14 of 200 boots after a kexec from 7.2.9" in text and "associated" in text
    assert {"svg", "table", "caption", "details", "h1", "main"} <= {tag for tag, _ in page.tags}


HOSTILE = "<script>document.title='owned'</script>\"'><img src=x onerror=alert(1)>&\u202egnp.exe\u2066 \x1b[31m"


def test_page_with_hostile_text(fleet, folder):
    for release in (f"{HOSTILE}1", "7.3.4"):
        fleet.add(release, f"{HOSTILE}2", 60, 12, label=HOSTILE, title=HOSTILE, frames=f"{HOSTILE}\n</pre>{HOSTILE}")
        fleet.add(release, "7.1", 60, signature=HOSTILE, crashed=1, title="<b>" + "x" * 100_000)
    page = page_of(fleet, folder)
    tags = {tag for tag, _ in page.tags}
    assert not {"script", "img", "b"} & tags
    assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)
    text = (folder / "page.html").read_text(encoding="utf-8")
    assert "\u202e" not in text and "\x1b" not in text and max(map(len, "".join(page.said).split())) < 2500
    assert len(text) < 200_000


def test_page_that_cannot_be_written(transition, folder):
    (folder / "page.html").write_text("before")
    got = transition.run(f"--html={folder}/none/page.html")
    assert got.status == 1 and "cannot write " in got.talk and "none/page.html: " in got.talk
    assert transition.run(f"--html={folder}/page.html").status == 10
    assert (folder / "page.html").read_text().startswith("<!DOCTYPE html>")
