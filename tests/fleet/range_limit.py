#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Print how often the ends of a range of bad releases can be known: the limit for `triage` in test_range of
tests/golden/test_triage_logs.py.

usage: range_limit.py [FLEETS]

The fleets are those of bad_range() there. A result is right if both ends are within two releases of the truth. Two
choices are compared: the most likely range, and the range whose ends are most likely within two releases of the right
ones. Both know the two crash rates, which `triage` does not know.
"""
import math
import random
import sys
from itertools import accumulate, combinations, product

RELEASES, FIRST, LAST, NEAR = 40, 12, 23, 2
BOOTS, GOOD_RATE, BAD_RATE = 3600, 0.0012, 0.0222
CRASH = math.log(BAD_RATE / GOOD_RATE)  # what a crash, or a quiet boot, adds to the log likelihood of being bad
QUIET = math.log((1 - BAD_RATE) / (1 - GOOD_RATE))


def likelihoods(rng: random.Random) -> dict[tuple[int, int], float]:
    """Return the likelihood of each range, for one random fleet."""
    gains = [0.0] * RELEASES
    for _ in range(BOOTS):
        release = rng.randrange(RELEASES)
        is_bad = FIRST <= release <= LAST
        gains[release] += CRASH if rng.random() < (BAD_RATE if is_bad else GOOD_RATE) else QUIET
    sums = [0.0, *accumulate(gains)]
    return {(first, last): math.exp(sums[last + 1] - sums[first]) for first, last in combinations(range(RELEASES), 2)}


def is_right(ends: tuple[int, int]) -> bool:
    return abs(ends[0] - FIRST) <= NEAR and abs(ends[1] - LAST) <= NEAR


def of_near_ranges(likelihood: dict[tuple[int, int], float], ends: tuple[int, int]) -> float:
    steps = range(-NEAR, NEAR + 1)
    return sum(likelihood.get((ends[0] + first, ends[1] + last), 0) for first, last in product(steps, steps))


def main(fleets: str = "1000") -> None:
    right = {"most likely range": 0, "most likely near": 0}
    for seed in range(int(fleets)):
        likelihood = likelihoods(random.Random(seed))
        right["most likely range"] += is_right(max(likelihood, key=likelihood.get))
        right["most likely near"] += is_right(max(likelihood, key=lambda ends: of_near_ranges(likelihood, ends)))
    for name, count in right.items():
        print(f"{name}: {count} of {fleets} fleets, {100 * count / int(fleets):.1f} %")


if __name__ == "__main__":
    main(*sys.argv[1:])
