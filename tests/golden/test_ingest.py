# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that `ingest` reports every boot and crash of a log, in every encoding."""
import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import threading
import time
from pathlib import Path

import pytest

from .conftest import REPOSITORY
from .encode import BOOT, ENCODERS, HOST, Line, parse
from .system import OLDER, OLDEST, RELEASE, stamp

CRASHES = REPOSITORY / "tests/fixtures/crashes"
EXPECTED = json.loads((CRASHES / "expected.json").read_text())
MEMORY_KIB = 64 << 10


def ingest(tool, *arguments, stdin=b"", status=0):
    """Return the events of `ingest --json`, by kind."""
    got = tool.run("ingest", "--json", *arguments, stdin=stdin)
    assert (got.status, got.talk) == (status, ""), got
    events = [json.loads(line) for line in got.text.splitlines()]
    return [event for event in events if event["event"] == "boot"], [e for e in events if e["event"] == "crash"]


def log_of(name):
    return (CRASHES / f"{name}.log").read_bytes()


@pytest.mark.parametrize("name", EXPECTED)
def test_crash(tool, name):
    _, crashes = ingest(tool, CRASHES / f"{name}.log")
    assert [{key: crash[key] for key in EXPECTED[name]} for crash in crashes] == [EXPECTED[name]]
    assert (crashes[0]["signature"] is None) == (name == "no-frame")


def elsewhere(log):
    """Return the same crash on another machine: addresses, offsets, CPUs, tasks and the compiler's suffixes of
    functions differ."""
    rng = random.Random(5)
    log = re.sub(rb"\+0x[0-9a-f]+/0x[0-9a-f]+",
                 lambda _: b"+0x%x/0x%x" % (rng.randrange(4096), rng.randrange(4096, 8192)), log)
    log = re.sub(rb"\b(ffff)?[0-9a-f]{12}\b",
                 lambda match: b"%0*x" % (len(match[0]), rng.getrandbits(40) | 1 << 40), log)
    for before, after in {b"CPU: 0 ": b"CPU: 5 ", b"CPU#0": b"CPU#5", b"PID: 412": b"PID: 90210", b"/412": b"/90210",
                          b"pid: 412": b"pid: 90210", b":412": b":90210", b"T412]": b"T90210]", b".isra.0+": b".constprop.1.cold+",
                          b"lab_store+": b"lab_store.part.0+", b"session_close+": b"session_close.llvm.1234+"}.items():
        log = log.replace(before, after)
    return log


@pytest.mark.parametrize("name", EXPECTED)
def test_same_signature_on_another_machine(tool, name):
    log = log_of(name)
    assert elsewhere(log) != log
    assert named(ingest(tool, "-", stdin=elsewhere(log))[1]) == named(ingest(tool, "-", stdin=log)[1])


def test_signatures_differ(tool):
    """Different bugs have different signatures, and crashes without a known function have none."""
    signatures = [ingest(tool, CRASHES / f"{name}.log")[1][0]["signature"] for name in EXPECTED]
    known = [signature for signature in signatures if signature]
    # The same warning, as a later kernel writes it.
    assert len(set(known)) == len(known) - 1
    one, other = (ingest(tool, CRASHES / name)[1][0]["signature"] for name in ("warning.log", "warning-7.log"))
    assert one == other


def named(crashes):
    return [(crash["title"], crash["frame"], crash["module"], crash["frames"], crash["signature"]) for crash in crashes]


@pytest.mark.parametrize("encoding", ENCODERS)
@pytest.mark.parametrize("name", EXPECTED)
def test_encoding(tool, name, encoding):
    """The same crash is found with the same title and signature in every encoding."""
    log = log_of(name)
    assert named(ingest(tool, "-", stdin=ENCODERS[encoding](parse(log)))[1]) == named(ingest(tool, "-", stdin=log)[1])


@pytest.mark.parametrize("encoding", ["syslog", "iso", "rfc5424", "netconsole", "journal-json", "journal-export"])
def test_host_of_the_log_is_reported(tool, encoding):
    log = ENCODERS[encoding](parse(log_of("warning")))
    boots, crashes = ingest(tool, "--host=another", "-", stdin=log)
    assert [event["host"] for event in boots + crashes] == [HOST, HOST]


def test_boot_id_is_the_kernels(tool):
    """The boot id has dashes as in the kernel, although journald writes it without dashes."""
    boots, _ = ingest(tool, "-", stdin=ENCODERS["journal-json"](parse(log_of("warning"))))
    plain = BOOT
    assert [boot["boot_id"] for boot in boots] == [
        f"{plain[:8]}-{plain[8:12]}-{plain[12:16]}-{plain[16:20]}-{plain[20:]}"]


def banner(release=RELEASE, cmdline="ro quiet", *more):
    lines = [f"Linux version {release} (builder@host) (gcc 12) #1 SMP {release}", f"Command line: {cmdline}", *more]
    return "".join(f"[    0.{number:06d}] {line}\n" for number, line in enumerate(lines)).encode()


LINEAGE = ("boot", "release", "previous_release", "kexec_count", "source")
BOOTS = {
    "nothing": (banner(), ("unknown", RELEASE, None, None, None)),
    "stamp": (banner(RELEASE, f"ro {stamp(3, OLDER, f'{OLDEST}*2', made_for=RELEASE)}"),
              ("kexec", RELEASE, OLDER, 3, "stamp")),
    "stale stamp": (banner(RELEASE, f"ro {stamp(3, OLDER, f'{OLDEST}*2', made_for=OLDER)}"),
                    ("unknown", RELEASE, None, None, None)),
    "kho": (banner(RELEASE, "ro", f"KHO: exec from: {OLDER} (count 2)"), ("kexec", RELEASE, OLDER, 2, "kho")),
    "module": (banner(RELEASE, "ro", f"kexec_lineage: exec from: {OLDER} (count 2)",
                      f"kexec_lineage: chain: {OLDER}, {OLDEST}"), ("kexec", RELEASE, OLDER, 2, "log")),
    "cold": (banner(RELEASE, "ro", "kexec_lineage: cold boot"), ("cold", RELEASE, None, 0, None)),
    "module at a crash": (banner(RELEASE, "ro", f"kexec_lineage: exec from: {OLDER} (count 2) boot 0123abcd"),
                          ("kexec", RELEASE, OLDER, 2, "log")),
    "cold at a crash": (banner(RELEASE, "ro", "kexec_lineage: cold boot boot 0123abcd"),
                        ("cold", RELEASE, None, 0, None)),
    "unknown at a crash": (banner(RELEASE, "ro", "kexec_lineage: previous kernel unknown boot 0123abcd"),
                           ("unknown", RELEASE, None, None, None)),
    "line of another form": (banner(RELEASE, "ro", f"kexec_lineage: exec from: {OLDER} (count 2) boot 0123"),
                             ("unknown", RELEASE, None, None, None)),
    "capture": (banner(RELEASE, f"ro elfcorehdr=1 {stamp(2, OLDER, OLDEST, kind='p', made_for=RELEASE)}"),
                ("capture", RELEASE, OLDER, 2, "stamp")),
}


@pytest.mark.parametrize("name", BOOTS)
def test_boot(tool, name):
    log, expected = BOOTS[name]
    boots, crashes = ingest(tool, "-", stdin=log)
    assert [tuple(boot[field] for field in LINEAGE) for boot in boots] == [expected]
    assert crashes == []


def test_chain(tool):
    boots, _ = ingest(tool, "-", stdin=BOOTS["stamp"][0])
    assert boots[0]["chain"] == [{"release": OLDER, "runs": 1}, {"release": OLDEST, "runs": 2}]


def test_crash_has_its_boots_lineage(tool):
    """Each crash has the lineage of its own boot. The log has two boots, and the second is a kexec from the first."""
    second = banner(RELEASE, f"ro {stamp(1, OLDER, made_for=RELEASE)}")
    log = banner(OLDER) + log_of("warning") + second + log_of("warning")
    boots, crashes = ingest(tool, "-", stdin=log)
    assert [crash["release"] for crash in crashes] == [OLDER, RELEASE]
    assert [crash["previous_release"] for crash in crashes] == [None, OLDER]
    assert [crash["kexec_count"] for crash in crashes] == [None, 1]
    assert [crash["boot_id"] for crash in crashes] == [boot["boot_id"] for boot in boots]
    assert crashes[0]["boot_id"] != crashes[1]["boot_id"]


def test_lineage_may_come_after_a_crash(tool):
    """A crash has the lineage of its boot even if the lineage is logged later.

    A warning can occur early in the boot, before the module is loaded.
    """
    log = banner(RELEASE) + log_of("warning").replace(b"[  120.", b"[    1.")
    log += f"[    3.000000] kexec_lineage: exec from: {OLDER} (count 2)\n".encode()
    boots, crashes = ingest(tool, "-", stdin=log)
    assert [(event["previous_release"], event["kexec_count"]) for event in boots + crashes] == [(OLDER, 2)] * 2


KERNEL_ID = "0123abcd-0000-4000-8000-000000000001"
FROM = f"exec from: {OLDER} (count 2)"


@pytest.mark.parametrize("start, line, boot_id, aliases", [
    (banner(RELEASE, "ro", f"kexec_lineage: boot {KERNEL_ID}"), FROM, KERNEL_ID, None),
    (banner(RELEASE, "ro", f"kexec_lineage: boot {KERNEL_ID}"), f"{FROM} boot 0123abcd", KERNEL_ID, None),
    (banner(RELEASE), f"{FROM} boot 0123abcd", "log-", "boot-0123abcd"),
    (b"", f"{FROM} boot 0123abcd", "log-", "boot-0123abcd"), (b"", "cold boot boot 0123abcd", "log-", "boot-0123abcd"),
    (b"", "previous kernel unknown boot 0123abcd", "log-", "boot-0123abcd"),
    (b"", f"{FROM} boot 0123ABCD", "log-", None),
    (b"", FROM, "log-", None), (b"", "cold boot", "log-", None)])
def test_boot_id_of_the_module(tool, folder, start, line, boot_id, aliases):
    """ingest uses the boot id of the module, which prints the whole id when it is loaded, and its start at a crash."""
    header, newline, rest = log_of("gpf").partition(b"\n")
    log = start + header + newline + f"[  120.000001] kexec_lineage: {line}\n".encode() + rest
    assert tool.run("ingest", f"--store={folder}/s.db", "--host=h", "-", stdin=log).status == 0
    with sqlite3.connect(folder / "s.db") as database:
        [row] = database.execute("SELECT boot_id, aliases, (SELECT count(*) FROM crashes) FROM boots")
    assert row[0].startswith(boot_id) and row[1:] == (aliases, 1), row


def test_boot_without_a_banner(tool):
    """If a console prints only warnings and no banner, an uptime that goes back shows that a new boot began."""
    boots, crashes = ingest(tool, "-", stdin=log_of("warning") + log_of("gpf").replace(b"[  120.", b"[    9."))
    assert len({event["boot_id"] for event in boots}) == len(boots) == len(crashes) == 2


def test_boot_id_does_not_depend_on_earlier_lines(tool):
    """A boot has the same id with and without lines of the boot loader before its banner."""
    alone, after = (ingest(tool, "-", stdin=start + banner())[0] for start in (b"", b"SeaBIOS\nBooting from ROM\n"))
    assert [boot["boot_id"] for boot in alone] == [boot["boot_id"] for boot in after]


def test_two_boots_of_one_machine_are_two(tool):
    """Two boots with the same first lines have different ids if later lines have different times.

    The first lines are often the same, because the printk time is 0 until the clock is set up.
    """
    def boot(later):
        lines = [b"Linux version 7.3.4 (b@h) (gcc) #1", b"Command line: ro"]
        lines += [b"BIOS-e820: [mem %d]" % n for n in range(60)]
        return b"".join(b"[    0.000000] %s\n" % line for line in lines) + b"".join(
            b"[    0.%06d] pci 0000:00:%02d.0\n" % (n * later, n) for n in range(1, 40))

    ids = [ingest(tool, "-", stdin=boot(later))[0][0]["boot_id"] for later in (1000, 1001)]
    assert ids[0] != ids[1]


def test_crashes_are_in_the_order_of_their_first_lines(tool):
    """The crash that begins first is printed first, even if its report ends after the report of another task."""
    first, second = log_of("hung-task"), log_of("gpf")
    lines = first.splitlines(keepends=True)
    _, crashes = ingest(tool, "-", stdin=b"".join(lines[:4]) + second + b"".join(lines[4:-1]))
    assert [crash["title"] for crash in crashes] == [EXPECTED["hung-task"]["title"], EXPECTED["gpf"]["title"]]


def test_oops_of_another_task_is_a_separate_crash(tool):
    """An oops much later than a sanitizer's report is a separate crash, even if the log does not show the tasks."""
    kasan = b"".join(line for line in log_of("kasan").splitlines(keepends=True)[:30])
    oops = log_of("bug-at").replace(b"[  120.", b"[  121.")
    log = re.sub(rb"\[  T\d+\]", b"", kasan + oops)
    assert [crash["type"] for crash in ingest(tool, "-", stdin=log)[1]] == ["kasan", "bug"]


def test_hosts_in_one_stream(tool):
    """If two hosts crash at the same time and their lines alternate, each crash has the right host and title."""
    first = ENCODERS["syslog"](parse(log_of("gpf"))).splitlines(keepends=True)
    second = ENCODERS["syslog"](parse(log_of("kasan"))).replace(HOST.encode(), b"other").splitlines(keepends=True)
    mixed = [line for pair in zip(first, second) for line in pair] + second[len(first):]
    _, crashes = ingest(tool, "-", stdin=b"".join(mixed))
    assert {(crash["host"], crash["title"]) for crash in crashes} == {
        (HOST, EXPECTED["gpf"]["title"]), ("other", EXPECTED["kasan"]["title"])}


def test_contexts_in_one_log(tool):
    """If two tasks print at the same time and each line shows its task, both crashes have the right title."""
    first, second = (log_of(name).splitlines(keepends=True) for name in ("gpf", "refcount"))
    second = [line.replace(b"[  T412]", b"[  T413]") for line in second]
    _, crashes = ingest(tool, "-", stdin=b"".join(line for pair in zip(first, second) for line in pair))
    assert {crash["title"] for crash in crashes} == {EXPECTED["gpf"]["title"], EXPECTED["refcount"]["title"]}


def test_user_space_cannot_fake_a_crash(tool):
    """ingest ignores lines of programs in encodings that show the writer of a line."""
    log = ENCODERS["syslog"](parse(log_of("warning"))).replace(b" kernel: ", b" app[1]: ")
    log += b"Jan  1 00:00:00 h kernel: [    1.000000] Linux version 6.1.0 (x@y) #1\n"
    assert ingest(tool, "-", stdin=log)[1] == []
    modern = ENCODERS["rfc5424"](parse(log_of("warning")))
    assert len(ingest(tool, "-", stdin=modern)[1]) == 1
    assert tool.run("ingest", "--json", "-", stdin=modern.replace(b" kernel ", b" app ")).text.count('"crash"') == 0
    logger = ENCODERS["syslog"]([Line(None, None, line.text) for line in parse(log_of("warning"))])
    logger = logger.replace(b" kernel: ", b" user.warn kernel: ")
    assert tool.run("ingest", "--json", "-", stdin=logger).text.count('"crash"') == 0
    kmsg = ENCODERS["kmsg"](parse(log_of("warning"))).replace(b"\n4,", b"\n12,").replace(b"4,0,", b"12,0,", 1)
    assert tool.run("ingest", "--json", "-", stdin=kmsg).text.count('"crash"') == 0


QUIET = b"".join(b"[%5d.%06d] usb 1-1: new high-speed USB device number %d using ehci-pci\n" % (n // 100, n, n)
                 for n in range(20000))


def test_quiet_lines_make_no_difference(tool):
    """A crash in a large log is found, whatever part of it is at the end of a read."""
    log = log_of("null-dereference").replace(b"[  120.", b"[  300.")
    expected = named(ingest(tool, "-", stdin=log)[1])
    for shift in range(0, 2000, 333):
        _, crashes = ingest(tool, "-", stdin=QUIET + b"x" * shift + b"\n" + log + QUIET.replace(b"[", b"[4"))
        assert named(crashes) == expected


def test_same_log_twice_changes_nothing(tool, folder):
    """A second ingest of the same log does not change the store."""
    counts = []
    for _ in range(2):
        for log in CRASHES.glob("*.log"):  # these logs have lines at the same times, so they could be logs of one boot
            assert tool.run("ingest", f"--store={folder}/s.db", f"--host={log.stem}", log).status == 0
        with sqlite3.connect(folder / "s.db") as database:
            counts.append(database.execute(
                "SELECT (SELECT count(*) FROM boots), (SELECT count(*) FROM crashes)").fetchone())
    assert counts == [(len(EXPECTED), len(EXPECTED))] * 2


def test_log_of_a_host_in_the_store(tool, folder):
    """`log` lists the boots of the given host. Without --host it finds none, because the store has no boot of this
    machine."""
    for host, release in (("web1", OLDER), ("web2", OLDEST)):
        (folder / host).write_bytes(banner(release))
        assert tool.run("ingest", f"--store={folder}/s.db", f"--host={host}", folder / host).status == 0
    got = tool.run("log", f"--store={folder}/s.db", "--host=web2", "--json")
    assert [json.loads(line)["release"] for line in got.text.splitlines()] == [OLDEST]
    for arguments, whose in (([], "this machine"), (["--host=web3"], "web3")):
        got = tool.run("log", f"--store={folder}/s.db", *arguments)
        assert (got.status, got.text) == (3, "") and f"no boot of {whose} matches" in got.talk


def test_label(tool, folder):
    """Each new boot gets the label; a boot that is already in the store keeps its label."""
    (folder / "log").write_bytes(banner(OLDER) + log_of("gpf"))
    for label in ("model 1", "model 2"):
        got = tool.run("ingest", f"--store={folder}/s.db", "--host=h", f"--label={label}", folder / "log")
        assert (got.status, got.talk) == (0, "")
    with sqlite3.connect(folder / "s.db") as database:
        assert database.execute("SELECT label FROM boots").fetchall() == [("model 1",)]
        assert database.execute("SELECT label, boots FROM crash_transitions").fetchall() == [("model 1", 1)]


def test_stopped_in_a_boot(tool, folder):
    """Boots and crashes that were read only in part are not saved. The next run saves each of them once."""
    log = banner(OLDER) + banner(RELEASE, "ro", *(f"device {number}" for number in range(600))) + log_of("gpf")
    (folder / "log").write_bytes(log)
    os.mkfifo(folder / "pipe")
    for cut in (len(banner(OLDER)) + 300, len(log) - 300):
        store = f"--store={folder}/{cut}.db"
        command = tool.command("ingest", store, "--host=h", folder / "pipe")
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
            with open(folder / "pipe", "wb", buffering=0) as writer:
                writer.write(log[:cut])
                time.sleep(0.3)
                process.send_signal(signal.SIGINT)
                time.sleep(0.1)
            assert b"stopped before the end" in process.communicate()[1]
        assert tool.run("ingest", store, "--host=h", folder / "log").status == 0
        with sqlite3.connect(folder / f"{cut}.db") as database:
            assert database.execute("SELECT count(*) FROM boots").fetchone() == (2,)
            assert database.execute("SELECT count(*) FROM crashes").fetchone() == (1,)


HARDWARE = {
    "DMI: Acme Turbo 7/Board 2, BIOS 1.0 01/01/2020": "Acme Turbo 7/Board 2",
    "DMI: QEMU Standard PC (i440FX + PIIX, 1996), BIOS 1.16.2 04/01/2014": "QEMU Standard PC (i440FX + PIIX, 1996)",
    "Machine model: Acme Board 7": "Acme Board 7",
    "OF: fdt: Machine model: Acme Board 7": "Acme Board 7",
    "OF: fdt:Machine model: Acme Board 7": "Acme Board 7",
    "DMI: Memory slots populated: 1/1": None,
    "DMI not present or invalid.": None,
    "DMI: " + 200 * "x": 128 * "x",
    "audit: DMI: Acme Turbo 7": None,
}


@pytest.mark.parametrize("line", HARDWARE)
def test_hardware(tool, folder, line):
    """The hardware in the first lines of a boot is its default label; the hardware in a crash report is not used."""
    (folder / "log").write_bytes(banner(OLDER, "ro", line, "DMI: Memory slots populated: 2/4") + log_of("gpf") +
                                 b"[   99.000000] Hardware name: Other Machine/Board, BIOS 2.0 02/02/2022\n")
    assert [boot["hardware"] for boot in ingest(tool, folder / "log")[0]] == [HARDWARE[line]]
    for label, expected in (([], HARDWARE[line] or ""), (["--label=mine"], "mine"), (["--label="], "")):
        store = folder / f"{len(label)}{expected[:4]}.db"
        assert tool.run("ingest", f"--store={store}", "--host=h", *label, folder / "log").status == 0
        with sqlite3.connect(store) as database:
            assert database.execute("SELECT label FROM boots").fetchall() == [(expected,)]


def test_invalid_label(tool, folder):
    for arguments, talk in ((["--label=x"], "give --store=URL"), ([f"--store={folder}/s.db", "--label=" + 129 * "x"],
                                                                  "a label has at most 128 bytes")):
        got = tool.run("ingest", *arguments, CRASHES / "gpf.log")
        assert got.status == 2 and talk in got.talk


def test_store_needs_a_host(tool, folder):
    got = tool.run("ingest", f"--store={folder}/s.db", CRASHES / "gpf.log")
    assert got.status == 1 and "--host=NAME" in got.talk


def test_invalid_store(tool, folder):
    (folder / "s.db").write_text("not a database, but long enough to differ from an empty file" * 20)
    got = tool.run("ingest", f"--store={folder}/s.db", "--host=h", CRASHES / "gpf.log")
    assert got.status == 1 and str(folder) in got.talk


def wait_for_line(process):
    """Return the next event. A missing event must not hang the test."""
    timer = threading.Timer(60, process.kill)
    timer.start()
    line = process.stdout.readline()
    timer.cancel()
    assert line, process.stderr.read()
    return json.loads(line)


def test_follow(tool, folder):
    """Events are printed while the file grows. The last crash is printed after a pause."""
    path = folder / "log"
    path.write_bytes(banner(RELEASE, "ro", *["quiet"] * 40) + log_of("warning"))
    command = tool.command("ingest", "--json", "-f", path)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert wait_for_line(process)["event"] == "boot"
        assert wait_for_line(process)["title"] == EXPECTED["warning"]["title"]
        with path.open("ab") as file:
            file.write(log_of("gpf").replace(b"[  120.", b"[  220."))
        assert wait_for_line(process)["title"] == EXPECTED["gpf"]["title"]
        process.terminate()
        rest = process.communicate(timeout=600)
        assert (process.returncode, rest) == (0, (b"", b""))


def test_follow_of_too_many_files(tool, folder):
    for number in range(65):
        (folder / f"{number}.log").write_bytes(banner())
    got = tool.run("ingest", "-f", folder)
    assert (got.status, got.text) == (2, "") and len(got.talk.splitlines()) == 1 and "64 files" in got.talk


@pytest.mark.parametrize("way", ["renamed", "cut"])
def test_follow_continues_after_rotation(tool, folder, way):
    """--follow continues after a rotation, which creates a new file of the same name, or truncates the file (option
    copytruncate of logrotate)."""
    path = folder / "log"
    path.write_bytes(banner() + log_of("warning") + b"half a li")
    command = tool.command("ingest", "--json", "-f", path)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert [wait_for_line(process)["event"] for _ in range(2)] == ["boot", "crash"]
        if way == "renamed":
            path.rename(folder / "log.1")
            path.touch()
            with (folder / "log.1").open("ab") as file:
                file.write(b"ne\n" + log_of("null-dereference").replace(b"[  120.", b"[  320."))
            assert wait_for_line(process)["title"] == EXPECTED["null-dereference"]["title"]
        with path.open("r+b") as file:
            file.truncate()
            file.write(log_of("gpf").replace(b"[  120.", b"[  620."))
        crash = wait_for_line(process)
        process.terminate()
        process.communicate(timeout=600)
    assert (crash["title"], crash["release"]) == (EXPECTED["gpf"]["title"], RELEASE)


def test_cursor(tool, folder):
    """Boots before the last boot are not read again. A file that was replaced is read from its start."""
    path, cursor = folder / "log", folder / "cursor"
    first = banner(OLDER) + log_of("warning")
    path.write_bytes(first + banner(RELEASE))

    def releases(status=0):
        got = tool.run("ingest", "--json", f"--cursor-file={cursor}", path)
        assert got.status == status and ("the input is empty" in got.talk) == (status == 3), got
        return [json.loads(line)["release"] for line in got.text.splitlines()]

    assert releases() == [OLDER, OLDER, RELEASE]
    assert int(cursor.read_text().split()[-2]) == len(first)
    with path.open("ab") as file:
        file.write(log_of("gpf"))
    assert releases() == [RELEASE, RELEASE]
    path.write_bytes(b"")
    assert releases(3) == []
    path.write_bytes(banner(OLDEST))
    assert releases() == [OLDEST]


def test_cursor_of_a_truncated_log(tool, folder):
    """A log that was truncated and has grown past the old position is read from its start, because the bytes before
    that position differ."""
    path, cursor = folder / "log", folder / "cursor"
    path.write_bytes(banner(OLDER) + banner(RELEASE))
    assert tool.run("ingest", f"--cursor-file={cursor}", path).status == 0
    with path.open("r+b") as file:
        file.truncate()
        file.write(banner(OLDEST, "ro", *["other"] * 40) + log_of("gpf"))
    got = tool.run("ingest", "--json", f"--cursor-file={cursor}", path)
    assert [json.loads(line)["release"] for line in got.text.splitlines()] == [OLDEST, OLDEST]


@pytest.mark.parametrize("name", ["log.1", "log-20261130", None])
def test_cursor_of_a_rotated_log(tool, folder, name):
    """If the log was rotated between two runs, a warning names the file that may have unread lines."""
    path, cursor = folder / "log", folder / "cursor"
    path.write_bytes(banner(OLDER))
    command = ("ingest", "--json", f"--cursor-file={cursor}", path)
    assert tool.run(*command).talk == tool.run(*command).talk == ""
    with path.open("ab") as file:
        file.write(log_of("gpf"))
    path.rename(folder / name if name else folder.parent / f"{folder.name}.old")
    path.write_bytes(banner(RELEASE))
    got = tool.run(*command)
    assert got.status == 0 and "log was rotated" in got.talk, got
    assert (f"run ingest once for {folder / name}," if name else "in another file") in got.talk
    assert tool.run(*command).talk == ""
    (folder.parent / f"{folder.name}.old").unlink(missing_ok=True)


@pytest.mark.parametrize("case", ["the log", "another file", "a folder"])
def test_file_other_than_a_cursor_is_not_changed(tool, folder, case):
    path, other = folder / "log", folder / "other"
    path.write_bytes(banner(OLDER))
    other.write_text("precious\n")
    arguments = {"the log": (path, path), "another file": (other, path), "a folder": (folder / "new", folder)}[case]
    got = tool.run("ingest", f"--cursor-file={arguments[0]}", arguments[1])
    assert got.status == 2 and "cursor" in got.talk
    assert (path.read_bytes(), other.read_text()) == (banner(OLDER), "precious\n")


def test_cursor_does_not_change_if_nothing_was_found(tool, folder):
    path, cursor = folder / "log", folder / "cursor"
    path.write_bytes(banner(OLDER))
    with open("/dev/full", "w") as full:
        command = tool.command("ingest", f"--cursor-file={cursor}", path)
        assert subprocess.run(command, stdout=full, stderr=subprocess.DEVNULL, check=False).returncode == 1
    assert not cursor.exists()


def test_odd_times_inside_a_report(tool):
    """An old time in a line does not begin a boot, if the times of the lines around it continue."""
    log = log_of("null-dereference").splitlines(keepends=True)
    log.insert(12, b"[    0.123456][  T412] my selftest\n")
    log.insert(14, b"selftest: took [    0.123456] seconds\n")
    expected = named(ingest(tool, "-", stdin=log_of("null-dereference"))[1])
    assert named(ingest(tool, "-", stdin=b"".join(log))[1]) == expected


def test_boots_of_a_merged_journal(tool):
    """ingest separates two boots of one host whose lines alternate, as in the output of journalctl --merge."""
    first, second = (ENCODERS["journal-json"](parse(banner(release) + log_of(name))).splitlines(keepends=True)
                     for release, name in ((OLDER, "gpf"), (RELEASE, "gpf")))
    second = [line.replace(BOOT.encode(), BOOT[::-1].encode()) for line in second]
    boots, crashes = ingest(tool, "-", stdin=b"".join(line for pair in zip(first, second) for line in pair))
    assert sorted((boot["boot_id"][:4], boot["release"]) for boot in boots) == [("0123", OLDER), ("fedc", RELEASE)]
    assert len(crashes) == 2


def journal_of_two_boots():
    """Return two boots in one log. The lineage of the first boot is unknown; the second boot has its lineage on the
    command line."""
    boots = []
    for number, (release, cmdline) in enumerate([(OLDER, "ro"), (RELEASE, f"ro {stamp(1, OLDER, made_for=RELEASE)}")]):
        crashes = log_of("gpf").replace(b"[  120.", b"[   20.") + log_of("warning").replace(b"[  120.", b"[   60.")
        log = ENCODERS["journal-json"](parse(banner(release, cmdline) + crashes))
        boots.append(log.replace(BOOT.encode(), f"{number}{BOOT[1:]}".encode()))
    return boots


def test_boots_of_a_journal_in_their_order(tool):
    got = tool.run("ingest", "--json", "-", stdin=b"".join(journal_of_two_boots()))
    events = [json.loads(line) for line in got.text.splitlines()]
    assert [(event["event"], event["release"]) for event in events] == [
        ("boot", OLDER), ("crash", OLDER), ("crash", OLDER), ("boot", RELEASE), ("crash", RELEASE), ("crash", RELEASE)]


def test_cursor_in_a_journal(tool, folder):
    path, cursor = folder / "log", folder / "cursor"
    boots = journal_of_two_boots()
    path.write_bytes(b"".join(boots))
    assert tool.run("ingest", f"--cursor-file={cursor}", path).status == 0
    assert int(cursor.read_text().split()[-2]) == len(boots[0])


def test_cursor_gives_the_same_boot(tool, folder):
    path, cursor = folder / "log", folder / "cursor"
    path.write_bytes(banner(OLDER) + banner(RELEASE, "ro", *["quiet"] * 40))
    ids = [tool.run("ingest", "--json", f"--cursor-file={cursor}", path).text.splitlines()[-1] for _ in range(2)]
    assert json.loads(ids[0])["boot_id"] == json.loads(ids[1])["boot_id"]


def test_many_logs(tool, folder):
    """Events of several inputs are printed in the order of the inputs, even if one input gives more events than are
    buffered."""
    for number in range(200):
        (folder / f"{number:03}.log").write_bytes(banner(f"6.{number}.0") + log_of("warning") + log_of("gpf"))
    (folder / "100.log").write_bytes(b"".join(banner(f"5.{number}.0") + log_of("warning") for number in range(1500)))
    alone, together = (tool.run("ingest", "--json", f"--jobs={jobs}", folder) for jobs in (1, 7))
    talk = "kexec-lineage: read 200 files\n"
    assert (alone.status, alone.talk) == (together.status, together.talk) == (0, talk)
    assert alone.out == together.out
    releases = [json.loads(line)["release"] for line in alone.text.splitlines()]
    expected = [f"6.{number}.0" for number in range(100)] + [f"5.{number // 2}.0" for number in range(0, 300, 3)]
    assert releases[:600:3] == expected


def test_more_events_than_one_buffer(tool):
    """All events are printed if one input gives more events than are buffered."""
    crash = log_of("null-dereference")
    boots, crashes = ingest(tool, "-", stdin=b"".join(banner(f"6.{number}.0") + crash for number in range(2500)))
    assert [boot["release"] for boot in boots] == [crash["release"] for crash in crashes]
    assert [boot["release"] for boot in boots] == [f"6.{number}.0" for number in range(2500)]


STATUSES = {
    "no operand": ([], 2, "missing FILE, DIR or -"),
    "no such file": (["/nonexistent/log"], 1, "/nonexistent/log: No such file"),
    "no such encoding": (["--encoding=morse", "-"], 2, "'morse'"),
    "empty input": (["-"], 3, ""),
    "--jobs is not a number": (["--jobs=many", "-"], 2, "invalid --jobs value 'many'"),
    "--jobs is 0": (["--jobs=0", "-"], 2, "invalid --jobs value '0'"),
    "a cursor for standard input": (["--cursor-file=/tmp/none", "-"], 2, "needs exactly one FILE"),
}


@pytest.mark.parametrize("name", STATUSES)
def test_status(tool, name):
    arguments, status, talk = STATUSES[name]
    got = tool.run("ingest", *arguments)
    assert got.status == status and talk in got.talk, got
    assert got.text == ""


def test_text(tool, expect_text):
    """Check the output without --json."""
    log = banner(RELEASE, f"ro {stamp(1, OLDER, made_for=RELEASE)}") + log_of("warning") + log_of("null-dereference")
    got = tool.run("ingest", "-", stdin=log)
    assert (got.status, got.talk) == (0, "")
    expect_text("ingest", got.text)


def peak_kib(tool, chunks):
    """Return the peak memory of an ingest that has read the chunks, without the memory of its parent."""
    with subprocess.Popen(tool.command("ingest", "--json", "-"), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE) as process:
        for chunk in chunks:
            process.stdin.write(chunk)
        process.stdin.flush()
        status = Path(f"/proc/{process.pid}/status").read_text()
        _, talk = process.communicate(timeout=600)
    assert process.returncode in (0, 3), talk
    return int(re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE).group(1))


HOSTILE = {  # an iterator, so that the log is never completely in memory
    "one long line": (b"A" * (1 << 20) for _ in range(300)),
    "long line of headers": (b"BUG: " * (1 << 18) for _ in range(100)),
    "zeros": (bytes(1 << 20) for _ in range(300)),
    "many hosts": (b"".join(b"Jan  1 00:00:00 host%d kernel: [    1.000000] BUG: x\n" % n
                            for n in range(start, start + 1000))
                   for start in range(0, 100000, 1000)),
    "many contexts": (b"".join(b"[    1.000000][%6s] BUG: x\n" % (b"T%d" % n) for n in range(start, start + 1000))
                      for start in range(0, 100000, 1000)),
    "deep json": (b"[" * 100000 + b"\n" for _ in range(20)),
}


@pytest.mark.plain
@pytest.mark.parametrize("name", HOSTILE)
def test_memory_stays_bounded(tool, name):
    if tool.is_sanitized:
        pytest.skip("a sanitizer's own memory is not bounded")
    assert peak_kib(tool, HOSTILE[name]) < MEMORY_KIB


def test_escapes_do_not_reach_a_terminal(tool):
    log = log_of("oom").replace(b"(hungry)", b"(\x1b[31mred)").replace(b"hungry", b"h")
    got = tool.run("ingest", "-", stdin=log)
    assert b"\x1b" not in got.out and b"\x00" not in got.out
