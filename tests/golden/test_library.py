# SPDX-License-Identifier: GPL-2.0-or-later
"""Can other programs use the library: header alone, and names as promised?"""
import os
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
    got = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, **options)
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
    """The shared library that the program runs with."""
    if not shutil.which("ldd"):
        pytest.skip("ldd is not installed")
    found = re.search(r"libkexec-lineage\.so\.1 => (\S+)", run("ldd", tool.path))
    assert found, "the program does not link libkexec-lineage.so.1"
    return Path(found.group(1))


def test_libraries_of_few_are_not_loaded_by_all(tool):
    """docs/decisions/libraries-when-needed.md: they are looked up when they are needed."""
    if not shutil.which("ldd"):
        pytest.skip("ldd is not installed")
    assert not re.findall(r"lib(?:curl|systemd)\.so\S*", run("ldd", tool.path))


def test_without_libcurl(tool, folder):
    """What cannot be loaded stands in for what is not there."""
    (folder / "libcurl.so.4").write_text("no library")
    path = os.environ.get("LD_LIBRARY_PATH")
    got = tool.run("triage", "--store=clickhouse://localhost/fleet",
                   env={"LD_LIBRARY_PATH": f"{folder}:{path}" if path else str(folder)})
    assert (got.status, got.text) == (1, "") and "libcurl is needed, which is not installed" in got.talk


def test_library_exports_what_it_promises(tool):
    if not shutil.which("nm"):
        pytest.skip("nm is not installed")
    lines = run("nm", "-D", "--defined-only", library_of(tool)).splitlines()
    names = {line.split()[-1].partition("@")[0] for line in lines if " A " not in line}
    sanitizer = {name for name in names if name.startswith(("__asan", "__odr_asan", "__gcov"))}
    assert names - sanitizer == promised()
