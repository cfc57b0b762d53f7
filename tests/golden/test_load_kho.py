# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that `load` finalizes KHO after a load that works, if the kernel leaves that to userspace, and loads again.

Linux 6.18 to 7.0 have the file out/finalize with mode 0600. It contains "0" or "1"; writing "1" finalizes KHO.
"""
import errno
import os
import signal
import subprocess

import pytest

from .conftest import RUNNING
from .kernel import RELEASE as IMAGE_RELEASE
from .refuse import WRITE, refuse_writes_of_one_byte
from .system import (FOLDER, KHO_FINALIZE, KHO_OUT, RELEASE, Forbidden, Link, cold, stamp)

PUBLISHED = {f"{KHO_OUT}/sub_fdts/kexec-lineage": "", f"{KHO_OUT}/sub_fdts/kexec-metadata": ""}
SAID = "kexec-lineage: load: KHO is finalized: the lineage is also passed through KHO\n"
SAID_OF_DEFAULT = "kexec-lineage: load: KHO is finalized: with 'kexec -s' the lineage is also passed through KHO\n"
SAID_OF_NOTHING = ("kexec-lineage: load: KHO is finalized, but this kernel passes no lineage through KHO (is the "
                   "module kexec_lineage loaded?): the lineage is passed in the command line only\n")
CANNOT = "kexec-lineage: load: cannot finalize KHO ({}): the lineage is passed in the command line only\n"
WHY_NOT = "kexec-lineage: load: KHO is not finalized, because {}: the lineage is passed in the command line only\n"
FOR_CAPTURE = WHY_NOT.format("memory is reserved for a capture kernel, which on Linux 6.18 hangs if it is loaded after "
                             "that")
AGAIN = ("kexec-lineage: load: the kernel could not be loaded again after KHO was finalized: the lineage is passed in "
         "the command line only\n")
FOR_PIPE = WHY_NOT.format("the kernel must be loaded twice, and a pipe can be read only once")
FOR_START = WHY_NOT.format("-f starts the kernel at once")
CRASH_SIZE = "sys/kernel/kexec_crash_size"
WARNING = ("kexec-lineage: load: KHO is finalized: on Linux 6.18, a capture kernel that is loaded now with 'kexec -s' "
           "hangs after a crash (load it with -c, or before KHO is finalized)\n")


@pytest.fixture
def kho_root(make_root):
    """Return a system with the given state of KHO. If the state is None, userspace does not finalize KHO."""

    def make(state, published=None, **more):
        return make_root(cold(cmdline=RUNNING), PUBLISHED if published is None else published,
                         {KHO_FINALIZE: state}, more)

    return make


def state_of(root):
    return (root / KHO_FINALIZE).read_text()


def expect_load(kexec, arguments, root, talk, **options):
    """Check that kexec gets its arguments, preceded by the stamp."""
    kind = "p" if "-p" in arguments else "k"
    sealed = stamp(1, RELEASE, made_for=IMAGE_RELEASE, kind=kind)
    assert kexec(arguments, root, **options) == ([f"--command-line={sealed}", *arguments], talk)


FINALIZED = {
    "-s": (["-s", "-l", "IMAGE"], SAID),
    "-ls": (["-ls", "IMAGE"], SAID),
    "-a": (["-a", "-l", "IMAGE"], SAID),
    "--kexec-file-syscall": (["--kexec-file-syscall", "-l", "IMAGE"], SAID),
    "--kexec-syscall-auto": (["--kexec-syscall-auto", "-l", "IMAGE"], SAID),
    "-s takes -c back": (["-c", "-s", "-l", "IMAGE"], SAID),
    "-s after the operand": (["-l", "IMAGE", "-s"], SAID),
    "as kexec chooses": (["-l", "IMAGE"], SAID_OF_DEFAULT),
    "no option": (["IMAGE"], SAID_OF_DEFAULT),
}


@pytest.mark.parametrize("name", FINALIZED)
def test_finalizes(kexec, kho_root, name):
    arguments, talk = FINALIZED[name]
    root = kho_root("0\n")
    expect_load(kexec, arguments, root, talk, runs=2)
    assert state_of(root) == "1\n"


NOTHING_TO_DO = {
    "-c": ["-c", "-l", "IMAGE"],
    "--kexec-syscall": ["--kexec-syscall", "-l", "IMAGE"],
    "-c takes -s back": ["-s", "-c", "-l", "IMAGE"],
    "-lc": ["-lc", "IMAGE"],
    "-p": ["-p", "IMAGE"],
    "-p -s": ["-p", "-s", "IMAGE"],
}


@pytest.mark.parametrize("name", NOTHING_TO_DO)
def test_leaves_it_as_it_is(kexec, kho_root, name):
    root = kho_root("0\n")
    expect_load(kexec, NOTHING_TO_DO[name], root, "")
    assert state_of(root) == "0\n"


@pytest.mark.parametrize("arguments", [["-e"], ["-u"], ["-S"], ["-l"], ["-s", "-l", "IMAGE", "-e"],
                                       ["--frobnicate", "-s", "-l", "IMAGE"]], ids=" ".join)
def test_options_that_load_nothing(kexec, kho_root, arguments):
    root = kho_root("0\n")
    assert kexec(arguments, root) == (arguments, "")
    assert state_of(root) == "0\n"


def test_is_finalized_already(kexec, kho_root):
    root = kho_root("1\n")
    (root / KHO_FINALIZE).chmod(0o400)
    expect_load(kexec, ["-s", "-l", "IMAGE"], root, "")
    assert state_of(root) == "1\n"


def test_kernel_finalizes_by_itself(kexec, kho_root):
    """`load` does not finalize KHO if the kernel does. Linux 7.1 has the folder out, but no file finalize in it."""
    root = kho_root(None)
    expect_load(kexec, ["-s", "-l", "IMAGE"], root, "")
    assert not (root / KHO_FINALIZE).exists()


@pytest.mark.parametrize("name, talk", [("kexec-lineage", SAID), ("kexec-metadata", SAID),
                                        ("LUO", SAID_OF_NOTHING)])
def test_message_depends_on_the_subtrees(kexec, kho_root, name, talk):
    root = kho_root("0\n", {f"{KHO_OUT}/sub_fdts/{name}": ""})
    expect_load(kexec, ["-s", "-l", "IMAGE"], root, talk, runs=2)
    assert state_of(root) == "1\n"


def script_of(root, folder, *lines):
    """Replace the fake kexec with one that records the state of KHO at each run, and then runs these lines."""
    record = f'cat {root}/{KHO_FINALIZE} >> {folder}/states'
    (folder / "bin/kexec").write_text("\n".join(["#!/bin/sh", record, *lines]) + "\n")
    return folder / "states"


def test_loads_again(kexec, kho_root, folder):
    """Linux 6.18 hands over only what was finalized before the load."""
    root = kho_root("0\n")
    states = script_of(root, folder, 'printf "%s\\0" "$@" > "$RECORD"', "echo out of kexec", "echo talk of kexec >&2")
    expect_load(kexec, ["-s", "-l", "IMAGE"], root, SAID, runs=2)
    assert states.read_text() == "0\n1\n"


def test_load_that_fails(kexec, kho_root):
    """Finalization cannot be undone, so a load that fails must not cause it."""
    root = kho_root("0\n")
    expect_load(kexec, ["-s", "-l", "IMAGE"], root, "", status=3)
    assert state_of(root) == "0\n"


@pytest.mark.parametrize("end", ["exit 3", "kill -KILL $$"])
def test_second_load_that_fails(tool, kexec, kho_root, folder, end):
    """The kernel of the first load stays loaded. A signal that ends kexec ends `load`."""
    root = kho_root("0\n")
    states = script_of(root, folder, f"[ $(wc -l < {folder}/states) -eq 1 ] || {end}")
    got = tool.on(root, "load", "-s", "-l", folder / "vmlinuz",
                  env={"PATH": f"{folder}/bin:{os.environ['PATH']}"})
    assert states.read_text() == "0\n1\n"
    if end == "exit 3":
        assert (got.status, got.talk) == (0, SAID + AGAIN)
    else:
        assert (got.status, got.talk) == (-signal.SIGKILL, SAID)


@pytest.mark.parametrize("size", ["268435456\n", "x\n", FOLDER], ids=["256M", "invalid", "unreadable"])
def test_memory_for_a_capture_kernel(kexec, kho_root, size):
    root = kho_root("0\n", **{CRASH_SIZE: size})
    expect_load(kexec, ["-s", "-l", "IMAGE"], root, FOR_CAPTURE)
    assert state_of(root) == "0\n"


def test_no_memory_for_a_capture_kernel(kexec, kho_root):
    root = kho_root("0\n", **{CRASH_SIZE: "0\n"})
    expect_load(kexec, ["-s", "-l", "IMAGE"], root, SAID, runs=2)


def test_start_at_once(kexec, kho_root):
    root = kho_root("0\n")
    expect_load(kexec, ["-s", "-f", "IMAGE"], root, FOR_START)
    assert state_of(root) == "0\n"


@pytest.mark.parametrize("option", ["--initrd=", "--ramdisk="])
def test_pipe(kexec, kho_root, folder, option):
    """A second load would get an empty initrd."""
    root = kho_root("0\n")
    os.mkfifo(folder / "pipe")
    expect_load(kexec, ["-l", "IMAGE", f"{option}{folder}/pipe"], root, FOR_PIPE)
    assert state_of(root) == "0\n"


CAPTURE = {
    "-p": (["-p", "IMAGE"], WARNING),
    "-p -s": (["-s", "-p", "IMAGE"], WARNING),
    "-p -a": (["-a", "-p", "IMAGE"], WARNING),
    "-p -c": (["-c", "-p", "IMAGE"], ""),
}


@pytest.mark.parametrize("name", CAPTURE)
def test_capture_kernel_after_finalization(kexec, kho_root, name):
    arguments, talk = CAPTURE[name]
    expect_load(kexec, arguments, kho_root("1\n"), talk)


@pytest.mark.parametrize("state", ["", "2\n", "01\n", "10\n"])
def test_invalid_state(kexec, kho_root, state):
    root = kho_root(state)
    expect_load(kexec, ["-s", "-l", "IMAGE"], root,
                CANNOT.format("its file finalize contains neither 0 nor 1"))
    expect_load(kexec, ["-p", "IMAGE"], root, "")
    assert state_of(root) == state


def test_cannot_be_opened(kexec, kho_root, unprivileged):
    expect_load(kexec, ["-s", "-l", "IMAGE"], kho_root(Forbidden(b"0\n")),
                CANNOT.format("Permission denied"), program=unprivileged)
    expect_load(kexec, ["-s", "-l", "IMAGE"], kho_root(FOLDER), CANNOT.format("Is a directory"))


def test_cannot_be_opened_for_writing(kexec, kho_root, unprivileged):
    root = kho_root("0\n")
    (root / KHO_FINALIZE).chmod(0o444)
    expect_load(kexec, ["-s", "-l", "IMAGE"], root, CANNOT.format("Permission denied"),
                program=unprivileged)
    assert state_of(root) == "0\n"


@pytest.mark.parametrize("error, reason", [
    (errno.EPERM, "the kernel is locked down"), (errno.EBUSY, "Device or resource busy")])
def test_cannot_be_written(kexec, kho_root, error, reason):
    if WRITE is None:
        pytest.skip("the number of write(2) is unknown for this machine")
    refuse = refuse_writes_of_one_byte(error)
    try:
        subprocess.run(["true"], preexec_fn=refuse, check=True, timeout=600)
    except subprocess.SubprocessError:
        pytest.skip("no seccomp filter can be installed here")
    root = kho_root("0\n")
    expect_load(kexec, ["-s", "-l", "IMAGE"], root, CANNOT.format(reason), preexec_fn=refuse)
    assert state_of(root) == "0\n"


def test_does_not_leave_the_root(kexec, kho_root, folder):
    (folder / "outside").write_text("0\n")
    root = kho_root(Link("../../../../../../outside"))
    expect_load(kexec, ["-s", "-l", "IMAGE"], root, "")
    assert (folder / "outside").read_text() == "0\n"


def test_exit_status_is_that_of_kexec(kexec, kho_root):
    for status in (0, 3):
        expect_load(kexec, ["-s", "-l", "IMAGE"], kho_root("1\n"), "", status=status)
