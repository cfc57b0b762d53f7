# SPDX-License-Identifier: GPL-2.0-or-later
"""The format of the results channel, which is the guest's second serial port.

Each line is one frame:

    LAB1 HOP SEQUENCE KIND NAME [=BASE64 ...] CHECKSUM

HOP counts the kernels of the scenario from 0, SEQUENCE the frames of one kernel from 0. CHECKSUM is the first 16
hex digits of the SHA-256 of everything before it. A damaged or missing line is therefore always detected.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass

MAGIC = b"LAB1 "
KINDS = ("fact", "command", "reported", "load", "crash", "end")


class TornFrame(Exception):
    """A line of the results channel is damaged or missing."""


@dataclass(frozen=True)
class Frame:
    """One line of the results channel."""

    hop: int
    sequence: int
    kind: str
    name: str
    payload: tuple[bytes, ...]


def encode(frame: Frame) -> bytes:
    """Encode a frame as the guest's shell function `frame` does; for the tests."""
    fields = "".join(" =" + base64.b64encode(data).decode() for data in frame.payload)
    body = f"LAB1 {frame.hop} {frame.sequence} {frame.kind} {frame.name}{fields}"
    return f"{body} {_checksum(body)}\n".encode()


def decode(line: bytes) -> Frame:
    """Decode one line, with or without its newline. Raises TornFrame."""
    try:
        body, checksum = line.decode("ascii").rstrip("\r\n").rsplit(" ", 1)
        if checksum != _checksum(body):
            raise TornFrame(f"checksum is wrong: {line[:80]!r}")
        magic, hop, sequence, kind, name, *fields = body.split(" ")
        if magic != "LAB1" or kind not in KINDS:
            raise TornFrame(f"not a frame: {line[:80]!r}")
        return Frame(int(hop), int(sequence), kind, name, tuple(_payload(field) for field in fields))
    except (ValueError, binascii.Error) as error:
        raise TornFrame(f"not a frame: {line[:80]!r}") from error


class Decoder:
    """Decode the byte stream of the channel into frames, and detect missing frames.

    resets: the machine may reset, and its first kernel then starts again with frame 0/0
    firmware: skip the text that UEFI prints on every serial port

    If a frame is damaged so much that it looks like the text of UEFI, it is reported as missing.
    """

    def __init__(self, resets: bool = False, firmware: bool = False) -> None:
        self._resets = resets
        self._firmware = firmware
        self._rest = b""
        self._next = (0, 0)

    def feed(self, data: bytes) -> list[Frame]:
        *lines, self._rest = (self._rest + data).split(b"\n")
        if self._firmware:
            lines = [line[line.index(MAGIC) :] for line in lines if MAGIC in line]
        return [self._in_order(decode(line)) for line in lines]

    def close(self) -> None:
        """Check at the end of the channel that no partial line is left."""
        if self._rest and not (self._firmware and MAGIC not in self._rest):
            raise TornFrame(f"the channel ended inside a line: {self._rest[:80]!r}")

    def _in_order(self, frame: Frame) -> Frame:
        hop, sequence = self._next
        allowed = [(hop, sequence), (hop + 1, 0)] + [(0, 0)] * self._resets
        if (frame.hop, frame.sequence) not in allowed:
            raise TornFrame(f"frame {frame.hop}/{frame.sequence} was received, {hop}/{sequence} was expected")
        self._next = (frame.hop, frame.sequence + 1)
        return frame


def _checksum(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()[:16]


def _payload(field: str) -> bytes:
    if not field.startswith("="):
        raise TornFrame(f"not a payload: {field[:40]!r}")
    return base64.b64decode(field[1:], validate=True)
