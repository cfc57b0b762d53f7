# SPDX-License-Identifier: GPL-2.0-or-later
"""IMA's list of measurements, as a guest prints it, and the register of the TPM that covers it."""

from __future__ import annotations

import base64
import hashlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from lab.scenario import Report

FOLDER = "/sys/kernel/security/ima"
MOUNT = "mount -t securityfs securityfs /sys/kernel/security"
LIST = f"base64 -w 0 {FOLDER}/binary_runtime_measurements"
PCR = "cat /sys/class/tpm/tpm0/pcr-sha256/10"
# Commands for a scenario. The first one must run before `show`.
BEFORE = {"securityfs": MOUNT}
AFTER = {"list": LIST, "pcr": PCR}


@dataclass(frozen=True)
class Measurement:
    """pcr: number of the register; digest: SHA-1 of the data, all zero for a violation; fields: the template's."""

    pcr: int
    digest: bytes
    data: bytes

    @property
    def fields(self) -> list[bytes]:
        found, rest = [], self.data
        while rest:
            size, = struct.unpack_from("=I", rest)
            found.append(rest[4 : 4 + size])
            rest = rest[4 + size :]
        return found

    @property
    def name(self) -> str:
        return self.fields[1].rstrip(b"\0").decode()


def measurements(report: Report) -> Iterator[Measurement]:
    rest = base64.b64decode(report.commands["list"].stdout)
    assert rest, report.commands["list"]
    while rest:
        pcr, digest, length = struct.unpack_from("=I20sI", rest)
        size, = struct.unpack_from("=I", rest, 28 + length)
        yield Measurement(pcr, digest, rest[32 + length : 32 + length + size])
        rest = rest[32 + length + size :]


def replayed(report: Report) -> str:
    """Return the register that the list extends, as the kernel prints registers."""
    value = bytes(32)
    for found in measurements(report):
        if found.pcr == 10:
            added = hashlib.sha256(found.data).digest() if any(found.digest) else b"\xff" * 32
            value = hashlib.sha256(value + added).digest()
    return value.hex().upper()


def values(report: Report, name: str) -> list[str]:
    """Return the values that kernels measured under a name, oldest first."""
    return [found.fields[2].decode() for found in measurements(report) if found.name == name]
