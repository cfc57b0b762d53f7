# SPDX-License-Identifier: GPL-2.0-or-later
"""Senders of netconsole on the loopback addresses, and a running `listen`."""
from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import time

from .encode import Line, escape, kmsg_head, stamp
from .tool import make_environment

LOOP = "127.0.0.1"
CHUNK = 1000  # MAX_PRINT_CHUNK in Linux drivers/net/netconsole.c
WAIT_S = 120  # a working program is much faster, also on a busy machine


def basic(lines: list[Line]) -> list[bytes]:
    """Return the datagrams of the basic form. A line of more than CHUNK bytes is cut."""
    texts = [stamp(line) + line.text + b"\n" for line in lines]
    return [text[start:start + CHUNK] for text in texts for start in range(0, len(text), CHUNK)]


def extended(lines: list[Line], release: str = "", chunk: int = CHUNK, first: int = 0) -> list[bytes]:
    """Return the datagrams of the extended form, with dictionaries, in fragments of at most @chunk bytes."""
    datagrams = []
    for number, line in enumerate(lines, first):
        head = (f"{release}," if release else "").encode() + kmsg_head(line, number)
        text = escape(line.text) + b"\n SUBSYSTEM=lab\n"
        if len(text) <= chunk:
            datagrams.append(head + text)
            continue
        for start in range(0, len(text), chunk):
            datagrams.append(head[:-1] + f",ncfrag={start}/{len(text)};".encode() + text[start:start + chunk])
    return datagrams


class Listener:
    """A running `listen` on a free port."""

    def __init__(self, tool, *options, env=None, json_events=True):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind((LOOP, 0))
            self.port = probe.getsockname()[1]
        arguments = ["--json"] * json_events + ["listen", f"--netconsole={LOOP}:{self.port}", *options]
        self.process = subprocess.Popen(tool.command(*arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        env=make_environment(env))
        self.wait_for_socket()

    def wait_for_socket(self):
        wanted = f"{self.port:04X}"
        end = time.monotonic() + WAIT_S
        while time.monotonic() < end and self.process.poll() is None:
            with open("/proc/net/udp", encoding="ascii") as file:
                if any(line.split()[1].endswith(f":{wanted}") for line in file.readlines()[1:]):
                    return
            time.sleep(0.02)
        raise AssertionError(self.process.communicate())

    def send(self, address: str, datagrams: list[bytes]):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.bind((address, 0))
            for datagram in datagrams:
                sender.sendto(datagram, (LOOP, self.port))

    def stop(self, status=0):
        """Stop with SIGTERM, and return the events and the messages."""
        self.process.send_signal(signal.SIGTERM)
        try:
            out, err = self.process.communicate(timeout=WAIT_S)
        finally:
            self.process.kill()
        assert self.process.returncode == status, (self.process.returncode, err)
        return [json.loads(line) for line in out.splitlines()], err.decode()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()


def metrics(path) -> dict[str, int]:
    """Read a file of metrics. The key of a metric with a label has the form NAME{LABEL}."""
    return {name: int(value) for name, value in re.findall(r"^(\w+(?:\{[^}]*\})?) (\d+)$", path.read_text(), re.M)}


def wait_for(condition, seconds=WAIT_S):
    """Wait until condition() is true, and return its value and the time that it took."""
    start = time.monotonic()
    while True:
        value = condition()
        took = time.monotonic() - start
        if value or took > seconds:
            return value, took
        time.sleep(0.05)


def is_busy() -> bool:
    """Return whether the machine has more work than CPUs, so that times show nothing."""
    return os.getloadavg()[0] > (os.cpu_count() or 1)
