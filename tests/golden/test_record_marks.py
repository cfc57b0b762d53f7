# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that `record` saves line marks, with which a log without boot ids and dates is assigned to its boot."""
import random
import sqlite3

import pytest

from .encode import Line, console, kmsg, parse, syslog
from .machine import Machine
from .system import HOST_NAME, RELEASE, cold, put

ODD = [rb"ACPI: \_SB_.PCI0: _OSC (control method)", b"tab\tin a line", "Grüße vom Treiber".encode(), b"  indented line",
       b"ends in blanks   ", b"systemd[1]: looks like a program", b"x86/fpu: xstate_offset[2]:  576, xstate_sizes[2]"]
EARLY, SAMPLED = 0, 1


@pytest.fixture
def machine(tool, folder):
    return Machine(tool, folder / "machine")


def lines_of(number, count=400):
    """Return the log of one boot. Each boot prints the same lines, at slightly different times."""
    chance = random.Random(number)
    texts = [f"Linux version {RELEASE} (a@b) (gcc) #{number} SMP".encode(), b"Command line: ro",
             *(f"driver {at % 37}: line {at} of the boot".encode() for at in range(count))]
    for at, text in enumerate(ODD):
        texts.insert(2 + 3 * at, text)
    lines, usec = [], 0
    for at, text in enumerate(texts):
        usec += chance.randrange(1, 9000) if at > 2 else 0
        lines.append(Line(usec, None, text))
    return lines


def boot(machine, number, lines):
    machine.boot({**cold(), "dev/kmsg": kmsg(lines).replace(b"\n SUBSYSTEM=lab\n", b"\n", 5)})
    assert machine.number == number
    return machine


def ingest(tool, store, text):
    got = tool.run("ingest", f"--store={store}", f"--host={HOST_NAME}", "-", stdin=text)
    assert got.status == 0, got


def marks(store):
    """Return the lists of marks of each boot, in the order of the boots."""
    lists = []
    with sqlite3.connect(store) as database:
        for (row,) in database.execute("SELECT mark_bytes FROM boots ORDER BY id"):
            early, sampled, *rest = row or bytes(2)
            every = [bytes(rest[at:at + 4]).hex() for at in range(0, len(rest), 4)]
            lists.append([set(every[:early]), set(every[early:early + sampled]), set(every[early + sampled:])])
    return lists


@pytest.mark.parametrize("encode", [console, syslog, kmsg])
def test_same_marks_as_ingest(machine, tool, folder, encode):
    """`record` computes from /dev/kmsg the same marks of first lines and samples as `ingest` from a log of these
    lines."""
    lines = lines_of(1)
    boot(machine, 1, lines).record()
    ingest(tool, f"{folder}/logs.db", encode(lines))
    [recorded], [ingested] = marks(machine.history), marks(folder / "logs.db")
    assert [len(marks) for marks in recorded[:2]] == [16, 32]
    assert recorded == ingested


@pytest.mark.parametrize("is_first", [True, False])
def test_console_without_dates(machine, tool, folder, is_first):
    """A console log contains three recorded boots of one release. No boot is added, and the crash gets its boot."""
    store = f"{folder}/fleet.db"
    logs = [lines_of(number) for number in (1, 2, 3)]
    logs[1] += parse(b"[  100.000017] Kernel panic - not syncing: sysrq triggered crash\n")
    text = b"".join(console(log) for log in logs)
    for number, log in enumerate(logs, 1):
        boot(machine, number, log[:250]).record()
    if is_first:
        ingest(tool, store, text)
    assert machine.run("send", f"--to={store}").status == 0
    if not is_first:
        ingest(tool, store, text)
    boots = tool.run("--json", "log", f"--host={HOST_NAME}", f"--store={store}").json
    assert [found["boot_id"][-1] for found in boots] == ["1", "2", "3"]
    assert [found["source"] for found in boots] == ["record"] * 3
    assert [len(found["crashes"]) for found in boots] == [0, 1, 0]
    assert [found["end"] for found in boots] == ["unclean", "crash", "running"]


def test_shutdown_adds_the_last_lines(machine, tool, folder):
    """`record --shutdown` adds marks of the last lines, the only lines that a log that begins late can contain."""
    lines = lines_of(1, 900)
    boot(machine, 1, lines[:200]).record()
    early, sampled, _ = marks(machine.history)[0]
    put(machine.root / "dev/kmsg", kmsg(lines[500:]))  # the kernel has overwritten the first lines
    machine.record("--shutdown")
    ingest(tool, f"{folder}/logs.db", console(lines))
    last = marks(folder / "logs.db")[0][SAMPLED]
    [after] = marks(machine.history)
    assert after[EARLY] == early
    assert len(after[SAMPLED]) == 32 and after[SAMPLED] <= sampled | last and len(after[SAMPLED] & last) >= 8


@pytest.mark.parametrize("content", [None, b"", b"nonsense\n", b"30,1,1001,-;a program\n"])
def test_without_lines(machine, content):
    machine.boot({**cold(), "dev/kmsg": content}).record()
    assert machine.sql("SELECT mark_bytes FROM boots") == [(None,)]
