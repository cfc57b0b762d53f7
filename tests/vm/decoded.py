# SPDX-License-Identifier: GPL-2.0-or-later
"""Logs as the kernel's scripts/decode_stacktrace.sh prints them: "f (kernel/fork.c:12)" instead of "f+0x1/0x2".

The script needs the debug information of the kernel and of its modules. The test modules have it; the lab's kernels do
not. For the kernel, decode() makes an object with the functions that the log names, in their sizes, and debug
information with made-up places: each function is in a file, and all of its code is inlined from a header.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from lab import arch, fetch, module
from lab.cache import Kernel

# A kernel that is built from source has the script among its headers; Debian's packages leave it out.
SCRIPTS_OF = "built"
SIZE_MAX = 1 << 20  # the last symbol of the kernel has a larger size
FUNCTION = re.compile(r"([A-Za-z_][\w.]*)\+0x[0-9a-f]+/0x([0-9a-f]+)(?! \[)")


def decode(log: Path, kernel: Kernel, modules: Path, folder: Path, disassembles: bool) -> Path:
    """Return the decoded log, a file in the folder.

    modules: a folder with modules that have debug information
    disassembles: also decode the lines "Code: ", which takes most of the time
    """
    target = arch.ALL[kernel.arch]
    text = log.read_text(encoding="utf-8", errors="replace").replace("\r\n", "\n")
    if not disassembles:
        text = re.sub(r"^.* Code: .*\n", "", text, flags=re.M)
    script = module.headers_of(fetch.for_role(SCRIPTS_OF)) / "scripts/decode_stacktrace.sh"
    tools = {name.upper(): target.tool(name) for name in ("nm", "addr2line", "readelf")}
    names = {"x86_64": "x86", "aarch64": "arm64"}
    more = {"CROSS_COMPILE": target.tool(""), "ARCH": names[kernel.arch]}
    command = ["bash", script, make_vmlinux(text, target, folder), "/made-up", modules]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=True,
                          env={**os.environ, **tools, **more})
    decoded = folder / "decoded.log"
    decoded.write_text(done.stdout, encoding="utf-8")
    return decoded


def make_vmlinux(text: str, target: arch.Arch, folder: Path) -> Path:
    """Return an object with all functions of the kernel image that the text names."""
    sizes = {name: int(size, 16) for name, size in FUNCTION.findall(text) if int(size, 16) < SIZE_MAX}
    lines = ['# 1 "/made-up/kernel/kernel.c"']
    for number, (name, size) in enumerate(sorted(sizes.items()), start=10):
        lines += [f'# {number} "/made-up/include/linux/inlined.h"',
                  f'static inline __attribute__((always_inline)) void inlined_{number}(void) '
                  f'{{ asm volatile(".skip {max(size + 3 & ~3, 4)}"); }}',
                  f'# {number} "/made-up/kernel/file_{number % 7}.c"',
                  f'void function_{number}(void) __asm__("{name}"); '
                  f'void function_{number}(void) {{ inlined_{number}(); }}']
    source, made = folder / "vmlinux.c", folder / "vmlinux"
    source.write_text("\n".join(lines) + "\n", encoding="utf-8")
    flags = ["-g", "-O1", "-c", "-w", "-x", "cpp-output"]
    subprocess.run([target.tool(arch.COMPILER), *flags, "-o", made, source], check=True)
    return made
