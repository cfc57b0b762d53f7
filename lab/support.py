# SPDX-License-Identifier: GPL-2.0-or-later
"""Generator of docs/reference/support.md, the list of tested kernels, from kernels.toml.

The page contains no package versions, so that it is the same on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lab import build, kernels

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "support.md"

HEAD = """\
<!-- SPDX-License-Identifier: GPL-2.0-or-later -->
<!-- Made from lab/kernels.toml by `python3 -m lab support --write`; do not edit. -->

# Kernels

The tests boot and kexec the following kernels in QEMU. Some are unmodified packages. Others are built from source
with the configurations in `lab/config`, unmodified or with the patches of `module/patches` or `lab/bugs` that the
table names. A folder of `lab/bugs` restores the bug that the commit of this name fixed; `planted-initcalls` adds a
driver that crashes, and `planted-kho` lets KHO fail if the command line says so. `built-7.3-clang`,
`built-7.3-thinlto` and `built-7.3-fulllto` are built by clang 19 without, with thin and with full link-time
optimization. `built-7.3-ima`, `built-7.3-imanext` and `built-7.3-arm64` have IMA. On each kernel the lineage crosses a
kexec on the command line, with `kexec -s` and, except on s390x, with `kexec -c`. Debian's arm64 kernels have no
`kexec -s`; on these, only `kexec-lineage load` with `kexec -c` passes the lineage on. `built-7.3-riscv64`,
`built-7.3-ppc64le` and `built-7.3-s390x` are built from source because Debian's kernels for these architectures have no
`kexec_file_load()` either. The lab fetches the newest package of a series;
`python3 -m lab list` shows the versions on a machine.

| kernel | architecture | package | suite | module | KHO built in | kernel's own metadata blob | carrier | run by |
|---|---|---|---|---|---|---|---|---|
"""

MEANING = """
The columns have the following meaning:

- *module*: whether the lab builds the module against the kernel's own headers (`yes`), builds it into the kernel
  (`built in`), or runs the kernel without it (`no`).
- *KHO built in*: whether the package has `CONFIG_KEXEC_HANDOVER`, and the KHO ABI.
- *kernel's own metadata blob*: whether the source of the series can write and read `kexec-metadata`. This is the case
  in Linux 7.1 and later, and in earlier kernels with our patches. `kexec-metadata` needs KHO.
- *run by*: `every check` means that the VM tests run the kernel. Kernels with the same role are alternatives; the first
  available one is used. `check-matrix` means that only `make check-matrix` runs the kernel: the tests of KHO, of the
  module and on arm64, riscv64, ppc64le and s390x, or the tests of [bugs that depend on a kexec](../transition-bugs.md).
  `check-host` means that `make check-host` builds the kernel and cuts its power, and `bench` that `make bench` measures
  its boot. `on request` means that only `python3 -m lab run matrix` runs the kernel.
"""


RUNS_HEAD = """
## Architectures and loaders

The VM tests run these loads. *Stamped by* is the function that the module probes, or the program that adds the stamp.
On ppc64le and s390x nothing but IMA's list shows that a kernel was kexec'ed. Without it, `boot` is `unknown`.

| architecture | system call | image | stamped by | what is run | test |
|---|---|---|---|---|---|
"""


@dataclass(frozen=True)
class Run:
    """A load that the VM tests run. test: FILE::FUNCTION below tests/vm"""

    arch: str
    call: str
    image: str
    by: str
    what: str
    test: str


FILE_LOAD = "kexec_file_load()"
LOAD = "kexec_load()"
LOADER = "`kexec-lineage load`"
FDT_HOOK = "`of_kexec_alloc_and_setup_fdt`"
# To add an architecture or a loader, add its tests here.
RUNS = (
    Run("x86_64", FILE_LOAD, "bzImage", "`bzImage64_load`", "50 kexecs", "test_module.py::test_many_hops"),
    Run("x86_64", FILE_LOAD, "bzImage", "`bzImage64_load`", "an oops and a panic with the line",
        "test_module.py::test_line_beside_oops_and_panic"),
    Run("x86_64", f"{FILE_LOAD}, {LOAD}", "bzImage", LOADER, "30 kexecs", "test_hops.py::test_many_hops"),
    Run("x86_64", FILE_LOAD, "bzImage", "`kho_fill_kimage` if clang with LTO built the kernel", "three kexecs",
        "test_module.py::test_hops_in_one_kernel"),
    Run("x86_64", LOAD, "bzImage", "nothing: a loader that keeps the boot-loader type, like u-root's", "a kexec",
        "test_evidence.py::test_kexec_that_keeps_the_loader_type"),
    Run("aarch64", FILE_LOAD, "Image", FDT_HOOK, "two kexecs, a crash with the line",
        "test_devicetree.py::test_two_kexecs_and_a_crash"),
    Run("aarch64", FILE_LOAD, "Image", FDT_HOOK, "a capture kernel", "test_arm64.py::test_capture_kernel"),
    Run("aarch64", LOAD, "Image", LOADER, "two kexecs of Debian's kernels",
        "test_arm64.py::test_loader_passes_the_lineage_on"),
    Run("riscv64", FILE_LOAD, "Image", FDT_HOOK, "two kexecs, a crash with the line",
        "test_devicetree.py::test_two_kexecs_and_a_crash"),
    Run("riscv64", FILE_LOAD, "Image", FDT_HOOK, "a capture kernel", "test_devicetree.py::test_capture_kernel"),
    Run("riscv64", LOAD, "Image", LOADER, "a kexec",
        "test_devicetree.py::test_kexec_load_after_kexec_file_load"),
    Run("ppc64le", FILE_LOAD, "vmlinux", FDT_HOOK, "two kexecs, a crash with the line",
        "test_devicetree.py::test_two_kexecs_and_a_crash"),
    Run("ppc64le", FILE_LOAD, "vmlinux", FDT_HOOK, "a capture kernel", "test_devicetree.py::test_capture_kernel"),
    Run("ppc64le", LOAD, "vmlinux", LOADER, "a kexec",
        "test_devicetree.py::test_kexec_load_after_kexec_file_load"),
    Run("s390x", FILE_LOAD, "bzImage", "`kexec_file_add_components`", "two kexecs, a crash with the line",
        "test_devicetree.py::test_two_kexecs_and_a_crash"),
    Run("s390x", FILE_LOAD, "bzImage", "`kexec_file_add_components`", "a capture kernel",
        "test_devicetree.py::test_capture_kernel"),
)
RUNS_TAIL = """
On s390x `kexec_load()` has not been run: kexec(8) needs a kernel with `CONFIG_MEMORY_HOTPLUG` for it, and the lab's has
none.

loongarch64 has not been run: Debian 12's QEMU has no firmware for it, and Debian 12 has no gcc. There the module does
everything except stamping, and `kexec-lineage load` and the wrapper add stamps.
"""


def page(known: kernels.KernelList) -> str:
    """Return the page."""
    kernel_rows = "".join(map(_row, known.entries))
    runs = "".join(f"| {run.arch} | `{run.call}` | {run.image} | {run.by} | {run.what} | `{run.test}` |\n" for run in RUNS)
    return HEAD + kernel_rows + MEANING + RUNS_HEAD + runs + RUNS_TAIL


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
        entry.arch,
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
    """Return whether the page matches the list."""
    return path.exists() and path.read_text(encoding="utf-8") == page(kernels.read())
