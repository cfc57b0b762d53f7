# SPDX-License-Identifier: GPL-2.0-or-later
"""Stores with a simulated fleet of known crashes."""
import sqlite3

NUMBERS = iter(range(10 ** 9))


def status_of(report):
    """Return the exit status that `triage` must have after this report."""
    if not report["cases"]:
        return 3
    return 10 if any(finding["verdict"] == "associated" for finding in report["findings"]) else 0


class Fleet:
    """A store that the tool creates. Boots are inserted into its tables directly (docs/explanation/store.md)."""

    def __init__(self, tool, path):
        self.tool = tool
        self.path = path
        made = tool.run("ingest", f"--store={path}", "--host=h", "-",
                        stdin=b"[    0.000000] Linux version 5.0.0 (a@b)\n")
        assert made.status == 0, made
        with sqlite3.connect(path) as database:
            database.executescript("DELETE FROM boots; DELETE FROM transitions; DELETE FROM releases WHERE id > 0;")

    def add(self, release, previous, boots, crashed=0, *, count=None, label="", boot=None, signature="sig",
            title="general protection fault in read_log", frames="read_log\nread_all", host="host",
            source=None):
        """Add boots of one transition; the first @crashed boots crash. If previous is None, the boots are cold. count
        may be "unknown"."""
        boot = boot or ("kexec" if previous else "cold")
        count = {None: 1 if previous else 0, "unknown": None}.get(count, count)
        with sqlite3.connect(self.path) as database:
            for name in filter(None, (release, previous)):
                database.execute("INSERT OR IGNORE INTO releases (name) VALUES (?)", (name,))
            for number in range(boots):
                row = database.execute(
                    "INSERT INTO boots (host, boot_id, release, boot, previous, kexec_count, chain_is_complete, label, source)"
                    " VALUES (?, ?, (SELECT id FROM releases WHERE name = ?), ?,"
                    " (SELECT id FROM releases WHERE name = ?), ?, 1, ?, ?)",
                    (host, f"boot{next(NUMBERS)}", release, boot, previous or "", count, label, source)).lastrowid
                if number < crashed:
                    database.execute(
                        "INSERT INTO crashes (boot, uptime_us, title, type, frames, signature)"
                        " VALUES (?, 5250000, ?, 'gpf', ?, ?)", (row, title, frames, signature))
        return self

    def run(self, *arguments, **options):
        return self.tool.run("triage", f"--store={self.path}", *arguments, **options)

    def report(self, *arguments):
        got = self.run("--json", *arguments)
        assert got.talk == "" and got.status == status_of(got.json), got
        return got.json
