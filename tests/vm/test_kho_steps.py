# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that each patch of module/patches leaves a kernel that builds, boots, and starts itself by kexec with KHO.

Each kernel is the one before with one more patch, so make compiles only what the patch changes.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from kernels import MATRIX, log_of, splats
from kho import CMDLINE, FINALIZE_KHO, LINES, exec_from
from lab import cache, fetch, patches, scenario
from lab.scenario import Hop, Scenario, plain_load

pytestmark = [
    pytest.mark.vm,
    pytest.mark.skipif(not MATRIX, reason="takes long: make check-matrix runs it"),
    # The patches are applied to one tree: two workers would compile files twice.
    pytest.mark.xdist_group("kho-steps"),
]

# A kernel of the list, and series that are applied to its sources one after the other.
CHAINS = (
    ("built-7.3", ("fixes/linux-7.3.y", "interface/linux-7.3.y", "linux-7.3.y")),
    ("built-7.3", ("cmdline/linux-7.3.y",)),
    ("built-6.18", ("fixes/linux-6.18.y", "linux-6.18.y")),
    ("built-6.19", ("fixes/linux-6.19.y",)),
)
# The first patch for 6.18 with which the kernel hands over metadata. 7.3 does it without patches.
FIRST_WITH_METADATA = "linux-6.18.y/0006-"


def steps() -> list[tuple[str, tuple[str, ...]]]:
    """Return a kernel and the names of the patches for each step."""
    found = []
    for kernel, series in CHAINS:
        names = [str(patch.relative_to(patches.PATCHES)) for patch in patches.files_of(series)]
        found += [(kernel, tuple(names[: number + 1])) for number in range(len(names))]
    return found


@pytest.mark.parametrize("kernel_id, applied", [pytest.param(*step, id=step[1][-1]) for step in steps()])
def test_step(kernel_id: str, applied: tuple[str, ...], tmp_path: Path) -> None:
    try:
        kernel = fetch.with_patches(kernel_id, applied)
    except cache.KernelUnavailable as error:
        pytest.skip(f"kernel not available: {error}")
    hop = Hop(kernel, FINALIZE_KHO + plain_load("-s -l"))
    plan = Scenario("step", kernel, [hop], cmdline=CMDLINE, commands=LINES)
    cold, kexeced = scenario.run(plan, None, tmp_path)
    has_metadata = kernel_id == "built-7.3" or any(name.startswith(FIRST_WITH_METADATA) for name in applied)
    assert exec_from(cold) is None
    assert exec_from(kexeced) == ((kernel.release, 1) if has_metadata else None)
    assert "KHO: found kexec handover data" in kexeced.commands["lines"].stdout
    assert not splats(log_of(tmp_path), builtin=True)
