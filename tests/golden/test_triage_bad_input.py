# SPDX-License-Identifier: GPL-2.0-or-later
"""Golden tests of triage with stores that have little, or unusual, data."""
import csv
import io
import re
import sqlite3

import pytest

from .fleet import Fleet
from .test_triage import BAD, OTHERS, page_of

ORIGINS = ((BAD, 3), (OTHERS[0], 0), (None, 0))


def add_machines(fleet, **more):
    for number in range(8):
        for previous, crashed in ORIGINS:
            fleet.add("7.3.4", previous, 6, crashed, host=f"m{number}", **more)


def one_boot(fleet):
    fleet.add("7.3.4", BAD, 1)


def one_boot_that_crashed(fleet):
    fleet.add("7.3.4", BAD, 1, 1)


def one_machine(fleet):
    for previous, crashed in ORIGINS:
        fleet.add("7.3.4", previous, 30, 5 * crashed, host="m0")


def no_crash(fleet):
    fleet.add("7.3.4", BAD, 20).add("7.3.4", None, 20)


def every_boot_crashed(fleet):
    for previous, _ in ORIGINS:
        fleet.add("7.3.4", previous, 20, 20)


def releases_seen_once(fleet):
    for number in range(1000):
        fleet.add(f"7.{number // 100}.{number % 100}", f"6.{number}.1", 1, number % 2, host=f"m{number}")


def unknown_hosts(fleet):
    for previous, crashed in ORIGINS:
        fleet.add("7.3.4", previous, 30, 5 * crashed, host="")


def clocks_that_were_not_set(fleet):
    add_machines(fleet)
    change(fleet, "UPDATE boots SET time = id * 60")


def clocks_that_were_wrong(fleet):
    add_machines(fleet)
    change(fleet, "UPDATE boots SET time = CASE id % 3 WHEN 0 THEN 1 << 62 WHEN 1 THEN -5 ELSE 1000000000000 END")


def large_numbers(fleet):
    add_machines(fleet)
    change(fleet, "UPDATE transitions SET boots = boots * 100000000")


def inferred_lineages(fleet):
    add_machines(fleet, source="inferred")


def label_of_each_machine(fleet):
    for number in range(60):
        for previous, crashed in ORIGINS:
            fleet.add("7.3.4", previous, 6, crashed, host=f"m{number}", label=f"label {number}")


def releases_without_an_order(fleet):
    for previous in ("zzz", "???", "-", ".", "~", "0", "9" * 60, None):
        for number in range(4):
            fleet.add("kernel-of-tuesday", previous, 6, 2 if previous in ("zzz", ".") else 0, host=f"m{number}")


def long_chains(fleet):
    for count in range(1, 1001):
        fleet.add("7.3.4", BAD, 1, count > 900, count=count, host=f"m{count % 20}")
    change(fleet, "UPDATE boots SET chain = '7.2.9' || replace(hex(zeroblob(kexec_count)), '00', ', 6.1')")


def change(fleet, sql):
    with sqlite3.connect(fleet.path) as database:
        database.execute(sql)


STATUS = {one_boot: 3, one_boot_that_crashed: 0, one_machine: 10, no_crash: 3, every_boot_crashed: 0,
          releases_seen_once: 0, unknown_hosts: 10, clocks_that_were_not_set: 10, clocks_that_were_wrong: 10,
          large_numbers: 10, inferred_lineages: 10, label_of_each_machine: 10,
          releases_without_an_order: 10, long_chains: 10}


@pytest.mark.parametrize("make", STATUS, ids=lambda make: make.__name__)
def test_bad_input(tool, folder, make):
    """Each format has the same status, no number that is not a number, and fits into a narrow terminal."""
    fleet = Fleet(tool, folder / "fleet.db")
    make(fleet)
    for arguments in (), ("--all",):
        got = fleet.run(*arguments, env={"COLUMNS": "60"})
        assert (got.status, got.talk) == (STATUS[make], "")
        assert max(map(len, got.text.splitlines())) <= 60
        # The only numbers with an exponent are small probabilities.
        assert not re.search(r"\b(nan|inf|null)\b|[0-9]e\+|1970-|day [0-9]", " ".join(got.text.split()))
        got = fleet.run("--csv", *arguments)
        rows = list(csv.reader(io.StringIO(got.text)))
        assert got.status == STATUS[make] and {len(row) for row in rows} == {len(rows[0])} and "nan" not in got.text
        got = fleet.run("--json", *arguments)
        assert got.status == STATUS[make] and got.json["findings"] is not None and "nan" not in got.text.lower()
    got = fleet.run(f"--html={folder}/page.html")
    assert (got.status, got.talk) == (STATUS[make], "")
    if STATUS[make] != 3:
        assert not re.search(r"\b(nan|inf)\b", " ".join(page_of(fleet, folder).said))
    assert (folder / "page.html").stat().st_size < 300_000
