# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that `record` saves each boot once, even if the machine or its history fails."""
import contextlib
import hashlib
import itertools
import json
import os
import re
import sqlite3
import subprocess
from datetime import datetime, timezone
from pathlib import Path

import pytest

from .machine import HISTORY, MACHINE_ID, PREVIOUS_STAMP, Machine
from .system import HOST_NAME, OLDER, OLDEST, RELEASE, cold, kexeced, module, put, stamp, x86


@pytest.fixture
def machine(tool, folder):
    return Machine(tool, folder / "machine")


def fresh(count, *chain, kind="k", release=RELEASE):
    """Return a boot with a stamp for its own release."""
    return kexeced(release=release, cmdline=f"ro {stamp(count, *chain, kind=kind, made_for=release)}")


def capture(count, *chain, release=RELEASE):
    return {**x86(208, release=release, cmdline=f"ro {stamp(count, *chain, kind='p', made_for=release)}"),
            "proc/vmcore": b""}


def test_a_boot(machine):
    [boot] = machine.boot(fresh(3, OLDER, f"{OLDEST}*2")).record().log()
    names = {name: boot.pop(name) for name in ("host", "machine_id", "aliases", "source", "last_seen", "last_uptime_s")}
    assert re.fullmatch("[0-9a-f]{32}", names.pop("host"))
    assert names.pop("machine_id") in (None, MACHINE_ID)
    assert names == {"aliases": [], "source": "record", "last_seen": None, "last_uptime_s": None}
    assert boot == {
        "number": 0, "boot_id": "00000000-0000-4000-8000-000000000001", "time": "2026-09-21T14:15:00Z",
        "release": RELEASE, "build": "#1 SMP", "build_id": "01" * 20, "boot": "kexec",
        "previous_release": OLDER, "kexec_count": 3,
        "chain": [{"release": OLDER, "runs": 1}, {"release": OLDEST, "runs": 2}], "chain_complete": True,
        "sources": machine.tool.show(machine.root)["sources"], "conflicts": [], "end": "running", "end_time": None,
        "crashes": []}


def test_lists_are_as_documented(machine):
    """docs/explanation/store.md lists the keys of each list, the version of the encoding, and the schemas."""
    root = Path(__file__).parents[2]
    page = (root / "docs/explanation/store.md").read_text()
    keys = {column: set(re.findall(r"`([a-z_]+)`", schema))
            for column, schema in re.findall(r"^\| `boots\.([a-z]+)` \| JSON \| (.*)$", page, re.MULTILINE)}
    machine.boot(fresh(3, OLDER, f"{OLDEST}*2")).record()
    [[evidence]] = machine.sql("SELECT evidence FROM boots")
    assert set(json.loads(evidence)[0]) == keys["evidence"]
    [boot] = machine.log()
    assert set(boot["chain"][0]) == keys["chain"]
    version = re.search(r"STORE_ENCODING_VERSION (\d+)", (root / "store/rows/encoding.h").read_text()).group(1)
    assert f"The version of the encoding is {version} (`STORE_ENCODING_VERSION`)" in page
    assert f"1 to {len(list((root / 'store/sqlite/migrations').glob('*.sql')))} of SQLite" in page


NAMES = "SELECT name FROM host_names WHERE host <> name"
HASHED = hashlib.sha256(b"kexec-lineage\0" + MACHINE_ID.encode()).hexdigest()[:32]


def test_host_has_two_names(machine):
    machine.boot(cold()).record()
    assert machine.sql("SELECT host, machine_id FROM boots") == [(MACHINE_ID, MACHINE_ID)]
    assert machine.sql(NAMES) == [(HOST_NAME,)]
    assert machine.log(f"--host={HOST_NAME}") == machine.log(f"--host={MACHINE_ID}") == machine.log()


@pytest.mark.parametrize("kernel, file, names", [
    ("web2\n", "web3\n", ["web2"]), ("(none)\n", "web3\n", ["web3"]), (None, "web3\n", ["web3"]),
    ("localhost\n", None, []), ("localhost.localdomain\n", "localhost\n", []), ("\n", "two words\n", []),
    ("x" * 64 + "\n", None, ["x" * 64]), ("x" * 65 + "\n", None, [])])
def test_host_name(machine, kernel, file, names):
    machine.boot({**cold(), "etc/hostname": file})
    (machine.root / "proc/sys/kernel/hostname").unlink()
    put(machine.root / "proc/sys/kernel/hostname", kernel)
    machine.record()
    assert machine.sql(NAMES) == [(name,) for name in names]
    assert machine.sql("SELECT host FROM boots") == [(MACHINE_ID,)]


def test_history_with_hashed_names(machine):
    """Boots whose host is a hash are moved to the machine id. In schemas 1 to 3, a hash was the name of the machine."""
    copied = fresh(1, OLDER)
    machine.boot(cold()).record().record("--shutdown")
    machine.boot(copied).record()
    machine.sql(f"UPDATE boots SET host = '{HASHED}', machine_id = NULL", "DELETE FROM host_names")
    assert machine.run("log").status == 3
    machine.boot(copied).record()
    assert machine.ends() == ["clean", "kexec", "running"]
    assert [boot["kexec_count"] for boot in machine.log()] == [0, 1, None]  # the copied stamp was recognised
    assert machine.sql("SELECT DISTINCT host FROM boots") == [(MACHINE_ID,)]
    assert machine.sql("SELECT sum(boots) FROM transitions") == [(3,)]


CRASH = ["BUG: kernel NULL pointer dereference, address: 0000000000000008",
         "Oops: 0002 [#1] PREEMPT SMP NOPTI", "RIP: 0010:gamma_release+0x1f/0x80 [lab]", "Call Trace:", " <TASK>",
         " do_one_initcall+0x56/0x2e0", " </TASK>", "---[ end trace 0000000000000000 ]---"]
BANNER = f"Linux version {RELEASE} (a@b) (gcc) #1 SMP"


def journal(machine, *names, started=1_790_000_100):
    """Return the journal of the machine's boot. @names are the journal fields that identify the machine."""
    fields = {"_HOSTNAME": HOST_NAME, "_MACHINE_ID": MACHINE_ID}
    boot_id = (machine.root / "proc/sys/kernel/random/boot_id").read_text().strip().replace("-", "")
    return "".join(json.dumps({"__REALTIME_TIMESTAMP": str((started + at) * 1_000_000), "_BOOT_ID": boot_id,
                               "_SOURCE_MONOTONIC_TIMESTAMP": str(at * 1_000_000 + 17), "_TRANSPORT": "kernel",
                               "SYSLOG_FACILITY": "0", "PRIORITY": "6", "MESSAGE": line,
                               **{name: fields[name] for name in names}}) + "\n"
                   for at, line in enumerate([BANNER, *CRASH])).encode()


def console(started=1_790_000_100):
    """Return the log of the same boot as a syslog file, without a boot id."""
    return "".join(f"{datetime.fromtimestamp(started + at, timezone.utc):%Y-%m-%dT%H:%M:%S+00:00} {HOST_NAME} kernel: "
                   f"[{at:5d}.000017] {line}\n" for at, line in enumerate([BANNER, *CRASH])).encode()


def pstore():
    """Return the end of the log, without dates and first lines, but with the module's line."""
    lines = ["kexec_lineage: exec from: unknown-here (count 7) boot 00000000", *CRASH[2:]]
    return "".join(["Oops#1 Part1\n", *(f"<4>[{at:5d}.000017] {line}\n" for at, line in enumerate(CRASH[:2], 1)),
                    *(f"<4>[{at:5d}.000017] {line}\n" for at, line in enumerate(lines, 3))]).encode()


JOURNALS = {"name": ("_HOSTNAME",), "both": ("_HOSTNAME", "_MACHINE_ID")}
SOURCES = ("record", *JOURNALS, "console", "pstore")


@pytest.mark.parametrize("order", [order for size in (2, 3) for order in itertools.permutations(SOURCES, size)
                                   if "record" in order], ids="-".join)
def test_logs_of_a_recorded_boot_add_no_boot(machine, order):
    """The store has one boot, whichever sources of this boot are read, and in whatever order."""
    machine.boot(fresh(1, OLDER))
    for source in order:
        if source == "record":
            machine.record()
            continue
        text = journal(machine, *JOURNALS[source]) if source in JOURNALS else globals()[source]()
        got = machine.tool.run("ingest", f"--store={machine.history}", f"--host={HOST_NAME}", "-", stdin=text)
        assert got.status == 0, got
    assert machine.sql("SELECT host, source, is_recorded, (SELECT count(*) FROM crashes) FROM boots") == [
        (MACHINE_ID, "record", 1, 1)]
    [boot] = machine.log()
    assert (boot["previous_release"], boot["end"]) == (OLDER, "running")
    assert [crash["title"] for crash in boot["crashes"]] == [
        "BUG: unable to handle kernel NULL pointer dereference in gamma_release"] * (order != ("record",))


@pytest.mark.parametrize("wrong", ["", "uninitialized\n", MACHINE_ID[:-1] + "\n", MACHINE_ID.upper() + "\n"])
def test_no_machine_id(machine, wrong):
    machine.boot({**cold()})
    (machine.root / "etc/machine-id").write_text(wrong)
    assert len(machine.record().log()) == 1
    assert machine.sql("SELECT host FROM boots") == [("local",)]


def test_once_a_boot(machine):
    machine.boot(cold()).record().record().record("--shutdown").record("--shutdown")
    assert machine.ends() == ["clean"]
    assert machine.sql("SELECT boots, unclean FROM transitions") == [(1, 0)]


def test_boot_continues_after_the_service_was_stopped(machine):
    machine.boot(cold()).record().record("--shutdown").record()
    [boot] = machine.log()
    assert (boot["end"], boot["end_time"]) == ("running", None)


def test_shutdown_records_a_missing_boot(machine):
    machine.boot(cold()).record("--shutdown")
    [boot] = machine.log()
    assert boot["end"] == "clean" and boot["end_time"]


# The kind of the next boot, and the expected end of the previous boot, which recorded no shutdown.
ENDS = {
    "reset": (cold(), "unclean"),
    "kexec -e": (fresh(2, RELEASE, OLDER), "kexec"),
    "kexec without a lineage": (kexeced(), "kexec"),
    "kexec of another release": (fresh(2, OLDEST, OLDER), "unclean"),
    "kexec after an unrecorded boot": (fresh(3, f"{RELEASE}*2", OLDER), "unclean"),
    "crash": (capture(2, RELEASE, OLDER), "crash"),
    "crash of another release": (capture(2, OLDEST, OLDER), "unclean"),
    "unknown": ({}, "unclean"),
}


@pytest.mark.parametrize("name", ENDS)
def test_end_of_the_previous_boot(machine, name):
    description, end = ENDS[name]
    machine.boot(fresh(1, OLDER)).record()
    machine.boot({**cold(), "proc/sys/kernel/bootloader_type": None} if name == "unknown" else description).record()
    assert machine.ends() == [end, "running"]
    bad = int(end in ("crash", "unclean"))
    assert machine.sql("SELECT sum(boots), sum(unclean) FROM transitions") == [(2, bad)]


def test_a_clean_boot_stays_clean(machine):
    machine.boot(cold()).record().record("--shutdown")
    machine.boot(cold()).record()
    assert machine.ends() == ["clean", "running"]


def test_end_of_a_capture_kernel_is_unknown(machine):
    machine.boot(cold()).record()
    machine.boot(capture(1, RELEASE)).record()
    machine.boot(cold()).record()
    assert machine.ends() == ["crash", None, "running"]
    assert [boot["boot"] for boot in machine.log()] == ["cold", "capture", "cold"]


def test_order_does_not_depend_on_the_clock(machine):
    """A clock that is set back changes the times but not the order."""
    machine.boot(cold(release=OLDEST)).record()
    machine.boot(cold(release=OLDER), started=1_000_000_000).record()
    machine.boot(cold(release=RELEASE), started=1_100_000_000).record()
    boots = machine.log()
    assert [boot["release"] for boot in boots] == [OLDEST, OLDER, RELEASE]
    assert [boot["number"] for boot in boots] == [-2, -1, 0]
    assert machine.ends() == ["unclean", "unclean", "running"]


# Copied stamps -------------------------------------------------------------------------------------

COPIED = "the previous boot had the same stamp: the loader copied an old command line; not used"


def test_copied_stamp(machine):
    """A copied stamp is not used after `record` has compared it with the history.

    A loader without support for stamps starts the same kernel again. Only the history shows that the stamp is a copy.
    """
    copied = fresh(1, OLDER)
    machine.boot(copied).record()
    machine.boot(copied)
    assert machine.tool.show(machine.root)["kexec_count"] == 1  # not recognised before `record` ran
    machine.record()
    _, boot = machine.log()
    assert (boot["previous_release"], boot["kexec_count"], boot["chain"]) == (None, None, [])
    assert boot["conflicts"] == [f"stamp: stale: {COPIED}"]
    shown = machine.tool.show(machine.root)
    assert (shown["previous_release"], shown["conflicts"]) == (None, boot["conflicts"])
    assert machine.record().log() == machine.log()  # a second record changes nothing


def test_copied_stamp_that_the_module_accepted(machine):
    copied = fresh(1, OLDER)
    believed = module(OLDER, "1", OLDER, boot="kexec", next_stamp=stamp(2, RELEASE, OLDER))
    machine.boot({**copied, **believed}).record()
    machine.boot({**copied, **believed}).record()
    boot = machine.log()[1]
    assert (boot["previous_release"], boot["kexec_count"]) == (None, None)
    assert boot["conflicts"] == [f"stamp: stale: {COPIED}", "module: stale: repeats that stamp; not used"]
    assert machine.run("stamp").text.startswith(f"kexec_lineage.stamp=1,k,2,,{RELEASE},")


def test_stamp_of_an_older_boot_is_not_a_copy(machine):
    """A stamp is compared only with that of the previous boot: after a cold boot, the same stamp can occur again."""
    way = fresh(1, OLDER)
    machine.boot(way).record()
    machine.boot(cold(release=OLDER)).record()
    machine.boot(way).record()
    assert [boot["kexec_count"] for boot in machine.log()] == [1, 0, 1]
    next_of_cold = stamp(1, OLDER).partition("=")[2]
    assert (machine.root / PREVIOUS_STAMP).read_text() == f"\n{next_of_cold}\n"


def arm64(release, cmdline="quiet"):
    return {"proc/sys/kernel/osrelease": f"{release}\n", "proc/cmdline": f"{cmdline}\n"}


def test_history_confirms_a_stamp(machine):
    """On arm64 nothing but the history shows that a kernel was started by kexec_load(2)."""
    machine.boot(arm64(OLDER)).record()
    first = machine.run("stamp", f"--for={RELEASE}").text.strip()
    assert first == stamp(1, OLDER, made_for=RELEASE)
    machine.boot(arm64(RELEASE, first)).record()
    second = machine.run("stamp", f"--for={RELEASE}").text.strip()
    assert second == stamp(2, RELEASE, OLDER, made_for=RELEASE)
    machine.boot(arm64(RELEASE, second)).record()
    machine.boot(arm64(RELEASE, second)).record()  # the loader copied the line
    machine.boot(arm64(RELEASE)).record()
    assert [(boot["boot"], boot["previous_release"], boot["kexec_count"], boot["chain_complete"])
            for boot in machine.log()] == [
        ("unknown", None, None, False), ("unknown", OLDER, 1, False), ("unknown", RELEASE, 2, False),
        ("unknown", None, None, False), ("unknown", None, None, False)]


def test_stamp_of_the_boot_before_by_another_loader(machine):
    """The stamp is not used. But a firmware kernel without `record` makes the same stamp after each cold boot, so the
    boot is not necessarily cold."""
    machine.boot(fresh(1, OLDER)).record()
    machine.boot(cold(cmdline=fresh(1, OLDER)["proc/cmdline"].strip())).record()
    assert [(boot["boot"], boot["kexec_count"]) for boot in machine.log()] == [("kexec", 1), ("unknown", None)]


def test_boot_that_may_be_cold_or_not(machine):
    """A kexec may keep the boot-loader type of the running kernel. Such a boot is unknown, and its count a lower bound."""
    machine.boot(cold(release=OLDER)).record()
    machine.boot(cold(cmdline=stamp(1, OLDER, made_for=RELEASE))).record()
    boot = machine.log()[1]
    assert (boot["boot"], boot["previous_release"], boot["kexec_count"], boot["chain_complete"]) == (
        "unknown", OLDER, 1, False)
    assert boot["conflicts"][0].startswith("stamp: says that this boot was a kexec, but it may be a cold boot")


def test_largest_count_is_not_a_copy(machine):
    """At the largest count, a stamp equal to that of the previous boot is not a copy, because the count cannot grow."""
    last = fresh(2**32 - 1, f"{RELEASE}*{2**32 - 1}")
    machine.boot(last).record()
    machine.boot(last).record()
    assert [boot["kexec_count"] for boot in machine.log()] == [2**32 - 1] * 2
    assert machine.ends() == ["kexec", "running"]


def test_stamp_longer_than_any(machine):
    cmdline = "ro kexec_lineage.stamp=" + "1" * 1100
    for _ in range(2):
        machine.boot(kexeced(cmdline=cmdline)).record()
    assert machine.sql("SELECT DISTINCT stamp FROM boots") == [(None,)]


def test_run_cannot_be_written(machine):
    machine.boot(cold()).record()
    machine.boot(cold())
    (machine.root / "run").rmdir()
    got = machine.run("record")
    assert got.status == 0
    assert got.talk == ("kexec-lineage: record: cannot write /run/kexec-lineage: No such file or directory: "
                        "a copied stamp may not be recognised\n")


# A history that cannot be written ------------------------------------------------------------------

def test_boot_without_any_data(machine):
    machine.boot(cold())
    (machine.root / "proc/sys/kernel/random/boot_id").unlink()
    got = machine.run("record")
    assert (got.status, got.talk) == (1, "kexec-lineage: record: cannot read the boot id (is /proc mounted?)\n")


def test_no_release(machine):
    machine.boot({**cold(), "proc/sys/kernel/osrelease": None})
    got = machine.run("record")
    assert (got.status, got.talk) == (1, "kexec-lineage: record: the release of the running kernel is "
                                         "unknown (is /proc mounted?)\n")


LOST = ": this boot was not saved (the unit tries again at shutdown)\n"


def check_lost(got, text):
    assert (got.status, got.out) == (1, b"") and text in got.talk and got.talk.endswith(LOST), got


def test_from_a_newer_version(machine):
    machine.boot(cold()).record()
    machine.sql("PRAGMA user_version = 999")
    before = machine.history.read_bytes()
    got = machine.run("record")
    newest = len(list(SCHEMA_1.parent.glob("*.sql")))
    check_lost(got, f"it was created by a newer kexec-lineage (schema 999, supported up to {newest}): upgrade kexec-lineage")
    assert machine.history.read_bytes() == before
    got = machine.run("log")
    assert got.status == 1 and "schema 999" in got.talk


SCHEMA_1 = Path(__file__).parents[2] / "store/sqlite/migrations/0001.sql"
OLD_BOOT = """INSERT INTO boots (id, host, boot_id, release, boot, previous, kexec_count, chain_is_complete, end)
              VALUES ({id}, 'h', '{id}', 1, 'kexec', 2, {count}, 1, 'clean')"""
OLD_CRASH = """INSERT INTO crashes (boot, uptime_us, title, type, signature)
               VALUES ({boot}, {at}, 'oops in f', 'oops', '{signature}')"""


def test_from_an_older_version(machine):
    """An upgrade of the schema keeps old counts, and computes the counts that the old schema lacks."""
    machine.boot(cold())
    machine.history.parent.mkdir()
    database = sqlite3.connect(machine.history)
    database.executescript(SCHEMA_1.read_text(encoding="utf-8"))
    database.close()
    machine.sql("PRAGMA application_id = 0x6b786c6e", "PRAGMA user_version = 1",
                "INSERT INTO releases VALUES (1, '6.12.1'), (2, '6.1.0')",
                *[OLD_BOOT.format(id=id, count=count) for id, count in ((1, 1), (2, 1), (3, 2), (4, "NULL"))],
                *[OLD_CRASH.format(boot=boot, at=at, signature=signature)
                  for boot, at, signature in ((1, 5, "s"), (1, 6, "s"), (2, 5, "s"), (4, 5, "s"), (3, 5, "r"))])
    before = machine.history.read_bytes()
    assert [boot["end"] for boot in machine.log("--host=h")] == ["clean"] * 4
    assert machine.history.read_bytes() == before
    machine.record()
    assert [boot["end"] for boot in machine.log("--host=h")] == ["clean"] * 4
    assert machine.sql("SELECT kexec_count, label, boots, crashes FROM transitions WHERE boot = 'kexec'") == [
        (-1, "", 1, 1), (1, "", 2, 3), (2, "", 1, 1)]
    assert machine.sql("SELECT name.signature, kexec_count, boots FROM crash_transitions AS at"
                       " JOIN signatures AS name ON name.id = at.signature ORDER BY 1, 2") == [
        ("r", 2, 1), ("s", -1, 1), ("s", 1, 2)]
    assert machine.sql("SELECT signature, crashes, example FROM signatures ORDER BY 1") == [("r", 1, 5), ("s", 4, 1)]
    assert machine.sql("PRAGMA foreign_key_check") == []


def test_large_history_of_an_older_version(machine):
    """A statement of the upgrade changes more pages than SQLite keeps in memory."""
    machine.boot(cold())
    machine.history.parent.mkdir()
    database = sqlite3.connect(machine.history)
    database.executescript(SCHEMA_1.read_text(encoding="utf-8"))
    database.close()
    machine.sql("PRAGMA application_id = 0x6b786c6e", "PRAGMA user_version = 1",
                "INSERT INTO releases VALUES (1, '6.12.1'), (2, '6.1.0')",
                """WITH RECURSIVE ids(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM ids WHERE id < 20000)
                   INSERT INTO boots (host, boot_id, release, boot, previous, chain_is_complete, end)
                   SELECT 'h' || (id % 100), id, 1, 'kexec', 2, 1, 'clean' FROM ids""",
                f"UPDATE boots SET stamp = '{'s' * 36_000_000}' WHERE id = 1")
    ours, theirs = os.openpty()
    subprocess.run(machine.tool.command(f"--root={machine.root}", "log", "--host=h1", "-n1"), stdout=subprocess.DEVNULL,
                   stderr=theirs, check=True)
    os.close(theirs)
    newest = len(list(SCHEMA_1.parent.glob("*.sql")))
    shown = b""
    with contextlib.suppress(OSError), os.fdopen(ours, "rb", buffering=0) as terminal:
        while text := terminal.read(4096):
            shown += text
    assert shown.decode().replace("\r\n", "\n") == (
        f"{machine.history}: converting to schema {newest}, which can take minutes\n")
    machine.record()
    assert machine.sql("SELECT sum(boots) FROM transitions") == [(20001,)]


def test_inferred_lineages_of_schema_6(machine):
    """The upgrade counts boots with an inferred lineage separately."""
    machine.boot(cold())
    machine.history.parent.mkdir()
    database = sqlite3.connect(machine.history)
    for number in range(1, 7):
        database.executescript(SCHEMA_1.with_name(f"{number:04}.sql").read_text(encoding="utf-8"))
    database.close()
    machine.sql("PRAGMA application_id = 0x6b786c6e", "PRAGMA user_version = 6",
                "INSERT INTO releases VALUES (1, '6.12.1'), (2, '6.1.0')",
                *[OLD_BOOT.format(id=id, count=1) for id in range(1, 5)],
                "UPDATE boots SET source = 'inferred' WHERE id > 2", "UPDATE boots SET end = 'crash' WHERE id = 3",
                *[OLD_CRASH.format(boot=boot, at=at, signature="s") for boot, at in ((1, 5), (3, 5), (3, 6))])
    machine.record()
    assert machine.sql("SELECT inferred, boots, unclean, crashes FROM transitions WHERE boot = 'kexec'") == [
        (0, 2, 0, 1), (1, 2, 1, 2)]
    assert machine.sql("SELECT inferred, boots FROM crash_transitions") == [(0, 1), (1, 1)]
    machine.sql("UPDATE boots SET source = 'kho' WHERE id = 3", "DELETE FROM crashes WHERE boot = 1")
    assert machine.sql("SELECT inferred, boots, unclean, crashes FROM transitions WHERE boot = 'kexec'") == [
        (0, 3, 1, 2), (1, 1, 0, 0)]
    assert machine.sql("SELECT inferred, boots FROM crash_transitions") == [(0, 1)]


def test_columns_of_schema_14(machine):
    """The upgrade stores ids and bytes; commands print the same texts, also of a chain that has no ids."""
    chains = [None, "[]", '[{"release":"6.1.0","runs":1}]',
              '[{"release":"6.1.0","runs":3},{"release":"5.10.0","runs":1}]', '[{"release":"6\\/1","runs":1}]']
    machine.boot(cold())
    machine.history.parent.mkdir()
    database = sqlite3.connect(machine.history)
    for number in range(1, 15):
        database.executescript(SCHEMA_1.with_name(f"{number:04}.sql").read_text(encoding="utf-8"))
    database.close()
    machine.sql("PRAGMA application_id = 0x6b786c6e", "PRAGMA user_version = 14",
                "INSERT INTO releases VALUES (1, '6.12.1'), (2, '6.1.0')",
                *[OLD_BOOT.format(id=id, count=1) for id in range(len(chains))],
                *[f"UPDATE boots SET chain = '{chain}' WHERE id = {id}" for id, chain in enumerate(chains) if chain],
                "UPDATE boots SET build = '#' || (id % 2) WHERE id > 0", "UPDATE summed SET boot = 3",
                "UPDATE boots SET marks = '0123abcd:00000001:' WHERE id = 1", "UPDATE boots SET marks = 'none' WHERE id = 2")
    before = machine.history.read_bytes()
    expected = [(boot["boot_id"], boot["chain"], boot["build"]) for boot in machine.log("--host=h")]
    assert expected == [(str(id), json.loads(chain or "[]"), f"#{id % 2}" if id else None)
                        for id, chain in enumerate(chains)]
    assert machine.history.read_bytes() == before
    machine.record()
    assert [(boot["boot_id"], boot["chain"], boot["build"]) for boot in machine.log("--host=h")] == expected
    assert machine.sql("SELECT chain FROM boots WHERE host = 'h' ORDER BY id") == [
        (None,), ("[]",), ("[2]",), ("[[2,3],3]",), (chains[4],)]
    assert machine.sql("SELECT hex(mark_bytes), typeof(mark_bytes) FROM boots WHERE host = 'h' AND id < 4 ORDER BY id") == [
        ("", "null"), ("01010123ABCD00000001", "blob"), ("6E6F6E65", "text"), ("", "null")]
    assert machine.sql("SELECT name FROM builds WHERE name LIKE '#_' ORDER BY 1") == [("#0",), ("#1",)]
    assert machine.sql("SELECT * FROM changed") == machine.sql("PRAGMA foreign_key_check") == []


def test_file_of_another_program(machine):
    machine.boot(cold())
    machine.history.parent.mkdir()
    machine.sql("CREATE TABLE theirs (column)")
    check_lost(machine.run("record"), "it is the database of another program; it was not changed")
    assert machine.sql("SELECT name FROM sqlite_schema") == [("theirs",)]


def test_locked_by_another_program(machine):
    """If another program holds the lock, `record` waits for ten seconds and then reports an error."""
    machine.boot(cold()).record()
    holder = "import sqlite3, sys\nd = sqlite3.connect(sys.argv[1], isolation_level=None)\n" \
             "d.execute('BEGIN IMMEDIATE')\nprint(flush=True)\nsys.stdin.read()"
    with subprocess.Popen(["/usr/bin/python3", "-c", holder, machine.history], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        machine.boot(cold())
        check_lost(machine.run("record"), "another program has held its lock for 10 s")
        process.stdin.close()
    assert len(machine.record().log()) == 2


def damage(path, offset, size=512):
    with open(path, "r+b") as file:
        file.seek(offset)
        file.write(b"\xa5" * size)


@pytest.mark.parametrize("offset", [0, 100, 4096])
def test_damaged(machine, offset):
    """A damaged history is kept under another name, and a new history is created."""
    machine.boot(cold()).record()
    machine.sql("PRAGMA wal_checkpoint(TRUNCATE)")
    damage(machine.history, offset, 4096 if offset else 100)
    kept = machine.history.read_bytes()
    machine.boot(cold())
    got = machine.run("record")
    assert got.status == 0, got
    assert "it is damaged" in got.talk and f"is kept as {machine.history}.damaged-1; a new history" in got.talk
    assert machine.history.with_name("history.db.damaged-1").read_bytes() == kept
    assert len(machine.log()) == 1
    assert machine.run("record").talk == ""


def test_damaged_value(machine):
    """A program that writes does not evaluate the CHECK constraints, but the search for damage does."""
    machine.boot(cold()).record()
    machine.sql("DROP TABLE host_names")
    check_lost(machine.boot(cold()).run("record"), "it is damaged (no such table: host_names)")
    machine.sql("PRAGMA ignore_check_constraints = ON", "UPDATE boots SET boot = 'unheard'")
    got = machine.run("record")
    assert got.status == 0 and f"is kept as {machine.history}.damaged-1; a new history" in got.talk, got


def test_damaged_twice(machine):
    for number in (1, 2):
        machine.boot(cold()).run("record")
        machine.sql("PRAGMA wal_checkpoint(TRUNCATE)")
        damage(machine.history, 0, 100)
        assert f"damaged-{number};" in machine.boot(cold()).run("record").talk


def test_empty_file(machine):
    machine.boot(cold())
    machine.history.parent.mkdir()
    machine.history.touch()
    got = machine.run("log")
    assert (got.status, "no boot is recorded yet" in got.talk) == (1, True)
    assert len(machine.record().log()) == 1


def test_folder_cannot_be_made(machine):
    machine.boot(cold())
    (machine.root / "var/lib").rmdir()
    check_lost(machine.run("record"), "cannot create its folder: No such file or directory")


@pytest.fixture
def small_disk(folder):
    """Yield a file system of 100 kB."""
    disk = folder / "disk"
    disk.mkdir()
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=100k", "tmpfs", disk],
                                           capture_output=True, check=False).returncode:
        pytest.skip("a small file system to fill can only be mounted by root")
    yield disk
    subprocess.run(["umount", disk], check=True)


def test_full_disk(machine, small_disk):
    store = f"--store={small_disk}/history.db"
    got = machine.boot(cold()).run("record", store)
    check_lost(got, "the disk is full")
    subprocess.run(["mount", "-o", "remount,size=10m", small_disk], check=True)
    machine.record("--shutdown", store)
    [boot] = machine.log(store)
    assert boot["end"] == "clean"


def test_read_only_disk(machine, small_disk):
    store = f"--store={small_disk}/history.db"
    subprocess.run(["mount", "-o", "remount,size=10m", small_disk], check=True)
    machine.boot(cold()).record(store)
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    got = machine.boot(cold()).run("record", store)
    check_lost(got, "cannot write: the file, its folder or the file system is read-only")
    assert len(machine.log(store)) == 1
    subprocess.run(["mount", "-o", "remount,rw", small_disk], check=True)
    assert len(machine.record("--shutdown", store).log(store)) == 2


def test_many_at_once(machine):
    machine.boot(cold())
    command = machine.tool.command(f"--root={machine.root}", "record")
    runs = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(12)]
    assert [(run.communicate()[1], run.returncode) for run in runs] == [(b"", 0)] * 12
    assert len(machine.log()) == 1
    assert machine.sql("SELECT boots FROM transitions") == [(1,)]


@pytest.mark.parametrize("url", ["postgres://host", "sqlite:", ""])
def test_other_stores(machine, url):
    got = machine.boot(cold()).run("record", f"--store={url}")
    assert got.status == 2 and "invalid store URL (expected sqlite:FILE, a path" in got.talk


def test_default_path(machine):
    machine.boot(cold()).record()
    assert (machine.root / HISTORY).stat().st_mode & 0o777 == 0o644
    assert (machine.root / HISTORY).parent.stat().st_mode & 0o777 == 0o755


START_KEXEC = "UPDATE boots SET kexec_time = {time}, kexec_release = {release} WHERE id = (SELECT max(id) FROM boots)"


def start_kexec(machine, release):
    """Record that the current boot starts a kexec now, as the kexec wrapper does."""
    machine.sql(START_KEXEC.format(time="time + 60", release=repr(release) if release else "NULL"))


@pytest.mark.parametrize("release", [OLDEST, None])
def test_lost_kexec(machine, release):
    """If a kexec was started and the next boot is cold, the lost kexec becomes a separate boot with a crash."""
    machine.boot(fresh(1, OLDER)).record()
    start_kexec(machine, release)
    machine.boot(cold(release=RELEASE)).record().record()
    boots = machine.log()
    assert [boot["end"] for boot in boots] == ["kexec", "lost", "running"]
    lost = boots[1]
    assert lost["boot_id"] == f"lost-{boots[0]['boot_id']}" and lost["number"] == -1
    assert (lost["boot"], lost["release"], lost["previous_release"]) == ("kexec", release, RELEASE)
    assert lost["kexec_count"] == 2
    assert lost["chain"] == [{"release": RELEASE, "runs": 1}, {"release": OLDER, "runs": 1}] and lost["chain_complete"]
    assert [(crash["type"], crash["title"]) for crash in lost["crashes"]] == [
        ("lost-kexec", "kexec lost: no sign of life")]
    assert [boot["crashes"] for boot in boots if boot is not lost] == [[], []]
    [crashed] = machine.log("--crashed")
    assert crashed["boot_id"] == lost["boot_id"]
    assert (f'kexec_lineage_lost_kexecs{{boot="kexec",previous_release="{RELEASE}",release="{release or ""}"}} 1'
            in machine.run("metrics").text)


def test_lost_kexec_after_a_shutdown(machine):
    machine.boot(cold(release=RELEASE)).record("--shutdown")
    start_kexec(machine, OLDER)
    machine.boot(cold(release=RELEASE)).record()
    assert machine.ends() == ["clean", "lost", "running"]


def test_kexec_that_was_not_recorded_is_not_lost(machine):
    """No kexec is lost if the started kernel ran, did not record itself, and started a kexec."""
    machine.boot(cold(release=RELEASE)).record()
    start_kexec(machine, OLDER)
    machine.boot(fresh(2, OLDER, RELEASE)).record()
    assert machine.ends() == ["kexec", "running"]


def test_kexec_followed_by_an_unknown_start_is_not_lost(machine):
    machine.boot(cold(release=RELEASE)).record()
    start_kexec(machine, OLDER)
    machine.boot({**cold(release=RELEASE), "proc/sys/kernel/bootloader_type": None}).record()
    assert "lost" not in machine.ends()


def test_failed_kexec_is_not_lost(machine):
    """A kexec is not lost if the boot that started it is recorded again, because the kexec has failed."""
    machine.boot(cold(release=RELEASE)).record()
    start_kexec(machine, OLDER)
    machine.record().boot(cold(release=RELEASE)).record()
    assert machine.ends() == ["unclean", "running"]


def test_lost_kexec_of_a_boot_with_a_damaged_chain(machine):
    machine.boot(fresh(1, OLDER)).record()
    start_kexec(machine, OLDEST)
    machine.sql("UPDATE boots SET chain = '{'")
    machine.boot(cold(release=RELEASE)).record()
    [lost] = machine.log("--crashed")
    assert (lost["chain"], lost["chain_complete"], lost["end"]) == ([], False, "lost")
