# SPDX-License-Identifier: GPL-2.0-or-later
"""What does it look like? Boots a machine, kexecs it across real kernels, and shows what each of them knows.

The expected answers are worked out beforehand (cases.py, expect.py); a demo that shows anything else fails.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from lab import cases, scenario
from lab.scenario import Report

COLOURS = {"head": "1", "good": "32", "odd": "33"}


def paint(text: str, colour: str) -> str:
    """Colours on a terminal only, and not where NO_COLOR is set."""
    if os.environ.get("NO_COLOR") or not sys.stdout.isatty():
        return text
    return f"\033[{COLOURS[colour]}m{text}\033[0m"


class Screen:
    """Prints each kernel as soon as it has reported."""

    def __init__(self, case: cases.Case) -> None:
        self.case = case
        releases = case.scenario.releases()
        self.width = max(len(release) for release in releases)
        # The last hop of the case is the one by a loader that knows nothing of lineages.
        self.last_known = len(releases) - 2

    def head(self) -> None:
        columns = f"{'kernel':{self.width}}  {'came up by':25}  count  {'previous kernel':{self.width}}"
        self._out("     " + paint(f"{columns}  {'at':>7}", "head"))

    def report(self, report: Report) -> None:
        shown = report.show()
        known = shown["previous_release"] is not None or shown["boot"] == "cold"
        count = "?" if shown["kexec_count"] is None else str(shown["kexec_count"])
        previous = shown["previous_release"] or ("-" if known else "not known")
        text = f"{report.release:{self.width}}  {self.way_up(report, shown):25}  {count:>5}  {previous:{self.width}}"
        self._out(f"{report.hop:>3}  {paint(text, 'good' if known else 'odd')}  {report.at_s:>5.1f} s")
        if report.hop == self.last_known:
            self.details(report, shown)
        elif report.hop > self.last_known:
            self.stale(report)

    def way_up(self, report: Report, shown: dict) -> str:
        """The boot kind as kexec-lineage tells it, and the loader that this demo used."""
        if report.hop == 0:
            return f"{shown['boot']} boot"
        words = self.case.scenario.hops[report.hop - 1].load.split()
        loader = "kexec(8) alone" if words[0] == "kexec" else "our loader"
        return f"{shown['boot']} {'-s' if '-s' in words else '-c'}, {loader}"

    def details(self, report: Report, shown: dict) -> None:
        self._block("$ kexec-lineage show", report.commands["show"].stdout)
        brief = {key: value for key, value in shown.items() if key != "sources"}
        self._block("$ kexec-lineage --json show     (without its sources)", json.dumps(brief, indent=2))
        self._out("\nNow a kexec by a loader that knows nothing of lineages and copies the old command line:\n")

    def stale(self, report: Report) -> None:
        self._block("$ kexec-lineage show --sources", report.commands["show-sources"].stdout)

    def _block(self, title: str, text: str) -> None:
        body = "\n".join(f"     {line}".rstrip() for line in text.rstrip("\n").splitlines())
        self._out(f"\n  {paint(title, 'head')}\n{body}")

    def _out(self, text: str) -> None:
        print(text, flush=True)


def run(stage: Path, logs: Path | None) -> None:
    """Runs the demo. Raises what scenario.run raises, and ScenarioFailed if what was seen is not right."""
    start = time.monotonic()
    case = cases.stale(cases.cast())
    hops = len(case.scenario.hops)
    print(f"One virtual machine, a cold boot and {hops} real kexecs between stock Debian kernels.\n", flush=True)
    screen = Screen(case)
    screen.head()
    reports = scenario.run(case.scenario, stage, logs, screen.report)
    cases.check(case, reports)
    explain_stale(reports[-1])
    verdict = paint("\nEvery kernel said what it had to say.", "good")
    print(f"{verdict} {hops} kexecs, {time.monotonic() - start:.0f} s in all.")


def explain_stale(report: Report) -> None:
    """A stamp that is not believed must be shown, with the reason."""
    conflicts = report.show()["conflicts"]
    if not any("stale" in text for text in conflicts):
        raise scenario.ScenarioFailed(f"the stale stamp was not explained: conflicts are {conflicts}")
