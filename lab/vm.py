# SPDX-License-Identifier: GPL-2.0-or-later
"""One run of QEMU: its command line, the frames that it sends, and how it ends.

First serial port: the console, kept whole in a file, never searched for results. Second serial port: the results
channel (frames.py). A run ends well with an end frame, or by itself after a crash frame, which announces a planned
crash; anything else is a lost VM: an infrastructure error, neither a failure nor a skip.

There is no deadline for a whole run. A VM is lost after a span of silence: no frame and nothing new on the console.
The span grows with the time that this VM needed for its first boot, so that a slow or busy machine gets more.
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

from lab.frames import Decoder, Frame, TornFrame

QEMU = "qemu-system-x86_64"
TAIL_LINES = 50
SILENCE_S = 300.0
# Nothing is known of the machine's speed before the first frame, and a console with a low log level shows nothing.
FIRST_SILENCE_S = 900.0
# A quiet machine of the slower kind has its first frame after this time; silence is measured in units of it.
FIRST_FRAME_S = 4.0
POLL_S = 1.0
# A console that prints this much without a frame between is in a loop.
CONSOLE_LIMIT_BYTES = 64 << 20
# Code that was translated for a kernel that is gone makes every write to its memory slow. A small buffer is full, and
# emptied, about once a boot: a kexec takes a third less time than with the default of 1 GiB.
TCG_BUFFER_MIB = 64


class QemuMissing(Exception):
    """QEMU is not installed: nothing can be run."""


class LostVM(Exception):
    """The VM ended without an end frame: silence, QEMU died, or the results channel is torn."""

    def __init__(self, reason: str, serial_log: Path) -> None:
        self.reason = reason
        self.serial_log = serial_log
        super().__init__(f"{reason}; serial log: {serial_log}, its last lines:\n{tail(serial_log)}")


@dataclass(frozen=True)
class Machine:
    """What to boot. network_log: gets what a network card sends, as pcap; None: no card.

    silence_s: the shortest silence after which the VM counts as hung; first_silence_s: the same before its first frame. limit_s: for a probe only, which may give up a
    guest that still prints.
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


def tail(path: Path, lines: int = TAIL_LINES) -> str:
    """The last lines of a serial log, safe to print."""
    try:
        text = path.read_bytes().decode("utf-8", "replace")
    except FileNotFoundError:
        return "  (no serial log)"
    clean = "".join(char for char in text if char.isprintable() or char == "\n")
    return "\n".join("  | " + line for line in clean.splitlines()[-lines:]) or "  (the serial log is empty)"


def run(machine: Machine) -> Iterator[Frame]:
    """Boots and yields frames as they come, the end frame last. Raises LostVM, QemuMissing.

    QEMU is gone when this is over, however it ends.
    """
    if shutil.which(QEMU) is None:
        raise QemuMissing(f"{QEMU} is not installed")
    here, there = socket.socketpair()
    log = open(machine.serial_log.with_suffix(".qemu"), "wb")
    with here, log:
        with there:
            process = subprocess.Popen(
                _command(machine, there.fileno()),
                pass_fds=[there.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            yield from _frames(here, machine)
        finally:
            process.kill()
            process.wait()


def program() -> list[str]:
    """QEMU without its options. If this process dies, whatever the reason, QEMU goes with it."""
    guard = ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []
    return [*guard, QEMU]


def _command(machine: Machine, results_fd: int) -> list[str]:
    return [
        *program(),
        *("-accel", _accelerator(machine), "-cpu", machine.cpu, "-smp", str(machine.cpus), "-m", str(machine.memory_mib)),
        *("-display", "none", "-monitor", "none", "-no-reboot", "-nodefaults", "-nic", "none"),
        *("-serial", f"file:{machine.serial_log}"),
        *("-chardev", f"socket,id=results,fd={results_fd}", "-serial", "chardev:results"),
        *_network(machine),
        *("-kernel", str(machine.kernel), "-initrd", str(machine.initramfs), "-append", machine.cmdline),
    ]


def _network(machine: Machine) -> list[str]:
    """A card in a network that ends inside QEMU."""
    if machine.network_log is None:
        return []
    return [
        *("-netdev", "user,id=net,restrict=on", "-device", "virtio-net-pci,netdev=net,romfile="),
        *("-object", f"filter-dump,id=dump,netdev=net,file={machine.network_log}"),
    ]


def _accelerator(machine: Machine) -> str:
    """With TCG, several CPUs take turns in one thread.

    In threads of their own one may still run a breakpoint that another has already patched away: Linux 6.1 then takes
    a probe on an ftrace site for an ordinary one and jumps to address 0. A real CPU cannot: the patching one waits for
    every other to pass through an interrupt (text_poke_sync()).
    """
    if machine.accelerator != "tcg":
        return machine.accelerator
    return f"tcg,tb-size={TCG_BUFFER_MIB}" + (",thread=single" if machine.cpus > 1 else "")


class Silence:
    """Measures how long a VM has shown no sign of life. A sign is a frame, or a console that grew.

    To be asked at intervals; the clock is an argument for the tests.
    """

    def __init__(self, shortest_s: float, clock: Callable[[], float] = time.monotonic, first_s: float = 0.0) -> None:
        self.shortest_s = shortest_s
        self.first_s = first_s
        self._clock = clock
        self._start = self._sign = clock()
        self._first_frame_s: float | None = None
        self._console = self._console_at_frame = 0

    def span_s(self) -> float:
        """How long silence may last: longer before the first frame, and where that took long."""
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
        """Why the VM is lost, "" as long as it is not."""
        now = self._clock()
        if now - self._sign >= self.span_s():
            return f"silent for {now - self._sign:.0f} s"
        if limit_s is not None and now - self._start >= limit_s:
            return f"not up after {now - self._start:.0f} s"
        if self._console - self._console_at_frame >= CONSOLE_LIMIT_BYTES:
            return f"{CONSOLE_LIMIT_BYTES >> 20} MiB on the console without a frame"
        return ""


def _frames(channel: socket.socket, machine: Machine) -> Iterator[Frame]:
    decoder = Decoder()
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
        raise LostVM(f"the results channel is torn: {error}", machine.serial_log) from error
    if crash_is_wanted:
        return
    raise LostVM(f"QEMU ended without an end marker {_qemu_says(machine)}", machine.serial_log)


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
    """The size of a console's log; 0 before QEMU has made it."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _qemu_says(machine: Machine) -> str:
    text = machine.serial_log.with_suffix(".qemu").read_text(encoding="utf-8", errors="replace").strip()
    return f"(QEMU says: {text})" if text else "(QEMU said nothing)"
