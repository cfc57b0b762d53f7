# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that four of six sources are enough to list a machine's boots, and that a sosreport of the machine is read.

Six sources report five boots of one machine and one boot of its capture kernel (sources.py). Each test case ingests
four of the six sources, in a random order. Every crash is in at least three sources, and every lineage in at least
four. Therefore only boot ids, cold boots and some ends are unknown if the history or the journal is left out.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, permutations, repeat
from pathlib import Path

import pytest
import sources
from lab import host
from lab.cache import say
from lab.disk import Disk
from ways import log

sys.path.insert(0, str(Path(__file__).parents[1] / "servers"))
import clickhouse  # noqa: E402

SOS = "sos report --batch --quiet --tmp-dir /root/sos -o kernel,host,logs,kexec_lineage"
FIELDS = ("boot", "release", "previous_release", "kexec_count")
LINEAGE = ("release", "boot", "previous_release", "kexec_count", "chain", "chain_complete")
HAVE_IDS = {"record", "journal"}


@dataclass(frozen=True)
class Lived:
    """The machine's data after its last boot: the sources, its sosreport, its history, and the lineage of this boot."""

    folder: Path
    report: Path
    history: list[dict]
    lineage: dict
    releases: list[str]


@pytest.fixture(scope="module")
def lived(the_disk: Disk, tmp_path_factory: pytest.TempPathFactory) -> Lived:
    folder = tmp_path_factory.mktemp("sources")
    console, devices = folder / "console.log", host.Devices(folder / "network.pcap", True, folder / "outbox")
    with host.running(the_disk, console, sources.CMDLINE, devices=devices) as machine:
        sources.live(machine, the_disk.releases[1])
        say("host: its history:\n" + machine.must("kexec-lineage log"))
        sources.collect(machine, console, devices.network_log, folder)
        machine.must(f"mkdir /root/sos && {SOS}")
        machine.take(folder, "/root/sos")
        devices.outbox.unlink()
        lineage = json.loads(machine.must("kexec-lineage --json show"))
        [report] = (folder / "root/sos").glob("sosreport-*.tar.?z")
        return Lived(folder, report, log(machine), lineage, the_disk.releases)


@pytest.fixture(scope="module")
def tool(packages: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the path of the program of the package kexec-lineage-fleet."""
    folder = tmp_path_factory.mktemp("packages")
    for package in packages:
        subprocess.run(["dpkg-deb", "-x", package, folder], check=True)
    return folder / "usr/bin/kexec-lineage-fleet"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[clickhouse.Server]:
    try:
        running = clickhouse.Server(tmp_path_factory.mktemp("server")).start()
    except clickhouse.Unavailable as reason:
        pytest.skip(str(reason))
    yield running
    running.stop()


def run(tool: Path, *arguments: str | Path) -> str:
    environment = os.environ | clickhouse.Server.environment()
    done = subprocess.run([tool, *arguments], capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, (arguments, done)
    return done.stdout


def ingest(tool: Path, lived: Lived, source: str, store: str) -> None:
    folder = lived.folder / source
    if source == "record":
        run(tool, f"--root={folder}", "send", f"--to={store}")
    else:
        run(tool, "ingest", f"--store={store}", folder)


def boots(tool: Path, store: str) -> list[dict]:
    lines = run(tool, "--json", "log", f"--host={sources.HOST}", f"--store={store}").splitlines()
    return [json.loads(line) for line in lines]


def is_right(boot: dict, true: sources.Boot, is_recorded: bool) -> bool:
    """Return whether all facts of a boot are right. Without the history, the kind of a cold boot and a clean end may be
    unknown."""
    lineage = tuple(boot[field] for field in FIELDS)
    absent = ("unknown", true.release, None, None)
    is_unknown = true.kind == "cold" and not is_recorded and lineage == absent
    is_unfinished = boot["end"] is None and not is_recorded and true.ends != {"crash"}
    return (
        (is_unknown or lineage == (true.kind, true.release, true.previous_release, true.kexec_count))
        and (is_unfinished or boot["end"] in true.ends)
        and [crash["title"] for crash in boot["crashes"]] == true.crashes
    )


def check(found: list[dict], lived: Lived, chosen: set[str]) -> None:
    """Check that the store has every boot exactly once, with the right facts. If no source has boot ids, find each boot
    by its facts."""
    truth = dict(zip((boot["boot_id"] for boot in lived.history), sources.truth(*lived.releases)))
    assert len(found) == len(truth), found
    assert len({boot["host"] for boot in found}) == 1
    if chosen & HAVE_IDS:
        wrong = [boot for boot in found if not is_right(boot, truth[boot["boot_id"]], "record" in chosen)]
        assert {boot["boot_id"] for boot in found} == set(truth) and not wrong, wrong
    else:
        assert any(all(map(is_right, order, truth.values(), repeat(False))) for order in permutations(found)), found


@pytest.mark.parametrize("left_out", combinations(sources.SOURCES, 2), ids="-".join)
def test_two_sources_left_out(tool: Path, lived: Lived, tmp_path: Path, left_out: tuple[str, str]) -> None:
    chosen = [source for source in sources.SOURCES if source not in left_out]
    random.Random("-".join(left_out)).shuffle(chosen)
    say(f"sources: {' '.join(chosen)}")
    for source in chosen:
        ingest(tool, lived, source, f"{tmp_path}/fleet.db")
    check(boots(tool, f"{tmp_path}/fleet.db"), lived, set(chosen))


def test_all_in_a_server(tool: Path, lived: Lived, server: clickhouse.Server) -> None:
    store = server.url("lineage")
    for source in reversed(sources.SOURCES):
        ingest(tool, lived, source, store)
    check(boots(tool, store), lived, set(sources.SOURCES))


@pytest.fixture(scope="module")
def unpacked(lived: Lived) -> Path:
    folder = lived.folder / "unpacked"
    folder.mkdir()
    subprocess.run(["tar", "-xf", lived.report, "-C", folder], check=True)
    [report] = folder.iterdir()
    return report


def test_lineage_of_a_report(tool: Path, lived: Lived, unpacked: Path) -> None:
    shown = json.loads(run(tool.with_name("kexec-lineage"), f"--root={unpacked}", "--json", "show"))
    assert {field: shown[field] for field in LINEAGE} == {field: lived.lineage[field] for field in LINEAGE}


def test_history_of_a_report(tool: Path, lived: Lived, unpacked: Path) -> None:
    lines = run(tool.with_name("kexec-lineage"), f"--root={unpacked}", "--json", "log").splitlines()
    assert [json.loads(line)["boot_id"] for line in lines] == [boot["boot_id"] for boot in lived.history]


@pytest.mark.parametrize("form", ["unpacked", "archive"])
def test_boots_of_a_report(tool: Path, lived: Lived, unpacked: Path, tmp_path: Path, form: str) -> None:
    """`ingest` finds the boots in a sosreport, which contains the journal, the pstore records and the log of kdump."""
    store = f"{tmp_path}/fleet.db"
    run(tool, "ingest", f"--store={store}", unpacked if form == "unpacked" else lived.report)
    check(boots(tool, store), lived, {"journal"})
