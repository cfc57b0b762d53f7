# SPDX-License-Identifier: GPL-2.0-or-later
"""Time of queries on a store, by the number of boots.

The peer is the same command on a store of 1,000 boots. The measured store has 1,000,000 boots. Both stores have the
same 40 transitions and counts. The boots are inserted by SQL, through the triggers that `record` uses.
"""
import os
import sqlite3
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

FEW, MANY = 1_000, 1_000_000
RUNS = 41
RELEASE = "7.3.4"
INSERT = """
WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)
INSERT INTO boots (host, boot_id, time, release, build, boot, previous, kexec_count, chain_is_complete, end)
SELECT 'local', 'boot-' || n, 1700000000 + 60 * n, 1 + n % 5, '#1 SMP PREEMPT_DYNAMIC',
    iif(n % 8, 'kexec', 'cold'), iif(n % 8, 1 + n % 7, 0), n % 8, 1, iif(n % 100, 'clean', 'unclean')
FROM numbers
"""


class History:
    """A simulated machine with a history of boots."""

    def __init__(self, tool: Path, folder: Path, boots: int) -> None:
        self.command = [str(tool), f"--root={folder}"]
        self.boot_id = folder / "proc/sys/kernel/random/boot_id"
        self.boot_id.parent.mkdir(parents=True)
        for path in ("run", "var/lib"):
            (folder / path).mkdir(parents=True)
        (folder / "proc/sys/kernel/osrelease").write_text(f"{RELEASE}\n")
        self.next_boot()
        self.run("record")
        with sqlite3.connect(folder / "var/lib/kexec-lineage/history.db") as database:
            for number in range(7):
                database.execute("INSERT OR IGNORE INTO releases (name) VALUES (?)", [f"7.{number}.0"])
            database.execute(INSERT, [boots])
        self.run("record")  # lets SQLite finish its checkpoint

    def next_boot(self) -> None:
        self.boot_id.write_text(f"{time.monotonic_ns()}\n")

    def run(self, *arguments: str) -> float:
        start = time.perf_counter()
        subprocess.run([*self.command, *arguments], check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - start


def bench(tool: Path, print_row) -> None:
    print(f"\nHistory: {MANY} boots, compared with {FEW}", flush=True)
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR", "/var/tmp")) as folder:
        histories = {"ours": History(tool, Path(folder) / "many", MANY),
                     "peer": History(tool, Path(folder) / "few", FEW)}
        for command in (["record"], ["log", "-n", "50"], ["metrics"]):
            times: dict[str, list[float]] = {"ours": [], "peer": []}
            for _ in range(RUNS):
                for name, history in histories.items():  # in turn, so that other load affects both
                    if command == ["record"]:
                        history.next_boot()
                    times[name].append(history.run(*command))
            name = " ".join(command)
            print_row(f"{name}, {MANY} boots", statistics.median(times["ours"]), f"{name}, {FEW} boots",
                      statistics.median(times["peer"]))
