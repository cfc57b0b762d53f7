# SPDX-License-Identifier: GPL-2.0-or-later
"""Prints what test_statistics.c expects: the definitions of docs/triage.md, evaluated with 40 digits."""
import mpmath

mpmath.mp.dps = 40
Z = mpmath.sqrt(2) * mpmath.erfinv(mpmath.mpf("0.95"))
TIES = 1 + mpmath.mpf("1e-7")


def exact(*numbers):
    return [mpmath.mpf(number) for number in numbers]


def fisher(a, n, c, m):
    crashes, boots = a + c, n + m

    def probability(x):
        return mpmath.binomial(crashes, x) * mpmath.binomial(boots - crashes, n - x) / mpmath.binomial(boots, n)

    tables = [probability(x) for x in range(max(0, n - (boots - crashes)), min(n, crashes) + 1)]
    return mpmath.fsum(p for p in tables if p <= probability(a) * TIES)


def risk_ratio(*table):
    a, n, c, m = exact(*table)
    estimate = (a / n) / (c / m)
    if a == 0 or c == 0:
        a, n, c, m = a + 0.5, n + 1, c + 0.5, m + 1
    ratio, error = mpmath.log((a / n) / (c / m)), mpmath.sqrt(1 / a - 1 / n + 1 / c - 1 / m)
    return estimate, mpmath.exp(ratio - Z * error), mpmath.exp(ratio + Z * error)


def mantel_haenszel(*strata):
    excess = variance = group = rest = error = mpmath.mpf(0)
    for a, n, c, m in (exact(*table) for table in strata):
        boots, crashes = n + m, a + c
        excess += a - n * crashes / boots
        variance += n * m * crashes * (boots - crashes) / (boots ** 2 * (boots - 1))
        group += a * m / boots
        rest += c * n / boots
        error += (n * m * crashes - a * c * boots) / boots ** 2
    ratio, sigma = group / rest, mpmath.sqrt(error / (group * rest))
    p = mpmath.erfc(mpmath.sqrt(excess ** 2 / variance / 2))
    return p, ratio, ratio * mpmath.exp(-Z * sigma), ratio * mpmath.exp(Z * sigma)


def trend(*doses):
    rows = [exact(*dose) for dose in doses]
    boots, p = sum(n for _, _, n in rows), sum(k for _, k, _ in rows) / sum(n for _, _, n in rows)
    mean = sum(s * n for s, _, n in rows) / boots
    z = sum((s - mean) * (k - p * n) for s, k, n in rows) / mpmath.sqrt(
        p * (1 - p) * sum((s - mean) ** 2 * n for s, _, n in rows))
    return z, mpmath.erfc(abs(z) / mpmath.sqrt(2))


TABLES = [(3, 4, 1, 4), (0, 10, 0, 10), (10, 10, 0, 10), (0, 10, 5, 10), (41, 1203, 3, 9120), (1, 1, 0, 1000),
          (2, 1000, 2, 1000), (17, 100, 200, 10000), (500, 100000, 400, 100000), (0, 0, 5, 100), (5, 5, 7, 7),
          (60, 10 ** 8, 20, 10 ** 8), (3000, 10 ** 7, 2700, 9 * 10 ** 7)]
FIGURES = [
    ("risk ratio", risk_ratio(41, 1203, 3, 9120)),
    ("risk ratio, none", risk_ratio(0, 50, 7, 100)),
    ("strata", mantel_haenszel((10, 100, 5, 200), (30, 1000, 8, 500))),
    ("confounded", mantel_haenszel((90, 1000, 9, 100), (1, 100, 10, 1000))),
    ("trend up", trend((0, 1, 1000), (1, 2, 1000), (2, 5, 1000), (3, 9, 1000), (4, 15, 1000))),
    ("trend down", trend((0, 9, 100), (1, 9, 100), (5, 1, 100))),
]

for row in TABLES:
    print("fisher", row, mpmath.nstr(fisher(*row), 17))
for name, values in FIGURES:
    print(name, *(mpmath.nstr(value, 17) for value in values))
