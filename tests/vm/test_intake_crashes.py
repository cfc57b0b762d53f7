# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that ingest recognises each kind of crash of a real kernel, with its title, function, module and lineage.

Each kernel is kexec'ed from another kernel. It then crashes in all ways that it supports, one after the other, until a
crash ends it. The test reads the console.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import intake
import pytest
from kernels import role
from lab import scenario
from lab.cache import Kernel
from lab.cases import Cast
from lab.scenario import Hop, Scenario, lineage_load

pytestmark = pytest.mark.vm

ROLES = ("first", "second", "built")
FEWEST = 10
# Kinds that end a kernel. The first of these kinds that a kernel supports is the last crash of the kernel.
ENDS = ("stack", "panic")
MODULE = "lab_crash"


@dataclass(frozen=True)
class Crash:
    """The expected report of one kind of crash.

    before: shell code that makes the kernel detect the crash, or detect it earlier
    after: shell code that reverts the effect of `before`
    """

    title: str
    type: str
    frame: str | None
    module: str | None = MODULE
    before: str = ":"
    after: str = ":"


def within(head: str, type_: str, function: str, **more: str) -> Crash:
    """Return a crash whose title ends with a function of the module."""
    return Crash(f"{head} in {function}", type_, function, **more)


CRASHES = {
    "hung_task": within(
        "INFO: task hung", "hung-task", "lab_hung_task",
        before="echo 1 > /proc/sys/kernel/hung_task_timeout_secs",
        after="echo 0 > /proc/sys/kernel/hung_task_timeout_secs",
    ),
    "warn_on": within("WARNING", "warning", "lab_warn_on"),
    "soft_lockup": within(
        "BUG: soft lockup", "soft-lockup", "lab_soft_lockup_thread",
        before="echo 1 > /proc/sys/kernel/watchdog_thresh", after="echo 0 > /proc/sys/kernel/soft_watchdog",
    ),
    "warn_text": within("WARNING", "warning", "lab_warn_text"),
    "rcu_stall": within(
        "INFO: rcu detected stall", "rcu-stall", "lab_rcu_stall_thread",
        before="cd /sys/module/rcupdate/parameters; echo 3 > rcu_cpu_stall_timeout; echo 0 > rcu_cpu_stall_suppress",
        after="echo 1 > /sys/module/rcupdate/parameters/rcu_cpu_stall_suppress",
    ),
    "refcount": within("WARNING: refcount bug", "warning", "lab_refcount"),
    "atomic": within("BUG: scheduling while atomic", "atomic-sleep", "lab_atomic"),
    "null": within("BUG: unable to handle kernel NULL pointer dereference", "null-dereference", "lab_null"),
    "call": within("BUG: unable to handle kernel NULL pointer dereference", "null-dereference", "lab_call"),
    "bad_address": within("BUG: unable to handle kernel paging request", "page-fault", "lab_bad_address"),
    "non_canonical": within("general protection fault", "gpf", "lab_non_canonical"),
    "bug": within("kernel BUG", "bug", "lab_bug"),
    "divide": within("divide error", "divide-error", "lab_divide"),
    "list": within("BUG: corrupted list", "bug", "lab_list"),
    "usercopy": within("BUG: bad usercopy", "bug", "lab_usercopy"),
    "stack": within("kernel panic: stack is corrupted", "panic", "lab_stack"),
    "panic": Crash("kernel panic: lab_crash: a panic with words", "panic", None, None),
}


# ingest treats a panic within five seconds of a crash as a consequence of this crash.
PAUSE = "sleep 6"


def script() -> str:
    """Return guest shell code that crashes in every way that the kernel supports."""
    kinds = [kind for kind in CRASHES if kind not in ENDS]
    steps = [f"has {kind} && {{ {CRASHES[kind].before}; {intake.crash(kind)}; {CRASHES[kind].after}; }}"
             for kind in kinds]
    ends = [f"has {kind} && {intake.crash(kind)}" for kind in ENDS]
    return "\n".join([f'has() {{ {intake.KINDS} | grep -qx "$1"; }}', *steps, PAUSE, *ends])


def expected(kinds: list[str]) -> dict[str, Crash]:
    """Return the expected crashes of a kernel that supports these kinds."""
    end = next(kind for kind in ENDS if kind in kinds)
    return {kind: crash for kind, crash in CRASHES.items() if kind in kinds and kind not in ENDS} | {end: CRASHES[end]}


def differences(kind: str, wanted: Crash, found: dict | None) -> list[str]:
    """Describe what is wrong with one crash."""
    if found is None:
        return [f"{kind}: is not reported"]
    fields = ("title", "type", "frame", "module")
    return [f"{kind}: {field} is {found[field]!r}, not {getattr(wanted, field)!r}" for field in fields
            if found[field] != getattr(wanted, field)]


def lineages(found: list[dict]) -> set[tuple]:
    return {(event["release"], event["previous_release"], event["kexec_count"]) for event in found}


@pytest.mark.parametrize("name", ROLES)
def test_every_kind(name: str, cast: Cast, stage: Path, tmp_path: Path) -> None:
    kernel = role(name)
    origin: Kernel = cast.second if kernel == cast.first else cast.first
    hop = Hop(kernel, lineage_load("-s -l"), commands={"module": intake.MODULE, "kinds": intake.KINDS})
    plan = Scenario("kinds", origin, [hop], intake.CMDLINE, commands={}, test_modules=True, crash=script())
    kinds = scenario.run(plan, stage, tmp_path)[-1].commands["kinds"].stdout.split()
    wanted = expected(kinds)
    assert len(wanted) >= FEWEST
    assert kinds == [kind for kind in CRASHES if kind in kinds]

    found = intake.events(stage, tmp_path / "serial.log")
    boots = [event for event in found if event["event"] == "boot"]
    assert lineages(boots) == {(origin.release, None, None), (kernel.release, origin.release, 1)}
    crashes = sorted(intake.crashes(found), key=lambda crash: crash["uptime_s"])
    assert lineages(crashes) == {(kernel.release, origin.release, 1)}
    found = {crash["frame"] or crash["title"]: crash for crash in crashes}
    wrong = [difference for kind, crash in wanted.items()
             for difference in differences(kind, crash, found.get(crash.frame or crash.title))]
    assert not wrong, [crash["title"] for crash in crashes]
    assert [crash["title"] for crash in crashes] == [crash.title for crash in wanted.values()]
