# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that the programs read a sosreport: the lineage, the boots and the crashes in the files that sos collects."""
import hashlib
import io
import os
import re
import sqlite3
import tarfile

import pytest

from .conftest import REPOSITORY
from .sosreport import BANNER, BOOT_ID, HEADER, LINES, MODULE_LINE, STARTED, SYSCTL, dmesg, journal, sosreport
from .system import HOST_NAME, MACHINE_ID, OLDER, RELEASE, Link, put

NO_LINE = 'the kernel log has no "exec from" line'
JOURNAL = "journalctl___no_pager___catalog___boot"


def test_lineage(tool, make_root):
    shown = tool.show(make_root(sosreport()))
    assert (shown["release"], shown["boot"], shown["previous_release"], shown["kexec_count"]) == (
        RELEASE, "kexec", OLDER, 3)
    assert shown["conflicts"] == []
    assert {source["source"]: source["status"] for source in shown["sources"]} == {
        "ima": "absent", "kho": "absent", "stamp": "ok", "module": "absent", "log": "ok"}


# Changes to the report -> expected release, boot, previous release, and status of the log.
REPORTS = {
    "no sysctl": ({"sysctl__a": None}, (RELEASE, "unknown", OLDER, "ok")),
    "no release": ({"sysctl__a": None, "uname__a": None}, (None, "unknown", OLDER, "ok")),
    "odd uname": ({"sysctl__a": None, "uname__a": "Linux\n"}, (None, "unknown", OLDER, "ok")),
    "cold": ({"sysctl__a": SYSCTL.replace("208", "114"), "cmdline": "ro\n", "dmesg": dmesg([(0, "x")]),
              JOURNAL: journal([(0, "x")])}, (RELEASE, "cold", None, "absent")),
    "only dmesg": ({"cmdline": "ro\n", JOURNAL: None}, (RELEASE, "kexec", OLDER, "ok")),
    "only the journal": ({"cmdline": "ro\n", "dmesg": None}, (RELEASE, "kexec", OLDER, "ok")),
    "a journal of other boots": ({"cmdline": "ro\n", "dmesg": None, JOURNAL: None}, (RELEASE, "kexec", None, "absent")),
    "a line of a program": ({"cmdline": "ro\n", "dmesg": None,
                             JOURNAL: f"Sep 21 14:15:00 web1 su[1]: a kernel: {MODULE_LINE}\n"},
                            (RELEASE, "kexec", None, "absent")),
}


@pytest.mark.parametrize("name", REPORTS)
def test_reports(tool, make_root, name):
    changes, expected = REPORTS[name]
    shown = tool.show(make_root(sosreport(**changes)))
    log = shown["sources"][4]
    assert (shown["release"], shown["boot"], shown["previous_release"], log["status"]) == expected
    if "dmesg" in changes and changes["dmesg"] or JOURNAL in changes and changes[JOURNAL]:
        assert log["detail"] in (None, NO_LINE)


def test_files_take_precedence_over_outputs(tool, make_root):
    root = make_root(sosreport())
    put(root / "proc/sys/kernel/osrelease", "6.6.6\n")
    put(root / "proc/sys/kernel/bootloader_type", "114\n")
    shown = tool.show(root)
    assert (shown["release"], shown["boot"]) == ("6.6.6", "cold")


def test_an_archive_is_not_a_folder(tool, folder):
    (folder / "sosreport-web1.tar.xz").touch()
    got = tool.on(folder / "sosreport-web1.tar.xz", "show")
    assert (got.status, got.talk) == (1, f"kexec-lineage: {folder}/sosreport-web1.tar.xz: not a folder "
                                         "(unpack a sosreport first: tar -xf FILE)\n")


@pytest.mark.parametrize("machine_id", [{}, {"machine_id": None}])
def test_record(tool, make_root, folder, machine_id):
    root = make_root(sosreport(**machine_id))
    if machine_id:
        put(root / "sos_commands/host/hostnamectl_status", f" Static hostname: web1\n      Machine ID: {MACHINE_ID}\n")
    assert tool.on(root, "record", f"--store={folder}/s.db").status == 0
    with sqlite3.connect(folder / "s.db") as database:
        assert database.execute("SELECT host, boot_id, builds.name, kexec_count FROM boots JOIN builds ON kernel_build = builds.id"
                                ).fetchall() == [(MACHINE_ID, BOOT_ID, "#1 SMP", 3)]
        assert database.execute("SELECT name FROM host_names WHERE name <> host").fetchall() == [(HOST_NAME,)]


# Ingest --------------------------------------------------------------------------------------------

OOPS = ("BUG: kernel NULL pointer dereference, address: 0000000000000008", "Oops: 0002 [#1] PREEMPT SMP NOPTI",
        "RIP: 0010:gamma_release+0x1f/0x80 [lab]", "Call Trace:", " <TASK>", " do_one_initcall+0x56/0x2e0", " </TASK>",
        "---[ end trace 0000000000000000 ]---")
CRASHED = [*LINES, *((9, line) for line in OOPS)]
ROWS = """SELECT host, boots.boot_id, own.name, before.name, kexec_count, source, label,
          (SELECT count(*) FROM crashes WHERE crashes.boot = boots.id) FROM boots
          JOIN releases AS own ON own.id = release JOIN releases AS before ON before.id = previous ORDER BY boots.id"""
THIS_BOOT = (MACHINE_ID, BOOT_ID, RELEASE, OLDER, 3, "log", "QEMU Standard PC")


def stored(tool, folder, *arguments):
    got = tool.run("ingest", f"--store={folder}/s.db", *arguments)
    assert got.status == 0 and re.fullmatch(r"(kexec-lineage: read \d files\n)?", got.talk), got
    with sqlite3.connect(folder / "s.db") as database:
        return database.execute(ROWS).fetchall()


FULL = "journalctl___no_pager"
CRASHES = {
    "none": ({}, 0),
    "in both": ({"dmesg": dmesg(CRASHED), FULL: journal(CRASHED), JOURNAL: journal(CRASHED)}, 1),
    "in dmesg": ({"dmesg": dmesg(CRASHED), FULL: None, JOURNAL: None}, 1),
    "in the journal": ({FULL: journal(CRASHED), "dmesg": None}, 1),
    "in the journal of this boot": ({FULL: None, JOURNAL: journal(CRASHED), "dmesg": None}, 1),
    "the ring has wrapped": ({"dmesg": dmesg(CRASHED[-len(OOPS):]), FULL: journal(CRASHED)}, 1),
}


@pytest.mark.parametrize("name", CRASHES)
def test_a_report_is_one_boot(tool, make_root, folder, name):
    """A report gives one boot, although its own files, dmesg and the journal all contain this boot."""
    changes, crashes = CRASHES[name]
    root = make_root(sosreport(**changes))
    for _ in range(2):
        assert stored(tool, folder, root) == [(*THIS_BOOT, crashes)]


OTHER_ID = "11111111-2222-4333-8444-555555555555"
BEFORE = [(0, BANNER.replace(RELEASE, OLDER)), (1, "DMI: QEMU Standard PC, BIOS 1.16"), *((9, line) for line in OOPS)]
EARLY = journal(BEFORE).removeprefix(HEADER).replace("14:15:", "14:05:")


def mark(boot_id):
    return f"-- Boot {boot_id.replace('-', '')} --\n"


# Marks of the previous boot and of this boot in a journal, and the expected start of the previous boot's id.
JOURNALS = {
    "an id for each": (mark(OTHER_ID), mark(BOOT_ID), OTHER_ID),
    "no id for the first": ("", mark(BOOT_ID), "log-"),
    "no ids": ("", "-- Reboot --\n", "log-"),
}


@pytest.mark.parametrize("name", JOURNALS)
def test_earlier_boots(tool, make_root, folder, name):
    """Each boot is stored once, although the report has the whole journal and a journal of each boot."""
    first, second, boot_id = JOURNALS[name]
    root = make_root(sosreport(journalctl___no_pager=HEADER + first + EARLY + second + journal().removeprefix(HEADER)))
    put(root / "sos_commands/logs/journalctl_--no-pager_--catalog_--boot_-1", HEADER + EARLY)
    put(root / "var/log/kern.log", EARLY)
    for _ in range(2):
        rows = stored(tool, folder, root)
        assert len(rows) == 2 and (*THIS_BOOT, 0) in rows
        [other] = [row for row in rows if row[1] != BOOT_ID]
        assert (other[0], other[2], other[6], other[7]) == (MACHINE_ID, OLDER, "QEMU Standard PC", 1)
        assert other[1].startswith(boot_id)


EXPORTED = "sos_commands/kexec_lineage/journalctl_--no-pager_-o_export__TRANSPORT_kernel"


def exported(lines, boot_id, start_s):
    return "".join(
        f"__CURSOR=s={number}\n__REALTIME_TIMESTAMP={(start_s + at) * 1000000}\n__MONOTONIC_TIMESTAMP={at * 1000000}\n"
        f"_SOURCE_MONOTONIC_TIMESTAMP={at * 1000000 + number}\n_BOOT_ID={boot_id.replace('-', '')}\n"
        f"_MACHINE_ID={MACHINE_ID}\n_TRANSPORT=kernel\nPRIORITY=6\nMESSAGE={text}\n\n"
        for number, (at, text) in enumerate(lines))


def test_exported_journal(tool, make_root, folder):
    """A crash in pstore and in the journal that the plugin collects is one crash of one boot, because both have the
    kernel's times."""
    root = make_root(sosreport())
    put(root / EXPORTED, exported(BEFORE, OTHER_ID, STARTED - 600) + exported(LINES, BOOT_ID, STARTED))
    put(root / "var/lib/systemd/pstore/1/dmesg.txt", "Panic#1 Part1\n" + dmesg(BEFORE))
    rows = stored(tool, folder, root)
    assert len(rows) == 2 and (*THIS_BOOT, 0) in rows
    assert [(row[1], row[7]) for row in rows if row[1] != BOOT_ID] == [(OTHER_ID, 1)]


def test_exported_journal_of_a_failed_command(tool, make_root, folder):
    root = make_root(sosreport())
    put(root / EXPORTED, "journalctl: command not found\n")
    assert stored(tool, folder, root) == [(*THIS_BOOT, 0)]


def test_without_a_journal(tool, make_root, folder):
    """Files of syslog are read and give the host. Other files in their folder are not read."""
    root = make_root(sosreport(**{FULL: None, JOURNAL: None}))
    put(root / "var/log/kern.log", EARLY)
    assert len(stored(tool, folder, root)) == 2


def test_a_folder_of_reports(tool, folder, make_root):
    """If a folder has several reports, the boots of each report get the host of this report."""
    for number, name in enumerate(("web1", "web2")):
        report = sosreport(machine_id=f"{number:032x}\n")
        for path, content in report.items():
            content = content.replace(HOST_NAME, name) if isinstance(content, str) else content
            put(folder / "reports" / f"sosreport-{name}" / path, content)
    assert [row[0] for row in stored(tool, folder, folder / "reports")] == [f"{number:032x}" for number in (0, 1)]


def test_host_option_takes_precedence_for_logs(tool, make_root, folder):
    root = make_root(sosreport(**{JOURNAL: None, FULL: None}))
    got = tool.run("ingest", "--json", "--host=other", root)
    assert [event["host"] for event in got.json] == [HOST_NAME, "other"]


def test_only_logs_are_read(tool, make_root):
    """Of the thousands of files in a report, ingest reads only logs. It follows no links and reads no pipes."""
    root = make_root(sosreport(), {"sos_commands/kernel/lsmod": "Module\n", "var/crash": Link("/var/log")})
    got = tool.run("ingest", "--json", root)
    assert (got.status, got.talk) == (0, "kexec-lineage: read 2 files\n")
    assert [event["input"].removeprefix(f"{root}") for event in got.json] == [
        "", "/sos_commands/kernel/dmesg", "/sos_commands/logs/journalctl_--no-pager"]


# Archives -------------------------------------------------------------------------------------------

NAME = "sosreport-vm7-2026-09-21-abcdefg"


def member(name, content=b"", **fields):
    info = tarfile.TarInfo(name)
    info.size = len(content)
    for field, value in fields.items():
        setattr(info, field, value)
    return info, content


def archive(path, *extra, mode="w:xz", tar_format=tarfile.PAX_FORMAT, report=None):
    """Return an archive as sos makes it, with @extra members before and after the report."""
    files = sosreport() if report is None else report
    members = [member(f"{NAME}/{name}", content.encode(), mtime=1_790_000_000.5)
               for name, content in files.items() if isinstance(content, str)]
    with tarfile.open(path, mode, format=tar_format) as tar:
        for info, content in (*extra, *members, *extra):
            tar.addfile(info, io.BytesIO(content))
    return path


@pytest.fixture
def temporary(folder, monkeypatch):
    """Yield the folder for temporary files, which must be empty at the end."""
    path = folder / "temporary"
    path.mkdir()
    monkeypatch.setenv("TMPDIR", os.fspath(path))
    yield path
    assert not list(path.iterdir())


@pytest.mark.parametrize("tar_format", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
@pytest.mark.parametrize("ending, mode", [("tar.xz", "w:xz"), ("tar.gz", "w:gz"), ("tgz", "w:gz"), ("tar", "w:")])
def test_archive(tool, folder, temporary, ending, mode, tar_format):
    path = archive(folder / f"{NAME}.{ending}", mode=mode, tar_format=tar_format,
                   report=sosreport(dmesg=dmesg(CRASHED)))
    for _ in range(2):
        assert stored(tool, folder, path) == [(*THIS_BOOT, 1)]


def test_archive_is_named_as_a_folder(tool, folder, temporary):
    got = tool.run("ingest", "--json", archive(folder / f"{NAME}.tar.xz"))
    assert {event["input"].removeprefix(f"{folder}/{NAME}.tar.xz/{NAME}") for event in got.json} == {
        "", "/sos_commands/kernel/dmesg", "/sos_commands/logs/journalctl_--no-pager"}
    assert {event["host"] for event in got.json} == {HOST_NAME}


def test_a_folder_of_archives(tool, folder, temporary):
    (folder / "reports").mkdir()
    for number in range(2):
        archive(folder / f"reports/sosreport-web{number}.tar.xz",
                report=sosreport(machine_id=f"{number:032x}\n") | {"sos_commands/host/hostname": f"web{number}\n"})
        (folder / f"reports/sosreport-web{number}.tar.xz.sha256").write_text(f"{number:064x}\n")
    got = tool.run("ingest", f"--store={folder}/s.db", folder / "reports")
    assert got.status == 0
    with sqlite3.connect(folder / "s.db") as database:
        assert {row[0] for row in database.execute(ROWS)} == {f"{number:032x}" for number in (0, 1)}


@pytest.mark.parametrize("tar_format", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_long_paths(tool, folder, temporary, tar_format):
    """A log is read even if its path does not fit into the header of ustar."""
    long = member(f"{NAME}/var/crash/{'x' * 200}/dmesg.202609211414", dmesg(BEFORE).encode())
    path = archive(folder / f"{NAME}.tar.xz", long, tar_format=tar_format)
    assert sorted(row[2] for row in stored(tool, folder, path)) == sorted((OLDER, RELEASE))


CRASH_LOG = dmesg(BEFORE).encode()
UNSAFE = {
    "absolute": "/{outside}/var/log/kern.log",
    "parent": NAME + "/../../outside/kern.log",
    "parent at the end": NAME + "/var/log/..",
    "parent only": "..",
    "parent first": "../" + NAME + "/var/crash/dmesg.202609211414",
}


@pytest.mark.parametrize("name", UNSAFE)
def test_unsafe_path(tool, folder, temporary, name):
    """An unsafe path is reported, and the rest of the report is read."""
    (folder / "outside").mkdir()
    extra = member(UNSAFE[name].format(outside=os.fspath(folder / "outside")[1:]), CRASH_LOG)
    got = tool.run("ingest", f"--store={folder}/s.db", archive(folder / f"{NAME}.tar.xz", extra))
    assert got.status == 1 and f"{NAME}.tar.xz: some files have an unsafe path and were not read\n" in got.talk
    with sqlite3.connect(folder / "s.db") as database:
        assert database.execute(ROWS).fetchall() == [(*THIS_BOOT, 0)]
    assert not list((folder / "outside").iterdir())


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE])
def test_link(tool, folder, temporary, kind):
    """Links are not extracted, so a file below a link is inside the temporary folder."""
    (folder / "outside").mkdir()
    (folder / "outside/dmesg.202609211414").write_bytes(CRASH_LOG)
    links = [member(f"{NAME}/var/{name}", type=kind, linkname=os.fspath(folder / "outside"))
             for name in ("crash", "log", "log/kern.log")]
    below = member(f"{NAME}/var/log/new", b"new")
    path = archive(folder / f"{NAME}.tar.xz", *links, below)
    assert stored(tool, folder, path) == [(*THIS_BOOT, 0)]
    assert [entry.name for entry in (folder / "outside").iterdir()] == ["dmesg.202609211414"]


@pytest.mark.parametrize("kind", [tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.DIRTYPE, b"S", b"Z"])
def test_other_kinds(tool, folder, temporary, kind):
    path = archive(folder / f"{NAME}.tar.xz", member(f"{NAME}/var/log/kern.log", type=kind))
    assert stored(tool, folder, path) == [(*THIS_BOOT, 0)]


def test_file_in_place_of_a_folder(tool, folder, temporary):
    files = [member(f"{NAME}/var/crash/x", b"x"), member(f"{NAME}/var/crash/x/y", b"y")]
    got = tool.run("ingest", archive(folder / f"{NAME}.tar.xz", *files))
    assert got.status == 1 and "some files have an invalid path and were not read" in got.talk


def raw(name, size):
    """Return the header of a file with a size field of any content."""
    block = bytearray(member(name)[0].tobuf(tarfile.GNU_FORMAT))
    block[124:136] = size
    block[148:156] = b" " * 8
    block[148:156] = f"{sum(block):06o}".encode() + b"\0 "
    return bytes(block)


HUGE = {
    "eight exabytes": b"\x80" + b"\0" * 3 + b"\x7f" + b"\xff" * 7,
    "more than 64 bits": b"\x80" + b"\xff" * 11,
    "negative": b"\xff" * 12,
    "64 GiB": b"777777777777",
}


@pytest.mark.parametrize("name", HUGE)
def test_huge_member(tool, folder, temporary, name):
    """A huge file is not written, and the rest of the report is read."""
    whole = archive(folder / "whole.tar", mode="w:").read_bytes().rstrip(b"\0")
    whole += b"\0" * (-len(whole) % 512)
    (folder / f"{NAME}.tar").write_bytes(whole + raw(f"{NAME}/var/log/kern.log", HUGE[name]) + b"x" * 4096)
    got = tool.run("ingest", f"--store={folder}/s.db", folder / f"{NAME}.tar")
    assert got.status == 1 and re.search(r"\.tar: (some files were not read: the archive is too large; .*"
                                         r"|the tar archive is damaged or truncated)\n", got.talk)
    with sqlite3.connect(folder / "s.db") as database:
        assert database.execute(ROWS).fetchall() == [(*THIS_BOOT, 0)]


DAMAGED = {
    "empty": (lambda whole: b"", "not a tar archive"),
    "not a tar": (lambda whole: b"no archive\n" * 100, "not a tar archive"),
    "ends in a header": (lambda whole: whole[:-(-len(whole.rstrip(b"\0")) // 512) * 512 - 700],
                         "the tar archive is damaged or truncated"),
    "a bad checksum": (lambda whole: whole.replace(b"var/log/dpkg.log", b"var/log/dpkg.lox"),
                       "the tar archive is damaged or truncated"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_damaged_archive(tool, folder, temporary, name):
    damage, why = DAMAGED[name]
    whole = archive(folder / "whole.tar", mode="w:", tar_format=tarfile.USTAR_FORMAT).read_bytes()
    (folder / f"{NAME}.tar").write_bytes(damage(whole))
    got = tool.run("ingest", folder / f"{NAME}.tar")
    assert got.status == 1 and f"{NAME}.tar: {why}\n" in got.talk, got


def test_truncated_compression(tool, folder, temporary):
    path = archive(folder / f"{NAME}.tar.gz", mode="w:gz")
    path.write_bytes(path.read_bytes()[:-20])
    got = tool.run("ingest", path)
    assert got.status == 1 and f"{NAME}.tar.gz: " in got.talk and "trunc" in got.talk, got
    assert f"boot of {RELEASE}" in got.text


def test_archive_without_a_report(tool, folder, temporary):
    path = archive(folder / f"{NAME}.tar.xz", report={"var/log/kern.log": dmesg(CRASHED)})
    got = tool.run("ingest", path)
    assert (got.status, got.out) == (1, b"")
    assert f"{NAME}.tar.xz: not a sosreport: it has no folder sos_commands\n" in got.talk


def test_no_temporary_folder(tool, folder, monkeypatch):
    monkeypatch.setenv("TMPDIR", f"{folder}/none")
    got = tool.run("ingest", archive(folder / f"{NAME}.tar.xz"))
    assert got.status == 1 and "cannot make a temporary folder (set TMPDIR to a writable folder)" in got.talk


def test_archive_has_no_cursor(tool, folder, temporary):
    got = tool.run("ingest", f"--cursor-file={folder}/cursor", archive(folder / f"{NAME}.tar.xz"))
    assert (got.status, got.talk.splitlines()[0]) == (
        2, "kexec-lineage: ingest: --cursor-file needs a log, not a sosreport archive")


MIGRATIONS = sorted((REPOSITORY / "store/sqlite/migrations").glob("*.sql"))
HASHED = hashlib.sha256(b"kexec-lineage\0" + MACHINE_ID.encode()).hexdigest()[:32]
OLD_BOOTS = ["PRAGMA application_id = 0x6b786c6e", "INSERT INTO releases VALUES (1, '6.12.1'), (2, '6.1.0')",
             """INSERT INTO boots (host, boot_id, time, release, boot, previous, kexec_count, chain_is_complete, end)
                VALUES (:host, 'a', 1790000000, 2, 'cold', 0, 0, 1, 'clean'),
                       (:host, 'b', 1790000100, 1, 'kexec', 2, 1, 1, 'running')"""]


def make_history(path, schema, journal_mode):
    """Make the history that a version with this schema recorded."""
    path.parent.mkdir(parents=True)
    database = sqlite3.connect(path)
    database.execute(f"PRAGMA journal_mode = {journal_mode}")
    for function in "chain_ids", "marks_bytes":  # of the program; the stores below have no chains and no marks
        database.create_function(function, 1, lambda text: text)
    for migration in MIGRATIONS[:schema]:
        database.executescript(migration.read_text(encoding="utf-8"))
    for statement in [*OLD_BOOTS, f"PRAGMA user_version = {schema}"]:
        database.execute(statement, {"host": HASHED if schema <= 3 else MACHINE_ID} if ":host" in statement else {})
    database.commit()
    return database


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.endswith("-shm")}


@pytest.mark.parametrize("journal_mode, is_open", [("DELETE", False), ("WAL", False), ("WAL", True)])
@pytest.mark.parametrize("schema", range(1, len(MIGRATIONS) + 1))
def test_history_of_an_older_version(tool, make_root, schema, journal_mode, is_open):
    """The history in a report is read, and not changed. If a program has it open, there is a write-ahead log."""
    root = make_root(sosreport())
    history = root / "var/lib/kexec-lineage/history.db"
    database = make_history(history, schema, journal_mode)
    if not is_open:
        database.close()
    before = contents(history.parent)
    boots = tool.on(root, "--json", "log").json
    assert [(boot["host"], boot["boot_id"], boot["previous_release"], boot["end"]) for boot in boots] == [
        (MACHINE_ID, "a", None, "clean"), (MACHINE_ID, "b", "6.1.0", "running")]
    assert contents(history.parent) == before
    database.close()


def test_damaged_history_of_an_older_version(tool, make_root):
    root = make_root(sosreport())
    history = root / "var/lib/kexec-lineage/history.db"
    make_history(history, 3, "DELETE").close()
    history.write_bytes(history.read_bytes()[:8192] + b"\xa5" * 16384)
    got = tool.on(root, "log")
    assert (got.status, got.out) == (1, b"") and "it is damaged" in got.talk
