# SPDX-License-Identifier: GPL-2.0-or-later
"""Machines with a planted bug, which crashes the kernel from the third kexec on.

The bug is a test module (tests/vm/modules/lab_planted.c). The boots and oopses are real. The machines boot different
sequences of kernels.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lab import module, scenario
from lab.cases import PLAIN_CPU, Cast
from lab.fleet import Asked, Fleet
from lab.scenario import Hop, Report, Scenario, ScenarioFailed

# One string for each machine, with one letter for the release of each kernel: a cold boot and three kexecs. Only
# release b has the bug. With fewer machines, triage would report only a lead.
WAYS = ("abbb", "bbbb", "bbbb", "bbbb", "bbbb")
BAD_COUNT = 3
TABLE = "lab_walk_table"
# ingest needs the banner of each boot and the registers of each oops. The kernel prints both at a log level that
# loglevel=5 hides.
CMDLINE = scenario.CMDLINE.replace("loglevel=5", "loglevel=7")
SHOW = {"show-json": scenario.SHOW["show-json"]}
# Use kexec_load() without kexec's own checksums: the SHA-256 of 80 MB takes a third of an emulated kexec.
LOAD = scenario.lineage_load("-c -l --no-checks")
MEMORY_MIB = 1024
TEST_MODULES = ("lab_planted",)
TRIGGER = """
insmod /modules/$(uname -r)/lab_planted.ko count="$(cat /sys/kernel/kexec_lineage/kexec_count)"
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
    """The machines, and their consoles."""

    def __init__(self, roles: Cast, fleet: Fleet) -> None:
        self.kernels = {"a": roles.first, "b": roles.second}
        self.fleet = fleet

    @property
    def release(self) -> str:
        return self.kernels["b"].release

    def boots(self, way: str) -> Iterator[Boot]:
        """Return the expected boots of a machine."""
        for count, name in enumerate(way):
            previous = self.kernels[way[count - 1]].release if count else None
            crashes = (TABLE,) if name == "b" and count >= BAD_COUNT else ()
            yield Boot(self.kernels[name].release, previous, count, crashes)

    def build_modules(self) -> None:
        """Build the modules before two machines need them at the same time."""
        for kernel in self.kernels.values():
            module.built(kernel)
            module.tests(kernel, TEST_MODULES)

    def console(self, number: int) -> Path:
        return self.fleet.folder / f"machine{number}" / "serial.log"

    def run(self, number: int, on_report: Callable[[Report], None]) -> None:
        """Run a machine. Raises what scenario.run raises."""
        way = WAYS[number]
        commands = {"b": {"planted": TRIGGER}, "a": {}}
        hops = [Hop(self.kernels[name], LOAD, commands=commands[name]) for name in way[1:]]
        plan = Scenario(f"machine {number}", self.kernels[way[0]], hops, CMDLINE, commands=SHOW,
                        first_commands=commands[way[0]], module=True, test_modules=True,
                        only_test_modules=TEST_MODULES, cpu=PLAIN_CPU, memory_mib=MEMORY_MIB)
        scenario.run(plan, self.fleet.stage, self.console(number).parent, on_report)

    def ingest(self, number: int) -> None:
        """Check the events in a machine's console and ingest it into the store."""
        events = self.fleet.events(self.console(number))
        boots = {}
        for event in events:
            lineage = [event["release"], event["previous_release"], event["kexec_count"]]
            boot = boots.setdefault(event["boot_id"], lineage)
            boot += [event["frame"]] if event["event"] == "crash" else []
        wanted = [[boot.release, boot.previous, boot.count or None, *boot.crashes] for boot in self.boots(WAYS[number])]
        found = [[boot[0], boot[1], boot[2] or None, *boot[3:]] for boot in boots.values()]
        if found != wanted:
            raise ScenarioFailed(f"machine {number}: boots in the console: {found}, expected: {wanted}")
        self.fleet.ingest(f"machine{number}", self.console(number))

    def asked(self) -> list[Asked]:
        """Return each kexec of these machines once."""
        kexecs = {tuple(boot.release for boot in self.boots(way))[: count + 1]
                  for way in WAYS for count in range(1, len(way))}
        return [Asked(kernels[:-1], kernels[-1], len(kernels) > BAD_COUNT) for kernels in sorted(kexecs)]

    def wrong(self, report: dict) -> Iterator[str]:
        """Return what is wrong in a report of triage. The report must associate the bug with the kexec count, not a
        kernel."""
        cases = [case for case in report["cases"] if case["title"].endswith(TABLE)]
        if [(case["release"], case["crashed"]) for case in cases] != [(self.release, len(WAYS))]:
            yield f"{TABLE}: {[(case['release'], case['crashed']) for case in cases]}"
            return
        count = cases[0]["kexec_count"]
        if (count["verdict"], count["from"]) != ("associated", BAD_COUNT):
            yield f"{TABLE}: {count}, expected: associated, from {BAD_COUNT}"
        for origin in cases[0]["origins"]:
            if origin["verdict"] == "associated":
                yield f"{TABLE}: associated with the previous kernel {origin['previous_release']}"
