# SPDX-License-Identifier: GPL-2.0-or-later
"""`ingest` infers from the lines before a banner how a kernel was started, and finds lost kexecs."""
import gzip
import json
import random
import re

import pytest

from .conftest import REPOSITORY
from .consoles import FIRMWARE, Console

CONSOLES = REPOSITORY / "tests/fixtures/consoles"
BAD, GOOD, NEXT = "6.12.117", "6.1.192", "5.10.262"
CUT = 0.01
RATES = (0.0, 0.02, 0.05, 0.1, 0.2, 0.3)
FLEETS = 200
MACHINES = 4


def ingest(tool, *arguments, stdin=b""):
    got = tool.run("ingest", "--json", *arguments, stdin=stdin)
    assert got.status == 0, got
    events = [json.loads(line) for line in got.text.splitlines()]
    return [event for event in events if event["event"] == "boot"], [e for e in events if e["event"] == "crash"]


def seen(boot):
    return boot["release"], boot["boot"], boot["previous_release"], boot["end"] == "lost"


def make_console(rng, rate):
    """A console and the number of power cuts within a kexec, which look like a lost kexec."""
    console = Console(rng, rng.choice(list(FIRMWARE)), rng.random() < 0.5, rng.random() < 0.3)
    cuts = 0
    console.reset(rng.choice([BAD, GOOD]))
    for _ in range(rng.randrange(4, 16)):
        after = rng.choice([BAD, GOOD])
        way = rng.random()
        if way < CUT:
            console.reset(after)
        elif way < 0.25:
            console.restart(after)
        elif way < 0.28:
            console.fall_back(NEXT, after)
        elif way < 0.31:
            console.tear(NEXT, after)
        elif rng.random() < CUT:
            console.lose(NEXT, after)
            cuts += 1
        elif console.running == BAD and rng.random() < rate:
            console.lose(NEXT, after)
        else:
            console.kexec(NEXT if console.running != NEXT else after)
    return console, cuts


def test_fleets_of_consoles(tool, folder):
    """Every boot and every lost kexec is found, with its previous kernel; nothing else is called a lost kexec."""
    print(f"\n{FLEETS} fleets of {MACHINES} consoles\n rate  boots kexecs   lost  found  false alarms  (power cuts in a kexec)")
    table = {rate: [0] * 6 for rate in RATES}
    for number in range(FLEETS):
        rng = random.Random(number)
        rate = RATES[number % len(RATES)]
        fleet = folder / f"fleet{number}"
        fleet.mkdir()
        truth, row = {}, table[rate]
        for machine in range(MACHINES):
            console, cuts = make_console(rng, rate)
            (fleet / f"m{machine}.log").write_text(console.text)
            truth[f"m{machine}"] = [(b.release, b.boot, b.previous, b.lost) for b in console.boots]
            row[5] += cuts
        boots, crashes = ingest(tool, fleet)
        found = {host: [seen(boot) for boot in boots if boot["host"] == host] for host in truth}
        lost = {host: [b for b in of if b[3]] for host, of in truth.items()}
        row[0] += sum(len(of) for of in truth.values())
        row[1] += sum(b[1] == "kexec" for of in truth.values() for b in of)
        row[2] += sum(len(of) for of in lost.values())
        row[3] += sum(b in lost[host] for host, of in found.items() for b in of if b[3])
        row[4] += sum(b not in lost[host] for host, of in found.items() for b in of if b[3])
        assert found == truth, (number, {h: (found[h], truth[h]) for h in truth if found[h] != truth[h]})
        assert [c["type"] for c in crashes].count("lost-kexec") == sum(len(of) for of in lost.values())
    for rate, row in table.items():
        print(f"{rate:5.0%} {row[0]:6} {row[1]:6} {row[2]:6} {row[3]:6} {row[4]:13}  {row[5]}")
        assert row[2] == row[3] and row[4] == 0


def rows_of_table():
    text = (REPOSITORY / "intake/recognise/data/firmware.txt").read_text()
    return re.findall(r'^\[(\w+)\]\n(begins|has) = "(.*)"\nsource = .+$', text, re.MULTILINE)


def console_with(between):
    return (f"[    0.000000] Linux version {BAD} (a@b)\n[    9.000001] kexec_core: Starting new kernel\n{between}\n"
            f"[    0.000000] Linux version {GOOD} (a@b)\n").encode()


@pytest.mark.parametrize("kind,where,text", rows_of_table())
def test_row_of_the_table(tool, kind, where, text):
    """Each row is used: firmware shows a lost kexec, a line of a kexec is ignored, and a program is a sign of life."""
    line = text if where == "begins" else f"word {text}"
    boots, _ = ingest(tool, "-", stdin=console_with(f"  {line} more"))
    assert [seen(boot)[1:] for boot in boots[1:]] == {
        "firmware": [("kexec", BAD, True), ("cold", None, False)],
        "between": [("kexec", BAD, False)],
        "alive": [("unknown", None, False)],
    }[kind]


def test_the_table_is_complete():
    text = (REPOSITORY / "intake/recognise/data/firmware.txt").read_text()
    assert len(rows_of_table()) == len(re.findall(r"^\[", text, re.MULTILINE)) > 80


# Consoles of real kernels in QEMU with a display: 6.12 and 5-level paging kills 5.10, and 6.1 does not.
REAL = {
    "seabios-lost": ["cold", "lost", "cold", "lost", "cold"],
    "seabios-arrives": ["cold", "kexec", "cold", "kexec", "cold"],
    "ovmf-lost": ["cold", "lost", "cold", "lost", "cold"],
    "ovmf-arrives": ["cold", "kexec", "cold", "kexec", "cold"],
    "grub-lost": ["cold", "lost", "cold"],
}


@pytest.mark.parametrize("name", REAL)
def test_real_console(tool, name):
    log = gzip.decompress((CONSOLES / f"{name}.log.gz").read_bytes())
    boots, crashes = ingest(tool, "-", stdin=log)
    assert ["lost" if boot["end"] else boot["boot"] for boot in boots] == REAL[name]
    assert {boot["previous_release"] for boot in boots if boot["boot"] == "kexec"} == {boots[0]["release"]}
    assert {boot["source"] for boot in boots} == {"inferred"}
    assert [crash["title"] for crash in crashes] == ["kexec lost: no sign of life"] * REAL[name].count("lost")
    plain, none = ingest(tool, "--no-inferred", "-", stdin=log)
    assert {boot["boot"] for boot in plain} == {"unknown"} and not none
    assert len(plain) == len(boots) - len(crashes)
