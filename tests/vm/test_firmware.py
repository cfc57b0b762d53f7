# SPDX-License-Identifier: GPL-2.0-or-later
"""A damaged or missing cache of the UEFI firmware is fetched again. No test needs a VM or a network."""

from __future__ import annotations

from pathlib import Path

import pytest
from lab import cache, firmware, unpacked
from lab.apt import AptError
from lab.firmware import FirmwareUnavailable


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a cache whose TPM is a script. It cannot fetch packages."""
    monkeypatch.setattr(cache, "cache_folder", lambda: tmp_path)
    monkeypatch.setattr(unpacked, "fetch", refuse)
    swtpm = tmp_path / "firmware/files" / firmware.SWTPM
    swtpm.parent.mkdir(parents=True)
    swtpm.write_text("#!/bin/sh\necho TPM emulator\n")
    swtpm.chmod(0o755)
    store_manifest(tmp_path)
    return tmp_path


def refuse(group: unpacked.Group, root: Path) -> None:
    raise AptError("no network")


def store_manifest(root: Path) -> None:
    firmware.GROUP.write_manifest(root, dict.fromkeys(firmware.GROUP.packages, "1"))


def get() -> firmware.Firmware:
    return firmware.get.__wrapped__()


def test_whole_cache_is_used(root: Path) -> None:
    assert get().folder == root / "firmware/files"


def change(root: Path) -> None:
    (root / "firmware/files" / firmware.SWTPM).write_text("#!/bin/sh\necho other\n")


def add(root: Path) -> None:
    (root / "firmware/files/more").touch()


def lose_manifest(root: Path) -> None:
    (root / "firmware/manifest.json").unlink()


def tear_manifest(root: Path) -> None:
    (root / "firmware/manifest.json").write_text("{")


def lack_package(root: Path) -> None:
    """Leave a cache of an earlier version of the lab, which used fewer packages."""
    firmware.GROUP.write_manifest(root, dict.fromkeys(firmware.GROUP.packages[1:], "1"))


@pytest.mark.parametrize("damage", [change, add, lose_manifest, tear_manifest, lack_package])
def test_damaged_cache_is_fetched_again(root: Path, damage: object) -> None:
    damage(root)
    with pytest.raises(FirmwareUnavailable, match="ovmf, swtpm, swtpm-libs, libtpms0: no network"):
        get()


def test_tpm_that_does_not_run_is_unavailable(root: Path) -> None:
    (root / "firmware/files" / firmware.SWTPM).write_text("#!/bin/sh\necho libcrypto.so.3: not found >&2\nexit 127\n")
    store_manifest(root)
    with pytest.raises(FirmwareUnavailable, match="swtpm does not run on this machine: libcrypto.so.3: not found"):
        get()
