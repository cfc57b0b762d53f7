# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that the module reports an invalid or stale stamp with one warning and continues."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from kernels import (
    BOOT_ID, COUNTERS, FAST_ROLES, MATRIX, check_boot_id, check_modules, log_of, program, role, small_image, splats,
)
from lab import cases, scenario
from lab.cache import Kernel
from lab.cases import Cast
from lab.scenario import Hop, Report, Scenario

pytestmark = pytest.mark.vm

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
BROKEN = sorted(path for path in FIXTURES.glob("stamp-*.txt") if "-good" not in path.name)
DEBUG_STEP = 5  # an insmod and an rmmod take seconds on the debug kernel, so `make check` tries every fifth stamp on it
PREFIX = "kexec_lineage.stamp="
UNKNOWN = "previous kernel unknown"
# What the module printed, without the boot id.
DMESG = "dmesg | sed -n '/] kexec_lineage: boot /d;s/^.*] kexec_lineage: //p'"


def value_of(path: Path) -> str:
    return path.read_bytes().decode("latin-1").rstrip("\n").removeprefix(PREFIX)


def reason_of(path: Path, stage: Path, folder: Path) -> str:
    """Return the error of the tools for a command line with this stamp; the module must print the same error."""
    root = folder / "roots" / path.stem
    (root / "proc").mkdir(parents=True)
    (root / "proc/cmdline").write_bytes(path.read_bytes())
    tool = stage / "usr/bin/kexec-lineage"
    command = [tool, f"--root={root}", "--json", "show"]
    shown = json.loads(subprocess.run(command, capture_output=True).stdout)
    source = next(source for source in shown["sources"] if source["source"] == "stamp")
    return source["detail"].removeprefix("the stamp on the command line: ")


@pytest.mark.parametrize("name", FAST_ROLES)
def test_broken_stamp_given_to_insmod(name: str, cast: Cast, stage: Path, tmp_path: Path) -> None:
    """The module rejects each invalid stamp with the reason that the tools print. The test runs after a kexec, because
    after a cold boot the module rejects every stamp."""
    kernel = role(name)
    broken = BROKEN[::DEBUG_STEP] if name == "debug" and not MATRIX else BROKEN
    commands = {"autostamp": "cat /sys/module/kexec_lineage/parameters/autostamp; rmmod kexec_lineage"}
    for path in broken:
        commands[path.stem] = insmod(f'stamp="$(cat /stamps/{path.name})"')
    commands["stamp-without-value"] = insmod("stamp")
    plan = Scenario("broken", cast.first, [Hop(kernel, scenario.plain_load("-s -l"), commands=commands)], commands={},
                    module=True, files={f"/stamps/{path.name}": value_of(path).encode("latin-1") for path in broken})
    last = scenario.run(plan, stage, tmp_path)[-1]
    for path in broken:
        said = last.commands[path.stem].stdout.splitlines()
        assert said == [f"stamp not used: {reason_of(path, stage, tmp_path)}", UNKNOWN, "0"], path.name
    assert not splats(log_of(tmp_path))
    empty = last.commands["stamp-without-value"].stdout.splitlines()
    assert empty[0].startswith("stamp not used: it does not begin with a format version")
    assert empty[1:] == [UNKNOWN, "0"]


def insmod(parameters: str) -> str:
    """Return shell code that prints the messages of the module and insmod's status."""
    return f"""
        dmesg -c > /dev/null
        insmod /lib/modules/$(uname -r)/kexec_lineage.ko {parameters}
        status=$?
        {DMESG}
        echo $status
        rmmod kexec_lineage
    """


def broken_lines(stage: Path, folder: Path) -> dict[str, str]:
    """Return invalid stamps that are possible on a command line, and the expected messages."""
    lines = {PREFIX + value_of(path): reason_of(path, stage, folder) for path in BROKEN}
    return lines | {"kexec_lineage.stamp": "it does not begin with a format version and a comma (at byte 0)"}


def test_broken_stamp_on_the_command_line(cast: Cast, stage: Path, tmp_path: Path) -> None:
    """A built-in module rejects each invalid stamp that the kernel's parser passes to it at boot.

    The module cannot replace the stamp of kexec_load(). Each stamp needs a boot, so `make check` tests only a third of
    the stamps; the insmod test needs only one boot for all stamps.
    """
    kernel = role("builtin")
    every = broken_lines(stage, tmp_path)
    lines = every if MATRIX else dict(list(every.items())[::3] + list(every.items())[-1:])
    hops = [Hop(kernel, load_with(f"{scenario.CMDLINE} {line}")) for line in lines]
    early = {"early": "dmesg | grep -c 'kexec_lineage: boot '"}  # before the module's files are read
    commands = {**early, "dmesg": DMESG, "module": cases.MODULE, **BOOT_ID}
    plan = Scenario("broken", kernel, hops, commands=commands, cpu="qemu64")
    reports = scenario.run(plan, stage, tmp_path)
    assert len(reports) == len(lines) + 1
    for report, (line, reason) in zip(reports[1:], lines.items()):
        said = [text for text in report.commands["dmesg"].stdout.splitlines() if "autostamp" not in text]
        assert line in report.cmdline
        assert said == [f"stamp not used: {reason}", UNKNOWN]
        assert report.commands["early"].stdout == "0\n"
        check_boot_id(report)
    assert not splats(log_of(tmp_path), builtin=True)


def load_with(cmdline: str) -> str:
    quoted = "'" + cmdline.replace("'", "'\\''") + "'"
    return f'kexec -c -i -l "$KERNEL" --initrd="$INITRD" --command-line={quoted}'


def stale_reasons(kernel: Kernel) -> dict[str, str]:
    """Return commands that make stale stamps, and the expected messages."""
    return {
        "kexec-lineage stamp --for=9.9.9": "it was made for 9.9.9: the loader copied an old command line",
        f"kexec-lineage stamp --kind=p --for={kernel.release}":
            "it was made for a capture kernel: the loader copied an old command line",
    }


def test_stale_stamp_is_not_used(cast: Cast, stage: Path, tmp_path: Path) -> None:
    kernel = cast.first
    reasons = stale_reasons(kernel)
    hops = []
    for make in reasons:
        line = f'"{scenario.CMDLINE} $({make})"'
        load = f'rmmod kexec_lineage\nkexec -s -l "$KERNEL" --initrd="$INITRD" --command-line={line}'
        hops.append(Hop(kernel, load))
    commands = {"dmesg": DMESG, "module": cases.MODULE, **scenario.SHOW}
    reports = scenario.run(Scenario("stale", kernel, hops, commands=commands, module=True), stage, tmp_path)
    check_modules(reports)
    for report, reason in zip(reports[1:], reasons.values()):
        assert f"stamp not used: {reason}" in report.commands["dmesg"].stdout.splitlines()
        assert UNKNOWN in report.commands["dmesg"].stdout.splitlines()
        assert report.show()["previous_release"] is None


def test_stamp_after_a_cold_boot_is_not_used(cast: Cast, stage: Path, tmp_path: Path) -> None:
    cmdline = f"{scenario.CMDLINE} {PREFIX}1,k,1,,6.1.0-56-cloud-amd64,fb31e585"
    commands = {"dmesg": DMESG, "module": cases.MODULE}
    plan = Scenario("cold", cast.first, [], cmdline=cmdline, commands=commands, module=True)
    report: Report = scenario.run(plan, stage, tmp_path)[0]
    said = report.commands["dmesg"].stdout.splitlines()
    assert said[-2:] == ["stamp not used: this is a cold boot", "cold boot"]
    assert "kexec_count 0" in report.commands["module"].stdout


def test_module_and_loader_together_stamp_once(cast: Cast, stage: Path, tmp_path: Path) -> None:
    """In a kernel with the module, `kexec-lineage load` passes the same stamp once with both system calls."""
    calls = ("-s -l", "-c -l")
    hops = [Hop(cast.first, scenario.lineage_load(call)) for call in calls]
    commands = {"next": "cat /sys/kernel/kexec_lineage/next_stamp", **scenario.SHOW}
    case = cases.all_known(Scenario("together", cast.first, hops, commands=commands, module=True))
    reports = scenario.run(case.scenario, stage, tmp_path)
    cases.check(case, reports)
    check_modules(reports)
    for before, report in zip(reports, reports[1:]):
        assert report.cmdline.count(PREFIX) == 1
        # The stamps differ only in the release for which they were made, and in the CRC.
        texts = report.cmdline, before.commands["next"].stdout
        made, offered = (text.partition(PREFIX)[2].split(",") for text in texts)
        assert made[:3] + made[4:-1] == offered[:3] + offered[4:-1]


ODD_LOADS = """
insmod /modules/$(uname -r)/lineage_observer.ko || exit 1
dmesg -c > /dev/null
kexec_loop /odd "marked kexec_lineage.stamp=old" 1
kexec_loop /small "marked kexec_lineage.stamp=old $(printf '%2030s' x)" 1
kexec_loop /small "marked $(printf '%1980s' x)" 1
kexec_loop /small "marked $(printf '%1900s' x)" 1
"""


def test_load_without_a_stamp_succeeds_if_stamping_fails(cast: Cast, stage: Path, tmp_path: Path) -> None:
    """If the command line has no room for a stamp, the load succeeds without a stamp. The second load of ODD_LOADS
    fails, because its line is too long for the kernel. The other loads are stamped, although the image of the first
    one has an invalid release."""
    small = small_image(cast.first)
    odd = small.replace(f"{cast.first.release} (".encode(), f"\x7f{cast.first.release[1:]} (".encode())
    assert odd != small
    files = {"/small": small, "/odd": odd, "/bin/kexec_loop": program("kexec_loop")}
    commands = {"loads": ODD_LOADS, "dmesg": DMESG, "counters": COUNTERS}
    plan = Scenario("odd", cast.first, [], commands=commands, files=files, module=True, test_modules=True)
    report = scenario.run(plan, stage, tmp_path)[0]
    loads = report.commands["loads"]
    assert (loads.stdout.split(), loads.stderr) == (["1", "1", "1"], "kexec_loop: Invalid argument\n")
    said = [text for text in report.commands["dmesg"].stdout.splitlines() if "loading without a stamp" in text]
    assert said == ["no room on the command line: loading without a stamp"] * 2
    counted = dict(line.split() for line in report.commands["counters"].stdout.splitlines())
    assert {name: counted[name] for name in ("marked", "marked_stamped", "twice")} == {
        "marked": "3", "marked_stamped": "2", "twice": "0"}


def test_locked_down_kernel_rejects_the_module(cast: Cast, stage: Path, tmp_path: Path) -> None:
    """A locked-down kernel rejects an unsigned module, but the tools still work."""
    plan = Scenario("lockdown", cast.first, [], cmdline=f"{scenario.CMDLINE} lockdown=integrity", module=True)
    report = scenario.run(plan, stage, tmp_path)[0]
    assert report.modprobe and report.modprobe.status != 0
    assert report.show()["boot"] == "cold"
