# SPDX-License-Identifier: GPL-2.0-or-later
"""`triage` on stores in which every boot crashed, because only crash logs were collected.

LINEAGE_SEEDS=20 runs the random fleet with 20 seeds instead of 2.
"""
import math
import os
import random

import pytest

from .fleet import Fleet

BAD = "7.2.9"
OTHERS = ("7.1.4", "7.2.8", "7.3.1")


@pytest.fixture
def fleet(tool, folder):
    return Fleet(tool, folder / "fleet.db")


def flow(fleet):
    return " ".join(fleet.run().text.split())


def test_crashes_only(fleet):
    """If every boot in the store crashed, a larger share of one crash is only a suspect."""
    for other in OTHERS:
        fleet.add("7.3.4", other, 100, 100, signature="other", title="oops in other")
    fleet.add("7.3.4", BAD, 60, 60).add("7.3.4", BAD, 40, 40, signature="other", title="oops in other")
    report = fleet.report()
    assert report["denominator"] == "crashes only"
    assert "cannot show that everything became worse" in report["warnings"][0]
    assert {(finding["verdict"], finding["why_not"], finding["unit"]) for finding in report["findings"]} == {
        ("suspect", "crashes only", "crashes")}
    assert "may only mean that other crashes are rarer" in flow(fleet)
    found, = report["findings"]
    odds = 60 / 40 / (0.5 / 300.5)  # no other boot had the crash
    assert found["ratio"] is None and found["ratio_low"] == pytest.approx(
        60.5 / 40.5 / (0.5 / 300.5) / math.exp(1.96 * math.sqrt(1 / 60.5 + 1 / 40.5 + 1 / 0.5 + 1 / 300.5)), rel=1e-3)
    assert f"reporting odds ratio at least {found['ratio_low']:.0f}" in flow(fleet) and found["ratio_low"] < odds
    fleet.add("7.3.4", BAD, 30)
    report = fleet.report()
    assert (report["denominator"], report["warnings"]) == ("boots", [])
    found = [(one["verdict"], one["signature"], one["value"]) for one in report["findings"]]
    assert ("associated", "sig", BAD) in found


def add_crash_logs(fleet, rng, extra, release="7.3.4"):
    """Add boots that all crashed, with ten crashes that do not depend on the previous kernel. After BAD, @extra boots
    had one more crash."""
    for previous in (BAD, *OTHERS):
        counts = [0] * 10
        for _ in range(200):
            counts[min(int(rng.expovariate(0.4)), 9)] += 1
        for number, count in enumerate(counts):
            fleet.add(release, previous, count, count, signature=f"noise{number}", title=f"oops in noise{number}")
    fleet.add(release, BAD, extra, extra)


@pytest.mark.parametrize("seed", range(int(os.environ.get("LINEAGE_SEEDS", "2"))))
def test_other_crashes_are_not_rarer(fleet, seed):
    """If one crash is more frequent after BAD, the others are not more frequent after all other kernels."""
    add_crash_logs(fleet, random.Random(seed), 150)
    report = fleet.report()
    assert [(one["verdict"], one["signature"], one["factor"], one["value"]) for one in report["findings"]
            if one["verdict"] != "lead"] == [("suspect", "sig", "previous_release", BAD)]
    suspects = [case["signature"] for case in report["cases"] if case["verdict"] == "suspect"]
    assert suspects == ["sig"]


def test_two_crashes_are_unmasked(fleet):
    """The second crash is found, too."""
    add_crash_logs(fleet, random.Random(1), 150)
    fleet.add("7.3.4", OTHERS[0], 100, 100, signature="second", title="oops in second")
    found = fleet.report()["findings"]
    assert {(one["signature"], one["value"]) for one in found if one["verdict"] == "suspect"} == {
        ("sig", BAD), ("second", OTHERS[0])}


@pytest.mark.parametrize("others", [{"boots": 15}, {"boots": 30, "crashed": 30, "signature": "", "title": "oops"}],
                         ids=["no crash", "no signature"])
def test_all_crashes_are_unmasked(fleet, others):
    """The second crash is found although other boots remain that did not crash, or that have no signature."""
    add_crash_logs(fleet, random.Random(1), 300)
    fleet.add("7.3.4", OTHERS[0], 100, 100, signature="second", title="oops in second")
    for previous in (BAD, *OTHERS):
        fleet.add("7.3.4", previous, **others)
    report = fleet.report()
    assert report["denominator"] == "crashes only"
    assert {(one["signature"], one["value"]) for one in report["findings"] if one["verdict"] == "suspect"} == {
        ("sig", BAD), ("second", OTHERS[0])}


def test_crash_of_one_release_is_unmasked_over_all_releases(fleet):
    """Boots with a crash that is in one release only are also removed from the comparison over all releases."""
    rng = random.Random(1)
    add_crash_logs(fleet, rng, 600)
    add_crash_logs(fleet, rng, 0, "7.3.5")
    assert {(one["signature"], one["release"], one["value"]) for one in fleet.report()["findings"]
            if one["verdict"] == "suspect"} == {("sig", "7.3.4", BAD)}
