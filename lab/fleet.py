# SPDX-License-Identifier: GPL-2.0-or-later
"""The consoles of several machines in one store, and the programs that read them."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from lab.scenario import ScenarioFailed

AT_A_TIME = 2
KEXEC_LOADER, COLD_LOADER = 208, 176  # boot-loader types of kexec and QEMU
ASSOCIATED = 10  # exit status of triage and check
JUDGED = (0, ASSOCIATED)  # exit statuses of triage: 0 if nothing is associated, 10 if a finding is associated


@dataclass(frozen=True)
class Asked:
    """A kexec about which check is asked.

    kernels: releases that the machine has run since its cold boot, the running one last
    to: the release of the next kernel
    is_bad: the kexec has a bug
    """

    kernels: tuple[str, ...]
    to: str
    is_bad: bool


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

    def check(self, asked: Asked) -> str:
        """Return what check prints before a kexec, on a machine that has only the files that show its lineage.

        Raises ScenarioFailed if check does not know the bug of the kexec, or names another one.
        """
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            for number, release in enumerate(asked.kernels):
                self._boot(root, release, number)
            return self.tool(f"--root={root}", "check", f"--to={asked.to}", f"--store={self.store}",
                             accepted=(ASSOCIATED if asked.is_bad else 0,))

    def _boot(self, root: Path, release: str, kexecs: int) -> None:
        """Write the files of the next kernel of a machine, with the stamp of the previous kernel."""
        stamp = self.tool(f"--root={root}", "stamp", f"--for={release}") if kexecs else ""
        system = root / "proc/sys/kernel"
        system.mkdir(parents=True, exist_ok=True)
        (system / "osrelease").write_text(f"{release}\n", encoding="utf-8")
        (system / "bootloader_type").write_text(f"{KEXEC_LOADER if kexecs else COLD_LOADER}\n", encoding="utf-8")
        (root / "proc/cmdline").write_text(f"quiet {stamp.strip()}\n", encoding="utf-8")

    def triage(self) -> str:
        """Return the report of triage as text, and write its page."""
        return self.tool("triage", f"--store={self.store}", f"--html={self.page}", accepted=JUDGED)


def run_all(runs: Iterable[Callable[[], None]]) -> None:
    """Run all machines, two at a time. Raises the exceptions of these runs."""
    with ThreadPoolExecutor(max_workers=AT_A_TIME) as pool:
        for run in [pool.submit(run) for run in runs]:
            run.result()
