# SPDX-License-Identifier: GPL-2.0-or-later
"""Fixtures of the package tests: the packages, in two versions and for each suite, and systems to install them in."""
from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP))

from . import chroot  # noqa: E402  (it imports lab/ of this tree)

NEXT_VERSION = re.search(r"^    version: '([^']+)'", (TOP / "meson.build").read_text(), re.MULTILINE)[1] + "+next1"
CODENAME = platform.freedesktop_os_release().get("VERSION_CODENAME")


@dataclass(frozen=True)
class Built:
    """The packages of one version."""

    folder: Path
    version: str

    def deb(self, name: str) -> Path:
        found = list(self.folder.glob(f"{name}_*.deb"))
        assert len(found) == 1, found
        return found[0]

    def changes(self) -> Path:
        return next(self.folder.glob("*.changes"))

    def program(self) -> list[Path]:
        """Return the packages that a host installs."""
        return [self.deb("kexec-lineage")]

    def both(self) -> list[Path]:
        """Return the packages that a collector installs."""
        return [self.deb("kexec-lineage"), self.deb("kexec-lineage-fleet")]

    def field(self, name: str, field: str) -> str:
        return output("dpkg-deb", "--field", str(self.deb(name)), field).strip()

    def contents(self, name: str) -> dict[str, str]:
        """Return the files and links of a package: path and mode."""
        rows = [line.split(maxsplit=5) for line in output("dpkg-deb", "--contents", str(self.deb(name))).splitlines()]
        return {row[5].split(" -> ")[0].lstrip("."): row[0] for row in rows if row[0][0] != "d"}

    def depends(self, *packages: str) -> list[str]:
        """Return the Depends and Pre-Depends of these packages, without packages of the project."""
        fields = [self.field(name, field) for name in packages for field in ("Pre-Depends", "Depends")]
        names = {part.split("|")[0].split()[0] for part in ", ".join(fields).split(",") if part.strip()}
        return sorted(name for name in names if "kexec-lineage" not in name)


def output(*command: str) -> str:
    return subprocess.run(command, cwd=TOP, check=True, capture_output=True, text=True).stdout


def need(program: str) -> None:
    if not shutil.which(program):
        pytest.skip(f"{program} is not installed")


def build(version: str, folder: Path) -> Built:
    need("dpkg-buildpackage")
    command = [str(TOP / "packaging/build-deb"), f"--output={folder}", *([f"--version={version}"] if version else [])]
    done = subprocess.run(command, cwd=TOP, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return Built(folder, version or done.stdout.rsplit("version ", 1)[1].split()[0])


@pytest.fixture(scope="session")
def built() -> Built:
    return build("", TOP / "build" / "packages")


@pytest.fixture(scope="session")
def built_next(built: Built) -> Built:
    return build(NEXT_VERSION, TOP / "build" / "packages-next")


@pytest.fixture(scope="session")
def debian(built: Built):
    """Return the cached root file system of a suite."""
    if os.geteuid() != 0:
        pytest.skip("installing packages in a root file system needs root")
    need("mmdebstrap")
    return lambda suite: chroot.kept(suite, built.depends("kexec-lineage"))


@pytest.fixture(scope="session")
def built_in(built: Built, tmp_path_factory: pytest.TempPathFactory):
    """Return a function that builds the packages in a suite, because the names of the libraries depend on the suite."""
    made: dict[str, Built] = {"bookworm": built} if CODENAME == "bookworm" else {}

    def build_in(suite: str) -> Built:
        if suite not in made:
            made[suite] = build_inside(suite, tmp_path_factory.mktemp("build") / suite)
        return made[suite]

    return build_in


def build_inside(suite: str, folder: Path) -> Built:
    """Build the packages in a copy of a root file system that has the build dependencies."""
    if os.geteuid() != 0:
        pytest.skip("building in a root file system needs root")
    need("mmdebstrap")
    packages = output("packaging/install-deps", "--list", "packages").split()
    system = chroot.copy(chroot.kept(suite, packages), folder)
    subprocess.run([str(TOP / "packaging/export-tree"), str(system / "srv/source")], check=True)
    system.run("/srv/source/packaging/build-deb", "--output=/srv/packages", timeout=3600)
    result = folder.with_name(f"packages-{suite}")
    shutil.move(system / "srv/packages", result)
    shutil.rmtree(folder)
    return Built(result, built_version(result))


def built_version(folder: Path) -> str:
    return next(folder.glob("kexec-lineage_*.deb")).name.split("_")[1]


@pytest.fixture
def fresh(debian, tmp_path: Path):
    """Return a copy of the root file system of a suite, which the test may change."""
    folders = []

    def make(suite: str) -> chroot.Chroot:
        folders.append(tmp_path / suite)
        return chroot.copy(debian(suite), folders[-1])

    yield make
    for folder in folders:
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def installed(debian, built: Built, tmp_path_factory: pytest.TempPathFactory):
    """Yield Debian 12 with the host package and the fleet package, for tests that do not change it."""
    folder = tmp_path_factory.mktemp("installed") / "bookworm"
    debian("bookworm")  # skips the test without root or mmdebstrap
    needed = built.depends("kexec-lineage", "kexec-lineage-fleet")
    system = chroot.copy(chroot.kept("bookworm", needed), folder)
    system.install(*built.both())
    yield system
    shutil.rmtree(folder)
