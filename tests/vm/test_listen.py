# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that the crash of a kernel that sends its log with netconsole is in the store of `listen` within two seconds.

The guest sends to a relay, which notes when each datagram arrives and passes it on.
"""

from __future__ import annotations

import contextlib
import json
import signal
import socket
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import intake
import pytest
from lab import drivers, scenario
from lab.cases import Cast
from lab.scenario import Hop, Scenario, lineage_load
from test_intake_captures import ADDRESS, NETWORK, insmod

pytestmark = pytest.mark.vm
LOOP = "127.0.0.1"
LIMIT_S = 2
POLL_S = 0.5
VMS = 3  # a VM may end, or its network may fail, before the lines of the crash arrive: that is not a fault of listen
TITLE = "kernel BUG in lab_bug"
# The module prints the lineage when it is loaded, before netconsole starts, and once more beside a crash. The oops of a
# process with panic_on_oops ends the VM. Without a delay before the reboot, QEMU may end before it has sent the
# packets.
CRASH = ("echo 1 > /proc/sys/kernel/panic_on_oops; echo 3 > /proc/sys/kernel/panic; "
         f"{intake.MODULE}; {intake.crash('bug')}")


class Witness(threading.Thread):
    """A thread that runs until its `with` block ends."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.ended = False

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended = True
        self.join()


class Relay(Witness):
    """A receiver that passes datagrams on. arrivals: when each one arrived.

    to: a port that nobody had while this relay had its own. The same port twice would be a relay that sends to itself,
    without end.
    """

    def __init__(self) -> None:
        super().__init__()
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((LOOP, 0))
        self.socket.settimeout(POLL_S)
        self.to = free_port()
        self.arrivals: list[tuple[float, bytes]] = []

    def __exit__(self, *_: object) -> None:
        super().__exit__()
        self.socket.close()

    @property
    def port(self) -> int:
        return self.socket.getsockname()[1]

    def has(self, text: bytes) -> bool:
        return any(text in datagram for _, datagram in list(self.arrivals))

    def run(self) -> None:
        while not self.ended:
            with contextlib.suppress(TimeoutError):
                datagram = self.socket.recv(65536)
                self.arrivals.append((time.monotonic(), datagram))
                self.socket.sendto(datagram, (LOOP, self.to))


class Watch(Witness):
    """Waits until the store has a crash. stored_at: the time."""

    def __init__(self, store: Path) -> None:
        super().__init__()
        self.store = store
        self.stored_at: float | None = None

    def run(self) -> None:
        while self.stored_at is None and not self.ended:
            with contextlib.suppress(sqlite3.OperationalError):  # no store yet
                database = sqlite3.connect(f"file:{self.store}?mode=ro", uri=True)
                with contextlib.closing(database):
                    if database.execute("SELECT count(*) FROM crashes").fetchone()[0] > 0:
                        self.stored_at = time.monotonic()
            time.sleep(0.02)


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((LOOP, 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def listening(stage: Path, port: int, store: Path) -> Iterator[subprocess.Popen]:
    command = [stage / "usr/bin/kexec-lineage", "--json", "listen", f"--netconsole={LOOP}:{port}", f"--store={store}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def start(form: str, port: int) -> str:
    """Return commands that start netconsole. form: "" for the basic form, "+" for the extended one."""
    return f"""
{insmod(*NETWORK[:-1])}
ifconfig eth0 {ADDRESS} up
insmod /drivers/netconsole.ko "netconsole={form}6665@{ADDRESS}/eth0,{port}@10.0.2.2/52:55:0a:00:02:02"
"""


@pytest.mark.parametrize("form", ["", "+"], ids=["basic", "extended"])
def test_crash_is_stored_in_time(cast: Cast, stage: Path, tmp_path: Path, form: str) -> None:
    kernel = cast.second
    store = tmp_path / "fleet.db"
    files = {f"drivers/{path.name}": path.read_bytes() for path in drivers.get(kernel, NETWORK)}
    with Relay() as relay, Watch(store) as watch, listening(stage, relay.to, store) as process:
        hop = Hop(kernel, lineage_load("-s -l"), commands={"network": start(form, relay.port)})
        plan = Scenario("listen", cast.first, [hop], intake.CMDLINE, commands={}, files=files, module=True,
                        test_modules=True, crash=CRASH, network=True, reaches_host=True, silence_s=60)
        for number in range(VMS):
            folder = tmp_path / str(number)
            folder.mkdir()
            scenario.run(plan, stage, folder)
            if relay.has(b"kernel BUG at "):
                break
        assert relay.has(b"kernel BUG at "), f"{VMS} VMs sent {len(relay.arrivals)} datagrams without the crash"
        watch.join(60)
        process.send_signal(signal.SIGTERM)
        out, talk = process.communicate()
    assert process.returncode == 0 and "dropped datagrams: 0" in talk, talk
    crashes = [event for line in out.splitlines() if (event := json.loads(line))["event"] == "crash"]
    assert [(crash["title"], crash["release"], crash["previous_release"], crash["kexec_count"]) for crash in crashes] \
        == [(TITLE, kernel.release, cast.first.release, 1)]
    assert crashes[0]["effects"] and crashes[0]["host"] == LOOP
    assert watch.stored_at is not None
    took = watch.stored_at - relay.arrivals[-1][0]
    print(f"{len(relay.arrivals)} datagrams; in the store {took:.2f} s after the last one")
    assert took < LIMIT_S
