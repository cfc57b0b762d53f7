# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that kexec-lineage executes kexec-lineage-fleet for the commands of that program."""
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from .tool import Tool

FLEET = "kexec-lineage-fleet"
SERVER = "clickhouse://127.0.0.1:1/boots"
# A program that prints its arguments and its name.
FAKE = """#!/bin/bash
exec -a fake /bin/sh -c 'printf "%s\\n" "$@"' "$0" "$@"
"""


@pytest.fixture
def alone(tool, folder):
    """Return a copy of kexec-lineage alone in its folder, and an empty folder for PATH."""
    (folder / "bin").mkdir()
    shutil.copy(tool.path, folder / "bin/kexec-lineage")
    (folder / "path").mkdir()
    return Tool(str(folder / "bin/kexec-lineage"))


def put_fake(where: Path) -> None:
    (where / FLEET).write_text(FAKE)
    (where / FLEET).chmod(0o755)


@pytest.mark.parametrize("arguments", [["ingest", "x"], ["triage"], ["hosts"], ["forget"], ["prune"], ["copy"],
                                       ["help", "ingest"], ["--json", "triage", "--help"],
                                       ["log", f"--store={SERVER}"], ["log", "--store", SERVER]])
def test_missing(alone, folder, arguments):
    got = alone.run(*arguments, env={"PATH": folder / "path"})
    commands = ("ingest", "triage", "hosts", "forget", "prune", "copy", "log")
    command = next(word for word in arguments if word in commands)
    assert (got.status, got.out) == (1, b"")
    assert got.talk == (f"kexec-lineage: {command}: kexec-lineage-fleet is not installed "
                        "(install the package kexec-lineage-fleet)\n")


def test_not_executable(alone, folder):
    (folder / "bin" / FLEET).write_text("")
    got = alone.run("ingest", "x")
    assert (got.status, got.talk) == (1, f"kexec-lineage: ingest: cannot run {folder}/bin/{FLEET}: Permission denied\n")


@pytest.mark.parametrize("where", ["bin", "path"])
def test_arguments_stay_as_they_are(alone, folder, where):
    put_fake(folder / where)
    arguments = ["--root=/x y", "--json", "ingest", "b", "--host=a", "-", "--", "--store=c"]
    got = alone.run(*arguments, env={"PATH": f"{folder}/path:/usr/bin:/bin"})
    assert (got.status, got.text.splitlines()) == (0, arguments)


def test_program_in_the_same_folder_takes_precedence(alone, folder):
    put_fake(folder / "bin")
    (folder / "path" / FLEET).write_text("#!/bin/sh\nexit 77\n")
    (folder / "path" / FLEET).chmod(0o755)
    assert alone.run("triage", env={"PATH": f"{folder}/path:/usr/bin:/bin"}).status == 0


def test_log_of_a_file_needs_no_fleet_program(alone, folder):
    """`log` reads a store in a file without kexec-lineage-fleet, even if the file is named like a server store."""
    got = alone.run("log", f"--store={folder}/clickhouse.db", env={"PATH": folder / "path"})
    assert got.status == 1 and FLEET not in got.talk


def test_exit_status_is_passed_on(alone, folder):
    (folder / "bin" / FLEET).write_text("#!/bin/sh\nexit 3\n")
    (folder / "bin" / FLEET).chmod(0o755)
    assert alone.run("ingest", "x").status == 3


def test_both_programs_list_the_same_commands(tool):
    """The names and the summaries of the commands are the same in both programs."""
    fleet = Tool(os.path.join(os.path.dirname(tool.path), FLEET))
    rows = set(re.findall(r"^  [a-z]+ .*$", tool.run("help").text, re.MULTILINE))
    assert set(re.findall(r"^  [a-z]+ .*$", fleet.run("help").text, re.MULTILINE)) <= rows
    for command in ("ingest", "triage", "log"):
        assert tool.run("help", command).out == fleet.run("help", command).out


def test_version_lists_features(tool):
    fleet = Tool(os.path.join(os.path.dirname(tool.path), FLEET))
    name, features = fleet.run("--version").text.splitlines()
    assert name == tool.run("--version").text.strip().replace("kexec-lineage", FLEET)
    assert re.fullmatch(r"features:( [+-](hyperscan|vmcore|clickhouse)){3}", features)


def test_different_versions_are_refused(tool, folder):
    """If only one program was upgraded, an error is printed instead of inconsistent results."""
    fleet = Tool(os.path.join(os.path.dirname(tool.path), FLEET))
    got = fleet.run("ingest", "/dev/null", env={"KEXEC_LINEAGE_CALLER": "0.0.1"})
    version = tool.run("--version").text.split()[1]
    assert (got.status, got.out) == (1, b"")
    assert got.talk == (f"kexec-lineage: version mismatch: kexec-lineage is 0.0.1, kexec-lineage-fleet is {version} "
                        "(install the same version of both packages)\n")
    assert tool.run("ingest", "/dev/null", env={"KEXEC_LINEAGE_CALLER": "0.0.1"}).status == 3


def test_store_on_a_read_only_file_system(tool, folder):
    """A store without a log, or without the index of its log, as in a copy, cannot be written there."""
    disk = folder / "disk"
    disk.mkdir()
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", disk],
                                           capture_output=True, check=False).returncode:
        pytest.skip("a file system can only be mounted by root")
    try:
        log = b"[    0.000000] Linux version 6.1.0 (a@b) (gcc) #1 SMP\n"
        assert tool.run("ingest", f"--store={disk}/whole.db", "--host=h", "-", stdin=log).status == 0
        for name, endings in (("alone", ("",)), ("logged", ("", "-wal"))):
            for ending in endings:
                shutil.copy(f"{disk}/whole.db{ending}", f"{disk}/{name}.db{ending}")
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        for name in ("whole", "alone", "logged"):
            reader = tool.run("hosts", f"--store={disk}/{name}.db")
            writer = tool.run("ingest", f"--store={disk}/{name}.db", "--host=other", "-", stdin=log)
            remover = tool.run("forget", "--host=h", f"--store={disk}/{name}.db")
            failed = [got for got in (reader, writer, remover) if got.status]
            assert [got.status for got in failed] == (3 if name == "logged" else 2) * [1]
            assert all("read-only" in got.talk and "No such file" not in got.talk for got in failed), failed
        assert "copy the file, with its -wal if it has one, to another folder" in reader.talk
    finally:
        subprocess.run(["umount", disk], check=True)
