# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that a kexec that was started, but failed, is never reported as lost.

If a kexec of systemd fails, all file systems are read-only or unmounted. `load` then removes the note that this boot
starts a kexec, and `record --shutdown` writes this note only if `load` could remove it.
"""
import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from .kexec_machine import (EFI, EFI_MOUNT, FAILED, IMAGE_RELEASE, LOADED, NOTE, ROOT_MOUNT, START, STARTS,
                            VAR_MOUNT, Kexec, mount_small, noted, read_only)
from .system import FOLDER, cold, put


@pytest.fixture
def machine(tool, folder):
    return Kexec(tool, folder)


@pytest.fixture
def small_disk(machine):
    folder = mount_small(machine)
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_note_cannot_be_written(machine):
    """Without a note, no start is recorded: a failed kexec could not cancel it in the history."""
    machine.boot({**cold(), **LOADED, NOTE: noted()}).record()
    (machine.root / START).unlink()
    (machine.root / START).mkdir()
    machine.shut_down("7 kexec.target start waiting\n")
    (machine.root / START).rmdir()
    assert machine.next() == ["clean", "running"]


def test_link_out_of_the_root(machine, folder):
    """With --root, a symbolic link does not lead to a file outside this folder."""
    outside = folder / "outside"
    outside.mkdir()
    put(outside / "kexec-started", "untouched")
    machine.boot({**cold(), **LOADED, NOTE: noted()}).record()
    shutil.move(machine.root / "var/lib/kexec-lineage", folder / "moved")
    os.symlink(outside, machine.root / "var/lib/kexec-lineage")
    machine.start("-e")
    machine.load("-e", script="exit 1", status=1)
    machine.run("record")
    assert (outside / "kexec-started").read_text() == "untouched"


def fall_back(machine, jobs="7 kexec.target start waiting\n"):
    """Shut down for a kexec whose system call fails when the file systems are read-only. Return the messages."""
    machine.boot({**cold(), **LOADED, NOTE: noted()}).record().shut_down(jobs)
    machine.script("kexec", "echo kexec failed >&2; exit 1")
    command = read_only(machine.tool.command(f"--root={machine.root}", "load", "-e"), str(machine.root / "var"))
    got = subprocess.run(command, capture_output=True, text=True, check=False,
                         env=machine.environment())
    assert got.returncode == 1
    return got.stderr


def test_failed_start_at_the_end_of_a_shutdown(machine):
    """systemd restarts the machine if the kexec fails. An EFI variable says that it failed, so it is not lost."""
    (machine.root / EFI).mkdir(parents=True)
    machine.boot = lambda description, boot=machine.boot: boot({**description, f"{EFI}/other": b""})
    assert fall_back(machine) == "kexec failed\n"
    variable = (machine.root / FAILED).read_bytes()
    assert variable == b"\7\0\0\0" + machine.boot_id.encode()
    machine.boot({**cold(), FAILED: variable}).record()
    assert machine.ends() == ["clean", "running"]


@pytest.mark.parametrize("variable", [b"", b"\7\0\0\0", b"\7\0\0\0another boot"])
def test_other_content_of_the_variable(machine, variable):
    """A variable that an earlier boot left says nothing about this kexec."""
    machine.boot({**cold(), **LOADED, NOTE: noted(), FAILED: variable}).record()
    machine.start("-e")
    machine.boot({**cold(), FAILED: variable}).record()
    assert machine.ends() == ["kexec", "lost", "running"]


UNSEEN = {
    "kexec is not the wrapper": {"usr/sbin/kexec": b"\x7fELF"},
    "one kexec is not the wrapper": {"sbin/kexec": b"\x7fELF"},
    "no kexec": {"usr/sbin/kexec": None},
    "initramfs": {"run/initramfs/shutdown": "#!/bin/sh\n"},
    "initramfs that is not unpacked yet": {"run/initramfs/.need_shutdown": ""},
    "other file system": {"proc/self/mountinfo": ROOT_MOUNT + VAR_MOUNT},
    "read-only EFI variables": {"proc/self/mountinfo": ROOT_MOUNT + VAR_MOUNT + EFI_MOUNT.replace(" rw", " ro"),
                                f"{EFI}/other": b""},
    "unknown mounts": {"proc/self/mountinfo": None},
}


@pytest.mark.parametrize("name", UNSEEN)
def test_unseen_failure(machine, name):
    """If nothing could cancel the note after a failed kexec, `record --shutdown` writes no note."""
    machine.boot({**cold(), **LOADED, NOTE: noted(), **UNSEEN[name]}).record()
    machine.shut_down("7 kexec.target start waiting\n")
    assert machine.started() is None
    assert machine.next() == ["clean", "running"]


def test_folder_is_a_link(machine):
    """The target of the link can be on a file system that is unmounted before the kexec."""
    machine.boot({**cold(), **LOADED, NOTE: noted()}).record()
    shutil.move(machine.root / "var/lib/kexec-lineage", machine.root / "var/other")
    os.symlink("../other", machine.root / "var/lib/kexec-lineage")
    machine.shut_down("7 kexec.target start waiting\n")
    assert machine.started() is None


@pytest.mark.parametrize("fails", [False, True])
def test_file_system_that_is_unmounted(machine, fails):
    """If the file system of the note is unmounted before the kexec, a failed kexec finds a copy of the note in /run."""
    efi = {"proc/self/mountinfo": ROOT_MOUNT + VAR_MOUNT + EFI_MOUNT, f"{EFI}/other": b"", "run/kexec-lineage": FOLDER}
    machine.boot({**cold(), **LOADED, NOTE: noted(), **efi}).record().shut_down("7 kexec.target start waiting\n")
    assert machine.started() == IMAGE_RELEASE
    (machine.root / "var").rename(machine.root / "unmounted")
    assert machine.load("-e", script="exit 1" if fails else STARTS, status=1 if fails else -signal.SIGKILL) == ""
    (machine.root / "unmounted").rename(machine.root / "var")
    variable = {FAILED: (machine.root / FAILED).read_bytes()} if fails else {}
    assert machine.next({**cold(), **variable}) == ["clean", *([] if fails else ["lost"]), "running"]


def test_no_copy_in_run(machine):
    """Without the copy in /run, a failed kexec would not find the note."""
    efi = {"proc/self/mountinfo": ROOT_MOUNT + VAR_MOUNT + EFI_MOUNT, f"{EFI}/other": b"", "run/kexec-lineage": ""}
    machine.boot({**cold(), **LOADED, **efi})
    machine.run("record")
    machine.shut_down("7 kexec.target start waiting\n")
    assert machine.started() is None


def mount_of(folder):
    """Return the options of a mount, and those of its file system."""
    lines = [line.split() for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    [words] = [line for line in lines if line[4] == str(folder)]
    return sorted(words[5].split(",")), sorted(words[-1].split(","))


def remount(folder, options):
    subprocess.run(["mount", "-o", f"remount,{options}", folder], check=True)


@pytest.mark.parametrize("options", ["nosuid,nodev,noexec,noatime", "strictatime", "relatime,nodiratime,sync"])
def test_failed_start_without_efi(machine, small_disk, options):
    """systemd-shutdown has made the file system read-only. The note is removed, and the mount is as before."""
    machine.boot({**cold(), **LOADED, NOTE: noted()}).record().shut_down("7 kexec.target start waiting\n")
    remount(small_disk, f"ro,{options}")
    before = mount_of(small_disk)
    assert "ro" in before[1]
    assert machine.load("-e", script="exit 1", status=1) == ""
    assert machine.started() is None and mount_of(small_disk) == before
    remount(small_disk, "rw")
    assert machine.next() == ["clean", "running"]


@pytest.fixture
def frozen_disk(machine):
    """Mount a file system for the history. Return a function that freezes it, so that a process that writes cannot be
    killed, as if the disk did not respond."""
    image, folder = machine.root.parent / "image", machine.root / "var/lib/kexec-lineage"
    folder.mkdir(parents=True)
    image.write_bytes(b"")
    os.truncate(image, 4 << 20)
    steps = [["mkfs.ext4", "-q", image], ["mount", "-o", "loop", image, folder]]
    if os.geteuid() != 0 or not all(shutil.which(tool) for tool in ("mkfs.ext4", "fsfreeze")) or any(
            subprocess.run(step, capture_output=True, check=False).returncode for step in steps):
        pytest.skip("only root can mount and freeze a file system, with loop devices, mkfs.ext4 and fsfreeze")
    yield lambda: subprocess.run(["fsfreeze", "-f", folder], check=True)
    subprocess.run(["fsfreeze", "-u", folder], check=False)
    subprocess.run(["umount", "-l", folder], check=True)


def test_failed_start_on_a_disk_that_hangs(machine, frozen_disk):
    """`load` ends, although its child processes cannot be killed, and they keep no pipe of its caller open."""
    machine.boot({**cold(), **LOADED, NOTE: noted()}).record().shut_down("7 kexec.target start waiting\n")
    frozen_disk()
    machine.script("kexec", "exit 1")
    got = subprocess.run(machine.tool.command(f"--root={machine.root}", "load", "-e"), capture_output=True, text=True,
                         check=False, env=machine.environment(), timeout=20)
    assert got.returncode == 1
    assert got.stderr.endswith("Connection timed out: the next boot may report a lost kexec\n")


@pytest.mark.parametrize("text", ["", "boot=another\nrelease=\ntime=1\nend\n"])
def test_read_only_file_system_without_a_note(machine, small_disk, text):
    """A file system that someone else made read-only stays read-only."""
    machine.boot({**cold(), **LOADED, NOTE: noted()}).record()
    put(machine.root / START, text)
    remount(small_disk, "ro")
    machine.load("-e", script=f"mount -o remount,rw {small_disk}; touch {small_disk}/mark; mount -o remount,ro {small_disk};"
                 "exit 1", status=1)
    assert (machine.root / START).read_text() == text
    assert (machine.root / START).stat().st_ctime_ns < (small_disk / "mark").stat().st_ctime_ns


def test_failed_start_on_a_read_only_mount(machine):
    """In a sandbox, only the mount is read-only, but not its file system. Nothing is remounted."""
    assert fall_back(machine) == ("kexec failed\nkexec-lineage: load: cannot write /var/lib/kexec-lineage/kexec-started: "
                                  "Read-only file system: the next boot may report a lost kexec\n")
    assert machine.next() == ["clean", "lost", "running"]


def test_unload_after_the_start_was_noted(machine):
    """A kernel that was unloaded is not started: systemd falls back to a reboot."""
    machine.boot({**cold(), **LOADED, NOTE: noted()}).record().shut_down("7 kexec.target start waiting\n")
    assert machine.started() == IMAGE_RELEASE
    machine.load("-p", "-u")
    assert machine.started() == IMAGE_RELEASE
    machine.load("-u", script="exit 1", status=1)
    assert machine.started() == IMAGE_RELEASE
    machine.load("-u")
    assert machine.started() is None
    assert machine.next() == ["clean", "running"]
