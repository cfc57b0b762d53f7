# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that the module shows the release of the loaded kernel, and prints it when a kexec starts that kernel.

The consoles are quiet: the module's line is the only one that names the next kernel.
"""

from __future__ import annotations

import re
import struct
from pathlib import Path

import pytest
from kernels import FAST_ROLES, INIT_SIZE_OFFSET, check_modules, log_of, program, role, small_image, splats
from lab import drivers, packets, scenario
from lab.cache import Kernel
from lab.cases import Cast
from lab.scenario import Hop, Scenario, lineage_load, plain_load
from test_intake_captures import (BASIC_PORT, EXTENDED_PORT, NETWORK, PSTORE, RAM_SIZE, RAM_START, START_NETWORK,
                                  START_PSTORE)

pytestmark = pytest.mark.vm

QUIET = scenario.CMDLINE.replace("loglevel=5", "quiet")
FILE = "/sys/kernel/kexec_lineage/loaded_release"
LINE = re.compile(r"kexec_lineage: (kexec to .*?)\r?\n")
# kexec -e takes the network interfaces down first, unless it gets -x.
START = "sleep 1; kexec -e -x"
NOW = "echo 'lab: now' > /dev/console"
# Print the file after each step. /target and /other are images; the loader of the kernel rejects /broken.
STATES = f"""
step() {{ name=$1; shift; "$@" > /dev/null 2>&1; echo "$name $? $(cat {FILE})"; }}
load() {{ kexec "$@" --reuse-cmdline; }}
set_to() {{ echo "$1" > {FILE}; }}
step nothing true
step set-without-image set_to 1.2.3
step file load -s -l /target
step set-although-known set_to 1.2.3
step again load -s -l /other
step capture load -s -p /target
step broken load -s -l /broken
step unstamped sh -c 'echo 0 > /sys/module/kexec_lineage/parameters/autostamp'
step file-unstamped load -s -l /target
sh -c 'echo 1 > /sys/module/kexec_lineage/parameters/autostamp'
step capture-unloaded kexec -p -u
step unloaded kexec -u
step unloaded-again kexec -u
step memory load -c -l /target
step bad set_to "two words"
step empty set_to ""
step long set_to {"x" * 65}
step set set_to {"x" * 64}
step set-again set_to 1.2.3
step file-again load -s -l /other
step memory-again load -c -l /other
step unloaded-memory kexec -u
"""
STAMP = ' --append="$(cat /sys/kernel/kexec_lineage/next_stamp)"'


@pytest.fixture(scope="module", params=FAST_ROLES)
def kernel(request: pytest.FixtureRequest, qemu: None) -> Kernel:
    return role(request.param)


def lines(log: str) -> list[str]:
    """Return what the module printed about the kexecs, in order."""
    return LINE.findall(log)


def states(text: str) -> dict[str, tuple[int, str]]:
    rows = (line.split(" ") for line in text.splitlines())
    return {name: (int(status), release) for name, status, release in rows}


def test_loaded_release(kernel: Kernel, cast: Cast, stage: Path, tmp_path: Path) -> None:
    """Every successful load and unload changes the file. A failed load, or a load of a capture kernel, does not."""
    other = cast.second if kernel == cast.first else cast.first
    broken = bytearray(small_image(other))
    struct.pack_into("<I", broken, INIT_SIZE_OFFSET, 0xF0000000)
    files = {"/target": small_image(kernel), "/other": small_image(other), "/broken": bytes(broken)}
    plan = Scenario("loaded", kernel, [Hop(other, plain_load("-s -l")), Hop(kernel, plain_load("-s -l"))],
                    commands={}, first_commands={"states": STATES}, files=files, module=True, memory_mib=2048,
                    cmdline=f"{QUIET} crashkernel=320M")
    reports = scenario.run(plan, stage, tmp_path)
    check_modules(reports)
    longest = "x" * 64
    wanted = {
        "nothing": (0, ""), "set-without-image": (1, ""), "file": (0, kernel.release),
        "set-although-known": (1, kernel.release), "again": (0, other.release), "capture": (0, other.release),
        "unstamped": (0, other.release), "file-unstamped": (0, kernel.release), "capture-unloaded": (0, kernel.release),
        "unloaded": (0, ""), "unloaded-again": (0, ""), "memory": (0, ""), "bad": (1, ""), "empty": (1, ""),
        "long": (1, ""), "set": (0, longest), "set-again": (1, longest), "file-again": (0, other.release),
        "memory-again": (0, ""), "unloaded-memory": (0, ""),
    }
    found = states(reports[0].commands["states"].stdout)
    status, release = found.pop("broken")
    assert status != 0 and release == other.release
    assert found == wanted
    log = log_of(tmp_path)
    assert lines(log) == [f"kexec to {other.release} (count 1)", f"kexec to {kernel.release} (count 2)"]
    assert not splats(log)


def test_line_of_each_way(kernel: Kernel, cast: Cast, stage: Path, tmp_path: Path) -> None:
    """The module prints its line for kexec -e and for the system call that systemd uses, but not for a restart.

    The line shows "unknown release" if kexec_load() loaded the kernel and the loader did not write its release to FILE,
    or if the kernel was loaded before the module.
    """
    hops = [
        Hop(kernel, plain_load("-s -l")),
        Hop(kernel, plain_load("-s -l"), go="kexec_now"),
        Hop(kernel, plain_load("-c -l") + STAMP),
        Hop(kernel, lineage_load("-c -l"), go="kexec_now"),
        Hop(kernel, f'rmmod kexec_lineage; {plain_load("-s -l")} && modprobe kexec_lineage'),
    ]
    restart = f"""
        kexec -s -l /kernels/{kernel.id} --reuse-cmdline
        {NOW}
        reboot -f
    """
    plan = Scenario("started", kernel, hops, commands={}, files={"/bin/kexec_now": program("kexec_now")}, module=True,
                    cmdline=QUIET, crash=restart)
    check_modules(scenario.run(plan, stage, tmp_path))
    log = log_of(tmp_path)
    named = [(1, kernel.release), (2, kernel.release), (3, "unknown release"), (4, kernel.release),
             (5, "unknown release")]
    assert lines(log) == [f"kexec to {release} (count {count})" for count, release in named]
    assert "lab: now" in log and not lines(log.partition("lab: now")[2])
    assert "Starting new kernel" not in log
    assert not splats(log)


def test_netconsole_and_pstore(cast: Cast, stage: Path, tmp_path: Path) -> None:
    """Netconsole sends the line, because the kernel shuts down network devices later. If dumps at shutdown are enabled,
    the dump in pstore contains the line."""
    kernel = cast.second
    files = {f"drivers/{path.name}": path.read_bytes() for path in drivers.get(kernel, NETWORK + PSTORE)}
    pstore = START_PSTORE.rstrip() + " max_reason=4\n"  # KMSG_DUMP_SHUTDOWN
    commands = {"pstore": pstore, "network": START_NETWORK}
    after = {"start": pstore, "pstore": "cat /sys/fs/pstore/dmesg-ramoops-*"}
    hops = [
        Hop(kernel, plain_load("-s -l"), commands=commands),
        Hop(kernel, plain_load("-s -l"), go=START, commands=after),
    ]
    plan = Scenario("evidence", cast.first, hops, f"{QUIET} memmap={RAM_SIZE:#x}${RAM_START:#x}", commands={},
                    files=files, module=True, network=True)
    reports = scenario.run(plan, stage, tmp_path)
    for report in reports:
        for name, result in report.commands.items():
            assert result.status == 0, (report.hop, name, result)
    line = f"kexec_lineage: kexec to {kernel.release} (count 2)"
    for port in (BASIC_PORT, EXTENDED_PORT):
        sent = b"".join(packets.payloads(tmp_path / "network.pcap", port))
        assert line.encode() in sent and b"Starting new kernel" not in sent
    assert line in reports[-1].commands["pstore"].stdout
