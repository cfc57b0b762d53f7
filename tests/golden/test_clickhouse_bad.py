# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of read-only servers, two programs that seal or migrate at once, and clocks that are far ahead."""
import http.server
import signal
import time
from datetime import UTC, datetime

import pytest

from . import test_clickhouse
from .test_clickhouse import ask, expect_hosts, ingest, must_ingest, report, run, serving
from .test_clickhouse_retention import add, boot_of
from .test_clickhouse_seals import SEED, seal
from .test_clickhouse_shards import start

pytestmark = pytest.mark.xdist_group(__name__)
engine, server, database = test_clickhouse.engine, test_clickhouse.server, test_clickhouse.database


class Refusing(http.server.BaseHTTPRequestHandler):
    """A server with the tables that rejects each insert."""

    def do_POST(self):
        query = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode(errors="replace") + self.path
        answers = {"INSERT": self.server.refusal, "max(version)": b"7\n", "system.tables": b"10\n",
                   "system.settings": b"0\t1\t1\n"}
        body = next((answer for word, answer in answers.items() if word in query), b"")
        self.send_response(500 if "INSERT" in query else 200)
        self.send_header("X-ClickHouse-Server-Display-Name", "refusing")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


@pytest.mark.parametrize("refusal, message", [
    (b"Code: 242. DB::Exception: Table is in readonly mode: replica_path=/x. (TABLE_IS_READ_ONLY)\n",
     "this replica is read-only: use another one, or repair it (Table is in readonly mode: replica_path=/x."),
    (b"Code: 76. DB::ErrnoException: Cannot open file /x/tmp_insert: errno: 30, strerror: Read-only file system: x\n",
     "the server's disk is read-only")])
def test_server_that_is_read_only(tool, refusal, message):
    """A replica that has lost Keeper, and a disk that is read-only. No test server has Keeper."""
    with serving(Refusing, refusal=refusal) as server:
        got = ingest(tool, f"clickhouse://127.0.0.1:{server.server_address[1]}/fleet", "host0")
    assert got.status == 1 and message in got.talk, got


def test_two_sealers(tool, server, database):
    """Two programs seal the same weeks at once; the sums count once."""
    url = server.url(database)
    must_ingest(tool, url, *(f"host{number}" for number in range(3)))
    expected = report(tool, url)
    for round_number in range(3):
        sealers = [start(tool, "seal", "--all", f"--store={url}") for _ in range(3)]
        talks = [sealer.communicate()[1] for sealer in sealers]
        assert [sealer.returncode for sealer in sealers] == [0, 0, 0], talks
        assert report(tool, url) == expected == report(tool, f"{url}?seals=no")
        assert seal(tool, url, "--all") == []
        must_ingest(tool, url, f"host{3 + round_number}")
        expected = report(tool, url)
        assert expected == report(tool, f"{url}?seals=no")


def make_schema_6(server, database):
    server.ask(f"DROP TABLE {database}.pruned_weeks")
    server.ask(f"DROP TABLE {database}.schema_versions")
    server.ask(f"CREATE TABLE {database}.schema_versions (version UInt32) ENGINE = ReplacingMergeTree() "
               f"ORDER BY version")
    server.ask(f"INSERT INTO {database}.schema_versions (version) VALUES (6)")


def test_migration_of_schema_6_is_killed(tool, server, database):
    url = server.url(database)
    must_ingest(tool, url, "host0")
    make_schema_6(server, database)
    for _ in range(4):
        with start(tool, "ingest", f"--store={url}", "/dev/null") as process:
            time.sleep(SEED.uniform(0, 0.1))
            process.send_signal(signal.SIGKILL)
            process.communicate()
    migrators = [start(tool, "ingest", f"--store={url}", "/dev/null") for _ in range(3)]
    talks = [migrator.communicate()[1] for migrator in migrators]
    assert [migrator.returncode for migrator in migrators] == [3, 3, 3], talks  # nothing to ingest
    assert server.ask(f"SELECT max(version) FROM {database}.schema_versions") == [["11"]]
    expect_hosts(tool, url, 1)


@pytest.mark.parametrize("year", [2106, 9999])
def test_clock_that_is_far_ahead(tool, server, database, folder, year):
    """After 2106-02-07 the seconds since 1970 need more than 32 bits; the last week number is in the year 3225."""
    urls = server.url(database), f"{folder}/fleet.db"
    for url in urls:
        add(tool, url, boot_of("host0", datetime(year, 2, 8, tzinfo=UTC)) +
            boot_of("host1", datetime(2025, 2, 8, tzinfo=UTC)))
    reports = [report(tool, url) for url in urls]
    assert reports[0] == reports[1] and reports[0]["boots"] + reports[0]["left_out_boots"] == 2
    assert len(seal(tool, urls[0], "--all")) >= 1
    assert report(tool, urls[0]) == reports[0] == report(tool, f"{urls[0]}?seals=no")
    weeks = ask(urls[0], "SELECT DISTINCT week FROM TABLES.boot_rows ORDER BY week")
    assert [int(week) for week in weeks] == [2875, min(int(datetime(year, 2, 8, tzinfo=UTC).timestamp()) // 604800,
                                                       65535)]
    logs = [run(tool, "--json", "log", f"--store={url}", "--host=host0").text for url in urls]
    assert logs[0] == logs[1] and f'"{year}-02-08T' in logs[0]
    for url in urls:  # the week is not complete, so its boots get tombstones
        got = run(tool, "prune", "--before=9999-12-30", f"--store={url}")
        assert got.status == 0 and "host0: removed 1 boot and 1 crash" in got.text
        assert run(tool, "hosts", f"--store={url}").status == 3
    add(tool, urls[0], boot_of("host0", datetime(year, 2, 8, tzinfo=UTC)))
    assert ask(urls[0], "SELECT count() FROM TABLES.boot_rows FINAL WHERE kind = 0") == ["1"]
