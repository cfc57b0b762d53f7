# SPDX-License-Identifier: GPL-2.0-or-later
"""Root file systems in which tests install and remove packages.

mmdebstrap makes one root file system for each suite, from the mirror of this machine. The root file system contains the
dependencies of the packages and the package file of kexec-tools. The lab keeps it in its cache, and tests work on
copies.
"""
from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

from lab import apt, cache

# The folder for packages, which files() ignores.
DEBS = "srv/debs"
FETCH = f'chroot "$1" sh -c "mkdir -p /{DEBS} && cd /{DEBS} && apt-get -q download kexec-tools"'


class Chroot:
    """A root file system in which commands run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __truediv__(self, path: str) -> Path:
        return self.folder / path.lstrip("/")

    def run(self, *command: str, status: int | None = 0, timeout: int = 3600,
            **more) -> subprocess.CompletedProcess:
        """Run a command in the root file system, with its own /proc, which is unmounted at the end."""
        inside = ["unshare", "--mount", "--pid", "--fork", "--kill-child", f"--root={self.folder}", "--mount-proc"]
        clean = ["/usr/bin/env", "-i", "PATH=/usr/sbin:/usr/bin", "LC_ALL=C.UTF-8", "DEBIAN_FRONTEND=noninteractive"]
        done = subprocess.run([*inside, *clean, *command], capture_output=True, text=True, check=False, timeout=timeout,
                              **{"stdin": subprocess.DEVNULL, **more} if "input" not in more else more)
        if status is not None:
            assert done.returncode == status, f"{' '.join(command)}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done

    def text(self, *command: str, status: int | None = 0) -> str:
        return self.run(*command, status=status).stdout

    def put(self, *packages: Path) -> list[str]:
        """Copy packages into the root file system. Return their paths in it."""
        for package in packages:
            shutil.copy(package, self / DEBS)
        return [f"/{DEBS}/{package.name}" for package in packages]

    def install(self, *packages: Path, force: str = "") -> str:
        """Install packages with the options that apt gives dpkg. Return its output, most of which is on stderr."""
        options = ["--auto-deconfigure", *([f"--force-{force}"] if force else [])]
        options += ["--force-unsafe-io"]  # no fsync: losing a copy is harmless
        done = self.run("dpkg", *options, "--install", *self.put(*packages))
        return done.stdout + done.stderr

    def script(self, path: str, text: str) -> None:
        (self / path).write_text("#!/bin/sh\n" + text)
        (self / path).chmod(0o755)

    def files(self) -> set[str]:
        """Return all paths, without the records and logs of dpkg and apt."""
        kept = ("/var/lib/dpkg/", "/var/log/", "/var/cache/", f"/{DEBS}/", "/proc/")
        paths = ("/" + str(path.relative_to(self.folder)) for path in self.folder.rglob("*"))
        return {path for path in paths if not path.startswith(kept)}


def kept(suite: str, packages: list[str]) -> Path:
    """Return the cached root file system of a suite. Create it if it is missing."""
    names = sorted({"kexec-tools", "systemd", *packages})
    digest = hashlib.sha256(" ".join([FETCH, *names]).encode()).hexdigest()[:12]
    folder = cache.cache_folder().parent / "chroot"
    wanted = folder / f"{suite}-{digest}"
    with cache.locked(folder, suite):
        if not wanted.exists():
            make(suite, names, wanted)
    return wanted


def make(suite: str, names: list[str], wanted: Path) -> None:
    """Create a root file system and rename it at the end, so that an incomplete file system is never used."""
    cache.say(f"making a root file system of {suite} ...")
    unfinished = wanted.with_name(wanted.name + ".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    command = ["mmdebstrap", "--quiet", "--variant=apt", "--mode=root", f"--include={','.join(names)}",
               f"--customize-hook={FETCH}", suite, str(unfinished), apt.mirror("debian")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise apt.AptError(f"mmdebstrap {suite}: {done.stderr.strip()}")
    unfinished.rename(wanted)


def copy(source: Path, target: Path) -> Chroot:
    subprocess.run(["cp", "--archive", "--reflink=auto", str(source), str(target)], check=True)
    return Chroot(target)
