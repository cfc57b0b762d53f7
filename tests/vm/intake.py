# SPDX-License-Identifier: GPL-2.0-or-later
"""Helpers of the intake tests: crash a kernel of the lab, and read its log with kexec-lineage on the host."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from lab import scenario

# ingest recognises a boot by the banner and the command line, which are notices. Registers and stacks are warnings or
# less severe. loglevel=7 shows all of them on the console.
CMDLINE = scenario.CMDLINE.replace("loglevel=5", "loglevel=7")
MODULE = "insmod /modules/$(uname -r)/lab_crash.ko"
KINDS = "cat /sys/kernel/debug/lab_crash"


def crash(kind: str) -> str:
    """Return guest shell code that causes this crash, in a subshell because the kernel may kill the process."""
    return f"(echo {kind} > /sys/kernel/debug/lab_crash)"


def events(stage: Path, *arguments: str | Path) -> list[dict]:
    """Return the events that `ingest` prints for logs; it must succeed without a message."""
    command = [stage / "usr/bin/kexec-lineage", "--json", "ingest", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done
    return [json.loads(line) for line in done.stdout.splitlines()]


def crashes(found: list[dict]) -> list[dict]:
    return [event for event in found if event["event"] == "crash"]
