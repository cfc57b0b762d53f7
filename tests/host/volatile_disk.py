# SPDX-License-Identifier: GPL-2.0-or-later
"""Plugin for nbdkit: a disk that loses its cache at a power cut.

Writes since the last flush are only kept in memory. When the machine is killed, each 4096-byte block in memory is
written to the disk or lost, at random with the given seed. A real disk may do the same. If QEMU used a plain file
instead, no write would be lost, flushed or not.

usage: nbdkit python volatile_disk.py file=PATH seed=N
"""
import io
import random

import nbdkit

API_VERSION = 2
BLOCK = 4096

path = ""
seed = 0


def config(key, value):
    global path, seed
    if key == "file":
        path = value
    elif key == "seed":
        seed = int(value)
    else:
        raise RuntimeError(f"unknown parameter {key}")


def config_complete():
    if not path:
        raise RuntimeError("file= is missing")


class Disk:
    def __init__(self):
        self.file = io.FileIO(path, "r+")
        self.pending = {}

    def read_block(self, number):
        if number in self.pending:
            return bytes(self.pending[number])
        self.file.seek(number * BLOCK)
        return self.file.read(BLOCK)

    def write_out(self, numbers):
        for number in numbers:
            self.file.seek(number * BLOCK)
            self.file.write(self.pending[number])
        self.pending.clear()


def open(_readonly):  # noqa: A001 nbdkit requires this name
    return Disk()


def get_size(disk):
    return disk.file.seek(0, 2)


def can_flush(_disk):
    return True


def can_fua(_disk):
    return nbdkit.FUA_EMULATE


def can_write(_disk):
    return True


def pieces(count, offset):
    """Split a range into tuples of block, first byte in the block, number of bytes."""
    while count:
        within = offset % BLOCK
        length = min(BLOCK - within, count)
        yield offset // BLOCK, within, length
        offset += length
        count -= length


def pread(disk, buf, offset, _flags):
    done = 0
    for number, within, length in pieces(len(buf), offset):
        buf[done:done + length] = disk.read_block(number)[within:within + length]
        done += length


def pwrite(disk, buf, offset, _flags):
    done = 0
    for number, within, length in pieces(len(buf), offset):
        if number not in disk.pending:
            disk.pending[number] = bytearray(disk.read_block(number))
        disk.pending[number][within:within + length] = buf[done:done + length]
        done += length


def flush(disk, _flags):
    disk.write_out(sorted(disk.pending))


def close(disk):
    """Write or lose the pending blocks, after the machine was killed."""
    coins = random.Random(seed)
    disk.write_out([number for number in sorted(disk.pending) if coins.random() < 0.5])
    disk.file.close()
