# SPDX-License-Identifier: GPL-2.0-or-later
"""Which scenarios are there, and what must be seen in them? The demo, the tests and `lab run` take them from here.

To add one: write a function that returns a Case, and put it into CASES.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lab import cache, expect, fetch, kernels, scenario
from lab.cache import Kernel
from lab.scenario import Hop, Report, Scenario, ScenarioFailed, lineage_load, plain_load

CRASH = "echo 1 > /proc/sys/kernel/sysrq; echo c > /proc/sysrq-trigger"
THIRTY = 30
FIFTY = 50
# As many kexecs go through every pair of kernels and system calls; `make check-matrix` goes all the way.
SHORT_THIRTY = 9
SHORT_FIFTY = 15
PLAIN_CPU = "qemu64"  # takes a quarter less time to emulate than "max"
# What the module shows, one file a line.
MODULE = "cd /sys/kernel/kexec_lineage && for file in *; do echo $file $(cat $file); done"
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
    """Raises cache.KernelUnavailable if a required kernel cannot be had."""
    return Cast(fetch.for_role("first"), fetch.for_role("second"), optional("newest"))


def optional(role: str) -> Kernel | None:
    """The kernel of a role that is not required; None, after a line that says why, where it cannot be had."""
    try:
        return fetch.for_role(role)
    except cache.KernelUnavailable:
        cache.say(f"no kernel for the role {role!r} can be had")
        return None


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
    """kexec(8) alone: three kexecs that the module stamps, and one without it, which copies an old stamp."""
    third = roles.newest or roles.first
    last = roles.first if roles.newest else roles.second
    hops = [scenario.plain_hop(target) for target in (roles.second, roles.second, third)]
    known = all_known(Scenario("stale", roles.first, hops, module=True, cpu=PLAIN_CPU))
    alone = Hop(last, "rmmod kexec_lineage 2> /dev/null\n" + plain_load("-s -l"), by="kexec -s alone")
    plan = dataclasses.replace(known.scenario, hops=[*hops, alone])
    return Case(plan, [*known.wanted, expect.unknown(last.release)])


def crash(roles: Cast) -> Case:
    """A kexec that the module stamps, then a crash."""
    hops = [scenario.plain_hop(roles.second)]
    return all_known(Scenario("crash", roles.first, hops, module=True, crash=CRASH, cpu=PLAIN_CPU))


def fifty(roles: Cast, kexecs: int = FIFTY) -> Case:
    """50 kexecs in a row by kexec(8) alone; the module stamps each of them."""
    built = optional("built")
    targets = [roles.second, roles.second, roles.first]
    if built:  # a small kernel, which is up soon
        targets = [roles.second, built, built, built, roles.first, built, built]
    hops = [scenario.plain_hop(target) for target in itertools.islice(itertools.cycle(targets), kexecs)]
    commands = {"show-json": scenario.SHOW["show-json"], "module": MODULE}
    return all_known(Scenario("fifty", roles.first, hops, module=True, commands=commands, cpu=PLAIN_CPU))


def thirty(roles: Cast, kexecs: int = THIRTY) -> Case:
    """30 kexecs in a row; kernels and system calls change, and not in step with each other."""
    targets = itertools.cycle([roles.second, roles.second, roles.first])
    calls = itertools.cycle(["-s -l", "-c -l"])
    hops = [Hop(target, lineage_load(call)) for target, call in itertools.islice(zip(targets, calls), kexecs)]
    commands = {"show-json": scenario.SHOW["show-json"]}
    return all_known(Scenario("thirty", roles.first, hops, commands=commands, cpu=PLAIN_CPU))


def capture(roles: Cast) -> Case:
    """A kexec, then a crash into a capture kernel that our loader loaded."""
    return _capture("capture", roles, roles.second, lineage_load, module=False)


def capture_module(roles: Cast, kernel: Kernel) -> Case:
    """The same by kexec(8) alone: the module of the kernel that crashes stamps it."""
    return _capture("capture-module", roles, kernel, plain_load, module=True)


def _capture(name: str, roles: Cast, crashing: Kernel, load: Callable[[str], str], module: bool) -> Case:
    commands = {"vmcore": "test -r /proc/vmcore", "dmesg": "vmcore-dmesg /proc/vmcore"}
    hops = [
        Hop(crashing, load("-s -l")),
        Hop(roles.first, load("-s -p"), go=CRASH, commands=commands),
    ]
    cmdline = scenario.CMDLINE + " crashkernel=320M"
    known = all_known(Scenario(name, roles.first, hops, cmdline=cmdline, memory_mib=2048, module=module))
    return Case(known.scenario, [*known.wanted[:-1], expect.capture(known.scenario.releases())])


def matrix(roles: Cast) -> Case:
    """Two kexecs into every kernel that can be had without a build, the second by itself, and one to the first."""
    calls = ("-s -l", "-c -l")
    hops = [Hop(target, lineage_load(call)) for target in _every_kernel() for call in calls]
    hops.append(Hop(roles.first, lineage_load("-s -l")))
    # Every hop carries all kernels that are still to come: that is slow in the first ones, and takes memory.
    commands = scenario.SHOW | HAS_KHO
    plan = Scenario("matrix", roles.first, hops, commands=commands, memory_mib=3072)
    return all_known(plan)


def _every_kernel() -> list[Kernel]:
    """Those from packages, and the built ones that are in the cache: to build them all takes long."""
    found = []
    for entry in kernels.read().entries:
        if entry.config and not fetch.current_or_none(entry, cache.cache_folder()):
            cache.say(f"going on without {entry.id}, which is not built: `lab fetch {entry.id}` does that")
            continue
        try:
            found.append(fetch.get(entry.id))
        except cache.KernelUnavailable as error:
            cache.say(f"going on without {entry.id}: {error}")
    return found


def all_known(plan: Scenario) -> Case:
    """Every kernel of the way was loaded by us, so every kernel knows everything."""
    way = plan.releases()
    return Case(plan, [expect.lineage(way[: number + 1]) for number in range(len(way))])


CASES: dict[str, Callable[[Cast], Case]] = {
    "chain": chain,
    "stale": stale,
    "crash": crash,
    "fifty": fifty,
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
    """What kernels.toml says about a kernel, and docs/reference/support.md with it, must be so."""
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
