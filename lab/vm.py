# SPDX-License-Identifier: GPL-2.0-or-later
"""How does one QEMU run end, and what did it say?

First serial port: the console, kept whole in a file, never searched for results. Second serial port: the results
channel (frames.py). A run ends well with an end frame, or by itself after a crash frame, which announces a crash that
is wanted; all else is a lost VM, which is neither a pass nor a fail nor a skip.
"""

from __future__ import annotations

import select
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lab.frames import Decoder, Frame, TornFrame

QEMU = "qemu-system-x86_64"
TAIL_LINES = 50


class QemuMissing(Exception):
    """QEMU is not installed: nothing can be run."""


class LostVM(Exception):
    """The VM ended without having said so: timeout, QEMU died, or the results channel is torn."""

    def __init__(self, reason: str, serial_log: Path) -> None:
        self.reason = reason
        self.serial_log = serial_log
        super().__init__(f"{reason}; serial log: {serial_log}, its last lines:\n{tail(serial_log)}")


@dataclass(frozen=True)
class Machine:
    """What to boot, and for how long at most. network_log: gets what a network card sends, as pcap; None: no card."""

    kernel: Path
    initramfs: Path
    cmdline: str
    serial_log: Path
    timeout_s: float
    silence_s: float = 120.0  # no frame for this long: the VM hangs
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
    """Several CPUs take turns in one thread.

    In threads of their own one may still run a breakpoint that another has already patched away: Linux 6.1 then takes
    a probe on an ftrace site for an ordinary one and jumps to address 0. A real CPU cannot: the patching one waits for
    every other to pass through an interrupt (text_poke_sync()).
    """
    return "tcg,thread=single" if machine.cpus > 1 else "tcg"


def _frames(channel: socket.socket, machine: Machine) -> Iterator[Frame]:
    decoder = Decoder()
    deadline = time.monotonic() + machine.timeout_s
    crash_is_wanted = False
    try:
        while data := _receive(channel, deadline, machine):
            for frame in decoder.feed(data):
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


def _receive(channel: socket.socket, deadline: float, machine: Machine) -> bytes:
    remaining = max(0.0, deadline - time.monotonic())
    if not select.select([channel], [], [], min(remaining, machine.silence_s))[0]:
        hangs = machine.silence_s < remaining
        why = f"silent for {machine.silence_s:.0f} s" if hangs else f"no end marker after {machine.timeout_s:.0f} s"
        raise LostVM(f"{why}, VM killed", machine.serial_log)
    try:
        return channel.recv(65536)
    except ConnectionResetError:
        return b""


def _qemu_says(machine: Machine) -> str:
    text = machine.serial_log.with_suffix(".qemu").read_text(encoding="utf-8", errors="replace").strip()
    return f"(QEMU says: {text})" if text else "(QEMU said nothing)"
