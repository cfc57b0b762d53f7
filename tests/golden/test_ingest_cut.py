# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that a crash is stored once if a log that was read earlier or later ends in the middle of its report."""
import random
import sqlite3

import pytest

from .encode import HOST, parse, syslog
from .test_ingest import EXPECTED, banner, log_of

# The title of a hang names an outer function of the stack: a part of the stack gives another title.
HANGS = ("rcu-stall", "soft-lockup")


def report(name):
    """Return a report whose first line was not printed at a whole second: such an uptime may be from dates."""
    return log_of(name).replace(b"[  120.0", b"[  120.5")


def crashes_of(tool, folder, logs):
    """Return the crashes of a store after each log was read."""
    path = folder / "store.db"
    for name in ("store.db", "store.db-wal", "store.db-shm"):
        (folder / name).unlink(missing_ok=True)
    for log in logs:
        assert tool.run("ingest", f"--store={path}", f"--host={HOST}", "-", stdin=log).status == 0
    with sqlite3.connect(path) as database:
        return database.execute("SELECT title, signature, frames FROM crashes ORDER BY uptime_us").fetchall()


@pytest.mark.parametrize("name", [name for name in EXPECTED if name not in HANGS])
def test_cut_report(tool, folder, name):
    """Whichever log is read first, the whole report is stored, and only this one."""
    boot = banner("6.12.9", "ro", *[f"device {number}" for number in range(40)])
    lines = report(name).splitlines(keepends=True)
    whole = crashes_of(tool, folder, [boot + b"".join(lines)])
    assert [crash[0] for crash in whole] == [EXPECTED[name]["title"]]
    rng = random.Random(name)
    for cut in sorted(rng.sample(range(1, len(lines)), min(2, len(lines) - 1))):
        logs = [syslog(parse(boot + b"".join(lines[:cut]))), boot + b"".join(lines)]
        for order in (logs, logs[::-1]):
            found = crashes_of(tool, folder, order)
            assert [crash[:2] for crash in found] == [crash[:2] for crash in whole], (cut, order is logs)


def test_cursor_in_a_report(tool, folder):
    """A log that is read while a report is written to it gives one crash after the next run."""
    path, store = folder / "kern.log", folder / "store.db"
    lines = (banner() + report("null-dereference")).splitlines(keepends=True)
    for end in range(4, len(lines) + 1, 4):
        path.write_bytes(b"".join(lines[:end]))
        got = tool.run("ingest", f"--store={store}", "--host=db-7", f"--cursor-file={folder}/cursor", path)
        assert got.status in (0, 3), got
    path.write_bytes(b"".join(lines))
    assert tool.run("ingest", f"--store={store}", "--host=db-7", path).status == 0
    with sqlite3.connect(store) as database:
        titles = [row[0] for row in database.execute("SELECT title FROM crashes")]
    assert titles == [EXPECTED["null-dereference"]["title"]]
