# SPDX-License-Identifier: GPL-2.0-or-later
"""Which kernels are supported, and how? Makes docs/reference/support.md out of kernels.toml.

Only facts that do not change with the next package of a series are in it: the page is the same on every machine.
"""

from __future__ import annotations

from pathlib import Path

from lab import build, kernels

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "support.md"

HEAD = """\
<!-- SPDX-License-Identifier: GPL-2.0-or-later -->
<!-- Made from lab/kernels.toml by `python3 -m lab support --write`; do not edit. -->

# Kernels

The kernels below are booted and kexec'ed for real in QEMU (x86-64): unmodified packages, and some that the lab
builds from source with the configurations of `lab/config`: unmodified, or with the patches of `module/patches` that
the table names. On each of them the lineage crosses the kexec on the command line, with `kexec -s` and with
`kexec -c`. The newest package of a series is taken when the lab fetches it; `python3 -m lab list` says which one a
machine has.

| kernel | package | suite | module | KHO built in | kernel's own metadata blob | carrier | run by |
|---|---|---|---|---|---|---|---|
"""

TAIL = """
*module*: what the lab runs it with: the module built against the kernel's own headers, built in, or not at all.
*KHO built in*: `CONFIG_KEXEC_HANDOVER` in that package, and its ABI. *Kernel's own metadata blob*: the source of
that series can write and read `kexec-metadata` (Linux 7.1 and later, and earlier ones with our patches), which needs
KHO. *every check*: the VM tests run it; kernels that share a role stand in for each other, the first one that can be
had is taken. *check-matrix*: `make check-matrix` builds it and runs the KHO tests on it. *check-host*:
`make check-host` builds it and cuts its power. *on request*: `python3 -m lab run matrix`.
"""


def page(known: kernels.KernelList) -> str:
    """The whole page."""
    return HEAD + "".join(_row(entry) for entry in known.entries) + TAIL


def _row(entry: kernels.Entry) -> str:
    run_by = "on request"
    if entry.run_by != "check":
        run_by = entry.run_by
    elif entry.role:
        run_by = "every check" if entry.required else f"every check (role {entry.role})"
    elif entry.config:
        run_by = "every check"
    cells = [
        entry.id,
        _origin(entry).replace("|", "\\|"),  # a bar would end the cell
        ", ".join(entry.suites),
        _module(entry),
        f"yes, {entry.abi}" if entry.kho else "no",
        ("yes" if entry.kho else "in the source, needs KHO") if entry.metadata else "no",
        "KHO, command line" if entry.kho else "command line",
        run_by,
    ]
    return "| " + " | ".join(cells) + " |\n"


def _origin(entry: kernels.Entry) -> str:
    origin = f"`{entry.package}`" if entry.package else f"source of `{kernels.SOURCE}`, `{entry.source}`"
    return origin + "".join(f" with `{name}`" for name in entry.patches)


def _module(entry: kernels.Entry) -> str:
    if build.BUILTIN in entry.config:
        return "built in"
    return "yes" if entry.module else "no"


def write(path: Path = PAGE) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page(kernels.read()), encoding="utf-8")


def is_current(path: Path = PAGE) -> bool:
    """Whether the page is what the list makes of it today."""
    return path.exists() and path.read_text(encoding="utf-8") == page(kernels.read())
