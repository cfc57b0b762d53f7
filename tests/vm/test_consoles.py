# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that `ingest` finds every boot in real consoles on which SeaBIOS, OVMF and GRUB draw their screens."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from lab import consoles, dead, fetch, firmware, grub
from lab.cache import Kernel, KernelUnavailable
from lab.cases import Cast
from lab.consoles import Boot, Plan, Way
from lab.firmware import FirmwareUnavailable
from lab.fleet import Fleet
from lab.grub import GrubUnavailable
from kernels import MATRIX

pytestmark = pytest.mark.vm
WAYS = {way.name: way for way in consoles.WAYS}
# `make check` runs one machine for each firmware with and without GRUB; `make check-matrix` runs all ways.
SHORT = ("seabios", "seabios-grub-both", "ovmf", "ovmf-grub")
CUTS = 12


@pytest.fixture(scope="module")
def target(qemu: None) -> Kernel:
    try:
        return fetch.for_role("lost")
    except KernelUnavailable as error:
        pytest.skip(f"no kernel with the bug that commit eb2266312507 fixes: {error}")


@pytest.fixture
def fleet(stage: Path, tmp_path: Path) -> Fleet:
    return Fleet(stage, tmp_path)


def available(way: Way) -> Way:
    """Return the way. Skip the test if its firmware or its boot loader is not available."""
    try:
        if way.is_uefi:
            firmware.get()
        if way.terminals:
            grub.get()
    except (FirmwareUnavailable, GrubUnavailable) as error:
        pytest.skip(f"no firmware or boot loader for {way.name}: {error}")
    return way


def found(fleet: Fleet, console: Path) -> list[Boot]:
    """Return the boots that ingest finds in a console. Its crashes must be exactly the lost kexecs."""
    events = fleet.events(console)
    boots = [Boot(event["release"], event["boot"], event["previous_release"], event["end"] == "lost")
             for event in events if event["event"] == "boot"]
    crashes = [(event["type"], event["release"], event["previous_release"])
               for event in events if event["event"] == "crash"]
    assert crashes == [("lost-kexec", boot.release, boot.previous) for boot in boots if boot.is_lost]
    return boots


def check_firmware(way: Way, console: bytes, boots: list[Boot]) -> None:
    """Check that the firmware and the boot loader printed all their lines and escape codes before each cold boot."""
    starts = consoles.starts(console, boots)
    assert len(starts) == sum(boot.boot == "cold" for boot in boots)
    assert [consoles.missing_lines(start, way) for start in starts] == [[]] * len(starts)


def check_cuts(fleet: Fleet, console: bytes, boots: list[Boot]) -> None:
    """Check consoles that begin in the middle of the firmware's output. If no whole line of the firmware is left,
    nothing shows how the first kernel was started."""
    end = console.rindex(b"[", 0, console.index(b"Linux version "))  # the banner begins with its time
    cut = fleet.folder / "cut.log"
    kinds = []
    for start in range(1, end, max(1, end // CUTS)):
        cut.write_bytes(console[start:])
        first, *others = found(fleet, cut)
        assert others == boots[1:] and replace(first, boot="cold") == boots[0], start
        kinds.append(first.boot)
    assert kinds[0] == "cold" and set(kinds) <= {"cold", "unknown"}


@pytest.mark.parametrize("name", WAYS if MATRIX else SHORT)
def test_every_boot_is_found(name: str, cast: Cast, target: Kernel, fleet: Fleet) -> None:
    """A cold boot, a kexec that arrives, a kexec that dies, and a cold boot. Without the module, no line of a kernel
    says how it was started."""
    way = available(WAYS[name])
    boots = consoles.run(way, [Plan((cast.first, cast.second, target))], None, fleet.folder)
    first, second = cast.first.release, cast.second.release
    assert boots == [Boot(first, "cold"), Boot(second, "kexec", first), Boot(None, "kexec", second, is_lost=True),
                     Boot(first, "cold")]
    assert dead.triple_faults(fleet.folder)
    log = fleet.folder / "serial.log"
    check_firmware(way, log.read_bytes(), boots)
    assert found(fleet, log) == boots
    check_cuts(fleet, log.read_bytes(), boots)


@pytest.mark.parametrize("name", WAYS if MATRIX else ["seabios-grub"])
def test_resets_and_power_cuts(name: str, cast: Cast, target: Kernel, fleet: Fleet) -> None:
    """The same kernel boots after a reboot and after a power cut, then a kernel with the module starts a kexec that
    dies: the module's line names its release."""
    way = available(WAYS[name])
    plans = [Plan((target,)), Plan((cast.second, target), has_module=True)]
    boots = consoles.run(way, plans, None, fleet.folder)
    bad, old = cast.second.release, target.release
    assert boots == [Boot(old, "cold"), Boot(old, "cold"), Boot(bad, "cold"),
                     Boot(old, "kexec", bad, is_lost=True), Boot(bad, "cold")]
    log = fleet.folder / "serial.log"
    check_firmware(way, log.read_bytes(), boots)
    assert found(fleet, log) == boots


def test_erased_screen_is_no_kexec(cast: Cast, target: Kernel, fleet: Fleet) -> None:
    """With `quiet`, OVMF and the EFI stub print no text and only erase the screen. Every boot is found, but nothing
    shows that the last kexec was lost, and the cold boots are unknown."""
    way = available(WAYS["ovmf"])
    boots = consoles.run(way, [Plan((cast.first, cast.second, target), "quiet loglevel=6")], None, fleet.folder)
    log = fleet.folder / "serial.log"
    starts = consoles.starts(log.read_bytes(), boots)
    assert [start.count(consoles.ERASE) > 0 for start in starts] == [True, True]
    assert [consoles.missing_lines(start, way) for start in starts] == [list(way.lines)] * 2
    assert found(fleet, log) == [replace(boot, boot="unknown") if boot.boot == "cold" else boot
                                 for boot in boots if not boot.is_lost]
