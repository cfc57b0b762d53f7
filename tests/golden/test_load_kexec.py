# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that `load` runs the right kexec under its own name, and reports a missing kexec."""
import os
import shutil
import subprocess

import pytest

from .system import cold
from .tool import make_environment

EVERYWHERE = ("/usr/sbin/kexec", "/sbin/kexec")


def test_name_of_the_process(tool, make_root, folder):
    """kexec runs with "kexec" as its argument 0. In this test, kexec is a shell that prints its argument 0."""
    (folder / "kexec").symlink_to(shutil.which("bash") or pytest.skip("bash is not installed"))
    got = tool.on(make_root(cold()), "load", "-e", "-c", 'echo "$0"', env={"PATH": folder})
    assert (got.status, got.text, got.talk) == (0, "kexec\n", "")


def test_kexec_that_may_not_be_run(tool, unprivileged, make_root, folder):
    (folder / "kexec").write_text("#!/bin/sh\n")
    got = tool.on(make_root(cold()), "load", "-e", env={"PATH": folder})
    assert (got.status, got.talk) == (1, "kexec-lineage: load: cannot run kexec: Permission denied\n")


def in_a_namespace_without_kexec(command):
    """Run in a private mount namespace, with an empty folder over /usr/sbin and /sbin."""
    script = ('mount -t tmpfs none /usr/sbin && { [ /sbin -ef /usr/sbin ] || '
              'mount -t tmpfs none /sbin; } && exec "$@"')
    unshare = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]
    sandbox = [*unshare, "sh", "-c", script, "sh"]
    try:
        probe = subprocess.run([*sandbox, "true"], capture_output=True, check=False, timeout=600)
    except FileNotFoundError:
        pytest.skip("kexec is installed, and unshare is not")
    if probe.returncode != 0:
        pytest.skip(f"kexec is installed, and a mount namespace cannot be created: {probe.stderr}")
    return [*sandbox, *command]


def test_kexec_that_is_not_installed(tool, make_root, folder):
    command = tool.command(f"--root={make_root(cold())}", "load", "-e")
    if any(os.path.exists(path) for path in EVERYWHERE):
        command = in_a_namespace_without_kexec(["env", f"PATH={folder}", *command])
    got = subprocess.run(command, capture_output=True, check=False, timeout=600,
                         env=make_environment({}))
    assert (got.returncode, got.stdout) == (1, b"")
    assert got.stderr == b"kexec-lineage: load: kexec is not installed (install the package kexec-tools)\n"


@pytest.mark.skipif(not os.path.exists("/usr/sbin/kexec"), reason="kexec is not installed")
def test_kexec_is_found_outside_path(tool, make_root, folder):
    got = tool.on(make_root(cold()), "load", "--version", env={"PATH": folder})
    assert got.status == 0
    assert got.text.startswith("kexec-tools ")
