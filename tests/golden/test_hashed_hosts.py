# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of Hosts=hashed: a store contains keyed hashes instead of host names and machine ids."""
import hashlib
import hmac
import json
import os

import pytest

from .machine import Machine
from .system import HOST_NAME, MACHINE_ID, OLDER, RELEASE, cold, kexeced, put, stamp
from .test_ingest import banner, log_of

KEY = "var/lib/kexec-lineage/host-key"
CONFIG = "etc/kexec-lineage.conf"


def hashed(name, key):
    """Return the name of a host in the store, computed as the manual says."""
    return "hashed-" + hmac.new(bytes.fromhex(key), name.encode(), hashlib.sha256).hexdigest()[:32]


def journal(host, crash=b""):
    """Return a log with the host and the machine id of its machine, as journalctl -o json prints it."""
    lines = (banner(RELEASE, f"ro {stamp(1, OLDER, made_for=RELEASE)}") + crash).decode().splitlines()
    return "".join(json.dumps({"_HOSTNAME": host, "_MACHINE_ID": MACHINE_ID, "_TRANSPORT": "kernel",
                               "_BOOT_ID": "00000000000040008000000000000009", "MESSAGE": line.split("] ", 1)[1],
                               "__REALTIME_TIMESTAMP": str(1764000000000000 + number),
                               "_SOURCE_MONOTONIC_TIMESTAMP": str(number)}) + "\n"
                   for number, line in enumerate(lines)).encode()


def content(path):
    """Return every byte of a store."""
    return b"".join(file.read_bytes() for file in sorted(path.parent.glob(f"{path.name}*")))


def expect_no_name(path):
    """Expect that the store has no clear name."""
    found = content(path)
    assert b"hashed-" in found
    for name in (HOST_NAME, MACHINE_ID, "web2"):
        assert name.encode() not in found, name


@pytest.fixture
def machine(tool, folder):
    machine = Machine(tool, folder / "machine")
    machine.boot(cold(release=OLDER)).record().record("--shutdown")
    machine.boot(kexeced(cmdline=f"ro {stamp(1, OLDER, made_for=RELEASE)}")).record()
    put(machine.root / CONFIG, "Hosts=hashed\n")
    return machine


def run(machine, *arguments, status=0, talk="", stdin=b""):
    got = machine.run(*arguments, stdin=stdin)
    assert (got.status, got.talk) == (status, talk), got
    return got.text


def hosts(machine, store, *options):
    return [json.loads(line) for line in run(machine, "--json", "hosts", f"--store={store}", *options).splitlines()]


def test_names_are_hashed(machine, folder):
    """send and ingest write the same hashes, so that the machine stays one host."""
    store = folder / "fleet.db"
    run(machine, "send", f"--to={store}")
    key = (machine.root / KEY).read_text()
    assert len(key) == 65 and key.endswith("\n")
    assert (machine.root / KEY).stat().st_mode & 0o7777 == 0o600
    assert list((machine.root / KEY).parent.glob("host-key*")) == [machine.root / KEY]
    run(machine, "ingest", f"--store={store}", "-", stdin=journal(HOST_NAME, log_of("gpf")))
    run(machine, "ingest", f"--store={store}", "--host=web2", "-", stdin=banner() + log_of("null-dereference"))
    expect_no_name(store)
    names = {name: hashed(name, key.strip()) for name in (HOST_NAME, MACHINE_ID, "web2")}
    found = {host["host"]: host for host in hosts(machine, store)}
    assert set(found) == {names[MACHINE_ID], names["web2"]}
    assert found[names[MACHINE_ID]]["names"] == sorted([names[MACHINE_ID], names[HOST_NAME]])
    assert found[names[MACHINE_ID]]["boots"] == 3
    assert (machine.root / KEY).read_text() == key
    assert key.strip().encode() not in content(store)
    assert MACHINE_ID.encode() in content(machine.history) and b"hashed-" not in content(machine.history)


def test_clear_names_are_accepted(machine, folder):
    store = folder / "fleet.db"
    run(machine, "ingest", f"--store={store}", "-", stdin=journal(HOST_NAME))
    run(machine, "ingest", f"--store={store}", "--host=web2", "-", stdin=banner())
    stored = hashed("web2", (machine.root / KEY).read_text().strip())
    for name in ("web2", stored):
        assert [host["host"] for host in hosts(machine, store, f"--host={name}")] == [stored]
        assert json.loads(run(machine, "--json", "log", f"--host={name}", f"--store={store}"))["host"] == stored
        assert "would remove 1 boot" in run(machine, "forget", f"--host={name}", "-n", f"--store={store}")
    for name in (HOST_NAME, MACHINE_ID):
        assert json.loads(run(machine, "--json", "log", f"--host={name}", f"--store={store}"))["release"] == RELEASE
    assert json.loads(run(machine, "--json", "log", f"--store={store}"))["release"] == RELEASE
    assert run(machine, "log", f"--host={HOST_NAME}")  # the history of the machine has clear names
    run(machine, "forget", "--host=web2", f"--store={store}")
    run(machine, "forget", "--host=web2", f"--store={store}", status=3,
        talk=f"kexec-lineage: forget: the store has no boot of host 'web2' ({stored})\n")
    run(machine, "hosts", "--host=web2", f"--store={store}", status=3,
        talk="kexec-lineage: hosts: the store has no boot of host 'web2'\n")


def test_history_by_another_path(machine, folder):
    """The history of a machine has clear names, whatever path names it."""
    os.symlink(machine.history, folder / "mine.db")
    run(machine, "ingest", f"--store={folder}/mine.db", "--host=web2", "-", stdin=banner())
    assert not (machine.root / KEY).exists()
    assert b"web2" in content(machine.history)


def test_another_key_is_another_host(machine, folder):
    """With another key, the cursor does not apply, and the machine becomes another host. send always sends the last
    twenty boots again, so the history has more."""
    machine.sql("INSERT INTO boots (host, boot_id, release, boot, previous, chain_is_complete)"
                f" SELECT '{MACHINE_ID}', 'id' || value, 1, 'cold', 0, 0 FROM json_each('[{','.join(map(str, range(38)))}]')")
    store = folder / "fleet.db"
    options = (f"--to={store}", f"--cursor-file={folder}/sent")
    run(machine, "send", *options)
    first = hosts(machine, store)
    (machine.root / KEY).unlink()
    run(machine, "send", *options)
    both = hosts(machine, store)
    assert len(first) == 1 and len(both) == 2 and {host["boots"] for host in both} == {40}
    run(machine, "send", *options)
    assert hosts(machine, store) == both
    expect_no_name(store)


BAD_KEYS = [("0123\n", 0o600, "not a key of host names (expected a line of 64 hexadecimal digits); nothing was sent or read"),
            ("", 0o600, "not a key of host names (expected a line of 64 hexadecimal digits); nothing was sent or read"),
            (f"{'0a' * 32}\n", 0o644, "other users have permissions for this key: run 'chmod 600', and make a new key if "
                                      "it was disclosed; nothing was sent or read")]


@pytest.mark.parametrize("text, mode, why", BAD_KEYS)
def test_bad_key(machine, folder, text, mode, why):
    """With a bad key, nothing is sent, and the target is not even created."""
    put(machine.root / KEY, text)
    (machine.root / KEY).chmod(mode)
    talk = f"kexec-lineage: {machine.root}/{KEY}: {why}\n"
    run(machine, "send", f"--to={folder}/fleet.db", status=1, talk=talk)
    run(machine, "ingest", f"--store={folder}/fleet.db", "-", status=1, talk=talk, stdin=journal(HOST_NAME))
    run(machine, "log", f"--store={folder}/fleet.db", "--host=web1", status=1, talk=talk)
    assert not (folder / "fleet.db").exists()
    assert (machine.root / KEY).read_text() == text


def test_unreadable_key(machine, folder, unprivileged):
    """A user who cannot read the key sends nothing."""
    run(machine, "send", f"--to={folder}/fleet.db")
    os.chmod(machine.root / CONFIG, 0o644)
    got = unprivileged.on(machine.root, "ingest", f"--store={folder}/new.db", "-", stdin=journal(HOST_NAME))
    if got.status == 0:
        pytest.skip("this user may read every file")
    assert (got.status, got.talk) == (1, f"kexec-lineage: {machine.root}/{KEY}: Permission denied; nothing was sent or read\n")
    assert not (folder / "new.db").exists()


def test_readers_make_no_key(machine, folder):
    store = folder / "fleet.db"
    run(machine, "send", f"--to={store}")
    (machine.root / KEY).unlink()
    for command in (["log"], ["forget", "--host=web1"], ["hosts", "--host=web1"]):
        run(machine, *command, f"--store={store}", status=1,
            talk=f"kexec-lineage: {machine.root}/{KEY}: there is no key, so hosts cannot be found by name: copy the key of "
                 "the fleet to this file\n")
    assert not (machine.root / KEY).exists()
    assert len(hosts(machine, store)) == 1


@pytest.mark.parametrize("line", ["Hosts=hash", "hosts=hashed", "Hosts=HASHED"])
def test_invalid_configuration(machine, folder, line):
    put(machine.root / CONFIG, f"{line}\n")
    for command in (["send", f"--to={folder}/fleet.db"], ["ingest", f"--store={folder}/fleet.db", "-"],
                    ["copy", f"--from={machine.history}", f"--to={folder}/fleet.db"]):
        run(machine, *command, status=1, stdin=journal(HOST_NAME),
            talk=f"kexec-lineage: {machine.root}/{CONFIG}:1: invalid line (expected Store=URL, Hosts=hashed or clear, "
                 "Policy=FILE, OnPolicy=warn or refuse, PolicyKey=FILE, KnownBugs=FILE, or a comment after #)\n")
    assert not (folder / "fleet.db").exists()


def test_copy_refuses_clear_names(machine, folder):
    """copy does not compute hashes: it refuses a store with a clear name before it writes a row."""
    run(machine, "copy", f"--from={machine.history}", f"--to={folder}/copy.db", status=1,
        talk=f"kexec-lineage: copy: the source has the host name '{MACHINE_ID}', and Hosts=hashed is set: ingest the logs "
             "into the target, or set Hosts=clear in /etc/kexec-lineage.conf\n")
    assert MACHINE_ID.encode() not in content(folder / "copy.db")
    run(machine, "send", f"--to={folder}/fleet.db")
    assert "2 boots were new" in run(machine, "copy", f"--from={folder}/fleet.db", f"--to={folder}/copy.db")
    expect_no_name(folder / "copy.db")
    # A host that is only known from a log has no row in the table of names.
    put(machine.root / CONFIG, "Hosts=clear\n")
    run(machine, "ingest", f"--store={folder}/logs.db", "--host=web2", "-", stdin=banner())
    put(machine.root / CONFIG, "Hosts=hashed\n")
    got = machine.run("copy", f"--from={folder}/logs.db", f"--to={folder}/other.db")
    assert got.status == 1 and "the host name 'web2'" in got.talk
    assert b"web2" not in content(folder / "other.db")
