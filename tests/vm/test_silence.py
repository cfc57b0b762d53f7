# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that a VM is lost after a time of silence and never while it makes progress. Scripts take the place of QEMU."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest
from lab import arch, vm
from lab.frames import Frame, encode
from lab.vm import LostVM, Machine, Silence

SILENCE_S = 1.0
END = encode(Frame(0, 0, "end", "complete", ()))
# Parse QEMU's options for the console and the results channel, then run BODY.
FAKE = """#!{python}
import os, sys, time
options = sys.argv[1:]
console, results = (option for name, option in zip(options, options[1:]) if name == "-chardev")
console = open(console.partition("path=")[2].rpartition(",append=")[0], "a", buffering=1)
channel = int(results.rpartition("fd=")[2])
{body}
"""
PRINTS = "for number in range(12):\n    print('[  ', number, '] alive', file=console)\n    time.sleep(0.25)\n"


@pytest.fixture
def boot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    def run_fake(body: str, **more: object) -> list[str]:
        fake = tmp_path / arch.ALL[arch.HOST].qemu
        fake.write_text(FAKE.format(python=sys.executable, body=body))
        fake.chmod(fake.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
        monkeypatch.setattr(vm, "POLL_S", 0.05)
        options = {"silence_s": SILENCE_S, "first_silence_s": SILENCE_S, **more}
        machine = Machine(tmp_path / "kernel", tmp_path / "initramfs", "", tmp_path / "serial.log", **options)
        return [frame.kind for frame in vm.run(machine)]

    return run_fake


def test_slow_printer_is_not_killed(boot: object) -> None:
    """A VM that runs three times as long as the allowed silence, and prints a line four times as often, is not lost."""
    assert boot(f"{PRINTS}os.write(channel, {END!r})") == ["end"]


def test_silent_vm_is_lost(boot: object) -> None:
    with pytest.raises(LostVM, match="silent for 1 s"):
        boot("time.sleep(60)")


def test_vm_that_becomes_silent_is_lost(boot: object) -> None:
    with pytest.raises(LostVM, match="silent for") as lost:
        boot(f"{PRINTS}time.sleep(60)")
    assert "11 ] alive" in str(lost.value)


def test_probe_has_a_limit(boot: object) -> None:
    with pytest.raises(LostVM, match="not up after"):
        boot(PRINTS, limit_s=0.5)


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_allowed_silence_grows_with_the_first_boot() -> None:
    clock = Clock()
    silence = Silence(100.0, clock)
    assert silence.span_s() == 100.0
    clock.now = 3 * vm.FIRST_FRAME_S
    silence.frame()
    assert silence.span_s() == 300.0
    clock.now += 299
    silence.frame()  # a later frame does not change the allowed silence
    assert (silence.span_s(), silence.problem()) == (300.0, "")
    clock.now += 301
    assert silence.problem() == "silent for 301 s"


def test_first_boot_may_be_silent_for_longer() -> None:
    """A slow, busy machine is not lost before its first frame. Until then, the console may have no output."""
    clock = Clock()
    silence = Silence(100.0, clock, first_s=900.0)
    clock.now = 899.0
    assert silence.problem() == ""
    silence.frame()
    clock.now = 900.0 + 100.0 * 899.0 / vm.FIRST_FRAME_S
    assert silence.problem().startswith("silent for")


def test_fast_boot_does_not_shorten_the_allowed_silence() -> None:
    clock = Clock()
    silence = Silence(100.0, clock)
    clock.now = 0.1
    silence.frame()
    assert silence.span_s() == 100.0


def test_unchanged_console_counts_as_silence() -> None:
    clock = Clock()
    silence = Silence(100.0, clock)
    silence.console(10)
    for clock.now in (50.0, 99.0):
        silence.console(10)
        assert silence.problem() == ""
    clock.now = 100.0
    silence.console(10)
    assert silence.problem()


def test_console_without_an_end_is_lost() -> None:
    silence = Silence(100.0, Clock())
    silence.console(vm.CONSOLE_LIMIT_BYTES - 1)
    assert silence.problem() == ""
    silence.frame()
    silence.console(vm.CONSOLE_LIMIT_BYTES)
    assert silence.problem() == ""
    silence.console(2 * vm.CONSOLE_LIMIT_BYTES)
    assert "without a frame" in silence.problem()
