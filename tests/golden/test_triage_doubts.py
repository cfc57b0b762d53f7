# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of the sentences that say why a finding is only a suspect."""
import csv
import io
import random

import pytest

from .fleet import Fleet
from .test_triage_machines import BAD, healthy, outage, short_outage, store


def test_crashes_that_are_not_concentrated(tool, folder):
    """If each crash of the group is on its own machine, the reason does not say that a few machines crash."""
    fleet = Fleet(tool, folder / "fleet.db")
    store(fleet, healthy(random.Random(24), 500, 5, rate=0.012, bad_rate=0.036))
    [found] = fleet.report()["findings"]
    assert found["why_not"] == "machines" and found["crashed"] == found["hosts"]
    assert ("Suspect: machines that crash more often than others may be the cause: tests that allow for such machines do not "
            "show the difference. 7.3.4 crashed in ") in " ".join(fleet.run().text.split())


def count(boots):
    """Return crashes and boots as triage prints them."""
    boots = list(boots)
    return f"{sum(boot.crashed for boot in boots):,} of {len(boots):,}"


def few_other_weeks(rng):
    """As outage(), but few boots are in other weeks."""
    yield from (boot for boot in outage(rng) if boot.week == 3 or rng.random() < 0.05)


@pytest.mark.parametrize(("fleet", "is_excluded"), [(outage, True), (few_other_weeks, False)])
def test_week_of_an_outage(tool, folder, fleet, is_excluded):
    """The finding names the week, with its boots and crashes, and says what the boots of other weeks show."""
    boots = list(fleet(random.Random(1)))
    inside, outside = ([boot for boot in boots if (boot.week == 3) == wanted] for wanted in (True, False))
    made = Fleet(tool, folder / "fleet.db")
    store(made, boots)
    [found] = (one for one in made.report()["findings"] if one["value"] == BAD)
    after_bad = sum(boot.previous == BAD for boot in inside)
    assert found["why_not"] == "calendar" and found["weeks"] == [{
        "first": "2025-08-21", "last": "2025-08-27", "group_boots": after_bad,
        "group_crashed": sum(boot.crashed for boot in inside if boot.previous == BAD),
        "boots": len(inside), "crashed": sum(boot.crashed for boot in inside)}]
    others = [boot for boot in outside if boot.previous != BAD]
    assert found["other_weeks"] == {
        "boots": len(outside) - len(others), "crashed": sum(boot.crashed for boot in outside if boot.previous == BAD),
        "other_boots": len(others), "other_crashed": sum(boot.crashed for boot in others),
        "excludes_ratio": is_excluded}
    text = " ".join(made.run().text.split())
    assert (f"In the week from 2025-08-21 to 2025-08-27, "
            f"{count(boot for boot in inside if boot.previous == BAD)} boots after a kexec from {BAD} and "
            f"{count(boot for boot in inside if boot.previous != BAD)} others crashed. In the other weeks, "
            f"{count(boot for boot in outside if boot.previous == BAD)} boots after a kexec from {BAD} and {count(others)} "
            "others crashed: these boots ") in text
    shown = "exclude a ratio as large as this." if is_excluded else "are too few to show or to exclude the difference."
    assert shown in text
    assert "Find out what else changed in the week from 2025-08-21 to 2025-08-27. Boots of other weeks " in text
    assert ("do not show that" if is_excluded else "decide whether") + f" {BAD} is the cause." in text
    rows = csv.DictReader(io.StringIO(made.run("--csv").text))
    assert {row["previous_release"]: row["weeks"] for row in rows if row["weeks"]} == {BAD: "2025-08-21/2025-08-27"}


def test_days_of_an_outage(tool, folder):
    """An outage of two days, in which many machines boot after BAD for the first time, is named by its days."""
    boots = list(short_outage(random.Random(1)))
    made = Fleet(tool, folder / "fleet.db")
    store(made, boots)
    [found] = (one for one in made.report()["findings"] if one["value"] == BAD)
    days = [[boot for boot in boots if int(boot.week * 7) == day] for day in (16, 17)]
    assert [(one["first"], one["last"], one["boots"], one["crashed"]) for one in found["weeks"]] == [
        (date, date, len(of_day), sum(boot.crashed for boot in of_day))
        for date, of_day in zip(("2025-08-16", "2025-08-17"), days)]
    text = " ".join(made.run().text.split())
    assert "On the other days, " in text
    assert (f"On 2025-08-16, {count(boot for boot in days[0] if boot.previous == BAD)} boots after a kexec from {BAD} and "
            f"{count(boot for boot in days[0] if boot.previous != BAD)} others crashed." in text)
    assert "Find out what else changed on 2025-08-16 and on 2025-08-17. " in text
