# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that drgn and crash(8) print the lineage from the module's memory, of a dump whose log has wrapped.

They need the debug information of the kernel (a package of 283 MB, and a vmlinux of 590 MB), so that only `make
check-matrix` runs the tests.
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from kernels import MATRIX, role
from lab import cases, drivers, module, scenario
from lab.scenario import Hop, Scenario, lineage_load
from test_intake_captures import ADDRESS, NETWORK, insmod
from test_intake_vmcore import makedumpfile

pytestmark = [pytest.mark.vm, pytest.mark.skipif(not MATRIX, reason="takes long: make check-matrix runs it")]

TOP = Path(__file__).resolve().parents[2]
DUMP = TOP / "host/dump"
DRIVERS = ("virtio_ring", "virtio", "virtio_pci_legacy_dev", "virtio_pci_modern_dev", "virtio_pci", *NETWORK[:-2])
# The log of this kernel has 128 KiB, and a line here 200 bytes.
WRAP = """
insmod /kexec_lineage.ko
echo on > /proc/sys/kernel/printk_devkmsg
cat /sys/kernel/kexec_lineage/chain
number=0
while [ $number -lt 2000 ]; do
    echo "<6>lab: $(printf '%0180d' $number)" > /dev/kmsg
    number=$((number + 1))
done
dmesg | grep -c 'exec from\\|kexec_lineage: chain'
"""


class Receiver(threading.Thread):
    """Receives one file over TCP."""

    def __init__(self, path: Path) -> None:
        super().__init__(daemon=True)
        self.path = path
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]

    def run(self) -> None:
        other, _ = self.socket.accept()
        with other, open(self.path, "wb") as stream:
            while more := other.recv(1 << 16):
                stream.write(more)


def need(program: str) -> str:
    return shutil.which(program) or pytest.skip(f"{program} is not installed")


@pytest.fixture(scope="module")
def dump(stage: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict, Path]]:
    """Yield a dump, the lineage of the kernel that crashed, and its vmlinux with debug information."""
    need("makedumpfile")
    folder = tmp_path_factory.mktemp("dump")
    kernel = role("first")
    receiver = Receiver(folder / "vmcore")
    receiver.start()
    send = f"""
{insmod(*DRIVERS)}
ifconfig eth0 {ADDRESS} up
makedumpfile -c -d 31 /proc/vmcore /tmp/dump > /dev/null || exit
ls -l /tmp/dump >&2
nc 10.0.2.2 {receiver.port} < /tmp/dump
"""
    files = {"kexec_lineage.ko": module.with_debug(kernel)[0].read_bytes()}
    files |= {f"drivers/{path.name}": path.read_bytes() for path in drivers.get(kernel, DRIVERS)}
    hops = [Hop(kernel, lineage_load("-s -l"), commands={"wrap": WRAP, **scenario.SHOW}),
            Hop(kernel, scenario.plain_load("-s -p"), go=cases.CRASH, commands={"send": send})]
    plan = Scenario("dump", kernel, hops, cmdline=scenario.CMDLINE + " crashkernel=320M", commands={},
                    files=makedumpfile() | files, network=True, reaches_host=True, memory_mib=1280, silence_s=400)
    reports = scenario.run(plan, stage, folder)
    assert reports[1].commands["wrap"].stdout.splitlines()[-1] == "0", "the log has not wrapped"
    assert reports[2].commands["send"].status == 0, reports[2].commands["send"]
    receiver.join(60)
    yield folder / "vmcore", json.loads(reports[1].commands["show-json"].stdout), drivers.vmlinux(kernel)
    (folder / "vmcore").unlink()


def expected(shown: dict) -> list[str]:
    return [shown["release"], shown["previous_release"], str(shown["kexec_count"]), shown["chain"][0]["release"]]


def test_drgn(dump: tuple[Path, dict, Path]) -> None:
    path, shown, vmlinux = dump
    symbols = ["-s", vmlinux, "-s", module.with_debug(role("first"))[1]]
    command = [need("drgn"), "-c", path, *symbols, DUMP / "kexec_lineage.py"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = dict(line.split(None, 1) for line in done.stdout.splitlines())
    assert [found[name] for name in ("release", "previous_release", "kexec_count", "chain")] == expected(shown)
    assert found["boot"] == "kexec" and found["next_stamp"].startswith("kexec_lineage.stamp=1,k,2,,"), found


def test_crash(dump: tuple[Path, dict, Path], tmp_path: Path) -> None:
    path, shown, vmlinux = dump
    script = tmp_path / "input"
    commands = (DUMP / "kexec_lineage.crash").read_text(encoding="utf-8")
    script.write_text(f"mod -s kexec_lineage {module.with_debug(role('first'))[1]}\n{commands}quit\n", encoding="utf-8")
    done = subprocess.run([need("crash"), "-s", "-i", script, vmlinux, path], capture_output=True, text=True,
                          check=False, stdin=subprocess.DEVNULL)
    found = [line.partition(" = ")[2].strip('"') for line in done.stdout.splitlines() if line.startswith("$")]
    release, previous, count, chain = expected(shown)
    assert found[:5] == [release, "LINEAGE_BOOT_KEXEC", previous, "true", count], done
    assert found[5].startswith("kexec_lineage.stamp=1,k,2,,") and found[6:] == [str(len(chain)), chain], done
