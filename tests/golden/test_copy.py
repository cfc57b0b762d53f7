# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that `copy` moves a whole store, also if it is killed and run again.

tests/unit/store/test_store_copy.c tests the copy of each fact for both back ends; test_copy_clickhouse.py copies to a
server and back.
"""
import contextlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest

from .fleet import Fleet
from .machine import Machine
from .system import OLDER, RELEASE, cold, kexeced, stamp

FIXTURES = Path(__file__).parents[1] / "fixtures"
PAGE = 10000  # STORE_COPY_BOOTS
# The columns that hold a number of a row have another value in a copy. The other columns must be equal.
NAMES = "JOIN releases AS own ON own.id = boots.release JOIN releases AS previous ON previous.id = boots.previous"
BUILD = "(SELECT name FROM builds WHERE builds.id = boots.kernel_build)"
CHAIN = """iif(chain LIKE '[{%', chain, (
    SELECT json_group_array(json_array(name, iif(element.type = 'array', element.value ->> 1, 1)))
    FROM json_each(chain) AS element
    JOIN releases ON releases.id = iif(element.type = 'array', element.value ->> 0, element.value)))"""
SIGNATURE = "(SELECT signature FROM signatures WHERE id = crash_transitions.signature)"
TRANSITION = ("(SELECT name FROM releases WHERE id = release), (SELECT name FROM releases WHERE id = previous), boot,"
              " kexec_count, label, inferred, boots")


def query(path, sql):
    with contextlib.closing(sqlite3.connect(path)) as database:
        return database.execute(sql).fetchall()


def columns_of(path, table, *without):
    return ", ".join(f"{table}.{name}" for _, name, *_ in query(path, f"PRAGMA table_info({table})")
                     if name not in without)


def content(path):
    """Return every row of a store, without the numbers of the rows."""
    boots = columns_of(path, "boots", "id", "release", "previous", "kernel_build", "chain")
    crashes = columns_of(path, "crashes", "id", "boot")
    return {
        "boots": query(path, f"SELECT {boots}, own.name, previous.name, {BUILD}, {CHAIN} FROM boots {NAMES}"
                             " ORDER BY host, boots.id"),
        "crashes": query(path, f"SELECT host, boot_id, {crashes} FROM crashes JOIN boots ON boots.id = crashes.boot"
                               " ORDER BY host, boots.id, crashes.id"),
        "parts": query(path, f"SELECT {columns_of(path, 'parts', 'id')} FROM parts ORDER BY host, id"),
        "names": query(path, "SELECT * FROM host_names"),
        "looks": query(path, "SELECT * FROM looks"),
        "transitions": sorted(query(path, f"SELECT {TRANSITION}, unclean, crashes FROM transitions"), key=str),
        "lengths": sorted(query(path, f"SELECT {TRANSITION}, band, length_s FROM lengths"), key=str),
        "of crashes": sorted(query(path, f"SELECT {SIGNATURE}, {TRANSITION} FROM crash_transitions"), key=str),
        "signatures": query(path, "SELECT signatures.signature, crashes, host, boot_id, uptime_us, crashes.time"
                                  " FROM signatures JOIN crashes ON crashes.id = example"
                                  " JOIN boots ON boots.id = crashes.boot ORDER BY signatures.signature"),
    }


def answers(tool, url, **options):
    """Return what the commands say about a store."""
    hosts = tool.run("--json", "hosts", f"--store={url}", **options)
    said = [hosts.text, tool.run("hosts", f"--store={url}", **options).text]
    for host in [json.loads(line)["host"] for line in hosts.text.splitlines()]:
        said.append(tool.run("--json", "log", f"--host={host}", f"--store={url}", **options).text)
    report = json.loads(tool.run("--json", "triage", f"--store={url}", **options).text or "{}")
    for field in ("store", "time"):
        report.pop(field, None)
    return [*said, report, sorted(tool.run("triage", "--csv", f"--store={url}", **options).text.splitlines())]


def copy(tool, source, target, *options, status=0, talk="", **settings):
    got = tool.run("copy", f"--from={source}", f"--to={target}", *options, **settings)
    assert (got.status, got.talk) == (status, talk), got
    return got.text


def make_rich(tool, folder):
    """Make a store with boots of a machine, all logs of tests/fixtures, parts, a shared name, and looks."""
    path = folder / "rich.db"
    machine = Machine(tool, folder / "machine")
    machine.boot(cold(release=OLDER)).record().record("--shutdown")
    machine.boot(kexeced(cmdline=f"ro {stamp(1, OLDER, made_for=RELEASE)}")).record()
    machine.boot(cold()).record()
    assert machine.run("send", f"--to={path}").status == 0
    assert tool.run("ingest", f"--store={path}", "--host-from=file", str(FIXTURES)).status in (0, 1)
    assert tool.run("ingest", f"--store={path}", "--host=labelled", "--label=Dell 'R640'", "-",
                    stdin=b"[    0.000000] Linux version 7.3.4 (a@b)\n[    9.000000] Kernel panic - not syncing: x\n"
                    ).status == 0
    with sqlite3.connect(path) as database:
        database.executescript(
            "INSERT INTO host_names VALUES ('a', 'a'), ('b', 'b'), ('shared', 'a'), ('shared', 'b');"
            "INSERT INTO looks VALUES ('7.3.4', 1, 5, 'd', 7, 0.1, 'hold', 'a'), ('7.3.4', 2, 6, 'e', 8, 0.3, 'go', '');"
            "INSERT INTO parts (host, boot_id, has_kernel_id, boot, chain_is_complete, last_seen)"
            " VALUES ('alone', 'part-1', 0, 'unknown', 0, 77)")
        assert database.execute("SELECT count(*) FROM boots WHERE mark_bytes IS NOT NULL").fetchone()[0] > 10
        assert database.execute("SELECT count(*) FROM boots WHERE aliases IS NOT NULL").fetchone()[0] > 0
    return path


@pytest.fixture
def rich(tool, folder):
    return make_rich(tool, folder)


def make_fleet(tool, path, boots, hosts):
    """Make a store with many boots. Their hosts come in turn, so that the order of the rows is not that of the hosts."""
    Fleet(tool, path)
    with sqlite3.connect(path) as database:
        database.execute("INSERT INTO releases (name) VALUES ('7.3.4')")
        database.executemany(
            "INSERT INTO boots (host, boot_id, release, boot, previous, chain_is_complete, has_kernel_id, time)"
            " VALUES (?, ?, 1, 'cold', 0, 0, 1, ?)",
            ((f"host{number % hosts}", f"id-{number}", 1764000000 + number) for number in range(boots)))
        database.execute("INSERT INTO crashes (boot, uptime_us, title, type, signature)"
                         " SELECT id, 7, 'oops in f', 'oops', 's' || id % 5 FROM boots WHERE id % 100 = 3")


def test_every_column_arrives(tool, rich, folder):
    copy(tool, rich, f"sqlite:{folder}/copy.db")
    assert content(folder / "copy.db") == content(rich)
    assert answers(tool, folder / "copy.db") == answers(tool, rich)
    boots = len(content(rich)["boots"])
    text = copy(tool, rich, folder / "copy.db")
    assert text.startswith(f"copied {boots} boots and ") and text.endswith("; 0 boots were new\n")
    assert content(folder / "copy.db") == content(rich)


def test_many_pages(tool, folder):
    make_fleet(tool, folder / "fleet.db", 3 * PAGE, 1000)
    text = copy(tool, folder / "fleet.db", folder / "copy.db")
    assert text == "copied 30000 boots and 300 crashes of 1000 hosts; 30000 boots were new\n"
    assert content(folder / "copy.db") == content(folder / "fleet.db")


def test_json(tool, rich, folder):
    got = tool.run("--json", "copy", f"--from={rich}", f"--to={folder}/copy.db")
    found = content(rich)
    assert got.json == {"hosts": len({row[0] for row in found["boots"]} | {row[0] for row in found["parts"]}),
                        "boots": len(found["boots"]), "crashes": len(found["crashes"]),
                        "new_boots": len(found["boots"]), "looks": 2}


def test_target_with_other_boots(tool, rich, folder):
    """Two stores with the logs of some hosts in common become one, as if all logs had been read into one store."""
    logs = sorted(path for path in FIXTURES.rglob("*.log*") if path.is_file())
    assert len(logs) > 20
    for name, part in (("one", logs[:len(logs) // 2 + 5]), ("two", logs[len(logs) // 2 - 5:]), ("all", logs)):
        tool.run("ingest", f"--store={folder}/{name}.db", "--host-from=file", *map(str, part))
    boots = {name: len(content(folder / f"{name}.db")["boots"]) for name in ("one", "two", "all")}
    assert boots["one"] + boots["two"] > boots["all"]
    text = copy(tool, folder / "two.db", folder / "one.db")
    assert text.endswith(f"; {boots['all'] - boots['one']} boots were new\n")
    assert sorted(content(folder / "one.db")["boots"], key=str) == sorted(content(folder / "all.db")["boots"], key=str)


@pytest.mark.parametrize("with_cursor", [True, False])
def test_killed(tool, folder, with_cursor):
    """A copy that is killed at any moment and run again ends with the same content."""
    make_fleet(tool, folder / "fleet.db", 4 * PAGE, 2000)
    options = [f"--cursor-file={folder}/cursor"] if with_cursor else []
    command = tool.command("copy", f"--from={folder}/fleet.db", f"--to={folder}/copy.db", *options)
    rng, killed, delay = random.Random(7), 0, 0.01
    while True:
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            try:
                process.wait(delay * rng.random())
                assert process.returncode == 0, process.stderr.read()
                break
            except subprocess.TimeoutExpired:
                process.kill()
                killed += 1
                delay *= 1.2
    assert killed > 2
    assert content(folder / "copy.db") == content(folder / "fleet.db")
    if with_cursor:
        assert (folder / "cursor").read_bytes() == b""


def stop_copy(tool, folder, number=signal.SIGTERM):
    """Stop a copy with a cursor after its first page, and return the number of boots that were copied."""
    make_fleet(tool, folder / "fleet.db", 12 * PAGE, 3000)
    cursor = folder / "cursor"
    command = tool.command("copy", f"--from={folder}/fleet.db", f"--to={folder}/copy.db", f"--cursor-file={cursor}")
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        while process.poll() is None and not cursor.exists():
            time.sleep(0.001)
        process.send_signal(number)
        out, talk = process.communicate()
    assert (process.returncode, out) == (1, b"")
    done = query(folder / "copy.db", "SELECT count(*) FROM boots")[0][0]
    assert talk.decode() == (f"kexec-lineage: copy: stopped after {done} of 120000 boots; what was copied is kept; run "
                             "the same command again to continue\n")
    assert 0 < done < 12 * PAGE
    return done


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped(tool, folder, number):
    """A signal ends the copy after the batch. The cursor says where to go on, and the next run copies only the rest."""
    done = stop_copy(tool, folder, number)
    text = copy(tool, folder / "fleet.db", folder / "copy.db", f"--cursor-file={folder}/cursor")
    assert text.startswith(f"copied {12 * PAGE - done} boots and ")
    assert text.endswith(f"; {12 * PAGE - done} boots were new\n")
    assert (folder / "cursor").read_bytes() == b""
    assert content(folder / "copy.db") == content(folder / "fleet.db")


def test_cursor_of_version_1(tool, folder):
    """Such a cursor was made by a copy in another order, so that it has no effect."""
    done = stop_copy(tool, folder)
    cursor = folder / "cursor"
    text = cursor.read_text()
    assert text.startswith("kexec-lineage copy 2: ")
    cursor.write_text(text.replace("copy 2", "copy 1"))
    text = copy(tool, folder / "fleet.db", folder / "copy.db", f"--cursor-file={cursor}")
    assert text.startswith(f"copied {12 * PAGE} boots and ") and f"; {12 * PAGE - done} boots were new\n" in text
    assert content(folder / "copy.db") == content(folder / "fleet.db")


def test_cursor_of_other_stores(tool, rich, folder):
    """A cursor for other stores has no effect; another file is not changed."""
    make_fleet(tool, folder / "fleet.db", 10, 2)
    cursor = folder / "cursor"
    cursor.write_text("kexec-lineage copy 1: 0123456789abcdef zzz\n")
    assert copy(tool, folder / "fleet.db", folder / "copy.db", f"--cursor-file={cursor}").startswith("copied 10 boots")
    for text in ("root:x:0:0\n", "kexec-lineage copy 1: 0123456789abcdef zzz"):
        cursor.write_text(text)
        copy(tool, folder / "fleet.db", folder / "copy.db", f"--cursor-file={cursor}", status=1,
             talk=f"kexec-lineage: copy: {cursor} is not a cursor file and was not changed; use another --cursor-file\n")
        assert cursor.read_text() == text


def test_usage(tool, rich, folder):
    os.link(rich, folder / "other-name.db")
    same = "kexec-lineage: copy: --from and --to are the same store\n"
    copy(tool, rich, rich, status=2, talk=same)
    copy(tool, rich, f"sqlite:{folder}/other-name.db", status=2, talk=same)
    for option, missing in ((f"--from={rich}", "--to=URL"), (f"--to={rich}", "--from=URL")):
        got = tool.run("copy", option)
        assert (got.status, got.talk) == (2, f"kexec-lineage: copy: missing {missing}\n")


def test_source_fails(tool, rich, folder):
    target = folder / "copy.db"
    copy(tool, folder / "none.db", target, status=1,
         talk=f"kexec-lineage: copy: {folder}/none.db: No such file or directory\n")
    with sqlite3.connect(rich) as database:
        newest = database.execute("PRAGMA user_version").fetchone()[0]
        database.execute("PRAGMA user_version = 999")
    copy(tool, rich, target, status=1,
         talk=f"kexec-lineage: copy: {rich}: it was created by a newer kexec-lineage (schema 999, supported up to {newest}): "
              "upgrade kexec-lineage; it was not changed\n")
    assert not target.exists()


def test_source_is_empty(tool, folder):
    Fleet(tool, folder / "fleet.db")
    text = copy(tool, folder / "fleet.db", folder / "copy.db", status=3,
                talk="kexec-lineage: copy: the source contains no boots\n")
    assert text == "copied 0 boots and 0 crashes of 0 hosts; 0 boots were new\n"


@contextlib.contextmanager
def mounted(folder, size):
    """Mount a file system in memory."""
    folder.mkdir()
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder],
                                           capture_output=True, check=False).returncode != 0:
        pytest.skip("cannot mount a file system")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def test_target_is_read_only(tool, rich, folder):
    with mounted(folder / "disk", "32m") as disk:
        copy(tool, rich, disk / "copy.db")
        before = {path.name: path.read_bytes() for path in disk.iterdir()}
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        copy(tool, rich, disk / "copy.db", status=1,
             talk=f"kexec-lineage: copy: {disk}/copy.db: cannot write: the file, its folder or the file system is "
                  "read-only\n")
        assert {path.name: path.read_bytes() for path in disk.iterdir()} == before


def test_disk_is_full(tool, folder):
    """The batches that fit are kept. With more space, the copy continues."""
    make_fleet(tool, folder / "fleet.db", 4 * PAGE, 2000)
    options = [f"--cursor-file={folder}/cursor"]
    with mounted(folder / "disk", "4m") as disk:
        copy(tool, folder / "fleet.db", disk / "copy.db", *options, status=1,
             talk=f"kexec-lineage: copy: {disk}/copy.db: the disk is full\n")
        assert 0 < query(disk / "copy.db", "SELECT count(*) FROM boots")[0][0] < 4 * PAGE
        subprocess.run(["mount", "-o", "remount,size=99m", disk], check=True)
        copy(tool, folder / "fleet.db", disk / "copy.db", *options)
        assert content(disk / "copy.db") == content(folder / "fleet.db")


def test_progress_on_a_terminal(tool, folder):
    """A terminal shows the progress of a copy that takes longer than two seconds; a pipe never does."""
    make_fleet(tool, folder / "fleet.db", 2 * PAGE, 100)
    Fleet(tool, folder / "copy.db")
    parent, child = os.openpty()
    lock = sqlite3.connect(folder / "copy.db", isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")  # the copy waits for this lock
    with subprocess.Popen(tool.command("copy", f"--from={folder}/fleet.db", f"--to={folder}/copy.db"),
                          stdout=subprocess.PIPE, stderr=child) as process:
        os.close(child)
        time.sleep(3)
        lock.execute("ROLLBACK")
        shown = b""
        try:
            while chunk := os.read(parent, 4096):
                shown += chunk
        except OSError:  # the program has closed the terminal
            pass
        process.wait()
    os.close(parent)
    lock.close()
    assert process.returncode == 0
    assert b"copied 10000 of 20000 boots (" in shown and shown.endswith(b"\r\x1b[K")
