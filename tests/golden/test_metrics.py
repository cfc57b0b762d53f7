# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that the metrics are correct and complete, and that promtool accepts them."""
import os
import shutil
import subprocess

import pytest

from .machine import Machine
from .system import OLDER, RELEASE, cold, kexeced, stamp


@pytest.fixture
def machine(tool, folder):
    machine = Machine(tool, folder / "machine")
    machine.boot(cold(release=OLDER)).record()
    for count in (1, 2, 3):
        machine.boot(kexeced(cmdline=stamp(count, RELEASE if count > 1 else OLDER, made_for=RELEASE))).record()
    machine.boot(cold(release=RELEASE)).record()
    machine.sql("UPDATE boots SET kexec_time = time, kexec_release = '6.6.9' WHERE id = (SELECT max(id) FROM boots)")
    machine.boot(cold(release=RELEASE)).record()
    return machine.boot(kexeced(cmdline=stamp(1, RELEASE, made_for="of-another"))).record()


def metrics(machine, *arguments):
    got = machine.run("metrics", *arguments)
    assert (got.status, got.talk) == (0, ""), got
    return got.text


def test_text(machine, expect_text):
    expect_text("metrics", metrics(machine))


def test_promtool(machine):
    if not shutil.which("promtool"):
        pytest.skip("promtool (package prometheus) is not installed")
    done = subprocess.run(["promtool", "check", "metrics"], input=metrics(machine), text=True, capture_output=True,
                          check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_end(machine):
    """The last line is "# EOF", which OpenMetrics requires. A file without this line is truncated."""
    assert metrics(machine).endswith("\n# EOF\n") and metrics(machine).count("# EOF") == 1


def test_transitions_of_all_counts_are_one(machine):
    lines = metrics(machine).splitlines()
    assert f'kexec_lineage_boots{{boot="kexec",previous_release="{RELEASE}",release="{RELEASE}"}} 2' in lines
    assert f'kexec_lineage_unclean_boots{{boot="kexec",previous_release="{RELEASE}",release="{RELEASE}"}} 1' in lines


def test_label_is_escaped(tool, folder):
    odd = 'a"b\\c'
    machine = Machine(tool, folder / "machine").boot(cold(release=odd)).record()
    assert 'release="a\\"b\\\\c"' in metrics(machine)
    if shutil.which("promtool"):
        subprocess.run(["promtool", "check", "metrics"], input=metrics(machine), text=True, check=True)


def test_no_history(tool, folder):
    machine = Machine(tool, folder / "machine").boot(cold())
    got = machine.run("metrics")
    assert got.status == 0 and "no boot is recorded yet" in got.talk
    assert "kexec_lineage_store_readable 0\n# EOF\n" in got.text and "kexec_lineage_boots" not in got.text


def test_textfile(machine, folder):
    target = folder / "kexec-lineage.prom"
    target.write_text("old")
    got = machine.run("metrics", f"--textfile={target}")
    assert (got.status, got.out, got.talk) == (0, b"", "")
    assert target.read_text() == metrics(machine)
    assert target.stat().st_mode & 0o777 == 0o644
    assert [name for name in os.listdir(folder) if name.startswith("kexec-lineage.prom.")] == []


def test_textfile_that_cannot_be_written(machine, folder):
    got = machine.run("metrics", f"--textfile={folder}/no/such/folder.prom")
    assert got.status == 1 and "No such file or directory" in got.talk


def test_full_disk(machine, folder):
    """If the disk is full, the old file is kept, and no temporary file remains."""
    disk = folder / "disk"
    disk.mkdir()
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8k", "tmpfs", disk],
                                           capture_output=True, check=False).returncode:
        pytest.skip("a small file system to fill can only be mounted by root")
    try:
        (disk / "metrics.prom").write_text("old")
        (disk / "rest").write_bytes(b"x" * 4096)
        got = machine.run("metrics", f"--textfile={disk}/metrics.prom")
        assert got.status == 1 and "No space left on device" in got.talk
        assert (disk / "metrics.prom").read_text() == "old"
        assert sorted(os.listdir(disk)) == ["metrics.prom", "rest"]
    finally:
        subprocess.run(["umount", disk], check=True)


