# SPDX-License-Identifier: GPL-2.0-or-later
"""A machine whose boots are reported by six sources at once.

The sources are the history of `record`, the journal, the serial console, netconsole, pstore and kdump. live() boots the
machine several times, truth() lists these boots, and collect() copies the sources.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from lab import host, packets
from lab.host import Host
from ways import CRASHKERNEL, KEXEC_NOW, PANIC, load

# Print all kernel messages on the console, and name the network card eth0.
CMDLINE = f"{host.CMDLINE.replace('loglevel=4', 'loglevel=7')} net.ifnames=0 {CRASHKERNEL}"
PORT = 6666
# No receiver exists that could answer an ARP request, so the MAC address is given.
NETCONSOLE = f"netconsole=6665@10.0.2.15/eth0,{PORT}@10.0.2.2/52:55:0a:00:02:02"
# Mask the unit that collects crashes, so that the history contains only what `record` has written.
PREPARE = f"""
systemctl mask --now kexec-lineage-collect.timer
systemctl unmask systemd-pstore.service
systemctl enable systemd-pstore.service
echo 'options netconsole {NETCONSOLE}' >/etc/modprobe.d/lab-netconsole.conf
printf 'virtio_net\\nnetconsole\\n' >/etc/modules-load.d/lab-netconsole.conf
modprobe virtio_net
modprobe netconsole
"""
INSERT = "insmod /usr/local/lib/lab/$(uname -r)/lab_crash.ko"
# kdump-tools turns every oops into a panic. Disable this, so that the machine survives the oops.
OOPS = "echo 0 >/proc/sys/kernel/panic_on_oops; (echo null >/sys/kernel/debug/lab_crash)"
# Unload the capture kernel first (PREPARE_PSTORE). Otherwise kdump handles the panic, and pstore gets no record.
PANIC_TO_PSTORE = "sync; echo bug >/sys/kernel/debug/lab_crash"
PREPARE_PSTORE = "kexec -p -u; echo 1 >/proc/sys/kernel/panic_on_oops"
SYNC = "journalctl --sync"

SOURCES = ("record", "journal", "console", "netconsole", "pstore", "kdump")
HOST = "lab"


def live(machine: Host, second: str) -> None:
    """Boot the machine five times, and its capture kernel once. second: release of the machine's second kernel."""
    machine.must(PREPARE)
    machine.must(INSERT)
    machine.run(f"{OOPS}; {SYNC}")
    machine.must(load(second))
    machine.leave("systemctl kexec")
    machine.must(f"{PREPARE_PSTORE}; {INSERT}; {SYNC}")
    machine.leave(PANIC_TO_PSTORE)
    machine.must(f"{load(second)}; {SYNC}")
    machine.leave(KEXEC_NOW)
    machine.must(SYNC)
    machine.leave(PANIC)


@dataclass(frozen=True)
class Boot:
    """One boot of live(). ends: the correct values of `end`; crashes: the titles of its crashes."""

    kind: str
    release: str
    previous_release: str | None
    kexec_count: int
    ends: set[str | None]
    crashes: list[str]


def truth(first: str, second: str) -> list[Boot]:
    """Return the boots of live(), oldest first.

    The capture kernel counts as a boot of its own, because the journal, the console and `record` report it. If a boot
    shuts down and then starts a kexec, both "clean" and "kexec" are correct ends.
    """
    return [
        Boot("cold", first, None, 0, {"clean", "kexec"},
             ["BUG: unable to handle kernel NULL pointer dereference in lab_null"]),
        Boot("kexec", second, first, 1, {"crash"}, ["kernel BUG in lab_bug"]),
        Boot("cold", first, None, 0, {"kexec"}, []),
        Boot("kexec", second, first, 1, {"crash"}, ["kernel panic: sysrq triggered crash"]),
        Boot("capture", second, second, 2, {None, "clean"}, []),
        Boot("cold", first, None, 0, {"running"}, []),
    ]


def collect(machine: Host, console: Path, network_log: Path, folder: Path) -> None:
    """Copy each source into its own folder below @folder. The paths contain the host, as on a log collector."""
    machine.must(f"{SYNC}; sync; journalctl --no-pager -o export >/root/journal.export")
    taken = folder / "taken"
    taken.mkdir()
    machine.take(taken, "/root/journal.export", "/var/lib/kexec-lineage", "/var/lib/systemd/pstore", "/var/crash",
                 "/etc/machine-id", "/etc/hostname")
    for source, name, path in (("record", "var/lib/kexec-lineage", "var/lib/kexec-lineage"),
                               ("record", "etc/machine-id", "etc/machine-id"),
                               ("record", "etc/hostname", "etc/hostname"),
                               ("journal", f"{HOST}/journal.export", "root/journal.export"),
                               ("pstore", HOST, "var/lib/systemd/pstore"), ("kdump", HOST, "var/crash")):
        (folder / source / name).parent.mkdir(parents=True, exist_ok=True)
        (taken / path).rename(folder / source / name)
    for source in ("console", "netconsole"):
        (folder / source).mkdir()
    shutil.copyfile(console, folder / f"console/{HOST}.log")
    (folder / f"netconsole/{HOST}.log").write_bytes(b"".join(packets.payloads(network_log, PORT)))
    shutil.rmtree(taken)
