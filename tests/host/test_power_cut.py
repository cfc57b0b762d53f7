# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that the history is intact after a power cut at any moment.

A machine with ext4 on a disk that loses its cache (volatile_disk.py) records one boot after the other. `record` begins
each boot and `record --shutdown` ends it; the machine reports when each command has ended. QEMU is killed at a random
moment. After the power cut, the database on the disk must open and be valid. It must contain each reported boot exactly
once, and the sums of its transitions must be right. The next machine continues with the same disk.

Only the boots are simulated, with a fake /proc, so that one machine can record many boots. The kernel, the file system
and the program are real.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from lab import fetch, guest, vm

CUTS = int(os.environ.get("KEXEC_LINEAGE_CUTS", "200"))
LANES = 4
CUTS_PER_DISK = 10  # use new disks, so that some cuts interrupt the creation of a history
DISK_BYTES = 64 << 20
UP_WITHIN_S = 60.0
WINDOW_S = 2.5  # longest time between the start of the work and the power cut
PLUGIN = Path(__file__).with_name("volatile_disk.py")

INIT = """#!/bin/busybox sh
/bin/busybox mkdir -p /proc /sys /dev /tmp /disk
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t devtmpfs devtmpfs /dev
mount -t tmpfs tmpfs /tmp
mount -t ext4 /dev/vda /disk || poweroff -f
root=/tmp/root
mkdir -p $root/run $root/proc/sys/kernel/random
echo 7.3.4 > $root/proc/sys/kernel/osrelease
echo 176 > $root/proc/sys/kernel/bootloader_type
number=FIRST
stty -F /dev/ttyS1 raw -echo
echo up > /dev/ttyS1
while :; do
    echo "boot-$number" > $root/proc/sys/kernel/random/boot_id
    echo "begin $number" > /dev/ttyS1
    kexec-lineage --root=$root record --store=/disk/history.db && echo "recorded $number" > /dev/ttyS1
    kexec-lineage --root=$root record --shutdown --store=/disk/history.db && echo "ended $number" > /dev/ttyS1
    number=$((number + 1))
done
"""


@pytest.fixture(scope="session")
def kernel():
    return fetch.get("built-7.3-disk")


def write_initramfs(stage: Path, first: int, path: Path) -> None:
    tree = guest.base(stage)
    tree.add("init", INIT.replace("FIRST", str(first)).encode(), 0o755)
    guest.write_initramfs(tree, path)


@contextmanager
def disk_server(image: Path, seed: int) -> Iterator[str]:
    """Serve the disk while the machine runs. At the end, the image has the content of the disk after a power cut."""
    socket_path = image.with_suffix(".sock")
    socket_path.unlink(missing_ok=True)
    process = subprocess.Popen(["nbdkit", "-f", "-U", socket_path, "python", PLUGIN, f"file={image}", f"seed={seed}"])
    try:
        while not socket_path.exists():
            assert process.poll() is None, "nbdkit did not start"
            time.sleep(0.01)
        yield f"nbd+unix:///?socket={socket_path}"
    finally:
        process.terminate()
        process.wait()


def start_machine(kernel, initramfs: Path, disk: str, log: Path) -> subprocess.Popen:
    return subprocess.Popen(
        [*vm.program(), "-accel", "tcg", "-cpu", "max", "-m", "256", "-display", "none",
         "-monitor", "none", "-no-reboot", "-nodefaults", "-nic", "none", "-serial", f"file:{log}", "-serial", "stdio",
         "-drive", f"file={disk},format=raw,if=virtio,cache=writeback", "-kernel", kernel.path, "-initrd", initramfs,
         "-append", "console=ttyS0 quiet panic=-1"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT)


def output_until(process: subprocess.Popen, deadline: float) -> Iterator[bytes]:
    """Yield the output of the machine until the deadline, in pieces."""
    os.set_blocking(process.stdout.fileno(), False)
    while time.monotonic() < deadline and process.poll() is None:
        data = process.stdout.read()
        if data:
            yield data
        time.sleep(0.005)


def run_until_cut(process: subprocess.Popen, work_s: float, log: Path) -> list[str]:
    """Let the machine boot and work for @work_s, then kill it. Return the complete lines of its output."""
    output = b""
    for data in output_until(process, time.monotonic() + UP_WITHIN_S):
        output += data
        if b"up\n" in output:
            break
    else:
        raise vm.LostVM(f"the machine did not boot within {UP_WITHIN_S:.0f} s", log)
    for data in output_until(process, time.monotonic() + work_s):
        output += data
    process.send_signal(signal.SIGKILL)
    process.wait()
    output += process.stdout.read() or b""
    return output.decode().split("\n")[:-1]


def history_of(image: Path, folder: Path) -> Path:
    """Recover the file system, and copy the database from it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    done = subprocess.run(["e2fsck", "-fp", image], capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    for name in ("history.db", "history.db-wal"):
        subprocess.run(["debugfs", "-R", f"dump /{name} {folder}/{name}", image], capture_output=True, check=True)
    return folder / "history.db"


def check(history: Path, recorded: set[int], ended: set[int], begun: int) -> int:
    """Compare the database with the acknowledged boots. Return the number of boots in the database."""
    if not history.exists() or history.stat().st_size == 0:
        assert not recorded, f"the history is empty, but {sorted(recorded)} were acknowledged"
        return 0
    with sqlite3.connect(history) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        if database.execute("PRAGMA user_version").fetchone() == (0,):
            assert not recorded
            return 0
        boots = database.execute("SELECT boot_id, end FROM boots ORDER BY id").fetchall()
        totals = database.execute("SELECT total(boots), total(unclean) FROM transitions").fetchone()
    numbers = [int(boot_id.removeprefix("boot-")) for boot_id, _ in boots]
    assert numbers == sorted(set(numbers)), "a boot is duplicated or out of order"
    assert recorded <= set(numbers), f"acknowledged, but missing: {sorted(recorded - set(numbers))}"
    assert not numbers or numbers[-1] <= begun
    ends = dict(zip(numbers, (end for _, end in boots), strict=True))
    assert [number for number in ended if ends[number] != "clean"] == [], "an acknowledged shutdown is missing"
    assert totals == (len(boots), sum(end in ("crash", "unclean") for end in ends.values()))
    return len(boots)


def new_disk(image: Path) -> None:
    image.unlink(missing_ok=True)
    with open(image, "wb") as file:
        file.truncate(DISK_BYTES)
    subprocess.run(["mke2fs", "-q", "-t", "ext4", "-F", image], check=True)


@pytest.mark.parametrize("lane", range(LANES))
def test_power_cuts(kernel, stage: Path, tmp_path: Path, lane: int) -> None:
    coins = random.Random(lane)
    image, initramfs, log = tmp_path / "disk.img", tmp_path / "initramfs", tmp_path / "console"
    acknowledged = unended = boots = 0
    for cut in range(CUTS // LANES):
        if cut % CUTS_PER_DISK == 0:
            new_disk(image)
            recorded: set[int] = set()
            ended: set[int] = set()
            begun = 0
        write_initramfs(stage, begun + 1, initramfs)
        with disk_server(image, coins.getrandbits(32)) as disk:
            lines = run_until_cut(start_machine(kernel, initramfs, disk, log), coins.uniform(0, WINDOW_S), log)
        for line in lines:
            word, _, number = line.partition(" ")
            if word == "begin":
                begun = int(number)
            elif word in ("recorded", "ended"):
                (recorded if word == "recorded" else ended).add(int(number))
        # A boot that had begun at the power cut may be in the history or not. The number of this boot is not used
        # again.
        boots = check(history_of(image, tmp_path / "history"), recorded, ended, begun)
        acknowledged += len(lines)
        unended += len(recorded - ended)
        print(f"lane {lane}, cut {cut}: {boots} boots, {len(recorded)} acknowledged", flush=True)
    assert acknowledged > 2 * CUTS // LANES, "the machines were killed before they recorded boots"
