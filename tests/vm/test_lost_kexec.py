# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that lost kexecs of stock kernels are counted against the kernel that caused them, and other resets are not."""

from __future__ import annotations

from pathlib import Path

import pytest
from lab import dead
from lab.cache import Kernel, KernelUnavailable
from lab.cases import Cast
from lab.dead import Dead, Plan, Seen
from lab.fetch import for_role
from lab.fleet import Fleet, run_all

pytestmark = pytest.mark.vm


@pytest.fixture(scope="module")
def target(qemu: None) -> Kernel:
    try:
        return for_role("lost")
    except KernelUnavailable as error:
        pytest.skip(f"no kernel with the bug that commit eb2266312507 fixes: {error}")


@pytest.fixture(scope="module")
def fleet(stage: Path, tmp_path_factory: pytest.TempPathFactory) -> Fleet:
    return Fleet(stage, tmp_path_factory.mktemp("fleet"))


def test_triage_names_the_kernel_that_started_the_dead_ones(cast: Cast, target: Kernel, fleet: Fleet) -> None:
    machines = Dead(cast.first, cast.second, target, fleet)
    run_all(lambda name=name: machines.run(name, lambda release: None) for name in machines.plans)
    machines.ingest()
    report = fleet.report()
    assert list(machines.wrong(report)) == []
    assert len(report["cases"]) == 1
    assert f"6 of 6 kexecs from {cast.second.release} to {target.release} never arrived" in fleet.triage()


def test_no_other_reset_is_a_lost_kexec(cast: Cast, target: Kernel, fleet: Fleet) -> None:
    """With 5-level paging off, the kexecs succeed. A reboot or power cut with a loaded kernel is not a lost kexec."""
    plan = Plan(cast.second, target, kexecs=1, cpu="max,la57=off", back=True, cut=True)
    folder = fleet.folder / "la57-off"
    assert dead.run(plan, None, folder) == Seen(cold=3, arrived=2)
    events = fleet.events(folder / "serial.log")
    boots = [(event["release"], event["boot"]) for event in events]
    first, old = cast.second.release, target.release
    assert boots == [(first, "cold"), (old, "kexec"), (first, "kexec"), (first, "cold"), (first, "cold")]
    assert dead.lost_kexecs(events) == [] and dead.triple_faults(folder) == []


def test_no5lvl_on_the_first_kernel_avoids_the_bug(cast: Cast, target: Kernel, fleet: Fleet) -> None:
    folder = fleet.folder / "no5lvl"
    assert dead.run(Plan(cast.second, target, kexecs=1, more="no5lvl"), None, folder) == Seen(cold=2, arrived=1)
    events = fleet.events(folder / "serial.log")
    assert [event["boot"] for event in events] == ["cold", "kexec", "cold"]
    assert dead.lost_kexecs(events) == [] and dead.triple_faults(folder) == []
