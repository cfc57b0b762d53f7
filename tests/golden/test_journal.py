# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of the journal entries that `record` writes. A fake socket of journald receives the entries."""
import os
import re
import socket
import sqlite3
import subprocess

import pytest

from .conftest import REPOSITORY

HEADER = REPOSITORY / "host/journal.h"
CATALOG = REPOSITORY / "host/journal/kexec-lineage.catalog"
# Use a private /run, so that the journal of this system is not used.
INSIDE = ("mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/journal && "
          'mount --bind "$0" /run/systemd/journal && exec "$@"')


@pytest.fixture
def entries(tool, folder):
    """Run the program and return the journal entries as dicts of lists."""
    (folder / "journal").mkdir()
    prefix = ["unshare", "--mount", "sh", "-c", INSIDE, folder / "journal"]
    if subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode:
        pytest.skip("a /run of its own can only be mounted by root")
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listener.bind(str(folder / "journal/socket"))
    listener.settimeout(0.2)

    def run(*arguments):
        got = subprocess.run([*prefix, tool.path, *arguments], capture_output=True, text=True, check=False)
        assert (got.returncode, got.stderr) == (0, "")
        found = []
        try:
            while True:
                fields = {}
                for line in listener.recv(1 << 16).decode().splitlines():
                    name, _, value = line.partition("=")
                    fields.setdefault(name, []).append(value)
                found.append(fields)
        except TimeoutError:
            return found

    yield run
    listener.close()


def test_entry(tool, entries, folder):
    store = f"--store={folder}/history.db"
    [entry] = entries("record", store)
    shown = tool.run("--json", "show").json
    assert entry["MESSAGE_ID"] == re.findall(r'LINEAGE_HOST_JOURNAL_MESSAGE_ID "([0-9a-f]{32})"', HEADER.read_text())
    assert entry["KEXEC_LINEAGE_RELEASE"] == [shown["release"]] == [os.uname().release]
    assert entry["KEXEC_LINEAGE_BOOT"] == [shown["boot"]]
    assert entry["KEXEC_LINEAGE_BEFORE"] == ["unknown"]
    assert entry.get("KEXEC_LINEAGE_COUNT") == (None if shown["kexec_count"] is None else [str(shown["kexec_count"])])
    assert entry["MESSAGE"][0].startswith(f"{shown['release']} came up ")
    assert entry["PRIORITY"] == ["5" if shown["conflicts"] else "6"]


def test_lost_kexec(tool, entries, folder):
    """The entry names the lost kexec if the previous boot started a kexec and this boot is cold."""
    if tool.run("--json", "show").json["boot"] != "cold":
        pytest.skip("this machine was not started by a cold boot")
    history = folder / "history.db"
    entries("record", f"--store={history}")
    database = sqlite3.connect(history)
    with database:
        database.execute("UPDATE boots SET boot_id = 'before', kexec_time = time, kexec_release = '6.6.9'")
    database.close()
    [entry] = entries("record", f"--store={history}")
    release = os.uname().release
    assert entry["KEXEC_LINEAGE_BEFORE"] == ["kexec"] and entry["KEXEC_LINEAGE_LOST"] == ["1"]
    assert entry["KEXEC_LINEAGE_LOST_PREVIOUS_RELEASE"] == [release]
    assert entry["KEXEC_LINEAGE_LOST_RELEASE"] == ["6.6.9"]
    assert entry["MESSAGE"][0].endswith(f"; a kexec from {release} to 6.6.9 was lost: no sign of life of its kernel")
    assert entry["PRIORITY"] == ["5"]


def test_shutdown_writes_no_entry(entries, folder):
    assert entries("record", "--shutdown", f"--store={folder}/history.db") == []


def test_other_roots_write_no_entry(entries, folder):
    for path, text in (("proc/sys/kernel/osrelease", "7.3.4\n"), ("proc/sys/kernel/random/boot_id", "x\n")):
        (folder / "root" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "root" / path).write_text(text)
    for path in ("run", "var/lib"):
        (folder / "root" / path).mkdir(parents=True)
    assert entries(f"--root={folder}/root", "record") == []


def test_catalog_explains_the_entry():
    text = CATALOG.read_text()
    assert re.findall(r"^-- ([0-9a-f]{32})$", text, re.MULTILINE) == \
        re.findall(r'LINEAGE_HOST_JOURNAL_MESSAGE_ID "([0-9a-f]{32})"', HEADER.read_text())
