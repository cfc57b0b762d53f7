#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check formatting, licences, file sizes, includes between folders, named paths and the language of the source tree.

usage: lint.py           runs every check; prints one line for each check, and the findings of each failed check;
                         ends with the line "N passed, N failed, N skipped"
       lint.py --graph   prints what each folder may include
       lint.py --language PATH...   checks the language of these files and folders only
       lint.py --paths PATH...      checks that paths of the tree named in these files and folders exist
       lint.py --columns PATH...    checks the line length of these files and folders
"""
import graphlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CLANG_FORMAT_VERSION = "14"  # the version in Debian 12; other versions format a few lines differently
LINES_MAX = 700


class Skip(Exception):
    """A check that cannot run here; the message is the reason."""


def tracked(*patterns: str) -> list[str]:
    """Return the files of the project below ROOT: tracked by git, or untracked but not ignored."""
    # Under sudo the checkout belongs to another user. git rejects such a checkout without this option.
    command = ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-co", "--exclude-standard", "--"]
    names = subprocess.run(command + list(patterns), cwd=ROOT, check=True, capture_output=True,
                           text=True).stdout.split("\n")
    return sorted(name for name in names if name and (ROOT / name).is_file())


def run(command: list[str]) -> str:
    """Return the output of a command if the command failed, else an empty string."""
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
        raise Skip(f"clang-format {CLANG_FORMAT_VERSION} is needed, found {version.strip()}")
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
    exempt = re.compile(r"(^COPYING$|^LICENSES/|\.md$|\.bin$|\.png$|\.txt$|\.json$|\.patch$|/corpus/|^tests/fixtures/((consoles|crashes)/.*\.log(\.gz)?|demo\.tar\.xz)$|^\.gitignore$|^NEWS$"
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


# Which folder may include headers of which others; this is the only definition. The longest name that is a prefix of a
# file's path is the file's layer. The file may include headers of its own layer and of the layers listed for it.
# check_layers() reports includes that are not listed, and listed dependencies that no include uses.
LAYERS: dict[str, set[str]] = {
    "core": set(),
    "module": {"core"},
    "include": set(),
    "lib": {"core", "include"},
    "intake/decode": {"core"},
    "intake/read": {"intake/decode", "lib"},
    "intake/recognise": {"core", "include", "intake/decode", "lib"},
    "intake/receive": {"intake/decode", "intake/recognise"},
    "intake": {"intake/decode", "intake/read", "intake/recognise", "lib"},
    "store": {"include", "lib"},
    "store/sqlite": {"lib", "store"},
    "store/clickhouse": {"lib", "store"},
    "store/rows": {"core", "include", "intake/recognise", "lib", "store"},
    "triage": {"lib", "store"},
    "known": {"lib"},
    "host": {"core", "include", "lib", "store"},
    "cli/common": {"host", "include", "lib", "store", "store/rows"},
    "cli/host": {"cli/common", "host", "include", "lib", "store", "store/rows"},
    "cli/fleet": {"cli/common", "host", "include", "intake", "intake/decode", "intake/read", "intake/receive", "intake/recognise", "known", "lib",
                  "store", "store/rows", "triage"},
}
# Other folders may include only these headers of lib/, which declare helpers that read, write and free.
LIB_FOR_ALL = {"cleanup.h", "first_lines.h", "kmsg.h", "line_marks.h", "lost_kexec.h", "pe_section.h", "previous_stamp.h", "printable.h", "releases.h", "replace.h", "root.h", "sysctl.h"}
PUBLIC_HEADER = "kexec-lineage.h"
# The build generates these headers in the build folder.
GENERATED = {"migrations.h", "triage_style.h", "class_rows.h", "firmware_rows.h", "heading_rows.h", "panic_rows.h", "plumbing_table.h",
             "scan_word_list.h", "scan_windows.h"}


def layer_of(path: str) -> str:
    return max((name for name in LAYERS if path.startswith(name + "/")), key=len, default="")


def sources_of_layers() -> list[str]:
    folders = sorted({name.split("/")[0] for name in LAYERS})
    return tracked(*(f"{folder}/*.[ch]" for folder in folders))


def included(name: str) -> list[str]:
    """Return the paths of the headers that a file includes in quotes. A header that does not exist keeps its name."""
    found = []
    for include in re.findall(r'#include "([^"]+)"', (ROOT / name).read_text()):
        beside = os.path.normpath(os.path.join(os.path.dirname(name), include))
        if beside.startswith("module/core/"):  # module/core links to core/, for the kernel's build
            beside = beside.removeprefix("module/")
        if include == PUBLIC_HEADER:
            found.append(f"include/{include}")
        else:
            found.append(beside if (ROOT / beside).exists() else include)
    return found


def include_graph() -> tuple[dict[str, set[str]], list[str]]:
    """Return the dependencies between layers, and the includes that are not allowed."""
    graph: dict[str, set[str]] = {name: set() for name in LAYERS}
    found = []
    for name in sources_of_layers():
        layer = layer_of(name)
        for header in included(name):
            if header in GENERATED:
                continue
            other = layer_of(header)
            if not other or not (ROOT / header).exists():
                found.append(f"{name}: {header} is neither in the same folder nor a path from the top of the tree")
            elif other != layer:
                graph[layer].add(other)
                if other not in LAYERS[layer]:
                    found.append(f"{name}: {layer} may not include {header} of {other}")
                elif other == "lib" and os.path.basename(header) not in LIB_FOR_ALL:
                    found.append(f"{name}: {header} is for lib/ only")
    return graph, found


def order_of_layers() -> list[str]:
    """Return the layers, each after the layers that it may include. Raises CycleError."""
    return list(graphlib.TopologicalSorter(LAYERS).static_order())


def check_layers() -> str:
    """Check that the includes match the graph, which has no cycle and no unused dependency."""
    graph, found = include_graph()
    try:
        order_of_layers()
    except graphlib.CycleError as error:
        found.append(f"LAYERS has a cycle: {' -> '.join(error.args[1])}")
    for layer, allowed in LAYERS.items():
        found += [f"LAYERS: {layer} does not need {other}" for other in sorted(allowed - graph[layer])]
    return "\n".join(found)


def print_graph() -> None:
    for layer in order_of_layers():
        print(f"{layer:18} {' '.join(sorted(LAYERS[layer])) or '-'}")


def check_printing() -> str:
    """Check that only cli/ prints and exits."""
    found = []
    for name in sources_of_layers():
        text = (ROOT / name).read_text()
        if not name.startswith(("cli/", "module/")) and re.search(
                r"\b(printf|puts|perror|exit|abort)\(|\b(stdout|stderr)\b", text):
            found.append(f"{name}: prints or exits")
    return "\n".join(found)


def check_sources_are_built() -> str:
    """Check that a meson.build names every source. Otherwise the source is neither built nor tested."""
    builds = "".join((ROOT / name).read_text() for name in tracked("meson.build", "*/meson.build"))
    return "\n".join(f"{name}: no meson.build names it" for name in sources_of_layers()
                     if name.endswith(".c") and not name.startswith("module/") and Path(name).name not in builds)


# Words that this project avoids, and the words to use instead. A pattern may also match correct uses of a word if these
# are easy to rephrase.
AVOIDED_WORDS = {
    r"\bbehind\b": "after, following",
    r"\b(tell|tells|told|telling|retell\w*)\b": "report, print, show, say which",
    r"\b(is|are|was|were|be) said\b|\bsaid to be\b|\bin words\b": "report, print, show",
    r"\bmend(s|ed|ing)?\b": "fix",
    r"\bguilt(y)?\b|\binnocen(t|ce)\b|\bto blame\b": "associated with; not associated",
    r"\bkernels? (that ran )?before\b(?! 7| 6| 5| the )": "previous kernel",
    r"\bnot known\b": "unknown",
    r"\b(is|are|was|were) none\b": "invalid, not a valid X; NULL for no X",
    r"(?<!there )\b(is|are|was|were) no (?!longer\b|more\b|less\b|later\b|larger\b|smaller\b|need\b)[a-z]": "is not a",
    r"\bwhere (it|its|that|this|there|nothing|none|no|not|they|these|those|all|any|neither|both|one) ": "if, when; in which",
    r"\blikelier\b": "more likely",
}
# Files that the checks skip: data, patches, and files by other authors.
OTHER_TEXT = re.compile(r"\.(patch|png|bin|log|json)$|^LICENSES/|^COPYING$|^tests/(fixtures|golden/expected|fuzz/corpus)/|^tests/lint\.py$"
                        r"|^packaging/debian/changelog$|^NEWS$|^intake/recognise/data/")
CODE = re.compile(r"is None|WHERE NOT |\.tell\(|\bin words\b(?= if|\)|\]|:|})")  # Python and SQL
QUESTION_HEADER = re.compile(r"^(?:/\*\*? |\s\*\s|\"\"\"|# )\S.*\?(?: \*/|\"\"\")?$", re.M)
HEADER_LINES = 14


def is_code(line: str, match: re.Match) -> bool:
    return any(code.start() <= match.start() < code.end() for code in CODE.finditer(line))


def language_of(name: str) -> list[str]:
    """Return the findings in a file: the line, and the words to use instead."""
    try:
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        return []
    found = [f"{name}:{number}: '{match.group().strip()}': write {better}"
             for number, line in enumerate(lines, 1) for pattern, better in AVOIDED_WORDS.items()
             for match in re.finditer(pattern, line, re.I) if not is_code(line, match)]
    question = QUESTION_HEADER.search("\n".join(lines[:HEADER_LINES]))
    if question:
        found.append(f"{name}: headed by a question: {question.group().strip()}")
    return found


def check_language(*paths: str) -> str:
    return "\n".join(found for name in tracked(*paths) if not OTHER_TEXT.search(name) for found in language_of(name))


# A path in the source tree as comments and pages write it: a top folder, then names. Patterns (*, NAME) are skipped.
TREE_PATH = re.compile(r"(?<![\w./~$}{%*@:-])((?:\.\./|\./)*"
                       r"(?:core|module|include|lib|intake|known|store|triage|host|cli|lab|tests|docs|man|packaging|meson|LICENSES)"
                       r"/[\w./+-]*[\w/])(?![\w*{<$?\[])")
# Folders that Linux also has. A path in such a folder belongs to Linux if it follows the word "Linux" or "kernel", or
# if LINUX_PATHS lists it.
LINUX_PATH = re.compile(r"\b(?:Linux|kernel)(?:'s)?(?: \d[\w.]*)?(?:,| in)? [`\"'(]?$", re.I)
LINUX_PATHS = {f"lib/{name}.c" for name in (
    "bug", "cmdline", "debugobjects", "dump_stack", "fdt", "kobject", "list_debug", "rbtree", "refcount", "string", "test_kho",
    "vsprintf", "xarray")}
# Paths that the build or an installation creates, or that are part of an example.
OTHER_PATH = re.compile(r"^(?:lib/(?:systemd|modules|x86_64|python|pkgconfig)|module/(?:kexec_lineage\.(?:ko|o)|core/)"
                        r"|include/(?:linux|asm|generated|config|uapi|dt-bindings)|include/(?:header|other|renamed)\.h$|cli/kexec-lineage(?:-fleet)?$|lab/hops?$)"
                        r"|[A-Z]{3,}(?:\.\w+)?$|\.(?:o|ko|a|so)(?:\.\d+)?$")
PATHS_IN = ("*.c", "*.h", "*.py", "*.sh", "*.md", "*.build", "*.toml", "*.[348]", "*.service", "*.yml", "Makefile", "NEWS")


def path_exists(name: str, path: str) -> bool:
    beside = Path(name).parent
    places = (ROOT / path, ROOT / beside / path, ROOT / str(beside.parts[0] if beside.parts else "") / path)
    return any(place.exists() or next(place.parent.glob(place.name + ".*"), None) for place in places)


def paths_of(name: str) -> list[str]:
    """Return the paths in the source tree that a file names and that do not exist."""
    found = []
    for number, line in enumerate((ROOT / name).read_text(errors="replace").splitlines(), 1):
        for match in TREE_PATH.finditer(line):
            path = match.group(1).rstrip("./")
            if not (OTHER_PATH.search(path) or path in LINUX_PATHS or LINUX_PATH.search(line[:match.start()])
                    or path_exists(name, path)):
                found.append(f"{name}:{number}: {path} does not exist")
    return found


# Tables of recognise that decide titles. Each section of lists, and each class, names its origin.
TABLES = "intake/recognise/data"
KERNEL_FILE = re.compile(r"\b(?:arch|block|crypto|drivers|fs|include|init|kernel|lib|mm|module|net|rust|security|sound)"
                         r"(?:/[\w.{}*,-]+)+")
LOGS = re.compile(r"\blogs: ([^,]+), (?!\1)\S")


def check_tables(folder: str = TABLES) -> str:
    """Find rows of tables that name neither a file of the kernel nor two logs of different origin."""
    found = []
    for name in ("plumbing.txt", "plumbing_arch.txt", "plumbing_kernel.txt", "sections.txt", "classes.txt",
                 "panics.txt"):
        for number, line in enumerate((ROOT / folder / name).read_text(encoding="utf-8").splitlines(), 1):
            match = re.match(r"source = (.*)" if name in ("classes.txt", "panics.txt") else r"\[\w+\] (.*)", line)
            if match and not KERNEL_FILE.search(match.group(1)) and not LOGS.search(match.group(1)):
                found.append(f"{folder}/{name}:{number}: names neither a file of the kernel nor 'logs: ONE, OTHER'")
    return "\n".join(found)


def selected(patterns: tuple[str, ...], paths: tuple[str, ...]) -> list[str]:
    """Return the tracked files below the paths that match a pattern, except data and files by other authors."""
    names = set(tracked(*patterns)) & set(tracked(*paths))
    return sorted(name for name in names if not OTHER_TEXT.search(name))


def check_paths(*paths: str) -> str:
    """Check that every path in the source tree that a comment or a document names exists. Generated files are
    exempt."""
    return "\n".join(found for name in selected(PATHS_IN, paths) for found in paths_of(name))


COLUMNS_MAX = {".c": 100, ".h": 100, ".py": 120}


IS_STRING = re.compile(r'^\s*\w*\(?f?".*"[),;\]}]*$|.*"[^"]{40,}"[^"]{0,20}$')


def check_columns(*paths: str) -> str:
    """Check the width of lines, with tabs of 8. A long string may stay on one line, so that a search finds it."""
    return "\n".join(
        f"{name}:{number}: {len(line.expandtabs(8))} columns (at most {COLUMNS_MAX[Path(name).suffix]})"
        for name in selected(("*.c", "*.h", "*.py"), paths)
        for number, line in enumerate((ROOT / name).read_text(errors="replace").splitlines(), 1)
        if len(line.expandtabs(8)) > COLUMNS_MAX[Path(name).suffix] and not IS_STRING.match(line))


# Options that check only the given files and folders.
SELECTIVE = {"--language": check_language, "--paths": check_paths, "--columns": check_columns}

CHECKS = {
    "formatting (clang-format)": check_format,
    "shell (shellcheck)": check_shell,
    "Python (pyflakes)": check_python,
    "man page (mandoc)": check_man,
    "licence lines": check_licences,
    "file sizes": check_sizes,
    "white space": check_text,
    "layers": check_layers,
    "printing": check_printing,
    "sources are built": check_sources_are_built,
    "language": check_language,
    "paths": check_paths,
    "columns": check_columns,
    "tables of titles": check_tables,
}


def main() -> int:
    if sys.argv[1:] == ["--graph"]:
        print_graph()
        return 0
    if sys.argv[1:] and sys.argv[1] in SELECTIVE:
        findings = SELECTIVE[sys.argv[1]](*sys.argv[2:])
        print(findings or "nothing found")
        return 1 if findings else 0
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
