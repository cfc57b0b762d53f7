# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that `triage` reports enough boots only if it would find a strong dependence.

LINEAGE_SEEDS=20 makes 200 fleets of each kind instead of 20, and prints in how many of them the dependence is found
(pytest -s).
"""
import os
import random

import pytest

from .fleet import Fleet
from .test_triage_machines import BAD, ORIGINS, Boot, associated, findings, store

pytestmark = pytest.mark.plain  # the results count here; other tests run the same code with sanitizers
FLEETS = 10 * int(os.environ.get("LINEAGE_SEEDS", "2"))
KERNELS = (BAD, *ORIGINS[1:4])
STRONG = 10  # times as likely


def boots_of(number, is_crashed):
    """Return the boots after each kernel, each on its own machine. is_crashed() depends on the kernel and a number."""
    return [Boot(f"m{kernel}-{one}", one % 8, kernel, is_crashed(kernel, number * index + one))
            for index, kernel in enumerate(KERNELS) for one in range(number)]


def is_enough(tool, folder, number, crashes):
    """Return whether boots are enough if the crashes are spread over all kernels."""
    folder.mkdir()
    fleet = Fleet(tool, folder / "fleet.db")
    every = number * len(KERNELS) // crashes
    store(fleet, boots_of(number, lambda _, one: one % every == 0 and one // every < crashes))
    return any(case["signature"] and case["power"] == "enough" for case in fleet.report()["cases"])


def smallest(tool, folder, rate):
    """Return the smallest number of boots after each kernel that is enough at this crash rate, and the crashes."""
    number = 4
    while True:
        crashes = max(1, round(len(KERNELS) * number * rate))
        if is_enough(tool, folder / f"enough{number}", number, crashes):
            return number, crashes
        number = max(number + 1, int(number * 1.1))


@pytest.mark.parametrize("rate", [0.01, 0.03, 0.05, 0.2, 0.4])
def test_enough(tool, folder, rate):
    """With just enough boots, a crash that is ten times as likely, or certain, is found with a probability of 80 %."""
    number, crashes = smallest(tool, folder, rate)
    of_all = crashes / number / len(KERNELS)
    found = 0
    for seed in range(FLEETS):
        rng = random.Random(seed)
        boots = boots_of(number, lambda kernel, _: rng.random() < of_all * (STRONG if kernel == BAD else 1))
        found += associated(findings(tool, folder / str(seed), boots)) == [BAD]
    print(f"\n{crashes} of {len(KERNELS) * number} boots: {found} of {FLEETS} found")
    assert found >= 0.7 * FLEETS
