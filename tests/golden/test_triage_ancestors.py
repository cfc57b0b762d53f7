# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that `triage` finds a kernel further back in the chain that makes a later kernel crash.

LINEAGE_SEEDS=20 runs each fleet with 20 seeds instead of 2. At most one seed in 20 may have another result.
"""
import csv
import io
import json
import os
import random
import re
import sqlite3
import subprocess
import time
from itertools import groupby
from pathlib import Path

import pytest

from .fleet import Fleet

SEEDS = range(int(os.environ.get("LINEAGE_SEEDS", "2")))
RELEASE = "7.3.4"
BAD = "7.2.9"
OTHERS = ("7.1.4", "7.2.8", "7.3.1", "7.3.2")
FIRMWARE, OTHER_FIRMWARE = "6.6.1-fw", "6.6.2-fw"


def encode(chain):
    """Return the chain as the text in the column `chain` of a store."""
    entries = [{"release": release, "runs": len(list(group))} for release, group in groupby(chain)]
    return json.dumps(entries, separators=(",", ":"))


class Machine:
    """A machine that boots one kernel after another."""

    def __init__(self, rng, name):
        self.rng = rng
        self.name = name
        self.chain = []  # the previous kernels, newest first
        self.running = None

    def cold(self, release):
        self.chain, self.running = [], release

    def kexec(self, release):
        self.chain, self.running = [self.running, *self.chain], release

    def boot(self, crashed, **facts):
        """Return the running boot. After a crash, the next boot is cold."""
        row = {"host": self.name, "release": self.running, "chain": list(self.chain), "crashed": crashed} | facts
        if crashed:
            self.running = None
        return row


def histories(rng, risk_of, machines=200, boots=80, firmware_of=None):
    """Yield the boots of machines. A firmware kernel is always between two other kernels. firmware_of() chooses it,
    given the previous kernel. risk_of() is the probability that a boot of RELEASE crashes, given its chain."""
    for number in range(machines):
        machine = Machine(rng, f"m{number}")
        for _ in range(boots):
            release = rng.choice((RELEASE, RELEASE, BAD, *OTHERS))
            if machine.running is None or rng.random() < 0.15:
                machine.cold(release)
            else:
                machine.kexec(firmware_of(machine.running) if firmware_of else FIRMWARE)
                yield machine.boot(False)
                machine.kexec(release)
            yield machine.boot(release == RELEASE and rng.random() < risk_of(machine.chain))


def two_hops(chain):
    """Boots crash two hops after BAD."""
    return 0.045 if chain[1:2] == [BAD] else 0.0008


def further_back(chain):
    """Boots crash any number of hops, but at least two, after BAD."""
    return 0.03 if BAD in chain[1:] else 0.001


def firmware(rng):
    yield from histories(rng, two_hops)


def chains(rng):
    yield from histories(rng, further_back)


def biased_firmware(rng):
    """The firmware kernel that usually runs after BAD seldom runs after the other kernels."""
    def firmware_of(release):
        return OTHER_FIRMWARE if (release == BAD) == (rng.random() < 0.9) else FIRMWARE
    yield from histories(rng, two_hops, firmware_of=firmware_of)


def cut_chains(rng):
    """Half of the chains are cut after the previous kernel."""
    for boot in histories(rng, two_hops):
        yield boot | ({"known": 1} if len(boot["chain"]) > 1 and rng.random() < 0.5 else {})


def nothing(rng):
    yield from histories(rng, lambda chain: 0.01)


def cut_chains_crash(rng):
    """No kernel makes boots crash. The chains of some boots are cut, and these boots crash more often."""
    for boot in histories(rng, lambda chain: 0.003):
        if len(boot["chain"]) > 2 and rng.random() < 0.3:
            boot |= {"known": 2, "crashed": boot["release"] == RELEASE and rng.random() < 0.1}
        yield boot


def count(rng):
    """Boots after eight kexecs crash, whatever the kernels."""
    yield from histories(rng, lambda chain: 0.05 if len(chain) >= 8 else 0.001)


def previous(rng):
    """Boots crash after BAD. No firmware kernel runs in between."""
    for number in range(200):
        machine = Machine(rng, f"m{number}")
        for _ in range(60):
            release = rng.choice((RELEASE, RELEASE, BAD, *OTHERS))
            if machine.running is None or rng.random() < 0.15:
                machine.cold(release)
            else:
                machine.kexec(release)
            risk = 0.045 if machine.chain[:1] == [BAD] else 0.001
            yield machine.boot(release == RELEASE and rng.random() < risk)


def crash_loops(rng):
    """Three machines crash often. They always run BAD first."""
    yield from histories(rng, lambda chain: 0.001)
    for number in range(3):
        machine = Machine(rng, f"loop{number}")
        for _ in range(40):
            machine.cold(BAD)
            machine.kexec(FIRMWARE)
            machine.kexec(RELEASE)
            yield machine.boot(rng.random() < 0.7)


def store(fleet, boots):
    with sqlite3.connect(fleet.path) as database:
        numbers = {}
        for number, boot in enumerate(boots):
            chain, known = boot["chain"], boot["chain"][:boot.get("known")]
            for name in (boot["release"], *known):
                if name not in numbers:
                    database.execute("INSERT OR IGNORE INTO releases (name) VALUES (?)", (name,))
                    numbers[name], = database.execute("SELECT id FROM releases WHERE name = ?", (name,)).fetchone()
            row = database.execute(
                "INSERT INTO boots (host, boot_id, release, boot, previous, kexec_count, chain, chain_is_complete)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (boot["host"], f"b{number}", numbers[boot["release"]], "kexec" if chain else "cold",
                 numbers[chain[0]] if chain else 0, len(chain), encode(known) if chain else None,
                 known == chain)).lastrowid
            if boot["crashed"]:
                database.execute("INSERT INTO crashes (boot, uptime_us, title, type, frames, signature)"
                                 " VALUES (?, 5000000, 'oops in f', 'oops', 'f', 'sig')", (row,))


def results(tool, folder, fleet):
    """Yield the findings of the fleet for each seed."""
    for seed in SEEDS:
        (folder / str(seed)).mkdir()
        made = Fleet(tool, folder / str(seed) / "fleet.db")
        store(made, fleet(random.Random(seed)))
        yield made.report()["findings"]


def associated(found):
    return {(one["factor"], one["value"]) for one in found if one["verdict"] == "associated"}


@pytest.mark.parametrize(("fleet", "expected"), [
    (firmware, ("ancestor", BAD)), (chains, ("ancestor", BAD)), (biased_firmware, ("ancestor", BAD)),
    (cut_chains, ("ancestor", BAD)), (previous, ("previous_release", BAD)), (count, ("kexec_count", 8))])
def test_cause(tool, folder, fleet, expected):
    """The cause is found, and nothing else."""
    found = [associated(one) for one in results(tool, folder, fleet)]
    if fleet is count:
        found = [{(factor, 8 if value in range(6, 12) else value) for factor, value in one} for one in found]
    right = [one == {expected} for one in found]
    assert right.count(False) <= len(SEEDS) // 20, found


@pytest.mark.parametrize("fleet", [nothing, cut_chains_crash, crash_loops])
def test_nothing(tool, folder, fleet):
    found = [associated(one) for one in results(tool, folder, fleet)]
    if fleet is cut_chains_crash:  # the boots that crash more have larger counts
        found = [{one for one in found_once if one[0] != "kexec_count"} for found_once in found]
    assert [bool(one) for one in found].count(True) <= len(SEEDS) // 20, found


def test_finding(tool, folder):
    """The finding has the counts of all boots with a known chain of at least two kernels."""
    fleet = Fleet(tool, folder / "fleet.db")
    boots = list(firmware(random.Random(1)))
    store(fleet, boots)
    found, = fleet.report()["findings"]  # the firmware kernel is not even a suspect
    of_release = [boot for boot in boots if boot["release"] == RELEASE and len(boot["chain"]) > 1]
    having = [boot for boot in of_release if boot["chain"][1] == BAD]
    assert (found["factor"], found["value"], found["unit"], found["release"]) == ("ancestor", BAD, "boots", RELEASE)
    assert (found["crashed"], found["exposed"]) == (sum(boot["crashed"] for boot in having), len(having))
    assert found["other_exposed"] == len(of_release) - len(having)
    assert found["hosts"] == len({boot["host"] for boot in having if boot["crashed"]})
    text = " ".join(fleet.run().text.split())
    boots = f"{found['crashed']} of {len(having):,} boots"
    assert f"{RELEASE} crashed in {boots} whose second kernel back was {BAD}" in text


def test_csv(tool, folder):
    """The CSV has a row for each ancestor. The row of the finding has the numbers of --json."""
    fleet = Fleet(tool, folder / "fleet.db")
    store(fleet, firmware(random.Random(1)))
    found, = fleet.report()["findings"]
    rows = list(csv.DictReader(io.StringIO(fleet.run("--csv").text)))
    row, = (one for one in rows if one["boot"] == "second kernel back" and one["verdict"] == "associated")
    assert row["previous_release"] == found["value"] == BAD
    assert [int(row[name]) for name in ("crashed", "boots", "other_crashed", "other_boots", "hosts")] == [
        found[name] for name in ("crashed", "exposed", "other_crashed", "other_exposed", "hosts")]
    assert {one["boot"] for one in rows} == {"kexec", "cold", "count", "second kernel back", "earlier kernel"}


def test_unknown_chains(tool, folder):
    """A warning has the number of boots whose chain is cut."""
    fleet = Fleet(tool, folder / "fleet.db")
    boots = list(cut_chains(random.Random(1)))
    store(fleet, boots)
    after_several = [boot for boot in boots if len(boot["chain"]) > 1]
    cut = [boot for boot in after_several if boot.get("known")]
    warning, = (one for one in fleet.report()["warnings"] if "incomplete" in one)
    assert f"The chain of {len(cut):,} of {len(after_several):,} boots" in warning


@pytest.mark.parametrize(("table", "signature"), [("ancestors", ""), ("crash_ancestors", "0, ")])
def test_ancestors_without_a_previous_release(tool, folder, table, signature):
    """Sums of a damaged file are refused."""
    fleet = Fleet(tool, folder / "fleet.db")
    store(fleet, firmware(random.Random(1)))
    with sqlite3.connect(fleet.path) as database:
        database.execute(f"INSERT INTO {table} SELECT {signature}id, 0, 2, '', 0, 0, 0, 30 FROM releases WHERE name = ?",
                         (RELEASE,))
        database.execute("UPDATE summed SET boot = 1")  # the sums are read
    got = fleet.run()
    assert got.status == 1 and "a boot with known ancestors has no previous release" in got.talk, got


@pytest.mark.plain
def test_long_chains(tool, folder):
    """A chain of a thousand kernels takes little time and memory."""
    rng = random.Random(1)
    fleet = Fleet(tool, folder / "fleet.db")
    machine = Machine(rng, "m")
    boots = []
    machine.cold("6.0.0")
    for number in range(1000):
        machine.kexec(f"6.0.{number % 500}")
        boots.append(machine.boot(False))
    store(fleet, [*boots, *firmware(rng)])
    assert ("ancestor", BAD) in associated(fleet.report()["findings"])
    if not tool.is_sanitized:  # a sanitizer's own memory is not bounded
        assert peak_kib(tool.command("triage", f"--store={fleet.path}")) < 200_000


def peak_kib(command):
    """Return the peak memory of a command. It is read while the command runs: what wait4() returns includes the memory
    of this process at the time of exec."""
    peak = 0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            found = re.search(r"VmHWM:\s*(\d+)", Path(f"/proc/{process.pid}/status").read_text())
            peak = max(peak, int(found[1])) if found else peak  # a process that has ended has no memory
            time.sleep(0.002)
    assert process.returncode == 10 and peak > 0, process.returncode
    return peak


def test_order_of_csv(tool, folder):
    """The order of the rows does not depend on the order in which a store has the boots and the releases."""
    boots = list(nothing(random.Random(3)))
    texts = []
    for number, in_order in enumerate((boots, boots[::-1], random.Random(4).sample(boots, len(boots)))):
        fleet = Fleet(tool, folder / f"fleet{number}.db")
        store(fleet, in_order)
        texts.append([{name: value for name, value in row.items() if name not in ("p", "q")}
                      for row in csv.DictReader(io.StringIO(fleet.run("--csv").text))])
    earlier = [row["previous_release"] for row in texts[0] if row["factor"] == "ancestor"]
    assert len(earlier) > 10 and texts[0] == texts[1] == texts[2]
