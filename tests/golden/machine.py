# SPDX-License-Identifier: GPL-2.0-or-later
"""A fake machine over several boots: /var is kept, /run is emptied at each boot."""
import shutil
import sqlite3

from .system import MACHINE_ID, boot, put

HISTORY = "var/lib/kexec-lineage/history.db"
PREVIOUS_STAMP = "run/kexec-lineage/previous-stamp"


class Machine:
    def __init__(self, tool, root):
        self.tool = tool
        self.root = root
        self.number = 0
        root.mkdir()

    def boot(self, description, **options):
        """Boot the machine again with the files of @description."""
        for path in self.root.iterdir():
            if path.name != "var":
                shutil.rmtree(path)
        self.number += 1
        for path, content in boot(self.number, description, **options).items():
            put(self.root / path, content)
        return self

    def run(self, *arguments, **options):
        return self.tool.on(self.root, *arguments, **options)

    def record(self, *arguments):
        got = self.run("record", *arguments)
        assert (got.status, got.out, got.talk) == (0, b"", ""), got
        return self

    def log(self, *arguments):
        """Return the objects of `log`, the oldest boot first."""
        got = self.run("--json", "log", *arguments)
        assert (got.status, got.talk) == (0, ""), got
        return got.json if isinstance(got.json, list) else [got.json]

    def ends(self):
        return [boot["end"] for boot in self.log()]

    @property
    def history(self):
        return self.root / HISTORY

    def sql(self, *statements):
        """Execute statements on the file of the history, and return the rows of the last statement."""
        database = sqlite3.connect(self.history)
        with database:
            rows = [database.execute(statement).fetchall() for statement in statements]
        database.close()
        return rows[-1]


__all__ = ["Machine", "MACHINE_ID", "HISTORY", "PREVIOUS_STAMP"]
