# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of a store on the shards of a ClickHouse cluster."""
import json
import signal
import sys
from pathlib import Path

import pytest

from .test_clickhouse import (expect_hosts, expect_reports_of_a_finding, fleet_with_a_finding, ingest, must_ingest,
                              releases, run)
from .system import OLDER, RELEASE

sys.path.insert(0, str(Path(__file__).parents[1] / "servers"))
import clickhouse  # noqa: E402

pytestmark = pytest.mark.xdist_group("clickhouse")


@pytest.fixture
def database(request):
    return request.node.name.replace("_", "")


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
