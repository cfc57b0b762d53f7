# SPDX-License-Identifier: GPL-2.0-or-later
"""Lost kexecs: the next kernel dies before its first line, the machine resets, and the first kernel boots again.

The bug is real, and the kernels are Debian's (docs/transition-bugs.md). Since commit d0ceea662d45 (Linux 6.13, 6.12.5),
a kernel sets a bit in the page table for a kexec. Older kernels do not mask this bit. If the first kernel uses 5-level
paging and the next kernel does not, the next kernel reads the page table at an invalid address, and the CPU resets with
a triple fault. Commit eb2266312507 makes the next kernel mask the bit.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lab import scenario, vm
from lab.cache import Kernel
from lab.fleet import Asked, Fleet
from lab.scenario import Hop, Scenario, ScenarioFailed

CPU = "max"  # has 5-level paging (la57)
# ingest needs the banner of each boot. The kernel prints it at a log level that loglevel=5 hides.
CMDLINE = scenario.CMDLINE.replace("loglevel=5", "loglevel=6")
LOAD = scenario.plain_load("-s -l")
REBOOT = "reboot -f; sleep 60"
OUTCOME = "lost kexec"
MACHINES = 6  # for each first kernel
MEMORY_MIB = 1024


@dataclass(frozen=True)
class Plan:
    """A machine that boots `first` several times. Each boot starts `target` by kexec, and `target` resets the machine.

    more: additional parameters of both kernels
    back: instead of a reset, `target` starts `first` by kexec; `first` then loads `target` and reboots without starting
        `target`
    cut: each cold boot loads `target` twice, and after the last reset the power fails while `target` is loaded
    """

    first: Kernel
    target: Kernel
    kexecs: int = 1
    cpu: str = CPU
    more: str = ""
    back: bool = False
    cut: bool = False

    def scenario(self) -> Scenario:
        """Return the scenario from one cold boot to the next cold boot. Its last kernel reboots."""
        load = f"KERNEL=/kernels/{self.target.id} INITRD=/init\n{LOAD}"
        hops = [Hop(self.target, LOAD)]
        if self.back:
            hops += [Hop(self.first, LOAD), Hop(self.target, LOAD, go=REBOOT)]
        return Scenario("dead", self.first, hops, f"{CMDLINE} {self.more}".rstrip(), commands={},
                        first_commands={"loaded": load} if self.cut else {}, module=True,
                        crash=REBOOT, cpu=self.cpu, memory_mib=MEMORY_MIB)


@dataclass
class Seen:
    """The boots that a machine reported: cold boots of the first kernel, and kernels that were started by a kexec."""

    cold: int = 0
    arrived: int = 0


def run(plan: Plan, stage: Path | None, folder: Path, on_boot: Callable[[str], None] = lambda release: None) -> Seen:
    """Run the machine until it has booted after its last kexec. Raises ScenarioFailed, vm.LostVM, KernelUnavailable."""
    seen = Seen()
    life = plan.scenario()
    folder.mkdir(parents=True, exist_ok=True)
    with scenario.initramfs(life, stage, folder):
        machine = dataclasses.replace(scenario.machine(life, folder), resets=True)
        _boot(machine, seen, plan.kexecs + 1, on_boot)
        if plan.cut:  # _boot() has killed QEMU; the next QEMU appends to the console
            _boot(machine, seen, plan.kexecs + 2, on_boot)
    return seen


def _boot(machine: vm.Machine, seen: Seen, cold: int, on_boot: Callable[[str], None]) -> None:
    """Run QEMU until the first kernel has reported the given number of cold boots."""
    with contextlib.closing(vm.run(machine)) as frames:
        for frame in frames:
            if frame.kind == "end" or (frame.kind in ("command", "load") and frame.payload[0] != b"0\n"):
                raise ScenarioFailed(f"{machine.serial_log}: {frame.name} in kernel {frame.hop}")
            if (frame.kind, frame.name) == ("fact", "release"):
                seen.cold += frame.hop == 0
                seen.arrived += frame.hop > 0
                on_boot(frame.payload[0].decode().strip())
            if frame.kind == "reported" and seen.cold >= cold:
                return


def triple_faults(folder: Path) -> list[list[str]]:
    """Return some registers of each triple fault in 64-bit mode from QEMU's log.

    SeaBIOS itself resets the machine with a triple fault in 32-bit mode.
    """
    lines = (folder / vm.RESETS).read_text(encoding="utf-8", errors="replace").splitlines()
    states = [lines[number : number + 22] for number, line in enumerate(lines)
              if line == "Triple fault" and lines[number + 2].startswith("RAX=")]
    names = ("Triple", "CPU Reset", "RSI=", "RIP=", "CR0=")
    return [[line for line in state if line.startswith(names)] for state in states]


class Dead:
    """Machines that start an old kernel. All kexecs from the bad kernel are lost, and all kexecs from the good kernel
    succeed.

    Each machine starts one kexec. If a machine crashed several times, its crashes could have one cause, so triage would
    need more machines.
    """

    KEXECS = 1  # on each machine; with six lost and six successful kexecs, p is 0.002

    def __init__(self, good: Kernel, bad: Kernel, target: Kernel, fleet: Fleet) -> None:
        self.bad = bad
        self.plans = {f"{name}{number}": Plan(first, target, self.KEXECS)
                      for number in range(MACHINES) for name, first in (("bad", bad), ("good", good))}
        self.target = target
        self.fleet = fleet

    def folder(self, name: str) -> Path:
        return self.fleet.folder / name

    @property
    def boots(self) -> int:
        """Return the number of kernels that boot, for an estimate of the time."""
        return MACHINES * (3 * self.KEXECS + 2)

    def run(self, name: str, on_boot: Callable[[str], None]) -> None:
        """Run a machine. Raises ScenarioFailed unless all kexecs from the bad kernel, and no other kexecs, are lost."""
        is_bad = self.plans[name].first == self.bad
        seen = run(self.plans[name], None, self.folder(name), on_boot)
        wanted = Seen(self.KEXECS + 1, 0 if is_bad else self.KEXECS)
        if seen != wanted:
            raise ScenarioFailed(f"machine {name}: {seen}, expected: {wanted}")
        if bool(triple_faults(self.folder(name))) != is_bad:
            raise ScenarioFailed(f"machine {name}: {self.folder(name) / vm.RESETS} is not as expected")

    def ingest(self) -> None:
        """Ingest all consoles. Check that ingest finds exactly the lost kexecs."""
        for name, plan in self.plans.items():
            console = self.folder(name) / "serial.log"
            lost = lost_kexecs(self.fleet.events(console))
            wanted = [(self.bad.release, self.target.release)] * self.KEXECS if plan.first == self.bad else []
            if lost != wanted:
                raise ScenarioFailed(f"machine {name}: lost kexecs in the console: {lost}, expected: {wanted}")
            self.fleet.ingest(name, console)

    def asked(self) -> list[Asked]:
        """Return the kexecs of these machines: the bad kernel kills the target, the other kernel does not."""
        firsts = {plan.first.release for plan in self.plans.values()}
        return [Asked((first,), self.target.release, first == self.bad.release) for first in sorted(firsts)]

    def wrong(self, report: dict) -> Iterator[str]:
        """Return what is wrong in a report of triage. The report must name only the bad kernel."""
        cases = [case for case in report["cases"] if case["outcome"] == OUTCOME]
        found = [(case["release"], case["crashed"]) for case in cases]
        if found != [(self.target.release, MACHINES * self.KEXECS)]:
            yield f"{OUTCOME}: {found}"
            return
        named = [origin["previous_release"] for origin in cases[0]["origins"]
                 if origin["verdict"] == "associated" and (origin["ratio"] is None or origin["ratio"] > 1)]
        if named != [self.bad.release]:
            yield f"{OUTCOME}: associated with {named}, expected {self.bad.release}"


def lost_kexecs(events: list[dict]) -> list[tuple[str | None, str | None]]:
    """Return both kernels of each lost kexec in the events of a console."""
    return [(event["previous_release"], event["release"]) for event in events
            if event["event"] == "boot" and event["end"] == "lost"]
