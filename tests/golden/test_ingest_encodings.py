# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that a known log in every wrapper and every kind of JSON gives the same boots and crashes as the bare log."""
import json
import os
import random
import shutil
import sqlite3
import subprocess
from datetime import timedelta

import pytest

from .encode import parse, stamp
from .encode_json import JSON
from .encode_wrappers import UNKNOWN, WRAPPERS, Wrapper, random_host, random_start, wrap
from .test_ingest import EXPECTED, log_of

SEED = int(os.environ.get("KEXEC_LINEAGE_SEED", "15"))
ROUNDS = int(os.environ.get("KEXEC_LINEAGE_ROUNDS", "2"))
FACTS = ("release", "title", "frame", "module", "signature")


def boot_lines(release):
    log = (f"[    0.000000] Linux version {release} (build@lab) (gcc (Debian 12.2.0-14) 12.2.0) #1 SMP Debian\n"
           f"[    0.000000] Command line: root=/dev/vda ro\n[    0.000007] DMI: Acme Turbo/Board 7, BIOS 1.0 01/01/2020\n"
           f"[    1.400000] acme 0000:00:04.0: link is up\n")
    return parse(log.encode())


def crash_lines(name, at_us):
    """Return the crash report of a fixture, with the given kernel release and uptime."""
    lines = parse(log_of(name))
    first = min(line.usec for line in lines if line.usec is not None)
    return [type(line)((line.usec - first if line.usec is not None else 0) + at_us, None, line.text) for line in lines
            if not line.text.startswith((b"Linux version", b"Command line"))]


def log_with(name, release, at_us):
    return boot_lines(release) + crash_lines(name, at_us)


def events(tool, data, *options):
    got = tool.run("ingest", "--json", *options, "-", stdin=data)
    assert got.status in (0, 3), got
    return [json.loads(line) for line in got.text.splitlines()]


def facts(found):
    return [(event["event"], *(event.get(fact) for fact in FACTS)) for event in found]


def bare(tool, lines):
    return facts(events(tool, b"".join(stamp(line) + line.text + b"\n" for line in lines)))


def names_of_crashes():
    return [name for name in sorted(EXPECTED) if name not in {"no-frame"}]


def cases(kind):
    rng = random.Random(f"{SEED} {kind}")
    for _ in range(ROUNDS):
        yield rng, rng.choice(names_of_crashes()), rng.choice(["6.1.0-18-acme", "7.3.4+deb13-amd64", "5.15.150"])


@pytest.mark.parametrize("kind", WRAPPERS)
def test_wrapper(tool, kind):
    wrapper = WRAPPERS[kind]
    for rng, name, release in cases(kind):
        lines, host = log_with(name, release, rng.randrange(2, 5000) * 1000000), random_host(rng)
        found = events(tool, b"".join(wrap(wrapper, lines, host, random_start(rng))))
        assert facts(found) == bare(tool, lines), (kind, name)
        assert {event["host"] for event in found} == {host if wrapper.has_host else None}


@pytest.mark.parametrize("kind", JSON)
def test_json(tool, kind):
    encode, has_host = JSON[kind]
    for rng, name, release in cases(kind):
        lines, host = log_with(name, release, rng.randrange(2, 5000) * 1000000), random_host(rng)
        found = events(tool, encode(lines, host, random_start(rng)))
        assert facts(found) == bare(tool, lines), (kind, name)
        assert {event["host"] for event in found} == {host if has_host else None}


def mix(rng, pieces):
    """Return two logs as a collector writes them: their lines alternate, and each log stays in order."""
    left, out = [list(piece) for piece in pieces], []
    while any(left):
        piece = rng.choice([piece for piece in left if piece])
        out.append(piece.pop(0))
    return b"".join(out)


def two_hosts(rng, wrapper):
    names = rng.sample(names_of_crashes(), 2)
    hosts = ["web1", "web2"]
    logs = [log_with(name, release, 900000000) for name, release in zip(names, ["6.1.0-18-acme", "6.1.0-22-acme"])]
    start = random_start(rng)
    return logs, hosts, mix(rng, [wrap(wrapper, log, host, start) for log, host in zip(logs, hosts)])


@pytest.mark.parametrize("kind", [kind for kind, wrapper in WRAPPERS.items() if wrapper.has_host])
def test_two_hosts(tool, kind):
    rng = random.Random(f"{SEED} two {kind}")
    logs, hosts, data = two_hosts(rng, WRAPPERS[kind])
    found = events(tool, data)
    for log, host in zip(logs, hosts):
        assert facts(event for event in found if event["host"] == host) == bare(tool, log), (kind, host)


@pytest.mark.parametrize("kind", UNKNOWN)
def test_two_hosts_in_an_unknown_prefix(tool, kind):
    """Each crash is assigned to the kernel of its own machine, although an unknown prefix gives no host name."""
    rng = random.Random(f"{SEED} unknown {kind}")
    logs, _, data = two_hosts(rng, Wrapper(UNKNOWN[kind]))
    found = events(tool, data)
    assert {event["host"] for event in found} == {None}
    assert sorted(facts(found), key=str) == sorted(bare(tool, logs[0]) + bare(tool, logs[1]), key=str)


def test_two_instances_in_one_export(tool):
    rng = random.Random(SEED)
    logs = [log_with(name, release, 900000000) for name, release in
            zip(rng.sample(names_of_crashes(), 2), ["6.1.0-18-acme", "6.1.0-22-acme"])]
    for kind in ("Vector file", "Filebeat", "GCP lines", "GELF", "logcli", "Splunk"):
        encode = JSON[kind][0]
        pieces = [[row + b"\n" for row in encode(log, host, random_start(rng)).splitlines()]
                  for log, host in zip(logs, ("web1", "web2"))]
        found = events(tool, mix(rng, pieces))
        for log, host in zip(logs, ("web1", "web2")):
            assert facts(event for event in found if event["host"] == host) == bare(tool, log), (kind, host)


@pytest.mark.parametrize("before", [b"\0" * 700, b"\0" * 70000, b"\0" * 700000, b"link is do" + b"\0" * 4096],
                         ids=["700", "70000", "700000", "inside a line"])
@pytest.mark.parametrize("kind", ["syslog", "kernel's own"])
def test_nuls_after_a_power_loss(tool, before, kind):
    rng = random.Random(SEED)
    lines, start = log_with("null-dereference", "6.1.0-22-acme", 9000000), random_start(rng)
    wrapper = WRAPPERS["syslog"] if kind == "syslog" else Wrapper(lambda *_: "")
    old = boot_lines("6.1.0-18-acme")
    data = b"".join(wrap(wrapper, old, "web1", start - timedelta(days=1))) + before + b"".join(wrap(wrapper, lines,
            "web1", start))
    assert facts(events(tool, data)) == bare(tool, old) + bare(tool, lines)


@pytest.mark.parametrize("output", ["worker 7: 12 of 90", "[  OK  ] Stopped target Timers.", "[root@lab ~]# ",
        "lab login: ",
                                    "50%\r", "\033[1;31mstate\033[0m ", "a" * 700, "[1/3] cc main.o"],
                         ids=range(8))
def test_glued_to_output(tool, output):
    lines = log_with("null-dereference", "6.1.0-22-acme", 9000000)
    rows = [stamp(line) + line.text + b"\n" for line in lines]
    rows[4] = output.encode() + rows[4]
    rows[7:7] = [b"the rest of the output\n"]
    assert facts(events(tool, b"".join(rows))) == bare(tool, lines)


def test_broadcasts(tool):
    lines = log_with("null-dereference", "6.1.0-22-acme", 9000000)
    for head, tag in (("\nMessage from syslogd@web1 at Mar  5 09:24:22 ...\n", " kernel:"),
                      ("\nBroadcast message from systemd-journald@web1 (Tue 2024-03-05 09:24:22 UTC):\n\n",
                              "kernel[1]: ")):
        data = b"".join(head.encode() + tag.encode() + stamp(line) + line.text + b"\n\n" for line in lines)
        found = events(tool, data)
        assert facts(found) == bare(tool, lines)
        assert {event["host"] for event in found} == {"web1"}


def test_named_fields(tool):
    lines = log_with("null-dereference", "6.1.0-22-acme", 9000000)
    rows = [{"a": {"said": (stamp(line) + line.text).decode()}, "box": "web1", "message": "not this",
            "at": "2024-03-05T09:14:00Z"}
            for line in lines]
    data = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
    found = events(tool, data, "--encoding=json", "--field-message=a.said", "--field-host=box", "--field-time=at")
    assert facts(found) == bare(tool, lines)
    assert {event["host"] for event in found} == {"web1"}
    assert found[-1]["time"].startswith("2024-03-05T09:14:00")


def test_missing_message_is_reported(tool):
    got = tool.run("ingest", "-", stdin=b'{"host":"web1","said":"BUG: x"}\n{"host":"web1","said":"y"}\n')
    assert got.status == 3
    assert "--field-message" in got.talk and "2 times" in got.talk


@pytest.mark.parametrize("command", [["bzip2", "-c"], ["lz4", "-c"]])
def test_other_compression_is_refused(tool, command, tmp_path):
    try:
        data = subprocess.run(command, input=log_of("null-dereference"), capture_output=True, check=True).stdout
    except FileNotFoundError:
        pytest.skip(f"no {command[0]}")
    got = tool.run("ingest", "-", stdin=data)
    assert got.status == 1 and f"{command[0]} -dc" in got.talk


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("mark", ["", "\ufeff", "\ufeffJournal de b\u00e9b\u00e9\r\n"])
def test_utf16_is_refused(tool, codec, mark, folder):
    """Only a part of the events would be found in UTF-16. The command of the message makes the log readable."""
    text = log_of("null-dereference").decode()
    (folder / "a.log").write_bytes((mark + text).encode(codec))
    got = tool.run("ingest", folder / "a.log")
    name = "UTF-16" if mark else codec.upper().replace("-LE", "LE").replace("-BE", "BE")
    assert got.status == 1 and got.out == b"" and f"iconv -f {name} -t UTF-8 FILE" in got.talk
    data = subprocess.run(["iconv", "-f", name, "-t", "UTF-8", folder / "a.log"], capture_output=True,
                          check=True).stdout
    assert data.decode().lstrip("\ufeff").endswith(text)
    assert len(events(tool, data)) == len(events(tool, text.encode()))


def test_a_database_is_no_log(tool, folder):
    """A store in the folder of the logs has their text, also in its write-ahead log and its journal."""
    (folder / "web1.log").write_bytes(log_of("null-dereference"))
    store = f"--store={folder}/fleet.db"
    assert tool.run("ingest", store, folder).status == 0
    hosts = tool.run("hosts", store).out
    database = sqlite3.connect(folder / "fleet.db")
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("UPDATE boots SET host = host")
    database.commit()
    assert (folder / "fleet.db-wal").stat().st_size > 0
    (folder / "old.db-journal").write_bytes(bytes.fromhex("d9d505f920a163d7") + (folder / "web1.log").read_bytes())
    got = tool.run("ingest", store, folder)
    assert got.status == 0 and "read 5 files, 4 skipped" in got.talk
    assert tool.run("hosts", store).out == hosts
    named = tool.run("ingest", "--verbose", folder).talk
    for name in ["fleet.db", "fleet.db-wal", "fleet.db-shm", "old.db-journal"]:
        assert f"/{name}: an SQLite database, not a log" in named
    alone = tool.run("ingest", folder / "fleet.db")
    assert alone.status == 3 and "an SQLite database is not a log" in alone.talk
    database.close()


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_archives_are_refused(tool, kind, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in/console.log").write_bytes(log_of("null-dereference"))
    path = shutil.make_archive(tmp_path / "logs", kind, tmp_path / "in")
    got = tool.run("ingest", path)
    assert got.status == 1 and {"zip": "unzip -p", "tar": "tar -xf"}[kind] in got.talk
