# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that the lab downloads a kernel's own modules once and detects damage. No test uses a network."""

from __future__ import annotations

import lzma
import subprocess
from pathlib import Path

import pytest
from lab import apt, cache, drivers
from lab.apt import Package
from lab.cache import Kernel

RELEASE = "6.12.99+deb12-cloud-amd64"
PACKAGE = f"linux-image-{RELEASE}"
VERSION = "6.12.99-1"
MODULES = {"plain.ko": b"a module", "small.ko.xz": lzma.compress(b"another one"), "other.ko": b"not wanted"}
CONTROL = f"Package: {PACKAGE}\nVersion: {VERSION}\nArchitecture: amd64\nMaintainer: lab\nDescription: lab\n"


def download(_: apt.Suite, package: Package, folder: Path) -> Path:
    """Make a package with modules instead of downloading it."""
    root = folder / "root"
    (root / "DEBIAN").mkdir(parents=True)
    (root / "DEBIAN/control").write_text(CONTROL, encoding="utf-8")
    modules = root / "lib/modules" / RELEASE / "kernel"
    modules.mkdir(parents=True)
    for name, content in MODULES.items():
        (modules / name).write_bytes(content)
    deb = folder / f"{package.name}.deb"
    subprocess.run(["dpkg-deb", "--build", root, deb], check=True, capture_output=True)
    return deb


@pytest.fixture
def downloads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the list of downloads into an empty cache."""
    done: list[str] = []
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(apt.Suite, "update_once", lambda suite: None)
    monkeypatch.setattr(apt.Suite, "matching", lambda suite, pattern: [Package(PACKAGE, VERSION, suite.name)])
    monkeypatch.setattr(apt.Suite, "download",
                        lambda suite, package, folder: done.append(package.name) or download(suite, package, folder))
    return done


@pytest.fixture
def kernel(downloads: list[str]) -> Kernel:
    folder = cache.cache_folder() / "debian-6.12"
    folder.mkdir(parents=True)
    return Kernel("debian-6.12", RELEASE, folder / f"vmlinuz-{RELEASE}", PACKAGE, VERSION)


def test_modules_are_kept(kernel: Kernel, downloads: list[str]) -> None:
    paths = drivers.get(kernel, ["small", "plain"])
    assert [path.read_bytes() for path in paths] == [b"another one", b"a module"]
    assert sorted(path.name for path in paths[0].parent.glob("*.ko")) == ["plain.ko", "small.ko"]
    assert drivers.get(kernel, ["plain", "small"]) == paths[::-1]
    assert downloads == [PACKAGE]


def test_damage_is_detected(kernel: Kernel, downloads: list[str]) -> None:
    (path,) = drivers.get(kernel, ["plain"])
    path.write_bytes(b"a modulf")
    (path,) = drivers.get(kernel, ["plain"])
    assert (path.read_bytes(), len(downloads)) == (b"a module", 2)


def test_missing_module_is_reported(kernel: Kernel, downloads: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(cache.KernelUnavailable, match="no module absent"):
        drivers.get(kernel, ["plain", "absent"])
    monkeypatch.setattr(apt.Suite, "matching", lambda suite, pattern: [Package(PACKAGE, "6.12.99-2", suite.name)])
    with pytest.raises(cache.KernelUnavailable, match="any more"):
        drivers.get(kernel, ["plain"])
