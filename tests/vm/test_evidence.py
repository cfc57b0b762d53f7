# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that no boot is called cold, and no stamp fresh, on one witness that can be silent."""

from __future__ import annotations

from pathlib import Path

import pytest
from kernels import log_of, program, splats
from lab import scenario
from lab.cases import Cast
from lab.scenario import Hop, Scenario

pytestmark = pytest.mark.vm

KEEP_LOADER = {"/bin/kexec_keep_loader": program("kexec_keep_loader")}
STAMPED = '$(kexec-lineage cmdline --image="$KERNEL" -- "$(cat /proc/cmdline)")'


def keep_loader(cmdline: str) -> str:
    return f'kexec_keep_loader "$KERNEL" "$INITRD" "{cmdline}"'


def test_kexec_that_keeps_the_loader_type(cast: Cast, stage: Path, tmp_path: Path) -> None:
    """u-root's kexec passes the boot parameters of the running kernel on. Its kernel was not booted cold."""
    commands = {"loaded": "dmesg | grep kexec_lineage:", "stamp": "kexec-lineage stamp"}
    hops = [Hop(cast.second, keep_loader(STAMPED), commands=commands),
            Hop(cast.first, scenario.plain_load("-s -l"))]
    reports = scenario.run(Scenario("keep-loader", cast.first, hops, module=True, files=KEEP_LOADER), stage, tmp_path)
    kept, last = reports[1:]
    assert kept.bootloader_type == reports[0].bootloader_type != 208
    assert f"kexec_lineage.stamp=1,k,1,{kept.release}," in kept.cmdline
    shown = kept.show()
    assert (shown["boot"], shown["previous_release"], shown["kexec_count"], shown["chain_complete"]) == (
        "unknown", reports[0].release, 1, False)
    assert any("it may be a cold boot" in conflict for conflict in shown["conflicts"])
    said = kept.commands["loaded"].stdout
    assert "the boot loader is not kexec, but the stamp was made for this kernel: this may be a cold boot" in said
    assert f"exec from: {reports[0].release} (count 1)" in said
    # The next stamp has fewer kernels than the count, so that the next chain is not complete either.
    assert kept.commands["stamp"].stdout.startswith(f"kexec_lineage.stamp=1,k,2,,{kept.release},")
    shown = last.show()
    assert (shown["boot"], shown["previous_release"], shown["kexec_count"], shown["chain_complete"]) == (
        "kexec", kept.release, 2, False)
    assert splats(log_of(tmp_path)) == []


@pytest.mark.parametrize("cmdline", ["$(cat /proc/cmdline)", STAMPED.replace('--image="$KERNEL"', "--for=9.9.9")],
                         ids=["no stamp", "stamp for another kernel"])
def test_no_other_witness(cast: Cast, stage: Path, tmp_path: Path, cmdline: str) -> None:
    """Without a stamp that was made for this kernel nothing speaks against a cold boot."""
    hops = [Hop(cast.second, keep_loader(cmdline))]
    kept = scenario.run(Scenario("keep-loader-bare", cast.first, hops, module=True, files=KEEP_LOADER), stage,
                        tmp_path)[1]
    assert (kept.show()["boot"], kept.show()["kexec_count"]) == ("cold", 0)


def test_insmod_without_parameters(cast: Cast, stage: Path, tmp_path: Path) -> None:
    """insmod passes no boot parameters, so the module reads the stamp on the command line itself."""
    commands = {"again": "rmmod kexec_lineage; insmod /lib/modules/$(uname -r)/kexec_lineage.ko; "
                         "cat /sys/kernel/kexec_lineage/previous_release /sys/kernel/kexec_lineage/kexec_count"}
    reports = scenario.run(Scenario("insmod", cast.first, [scenario.plain_hop(cast.second)], module=True,
                                    commands=scenario.SHOW | commands), stage, tmp_path)
    assert reports[0].commands["again"].stdout.split() == ["0"]
    assert reports[1].commands["again"].stdout.split() == [reports[0].release, "1"]
