# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that kexec-lineage-collect adds each crash of a machine to the machine's history exactly once."""
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from .conftest import REPOSITORY
from .machine import Machine
from .system import HOST_NAME, MACHINE_ID, OLDER, RELEASE, cold, kexeced, stamp

COLLECT = REPOSITORY / "host/collect"
STARTED = 1_790_000_000  # as in system.boot()
OOPS = ("BUG: kernel NULL pointer dereference, address: 0000000000000008", "Oops: 0002 [#1] PREEMPT SMP NOPTI",
        "RIP: 0010:gamma_release+0x1f/0x80 [lab]", "Call Trace:", " <TASK>", " do_one_initcall+0x56/0x2e0", " </TASK>",
        "---[ end trace 0000000000000000 ]---")
TITLE = "BUG: unable to handle kernel NULL pointer dereference in gamma_release"
PANIC = ("Kernel panic - not syncing: Fatal exception",)

# A fake journalctl. It prints the entries of a JSON file from a cursor on, or the entries of the newest boot, in the
# export format. The cursor of an entry is its number. If a file "fail" exists, the fake fails in the middle.
JOURNALCTL = """#!/usr/bin/python3
import json, os, sys
folder = os.path.dirname(sys.argv[0])
entries = json.load(open(folder + "/entries"))
print(" ".join(sys.argv[1:]), file=open(folder + "/calls", "a"))
options = dict(word.split("=", 1) for word in sys.argv[1:] if word.startswith("--") and "=" in word)
assert "_TRANSPORT=kernel" in sys.argv and options["--output"] == "export"
first = 0
if "--cursor" in options:
    if not options["--cursor"].isdigit() or int(options["--cursor"]) >= len(entries):
        sys.exit("Failed to seek to cursor: Invalid argument")
    first = int(options["--cursor"])
fails = os.path.exists(folder + "/fail") and "--boot" not in options
for number, entry in enumerate(entries):
    if number < first or ("--boot" in options and entry["_BOOT_ID"] != entries[-1]["_BOOT_ID"]):
        continue
    if fails and number == len(entries) - 2:
        sys.exit("Failed to read")
    print("__CURSOR=%d" % number, *(f"{name}={value}" for name, value in entry.items()), "", sep="\\n")
"""


class Collector:
    """A machine with a journal and folders of crashes."""

    def __init__(self, tool, folder):
        self.machine = Machine(tool, folder / "machine")
        self.bin = folder / "bin"
        self.pstore = folder / "pstore"
        for path in (self.bin, self.pstore):
            path.mkdir()
        (self.bin / "journalctl").write_text(JOURNALCTL)
        (self.bin / "journalctl").chmod(0o755)
        self.entries = []

    def boot(self, description, *lines, release=RELEASE, recorded=True):
        """Boot the machine; @lines are in its journal after the banner."""
        number = self.machine.boot(description).number
        boot_id = f"{number:08x}-0000-4000-8000-000000000000"
        (self.machine.root / "proc/sys/kernel/random/boot_id").write_text(f"{boot_id}\n")
        for at, line in enumerate((f"Linux version {release} (a@b) (gcc) #{number} SMP", *lines)):
            self.entries.append({
                "__REALTIME_TIMESTAMP": str((STARTED + 100 * number + at) * 1_000_000), "MESSAGE": line,
                "_SOURCE_MONOTONIC_TIMESTAMP": str(at * 1_000_000 + 17), "_BOOT_ID": boot_id.replace("-", ""),
                "_TRANSPORT": "kernel", "SYSLOG_FACILITY": "0", "PRIORITY": "6", "_HOSTNAME": HOST_NAME,
                "_MACHINE_ID": MACHINE_ID})
        if recorded:
            self.machine.record()
        return self

    def write_journal(self):
        (self.bin / "entries").write_text(json.dumps(self.entries))

    def run(self, status=0, talk="", **environment):
        environment = {"PATH": f"{self.bin}:{Path(self.machine.tool.path).parent}:{os.environ['PATH']}",
                       "MACHINE_ID": MACHINE_ID, "STATE_DIRECTORY": str(self.machine.history.parent), **environment}
        self.write_journal()
        self.machine.history.parent.mkdir(exist_ok=True)
        got = subprocess.run([COLLECT, self.pstore], env={**os.environ, **environment}, capture_output=True, text=True,
                             check=False)
        assert (got.returncode, got.stdout) == (status, ""), got
        assert talk in got.stderr if talk else got.stderr == "", got.stderr
        return self

    def record(self, name, lines, start=40):
        """Write a record of pstore, as systemd-pstore keeps it."""
        path = self.pstore / name
        path.mkdir(exist_ok=True)
        text = "".join(f"<4>[{start + at:5d}.000017] {line}\n" for at, line in enumerate(lines))
        (path / "dmesg.txt").write_text(f"Panic#1 Part1\n{text}")

    def read_from(self):
        """Return the position at which each run began to read the journal. None is the beginning of the journal."""
        calls = [line.split() for line in (self.bin / "calls").read_text().splitlines()]
        calls = [words for words in calls if not {"--boot=0", "--lines=1"} & set(words)]
        return [next((int(word.partition("=")[2]) for word in words if word.startswith("--cursor=")), None)
                for words in calls]

    def crashes(self):
        return [[crash["title"] for crash in boot["crashes"]] for boot in self.machine.log()]


@pytest.fixture
def collector(tool, folder):
    return Collector(tool, folder)


def test_oops_in_the_journal(collector):
    collector.boot(cold(), *OOPS).boot(cold()).run()
    assert collector.crashes() == [[TITLE], []]
    assert collector.machine.ends() == ["unclean", "running"]
    metrics = collector.machine.run("metrics").text
    assert 'kexec_lineage_crashes{boot="cold",previous_release="",release="7.3.4"} 1' in metrics


def test_panic_in_pstore(collector):
    """A panic is found in pstore, because the journal lacks the last lines before the panic. The line of the module in
    pstore names the boot."""
    collector.boot(cold(), "x").boot(cold()).boot(cold())
    collector.record("1", (*OOPS[:2], "kexec_lineage: cold boot boot 00000002", *OOPS[2:], *PANIC))
    collector.run()
    assert collector.crashes() == [[], [TITLE], []]
    assert collector.machine.ends() == ["unclean", "crash", "running"]
    assert [boot["number"] for boot in collector.machine.log("--crashed")] == [-2, -1]


def test_crash_before_the_boot_was_recorded(collector):
    """An unrecorded boot between two recorded boots is found in the journal, and gets its place between these two."""
    early = kexeced(cmdline=f"ro {stamp(1, OLDER, made_for=RELEASE)}")
    collector.boot(cold(release=OLDER), release=OLDER)
    collector.boot(early, f"Command line: ro {stamp(1, OLDER, made_for=RELEASE)}", *OOPS, recorded=False)
    collector.boot(cold(release=OLDER), release=OLDER).run()
    boots = collector.machine.log()
    assert [(boot["number"], boot["release"], boot["previous_release"]) for boot in boots] == [
        (-2, OLDER, None), (-1, RELEASE, OLDER), (0, OLDER, None)]
    assert collector.crashes() == [[], [TITLE], []]
    assert collector.machine.boot(cold()).record().ends()[-2:] == ["unclean", "running"]


def test_next_run_continues(collector):
    """The next run starts at the first line of the newest boot of the last run, because this boot may crash later."""
    collector.boot(cold()).boot(cold()).run().run()
    for at, line in enumerate(OOPS, 1):
        collector.entries.append({**collector.entries[1], "MESSAGE": line,
                                  "_SOURCE_MONOTONIC_TIMESTAMP": str(at * 1_000_000)})
    collector.boot(cold()).run().run()
    assert collector.read_from() == [None, 1, 1, len(collector.entries) - 1]
    assert collector.crashes() == [[], [TITLE], []]


COUNTS = "SELECT count(*), (SELECT count(*) FROM crashes), (SELECT sum(crashes) FROM transitions) FROM boots"


def test_nothing_is_counted_twice(collector):
    collector.boot(cold(), *OOPS)
    collector.record("1", OOPS, start=1)
    collector.run()
    assert collector.crashes() == [[TITLE]]
    before = collector.machine.sql(COUNTS)
    for path in ("collect.journal", "collect.files"):
        (collector.machine.history.parent / path).unlink()
    collector.run()
    assert collector.machine.sql(COUNTS) == before


@pytest.mark.parametrize("cursor", ["s=of;another=journal", "99999", ""])
def test_cursor_of_another_journal(collector, cursor):
    collector.boot(cold(), *OOPS)
    collector.machine.history.parent.mkdir(exist_ok=True)
    (collector.machine.history.parent / "collect.journal").write_text(cursor)
    collector.run()
    assert collector.read_from() == [None] and collector.crashes() == [[TITLE]]


def test_journal_that_fails(collector):
    collector.boot(cold(), *OOPS)
    (collector.bin / "fail").touch()
    collector.run(1, "the journal could not be read completely; the next run reads it again")
    assert not (collector.machine.history.parent / "collect.journal").exists()
    (collector.bin / "fail").unlink()
    assert collector.run().crashes() == [[TITLE]]


def test_no_journal(collector):
    """The command also works without journald, and with an empty journal."""
    collector.machine.boot(cold()).record()
    collector.record("1", OOPS)
    collector.run()
    (collector.bin / "journalctl").unlink()
    collector.record("2", (*PANIC, "---[ end Kernel panic - not syncing: Fatal exception ]---"))
    minimal = collector.bin.parent / "minimal"
    minimal.mkdir()
    for name in ("sh", "cat", "find", "sort", "comm", "sed", "mv", "rm", "tr"):
        (minimal / name).symlink_to(shutil.which(name))
    collector.run(PATH=f"{minimal}:{Path(collector.machine.tool.path).parent}")
    assert sum(len(titles) for titles in collector.crashes()) == 2


def test_only_new_records_are_read(collector, tool):
    collector.boot(cold())
    collector.record("1", OOPS)
    collector.run()
    tracer = collector.bin / "kexec-lineage"
    tracer.write_text(f'#!/bin/sh\necho "$@" >> {collector.bin}/ingested\nexec {tool.path} "$@"\n')
    tracer.chmod(0o755)
    collector.record("2", OOPS, start=90)
    collector.run().run()
    os.utime(collector.pstore / "1/dmesg.txt", (1, 1))  # the clock was set back
    collector.run()
    read = [line.rsplit(" ", 1)[1] for line in (collector.bin / "ingested").read_text().splitlines()]
    assert [path for path in read if path.startswith("/") and path != "/dev/null"] == [
        str(collector.pstore / name) for name in ("2", "1")]


def test_nothing_new_is_not_a_failure(collector):
    """An empty file, a file without a log, and the rest of a log cause no failure."""
    collector.boot(cold()).run()
    for name, lines in (("empty", ()), ("other", ("x",)), ("rest", ("usb 1-1: new high-speed USB device",))):
        collector.record(name, lines)
    (collector.pstore / "empty/dmesg.txt").write_text("")
    (collector.pstore / "other/dmesg.txt").write_text("no log\n")
    assert collector.run().crashes() == [[]]


def test_history_that_cannot_be_written(collector):
    collector.boot(cold(), *OOPS)
    collector.machine.sql("PRAGMA user_version = 999")
    collector.run(1, "cannot be written: nothing was collected; the next run tries again")
    assert not list(collector.machine.history.parent.glob("collect.*"))


def test_dump_that_cannot_be_read(collector):
    """A damaged dump is reported once, and the other dumps are read."""
    collector.boot(cold(), *OOPS)
    (collector.pstore / "bad").mkdir()
    (collector.pstore / "bad/x.gz").write_bytes(b"\x1f\x8b\x08\x00broken")
    collector.record("good", OOPS, start=1)
    collector.run(1, f"not everything was read in: {collector.pstore}/bad ")
    (collector.pstore / "bad/y.gz").write_bytes(b"\x1f\x8b\x08\x00broken")
    collector.run(1, f"{collector.pstore}/bad/y.gz: ")
    assert collector.run().crashes() == [[TITLE]]
