# SPDX-License-Identifier: GPL-2.0-or-later
"""Consoles of machines with firmware and boot loaders that print on the serial port, and the true list of their boots.

A graphics adapter is attached, so that firmware and boot loader draw their screens on the console. The true list of
boots comes from the results channel, not from the console.
"""

from __future__ import annotations

import contextlib
import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lab import dead, firmware, grub, scenario, vm
from lab.cache import Kernel
from lab.frames import Frame
from lab.scenario import Hop, Scenario, ScenarioFailed

ESCAPE = b"\033"
ERASE = b"\033[2J"
CURSOR = re.compile(rb"\033\[\d+;\d+H")


@dataclass(frozen=True)
class Way:
    """The firmware and the boot loader of a machine.

    terminals: where GRUB prints (grub.attached()); None: the firmware starts the kernel
    lines: texts that each cold boot must print on the console
    """

    name: str
    is_uefi: bool
    terminals: str | None
    lines: tuple[bytes, ...]


GRUB_LINES = (b"Welcome to GRUB", b"GNU GRUB  version ", b"The highlighted entry will be executed automatically in ",
              b"Loading initial ramdisk ...")
SEABIOS_LINES = (b"SeaBIOS (version ", b"Booting from ")
WAYS = (
    Way("seabios", False, None, SEABIOS_LINES),
    Way("seabios-grub", False, "serial", (*SEABIOS_LINES, b"GRUB loading", *GRUB_LINES)),
    Way("seabios-grub-console", False, "console", (*SEABIOS_LINES, b"GRUB loading", *GRUB_LINES)),
    Way("seabios-grub-both", False, "serial console", (*SEABIOS_LINES, b"GRUB loading", *GRUB_LINES[1:])),
    Way("ovmf", True, None, (b"EFI stub: ",)),
    Way("ovmf-grub", True, "console", (b"BdsDxe: loading ", b"BdsDxe: starting ", *GRUB_LINES)),
    Way("ovmf-grub-both", True, "serial console", (b"BdsDxe: loading ", b"BdsDxe: starting ", *GRUB_LINES)),
)


@dataclass(frozen=True)
class Plan:
    """A machine that boots the first kernel, starts the other kernels by kexec, and resets.

    The last kernel reboots. It may die before its first line instead (lab/dead.py).

    more: additional parameters of all kernels
    has_module: load the module, which prints at a kexec the release of the next kernel
    """

    kernels: tuple[Kernel, ...]
    more: str = ""
    has_module: bool = False

    def scenario(self) -> Scenario:
        first, *others = self.kernels
        return Scenario("consoles", first, [Hop(target, dead.LOAD) for target in others],
                        f"{dead.CMDLINE} {self.more}".rstrip(), commands={}, module=self.has_module, crash=dead.REBOOT,
                        cpu=dead.CPU, memory_mib=dead.MEMORY_MIB)


@dataclass(frozen=True)
class Boot:
    """A boot of a machine: how it began, the kernel that started it by kexec, and whether the kexec was lost.

    release: None for a lost kexec if the module did not print the release
    """

    release: str | None
    boot: str
    previous: str | None = None
    is_lost: bool = False


class Truth:
    """The boots of a machine, from the frames of its guest."""

    def __init__(self) -> None:
        self.boots: list[Boot] = []
        self._is_started = False  # a kernel has started a kexec, and the next kernel has not reported yet

    @property
    def cold(self) -> int:
        return sum(boot.boot == "cold" for boot in self.boots)

    def take(self, frame: Frame, plan: Plan) -> None:
        """Evaluate one frame of a machine that runs the plan. Raises ScenarioFailed."""
        if frame.kind == "end" or (frame.kind in ("command", "load") and frame.payload[0] != b"0\n"):
            raise ScenarioFailed(f"{frame.name} in kernel {frame.hop}: {frame.payload}")
        if frame.kind == "load":
            self._is_started = True
        elif (frame.kind, frame.name) == ("fact", "release"):
            self._begin(frame.hop, frame.payload[0].decode().strip(), plan)

    def _begin(self, hop: int, release: str, plan: Plan) -> None:
        if hop:
            self.boots.append(Boot(release, "kexec", self.boots[-1].release))
        elif self._is_started:
            target = plan.kernels[-1].release if plan.has_module else None
            self.boots.append(Boot(target, "kexec", self.boots[-1].release, is_lost=True))
        if not hop:
            self.boots.append(Boot(release, "cold"))
        self._is_started = False


def run(way: Way, plans: Sequence[Plan], stage: Path | None, folder: Path) -> list[Boot]:
    """Run a machine with each plan in turn, and return its boots. The console of all plans is serial.log.

    After the last kexec of a plan, the machine boots its first kernel again, and then the power fails. Raises
    ScenarioFailed, vm.LostVM, FirmwareUnavailable, GrubUnavailable.
    """
    folder.mkdir(parents=True, exist_ok=True)
    truth = Truth()
    for plan in plans:
        _run(way, plan, stage, folder, truth)
    return truth.boots


def _run(way: Way, plan: Plan, stage: Path | None, folder: Path, truth: Truth) -> None:
    life = plan.scenario()
    wanted = truth.cold + 2
    with scenario.initramfs(life, stage, folder):
        machine = dataclasses.replace(scenario.machine(life, folder), resets=True, display=True)
        with contextlib.closing(vm.run(_equip(way, machine, plan))) as frames:
            for frame in frames:
                truth.take(frame, plan)
                if frame.kind == "reported" and truth.cold == wanted:
                    return


def _equip(way: Way, machine: vm.Machine, plan: Plan) -> vm.Machine:
    """Return the machine with its firmware and boot loader."""
    if way.is_uefi:
        machine = firmware.without_tpm(machine, firmware.get())
    if way.terminals:
        machine = grub.attached(machine, plan.kernels[0].release, way.terminals, grub.get())
    return machine


def missing_lines(console: bytes, way: Way) -> list[bytes]:
    """Return the texts of the firmware and the boot loader that are not in a part of a console before a banner.

    While the boot loader prints, an interrupt of SeaBIOS may move the cursor to its own position, inside any text.
    """
    text = CURSOR.sub(b"", console)
    return [line for line in way.lines if line not in text] + ([] if ESCAPE in console else [ESCAPE])


def starts(console: bytes, boots: list[Boot]) -> list[bytes]:
    """Return what the machine printed before the banner of each cold boot, since the banner of the boot before it."""
    parts = console.split(b"Linux version ")
    shown = [boot for boot in boots if not boot.is_lost]
    if len(parts) != len(shown) + 1:
        raise ScenarioFailed(f"{len(parts) - 1} banners in the console, expected {len(shown)}")
    return [part for part, boot in zip(parts, shown) if boot.boot == "cold"]
