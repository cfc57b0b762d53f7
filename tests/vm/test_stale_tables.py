# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of two bugs of kexecs under UEFI. On stock kernels, the log of a TPM is overwritten, and triage names the
kernel that caused this. After a kexec, a kernel without a fix reads an old table of memory attributes and prints one
line, which kexec-lineage does not report."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from lab import fetch, firmware, stale
from lab.cache import Kernel, KernelUnavailable
from lab.cases import Cast
from lab.firmware import Firmware, FirmwareUnavailable
from lab.fleet import Fleet, run_all
from lab.stale import KEXECS, MACHINES, TpmLog

pytestmark = [
    pytest.mark.vm,
    pytest.mark.skipif(not os.environ.get("KEXEC_LINEAGE_MATRIX"), reason="takes long: make check-matrix runs it"),
]


@pytest.fixture(scope="module")
def uefi(qemu: None) -> Firmware:
    try:
        return firmware.get()
    except FirmwareUnavailable as error:
        pytest.skip(f"no UEFI firmware or TPM: {error}")


@pytest.fixture
def fleet(stage: Path, tmp_path: Path) -> Fleet:
    return Fleet(stage, tmp_path)


def available(get: Callable[[str], Kernel], name: str, what: str) -> Kernel:
    try:
        return get(name)
    except KernelUnavailable as error:
        pytest.skip(f"no kernel {what}: {error}")


def test_triage_names_the_kernel_that_lost_the_tpm_log(uefi: Firmware, cast: Cast, fleet: Fleet) -> None:
    bad = available(fetch.for_role, "tpm-log", "without commit 77d48d39e991")
    good = available(fetch.for_role, "lost", "of the same series with commit 77d48d39e991")
    machines = TpmLog(good, bad, cast.second, fleet)
    run_all(partial(machines.run, name) for name in machines.plans)
    machines.ingest()
    report = fleet.report()
    assert list(machines.wrong(report)) == []
    number = MACHINES * KEXECS
    text = " ".join(fleet.triage().split())
    assert (f"{cast.second.release} crashed in {number} of {number} boots after a kexec from {bad.release} "
            f"and in 0 of {number} other boots (WARNING in memremap): more likely") in text


def test_stale_memory_attributes_are_a_line_and_no_crash(uefi: Firmware, fleet: Fleet) -> None:
    """The line appears after each kexec, never after a cold boot, and not in a kernel with the fix. kexec-lineage
    reports the lineage and no crash."""
    kernel = available(fetch.get, "built-7.3-memattr", "without commit 64b45dd46e15")
    fixed = available(fetch.for_role, "newest", "with commit 64b45dd46e15")
    cold, kexeced = stale.run(stale.overwritten_table(kernel, kernel), fleet.folder / "bad")
    assert (cold.hop, kexeced.hop) == (0, 1)
    assert "efi: memattr: " not in cold.lines
    assert stale.CORRUPTED in kexeced.lines
    *_, kexeced = stale.run(stale.overwritten_table(kernel, fixed), fleet.folder / "fixed")
    assert (kexeced.release, "efi: memattr: " in kexeced.lines) == (fixed.release, False)
    console = fleet.folder / "bad" / "serial.log"
    assert stale.CORRUPTED in console.read_text(encoding="utf-8", errors="replace")
    events = fleet.events(console)
    assert [(event["event"], event["release"], event["previous_release"], event["end"]) for event in events] == [
        ("boot", kernel.release, None, None), ("boot", kernel.release, kernel.release, None)]
