# SPDX-License-Identifier: GPL-2.0-or-later
"""How do patches get onto a tree of kernel sources, and off again?

Beside the tree lies the original of every file that a patch ever touched. Patches are applied to copies of these,
and only what then differs from the tree is written: what stays as it is keeps its time and is not compiled again.
A run that was interrupted needs no repair, since the next one looks at the tree and not at a record of it.
"""

from __future__ import annotations

import filecmp
import os
import re
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

PATCHES = Path(__file__).resolve().parent.parent / "module" / "patches"
# The original of a file that a patch makes is a link to here, as in the patch itself.
ABSENT = "/dev/null"


class PatchRefused(Exception):
    """A patch cannot be had or does not apply; the text names it."""


def files_of(series: Sequence[str]) -> list[Path]:
    """The patches of these folders of module/patches, in the order in which they are applied. Raises PatchRefused."""
    found: list[Path] = []
    for name in series:
        patches = sorted((PATCHES / name).glob("*.patch"))
        if not patches:
            raise PatchRefused(f"there is no patch in {PATCHES / name}")
        found += patches
    return found


def bring(tree: Path, originals: Path, patches: Sequence[Path]) -> None:
    """Makes the tree what these patches and no others make of it. Raises PatchRefused, then with the tree as it was."""
    originals.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".patched-", dir=originals.parent) as scratch:
        new, patched = Path(scratch) / "new", Path(scratch) / "patched"
        patched.mkdir()
        for name in {name for patch in patches for name in _touched(patch)}:
            _keep_original(tree / name, originals / name, new)
        names = sorted(str(path.relative_to(originals)) for path in originals.rglob("*") if not path.is_dir())
        for name in names:
            _put(originals / name, patched / name, new)
        for patch in patches:
            _apply(patch, patched)
        for name in names:
            _put(patched / name, tree / name, new)


def _touched(patch: Path) -> set[str]:
    """The files that a patch of git's format changes, makes, removes or renames."""
    heads = re.findall(r"^diff --git a/(\S+) b/(\S+)$", patch.read_text(encoding="utf-8"), re.M)
    return {name for head in heads for name in head}


def _keep_original(file: Path, original: Path, new: Path) -> None:
    if os.path.lexists(original):
        return
    if file.exists():
        _put(file, original, new)
    else:
        original.parent.mkdir(parents=True, exist_ok=True)
        original.symlink_to(ABSENT)


def _put(source: Path, target: Path, new: Path) -> None:
    """Makes the target what the source is, by way of `new`, so that there is never half a file; not if it is so."""
    if not source.is_file():
        target.unlink(missing_ok=True)
    elif not (target.is_file() and _is_same(source, target)):
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, new)
        os.replace(new, target)


def _is_same(one: Path, other: Path) -> bool:
    """The same content, to be run or not; the other bits of the mode are the umask's."""
    return not (one.stat().st_mode ^ other.stat().st_mode) & stat.S_IXUSR and filecmp.cmp(one, other, shallow=False)


def _apply(patch: Path, folder: Path) -> None:
    # In a checkout, git would take the patch's paths for the checkout's.
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    environment["GIT_CEILING_DIRECTORIES"] = str(folder.resolve().parent)
    command = ["git", "apply", "--whitespace=nowarn", str(patch)]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise PatchRefused(f"{patch.parent.name}/{patch.name} does not apply:\n{done.stderr.strip()}")
