#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The check in a sample of machines keeps only associations that the check of all machines keeps, and reports the same
machines and days.

usage: test_sample.py SAMPLE
"""
import json
import subprocess
import sys


def compare(sample: str, *arguments: str) -> list[dict]:
    lines = subprocess.run([sample, *arguments], check=True, text=True, stdout=subprocess.PIPE).stdout.splitlines()
    return [json.loads(line) for line in lines]


def main() -> None:
    arguments = ["1250", "3", "40000", "0.002", "100", "1", "50"]
    real = compare(sys.argv[1], *arguments, "count", "both")
    false = compare(sys.argv[1], *arguments, "rack", "broken")
    for result in real + false:
        print(result)
        assert result["extra"] == result["lost"] == result["different"] == 0, result
    # Without an association that the sample settles, this test shows nothing.
    assert all(result["sampled"] > 0 and result["both"] > 0 for result in real), real
    assert all(result["cases"] > 0 and result["sampled"] == 0 for result in false), false


if __name__ == "__main__":
    main()
