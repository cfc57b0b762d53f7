# SPDX-License-Identifier: GPL-2.0-or-later
"""A sosreport shows the lineage from the files and outputs that sos collects."""
import sqlite3

import pytest

from .sosreport import BOOT_ID, MODULE_LINE, SYSCTL, dmesg, journal, sosreport
from .system import HOST_NAME, MACHINE_ID, OLDER, RELEASE, put

NO_LINE = 'the kernel log has no "exec from" line'
JOURNAL = "journalctl___no_pager___catalog___boot"


def test_lineage(tool, make_root):
    shown = tool.show(make_root(sosreport()))
    assert (shown["release"], shown["boot"], shown["previous_release"], shown["kexec_count"]) == (
        RELEASE, "kexec", OLDER, 3)
    assert shown["conflicts"] == []
    assert {source["source"]: source["status"] for source in shown["sources"]} == {
        "kho": "absent", "stamp": "ok", "module": "absent", "log": "ok"}


# What a report lacks or has, and then: release, boot, previous release, and the status of the log.
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
    log = shown["sources"][3]
    assert (shown["release"], shown["boot"], shown["previous_release"], log["status"]) == expected
    if "dmesg" in changes and changes["dmesg"] or JOURNAL in changes and changes[JOURNAL]:
        assert log["detail"] in (None, NO_LINE)


def test_files_win_over_outputs(tool, make_root):
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
        assert database.execute("SELECT host, boot_id, build, kexec_count FROM boots").fetchall() == [
            (MACHINE_ID, BOOT_ID, "#1 SMP", 3)]
        assert database.execute("SELECT name FROM host_names WHERE name <> host").fetchall() == [(HOST_NAME,)]
