# SPDX-License-Identifier: GPL-2.0-or-later
"""The datagrams that a guest sent, from the pcap file that QEMU writes (vm.network)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

UDP, IPV4 = 17, 0x0800


def payloads(pcap: Path, port: int) -> Iterator[bytes]:
    """Yield the datagrams to a UDP port. Netconsole sends no IP options and no fragments."""
    data = pcap.read_bytes()
    at = 24
    while at + 16 <= len(data):
        (length,) = struct.unpack_from("<I", data, at + 8)
        packet = data[at + 16 : at + 16 + length]
        at += 16 + length
        if struct.unpack_from(">H", packet, 12) != (IPV4,) or packet[23] != UDP:
            continue
        _, to, size = struct.unpack_from(">HHH", packet, 34)
        if to == port:
            yield packet[42 : 34 + size]
