# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that `send` copies the history of a machine to the store of a fleet, each boot only once."""
import os
import sqlite3

import pytest

from .machine import Machine
from .system import HOST_NAME, MACHINE_ID, OLDER, RELEASE, cold, kexeced, put, stamp

CRASH = ("INSERT INTO crashes (boot, uptime_us, title, type, frames, signature)"
         " VALUES ({boot}, {at}, 'oops in f', 'oops', 'f\ng', 's')")
ROWS = """SELECT host, boot_id, name, kexec_count, source, end, end_time IS NOT NULL,
          (SELECT count(*) FROM crashes WHERE boot = boots.id)
          FROM boots JOIN releases ON releases.id = release ORDER BY boots.id"""


@pytest.fixture
def machine(tool, folder):
    """Return a machine with three boots: a boot that ended well, a boot that crashed, and the running boot."""
    machine = Machine(tool, folder / "machine")
    machine.boot(cold(release=OLDER)).record().record("--shutdown")
    machine.boot(kexeced(cmdline=f"ro {stamp(1, OLDER, made_for=RELEASE)}")).record()
    machine.boot(cold()).record()
    machine.sql(CRASH.format(boot=2, at=5))
    return machine


def boot_id(number):
    return f"00000000-0000-4000-8000-{number:012d}"


WHOLE = [(MACHINE_ID, boot_id(1), OLDER, 0, "record", "clean", 1, 0),
         (MACHINE_ID, boot_id(2), RELEASE, 1, "record", "unclean", 0, 1),
         (MACHINE_ID, boot_id(3), RELEASE, 0, "record", "running", 0, 0)]


def send(machine, *arguments, status=0, talk=""):
    got = machine.run("send", *arguments)
    assert (got.status, got.out, got.talk) == (status, b"", talk), got


def rows(path):
    with sqlite3.connect(path) as database:
        return database.execute(ROWS).fetchall()


def test_history_arrives(machine, folder):
    for _ in range(2):
        send(machine, f"--to={folder}/fleet.db")
        assert rows(folder / "fleet.db") == WHOLE
    with sqlite3.connect(folder / "fleet.db") as database:
        assert database.execute("SELECT frames FROM crashes").fetchall() == [("f\ng",)]
        assert database.execute("SELECT name FROM host_names WHERE name <> host").fetchall() == [(HOST_NAME,)]


def test_configured_store(machine, folder):
    put(machine.root / "etc/kexec-lineage.conf", f"# ours\nStore = {folder}/fleet.db\n")
    send(machine)
    assert rows(folder / "fleet.db") == WHOLE
    send(machine, f"--to={folder}/other.db")
    assert rows(folder / "other.db") == WHOLE


@pytest.mark.parametrize("text", [None, "", "# Store=x\n", "Store=\n"])
def test_nothing_is_configured(machine, text):
    put(machine.root / "etc/kexec-lineage.conf", text)
    send(machine, status=3, talk="kexec-lineage: send: no store is configured: set Store= in /etc/kexec-lineage.conf, "
                                 "or give --to=URL\n")


def test_invalid_configuration(machine):
    put(machine.root / "etc/kexec-lineage.conf", "\nstores=x\n")
    send(machine, status=1, talk=f"kexec-lineage: {machine.root}/etc/kexec-lineage.conf:2: invalid line "
                                 "(expected Store=URL, Hosts=hashed or clear, Policy=FILE, OnPolicy=warn or refuse, "
                                 "PolicyKey=FILE, KnownBugs=FILE, or a comment after #)\n")


def test_logs_of_a_sent_boot_add_no_boot(machine, folder):
    """A log that another machine collected adds no boot, whether it is read before or after `send`."""
    lines = (f"Linux version {RELEASE} (a@b) (gcc) #2 SMP", "DMI: QEMU Standard PC, BIOS 1.16")
    log = "".join(f"2026-09-21T14:16:4{at}+00:00 {HOST_NAME} kernel: [{at:5d}.000017] {line}\n"
                  for at, line in enumerate(lines))
    for order in (("log", "send"), ("send", "log")):
        store = folder / f"{order[0]}.db"
        for source in order:
            if source == "send":
                send(machine, f"--to={store}")
            else:
                assert machine.tool.run("ingest", f"--store={store}", "-", stdin=log.encode()).status == 0
        assert sorted(rows(store)) == sorted(WHOLE)
        with sqlite3.connect(store) as database:
            labelled = database.execute("SELECT boot_id FROM boots WHERE label = 'QEMU Standard PC'").fetchall()
        assert labelled == [(boot_id(2),)]


def sent(machine, folder, *arguments):
    """Delete the store of the fleet, and return the number of boots that a run sends."""
    (folder / "fleet.db").unlink(missing_ok=True)
    for ending in ("-wal", "-shm"):
        (folder / f"fleet.db{ending}").unlink(missing_ok=True)
    send(machine, f"--to={folder}/fleet.db", f"--cursor-file={folder}/sent", *arguments)
    return len(rows(folder / "fleet.db"))


def test_cursor(machine, folder):
    """The newest twenty boots that were sent are sent again, because their ends and crashes may have become known
    since."""
    for _ in range(30):
        machine.boot(cold()).record()
    assert sent(machine, folder) == 33
    assert sent(machine, folder) == 20
    machine.boot(cold()).record()
    assert sent(machine, folder) == 21
    send(machine, f"--to={folder}/other.db", f"--cursor-file={folder}/sent")
    assert len(rows(folder / "other.db")) == 34


def test_url_of_the_store_is_not_in_the_cursor(machine, folder):
    os.symlink(folder / "fleet.db", folder / "secret.db")
    send(machine, f"--to=sqlite:{folder}/secret.db", f"--cursor-file={folder}/sent")
    assert "secret" not in (folder / "sent").read_text()


@pytest.mark.parametrize("text, status", [("", 0), ("something else\n", 1), ("kexec-lineage sent 1: x\n", 1)])
def test_cursor_that_is_another_file(machine, folder, text, status):
    (folder / "sent").write_text(text)
    talk = f"kexec-lineage: send: {folder}/sent is not a cursor file and was not changed; use another --cursor-file\n"
    send(machine, f"--to={folder}/fleet.db", f"--cursor-file={folder}/sent", status=status, talk=talk if status else "")
    assert ((folder / "sent").read_text() == text) == bool(status)


def test_store_that_cannot_be_reached(machine, folder):
    """If the store cannot be reached, no cursor is written, so the next run sends the same boots."""
    (folder / "fleet.db").mkdir()
    got = machine.run("send", f"--to={folder}/fleet.db", f"--cursor-file={folder}/sent")
    assert got.status == 1 and "it is a folder, not a file" in got.talk and not (folder / "sent").exists()
    got = machine.run("send", "--to=clickhouse://127.0.0.1:1/x", f"--cursor-file={folder}/sent")
    assert got.status == 1 and not (folder / "sent").exists()


def test_no_history(tool, folder):
    machine = Machine(tool, folder / "machine").boot(cold())
    got = machine.run("send", f"--to={folder}/fleet.db")
    assert got.status == 1 and "no boot is recorded yet" in got.talk and not (folder / "fleet.db").exists()


def test_another_machine_s_history(machine, folder):
    (machine.root / "etc/machine-id").write_text("f" * 32 + "\n")
    send(machine, f"--to={folder}/fleet.db", status=3)


def test_history_is_not_its_own_store(machine):
    send(machine, f"--to={machine.history}", status=2,
         talk="kexec-lineage: send: the history and the store of the fleet are the same file\n")
