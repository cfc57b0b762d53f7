# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that rotated logs are read as one log, and that the last line of each boot gives its last uptime."""
import bz2
import gzip
import random
import sqlite3

import pytest

from .encode import Line, console, journal_json, syslog

QUIET = b"usb 1-1: new high-speed USB device number %d using ehci-pci"


def boot(rng, quiet, release="6.1.0"):
    """Return the lines of a boot, and its last uptime."""
    lines, usec = [Line(0, None, f"Linux version {release} (a@b) (gcc) #1 SMP".encode())], 0
    for number in range(quiet):
        usec += rng.randrange(1, 90000)
        lines.append(Line(usec, None, QUIET % number))
    return lines, usec


def rows(path, columns="last_uptime_us"):
    with sqlite3.connect(path) as database:
        found = database.execute(f"SELECT {columns} FROM boots ORDER BY id").fetchall()
    return [row[0] if len(row) == 1 else row for row in found]


def store(tool, folder, *arguments, status=0, **options):
    got = tool.run("ingest", f"--store={folder}/store.db", *arguments, **options)
    assert got.status == status, got
    return got


def test_the_last_line_of_each_boot(tool, folder):
    """The last uptime is right, although the scan skips quiet lines and firmware may print after the last line."""
    rng, log, expected = random.Random(3), b"", []
    for _ in range(30):
        lines, last = boot(rng, rng.choice([5, 50, 500, 3000, 9000]))
        log += console(lines) + b"SeaBIOS (version 1)\r\n" * rng.choice([0, 0, 5, 500])
        expected.append(last)
    (folder / "log").write_bytes(log)
    store(tool, folder, "--host=h", folder / "log")
    assert rows(folder / "store.db") == expected


def test_the_last_line_of_a_pipe(tool, folder):
    lines, last = boot(random.Random(4), 20000)
    store(tool, folder, "--host=h", "-", stdin=console(lines)[:-2])
    assert rows(folder / "store.db") == [last]


def test_quiet_hosts_of_one_log(tool, folder):
    """The scan may skip the last lines of one host among many, but not all lines of the host."""
    lines, last = boot(random.Random(5), 30000)
    banners = b"".join(syslog([lines[0]]).replace(b"db-7.", b"db-%d." % number) for number in range(3))
    quiet = b"".join(syslog([line]).replace(b"db-7.", b"db-%d." % (number % 3))
                     for number, line in enumerate(lines[1:]))
    store(tool, folder, "-", stdin=banners + quiet)
    assert all(last - 300_000_000 < uptime <= last for uptime in rows(folder / "store.db"))


ENCODINGS = {"console": console, "syslog": syslog, "journal-json": journal_json}


@pytest.mark.parametrize("name", ENCODINGS)
@pytest.mark.parametrize("between", ["lines", "bytes"])
def test_rotated(tool, folder, name, between):
    """A rotated log is read as one log, wherever it is cut, whichever parts are compressed, and in whatever order the
    parts are given."""
    rng = random.Random(6)
    first, last = boot(rng, 700)
    second, newest = boot(rng, 900)
    log = ENCODINGS[name](first) + ENCODINGS[name](second).replace(b"0123456789abcdef", b"fedcba9876543210")
    for number in range(12):
        cuts = sorted(rng.randrange(len(log)) for _ in range(3))
        if between == "lines":
            cuts = [log.rfind(b"\n", 0, cut) + 1 for cut in cuts]
        parts = [log[start:end] for start, end in zip([0, *cuts], [*cuts, len(log)])]
        place = folder / str(number)
        place.mkdir()
        (place / "kern.log.3.gz").write_bytes(gzip.compress(parts[0]))
        (place / "kern.log.2.gz").write_bytes(gzip.compress(parts[1]))
        (place / "kern.log.1").write_bytes(parts[2])
        (place / "kern.log").write_bytes(parts[3])
        operands = [place] if number % 2 else sorted(place.iterdir())
        store(tool, place, "--host=h", *operands)
        assert rows(place / "store.db") == [last, newest], cuts


def test_a_part_without_a_newline(tool, folder):
    """A log that lost its last lines in a power cut ends inside a line, but the next part does not continue it."""
    (folder / "kern.log.1").write_bytes(console([Line(0, None, b"Linux version 6.1.0 (a@b) #1"),
                                                 Line(5000001, None, b"usb 1-1: new dev")])[:-2])
    (folder / "kern.log").write_bytes(console([Line(0, None, b"Linux version 6.2.0 (a@b) #1")]))
    got = tool.run("ingest", "--json", folder)
    assert [event["release"] for event in got.json] == ["6.1.0", "6.2.0"]


def test_a_part_that_cannot_be_read(tool, folder):
    """If a part cannot be read, the other parts are read, and the command fails."""
    lines, last = boot(random.Random(8), 300)
    (folder / "kern.log.3").write_bytes(b"")
    (folder / "kern.log.2.gz").write_bytes(gzip.compress(console(lines[:100])))
    (folder / "kern.log.1.gz").write_bytes(gzip.compress(console(lines[100:200]))[:-40])
    (folder / "kern.log").write_bytes(console(lines[200:]))
    got = store(tool, folder, "--host=h", folder / "kern.log", *sorted(folder.glob("kern.log.*")), status=1)
    assert "a compressed stream is truncated" in got.talk
    assert rows(folder / "store.db") == [last]


@pytest.mark.parametrize("refused", [0, 1])
def test_a_part_of_another_compression(tool, folder, refused):
    """If a part has an unsupported compression, its bytes are not read as lines of the log."""
    lines, last = boot(random.Random(10), 90)
    parts = [console(lines[:30]), console(lines[30:60]), console(lines[60:])]
    for number, name in enumerate(("kern.log.2", "kern.log.1", "kern.log")):
        if number == refused:
            (folder / f"{name}.bz2").write_bytes(bz2.compress(parts[number]))
        else:
            (folder / name).write_bytes(parts[number])
    got = tool.run("ingest", "--json", *sorted(folder.iterdir()))
    assert got.status == 1 and f"kern.log.{2 - refused}.bz2: " in got.talk and "bzip2 -dc" in got.talk
    assert len(got.out.splitlines()) == refused


def test_an_empty_part_shows_no_encoding(tool, folder):
    lines, last = boot(random.Random(9), 30)
    (folder / "kern.log.1").write_bytes(b"")
    (folder / "kern.log").write_bytes(journal_json(lines))
    store(tool, folder, folder / "kern.log", folder / "kern.log.1")
    assert rows(folder / "store.db") == [last]
