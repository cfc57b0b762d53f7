# SPDX-License-Identifier: GPL-2.0-or-later
"""Prefixes that programs add to the lines of a kernel log, the inverse of intake/decode/wrapper.c.

A wrapper gets the lines of encode.py, the host, and the time at which the kernel started, and returns the bytes of the
file. The table WRAPPERS lists the wrappers, whether their output contains the host, and whether it keeps the kernel's
own times.
"""
from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from .encode import Line, stamp

Prefix = Callable[[datetime, str, int], str]
MONTHS = {
    "German": "Jan Feb Mär Apr Mai Jun Jul Aug Sep Okt Nov Dez".split(),
    "French": "janv. févr. mars avril mai juin juil. août sept. oct. nov. déc.".split(),
    "Spanish": "ene feb mar abr may jun jul ago sep oct nov dic".split(),
    "Russian": "янв фев мар апр мая июн июл авг сен окт ноя дек".split(),
    "Japanese": [f"{month}月" for month in range(1, 13)],
    "Korean": [f"{month:2}월" for month in range(1, 13)],
}


@dataclass(frozen=True)
class Wrapper:
    prefix: Prefix
    has_host: bool = False
    is_timed: bool = True  # the kernel's own time is kept
    end: str = "\n"


def when(line: Line, start: datetime) -> datetime:
    return start + timedelta(microseconds=line.usec or 0)


def wrap(wrapper: Wrapper, lines: list[Line], host: str, start: datetime) -> list[bytes]:
    """Return one bytes object per line, so that the logs of several hosts can be mixed."""
    return [wrapper.prefix(when(line, start), host, line.usec or 0).encode()
            + (stamp(line) if wrapper.is_timed else b"") + line.text + wrapper.end.encode()
            for line in lines]


def uptime(usec: int) -> str:
    return f"[{usec // 1000000:5}.{usec % 1000000:06}]"


def month(language: str) -> Prefix:
    return lambda at, host, _: f"{MONTHS[language][at.month - 1]} {at:%d %H:%M:%S} {host} kernel: "


WRAPPERS = {
    # Mail, tickets, editors.
    "quote": Wrapper(lambda *_: "> "),
    "quotes": Wrapper(lambda *_: ">> "),
    "quote in quote": Wrapper(lambda *_: "> > "),
    "four blanks": Wrapper(lambda *_: "    "),
    "tab": Wrapper(lambda *_: "\t"),
    "grep -n": Wrapper(lambda at, host, usec: f"{usec // 100000 + 1}:"),
    "less -N": Wrapper(lambda at, host, usec: f"{usec // 100000 + 1:7} "),
    "listing": Wrapper(lambda at, host, usec: f"{usec // 100000 + 1:4}: "),
    "cat -n": Wrapper(lambda at, host, usec: f"{usec // 100000 + 1:6}\t"),
    "quoted syslog": Wrapper(lambda at, host, _: f"> {at:%b %e %H:%M:%S} {host} kernel: ", has_host=True),
    "grep of files": Wrapper(lambda at, host, usec: f"var/log/kern.log:{usec // 100000 + 1}:{at:%b %e %H:%M:%S} {host} kernel: ",
                             has_host=True),
    # Tables and web pages: the message is quoted, or ends with tags.
    "CSV": Wrapper(lambda *_: '"', end='","2024-03-05T09:14:00Z",main\n'),
    "CSV with the time first": Wrapper(lambda at, host, _: f'{at:%Y-%m-%dT%H:%M:%S.%f}Z,{host},"', end='",main\n'),
    "CSV of syslog": Wrapper(lambda at, host, _: f'"{at:%b %e %H:%M:%S} {host} kernel: ', has_host=True, end='",main\n'),
    "CSV with each field quoted": Wrapper(lambda at, host, _: f'"{at:%Y-%m-%dT%H:%M:%SZ}","{host}","',
                                          end='","main"\n'),
    "logfmt": Wrapper(lambda at, host, _: f'time="{at:%Y-%m-%dT%H:%M:%SZ}" level=info host={host} msg="', end='"\n'),
    "YAML": Wrapper(lambda at, *_: f"- {{dt: '{at:%Y-%m-%dT%H:%M:%S.%f}', lvl: target, msg: '", end="'}\n"),
    "web page": Wrapper(lambda *_: '<span class="line">', end="</span>\n"),
    "web page with a blank between the tags": Wrapper(lambda *_: '<span class="line">', end="</span> <BR>\n"),
    "web page with breaks": Wrapper(lambda at, *_: f"{at:%H:%M:%S.%f}  ", end="<br/>\n"),
    # Levels, after another wrapper and alone.
    "quoted levels": Wrapper(lambda *_: "> <4>"),
    "syslog with levels": Wrapper(lambda at, host, _: f"{at:%b %e %H:%M:%S} {host} kernel: <4>", has_host=True),
    # Containers.
    "CRI": Wrapper(lambda at, *_: f"{at:%Y-%m-%dT%H:%M:%S.%f}789Z stdout F "),
    "CRI-O": Wrapper(lambda at, *_: f"{at:%Y-%m-%dT%H:%M:%S.%f}789+00:00 stderr F "),
    "kubectl --timestamps": Wrapper(lambda at, *_: f"{at:%Y-%m-%dT%H:%M:%S.%f}123Z "),
    "docker compose": Wrapper(lambda *_: "guest-1  | "),
    # CI.
    "GitHub": Wrapper(lambda at, *_: f"{at:%Y-%m-%dT%H:%M:%S.%f}0Z "),
    "GitLab": Wrapper(lambda at, *_: f"{at:%Y-%m-%dT%H:%M:%S.%f}Z 01O "),
    "Jenkins": Wrapper(lambda at, *_: f"[{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z] "),
    "Jenkins with a stage": Wrapper(lambda at, *_: f"[{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z] [boot] "),
    "stage": Wrapper(lambda *_: "[boot test] "),
    "time of day": Wrapper(lambda at, *_: f"{at:%H:%M:%S} "),
    "KernelCI": Wrapper(lambda at, *_: f"{at:%H:%M:%S.%f}  "),
    "LAVA": Wrapper(lambda at, *_: f"{at:%Y-%m-%dT%H:%M:%S.%f} "),
    "Zuul": Wrapper(lambda at, host, _: f"{at:%Y-%m-%d %H:%M:%S.%f} | {host} | ", has_host=True),
    # Consoles.
    "conserver": Wrapper(lambda at, *_: f"[{at:%a %b %e %H:%M:%S %Y}]"),
    "ts": Wrapper(lambda at, *_: f"{at:%b %d %H:%M:%S} "),
    "ts %.s": Wrapper(lambda at, *_: f"{at.timestamp():.6f} "),
    "minicom": Wrapper(lambda at, *_: f"[{at:%Y-%m-%d %H:%M:%S}] "),
    "tio": Wrapper(lambda at, *_: f"[{at:%H:%M:%S}.{at.microsecond // 1000:03}] "),
    "grabserial": Wrapper(lambda at, host, usec: f"[{usec / 1e6 + 3:.6f} 0.000012] "),
    "local iso": Wrapper(lambda at, *_: f"{at:%Y-%m-%dT%H:%M:%S.%f}+01:00   "),
    "slashes": Wrapper(lambda at, *_: f"{at:%Y/%m/%d %H:%M:%S} "),
    # Syslog.
    "syslog": Wrapper(lambda at, host, _: f"{at:%b %e %H:%M:%S} {host} kernel: ", has_host=True),
    "syslog with two blanks": Wrapper(lambda at, host, _: f"{at:%b %e %H:%M:%S} {host} kernel:  ", has_host=True),
    "syslog with year": Wrapper(lambda at, host, _: f"{at:%b %e %Y %H:%M:%S} {host} kernel: ", has_host=True),
    "syslog with year last": Wrapper(lambda at, host, _: f"{at:%b %e %H:%M:%S %Y} {host} kernel: ", has_host=True),
    "syslog without a blank": Wrapper(lambda at, host, _: f"{at:%b %e %H:%M:%S} {host} kernel:", has_host=True),
    "without a tag": Wrapper(lambda at, host, _: f"{at:%b %e %H:%M:%S} {host} ", has_host=True),
    "iso without a tag": Wrapper(lambda at, host, _: f"{at:%Y-%m-%dT%H:%M:%S.%f}+00:00 {host} ", has_host=True),
    "chained": Wrapper(lambda at, host, _: f"{at:%b %e %H:%M:%S} {host}/relay1/10.0.0.9 kernel: ", has_host=True),
    "chained source": Wrapper(lambda at, host, _: f"{at:%b %e %H:%M:%S} s_local@{host} kernel: ", has_host=True),
    "extended netconsole": Wrapper(lambda at, host, usec: f"{at:%b %e %H:%M:%S} {host} 6,{usec // 100},{usec},-;", has_host=True,
                                   is_timed=False),
    "SONiC": Wrapper(lambda at, host, _: f"{at:%Y %b %d %H:%M:%S.%f} {host} WARNING kernel: ", has_host=True),
    "busybox": Wrapper(lambda at, host, _: f"{at:%b %e %H:%M:%S} {host} kern.warn kernel: ", has_host=True),
    "busybox without a name": Wrapper(lambda at, *_: f"{at:%b %e %H:%M:%S} (none) kern.warn kernel: "),
    "OpenWrt": Wrapper(lambda at, *_: f"{at:%a %b %e %H:%M:%S %Y} kern.warn kernel: "),
    "OpenWrt -t": Wrapper(lambda at, *_: f"{at:%a %b %e %H:%M:%S %Y} [{at.timestamp():.3f}] kern.warn kernel: "),
    "klogd of glibc": Wrapper(lambda at, host, _: f"{at:%b %e %H:%M:%S} {host} user.warn kernel: ", has_host=True),
    "program without a colon": Wrapper(lambda at, host, _: f"{at:%Y-%m-%dT%H:%M:%S.%fZ} {host} kern.warn kernel ",
                                       has_host=True),
    "RFC 5424": Wrapper(lambda at, host, _: f"<4>1 {at:%Y-%m-%dT%H:%M:%S.%fZ} {host} kernel - - - ", has_host=True),
    "RFC 5424 without priority": Wrapper(lambda at, host, _: f"{at:%Y-%m-%dT%H:%M:%S.%fZ} {host} kernel - - - ",
                                         has_host=True),
    "day first": Wrapper(lambda at, host, _: f"{at:%d %b %Y %H:%M:%S} {host} kernel: ", has_host=True),
    "CI and syslog": Wrapper(lambda at, host, _: f"{at:%Y-%m-%dT%H:%M:%S.%f}0Z {at:%b %e %H:%M:%S} {host} kernel: ",
                             has_host=True),
    **{f"month in {language}": Wrapper(month(language), has_host=True, is_timed=False) for language in MONTHS},
    # journalctl.
    "short-full": Wrapper(lambda at, host, _: f"{at:%a %Y-%m-%d %H:%M:%S} UTC {host} kernel: ", has_host=True,
                          is_timed=False),
    "short-full in German": Wrapper(lambda at, host, _: f"Mi {at:%Y-%m-%d %H:%M:%S} CET {host} kernel: ", has_host=True,
                                    is_timed=False),
    "short-unix": Wrapper(lambda at, host, _: f"{at.timestamp():.6f} {host} kernel: ", has_host=True, is_timed=False),
    "short-iso": Wrapper(lambda at, host, _: f"{at:%Y-%m-%dT%H:%M:%S}+0000 {host} kernel: ", has_host=True,
                         is_timed=False),
    "short-iso-precise": Wrapper(lambda at, host, _: f"{at:%Y-%m-%dT%H:%M:%S.%f}+00:00 {host} kernel: ", has_host=True,
                                 is_timed=False),
    "short --no-hostname": Wrapper(lambda at, *_: f"{at:%b %d %H:%M:%S} kernel: ", is_timed=False),
    "short-iso --no-hostname": Wrapper(lambda at, *_: f"{at:%Y-%m-%dT%H:%M:%S}+00:00 kernel: ", is_timed=False),
    "short-monotonic --no-hostname": Wrapper(lambda at, host, usec: f"[{usec // 1000000:5}.{usec % 1000000:06}] kernel: ",
                                             is_timed=False),
    "short-delta": Wrapper(lambda at, host, usec: f"[{usec // 1000000:5}.{usec % 1000000:06} <    0.000009>] {host} kernel: ",
                           has_host=True, is_timed=False),
    # dmesg.
    "dmesg -d": Wrapper(lambda at, host, usec: f"[{usec // 1000000:5}.{usec % 1000000:06} <    0.000009>] ", is_timed=False),
    "dmesg -d -T": Wrapper(lambda at, *_: f"[{at:%a %b %e %H:%M:%S %Y} <    0.000009>] ", is_timed=False),
    "dmesg -e": Wrapper(lambda at, host, usec: f"[{at:%b%e %H:%M}] " if usec % 7 == 0 else f"[  +{usec % 9}.000012] ",
                        is_timed=False),
    "crash log -m": Wrapper(lambda at, host, usec: f"[{usec // 1000000:5}.{usec % 1000000:06}] <4>", is_timed=False),
    "dmesg -x": Wrapper(lambda *_: "kern  :warn  : "),
    "dmesg -x -T": Wrapper(lambda at, *_: f"kern  :warn  : [{at:%a %b %e %H:%M:%S %Y}] ", is_timed=False),
    "dmesg --time-format iso": Wrapper(lambda at, *_: f"{at:%Y-%m-%dT%H:%M:%S},{at.microsecond:06}+00:00 ", is_timed=False),
    "talosctl": Wrapper(lambda at, *_: f"kern: warning: [{at:%Y-%m-%dT%H:%M:%S.%f}Z]: ", is_timed=False),
    "talosctl of nodes": Wrapper(lambda at, host, _: f"{host}: kern: warning: [{at:%Y-%m-%dT%H:%M:%S.%f}Z]: ",
                                 has_host=True, is_timed=False),
    # Kernels of Android devices.
    "Samsung": Wrapper(lambda at, host, usec: f"<4>{uptime(usec)}  [6:    kworker/6:1: 1822] ", is_timed=False),
    "Samsung in an interrupt": Wrapper(lambda at, host, usec: f"{uptime(usec)} I[0:      swapper/0:    0] ", is_timed=False),
    "MediaTek": Wrapper(lambda at, host, usec: f"{uptime(usec)}  (6)[1822:kworker/6:1]", is_timed=False),
    "MediaTek without interrupts": Wrapper(lambda at, host, usec: f"<4>{uptime(usec)} -(0)[0:swapper/0]",
                                           is_timed=False),
    "Huawei": Wrapper(lambda at, host, usec: f"{uptime(usec)[:-1]}s][pid:1822,cpu6,kworker/6:1]", is_timed=False),
    # Terminals.
    "colours": Wrapper(lambda *_: "\033[32m\033[0m"),
    "carriage return": Wrapper(lambda *_: "\033[2K\r", end="\r\r\n"),
    "cursor": Wrapper(lambda *_: "SeaBIOS\033[2J\033[1;1H"),
    "title": Wrapper(lambda *_: "\033]0;ipmitool sol\a\033[?25h"),
}

# An unknown prefix that contains the host: the host gets no name, but two hosts are still kept apart.
UNKNOWN = {
    "pdsh": lambda at, host, usec: f"{host}: ",
    "docker compose": lambda at, host, usec: f"{host}  | ",
    "kubectl --prefix": lambda at, host, usec: f"[pod/{host}/guest] ",
    "stages": lambda at, host, usec: f"[{host}] ",
    "own": lambda at, host, usec: f"{at:%d.%m.%y %H:%M:%S} <{host}> #{usec % 97} ",
    "CSV": lambda at, host, usec: f'{at:%Y-%m-%dT%H:%M:%SZ},{host},"',
    "logcli": lambda at, host, usec: f'{at:%Y-%m-%dT%H:%M:%SZ} {{host="{host}", job="console"}} ',
    "no date": lambda at, host, usec: f"{host} kernel: ",
    "key and value": lambda at, host, usec: f"t={at:%H:%M:%S} seq={usec} host={host} | ",
}


def random_host(rng: random.Random) -> str:
    return rng.choice([f"db-{rng.randrange(100)}.example.org", f"web{rng.randrange(1000)}",
                       f"10.{rng.randrange(256)}.{rng.randrange(256)}.{rng.randrange(1, 255)}", f"n{rng.randrange(9)}-rack_b",
                       f"fe80::{rng.randrange(1, 9999):x}:1"])


def random_start(rng: random.Random) -> datetime:
    """Return a time far from midnight and from the end of a month, in a month whose name differs between languages."""
    return datetime(2024, rng.randrange(1, 13), rng.randrange(2, 27), rng.randrange(1, 22), rng.randrange(60),
                    rng.randrange(60), rng.randrange(1000000), timezone.utc)
