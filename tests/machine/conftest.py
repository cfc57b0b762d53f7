# SPDX-License-Identifier: GPL-2.0-or-later
"""Fixtures of the tests on a whole machine: packages, a disk with them, and a machine in QEMU.

Making the disk needs root. The tests are skipped if QEMU, the disk or the packages are missing. A lost machine is an
error and never a skip, so vm.LostVM is not caught here.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP))

from lab import cache, disk, fetch, host, module, vm  # noqa: E402  (lab/ of this tree)
from lab.host import Host  # noqa: E402
from ways import DIES  # noqa: E402

# The packages to install on the machine. The packages for developers and for DKMS are not installed.
PACKAGES = ("kexec-lineage", "kexec-lineage-fleet")
# Kernels for which the lab builds the module. The disk has the same kernels, unless the mirror received new ones after
# the lab fetched its kernels.
MODULE_KERNELS = ("debian-6.1", "debian-6.12")
MODULES = "/usr/local/lib/lab"  # RELEASE.ko is the module; RELEASE/NAME.ko are tests/vm/modules
Machine = Callable[..., AbstractContextManager[Host]]


@pytest.fixture(scope="session")
def packages() -> list[Path]:
    """Return the packages of the project, which `make packages` has built."""
    folder = Path(os.environ.get("KEXEC_LINEAGE_PACKAGES") or TOP / "build/packages")
    found = [path for name in PACKAGES for path in sorted(folder.glob(f"{name}_*.deb"))]
    if len(found) != len(PACKAGES):
        pytest.skip(f"no packages {', '.join(PACKAGES)} in {folder}: run 'make packages'")
    return found


def modules(refresh: bool = False) -> Iterator[tuple[str, tuple[int, bytes]]]:
    """Yield kexec_lineage.ko and the test modules, for all kernels with a module build, as files for the disk.
    refresh: use the newest kernels of the mirror instead of those in the cache."""
    for kernel_id in MODULE_KERNELS:
        try:
            kernel = fetch.get(kernel_id, refresh)
            yield f"{MODULES}/{kernel.release}.ko", (0o644, module.built(kernel).read_bytes())
            for path in module.tests(kernel):
                yield f"{MODULES}/{kernel.release}/{path.stem}.ko", (0o644, path.read_bytes())
        except cache.KernelUnavailable as error:
            cache.say(f"host: continuing without a module: {error}")


@pytest.fixture(scope="session")
def dying() -> cache.Kernel | None:
    """Return the kernel that dies, or None if the mirror does not have it."""
    try:
        return fetch.for_role("lost")
    except cache.KernelUnavailable as error:
        cache.say(f"host: continuing without a kernel that dies: {error}")
        return None


@pytest.fixture(scope="session")
def the_disk(packages: list[Path], dying: cache.Kernel | None,
             tmp_path_factory: pytest.TempPathFactory) -> Iterator[disk.Disk]:
    """Yield a disk with Debian and the packages of the project."""
    try:
        vm.need()
    except vm.QemuMissing as error:
        pytest.skip(str(error))
    folder = tmp_path_factory.mktemp("disk")
    try:
        yield make_disk(folder, packages, {DIES: (0o644, dying.path.read_bytes())} if dying else {})
    except disk.DiskUnavailable as reason:
        pytest.skip(str(reason))
    finally:
        shutil.rmtree(folder)


def make_disk(folder: Path, packages: list[Path], more: dict[str, tuple[int, bytes]]) -> disk.Disk:
    """Make a disk with more files, and with modules for each of its kernels."""
    for refresh in (False, True):
        files = more | dict(modules(refresh))
        empty = folder / ("newest" if refresh else "cached")
        empty.mkdir()
        made = disk.make(empty, packages, files)
        missing = [release for release in made.releases if f"{MODULES}/{release}.ko" not in files]
        if not missing:
            return made
        cache.say(f"host: the disk has kernels that the cache does not have: {', '.join(missing)}")
    pytest.fail(f"no modules for {', '.join(missing)}: if the disk is older than the mirror, remove "
                f"{cache.cache_folder().with_name('disks')}")


@pytest.fixture(scope="module")
def machine(the_disk: disk.Disk, tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """Start a machine with the disk. Each machine writes to its own snapshot."""
    def start(cmdline: str = host.CMDLINE) -> AbstractContextManager[Host]:
        return host.running(the_disk, tmp_path_factory.mktemp("machine") / "console.log", cmdline)
    return start


@pytest.fixture(scope="module")
def releases(the_disk: disk.Disk) -> list[str]:
    """Return the releases of the kernels on the disk. A cold boot runs the first release."""
    return the_disk.releases
