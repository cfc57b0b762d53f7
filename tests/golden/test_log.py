# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that `log` prints the matching boots as a table, a tree and JSON."""
import os
import pty
import subprocess
from datetime import datetime, timedelta

import pytest

from .machine import Machine
from .system import OLDER, OLDEST, RELEASE, cold, kexeced, stamp, x86

LONG = "6.12.111+deb12-cloud-amd64-of-somebody"


def fresh(count, *chain, kind="k", release=RELEASE, **options):
    cmdline = f"ro {stamp(count, *chain, kind=kind, made_for=release)}"
    return x86(208, release=release, cmdline=cmdline, **options)


@pytest.fixture
def machine(tool, folder):
    """Return a machine with five boots: cold, kexec, a crash into a capture kernel, cold again, kexec."""
    machine = Machine(tool, folder / "machine")
    machine.boot(cold(release=OLDEST)).record().record("--shutdown")
    machine.boot(fresh(1, OLDEST)).record()
    machine.boot({**fresh(2, RELEASE, OLDEST, kind="p"), "proc/vmcore": b""}).record()
    machine.boot(cold(release=LONG)).record()
    return machine.boot(kexeced(release=OLDER)).record()


def test_table(machine, expect_text):
    got = machine.run("log", env={"TZ": "UTC"})
    assert (got.status, got.talk) == (0, "")
    expect_text("log", got.text)


def test_tree(machine, expect_text):
    got = machine.run("log", "--tree", env={"TZ": "UTC"})
    assert (got.status, got.talk) == (0, "")
    expect_text("log-tree", got.text)


def test_deep_tree(tool, folder):
    machine = Machine(tool, folder / "machine")
    for count in range(1, 20):
        machine.boot(fresh(count, f"{RELEASE}*{count}" if count > 1 else RELEASE)).record()
    lines = machine.run("log", "--tree").text.splitlines()
    assert len({line.index("`-") for line in lines}) == 16
    assert "(kexec, kexec 19)" in lines[-1] and "(kexec)" in lines[0]


def numbers(machine, *arguments):
    return [boot["number"] for boot in machine.log(*arguments)]


FILTERS = {
    "all": ([], [-4, -3, -2, -1, 0]),
    "newest": (["-n", "2"], [-1, 0]),
    "newest, long": (["--lines=1"], [0]),
    "more than all": (["-n99"], [-4, -3, -2, -1, 0]),
    "from": ([f"--from={OLDEST}"], [-3]),
    "crashed": (["--crashed"], [-3]),
    "crashed and newest": (["--crashed", "-n1"], [-3]),
    "since": (["--since=@1790000300"], [-2, -1, 0]),
    "since, UTC": (["--since=2026-09-21T14:18:20Z"], [-2, -1, 0]),
    "since, local": (["--since=2026-09-21 14:21"], [0]),
    "since a date": (["--since=2026-09-21"], [-4, -3, -2, -1, 0]),
}


@pytest.mark.parametrize("name", FILTERS)
def test_filters(machine, name, monkeypatch):
    arguments, expected = FILTERS[name]
    monkeypatch.setenv("TZ", "UTC")
    assert numbers(machine, *arguments) == expected


@pytest.mark.parametrize("argument", ["--from=1.2.3", "--since=@1790000501", "--since=2030-01-01"])
def test_no_match(machine, argument):
    got = machine.run("log", argument)
    assert (got.status, got.out, got.talk) == (
        3, b"", "kexec-lineage: log: no boot of this machine matches the options\n")


@pytest.mark.parametrize("text", ["0", "-1", "x", "", "1x", "2147483648", "99999999999999999999"])
def test_wrong_number(machine, text):
    got = machine.run("log", f"--lines={text}")
    assert (got.status, got.talk) == (
        2, f"kexec-lineage: log: invalid --lines value '{text}' (expected 1 to 2147483647)\n")


RELATIVE = {"90s": 2, "2min ago": 2, "1h": 1, "1d": 0, "today": 0, "1w ago": 0, "yesterday": 0}


@pytest.mark.parametrize("text", RELATIVE)
def test_relative_times(tool, folder, text):
    """--since accepts relative times. The machine has booted three times: 12 hours, 30 minutes and one minute ago."""
    machine = Machine(tool, folder / "machine")
    now = int(datetime.now().timestamp())
    for ago_s in (12 * 3600, 1800, 60):
        machine.boot(cold())
        (machine.root / "proc/stat").write_text(f"cpu 0\nbtime {now - ago_s}\n")
        machine.record()
    first = RELATIVE[text]
    midnight = datetime.now().replace(hour=0, minute=0, second=0, microsecond=0)
    if text == "today":
        first = sum(now - ago_s < midnight.timestamp() for ago_s in (12 * 3600, 1800, 60))
    if first == 3:
        assert machine.run("log", f"--since={text}").status == 3
    else:
        assert len(machine.log(f"--since={text}")) == 3 - first


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-13-01", "2026-11-24 25:00", "3", "3x", "3days", "-1d", "@",
                                  "@x", "@-5", "@99999999999999999999", "2026-11-24Z", "2000000d", "2026-11-24 18:05 x"])
def test_wrong_times(machine, text):
    got = machine.run("log", f"--since={text}")
    assert got.status == 2 and f"log: invalid --since value '{text}' (expected 2026-11-24, " in got.talk, got


def test_yesterday_is_midnight(machine):
    """`--since=yesterday` is midnight, even in a time zone with daylight saving time."""
    day = datetime.now().replace(hour=0, minute=0, second=0) - timedelta(days=1)
    for offset_s, seen in ((-60, 3), (60, 0)):
        machine.sql(f"UPDATE boots SET time = {int(day.timestamp()) + offset_s}")
        assert machine.run("log", "--since=yesterday").status == seen


def test_another_machine_s_boots_are_not_ours(machine):
    (machine.root / "etc/machine-id").write_text("f" * 32 + "\n")
    assert machine.run("log").status == 3
    machine.record()
    assert [(boot["number"], boot["end"]) for boot in machine.log()] == [(0, "running")]
    assert machine.sql("SELECT count(*) FROM boots") == [(6,)]


def test_no_history(tool, folder):
    machine = Machine(tool, folder / "machine").boot(cold())
    got = machine.run("log")
    assert (got.status, got.out) == (1, b"")
    assert got.talk == (f"kexec-lineage: {machine.history}: no boot is recorded yet (run 'kexec-lineage record' as "
                        "root; at boot, the unit kexec-lineage-record.service runs it)\n")
    assert not machine.history.exists()


def test_reading_changes_nothing(machine):
    """`log` does not change a history without its write-ahead log, as in a sosreport."""
    machine.sql("PRAGMA wal_checkpoint(TRUNCATE)")
    for ending in ("-wal", "-shm"):
        machine.history.with_name(f"history.db{ending}").unlink(missing_ok=True)
    before = sorted(os.listdir(machine.history.parent))
    assert len(machine.log()) == 5
    assert sorted(os.listdir(machine.history.parent)) == before == ["history.db", "kexec-started"]


def test_anybody_may_read(machine, unprivileged):
    other = Machine.__new__(Machine)
    other.__dict__.update(machine.__dict__, tool=unprivileged)
    machine.root.chmod(0o755)
    assert len(other.log()) == 5


def test_odd_path(machine, folder):
    odd = folder / "a ?#%41 b"
    odd.mkdir()
    (odd / "history.db").write_bytes(machine.history.read_bytes())
    wal = machine.history.with_name("history.db-wal")
    (odd / "history.db-wal").write_bytes(wal.read_bytes())
    assert len(machine.log(f"--store={odd}/history.db")) == 5
    assert len(machine.log(f"--store=sqlite:{odd}/history.db")) == 5


def test_damaged(machine):
    machine.sql("PRAGMA wal_checkpoint(TRUNCATE)")
    with open(machine.history, "r+b") as file:
        file.write(b"x" * 100)
    got = machine.run("log")
    assert got.status == 1 and f"{machine.history}: it is not a store, or it is damaged (file is not a database)" in got.talk


def add_crash(machine, boot, title, uptime_us):
    machine.sql(f"INSERT INTO crashes (boot, uptime_us, title, type, signature)"
                f" VALUES ({boot}, {uptime_us}, '{title}', 'oops', 's{uptime_us}')")


def test_crashes(machine):
    """Crashes are listed after their boot. If a boot has many crashes, only some are listed, with the number of the
    others."""
    add_crash(machine, 2, "BUG: bad\x1b thing in f", 5_000_000)
    for number in range(8):
        add_crash(machine, 4, f"oops {number}", number)
    lines = machine.run("log").text.splitlines()
    assert lines[3] == "       BUG: bad%1B thing in f" and lines[2].endswith("crash")
    assert lines[6:-1] == [*(f"       oops {number}" for number in range(5)), "       ... and 3 more"]
    assert lines[5].endswith("kexec") and lines[-1].endswith("running")
    assert lines[3] in machine.run("log", "--tree").text.splitlines()
    crashes = [boot["crashes"] for boot in machine.log()]
    assert [len(one) for one in crashes] == [0, 1, 0, 8, 0]
    assert crashes[1] == [{"time": None, "uptime_s": 5.0, "title": "BUG: bad%1B thing in f", "type": "oops",
                           "signature": "s5000000"}]


def test_inferred_lineages(machine):
    """An inferred lineage is marked, and unknown with --no-inferred. A lost kexec that was inferred is then left out."""
    machine.sql("UPDATE boots SET source = 'inferred' WHERE id IN (2, 4)")
    machine.sql("UPDATE boots SET end = 'lost' WHERE id = 4")
    table = machine.run("log").text.splitlines()
    assert [line.endswith(" (inferred)") for line in table[1:]] == [False, True, False, True, False]
    assert "(inferred)" in machine.run("log", "--tree").text
    assert "(inferred)" not in machine.run("log", "--no-inferred").text
    before, after = machine.log(), machine.log("--no-inferred")
    assert [boot["number"] for boot in after] == [-4, -3, -2, 0]
    assert before[1]["previous_release"] == OLDEST and before[1]["source"] == "inferred"
    unknown = {"boot": "unknown", "previous_release": None, "kexec_count": None, "chain": [], "chain_complete": False,
               "source": None}
    assert after[1] == before[1] | unknown and after[0] == before[0]
    assert numbers(machine, f"--from={OLDEST}", "-n1") == [-3]
    assert machine.run("log", "--no-inferred", f"--from={OLDEST}").status == 3
    assert numbers(machine, "--no-inferred", "-n2") == [-2, 0]


def test_odd_lists_in_the_history(machine):
    machine.sql("UPDATE boots SET chain = 'no JSON', conflicts = '{}', evidence = '[1]'")
    boot = machine.log("-n1")[0]
    assert (boot["chain"], boot["conflicts"], boot["sources"]) == ([], [], [1])


# On a terminal -------------------------------------------------------------------------------------

def on_terminal(machine, *arguments, **environment):
    """Run the program on a pseudo terminal and return its output."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(machine.tool.command(f"--root={machine.root}", *arguments), stdout=theirs,
                               stderr=subprocess.PIPE, env={**os.environ, "TZ": "UTC", **environment})
    os.close(theirs)
    text = b""
    while True:
        try:
            more = os.read(ours, 4096)
        except OSError:  # Linux fails if the other side is closed
            more = b""
        if not more:
            break
        text += more
    os.close(ours)
    return process.wait(), text.decode().replace("\r\n", "\n"), process.stderr.read().decode()


def test_colours_on_a_terminal(machine):
    status, text, talk = on_terminal(machine, "log", PAGER="", TERM="xterm")
    assert (status, talk) == (0, "") and text.count("\033[31m") == 1 and "\033[31mcrash\033[0m\n" in text
    assert "\033" not in on_terminal(machine, "log", PAGER="", TERM="xterm", NO_COLOR="1")[1]


def test_pager(machine, folder):
    pager = folder / "pager"
    pager.write_text("#!/bin/sh\necho paged \"$@\"; cat\n")
    pager.chmod(0o755)
    plain = on_terminal(machine, "log", PAGER="cat", NO_COLOR="1")[1]
    status, text, talk = on_terminal(machine, "log", PAGER=f"{pager} -x", NO_COLOR="1")
    assert (status, talk) == (0, "") and text == f"paged -x\n{plain}"
    assert on_terminal(machine, "log", "--no-pager", PAGER=str(pager), NO_COLOR="1")[1] == plain
    assert not on_terminal(machine, "--json", "log", PAGER=str(pager))[1].startswith("paged")
    assert on_terminal(machine, "log", PAGER="/nonexistent/pager", NO_COLOR="1")[1] == plain


def test_reader_leaves_early(machine, folder):
    pager = folder / "pager"
    pager.write_text("#!/bin/sh\nexit 0\n")
    pager.chmod(0o755)
    assert on_terminal(machine, "log", PAGER=str(pager))[::2] == (0, "")
