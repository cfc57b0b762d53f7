# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that a lost VM does not count as passed, failed or skipped, and that a wrong result counts as failed."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from kernels import splats
from lab import cases, expect, scenario, vm
from lab.cases import Cast
from lab.cache import Kernel
from lab.scenario import Hop, Report, Result, Scenario, ScenarioFailed

NOTHING: dict[str, str] = {}


def plan(cast: Cast, **changes: object) -> Scenario:
    """Return a scenario with one kernel, no hop and no command; it needs no stage."""
    return dataclasses.replace(Scenario("honesty", cast.first, [], commands=NOTHING), **changes)


@pytest.mark.vm
def test_silence_loses_the_vm(cast: Cast, tmp_path: Path) -> None:
    sleeper = plan(cast, commands={"sleep": "sleep 6000"}, silence_s=15)
    with pytest.raises(vm.LostVM, match=r"silent for \d+ s") as lost:
        scenario.run(sleeper, None, tmp_path)
    assert lost.value.serial_log == tmp_path / "serial.log"
    assert str(lost.value.serial_log) in str(lost.value)
    assert "kernel 0 is" in lost.value.serial_log.read_text(encoding="utf-8", errors="replace")


@pytest.mark.vm
def test_panic_loses_the_vm(cast: Cast, tmp_path: Path) -> None:
    crash = plan(cast, commands={"crash": cases.CRASH})
    with pytest.raises(vm.LostVM, match="without an end frame") as lost:
        scenario.run(crash, None, tmp_path)
    assert "| " in str(lost.value) and "sysrq triggered crash" in str(lost.value)


@pytest.mark.vm
def test_planned_crash_ends_the_run(cast: Cast, tmp_path: Path) -> None:
    reports = scenario.run(plan(cast, crash=cases.CRASH), None, tmp_path)
    assert [report.release for report in reports] == [cast.first.release]
    assert "sysrq triggered crash" in (tmp_path / "serial.log").read_text(encoding="utf-8", errors="replace")


@pytest.mark.vm
def test_missing_planned_crash_is_a_failure(cast: Cast, tmp_path: Path) -> None:
    with pytest.raises(ScenarioFailed, match="crash-failed"):
        scenario.run(plan(cast, crash="true"), None, tmp_path)


@pytest.mark.vm
def test_crash_before_the_planned_crash_loses_the_vm(cast: Cast, tmp_path: Path) -> None:
    early = plan(cast, commands={"crash": cases.CRASH}, crash=cases.CRASH)
    with pytest.raises(vm.LostVM, match="without an end frame"):
        scenario.run(early, None, tmp_path)


@pytest.mark.vm
def test_foreign_text_on_the_results_channel_loses_the_vm(cast: Cast, tmp_path: Path) -> None:
    noise = plan(cast, commands={"noise": "echo 'LAB1 0 4 command noise =' > /dev/ttyS1"})
    with pytest.raises(vm.LostVM, match="damaged"):
        scenario.run(noise, None, tmp_path)


def test_qemu_that_does_not_start_is_lost(qemu: None, tmp_path: Path) -> None:
    kernel = Kernel("none", "none", tmp_path / "missing", "", "")
    with pytest.raises(vm.LostVM, match="output of QEMU: .*missing"):
        scenario.run(Scenario("none", kernel, [], commands=NOTHING), None, tmp_path)


@pytest.mark.vm
def test_load_that_fails_is_a_failure(cast: Cast, tmp_path: Path) -> None:
    bad = plan(cast, hops=[Hop(cast.first, "echo no such luck >&2; exit 7")])
    with pytest.raises(ScenarioFailed, match=r"load-failed.*status=7.*no such luck"):
        scenario.run(bad, None, tmp_path)


@pytest.mark.vm
def test_another_kernel_than_planned_is_a_failure(cast: Cast, tmp_path: Path) -> None:
    # The guest boots the right image, but the plan names another release.
    other = plan(cast, first=dataclasses.replace(cast.first, release="0.0.1"))
    with pytest.raises(ScenarioFailed, match="expected 0.0.1"):
        scenario.run(other, None, tmp_path)


def made_up_case() -> tuple[cases.Case, list[Report]]:
    """Return a case and correct reports for it, without a VM."""
    kernels = [Kernel(name, name, Path(name), "", "") for name in ("6.1", "6.12")]
    case = cases.all_known(Scenario("made up", kernels[0], [Hop(kernels[1], "")]))
    reports = []
    for hop, wanted in enumerate(case.wanted):
        text = json.dumps(wanted)
        result = Result(0, text, "")
        loader = 208 if hop else 176
        reports.append(Report(hop, 0, wanted["release"], bootloader_type=loader, commands={"show-json": result}))
    return case, reports


def test_correct_reports_pass() -> None:
    cases.check(*made_up_case())


@pytest.mark.parametrize("field", ["release", "boot", "previous_release", "kexec_count", "chain", "chain_complete"])
def test_each_wrong_field_fails(field: str) -> None:
    case, reports = made_up_case()
    case.wanted[1][field] = "wrong"
    with pytest.raises(ScenarioFailed, match=f"kernel 1 .*{field}: expected 'wrong'"):
        cases.check(case, reports)


def test_missing_kernel_fails() -> None:
    case, reports = made_up_case()
    with pytest.raises(ScenarioFailed, match="1 kernels reported, 2 expected"):
        cases.check(case, reports[:1])


def test_output_of_a_failed_command_is_not_parsed() -> None:
    case, reports = made_up_case()
    reports[1].commands["show-json"] = dataclasses.replace(reports[1].commands["show-json"], status=1)
    with pytest.raises(ScenarioFailed, match="show --json gave"):
        cases.check(case, reports)


def test_true_does_not_equal_1() -> None:
    assert expect.differences({"count": 1}, {"count": True})
    assert expect.differences({"count": None}, {}) == ["count: expected None, got no such field"]


def test_kernel_bugs_are_detected_after_init_starts() -> None:
    """If the module is built in, lines before init count as well."""
    log = ("[    0.12] BUG: early\nlab: kernel 0 is A\n[   31.0] fine\n[   30.9] BUG: late\n"
           "[    0.1] WARNING: early\nlab: kernel 1 is B\nWARNING: late\n")
    assert splats(log) == ["[   30.9] BUG: late", "WARNING: late"]
    assert len(splats(log, builtin=True)) == 4
