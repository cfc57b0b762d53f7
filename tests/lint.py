#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Is the tree in the shape that CONTRIBUTING.md asks for?

Runs every check, prints one line for each and the findings of those that failed. Ends with the
line "N passed, N failed, N skipped".
"""
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CLANG_FORMAT_VERSION = "14"  # of Debian 12: other versions format a few lines differently
LINES_MAX = 700


class Skip(Exception):
    """A check that cannot run here; says why."""


def tracked(*patterns: str) -> list[str]:
    """Files of the project below ROOT, in git or about to be."""
    # Through sudo the checkout belongs to somebody else, which git refuses without the option.
    command = ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-co", "--exclude-standard", "--"]
    names = subprocess.run(command + list(patterns), cwd=ROOT, check=True, capture_output=True,
                           text=True).stdout.split("\n")
    return sorted(name for name in names if name and (ROOT / name).is_file())


def run(command: list[str]) -> str:
    """Output of a command that failed, nothing where it did not."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    return (done.stdout + done.stderr or "failed silently") if done.returncode else ""


def need(program: str) -> str:
    if not shutil.which(program):
        raise Skip(f"{program} is not installed")
    return program


def first_lines(name: str) -> str:
    return "\n".join((ROOT / name).read_text(errors="replace").splitlines()[:3])


def check_format() -> str:
    version = subprocess.run([need("clang-format"), "--version"], capture_output=True, text=True).stdout
    if not re.search(rf"version {CLANG_FORMAT_VERSION}\.", version):
        raise Skip(f"clang-format {CLANG_FORMAT_VERSION} is wanted, this is {version.strip()}")
    return run(["clang-format", "--dry-run", "-Werror"] + tracked("*.c", "*.h"))


def shell_scripts() -> list[str]:
    names = tracked("*.sh", "packaging/completion/*.bash", "packaging/debian/*.preinst", "packaging/debian/*.postrm",
                    "packaging/debian/kexec-lineage.install")
    return names + [n for n in tracked() if n not in names and "." not in Path(n).name
                    and re.match(r"#!.*\b(sh|bash)\b", first_lines(n))]


def check_shell() -> str:
    return run([need("shellcheck"), "-S", "warning"] + [n for n in shell_scripts() if not n.endswith(".bash")]) + \
        run(["shellcheck", "-S", "warning", "-s", "bash"] + [n for n in shell_scripts() if n.endswith(".bash")])


def check_python() -> str:
    return run([need("pyflakes3")] + tracked("*.py"))


def check_man() -> str:
    return run([need("mandoc"), "-T", "lint", "-W", "warning"] + tracked("man/*.[348]"))


def check_licences() -> str:
    exempt = re.compile(r"(^COPYING$|^LICENSES/|\.md$|\.bin$|\.png$|\.txt$|\.json$|\.patch$|/corpus/|^tests/fixtures/crashes/.*\.log$|^\.gitignore$"
                        r"|^packaging/debian/(changelog|copyright|source/format|.*\.dkms)$)")
    return "\n".join(f"{name}: no SPDX line" for name in tracked()
                     if not exempt.search(name) and "SPDX-License-Identifier:" not in first_lines(name))


def check_sizes() -> str:
    return "\n".join(f"{name}: over {LINES_MAX} lines" for name in tracked("*.c", "*.h", "*.py", "*.sh")
                     if (ROOT / name).read_bytes().count(b"\n") > LINES_MAX)


def check_text() -> str:
    found = []
    for name in tracked("*.c", "*.h", "*.py", "*.sh", "*.md", "*.build", "*.toml", "*.[348]", "*.service",
                        "Makefile"):
        text = (ROOT / name).read_text(errors="replace")
        if re.search(r"[ \t]+$", text, re.M):
            found.append(f"{name}: blanks at the end of a line")
        if text and not text.endswith("\n"):
            found.append(f"{name}: no newline at the end")
    return "\n".join(found)


LAYERS = ["core", "lib", "intake", "store", "triage", "host", "cli"]  # each may use those before it


def check_layers() -> str:
    """Dependencies run one way: core <- module, core <- lib <- intake <- store <- triage <- host <- cli; only cli prints or exits."""
    found = []
    for name in tracked("module/*.[ch]"):
        for include in re.findall(r'#include "([^"]+)"', (ROOT / name).read_text()):
            if not re.fullmatch(r"(\.\./)?(core/[a-z0-9_]+|kexec_lineage|(kho/)?kho)\.h", include):
                found.append(f"{name}: includes {include}, which is neither the module's nor the core's")
    for name in tracked(*(f"{folder}/*.[ch]" for folder in LAYERS[:-1])):
        text = (ROOT / name).read_text()
        if re.search(r"\b(printf|puts|perror|exit|abort)\(|\b(stdout|stderr)\b", text):
            found.append(f"{name}: prints or exits")
        folder = name.split("/")[0]
        above = LAYERS[LAYERS.index(folder) + 1:]
        own = {Path(n).name for n in tracked(f"{folder}/*.h")}
        for include in re.findall(r'#include "([^"]+)"', text):
            if include not in own and any(Path(n).name == include for up in above for n in tracked(f"{up}/*.h")):
                found.append(f"{name}: includes {include} of a folder above it")
    return "\n".join(found)


def check_sources_are_built() -> str:
    """A source that no meson.build names is built by nobody, and tested by nobody."""
    builds = "".join((ROOT / name).read_text() for name in tracked("meson.build", "*/meson.build"))
    return "\n".join(f"{name}: in no meson.build" for name in tracked(*(f"{folder}/*.c" for folder in LAYERS))
                     if Path(name).name not in builds)


CHECKS = {
    "formatting (clang-format)": check_format,
    "shell (shellcheck)": check_shell,
    "Python (pyflakes)": check_python,
    "man page (mandoc)": check_man,
    "licence lines": check_licences,
    "file sizes": check_sizes,
    "white space": check_text,
    "layers": check_layers,
    "sources are built": check_sources_are_built,
}


def main() -> int:
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    for name, check in CHECKS.items():
        try:
            findings = check()
            result = "failed" if findings else "passed"
        except Skip as reason:
            findings, result = "", "skipped"
            name = f"{name}: {reason}"
        counts[result] += 1
        print(f"{result:8} {name}")
        if findings:
            print(findings.rstrip())
    print(", ".join(f"{number} {result}" for result, number in counts.items()))
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
