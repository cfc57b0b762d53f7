# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that ingest reports the same crashes for every way to capture a kernel log.

A kexec'ed kernel oopses three times and survives. Its log is captured from the console, with dmesg, over the network,
and from the memory that the next kernel reads (pstore). test_intake_vmcore.py tests crash dumps, and tests/machine
tests the journal.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import intake
import pytest
from lab import drivers, packets, scenario
from lab.cases import Cast
from lab.scenario import Hop, Report, Scenario, lineage_load

pytestmark = [pytest.mark.vm, pytest.mark.xdist_group("captures")]

KINDS = ("warn_text", "null", "bug")
# Fields that differ between the captures: the file, the position in it, and the host.
OWN = ("offset", "host", "input")
TITLES = [
    "WARNING in lab_warn_text",
    "BUG: unable to handle kernel NULL pointer dereference in lab_null",
    "kernel BUG in lab_bug",
]
# Netconsole sends only lines of the console's levels. Show all levels, so that a gap in the sequence numbers always
# means a lost line.
CMDLINE = intake.CMDLINE.replace("loglevel=7", "loglevel=8")
# Memory that no kernel of the scenario uses.
RAM_START, RAM_SIZE = 0x30000000, 0x100000
RECORD_SIZE = 0x20000  # ramoops keeps only the first part of a dump
NETWORK = ("failover", "net_failover", "virtio_net", "configfs", "netconsole")
PSTORE = ("reed_solomon", "ramoops")
BASIC_PORT, EXTENDED_PORT = 6666, 6667
ADDRESS = "10.0.2.15"


def insmod(*names: str) -> str:
    return "\n".join(f"insmod /drivers/{name}.ko" for name in names)


def target(port: int) -> str:
    """Return a netconsole target. No machine exists there to answer an ARP request, so the MAC address is given."""
    return f"6665@{ADDRESS}/eth0,{port}@10.0.2.2/52:55:0a:00:02:02"


START_PSTORE = f"""
mount -t pstore -o kmsg_bytes=65536 pstore /sys/fs/pstore
insmod /drivers/reed_solomon.ko
insmod /drivers/ramoops.ko mem_address={RAM_START:#x} mem_size={RAM_SIZE:#x} record_size={RECORD_SIZE:#x}
"""
START_NETWORK = f"""
{insmod(*NETWORK[:-1])}
ifconfig eth0 {ADDRESS} up
insmod /drivers/netconsole.ko "netconsole={target(BASIC_PORT)};+{target(EXTENDED_PORT)}"
"""
CRASHES = "\n".join([intake.MODULE, *(intake.crash(kind) for kind in KINDS), "true"])
# Print a line of maximal length, which netconsole truncates.
LONG_LINE = "echo on > /proc/sys/kernel/printk_devkmsg; printf '<4>lab: %01000d\\n' 0 > /dev/kmsg"
# /dev/kmsg has no end of file: a read returns one record or waits for the next record. Therefore awk exits after the
# marker line, and the pipe from dd is closed. One more line then makes dd write to the closed pipe and exit.
READ_KMSG = """
echo 'lab: the end' > /dev/kmsg
dd if=/dev/kmsg bs=8192 2> /dev/null | {
    awk '{ print } /lab: the end/ { exit }'
    exec < /dev/null
    echo 'lab: over' > /dev/kmsg
}
"""
CRASHED = {
    "pstore": START_PSTORE,
    "network": START_NETWORK,
    "long-line": LONG_LINE,
    "crashes": CRASHES,
    "dmesg": "dmesg",
    "dmesg-raw": "dmesg -r",
    "kmsg": READ_KMSG,
}
NEXT = {"start": START_PSTORE, "pstore": "cat /sys/fs/pstore/dmesg-ramoops-*"}


@dataclass(frozen=True)
class Captured:
    """A run of the VM. folder: the files of the run; crashed, next: the reports of the crashed and of the next kernel.
    """

    folder: Path
    crashed: Report
    next: Report

    @property
    def console(self) -> Path:
        return self.folder / "serial.log"


@pytest.fixture(scope="module")
def captured(cast: Cast, stage: Path, tmp_path_factory: pytest.TempPathFactory) -> Captured:
    kernel = cast.second
    files = {f"drivers/{path.name}": path.read_bytes() for path in drivers.get(kernel, NETWORK + PSTORE)}
    hops = [Hop(kernel, lineage_load("-s -l"), commands=commands) for commands in (CRASHED, NEXT)]
    plan = Scenario(
        "captures", cast.first, hops, f"{CMDLINE} memmap={RAM_SIZE:#x}${RAM_START:#x}", commands={}, files=files,
        test_modules=True, network=True, silence_s=60,
    )
    folder = tmp_path_factory.mktemp("captures")
    _, crashed, after = scenario.run(plan, stage, folder)
    for name, result in (crashed.commands | after.commands).items():
        assert result.status == 0, (name, result)
    return Captured(folder, crashed, after)


def netconsole(captured: Captured, port: int) -> list[bytes]:
    """Return the datagrams of a receiver."""
    return list(packets.payloads(captured.folder / "network.pcap", port))


def by_line(datagrams: list[bytes]) -> bytes:
    """Format datagrams as a receiver of many hosts does: one per line, after the sender's address."""
    return b"".join(ADDRESS.encode() + b" " + datagram.removesuffix(b"\n") + b"\n" for datagram in datagrams)


def compressed(captured: Captured, program: str) -> bytes:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    return subprocess.run([program, "-c"], input=captured.console.read_bytes(), capture_output=True, check=True).stdout


def said(report: Report, name: str) -> bytes:
    return report.commands[name].stdout.encode()


CAPTURES: dict[str, Callable[[Captured], bytes]] = {
    "dmesg": lambda captured: said(captured.crashed, "dmesg"),
    "dmesg-raw": lambda captured: said(captured.crashed, "dmesg-raw"),
    "kmsg": lambda captured: said(captured.crashed, "kmsg"),
    "netconsole": lambda captured: b"".join(netconsole(captured, BASIC_PORT)),
    "netconsole-extended": lambda captured: b"".join(netconsole(captured, EXTENDED_PORT)),
    "netconsole-by-line": lambda captured: by_line(netconsole(captured, EXTENDED_PORT)),
    "pstore": lambda captured: said(captured.next, "pstore"),
    "gzip": lambda captured: compressed(captured, "gzip"),
    "xz": lambda captured: compressed(captured, "xz"),
    "zstd": lambda captured: compressed(captured, "zstd"),
}


def crashes(stage: Path, log: Path) -> list[dict]:
    """Return the reported crashes, oldest first."""
    found = sorted(intake.crashes(intake.events(stage, log)), key=lambda crash: crash["uptime_s"])
    return [{field: value for field, value in crash.items() if field not in OWN} for crash in found]


def test_console(captured: Captured, cast: Cast, stage: Path) -> None:
    found = crashes(stage, captured.console)
    assert [crash["title"] for crash in found] == TITLES
    assert {crash["module"] for crash in found} == {"lab_crash"}
    assert {(crash["previous_release"], crash["kexec_count"]) for crash in found} == {(cast.first.release, 1)}


def test_network_cuts_long_lines(captured: Captured) -> None:
    assert b",ncfrag=" in b"".join(netconsole(captured, EXTENDED_PORT))


@pytest.mark.parametrize("name", CAPTURES)
def test_same_as_console(name: str, captured: Captured, stage: Path) -> None:
    log = captured.folder / name
    log.write_bytes(CAPTURES[name](captured))
    assert crashes(stage, log) == crashes(stage, captured.console)
