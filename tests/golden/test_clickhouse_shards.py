# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of a store on the shards of a ClickHouse cluster."""
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .test_clickhouse import (boots_of, expect_hosts, expect_reports_of_a_finding, fleet_with_a_finding, ingest,
                              must_ingest, releases, report, run)
from .test_clickhouse_retention import FIRST, REFUSED, add, boot_of, date
from .test_copy_clickhouse import ingest_crashes, make_version_8, report_lines
from .test_report import signature_of
from .system import OLDER, RELEASE

sys.path.insert(0, str(Path(__file__).parents[1] / "servers"))
import clickhouse  # noqa: E402

pytestmark = pytest.mark.xdist_group(__name__)

CHANCE = random.Random(18)
KILLS = int(os.environ.get("SHARD_KILLS", "2"))


@pytest.fixture
def database(request):
    return "".join(letter for letter in request.node.name if letter.isalnum())


@pytest.fixture
def shards(tmp_path):
    try:
        pair = clickhouse.make_shards(tmp_path)
    except clickhouse.Unavailable as error:
        pytest.skip(str(error))
    for shard in pair:
        shard.start()
    yield pair
    for shard in pair:
        shard.stop()


def make_tables(tool, shards, database):
    """Ingest on each shard separately, as docs/explanation/store.md documents."""
    for shard in shards:
        assert run(tool, "ingest", f"--store={shard.url(database)}", "/dev/null").status == 3


def test_written_to_one_shard_only(tool, shards, database):
    """If a boot is on two shards, ingest finds it and saves new boots. docs/explanation/store.md forbids this state."""
    for shard in shards:
        must_ingest(tool, shard.url(database), "host0")
    url = shards[0].url(database, options="?cluster=fleet")
    must_ingest(tool, url, "host0", "host1")
    assert releases(url, "host1") == [OLDER, RELEASE]


def test_migration_of_shards(tool, shards, database, folder):
    """The migration of each shard also adds the new column to the tables over all shards."""
    make_tables(tool, shards, database)
    url = shards[0].url(database, options="?cluster=fleet")
    ingest_crashes(tool, folder / "logs.db", "web-0")
    ingest_crashes(tool, url, "web-1")
    for shard in shards:
        if int(shard.ask(f"SELECT count() FROM system.tables WHERE database = '{database}' AND name = 'crash_rows_all'")[0][0]):
            make_version_8(shard, database, "crash_rows_all", "crash_rows")
        else:
            make_version_8(shard, database)
    expected = report(tool, url)
    make_tables(tool, shards, database)
    for shard in shards:
        assert run(tool, "seal", "--all", f"--store={shard.url(database)}").status == 0
    assert report(tool, url) == expected
    ingest_crashes(tool, url, "web-0")
    signature = signature_of(folder / "logs.db")
    assert report_lines(tool, url, signature) == report_lines(tool, folder / "logs.db", signature)


def test_skip_unavailable_shards_is_refused(tool, shards, database):
    """triage fails if a profile of the server skips unavailable shards, because the result could be partial."""
    make_tables(tool, shards, database)
    url = shards[0].url(database, options="?cluster=fleet")
    must_ingest(tool, url, "host0")
    shards[0].stop()
    shards[0].settings["skip_unavailable_shards"] = "1"
    shards[0].start()
    got = run(tool, "triage", f"--store={url}")
    assert got.status == 1 and "skip_unavailable_shards" in got.talk


def test_shard_that_is_temporarily_unreachable(tool, shards, database):
    """An unreachable shard is reported. When it is reachable again, nothing is lost or counted twice."""
    first, second = shards
    make_tables(tool, shards, database)
    url = first.url(database, options="?cluster=fleet&timeout=20")
    must_ingest(tool, url, *(f"host{number}" for number in range(4)))
    second.stop(signal.SIGKILL)
    got = ingest(tool, url, "host4")
    assert got.status == 1 and "a shard cannot be reached" in got.talk and f"127.0.0.1:{second.tcp}" in got.talk
    got = run(tool, "triage", f"--store={url}")
    assert got.status == 1  # a partial result would be wrong
    second.start()
    must_ingest(tool, url, *(f"host{number}" for number in range(8)))
    expect_hosts(tool, url, 8)
    rows = [shard.ask(f"SELECT uniqExact(host) FROM {database}.boot_rows") for shard in shards]
    assert all(int(row[0][0]) > 0 for row in rows) and sum(int(row[0][0]) for row in rows) == 8


def test_removal_on_shards(tool, shards, database):
    make_tables(tool, shards, database)
    url = shards[0].url(database, options="?cluster=fleet")
    must_ingest(tool, url, *(f"host{number}" for number in range(6)))
    listed = [json.loads(line) for line in run(tool, "--json", "hosts", f"--store={url}").text.splitlines()]
    assert [(host["host"], host["boots"], host["crashes"]) for host in listed] == [
        (f"host{number}", 2, 2) for number in range(6)]
    for host in ("host4", "host5"):
        got = run(tool, "forget", f"--host={host}", f"--store={url}")
        assert got.status == 0 and "removed 2 boots and 2 crashes" in got.text, got
    expect_hosts(tool, url, 4)
    must_ingest(tool, url, "host4")
    expect_hosts(tool, url, 5)


def test_report_of_shards(tool, shards, database, folder):
    make_tables(tool, shards, database)
    expect_reports_of_a_finding(tool, fleet_with_a_finding(folder), f"sqlite:{folder}/fleet.db",
                                shards[0].url(database, options="?cluster=fleet"))


def start(tool, *arguments):
    return subprocess.Popen(tool.command(*arguments), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                            env={**os.environ, **clickhouse.Server.environment()})


def write_logs(folder, hosts):
    folder.mkdir()
    for host in hosts:
        (folder / host).write_bytes(boots_of(host))
    return folder


def totals(shards, database):
    """Return the number of valid rows of boots and crashes, and of their keys, on all shards."""
    counts = [shard.ask(f"SELECT count(), uniqExact(host, boot_id) FROM {database}.boot_rows FINAL WHERE kind = 0") +
              shard.ask(f"SELECT count(), uniqExact(host, boot_id, signature) FROM {database}.crash_rows FINAL "
                        f"WHERE NOT is_gone") for shard in shards]
    return [sum(int(count[table][column]) for count in counts) for table in (0, 1) for column in (0, 1)]


@pytest.mark.parametrize("victim", [0, 1])
def test_shard_is_killed_during_ingest(tool, shards, database, folder, victim):
    """Kill a shard at random moments and bring it back. After the next ingest, nothing is lost or counted twice."""
    make_tables(tool, shards, database)
    url = shards[0].url(database, options="?cluster=fleet")
    logs = write_logs(folder / "logs", [f"host-{host}" for host in range(30)])
    started = time.monotonic()
    assert run(tool, "ingest", f"--store={url}", "--host-from=file", logs).status == 0
    duration = time.monotonic() - started
    failures, attempts = 0, 0
    # A server that is killed after its last insert does no harm, so more attempts may be necessary.
    while failures < KILLS and attempts < 10 * KILLS:
        attempts += 1
        logs = write_logs(folder / f"logs{attempts}", [f"host{attempts}-{host}" for host in range(30)])
        with start(tool, "ingest", f"--store={url}&timeout=3", "--host-from=file", logs) as process:
            time.sleep(CHANCE.uniform(0, duration))
            shards[victim].stop(signal.SIGKILL)
            _, talk = process.communicate()
        failures += process.returncode != 0
        assert process.returncode == 0 or any(
            text in talk for text in (b"cannot be reached", b"cannot connect", b"no response for 3 s")), talk
        shards[victim].start()
        got = run(tool, "ingest", f"--store={url}", "--host-from=file", logs)
        assert got.status == 0, got
    assert failures == KILLS
    assert totals(shards, database) == 4 * [(1 + attempts) * 30 * 2]
    file = f"sqlite:{folder}/fleet.db"
    for logs in sorted(folder.glob("logs*")):
        assert run(tool, "ingest", f"--store={file}", "--host-from=file", logs).status == 0
    assert report(tool, url) == report(tool, file)


@pytest.mark.parametrize("victim", [0, 1])
def test_shard_is_killed_during_sealing(tool, shards, database, victim):
    """Each report is right while a shard is sealed, after it was killed, and after all shards are sealed."""
    make_tables(tool, shards, database)
    url = shards[0].url(database, options="?cluster=fleet")
    must_ingest(tool, url, *(f"host{number}" for number in range(4)))
    expected = report(tool, url)
    for _ in range(KILLS):
        with start(tool, "seal", "--all", f"--store={shards[victim].url(database)}") as process:
            time.sleep(CHANCE.uniform(0.01, 0.3))
            shards[victim].stop(signal.SIGKILL)
            process.communicate()
        shards[victim].start()
        assert report(tool, url) == expected
    for shard in shards:
        got = run(tool, "seal", "--all", f"--store={shard.url(database)}")
        assert got.status == 0, got
        assert report(tool, url) == expected
    assert shards[victim].ask(f"SELECT count() > 0 FROM {database}.boot_sums") == [["1"]]
    # Sums that one shard lacks are not used.
    [[partition]] = shards[victim].ask(f"SELECT DISTINCT partition_id FROM system.parts WHERE active AND database = "
                                       f"'{database}' AND table = 'crash_sums' ORDER BY partition_id DESC LIMIT 1")
    shards[victim].ask(f"ALTER TABLE {database}.crash_sums DROP PARTITION ID '{partition}'")
    assert report(tool, url) == expected == report(tool, f"{url}&seals=no")


def test_shard_that_lags(tool, shards, database):
    """A shard that does not answer makes commands fail after the timeout. Nothing is counted twice afterwards."""
    make_tables(tool, shards, database)
    url = shards[0].url(database, options="?cluster=fleet&timeout=")
    must_ingest(tool, f"{url}60", *(f"host{number}" for number in range(3)))
    shards[1].process.send_signal(signal.SIGSTOP)
    try:
        for got in (run(tool, "triage", f"--store={url}2"), ingest(tool, f"{url}2", "host3")):
            assert got.status == 1 and ("no response for 2 s (raise the limit with ?timeout=SECONDS)" in got.talk
                                        or "a shard cannot be reached" in got.talk), got
    finally:
        shards[1].process.send_signal(signal.SIGCONT)
    must_ingest(tool, f"{url}60", *(f"host{number}" for number in range(5)))
    expect_hosts(tool, f"{url}60", 5)
    assert totals(shards, database) == 4 * [10]


def test_weeks_of_shards(tool, shards, database):
    """Through the cluster, prune writes tombstones; on each shard, it drops weeks, which all writers then respect."""
    make_tables(tool, shards, database)
    url = shards[0].url(database, options="?cluster=fleet")
    add(tool, url, "".join(boot_of(f"host{host}", date(week)) for host in range(5) for week in (FIRST, FIRST + 1)))
    before = f"--before=@{(FIRST + 1) * 7 * 86400}"
    assert run(tool, "prune", before, f"--store={url}").status == 0
    assert sum(int(shard.ask(f"SELECT count() FROM {database}.pruned_weeks")[0][0]) for shard in shards) == 0
    assert totals(shards, database) == 4 * [5]
    for shard in shards:
        assert run(tool, "prune", before, f"--store={shard.url(database)}").status == 3  # the boots are gone
        assert shard.ask(f"SELECT count() FROM {database}.boot_rows WHERE week = {FIRST}") == [["0"]]
    add(tool, url, boot_of("late", date(FIRST)), REFUSED.format("1 boot was", "its week"))
    assert totals(shards, database) == 4 * [5]
