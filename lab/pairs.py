# SPDX-License-Identifier: GPL-2.0-or-later
"""A table of kexecs between all KHO kernels: what the kernel itself reports, and what kexec-lineage reports.

For every ordered pair A, B one VM kexecs A -> A -> B, so that B has a count and a chain. Each pair runs once without
kexec-lineage and once with it. `python3 -m lab pairs --write` writes the results to docs/reference/kho-pairs.md.
"""

from __future__ import annotations

import itertools
import os
import re
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from lab import expect, fetch, scenario
from lab.cache import Kernel, say
from lab.scenario import Hop, Report, Scenario

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "kho-pairs.md"
# Role in kernels.toml -> name in the table.
ROLES = {
    "kho-6.18": "6.18",
    "kho-6.18-series": "6.18 with our series",
    "kho-6.19": "6.19",
    "kho-7.1": "7.1",
    "built": "7.3",
    "kho-7.3-crossabi": "7.3 with our patch",
    "second": "6.12 (Debian, no KHO)",
}
CMDLINE = f"{scenario.CMDLINE} kho=on"
FINALIZE = "/sys/kernel/debug/kho/out/finalize"
# Before Linux 7.1, userspace must finalize KHO. `kexec-lineage load` does so; a plain kexec needs this line.
PLAIN = f"test ! -e {FINALIZE} || echo 1 > {FINALIZE}\n" + scenario.plain_load("-s -l")
LINE = {"line": "dmesg | grep 'KHO: exec from: '"}
NOTHING = "nothing"

HEAD = """\
<!-- SPDX-License-Identifier: GPL-2.0-or-later -->
<!-- Made from real kexecs by `python3 -m lab pairs --write`; `make check-matrix` compares it. -->

# What crosses a kexec, pair by pair

Every pair was run in QEMU: the kernel of the row was cold-booted, kexec'ed once into itself and then into the kernel
of the column, with `kexec -s`, `kho=on` and KHO finalized. The last kernel must report the previous release and count
2. `kexec-lineage check --image=FILE` predicts both tables from the image (`tests/vm/test_check_kho.py`).

## The kernel without kexec-lineage

The cells show what the kernel prints at boot as `KHO: exec from: RELEASE (count N)`.

"""

OURS = """
## With kexec-lineage

With the module loaded, the cells show the sources that `kexec-lineage show` used. In each run the previous release, the
count of 2 and the complete chain were correct.

"""


@dataclass(frozen=True)
class Pair:
    """One cell of both tables. names: the names of the kernels in the table."""

    source: Kernel
    target: Kernel
    names: tuple[str, str]

    def way(self) -> list[Kernel]:
        return [self.source, self.source, self.target]


def kernels() -> dict[str, Kernel]:
    """Return the kernels of the table by name. Raises cache.KernelUnavailable, build.BuildFailed."""
    return {name: fetch.for_role(role) for role, name in ROLES.items()}


def pairs(cast: dict[str, Kernel]) -> list[Pair]:
    return [Pair(cast[one], cast[other], (one, other)) for one, other in itertools.product(cast, repeat=2)]


def mainline(pair: Pair, folder: Path) -> str:
    """Return whether the kernel's line "KHO: exec from" has the right release and count; NOTHING if there is no such
    line."""
    hops = [Hop(pair.source, PLAIN), Hop(pair.target, PLAIN)]
    plan = Scenario("mainline", pair.source, hops, cmdline=CMDLINE, commands=LINE)
    last = scenario.run(plan, None, folder)[-1]
    found = re.search(r"exec from: (\S+) \(count (\d+)\)", last.commands["line"].stdout)
    if not found:
        return NOTHING
    release = "the release" if found[1] == pair.source.release else f"**wrong release {found[1]}**"
    count = "count 2" if found[2] == "2" else f"**wrong count {found[2]}**"
    return f"{release}, {count}"


def ours(pair: Pair, stage: Path, folder: Path) -> str:
    """Return the sources that show the lineage. Raises ScenarioFailed if the lineage is not complete."""
    load = scenario.lineage_load("-s -l")
    hops = [Hop(pair.source, load), Hop(pair.target, load)]
    commands = {"show-json": scenario.SHOW["show-json"]}
    plan = Scenario("ours", pair.source, hops, cmdline=CMDLINE, commands=commands, module=True)
    last = scenario.run(plan, stage, folder)[-1]
    _check(pair, last)
    return ", ".join(source["source"] for source in last.show()["sources"] if source["status"] == "ok")


def _check(pair: Pair, last: Report) -> None:
    wanted = expect.lineage([kernel.release for kernel in pair.way()])
    del wanted["conflicts"]  # KHO may have restarted its count, which is reported as a conflict
    if wrong := expect.differences(wanted, last.show()):
        raise scenario.ScenarioFailed(f"{' -> '.join(pair.names)}: {'; '.join(wrong)}")


def page(stage: Path, workers: int = 0) -> str:
    """Run all pairs, report progress, and return the page."""
    cast = kernels()
    cells = pairs(cast)
    without = _run_all(cells, "without kexec-lineage", mainline, workers)
    with_ours = _run_all(cells, "with kexec-lineage", lambda pair, folder: ours(pair, stage, folder), workers)
    return HEAD + _table(list(cast), without) + OURS + _table(list(cast), with_ours)


def _run_all(
    cells: Sequence[Pair], what: str, run: Callable[[Pair, Path], str], workers: int
) -> dict[tuple[str, str], str]:
    done = itertools.count(1)

    def run_one(pair: Pair) -> str:
        with tempfile.TemporaryDirectory(prefix="kexec-lineage-pair-") as folder:
            found = run(pair, Path(folder))
        say(f"{next(done)} of {len(cells)} {what}: {' -> '.join(pair.names)}: {found}")
        return found

    with ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool:
        return dict(zip((pair.names for pair in cells), pool.map(run_one, cells)))


def _table(names: Sequence[str], cells: dict[tuple[str, str], str]) -> str:
    lines = ["| from \\ to | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    for source in names:
        lines.append(f"| **{source}** | " + " | ".join(cells[source, target] for target in names) + " |")
    return "\n".join(lines) + "\n"
