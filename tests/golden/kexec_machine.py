# SPDX-License-Identifier: GPL-2.0-or-later
"""A fake machine with a fake kexec and a fake systemctl, on which a kexec is noted before it starts."""
import os
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest

from .kernel import RELEASE as IMAGE_RELEASE
from .kernel import bzimage
from .machine import Machine
from .system import FOLDER, RELEASE, cold, stamp
from .tool import make_environment

NOTE = "run/kexec-lineage/loaded"
EFI = "sys/firmware/efi/efivars"
ROOT_MOUNT = "25 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw\n"
EFI_MOUNT = f"31 25 0:29 / /{EFI} ro,nosuid - efivarfs efivarfs rw\n"  # read-only in the unit
VAR_MOUNT = "40 25 254:1 / /var rw,relatime shared:2 - ext4 /dev/vdb rw\n"
WRAPPER = {"usr/sbin/kexec": (Path(__file__).parents[2] / "host/kexec").read_bytes()}
SYSTEM = {**WRAPPER, "proc/self/mountinfo": ROOT_MOUNT}
LOADED = {**SYSTEM, "run": FOLDER, "sys/kernel/kexec_loaded": "1\n"}
EMPTY = {**SYSTEM, "run": FOLDER, "sys/kernel/kexec_loaded": "0\n"}
STAMP = stamp(1, RELEASE, made_for=IMAGE_RELEASE).partition("=")[2]
STARTS = "kill -KILL $PPID"
START = "var/lib/kexec-lineage/kexec-started"
FAILED = f"{EFI}/KexecLineageFailedStart-53fd4a31-5c7e-4a3b-9d0a-6d1f0c6b8e52"
NO_START = "\n" * 512
DEADLINE_S = 2


class Kexec(Machine):
    """A machine with a fake kexec and a fake systemctl."""

    def __init__(self, tool, folder):
        super().__init__(tool, folder / "machine")
        self.bin = folder / "bin"
        self.image = folder / "vmlinuz"
        self.bin.mkdir()
        self.image.write_bytes(bzimage())

    def load(self, *arguments, script="exit 0", status=0):
        """Run `load` with a kexec that executes a script. Return the messages."""
        self.script("kexec", script)
        arguments = [self.image if argument == "IMAGE" else argument for argument in arguments]
        got = self.run("load", *arguments, env={"PATH": f"{self.bin}:{os.environ['PATH']}"})
        assert got.status == status, got
        return got.talk

    def environment(self):
        """Return the environment of a program that finds the fake kexec and the fake systemctl."""
        path = f"{self.bin}:{os.environ['PATH']}"
        return make_environment({"PATH": path, "KEXEC_LINEAGE_SYSTEMCTL": self.bin / "systemctl"})

    def start(self, *arguments):
        return self.load(*arguments, script=STARTS, status=-signal.SIGKILL)

    def script(self, name, text):
        (self.bin / name).write_text(f"#!/bin/sh\n{text}\n")
        (self.bin / name).chmod(0o755)

    def shut_down(self, jobs, script='printf "%s" "$JOBS"'):
        """Run `record --shutdown` while systemd has these jobs."""
        self.script("systemctl", script)
        got = self.run("record", "--shutdown", env={"KEXEC_LINEAGE_SYSTEMCTL": self.bin / "systemctl", "JOBS": jobs})
        assert (got.status, got.talk) == (0, ""), got
        return self

    @property
    def boot_id(self):
        return (self.root / "proc/sys/kernel/random/boot_id").read_text().strip()

    def started(self):
        """Return the release of the kexec that this boot has noted: None without a note, "" if unknown."""
        text = (self.root / START).read_text()
        assert len(text) == 512
        if text == NO_START:
            return None
        found = re.fullmatch(r"boot=(.*)\nrelease=(.*)\ntime=(\d+)\nend\n+", text)
        assert found[1] == self.boot_id and abs(int(found[3]) - time.time()) < 600
        return found[2]

    def next(self, description=None):
        """Boot again after a start, and return the ends of all boots."""
        self.boot(description or cold()).record()
        assert (self.root / START).read_text() == NO_START
        return self.ends()

    def note(self):
        path = self.root / NOTE
        return path.read_text() if path.exists() else None


def noted(release=IMAGE_RELEASE, value=STAMP):
    return f"release={release}\nstamp={value}\n"


def read_only(command, folder):
    """Run with a folder mounted read-only, in a private mount namespace."""
    script = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"'
    unshare = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]
    probe = subprocess.run([*unshare, "sh", "-c", script, folder, "true"], capture_output=True, check=False)
    if probe.returncode:
        pytest.skip(f"no mount namespace: {probe.stderr}")
    return [*unshare, "sh", "-c", script, folder, *command]


def mount_small(machine):
    """Mount a small file system for the history."""
    folder = machine.root / "var/lib/kexec-lineage"
    folder.mkdir(parents=True)
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder],
                                           capture_output=True, check=False).returncode:
        pytest.skip("only root can mount a small file system")
    return folder
