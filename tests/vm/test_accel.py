# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that QEMU uses KVM if the CPU supports KVM and a guest boots, else TCG. Files and QEMU are fakes."""

from __future__ import annotations

import dataclasses
import os
import stat
import sys
from pathlib import Path

import pytest
from lab import accel, arch, guest
from lab.cache import Kernel
from test_silence import END, FAKE

KERNEL = Kernel("none", "none", Path("none"), "", "")


def cpuinfo(folder: Path, flags: str) -> Path:
    path = folder / "cpuinfo"
    path.write_text(f"processor\t: 0\nmodel name\t: svm vmx\nflags\t\t: fpu {flags} sse2\nbugs\t\t: none\n\n")
    return path


def unused() -> str:
    raise AssertionError("the probe must not run")


@pytest.mark.parametrize("flags", ["", "svm_lock", "hypervisor"])
def test_without_the_cpu_flag_kvm_is_not_tried(flags: str, tmp_path: Path) -> None:
    device = tmp_path / "kvm"
    device.touch()
    choice = accel.choose(unused, cpuinfo(tmp_path, flags), device)
    assert choice.name == "tcg" and "neither vmx nor svm" in choice.reason


def test_without_cpuinfo(tmp_path: Path) -> None:
    assert accel.choose(unused, tmp_path / "absent", tmp_path / "absent").name == "tcg"


def test_without_the_device(tmp_path: Path) -> None:
    choice = accel.choose(unused, cpuinfo(tmp_path, "svm"), tmp_path / "kvm")
    assert choice.name == "tcg" and "cannot be opened" in choice.reason


@pytest.mark.parametrize("flag", ["vmx", "svm"])
def test_the_probe_decides(flag: str, tmp_path: Path) -> None:
    device = tmp_path / "kvm"
    device.touch()
    found = cpuinfo(tmp_path, flag)
    assert accel.choose(lambda: "", found, device).name == "kvm"
    choice = accel.choose(lambda: "silent for 20 s", found, device)
    assert (choice.name, choice.reason) == ("tcg", "no guest booted with KVM: silent for 20 s")


@pytest.fixture
def fake_qemu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    def install(body: str) -> None:
        fake = tmp_path / arch.ALL[arch.HOST].qemu
        fake.write_text(FAKE.format(python=sys.executable, body=body))
        fake.chmod(fake.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
        monkeypatch.setattr(guest, "base", lambda stage: guest.Tree())

    return install


def test_silent_guest_falls_back(fake_qemu: object, tmp_path: Path) -> None:
    """QEMU uses TCG if /dev/kvm can be opened but the guest hangs."""
    fake_qemu("time.sleep(60)")
    device = tmp_path / "kvm"
    device.touch()
    choice = accel.choose(lambda: accel.probe(KERNEL, silence_s=0.5), cpuinfo(tmp_path, "svm"), device)
    assert choice.name == "tcg" and "silent for" in choice.reason


def test_kvm_is_used_if_the_guest_reports(fake_qemu: object) -> None:
    fake_qemu(f"assert options[options.index('-accel') + 1] == 'kvm'\nos.write(channel, {END!r})")
    assert accel.probe(KERNEL) == ""


def test_guest_that_never_stops_printing_is_ended(fake_qemu: object) -> None:
    fake_qemu("while True:\n    print('x', file=console)\n    time.sleep(0.05)")
    assert "not up after" in accel.probe(KERNEL, limit_s=1.5)


def test_choice_is_made_and_printed_once(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    monkeypatch.setattr(accel, "CHOSEN", [])
    monkeypatch.setattr(accel, "CPUINFO", Path("/dev/null"))
    monkeypatch.delenv(accel.VARIABLE, raising=False)
    monkeypatch.setattr(accel, "choose", lambda probe: accel.Choice("tcg", "a reason"))
    assert [accel.for_kernel(KERNEL) for _ in range(3)] == ["tcg"] * 3
    assert capsys.readouterr().err.count("QEMU uses tcg: a reason") == 1
    monkeypatch.setenv(accel.VARIABLE, "kvm")
    assert accel.for_kernel(KERNEL) == "kvm"
    assert accel.for_kernel(dataclasses.replace(KERNEL, arch="aarch64")) == "tcg"
