# SPDX-License-Identifier: GPL-2.0-or-later
"""Is the log of a crashed kernel found in its memory, and is it the one that others find there?

The kernel is crashed into a capture kernel, where kexec-lineage reads /proc/vmcore itself, and what makedumpfile
makes of it where that is installed. vmcore-dmesg reads the same log by its own code: both must tell the same events.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from lab import cases, guest, scenario
from lab.cases import Cast
from lab.scenario import Hop, Report, Scenario

pytestmark = pytest.mark.vm

INGEST = "kexec-lineage --json ingest"
# Two lines in one record. No more than that: who wrote it is in the dump, but vmcore-dmesg does not tell.
NOISE = "printf '<3>two\\nlines' > /dev/kmsg"


def events(report: Report, name: str) -> list[dict]:
    """What was told of an input, but for which, and where in it: a dump has no lines to count."""
    result = report.commands[name]
    assert result.status == 0, result
    told = [json.loads(line) for line in result.stdout.splitlines()]
    for event in told:
        event.pop("offset", None)
        event.pop("input")
    return told


def with_libraries(path: Path, where: str) -> dict[str, bytes]:
    """A program or a library, and the libraries that it needs, for the guest."""
    return {where: path.read_bytes()} | {str(library): library.read_bytes() for library in guest.libraries(path)}


def makedumpfile() -> dict[str, bytes]:
    """Nothing where it is not installed."""
    found = shutil.which("makedumpfile")
    return with_libraries(Path(found), "usr/bin/makedumpfile") if found else {}


@pytest.mark.parametrize("role", ["first", "second"])
def test_crash_dump(role: str, cast: Cast, stage: Path, tmp_path: Path) -> None:
    kernel = getattr(cast, role)
    tools = makedumpfile()
    fleet = with_libraries(stage / "usr/bin/kexec-lineage-fleet", "usr/bin/kexec-lineage-fleet")
    commands = {
        "text": f"vmcore-dmesg /proc/vmcore > /tmp/text && {INGEST} /tmp/text",
        "elf": f"{INGEST} /proc/vmcore",
    }
    if tools:
        commands["kdump"] = f"makedumpfile -c -d 31 /proc/vmcore /tmp/dump > /dev/null && {INGEST} /tmp/dump"
    crash = Hop(kernel, scenario.plain_load("-s -p"), go=cases.CRASH, commands=commands)
    plan = Scenario(
        "vmcore", kernel, [crash], cmdline=scenario.CMDLINE + " crashkernel=320M", commands={},
        first_commands={"noise": NOISE}, files=tools | fleet, memory_mib=1280, silence_s=400,
    )
    report = scenario.run(plan, stage, tmp_path)[-1]
    told = events(report, "elf")
    assert told == events(report, "text")
    assert [event["event"] for event in told] == ["boot", "crash"]
    assert all(event["release"] == kernel.release for event in told)
    assert "sysrq triggered crash" in told[1]["title"]
    if tools:
        assert told == events(report, "kdump")
