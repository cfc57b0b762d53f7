# SPDX-License-Identifier: GPL-2.0-or-later
"""Starts and lengths of boots in logs that have neither printk times nor years."""
import sqlite3

import pytest

BANNER = "Linux version 7.3.4 (a@b) (gcc 12) #1 SMP"


def log_of(*boots):
    """Return a log. Each boot is a list of dates; the kernel prints its first lines at the first."""
    return "".join(f"{date} web1 kernel: {text}\n" for number, boot in enumerate(boots)
                   for line, date in enumerate(boot) for text in lines_of(number, line)).encode()


def lines_of(boot, line):
    return ["usb 1-1: new device"] if line else [BANNER, "Command line: ro", f"tsc: Detected 2893.20{boot} MHz TSC"]


def rows(tool, folder, *logs):
    """Return the start and the length of each boot."""
    for log in logs:
        got = tool.run("ingest", f"--store={folder / 'fleet.db'}", "-", stdin=log)
        assert got.status == 0, got
    with sqlite3.connect(folder / "fleet.db") as database:
        return database.execute("SELECT wall_start, length_s FROM boots ORDER BY wall_start, id").fetchall()


@pytest.mark.parametrize("start", ["Feb  3 18:17:02", "2000-01-01T00:00:02"])
def test_unset_clock(tool, folder, start):
    """Boots that all begin with the same date are different boots."""
    log = log_of([start, "Mar  5 10:00:00"], [start, "Mar  6 10:00:00"], [start, "Mar  7 10:00:00"])
    assert len(rows(tool, folder, log)) == 3


def test_quick_restarts(tool, folder):
    log = log_of(*([f"Mar  5 10:00:{second:02}", f"Mar  5 10:00:{second + 2:02}"] for second in range(0, 24, 4)))
    assert [length for _, length in rows(tool, folder, log)] == [2] * 6


def test_same_date_of_two_years(tool, folder):
    boot = ["Mar  5 04:00:00", "Mar  5 23:59:00"]
    assert len(rows(tool, folder, log_of(boot, boot))) == 2


def test_lines_of_the_next_start(tool, folder):
    """A program that starts before the next banner is read does not make the boot before it longer."""
    log = log_of(["Mar  5 10:00:00", "Mar  5 10:01:00"], ["Mar 15 10:00:00", "Mar 15 10:01:00"])
    program = b"Mar 15 09:59:59 web1 systemd-modules-load[339]: Inserted module 'msr'\n"
    found = rows(tool, folder, log.replace(b"Mar 15", program + b"Mar 15", 1))
    assert [length for _, length in found] == [60, 60]


@pytest.mark.parametrize(("first", "last", "length"), [("Feb 28 23:59:40", "Mar  1 00:00:40", None),
                                                       ("Feb 28 23:58:40", "Feb 28 23:59:40", 60),
                                                       ("Mar  1 00:00:00", "Mar  1 00:01:00", 60)])
def test_leap_day(tool, folder, first, last, length):
    """The length of a boot is unknown if it depends on the year."""
    (start, found), = rows(tool, folder, log_of([first, last]))
    assert start and found == length


def test_first_of_january(tool, folder):
    """A clock that was never set shows the first of January."""
    assert rows(tool, folder, log_of(["Jan  1 00:00:03", "Mar  5 10:00:00"])) == [(None, None)]


def test_other_source_with_printk_times(tool, folder):
    """A log without printk times is the same boot as a log with them that starts at the same time."""
    dates = ["Mar  5 10:00:04", "Mar  5 10:01:00"]
    times = ["[    0.000000] ", "[    3.123457] ", "[   56.000013] "]
    timed = "".join(f"Mar  5 10:00:{date} web1 kernel: {time}{text}\n" for date, time, text in zip(
        ("04", "04", "57"), times, (BANNER, "usb 1-1: new device", "usb 1-2: new device")))
    assert len(rows(tool, folder, log_of(dates), timed.encode())) == 1
