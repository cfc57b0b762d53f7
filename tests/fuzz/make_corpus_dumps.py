#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Write the initial corpora for compressed files and crash dumps: corpus/stream and corpus/vmcore_ring.

The bytes of the compressed seeds may differ between versions of the compressors.
"""
import gzip
import lzma
import struct
import zlib
from pathlib import Path

CORPUS = Path(__file__).resolve().parent / "corpus"
TEXT = b"[    1.000000] BUG: unable to handle page fault\n[    1.000001] Call Trace:\n"

# RFC 8878: magic, no checksum and no size, a window of 1 KiB; blocks: the raw text, then 9 times "a".
ZSTD = (
    b"\x28\xb5\x2f\xfd\x00\x00"
    + struct.pack("<I", len(TEXT) << 3)[:3] + TEXT
    + struct.pack("<I", 9 << 3 | 1 << 1 | 1)[:3] + b"a"
)
SKIPPED = b"\x50\x2a\x4d\x18\x03\0\0\0abc"

STREAMS = {
    "plain": TEXT,
    "caret": b"x^2\n",
    "gzip": gzip.compress(TEXT, mtime=0),
    "zlib": zlib.compress(TEXT),
    "xz": lzma.compress(TEXT, preset=0),
    "zstd": SKIPPED + ZSTD,
    "two": gzip.compress(TEXT, mtime=0) + bytes(4) + ZSTD,
    "cut": lzma.compress(TEXT, preset=0)[:-20],
    "rest": ZSTD + b"rest",
    "magic": b"\x1f\x8b",
}

BASE = 0x1000
# Each offset or size is a number of machine words plus a number of bytes.
NEW_FIELDS = {
    "SIZE(prb_desc)": (3, 0), "SIZE(printk_info)": (0, 24),
    "OFFSET(printk_ringbuffer.desc_ring)": (0, 0), "OFFSET(printk_ringbuffer.text_data_ring)": (5, 0),
    "OFFSET(prb_desc_ring.count_bits)": (0, 0), "OFFSET(prb_desc_ring.descs)": (1, 0),
    "OFFSET(prb_desc_ring.infos)": (2, 0), "OFFSET(prb_desc_ring.head_id)": (3, 0),
    "OFFSET(prb_desc_ring.tail_id)": (4, 0), "OFFSET(prb_data_ring.size_bits)": (0, 0),
    "OFFSET(prb_data_ring.data)": (1, 0), "OFFSET(prb_data_ring.tail_lpos)": (2, 0),
    "OFFSET(prb_desc.state_var)": (0, 0), "OFFSET(prb_desc.text_blk_lpos)": (1, 0),
    "OFFSET(prb_data_blk_lpos.begin)": (0, 0), "OFFSET(prb_data_blk_lpos.next)": (1, 0),
    "OFFSET(printk_info.seq)": (0, 0), "OFFSET(printk_info.ts_nsec)": (0, 8),
    "OFFSET(printk_info.text_len)": (0, 16), "OFFSET(printk_info.caller_id)": (0, 20),
}
OLD_INFO = (
    b"SYMBOL(log_buf)=1000\nSYMBOL(log_buf_len)=1008\nSYMBOL(log_first_idx)=100c\nSYMBOL(log_next_idx)=1010\n"
    b"SIZE(printk_log)=16\nOFFSET(printk_log.ts_nsec)=0\nOFFSET(printk_log.len)=8\n"
    b"OFFSET(printk_log.text_len)=10\nOFFSET(printk_log.dict_len)=12\n"
)


def new_ring(order: str, word: int, more: str = "") -> bytes:
    """Return a ring of four descriptors and 64 bytes of text. The first descriptor is free, and the last record wraps
    around."""
    unit = order + {4: "I", 8: "Q"}[word]

    def words(*values: int) -> bytes:
        return b"".join(struct.pack(unit, value % (1 << 8 * word)) for value in values)

    def number(value: int) -> bytes:
        return struct.pack(order + "I", value).ljust(word, b"\0")

    lines = {name: words_ * word + bytes_ for name, (words_, bytes_) in NEW_FIELDS.items()}
    info = "OSRELEASE=6.12.1\nSYMBOL(prb)=1000\n" + "".join(f"{name}={value}\n" for name, value in lines.items()) + more
    descs = BASE + 9 * word
    infos = descs + 4 * 3 * word
    texts = infos + 4 * 24
    final = 2 << (8 * word - 2)
    memory = words(BASE + word) + number(2) + words(descs, infos, 3, 0) + number(6) + words(texts, 24)
    memory += words(3 << (8 * word - 2), 0, 0, final | 1, 24, 48, final | 2, 3, 3, final | 3, 56, 80)
    for sequence, length in enumerate((0, 4, 0, 8)):
        memory += struct.pack(order + "QQHBBI", sequence, 10**9, length, 0, 0xC0, 0x80000001)
    memory += words(3) + b"around\nit".ljust(24 - word) + words(1) + b"text".ljust(64 - 24 - word)
    flags = (order == ">") | (word == 4) << 1
    return bytes([flags]) + info.encode() + b"\0" + memory


def old_ring() -> bytes:
    """Return a buffer with a record at the end, the wrap-around mark, and a record at the start."""
    record = struct.pack("<QHHHBB", 10**9, 24, 8, 0, 1, 0x60) + b"two\nline"
    memory = struct.pack("<QIII", BASE + 20, 64, 24, 24 - 24) + record + record + bytes(16)
    return b"\0" + OLD_INFO + b"\0" + memory


RINGS = {
    "new-64": new_ring("<", 8),
    "new-64-big": new_ring(">", 8),
    "new-32": new_ring("<", 4),
    "previous": new_ring("<", 8, "KEXECFROM=6.12.0\nKEXECCOUNT=2\n"),
    "old": old_ring(),
    "no-symbol": b"\0OSRELEASE=6.1\n\0",
    "no-memory": b"\0" + OLD_INFO + b"\0",
}


def main() -> None:
    for name, seeds in (("stream", STREAMS), ("vmcore_ring", RINGS)):
        folder = CORPUS / name
        folder.mkdir(parents=True, exist_ok=True)
        for seed, content in seeds.items():
            (folder / seed).write_bytes(content)


if __name__ == "__main__":
    main()
