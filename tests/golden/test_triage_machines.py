# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that `triage` does not attribute the crashes of broken machines, or of a bad week, to a previous kernel.

LINEAGE_SEEDS=20 runs each fleet with 20 seeds instead of 2. At most one seed in 20 may have another result.
"""
import csv
import io
import json
import os
import random
import sqlite3
import subprocess
from collections import namedtuple
from pathlib import Path

import pytest

from .fleet import Fleet

SEEDS = range(int(os.environ.get("LINEAGE_SEEDS", "2")))
BAD = "7.2.9"
ORIGINS = (BAD, "7.1.4", "7.2.8", "7.3.1", "7.3.2")
WEEK = 7 * 24 * 3600
START = 2900 * WEEK

DAY_S = 24 * 3600

# The times are in seconds: how long the boot lasted, and the uptime at its crash.
Boot = namedtuple("Boot", "host week previous crashed length uptime label count", defaults=(None, 5.25, "", 1))


def pick(rng, share_of_bad):
    """Return a previous kernel: BAD with the given probability."""
    return BAD if rng.random() < share_of_bad else rng.choice(ORIGINS[1:])


def healthy(rng, machines, boots, rate=0.002, bad_rate=None, share_of_bad=0.2):
    """Yield boots of machines that crash independently of each other."""
    for machine in range(machines):
        for _ in range(boots):
            previous = pick(rng, share_of_bad)
            at_risk = bad_rate if bad_rate is not None and previous == BAD else rate
            yield Boot(f"m{machine}", rng.randrange(8), previous, rng.random() < at_risk)


def crash_loops(rng):
    """Three of 2,000 machines crash in almost every boot. They always boot after the same kernel."""
    yield from healthy(rng, 1000, 6)
    for machine in range(3):
        for _ in range(40):
            yield Boot(f"loop{machine}", rng.randrange(8), BAD, rng.random() < 0.9)


def bad_rack(rng):
    """Ten of 500 machines crash more often, after any kernel, and more often boot after BAD."""
    yield from healthy(rng, 490, 16)
    for machine in range(10):
        for _ in range(16):
            yield Boot(f"rack{machine}", rng.randrange(8), pick(rng, 0.7), rng.random() < 0.3)


def outage(rng):
    """All machines crash more often in one week. In this week most machines boot after BAD."""
    for machine in range(500):
        for _ in range(16):
            week = rng.randrange(8)
            previous = pick(rng, 0.8 if week == 3 else 0.1)
            yield Boot(f"m{machine}", week, previous, rng.random() < (0.15 if week == 3 else 0.002))


def short_outage(rng):
    """Many machines boot 7.3.4 for the first time, after BAD, on the two days of an outage."""
    for machine in range(500):
        previous, day = (BAD, rng.uniform(16, 18)) if machine % 2 else (ORIGINS[1], rng.uniform(0, 4))
        while day < 56:
            yield Boot(f"m{machine}", day / 7, previous, rng.random() < (0.15 if 16 <= day < 18 else 0.003))
            day += rng.expovariate(0.25)
            previous = rng.choice(ORIGINS[1:])


def true_effect(rng):
    """Boots after BAD crash ten times as often."""
    yield from healthy(rng, 500, 16, rate=0.003, bad_rate=0.03)


def rare_effect(rng):
    """Few boots crash, all of them after BAD."""
    yield from healthy(rng, 300, 8, rate=0, bad_rate=0.03)


def three_crashes(rng):
    """Three boots of different machines crash, all of them after BAD, which few boots follow."""
    for machine in range(300):
        for number in range(8):
            is_bad = number == 0 and machine % 3 == 0
            yield Boot(f"m{machine}", rng.randrange(8), BAD if is_bad else rng.choice(ORIGINS[1:]),
                       is_bad and machine < 9)


def three_machines_crash_twice(rng):
    """Only three machines boot after BAD. Each crashes twice, and six of the other 40 machines crash once."""
    for machine in range(43):
        for number in range(8):
            if machine < 3:
                yield Boot(f"m{machine}", rng.randrange(8), BAD, number < 2)
            else:
                yield Boot(f"m{machine}", rng.randrange(8), rng.choice(ORIGINS[1:]), number == 0 and machine % 7 == 3)


def uneven(rng, share, loops, part, machines=150, effect=1):
    """Some machines boot only after BAD, and have one boot for @part boots of the others. Some machines crash in most
    of their boots; the others crash @effect times as often after BAD."""
    for machine in range(machines):
        is_group, is_loop = rng.random() < share, rng.random() < loops
        for _ in range(30 // part if is_group else 30):
            previous = BAD if is_group else rng.choice(ORIGINS[1:])
            rate = 0.9 if is_loop else 0.002 * (effect if is_group else 1)
            yield Boot(f"m{machine}", rng.randrange(8), previous, rng.random() < rate)


def fifth_of_the_boots(rng):
    yield from uneven(rng, rng.choice((0.1, 0.3, 0.5)), rng.choice((0.01, 0.02, 0.03)), 5)


def tenth_of_the_boots(rng):
    yield from uneven(rng, rng.choice((0.1, 0.3, 0.5)), rng.choice((0.01, 0.02, 0.03)), 10)


def thirtieth_of_the_boots(rng):
    yield from uneven(rng, rng.choice((0.1, 0.3, 0.5)), rng.choice((0.01, 0.02, 0.03)), 30)


def loops_with_one_boot(rng):
    """Half of the machines boot once, after BAD. The only five machines that always crash are among them."""
    yield from uneven(rng, 0, 0, 30, machines=100)
    for machine in range(100):
        yield Boot(f"once{machine}", rng.randrange(8), BAD, machine < 5)


def true_effect_with_one_boot(rng):
    """Half of the machines boot once, after BAD, and a tenth of them crash. Others crash 50 times less often."""
    yield from uneven(rng, 0, 0, 30, machines=150)
    for machine in range(150):
        yield Boot(f"once{machine}", rng.randrange(8), BAD, machine < 15)


def true_effect_beside_loops(rng):
    """Boots after BAD crash more often. In addition, two machines crash in every boot, after another kernel."""
    yield from true_effect(rng)
    for machine in range(2):
        for _ in range(40):
            yield Boot(f"loop{machine}", rng.randrange(8), ORIGINS[1], True)


def loops_after_another_kernel(rng, effect=1):
    """Five machines crash in every boot, after another kernel than BAD, and far more often than all others."""
    yield from healthy(rng, 500, 16, rate=0.003, bad_rate=0.003 * effect)
    for machine in range(5):
        for _ in range(40):
            yield Boot(f"loop{machine}", rng.randrange(8), ORIGINS[1], True)


def hidden_by_loops(rng):
    """As loops_after_another_kernel(), and boots after BAD crash ten times as often."""
    yield from loops_after_another_kernel(rng, effect=10)


def hidden_by_loops_per_day(rng):
    """As hidden_by_loops(), and the lengths of the boots are known."""
    for boot in hidden_by_loops(rng):
        yield boot._replace(length=rng.uniform(1, 2) * DAY_S)


def models(rng, bad_models, lengths=False):
    """Machines of three models. Boots after BAD crash 20 times as often, but only on some models.

    With 12 boots a machine, the one bad model is named in 96 of 100 fleets: the other boots crash too seldom.
    """
    for machine in range(450):
        label = f"model {machine % 3}"
        for _ in range(18):
            previous = pick(rng, 0.2)
            rate = 0.1 if previous == BAD and label in bad_models else 0.005
            yield Boot(f"m{machine}", rng.randrange(8), previous, rng.random() < rate, label=label,
                       length=rng.uniform(1, 2) * DAY_S if lengths else None)


def one_model(rng):
    yield from models(rng, ["model 1"])


def one_model_by_time(rng):
    yield from models(rng, ["model 1"], lengths=True)


def one_model_that_crashes(rng):
    """As one_model(), but no boot of the other models ever crashes."""
    for boot in one_model(rng):
        yield boot if boot.label == "model 1" else boot._replace(crashed=False)


def unknown_models(rng):
    """As models(), but on one model, and on all boots of unknown model."""
    for boot in models(rng, ["model 1", "model 2"]):
        yield boot._replace(label="" if boot.label == "model 2" else boot.label)


def one_model_after_bad(rng):
    """Only boots after BAD crash, and only on one model."""
    for boot in models(rng, ["model 1"]):
        yield boot._replace(crashed=boot.crashed and boot.previous == BAD and boot.label == "model 1")


def one_model_by_chance(rng):
    """Only boots after BAD crash, on all models, and so few that all of them may be on one model."""
    for boot in models(rng, []):
        yield boot._replace(crashed=boot.previous == BAD and rng.random() < 0.006)


def two_of_three_models(rng):
    yield from models(rng, ["model 0", "model 2"])


def all_models(rng):
    yield from models(rng, ["model 0", "model 1", "model 2"])


def true_effect_in_loops(rng):
    """Boots after BAD crash more often. In addition, one machine always boots after BAD and crashes in most boots."""
    yield from true_effect(rng)
    for _ in range(40):
        yield Boot("loop", rng.randrange(8), BAD, rng.random() < 0.9)


def three_machines(rng):
    """There are only three machines. Half of their boots after BAD crash."""
    yield from healthy(rng, 3, 60, rate=0, bad_rate=0.5)


def unset_clocks(rng):
    """Boots after BAD crash more often. The clocks of boots that crashed were not set."""
    for boot in true_effect(rng):
        yield boot._replace(week=-2900) if boot.crashed else boot


def true_effect_on_every_machine(rng):
    """Every kexec from BAD crashes. Only six machines use it, three times each."""
    for machine in range(6):
        for week in range(3):
            yield Boot(f"bad{machine}", week, BAD, True)
            yield Boot(f"good{machine}", week, ORIGINS[1], False)


def undated_crashes(rng):
    """Boots after BAD crash more often. The logs of boots that crashed have no dates."""
    for boot in true_effect(rng):
        yield boot._replace(week=None) if boot.crashed else boot


def timed(rng, days_of, crashes_per_day):
    """Yield boots that last an exponentially distributed number of days, and crash at a constant rate per day. Both
    arguments are functions of the previous kernel."""
    for machine in range(300):
        for _ in range(12):
            previous = pick(rng, 0.2)
            length, crash = rng.expovariate(1 / days_of(previous)), rng.expovariate(crashes_per_day(previous))
            yield Boot(f"m{machine}", rng.randrange(8), previous, crash < length, DAY_S * min(length, crash),
                       DAY_S * crash)


def long_boots(rng):
    """Boots after BAD last a week, other boots a day. All crash at the same rate per day."""
    yield from timed(rng, lambda previous: 7 if previous == BAD else 1, lambda _: 0.02)


def short_boots(rng):
    """Boots after BAD last a day, other boots a week. All crash at the same rate per day."""
    yield from timed(rng, lambda previous: 1 if previous == BAD else 7, lambda _: 0.02)


def long_boots_on_consoles(rng):
    """As long_boots(), but boots write their last line after a minute, unless they crash."""
    for boot in long_boots(rng):
        yield boot if boot.crashed else boot._replace(length=60)


def long_boots_of_unknown_length(rng):
    """As long_boots(), but most lengths are unknown."""
    for boot in long_boots(rng):
        yield boot if rng.random() < 0.4 else boot._replace(length=None)


def long_tail(rng):
    """After 7.1.4, one boot in five lasts two months, and the others some hours. All crash at the same rate per day."""
    def days_of(previous):
        if previous == ORIGINS[1]:
            return 60 if rng.random() < 0.2 else 0.1
        return 7 if previous == BAD else 0.3
    yield from timed(rng, days_of, lambda _: 0.02)


def true_effect_on_consoles(rng):
    """All boots last a day, and write their last line after a minute. After BAD, they crash six times as often."""
    for boot in timed(rng, lambda _: 1, lambda previous: 0.12 if previous == BAD else 0.02):
        yield boot if boot.crashed else boot._replace(length=60)


def true_effect_per_day(rng):
    """Boots after BAD last twice as long, and crash at ten times the rate per day."""
    yield from timed(rng, lambda previous: 2 if previous == BAD else 1, lambda p: 0.03 if p == BAD else 0.003)


def daily_reboots(rng):
    """Boots after BAD crash at five times the rate per day, but last a day, and other boots a week."""
    yield from timed(rng, lambda previous: 1 if previous == BAD else 7, lambda p: 0.05 if p == BAD else 0.01)


def aged(rng, times):
    """Yield boots whose crash rate falls with the uptime (Weibull, shape 1/2). Boots after BAD last a day, and others a
    week. @times: how much worse BAD is."""
    for machine in range(300):
        for _ in range(12):
            previous = pick(rng, 0.2)
            length = rng.expovariate(1 if previous == BAD else 1 / 7)
            crash = rng.weibullvariate(1500 / (times if previous == BAD else 1) ** 2, 0.5)
            yield Boot(f"m{machine}", rng.randrange(8), previous, crash < length, DAY_S * min(length, crash),
                       DAY_S * crash)


def daily_reboots_of_falling_risk(rng):
    """As daily_reboots(), but the crash rate falls with the uptime."""
    yield from aged(rng, 5)


def short_boots_of_falling_risk(rng):
    """Boots after BAD last a day, other boots a week. The crash rate falls with the uptime, and is the same for all."""
    yield from aged(rng, 1)


def short_boots_with_early_crashes(rng):
    """Boots after BAD last a day, other boots a week. The same share crashes in the first minutes."""
    for boot in timed(rng, lambda previous: 1 if previous == BAD else 7, lambda _: 1e-9):
        uptime = rng.uniform(5, 200)
        crashed = rng.random() < 0.03 and uptime < boot.length
        yield boot._replace(crashed=crashed, length=uptime if crashed else boot.length, uptime=uptime)


def two_models(rng):
    """Boots after BAD are short. Only boots after 7.1.4 have a console log, which does not show when they end."""
    for boot in timed(rng, lambda previous: 1 if previous == BAD else 7, lambda _: 0.02):
        yield boot._replace(length=60) if boot.previous == ORIGINS[1] and not boot.crashed else boot


def few(rng, hosts, boots):
    """Yield boots of any kexec count that last three days on average and crash at a constant rate."""
    for machine in range(hosts):
        for _ in range(boots):
            length, crash = rng.expovariate(1 / 3), rng.expovariate(0.05)
            yield Boot(f"m{machine}", rng.randrange(8), rng.choice(ORIGINS), crash < length, DAY_S * min(length, crash),
                       DAY_S * crash, count=min(int(rng.expovariate(1 / 3)) + 1, 20))


def few_boots(rng):
    yield from few(rng, 70, 1)


def few_machines(rng):
    yield from few(rng, 10, 7)


def early_crashes(rng):
    """Boots after BAD last a week, other boots a day. Ten times as many crash after BAD, in their first minute."""
    for boot in timed(rng, lambda previous: 7 if previous == BAD else 1, lambda _: 1e-9):
        crashed = rng.random() < (0.05 if boot.previous == BAD else 0.005)
        yield boot._replace(crashed=crashed, length=30 if crashed else boot.length, uptime=30)


def store(fleet, boots):
    """Add boots of 7.3.4 to the store of a fleet."""
    with sqlite3.connect(fleet.path) as database:
        database.executemany("INSERT OR IGNORE INTO releases (name) VALUES (?)",
                             [(name,) for name in (*ORIGINS, "7.3.4")])
        numbers = dict(database.execute("SELECT name, id FROM releases"))
        for number, boot in enumerate(boots):
            start = None if boot.week is None else START + int(boot.week * WEEK)
            seen = None if None in (start, boot.length) else start + int(boot.length)
            row = database.execute(
                "INSERT INTO boots (host, boot_id, time, release, boot, previous, kexec_count, chain_is_complete, last_seen,"
                " label) VALUES (?, ?, ?, ?, 'kexec', ?, ?, 1, ?, ?)",
                (boot.host, f"b{number}", start, numbers["7.3.4"], numbers[boot.previous], boot.count, seen,
                 boot.label)).lastrowid
            if boot.crashed:
                database.execute("INSERT INTO crashes (boot, uptime_us, title, type, frames, signature)"
                                 " VALUES (?, ?, 'oops in f', 'oops', 'f', 'sig')", (row, int(boot.uptime * 1e6)))


def findings(tool, folder, boots):
    folder.mkdir()
    fleet = Fleet(tool, folder / "fleet.db")
    store(fleet, boots)
    return {(finding["value"], finding["verdict"]): finding for finding in fleet.report()["findings"]}


def results(tool, folder, fleet):
    """Yield the findings of the fleet for each seed."""
    for seed in SEEDS:
        yield findings(tool, folder / str(seed), fleet(random.Random(seed)))


def expect(fleet, right):
    """Expect the right result with all seeds, or all but one in 20. Print the number of wrong results (pytest -s)."""
    print(f"\n{fleet.__name__}: {right.count(False)} of {len(right)} wrong")
    assert right.count(False) <= len(SEEDS) // 20, right


def associated_of(report):
    return [finding["value"] for finding in report["findings"] if finding["verdict"] == "associated"]


def associated(found):
    return [value for value, verdict in found if verdict == "associated"]


@pytest.mark.parametrize(("fleet", "why_not"), [(crash_loops, "machines"), (bad_rack, "machines"),
                                                (three_machines_crash_twice, "machines"),
                                                (loops_with_one_boot, "machines"),
                                                (outage, "calendar"), (short_outage, "calendar"),
                                                (long_boots, "boot length"), (long_boots_on_consoles, "boot length"),
                                                (long_boots_of_unknown_length, "boot length")])
def test_other_causes(tool, folder, fleet, why_not):
    """The previous kernel is a suspect, and the finding says which other cause is possible."""
    right = [not associated(found) and found.get((BAD, "suspect"), {}).get("why_not") == why_not
             for found in results(tool, folder, fleet)]
    expect(fleet, right)


@pytest.mark.parametrize("fleet", [true_effect, rare_effect, three_crashes, true_effect_beside_loops,
                                   hidden_by_loops, hidden_by_loops_per_day,
                                   true_effect_with_one_boot,
                                   true_effect_on_every_machine, undated_crashes, true_effect_in_loops, three_machines,
                                   unset_clocks, true_effect_per_day, true_effect_on_consoles, early_crashes,
                                   daily_reboots, daily_reboots_of_falling_risk])
def test_previous_kernel(tool, folder, fleet):
    right = [associated(found) == [BAD] for found in results(tool, folder, fleet)]
    expect(fleet, right)


@pytest.mark.parametrize(("fleet", "label"), [(one_model, "model 1"), (one_model_by_time, "model 1"),
                                              (one_model_that_crashes, "model 1"), (one_model_after_bad, "model 1"),
                                              (two_of_three_models, None), (all_models, None),
                                              (unknown_models, None)])
def test_model(tool, folder, fleet, label):
    """A finding names the hardware if other hardware does not show the difference."""
    right = []
    for found in results(tool, folder, fleet):
        right.append(associated(found) == [BAD] and found[BAD, "associated"]["label"] == label)
    expect(fleet, right)


def by_label(boots, is_in_group):
    """Return how triage counts boots by label, in a group and outside of it."""
    counts = []
    for label in {boot.label for boot in boots}:
        of_label = [boot for boot in boots if boot.label == label]
        some, others = ([boot.crashed for boot in of_label if is_in_group(boot) == wanted] for wanted in (True, False))
        counts.append((-sum(some), -len(some), label, f"'{label}' {sum(some):,} of {len(some):,} "
                                                      f"({sum(others):,} of {len(others):,})"))
    return ", ".join(text for *_, text in sorted(counts))


def test_model_in_words(tool, folder):
    fleet = Fleet(tool, folder / "fleet.db")
    boots = list(one_model(random.Random(1)))
    store(fleet, boots)
    text = " ".join(fleet.run().text.split())
    assert "Only boots with the label 'model 1' show the difference." in text
    assert (f"By label, boots after a kexec from {BAD} (the others in parentheses): "
            f"{by_label(boots, lambda boot: boot.previous == BAD)}.") in text
    assert f"do not kexec to 7.3.4 from {BAD} on machines with the label 'model 1': start 7.3.4 from another kernel." in text
    assert {row["label"] for row in csv.DictReader(io.StringIO(fleet.run("--csv").text))} == {"", "model 1"}


@pytest.mark.parametrize("fleet", [hidden_by_loops, hidden_by_loops_per_day])
def test_hidden_by_loops(tool, folder, fleet):
    """All figures are those of the other machines, and the sentence says how many machines were left out."""
    boots = list(fleet(random.Random(1)))
    others = [boot for boot in boots if not boot.host.startswith("loop")]
    of_bad = [boot for boot in others if boot.previous == BAD]
    found = findings(tool, folder / "fleet", boots)
    one = found[BAD, "associated"]
    assert found[ORIGINS[1], "suspect"]["hosts_left_out"] is None
    assert one["hosts_left_out"] == 5 and one["ratio_low"] < 10 < one["ratio_high"]
    assert one["crashed"] == sum(boot.crashed for boot in of_bad)
    assert one["crashed"] + one["other_crashed"] == sum(boot.crashed for boot in others)
    assert one["hosts"] == len({boot.host for boot in of_bad if boot.crashed})
    if one["unit"] == "boots":
        assert one["exposed"] == len(of_bad) and one["exposed"] + one["other_exposed"] == len(others)
    else:
        hours = [sum(boot.uptime if boot.crashed else boot.length for boot in some) / 3600 for some in (of_bad, others)]
        assert one["exposed"] == pytest.approx(hours[0], rel=0.01)
        assert one["exposed"] + one["other_exposed"] == pytest.approx(hours[1], rel=0.01)
    assert (one["hosts_left_out_boots"], one["hosts_left_out_crashed"]) == (200, 200)
    text = " ".join(tool.run("triage", f"--store={folder}/fleet/fleet.db").text.split())
    assert ("5 machines are left out of this comparison: they crashed in 200 of 200 boots ('kexec-lineage hosts' lists "
            "the crashes of each machine).") in text
    assert ("Suspect: the crashes are concentrated on a few machines, which may be the cause. 7.3.4 crashed in "
            f"{found[ORIGINS[1], 'suspect']['crashed']} of ") in text
    assert (f"do not kexec to 7.3.4 from {BAD}: start 7.3.4 from another kernel, but not from {ORIGINS[1]}, which is a suspect. "
            "No cold boot of 7.3.4 is in the data.") in text
    assert f"The row of {BAD} does not count the 5 machines that are left out; the other rows do." in text
    assert f"About the suspect {ORIGINS[1]}: examine the hardware of the machines that crash most (" in text
    assert f"Boots of other machines decide whether {ORIGINS[1]} is the cause." in text
    rows = csv.DictReader(io.StringIO(tool.run("triage", f"--store={folder}/fleet/fleet.db", "--csv").text))
    fields = ("hosts_left_out", "hosts_left_out_boots", "hosts_left_out_crashed")
    left_out = {row["previous_release"]: tuple(map(row.get, fields)) for row in rows if row["hosts_left_out"]}
    assert left_out == {BAD: ("5", "200", "200")}


def test_time(tool, folder):
    """The unit is the boot-hour if the lengths of the boots are known. The sentence has both."""
    fleet = Fleet(tool, folder / "fleet.db")
    boots = list(daily_reboots(random.Random(1)))
    store(fleet, boots)
    report = fleet.report()
    found, = (one for one in report["findings"] if one["verdict"] == "associated")
    of_bad = [boot for boot in boots if boot.previous == BAD]
    hours = sum(int(boot.length) for boot in of_bad) / 3600
    assert (report["denominator"], found["unit"], found["value"]) == ("time", "boot-hours", BAD)
    assert found["exposed"] == pytest.approx(hours, rel=1e-3)
    assert found["crashed"] == sum(boot.crashed for boot in of_bad)
    assert found["ratio_low"] < 5 < found["ratio_high"]
    text = " ".join(fleet.run().text.split())
    assert f"{found['crashed']} of {len(of_bad)} boots ({round(hours):,} hours) after a kexec from {BAD}" in text
    assert "times as likely per hour" in text


def test_period(tool, folder):
    """--since and --until give the report of a store that has only the boots of the period."""
    rng = random.Random(1)
    boots = [boot for fleet in (true_effect_per_day, outage) for boot in fleet(rng)]
    inside = [boot for boot in boots if 2 <= boot.week < 6]
    undated = [boot._replace(week=None, crashed=True) for boot in inside[:100]]
    (folder / "whole").mkdir()
    (folder / "part").mkdir()
    whole, part = Fleet(tool, folder / "whole/fleet.db"), Fleet(tool, folder / "part/fleet.db")
    store(whole, inside + [boot for boot in boots if not 2 <= boot.week < 6] + undated)
    store(part, inside)
    report = whole.report(f"--since=@{START + 2 * WEEK}", f"--until=@{START + 6 * WEEK}")
    assert ("Only boots that started at or after 2025-08-14 00:00 UTC, and before 2025-09-11 00:00 UTC are compared; boots "
            "without a time are excluded.") in report.pop("warnings")
    expected = part.report()
    for one in (report, expected):
        one.pop("store"), one.pop("time"), one.pop("warnings", None)
    assert report["boots"] == len(inside) and associated_of(report) and report == expected
    assert whole.report()["boots"] > len(inside)


@pytest.mark.parametrize(("arguments", "message"), [
    (["--since=soon"], "invalid --since value 'soon' (expected "),
    (["--until=never"], "invalid --until value 'never' (expected "),
    (["--since=2026-11-24", "--until=2026-11-24"], "--since=2026-11-24 is not before --until=2026-11-24"),
])
def test_invalid_period(tool, folder, arguments, message):
    got = Fleet(tool, folder / "fleet.db").run(*arguments)
    assert got.status == 2 and message in got.talk


def test_empty_period(tool, folder):
    fleet = Fleet(tool, folder / "fleet.db")
    store(fleet, nothing(random.Random(1)))
    got = fleet.run("--since=@4000000000")
    assert (got.status, got.text) == (3, "")
    assert got.talk == ("kexec-lineage: triage: no boot with a known origin started in this period; use another --since or "
                        "--until\n")


def test_crashes_of_other_boots(tool, folder):
    """Boots that are not compared do not count when triage checks whether the store contains crashes only."""
    fleet = Fleet(tool, folder / "fleet.db")
    fleet.add("7.3.4", BAD, 40, 20)
    fleet.add("7.3.4", ORIGINS[1], 160, 8)
    fleet.add("7.3.4", None, 500, 500, boot="unknown", count="unknown", signature="")
    assert fleet.report()["denominator"] == "boots"


def test_suspects(tool, folder):
    """A suspect has the factor, the counts and the hosts that it would have as an association."""
    fleet = Fleet(tool, folder / "fleet.db")
    for number in range(40):
        fleet.add("7.3.4", None, 40, host=f"m{number}")
        fleet.add("7.3.4", ORIGINS[1], 10, host=f"m{number}")
    fleet.add("7.3.4", ORIGINS[1], 40, 40, host="m1")
    found, = (one for one in fleet.report()["findings"] if one["factor"] == "kexec")
    assert (found["verdict"], found["why_not"], found["hosts"]) == ("suspect", "one machine", 1)
    assert (found["crashed"], found["other_crashed"]) == (40, 0)


def nothing(rng):
    """Every boot crashes with the same probability."""
    yield from healthy(rng, 500, 16, rate=0.01)


@pytest.mark.parametrize("fleet", [nothing, loops_after_another_kernel, fifth_of_the_boots, tenth_of_the_boots,
                                   thirtieth_of_the_boots,
                                   short_boots, long_tail, short_boots_of_falling_risk,
                                   short_boots_with_early_crashes, two_models, few_boots, few_machines])
def test_nothing(tool, folder, fleet):
    found = list(results(tool, folder, fleet))
    print(f"\n{sum(any(verdict == 'suspect' for _, verdict in one) for one in found)} with suspects")
    expect(fleet, [not associated(one) for one in found])


CLEAR = (true_effect, rare_effect, three_crashes)
OTHER_CAUSES = (crash_loops, bad_rack, three_machines_crash_twice, loops_with_one_boot, outage, short_outage,
                long_boots_on_consoles, long_boots_of_unknown_length, two_models, nothing)
MORE = (true_effect_beside_loops, true_effect_in_loops, true_effect_with_one_boot, true_effect_on_every_machine,
        undated_crashes, unset_clocks, true_effect_per_day, true_effect_on_consoles, early_crashes, daily_reboots,
        daily_reboots_of_falling_risk, one_model, two_of_three_models, all_models, long_boots, fifth_of_the_boots,
        tenth_of_the_boots, thirtieth_of_the_boots, short_boots, long_tail, short_boots_of_falling_risk,
        short_boots_with_early_crashes)
COPIES = 6  # copies of each fleet in one store, so that a sample has enough machines


def compare_with_sample(tool, folder, fleet, seed):
    """Compare the check in a sample of machines with the check of all machines (tests/fleet/sample.c)."""
    folder.mkdir()
    large = Fleet(tool, folder / "fleet.db")
    boots = [boot._replace(host=f"{boot.host}-{copy}")
             for copy in range(COPIES) for boot in fleet(random.Random(1000 * seed + copy))]
    store(large, boots)
    program = Path(os.environ.get("KEXEC_LINEAGE_BUILD", "build")) / "tests/fleet/sample"
    return json.loads(subprocess.run([program, str(max(50, len(boots) // 5)), large.path], check=True,
                                     stdout=subprocess.PIPE).stdout)


@pytest.mark.parametrize("fleet", CLEAR + OTHER_CAUSES + (MORE if len(SEEDS) > 2 else ()))
def test_sample_of_machines(tool, folder, fleet):
    """A sample of machines settles no case in which all machines show another cause, and it changes no figure."""
    results = [compare_with_sample(tool, folder / str(seed), fleet, seed) for seed in SEEDS]
    total = {key: sum(result[key] for result in results) for key in results[0] if key != "kind"}
    print(f"\n{fleet.__name__}: {total}")
    assert total["extra"] == total["lost"] == total["different"] == 0
    if fleet in CLEAR:
        assert total["cases"] == total["sampled"] == len(SEEDS)
    if fleet in OTHER_CAUSES:
        assert total["sampled"] == 0
