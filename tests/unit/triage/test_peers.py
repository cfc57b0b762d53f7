#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compare the statistics with R, and with exact sums, on a thousand random tables of each kind.

Usage: test_peers.py CALCULATE    (the program of calculate.c)

The largest allowed relative difference is 1e-9.
"""
from __future__ import annotations

import math
import random
import shutil
import subprocess
import sys
from collections import defaultdict
from decimal import Decimal, getcontext
from fractions import Fraction

ROUNDS = 1000
PRECISION = 1e-9
APPROXIMATION = 0.02
TIME = 0.01  # small, because a unit of time can have only one crash
SKIP = 77
SMALLEST = 1e-290  # smaller values have lost digits in every implementation
Z = 1.959963984540054  # quantile 0.975 of the normal distribution
# Sizes: small tables, tables of a fleet, and very large tables with few crashes.
SIZES = (5, 40, 1000, 10 ** 5, 10 ** 8)
MOST_CRASHES = 3000
getcontext().prec = 50

R = r"""
options(digits = 17)
show <- function(...) cat(sprintf("%.17g", c(...)), "\n")
cube <- function(v) {
  t <- matrix(v, nrow = 4)
  array(rbind(t[1, ], t[3, ], t[2, ] - t[1, ], t[4, ] - t[3, ]), c(2, 2, ncol(t)))
}
lines <- strsplit(readLines(file("stdin")), " ")
for (words in lines) {
  v <- as.numeric(words[-1])
  if (words[1] == "table") {
    show(fisher.test(matrix(c(v[1], v[3], v[2] - v[1], v[4] - v[3]), 2))$p.value)
  } else if (words[1] == "time") {
    show(poisson.test(c(v[1], v[3]), c(v[2], v[4]))$p.value)
  } else if (words[1] == "strata") {
    chi <- mantelhaen.test(cube(v[-1]), correct = FALSE)
    # The exact test of R includes uninformative strata, so only its p-value is compared.
    exact <- mantelhaen.test(cube(v[-1]), exact = TRUE)
    show(chi$p.value, exact$p.value)
  } else if (words[1] == "odds") {
    odds <- mantelhaen.test(cube(v[-1]), correct = FALSE)
    show(odds$estimate, odds$conf.int)
  } else if (words[1] == "trend") {
    d <- matrix(v[-(1:2)], nrow = 3)
    show(sqrt(prop.trend.test(d[2, ], d[3, ], d[1, ])$statistic))
  } else if (words[1] == "tails") {
    t <- cube(v[-1])
    show(mantelhaen.test(t, exact = TRUE, alternative = "greater")$p.value,
         mantelhaen.test(t, exact = TRUE, alternative = "less")$p.value)
  }
}
"""


def crashes(rng, boots):
    """Return a number of crashes: 0, all boots, a low rate, or any number."""
    most = min(boots, MOST_CRASHES)
    return rng.choice([0, most, rng.randint(0, min(most, 8)), rng.randint(0, most)])


def table(rng, sizes=SIZES):
    n, m = rng.randint(1, rng.choice(sizes)), rng.randint(1, rng.choice(sizes))
    return crashes(rng, n), n, crashes(rng, m), m


def time(rng):
    """Return crashes and seconds at risk of two groups."""
    most = rng.choice((3, 10, 40))
    return (rng.randint(0, most), rng.randint(1000, 10 ** rng.randint(4, 9)), rng.randint(0, most),
            rng.randint(1000, 10 ** rng.randint(4, 9)))


def fisher(a, n, c, m):
    """Return the two-sided p-value by summation. Each probability is calculated from its neighbour."""
    low, high = max(0, a + c - m), min(n, a + c)
    weights = [Decimal(1)]
    for x in range(low, high):
        weights.append(weights[-1] * (a + c - x) * (n - x) / ((x + 1) * (m - a - c + x + 1)))
    limit = weights[a - low] * (1 + Decimal("1e-7"))
    return float(sum(weight for weight in weights if weight <= limit) / sum(weights))


def is_informative(a, n, c, m):
    return 0 < a + c < n + m


def strata(rng):
    """Return small, informative tables, because R's exact test accepts no other tables."""
    tables = []
    while len(tables) < 2 or rng.random() < 0.6 and len(tables) < 6:
        n, m = rng.randint(1, rng.choice((5, 40, 1000))), rng.randint(1, rng.choice((5, 40, 1000)))
        one = rng.randint(0, min(n, 20)), n, rng.randint(0, min(m, 20)), m
        if is_informative(*one):
            tables.append(one)
    return tables


def once(rows):
    """Return the tables of all strata, in which the crash of each machine that supports the finding least counts."""
    boots, tables = defaultdict(lambda: [0, 0]), {}
    for _, stratum, group, n, _ in rows:
        boots[stratum][group] += n
    for machine in {row[0] for row in rows}:
        own = [row for row in rows if row[0] == machine]
        counted = min((row for row in own if row[4]), key=lambda row: row[2] - boots[row[1]][1] / sum(boots[row[1]]),
                      default=None)
        for row in own:
            _, stratum, group, n, crashed = row
            at = tables.setdefault(stratum, [0, 0, 0, 0])
            at[2 * (1 - group)] += row is counted
            at[2 * (1 - group) + 1] += n - crashed + (row is counted)
    return [table for table in tables.values() if is_informative(*table) and table[1] and table[3]]


def ways(tables):
    """Return, for each number of the group's crashes in all tables, the number of ways to choose the crashed boots."""
    total = {0: 1}
    for a, n, c, m in tables:
        more = defaultdict(int)
        for before, count in total.items():
            for x in range(a + c + 1):
                more[before + x] += count * choose(n, x) * choose(m, a + c - x)
        total = more
    return total


def same_odds(tables, others):
    """Return the probability of at least as many crashes of the group in the first tables, given all its crashes."""
    observed, all_ = sum(table[0] for table in tables), sum(table[0] for table in (*tables, *others))
    left, right = ways(tables), ways(others)
    counts = {x: count * right.get(all_ - x, 0) for x, count in left.items()}
    return float(Fraction(sum(count for x, count in counts.items() if x >= observed), sum(counts.values())))


def machines(rng):
    """Return rows of machines in several strata. R needs at least two informative strata, and more crashes in the group
    than expected, because the test is not made in the other direction."""
    while True:
        size = rng.choice((3, 10, 200))
        rows = [(machine, stratum, group, n, min(n, rng.choice((0, 0, 1, group * rng.randint(0, 3)))))
                for machine in range(rng.randint(2, 7)) for stratum in range(3) for group in (0, 1)
                for n in [rng.randint(1, size)] if rng.random() < 0.7]
        tables = once(rows)
        if len(tables) > 1 and sum(a - n * Fraction(a + c, n + m) for a, n, c, m in tables) > 0:
            return rows


def trend(rng):
    """Return one stratum, because R's trend test has no strata. The scores are consecutive or far apart."""
    while True:
        scores = rng.sample(range(1, rng.choice((8, 20))), rng.randint(2, 6))
        doses = []
        for score in scores:
            boots = rng.randint(1, rng.choice(SIZES[:4]))
            doses.append((score, rng.randint(0, min(boots, rng.choice((1, 5, 200)))), boots))
        if 0 < sum(dose[1] for dose in doses) < sum(dose[2] for dose in doses):
            return doses


def choose(n, k):
    return math.comb(n, k) if 0 <= k <= n else 0


def exact_trend(groups):
    """Return the exact two-sided p-value of the trend: twice the smaller tail of the sum of all crashes' doses.

    Enumerate all possible sums, with fractions instead of rounded numbers.
    """
    total, observed = {0: Fraction(1)}, 0
    for doses in groups:
        ways = {(0, 0): 1}
        for score, _, boots in doses:
            more = defaultdict(int)
            most = sum(dose[1] for dose in doses)
            for (drawn, sum_), count in ways.items():
                for k in range(min(boots, most - drawn) + 1):
                    more[drawn + k, sum_ + k * score] += count * choose(boots, k)
            ways = more
        observed += sum(score * k for score, k, _ in doses)
        most, boots = sum(k for _, k, _ in doses), sum(n for _, _, n in doses)
        part = {sum_: Fraction(count, choose(boots, most)) for (drawn, sum_), count in ways.items() if drawn == most}
        both = defaultdict(Fraction)
        for left, p in total.items():
            for right, q in part.items():
                both[left + right] += p * q
        total = both
    below = sum(p for value, p in total.items() if value <= observed)
    above = sum(p for value, p in total.items() if value >= observed)
    return float(min(1, 2 * min(below, above)))


def small_groups(rng):
    """Return strata for which enumeration is fast."""
    def one():
        scores = rng.sample(range(1, 9), rng.randint(2, 4))
        boots = [rng.randint(1, rng.choice((6, 30, 1000))) for _ in scores]
        return [(score, rng.randint(0, min(2, n)), n) for score, n in zip(scores, boots)]
    groups = [one() for _ in range(rng.randint(1, 3))]
    informs = any(0 < sum(k for _, k, _ in doses) < sum(n for _, _, n in doses) for doses in groups)
    return groups if informs else small_groups(rng)


def hypergeometric(n, crashes, boots):
    """Return the probabilities of the hypergeometric distribution, by logarithms."""
    low, high = max(0, n - (boots - crashes)), min(n, crashes)
    def log_choose(n, k):
        return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
    return low, [math.exp(log_choose(crashes, x) + log_choose(boots - crashes, n - x) - log_choose(boots, n))
                 for x in range(low, high + 1)]


def sum_over_strata(tables):
    """Return the two-sided p-value of the group's crashes over all strata: twice the smaller tail of their number.

    Calculate its distribution by convolution of the distributions of all strata.
    """
    first, total = 0, [1.0]
    for a, n, c, m in tables:
        low, part = hypergeometric(n, a + c, n + m)
        first += low
        more = [0.0] * (len(total) + len(part) - 1)
        for i, p in enumerate(total):
            for j, q in enumerate(part):
                more[i + j] += p * q
        total = more
    at = sum(table[0] for table in tables) - first
    return min(1, 2 * min(math.fsum(total[:at + 1]), math.fsum(total[at:])))


def many_crashes(rng):
    """Return strata with few boots of the group and at least about ten crashes of the group."""
    tables = []
    odds = rng.choice((0.5, 1, 1.5, 2, 3))
    for _ in range(rng.randint(2, 40)):
        n, m = rng.randint(2, 60), rng.randint(50, 3000)
        rate = rng.choice((0.002, 0.02, 0.2))
        tables.append((sum(rng.random() < min(0.9, rate * odds) for _ in range(n)), n,
                       sum(rng.random() < rate for _ in range(m)), m))
    return tables if sum(table[0] for table in tables) >= 10 else many_crashes(rng)


def as_doses(tables):
    return [[(0, c, m), (1, a, n)] for a, n, c, m in tables]


def half(a, n, c, m):
    """Add half a boot to each cell if a logarithm of 0 would result."""
    return (a + 0.5, n + 1, c + 0.5, m + 1) if a == 0 or c == 0 or (a, c) == (n, m) else (a, n, c, m)


def exp(x):
    return math.exp(x) if x < 709 else math.inf


def risk_ratio(*counts):
    a, n, c, m = counts
    estimate = math.nan if a == c == 0 else math.inf if c == 0 else a / n / (c / m)
    a, n, c, m = half(*counts)
    error = Z * math.sqrt(1 / a - 1 / n + 1 / c - 1 / m)
    return [estimate, a / n / (c / m) * math.exp(-error), a / n / (c / m) * math.exp(error)]


def odds_ratio(a, n, c, m):
    """Return the odds ratio with Woolf's interval."""
    cells = [a, n - a, c, m - c]
    estimate = math.nan if 0 in (a * (m - c) + (n - a) * c, n, m) else (
        math.inf if (n - a) * c == 0 else a * (m - c) / ((n - a) * c))
    if 0 in cells:
        cells = [cell + 0.5 for cell in cells]
    ratio = cells[0] * cells[3] / (cells[1] * cells[2])
    error = Z * math.sqrt(sum(1 / cell for cell in cells))
    return [estimate, ratio * math.exp(-error), ratio * math.exp(error)]


def has_odds(tables):
    return sum(a * (m - c) for a, n, c, m in tables) > 0 and sum((n - a) * c for a, n, c, m in tables) > 0


def ratio_over_strata(tables):
    """Return the Mantel-Haenszel ratio with the interval of Greenland and Robins, by exact sums."""
    group = sum(Fraction(a * m, n + m) for a, n, c, m in tables)
    rest = sum(Fraction(c * n, n + m) for a, n, c, m in tables)
    spread = sum(Fraction(n * m * (a + c) - a * c * (n + m), (n + m) ** 2) for a, n, c, m in tables)
    if not group or not rest:
        return [0.0 if rest else math.inf if group else math.nan, math.nan, math.nan]
    error = Z * math.sqrt(spread / (group * rest))
    return [float(group / rest), float(group / rest) * exp(-error), float(group / rest) * exp(error)]


def possible(tables):
    """Return the possible p-values, up to 0.1, of the upper tail of the distribution over all strata."""
    total = [1.0]
    for a, n, c, m in tables:
        _, part = hypergeometric(n, a + c, n + m)
        more = [0.0] * (len(total) + len(part) - 1)
        for i, p in enumerate(total):
            for j, q in enumerate(part):
                more[i + j] += p * q
        total = more
    tails = [math.fsum(total[i:]) for i in range(len(total))][::-1]
    return [tail for tail in tails if tail <= 0.1]


def test(rng):
    """Return a weight, a p-value and the possible p-values up to 0.1; None if they are unknown."""
    weight = rng.choice((1, 0.3, 0.01))
    if rng.random() < 0.3:
        return weight, rng.choice((rng.random(), rng.random() ** 9)), None
    values = sorted({rng.random() ** rng.choice((2, 6)) / 10 for _ in range(rng.randint(1, 9))})
    return weight, rng.choice((*values, 1.0)), values


def flat(one):
    weight, p, values = one
    return (weight, len(values or ()), p, *(values or ()))


def probability(one, limit):
    """Return the probability of a p-value of at most @limit, or an upper bound."""
    values = one[2]
    if values is None or limit > 0.1:
        return min(limit, 1)
    return max((value for value in values if value <= limit * (1 + 1e-9)), default=0)


def combined(tests):
    """Return the p-value of a combined test: the sum, over all tests, of the probability that p / weight is at most the
    smallest observed p / weight."""
    total = sum(weight for weight, _, _ in tests)
    least = min(p * total / weight for weight, p, _ in tests)
    return min(1, sum(probability(one, least * one[0] / total) for one in tests))


def odds_sum(tests, at):
    """Return the sum of F / (1 - F). F is the probability that p / weight is at most @at. Above the listed values, F is
    replaced by an upper bound."""
    def odds(p):
        return p / (1 - p) if p < 1 else math.inf
    return sum(odds(probability(one, at * one[0])) if one[2] is not None and at * one[0] <= 0.1 * (1 + 1e-9)
               else one[0] * odds(at) for one in tests)


def q_values(tests):
    """Apply the step-down procedure of Doehler, Durand and Roquain (2018)."""
    order = sorted(range(len(tests)), key=lambda i: tests[i][1] / tests[i][0])
    q, result = 0.0, [0.0] * len(tests)
    for rank, i in enumerate(order):
        q = max(q, odds_sum(tests, tests[i][1] / tests[i][0]) / (rank + 1))
        result[i] = min(q, 1)
    return result


def level(tests, rate=0.05):
    """Return the largest p / weight, up to @rate, at which odds_sum() is at most @rate, by bisection."""
    low, high = 0.0, rate
    if odds_sum(tests, high) <= rate:
        return high
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if odds_sum(tests, middle) <= rate else (low, middle)
    return low


def flatten(rows):
    return [number for row in rows for number in row]


def ask(command, lines):
    text = "".join(" ".join(str(word) for word in line) + "\n" for line in lines)
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
    return [[float(word) for word in line.split()] for line in done.stdout.splitlines()]


def compare(name, questions, ours, theirs, least=SMALLEST, precision=PRECISION):
    """Print the largest difference; return 1 if it is too large. Figures below @least count as @least."""
    worst, of = 0.0, None
    assert len(ours) == len(theirs) == len(questions)
    for question, got, expected in zip(questions, ours, theirs):
        assert len(got) == len(expected), (question, got, expected)
        for one, other in zip(got, expected):
            same = one == other or math.isnan(one) and math.isnan(other)
            differs = 0.0 if same else abs(one - other) / max(abs(other), least)
            if not differs <= worst:
                worst, of = differs, (question, got, expected)
    print(f"{name}: {len(questions)} compared, largest difference {worst:.1e}")
    if not worst <= precision:
        print(f"  at {of}")
    return not worst <= precision


def main(calculate):
    if not shutil.which("Rscript"):
        print("SKIP: R is not installed (package r-base-core)")
        return SKIP
    rng = random.Random(7)
    peer = ["Rscript", "--vanilla", "-e", R]
    failed = 0

    # From 10^8 boots on the error of R is 2e-9: it calculates 1 - p, which loses digits.
    lines = [("table", *table(rng, SIZES[:4])) for _ in range(ROUNDS)]
    failed += compare("Fisher's test against R", lines, [row[:1] for row in ask([calculate], lines)], ask(peer, lines))

    lines = [("time", *time(rng)) for _ in range(ROUNDS)]
    failed += compare("crashes per time against R", lines, ask([calculate], lines), ask(peer, lines), SMALLEST, TIME)

    lines = [("table", *table(rng)) for _ in range(ROUNDS)]
    failed += compare("Fisher's test against 50 digits", lines, [row[:1] for row in ask([calculate], lines)],
                      [[fisher(*line[1:])] for line in lines])
    ours = [row[1:] for row in ask([calculate], lines)]
    failed += compare("risk ratio against its definition", lines, ours, [risk_ratio(*line[1:]) for line in lines])

    groups = [[table(rng) for _ in range(rng.randint(1, 5))] for _ in range(ROUNDS)]
    lines = [("strata", len(tables), *flatten(tables)) for tables in groups]
    failed += compare("ratio over strata against its definition", lines, [row[:3] for row in ask([calculate], lines)],
                      [ratio_over_strata(tables) for tables in groups])

    groups = [strata(rng) for _ in range(ROUNDS)]
    lines = [("strata", len(tables), *flatten(tables)) for tables in groups]
    failed += compare("tests over strata against R", lines, [row[3:] for row in ask([calculate], lines)],
                      ask(peer, lines))

    own = random.Random(11)
    groups = [tables for tables in (strata(own) for _ in range(ROUNDS)) if has_odds(tables)]
    lines = [("odds", len(tables), *flatten(tables)) for tables in groups]
    ours = ask([calculate], lines)
    failed += compare("odds ratio over strata against R", lines, [row[:3] for row in ours], ask(peer, lines))
    failed += compare("odds ratio against its definition", lines, [row[3:] for row in ours],
                      [odds_ratio(*tables[0]) for tables in groups])
    many = [(strata(own), strata(own)) for _ in range(ROUNDS)]
    many.append(([(60, 100, 20, 2000)], [(100, 2000, 900, 18000)]))  # very different odds ratios
    lines = [("same", len(tables), *flatten(tables), len(others), *flatten(others)) for tables, others in many]
    failed += compare("test of a common odds ratio against fractions", lines, ask([calculate], lines),
                      [[same_odds(*pair)] for pair in many])

    many = [machines(own) for _ in range(ROUNDS)]
    lines = [("once", len(rows), *flatten(rows)) for rows in many]
    failed += compare("one crash of each machine against R", lines, ask([calculate], lines),
                      [row[1:] for row in ask(peer, [("strata", len(tables), *flatten(tables))
                                                     for tables in map(once, many)])])

    groups = [trend(rng) for _ in range(ROUNDS)]
    lines = [("trend", 1, len(doses), *flatten(doses)) for doses in groups]
    # The variance in R's test has the divisor N; the exact variance has N - 1.
    ours = [[abs(row[0]) * math.sqrt(sum(n for _, _, n in doses) / (sum(n for _, _, n in doses) - 1))]
            for row, doses in zip(ask([calculate], lines), groups)]
    failed += compare("z of the trend against R", lines, ours, ask(peer, lines), 1e-6)

    many = [small_groups(rng) for _ in range(ROUNDS)]
    lines = [("trend", len(groups), *flatten((len(doses), *flatten(doses)) for doses in groups)) for groups in many]
    failed += compare("p of the trend against fractions", lines, [row[1:] for row in ask([calculate], lines)],
                      [[exact_trend(groups)] for groups in many])

    many = [many_crashes(rng) for _ in range(ROUNDS // 5)]
    lines = [("saddlepoint", len(tables), *flatten((2, *flatten(doses)) for doses in as_doses(tables)))
             for tables in many]
    failed += compare("saddlepoint against sums", lines, ask([calculate], lines),
                      [[sum_over_strata(tables)] for tables in many], SMALLEST, APPROXIMATION)

    groups = [strata(rng) for _ in range(ROUNDS)]
    lines = [("tails", len(tables), *flatten(tables)) for tables in groups]
    ours = ask([calculate], lines)
    failed += compare("one-sided tests against R", lines, [row[:2] for row in ours], ask(peer, lines))
    few = [(line, row) for line, row in zip(lines, ours) if len(row) > 2]
    failed += compare("possible p-values against sums", [line for line, _ in few], [row[2:] for _, row in few],
                      [possible(tables) for tables, row in zip(groups, ours) if len(row) > 2])

    many = [[test(rng) for _ in range(rng.randint(1, 12))] for _ in range(ROUNDS)]
    lines = [("combine", len(tests), *flatten(flat(one) for one in tests)) for tests in many]
    failed += compare("combined tests against the definition", lines, [row[:1] for row in ask([calculate], lines)],
                      [[combined(tests)] for tests in many])
    lines = [("adjust", len(tests), *flatten(flat(one) for one in tests)) for tests in many]
    failed += compare("q-values against the definition", lines, [row[:-1] for row in ask([calculate], lines)],
                      [q_values(tests) for tests in many])
    failed += compare("levels against the definition", lines, [row[-1:] for row in ask([calculate], lines)],
                      [[level(tests)] for tests in many], precision=1e-6)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
