# SPDX-License-Identifier: GPL-2.0-or-later
"""Where can a package be installed and removed without harm? In a copy of a small Debian of its own.

mmdebstrap makes one for each suite, once, from this machine's own mirror, with what the packages depend on and a
kexec-tools package to install anew. It is kept in the lab's cache; tests work on copies.
"""
from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

from lab import apt, cache

# Packages are put here, out of the way of what is looked at.
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
        """Runs it in there, with a /proc of its own, which nothing is left of afterwards."""
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
        """Copies packages in; their paths there."""
        for package in packages:
            shutil.copy(package, self / DEBS)
        return [f"/{DEBS}/{package.name}" for package in packages]

    def install(self, *packages: Path, force: str = "") -> str:
        """dpkg says more of what it does on stderr than on stdout."""
        options = ["--force-unsafe-io", *([f"--force-{force}"] if force else [])]  # quick, in a copy
        done = self.run("dpkg", *options, "--install", *self.put(*packages))
        return done.stdout + done.stderr

    def script(self, path: str, text: str) -> None:
        (self / path).write_text("#!/bin/sh\n" + text)
        (self / path).chmod(0o755)

    def files(self) -> set[str]:
        """Every path, but what dpkg, apt and logs keep of what was once installed."""
        kept = ("/var/lib/dpkg/", "/var/log/", "/var/cache/", f"/{DEBS}/", "/proc/")
        paths = ("/" + str(path.relative_to(self.folder)) for path in self.folder.rglob("*"))
        return {path for path in paths if not path.startswith(kept)}


def kept(suite: str, packages: list[str]) -> Path:
    """The root file system of a suite, made if it is not in the cache."""
    names = sorted({"kexec-tools", "systemd", *packages})
    digest = hashlib.sha256(" ".join([FETCH, *names]).encode()).hexdigest()[:12]
    folder = cache.cache_folder().parent / "chroot"
    wanted = folder / f"{suite}-{digest}"
    with cache.locked(folder, suite):
        if not wanted.exists():
            make(suite, names, wanted)
    return wanted


def make(suite: str, names: list[str], wanted: Path) -> None:
    """It gets its name last: what is half done is not taken for a whole one."""
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
