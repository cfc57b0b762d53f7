# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of `listen` with datagrams that no kernel sends: a crash of a real machine is found among all of them, nothing
is dropped without a counter, and the memory stays bounded."""
import random
import re
import signal
import socket
from pathlib import Path

import pytest

from .netconsole import LOOP, Listener, basic, extended, metrics, wait_for
from .test_ingest import EXPECTED
from .test_listen import crash_lines, rows

IP_PKTINFO = 8  # Linux include/uapi/linux/in.h; Python has it since 3.14
VICTIM = "127.9.9.9"
# Without any sender, the program needs about 20 MiB. Each queue buffer may grow to 64 MiB.
MEMORY_LIMIT_KB = 250_000
DROPPED = 'kexec_lineage_listen_dropped_datagrams_total{{reason="{}"}}'


def flood(listener, datagrams):
    """Send (address, datagram) pairs. Wait until the socket is empty again after each hundred."""
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sender.bind(("", 0))
    for number, (address, datagram) in enumerate(datagrams):
        pktinfo = b"\0" * 4 + socket.inet_aton(address) + b"\0" * 4
        sender.sendmsg([datagram], [(socket.IPPROTO_IP, IP_PKTINFO, pktinfo)], 0, (LOOP, listener.port))
        if number % 100 == 99:
            wait_for(lambda: queued(listener.port) < 100_000)
    sender.close()


def queued(port):
    """Return the size of the socket's receive queue."""
    for line in Path("/proc/net/udp").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[1].endswith(f":{port:04X}"):
            return int(fields[4].partition(":")[2], 16)
    return 0


def peak_kb(process):
    return int(re.search(r"VmHWM:\s*(\d+)", Path(f"/proc/{process.pid}/status").read_text())[1])


def address_of(number):
    return f"127.{10 + number // 62500}.{number // 250 % 250}.{1 + number % 250}"


def endless_fragments(rng):
    """Each message has a first fragment, and never another one."""
    return [(address_of(number % 3000), b"4,%d,%d,-,ncfrag=0/8192;x" % (number // 3000, number))
            for number in range(20000)]


def overlapping_fragments(rng):
    return [(address_of(rng.randrange(20)), b"4,%d,1000,-,ncfrag=%d/%d;%s" %
             (rng.randrange(30), rng.randrange(900), rng.choice([900, 1000, 5000]), b"y" * rng.randrange(900)))
            for _ in range(20000)]


def spoofed_senders(rng):
    """Each datagram is from another address."""
    return [(address_of(number), b"[   20.000001] BUG: kernel NULL pointer dereference, address: 0\n")
            for number in range(20000)]


def endless_lines(rng):
    return [(address_of(number % 5000), b"x" * 400) for number in range(20000)]


def crashes_without_end(rng):
    """Each sender begins a report, and prints lines of it for ever."""
    return [(address_of(number % 2000), b"[   20.%06d] RIP: 0010:f+0x1/0x2\n" % number if number >= 2000 else
             b"[   20.000000] Oops: 0000 [#1]\n") for number in range(20000)]


def crashes_of_one_sender(rng):
    """One sender has more open reports than the program keeps for all senders."""
    header = b"[   20.%06d][%6s] BUG: kernel NULL pointer dereference, address: 0\n"
    return [("127.10.0.1", header % (number, b"T%d" % number)) for number in range(6000)]


def module_lines(rng):
    """Lines that are kept for the lineage."""
    return [(address_of(number % 500), b"[   20.%06d] kexec_lineage: exec from: 6.%d.0 (count %d)\n" %
             (number, number, number % 1000 + 1)) for number in range(20000)]


def garbage(rng):
    return [(address_of(rng.randrange(500)), rng.randbytes(rng.randrange(1, 1400))) for _ in range(10000)]


def headers(rng):
    """Fields of headers in a random order."""
    parts = [b"6.1.0,", b"4,", b"18446744073709551615,", b"0,", b"-", b",", b";", b"caller=T1", b"ncfrag=", b"0/",
             b"4294967296", b"\n", b" K=V", b"x"]
    return [(address_of(rng.randrange(50)), b"".join(rng.choices(parts, k=rng.randrange(1, 12))))
            for _ in range(20000)]


FLOODS = [endless_fragments, overlapping_fragments, spoofed_senders, endless_lines, crashes_without_end,
          crashes_of_one_sender, module_lines, garbage, headers]


@pytest.mark.parametrize("kind", FLOODS, ids=lambda kind: kind.__name__)
def test_flood(tool, tmp_path, kind):
    """The victim crashes during a flood of other senders, more than the program keeps."""
    datagrams = kind(random.Random(kind.__name__))
    half = len(datagrams) // 2
    textfile = tmp_path / "listen.prom"
    crash = extended(crash_lines("null-dereference"), "6.12.9", chunk=60)
    with Listener(tool, "--senders=1000", f"--metrics={textfile}") as listener:
        flood(listener, datagrams[:half])
        flood(listener, [pair for number, datagram in enumerate(crash)
                         for pair in ((VICTIM, datagram), *datagrams[half + 5 * number:half + 5 * number + 5])])
        flood(listener, datagrams[half + 5 * len(crash):])
        peak = peak_kb(listener.process)
        found, talk = listener.stop()
    mine = [event for event in found if event["event"] == "crash" and event["host"] == VICTIM]
    assert [event["title"] for event in mine] == [EXPECTED["null-dereference"]["title"]]
    assert mine[0]["release"] == "6.12.9" and "kernel panic: Fatal exception" in mine[0]["effects"]
    assert tool.is_sanitized or peak < MEMORY_LIMIT_KB
    counts = metrics(textfile)
    assert counts["kexec_lineage_listen_senders"] <= 1000
    dropped = sum(value for name, value in counts.items() if "dropped_datagrams" in name)
    assert counts["kexec_lineage_listen_datagrams_total"] + dropped == len(datagrams) + len(crash), talk


def test_flood_of_crashes_is_stored(tool, tmp_path):
    """More events arrive at once than the program keeps for a store that does not work."""
    textfile, store = tmp_path / "listen.prom", tmp_path / "fleet.db"
    with Listener(tool, "--senders=1000", f"--store={store}", f"--metrics={textfile}") as listener:
        flood(listener, spoofed_senders(None)[:8000])
        found, talk = listener.stop()
    counts = metrics(textfile)
    crashes = [event for event in found if event["event"] == "crash"]
    assert counts["kexec_lineage_listen_lost_events_total"] == 0, talk
    assert len(crashes) == counts["kexec_lineage_listen_datagrams_total"] == 8000
    assert rows(store, "SELECT count(*) FROM crashes") == [(8000,)]


def test_sizes(tool, tmp_path):
    """Empty datagrams and the longest ones are dropped and counted."""
    textfile = tmp_path / "listen.prom"
    crash = basic(crash_lines("gpf"))
    longest = b"[   20.000001] " + b"x" * (65507 - 15)
    with Listener(tool, f"--metrics={textfile}") as listener:
        listener.send(VICTIM, [b"", longest, *crash[:5], b"", longest[:4097], b"z" * 4096, *crash[5:], b""])
        found, talk = listener.stop()
    assert [event["title"] for event in found if event["event"] == "crash"] == [EXPECTED["gpf"]["title"]]
    counts = metrics(textfile)
    assert counts[DROPPED.format("empty")] == 3 and counts[DROPPED.format("long")] == 2
    assert "dropped datagrams: 5, 2 too long, 3 empty" in talk


def test_kernel_drops_are_counted(tool, tmp_path):
    """While the program is stopped, the kernel drops what does not fit into the receive buffer."""
    textfile = tmp_path / "listen.prom"
    text = b"[    1.000000] " + b"x" * 3000
    with Listener(tool, f"--metrics={textfile}") as listener:
        listener.process.send_signal(signal.SIGSTOP)
        sent = 0
        before = -1
        while queued(listener.port) != before and sent < 200_000:
            before = queued(listener.port)
            listener.send(VICTIM, [text] * 500)
            sent += 500
        if sent >= 200_000:
            pytest.skip("the receive buffer is not full after 200,000 datagrams")
        listener.process.send_signal(signal.SIGCONT)
        wait_for(lambda: queued(listener.port) == 0)
        listener.send(VICTIM, [b"[    2.000000] the kernel reports its counter with this datagram\n"])
        _, talk = listener.stop()
    counts = metrics(textfile)
    assert counts[DROPPED.format("kernel")] > 0 and "by the kernel (receive buffer full)" in talk
    dropped = sum(value for name, value in counts.items() if "dropped_datagrams" in name)
    assert counts["kexec_lineage_listen_datagrams_total"] + dropped == sent + 1
