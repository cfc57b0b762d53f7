# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of the exit statuses: 0 done, 1 failed, 2 wrong usage, 3 nothing to report."""
import os
import re
import signal
import subprocess

import pytest

from .conftest import REPOSITORY
from .kernel import VERSION, bzimage
from .system import OLDER, RELEASE, cold, kexeced, metadata, stamp
from .tool import make_environment

UNKNOWN = {"proc/sys/kernel/osrelease": RELEASE}
TRY = "Try 'kexec-lineage help'.\n"

FOR = "kexec-lineage: invalid --for value '{}' (expected 1 to 64 bytes, as 'uname -r' prints)\n"
KIND = "kexec-lineage: invalid --kind value '{}' (expected k for a kexec or p for a capture kernel)\n"

USAGE = {
    "nothing": ([], f"kexec-lineage: no command given\n{TRY}"),
    "unknown command": (["frobnicate"], f"kexec-lineage: unknown command 'frobnicate'\n{TRY}"),
    "prefix of a command": (["sho"], f"kexec-lineage: unknown command 'sho'\n{TRY}"),
    "help on an unknown command": (["help", "frobnicate"], f"kexec-lineage: unknown command 'frobnicate'\n{TRY}"),
    "show: an operand": (["show", "x"], "kexec-lineage: show: unexpected operand 'x'\n"
                                        "Try 'kexec-lineage help show'.\n"),
    "stamp: an operand": (["stamp", "x"], "kexec-lineage: stamp: unexpected operand 'x'\n"
                                          "Try 'kexec-lineage help stamp'.\n"),
    "cmdline: two operands": (["cmdline", "x", "y"], "kexec-lineage: cmdline: unexpected operand 'y'\n"
                                                     "Try 'kexec-lineage help cmdline'.\n"),
    "inspect: no file": (["inspect"], "kexec-lineage: inspect: no FILE given ('-' reads stdin)\n"),
    "help: two operands": (["help", "show", "stamp"], f"kexec-lineage: help: unexpected operand 'stamp'\n{TRY}"),
    "bad kind": (["stamp", "--kind=x"], KIND.format("x")),
    "kind of two letters": (["stamp", "--kind=kp"], KIND.format("kp")),
    "for and image": (["cmdline", "--for=x", "--image=y", "z"],
                      "kexec-lineage: --for and --image exclude each other (give one of them)\n"),
    "empty release": (["stamp", "--for="], FOR.format("")),
    "long release": (["stamp", "--for=" + "a" * 65], FOR.format("a" * 65)),
}


@pytest.mark.parametrize("name", USAGE)
def test_usage(tool, name):
    arguments, talk = USAGE[name]
    got = tool.run(*arguments)
    assert (got.status, got.out, got.talk) == (2, b"", talk)


@pytest.mark.parametrize("arguments", [
    ["--frobnicate"], ["--frobnicate", "show"], ["show", "--frobnicate"], ["show", "-x"],
    ["show", "--sources=yes"], ["--root"], ["--json=x", "show"], ["show", "--for=x"],
    ["stamp", "--for"], ["inspect", "--sources", "x"], ["--sources", "show"]])
def test_unknown_option(tool, arguments):
    got = tool.run(*arguments)
    assert (got.status, got.out) == (2, b"")
    assert got.talk.splitlines()[-1].startswith("Try 'kexec-lineage help")


def test_done(tool, make_root, folder):
    root = make_root(cold())
    (folder / "blob").write_bytes(metadata(OLDER, 1))
    for arguments in (["show"], ["stamp"], ["cmdline"], ["cmdline", "x"], ["help"],
                      ["inspect", folder / "blob"], ["--version"], ["--help"], ["show", "--help"],
                      ["show", "--version"], ["stamp", "--kind", "p", "--for", "x"]):
        got = tool.on(root, *arguments)
        assert (got.status, got.talk) == (0, ""), arguments
        assert got.out


def test_version(tool):
    version = re.search(r"^    version: '([^']+)'", (REPOSITORY / "meson.build").read_text(), re.MULTILINE)[1]
    assert tool.run("--version").text == f"kexec-lineage {version}\n"


def test_nothing_to_report(tool, make_root):
    root = make_root(UNKNOWN)
    assert tool.on(root, "show").status == 3
    got = tool.on(make_root({}), "stamp")
    assert (got.status, got.out) == (3, b"")
    assert got.talk == "kexec-lineage: stamp: the release of the running kernel is unknown (is /proc mounted?)\n"


def test_nothing_to_report_still_prints_the_object(tool, make_root):
    got = tool.on(make_root({}), "--json", "show")
    assert (got.status, got.json["boot"]) == (3, "unknown")


def test_unknown_boot_with_a_previous_release_has_status_0(tool, make_root):
    root = make_root({**UNKNOWN, "proc/cmdline": stamp(1, OLDER)})
    assert tool.on(root, "show").status == 0


def test_global_options_before_and_after(tool, make_root):
    root = make_root(kexeced())
    expected = tool.on(root, "--json", "show").json
    assert expected["release"] == RELEASE
    for arguments in (["show", "--json", f"--root={root}"], ["--json", "show", "--root", root],
                      ["--root", root, "show", "--json"], ["--js", f"--ro={root}", "show"],
                      ["--root=/nowhere", "show", f"--root={root}", "--json"]):
        assert tool.run(*arguments).json == expected


def test_two_dashes_end_the_options(tool, make_root):
    root = make_root(cold())
    assert "--json" in tool.on(root, "cmdline", "--", "--json").text
    assert tool.on(root, "--", "show").status == 0


def write_to(tool, stdout, *arguments, **options):
    got = subprocess.run(tool.command(*arguments), stdout=stdout, stderr=subprocess.PIPE,
                         env=make_environment({}), timeout=600, check=False, **options)
    return got.returncode, got.stderr.decode()


@pytest.mark.parametrize("arguments", [["show"], ["show", "--json"], ["stamp"], ["cmdline"],
                                       ["help"], ["--version"]])
def test_full_disk(tool, make_root, arguments):
    root = make_root(cold())
    with open("/dev/full", "wb") as full:
        assert write_to(tool, full, f"--root={root}", *arguments) == (
            1, "kexec-lineage: cannot write to stdout: No space left on device\n")


def test_full_disk_for_inspect(tool):
    with open("/dev/full", "wb") as full:
        assert write_to(tool, full, "inspect", "/dev/null")[0] == 1


def test_closed_stdout(tool):
    shell = subprocess.run(["sh", "-c", '"$0" help >&-', tool.path], stderr=subprocess.PIPE,
                           timeout=600, check=False)
    assert shell.returncode == 1
    assert b"cannot write to stdout: Bad file descriptor" in shell.stderr


@pytest.mark.parametrize("restore, status, talk", [
    (True, -signal.SIGPIPE, ""),
    (False, 1, "kexec-lineage: cannot write to stdout: Broken pipe\n")])
def test_closed_pipe(tool, restore, status, talk):
    """A closed pipe ends the program with SIGPIPE, or with an error message if SIGPIPE is ignored.

    Python ignores SIGPIPE, and child processes inherit this unless restore_signals is set.
    """
    reader, writer = os.pipe()
    os.close(reader)
    try:
        assert write_to(tool, writer, "help", restore_signals=restore) == (status, talk)
    finally:
        os.close(writer)


@pytest.mark.parametrize("url", ["", "sqlite:", "clickhoose://x/y", "http://x/y"])
@pytest.mark.parametrize("command", [["ingest", "-"], ["triage"], ["log"], ["hosts"], ["record"], ["metrics"]])
def test_invalid_store(tool, command, url):
    """An invalid URL is wrong usage; a store that cannot be opened is a failure."""
    got = tool.run(command[0], f"--store={url}", *command[1:])
    assert (got.status, got.out) == (2, b"")
    assert got.talk.startswith(f"kexec-lineage: {command[0]}: --store={url}: invalid store URL (expected sqlite:FILE")


@pytest.mark.parametrize("command", ["stamp", "cmdline"])
def test_invalid_release(tool, make_root, command):
    got = tool.on(make_root(cold()), command, "--for=a b")
    assert (got.status, got.out) == (2, b"")
    assert got.talk == "kexec-lineage: invalid --for value 'a b' (expected printable ASCII without blanks)\n"


def test_why_a_store_cannot_be_opened(tool, unprivileged, folder):
    """The message has the real reason."""
    (folder / "a.log").write_text("[    0.000000] Linux version 6.1.0 (a@b) #1\n")
    got = unprivileged.run("ingest", "--store=x.db", "--host=h", "a.log", cwd=folder)
    assert (got.status, got.talk) == (1, "kexec-lineage: x.db: cannot open: Permission denied\n")
    for command in (["ingest", "--host=h", "a.log"], ["triage"]):
        got = tool.run(command[0], "--store=a.log", *command[1:], cwd=folder)
        assert got.status == 1 and "a.log: it is not a store, or it is damaged (file is not a database)" in got.talk


def test_a_store_is_created_with_its_folder(tool, folder):
    """Only one folder is created."""
    arguments = ("--host=h", "-")
    log = b"[    0.000000] Linux version 6.1.0 (a@b) #1\n"
    assert tool.run("ingest", f"--store={folder}/new/x.db", *arguments, stdin=log).status == 0
    got = tool.run("ingest", f"--store={folder}/none/new/x.db", *arguments, stdin=log)
    assert got.status == 1 and "cannot create its folder: No such file or directory" in got.talk


def test_events_without_a_host(tool, folder):
    """The message counts what is printed: one boot and one crash."""
    log = (REPOSITORY / "tests/fixtures/crashes/null-dereference.log").read_bytes()
    boot = b"[    0.000000] Linux version 6.1.0 (a@b) #1\n"
    store = f"--store={folder}/x.db"
    for data, events in ((boot, "1 event was"), (boot + log, "2 events were")):
        got = tool.run("ingest", store, "-", stdin=data)
        assert got.status == 1 and len([line for line in got.text.splitlines() if line[:1] != " "]) == 1
        assert got.talk.startswith(f"kexec-lineage: {events} not stored: the log does not name a host; use --host=NAME")


def test_inspect_of_a_kernel(tool, folder):
    (folder / "vmlinuz").write_bytes(bzimage())
    got = tool.run("inspect", folder / "vmlinuz")
    assert (got.status, got.out) == (1, b"")
    assert f"vmlinuz: a kernel image, of {VERSION.split()[0]}; 'kexec-lineage check --image=FILE' says" in got.talk
