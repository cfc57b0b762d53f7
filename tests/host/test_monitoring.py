# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests with Prometheus: metrics through a node exporter, alert rules, their routes, and queries of the dashboard."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MONITORING = ROOT / "host/monitoring"
RULES = MONITORING / "kexec-lineage.rules.yml"
STARTS_WITHIN_S = 60


def find(program: str) -> str:
    path = shutil.which(program)
    if not path:
        pytest.fail(f"{program} is not installed: run 'packaging/install-deps host'")
    return path


@pytest.mark.parametrize("arguments", [["check", "rules", "kexec-lineage.rules.yml"],
                                       ["test", "rules", "kexec-lineage.rules.test.yml"]])
def test_rules(arguments: list[str]) -> None:
    done = subprocess.run([find("promtool"), *arguments], cwd=MONITORING, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def route(*labels: str) -> str:
    """Return the receiver of an alert in the example for Alertmanager."""
    command = [find("amtool"), "config", "routes", "test", f"--config.file={MONITORING / 'alertmanager.yml'}", *labels]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_alertmanager() -> None:
    """The example is valid, and every alert of the rules has a receiver by its severity."""
    done = subprocess.run([find("amtool"), "check-config", MONITORING / "alertmanager.yml"], capture_output=True,
                          text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    alerts = re.findall(r"- alert: (\w+)\n.*?severity: (\w+)\n", RULES.read_text(encoding="utf-8"), re.DOTALL)
    assert len(alerts) == RULES.read_text(encoding="utf-8").count("- alert: ")
    for alert, severity in alerts:
        receiver = "on-call" if severity == "critical" else "kernel-team"
        assert route(f"alertname={alert}", f"severity={severity}", "release=7.3.4") == receiver, alert
    named = set(re.findall(r'alertname="(\w+)"', (MONITORING / "alertmanager.yml").read_text(encoding="utf-8")))
    assert named and named <= {alert for alert, _ in alerts}


@pytest.fixture(scope="module")
def alertmanager(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield the URL of an Alertmanager with the example's configuration. It sends no mail: a group waits longer."""
    address, storage = f"127.0.0.1:{free_port()}", tmp_path_factory.mktemp("alertmanager")
    process = subprocess.Popen([find("prometheus-alertmanager"), f"--config.file={MONITORING / 'alertmanager.yml'}",
                                f"--storage.path={storage}", f"--web.listen-address={address}",
                                "--cluster.listen-address="], stderr=subprocess.DEVNULL)
    try:
        wait_for(f"http://{address}/-/ready", lambda text: True)
        yield f"http://{address}"
    finally:
        process.kill()
        process.wait()


def test_inhibition(alertmanager: str) -> None:
    """A finding hides the alert of its own transition, and of no other one."""
    transitions = [("7.3.4", "7.2.9"), ("7.3.4", "7.2.8"), ("7.3.5", "7.2.9")]
    amtool = [find("amtool"), f"--alertmanager.url={alertmanager}", "alert"]
    findings = [["alertname=KexecLineageFinding", "release=7.3.4", "factor=previous_release", "previous_release=7.2.9"],
                ["alertname=KexecLineageFinding", "release=7.3.5", "factor=kexec_count"]]
    others = [["alertname=KexecLineageBadTransition", f"release={to}", f"previous_release={previous}"]
              for to, previous in transitions]
    for labels in findings + others:
        subprocess.run([*amtool, "add", *labels, "severity=warning"], check=True)
    query = f"{alertmanager}/api/v2/alerts?filter=alertname%3D%22KexecLineageBadTransition%22"
    hidden = [alert["labels"] for alert in json.loads(get(query)) if alert["status"]["inhibitedBy"]]
    assert [(labels["release"], labels["previous_release"]) for labels in hidden] == transitions[:1]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read().decode()


def wait_for(url: str, ready) -> None:
    """Wait until @ready accepts the text at the URL."""
    for _ in range(STARTS_WITHIN_S * 2):
        try:
            if ready(get(url)):
                return
        except (urllib.error.URLError, ConnectionError):
            pass
        time.sleep(0.5)
    raise AssertionError(f"{url} did not start")


@pytest.fixture(scope="module")
def exporter(tool: list[str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield the address of a node exporter that reads the textfile of kexec-lineage."""
    folder = tmp_path_factory.mktemp("textfile")
    subprocess.run([*tool, "record", f"--store={folder}/history.db"], check=True)
    subprocess.run([*tool, "metrics", f"--store={folder}/history.db", f"--textfile={folder}/kexec-lineage.prom"],
                   check=True)
    address = f"127.0.0.1:{free_port()}"
    process = subprocess.Popen([find("prometheus-node-exporter"), f"--web.listen-address={address}",
                                "--collector.disable-defaults", "--collector.textfile", "--collector.stat",
                                f"--collector.textfile.directory={folder}"], stderr=subprocess.DEVNULL)
    try:
        wait_for(f"http://{address}/metrics", lambda text: "node_" in text)
        yield address
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def prometheus(exporter: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield the URL of a Prometheus that scrapes the exporter and evaluates the alert rules."""
    folder = tmp_path_factory.mktemp("prometheus")
    (folder / "prometheus.yml").write_text(json.dumps({
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "rule_files": [str(RULES)],
        "scrape_configs": [{"job_name": "node", "static_configs": [{"targets": [exporter]}]}]}))
    address = f"127.0.0.1:{free_port()}"
    process = subprocess.Popen([find("prometheus"), f"--config.file={folder}/prometheus.yml",
                                f"--storage.tsdb.path={folder}/data", f"--web.listen-address={address}"],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://{address}"
    try:
        wait_for(f"{url}/api/v1/query?query=kexec_lineage_boots", lambda text: json.loads(text)["data"]["result"] != [])
        yield url
    finally:
        process.kill()
        process.wait()


def test_exporter_passes_all_metrics(exporter: str) -> None:
    text = get(f"http://{exporter}/metrics")
    assert "node_textfile_scrape_error 0" in text
    for name in ("boot_info", "kexecs_since_cold_boot", "conflicts", "source_info", "store_readable", "boots",
                 "unclean_boots", "crashes"):
        assert f"\nkexec_lineage_{name}" in text, name


def query(prometheus: str, expression: str) -> list[dict]:
    answer = json.loads(get(f"{prometheus}/api/v1/query?" + urllib.parse.urlencode({"query": expression})))
    assert answer["status"] == "success"
    return answer["data"]["result"]


def dashboard_queries() -> list:
    dashboard = json.loads((MONITORING / "dashboard.json").read_text())
    return [pytest.param(target["expr"], id=f"{panel['title']}-{target['refId']}")
            for panel in dashboard["panels"] for target in panel["targets"]]


# No boot of this machine ended badly, so these queries have no result.
QUIET = {"Boots that ended badly, by transition-A"}


@pytest.mark.parametrize("expression", dashboard_queries())
def test_dashboard_query(prometheus: str, expression: str, request: pytest.FixtureRequest) -> None:
    result = query(prometheus, expression.replace("$instance", ".*"))
    is_quiet = request.node.callspec.id in QUIET
    assert (result == []) == is_quiet, result


def test_running_kernel(prometheus: str) -> None:
    [row] = query(prometheus, "kexec_lineage_boot_info")
    assert row["metric"]["release"] == subprocess.run(["uname", "-r"], capture_output=True, text=True,
                                                      check=True).stdout.strip()


def rules(text: str) -> list[dict]:
    return [rule for group in json.loads(text)["data"]["groups"] for rule in group["rules"]]


def test_rules_are_evaluated(prometheus: str) -> None:
    url = f"{prometheus}/api/v1/rules"
    wait_for(url, lambda text: all(rule["health"] != "unknown" for rule in rules(text)))
    assert [(rule["name"], rule["health"]) for rule in rules(get(url))] == [(name, "ok") for name in (
        "kexec_lineage:unclean_ratio", "KexecLineageConflict", "KexecLineageHistoryUnreadable",
        "KexecLineageMetricsOld", "KexecLineageBadTransition")]
