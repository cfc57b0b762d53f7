# SPDX-License-Identifier: GPL-2.0-or-later
"""The demonstration: boots a machine, kexecs it through real kernels, and shows the lineage that each kernel reports.

The expected results are computed in advance (cases.py, expect.py); the demo fails if a kernel reports another lineage.
"""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
import sys
import tempfile
import textwrap
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from lab import cases, module, scenario, vm
from lab.dead import MACHINES, Dead, triple_faults
from lab.fleet import Asked, Fleet, run_all
from lab.planted import BAD_COUNT, WAYS, Planted
from lab.scenario import Report

CRASH_BEGINS = "sysrq: Trigger a crash"
CRASH_LINES = 5
DEAD_LINES = 5
OUTPUT = "build/demo"  # the HTML page of triage, its store, and the consoles
COLOURS = {"head": "1", "good": "32", "odd": "33"}


def paint(text: str, colour: str) -> str:
    """Add colours, only on a terminal and only if NO_COLOR is not set."""
    if os.environ.get("NO_COLOR") or not sys.stdout.isatty():
        return text
    return f"\033[{COLOURS[colour]}m{text}\033[0m"


class Progress:
    """Estimate the remaining time from the number of boots.

    All parts of the demo boot two machines at a time, so the rate of boots is about constant.
    """

    def __init__(self, boots: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._boots = boots
        self._clock = clock
        self._start = clock()
        self._done = 0
        self._lock = threading.Lock()

    def boot(self) -> None:
        with self._lock:
            self._done += 1

    def left(self) -> str:
        """Return the estimate as text, rounded to minutes, or to 5 seconds below 90 seconds."""
        if not self._done:
            return "unknown"
        seconds = (self._clock() - self._start) / self._done * (self._boots - self._done)
        return f"{round(seconds / 60)} min" if seconds >= 90 else f"{round(seconds / 5) * 5} s"


class Screen:
    """Prints each kernel as soon as it has reported."""

    def __init__(self, case: cases.Case, progress: Progress) -> None:
        self.case = case
        self.progress = progress
        releases = case.scenario.releases()
        self.width = max(len(release) for release in releases)
        # The last hop of the case uses a loader that does not support lineages.
        self.last_known = len(releases) - 2

    def head(self) -> None:
        columns = f"{'kernel':{self.width}}  {'started by':25}  count  {'previous kernel':{self.width}}"
        self._out("     " + paint(f"{columns}  {'at':>7}  {'left':>6}", "head"))

    def report(self, report: Report) -> None:
        shown = report.show()
        known = shown["previous_release"] is not None or shown["boot"] == "cold"
        count = "?" if shown["kexec_count"] is None else str(shown["kexec_count"])
        previous = shown["previous_release"] or ("-" if known else "unknown")
        text = f"{report.release:{self.width}}  {self.way_up(report, shown):25}  {count:>5}  {previous:{self.width}}"
        times = f"{report.at_s:>5.1f} s  {self.progress.left():>6}"
        self._out(f"{report.hop:>3}  {paint(text, 'good' if known else 'odd')}  {times}")
        if report.hop == self.last_known:
            self.details(report, shown)
        elif report.hop > self.last_known:
            self.stale(report)

    def way_up(self, report: Report, shown: dict) -> str:
        """Return the boot kind that kexec-lineage reports, or the loader that this demo used."""
        return f"{shown['boot']} boot" if report.hop == 0 else self.case.scenario.hops[report.hop - 1].by

    def details(self, report: Report, shown: dict) -> None:
        self._block("$ kexec-lineage show", report.commands["show"].stdout)
        brief = {key: value for key, value in shown.items() if key != "sources"}
        self._block("$ kexec-lineage --json show     (without the sources)", json.dumps(brief, indent=2))
        self._out("\nThe next kexec is from a kernel without the module. kexec(8) copies the old command line:\n")

    def stale(self, report: Report) -> None:
        self._block("$ kexec-lineage show --sources", report.commands["show-sources"].stdout)

    def crash(self, lines: list[str]) -> None:
        self._out("\nMeanwhile, a second machine does one kexec and then panics. Beside the crash, its console shows the lineage:")
        self._block("", "\n".join(lines))

    def _block(self, title: str, text: str) -> None:
        body = "\n".join(f"     {line}".rstrip() for line in text.rstrip("\n").splitlines())
        self._out(f"\n  {paint(title, 'head')}\n{body}" if title else f"\n{body}")

    def _out(self, text: str) -> None:
        print(text, flush=True)


def run(stage: Path, logs: Path | None) -> None:
    """Run the demo. Raises what scenario.run raises, and ScenarioFailed if a result is wrong."""
    start = time.monotonic()
    roles = cases.cast()
    case = cases.stale(roles)
    hops = len(case.scenario.hops)
    print(f"One virtual machine, a cold boot and {hops} real kexecs between stock Debian kernels with plain kexec(8).\n"
          "If kexec_lineage.ko is loaded, it stamps the next kernel.\n", flush=True)
    # Build the modules before two machines need them at the same time.
    for kernel in (roles.first, roles.second):
        module.built(kernel)
    folder = module.TOP / OUTPUT
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    fleet = Fleet(stage, folder)
    planted = Planted(roles, fleet)
    old = cases.optional("lost")
    dead = Dead(roles.first, roles.second, old, fleet) if old else None
    progress = Progress(hops + 1 + len(cases.crash(roles).wanted) + sum(map(len, WAYS)) + (dead.boots if dead else 0))
    screen = Screen(case, progress)

    def show(report: Report) -> None:
        progress.boot()
        screen.report(report)

    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(max_workers=1) as beside:
        # Run a second virtual machine in parallel, because each machine emulates only one CPU.
        crash = beside.submit(run_crash, roles, stage, Path(scratch), progress)
        screen.head()
        reports = scenario.run(case.scenario, stage, logs, show)
        cases.check(case, reports)
        explain_stale(reports[-1])
        screen.crash(crash.result())
    verdict = paint("\nEvery kernel reported the expected lineage.", "good")
    print(f"{verdict} {hops + 1} kexecs and a panic, {time.monotonic() - start:.0f} s in total.")
    run_fleet(roles, dead, planted, progress)


def run_fleet(roles: cases.Cast, dead: Dead | None, planted: Planted, progress: Progress) -> None:
    """Run machines with a real and a planted bug, which depend on earlier kernels, and show the report of triage."""
    start = time.monotonic()
    fleet = planted.fleet
    explain_fleet(roles, dead, planted)
    planted.build_modules()
    done = itertools.count(1)

    def show(host: str, release: str) -> None:
        progress.boot()
        print(f"  boot {next(done):2}: {host:8}  {release:26}  about {progress.left()} left", flush=True)

    runs = [partial(dead.run, name, partial(show, name)) for name in dead.plans] if dead else []
    runs += [partial(planted.run, number, lambda report, host=f"machine{number}": show(host, report.release))
             for number in range(len(WAYS))]
    run_all(runs)
    if dead:
        dead.ingest()
        show_dead(dead)
    for number in range(len(WAYS)):
        planted.ingest(number)
    report = fleet.report()
    wrong = [*planted.wrong(report), *(dead.wrong(report) if dead else [])]
    if wrong or len(report["cases"]) != 1 + bool(dead):
        raise scenario.ScenarioFailed(f"triage: {'; '.join(wrong) or report['cases']}")
    show_triage(fleet)
    show_checks([*(dead.asked() if dead else []), *planted.asked()], fleet)
    print(paint("triage found the cause of each bug and nothing else.", "good")
          + f" {next(done) - 1} boots, {time.monotonic() - start:.0f} s. The page: {OUTPUT}/triage.html")


def explain_fleet(roles: cases.Cast, dead: Dead | None, planted: Planted) -> None:
    if dead:
        times = MACHINES * dead.KEXECS
        print(f"\nNext is a fleet. {dead.bad.release} and {roles.first.release} each start {dead.target.release} "
              f"{times} times,\nwith 5-level paging. These stock kernels have a real bug: after a kexec from "
              f"{dead.bad.release},\nthe next kernel dies before its first line, and the machine resets "
              "(docs/transition-bugs.md).")
    else:
        print("\nNext is a fleet, without the real bug, because no kernel is available for the role 'lost'.")
    print(f"The fleet has a planted bug: {planted.release} crashes from kexec number {BAD_COUNT} on.\n", flush=True)


def show_dead(dead: Dead) -> None:
    """Show one lost kexec: the console, the CPU in QEMU's log, and what ingest finds."""
    folder = dead.folder("bad0")
    lines = (folder / "serial.log").read_text(encoding="utf-8", errors="replace").splitlines()
    first = next(number for number, line in enumerate(lines) if "kexec_lineage: kexec to" in line)
    clean = [re.sub(r"\x1b(c|\[[?0-9;]*[A-Za-z])", "", line)[:100] for line in lines[first : first + DEAD_LINES]]
    _block(f"The console of machine bad0, from {OUTPUT}/bad0/serial.log", clean)
    _block(f"The CPU at that time, from {OUTPUT}/bad0/{vm.RESETS}", triple_faults(folder)[0])
    found = dead.fleet.tool("ingest", "-v", folder / "serial.log").splitlines()
    _block(f"$ kexec-lineage ingest -v {OUTPUT}/bad0/serial.log", found)


def show_triage(fleet: Fleet) -> None:
    _block(f"$ kexec-lineage ingest --store={OUTPUT}/fleet.db --host=bad0 {OUTPUT}/bad0/serial.log ...\n"
           f"  $ kexec-lineage triage --store={OUTPUT}/fleet.db --html={OUTPUT}/triage.html", [""])
    print("".join(f"     {line}".rstrip() + "\n" for line in fleet.triage().splitlines()))


def show_checks(kexecs: Iterable[Asked], fleet: Fleet) -> None:
    """Show what check says before the kexecs of these machines. Raises ScenarioFailed if an answer is wrong."""
    lines = []
    for asked in kexecs:
        said = fleet.check(asked)
        known = " ".join(line.removeprefix("known").strip() for line in said.splitlines() if line.startswith("known"))
        lines.append(paint(f"{' -> '.join(asked.kernels)} -> {asked.to}", "odd" if asked.is_bad else "good"))
        lines += textwrap.wrap(known, 100, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)
    _block(f"$ kexec-lineage check --to=RELEASE --store={OUTPUT}/fleet.db     (before kexecs of these machines)", lines)


def _block(title: str, lines: Iterable[str]) -> None:
    print(paint(f"\n  {title}", "head") + "".join(f"\n     {line}".rstrip(" ") for line in lines), flush=True)


def run_crash(roles: cases.Cast, stage: Path, folder: Path, progress: Progress) -> list[str]:
    """Crash a kernel that was kexec'ed. Return the lines of the console from the crash on. Raises what run() raises."""
    case = cases.crash(roles)
    reports = scenario.run(case.scenario, stage, folder, lambda report: progress.boot())
    cases.check(case, reports)
    lines = (folder / "serial.log").read_text(encoding="utf-8", errors="replace").splitlines()
    first = next(number for number, line in enumerate(lines) if CRASH_BEGINS in line)
    shown = lines[first : first + CRASH_LINES]
    wanted = f"kexec_lineage: exec from: {reports[0].release} (count 1)"
    if not any(wanted in line for line in shown):
        raise scenario.ScenarioFailed(f"crash: no {wanted!r} in {shown}")
    return shown


def explain_stale(report: Report) -> None:
    """Check that a stale stamp is reported with the reason."""
    conflicts = report.show()["conflicts"]
    if not any("stale" in text for text in conflicts):
        raise scenario.ScenarioFailed(f"the stale stamp was not explained: conflicts are {conflicts}")
