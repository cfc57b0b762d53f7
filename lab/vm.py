# SPDX-License-Identifier: GPL-2.0-or-later
"""One run of QEMU: its command line, the frames that the guest sends, and its end.

The first serial port is the console. It is written to a file and never searched for results. The second serial port is
the results channel (frames.py). A run succeeds if the guest sends an end frame, or if QEMU ends after a crash frame,
which announces a planned crash. Otherwise the VM is lost: an infrastructure error, neither a failure nor a skip.

There is no deadline for a whole run. A VM is lost after a time of silence: no frame and no new output on the console.
The longer the first boot of a VM took, the longer this time is, so that a slow or busy machine gets more time.
"""

from __future__ import annotations

import select
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lab import arch
from lab.frames import Decoder, Frame, TornFrame

TAIL_LINES = 50
SILENCE_S = 300.0
# The speed of the machine is unknown before the first frame, and a console with a low log level shows no output.
FIRST_SILENCE_S = 900.0
# Time to the first frame on a slow, idle machine. The allowed silence is scaled by this time.
FIRST_FRAME_S = 4.0
POLL_S = 1.0
RESETS = "resets.qemu"  # the name of QEMU's log of resets
# A guest that prints this much between two frames is in a loop.
CONSOLE_LIMIT_BYTES = 64 << 20
# While QEMU keeps translated code of an earlier kernel, every write to that kernel's memory is slow. A small buffer
# fills up, and is flushed, about once per boot. A kexec then takes a third less time than with the default of 1 GiB.
TCG_BUFFER_MIB = 64


class QemuMissing(Exception):
    """QEMU is not installed."""


class LostVM(Exception):
    """The VM was silent, QEMU died, or the results channel is damaged."""

    def __init__(self, reason: str, serial_log: Path) -> None:
        self.reason = reason
        self.serial_log = serial_log
        super().__init__(f"{reason}; serial log: {serial_log}, its last lines:\n{tail(serial_log)}")


@dataclass(frozen=True)
class Uefi:
    """UEFI instead of SeaBIOS: its code, and the file of its variables. secure: only the firmware writes variables."""

    code: Path
    variables: Path
    secure: bool = False


@dataclass(frozen=True)
class Disks:
    """Disks from which the firmware starts a boot loader.

    loader: image of a disk that SeaBIOS starts; None under UEFI
    files: folder that the guest sees as a disk with a FAT file system
    """

    loader: Path | None
    files: Path


@dataclass(frozen=True)
class Machine:
    """The parameters of a run.

    silence_s: the shortest silence after which the VM is considered hung
    first_silence_s: the same before the first frame
    limit_s: the longest time of a run; only for a probe, which may give up a guest that still prints
    network_log: pcap file of the packets that a network card sends; None: no card
    reaches_host: 10.0.2.2 in the guest's network is 127.0.0.1 of the host; otherwise, the network has no other machine
    resets: reset the machine as hardware does: the firmware prints on the console and boots the first kernel again
    display: attach a graphics adapter; firmware and boot loader then print on its screen and on the console
    arch: the architecture
    tpm_fd: a socket that is connected to the control channel of swtpm; None: no TPM
    disks: start a boot loader instead of the first kernel, which the loader must start
    counts_instructions: the clocks of the machine count instructions, and jump ahead while the CPU is idle; only TCG

    Without resets, QEMU ends at a reset. With resets, the file RESETS beside the serial log gets the state of the CPU
    at each reset. A second run appends to the console, like the same machine after a power cut, but overwrites RESETS.
    """

    kernel: Path
    initramfs: Path
    cmdline: str
    serial_log: Path
    accelerator: str = "tcg"
    silence_s: float = SILENCE_S
    first_silence_s: float = FIRST_SILENCE_S
    limit_s: float | None = None
    memory_mib: int = 1536
    cpu: str = "max"
    cpus: int = 1
    network_log: Path | None = None
    reaches_host: bool = False
    resets: bool = False
    uefi: Uefi | None = None
    display: bool = False
    disks: Disks | None = None
    arch: str = arch.HOST
    tpm_fd: int | None = None
    counts_instructions: bool = False


def tail(path: Path, lines: int = TAIL_LINES) -> str:
    """Return the last lines of a serial log, safe to print."""
    try:
        text = path.read_bytes().decode("utf-8", "replace")
    except FileNotFoundError:
        return "  (no serial log)"
    clean = "".join(char for char in text if char.isprintable() or char == "\n")
    return "\n".join("  | " + line for line in clean.splitlines()[-lines:]) or "  (the serial log is empty)"


def run(machine: Machine) -> Iterator[Frame]:
    """Boot, and yield each frame when it is received, the end frame last. Raises LostVM, QemuMissing.

    QEMU is always terminated at the end.
    """
    need(machine.arch)
    here, there = socket.socketpair()
    log = open(machine.serial_log.with_suffix(".qemu"), "wb")
    with here, log:
        with there:
            process = subprocess.Popen(
                _command(machine, there.fileno()),
                pass_fds=[there.fileno(), *([] if machine.tpm_fd is None else [machine.tpm_fd])],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            yield from _frames(here, machine)
        finally:
            process.kill()
            process.wait()


def need(name: str = arch.HOST) -> None:
    """Raise QemuMissing if QEMU for an architecture is not installed."""
    qemu = arch.ALL[name].qemu
    if shutil.which(qemu) is None:
        raise QemuMissing(f"{qemu} is not installed")


def program(name: str = arch.HOST) -> list[str]:
    """Return the command of QEMU without its options. The command makes QEMU end together with this process."""
    return [*guard(), arch.ALL[name].qemu]


def guard() -> list[str]:
    """Return words before a command that make it end together with this process."""
    return ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []


def _command(machine: Machine, results_fd: int) -> list[str]:
    target = arch.ALL[machine.arch]
    return [
        *program(target.name),
        *target.machine,
        *("-accel", _accelerator(machine), "-cpu", machine.cpu, "-smp", str(machine.cpus)),
        *(("-icount", "shift=0,sleep=off") if machine.counts_instructions else ()),
        *("-m", str(machine.memory_mib)),
        *("-display", "none", "-monitor", "none", "-nodefaults", "-nic", "none"),
        *_reset(machine),
        *_uefi(machine.uefi),
        *_tpm(machine.tpm_fd),
        *(["-device", "VGA"] if machine.display else []),
        *("-chardev", f"file,id=console,path={machine.serial_log},append={'on' if machine.resets else 'off'}"),
        *("-serial", "chardev:console"),
        *("-chardev", f"socket,id=results,fd={results_fd}", *target.results),
        *network(machine.network_log, machine.reaches_host),
        *_start(machine),
    ]


def _start(machine: Machine) -> list[str]:
    """Return the options that make the firmware start the first kernel or a boot loader."""
    if machine.disks is None:
        return ["-kernel", str(machine.kernel), "-initrd", str(machine.initramfs), "-append", machine.cmdline]
    disks = [str(machine.disks.loader)] if machine.disks.loader else []
    disks.append(f"fat:{machine.disks.files}")
    return [word for disk in disks for word in ("-drive", f"file={disk},format=raw,if=virtio,readonly=on")]


def _reset(machine: Machine) -> list[str]:
    """Return the options for a reset of the machine.

    With "graphics=off", SeaBIOS prints on the serial port, and also on the screen of an adapter that is attached.
    """
    if not machine.resets:
        return ["-no-reboot"]
    return ["-machine", "graphics=off", *log_of_resets(machine.serial_log)]


def log_of_resets(serial_log: Path) -> list[str]:
    """Return the options for the file RESETS beside the serial log.

    QEMU logs a triple fault as a reset. Unlike the log of all exceptions (`-d int`), the log of resets is short.
    """
    return ["-d", "cpu_reset", "-D", str(serial_log.with_name(RESETS))]


def _uefi(uefi: Uefi | None) -> list[str]:
    """Return the options for UEFI."""
    if uefi is None:
        return []
    return [
        *("-machine", f"q35,smm={'on' if uefi.secure else 'off'}", "-vga", "none"),
        *(("-global", "driver=cfi.pflash01,property=secure,value=on") if uefi.secure else ()),
        *("-drive", f"if=pflash,unit=0,format=raw,readonly=on,file={uefi.code}"),
        *("-drive", f"if=pflash,unit=1,format=raw,file={uefi.variables}"),
    ]


def _tpm(fd: int | None) -> list[str]:
    """Return the options for a TPM."""
    if fd is None:
        return []
    return [
        *("-chardev", f"socket,id=tpm,fd={fd}", "-tpmdev", "emulator,id=tpm0,chardev=tpm"),
        *("-device", "tpm-tis,tpmdev=tpm0"),
    ]


def network(log: Path | None, reaches_host: bool = False) -> list[str]:
    """Return the options for a card in a network that exists only inside QEMU. The arguments are those of Machine."""
    if log is None:
        return []
    restrict = "off" if reaches_host else "on"
    return [
        *("-netdev", f"user,id=net,restrict={restrict}", "-device", "virtio-net-pci,netdev=net,romfile="),
        *("-object", f"filter-dump,id=dump,netdev=net,file={log}"),
    ]


def _accelerator(machine: Machine) -> str:
    """Return the accelerator option. With TCG, several CPUs run in turn in one thread.

    In separate threads a CPU may still execute a breakpoint that another CPU has already removed: Linux 6.1 then treats
    a probe on an ftrace site as an ordinary probe and jumps to address 0. Real CPUs do not have this problem: the
    patching CPU waits until every other CPU has handled an interrupt (text_poke_sync()).
    """
    if machine.accelerator != "tcg":
        return machine.accelerator
    return f"tcg,tb-size={TCG_BUFFER_MIB}" + (",thread=single" if machine.cpus > 1 else "")


class Silence:
    """Measure how long a VM has shown no sign of life. A sign is a frame, or new output on the console.

    problem() must be called at intervals. The clock is an argument for the tests.
    """

    def __init__(self, shortest_s: float, clock: Callable[[], float] = time.monotonic, first_s: float = 0.0) -> None:
        self.shortest_s = shortest_s
        self.first_s = first_s
        self._clock = clock
        self._start = self._sign = clock()
        self._first_frame_s: float | None = None
        self._console = self._console_at_frame = 0

    def span_s(self) -> float:
        """Return the allowed silence. It is longer before the first frame, and if the first frame was late."""
        if self._first_frame_s is None:
            return max(self.shortest_s, self.first_s)
        return self.shortest_s * max(1.0, self._first_frame_s / FIRST_FRAME_S)

    def frame(self) -> None:
        self._sign = self._clock()
        self._console_at_frame = self._console
        if self._first_frame_s is None:
            self._first_frame_s = self._sign - self._start

    def console(self, size: int) -> None:
        if size > self._console:
            self._console = size
            self._sign = self._clock()

    def problem(self, limit_s: float | None = None) -> str:
        """Return why the VM is lost, or "" if it is not."""
        now = self._clock()
        if now - self._sign >= self.span_s():
            return f"silent for {now - self._sign:.0f} s"
        if limit_s is not None and now - self._start >= limit_s:
            return f"not up after {now - self._start:.0f} s"
        if self._console - self._console_at_frame >= CONSOLE_LIMIT_BYTES:
            return f"{CONSOLE_LIMIT_BYTES >> 20} MiB on the console without a frame"
        return ""


def _frames(channel: socket.socket, machine: Machine) -> Iterator[Frame]:
    decoder = Decoder(machine.resets, firmware=machine.uefi is not None)
    silence = Silence(machine.silence_s, first_s=machine.first_silence_s)
    crash_is_wanted = False
    try:
        while data := _receive(channel, silence, machine):
            for frame in decoder.feed(data):
                silence.frame()
                yield frame
                if frame.kind == "end":
                    return
                crash_is_wanted = frame.kind == "crash"
        decoder.close()
    except TornFrame as error:
        raise LostVM(f"the results channel is damaged: {error}", machine.serial_log) from error
    if crash_is_wanted:
        return
    raise LostVM(f"QEMU ended without an end frame {_qemu_says(machine)}", machine.serial_log)


def _receive(channel: socket.socket, silence: Silence, machine: Machine) -> bytes:
    while not select.select([channel], [], [], min(POLL_S, machine.silence_s))[0]:
        silence.console(size_of(machine.serial_log))
        if problem := silence.problem(machine.limit_s):
            raise LostVM(f"{problem}, VM killed", machine.serial_log)
    try:
        return channel.recv(65536)
    except ConnectionResetError:
        return b""


def size_of(path: Path) -> int:
    """Return the size of a console's log; 0 before QEMU has created it."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _qemu_says(machine: Machine) -> str:
    text = machine.serial_log.with_suffix(".qemu").read_text(encoding="utf-8", errors="replace").strip()
    return f"(output of QEMU: {text})" if text else "(no output of QEMU)"
