# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of the titles of crashes in real logs: the share of right titles, in every encoding.

The logs are not in the repository. KEXEC_LINEAGE_CRASHLOGS names their folder (default: ../shared/crashlogs/dev beside
the checkout); the program that scores them is in the folder ../tools next to it. Without the logs, these tests are
skipped. A log has header lines up to the first empty line, followed by the text of a console.
"""
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import REPOSITORY
from .encode import ENCODERS, parse

LOGS = Path(os.environ.get("KEXEC_LINEAGE_CRASHLOGS") or REPOSITORY.parent / "shared/crashlogs/dev")
SCORER = LOGS.parents[1] / "tools/eval_titles.py"
FLOORS = {"recall": 0.98, "title": 0.75, "frame": 0.85, "groupF1": 0.80}
FALSE_POSITIVES = 0.06
# Largest share of titles, in percent, that may change if a log is changed in a way that must not matter.
PERTURBED = 3.0
# The same if a function that titles pass over is replaced by another exported function of its file.
SWAPPED = 8.0
# Sources of a kernel: of the lab, or the folder that this variable names.
SOURCE = os.environ.get("KEXEC_LINEAGE_KERNEL_SOURCE")
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "kexec-lineage/kernels/work")
SHARE = 0.99

pytestmark = pytest.mark.skipif(not LOGS.is_dir() or not SCORER.is_file(),
                                reason=f"no real logs with a scorer at {LOGS}; KEXEC_LINEAGE_CRASHLOGS names them")


@pytest.mark.plain
def test_scores(tool):
    """Check the totals in the last line of the scorer, which runs the program once for each log."""
    got = subprocess.run([sys.executable, SCORER, LOGS, f"{tool.path} ingest --json -"], capture_output=True, text=True,
                         check=True)
    print(got.stdout)
    summary = dict(re.findall(r"(\w+) ([\d.]+)", got.stdout.splitlines()[-1]))
    assert float(summary["fp"]) <= FALSE_POSITIVES
    assert {name: float(summary[name]) for name in FLOORS if float(summary[name]) < FLOORS[name]} == {}


@pytest.mark.plain
def test_perturbed_logs(tool):
    """Check that titles do not depend on lines of other tasks, on a later stack, or on the context of lines."""
    script = SCORER.with_name("perturb_titles.py")
    if not script.is_file():
        pytest.skip(f"no {script}")
    got = subprocess.run([sys.executable, script, LOGS, tool.path], capture_output=True, text=True, check=True)
    print(got.stdout)
    assert float(re.search(r"worst ([\d.]+) %", got.stdout).group(1)) <= PERTURBED


def kernel_source():
    """Return the folder of a kernel's sources; skip without one."""
    known = [Path(SOURCE)] if SOURCE else sorted(CACHE.glob("linux-[0-9]*"))
    found = [path for path in known if (path / "mm/slub.c").is_file()]
    if not found:
        pytest.skip("no sources of a kernel; KEXEC_LINEAGE_KERNEL_SOURCE names them")
    return found[0]


@pytest.mark.plain
def test_swapped_plumbing(tool):
    """Check that titles pass over functions because of what they are, and not because logs contain them."""
    script = Path(__file__).with_name("swap_plumbing.py")
    got = subprocess.run([sys.executable, script, LOGS, tool.path, kernel_source()], capture_output=True, text=True,
                         check=True)
    print(got.stdout)
    logs, share = re.search(r"(\d+) logs, \d+ titles changed \(([\d.]+) %\)", got.stdout).groups()
    assert int(logs) > 100
    assert float(share) <= SWAPPED


def console_of(path):
    """Return the kernel's lines of a log. If some lines have a time, lines without a time are not from the kernel."""
    log = path.read_bytes().partition(b"\n\n")[2].partition(b"\nREPORT:\n")[0]
    lines = parse(log)
    return [line for line in lines if line.usec is not None] or lines


def names(tool, logs, folder):
    """Return the titles and signatures of each log's crashes. One run of the program reads all logs."""
    paths = [folder / f"{number:04}.log" for number in range(len(logs))]
    for path, log in zip(paths, logs):
        path.write_bytes(log)
    found = {str(path): [] for path in paths}
    for line in tool.run("ingest", "--json", *paths).text.splitlines():
        event = json.loads(line)
        if event["event"] == "crash":
            found[event["input"]].append((event["title"], event["signature"]))
    return list(found.values())


@pytest.fixture(scope="module")
def logs(tool, tmp_path_factory):
    """Return the lines of each log, and the titles and signatures of the crashes in its console log."""
    lines = [console_of(path) for path in sorted(LOGS.iterdir()) if path.is_file()]
    logs = [ENCODERS["console"](log) for log in lines]
    return list(zip(lines, names(tool, logs, tmp_path_factory.mktemp("console"))))


# These encodings do not show the writer of a line: two tasks that print at the same time cannot be distinguished.
WITHOUT_CALLER = {"journal-json", "journal-export", "short-monotonic", "vmcore-dmesg"}


@pytest.mark.parametrize("encoding", sorted(set(ENCODERS) - {"console"}))
def test_encoding(tool, logs, encoding, tmp_path):
    """The share of logs whose crashes have the same titles and signatures as in a console log is at least SHARE."""
    known = [(lines, expected) for lines, expected in logs if lines]
    if encoding in WITHOUT_CALLER:
        known = [(lines, expected) for lines, expected in known if len({line.caller for line in lines}) <= 1]
    got = names(tool, [ENCODERS[encoding](lines) for lines, _ in known], tmp_path)
    same = sum(found == expected for found, (_, expected) in zip(got, known))
    print(f"{encoding}: {same} of {len(known)} logs unchanged, {same / len(known):.3f}")
    assert same / len(known) >= SHARE
