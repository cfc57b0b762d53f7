# SPDX-License-Identifier: GPL-2.0-or-later
"""Can the lab trust its kernels? A broken cache must be seen, and a network must not be needed for a good one.

No test here uses a network: what would be asked for from a mirror is replaced.
"""

from __future__ import annotations

import json
import struct
from pathlib import Path

import pytest
from lab import apt, cache, fetch, kernels, support
from lab.apt import IndexTarget, Package

RELEASE = "6.1.0-99-cloud-amd64"
PACKAGE = f"linux-image-{RELEASE}"


def image(release: str = RELEASE) -> bytes:
    """The smallest thing that passes for a bzImage: a setup header and a version string."""
    header = bytearray(0x300)
    header[0x202:0x206] = b"HdrS"
    struct.pack_into("<H", header, 0x20E, 0x80)
    text = f"{release} (builder@host) #1 SMP".encode() + b"\0"
    header[0x280 : 0x280 + len(text)] = text
    return bytes(header)


@pytest.fixture
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache; whoever asks a mirror for something fails."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(apt.Suite, "updates", {})
    monkeypatch.setattr(apt.Suite, "update", no_network)
    return cache.cache_folder()


def no_network(suite: apt.Suite) -> None:
    raise apt.AptError(f"{suite.name} not reachable")


@pytest.fixture
def mirror(empty_cache: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A mirror with one package in each suite; the list says what was downloaded."""
    downloads: list[str] = []
    monkeypatch.setattr(apt.Suite, "update", lambda suite: None)
    monkeypatch.setattr(apt.Suite, "matching", lambda suite, pattern: [Package(PACKAGE, "6.1.199-1", suite.name)])
    monkeypatch.setattr(apt.Suite, "download", lambda suite, package, folder: downloads.append(package.name))
    monkeypatch.setattr(fetch, "_vmlinuz", lambda deb: image())
    return downloads


def test_good_entry_needs_no_network(mirror: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    first = fetch.get("debian-6.1")
    monkeypatch.setattr(apt.Suite, "update", no_network)
    assert fetch.get("debian-6.1") == first
    assert (first.release, first.package, mirror) == (RELEASE, PACKAGE, [PACKAGE])


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x20
    path.write_bytes(data)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


@pytest.mark.parametrize("damage", [flip, cut, Path.unlink])
def test_broken_image_is_seen_and_fetched_again(damage, mirror: list[str], capsys: pytest.CaptureFixture) -> None:
    kernel = fetch.get("debian-6.1")
    damage(kernel.path)
    with pytest.raises(cache.BrokenEntry):
        cache.verified("debian-6.1", cache.cache_folder())
    assert fetch.get("debian-6.1").path.read_bytes() == image()
    assert mirror == [PACKAGE, PACKAGE]
    assert "the cache entry is broken" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"file": "x"}', '"\\ud800"'])
def test_broken_manifest_is_fetched_again(text: str, mirror: list[str], capsys: pytest.CaptureFixture) -> None:
    kernel = fetch.get("debian-6.1")
    (kernel.path.parent / "manifest.json").write_text(text, encoding="utf-8")
    assert fetch.get("debian-6.1") == kernel
    assert "the cache entry is broken" in capsys.readouterr().err


def test_manifest_cannot_lead_out_of_the_cache(mirror: list[str], tmp_path: Path) -> None:
    kernel = fetch.get("debian-6.1")
    manifest = kernel.path.parent / "manifest.json"
    fields = json.loads(manifest.read_text(encoding="utf-8")) | {"file": "../../../outside"}
    (tmp_path / "outside").write_bytes(image())
    manifest.write_text(json.dumps(fields), encoding="utf-8")
    with pytest.raises(cache.BrokenEntry, match="outside is missing"):
        cache.verified("debian-6.1", cache.cache_folder())


def test_broken_entry_without_a_network_is_unavailable(mirror: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    flip(fetch.get("debian-6.1").path)
    monkeypatch.setattr(apt.Suite, "update", no_network)
    monkeypatch.setattr(apt.Suite, "updates", {})
    with pytest.raises(cache.KernelUnavailable, match="debian-6.1: .*not reachable"):
        fetch.get("debian-6.1")


def test_refresh_without_a_network_uses_the_cache(mirror: list[str], monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    kernel = fetch.get("debian-6.1")
    monkeypatch.setattr(apt.Suite, "update", no_network)
    monkeypatch.setattr(apt.Suite, "updates", {})
    assert fetch.get("debian-6.1", refresh=True) == kernel
    assert "from the cache" in capsys.readouterr().err


def test_optional_kernel_that_cannot_be_had_is_said(empty_cache: Path, capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(cache.KernelUnavailable):
        fetch.for_role("newest")
    said = capsys.readouterr().err
    assert "going on without debian-7.3" in said and "not reachable" in said


def test_no_matching_package_is_said(mirror: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apt.Suite, "matching", lambda suite, pattern: [])
    with pytest.raises(cache.KernelUnavailable, match="no package matches"):
        fetch.get("debian-6.19")


def test_package_with_another_kernel_is_refused(mirror: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "_vmlinuz", lambda deb: image("5.10.0-1-amd64"))
    with pytest.raises(cache.KernelUnavailable, match="calls itself 5.10.0-1-amd64"):
        fetch.get("debian-6.1")


def test_unknown_kernel() -> None:
    with pytest.raises(kernels.UnknownKernel, match="debian-6.1, debian-6.12"):
        fetch.get("debian-2.4")


def test_newest_is_by_version_and_not_by_name() -> None:
    packages = [Package("a", version, "s") for version in ("6.1.99-1", "6.1.176-1", "6.1.176-1~bpo1", "6.1.9-1")]
    assert [package.version for package in apt.newest_first(packages)][0] == "6.1.176-1"


URI = "http://mirror.invalid/debian"
SECURITY_URI = "http://security.invalid/x"
PLAIN = IndexTarget("Debian", "bookworm", URI)
OTHER = IndexTarget("Other", "noble", "http://other.invalid/other")


@pytest.mark.parametrize(
    ("targets", "archive", "uri"),
    [
        ([OTHER, IndexTarget("Debian", "bookworm", URI + "/")], "debian", URI),
        ([PLAIN, IndexTarget("Debian-Security", "s", SECURITY_URI)], "debian-security", SECURITY_URI),
        ([PLAIN], "debian-security", URI + "-security"),
        ([IndexTarget("", "bookworm", URI + "/")], "debian", URI),
        ([OTHER], "debian", None),
        ([], "debian-security", None),
    ],
)
def test_mirror_of_this_machine(targets: list[IndexTarget], archive: str, uri: str | None) -> None:
    assert apt.choose_mirror(archive, targets, None) == uri


def test_support_page_is_what_the_list_makes_of_it() -> None:
    assert support.is_current(), "run `python3 -m lab support --write`"
