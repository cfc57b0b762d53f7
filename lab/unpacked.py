# SPDX-License-Identifier: GPL-2.0-or-later
"""Debian packages that the lab unpacks into the cache and does not install.

The manifest of a group of packages is written last. It names the packages and has a digest of all files, which is
checked before every use.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from lab import apt, cache, headers, kernels
from lab.apt import AptError, Package, Suite

SUITES = ("bookworm", "bookworm-security")
LEFT_OUT = ("usr/share/doc", "usr/share/man", "usr/share/locale")


class Unavailable(Exception):
    """The packages are not in the cache and cannot be fetched; the text says why."""


@dataclass(frozen=True)
class Group:
    """Packages that are unpacked into one folder of the cache, with the name of the group.

    packages: their names; "NAME/SUITE" takes the package from this suite
    arch: Debian's name of the architecture
    suites: the suites in which the other packages are searched
    """

    name: str
    packages: tuple[str, ...]
    arch: str = apt.HOST
    suites: tuple[str, ...] = SUITES

    def get(self) -> Path:
        """Return the folder with the files, from the cache if possible. Raises Unavailable."""
        root = cache.cache_folder()
        with cache.locked(root, apt.LOCK):
            if not self._is_whole(root):
                try:
                    fetch(self, root)
                except (AptError, subprocess.CalledProcessError) as error:
                    raise Unavailable(f"{', '.join(self.packages)}: {error}") from error
        return self.folder(root)

    def folder(self, root: Path) -> Path:
        return root / self.name / "files"

    def manifest(self, root: Path) -> Path:
        return root / self.name / "manifest.json"

    def write_manifest(self, root: Path, versions: dict[str, str]) -> None:
        cache.write_json(self.manifest(root), {"packages": versions, "sha256": headers.digest(self.folder(root))})

    def _is_whole(self, root: Path) -> bool:
        try:
            manifest = json.loads(self.manifest(root).read_text(encoding="utf-8"))
            return (set(manifest["packages"]) == set(self.packages)
                    and manifest["sha256"] == headers.digest(self.folder(root)))
        except (OSError, ValueError, KeyError, TypeError):
            return False


def fetch(group: Group, root: Path) -> None:
    """Download and unpack the newest version of each package. Raises AptError, CalledProcessError."""
    known = kernels.read()
    names = dict.fromkeys([*group.suites, *(name.partition("/")[2] for name in group.packages if "/" in name)])
    suites = {name: Suite(name, known.archives[name], root / "apt", known.has_sources(name), group.arch)
              for name in names}
    cache.say(f"downloading {', '.join(group.packages)} ...")
    for suite in suites.values():
        suite.update_once()
    found = {name: _newest(name, suites, group.suites) for name in group.packages}
    folder = group.folder(root)
    folder.parent.mkdir(parents=True, exist_ok=True)
    group.manifest(root).unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
    for package in found.values():
        with tempfile.TemporaryDirectory(prefix=".deb-", dir=root) as scratch:
            deb = suites[package.suite].download(package, Path(scratch))
            subprocess.run(["dpkg-deb", "-x", deb, folder], check=True)
    for name in LEFT_OUT:
        shutil.rmtree(folder / name, ignore_errors=True)
    _merge_usr(folder)
    _make_relative(folder)
    group.write_manifest(root, {name: package.version for name, package in found.items()})


def _merge_usr(folder: Path) -> None:
    """Add the links to folders in /usr that the installation of Debian 13 makes and no package contains."""
    for name in ("lib", "lib64"):
        if (folder / "usr" / name).exists() and not (folder / name).exists():
            (folder / name).symlink_to(f"usr/{name}")


def _make_relative(folder: Path) -> None:
    """Let absolute links, for example to a dynamic loader, point into the folder."""
    for path in folder.rglob("*"):
        if path.is_symlink() and (target := os.readlink(path)).startswith("/"):
            path.unlink()
            path.symlink_to(os.path.relpath(folder / target.lstrip("/"), path.parent))


def _newest(name: str, suites: dict[str, Suite], default: tuple[str, ...]) -> Package:
    plain, _, only = name.partition("/")
    searched = (only,) if only else default
    offered = [package for suite in searched for package in suites[suite].versions(plain)]
    if not offered:
        raise AptError(f"no package {plain} in {', '.join(searched)}")
    return apt.newest_first(offered)[0]
