# SPDX-License-Identifier: GPL-2.0-or-later
"""The consoles of several machines in one store, and the programs that read them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from lab.scenario import ScenarioFailed

AT_A_TIME = 2
JUDGED = (0, 10)  # exit statuses of triage: 0 if nothing is associated, 10 if a finding is associated


class Fleet:
    """A folder with the consoles, the store and the page of triage."""

    def __init__(self, stage: Path, folder: Path) -> None:
        self.stage = stage
        self.folder = folder
        self.store = folder / "fleet.db"
        self.page = folder / "triage.html"

    def tool(self, *arguments: str | Path, accepted: tuple[int, ...] = (0,)) -> str:
        """Return the output of the staged kexec-lineage. Raises ScenarioFailed if its exit status is not accepted."""
        done = subprocess.run([self.stage / "usr/bin/kexec-lineage", *arguments], capture_output=True, text=True,
                              check=False)
        if done.returncode not in accepted or done.stderr:
            raise ScenarioFailed(f"kexec-lineage {' '.join(map(str, arguments))}: {done}")
        return done.stdout

    def events(self, console: Path) -> list[dict]:
        """Return the events that ingest finds in a console."""
        return [json.loads(line) for line in self.tool("--json", "ingest", console).splitlines()]

    def ingest(self, host: str, console: Path) -> None:
        self.tool("ingest", f"--store={self.store}", f"--host={host}", console)

    def report(self) -> dict:
        """Return the report of triage."""
        return json.loads(self.tool("--json", "triage", f"--store={self.store}", accepted=JUDGED))

    def triage(self) -> str:
        """Return the report of triage as text, and write its page."""
        return self.tool("triage", f"--store={self.store}", f"--html={self.page}", accepted=JUDGED)


def run_all(runs: Iterable[Callable[[], None]]) -> None:
    """Run all machines, two at a time. Raises the exceptions of these runs."""
    with ThreadPoolExecutor(max_workers=AT_A_TIME) as pool:
        for run in [pool.submit(run) for run in runs]:
            run.result()
