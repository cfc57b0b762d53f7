#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Print the power and the false alarms of triage on simulated fleets as the tables of docs/appendix/benchmarks.md.

usage: power.py MEASURE [FLEETS [BOOTS TIMES]]   MEASURE is the program of measure.c

With BOOTS and TIMES, print only the rows of these fleets.
"""
import json
import subprocess
import sys

RATE = "0.001"
SIZES = (5_000, 20_000, 100_000)
EFFECTS = (10, 30, 100)
SEED = "1000"
KINDS = ("none", "transition", "count", "both", "confounded", "dose")
# These fleets are written to a store, which takes longer.
STORED = ("broken", "rack", "incident", "length")
STORED_BOOTS, STORED_EFFECT, STORED_SHARE = 20_000, 30, 5


def measure(program: str, fleets: int, boots: int, effect: int, kinds: tuple[str, ...]) -> dict[str, dict]:
    done = subprocess.run([program, str(fleets), str(boots), RATE, str(effect), SEED, *kinds], capture_output=True,
                          text=True, check=True)
    return {row["kind"]: row for row in map(json.loads, done.stdout.splitlines())}


def percent(count: int, of: int) -> str:
    return f"{100 * count / of:.1f} %" if of else "-"


def print_row(program: str, fleets: int, boots: int, effect: int) -> None:
    rows = measure(program, fleets, boots, effect, KINDS)
    found = [percent(rows[kind]["found"], fleets) for kind in ("transition", "count", "both", "dose")]
    wrong = [percent(rows[kind]["wrong"], fleets) for kind in ("none", "confounded")]
    planted = [rows[kind] for kind in ("transition", "count", "both", "dose")]
    share = f"{100 * max(row['false_share'] for row in planted):.1f} %"
    plain_share = percent(rows["transition"]["plain_false_alarms"], rows["transition"]["plain_alarms"])
    plain = percent(rows["none"]["plain_wrong"], fleets)
    print("| " + " | ".join([f"{boots:,}", str(effect), *found, *wrong, share, plain, plain_share]) + " |", flush=True)


def print_stored(program: str, fleets: int) -> None:
    print("\n| fleet | false alarms | fleets with suspects | chi-square: false alarms |\n|---|---|---|---|")
    for kind in STORED:
        row = measure(program, fleets, STORED_BOOTS, STORED_EFFECT, (kind,))[kind]
        print(f"| {kind} | " + " | ".join(percent(row[field], fleets) for field in ("wrong", "suspects", "plain_wrong"))
              + " |", flush=True)


def main(program: str, fleets: str = "200", boots: str = "", effect: str = "") -> None:
    print("| boots | times | found: transition | found: count | found: both | found: dose | false alarms: none "
          "| confounded | false discovery rate | chi-square: false alarms | share of its alarms |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    if boots:
        print_row(program, int(fleets), int(boots), int(effect))
        return
    for size in SIZES:
        for times in EFFECTS:
            print_row(program, int(fleets), size, times)
    print_stored(program, max(1, int(fleets) // STORED_SHARE))


if __name__ == "__main__":
    main(*sys.argv[1:])
