# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes the tables of intake/scan_vector.c from the list of search words.

usage: scan_windows.py WINDOWS_H WORDS_H

The search looks for a window of each word: SIZE adjacent bytes. The words are in BUCKETS buckets. At each position of
a log, the search finds the buckets of which each byte of a window could be part, and then compares the words of these
buckets. This script chooses windows and buckets so that few positions of the sample below need a comparison.

With AVX2 each lookup takes four bits of a byte: the low half of each byte of a window, and the high half of the first
HIGH bytes. More high halves take more time than they save comparisons, because most bytes of logs have the high halves
of lower case.
"""
from __future__ import annotations

import ast
import re
import sys
from collections import Counter
from pathlib import Path

SIZE = 4
HIGH = 2
BUCKETS = 8
# Lines that logs have often, and that hold no event.
SAMPLE = """
[   12.345678] usb 1-1: new high-speed USB device number 7 using xhci_hcd
[   12.345678] EXT4-fs (sda1): mounted filesystem with ordered data mode. Quota mode: none.
[   12.345678] audit: type=1400 audit(1234567890.123:45): apparmor="STATUS" operation="profile_load" name="/usr/bin/man"
[   12.345678] IPv6: ADDRCONF(NETDEV_CHANGE): eth0: link becomes ready
[   12.345678] systemd[1]: Started Daily apt download activities.
[   12.345678] TCP: request_sock_TCP: Possible SYN flooding on port 7. Sending cookies.
[   12.345678] docker0: port 7(veth1234567) entered disabled state
[   12.345678] perf: interrupt took too long (2500 > 2500), lowering kernel.perf_event_max_sample_rate to 79750
[   12.345678] e1000e 0000:00:19.0 eno1: NIC Link is Up 1000 Mbps Full Duplex, Flow Control: Rx/Tx
[   12.345678] ACPI: PCI Interrupt Link [LNKA] enabled at IRQ 10
[   12.345678] pci 0000:00:1f.2: reg 0x10: [mem 0xfebf1000-0xfebf1fff 64bit pref]
[   12.345678] sd 0:0:0:0: [sda] 488397168 512-byte logical blocks: (250 GB/233 GiB)
[   12.345678] nf_conntrack: table full, dropping packet
Jan  7 12:34:56 db-7 kernel: [   12.345678] CPU0: Package temperature above threshold, cpu clock throttled
Jan  7 12:34:56 db-7 sshd[1234]: Accepted publickey for user from 10.0.0.7 port 51234 ssh2: RSA SHA256:abc
"""


class Bucket:
    """A bucket: for each byte of a window, the low and the high halves that it may have, a bit each."""

    def __init__(self) -> None:
        self.low = [0] * SIZE
        self.high = [0] * HIGH + [0xffff] * (SIZE - HIGH)

    def added(self, window: bytes) -> Bucket:
        more = Bucket()
        for at in range(SIZE):
            low, high = (1 << (window[at] & 15), 1 << (window[at] >> 4)) if at < len(window) else (0xffff, 0xffff)
            more.low[at], more.high[at] = self.low[at] | low, self.high[at] | high
        return more

    def cost(self, frequent: Counter[int], windows: Counter[bytes]) -> float:
        """Return about how often a position of a log needs a comparison."""
        accepted = [{byte for byte in range(256) if low >> (byte & 15) & 1 and high >> (byte >> 4) & 1}
                    for low, high in zip(self.low, self.high)]
        cost = 1.0
        for bytes_ in accepted:
            cost *= sum(frequent[byte] for byte in bytes_) / frequent.total()
        hits = sum(count for window, count in windows.items()
                   if all(window[at] in accepted[at] for at in range(SIZE)))
        return cost + hits / windows.total()


def choose(words: list[bytes]) -> list[list[tuple[bytes, int]]]:
    """Return the words of each bucket, with the offsets of their windows."""
    sample = SAMPLE.encode()
    frequent = Counter(sample + bytes(range(128)))
    windows = Counter(sample[at : at + SIZE] for at in range(len(sample) - SIZE + 1))
    buckets = [Bucket() for _ in range(BUCKETS)]
    costs = [0.0] * BUCKETS
    chosen: list[list[tuple[bytes, int]]] = [[] for _ in buckets]
    for word in sorted(words, key=len):
        options = []
        for offset in range(max(1, len(word) - SIZE + 1)):
            for number, bucket in enumerate(buckets):
                more = bucket.added(word[offset : offset + SIZE])
                options.append((more.cost(frequent, windows) - costs[number], number, offset, more))
        cost, number, offset, buckets[number] = min(options, key=lambda option: option[:3])
        costs[number] += cost
        chosen[number].append((word, offset))
    return chosen


def masks(name: str, chosen: list[list[tuple[bytes, int]]], shift: int, size: int) -> str:
    rows = []
    for at in range(size):
        row = [0] * 16
        for number, words in enumerate(chosen):
            for word, offset in words:
                halves = [word[offset + at] >> shift & 15] if offset + at < len(word) else range(16)
                for half in halves:
                    row[half] |= 1 << number
        rows.append("\t{ " + ", ".join(f"0x{value:02x}" for value in row) + " },\n")
    return f"static const unsigned char {name}[{size}][16] = {{\n{''.join(rows)}}};\n"


def byte_buckets(chosen: list[list[tuple[bytes, int]]]) -> str:
    """Return a table: for each byte of a window, the buckets of each ASCII character."""
    rows = []
    for at in range(SIZE):
        row = [0] * 128
        for number, words in enumerate(chosen):
            for word, offset in words:
                for byte in [word[offset + at]] if offset + at < len(word) else range(128):
                    row[byte] |= 1 << number
        rows.append("\t{ " + ", ".join(map(hex, row)) + " },\n")
    return f"static const unsigned char byte_buckets[WINDOW_SIZE][128] = {{\n{''.join(rows)}}};\n"


def main() -> None:
    windows_h, words_h = sys.argv[1:]
    words = [ast.literal_eval("b" + text) for text in re.findall(r'^\t("(?:[^"\\]|\\.)*"),$', Path(words_h).read_text(),
                                                                 re.M)]
    chosen = choose(words)
    if min(map(len, words)) < HIGH:
        sys.exit(f"{words_h}: a word has fewer than {HIGH} bytes")
    made = ["/* Made by meson/scan_windows.py */\n", f"#define WINDOW_SIZE {SIZE}\n", f"#define HIGH_HALVES {HIGH}\n",
            f"#define BUCKETS {BUCKETS}\n",
            masks("low_halves", chosen, 0, SIZE), masks("high_halves", chosen, 4, HIGH), byte_buckets(chosen),
            "static const struct window windows[] = {\n"]
    first = [0]
    for words in chosen:
        for word, offset in words:
            text = word[offset : offset + SIZE]
            value = int.from_bytes(text, "little")
            mask = (1 << 8 * len(text)) - 1
            quoted = word.decode().replace('"', '\\"')
            made.append(f'\t{{ "{quoted}", {len(word)}, {offset}, 0x{value:x}, 0x{mask:x} }},\n')
        first.append(first[-1] + len(words))
    made += ["};\n", f"static const unsigned char first_windows[BUCKETS + 1] = {{ {', '.join(map(str, first))} }};\n"]
    Path(windows_h).write_text("".join(made), encoding="utf-8")


main()
