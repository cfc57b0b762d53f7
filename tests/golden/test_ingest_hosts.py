# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of the host of a log that does not name its host, of `hosts`, and of the correction of a wrong host."""
import gzip
import json
import sqlite3

import pytest

from .conftest import REPOSITORY
from .encode import ENCODERS, HOST, parse

CRASH = (REPOSITORY / "tests/fixtures/crashes/gpf.log").read_bytes()


def console(number, crash=b""):
    """Return the console of a boot. Boots with different numbers have different first lines."""
    lines = [b"[    0.000000] Linux version 6.1.%d (a@b) (gcc) #1 SMP\n" % number]
    lines += [b"[    0.%06d] pci 0000:00:%02d.0\n" % (1000 * n + number, n) for n in range(1, 40)]
    return b"".join(lines) + crash


def put(folder, paths):
    """Make one boot for each path."""
    for number, path in enumerate(paths):
        where = folder / path
        where.parent.mkdir(parents=True, exist_ok=True)
        log = console(number, CRASH)
        where.write_bytes(gzip.compress(log) if where.suffix == ".gz" else log)


def found(tool, *arguments, cwd=None, status=0):
    """Return {number of the boot: host in the events}."""
    got = tool.run("ingest", "--json", *arguments, cwd=cwd)
    assert got.status == status, got
    events = [json.loads(line) for line in got.text.splitlines()]
    return {int(event["release"].split(".")[2]): event["host"] for event in events if event["event"] == "boot"}


LAYOUTS = {
    "consoles": {"web1.log": "web1", "web2.log.1": "web2", "web2.log": "web2", "web3.log.2.gz": "web3", "web4": "web4",
                 "db.example.org": "db.example.org", "10.0.0.1": "10.0.0.1", "10.0.0.2.log": "10.0.0.2",
                 "web5-20240305.log": "web5", "fe80::1.log": "fe80::1", "a b.log": "a_b", "web6.txt": "web6"},
    "folders of hosts": {"web1/kern.log": "web1", "web2/console": "web2", "web3/var/log/messages-20240305": "web3",
                         "web4/dmesg": "web4", "web5/2024-03-05.log": "web5", "web6/syslog.1": "web6",
                         "sosreport-web7-2024-03-05-abcdefg/var/log/kern.log": "web7"},
    "kdump": {"web1-202611260441/dmesg.202611260441": "web1", "web2/202611260441/dmesg.202611260441": "web2",
              "web3/dmesg.202611260442": "web3", "202611260443/dmesg.202611260443": "202611260443",
              "web4-2026-11-26-04:41:00/vmcore-dmesg.txt": "web4",
              "web5/127.0.0.1-2026-11-26-04:41:00/vmcore-dmesg.txt": "web5"},
    "ABRT": {"web1/oops-2024-03-05-09:22:33-812-0/dmesg": "web1", "web2/oops-2024-03-05-09:22:33-812-0/backtrace": "web2",
             "web3/var/spool/abrt/oops-2024-03-05-09:22:34-813-0/dmesg": "web3"},
    "pstore": {"web1/dmesg.txt": "web1", "web2/1700000000/001/dmesg.txt": "web2",
               "web3/var/lib/systemd/pstore/1700000000/dmesg.txt": "web3"},
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_layout(tool, folder, name):
    put(folder / "fleet", LAYOUTS[name])
    assert found(tool, folder / "fleet") == dict(enumerate(LAYOUTS[name].values()))


def test_pstore_parts(tool, folder):
    """If each host has a folder with files as in /sys/fs/pstore, the host is the name of the folder."""
    for number, host in enumerate(("web1", "web2")):
        (folder / "fleet" / host).mkdir(parents=True)
        for part, lines in enumerate((console(number).splitlines(True)[20:], console(number).splitlines(True)[:20]), 1):
            path = folder / "fleet" / host / f"dmesg-efi-17000000000{part}001"
            path.write_bytes(b"Panic#1 Part%d\n" % part + b"".join(b"<4>" + line for line in lines))
    assert found(tool, folder / "fleet") == {0: "web1", 1: "web2"}


def test_operands(tool, folder):
    """Several files get a host each. One file, or standard input, gets no host without --host-from."""
    put(folder, ["web1.log", "web2/kern.log"])
    both = [folder / "web1.log", folder / "web2/kern.log"]
    assert found(tool, *both) == {0: "web1", 1: "web2"}
    assert found(tool, "web1.log", "web2/kern.log", cwd=folder) == {0: "web1", 1: "web2"}
    assert found(tool, both[0]) == {0: None}
    assert found(tool, "--host-from=file", both[0]) == {0: "web1"}
    assert found(tool, "--host-from=dir", *both) == {0: folder.name, 1: "web2"}
    assert found(tool, folder / "web2") == {1: "web2"}
    assert found(tool, "web2", cwd=folder) == {1: "web2"}


def test_host_option_takes_precedence(tool, folder):
    put(folder, ["web1.log", "web2.log"])
    assert found(tool, "--host=h", folder) == {0: "h", 1: "h"}
    assert found(tool, "--host=h", "--host-from=file", folder) == {0: "h", 1: "h"}


def test_records_keep_their_host(tool, folder):
    (folder / "web1.log").write_bytes(ENCODERS["syslog"](parse(console(0))))
    (folder / "web2.log").write_bytes(console(1))
    for option in ("--host=h", "--host-from=file", f"--host-from=({'.' * 40})"):
        assert found(tool, option, folder)[0] == HOST


def test_regex(tool, folder):
    put(folder, ["sol/rack1/web1/serial", "sol/rack2/web2/serial", "sol/other"])
    assert found(tool, "--host-from=/([^/]+)/serial$", folder / "sol") == {0: "web1", 1: "web2", 2: None}


def test_stream_has_one_host(tool, folder):
    """The parts of a rotated log have one host, even if the rotation has cut a boot in two."""
    lines = console(0).splitlines(True)
    (folder / "web1.log.1").write_bytes(b"".join(lines[:20]))
    (folder / "web1.log").write_bytes(b"".join(lines[20:]) + console(1))
    assert found(tool, folder) == {0: "web1", 1: "web1"}


USAGE = {"two groups": "(a)(b)", "no group": "web", "not a regular expression": "([", }


@pytest.mark.parametrize("name", USAGE)
def test_invalid_regex(tool, name):
    got = tool.run("ingest", f"--host-from={USAGE[name]}", "-")
    assert (got.status, got.text) == (2, "") and f"invalid --host-from value '{USAGE[name]}'" in got.talk


# Hosts in a store, and removal -------------------------------------------------------------------

@pytest.fixture
def store(tool, folder):
    """Return a folder of consoles, and the journal of one of the hosts."""
    put(folder / "consoles", ["web1.log", "web2.log", "web3.log"])
    (folder / "journal").write_bytes(
        ENCODERS["journal-json"](parse(console(9, CRASH))).replace(HOST.encode(), b"web2"))
    path = folder / "fleet.db"
    for logs in ("consoles", "journal"):
        assert tool.run("ingest", f"--store={path}", folder / logs).status == 0
    return path


def hosts(tool, path, status=0):
    got = tool.run("--json", "hosts", f"--store={path}")
    assert got.status == status, got
    return [json.loads(line) for line in got.text.splitlines()]


def counts(path):
    """Return the counts in the tables, and the same counts computed from the rows."""
    with sqlite3.connect(path) as database:
        tables = [database.execute(f"SELECT coalesce(sum({column}), 0) FROM {table}").fetchone()[0] for column, table
                  in (("boots", "transitions"), ("crashes", "transitions"), ("crashes", "signatures"))]
        rows = [database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                for table in ("boots", "crashes", "crashes")]
        names = database.execute("SELECT count(*) FROM host_names").fetchone()[0]
    assert tables == rows
    return rows[0], rows[1], names


def test_hosts(tool, store):
    listed = hosts(tool, store)
    assert [(host["host"], host["boots"], host["crashes"]) for host in listed] == [
        ("web1", 1, 1), ("web2", 2, 2), ("web3", 1, 1)]
    assert listed[1]["first"].startswith("2025-12-31T") or listed[1]["first"].startswith("2026-01-01T")
    assert listed[0]["first"] is None and listed[0]["sources"] == ["log"]
    text = tool.run("hosts", f"--store={store}").text.splitlines()
    assert len(text) == 4 and text[0].split()[0] == "host" and text[2].split()[:3] == ["web2", "2", "2"]


def test_names_of_a_host(tool, folder):
    with_id = {"MESSAGE": "Linux version 6.1.0 (a@b) #1", "_TRANSPORT": "kernel", "_HOSTNAME": "web1",
               "_MACHINE_ID": "0" * 31 + "1", "_BOOT_ID": "a" * 32, "__REALTIME_TIMESTAMP": "1767225600000000",
               "_SOURCE_MONOTONIC_TIMESTAMP": "0", "SYSLOG_FACILITY": "0", "PRIORITY": "5"}
    (folder / "journal").write_text("".join(
        json.dumps(dict(with_id, _HOSTNAME=name)) + "\n" for name in ("web1", "web1.example.org")))
    assert tool.run("ingest", f"--store={folder}/s.db", folder / "journal").status == 0
    host = hosts(tool, folder / "s.db")[0]
    if len(host["names"]) == 1:
        pytest.skip("the decoder of the journal does not read machine ids")
    assert host["names"] == ["0" * 31 + "1", "web1", "web1.example.org"]
    text = tool.run("hosts", f"--store={folder}/s.db").text.splitlines()[1]
    assert text.split()[0] == "web1" and text.split()[-2:] == ["0" * 31 + "1", "web1.example.org"]


def test_two_machines_with_one_name(tool, folder):
    """The crashes of a machine find their boots by its machine id."""
    common = {"_TRANSPORT": "kernel", "_HOSTNAME": "web1", "SYSLOG_FACILITY": "0", "PRIORITY": "5"}
    for number in (1, 2):
        lines = [dict(common, MESSAGE=line.text.decode(), _MACHINE_ID=f"{number:032d}", _BOOT_ID=f"{number:032x}",
                      __REALTIME_TIMESTAMP=str(1767225600000000 + line.usec),
                      _SOURCE_MONOTONIC_TIMESTAMP=str(line.usec))
                 for line in parse(console(number, CRASH)) if line.usec is not None]
        (folder / f"{number}.journal").write_text("".join(json.dumps(line) + "\n" for line in lines))
    for _ in range(2):
        got = tool.run("ingest", f"--store={folder}/s.db", folder / "1.journal", folder / "2.journal")
        assert got.status == 0, got
        assert [(host["boots"], host["crashes"]) for host in hosts(tool, folder / "s.db")] == [(1, 1), (1, 1)]


def test_forget_a_host(tool, store):
    before = store.read_bytes()
    dry = tool.run("forget", "--host=web2", "--dry-run", f"--store={store}", env={"TZ": "UTC"})
    assert dry.status == 0 and dry.text.startswith("web2: would remove 2 boots and 2 crashes") and dry.talk == ""
    assert counts(store)[:2] == (4, 4) and store.read_bytes() == before
    got = tool.run("forget", "--host=web2", f"--store={store}")
    assert got.status == 0 and got.text.startswith("web2: removed 2 boots and 2 crashes")
    assert counts(store)[:2] == (2, 2)
    assert [host["host"] for host in hosts(tool, store)] == ["web1", "web3"]


def test_forget_a_boot(tool, store):
    boots = tool.run("--json", "log", "--host=web2", f"--store={store}").json
    got = tool.run("forget", "--host=web2", f"--boot={boots[1]['boot_id'][:8]}", f"--store={store}")
    assert got.status == 0 and "removed 1 boot and 1 crash" in got.text
    assert tool.run("--json", "log", "--host=web2", f"--store={store}").json["boot_id"] == boots[0]["boot_id"]
    again = tool.run("forget", "--host=web2", f"--boot={boots[1]['boot_id']}", f"--store={store}")
    assert (again.status, again.text) == (3, "") and "host 'web2' has no boot" in again.talk
    assert counts(store)[:2] == (3, 3)


def test_forget_nothing(tool, store):
    got = tool.run("forget", "--host=web4", f"--store={store}")
    assert (got.status, got.text) == (3, "") and "did you mean 'web1', 'web2' or another?" in got.talk
    assert tool.run("forget", f"--store={store}").status == 2
    assert tool.run("forget", "--host=web1", f"--store={store}.none").status == 1
    assert counts(store)[:2] == (4, 4)


def test_prune(tool, store):
    """`prune` keeps boots without a time."""
    got = tool.run("prune", "--before=2025-01-01", f"--store={store}")
    assert (got.status, got.text) == (3, "") and "no boot with a known time was last seen before" in got.talk
    got = tool.run("--json", "prune", "--before=2027-01-01", "-n", f"--store={store}")
    assert got.status == 0 and (got.json["host"], got.json["boots"], got.json["removed"]) == ("web2", 1, False)
    assert tool.run("prune", "--before=2027-01-01", f"--store={store}").status == 0
    assert counts(store)[:2] == (3, 3)
    for arguments in ([], ["--before=soon"]):
        assert tool.run("prune", *arguments, f"--store={store}").status == 2


def test_mistaken_host_of_a_fleet(tool, folder, store):
    """Forget the wrong host and read the logs again: the store is the same as without the mistake."""
    right = [(host["host"], host["boots"], host["crashes"]) for host in hosts(tool, store)]
    put(folder / "wrong", ["web1.log", "web2.log", "web3.log", "web4.log"])
    assert tool.run("ingest", f"--store={store}", "--host=oops", folder / "wrong").status == 0
    assert [host["host"] for host in hosts(tool, store)] == ["oops", "web1", "web2", "web3"]
    assert tool.run("forget", "--host=oops", f"--store={store}").status == 0
    assert [(host["host"], host["boots"], host["crashes"]) for host in hosts(tool, store)] == right
    assert tool.run("ingest", f"--store={store}", folder / "wrong").status == 0
    assert [(host["host"], host["boots"]) for host in hosts(tool, store)] == [
        ("web1", 1), ("web2", 2), ("web3", 1), ("web4", 1)]


def test_log_refers_to_hosts(tool, store):
    got = tool.run("log", f"--store={store}")
    assert got.status == 3 and "kexec-lineage hosts" in got.talk


# Messages ----------------------------------------------------------------------------------------

def test_summary(tool, folder):
    put(folder / "fleet", ["web1.log", "web2.log"])
    (folder / "fleet/notes.txt").write_text("no log at all\n")
    (folder / "fleet/package.json").write_text('{"name": "x", "PRIORITY": "many", "_BOOT_ID": 5}\n' * 3)
    (folder / "fleet/empty").write_bytes(b"")
    got = tool.run("ingest", "--json", folder / "fleet")
    assert got.status == 0 and got.talk == (
        "kexec-lineage: read 5 files, 3 skipped: no kernel log found (use --verbose for details)\n")
    loud = tool.run("ingest", "--json", "-v", folder / "fleet")
    assert loud.out == got.out
    assert sorted(line.rpartition("/")[2] for line in loud.talk.splitlines()[:3]) == [
        "empty: empty", "notes.txt: no kernel log found; if the input is a kernel log, give --encoding=NAME",
        "package.json: a JSON object has no known message field and was skipped; name the field with "
        "--field-message=NAME (3 times, first at byte 0)"]
    assert loud.talk.splitlines()[3:] == ["kexec-lineage: read 5 files, 3 skipped: no kernel log found"]


def test_invalid_lines_are_counted(tool, folder):
    log = ENCODERS["journal-json"](parse(console(0))).splitlines(True)
    (folder / "a.log").write_bytes(b"".join(log[:10] + [b"{broken\n"] * 300 + log[10:]))
    (folder / "b.log").write_bytes(console(1))
    got = tool.run("ingest", folder)
    assert got.status == 0 and got.talk == "kexec-lineage: read 2 files, 1 with invalid lines (use --verbose for details)\n"
    assert "a.log: a line is not a JSON object" in tool.run("ingest", "--verbose", folder).talk


def test_failures_are_named(tool, folder):
    """The number of failures that are named is limited."""
    put(folder / "fleet", ["web1.log"])
    for number in range(30):
        (folder / f"fleet/cut{number}.gz").write_bytes(gzip.compress(console(number))[:-20])
    got = tool.run("ingest", "--json", folder / "fleet")
    lines = got.talk.splitlines()
    assert got.status == 1 and len(lines) == 11 and "31 files, 30 failed (use --verbose" in lines[-1]
    assert len(tool.run("ingest", "--json", "-v", folder / "fleet").talk.splitlines()) == 31


NOTHING = {
    "empty": (b"", "the input is empty"),
    "no log": (b"no log at all\n",
               "no line looks like a kernel log line; if the input is a kernel log, give --encoding=NAME"),
    "JSON, but no log": (b'{"name": "x", "PRIORITY": "many"}\n',
                         "JSON without a known message field (1 times); if it is a log, name the field"),
    "the middle of a boot": (b"[    5.000000] usb 1-1: new device\n", "the kernel log starts after the first line"),
}


@pytest.mark.parametrize("name", NOTHING)
def test_nothing_found(tool, name):
    log, why = NOTHING[name]
    got = tool.run("ingest", "-", stdin=log)
    assert (got.status, got.text) == (3, "")
    assert len(got.talk.splitlines()) == 1 and f"no boot and no crash found: {why}" in got.talk


def test_a_single_log_needs_no_summary(tool):
    got = tool.run("ingest", "-", stdin=console(0))
    assert (got.status, got.talk) == (0, "")
