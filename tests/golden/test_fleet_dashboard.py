# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of the Grafana dashboard of a fleet: every query runs on a store that ingest made, and returns rows."""
import datetime
import json
import re
from pathlib import Path

import pytest

from . import test_clickhouse
from .test_clickhouse import run
from .test_clickhouse_retention import add, boot_of
from .test_clickhouse_seals import seal
from .system import OLDER, RELEASE

pytestmark = pytest.mark.xdist_group(__name__)
engine, server, database = test_clickhouse.engine, test_clickhouse.server, test_clickhouse.database

DASHBOARD = json.loads((Path(__file__).parents[2] / "host/monitoring/fleet-dashboard.json").read_text())
PANELS = {panel["title"]: panel for panel in DASHBOARD["panels"]}
START = datetime.datetime(2026, 3, 2, 10, tzinfo=datetime.UTC)
END = START + datetime.timedelta(days=20)


def expand(sql, database, release=".*", begin=START, end=END):
    """Replace the variables as Grafana does."""
    values = {"database": database, "shards": "", "release:regex": release,
              "__from": str(int(begin.timestamp() * 1000)), "__to": str(int(end.timestamp() * 1000))}
    expanded = re.sub(r"\$\{([^}]+)\}", lambda found: values[found[1]], sql)
    assert "$_" not in expanded and "${" not in expanded
    return expanded


def ask(server, sql):
    """Return the rows as dicts."""
    names, *rows = server.ask(f"{sql} FORMAT TabSeparatedWithNames")
    return [dict(zip(names, row, strict=True)) for row in rows]


@pytest.fixture(scope="module")
def store(tool, server, engine):
    """Return the name of a database with kexecs that crash, lost kexecs, and sealed weeks."""
    name = "dashboard" + "".join(letter for letter in engine if letter.isdigit())
    url = server.url(name)
    starts = [START + datetime.timedelta(days=day) for day in (0, 1, 8)]
    add(tool, url, "".join(boot_of(f"host{host}", start) for host in range(3) for start in starts))
    got = run(tool, "ingest", f"--store={url}", "--host=console", "-", stdin=test_clickhouse.console_of("console"))
    assert got.status == 0, got
    server.ask(f"INSERT INTO {name}.boot_rows SELECT * REPLACE ({int(START.timestamp())} + 86400 AS time, "
               f"version + 1 AS version) FROM {name}.boot_rows FINAL WHERE host = 'console'"
               if engine != "18.16" else f"ALTER TABLE {name}.boot_rows UPDATE time = {int(START.timestamp()) + 86400} "
               f"WHERE host = 'console'")
    seal(tool, url, "--all")
    return name


@pytest.mark.parametrize("title", PANELS)
def test_panel(server, store, title):
    panel = PANELS[title]
    [target] = panel["targets"]
    rows = ask(server, expand(target["rawSql"], store))
    assert rows
    names = set(rows[0])
    assert {override["matcher"]["options"] for override in panel.get("fieldConfig", {}).get("overrides", [])} <= names
    if panel["type"] == "timeseries":  # Grafana makes a series of each text
        assert rows[0]["time"].startswith("2026-03-0") and len(names) == 3 and target["format"] == 0
    elif panel["type"] == "barchart":
        assert panel["options"]["xField"] in names
    elif panel["type"] == "stat":
        assert len(rows) == len(names) == 1 and int(*rows[0].values()) > 0


def test_numbers(server, store):
    def of(title, **options):
        return ask(server, expand(PANELS[title]["targets"][0]["rawSql"], store, **options))

    assert of("Boots that crashed") == [{"boots": "10"}]  # 9 and the console
    assert of("Lost kexecs") == [{"kexecs": "1"}]
    [row] = [row for row in of("Crashes per 1,000 boots by release and previous release") if row["boots"] == "10"]
    assert row == {"release": RELEASE, "previous_release": OLDER, "boots": "10", "crashed": "10",
                   "crashes_per_1000_boots": "1000"}
    [signature] = of("Top signatures")
    assert (signature["crashes"], signature["hosts"], signature["releases"]) == ("10", "4", RELEASE)
    assert [row["boots"] for row in of("Boots per day by release", release=re.escape(RELEASE))] == ["3", "4", "3"]
    assert of("Boots per day by release", release="none") == []
    assert of("Boots", begin=END, end=END + datetime.timedelta(days=1)) == [{"boots": "0"}]
    assert {row["state"] for row in of("Weeks of this server")} == {"sealed"}
    server.ask(f"INSERT INTO {store}.boot_rows (host, boot_id, week, version, kind, time) VALUES ('x', 'x', "
               f"{int(START.timestamp()) // 604800}, 1, 1, 0)")
    assert {row["state"] for row in of("Weeks of this server")} == {"sealed", "changed since it was sealed"}


def test_variables(server, store):
    listed = {variable["name"]: variable for variable in DASHBOARD["templating"]["list"]}
    assert list(listed) == ["datasource", "database", "shards", "release"]
    releases = ask(server, expand(listed["release"]["query"], store))
    assert {row["release"] for row in releases} == {OLDER, RELEASE}
