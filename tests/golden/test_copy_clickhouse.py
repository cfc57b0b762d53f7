# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that `copy` moves a whole store to a ClickHouse server and back."""
import os
import random
import sqlite3
import subprocess

import pytest

from .fleet import Fleet
from .test_clickhouse import clickhouse, expect_hosts, make_server, must_ingest, run
from .test_report import CRASH, console_of, excerpts, signature_of
from .test_copy import PAGE, answers, content, make_fleet, make_rich

pytestmark = pytest.mark.xdist_group(__name__)


@pytest.fixture(scope="module", params=clickhouse.ENGINES)
def server(request, tmp_path_factory):
    server = make_server(request.param, tmp_path_factory.mktemp("clickhouse")).start()
    yield server
    server.stop()


@pytest.fixture
def database(request):
    return "".join(letter for letter in request.node.name if letter.isalnum())


NO_LOOKS = ("kexec-lineage: copy: looks of 'triage --watch' were not copied: the target is a server, which keeps none, or "
            "has other looks of the same releases\n")


def copy(tool, source, target, *options, status=0, talk=""):
    got = run(tool, "copy", f"--from={source}", f"--to={target}", *options)
    assert (got.status, got.talk) == (status, talk), got
    return got.text


def test_copy_there_and_back(tool, server, database, folder):
    """A store is the same after a copy to a server, to another database, and back. The server keeps no looks."""
    environment = {"env": {"CLICKHOUSE_PASSWORD": clickhouse.PASSWORD, "CLICKHOUSE_USER": None}}
    rich, urls = make_rich(tool, folder), [server.url(database), server.url(f"{database}2")]
    want = answers(tool, rich)
    for _ in range(2):
        copy(tool, rich, urls[0], talk=NO_LOOKS)
        assert answers(tool, urls[0], **environment) == want
    copy(tool, urls[0], urls[1])
    copy(tool, urls[1], folder / "back.db")
    assert answers(tool, folder / "back.db") == want
    assert content(folder / "back.db") == {**content(rich), "looks": []}


def test_reports_of_crashes(tool, server, database, folder):
    """A report about a crash is the same from a server."""
    fleet, url = Fleet(tool, folder / "fleet.db"), server.url(database)
    for number in range(6):
        for previous, crashed, count in ("7.2.9", 4, 1), ("7.2.9", 3, 2), ("7.2.8", 0, 1), (None, 1, None):
            fleet.add("7.3.4", previous, 8, crashed, count=count, host=f"h{number}", label=f"l{number % 2}")
    with sqlite3.connect(fleet.path) as database:
        database.execute("UPDATE boots SET chain = '[{\"release\":\"7.2.9\",\"runs\":2}]' WHERE kexec_count = 2")
        database.execute("UPDATE crashes SET excerpt = 'a line\n' WHERE id = 1")
    copy(tool, fleet.path, url)
    want, got = (run(tool, "--json", "report", "--hosts", f"--store={store}", "sig") for store in (fleet.path, url))
    assert (want.status, got.status, got.talk) == (0, 0, "")
    assert want.json["excerpt"] == ["a line"] and len(want.json["hosts"]) == 6 and len(want.json["chains"]) == 3
    assert got.json == want.json


def report_lines(tool, store, signature):
    got = run(tool, "--json", "report", f"--store={store}", signature)
    assert (got.status, got.talk) == (0, ""), got
    return got.json["excerpt"]


def ingest_crashes(tool, store, *hosts):
    for number, host in enumerate(hosts):
        crash = CRASH.replace("Hardware name:", f"Hardware name: number{number}")
        got = run(tool, "ingest", f"--store={store}", "-", stdin=console_of(host, crash, number).encode())
        assert got.status == 0, got


def test_lines_of_reports(tool, server, database, folder):
    """A server keeps the same lines of crash reports as a file. copy and forget include them."""
    stores, hosts = [folder / "logs.db", server.url(database)], [f"web-{number}" for number in range(5)]
    for store in stores:
        ingest_crashes(tool, store, *hosts)
    signature, kept = signature_of(stores[0]), f"{database}.crash_rows FINAL WHERE NOT is_gone AND isNotNull(excerpt)"
    want = report_lines(tool, stores[0], signature)
    assert any("number0" in line for line in want) and report_lines(tool, stores[1], signature) == want
    assert server.ask(f"SELECT count() FROM {kept}") == [["3"]]
    copy(tool, stores[1], folder / "copy.db")
    assert sorted(excerpts(folder / "copy.db")) == sorted(excerpts(stores[0]))
    assert run(tool, "forget", "--host=web-0", f"--store={stores[1]}").status == 0
    assert any("number1" in line for line in report_lines(tool, stores[1], signature))
    assert server.ask(f"SELECT count() FROM {database}.crash_rows WHERE is_gone AND isNotNull(excerpt)") == [["0"]]


def make_old_sums(server, database):
    """Give the sums the form of versions up to 9, also over all shards."""
    for table in server.ask(f"SELECT name FROM system.tables WHERE database = '{database}' AND name LIKE 'crash_length_sums%'"):
        for column in ("first_day", "last_day", "hosts"):
            server.ask(f"ALTER TABLE {database}.{table[0]} DROP COLUMN {column}")
    server.ask(f"CREATE TABLE {database}.old_sums ENGINE = MergeTree() PARTITION BY (week, seal) ORDER BY ancestor AS "
               f"SELECT week, seal, crashed, signature, previous, release, boot, kexec_count, label, inferred, listed, "
               f"is_complete, one.1 AS ancestor, toUInt8(one.2 % 2) AS is_second, intDiv(one.2, 2) AS boots FROM (SELECT *, "
               f"arrayJoin(arrayMap((x, y) -> (x, y), ancestors, numbers)) AS one FROM {database}.ancestor_sums)")
    server.ask(f"DROP TABLE {database}.ancestor_sums")
    server.ask(f"RENAME TABLE {database}.old_sums TO {database}.ancestor_sums")
    if server.ask(f"SELECT name FROM system.tables WHERE database = '{database}' AND name = 'ancestor_sums_all'"):
        server.ask(f"DROP TABLE {database}.ancestor_sums_all")
        server.ask(f"CREATE TABLE {database}.ancestor_sums_all AS {database}.ancestor_sums "
                   f"ENGINE = Distributed(fleet, {database}, ancestor_sums)")


def make_version_8(server, database, *tables):
    """Turn a store into a store of version 8, in which the crashes have no lines."""
    for table in tables or ("crash_rows",):
        server.ask(f"ALTER TABLE {database}.{table} DROP COLUMN excerpt")
    make_old_sums(server, database)
    server.ask(f"DROP TABLE {database}.schema_versions")
    server.ask(f"CREATE TABLE {database}.schema_versions (version UInt32) ENGINE = ReplacingMergeTree() "
               f"ORDER BY version")
    server.ask(f"INSERT INTO {database}.schema_versions (version) VALUES (8)")


def test_migration_of_version_8(tool, server, database, folder):
    """A store of version 8 can be read. The migration adds the lines of later crashes, and keeps the seals."""
    url = server.url(database)
    ingest_crashes(tool, folder / "logs.db", "web-0")
    ingest_crashes(tool, url, "web-0")
    assert run(tool, "seal", "--all", f"--store={url}").status == 0
    seals = server.ask(f"SELECT * FROM {database}.seals FINAL")
    make_version_8(server, database)
    signature = signature_of(folder / "logs.db")
    assert report_lines(tool, url, signature) is None and len(seals) == 1
    copy(tool, url, folder / "copy.db")
    assert excerpts(folder / "copy.db") == []
    ingest_crashes(tool, url, "web-0")
    assert report_lines(tool, url, signature) == report_lines(tool, folder / "logs.db", signature)
    assert server.ask(f"SELECT max(version) FROM {database}.schema_versions") == [["11"]]


def test_killed_copy_to_a_server(tool, server, database, folder):
    """A copy to a server and a copy from it are killed at any moment, and end with the same content."""
    make_fleet(tool, folder / "fleet.db", 4 * PAGE, 2000)
    rng = random.Random(3)
    for source, target in ((folder / "fleet.db", server.url(database)), (server.url(database), folder / "back.db")):
        command = tool.command("copy", f"--from={source}", f"--to={target}", f"--cursor-file={folder}/cursor")
        environment = dict(os.environ, CLICKHOUSE_PASSWORD=clickhouse.PASSWORD)
        killed, delay = 0, 0.05
        while True:
            with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                  env=environment) as process:
                try:
                    process.wait(delay * rng.random())
                    assert process.returncode == 0, process.stderr.read()
                    break
                except subprocess.TimeoutExpired:
                    process.kill()
                    killed += 1
                    delay *= 1.2
        assert killed > 2
    assert content(folder / "back.db") == content(folder / "fleet.db")


def test_copy_into_a_used_server(tool, server, database, folder):
    """Hosts that both stores have are merged, and others are added."""
    for url, hosts in ((server.url(database), ("host0", "host1")), (folder / "fleet.db", ("host1", "host2"))):
        must_ingest(tool, url, *hosts)
    assert copy(tool, folder / "fleet.db", server.url(database)) == (
        "copied 4 boots and 4 crashes of 2 hosts; 2 boots were new\n")
    expect_hosts(tool, server.url(database), 3)


def test_copy_without_permission(tool, server, database, folder):
    must_ingest(tool, folder / "fleet.db", "host0", "host1")
    must_ingest(tool, server.url(database), "host0")
    copied = [f"--from={folder}/fleet.db", f"--to={server.url(database)}"]
    got = run(tool, "copy", *copied, password="wrong")
    assert (got.status, got.text) == (1, "") and got.talk.count("\n") == 1
    assert "user or password" in got.talk and "wrong" not in got.talk.replace("wrong user", "")
    got = run(tool, "copy", copied[0], f"--to={server.url(database, user=clickhouse.READER)}")
    assert (got.status, got.text) == (1, "") and "permission denied for this user" in got.talk
    same = server.url(database, user=clickhouse.READER)
    copy(tool, server.url(database), same, status=2, talk="kexec-lineage: copy: --from and --to are the same store\n")
    copy(tool, same, folder / "back.db")
    must_ingest(tool, folder / "host0.db", "host0")
    assert content(folder / "back.db")["crashes"] == content(folder / "host0.db")["crashes"]
