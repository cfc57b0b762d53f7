# SPDX-License-Identifier: GPL-2.0-or-later
"""Run Linux tools/testing/selftests/kho with module/patches/testing, on a kernel of the lab.

The selftest builds a kernel with make. Here a script in place of make copies the kernel of the lab.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from kernels import MATRIX, role
from lab import apt, cache, patches
from lab.cache import Kernel

pytestmark = [
    pytest.mark.vm,
    pytest.mark.skipif(not MATRIX, reason="takes long: make check-matrix runs it"),
]

FOLDER = "tools/testing/selftests/kho"
HELPERS = "tools/testing/selftests/kselftest/ktap_helpers.sh"
MAKE = """#!/bin/sh
set -e
for word; do
    case $word in
        O=*) build=${word#O=} ;;
    esac
    last=$word
done
case $last in
    bzImage)
        mkdir -p $build/arch/x86/boot $build/include/config $build/usr
        cp $LAB_KERNEL $build/arch/x86/boot/bzImage
        echo $LAB_RELEASE > $build/include/config/kernel.release
        gcc -o $build/usr/gen_init_cpio $LAB_SOURCE/usr/gen_init_cpio.c ;;
    INSTALL_HDR_PATH=*)
        # "headers_install" needs rsync
        env PATH=$LAB_PATH make -s -C $LAB_SOURCE O=$build headers
        mkdir -p ${last#*=}
        cp -r $build/usr/include ${last#*=} ;;
esac
"""
PLAN = ["TAP version 13", "1..2"]
PASSED = ["ok 1 KHO succeeded", "ok 2 kexec-metadata over two kexecs"]


def sources_of(kernel: Kernel) -> Path:
    package = apt.Package(kernel.package, kernel.version, "")
    folder = cache.cache_folder() / "work" / f"{package.name}-{package.upstream}"
    if not (folder / FOLDER).exists():
        pytest.skip(f"no sources of {kernel.id} in the cache")
    return folder


def tree_for(source: Path, folder: Path) -> Path:
    """Copy the selftest out of a kernel's sources and apply our patch to it."""
    tree = folder / "tree"
    tree.mkdir(parents=True)
    shutil.copytree(source / FOLDER, tree / FOLDER)
    (tree / HELPERS).parent.mkdir()
    shutil.copy(source / HELPERS, tree / HELPERS)
    (tree / "tools/include").mkdir(parents=True)
    (tree / "tools/include/nolibc").symlink_to(source / "tools/include/nolibc")
    patch = next(path for path in patches.files_of(["testing/linux-7.3.y"]) if FOLDER in path.read_text("utf-8"))
    command = ["patch", "-p1", "-s", "-d", tree, "-i", patch]
    subprocess.run(command, check=True)
    return tree


def run(kernel: Kernel, release: str, folder: Path) -> list[str]:
    """Run the selftest; return the lines of its result. @release is that of the kernel, or another one that is wrong."""
    source = sources_of(kernel)
    tree = tree_for(source, folder)
    # As in the lab: no KVM, which cannot run every kernel here, and all features that QEMU emulates.
    script = tree / FOLDER / "vmtest.sh"
    script.write_text(script.read_text().replace("-accel kvm -accel hvf -accel tcg", "-accel tcg -cpu max"))
    (folder / "bin").mkdir()
    (folder / "bin/make").write_text(MAKE)
    (folder / "bin/make").chmod(0o755)
    environment = {**os.environ, "PATH": f"{folder}/bin:{os.environ['PATH']}", "LAB_PATH": os.environ["PATH"],
                   "LAB_KERNEL": str(kernel.path), "LAB_RELEASE": release, "LAB_SOURCE": str(source)}
    command = ["bash", tree / FOLDER / "vmtest.sh", "-d", folder / "build"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    print(done.stdout, done.stderr)
    return [line for line in done.stdout.splitlines() if line.startswith(("TAP", "1..", "ok", "not ok"))]


def test_selftest(tmp_path: Path) -> None:
    """The selftest passes. It fails if the lines name another release than that of the kernel."""
    kernel = role("kho-7.3-crossabi")
    assert run(kernel, kernel.release, tmp_path / "right") == [*PLAN, *PASSED]
    result = run(kernel, f"{kernel.release}x", tmp_path / "wrong")
    assert result[:3] == [*PLAN, PASSED[0]] and result[3].startswith("not ok 2 kexec-metadata: found "), result
