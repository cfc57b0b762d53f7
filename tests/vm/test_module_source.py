# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that the module's source meets the rules of the kernel and of distributions. No test needs a VM."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from kernels import ROLES, role
from lab import arch, kernels, module
from lab.cache import Kernel, cache_folder

SOURCE_FILES = ("*.[ch]", "*.sh", "Kbuild", "Kconfig", "Makefile")
QUIET = re.compile(
    r"^(make|  (CC|LD|AR|CHECK|MODPOST|BTF) |  CALL|  DESCEND|Skipping BTF)|different from the one used to build|"
    r"The kernel was built by|You are using:|warning: the compiler differs"
)


@pytest.fixture(scope="module", params=ROLES)
def kernel(request: pytest.FixtureRequest) -> Kernel:
    return role(request.param)


def listing(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def sources(folder: Path = module.SOURCES) -> list[Path]:
    return [path for pattern in SOURCE_FILES for path in sorted(folder.rglob(pattern))]


def make(kernel: Kernel, folder: Path, *more: str, quiet: bool = True) -> str:
    """Return the output of the build; quiet: without the lines that name its steps."""
    command = ["make", "-C", str(module.SOURCES), f"KDIR={module.headers_of(kernel)}", f"BUILD={folder}"]
    entry = kernels.read().by_id(kernel.id)
    command += [*entry.make, *more]
    if kernels.CLANG not in entry.config and shutil.which(arch.COMPILER):
        command.append(f"CC={arch.COMPILER}")
    done = subprocess.run(command, capture_output=True, text=True, env=module.environment())
    lines = (done.stdout + done.stderr).splitlines()
    said = [line for line in lines if line and not (quiet and QUIET.search(line))]
    assert done.returncode == 0, "\n".join(said)
    return "\n".join(said)


def test_builds_without_a_warning_and_leaves_the_sources_alone(kernel: Kernel, tmp_path: Path) -> None:
    before = listing(module.SOURCES) | listing(module.SOURCES / "core")
    said = make(kernel, tmp_path / "build", "W=1")
    assert said == ""
    assert listing(module.SOURCES) | listing(module.SOURCES / "core") == before


def test_builds_for_a_kernel_without_kexec(tmp_path: Path) -> None:
    """A kernel that can only be the target of a kexec still reads its stamp and prints the lineage."""
    undefined = tmp_path / "undefined.h"
    undefined.write_text("".join(f"#undef CONFIG_{name}\n" for name in ("KEXEC", "KEXEC_CORE", "KEXEC_FILE")))
    without = ("CONFIG_KEXEC_FILE=", "CONFIG_KEXEC_CORE=", f"KCFLAGS=-include {undefined}")
    said = make(role("first"), tmp_path / "build", *without, quiet=False)
    assert "autostamp_off.o" in said and "autostamp.o" not in said
    assert "loaded_off.o" in said and "loaded.o" not in said


def test_files_have_no_cyclic_dependency(tmp_path: Path) -> None:
    make(role("first"), tmp_path / "build")
    linked = ("kexec_lineage.o", "kexec_lineage.mod.o")
    objects = [path for path in sorted((tmp_path / "build").rglob("*.o")) if path.name not in linked]
    assert len(objects) > 15
    check = module.TOP / "tests/unit/test_symbols.py"
    done = subprocess.run([check, "nm", *objects], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", ["first", "built"])
def test_sparse_reports_nothing(name: str, tmp_path: Path) -> None:
    """sparse reports nothing about the module. Warnings about the kernel's own headers are ignored."""
    if shutil.which("sparse") is None:
        pytest.skip("sparse is not installed")
    said = make(role(name), tmp_path / "build", "C=2", quiet=False)
    if "not up to date" in said:
        pytest.skip(f"{name}: the kernel says that this sparse is too old for it")
    assert said.count("  CHECK ") >= 10
    assert [line for line in said.splitlines() if re.match(rf"{tmp_path}\S*:\d+", line)] == []


def checkpatch() -> Path:
    found = sorted((cache_folder() / "work").glob("*/scripts/checkpatch.pl"))
    if not found:
        pytest.skip("checkpatch.pl is missing: the cache has no kernel sources")
    return found[-1]


def test_checkpatch_reports_nothing() -> None:
    ours = [path for path in sources() if path.suffix != ".sh"]
    files = [path for path in ours if "core" not in path.relative_to(module.SOURCES).parts]
    assert len(files) > 10
    command = ["perl", checkpatch(), "--no-tree", "--terse", "-f", *files]
    done = subprocess.run(command, capture_output=True, text=True)
    wrong = [line for line in done.stdout.splitlines() if not line.startswith("total: 0 errors, 0 warnings")]
    assert wrong == []


def test_dkms_builds_it(stage: Path, tmp_path: Path) -> None:
    """dkms builds the sources that `make install` installs. The test uses temporary dkms trees."""
    kernel = role("first")
    if shutil.which("dkms") is None:
        pytest.skip("dkms is not installed")
    installed = next((stage / "usr/src").glob("kexec-lineage-*"))
    version = installed.name.removeprefix("kexec-lineage-")
    shutil.copytree(installed, tmp_path / "src" / installed.name)
    (tmp_path / "dkms").mkdir()
    where = ["--sourcetree", tmp_path / "src", "--dkmstree", tmp_path / "dkms"]
    which = ["-m", "kexec-lineage", "-v", version]
    subprocess.run(["dkms", "add", *where, *which], check=True, capture_output=True)
    build = ["dkms", "build", *where, *which, "-k", kernel.release, "--kernelsourcedir", module.headers_of(kernel)]
    done = subprocess.run(build, capture_output=True, text=True, env=module.environment())
    logs = "\n".join(path.read_text(errors="replace") for path in tmp_path.rglob("make.log"))
    assert done.returncode == 0, done.stdout + done.stderr + logs
    assert [path for path in (tmp_path / "dkms").rglob("kexec_lineage.ko*") if path.is_file()]
    assert listing(tmp_path / "src" / installed.name) == listing(installed)


def test_all_sources_are_installed(stage: Path) -> None:
    installed = next((stage / "usr/src").glob("kexec-lineage-*"))
    wanted = {str(path.relative_to(module.SOURCES)) for path in sources()}
    wanted |= {f"core/{path.name}" for path in (module.SOURCES / "core").glob("*.[ch]")}
    assert set(listing(installed)) == wanted | {"dkms.conf"}


def tree(folder: Path, last_line: str = "endmenu") -> Path:
    """Make the files of a kernel source tree that install-into-tree reads."""
    (folder / "drivers/misc").mkdir(parents=True)
    (folder / "Kbuild").touch()
    (folder / "drivers/misc/Kconfig").write_text(f'menu "Misc devices"\n\nif X\nendif\n{last_line}\n')
    (folder / "drivers/misc/Makefile").write_text("obj-$(CONFIG_X) += x.o\n")
    return folder


def install(folder: Path) -> subprocess.CompletedProcess:
    return subprocess.run([module.SOURCES / "install-into-tree", folder], capture_output=True, text=True)


def test_second_install_into_tree_changes_nothing(tmp_path: Path) -> None:
    folder = tree(tmp_path)
    assert install(folder).returncode == 0
    once = listing(folder)
    kconfig = (folder / "drivers/misc/Kconfig").read_text()
    assert kconfig.endswith('source "drivers/misc/kexec_lineage/Kconfig"\nendmenu\n')
    assert (folder / "drivers/misc/Makefile").read_text().count("kexec_lineage/") == 1
    assert install(folder).returncode == 0
    assert listing(folder) == once


def test_install_into_makefile_without_its_last_newline(tmp_path: Path) -> None:
    folder = tree(tmp_path)
    (folder / "drivers/misc/Makefile").write_text("obj-y += x.o")
    assert install(folder).returncode == 0
    assert (folder / "drivers/misc/Makefile").read_text() == "obj-y += x.o\nobj-y += kexec_lineage/\n"


def test_install_into_a_folder_that_is_no_kernel_tree(tmp_path: Path) -> None:
    done = install(tmp_path)
    assert (done.returncode, list(tmp_path.iterdir())) == (1, [])
    assert "is not a kernel source tree" in done.stderr
    strange = install(tree(tmp_path, "# nothing"))
    assert strange.returncode == 1
    assert "does not end with endmenu" in strange.stderr
