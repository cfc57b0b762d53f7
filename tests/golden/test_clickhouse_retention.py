# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of prune on a ClickHouse store: weeks are dropped as a whole, and late boots of these weeks are refused."""
import datetime
import json
import os
import re
import signal
import sqlite3
import subprocess
import tempfile
import time

import pytest

from . import test_clickhouse
from .test_clickhouse import Interrupted, ask, clickhouse, report, run, serving
from .test_clickhouse_seals import seal, tables_of_sums
from .system import OLDER, RELEASE, stamp
from .test_ingest import banner, log_of

pytestmark = pytest.mark.xdist_group(__name__)
engine, server, database = test_clickhouse.engine, test_clickhouse.server, test_clickhouse.database

WEEK_S = 7 * 24 * 3600
FIRST = 2900  # a week of August 2025
REFUSED = "kexec-lineage: ingest: {} not stored: 'prune' has removed {} from the store\n"


def date(week, day=1):
    return datetime.datetime.fromtimestamp(week * WEEK_S, datetime.UTC) + datetime.timedelta(days=day)


def boot_of(host, start, *, days=0, name=None):
    """Return the log of a kexec that crashes after two minutes. @days: the log has a line so many days later. @name: a
    word of its first lines, by which the boot is recognised (default: the start)."""
    first = banner(RELEASE, f"ro {stamp(1, OLDER, made_for=RELEASE)} name={name or start}")
    lines = (first + log_of("gpf")).decode()
    if days:
        lines += f"[{days * 86400}.000000] late\n"
    text = ""
    for line in lines.splitlines():
        uptime = float(re.match(r"\[ *([0-9.]+)\]", line)[1])
        text += f"{(start + datetime.timedelta(seconds=uptime)).isoformat()} {host} kernel: {line}\n"
    return text


def add(tool, url, text, talk=""):
    """Ingest a file, so that a boot and its crash are in one batch."""
    with tempfile.NamedTemporaryFile("w") as log:
        log.write(text)
        log.flush()
        got = run(tool, "ingest", f"--store={url}", log.name)
    assert (got.status, got.talk) == (0, talk), got.talk


def make_weeks(tool, url, count=4):
    starts = [date(FIRST + week) for week in range(count)]
    add(tool, url, "".join(boot_of(host, start) for host in ("host0", "host1") for start in starts))


def weeks(url, table="boot_rows", rows="kind = 0"):
    found = ask(url, f"SELECT DISTINCT week FROM TABLES.{table} FINAL WHERE {rows} ORDER BY week")
    return [int(week) for week in found]


def partitions(server, database, week, key="'{}'"):
    """Return the tables that have rows of a week. @key: how the partition begins; those of sums have more."""
    return sorted(row[0] for row in server.ask(
        f"SELECT DISTINCT table FROM system.parts WHERE active AND database = '{database}' AND "
        f"partition LIKE {key.format(week)}"))


def sums(server, database, week):
    return partitions(server, database, week, key="'({},%'")


def prune(tool, url, before):
    return run(tool, "prune", f"--before=@{int(before.timestamp())}", f"--store={url}")


def test_weeks_are_dropped_as_a_whole(tool, server, database):
    """Boots, crashes and seals of a week go together; the sums are kept for an hour for readers of the old seal."""
    url = server.url(database)
    make_weeks(tool, url)
    assert len(seal(tool, url)) >= 3
    got = prune(tool, url, date(FIRST + 2, day=3))
    assert got.status == 0 and "host0: removed 3 boots and 3 crashes" in got.text, got
    assert weeks(url) == weeks(url, "crash_rows", "NOT is_gone") == [FIRST + 3]
    for week in (FIRST, FIRST + 1):
        assert partitions(server, database, week) == [] and sums(server, database, week)
    # The time is in the third week: its boots have tombstones.
    assert partitions(server, database, FIRST + 2) == ["boot_rows", "crash_rows"]
    assert weeks(url, "pruned_weeks", "is_pruned") == [FIRST, FIRST + 1]
    assert ask(url, f"SELECT week FROM TABLES.seals FINAL WHERE boots != '' AND week < {FIRST + 2}") == []
    found = report(tool, url)
    assert found["boots"] + found["left_out_boots"] == 2 and found == report(tool, f"{url}?seals=no")
    assert [line["week"] for line in seal(tool, url)] == [str(date(FIRST + 2, day=0).date())]
    assert found == report(tool, url)
    # The next time, the tombstones of the third week are dropped, too.
    assert prune(tool, url, date(FIRST + 3, day=0)).status == 3  # no boot
    assert partitions(server, database, FIRST + 2) == []
    assert report(tool, url) == found


def test_sums_of_dropped_weeks_are_removed(tool, server, database):
    """One hour after the seals were replaced, the next prune or seal removes the sums."""
    url = server.url(database)
    make_weeks(tool, url, 3)
    seal(tool, url)
    hours = 2 * 3600 * 10**9
    for table in ("seals", *tables_of_sums(server, database)):  # make the seals older
        columns = [row[0] for row in server.ask(f"SELECT name FROM system.columns WHERE database = '{database}' AND "
                                                f"table = '{table}'")]
        older = ", ".join(f"seal - {2 * hours}" if column == "seal" else column for column in columns)
        server.ask(f"CREATE TABLE {database}.older AS {database}.{table}")
        server.ask(f"INSERT INTO {database}.older ({', '.join(columns)}) SELECT {older} FROM {database}.{table}")
        server.ask(f"DROP TABLE {database}.{table}")
        server.ask(f"RENAME TABLE {database}.older TO {database}.{table}")
    assert seal(tool, url) == []  # they are still valid
    assert prune(tool, url, date(FIRST + 1, day=0)).status == 0
    assert sums(server, database, FIRST)  # the new seal is younger than an hour
    server.ask(f"CREATE TABLE {database}.older AS {database}.seals")
    server.ask(f"INSERT INTO {database}.older (week, seal, boots, crashes, sums) SELECT week, "
               f"if(boots = '', toUInt64(seal - {hours}), seal), boots, crashes, sums FROM {database}.seals")
    server.ask(f"DROP TABLE {database}.seals")
    server.ask(f"RENAME TABLE {database}.older TO {database}.seals")
    assert prune(tool, url, date(FIRST + 2, day=0)).status == 0
    assert not sums(server, database, FIRST) and sums(server, database, FIRST + 1)
    found = report(tool, url)
    assert found["boots"] + found["left_out_boots"] == 2


def test_late_boots_of_a_dropped_week(tool, server, database, folder):
    """They are refused with their crashes and parts; the other boots of the log are stored."""
    url = server.url(database)
    make_weeks(tool, url)
    prune(tool, url, date(FIRST + 1, day=0))
    add(tool, url, boot_of("late", date(FIRST)), REFUSED.format("1 boot was", "its week"))
    # From a pipe, the boot is written before its crash is read.
    got = run(tool, "ingest", f"--store={url}", "-", stdin=boot_of("late", date(FIRST)).encode())
    assert (got.status, got.talk) == (0, REFUSED.format("1 boot was", "its week"))
    # A crash without a row of its boot, as a killed writer of this week can leave it, gets a tombstone.
    file = f"{folder}/late.db"
    add(tool, file, boot_of("orphan", date(FIRST)))
    boot = json.loads(run(tool, "--json", "log", f"--store={file}", "--host=orphan").text)["boot_id"]
    server.ask(f"INSERT INTO {database}.crash_rows (host, boot_id, signature, week, version) VALUES "
               f"('orphan', '{boot}', 'other', {FIRST}, 1)")
    add(tool, url, boot_of("orphan", date(FIRST)), REFUSED.format("1 boot was", "its week"))
    assert weeks(url, "crash_rows", "NOT is_gone AND host = 'orphan'") == []
    assert prune(tool, url, date(FIRST + 1, day=0)).status == 3
    late = "".join(boot_of(host, date(week, day=2)) for host in ("late0", "late1") for week in (FIRST, FIRST + 1))
    add(tool, url, late, REFUSED.format("2 boots were", "their weeks"))
    assert weeks(url) == weeks(url, "crash_rows", "NOT is_gone") == [FIRST + 1, FIRST + 2, FIRST + 3]
    assert partitions(server, database, FIRST) == []
    assert ask(url, "SELECT count() FROM TABLES.boot_rows FINAL WHERE kind = 0 AND host LIKE 'late%'") == ["2"]
    # A copy to the server leaves them out, too.
    file = f"{folder}/fleet.db"
    make_weeks(tool, file)
    got = run(tool, "copy", f"--from={file}", f"--to={url}")
    assert got.status == 0 and got.talk == REFUSED.format("2 boots were", "their weeks").replace("ingest", "copy"), got
    assert partitions(server, database, FIRST) == []


def test_boot_that_ran_longer_keeps_its_week(tool, server, database):
    """Such a week keeps this boot only, and late boots are stored, until a later prune drops the week."""
    url = server.url(database)
    make_weeks(tool, url)
    add(tool, url, boot_of("long", date(FIRST), days=20))
    assert prune(tool, url, date(FIRST + 2, day=0)).status == 0
    assert weeks(url) == [FIRST, FIRST + 2, FIRST + 3]
    assert ask(url, f"SELECT host FROM TABLES.boot_rows FINAL WHERE kind = 0 AND week = {FIRST}") == ["long"]
    assert weeks(url, "pruned_weeks", "is_pruned") == [FIRST + 1]
    add(tool, url, boot_of("late", date(FIRST)))
    assert prune(tool, url, date(FIRST + 4, day=0)).status == 0
    assert weeks(url) == [] and partitions(server, database, FIRST) == []


def test_known_boot_gets_late_facts(tool, server, database, folder):
    """A boot that was recorded completes the row of its log, also if it started in a dropped week by its own clock."""
    url, file = server.url(database), f"{folder}/fleet.db"
    make_weeks(tool, url, 2)
    prune(tool, url, date(FIRST + 1, day=0))
    start = date(FIRST + 1, day=0)
    add(tool, url, boot_of("other", start + datetime.timedelta(seconds=2), name="a"))
    add(tool, file, boot_of("other", start - datetime.timedelta(seconds=3), name="b"))
    with sqlite3.connect(file) as changed:  # the program has other lines of the boot than the log
        changed.execute("UPDATE boots SET is_recorded = 1, source = 'record', end = 'clean', mark_bytes = NULL, "
                        "boot_id = 'r'")
    add(tool, file, boot_of("another", start, name="c"))
    got = run(tool, "copy", f"--from={file}", f"--to={url}")
    assert (got.status, got.talk) == (0, ""), got
    assert ask(url, "SELECT week, count(), max(end) FROM TABLES.boot_rows FINAL WHERE kind = 0 AND host = 'other' "
                    "GROUP BY week") == [str(FIRST + 1), "1", "clean"]
    assert ask(url, "SELECT count() FROM TABLES.crash_rows FINAL WHERE NOT is_gone AND host = 'other'") == ["1"]


def test_week_is_dropped_during_a_write(tool, server, database):
    """A writer that loaded its hosts before the week was pruned removes its rows again."""
    url = server.url(database)
    make_weeks(tool, url)
    with serving(Interrupted, port=server.http, losses=0,
                 others=[lambda: prune(tool, url, date(FIRST + 1, day=0))]) as proxy:
        add(tool, url.replace(str(server.http), str(proxy.server_address[1])),
            boot_of("late", date(FIRST)) + boot_of("host0", date(FIRST, day=3)) + boot_of("late", date(FIRST + 1)),
            REFUSED.format("2 boots were", "their weeks"))
        assert not proxy.others
    assert weeks(url) == weeks(url, "crash_rows", "NOT is_gone") == [FIRST + 1, FIRST + 2, FIRST + 3]


class Written(Interrupted):
    """A proxy that lets another program write when weeks were marked, and before they are dropped."""

    def _request(self):
        request = super(Interrupted, self)._request()
        if b"INSERT%20INTO%20pruned_weeks" in request and self.server.others:
            self.server.others.pop()()
        return request


def test_boot_is_added_before_its_week_is_marked(tool, server, database):
    """A week stays if a boot that must not be removed was added after prune had looked."""
    url = server.url(database)
    make_weeks(tool, url)
    with serving(Written, port=server.http, losses=0,
                 others=[lambda: add(tool, url, boot_of("long", date(FIRST), days=30))]) as proxy:
        other = url.replace(str(server.http), str(proxy.server_address[1]))
        assert prune(tool, other, date(FIRST + 2, day=0)).status == 0
        assert not proxy.others
    assert weeks(url) == [FIRST, FIRST + 2, FIRST + 3]
    assert weeks(url, "pruned_weeks", "is_pruned") == [FIRST + 1]


def test_prune_is_killed(tool, server, database):
    """The next prune completes a prune that was killed; late boots do not return meanwhile."""
    url = server.url(database)
    make_weeks(tool, url, 6)
    before = date(FIRST + 5, day=0)
    command = tool.command("prune", f"--before=@{int(before.timestamp())}", f"--store={url}")
    for delay in (0.02, 0.03, 0.04, 0.05, 0.07, 0.1):
        with subprocess.Popen(command, env={**os.environ, **server.environment()}, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL) as process:
            time.sleep(delay)
            process.send_signal(signal.SIGKILL)
    assert prune(tool, url, before).status in (0, 3)
    assert weeks(url) == weeks(url, "crash_rows", "NOT is_gone") == [FIRST + 5]
    assert all(partitions(server, database, FIRST + week) == [] for week in range(5))


def test_server_restarts_after_a_drop(tool, engine, tmp_path, database):
    """After a restart the server can use the numbers of dropped blocks again. The old seal must not match then."""
    server = test_clickhouse.make_server(engine, tmp_path / "server").start()
    url = server.url(database)
    make_weeks(tool, url, 1)
    seal(tool, url)
    before = report(tool, url)
    assert prune(tool, url, date(FIRST + 1, day=0)).status == 0
    server.stop()
    server.start()
    server.ask(f"TRUNCATE TABLE {database}.pruned_weeks")  # accept boots of this week again
    add(tool, url, boot_of("host0", date(FIRST)))
    found = report(tool, url)
    assert found == report(tool, f"{url}?seals=no")
    assert 2 * (found["boots"] + found["left_out_boots"]) == before["boots"] + before["left_out_boots"]
    server.stop()


def test_schema_6(tool, server, database):
    """A database without the table of pruned weeks is upgraded by the next write, and can be read before."""
    url = server.url(database)
    make_weeks(tool, url)
    expected = report(tool, url)
    server.ask(f"DROP TABLE {database}.pruned_weeks")
    server.ask(f"DROP TABLE {database}.schema_versions")
    server.ask(f"CREATE TABLE {database}.schema_versions (version UInt32) ENGINE = ReplacingMergeTree() "
               f"ORDER BY version")
    server.ask(f"INSERT INTO {database}.schema_versions (version) VALUES (6)")
    reader = server.url(database, user=clickhouse.READER)
    assert report(tool, reader) == expected
    assert prune(tool, url, date(FIRST + 1, day=0)).status == 0
    assert weeks(url, "pruned_weeks", "is_pruned") == [FIRST]
    assert server.ask(f"SELECT max(version) FROM {database}.schema_versions") == [["11"]]
