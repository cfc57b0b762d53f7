#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Print the power and the false alarms of triage on simulated fleets as the table of docs/appendix/benchmarks.md.

usage: power.py MEASURE [FLEETS]   MEASURE is the program of measure.c
"""
import json
import subprocess
import sys

RATE = "0.001"
SIZES = (5_000, 20_000, 100_000)
EFFECTS = (10, 30, 100)
SEED = "1000"


def measure(program: str, fleets: str, boots: int, effect: int) -> dict[str, dict]:
    done = subprocess.run([program, fleets, str(boots), RATE, str(effect), SEED], capture_output=True, text=True,
                          check=True)
    return {row["kind"]: row for row in map(json.loads, done.stdout.splitlines())}


def percent(count: int, of: int) -> str:
    return f"{100 * count / of:.1f} %" if of else "-"


def main(program: str, fleets: str = "200") -> None:
    print("| boots | times | found: transition | found: count | found: both | false alarms: none | confounded "
          "| false discovery rate | chi-square: false alarms | share of its alarms |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for boots in SIZES:
        for effect in EFFECTS:
            rows = measure(program, fleets, boots, effect)
            number = int(fleets)
            found = [percent(rows[kind]["found"], number) for kind in ("transition", "count", "both")]
            wrong = [percent(rows[kind]["wrong"], number) for kind in ("none", "confounded")]
            planted = [rows[kind] for kind in ("transition", "count", "both")]
            share = f"{100 * max(row['false_share'] for row in planted):.1f} %"
            plain_share = percent(rows["transition"]["plain_false_alarms"], rows["transition"]["plain_alarms"])
            plain = percent(rows["none"]["plain_wrong"], number)
            print("| " + " | ".join([f"{boots:,}", str(effect), *found, *wrong, share, plain, plain_share]) + " |",
                  flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
