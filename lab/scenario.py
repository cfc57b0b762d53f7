# SPDX-License-Identifier: GPL-2.0-or-later
"""A scenario for a VM, its run, and the reports of its kernels.

A scenario is a first kernel and a list of hops. Every kernel sends one report. A run ends in one of four ways: with the
reports; with ScenarioFailed (the result is wrong); with vm.LostVM (the result is unknown); with
cache.KernelUnavailable (the scenario could not run and is skipped).
"""

from __future__ import annotations

import contextlib
import json
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lab import accel, arch, firmware, guest, module, shim, vm
from lab.cache import Kernel
from lab.frames import Frame

# An emulated CPU on a shared machine sometimes pauses, which causes RCU stalls and missed timer interrupts that are not
# kernel bugs. Without no_timer_check, the kernel panics if it misses too many timer interrupts ("IO-APIC + timer
# doesn't work"). The other parameters save a sixth of the boot time. They switch off work that no scenario needs:
# clearing of pages, AppArmor profiles, a self-test of a random source, and keys.
CMDLINE = ("console=ttyS0 panic=-1 loglevel=5 rcupdate.rcu_cpu_stall_suppress=1 no_timer_check init_on_alloc=0 "
           "apparmor=0 audit=0 initcall_blacklist=jent_mod_init,load_system_certificate_list")
SHOW = {
    "show-json": "kexec-lineage --json show",
    "show": "kexec-lineage show",
    "show-sources": "kexec-lineage show --sources",
}


def cmdline_for(name: str) -> str:
    """Return CMDLINE for an architecture."""
    if name == arch.HOST:
        return CMDLINE
    target = arch.ALL[name]
    words = [CMDLINE.replace("ttyS0", target.console).replace("no_timer_check ", ""), *target.parameters]
    return " ".join(words)


ARM64_CMDLINE = cmdline_for("aarch64")


class ScenarioFailed(Exception):
    """The scenario ran, and its result is wrong."""


@dataclass(frozen=True)
class Hop:
    """A kexec to the next kernel.

    load, go: shell commands that the guest runs to load and to start the kernel; load may use $KERNEL and $INITRD
    by: name of the loader, which the demonstration displays
    """

    target: Kernel
    load: str
    by: str = ""
    go: str = "kexec -e"
    commands: dict[str, str] = field(default_factory=dict)  # more commands, run in the target


@dataclass(frozen=True)
class Scenario:
    """A sequence of kernels.

    commands, first_commands: shell commands that run in every kernel, and only in the first kernel
    files: path in the guest -> content
    module: load kexec_lineage.ko in every kernel for which the lab builds it
    test_modules, only_test_modules: add the modules of tests/vm/modules, all or only these
    crash: shell commands that crash the last kernel and must end the VM
    network: add a network card; the file network.pcap beside the serial log gets the packets that the card sends
    reaches_host: 10.0.2.2 in the guest's network is 127.0.0.1 of the host
    secure: UEFI with Secure Boot, which starts the first kernel only if firmware.sign() signed it
    owner: UEFI with Secure Boot, Debian's shim and GRUB, and this key of the machine's owner
    tpm: add an emulated TPM, which no kexec resets. Raises firmware.FirmwareUnavailable
    counts_instructions: as in vm.Machine
    """

    name: str
    first: Kernel
    hops: Sequence[Hop]
    cmdline: str = CMDLINE
    commands: dict[str, str] = field(default_factory=lambda: dict(SHOW))
    first_commands: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    module: bool = False
    test_modules: bool = False
    only_test_modules: tuple[str, ...] = ()
    crash: str | None = None
    network: bool = False
    reaches_host: bool = False
    tpm: bool = False
    secure: bool = False
    owner: shim.Key | None = None
    memory_mib: int = 1536
    cpu: str = "max"
    cpus: int = 1
    silence_s: float = vm.SILENCE_S
    counts_instructions: bool = False

    def kernels(self) -> list[Kernel]:
        return [self.first, *(hop.target for hop in self.hops)]

    def releases(self) -> list[str]:
        """Return the releases of all kernels, oldest first."""
        return [kernel.release for kernel in self.kernels()]


@dataclass(frozen=True)
class Result:
    """The result of one command in the guest."""

    status: int
    stdout: str
    stderr: str


@dataclass
class Report:
    """The report of one kernel. at_s: seconds from the VM's start to the kernel's first frame."""

    hop: int
    at_s: float
    release: str = ""
    cmdline: str = ""
    bootloader_type: int = -1
    uptime_s: float = 0.0
    commands: dict[str, Result] = field(default_factory=dict)
    modprobe: Result | None = None
    load: Result | None = None
    load_s: float = 0.0
    reported_at_s: float = 0.0

    def show(self) -> dict:
        """Return the object that `kexec-lineage --json show` printed. Raises ScenarioFailed."""
        result = self.commands["show-json"]
        try:
            shown = json.loads(result.stdout)
        except ValueError:
            shown = None
        if result.status != 0 or not isinstance(shown, dict):
            raise ScenarioFailed(f"kernel {self.hop} ({self.release}): show --json gave {result}")
        return shown


def plain_load(flags: str) -> str:
    """Return a load by kexec(8), which does not support lineages. flags: "-s -l", "-c -l", "-s -p" ..."""
    return f'kexec {flags} "$KERNEL" --initrd="$INITRD" --reuse-cmdline'


def plain_hop(target: Kernel) -> Hop:
    """Return a hop by plain kexec(8). The module of the running kernel stamps the load."""
    return Hop(target, plain_load("-s -l"), by="kexec -s, module")


def lineage_load(flags: str) -> str:
    """Return a load by `kexec-lineage load`."""
    return "kexec-lineage load" + plain_load(flags).removeprefix("kexec")


def run(
    scenario: Scenario,
    stage: Path | None,
    folder: Path | None = None,
    on_report: Callable[[Report], None] | None = None,
) -> list[Report]:
    """Run a scenario. on_report is called when a kernel has sent its report, before it loads the next one.

    folder: the folder that keeps the serial log; without it, the log is kept only after a failure.
    """
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        return _run_in(scenario, stage, folder, on_report)
    scratch = Path(tempfile.mkdtemp(prefix="kexec-lineage-lab-"))
    reports = _run_in(scenario, stage, scratch, on_report)
    for path in scratch.iterdir():
        path.unlink()
    scratch.rmdir()
    return reports


def _run_in(
    scenario: Scenario, stage: Path | None, folder: Path, on_report: Callable[[Report], None] | None
) -> list[Report]:
    with initramfs(scenario, stage, folder), _with_firmware(scenario, machine(scenario, folder)) as ready:
        return _collect(scenario, ready, on_report)


def _with_firmware(scenario: Scenario, without: vm.Machine) -> contextlib.AbstractContextManager[vm.Machine]:
    if scenario.secure:
        without = firmware.secured(without, firmware.get())
    if scenario.owner:
        without = shim.attached(without, firmware.get(), scenario.owner)
    return firmware.with_tpm(without, firmware.get()) if scenario.tpm else contextlib.nullcontext(without)


def machine(scenario: Scenario, folder: Path) -> vm.Machine:
    """Return the VM of a scenario. Its files are in the folder."""
    return vm.Machine(
        kernel=scenario.first.path,
        initramfs=folder / "initramfs",
        cmdline=scenario.cmdline,
        serial_log=folder / "serial.log",
        accelerator="tcg" if scenario.counts_instructions else accel.for_kernel(scenario.first),
        memory_mib=scenario.memory_mib,
        cpu=scenario.cpu,
        cpus=scenario.cpus,
        silence_s=scenario.silence_s,
        network_log=folder / "network.pcap" if scenario.network else None,
        reaches_host=scenario.reaches_host,
        arch=scenario.first.arch,
        counts_instructions=scenario.counts_instructions,
    )


@contextlib.contextmanager
def initramfs(scenario: Scenario, stage: Path | None, folder: Path) -> Iterator[None]:
    """Write the initramfs for machine(), and remove it afterwards: it is large, and easy to make again."""
    path = folder / "initramfs"
    build_initramfs(scenario, stage, path)
    try:
        yield
    finally:
        path.unlink()


def build_initramfs(scenario: Scenario, stage: Path | None, path: Path) -> None:
    """Write the first kernel's initramfs; the guest makes the later ones from it."""
    tree = guest.base(stage, scenario.first.arch)
    for name, content in scenario.files.items():
        tree.add(name.lstrip("/"), content, mode=0o755)
    guest.add_kernels(tree, {hop.target.id: hop.target.path for hop in scenario.hops})
    for kernel in dict.fromkeys(scenario.kernels()):
        _add_modules(scenario, tree, kernel)
    guest.add_plan(tree, _steps(scenario))
    guest.write_initramfs(tree, path)


def _add_modules(scenario: Scenario, tree: guest.Tree, kernel: Kernel) -> None:
    if scenario.module and module.has(kernel):
        guest.add_module(tree, kernel.release, module.built(kernel))
    if scenario.test_modules and module.has(kernel):
        guest.add_test_modules(tree, kernel.release, module.tests(kernel, scenario.only_test_modules))


def _steps(scenario: Scenario) -> list[guest.Step]:
    steps = []
    extra = scenario.first_commands
    for number, hop in enumerate(scenario.hops):
        needed_later = frozenset(later.target.id for later in scenario.hops[number + 1 :])
        load = f"KERNEL=/kernels/{hop.target.id} INITRD=/tmp/initrd\n{hop.load}"
        steps.append(guest.Step(scenario.commands | extra, load, hop.go, needed_later))
        extra = hop.commands
    steps.append(guest.Step(scenario.commands | extra, crash=scenario.crash))
    return steps


def _collect(
    scenario: Scenario, machine: vm.Machine, on_report: Callable[[Report], None] | None
) -> list[Report]:
    start = time.monotonic()
    reports: list[Report] = []
    crashed = False
    for frame in vm.run(machine):
        now = time.monotonic() - start
        if frame.kind == "end":
            _check_end(frame, scenario, reports, machine)
        elif frame.hop == len(reports):
            reports.append(Report(frame.hop, now))
        crashed |= frame.kind == "crash"
        if frame.kind != "end":
            _take(frame, reports[-1], now)
        if frame.kind == "reported":
            _check_release(scenario, reports[-1])
            if on_report:
                on_report(reports[-1])
    if scenario.crash and not crashed:
        raise ScenarioFailed(f"{scenario.name}: ended without the planned crash")
    return reports


def _take(frame: Frame, report: Report, now: float) -> None:
    text = [data.decode("utf-8", "replace") for data in frame.payload]
    if frame.kind == "reported":
        report.reported_at_s = now
    elif frame.kind == "command":
        report.commands[frame.name] = Result(int(text[0]), text[1], text[2])
    elif frame.kind == "load":
        report.load = Result(int(text[0]), text[1], text[2])
        report.load_s = now - report.reported_at_s
    elif frame.name == "modprobe":
        report.modprobe = Result(int(text[0]), text[1], text[2])
    elif frame.name in ("release", "cmdline"):
        setattr(report, frame.name, text[0].rstrip("\n"))
    elif frame.name == "bootloader_type":
        report.bootloader_type = int(text[0])
    elif frame.name == "uptime":
        report.uptime_s = float(text[0].split()[0])


def _check_release(scenario: Scenario, report: Report) -> None:
    """Check that the report is from the planned kernel; otherwise all later reports are meaningless."""
    wanted = scenario.releases()
    if report.hop >= len(wanted) or report.release != wanted[report.hop]:
        planned = wanted[report.hop] if report.hop < len(wanted) else "none"
        raise ScenarioFailed(f"{scenario.name}: kernel {report.hop} is {report.release}, expected {planned}")


def _check_end(frame: Frame, scenario: Scenario, reports: list[Report], machine: vm.Machine) -> None:
    if frame.name == "complete" and len(reports) == len(scenario.hops) + 1:
        return
    what = f"{scenario.name}: {frame.name} in kernel {frame.hop} of {len(scenario.hops)}"
    load = reports[-1].load if reports else None
    raise ScenarioFailed(f"{what}: {load}; serial log: {machine.serial_log}")
