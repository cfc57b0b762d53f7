# SPDX-License-Identifier: GPL-2.0-or-later
"""Which scenarios are there, and what must be seen in them? The demo, the tests and `lab run` take them from here.

To add one: write a function that returns a Case, and put it into CASES.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lab import expect, fetch, kernels, scenario
from lab.fetch import Kernel
from lab.scenario import Hop, Report, Scenario, ScenarioFailed, lineage_load, plain_load

CRASH = "echo 1 > /proc/sys/kernel/sysrq; echo c > /proc/sysrq-trigger"
THIRTY = 30
# KHO is compiled in, switched on or not, where its function is; the other one shows that the list could be read.
HAS_KHO = {"symbols": r"grep -o -E '\<(start_kernel|kho_populate)$' /proc/kallsyms"}


@dataclass(frozen=True)
class Case:
    """A scenario, and for every kernel of its way the fields that `show --json` must have."""

    scenario: Scenario
    wanted: Sequence[dict[str, object]]


@dataclass(frozen=True)
class Cast:
    """The kernels that play the roles of kernels.toml; newest is None where it cannot be had."""

    first: Kernel
    second: Kernel
    newest: Kernel | None


def cast() -> Cast:
    """Raises fetch.KernelUnavailable if a required kernel cannot be had."""
    first, second = fetch.for_role("first"), fetch.for_role("second")
    try:
        return Cast(first, second, fetch.for_role("newest"))
    except fetch.KernelUnavailable:
        fetch.say("none of the newest kernels can be had: only the required ones take part")
        return Cast(first, second, None)


def chain(roles: Cast) -> Case:
    """A cold boot and three kexecs with our loader, through both system calls."""
    third = roles.newest or roles.first
    hops = [
        Hop(roles.second, lineage_load("-s -l")),
        Hop(roles.second, lineage_load("-c -l")),
        Hop(third, lineage_load("-s -l")),
    ]
    return all_known(Scenario("chain", roles.first, hops, commands=scenario.SHOW | HAS_KHO))


def stale(roles: Cast) -> Case:
    """The chain, and then one kexec by kexec(8) alone, which copies the stamp made for another release."""
    known = chain(roles)
    last = roles.first if roles.newest else roles.second
    hops = [*known.scenario.hops, Hop(last, plain_load("-s -l"))]
    wanted = [*known.wanted, expect.unknown(last.release)]
    return Case(Scenario("stale", roles.first, hops), wanted)


def thirty(roles: Cast) -> Case:
    """30 kexecs in a row; kernels and system calls change, and not in step with each other."""
    targets = itertools.cycle([roles.second, roles.second, roles.first])
    calls = itertools.cycle(["-s -l", "-c -l"])
    hops = [Hop(target, lineage_load(call)) for target, call in itertools.islice(zip(targets, calls), THIRTY)]
    commands = {"show-json": scenario.SHOW["show-json"]}
    # What is asked here does not depend on the CPU; a plain one takes a quarter less time to emulate.
    return all_known(Scenario("thirty", roles.first, hops, commands=commands, cpu="qemu64"))


def capture(roles: Cast) -> Case:
    """A kexec, then a crash into a capture kernel that our loader loaded."""
    hops = [
        Hop(roles.second, lineage_load("-s -l")),
        Hop(roles.first, lineage_load("-s -p"), go=CRASH, commands={"vmcore": "test -r /proc/vmcore"}),
    ]
    cmdline = scenario.CMDLINE + " crashkernel=256M"
    known = all_known(Scenario("capture", roles.first, hops, cmdline=cmdline, memory_mib=2048))
    return Case(known.scenario, [*known.wanted[:-1], expect.capture(known.scenario.releases())])


def matrix(roles: Cast) -> Case:
    """Two kexecs into every kernel of the list that can be had, the second by itself, and one back to the first."""
    calls = ("-s -l", "-c -l")
    hops = [Hop(target, lineage_load(call)) for target in _every_kernel() for call in calls]
    hops.append(Hop(roles.first, lineage_load("-s -l")))
    # Every hop carries all kernels that are still to come: that is slow in the first ones, and takes memory.
    commands = scenario.SHOW | HAS_KHO
    plan = Scenario("matrix", roles.first, hops, commands=commands, memory_mib=3072, timeout_s=1200)
    return all_known(plan)


def _every_kernel() -> list[Kernel]:
    found = []
    for entry in kernels.read().entries:
        try:
            found.append(fetch.get(entry.id))
        except fetch.KernelUnavailable as error:
            fetch.say(f"going on without {entry.id}: {error}")
    return found


def all_known(plan: Scenario) -> Case:
    """Every kernel of the way was loaded by us, so every kernel knows everything."""
    way = plan.releases()
    return Case(plan, [expect.lineage(way[: number + 1]) for number in range(len(way))])


CASES: dict[str, Callable[[Cast], Case]] = {
    "chain": chain,
    "stale": stale,
    "thirty": thirty,
    "capture": capture,
    "matrix": matrix,
}


def problems(case: Case, report: Report) -> list[str]:
    """What one kernel said wrong; empty when all is right."""
    wrong = expect.differences(case.wanted[report.hop], report.show())
    if case.wanted[report.hop]["boot"] != "cold" and report.bootloader_type != 208:
        wrong.append(f"bootloader_type: expected 208 after a kexec, got {report.bootloader_type}")
    wrong += _wrong_facts(case.scenario.kernels()[report.hop], report)
    return [f"kernel {report.hop} ({report.release}): {text}" for text in wrong]


def _wrong_facts(kernel: Kernel, report: Report) -> list[str]:
    """What kernels.toml says about a kernel, and docs/support.md with it, must be so."""
    if "symbols" not in report.commands:
        return []
    symbols = report.commands["symbols"].stdout.split()
    if "start_kernel" not in symbols:
        return ["symbols: the guest could not read /proc/kallsyms"]
    listed, found = kernels.read().by_id(kernel.id).kho, "kho_populate" in symbols
    return [] if found == listed else [f"kho: kernels.toml says {listed}, the kernel says {found}"]


def check(case: Case, reports: Sequence[Report]) -> None:
    """Raises ScenarioFailed with every difference, and if a kernel of the way is missing."""
    wrong = [text for report in reports for text in problems(case, report)]
    if len(reports) != len(case.wanted):
        wrong.append(f"{len(reports)} kernels reported, {len(case.wanted)} were expected")
    if wrong:
        raise ScenarioFailed(f"{case.scenario.name}: " + "; ".join(wrong))
