# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that `ingest` infers from the lines before a banner how a kernel was started, and finds lost kexecs."""
import gzip
import json
import os
import random
import re
import sqlite3

import pytest

from .conftest import REPOSITORY
from .consoles import FIRMWARE, Console

CONSOLES = REPOSITORY / "tests/fixtures/consoles"
BAD, GOOD, NEXT = "6.12.117", "6.1.192", "5.10.262"
CUT = 0.01
RATES = (0.0, 0.02, 0.05, 0.1, 0.2, 0.3)
FLEETS = int(os.environ.get("LINEAGE_FLEETS", "60"))
MACHINES = 4


def ingest(tool, *arguments, stdin=b""):
    got = tool.run("ingest", "--json", *arguments, stdin=stdin)
    assert got.status == 0, got
    events = [json.loads(line) for line in got.text.splitlines()]
    return [event for event in events if event["event"] == "boot"], [e for e in events if e["event"] == "crash"]


def seen(boot):
    return boot["release"], boot["boot"], boot["previous_release"], boot["end"] == "lost"


def make_console(rng, rate):
    """Return a console, and the number of power cuts during a kexec, which look like lost kexecs."""
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


def make_fleets(folder, rate, numbers):
    """Write the consoles of fleets in one folder. Return the true boots of each machine, and the number of cuts."""
    truth, all_cuts = {}, 0
    for number in numbers:
        rng = random.Random(number)
        for machine in range(MACHINES):
            console, cuts = make_console(rng, rate)
            host = f"fleet{number}-m{machine}"
            (folder / f"{host}.log").write_text(console.text)
            truth[host] = [(b.release, b.boot, b.previous, b.lost) for b in console.boots]
            all_cuts += cuts
    return truth, all_cuts


def find_associated(tool, folder, logs):
    """Return the previous kernels with which triage associates lost kexecs."""
    store = folder / "store.db"
    assert tool.run("ingest", f"--store={store}", logs).status == 0
    got = tool.run("triage", "--json", f"--store={store}")
    assert got.status in (0, 10), got
    return sorted({finding["value"] for finding in got.json["findings"] if finding["outcome"] == "lost kexec"
                   and finding["verdict"] == "associated" and finding["factor"] == "previous_release"})


@pytest.mark.parametrize("rate", RATES)
def test_fleets_of_consoles(tool, folder, rate):
    """Every boot and every lost kexec is found, with its previous kernel, and no other event is a lost kexec.

    With LINEAGE_FLEETS=200, the test prints the table of docs/appendix/benchmarks.md.
    """
    logs = folder / "logs"
    logs.mkdir()
    truth, cuts = make_fleets(logs, rate, range(RATES.index(rate), FLEETS, len(RATES)))
    boots, crashes = ingest(tool, logs)
    found = {host: [seen(boot) for boot in boots if boot["host"] == host] for host in truth}
    assert found == truth, {host: (found[host], truth[host]) for host in truth if found[host] != truth[host]}
    lost = sum(b[3] for of in truth.values() for b in of)
    assert [crash["type"] for crash in crashes].count("lost-kexec") == lost
    if "LINEAGE_FLEETS" in os.environ:
        kexecs = sum(b[1] == "kexec" for of in truth.values() for b in of)
        print(f"\n| {rate:.0%} | {len(truth)} | {len(boots):,} | {kexecs:,} | {lost - cuts} | {lost - cuts} | {cuts} | 0 "
              f"| {', '.join(find_associated(tool, folder, logs)) or 'none'} |")


def rows_of_table():
    text = (REPOSITORY / "intake/recognise/data/firmware.txt").read_text()
    return re.findall(r'^\[(\w+)\]\n(?:begins = "(.*)"\n)?(?:has = "(.*)"\n)?source = .+$', text, re.MULTILINE)


def console_with(between):
    return (f"[    0.000000] Linux version {BAD} (a@b)\n[    9.000001] kexec_core: Starting new kernel\n{between}\n"
            f"[    0.000000] Linux version {GOOD} (a@b)\n").encode()


@pytest.mark.parametrize("kind,begins,has", rows_of_table())
def test_row_of_the_table(tool, kind, begins, has):
    """Each row has its effect: a line of firmware shows a lost kexec, a line of a kexec is ignored, and a line of a
    program is a sign of life."""
    boots, _ = ingest(tool, "-", stdin=console_with(f"  {begins or 'word'} {has} more"))
    assert [seen(boot)[1:] for boot in boots[1:]] == {
        "firmware": [("kexec", BAD, True), ("cold", None, False)],
        "between": [("kexec", BAD, False)],
        "setup": [("unknown", None, False)],
        "alive": [("unknown", None, False)],
    }[kind]


def test_the_table_is_complete():
    text = (REPOSITORY / "intake/recognise/data/firmware.txt").read_text()
    assert len(rows_of_table()) == len(re.findall(r"^\[", text, re.MULTILINE)) > 80


def interleave(prefix, dead, alive):
    """Return a log with the consoles of two machines. The kexec of web1 is lost; the kexec of web2 succeeds."""
    pairs = zip(dead.splitlines(), alive.splitlines())
    lines = [(host, line) for pair in pairs for host, line in zip(("web1", "web2"), pair)]
    return "".join(prefix.replace("HOST", host) + line + "\n" for host, line in lines).encode()


@pytest.mark.parametrize("prefix,is_found", [
    ("Mar  5 09:14:00 HOST kernel: ", True), ("2024-03-05 09:14:00.000000 | HOST | ", True), ("HOST: ", False),
    ("[HOST] ", False), ("HOST| ", False), ("2026-01-01T00:00:00+00:00 HOST ", False)])
def test_two_machines_in_one_log(tool, prefix, is_found):
    """A line of firmware belongs to the machine that its prefix names. Without a name, nothing is concluded from it."""
    start = (f"[    0.000000] Linux version {BAD} (a@b)\n[    0.100000] Command line: ro\n[  100.000001] usb 1-1: new\n"
             "[  200.000001] kexec_core: Starting new kernel\n")
    end = "[    0.000000] Linux version {} (a@b)\n[    5.000001] usb 1-1: new\n[    6.000001] usb 1-1: new\n"
    dead = start + "SeaBIOS (version 1.16.2)\nBooting from Hard Disk...\n" + end.format(BAD)
    alive = start + end.format(NEXT) + "[    7.000001] usb 1-1: new\n[    8.000001] usb 1-1: new\n"
    boots, _ = ingest(tool, "-", stdin=interleave(prefix, dead, alive))
    lost = [seen(boot) for boot in boots if boot["end"]]
    assert lost == ([(None, "kexec", BAD, True)] if is_found else [])
    assert {boot["boot"] for boot in boots if boot["release"] == BAD} <= {"unknown", "cold"}


def test_store_has_lost_kexecs(tool, folder):
    """A lost kexec is stored as a boot and a crash. Reading the log again changes nothing."""
    log = gzip.decompress((CONSOLES / "seabios-lost.log.gz").read_bytes())
    store = folder / "store.db"
    for _ in range(2):
        assert tool.run("ingest", f"--store={store}", "--host=web1", "-", stdin=log).status == 0
    with sqlite3.connect(store) as database:
        rows = database.execute("SELECT boot, end, source, kexec_count FROM boots ORDER BY id").fetchall()
        crashes = database.execute("SELECT type, title, signature FROM crashes").fetchall()
    cold, lost = ("cold", "kexec", "inferred", 0), ("kexec", "lost", "inferred", 1)
    assert rows[:4] == [cold, lost, cold, lost] and len(rows) == 5
    assert crashes == [("lost-kexec", "kexec lost: no sign of life", "lost-kexec")] * 2


def test_netconsole(tool):
    """A lost kexec is found in a log of netconsole, which has no lines of firmware, because the module prints that the
    next boot is cold."""
    lines = [f"0,0;Linux version {BAD} (a@b)", "2,190000001;kexec_lineage: kexec to 5.10.262 (count 1)",
             "3,200000001;kexec_core: Starting new kernel", f"0,0;Linux version {BAD} (a@b)",
             "1,1000001;kexec_lineage: cold boot", "2,5000001;usb 1-1: new device"]
    log = "".join(f"5,{line.replace(';', ',-;', 1)}\n" for line in lines).encode()
    boots, crashes = ingest(tool, "-", stdin=log)
    assert [seen(boot) for boot in boots] == [
        (BAD, "unknown", None, False), (NEXT, "kexec", BAD, True), (BAD, "cold", None, False)]
    assert boots[1]["source"] == "log" and len(crashes) == 1


def test_pstore(tool):
    """No lost kexec is reported if the log ends with the start of a kexec, as in a dump of a shutdown."""
    log = (b"Shutdown#1 Part1\n<5>[  100.000001] usb 1-1: new device\n"
           b"<3>[  190.000001] kexec_lineage: kexec to 5.10.262 (count 1)\n"
           b"<5>[  200.000001] kexec_core: Starting new kernel\n")
    got = tool.run("ingest", "--json", "-", stdin=log)
    assert (got.status, got.text) == (3, ""), got


def test_cursor_keeps_what_was_inferred(tool, folder):
    """A run with a cursor reads the lines again from which the kind of the last boot was inferred."""
    log, cursor = folder / "console.log", folder / "cursor"
    log.write_bytes(console_with("SeaBIOS (version 1.16.2)"))
    first = ingest(tool, f"--cursor-file={cursor}", log)[0]
    log.write_bytes(log.read_bytes() + b"[    5.000001] usb 1-1: new device\n")
    again = ingest(tool, f"--cursor-file={cursor}", log)[0]
    assert [seen(boot) for boot in again] == [seen(boot) for boot in first]


ERASE = "\033[2J\033[01;01H\033[=3h"
PLAIN, UNKNOWN = [("kexec", BAD, False)], [("unknown", None, False)]
LOST = [("kexec", BAD, True), ("cold", None, False)]


@pytest.mark.parametrize("between,wanted", [
    ("", PLAIN), (f"{ERASE}", UNKNOWN), (f"{ERASE}\r\n", UNKNOWN), ("\033c\033[?7l\n\n", UNKNOWN),
    ("\033[H\033[J", UNKNOWN), (f"{ERASE}SeaBIOS (version 1.16.2)\n{ERASE}", LOST), ("\033[0m\033[?25h", PLAIN)])
def test_erased_screen(tool, between, wanted):
    """If the screen was erased between the start of a kexec and the banner, the new kernel was started in an unknown
    way: some firmware prints no text, and UEFI prints none under the EFI stub with `quiet`."""
    log = console_with("").replace(b"\n\n", f"\r\n{between}".encode())
    objects = "".join(json.dumps({"log": line + "\n"}) + "\n" for line in log.decode().split("\n")).encode()
    for text in (log, objects):
        boots, _ = ingest(tool, "-", stdin=text)
        assert [seen(boot)[1:] for boot in boots[1:]] == wanted, text


def test_screen_erased_before_the_kexec(tool):
    log = console_with("").replace(b"[    9.0", f"{ERASE}[    9.0".encode())
    assert [seen(boot)[1:] for boot in ingest(tool, "-", stdin=log)[0][1:]] == PLAIN


# Consoles of real kernels in QEMU with a display. With 5-level paging, a kexec from 6.12 kills 5.10; one from 6.1 does
# not.
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


def test_real_console_of_quiet_firmware(tool):
    """With `quiet`, OVMF and the EFI stub only erase the screen. The boot after the lost kexec is not a kexec."""
    log = gzip.decompress((CONSOLES / "ovmf-quiet.log.gz").read_bytes())
    boots, crashes = ingest(tool, "-", stdin=log)
    assert [(boot["release"].split("-")[0], boot["boot"]) for boot in boots] == [
        ("6.1.0", "unknown"), ("6.12.117+deb12", "kexec"), ("6.1.0", "unknown")]
    assert not crashes
