# SPDX-License-Identifier: GPL-2.0-or-later
"""A small fleet with two planted bugs that depend on earlier kernels, and `triage` of the consoles.

One release has two bugs (tests/vm/modules/lab_planted.c). The first bug appears in boots after a kexec from a certain
release, the second bug in boots from the third kexec on. The boots and oopses are real. The machines boot different
sequences of kernels, so that each bug occurs with and without the other bug.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from lab import module, scenario
from lab.cases import PLAIN_CPU, Cast
from lab.scenario import Hop, Report, Scenario, ScenarioFailed

# One string for each machine, with one letter for each kernel: a cold boot and three kexecs. Release b has both bugs;
# the first bug crashes a boot of b whose previous kernel was a. With these sequences q is 0.0025 for both bugs; with
# fewer boots, the verdict for one of the bugs is only `suspect`.
WAYS = ("abbb", "bbbb", "babb", "abab", "bbab", "abbb")
BAD_COUNT = 3
AT_A_TIME = 2
HANDOVER, TABLE = "lab_read_handover", "lab_walk_table"
# ingest needs the banner of each boot and the registers of each oops. The kernel prints both at a log level that
# loglevel=5 hides.
CMDLINE = scenario.CMDLINE.replace("loglevel=5", "loglevel=7")
SHOW = {"show-json": scenario.SHOW["show-json"]}
# Use kexec_load() without kexec's own checksums: the SHA-256 of 80 MB takes a third of an emulated kexec.
LOAD = scenario.lineage_load("-c -l --no-checks")
MEMORY_MIB = 1024
TEST_MODULES = ("lab_planted",)
TRIGGER = """
cd /sys/kernel/kexec_lineage
insmod /modules/$(uname -r)/lab_planted.ko \\
    previous="$(cat previous_release)" count="$(cat kexec_count)" bad_previous={bad}
(echo handover > /sys/kernel/debug/lab_planted)
(echo table > /sys/kernel/debug/lab_planted)
true
"""


@dataclass(frozen=True)
class Boot:
    """The expected result of one boot: the functions that crash."""

    release: str
    previous: str | None
    count: int
    crashes: tuple[str, ...]


class Planted:
    """The machines, their consoles, and the program that reads them."""

    def __init__(self, roles: Cast, stage: Path, folder: Path) -> None:
        self.kernels = {"a": roles.first, "b": roles.second}
        self.stage = stage
        self.folder = folder
        self.store = folder / "fleet.db"
        self.page = folder / "triage.html"

    @property
    def bad(self) -> str:
        return self.kernels["a"].release

    @property
    def release(self) -> str:
        return self.kernels["b"].release

    def boots(self, way: str) -> Iterator[Boot]:
        """Return the expected boots of a machine."""
        for count, name in enumerate(way):
            previous = self.kernels[way[count - 1]].release if count else None
            wanted = [HANDOVER] * (previous == self.bad) + [TABLE] * (count >= BAD_COUNT)
            yield Boot(self.kernels[name].release, previous, count, tuple(wanted) if name == "b" else ())

    def build_modules(self) -> None:
        """Build the modules before two machines need them at the same time."""
        for kernel in self.kernels.values():
            module.built(kernel)
            module.tests(kernel, TEST_MODULES)

    def console(self, number: int) -> Path:
        return self.folder / f"machine{number}" / "serial.log"

    def run_machines(self, on_report: Callable[[int, Report], None]) -> None:
        """Boot all machines, two at a time. Raises what scenario.run raises."""
        with ThreadPoolExecutor(max_workers=AT_A_TIME) as pool:
            runs = [pool.submit(self._run_machine, number, way, on_report) for number, way in enumerate(WAYS)]
            for run in runs:
                run.result()

    def _run_machine(self, number: int, way: str, on_report: Callable[[int, Report], None]) -> None:
        commands = {"b": {"planted": TRIGGER.format(bad=self.bad)}, "a": {}}
        hops = [Hop(self.kernels[name], LOAD, commands=commands[name]) for name in way[1:]]
        plan = Scenario(f"machine {number}", self.kernels[way[0]], hops, CMDLINE, commands=SHOW,
                        first_commands=commands[way[0]], module=True, test_modules=True,
                        only_test_modules=TEST_MODULES, cpu=PLAIN_CPU, memory_mib=MEMORY_MIB)
        scenario.run(plan, self.stage, self.console(number).parent, lambda report: on_report(number, report))

    def tool(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Run the staged kexec-lineage. Raises ScenarioFailed if it fails."""
        done = subprocess.run([self.stage / "usr/bin/kexec-lineage", *arguments], capture_output=True, text=True,
                              check=False)
        if done.returncode or done.stderr:
            raise ScenarioFailed(f"kexec-lineage {' '.join(map(str, arguments))}: {done}")
        return done

    def ingest(self, number: int) -> None:
        """Check the events in a machine's console and ingest it into the store."""
        events = [json.loads(line) for line in self.tool("--json", "ingest", self.console(number)).stdout.splitlines()]
        boots = {}
        for event in events:
            lineage = [event["release"], event["previous_release"], event["kexec_count"]]
            boot = boots.setdefault(event["boot_id"], lineage)
            boot += [event["frame"]] if event["event"] == "crash" else []
        wanted = [[boot.release, boot.previous, boot.count or None, *boot.crashes] for boot in self.boots(WAYS[number])]
        found = [[boot[0], boot[1], boot[2] or None, *boot[3:]] for boot in boots.values()]
        if found != wanted:
            raise ScenarioFailed(f"machine {number}: boots in the console: {found}, expected: {wanted}")
        self.tool("ingest", f"--store={self.store}", f"--host=machine{number}", self.console(number))

    def triage(self) -> str:
        """Return the output of `triage`. Raises ScenarioFailed if its findings are not the planted bugs."""
        report = json.loads(self.tool("--json", "triage", f"--store={self.store}").stdout)
        wrong = list(self._wrong(report))
        if wrong:
            raise ScenarioFailed(f"triage: {'; '.join(wrong)}")
        return self.tool("triage", f"--store={self.store}", f"--html={self.page}").stdout

    def _wrong(self, report: dict) -> Iterator[str]:
        boots = [boot for way in WAYS for boot in self.boots(way)]
        if report["boots"] != len(boots):
            yield f"{report['boots']} boots, expected {len(boots)}"
        cases = {case["title"].split()[-1]: case for case in report["cases"]}
        if set(cases) != {HANDOVER, TABLE}:
            yield f"crashes in {sorted(cases)}, expected {sorted((HANDOVER, TABLE))}"
            return
        for function, case in cases.items():
            associated = {origin["previous_release"] for origin in case["origins"]
                          if origin["verdict"] == "associated" and (origin["ratio"] is None or origin["ratio"] > 1)}
            by_count = case["kexec_count"]["verdict"] == "associated"
            crashed = sum(function in boot.crashes for boot in boots)
            if (case["release"], case["crashed"]) != (self.release, crashed):
                yield f"{function}: {case['crashed']} boots of {case['release']} crashed, expected {crashed}"
            if associated != ({self.bad} if function == HANDOVER else set()) or by_count != (function == TABLE):
                yield f"{function}: associated with the previous kernels {associated}; with the kexec count: {by_count}"
            if function == TABLE and case["kexec_count"]["from"] != BAD_COUNT:
                yield f"{function}: from kexec {case['kexec_count']['from']} on, expected {BAD_COUNT}"
