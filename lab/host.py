# SPDX-License-Identifier: GPL-2.0-or-later
"""A complete machine with systemd on a disk, which a test controls across reboots.

The machine's agent (lab/rootfs/agent) runs commands and answers on the second serial port. The first serial port is the
console, whose output is kept and never searched. QEMU keeps running across reboots; its monitor does a hard reset.
Writes to the disk persist across reboots and are lost when QEMU ends.

As in vm.py, a machine is lost after a time of silence, and never while its console grows. LostVM is an infrastructure
error, neither a failure nor a skip.
"""

from __future__ import annotations

import json
import os
import select
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lab import accel, cache, vm
from lab.cache import say
from lab.disk import Disk
from lab.frames import Frame, TornFrame, decode, encode
from lab.scenario import Result, ScenarioFailed
from lab.vm import LostVM, Silence

# Use a low log level, because the serial port is slow and no test needs the console. Without no_timer_check, the kernel
# panics if this machine is busy, because the emulated timer is late.
CMDLINE = "root=/dev/vda rw console=ttyS0 loglevel=4 panic=-1 rcupdate.rcu_cpu_stall_suppress=1 no_timer_check"
MEMORY_MIB = 1536
# Longest silence of the console and the agent, during a boot and during a command. An emulated machine boots in about
# a minute. If its first boot takes longer, both times are multiplied by the same factor.
BOOT_SILENCE_S = 600.0
COMMAND_SILENCE_S = 300.0
FIRST_BOOT_S = 60.0
PSTORE_BYTES = 1 << 20
OUTBOX_BYTES = 1 << 30


@dataclass(frozen=True)
class Boot:
    """The agent's first message of a boot. cmdline and loader are the kernel's evidence of how it was started."""

    boot_id: str
    release: str
    cmdline: str
    loader: int

    @property
    def was_kexeced(self) -> bool:
        """Return whether the boot-loader type is that of kexec."""
        return self.loader == 0xD0

    def stamps(self) -> list[str]:
        """Return every stamp on the command line."""
        return [word for word in self.cmdline.split() if word.startswith("kexec_lineage.stamp=")]


@dataclass(frozen=True)
class Devices:
    """Optional devices of a machine.

    network_log: pcap file of the packets that a network card sends
    pstore: the firmware keeps records of the kernel across reboots (ACPI ERST)
    outbox: file that is the second disk, /dev/vdb; Host.take() copies files through it
    """

    network_log: Path | None = None
    pstore: bool = False
    outbox: Path | None = None

    def options(self) -> list[str]:
        """Return the options for QEMU."""
        options = vm.network(self.network_log)
        if self.pstore:
            options += ["-object", f"memory-backend-ram,id=erst,size={PSTORE_BYTES}"]
            options += ["-device", "acpi-erst,memdev=erst"]
        if self.outbox:
            options += ["-drive", f"file={self.outbox},format=raw,if=virtio,cache=unsafe"]
        return options


class Host:
    """A running machine. boot: the current boot; boots: all boots, oldest first."""

    def __init__(self, agent: socket.socket, monitor: socket.socket, log: Path, devices: Devices = Devices()) -> None:
        self._agent = agent
        self._monitor = monitor
        self._monitor_file = monitor.makefile("r", encoding="utf-8")
        self._log = log
        self._devices = devices
        self._rest = b""
        self._number = 0
        self._pace = 1.0
        self.boots: list[Boot] = []
        self._qmp("qmp_capabilities")
        start = time.monotonic()
        self._wait_for_boot(BOOT_SILENCE_S)
        self._pace = max(1.0, (time.monotonic() - start) / FIRST_BOOT_S)

    @property
    def boot(self) -> Boot:
        return self.boots[-1]

    def run(self, script: str, silence_s: float = COMMAND_SILENCE_S) -> Result:
        """Run shell commands on the machine. Raises LostVM."""
        self._send(script)
        silence = Silence(silence_s * self._pace)
        while True:
            frame = self._frame(silence, f"no answer to {script!r}")
            if frame.kind == "command" and frame.hop == self._number:
                return _result(frame)
            if frame.kind == "fact":
                raise LostVM(f"the machine rebooted during {script!r}", self._log)

    def must(self, script: str, silence_s: float = COMMAND_SILENCE_S) -> str:
        """Run shell commands that must succeed; return their stdout. Raises LostVM, ScenarioFailed."""
        result = self.run(script, silence_s)
        if result.status:
            raise ScenarioFailed(f"{script!r} on the machine: {result}")
        return result.stdout

    def leave(self, script: str, silence_s: float = BOOT_SILENCE_S) -> Boot:
        """Run shell commands that end this boot, and wait for the next one. Raises LostVM, ScenarioFailed."""
        say(f"host: {script}")
        self._send(script)
        return self._wait_for_boot(silence_s)

    def reset(self) -> Boot:
        """Reset the machine without a notice to its software. Raises LostVM."""
        say("host: hard reset")
        self._qmp("system_reset")
        return self._wait_for_boot(BOOT_SILENCE_S)

    def take(self, folder: Path, *paths: str) -> None:
        """Copy files and folders of the machine, with their paths, into a folder. The machine needs an outbox.

        Raises LostVM, ScenarioFailed.
        """
        self.must(f"tar -C / -cf - {' '.join(path.lstrip('/') for path in paths)} | dd of=/dev/vdb bs=1M conv=fsync")
        subprocess.run(["tar", "-xf", self._devices.outbox, "-C", folder], check=True)

    def _send(self, script: str) -> None:
        self._number += 1
        self._agent.sendall(encode(Frame(self._number, 0, "command", "run", (script.encode(),))))

    def _wait_for_boot(self, silence_s: float) -> Boot:
        start = time.monotonic()
        silence = Silence(silence_s * self._pace)
        while True:
            frame = self._frame(silence, "the machine did not boot", may_be_torn=True)
            if frame.kind == "fact":
                break
            if _result(frame).status:
                raise ScenarioFailed(f"the machine did not reboot: {_result(frame)}")
        boot_id, release, cmdline, loader = (data.decode().rstrip("\n") for data in frame.payload)
        boot = Boot(boot_id, release, cmdline, int(loader))
        if any(boot_id == earlier.boot_id for earlier in self.boots):
            raise ScenarioFailed(f"boot {boot_id} was reported twice")
        self.boots.append(boot)
        how = "by kexec" if boot.was_kexeced else "cold"
        say(f"host: boot {len(self.boots)} up {how}, {release}, after {time.monotonic() - start:.0f} s")
        return boot

    def _frame(self, silence: Silence, complaint: str, may_be_torn: bool = False) -> Frame:
        """Return the next frame. A reset may cut a line; the next boot then starts a new line."""
        while True:
            line = self._line(silence, complaint)
            try:
                return decode(line)
            except TornFrame as error:
                if line and not may_be_torn:
                    raise LostVM(f"the results channel is damaged: {error}", self._log) from error

    def _line(self, silence: Silence, complaint: str) -> bytes:
        while b"\n" not in self._rest:
            while not select.select([self._agent], [], [], min(vm.POLL_S, silence.shortest_s))[0]:
                silence.console(vm.size_of(self._log))
                if problem := silence.problem():
                    raise LostVM(f"{complaint}: {problem}", self._log)
            data = _receive(self._agent)
            if not data:
                raise LostVM(f"{complaint}: QEMU ended; its output: {_text(self._log.with_suffix('.qemu'))}", self._log)
            self._rest += data
        line, self._rest = self._rest.split(b"\n", 1)
        return line

    def _qmp(self, command: str) -> None:
        """Send one command of the QEMU machine protocol; ignore other messages of the monitor."""
        try:
            self._monitor.sendall(json.dumps({"execute": command}).encode() + b"\n")
            for line in self._monitor_file:
                answer = json.loads(line)
                if "error" in answer:
                    raise LostVM(f"QEMU rejected {command}: {answer['error']}", self._log)
                if "return" in answer:
                    return
        except OSError as error:
            raise LostVM(f"QEMU's monitor: {error}", self._log) from error
        raise LostVM(f"QEMU ended; its output: {_text(self._log.with_suffix('.qemu'))}", self._log)


@contextmanager
def running(disk: Disk, log: Path, cmdline: str = CMDLINE, memory_mib: int = MEMORY_MIB,
            devices: Devices = Devices()) -> Iterator[Host]:
    """Provide a machine with this disk after its cold boot. log: its console. Raises LostVM, QemuMissing."""
    vm.need()
    if devices.outbox:
        devices.outbox.touch()
        os.truncate(devices.outbox, OUTBOX_BYTES)
    agent, agent_there = socket.socketpair()
    monitor, monitor_there = socket.socketpair()
    with agent, monitor, open(log.with_suffix(".qemu"), "wb") as output:
        with agent_there, monitor_there:
            fds = (agent_there.fileno(), monitor_there.fileno())
            command = [*_command(disk, log, cmdline, memory_mib, *fds), *devices.options()]
            process = subprocess.Popen(command, pass_fds=fds, stdin=subprocess.DEVNULL, stdout=output,
                                       stderr=subprocess.STDOUT)
        try:
            yield Host(agent, monitor, log, devices)
        finally:
            process.kill()
            process.wait()


def _command(disk: Disk, log: Path, cmdline: str, memory_mib: int, agent_fd: int, monitor_fd: int) -> list[str]:
    chosen = accel.for_kernel(cache.from_file(disk.kernel))
    accelerator = f"tcg,tb-size={vm.TCG_BUFFER_MIB}" if chosen == "tcg" else chosen
    return [
        *vm.program(),
        *("-accel", accelerator, "-cpu", "max", "-smp", "1", "-m", str(memory_mib)),
        *("-display", "none", "-nodefaults", "-nic", "none"),
        *("-serial", f"file:{log}"),
        *vm.log_of_resets(log),
        *("-chardev", f"socket,id=agent,fd={agent_fd}", "-serial", "chardev:agent"),
        *("-chardev", f"socket,id=monitor,fd={monitor_fd}", "-mon", "chardev=monitor,mode=control"),
        # snapshot: writes go into a temporary file of QEMU.
        *("-drive", f"file={disk.image},format=raw,if=virtio,snapshot=on,cache=unsafe"),
        *("-kernel", str(disk.kernel), "-initrd", str(disk.initramfs), "-append", cmdline),
    ]


def _receive(channel: socket.socket) -> bytes:
    try:
        return channel.recv(65536)
    except ConnectionResetError:
        return b""


def _result(frame: Frame) -> Result:
    status, stdout, stderr = (data.decode("utf-8", "replace") for data in frame.payload)
    return Result(int(status), stdout, stderr)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace").strip() or "nothing"
