# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that a store on a real ClickHouse server loses nothing and counts nothing twice, even after failures.

tests/unit/store/test_store.c tests all stores; this file tests the failures of a server.
"""
import contextlib
import json
import os
import re
import signal
import socket
import socketserver
import ssl
import subprocess
import sys
import threading
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "servers"))
import clickhouse  # noqa: E402

from .fake_server import serving  # noqa: E402
from .machine import Machine  # noqa: E402
from .system import HOST_NAME, OLDER, RELEASE, cold, kexeced, stamp  # noqa: E402
from .test_ingest import banner, log_of  # noqa: E402
from .test_ingest_hosts import console  # noqa: E402

pytestmark = pytest.mark.xdist_group(__name__)


def make_server(engine, folder, **options):
    try:
        return clickhouse.ENGINES[engine](folder, **options)
    except clickhouse.Unavailable as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module", params=clickhouse.ENGINES)
def engine(request):
    return request.param


@pytest.fixture(scope="module")
def server(engine, tmp_path_factory):
    server = make_server(engine, tmp_path_factory.mktemp("clickhouse"), tls=True).start()
    yield server
    server.stop()


@pytest.fixture
def database(request):
    return "".join(letter for letter in request.node.name if letter.isalnum())


def run(tool, *arguments, stdin=b"", password=clickhouse.PASSWORD):
    return tool.run(*arguments, stdin=stdin, env={"CLICKHOUSE_PASSWORD": password, "CLICKHOUSE_USER": None})


def boots_of(host):
    """Return a cold boot and a kexec that crashes twice."""
    return (banner(OLDER, f"host={host}") + banner(RELEASE, f"ro {stamp(1, OLDER, made_for=RELEASE)} host={host}")
            + log_of("gpf") + log_of("null-dereference"))


def another_boot(number):
    """Return another pair of boots like boots_of(): the times of their lines differ."""
    return re.sub(rb"\[ +(\d+)\.", lambda time: b"[%5d." % (int(time[1]) + number if int(time[1]) else 0),
                  boots_of(str(number)))


def ingest(tool, url, host, **options):
    return run(tool, "ingest", f"--store={url}", f"--host={host}", "-", stdin=boots_of(host), **options)


def must_ingest(tool, url, *hosts):
    for host in hosts:
        got = ingest(tool, url, host)
        assert (got.status, got.talk) == (0, ""), got


def report(tool, url, *options, status=0):
    """Return the report without the name of the store and the time of the report."""
    got = run(tool, "--json", "triage", f"--store={url}", *options)
    assert (got.status, got.talk) == (status, ""), got
    result = json.loads(got.text)
    assert result.pop("store") and result.pop("time")
    return result


def ask(url, sql):
    """Return the words of the server's response. In @sql, TABLES is replaced by the database, and ALL by the suffix of
    a table's name."""
    parts = urllib.parse.urlsplit(url)
    scheme = "https" if parts.scheme == "clickhouses" else "http"
    sql = sql.replace("TABLES", parts.path[1:]).replace("ALL", "_all" if "cluster=" in parts.query else "")
    request = urllib.request.Request(f"{scheme}://127.0.0.1:{parts.port}/", sql.encode(),
                                     {"X-ClickHouse-User": clickhouse.USER, "X-ClickHouse-Key": clickhouse.PASSWORD})
    context = ssl._create_unverified_context() if scheme == "https" else None
    with urllib.request.urlopen(request, timeout=60, context=context) as answer:
        return answer.read().decode().split()


def releases(url, host):
    """Return the releases of a host's boots, oldest first."""
    return ask(url, f"SELECT release FROM TABLES.boot_rowsALL FINAL WHERE host = '{host}' ORDER BY sequence")


def expect_hosts(tool, url, hosts):
    """Expect two boots per host. The second boot has two crashes."""
    found = report(tool, url)
    assert (found["boots"], found["left_out_boots"]) == (hosts, hosts)  # a banner alone does not show a cold boot
    assert {case["crashed"] for case in found["cases"]} == {hosts}
    assert len(found["cases"]) == 2
    for number in range(hosts):
        assert releases(url, f"host{number}") == [OLDER, RELEASE]
        got = run(tool, "--json", "log", f"--store={url}", f"--host=host{number}")
        assert [json.loads(line)["release"] for line in got.text.splitlines()] == [OLDER, RELEASE]


def test_the_same_log_twice(tool, server, database):
    url = server.url(database)
    for _ in range(2):
        must_ingest(tool, url, "host0", "host1")
    expect_hosts(tool, url, 2)


def test_same_result_as_sqlite(tool, server, database, folder):
    """triage gives the same result on ClickHouse and on SQLite for the same logs."""
    urls = server.url(database), f"sqlite:{folder}/fleet.db"
    for url in urls:
        must_ingest(tool, url, *(f"host{number}" for number in range(4)))
    assert report(tool, urls[0]) == report(tool, urls[1])


def fleet_with_a_finding(folder):
    """Write the logs of 12 machines with two crashes after each kexec from OLDER, and of 24 without a crash."""
    logs = folder / "logs"
    logs.mkdir()
    for number in range(12):
        (logs / f"bad{number}").write_bytes(boots_of(f"bad{number}"))
        for other in ("5.10.1", "5.10.2"):
            (logs / f"good{number}-{other}").write_bytes(
                banner(other) + banner(RELEASE, f"ro {stamp(1, other, made_for=RELEASE)} host={number}"))
    return logs


def expect_reports_of_a_finding(tool, logs, *urls):
    """Expect that the reports are equal, and that the finding names both crashes."""
    for url in urls:
        got = run(tool, "ingest", f"--store={url}", "--host-from=file", str(logs))
        assert got.status == 0, got
    reports = [report(tool, url, status=10) for url in urls]
    assert reports[0] == reports[1]
    found = [one for one in reports[0]["findings"] if one["verdict"] == "associated"]
    signatures = {case["signature"] for case in reports[0]["cases"] if case["signature"]}
    assert len(found) == 1 and len(signatures) == 2 and found[0]["value"] == OLDER
    assert {found[0]["signature"], *found[0]["same_boots"]} == signatures


def test_same_boots_as_in_sqlite(tool, server, database, folder):
    """Each boot after a kexec from OLDER has two crashes. The finding names both, on ClickHouse and on SQLite."""
    expect_reports_of_a_finding(tool, fleet_with_a_finding(folder), server.url(database), f"sqlite:{folder}/fleet.db")


STARTS = b"[99999.000001] kexec_core: Starting new kernel\n"


def console_of(host):
    """Return a console with a cold boot, a crash after a kexec whose lineage no line states, and a lost kexec."""
    return (b"SeaBIOS (version 1.16.2)\n" + banner(OLDER, f"host={host}") + STARTS + banner(RELEASE, f"ro host={host}")
            + log_of("gpf") + STARTS + b"SeaBIOS (version 1.16.2)\n" + banner(OLDER, f"host={host} again"))


def test_inferred_lineages_as_in_sqlite(tool, server, database, folder):
    urls = server.url(database), f"sqlite:{folder}/fleet.db"
    for url in urls:
        must_ingest(tool, url, "host0", "host1")
        for host in ("console0", "console1"):
            got = run(tool, "ingest", f"--store={url}", f"--host={host}", "-", stdin=console_of(host))
            assert (got.status, got.talk) == (0, ""), got
    with_inferred, without = report(tool, urls[0]), report(tool, urls[0], "--no-inferred")
    assert (with_inferred["boots"], with_inferred["inferred_boots"]) == (10, 8)
    assert (without["boots"], without["inferred_boots"], without["left_out_boots"]) == (2, 8, 10)
    assert with_inferred == report(tool, urls[1]) and without == report(tool, urls[1], "--no-inferred")
    logs = [[run(tool, "--json", "log", f"--store={url}", "--host=console0", *options).text for url in urls]
            for options in ((), ("--no-inferred",))]
    assert [len(text.splitlines()) for text, _ in logs] == [4, 3]
    assert all(text == other for text, other in logs)


def test_history_is_sent(tool, server, database, folder):
    """If the history is sent twice, and again after a boot has ended, each boot and its crash are stored once."""
    machine = Machine(tool, folder / "machine")
    machine.boot(cold(release=OLDER)).record()
    machine.boot(kexeced(cmdline=f"ro {stamp(1, OLDER, made_for=RELEASE)}")).record()
    machine.sql("INSERT INTO crashes (boot, uptime_us, title, type, signature) VALUES (2, 5, 'oops in f', 'oops', 's')")
    environment = {"CLICKHOUSE_PASSWORD": clickhouse.PASSWORD, "CLICKHOUSE_USER": None}
    for shutdown in (False, False, True):
        if shutdown:
            machine.record("--shutdown")
        got = machine.run("send", f"--to={server.url(database)}", env=environment)
        assert (got.status, got.talk) == (0, ""), got
        got = run(tool, "--json", "log", f"--store={server.url(database)}", f"--host={HOST_NAME}")
        boots = [json.loads(line) for line in got.text.splitlines()]
        assert [(boot["release"], boot["kexec_count"], boot["end"]) for boot in boots] == [
            (OLDER, 0, "kexec"), (RELEASE, 1, "clean" if shutdown else "running")], shutdown
    assert ask(server.url(database), "SELECT count() FROM TABLES.crash_rows FINAL") == ["1"]


def test_hosts_as_sqlite_has_them(tool, server, database, folder):
    """hosts, forget and prune print the same for both stores, and leave the same boots."""
    urls = server.url(database), f"sqlite:{folder}/fleet.db"
    for url in urls:
        must_ingest(tool, url, "host0", "host1", "host2")

    def same(*arguments):
        first, second = (run(tool, *arguments, f"--store={url}") for url in urls)
        assert (first.status, first.text) == (second.status, second.text)
        return first.text

    assert len(same("hosts").splitlines()) == 4
    assert "would remove 2 boots and 2 crashes" in same("forget", "--host=host1", "--dry-run")
    assert "removed 2 boots and 2 crashes" in same("forget", "--host=host1")
    assert same("forget", "--host=host1") == "" and same("prune", "--before=2000-01-01") == ""
    boot = run(tool, "--json", "log", "--host=host0", f"--store={urls[1]}").text.splitlines()[1]
    boot_id = json.loads(boot)["boot_id"]
    assert "removed 1 boot and 2 crashes" in same("forget", "--host=host0", f"--boot={boot_id}")
    same("--json", "hosts")
    same("--json", "log", "--host=host0")
    assert report(tool, urls[0]) == report(tool, urls[1])
    for url in urls:
        must_ingest(tool, url, "host0", "host1", "host2")
    expect_hosts(tool, urls[0], 3)


def test_read_only_user_removes_nothing(tool, server, database):
    must_ingest(tool, server.url(database), "host0")
    reader = server.url(database, user=clickhouse.READER)
    assert run(tool, "forget", "--host=host0", "-n", f"--store={reader}").status == 0
    got = run(tool, "forget", "--host=host0", f"--store={reader}")
    assert got.status == 1 and "permission denied for this user" in got.talk
    expect_hosts(tool, reader, 1)


# The tables of version 1.
VERSION_1 = (
    "boots (host String, boot_id String, version UInt64, sequence UInt64, time Nullable(Int64), release String,"
    " build Nullable(String), build_id Nullable(String), boot String, previous String, kexec_count Int64,"
    " chain Nullable(String), chain_is_complete UInt8, stamp Nullable(String), evidence Nullable(String),"
    " conflicts Nullable(String), label String, end String, end_time Nullable(Int64))"
    " ENGINE = ReplacingMergeTree(version) ORDER BY (host, boot_id) SETTINGS index_granularity = 1024",
    "crashes (host String, boot_id String, signature String, uptime_us Int64, time Int64, version UInt64, title String,"
    " type String, frame Nullable(String), module Nullable(String), frames Nullable(String), release String,"
    " boot String, previous String, kexec_count Int64, label String)"
    " ENGINE = ReplacingMergeTree(version) ORDER BY (host, boot_id, signature, uptime_us, time)")


def make_version_1(tool, server, database):
    """Make a database of version 1 with the rows of boots_of("host0"), copied from a database of the current
    version."""
    must_ingest(tool, server.url(f"{database}new"), "host0")
    server.ask(f"CREATE DATABASE {database}")
    for table in VERSION_1:
        server.ask(f"CREATE TABLE {database}.{table}")
        name, columns = table.split(" ", 1)
        names = ", ".join(column.split()[0] for column in columns[1:].split(") ENGINE")[0].split(", "))
        version = "18446744073709551615 - version" if name == "crashes" else "version"
        server.ask(f"INSERT INTO {database}.{name} ({names}) SELECT "
                   f"{', '.join(version + ' AS v' if word == 'version' else word for word in names.split(', '))} "
                   f"FROM {database}new.{'crash_rows' if name == 'crashes' else 'boot_rows'}")


def test_tables_of_version_1(tool, server, database):
    """The next write upgrades the tables. Old rows are found again, and the source of a boot that its machine recorded
    is "record"."""
    make_version_1(tool, server, database)
    server.ask(f"INSERT INTO {database}.boots (host, boot_id, version, sequence, release, boot, evidence, end, "
               f"kexec_count) VALUES ('host1', 'aaaaaaaa-0000-4000-8000-000000000001', 1, 1, 'R', 'cold', '[]', '', 0)")
    url = server.url(database)
    got = run(tool, "triage", f"--store={url}")
    assert got.status == 1 and "created by an older kexec-lineage (schema 1): upgrade it" in got.talk
    assert run(tool, "ingest", f"--store={url}", "/dev/null").status == 3
    must_ingest(tool, url, "host0")
    assert releases(url, "host0") == [OLDER, RELEASE]
    found = report(tool, url)
    assert found["boots"] + found["left_out_boots"] == 3 and {case["crashed"] for case in found["cases"]} == {1}
    assert server.ask(f"SELECT host, is_recorded, has_kernel_id, source, isNull(wall_start) FROM {database}.boot_rows FINAL "
                      f"WHERE host = 'host1'") == [["host1", "1", "1", "record", "1"]]
    assert server.ask(f"SELECT max(version) FROM {database}.schema_versions") == [["11"]]


def test_tables_of_a_newer_version(tool, server, database):
    url = server.url(database)
    must_ingest(tool, url, "host0")
    server.ask(f"INSERT INTO {database}.schema_versions (version) VALUES (999)")
    for got in (ingest(tool, url, "host1"), run(tool, "triage", f"--store={url}")):
        assert got.status == 1 and "created by a newer kexec-lineage (schema 999" in got.talk
    assert releases(url, "host1") == []


def test_login(tool, server, database, folder):
    must_ingest(tool, server.url(database), "host0")
    got = ingest(tool, server.url(database), "host1", password="wrong")
    assert got.status == 1 and "wrong user or password: set CLICKHOUSE_USER and CLICKHOUSE_PASSWORD" in got.talk
    plain = server.url(database).replace(f"{clickhouse.USER}@", "")
    (folder / ".netrc").write_text(f"machine 127.0.0.1 login {clickhouse.USER} password wrong\n")
    got = tool.run("triage", f"--store={plain}", env={"HOME": str(folder), "CLICKHOUSE_PASSWORD": None})
    assert got.status == 1 and "wrong user or password" in got.talk
    quoted = server.url(database).replace("@", ":p%27w%26%22%25@")
    got = tool.run("triage", f"--store={quoted}x", env={"CLICKHOUSE_PASSWORD": None})
    assert got.status == 1 and "p'w" not in got.talk and "%27" not in got.talk
    assert tool.run("triage", f"--store={quoted}", env={"CLICKHOUSE_PASSWORD": None}).status == 0


def test_read_only_user(tool, server, database):
    url = server.url(database)
    must_ingest(tool, url, "host0")
    reader = server.url(database, user=clickhouse.READER)
    expect_hosts(tool, reader, 1)
    got = ingest(tool, reader, "host1")
    assert got.status == 1 and "permission denied for this user" in got.talk


def test_tls(tool, server, database):
    url = server.url(database, tls=True, options=f"?ca={server.folder}/cert.pem")
    must_ingest(tool, url, "host0")
    expect_hosts(tool, url, 1)
    got = ingest(tool, server.url(database, tls=True), "host1")
    assert got.status == 1 and "cannot connect" in got.talk and "certificate" in got.talk


def test_missing_database(tool, server, database):
    got = run(tool, "triage", f"--store={server.url(database)}")
    assert got.status == 1 and "no such store" in got.talk
    assert ["0"] in server.ask(f"SELECT count() FROM system.databases WHERE name = '{database}'")


def test_no_server(tool):
    got = ingest(tool, f"clickhouse://127.0.0.1:{clickhouse.free_port()}/fleet", "host0")
    assert got.status == 1 and "cannot connect: " in got.talk


@pytest.mark.parametrize("url", ["clickhouse://h", "clickhouse://h/", "clickhouse://h/a-b", "clickhouse://h/a?x=1",
                                 "clickhouse://h/a?timeout=0", "clickhouse://h/a?cluster=a'b", "clickhouse://h:x/a",
                                 "clickhouse://h/a?cluster=a%0a", "clickhouse://u:p%09w@h/a", "clickhouse://h/a#b",
                                 "clickhouse://h/a?cluster=a&cluster=b", "clickhouse://h/a?timeout=9999999999"])
def test_invalid_urls(tool, url):
    got = run(tool, "triage", f"--store={url}")
    assert got.status == 2 and "invalid store URL (expected" in got.talk


@pytest.mark.parametrize("url", ["clickhose://u:secret@h/db", "http://u:se@secret@h/db", "clickhouse://u:secret@h"])
def test_password_is_not_printed(tool, url):
    got = run(tool, "triage", f"--store={url}")
    assert got.status == 2 and "invalid store URL" in got.talk and "secret" not in got.talk


class Forgetful(socketserver.BaseRequestHandler):
    """A proxy that drops the responses of the first inserts."""

    def handle(self):
        with socket.create_connection(("127.0.0.1", self.server.port)) as other:
            while request := self._request():
                other.sendall(request)
                answer = self._answer(other)
                if b"INSERT%20INTO" in request and self.server.losses > 0:
                    self.server.losses -= 1
                    return
                self.request.sendall(answer)

    @staticmethod
    def _answer(other):
        """Read one response, which has a length or ends with an empty chunk."""
        answer = b""
        while more := other.recv(1 << 20):
            answer += more
            head, end, body = answer.partition(b"\r\n\r\n")
            length = re.search(rb"\r\ncontent-length: *(\d+)", head, re.IGNORECASE)
            if end and (len(body) >= int(length[1]) if length else body.endswith(b"0\r\n\r\n")):
                break
        return answer

    def _request(self):
        """Read one request with its headers and body."""
        data = b""
        while b"\r\n\r\n" not in data:
            more = self.request.recv(1 << 20)
            if not more:
                return b""
            data += more
        head, _, body = data.partition(b"\r\n\r\n")
        length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n")
                      if line.lower().startswith(b"content-length"))
        while len(body) < length:
            body += self.request.recv(1 << 20)
        return head + b"\r\n\r\n" + body


def test_lost_responses(tool, server, database):
    """An insert that is repeated after it succeeded counts once."""
    with serving(Forgetful, port=server.http, losses=3) as forgetful:
        url = server.url(database).replace(str(server.http), str(forgetful.server_address[1]))
        must_ingest(tool, url, "host0", "host1")
        assert forgetful.losses == 0
    expect_hosts(tool, server.url(database), 2)


def test_concurrent_writers(tool, server, database, folder):
    """If several programs write the same logs in different batches, each boot counts once."""
    for number in range(40):
        (folder / f"{number}.log").write_bytes(another_boot(number))
    url = server.url(database)
    command = tool.command("ingest", f"--store={url}", "--host=host0", "--jobs=4", folder)
    writers = [subprocess.Popen(command, env={**os.environ, **server.environment()}, stdout=subprocess.DEVNULL)
               for _ in range(3)]
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    assert (report(tool, url)["boots"], report(tool, url)["left_out_boots"]) == (40, 40)


class Recorder(Forgetful):
    """A proxy that saves the first line of each insert."""

    def _request(self):
        request = super()._request()
        if b"INSERT" in request:
            self.server.inserts.append(request.split(b"\r\n")[0].decode())
        return request


def test_inserts_are_synchronous(tool, server, engine, database):
    """A profile can make inserts asynchronous on servers that know async_insert. Then a query does not see the rows of
    a finished insert. The engine of 26.5 has no such inserts without its server, so this tests the requests only."""
    url = server.url(database)
    with serving(Recorder, port=server.http, losses=0, inserts=[]) as proxy:
        for command in (["ingest", "--host=host0", "-"], ["forget", "--host=host0"]):
            got = run(tool, *command, f"--store={url.replace(str(server.http), str(proxy.server_address[1]))}",
                      stdin=boots_of("host0"))
            assert (got.status, got.talk) == (0, ""), got
    assert len(proxy.inserts) >= 6  # names, boots, crashes and the schema's version; then tombstones
    assert {"&async_insert=0" in line for line in proxy.inserts} == {engine != "18.16"}


class Interrupted(Forgetful):
    """A proxy that lets another program write before the first insert of boots."""

    def _request(self):
        request = super()._request()
        if b"INSERT%20INTO%20boot_rows" in request and self.server.others:
            self.server.others.pop()()
        return request


def test_two_logs_of_one_boot_at_once(tool, server, database, folder):
    """If two programs find no row of a boot, and each adds a log of this boot, the result is one row."""
    lines = console(1, log_of("gpf")).splitlines(True)
    (folder / "whole.log").write_bytes(b"".join(lines))
    (folder / "lacks.log").write_bytes(b"".join(lines[:1] + lines[2:]))

    def add(url, name):
        got = run(tool, "ingest", f"--store={url}", "--host=host0", folder / name)
        assert (got.status, got.talk) == (0, ""), got

    def boots(url):
        got = run(tool, "--json", "log", f"--store={url}", "--host=host0")
        return len(got.text.splitlines())

    url = server.url(database)
    assert run(tool, "ingest", f"--store={url}", "/dev/null").status == 3
    with serving(Interrupted, port=server.http, losses=0, others=[lambda: add(url, "lacks.log")]) as proxy:
        add(url.replace(str(server.http), str(proxy.server_address[1])), "whole.log")
        assert not proxy.others and boots(url) == 1
    assert server.ask(f"SELECT count() FROM {database}.crash_rows FINAL WHERE NOT is_gone") == [["1"]]
    assert server.ask(f"SELECT count() FROM {database}.boot_rows FINAL") == [["2"]]  # one row is a tombstone


@pytest.mark.plain
def test_small_blocks(tool, engine, tmp_path, database, folder):
    """All boots are saved if the server splits a batch into several parts. Sealing merges the parts of the sums."""
    server = make_server(engine, tmp_path / "server")
    server.settings |= {"max_insert_block_size": "10", "min_insert_block_size_rows": "10",
                        "min_insert_block_size_bytes": "0"}
    server.start()
    url = server.url(database)
    (folder / "log").write_bytes(b"".join(another_boot(number) for number in range(50)))
    got = run(tool, "ingest", f"--store={url}", "--host=host0", folder / "log")
    assert got.status == 0 and report(tool, url)["boots"] == 50
    assert run(tool, "seal", "--all", f"--store={url}").status == 0
    parts = server.ask(f"SELECT partition, count() FROM system.parts WHERE active AND database = '{database}' AND "
                       f"table = 'host_day_sums' GROUP BY partition")
    assert [count for _, count in parts] == ["1"], parts
    server.stop()


def test_label_with_every_escape(tool, server, database):
    url = server.url(database)
    got = run(tool, "ingest", f"--store={url}", "--host=host0", "--label=a\tb\\\r\n\r", "-", stdin=boots_of("host0"))
    assert (got.status, got.talk) == (0, "")
    expect_hosts(tool, url, 1)
    for table in ("boot_rows", "crash_rows"):
        kept = server.ask(f"SELECT DISTINCT hex(label) FROM {database}.{table}")
        assert [bytes.fromhex(row[0]) for row in kept] == [b"a\tb\\\r\n\r"]


@pytest.mark.plain
def test_restart_during_a_write(tool, engine, tmp_path, database):
    """If the server is killed and restarted during a write, nothing is lost or counted twice."""
    server = make_server(engine, tmp_path).start()
    url = server.url(database)
    must_ingest(tool, url, "host0")
    logs = tmp_path / "logs"
    logs.mkdir()
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    command = tool.command("ingest", f"--store={url}", "--host=host1", pipe)
    with subprocess.Popen(command, env={**os.environ, **server.environment()}, stderr=subprocess.PIPE) as process:
        with open(pipe, "wb") as writer:
            server.stop(signal.SIGKILL)
            restart = threading.Timer(1, server.start)
            restart.start()
            writer.write(boots_of("host1"))
        _, talk = process.communicate()
    restart.join()
    if process.returncode:  # the store was opened while the server was down
        assert b"cannot connect" in talk
        must_ingest(tool, url, "host1")
    expect_hosts(tool, url, 2)
    server.stop()


@pytest.mark.plain
def test_full_disk(tool, engine, tmp_path, database):
    disk = tmp_path / "disk"
    disk.mkdir()
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk],
                                           capture_output=True, check=False).returncode:
        pytest.skip("a small file system to fill can only be mounted by root")
    server = make_server(engine, tmp_path / "server", data=disk)
    try:
        server.start()
        url = server.url(database)
        must_ingest(tool, url, "host0")
        with open(disk / "filler", "wb", buffering=0) as filler, contextlib.suppress(OSError):
            while filler.write(b"x" * 4096):
                pass
        got = ingest(tool, url, "host1")
        assert got.status == 1 and "the server's disk is full" in got.talk
        (disk / "filler").unlink()
        must_ingest(tool, url, "host1")
        expect_hosts(tool, url, 2)
    finally:
        server.stop()
        subprocess.run(["umount", disk], check=True)
