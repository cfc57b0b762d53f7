# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of `listen` with real sockets: both forms of netconsole give the events that `ingest` finds in the same log."""
import random
import re
import shutil
import socket
import sqlite3
import subprocess

import pytest

from .conftest import REPOSITORY
from .encode import parse, stamp
from .netconsole import LOOP, Listener, basic, extended, metrics, wait_for
from .test_ingest import EXPECTED, log_of
from .test_ingest_encodings import FACTS, events

REFERENCE = REPOSITORY / "docs/reference"
METRIC = re.compile(r"^\| `(kexec_lineage_\w+)` \|([^|]*)\|([^|]*)\|$", re.MULTILINE)
ADDRESSES = [f"127.1.{high}.{low}" for high in range(1, 5) for low in range(1, 100)]
LIMIT_S = 2  # a crash must be in the store within this time of its last line
FORMS = {
    "basic": basic,
    "extended": extended,
    "release": lambda lines: extended(lines, "6.12.9"),
    "fragments": lambda lines: extended(lines, chunk=40),
    "both": lambda lines: extended(lines[:7]) + basic(lines[7:]),
}


def crash_lines(name):
    """Return the lines of a fixture that have a time; netconsole of a kernel without printk times is tested below."""
    return [line for line in parse(log_of(name)) if line.usec is not None]


def crashes(found):
    return [(event["host"], *(event[fact] for fact in FACTS if fact != "release")) for event in found
            if event["event"] == "crash"]


def of_ingest(tool, lines, host):
    log = b"".join(stamp(line) + line.text + b"\n" for line in lines)
    return crashes(events(tool, log, f"--host={host}"))


@pytest.mark.parametrize("form", FORMS)
def test_same_crashes_as_ingest(tool, form):
    """Each crash has its own sender, and the datagrams of all senders are mixed."""
    logs = {address: crash_lines(name) for address, name in zip(ADDRESSES, sorted(EXPECTED))}
    logs = {address: lines for address, lines in logs.items() if lines}
    assert len(logs) > 20
    waiting = {address: FORMS[form](lines) for address, lines in logs.items()}
    rng = random.Random(form)
    with Listener(tool) as listener:
        while waiting:
            address = rng.choice(sorted(waiting))
            listener.send(address, waiting[address][:4])
            waiting[address] = waiting[address][4:]
            if not waiting[address]:
                del waiting[address]
        found, talk = listener.stop()
    assert sorted(crashes(found)) == sorted(crash for address, lines in logs.items()
                                            for crash in of_ingest(tool, lines, address))
    assert "dropped datagrams: 0\n" in talk and "gaps" not in talk


def rows(path, query):
    if not path.exists():
        return []
    store = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)
    try:
        return store.execute(query).fetchall()
    except sqlite3.OperationalError:  # the schema is not complete yet
        return []
    finally:
        store.close()


def test_store_within_two_seconds(tool, tmp_path):
    """The crash of a machine that prints nothing more is in the store in time. A busy machine gets several tries."""
    path = tmp_path / "fleet.db"
    took = []
    with Listener(tool, f"--store={path}") as listener:
        for count, address in enumerate(ADDRESSES[:5], 1):
            listener.send(address, basic(crash_lines("null-dereference")))
            found, seconds = wait_for(lambda: len(rows(path, "SELECT 1 FROM crashes")) == count)
            assert found
            took.append(seconds)
            if seconds < LIMIT_S:
                break
        listener.stop()
    assert min(took) < LIMIT_S
    assert rows(path, "SELECT DISTINCT host FROM boots") == [(ADDRESSES[0],)]


@pytest.fixture
def locked(tool, tmp_path):
    """A store that another program has locked, with a running `listen` to which a crash was sent."""
    path = tmp_path / "fleet.db"
    with Listener(tool, f"--store={path}") as listener:
        wait_for(lambda: rows(path, "SELECT 1 FROM sqlite_master WHERE name = 'crashes'"))
        other = sqlite3.connect(path, isolation_level=None, timeout=60)
        other.execute("BEGIN IMMEDIATE")
        listener.send(ADDRESSES[0], basic(crash_lines("gpf")))
        for line in listener.process.stderr:
            if b"events are kept in memory" in line:
                break
        yield path, listener, other
        other.close()


def test_store_fails_for_some_time(locked):
    path, listener, other = locked
    listener.send(ADDRESSES[1], basic(crash_lines("bug-at")))
    other.execute("ROLLBACK")
    found, _ = wait_for(lambda: len(rows(path, "SELECT 1 FROM crashes")) == 2)
    assert found
    assert rows(path, "SELECT host FROM boots ORDER BY host") == [(ADDRESSES[0],), (ADDRESSES[1],)]
    _, talk = listener.stop()
    assert "the store works again" in talk


def test_store_fails_until_the_end(locked):
    path, listener, _ = locked
    _, talk = listener.stop(status=1)
    assert re.search(r"listen: [1-9] events were not stored", talk)
    assert rows(path, "SELECT 1 FROM crashes") == []


@pytest.fixture
def names(tmp_path):
    path = tmp_path / "hosts"
    path.write_text("# a comment\n\n127.1.1.1 web1 web1.example.org # alias\n::ffff:127.1.1.2\tweb2\n")
    return path


def test_names_of_senders(tool, names):
    lines = crash_lines("gpf")
    with Listener(tool, f"--hosts={names}") as listener:
        for address in ADDRESSES[:3]:
            listener.send(address, basic(lines))
        found, _ = listener.stop()
    assert sorted(event["host"] for event in found if event["event"] == "crash") == ["127.1.1.3", "web1", "web2"]


def test_only_known_senders(tool, names, tmp_path):
    lines = crash_lines("gpf")
    textfile = tmp_path / "listen.prom"
    with Listener(tool, f"--hosts={names}", "--only-known", f"--metrics={textfile}") as listener:
        for address in ADDRESSES[:3]:
            listener.send(address, basic(lines))
        found, talk = listener.stop()
    assert sorted(event["host"] for event in found if event["event"] == "crash") == ["web1", "web2"]
    assert f"dropped datagrams: {len(lines)}, {len(lines)} from unknown senders" in talk
    counts = metrics(textfile)
    assert counts['kexec_lineage_listen_dropped_datagrams_total{reason="unknown"}'] == len(lines)
    assert counts["kexec_lineage_listen_datagrams_total"] == 2 * len(lines)
    assert counts["kexec_lineage_listen_crashes_total"] == 2


def test_metrics_are_documented(tool, tmp_path):
    textfile = tmp_path / "listen.prom"
    with Listener(tool, f"--metrics={textfile}") as listener:
        listener.stop()
    text = textfile.read_text()
    printed = {name: set() for name in re.findall(r"^# TYPE (\S+)", text, re.MULTILINE)}
    for name, label, value in re.findall(r"^(\w+)\{(\w+)=\"(\w+)\"\} ", text, re.MULTILINE):
        printed[name] |= {label, value}
    table = METRIC.findall((REFERENCE / "metrics.md").read_text().partition("## listen")[2].partition("## triage")[0])
    documented = {name: set(re.findall(r"`(\w+)`", labels + values)) for name, labels, values in table}
    assert printed == documented


def test_kernel_without_printk_times(tool):
    """Two boots with equal lines stay two boots."""
    lines = [b"Linux version 6.1.0 (a@b) (gcc) #1 SMP\n", b"Command line: quiet\n"]
    crash = [line.text + b"\n" for line in crash_lines("gpf")]
    with Listener(tool) as listener:
        for _ in range(2):
            listener.send(ADDRESSES[0], lines + crash)
        found, _ = listener.stop()
    boots = [event for event in found if event["event"] == "boot"]
    assert len(boots) == 2 and len({boot["boot_id"] for boot in boots if "boot_id" in boot}) != 1
    assert [event["title"] for event in found if event["event"] == "crash"] == [EXPECTED["gpf"]["title"]] * 2
    assert all(event["time"] for event in found if event["event"] == "crash")


BAD_OPTIONS = [
    (["--netconsole=host.example:1"], 2, "invalid --netconsole value 'host.example:1'"),
    (["--netconsole=[::1"], 2, "invalid --netconsole value"),
    (["--netconsole=127.0.0.1:"], 2, "invalid --netconsole value"),
    (["--netconsole=127.0.0.1:99999999"], 2, "invalid --netconsole value"),
    (["--netconsole=192.0.2.1:6666"], 1, "use an address of this machine"),
    ([], 2, "missing --netconsole=ADDRESS:PORT, and systemd passed no socket"),
    (["--netconsole=127.0.0.1", "--only-known"], 2, "--only-known needs --hosts=FILE"),
    (["--netconsole=127.0.0.1", "--hosts=/nowhere"], 1, "cannot read /nowhere"),
    (["--netconsole=127.0.0.1", "--senders=0"], 2, "invalid --senders value '0'"),
    (["--netconsole=127.0.0.1", "--label=x"], 2, "--label needs a store"),
]


@pytest.mark.parametrize("options, status, message", BAD_OPTIONS)
def test_bad_options(tool, options, status, message):
    got = tool.run("listen", *options, env={"LISTEN_FDS": None, "LISTEN_PID": None})
    assert (got.status, got.out) == (status, b"") and message in got.talk, got
    assert got.talk.count("\n") == 1


@pytest.mark.parametrize("line, message", [("web1\n", "name is missing"), ("web1 web2\n", "invalid address"),
                                           ("127.0.0.1 a/b\n", "invalid host name")])
def test_bad_names(tool, tmp_path, line, message):
    path = tmp_path / "hosts"
    path.write_text(f"127.0.0.9 fine\n{line}")
    got = tool.run("listen", "--netconsole=127.0.0.1", f"--hosts={path}")
    assert got.status == 1 and "hosts:2: " in got.talk and message in got.talk


@pytest.mark.parametrize("line, is_fine", [("192.0.2.9 fine other", True), ("::ffff:192.0.2.9 fine", True),
                                           ("192.0.2.9 Fine", True), ("127.0.0.1 other", True), ("::1 other", True),
                                           ("192.0.2.9 other", False), ("::ffff:192.0.2.9 other", False)])
def test_two_names_of_an_address(tool, tmp_path, line, is_fine):
    path = tmp_path / "hosts"
    path.write_text(f"127.0.0.1 localhost\n::1 localhost\n192.0.2.9 fine\n192.0.2.8 other\n{line}\n")
    got = tool.run("listen", "--netconsole=nowhere:1", f"--hosts={path}")
    assert "nowhere" in got.talk or not is_fine, got.talk
    assert ("192.0.2.9 has two names, 'fine' and 'other'" in got.talk
            or "192.0.2.9 has two names, 'other' and 'fine'" in got.talk) != is_fine, got.talk
    assert ("has two names" in got.talk) != is_fine, got.talk


def test_first_name_of_a_loopback_address(tool, names):
    names.write_text(f"{ADDRESSES[0]} first\n{ADDRESSES[0]} second\n")
    with Listener(tool, f"--hosts={names}") as listener:
        listener.send(ADDRESSES[0], basic(crash_lines("gpf")))
        found, _ = listener.stop()
    assert {event["host"] for event in found if event["event"] == "crash"} == {"first"}


def test_address_in_use(tool):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind((LOOP, 0))
        got = tool.run("listen", f"--netconsole={LOOP}:{taken.getsockname()[1]}")
    assert got.status == 1 and "Address already in use; 'ss -ulpn' lists" in got.talk


def test_no_permission(tool, unprivileged):
    got = unprivileged.run("listen", f"--netconsole={LOOP}:1")
    if got.status == 0:
        pytest.skip("every user may use this port")
    assert got.status == 1 and "a port below 1024 needs root" in got.talk


def test_socket_activation(tool):
    """systemd-socket-activate passes the socket and starts the program at the first datagram."""
    activate = shutil.which("systemd-socket-activate")
    if not activate:
        pytest.skip("systemd-socket-activate is not installed")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((LOOP, 0))
        port = probe.getsockname()[1]
    command = [activate, "--datagram", f"--listen={LOOP}:{port}", *tool.command("--json", "listen")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert b"Listening on" in process.stderr.readline()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for datagram in basic(crash_lines("gpf")):
                sender.sendto(datagram, (LOOP, port))
        lines = [process.stdout.readline() for _ in range(2)]
        process.terminate()
        _, talk = process.communicate()
    assert b'"crash"' in lines[1] and process.returncode == 0, talk


def test_sockets_of_systemd(tool, tmp_path):
    """The program takes a socket that it inherits as systemd passes it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as passed:
        passed.bind((LOOP, 0))
        script = 'exec 3<&"$0"; export LISTEN_FDS=1 LISTEN_PID=$$; exec "$@"'
        command = ["bash", "-c", script, str(passed.fileno()), *tool.command("--json", "listen")]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              pass_fds=[passed.fileno()]) as process:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                for datagram in basic(crash_lines("gpf")):
                    sender.sendto(datagram, passed.getsockname())
            lines = [process.stdout.readline() for _ in range(2)]  # a boot and a crash, printed without a signal
            process.terminate()
            _, talk = process.communicate()
    assert b'"crash"' in lines[1] and process.returncode == 0, talk
