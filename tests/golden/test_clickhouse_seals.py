# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of the sealed weeks of a ClickHouse store, and of migrations that are interrupted.

tests/unit/store/test_seals.c compares all lists with and without seals after random schedules.
"""
import datetime
import json
import os
import random
import signal
import subprocess
import time

import pytest

from . import test_clickhouse
from .test_copy_clickhouse import make_old_sums
from .test_clickhouse import VERSION_1, ask, expect_hosts, make_version_1, must_ingest, releases, report, run
from .system import OLDER, RELEASE

pytestmark = pytest.mark.xdist_group(__name__)
engine, server, database = test_clickhouse.engine, test_clickhouse.server, test_clickhouse.database

SEED = random.Random(18)
KILLS = int(os.environ.get("MIGRATION_KILLS", "6"))


def seal(tool, url, *options, status=0):
    got = run(tool, "--json", "seal", f"--store={url}", *options)
    assert got.status == status, got
    printed = [json.loads(line) for line in got.text.splitlines()]
    assert all(set(line) == {"week", "sealed"} for line in printed)
    return printed


def double(server, database):
    """Replace the stored sums by sums of twice as many boots."""
    [[seal_number, count]] = server.ask(f"SELECT max(seal), count() FROM {database}.boot_sums")
    columns = [row[0] for row in server.ask(f"SELECT name FROM system.columns WHERE database = '{database}' AND "
                                            f"table = 'boot_sums'")]
    changed = ", ".join({"boots": "boots * 2", "seal": f"seal + {10**9}"}.get(name, name) for name in columns)
    server.ask(f"INSERT INTO {database}.boot_sums ({', '.join(columns)}) SELECT {changed} FROM {database}.boot_sums")
    for table in tables_of_sums(server, database):
        if table != "boot_sums":
            columns = [row[0] for row in server.ask(f"SELECT name FROM system.columns WHERE database = '{database}' "
                                                    f"AND table = '{table}'")]
            changed = ", ".join(f"seal + {10**9}" if name == "seal" else name for name in columns)
            server.ask(f"INSERT INTO {database}.{table} ({', '.join(columns)}) SELECT {changed} "
                       f"FROM {database}.{table}")
    server.ask(f"INSERT INTO {database}.seals SELECT week, seal + {10**9}, boots, crashes, sums FROM {database}.seals "
               f"WHERE seal = {seal_number}")
    assert int(count) > 0


def test_sums_are_used_while_the_week_is_unchanged(tool, server, database):
    """Change the stored sums: a report shows the change until the next boot of the week."""
    url = server.url(database)
    must_ingest(tool, url, "host0", "host1")
    before = report(tool, url)
    assert [sealed["sealed"] for sealed in seal(tool, url, "--all")] == [True]
    assert report(tool, url) == before and seal(tool, url, "--all") == []
    double(server, database)
    assert report(tool, url)["boots"] == 2 * before["boots"]
    assert report(tool, f"{url}?seals=no") == before
    must_ingest(tool, url, "host1")  # the same log: nothing is written
    assert report(tool, url)["boots"] == 2 * before["boots"]
    must_ingest(tool, url, "host2")
    assert report(tool, url)["boots"] == before["boots"] * 3 // 2
    assert [sealed["sealed"] for sealed in seal(tool, url, "--all")] == [True]
    assert report(tool, url) == report(tool, f"{url}?seals=no")


def test_week_is_sealed_after_its_end(tool, server, database):
    """The boots have no date, so they are in the week of today, which is not complete."""
    url = server.url(database)
    must_ingest(tool, url, "host0")
    assert seal(tool, url) == []
    assert ask(url, "SELECT count() FROM TABLES.seals") == ["0"]
    old = f"2025-11-03T10:00:00+00:00 host9 kernel: [    0.000000] Linux version {RELEASE} (a@b) #1 SMP\n"
    got = run(tool, "ingest", f"--store={url}", "-", stdin=old.encode())
    assert got.status == 0, got
    # The writer sealed the week at its end: 2025-10-30 is a Thursday.
    assert ask(url, "SELECT week, toDate(week * 7) FROM TABLES.seals") == ["2913", "2025-10-30"]
    assert seal(tool, url) == []


def test_boots_of_many_weeks(tool, server, database):
    """Current servers limit the partitions of an insert to 100, unless the client changes a setting."""
    url = server.url(database)
    first = datetime.datetime(2020, 1, 6, tzinfo=datetime.UTC)
    starts = [first + datetime.timedelta(weeks=week) for week in range(110)]
    log = "".join(f"{start.isoformat()} host0 kernel: [    0.000000] Linux version 6.1.{number} (a@b) #1 SMP\n"
                  for number, start in enumerate(starts))
    got = run(tool, "ingest", f"--store={url}", "-", stdin=log.encode())
    assert got.status == 0, got
    assert ask(url, "SELECT uniqExact(week), count() FROM TABLES.boot_rows FINAL") == ["110", "110"]
    assert run(tool, "prune", "--before=2022-02-01", f"--store={url}").status == 0
    assert ask(url, "SELECT count() FROM TABLES.boot_rows FINAL WHERE kind = 0") == ["1"]


def test_user_without_access_to_the_state(tool, server, database):
    """A user who only reads uses seals, and cannot seal."""
    url = server.url(database)
    must_ingest(tool, url, "host0")
    seal(tool, url, "--all")
    reader = server.url(database, user=test_clickhouse.clickhouse.READER)
    assert report(tool, reader) == report(tool, url)
    assert run(tool, "seal", "--all", f"--store={reader}").status == 0  # nothing is left to seal
    must_ingest(tool, url, "host1")
    got = run(tool, "seal", "--all", f"--store={reader}")
    assert got.status == 1 and "permission denied for this user" in got.talk


def test_seal_of_a_file(tool, folder):
    """A file needs no seals."""
    store = folder / "fleet.db"
    assert run(tool, "seal", f"--store={store}").status == 1  # no such file, and none is created
    assert not store.exists()
    assert run(tool, "ingest", f"--store={store}", "--host=h", "-", stdin=test_clickhouse.boots_of("h")).status == 0
    assert seal(tool, store, "--all") == []


def test_old_sums_are_removed(tool, server, database):
    """Sums without a seal are removed one hour after they were stored."""
    url = server.url(database)
    must_ingest(tool, url, "host0")
    seal(tool, url, "--all")
    hours = 3600 * 10**9
    now = time.time_ns()
    for number in (now - 2 * hours, now - hours // 2):
        server.ask(f"INSERT INTO {database}.boot_sums (week, seal, boots) VALUES (1, {number}, 7)")
    seal(tool, url, "--all")
    assert sorted(ask(url, "SELECT DISTINCT week FROM TABLES.boot_sums"))[0] == "1"
    assert ask(url, "SELECT count() FROM TABLES.boot_sums WHERE week = 1") == ["1"]
    assert report(tool, url) == report(tool, f"{url}?seals=no")


def test_merges_keep_seals(tool, server, database):
    """The blocks of other weeks lie between those of a week, so a merged part covers more blocks."""
    url = server.url(database)
    for number in range(3):
        ingest_weeks(tool, url, number)
    assert len(seal(tool, url, "--all")) >= 2  # the writers sealed one
    for table in ("boot_rows", "crash_rows"):
        server.ask(f"OPTIMIZE TABLE {database}.{table} FINAL")
    assert seal(tool, url, "--all") == []


def test_sums_that_are_stored_twice(tool, server, database):
    """Such sums are not used, and the week is sealed again."""
    url = server.url(database)
    must_ingest(tool, url, "host0")
    before = report(tool, url)
    seal(tool, url, "--all")
    server.ask(f"INSERT INTO {database}.boot_sums SELECT * FROM {database}.boot_sums")
    assert report(tool, url) == before
    assert [sealed["sealed"] for sealed in seal(tool, url, "--all")] == [True]
    assert report(tool, url) == before


def test_replaced_sums_are_kept_for_readers(tool, server, database):
    """A reader may have read a seal that is replaced now."""
    url = server.url(database)
    must_ingest(tool, url, "host0")
    seal(tool, url, "--all")
    hours = 2 * 3600 * 10**9
    for table in ("seals", *tables_of_sums(server, database)):
        columns = [row[0] for row in server.ask(f"SELECT name FROM system.columns WHERE database = '{database}' AND "
                                                f"table = '{table}'")]
        listed = ", ".join(columns)
        older = ", ".join(f"seal - {hours}" if column == "seal" else column for column in columns)
        server.ask(f"INSERT INTO {database}.{table} ({listed}) SELECT {older} FROM {database}.{table}")
    must_ingest(tool, url, "host1")
    seal(tool, url, "--all")
    assert len(server.ask(f"SELECT DISTINCT seal FROM {database}.boot_sums")) == 3


def tables_of_sums(server, database):
    return [row[0] for row in server.ask(f"SELECT name FROM system.tables WHERE database = '{database}' AND "
                                         f"name LIKE '%_sums'")]


def weeks_of_november(number):
    """Return logs of boots of a host in three weeks of November 2025."""
    lines = ("    0.000000] Linux version {} (a@b) #1 SMP", "    0.100000] KHO: exec from: 7.1.0 (count 1)")
    return "".join(f"2025-11-{day:02}T10:00:0{number}+00:00 host{number} kernel: [{line.format(f'7.{day}.{number}')}\n"
                   for day in (3, 12, 20) for line in lines).encode()


def ingest_weeks(tool, url, number):
    assert run(tool, "ingest", f"--store={url}", "-", stdin=weeks_of_november(number)).status == 0


def totals_of(server, database):
    return server.ask(f"SELECT total, weeks FROM {database}.totals FINAL")


def test_total_is_used_while_its_weeks_are_unchanged(tool, server, database):
    """Double the boots in the rows of a total: a report shows it until the next boot of one of its weeks. Without a
    crash, the exit status of a report is 3."""
    url = server.url(database)
    ingest_weeks(tool, url, 0)
    seal(tool, url)
    before = report(tool, url, status=3)
    [[number, weeks]] = totals_of(server, database)
    assert [week.split("=")[0] for week in weeks.split()] == ["2916", "2914", "2913"]
    replace_total(server, database, number, weeks)
    assert report(tool, url, status=3)["boots"] == 2 * before["boots"]
    assert seal(tool, url) == [] and totals_of(server, database)[0][1] == weeks
    ingest_weeks(tool, url, 1)
    assert report(tool, url, status=3)["boots"] == 2 * before["boots"] == 6
    assert report(tool, url, status=3) == report(tool, f"{url}?seals=no", status=3)
    seal(tool, url)
    assert totals_of(server, database)[0][1] != weeks
    assert report(tool, url, status=3) == report(tool, f"{url}?seals=no", status=3)


def replace_total(server, database, number, weeks):
    """Make a total with twice as many boots from a total."""
    newer = int(number) + 1
    for table in tables_of_sums(server, database):
        columns = [row[0] for row in server.ask(f"SELECT name FROM system.columns WHERE database = '{database}' AND "
                                                f"table = '{table}'")]
        values = {"seal": str(newer), "boots": "boots * 2"} if table == "boot_sums" else {"seal": str(newer)}
        changed = ", ".join(values.get(name, name) for name in columns)
        server.ask(f"INSERT INTO {database}.{table} ({', '.join(columns)}) SELECT {changed} FROM {database}.{table} "
                   f"WHERE week = 65535 AND seal = {number}")
    server.ask(f"INSERT INTO {database}.totals SELECT slot, {newer}, weeks, sums FROM {database}.totals "
               f"WHERE total = {number}")


@pytest.mark.parametrize("table", ["boot_sums", "host_sums", "host_day_sums"])
def test_sums_that_are_missing(tool, server, database, table):
    """Neither a week nor a total is used without all its rows."""
    url = server.url(database)
    ingest_weeks(tool, url, 0)
    must_ingest(tool, url, "host1", "host2")
    before = report(tool, url)
    seal(tool, url, "--all")
    for [partition] in server.ask(f"SELECT DISTINCT partition_id FROM system.parts WHERE active AND "
                                  f"database = '{database}' AND table = '{table}'"):
        server.ask(f"ALTER TABLE {database}.{table} DROP PARTITION ID '{partition}'")
    assert report(tool, url) == before
    assert len(seal(tool, url, "--all")) == 4
    assert report(tool, url) == before == report(tool, f"{url}?seals=no")


def test_writers_make_totals(tool, server, database):
    """A writer seals a week, or makes a total if all weeks are sealed; after that, not for an hour."""
    url = server.url(database)
    ingest_weeks(tool, url, 0)
    assert totals_of(server, database) == []
    for _ in range(3):
        ingest_weeks(tool, url, 0)  # nothing is written
    assert totals_of(server, database) == []
    must_ingest(tool, url, "host1")
    must_ingest(tool, url, "host2")
    assert len(totals_of(server, database)) == 1
    assert server.ask(f"SELECT count() FROM {database}.seal_claims FINAL") == [["4"]]


def make_version_6(tool, server, database):
    """Turn a sealed store into a store of version 6: without the tables of version 7, and with seals in its form."""
    url = server.url(database)
    ingest_weeks(tool, url, 0)
    must_ingest(tool, url, "host1", "host2")
    seal(tool, url, "--all")
    before = report(tool, url)
    server.ask(f"INSERT INTO {database}.seals SELECT week, seal + 1, boots, crashes, arrayStringConcat(arrayFilter("
               f"x -> NOT match(x, '^[0-9]+$') AND x NOT LIKE 'host_%', splitByChar(' ', sums)), ' ') FROM {database}.seals FINAL")
    for table in ("boot_sums", "crash_sums", "signature_sums", "crash_length_sums", "ancestor_sums"):
        columns = [row[0] for row in server.ask(f"SELECT name FROM system.columns WHERE database = '{database}' AND "
                                                f"table = '{table}'")]
        changed = ", ".join("seal + 1" if name == "seal" else name for name in columns)
        server.ask(f"INSERT INTO {database}.{table} ({', '.join(columns)}) SELECT {changed} FROM {database}.{table}")
    server.ask(f"ALTER TABLE {database}.crash_rows DROP COLUMN excerpt")
    make_old_sums(server, database)
    for table in ("host_sums", "host_day_sums", "totals", "pruned_weeks", "schema_versions"):
        server.ask(f"DROP TABLE {database}.{table}")
    server.ask(f"CREATE TABLE {database}.schema_versions (version UInt32) ENGINE = ReplacingMergeTree() "
               f"ORDER BY version")
    server.ask(f"INSERT INTO {database}.schema_versions (version) VALUES (6)")
    return before


def test_migration_of_version_6(tool, server, database):
    """The seals of version 6 lack sums, so they are not used, before and after the migration, which can be killed at
    any time."""
    before = make_version_6(tool, server, database)
    url = server.url(database)
    assert report(tool, url) == before
    for _ in range(KILLS):
        with migrate(tool, url) as process:
            time.sleep(SEED.uniform(0, 0.1))
            process.send_signal(signal.SIGKILL)
    with migrate(tool, url) as first, migrate(tool, url) as second:
        talks = [process.communicate()[1] for process in (first, second)]
        assert [first.returncode, second.returncode] == [3, 3], talks  # nothing to ingest
    assert server.ask(f"SELECT max(version) FROM {database}.schema_versions") == [["11"]]
    assert report(tool, url) == before
    assert len(seal(tool, url, "--all")) == 4
    assert report(tool, url) == before == report(tool, f"{url}?seals=no")


def rows_of(server, database):
    return (server.ask(f"SELECT host, boot_id, release, sequence FROM {database}.boot_rows FINAL WHERE kind = 0 "
                       f"ORDER BY host, boot_id"),
            server.ask(f"SELECT host, boot_id, signature, uptime_us, time, title FROM {database}.crash_rows FINAL "
                       f"WHERE NOT is_gone ORDER BY host, boot_id, signature, uptime_us, time"))


def migrate(tool, url, **options):
    return subprocess.Popen(tool.command("ingest", f"--store={url}", "/dev/null"), stdout=subprocess.DEVNULL,
                            stderr=subprocess.PIPE,
                            env={**os.environ, **test_clickhouse.clickhouse.Server.environment()}, **options)


def is_migrated(server, database):
    return server.ask(f"SELECT count() FROM system.tables WHERE database = '{database}' AND name IN "
                      f"('boots', 'crashes', 'old_boots', 'old_crashes')") == [["0"]]


def test_migration_is_killed(tool, server, database):
    """A migration that is killed at random moments, and then two at the same time, lose and repeat nothing."""
    make_version_1(tool, server, database)
    expected = rows_of(server, f"{database}new")
    for _ in range(KILLS):
        with migrate(tool, server.url(database)) as process:
            time.sleep(SEED.uniform(0, 0.6))
            process.send_signal(signal.SIGKILL)
    with migrate(tool, server.url(database)) as first, migrate(tool, server.url(database)) as second:
        talks = [process.communicate()[1] for process in (first, second)]
        assert [first.returncode, second.returncode] == [3, 3], talks  # nothing to ingest
    assert rows_of(server, database) == expected
    assert releases(server.url(database), "host0") == [OLDER, RELEASE]
    # A migration that ended without its last step leaves the old tables.
    assert run(tool, "seal", f"--store={server.url(database)}").status == 0
    assert is_migrated(server, database)
    must_ingest(tool, server.url(database), "host0")
    expect_hosts(tool, server.url(database), 1)


def test_old_program_that_creates_its_tables_again(tool, server, database):
    """A program of version 1 does not read the version. What it writes during a migration is moved, too."""
    make_version_1(tool, server, database)
    expected = rows_of(server, f"{database}new")
    # A migration that was cut after it had set the tables aside.
    server.ask(f"RENAME TABLE {database}.boots TO {database}.old_boots, {database}.crashes TO {database}.old_crashes")
    for table in VERSION_1:
        name, columns = table.split(" ", 1)
        server.ask(f"CREATE TABLE IF NOT EXISTS {database}.{name} {columns}")
    server.ask(f"INSERT INTO {database}.boots (host, boot_id, version, sequence, release, boot, end, kexec_count) "
               f"VALUES ('late', 'b', 1, 1, 'R', 'cold', '', 0)")
    with migrate(tool, server.url(database)) as process:
        talk = process.communicate()[1]
        assert process.returncode == 3, talk
    assert is_migrated(server, database)
    boots, crashes = rows_of(server, database)
    assert [boot for boot in boots if boot[0] == "late"] == [["late", "b", "R", "1"]]
    assert ([boot for boot in boots if boot[0] != "late"], crashes) == expected


def test_old_program_cannot_write_after_the_migration(tool, server, database):
    """A program of an older version that still runs gets an error for its next insert."""
    make_version_1(tool, server, database)
    with migrate(tool, server.url(database)) as process:
        assert process.wait() == 3
    with pytest.raises(OSError):
        server.ask(f"INSERT INTO {database}.boots (host) VALUES ('late')")
