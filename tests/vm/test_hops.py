# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that every kernel of a scenario reports the correct lineage, with real kernels and real kexecs.

lab/expect.py computes the expected lineage from the sequence of kernels.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from kernels import MATRIX
from lab import __main__ as main
from lab import cache, cases, fetch, scenario
from lab.cases import Case, Cast
from lab.scenario import Report

pytestmark = pytest.mark.vm


def run(case: Case, stage: Path, folder: Path) -> list[Report]:
    reports = scenario.run(case.scenario, stage, folder)
    cases.check(case, reports)
    return reports


def source(report: Report, name: str) -> dict:
    return next(item for item in report.show()["sources"] if item["source"] == name)


def test_chain_over_both_system_calls(cast: Cast, stage: Path, tmp_path: Path) -> None:
    reports = run(cases.chain(cast), stage, tmp_path)
    assert source(reports[0], "stamp")["status"] == "absent"
    for count, report in enumerate(reports[1:], start=1):
        stamp = source(report, "stamp")
        assert (stamp["status"], stamp["kexec_count"], stamp["detail"]) == ("ok", count, None)
        assert stamp["previous_release"] == reports[count - 1].release
        # There is one stamp after any number of kexecs, and the rest of the command line is unchanged.
        assert report.cmdline.count("kexec_lineage.stamp=") == 1
        assert [word for word in report.cmdline.split() if "stamp=" not in word] == scenario.CMDLINE.split()
    for report in reports:
        assert report.commands["show"].status == 0
        assert report.release in report.commands["show"].stdout


def test_newest_kernel_is_included(cast: Cast) -> None:
    """Report a skip with the reason if the other tests ran without the newest kernel."""
    if cast.newest is None:
        with pytest.raises(cache.KernelUnavailable) as why:
            fetch.for_role("newest")
        pytest.skip(f"kernel not available: {why.value}")


def test_every_source_of_a_stock_kernel_is_shown(cast: Cast, stage: Path, tmp_path: Path) -> None:
    plan = scenario.Scenario("sources", cast.first, [])
    report = scenario.run(plan, stage, tmp_path)[0]
    assert [item["source"] for item in report.show()["sources"]] == ["ima", "kho", "stamp", "module", "log"]
    assert {item["status"] for item in report.show()["sources"]} == {"absent"}


def test_copied_stamp_is_stale(cast: Cast, stage: Path, tmp_path: Path) -> None:
    case = cases.stale(cast)
    before, last = run(case, stage, tmp_path)[-2:]
    # Check that the stamp was copied; otherwise the test would prove nothing.
    assert last.cmdline == before.cmdline
    shown = last.show()
    assert len(shown["conflicts"]) == 1
    for word in ("stale", before.release, last.release):
        assert word in shown["conflicts"][0]
    assert "stale" in last.commands["show"].stdout


def test_many_hops(cast: Cast, stage: Path, tmp_path: Path) -> None:
    kexecs = cases.THIRTY if MATRIX else cases.SHORT_THIRTY
    reports = run(cases.thirty(cast, kexecs), stage, tmp_path)
    assert len(reports) == kexecs + 1
    assert reports[-1].show()["kexec_count"] == kexecs
    assert len({report.release for report in reports}) == 2


def test_capture_kernel(cast: Cast, stage: Path, tmp_path: Path) -> None:
    last = run(cases.capture(cast), stage, tmp_path)[-1]
    assert last.commands["vmcore"].status == 0
    assert "elfcorehdr=" in last.cmdline
    assert "kexec_lineage.stamp=1,p,2," in last.cmdline


def test_kexec_of_named_kernels(cast: Cast, stage: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`lab kexec`, which reports of crashes name, takes images and kernels of the list, and keeps the console."""
    words = ["kexec", str(cast.first.path), cast.second.id, "--stage", str(stage), "--logs", str(tmp_path)]
    assert main.main(words) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in lines] == [cast.first.release, cast.second.release]
    assert lines[1].endswith(f"kexec, count 1, previous {cast.first.release}")
    assert f"Linux version {cast.second.release} " in (tmp_path / "serial.log").read_text(errors="replace")


def test_kexec_of_unknown_kernels(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "image").write_bytes(b"no kernel")
    assert main.main(["kexec", str(tmp_path / "image")]) == 1
    assert main.main(["kexec", "no-such-kernel"]) == 1
    assert "not a kernel image" in capsys.readouterr().err
