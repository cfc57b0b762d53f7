# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests with a history that cannot be written or read: the program prints one error line, the boot continues, and no
data is lost."""

from __future__ import annotations

import base64
import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.host import Host
from lab.scenario import Result
from ways import assert_recorded, log

STORE = "/var/lib/kexec-lineage"
DATABASE = f"{STORE}/history.db"
OURS = 0x6B786C6E  # the application id in the header of a history


@pytest.fixture(scope="module")
def host(machine) -> Iterator[Host]:
    with machine() as running:
        yield running


def record_in(host: Host, folder: str, options: str = "") -> Result:
    return host.run(f"kexec-lineage record {options} --store={folder}/history.db")


def assert_refused(result: Result, reason: str) -> None:
    """Check that the command failed with one line that contains the reason."""
    assert result.status == 1 and result.stdout == "", result
    assert reason in result.stderr and result.stderr.count("\n") == 1, result


def test_first_boot_is_there(host: Host) -> None:
    """The first boot creates the history and its folder. Every user can read both."""
    assert [boot["boot_id"] for boot in log(host)] == [host.boot.boot_id]
    modes = host.must(f"stat -c '%a %U' {STORE} {DATABASE}")
    assert modes == "755 root\n644 root\n"
    assert host.must("systemctl is-failed kexec-lineage-record.service || true") == "active\n"


def test_full_disk(host: Host) -> None:
    host.must("mkdir /full && mount -t tmpfs -o size=32k tmpfs /full; head -c 1M /dev/zero >/full/rest || true")
    assert_refused(record_in(host, "/full"), "/full")
    host.must("rm /full/rest")
    host.must("mount -o remount,size=4m /full")
    assert record_in(host, "/full").status == 0
    assert len(log(host, "--store=/full/history.db")) == 1


def test_disk_full_later(host: Host) -> None:
    """If the disk becomes full, the history keeps the boots that are already recorded."""
    host.must(f"mkdir /later && mount -t tmpfs -o size=4m tmpfs /later && cp {DATABASE}* /later")
    host.must("head -c 8M /dev/zero >/later/rest || true")
    record_in(host, "/later", "--shutdown")
    assert [boot["boot_id"] for boot in log(host, "--store=/later/history.db")] == [host.boot.boot_id]


def test_read_only(host: Host) -> None:
    host.must("mkdir /readonly && mount -t tmpfs -o ro tmpfs /readonly")
    assert_refused(record_in(host, "/readonly"), "/readonly")


def put(host: Host, path: str, content: bytes) -> str:
    """Write a small file on the machine and create its folder. Return the checksum of the file."""
    folder = path.rsplit("/", 1)[0]
    text = base64.b64encode(content).decode()
    return host.must(f"mkdir -p {folder}; echo {text} | base64 -d >{path}; sha256sum <{path}")


def database(folder: Path, application: int, version: int) -> bytes:
    """Return a small SQLite database with this application id and schema version."""
    path = folder / "made.db"
    with contextlib.closing(sqlite3.connect(path)) as made:
        made.executescript(f"PRAGMA page_size = 512; PRAGMA application_id = {application};"
                           f"PRAGMA user_version = {version}; CREATE TABLE kept (what); INSERT INTO kept VALUES (1);")
    return path.read_bytes()


@pytest.mark.parametrize(("application", "reason"), [(OURS, "newer"), (1, "another program")])
def test_foreign_database_is_not_changed(host: Host, tmp_path: Path, application: int, reason: str) -> None:
    folder = f"/foreign-{application}"
    before = put(host, f"{folder}/history.db", database(tmp_path, application, 999))
    assert_refused(record_in(host, folder), reason)
    assert host.must(f"sha256sum <{folder}/history.db") == before


def test_damaged_history_is_renamed(host: Host, tmp_path: Path) -> None:
    """`record` renames a damaged history and begins a new one.

    The test writes no write-ahead log, because SQLite would use the log to repair the history.
    """
    whole = database(tmp_path, OURS, 1)
    before = put(host, "/damaged/history.db", whole[:100] + b"\xff" * (len(whole) - 100))
    result = record_in(host, "/damaged")
    assert result.status == 0 and "/damaged/history.db.damaged-1" in result.stderr, result
    assert host.must("sha256sum </damaged/history.db.damaged-1") == before
    assert len(log(host, "--store=/damaged/history.db")) == 1


def test_many_at_once(host: Host) -> None:
    """Commands that record the same boot at the same time all succeed and add it once."""
    script = "mkdir /many; for n in 1 2 3 4; do kexec-lineage record --store=/many/history.db & all=\"$all $!\"; done; "
    assert host.run(script + "for one in $all; do wait $one || exit 1; done") == Result(0, "", "")
    assert len(log(host, "--store=/many/history.db")) == 1


def test_boot_continues_without_a_history(host: Host) -> None:
    """If the disk is full at boot, the unit fails with one line, and all other units start. If the unit is restarted
    with enough space, it records the boot.

    Before the restart, the test sets the clock back by ten years. `log` must still list the boots in the right order.
    """
    first = host.boot.boot_id
    host.must(f"echo 'tmpfs {STORE} tmpfs size=4k,nofail 0 0' >>/etc/fstab")
    host.leave("systemctl reboot")
    assert host.must("systemctl is-failed kexec-lineage-record.service") == "failed\n"
    assert host.must("systemctl --failed --plain --no-legend | wc -l") == "1\n"
    lines = host.must("journalctl -b -o cat -u kexec-lineage-record.service --no-pager").splitlines()
    assert len([line for line in lines if STORE in line]) == 1, lines
    host.must(f"umount {STORE} && sed -i '\\#{STORE}#d' /etc/fstab && systemctl daemon-reload")
    host.must("date -s '2016-01-01'")
    host.run("systemctl restart kexec-lineage-record.service")
    assert_recorded(host)
    assert [boot["boot_id"] for boot in log(host)] == [first, host.boot.boot_id]
    assert log(host)[0]["end"] == "clean"
