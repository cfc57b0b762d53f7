# SPDX-License-Identifier: GPL-2.0-or-later
"""Speed of reading logs, compared with a search for the same words.

The peer is `ripgrep -j1 --count` with one alternation of the headers that begin a boot or a crash report. The quiet log
resembles the logs of a fleet, with one crash per one or two megabytes. The other log contains only crashes.
KEXEC_LINEAGE_BENCH_BYTES sets the size of the quiet log. Peak memory is measured with a pipe, for this size and for ten
times this size.
"""
import os
import random
import re
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HEADERS = "|".join([
    "Linux version ", "ommand line: ", "exec from: ", "kexec_lineage: ", "BUG: ", "BUG at ", "BUG!",
    "WARNING: ", "INFO: ",
    "UBSAN: ", "unreferenced object 0x", "nable to handle ", "Insufficient stack space",
    "general protection", "divide error",
    "invalid opcode", "stack segment", "PANIC: ", "Internal error: ", "Unhandled ", "Alignment trap: ", "CFI failure",
    "panicked at ", "Oops: ", "Oops - ", "LOCKUP", "CSD lock", "unregister_netdevice: waiting",
    "Busy inodes after unmount",
    "NETDEV WATCHDOG: ", ": nobody cared", "Machine Check", "ut of memory", "Kernel panic", "trusty: panic",
    "Bad mode in ",
    "ernel stack overflow", "slab error in", "Slab corruption", r"\[ cut here \]",
])
CRASHES = ROOT / "tests/fixtures/crashes"
SIZE = int(os.environ.get("KEXEC_LINEAGE_BENCH_BYTES", 2_000_000_000))
BLOCK_SIZE = 200_000_000
CRASH_BYTES = 100_000_000
QUIET_LINES = 20_000  # between two crashes
RUNS = 5
QUIET = [
    "usb 1-1: new high-speed USB device number {a} using ehci-pci",
    "EXT4-fs (vda{b}): mounted filesystem with ordered data mode. Quota mode: none.",
    'audit: type=1400 audit(1767225600.{a}:{b}): apparmor="STATUS" '
    'operation="profile_load" name="/usr/bin/man" pid={a}',
    "IPv6: ADDRCONF(NETDEV_CHANGE): eth{b}: link becomes ready",
    "virtio_net virtio{b} ens{b}: renamed from eth0",
    "systemd[1]: Started Daily apt download activities {a}.",
    "nf_conntrack: table full, dropping packet {a}",
    "br-{a:x}: port 1(veth{a:x}) entered forwarding state",
    "device veth{a:x} entered promiscuous mode",
    "TCP: request_sock_TCP: Possible SYN flooding on port {b}. Sending cookies.",
    "nvme nvme{b}: {a}/0/0 default/read/poll queues",
    "docker0: port {b}(veth{a:x}) entered disabled state",
    "mlx5_core 0000:3b:00.{b} ens{b}f0: Link up",
    "perf: interrupt took too long ({a} > 2500), lowering kernel.perf_event_max_sample_rate to {a}",
]


def crashes() -> list[list[str]]:
    """Return the texts of all fixtures, without the time stamps."""
    return [[re.sub(r"^\[ *[\d.]+\]", "", line) for line in path.read_text().splitlines()]
            for path in sorted(CRASHES.glob("*.log"))]


def lines_of_block(rng: random.Random, crash: list[str]) -> Iterator[str]:
    for _ in range(QUIET_LINES):
        yield " " + rng.choice(QUIET).format(a=rng.randint(1, 99999), b=rng.randint(0, 9))
    yield from crash


def write_block(path: Path) -> None:
    """Write a block of BLOCK_SIZE bytes, which is identical in every run."""
    rng, usec, number, known = random.Random(1), 0, 0, crashes()
    with path.open("wb") as file:
        while file.tell() < BLOCK_SIZE:
            text = []
            for line in lines_of_block(rng, known[number % len(known)]):
                usec += rng.randint(1, 9000)
                text.append(f"[{usec // 1000000:5d}.{usec % 1000000:06d}]{line}\n")
            file.write("".join(text).encode())
            number += 1


def write_repeated(path: Path, block: bytes, size: int) -> None:
    with path.open("wb") as file:
        for _ in range(max(1, size // len(block))):
            file.write(block)


def seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def compare(name: str, tool: Path, log: Path, print_row) -> None:
    """Run both commands in turn, so that other load affects both."""
    commands = {"ours": [str(tool), "ingest", "--json", str(log)],
                "peer": ["rg", "-j1", "--count", "--text", HEADERS, str(log)]}
    times: dict[str, list[float]] = {who: [] for who in commands}
    for _ in range(RUNS):
        for who, command in commands.items():
            times[who].append(seconds(command))
    ours, peer = statistics.median(times["ours"]), statistics.median(times["peer"])
    print_row(f"ingest, {name}", ours, "rg -j1 --count", peer)
    print(f"{'':34} {log.stat().st_size / ours / 1e6:9.0f} MB/s {'':35} {log.stat().st_size / peer / 1e6:9.0f} MB/s")


def peak_kib(tool: Path, block: bytes, size: int) -> int:
    with subprocess.Popen([tool, "ingest", "--json", "-"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
        for _ in range(size // len(block)):
            process.stdin.write(block)
        process.stdin.flush()
        status = Path(f"/proc/{process.pid}/status").read_text()
        process.stdin.close()
    return int(re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE).group(1))


def bench(tool: Path, print_row) -> None:
    if not shutil.which("rg"):
        raise SystemExit("ripgrep is not installed")
    print(f"\nReading logs, one core: {SIZE / 1e9:g} GB of quiet log, {CRASH_BYTES / 1e6:g} MB of crashes", flush=True)
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR", "/var/tmp")) as folder:
        path = Path(folder) / "log"
        write_block(path)
        block = path.read_bytes()
        write_repeated(path, block, SIZE)
        compare("quiet log", tool, path, print_row)
        path.unlink()
        write_repeated(path, b"".join(log.read_bytes() for log in sorted(CRASHES.glob("*.log"))), CRASH_BYTES)
        compare("all crashes", tool, path, print_row)
        for size in (SIZE, 10 * SIZE):
            print(f"ingest of {size / 1e9:g} GB through a pipe: {peak_kib(tool, block, size)} KiB at most", flush=True)
