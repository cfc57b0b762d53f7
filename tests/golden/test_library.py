# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of the library as other programs use it: header, exported names, man page, and the version of the project."""
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from .conftest import REPOSITORY

HEADER = REPOSITORY / "include/kexec-lineage.h"
MAP = REPOSITORY / "lib/kexec-lineage.map"
MAN_PAGE = REPOSITORY / "man/libkexec-lineage.3"
SYMBOLS = REPOSITORY / "packaging/debian/libkexec-lineage1.symbols"


def public():
    """Return the names in the version script of the shared library."""
    return set(re.findall(r"^\s+(lineage_[a-z_]+);", MAP.read_text(), re.MULTILINE))


def declarations():
    """Return the functions that the header declares: name to prototype, without blanks."""
    text = re.sub(r"/\*.*?\*/", "", HEADER.read_text(), flags=re.DOTALL)
    found = re.findall(r"^([a-z_ ]+[ *])(lineage_[a-z_]+)\(([^()]*)\);", text, re.MULTILINE)
    return {name: "".join(f"{result}({arguments})".split()) for result, name, arguments in found}


def man_synopsis():
    """Return the functions in the SYNOPSIS of the man page, in the form of declarations()."""
    synopsis = MAN_PAGE.read_text().split(".Sh SYNOPSIS")[1].split(".Sh DESCRIPTION")[0]
    synopsis = re.sub(r"^\.Fo (\w+)\n((?:\.Fa .*\n)+)\.Fc$",
                      lambda m: f".Fn {m[1]} " + m[2].replace(".Fa ", "").replace("\n", " "),
                       synopsis, flags=re.MULTILINE)
    found = {}
    for result, name, rest in re.findall(r"^\.Ft (.+)\n\.Fn (\w+) (.*)$", synopsis, re.MULTILINE):
        arguments = re.findall(r'"([^"]+)"|(\S+)', rest)
        joined = ",".join(quoted or bare for quoted, bare in arguments)
        result = result.strip('"')
        found[name] = "".join(f"{result}({joined})".split())
    return found


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
    assert set(declarations()) == public()


def test_man_page_describes_every_function():
    """The SYNOPSIS has the prototypes of the header, and the DESCRIPTION names every function."""
    assert man_synopsis() == declarations()
    description = MAN_PAGE.read_text().split(".Sh DESCRIPTION")[1].split(".Sh RETURN VALUES")[0]
    assert set(re.findall(r"^\.Fn (\w+)", description, re.MULTILINE)) == public()


def test_debian_symbols_are_those_of_the_map():
    node = re.search(r"^(KEXEC_LINEAGE_[0-9.]+) \{", MAP.read_text(), re.MULTILINE)[1]
    lines = re.findall(r"^ (\S+)@(\S+) ", SYMBOLS.read_text(), re.MULTILINE)
    assert set(lines) == {(name, node) for name in public() | {node}}


def test_version_is_in_one_place():
    """The packages, and the commands in the documents, have the same version as meson.build."""
    version = re.search(r"^    version: '([^']+)'", (REPOSITORY / "meson.build").read_text(), re.MULTILINE)[1]
    changelog = (REPOSITORY / "packaging/debian/changelog").read_text()
    spec = (REPOSITORY / "packaging/kexec-lineage.spec").read_text()
    assert re.match(r"kexec-lineage \((.+)\)", changelog)[1] == version
    assert re.search(r"^Version: +(\S+)$", spec, re.MULTILINE)[1] == version
    for page in [REPOSITORY / "README.md", *REPOSITORY.glob("docs/**/*.md")]:
        assert set(re.findall(r"-m kexec-lineage -v ([0-9]\S*)", page.read_text())) <= {version}, page


def library_of(tool):
    """Return the shared library in the build folder of the program."""
    path = Path(tool.path).parents[1] / "lib/libkexec-lineage.so.1"
    if not path.exists():
        pytest.skip(f"no {path}: the program is not in its build folder")
    return path


def test_host_program_needs_few_libraries(tool):
    """The host program needs few libraries, because every host installs it (docs/decisions/two-programs.md). It loads
    libsystemd only to write to the journal."""
    if not shutil.which("ldd"):
        pytest.skip("ldd is not installed")
    needed = set(re.findall(r"^\s+(lib\w+(?:-c)?)[-.0-9]*\.so", run("ldd", tool.path), re.MULTILINE))
    sanitizers = {"libasan", "libubsan", "libstdc++", "libgcc_s"}
    assert needed - sanitizers == {"libc", "libm", "libfdt", "libjson-c", "libmd", "libsqlite3", "libz"}


def test_library_exports_only_the_public_names(tool):
    if not shutil.which("nm"):
        pytest.skip("nm is not installed")
    lines = run("nm", "-D", "--defined-only", library_of(tool)).splitlines()
    names = {line.split()[-1].partition("@")[0] for line in lines if " A " not in line}
    sanitizer = {name for name in names if name.startswith(("__asan", "__odr_asan", "__gcov"))}
    assert names - sanitizer == public()
