# SPDX-License-Identifier: GPL-2.0-or-later
"""The kernel headers and build scripts for modules, unpacked into the cache and not installed.

Debian has them in three packages that refer to each other: the kernel's own headers, the headers common to all its
variants, and the build scripts. All three packages are unpacked into one folder, and their only absolute path is made
relative.
"""

from __future__ import annotations

import contextlib
import fnmatch
import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from lab import cache
from lab.apt import AptError, Package, Suite
from lab.cache import Kernel

# Do not unpack vmlinux: it would make the build add BTF to the module, which needs pahole and is not used here.
LEFT_OUT = ("vmlinux", "usr/share")
COMMON = "linux-headers-*-common"
SCRIPTS = "linux-kbuild-*"  # programs that run on this machine


def unpack(release: str, suite: Suite, version: str, folder: Path) -> None:
    """Download and unpack the headers of a release into a new folder. Raises AptError, CalledProcessError."""
    main = suite.named(f"linux-headers-{release}", version)
    _unpack(main, suite, folder)
    for name in suite.depends(main):
        if fnmatch.fnmatch(name, COMMON):
            _unpack(suite.named(name, version), suite, folder)
        elif fnmatch.fnmatch(name, SCRIPTS):
            host = suite.of_host()
            host.update_once()
            _unpack(host.named(name, version), host, folder)
    _make_relative(build_folder(folder, release) / "Makefile")


def build_folder(folder: Path, release: str) -> Path:
    """Return the argument of `make -C`: a Debian package's folder, or `folder` itself if the lab built the kernel."""
    debian = folder / "usr/src" / f"linux-headers-{release}"
    return debian if debian.exists() else folder


def _unpack(package: Package, suite: Suite, folder: Path) -> None:
    with tempfile.TemporaryDirectory(prefix=".deb-", dir=folder.parent) as scratch:
        deb = suite.download(package, Path(scratch))
        with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", deb], stdout=subprocess.PIPE) as archive:
            left_out = [f"--exclude={name}" for name in LEFT_OUT]
            folder.mkdir(parents=True, exist_ok=True)
            command = ["tar", "-x", "-C", str(folder), "--no-same-owner", *left_out]
            subprocess.run(command, stdin=archive.stdout, check=True)


def _make_relative(makefile: Path) -> None:
    here = "$(dir $(realpath $(lastword $(MAKEFILE_LIST))))"
    text = makefile.read_text(encoding="utf-8")
    makefile.write_text(re.sub(r"^include /usr/src/", f"include {here}../", text, flags=re.M), encoding="utf-8")


def digest(folder: Path) -> str:
    """Return the SHA-256 of all names, links and contents below a folder."""
    total = hashlib.sha256()
    for path, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names + [name for name in folders if os.path.islink(os.path.join(path, name))]):
            whole = os.path.join(path, name)
            total.update(os.path.relpath(whole, folder).encode() + b"\0")
            if os.path.islink(whole):
                total.update(b"link " + os.readlink(whole).encode())
            else:
                with open(whole, "rb") as file:
                    total.update(hashlib.sha256(file.read()).digest())
    return total.hexdigest()


def folder_of(kernel: Kernel) -> Path:
    return kernel.path.parent / f"headers-{kernel.release}"


@contextlib.contextmanager
def replacing(kernel: Kernel) -> Iterator[Path]:
    """Provide a new folder to fill. Then replace the old folder with it, and write its digest last."""
    folder = folder_of(kernel)
    new = folder.with_name(f".new-{folder.name}")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    yield new
    _digest_file(kernel).unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
    os.rename(new, folder)
    cache.write_json(_digest_file(kernel), {"sha256": digest(folder)})


def _digest_file(kernel: Kernel) -> Path:
    return kernel.path.parent / f"headers-{kernel.release}.json"


def digest_of(kernel: Kernel) -> str:
    """Return the digest that was written when the headers were unpacked. Raises OSError, ValueError, KeyError."""
    return json.loads(_digest_file(kernel).read_text(encoding="utf-8"))["sha256"]


def _is_whole(kernel: Kernel) -> bool:
    try:
        return digest_of(kernel) == digest(folder_of(kernel))
    except (OSError, ValueError, KeyError, TypeError):
        return False


def get(kernel: Kernel, suites: Sequence[Suite]) -> Path:
    """Return the verified folder for `make -C` for this kernel; download the headers if needed. Raises AptError."""
    if not _is_whole(kernel):
        cache.say(f"{kernel.id}: downloading the headers of {kernel.release} ...")
        suite = next((suite for suite in suites if _has(suite, kernel)), None)
        if suite is None:
            raise AptError(f"no suite has the headers of {kernel.release} any more: "
                           "run `python3 -m lab fetch --refresh`")
        with replacing(kernel) as folder:
            unpack(kernel.release, suite, kernel.version, folder)
    return build_folder(folder_of(kernel), kernel.release)


def _has(suite: Suite, kernel: Kernel) -> bool:
    suite.update_once()
    offered = suite.matching(re.escape(f"linux-headers-{kernel.release}"))
    return any(package.version == kernel.version for package in offered)
