# SPDX-License-Identifier: GPL-2.0-or-later
"""What do the tests on a whole machine need? QEMU, a disk that root can make, and packages to install on it.

Without one of them they are skipped. A machine that was lost is an error and never a skip: nothing here catches
vm.LostVM.
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

from lab import cache, disk, fetch, host, module, vm  # noqa: E402  (the lab is a folder of this tree, not an installed package)
from lab.host import Host  # noqa: E402

# What is installed on the machine; what is built besides (for developers, for DKMS) is not.
PACKAGES = ("kexec-lineage", "kexec-lineage-fleet")
# Kernels that the lab builds the module for; the disk has the same ones, where neither is older.
MODULE_KERNELS = ("debian-6.1", "debian-6.12")
MODULES = "/usr/local/lib/lab"  # RELEASE.ko, and RELEASE/NAME.ko of tests/vm/modules
Machine = Callable[..., AbstractContextManager[Host]]


@pytest.fixture(scope="session")
def packages() -> list[Path]:
    """Our own packages, as they were built before."""
    folder = Path(os.environ.get("KEXEC_LINEAGE_PACKAGES") or TOP / "build/packages")
    found = [path for name in PACKAGES for path in sorted(folder.glob(f"{name}_*.deb"))]
    if len(found) != len(PACKAGES):
        pytest.skip(f"no packages {', '.join(PACKAGES)} in {folder}: make packages")
    return found


def modules() -> Iterator[tuple[str, tuple[int, bytes]]]:
    """kexec_lineage.ko and the test modules for the kernels that they can be built for here, as files of the disk."""
    for kernel_id in MODULE_KERNELS:
        try:
            kernel = fetch.get(kernel_id)
            yield f"{MODULES}/{kernel.release}.ko", (0o644, module.built(kernel).read_bytes())
            for path in module.tests(kernel):
                yield f"{MODULES}/{kernel.release}/{path.stem}.ko", (0o644, path.read_bytes())
        except cache.KernelUnavailable as error:
            cache.say(f"host: going on without a module: {error}")


@pytest.fixture(scope="session")
def the_disk(packages: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[disk.Disk]:
    """Debian with our packages on it."""
    if shutil.which(vm.QEMU) is None:
        pytest.skip(f"{vm.QEMU} is not installed")
    folder = tmp_path_factory.mktemp("disk")
    try:
        yield disk.make(folder, packages, dict(modules()))
    except disk.DiskUnavailable as reason:
        pytest.skip(str(reason))
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def machine(the_disk: disk.Disk, tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """Starts a machine with that disk; every one has a disk of its own to write to."""
    def start(cmdline: str = host.CMDLINE) -> AbstractContextManager[Host]:
        return host.running(the_disk, tmp_path_factory.mktemp("machine") / "console.log", cmdline)
    return start


@pytest.fixture(scope="module")
def releases(the_disk: disk.Disk) -> list[str]:
    """The kernels on the disk; the machine's cold boots run the first one."""
    return the_disk.releases
