# SPDX-License-Identifier: GPL-2.0-or-later
"""Can other programs use the library: header alone, and names as promised?"""
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from .conftest import REPOSITORY

HEADER = REPOSITORY / "include/kexec-lineage.h"
MAP = REPOSITORY / "lib/kexec-lineage.map"


def promised():
    return set(re.findall(r"^\s+(lineage_[a-z_]+);", MAP.read_text(), re.MULTILINE))


def run(*command, **options):
    got = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600, **options)
    assert got.returncode == 0, got.stderr
    return got.stdout


@pytest.mark.parametrize("compilers, language", [
    (("cc", "gcc", "clang"), "c"), (("c++", "g++", "clang++"), "c++")])
def test_header_alone(compilers, language):
    compiler = next(filter(None, map(shutil.which, compilers)), None)
    if not compiler:
        pytest.skip(f"no {language} compiler is installed")
    standard = "c99" if language == "c" else "c++11"
    run(compiler, "-x", language, f"-std={standard}", "-Wall", "-Wextra", "-Wpedantic", "-Werror",
        "-fsyntax-only", HEADER)


def test_header_declares_what_the_map_exports():
    text = re.sub(r"/\*.*?\*/", "", HEADER.read_text(), flags=re.DOTALL)
    assert set(re.findall(r"\b(lineage_[a-z_]+)\(", text)) == promised()


def library_of(tool):
    """The shared library that was built with the program."""
    path = Path(tool.path).parents[1] / "lib/libkexec-lineage.so.1"
    if not path.exists():
        pytest.skip(f"no {path}: the program is not in its build folder")
    return path


def test_host_program_needs_few_libraries(tool):
    """docs/decisions/two-programs.md: every host installs it. systemd's library is loaded where there is a journal."""
    if not shutil.which("ldd"):
        pytest.skip("ldd is not installed")
    needed = set(re.findall(r"^\s+(lib\w+(?:-c)?)[-.0-9]*\.so", run("ldd", tool.path), re.MULTILINE))
    sanitizers = {"libasan", "libubsan", "libstdc++", "libgcc_s"}
    assert needed - sanitizers == {"libc", "libm", "libfdt", "libjson-c", "libmd", "libsqlite3", "libz"}


def test_library_exports_what_it_promises(tool):
    if not shutil.which("nm"):
        pytest.skip("nm is not installed")
    lines = run("nm", "-D", "--defined-only", library_of(tool)).splitlines()
    names = {line.split()[-1].partition("@")[0] for line in lines if " A " not in line}
    sanitizer = {name for name in names if name.startswith(("__asan", "__odr_asan", "__gcov"))}
    assert names - sanitizer == promised()
