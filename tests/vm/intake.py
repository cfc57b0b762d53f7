# SPDX-License-Identifier: GPL-2.0-or-later
"""How do the lab's kernels crash, and what does kexec-lineage tell of their logs on this machine?"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from lab import scenario

# The banner and the command line, which a boot is told by, are notices; registers and stacks are no more than warnings.
CMDLINE = scenario.CMDLINE.replace("loglevel=5", "loglevel=7")
MODULE = "insmod /modules/$(uname -r)/lab_crash.ko"
KINDS = "cat /sys/kernel/debug/lab_crash"


def crash(kind: str) -> str:
    """Guest shell that crashes in this way, in a process that may die of it."""
    return f"(echo {kind} > /sys/kernel/debug/lab_crash)"


def events(stage: Path, *arguments: str | Path) -> list[dict]:
    """What `ingest` tells of logs, with nothing to complain of."""
    command = [stage / "usr/bin/kexec-lineage", "--json", "ingest", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done
    return [json.loads(line) for line in done.stdout.splitlines()]


def crashes(told: list[dict]) -> list[dict]:
    return [event for event in told if event["event"] == "crash"]
