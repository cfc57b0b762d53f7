# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that a lost machine is distinguished from a failure, and a damaged archive from a valid archive.

No machine runs here: the test sends the messages of the agent and of QEMU's monitor.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab import disk, host
from lab.frames import Frame, decode, encode
from lab.scenario import Result, ScenarioFailed
from lab.vm import LostVM

UP = ("id-{}", "6.1.0", "quiet kexec_lineage.stamp=1", "208")


def up(number: int = 1) -> bytes:
    """Return the first message of a boot, after a line that a reset has truncated."""
    payload = tuple(f"{text}\n".format(number).encode() for text in UP)
    return b"LAB1 3 0 comm\n" + encode(Frame(0, 0, "fact", "up", payload))


def answer(number: int, status: int) -> bytes:
    return encode(Frame(number, 0, "command", "run", (f"{status}\n".encode(), b"out", b"err")))


class Agent:
    """Stands in for the agent and QEMU: holds their ends of a Host's channels."""

    def __init__(self, log: Path) -> None:
        self.channel, agent = socket.socketpair()
        self.monitor, monitor = socket.socketpair()
        self.monitor.sendall(b'{"QMP": {}}\n{"return": {}}\n')
        self.channel.sendall(up())
        log.with_suffix(".qemu").write_bytes(b"")
        self.host = host.Host(agent, monitor, log)

    def close(self) -> None:
        for end in (self.channel, self.monitor):
            end.close()


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Agent]:
    agent = Agent(tmp_path / "console.log")
    yield agent
    agent.close()


def test_first_message_of_a_boot(agent: Agent) -> None:
    boot = agent.host.boot
    assert (boot.boot_id, boot.was_kexeced, boot.stamps()) == ("id-1", True, ["kexec_lineage.stamp=1"])


def test_answers_come_back(agent: Agent) -> None:
    agent.channel.sendall(answer(1, 7))
    assert agent.host.run("exit 7") == Result(7, "out", "err")
    assert decode(agent.channel.recv(65536)).payload == (b"exit 7",)


@pytest.mark.parametrize("message", [b"", b"LAB1 1 0 command run =MAo= 0123456789abcdef\n", up(2)],
                         ids=["silent", "truncated", "rebooted"])
def test_lost(agent: Agent, message: bytes) -> None:
    agent.channel.sendall(message)
    with pytest.raises(LostVM):
        agent.host.run("true", silence_s=0.2)


def test_lost_with_qemu(agent: Agent) -> None:
    agent.close()
    with pytest.raises(LostVM, match="QEMU's monitor|QEMU ended"):
        agent.host.reset()


def test_a_machine_that_stays_is_a_failure(agent: Agent) -> None:
    agent.channel.sendall(answer(1, 1))
    with pytest.raises(ScenarioFailed, match="did not reboot"):
        agent.host.leave("systemctl kexec")


def test_the_same_boot_twice_is_a_failure(agent: Agent) -> None:
    agent.channel.sendall(up(1))
    with pytest.raises(ScenarioFailed, match="reported twice"):
        agent.host.leave("systemctl kexec")


def test_reset_truncates_a_line(agent: Agent) -> None:
    def press() -> None:
        agent.monitor.recv(4096)
        agent.monitor.sendall(b'{"event": "RESET"}\n{"return": {}}\n')
        agent.channel.sendall(up(2))
    threading.Thread(target=press).start()
    assert agent.host.reset().boot_id == "id-2"


@pytest.mark.parametrize("damage", [None, b"shorter", b""], ids=["whole", "other bytes", "empty"])
def test_archive_is_verified(tmp_path: Path, damage: bytes | None) -> None:
    archive = tmp_path / "recipe.tar"
    assert not disk._is_whole(archive)
    archive.write_bytes(b"as it was made")
    assert not disk._is_whole(archive)
    archive.with_suffix(".json").write_text(f'{{"sha256": "{disk._digest(archive)}"}}')
    if damage is not None:
        archive.write_bytes(damage)
    assert disk._is_whole(archive) is (damage is None)
