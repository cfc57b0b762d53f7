# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of `triage` on small fleets whose machines differ in how often they crash.

LINEAGE_SEEDS=100 runs each fleet with 100 seeds instead of 2, and prints the numbers of benchmarks.md (pytest -s).
"""
import os
import random

import pytest

from . import test_triage_ancestors as ancestors
from . import test_triage_machines as machines
from .fleet import Fleet
from .test_triage_machines import BAD, ORIGINS, Boot

SEEDS = range(int(os.environ.get("LINEAGE_SEEDS", "2")))


def fleet(rng, count, boots, *, group=0, share=None, broken=0.0, loops=0.0, rate=0.0, shape=None, times=1):
    """Yield the boots of @count machines.

    The first @group machines boot only after BAD, and the others only after other kernels. With @share, a function,
    each machine boots after BAD with its own probability. A machine is broken with the probability @broken, and then
    crashes with the probability @loops; the others crash with the probability @rate, and @times as often after BAD.
    With @shape, this rate has a gamma distribution over the machines.
    """
    for machine in range(count):
        is_broken = rng.random() < broken
        own = rate * (rng.gammavariate(shape, 1 / shape) if shape else 1)
        after_bad = share(rng) if share else machine < group
        for _ in range(boots):
            previous = BAD if rng.random() < after_bad else rng.choice(ORIGINS[1:])
            at_risk = loops if is_broken else min(0.95, own * (times if previous == BAD else 1))
            yield Boot(f"m{machine}", rng.randrange(8), previous, rng.random() < at_risk)


def beta(a, b):
    return lambda rng: rng.betavariate(a, b)


def fifth(_):
    return 0.2


def chains(rng, count, boots, broken, loops, rate):
    """Yield the boots of machines whose chains have different lengths."""
    for number in range(count):
        machine = ancestors.Machine(rng, f"m{number}")
        at_risk = loops if rng.random() < broken else rate
        cold = rng.betavariate(0.5, 3)
        for _ in range(boots):
            release = rng.choice((ancestors.RELEASE, ancestors.RELEASE, ancestors.BAD, *ancestors.OTHERS))
            if machine.running is None or rng.random() < cold:
                machine.cold(release)
            else:
                machine.kexec(release)
            yield machine.boot(release == ancestors.RELEASE and rng.random() < at_risk)


CLEAN = {
    "3 of 43 machines, a fifth broken": lambda rng: fleet(rng, 43, 8, group=3, broken=0.2, loops=0.25),
    "5 of 60 machines, a fifth broken": lambda rng: fleet(rng, 60, 8, group=5, broken=0.2, loops=0.25),
    "10 of 100 machines, 15 % broken": lambda rng: fleet(rng, 100, 8, group=10, broken=0.15, loops=0.25),
    "5 of 40 machines with 30 boots, 15 % broken": lambda rng: fleet(rng, 40, 30, group=5, broken=0.15, loops=0.1),
    "4 of 30 machines, a fifth crash in most boots": lambda rng: fleet(rng, 30, 10, group=4, broken=0.2, loops=0.6),
    "60 machines, own shares, 15 % broken": lambda rng: fleet(rng, 60, 12, share=beta(0.3, 0.9), broken=0.15,
                                                              loops=0.25),
    "150 machines, own shares, 5 % broken": lambda rng: fleet(rng, 150, 12, share=beta(0.3, 1.2), broken=0.05,
                                                              loops=0.3, rate=0.003),
    "80 machines, own shares and rates": lambda rng: fleet(rng, 80, 20, share=beta(0.4, 1.2), rate=0.02, shape=0.3),
    "8 of 80 machines, own rates": lambda rng: fleet(rng, 80, 20, group=8, rate=0.02, shape=0.3),
    "20 of 200 machines, own rates": lambda rng: fleet(rng, 200, 10, group=20, rate=0.02, shape=0.2),
    "80 machines with chains, a tenth broken": lambda rng: chains(rng, 80, 20, 0.1, 0.2, 0.002),
    "40 machines with chains, 15 % broken": lambda rng: chains(rng, 40, 30, 0.15, 0.15, 0),
}
TRUE = {
    "20 machines, 8 times": lambda rng: fleet(rng, 20, 16, share=fifth, rate=0.02, times=8),
    "8 of 40 machines, 20 times": lambda rng: fleet(rng, 40, 8, group=8, rate=0.01, times=20),
    "6 of 60 machines, 25 times": lambda rng: fleet(rng, 60, 8, group=6, rate=0.01, times=25),
    "300 machines, 5 times": lambda rng: fleet(rng, 300, 16, share=fifth, rate=0.004, times=5),
    "150 machines, own rates, 10 times": lambda rng: fleet(rng, 150, 16, share=fifth, rate=0.004, shape=0.5,
                                                           times=10),
    "30 of 150 machines, own rates, 10 times": lambda rng: fleet(rng, 150, 16, group=30, rate=0.004, shape=0.5,
                                                                 times=10),
    "150 machines, 2 % broken, 10 times": lambda rng: fleet(rng, 150, 16, share=fifth, broken=0.02, loops=0.5,
                                                            rate=0.004, times=10),
}


def results(tool, folder, make):
    """Yield what is associated, for each seed."""
    for seed in SEEDS:
        (folder / str(seed)).mkdir()
        made = Fleet(tool, folder / str(seed) / "fleet.db")
        boots = list(make(random.Random(seed)))
        (machines if isinstance(boots[0], Boot) else ancestors).store(made, boots)
        yield [(one["factor"], one["value"]) for one in made.report()["findings"] if one["verdict"] == "associated"]


@pytest.mark.parametrize("name", CLEAN)
def test_nothing(tool, folder, name):
    """No previous kernel, and no count, is the cause."""
    wrong = [bool(found) for found in results(tool, folder, CLEAN[name])].count(True)
    print(f"\n| {name} | {wrong} of {len(SEEDS)} |")
    assert wrong <= 1 + len(SEEDS) // 20


@pytest.mark.parametrize("name", TRUE)
def test_previous_kernel(tool, folder, name):
    """Crashes are this many times as likely after BAD."""
    found = list(results(tool, folder, TRUE[name]))
    right = found.count([("previous_release", BAD)])
    others = [[value for value in one if value != ("previous_release", BAD)] for one in found]
    print(f"\n| {name} | {right} of {len(SEEDS)} | {[bool(one) for one in others].count(True)} |")
    assert [bool(one) for one in others].count(True) <= 1 + len(SEEDS) // 20
    assert right >= len(SEEDS) * 0.4 - 1
