# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that ingest reads the log of a crashed kernel from its memory, with the same result as vmcore-dmesg.

The kernel crashes and starts a capture kernel. In the capture kernel, kexec-lineage reads /proc/vmcore, and also a dump
by makedumpfile if makedumpfile is installed. vmcore-dmesg reads the same log with its own code. All three inputs must
give the same events.
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
# Write one record with two lines. With more records the events would differ: ingest uses the writer of each record,
# which a dump contains and vmcore-dmesg omits.
NOISE = "printf '<3>two\\nlines' > /dev/kmsg"


def events(report: Report, name: str) -> list[dict]:
    """Return the events of an input without the fields "input" and "offset", which differ between the inputs."""
    result = report.commands[name]
    assert result.status == 0, result
    found = [json.loads(line) for line in result.stdout.splitlines()]
    for event in found:
        event.pop("offset", None)
        event.pop("input")
    return found


def with_libraries(path: Path, where: str) -> dict[str, bytes]:
    """Return a program or library and the libraries that it needs, for the guest."""
    return {where: path.read_bytes()} | {str(library): library.read_bytes() for library in guest.libraries(path)}


def makedumpfile() -> dict[str, bytes]:
    """Return makedumpfile and its libraries; empty if it is not installed."""
    found = shutil.which("makedumpfile")
    return with_libraries(Path(found), "usr/bin/makedumpfile") if found else {}


def check_inspection(report: Report, found: list[dict]) -> None:
    """Check that `inspect` prints the events of `ingest`, and in its text the lineage, the title and the signature."""
    boot, crash = found
    shown = json.loads(report.commands["inspect"].stdout)
    assert list(shown) == ["file", "format", "status", "detail", "boot", "crashes"]
    assert (shown["file"], shown["format"], shown["status"], shown["detail"]) == (
        "/proc/vmcore", "crash dump", "ok", None)
    assert shown["boot"] == boot
    assert [{name: value for name, value in event.items() if name != "offset"} for event in shown["crashes"]] == [crash]
    lines = report.commands["inspect-text"].stdout.splitlines()
    assert lines[0] == "/proc/vmcore: crash dump"
    fields = dict(line.strip().split(None, 1) for line in lines[1:])
    assert (fields["release"], fields["crash"]) == (boot["release"], crash["title"])
    assert fields.get("signature", "") == (crash["signature"] or "")


@pytest.mark.parametrize("role", ["first", "second"])
def test_crash_dump(role: str, cast: Cast, stage: Path, tmp_path: Path) -> None:
    kernel = getattr(cast, role)
    tools = makedumpfile()
    fleet = with_libraries(stage / "usr/bin/kexec-lineage-fleet", "usr/bin/kexec-lineage-fleet")
    commands = {
        "text": f"vmcore-dmesg /proc/vmcore > /tmp/text && {INGEST} /tmp/text",
        "elf": f"{INGEST} /proc/vmcore",
        "inspect": "kexec-lineage --json inspect /proc/vmcore",
        "inspect-text": "kexec-lineage inspect /proc/vmcore",
    }
    if tools:
        commands["kdump"] = f"makedumpfile -c -d 31 /proc/vmcore /tmp/dump > /dev/null && {INGEST} /tmp/dump"
    crash = Hop(kernel, scenario.plain_load("-s -p"), go=cases.CRASH, commands=commands)
    plan = Scenario(
        "vmcore", kernel, [crash], cmdline=scenario.CMDLINE + " crashkernel=320M", commands={},
        first_commands={"noise": NOISE}, files=tools | fleet, memory_mib=1280, silence_s=400,
    )
    report = scenario.run(plan, stage, tmp_path)[-1]
    found = events(report, "elf")
    assert found == events(report, "text")
    assert [event["event"] for event in found] == ["boot", "crash"]
    assert all(event["release"] == kernel.release for event in found)
    assert "sysrq triggered crash" in found[1]["title"]
    if tools:
        assert found == events(report, "kdump")
    check_inspection(report, found)
