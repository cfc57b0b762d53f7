# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of logins: a password needs TLS, and the users of docs/howto/central-store.md have the rights they need."""
import hashlib
import re
import socketserver
import subprocess
import threading
from pathlib import Path

import pytest

from . import test_clickhouse
from .test_clickhouse import clickhouse, expect_hosts, ingest, make_server, must_ingest, report, run
from .test_clickhouse_seals import seal

pytestmark = pytest.mark.xdist_group(__name__)
engine, server, database = test_clickhouse.engine, test_clickhouse.server, test_clickhouse.database

HOWTO = Path(__file__).parents[2] / "docs/howto/central-store.md"
CLEAR = ("the password would be sent to {} without encryption: use clickhouses://, or add '?tls=no' to the URL if the "
         "network is trusted")


def triage(tool, url, **environment):
    return tool.run("triage", f"--store={url}", env={"CLICKHOUSE_PASSWORD": None, "CLICKHOUSE_USER": None,
                                                     "http_proxy": None, **environment})


@pytest.mark.parametrize("host", ["db.invalid", "192.0.2.1", "[2001:db8::1]", "128.0.0.1", "localhost.invalid",
                                  "0.0.0.0"])
def test_password_needs_tls(tool, host):
    for url, environment in ((f"clickhouse://{host}/a", {"CLICKHOUSE_PASSWORD": "secret"}),
                             (f"clickhouse://u:secret@{host}/a?timeout=1", {})):
        for got in (triage(tool, url, **environment),
                    tool.run("ingest", f"--store={url}", "-", env={"CLICKHOUSE_PASSWORD": None, **environment})):
            assert got.status == 1 and CLEAR.format(host) in got.talk and "secret" not in got.talk, got


@pytest.mark.parametrize("url", ["clickhouse://db.invalid/a?tls=no", "clickhouse://db.invalid/a?timeout=5&tls=no",
                                 "clickhouses://db.invalid/a", "clickhouse://db.invalid/a"])
def test_login_that_is_sent(tool, url):
    """With TLS, with tls=no, or without a password, the connection is tried."""
    password = None if url == "clickhouse://db.invalid/a" else "secret"
    got = triage(tool, url, CLICKHOUSE_PASSWORD=password, https_proxy=None)
    assert got.status == 1 and "cannot connect" in got.talk, got


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.1.2.3", "[::1]", "LOCALHOST"])
def test_loopback(tool, host):
    """Nothing leaves the machine, also if a proxy is set."""
    got = triage(tool, f"clickhouse://{host}:{clickhouse.free_port()}/a", CLICKHOUSE_PASSWORD="secret",
                 http_proxy="http://proxy.invalid:1")
    assert got.status == 1 and "cannot connect" in got.talk and "resolve" not in got.talk, got


@pytest.fixture
def other_address(server):
    """Yield the URL of a proxy to the server on an address that is not loopback."""
    done = subprocess.run(["hostname", "-I"], capture_output=True, text=True, check=False)
    address = next((word for word in done.stdout.split() if "." in word and not word.startswith("127.")), None)
    if not address:
        pytest.skip("the machine has only loopback addresses")
    listener = socketserver.ThreadingTCPServer((address, 0), test_clickhouse.Forgetful)
    listener.daemon_threads, listener.port, listener.losses = True, server.http, 0
    threading.Thread(target=listener.serve_forever, daemon=True).start()
    yield f"{address}:{listener.server_address[1]}"
    listener.shutdown()
    listener.server_close()


def test_netrc_needs_tls(tool, server, database, folder, other_address):
    """libcurl reads ~/.netrc itself, so the file is not read at all."""
    must_ingest(tool, server.url(database), "host0")
    (folder / ".netrc").write_text(f"machine {other_address.split(':')[0]} login {clickhouse.USER} "
                                   f"password {clickhouse.PASSWORD.replace(chr(34), chr(92) + chr(34))}\n")
    got = triage(tool, f"clickhouse://{other_address}/{database}", HOME=folder)
    assert got.status == 1 and "wrong user or password" in got.talk
    assert "~/.netrc is read for clickhouses:// only" in got.talk
    got = triage(tool, f"clickhouse://{clickhouse.USER}@{other_address}/{database}?tls=no",
                 CLICKHOUSE_PASSWORD=clickhouse.PASSWORD)
    assert got.status == 0, got


def test_user_who_may_change_settings(tool, server, database):
    """readonly=2 allows settings, and no writes."""
    must_ingest(tool, server.url(database), "host0")
    looker = server.url(database, user=clickhouse.LOOKER)
    expect_hosts(tool, looker, 1)
    for got in (ingest(tool, looker, "host1"), run(tool, "seal", "--all", f"--store={looker}"),
                run(tool, "prune", "--before=2100-01-01", f"--store={looker}")):
        assert got.status == 1 and "permission denied for this user" in got.talk, got
    expect_hosts(tool, looker, 1)


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", HOWTO.read_text(encoding="utf-8"), re.S)


@pytest.mark.plain
def test_documented_users_of_18_16(tool, tmp_path):
    server = make_server("18.16", tmp_path / "server")
    digest = hashlib.sha256(clickhouse.PASSWORD.encode()).hexdigest()
    [xml] = blocks("xml")
    server.users = xml.replace("SHA256", digest).replace("::/0", "127.0.0.1")
    assert server.users.count(digest) == 3
    server.start()
    try:
        check_users(tool, *(server.url("lineage", user=user) for user in ("lineage", "collector", "analyst")))
        expect_quota(tool, server.url("lineage", user="analyst"))
        got = ingest(tool, server.url("another", user="collector"), "host0")
        assert got.status == 1 and "permission denied for this user" in got.talk, got
    finally:
        server.stop()


def expect_quota(tool, url):
    for _ in range(2000):
        got = run(tool, "hosts", f"--store={url}")
        if got.status:
            break
    assert got.status == 1 and "the quota of this user is used up: " in got.talk, got


def check_users(tool, owner, collector, analyst):
    must_ingest(tool, owner, "host0")
    must_ingest(tool, collector, "host1")
    assert [line["sealed"] for line in seal(tool, owner, "--all")] == [True]
    expect_hosts(tool, analyst, 2)
    got = ingest(tool, analyst, "host2")
    assert got.status == 1 and "permission denied for this user" in got.talk, got
    assert run(tool, "forget", "--host=host1", f"--store={owner}").status == 0
    expect_hosts(tool, analyst, 1)


@pytest.mark.plain
def test_documented_grants(tool, tmp_path):
    """The engine of 26.5 knows one user, who gets the rights of one documented user after the other."""
    server = make_server("26.5", tmp_path / "server")
    server.settings |= {"max_insert_block_size": "1", "min_insert_block_size_rows": "1",
                        "min_insert_block_size_bytes": "0"}
    grants = {}
    for statement, user in re.findall(r"^(GRANT [^;]* TO (\w+));$", "".join(blocks("sql")), re.M):
        grants.setdefault(user, []).append(statement.removesuffix(f" TO {user}"))
    assert set(grants) == {"lineage", "collector", "analyst"}

    def become(user, *more):
        if server.process:
            server.stop()
        # The front of the engine makes a temporary table of what a server receives as an external table.
        server.grants = [*grants[user], "GRANT CREATE TEMPORARY TABLE ON *.*", *more]
        server.start()
        return server.url("lineage", user=clickhouse.READER if user == "analyst" else clickhouse.USER)

    must_ingest(tool, become("lineage"), "host0")
    url = become("collector")
    must_ingest(tool, url, "host1")
    got = run(tool, "prune", "--before=@1", f"--store={url}")
    assert got.status == 3, got
    url = become("lineage")
    assert [line["sealed"] for line in seal(tool, url, "--all")] == [True]
    parts = server.ask("SELECT count() FROM system.parts WHERE active AND database = 'lineage' AND table = 'host_day_sums'"
                       " GROUP BY partition")
    assert parts == [["1"]], parts
    before = report(tool, url)
    analyst = become("analyst")
    assert report(tool, analyst) == before == report(tool, f"{analyst}?seals=no")
    got = ingest(tool, analyst, "host2")
    assert got.status == 1 and "permission denied for this user" in got.talk, got
    url = become("lineage")
    assert run(tool, "prune", "--before=2020-01-01", f"--store={url}").status == 3
    assert run(tool, "forget", "--host=host1", f"--store={url}").status == 0
    server.stop()
