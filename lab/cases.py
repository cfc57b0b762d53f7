# SPDX-License-Identifier: GPL-2.0-or-later
"""The scenarios and their expected results, for the demo, the tests and `lab run`.

To add a scenario, write a function that returns a Case, and add it to CASES.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lab import arch, cache, expect, fetch, kernels, scenario
from lab.cache import Kernel
from lab.scenario import Hop, Report, Scenario, ScenarioFailed, lineage_load, plain_load

CRASH = "echo 1 > /proc/sys/kernel/sysrq; echo c > /proc/sysrq-trigger"
THIRTY = 30
FIFTY = 50
# Shorter chains for `make check`. They cover every pair of kernels and system calls; `make check-matrix` runs the full
# chains.
SHORT_THIRTY = 6
SHORT_FIFTY = 8
PLAIN_CPU = "qemu64"  # emulating it takes 25 % less time than emulating "max"
# Print the files of the module, one per line.
MODULE = "cd /sys/kernel/kexec_lineage && for file in *; do echo $file $(cat $file); done"
# kho_populate exists if KHO is compiled in, even if KHO is off. start_kernel shows that /proc/kallsyms is readable.
HAS_KHO = {"symbols": r"grep -o -E '\<(start_kernel|kho_populate)$' /proc/kallsyms"}


@dataclass(frozen=True)
class Case:
    """A scenario, and for each of its kernels the expected fields of `show --json`."""

    scenario: Scenario
    wanted: Sequence[dict[str, object]]


@dataclass(frozen=True)
class Cast:
    """The kernels for the roles of kernels.toml; newest is None if it is not available."""

    first: Kernel
    second: Kernel
    newest: Kernel | None


def cast() -> Cast:
    """Return the kernels for all roles. Raises cache.KernelUnavailable if a required kernel is not available."""
    return Cast(fetch.for_role("first"), fetch.for_role("second"), optional("newest"))


def optional(role: str) -> Kernel | None:
    """Return the kernel of an optional role, or report why it is not available and return None."""
    try:
        return fetch.for_role(role)
    except cache.KernelUnavailable:
        cache.say(f"no kernel is available for the role {role!r}")
        return None


def chain(roles: Cast) -> Case:
    """A cold boot and three kexecs by `kexec-lineage load`, through both system calls."""
    third = roles.newest or roles.first
    hops = [
        Hop(roles.second, lineage_load("-s -l")),
        Hop(roles.second, lineage_load("-c -l")),
        Hop(third, lineage_load("-s -l")),
    ]
    return all_known(Scenario("chain", roles.first, hops, commands=scenario.SHOW | HAS_KHO))


def stale(roles: Cast) -> Case:
    """Three kexecs by kexec(8) that the module stamps, and a fourth kexec without the module, which copies an old
    stamp."""
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
    if built:  # a small kernel, which boots fast
        targets = [roles.second, built, built, built, roles.first, built, built]
    hops = [scenario.plain_hop(target) for target in itertools.islice(itertools.cycle(targets), kexecs)]
    commands = {"show-json": scenario.SHOW["show-json"], "module": MODULE}
    return all_known(Scenario("fifty", roles.first, hops, module=True, commands=commands, cpu=PLAIN_CPU))


def thirty(roles: Cast, kexecs: int = THIRTY) -> Case:
    """30 kexecs in a row through changing pairs of kernels and system calls."""
    targets = itertools.cycle([roles.second, roles.second, roles.first])
    calls = itertools.cycle(["-s -l", "-c -l"])
    hops = [Hop(target, lineage_load(call)) for target, call in itertools.islice(zip(targets, calls), kexecs)]
    commands = {"show-json": scenario.SHOW["show-json"]}
    return all_known(Scenario("thirty", roles.first, hops, commands=commands, cpu=PLAIN_CPU))


def capture(roles: Cast) -> Case:
    """A kexec, then a crash into a capture kernel that `kexec-lineage load` loaded."""
    return _capture("capture", roles, roles.second, lineage_load, module=False)


def capture_module(roles: Cast, kernel: Kernel) -> Case:
    """A kexec, then a crash into a capture kernel that kexec(8) loaded and the module stamped."""
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
    """Kexec into each kernel that needs no build, and from this kernel into itself; at the end into the first
    kernel."""
    calls = ("-s -l", "-c -l")
    hops = [Hop(target, lineage_load(call)) for target in _every_kernel() for call in calls]
    hops.append(Hop(roles.first, lineage_load("-s -l")))
    # Each initramfs has all kernels of the later hops, so the first hops are slow and need memory.
    commands = scenario.SHOW | HAS_KHO
    plan = Scenario("matrix", roles.first, hops, commands=commands, memory_mib=3072)
    return all_known(plan)


def _every_kernel() -> list[Kernel]:
    """Return this machine's kernels from packages and the built kernels in the cache. Building all others would take long."""
    found = []
    for entry in kernels.read().entries:
        if entry.arch != arch.HOST:
            continue
        if entry.config and not fetch.current_or_none(entry, cache.cache_folder()):
            cache.say(f"skipping {entry.id}, which is not built yet: run `python3 -m lab fetch {entry.id}`")
            continue
        try:
            found.append(fetch.get(entry.id))
        except cache.KernelUnavailable as error:
            cache.say(f"skipping {entry.id}: {error}")
    return found


def foreign(name: str, first: Kernel, hops: Sequence[Hop], **more: object) -> Scenario:
    """Return a scenario for QEMU's machine of another architecture."""
    fields = {"cmdline": scenario.cmdline_for(first.arch), "memory_mib": 2048, "cpu": arch.ALL[first.arch].cpu, **more}
    return Scenario(name, first, hops, **fields)


def all_known(plan: Scenario) -> Case:
    """Expect the complete lineage in every kernel, because kexec-lineage or the module stamped every load."""
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
    """Return the wrong values in one kernel's report; empty if all are correct."""
    wrong = expect.differences(case.wanted[report.hop], report.show())
    if case.wanted[report.hop]["boot"] != "cold" and report.bootloader_type != 208:
        wrong.append(f"bootloader_type: expected 208 after a kexec, got {report.bootloader_type}")
    wrong += _wrong_facts(case.scenario.kernels()[report.hop], report)
    return [f"kernel {report.hop} ({report.release}): {text}" for text in wrong]


def _wrong_facts(kernel: Kernel, report: Report) -> list[str]:
    """Return the facts in kernels.toml, and thus in docs/reference/support.md, that the kernel contradicts."""
    if "symbols" not in report.commands:
        return []
    symbols = report.commands["symbols"].stdout.split()
    if "start_kernel" not in symbols:
        return ["symbols: the guest could not read /proc/kallsyms"]
    listed, found = kernels.read().by_id(kernel.id).kho, "kho_populate" in symbols
    return [] if found == listed else [f"kho: kernels.toml says {listed}, the kernel says {found}"]


def check(case: Case, reports: Sequence[Report]) -> None:
    """Raise ScenarioFailed with every difference if a report is wrong or missing."""
    wrong = [text for report in reports for text in problems(case, report)]
    if len(reports) != len(case.wanted):
        wrong.append(f"{len(reports)} kernels reported, {len(case.wanted)} expected")
    if wrong:
        raise ScenarioFailed(f"{case.scenario.name}: " + "; ".join(wrong))
