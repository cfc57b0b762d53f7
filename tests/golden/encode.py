# SPDX-License-Identifier: GPL-2.0-or-later
"""Encoders of kernel logs, the inverse of the decoders in intake/decode.

A log is a list of Lines. Each encoder makes the bytes that its program, or the kernel, writes for these lines. To add
an encoder, write a function and add a row to ENCODERS.
"""
from __future__ import annotations

import gzip
import json
import lzma
import re
import subprocess
import time
from dataclasses import dataclass

HOST = "db-7.example.org"
BOOT = "0123456789abcdef0123456789abcdef"
START = 1767225600  # 2026-01-01T00:00:00Z
LINE = re.compile(rb"(?:\[ *(\d+)\.(\d{6})\])?(?:\[ *([TC]\d+)\])? ?(.*)", re.DOTALL)


@dataclass(frozen=True)
class Line:
    usec: int | None
    caller: str | None
    text: bytes


def parse(console: bytes) -> list[Line]:
    """Parse a console log. The console has added carriage returns."""
    lines = []
    for raw in console.replace(b"\r", b"").split(b"\n"):
        seconds, micros, caller, text = LINE.match(raw).groups()
        usec = int(seconds) * 1000000 + int(micros) if seconds else None
        lines.append(Line(usec, caller.decode() if caller else None, text))
    return lines if lines[-1].text else lines[:-1]


def stamp(line: Line, caller: bool = True) -> bytes:
    prefix = f"[{line.usec // 1000000:5d}.{line.usec % 1000000:06d}]" if line.usec is not None else ""
    if caller and line.caller:
        prefix += f"[{line.caller:>6}]"
    return f"{prefix} ".encode() if prefix else b""


def escape(text: bytes) -> bytes:
    """Escape a text as in /dev/kmsg (msg_add_ext_text() in Linux kernel/printk/printk.c)."""
    return b"".join(b"\\x%02x" % byte if byte < 32 or byte >= 127 or byte == 0x5C else bytes([byte]) for byte in text)


def console(lines: list[Line]) -> bytes:
    return b"".join(stamp(line) + line.text + b"\r\n" for line in lines)


def levels(lines: list[Line]) -> bytes:
    return b"".join(b"<4>" + stamp(line) + line.text + b"\n" for line in lines)


def syslog(lines: list[Line]) -> bytes:
    prefix = f"Jan  1 00:00:00 {HOST} kernel: ".encode()
    return b"".join(prefix + stamp(line) + line.text + b"\n" for line in lines)


def iso(lines: list[Line]) -> bytes:
    prefix = f"2026-01-01T00:00:00.123456+00:00 {HOST} kernel: ".encode()
    return b"".join(prefix + stamp(line) + line.text + b"\n" for line in lines)


def rfc5424(lines: list[Line]) -> bytes:
    prefix = f'<4>1 2026-01-01T00:00:00.123456Z {HOST} kernel - - [origin ip="10.0.0.7" note="a \\] b"] '.encode()
    return b"".join(prefix + stamp(line) + line.text + b"\n" for line in lines)


def minicom(lines: list[Line]) -> bytes:
    """Return a console log in which the capturing program prefixes each line with its own time."""
    return b"".join(b"[2026-01-01 00:00:00.123] " + stamp(line) + line.text + b"\n" for line in lines)


def conserver(lines: list[Line]) -> bytes:
    return b"".join(b"[Thu Jan  1 00:00:00 2026]" + stamp(line) + line.text + b"\n" for line in lines)


def ctime(lines: list[Line]) -> bytes:
    """Return the output of dmesg --ctime. Each line has the caller, and the date and time in whole seconds."""
    rows = []
    for line in lines:
        date = time.strftime("%a %b %e %H:%M:%S %Y", time.gmtime(START + (line.usec or 0) // 1000000))
        caller = f" [{line.caller:>6}]" if line.caller else ""
        rows.append(f"[{date}]{caller} ".encode() + line.text + b"\n")
    return b"".join(rows)


def short_monotonic(lines: list[Line]) -> bytes:
    """Return the output of journalctl -o short-monotonic: each line has a time but no caller."""
    source = f"{HOST} kernel: ".encode()
    return b"".join(stamp(Line(line.usec or 0, None, b"")) + source + line.text + b"\n" for line in lines)


def kmsg_head(line: Line, number: int) -> bytes:
    caller = f",caller={line.caller}" if line.caller else ""
    return f"4,{number},{line.usec or 0},-{caller};".encode()


def kmsg(lines: list[Line]) -> bytes:
    return b"".join(kmsg_head(line, number) + escape(line.text) + b"\n SUBSYSTEM=lab\n"
                    for number, line in enumerate(lines))


def netconsole(lines: list[Line]) -> bytes:
    """Return the log of a receiver that puts the sender in front of each line. Long messages have two fragments.

    A message ends with a newline, which is included in its size.
    """
    packets = []
    for number, line in enumerate(lines):
        head, text = kmsg_head(line, number), escape(line.text) + b"\n"
        if len(text) <= 40:
            packets.append(head + text)
            continue
        for start, part in ((0, text[:40]), (40, text[40:])):
            packets.append(head[:-1] + f",ncfrag={start}/{len(text)};".encode() + part)
    return b"".join(f"{HOST} 6.12.9,".encode() + packet.rstrip(b"\n") + b"\n" for packet in packets)


def journal_fields(line: Line, number: int) -> dict:
    return {
        "__CURSOR": f"s=0;i={number:x}", "__REALTIME_TIMESTAMP": str((START + number) * 1000000),
        "_BOOT_ID": BOOT, "_HOSTNAME": HOST, "_TRANSPORT": "kernel", "PRIORITY": "4", "SYSLOG_FACILITY": "0",
        "_SOURCE_MONOTONIC_TIMESTAMP": str(line.usec or 0),
    }


def journal_json(lines: list[Line]) -> bytes:
    rows = []
    for number, line in enumerate(lines):
        fields = journal_fields(line, number)
        try:
            fields["MESSAGE"] = line.text.decode("utf-8")
            if any(ord(byte) < 32 for byte in fields["MESSAGE"]):
                raise ValueError
        except ValueError:
            fields["MESSAGE"] = list(line.text)
        rows.append(json.dumps(fields).encode() + b"\n")
    return b"".join(rows)


def journal_export(lines: list[Line]) -> bytes:
    rows = []
    for number, line in enumerate(lines):
        fields = b"".join(f"{name}={value}\n".encode() for name, value in journal_fields(line, number).items())
        if number % 2:
            message = b"MESSAGE\n" + len(line.text).to_bytes(8, "little") + line.text + b"\n"
        else:
            message = b"MESSAGE=" + line.text + b"\n"
        if any(byte < 32 for byte in line.text):
            message = b"MESSAGE\n" + len(line.text).to_bytes(8, "little") + line.text + b"\n"
        rows.append(fields + message + b"\n")
    return b"".join(rows)


def pstore(lines: list[Line]) -> bytes:
    """Return a dump in three parts. The parts are in the order of the files in the folder, so the newest part is
    first."""
    third = len(lines) // 3 + 1
    chunks = [lines[i:i + third] for i in range(0, len(lines), third)]
    parts = [f"Panic#1 Part{len(chunks) - i}\n".encode() + levels(chunk) for i, chunk in enumerate(chunks)]
    return b"".join(reversed(parts))


def vmcore_dmesg(lines: list[Line]) -> bytes:
    return b"".join(stamp(line, caller=False) + line.text + b"\n" for line in lines)


def zstd(data: bytes) -> bytes:
    return subprocess.run(["zstd", "-q", "-c"], input=data, capture_output=True, check=True).stdout


ENCODERS = {
    "console": console,
    "levels": levels,
    "syslog": syslog,
    "iso": iso,
    "rfc5424": rfc5424,
    "minicom": minicom,
    "conserver": conserver,
    "ctime": ctime,
    "short-monotonic": short_monotonic,
    "kmsg": kmsg,
    "netconsole": netconsole,
    "journal-json": journal_json,
    "journal-export": journal_export,
    "pstore": pstore,
    "vmcore-dmesg": vmcore_dmesg,
    "gzip": lambda lines: gzip.compress(console(lines)),
    "xz": lambda lines: lzma.compress(console(lines)),
    "zstd": lambda lines: zstd(console(lines)),
}
