# SPDX-License-Identifier: GPL-2.0-or-later
"""Speed of reading logs, compared with a search for the same words.

The peer is `ripgrep -j1 --count` with one alternation of the headers that begin a boot or a crash report: all of
them, or twelve common ones. One log has no crash, one resembles the logs of a fleet, with one crash per one or two
megabytes, and one contains only crashes. On a CPU with AVX-512, ingest is also measured with AVX2 only. A time is the
least CPU time of several runs, because other programs use the machine. KEXEC_LINEAGE_BENCH_BYTES sets the size of the
quiet logs. Peak memory is measured with a pipe, for this size and for ten times this size.
"""
import os
import random
import re
import resource
import shutil
import subprocess
import tempfile
from collections import defaultdict
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
COMMON = "|".join([
    "Linux version ", "Kernel panic", "BUG: ", "WARNING: ", "Oops: ", "general protection", "INFO: ", "Internal error: ",
    "Unable to handle", "UBSAN: ", "Kernel command line", "exec from: ",
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


def write_block(path: Path, known: list[list[str]]) -> None:
    """Write a block of BLOCK_SIZE bytes with these crashes, which is identical in every run."""
    rng, usec, number = random.Random(1), 0, 0
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


def seconds(command: list[str], **environment: str) -> float:
    """Return the CPU time of a command. ripgrep exits with 1 if it finds nothing."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, **environment}
    if subprocess.run(command, check=False, stdout=subprocess.DEVNULL, env=environment).returncode not in (0, 1, 3):
        raise SystemExit(f"failed: {command}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def compare(name: str, tool: Path, log: Path, print_row) -> None:
    """Run all commands in turn, so that other load affects all of them."""
    ours = [str(tool), "ingest", "--json", "--jobs=1", str(log)]
    search = ["rg", "-j1", "--count", "--text"]
    times: dict[str, list[float]] = defaultdict(list)
    for _ in range(RUNS):
        times["ingest"].append(seconds(ours))
        if "avx512_vbmi" in Path("/proc/cpuinfo").read_text():
            times["ingest, AVX2"].append(seconds(ours, KEXEC_LINEAGE_WITHOUT_AVX512="1"))
        times["rg, all headers"].append(seconds([*search, HEADERS, str(log)]))
        times["rg, 12 headers"].append(seconds([*search, COMMON, str(log)]))
    least = {who: min(spent) for who, spent in times.items()}
    for who in [who for who in least if who.startswith("ingest")]:
        for peer in ("rg, all headers", "rg, 12 headers"):
            print_row(f"{who}, {name}", least[who], peer, least[peer])
        print(f"{'':34} {log.stat().st_size / least[who] / 1e6:9.0f} MB/s")


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
        write_block(path, [[]])
        write_repeated(path, path.read_bytes(), SIZE)
        compare("no crash", tool, path, print_row)
        write_block(path, crashes())
        block = path.read_bytes()
        write_repeated(path, block, SIZE)
        compare("quiet log", tool, path, print_row)
        path.unlink()
        write_repeated(path, b"".join(log.read_bytes() for log in sorted(CRASHES.glob("*.log"))), CRASH_BYTES)
        compare("all crashes", tool, path, print_row)
        for size in (SIZE, 10 * SIZE):
            print(f"ingest of {size / 1e9:g} GB through a pipe: {peak_kib(tool, block, size)} KiB at most", flush=True)
