# SPDX-License-Identifier: GPL-2.0-or-later
"""The choice of QEMU's accelerator: KVM if a guest boots with it, else TCG.

A usable /dev/kvm is not sufficient: on some machines every guest hangs with KVM. KVM is therefore tried only if
/proc/cpuinfo has the CPU flag, and used only after a small guest under KVM has sent its report.
"""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lab import arch, guest, vm
from lab.cache import Kernel, say

VARIABLE = "KEXEC_LINEAGE_ACCEL"  # "kvm" or "tcg": the result of an earlier `python3 -m lab accel`
CPUINFO = Path("/proc/cpuinfo")
DEVICE = Path("/dev/kvm")
FLAGS = {"vmx", "svm"}
PROBE_SILENCE_S = 20.0
PROBE_LIMIT_S = 60.0
PROBE_CMDLINE = "console=ttyS0 panic=-1 loglevel=5"
LOCK = threading.Lock()  # two machines of one process may start at the same time


@dataclass(frozen=True)
class Choice:
    """An accelerator of QEMU, and the reason for it."""

    name: str
    reason: str


CHOSEN: list[Choice] = []  # empty until this process runs QEMU for the first time


def choose(probe: Callable[[], str], cpuinfo: Path = CPUINFO, device: Path = DEVICE) -> Choice:
    """Choose by the CPU's flags, the device and the probe, which returns "" or an error message."""
    if not has_flag(cpuinfo):
        return Choice("tcg", f"{cpuinfo} has neither vmx nor svm")
    if not os.access(device, os.R_OK | os.W_OK):
        return Choice("tcg", f"{device} cannot be opened")
    if problem := probe():
        return Choice("tcg", f"no guest booted with KVM: {problem}")
    return Choice("kvm", "a guest booted with KVM")


def has_flag(cpuinfo: Path) -> bool:
    """Return whether a file in the format of /proc/cpuinfo lists a CPU with hardware virtualization."""
    try:
        lines = cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False
    cpus = [line.partition(":")[2].split() for line in lines if line.partition(":")[0].strip() == "flags"]
    return any(FLAGS & set(flags) for flags in cpus)


def for_kernel(kernel: Kernel) -> str:
    """Return the accelerator for this run; choose and report it once per process. Raises QemuMissing, GuestError."""
    if kernel.arch != arch.HOST:
        return "tcg"
    given = os.environ.get(VARIABLE)
    return given if given in ("kvm", "tcg") else _decided(kernel).name


def _decided(kernel: Kernel) -> Choice:
    """Return the choice of this process. The first call tests KVM with the given kernel."""
    with LOCK:
        if not CHOSEN:
            CHOSEN.append(choose(lambda: probe(kernel)))
            say(f"QEMU uses {CHOSEN[0].name}: {CHOSEN[0].reason}")
        return CHOSEN[0]


def probe(kernel: Kernel, silence_s: float = PROBE_SILENCE_S, limit_s: float = PROBE_LIMIT_S) -> str:
    """Boot a kernel with KVM in a small guest. Return "" if the guest sent its report, else an error message."""
    with tempfile.TemporaryDirectory(prefix="kexec-lineage-kvm-") as name:
        folder = Path(name)
        tree = guest.base(None)
        guest.add_plan(tree, [guest.Step({})])
        guest.write_initramfs(tree, folder / "initramfs")
        machine = vm.Machine(kernel.path, folder / "initramfs", PROBE_CMDLINE, folder / "serial.log", accelerator="kvm",
                             silence_s=silence_s, first_silence_s=silence_s, limit_s=limit_s, memory_mib=512)
        try:
            for frame in vm.run(machine):
                if frame.kind == "end":
                    return ""
        except vm.LostVM as error:
            return error.reason
        return "no end frame"
