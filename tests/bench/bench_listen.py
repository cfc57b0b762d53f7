#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Benchmark of `listen`: messages of many senders on the loopback interface, and crashes among them.

Usage: bench_listen.py BUILD [RATE [SECONDS [SENDERS]]]    (default: 200000 60 100000)

The program listen_flood offers RATE messages a second from SENDERS addresses. Other senders crash, one each second.
The output states what was sent, what was decoded, what was dropped and by whom, the peak memory of `listen`, the CPU
time of both programs, and how long each crash took from its last line to the store.
"""
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

CRASH = """[   20.000001] BUG: kernel NULL pointer dereference, address: 0000000000000008
[   20.000002] CPU: 0 PID: 1 Comm: bench Not tainted 6.12.9 #1
[   20.000003] RIP: 0010:bench_crash+0x1c/0x40
[   20.000004] ---[ end trace 0000000000000000 ]---
"""
POLL_S = 0.05


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Crashes(threading.Thread):
    """Sends the crashes, and notes when each one is in the store."""

    def __init__(self, port: int, store: Path, count: int) -> None:
        super().__init__()
        self.port, self.store, self.count = port, store, count
        self.sent: dict[str, float] = {}
        self.stored: dict[str, float] = {}

    def send(self, number: int) -> None:
        host = f"127.200.{number // 250}.{1 + number % 250}"
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.bind((host, 0))
            for line in CRASH.splitlines(keepends=True):
                sender.sendto(line.encode(), ("127.0.0.1", self.port))
        self.sent[host] = time.monotonic()

    def look(self) -> None:
        if not self.store.exists():
            return
        database = sqlite3.connect(f"file:{self.store}?mode=ro", uri=True, timeout=60)
        try:
            found = database.execute("SELECT host FROM boots JOIN crashes ON crashes.boot = boots.id").fetchall()
        except sqlite3.OperationalError:
            found = []
        finally:
            database.close()
        for (host,) in found:
            self.stored.setdefault(host, time.monotonic())

    def run(self) -> None:
        start = time.monotonic()
        while len(self.stored) < self.count and time.monotonic() < start + self.count + 60:
            if len(self.sent) < self.count and time.monotonic() - start >= len(self.sent):
                self.send(len(self.sent))
            self.look()
            time.sleep(POLL_S)

    def waits(self) -> list[float]:
        return sorted(self.stored[host] - at for host, at in self.sent.items() if host in self.stored)


def main(build: Path, rate: str = "200000", seconds: str = "60", senders: str = "100000") -> int:
    port = free_port()
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR", "/var/tmp")) as name:
        folder = Path(name)
        command = [build / "cli/kexec-lineage-fleet", "listen", f"--netconsole=127.0.0.1:{port}",
                   f"--store={folder}/fleet.db", f"--senders={int(senders) + 1000}", f"--metrics={folder}/metrics"]
        listener = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        time.sleep(1)
        crashes = Crashes(port, folder / "fleet.db", int(float(seconds)))
        crashes.start()
        flood = subprocess.run([build / "tests/bench/listen_flood", str(port), rate, seconds, senders], check=True,
                               capture_output=True, text=True).stdout.split()
        crashes.join()
        status = Path(f"/proc/{listener.pid}/status").read_text()
        fields = Path(f"/proc/{listener.pid}/stat").read_text().rsplit(")", 1)[1].split()
        ticks = int(fields[11]) + int(fields[12])
        listener.send_signal(signal.SIGTERM)
        _, talk = listener.communicate()
        metrics = (folder / "metrics").read_text()
    print(f"load average at the end {os.getloadavg()[0]:.1f}, {os.cpu_count()} CPUs")
    print(f"sent: {flood[0]} messages from {senders} addresses in {flood[1]} s"
          f" ({int(flood[0]) / float(flood[1]):.0f} a second)")
    print(talk.strip())
    print(*re.findall(r"^kexec_lineage_listen_(.*[1-9].*)$", metrics, re.MULTILINE), sep="\n")
    print("peak memory:", *re.findall(r"VmHWM:\s*(.*)", status))
    print(f"CPU time of listen: {ticks / os.sysconf('SC_CLK_TCK'):.1f} s")
    waits = crashes.waits()
    print(f"crashes: {len(crashes.sent)} sent, {len(waits)} in the store; from the last line to the store: median"
          f" {waits[len(waits) // 2]:.2f} s, longest {waits[-1]:.2f} s" if waits else "crashes: none in the store")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve(), *sys.argv[2:]))
