# SPDX-License-Identifier: GPL-2.0-or-later
"""Kexecs under UEFI after which the next kernel reads tables that the kexec overwrote (docs/transition-bugs.md).

The EFI stub of a kernel without commit 77d48d39e991 puts the event log of the TPM into memory that is free after a
kexec. A kernel without commit 64b45dd46e15 reads the firmware's table of memory attributes also after a kexec.
"""

from __future__ import annotations

import contextlib
import dataclasses
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lab import dead, firmware, scenario, vm
from lab.cache import Kernel
from lab.dead import LOAD, REBOOT
from lab.fleet import Fleet
from lab.frames import Frame
from lab.scenario import Hop, Scenario, ScenarioFailed

# On a busy machine, an emulated CPU needs more than the 20 seconds of a soft lockup for the checksum of a kexec.
CMDLINE = f"{dead.CMDLINE} nowatchdog"
MEMORY_MIB = 1024
# The larger the first initramfs, the lower the address of the tables. With this size, the code of the next kernel
# overwrites them. With a smaller initramfs, constants of that kernel overwrite them. The kernel then reads a small
# number as the size of the log, which gives no warning. If the code of a new kernel has a small number at this place,
# change this size.
PADDING_MIB = 16
NO_LOG = ("none", "0")
# Report the size of the log that the kernel shows, and the lines of both bugs. Debian's 5.10 shows no log, because its
# TPM driver is a module that the guest does not have.
READ = {
    "tpm-log": "mount -t securityfs none /sys/kernel/security\n"
               "log=/sys/kernel/security/tpm0/binary_bios_measurements\n"
               "if test -e $log; then wc -c < $log; else echo none; fi",
    "lines": "dmesg | grep -E 'TPM Final|memremap|memattr: ' || true",
}
INVALID = "TPM Final Events table invalid"
TITLE = "WARNING in memremap"
CORRUPTED = "efi: memattr: [Firmware Bug]: Corrupted EFI Memory Attributes Table detected!"
MACHINES = 6  # for each first kernel, see lab/dead.py
KEXECS = 1  # on each machine


# The table of memory attributes begins with four numbers: version, entries, size of an entry, flags. The kernel checks
# them in this order, and reports a corrupted table only if the other numbers are valid. A file of the next initramfs
# overwrites the table. The file repeats the same four numbers, so that the kernel prints the same line with any release
# of the firmware and of the lab's programs. The file begins with the last two numbers, because the table is 8 bytes
# after a multiple of 16 in the file.
TABLE_FILE = "numbers"
TABLE = struct.pack("<IIII", 48, 0, 1, 1 << 24) * (PADDING_MIB << 16)
LOAD_TABLE = f"""
dd if="$INITRD" of=/tmp/all bs=4096 conv=sync 2> /dev/null
(cd / && echo {TABLE_FILE} | cpio -o -H newc 2> /dev/null) >> /tmp/all
INITRD=/tmp/all
{LOAD}"""


@dataclass
class Boot:
    """The report of a kernel. hop: 0 for a cold boot, 1 after a kexec."""

    hop: int
    release: str = ""
    tpm_log: str = ""  # its size in bytes
    lines: str = ""


@dataclass(frozen=True)
class Plan:
    """A machine that boots `first` several times. Each boot starts `target` by kexec, and `target` reboots.

    files: path in the guest -> content; the default is padding.
    """

    first: Kernel
    target: Kernel
    kexecs: int = 1
    load: str = LOAD
    files: dict[str, bytes] = field(default_factory=lambda: {"padding": bytes(PADDING_MIB << 20)})

    def scenario(self) -> Scenario:
        return Scenario("stale", self.first, [Hop(self.target, self.load)], CMDLINE, commands=READ, files=self.files,
                        crash=REBOOT, memory_mib=MEMORY_MIB)


def run(plan: Plan, folder: Path) -> list[Boot]:
    """Run the machine and return its boots. Raises ScenarioFailed, vm.LostVM, FirmwareUnavailable."""
    life = plan.scenario()
    folder.mkdir(parents=True, exist_ok=True)
    boots: list[Boot] = []
    machine = dataclasses.replace(scenario.machine(life, folder), resets=True)
    with scenario.initramfs(life, None, folder), firmware.attached(machine, firmware.get()) as machine:
        with contextlib.closing(vm.run(machine)) as frames:
            for frame in frames:
                if frame.kind == "end" or (frame.kind in ("command", "load") and frame.payload[0] != b"0\n"):
                    raise ScenarioFailed(f"{machine.serial_log}: {frame.name} in kernel {frame.hop}: {frame.payload}")
                _take(frame, boots)
                if frame.kind == "reported" and sum(boot.hop == 1 for boot in boots) == plan.kexecs:
                    break
    return boots


def _take(frame: Frame, boots: list[Boot]) -> None:
    if (frame.kind, frame.name) == ("fact", "release"):
        boots.append(Boot(frame.hop, frame.payload[0].decode().strip()))
    elif frame.kind == "command":
        setattr(boots[-1], frame.name.replace("-", "_"), frame.payload[1].decode().strip())


def overwritten_table(kernel: Kernel, target: Kernel) -> Plan:
    """Return a machine whose kexec overwrites the table of memory attributes."""
    return Plan(kernel, target, load=LOAD_TABLE, files={TABLE_FILE: TABLE})


class TpmLog:
    """Machines that start the same kernel from a bad kernel, after which the log is overwritten, or from a good
    kernel."""

    def __init__(self, good: Kernel, bad: Kernel, target: Kernel, fleet: Fleet) -> None:
        self.bad, self.target, self.fleet = bad, target, fleet
        self.plans = {f"{name}{number}": Plan(first, target, KEXECS)
                      for number in range(MACHINES) for name, first in (("bad", bad), ("good", good))}

    def run(self, name: str) -> None:
        """Run a machine. Raises ScenarioFailed unless exactly the kexecs from the bad kernel lose the log."""
        is_bad = self.plans[name].first == self.bad
        for boot in run(self.plans[name], self.fleet.folder / name):
            is_lost = boot.tpm_log in NO_LOG and INVALID in boot.lines
            is_whole = boot.tpm_log not in NO_LOG and INVALID not in boot.lines
            if boot.hop and not (is_lost if is_bad else is_whole):
                raise ScenarioFailed(f"machine {name}: {boot}")

    def ingest(self) -> None:
        """Ingest all consoles. Check that the next kernel crashes after each kexec from the bad kernel, and only
        then."""
        for name, plan in self.plans.items():
            console = self.fleet.folder / name / "serial.log"
            found = [event["title"] for event in self.fleet.events(console)
                     if event["event"] == "crash" and event["release"] == self.target.release]
            wanted = [TITLE] * KEXECS if plan.first == self.bad else []
            if found != wanted:
                raise ScenarioFailed(f"machine {name}: crashes in the console: {found}, expected: {wanted}")
            self.fleet.ingest(name, console)

    def wrong(self, report: dict) -> Iterator[str]:
        """Return what is wrong in a report of triage. The report must name only the bad kernel."""
        cases = [case for case in report["cases"] if case["release"] == self.target.release]
        if [(case["title"], case["crashed"]) for case in cases] != [(TITLE, MACHINES * KEXECS)]:
            yield f"cases: {[(case['title'], case['crashed']) for case in cases]}"
            return
        named = [origin["previous_release"] for origin in cases[0]["origins"]
                 if origin["verdict"] == "associated" and (origin["ratio"] is None or origin["ratio"] > 1)]
        if named != [self.bad.release]:
            yield f"associated with {named}, expected {self.bad.release}"
