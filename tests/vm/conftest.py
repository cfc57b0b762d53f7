# SPDX-License-Identifier: GPL-2.0-or-later
"""Fixtures of the VM tests. The tests are skipped if QEMU or an installed kexec-lineage is missing.

A missing required kernel is an error; a missing optional kernel is a skip (test_newest_kernel_is_included). A lost VM
is an error and never a skip: no fixture catches vm.LostVM.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP))

from lab import cases, vm  # noqa: E402  (the lab is a folder of this tree, not an installed package)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "vm: boots real kernels in QEMU")
    config.addinivalue_line("markers", "xdist_group(name): tests that share a VM stay in one worker")


def pytest_report_header() -> str:
    return f"kexec-lineage stage: {stage_folder()}"


def stage_folder() -> Path:
    return Path(os.environ.get("KEXEC_LINEAGE_STAGE") or TOP / "build" / "stage")


@pytest.fixture(scope="session")
def qemu() -> None:
    try:
        vm.need()
    except vm.QemuMissing as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def stage() -> Path:
    """Return the folder in which kexec-lineage is installed."""
    folder = stage_folder()
    if not (folder / "usr/bin/kexec-lineage").exists():
        pytest.skip(f"no usr/bin/kexec-lineage in {folder}: run `meson install -C build --destdir stage`")
    return folder


@pytest.fixture(scope="session")
def cast(qemu: None) -> cases.Cast:
    """Return the kernels for all roles. Raises cache.KernelUnavailable for a required kernel."""
    return cases.cast()
