# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of triage --textfile: the file agrees with --json and with docs/reference/metrics.md."""
import math
import re
import shutil
import subprocess

import pytest

from .fleet import Fleet
from .test_listen import METRIC, REFERENCE
from .test_triage_watch import BAD, add_bad, add_clean

SAMPLE = re.compile(r"^(kexec_lineage_triage_\w+)(?:\{(.*)\})? (\S+)$", re.MULTILINE)
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')
HOSTILE = 'BUG in "f"} 1\\'


@pytest.fixture
def fleet(tool, folder):
    """A fleet in which a crash with a hostile title depends on the previous kernel."""
    fleet = Fleet(tool, folder / "fleet.db")
    add_clean(fleet, 200)
    for number in range(8):
        fleet.add("7.3.4", BAD, 25, 5, host=f"bad{number}", title=HOSTILE)
    return fleet


def samples(path):
    """Return {(name, labels): value}."""
    return {(name, tuple(LABEL.findall(labels))): float(value)
            for name, labels, value in SAMPLE.findall(path.read_text())}


def unescaped(text):
    return re.sub(r"\\(.)", r"\1", text)


def test_findings_agree_with_json(fleet, tmp_path):
    path = tmp_path / "triage.prom"
    got = fleet.run("--json", f"--textfile={path}")
    found = [finding for finding in got.json["findings"] if finding["verdict"] in ("associated", "suspect")]
    assert any(finding["verdict"] == "associated" for finding in found)
    read = samples(path)
    for name, field in (("finding_ratio", "ratio"), ("finding_crashed", "crashed")):
        rows = [({key: unescaped(value) for key, value in labels}, value) for (metric, labels), value in read.items()
                if metric == f"kexec_lineage_triage_{name}"]
        assert [row["title"] for row, _ in rows] == [finding["title"] for finding in found]
        for (row, value), finding in zip(rows, found):
            wanted = {label: "" if finding[label] is None else str(finding[label]) for label in row}
            number = math.inf if finding[field] is None else finding[field]  # JSON has no infinite numbers
            assert row == wanted and value == pytest.approx(number, rel=1e-5)
    counts = {dict(labels)["verdict"]: value for (name, labels), value in read.items()
              if name == "kexec_lineage_triage_findings"}
    verdicts = [finding["verdict"] for finding in got.json["findings"]]
    assert counts == {verdict: verdicts.count(verdict) for verdict in ("associated", "suspect", "lead")}
    assert read["kexec_lineage_triage_boots", ()] == got.json["boots"]


@pytest.mark.parametrize("with_crashes, decision", [(True, "stop"), (False, "hold")])
def test_decision(tool, folder, tmp_path, with_crashes, decision):
    fleet = add_clean(Fleet(tool, folder / "fleet.db"), 20 if decision == "hold" else 200)
    if with_crashes:
        add_bad(fleet, 200, 40, "bad")
    path = tmp_path / "watch.prom"
    fleet.run("--watch=7.3.4", f"--textfile={path}")
    read = {labels: value for (name, labels), value in samples(path).items() if name == "kexec_lineage_triage_watch"}
    assert read == {(("release", "7.3.4"), ("decision", word)): float(word == decision)
                    for word in ("go", "hold", "stop")}


def test_metrics_are_documented(fleet, tmp_path):
    path = tmp_path / "watch.prom"
    fleet.run("--watch=7.3.4", f"--textfile={path}")
    text = path.read_text()
    printed = {name: {key for (metric, labels) in samples(path) if metric == name for key, _ in labels}
               for name in re.findall(r"^# TYPE (\S+) gauge$", text, re.MULTILINE)}
    table = METRIC.findall((REFERENCE / "metrics.md").read_text().partition("## triage")[2])
    labels = {name: set(re.findall(r"`(\w+)`", labels)) for name, labels, _ in table}
    labels["kexec_lineage_triage_finding_crashed"] = labels["kexec_lineage_triage_finding_ratio"]  # "the same"
    assert printed == labels


def test_promtool_accepts(fleet, tmp_path):
    if not shutil.which("promtool"):
        pytest.skip("promtool is not installed")
    path = tmp_path / "watch.prom"
    fleet.run("--watch=7.3.4", f"--textfile={path}")
    done = subprocess.run(["promtool", "check", "metrics"], input=path.read_text(), capture_output=True, text=True,
                          check=False)
    assert done.returncode == 0, done.stderr
