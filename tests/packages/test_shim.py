# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that the wrapper behaves like kexec, even if kexec-lineage is missing or broken."""
import shutil
import subprocess

import pytest

REAL = "/usr/sbin/kexec.distrib.usr-is-merged"
PROGRAM = "/usr/bin/kexec-lineage"
# A script that prints its path, its arguments, KEXEC_LINEAGE_KEXEC and its input.
ECHO = 'printf "%s" "$0"; printf " [%s]" "$@"; echo " kexec=${KEXEC_LINEAGE_KEXEC-}"; cat; exit 7\n'


@pytest.fixture(scope="module")
def prepared(debian, built, tmp_path_factory):
    """Yield a root file system in which the tests replace the real kexec and the program."""
    from . import chroot
    system = chroot.copy(debian("bookworm"), tmp_path_factory.mktemp("shim") / "bookworm")
    system.install(*built.program())
    (system / REAL).rename(system / "srv/kexec")
    (system / PROGRAM).rename(system / "srv/kexec-lineage")
    yield system
    shutil.rmtree(system.folder)


@pytest.fixture
def system(prepared):
    prepared.script(REAL, ECHO)
    shutil.copy(prepared / "srv/kexec-lineage", prepared / PROGRAM)
    return prepared


@pytest.fixture
def with_dracut(debian, built, tmp_path):
    from . import chroot
    debian("bookworm")  # skips the test without root or mmdebstrap
    needed = [*built.depends("kexec-lineage"), "dracut-core"]
    system = chroot.copy(chroot.kept("bookworm", needed), tmp_path / "bookworm")
    system.install(*built.program())
    yield system
    shutil.rmtree(system.folder)


def test_same_output_and_status_as_kexec(system):
    shutil.copy(system / "srv/kexec", system / REAL)
    for options in (["--version"], ["--help"], ["-l"], ["-l", "/no such file"]):
        real, shim = (system.run(path, *options, status=None) for path in ("/srv/kexec", "/usr/sbin/kexec"))
        assert (shim.returncode, shim.stdout) == (real.returncode, real.stdout), options
        assert shim.stderr == real.stderr or "No such file" in real.stderr, options


def test_arguments_input_and_status(system):
    arguments = ("-e", "", "a b", "*", "--debug")
    done = system.run("kexec", *arguments, status=7, input="what was typed\n")
    assert done.stdout.partition(" kexec=")[0].endswith(" [-e] [] [a b] [*] [--debug]")
    assert done.stdout.endswith("\nwhat was typed\n")
    assert done.stderr == ""


def test_load_gets_the_path_of_the_real_kexec(system):
    system.script(PROGRAM, '[ "$1" != --version ] || exit 0\n' + ECHO)
    done = system.run("kexec", "-l", "image", status=7)
    assert done.stdout == f"{PROGRAM} [load] [-l] [image] kexec={REAL}\n"


@pytest.mark.parametrize("environment", [{}, {"PATH": "/nowhere"}])
def test_without_a_path(system, environment):
    command = [shutil.which("chroot"), str(system.folder), "/usr/sbin/kexec", "-e"]
    done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          check=False, timeout=600)
    assert done.returncode == 7 and " [-e]" in done.stdout


@pytest.mark.parametrize("broken", ["missing", "not executable", "not a program", "fails"])
def test_without_kexec_lineage(system, broken):
    program = system / PROGRAM
    program.unlink()
    if broken == "not executable":
        program.write_text("text")
    elif broken == "not a program":
        program.write_bytes(b"\x7fELF, truncated")
        program.chmod(0o755)
    elif broken == "fails":
        system.script(PROGRAM, "exit 127\n")
    done = system.run("kexec", "-e", "", "a b", status=7)
    assert (done.stdout.split(" kexec=")[0], done.stderr) == (f"{REAL} [-e] [] [a b]", "")


def test_without_a_library(system):
    library = next((system / "usr/lib").rglob("libfdt.so.1")).resolve()
    library.rename(library.with_suffix(".away"))
    try:
        done = system.run("kexec", "-e", status=7)
    finally:
        library.with_suffix(".away").rename(library)
    assert (done.stdout.split(" kexec=")[0], done.stderr) == (f"{REAL} [-e]", "")


def test_without_the_real_kexec(system):
    (system / REAL).unlink()
    done = system.run("kexec", "--version", status=1)
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1 and "install kexec-tools" in done.stderr


def test_with_the_wrapper_as_the_real_kexec(system):
    shutil.copy(system / "usr/sbin/kexec", system / REAL)
    done = system.run("kexec", "--version", status=1, timeout=600)  # it must not loop
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1 and "reinstall kexec-tools" in done.stderr


def test_inherited_environment_is_not_a_loop(system):
    """The wrapper ignores a KEXEC_LINEAGE_SHIM of another process, which for example a script run by kexec inherits."""
    done = system.run("env", "KEXEC_LINEAGE_SHIM=999999 real", "kexec", "-e", status=7)
    assert " [-e]" in done.stdout


def test_initramfs_of_dracut(with_dracut):
    """dracut may start the kexec in an initramfs that has the wrapper and the real kexec, but not the program."""
    made = with_dracut.run("dracut", "--no-kernel", "--force", "--quiet", "--modules", "base shutdown",
                           "/srv/initramfs", "6.1.0", status=None)
    with_dracut.run("sh", "-c", "mkdir /srv/root && cd /srv/root && lsinitrd --unpack /srv/initramfs")
    assert not (with_dracut / "srv/root" / PROGRAM.lstrip("/")).exists()
    done = with_dracut.run("chroot", "/srv/root", "/usr/sbin/kexec", "--version")
    assert done.stdout.startswith("kexec-tools "), made.stderr
