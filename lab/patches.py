# SPDX-License-Identifier: GPL-2.0-or-later
"""Application and removal of patches on a kernel source tree.

The original of every file that a patch ever changed is kept beside the tree. Patches are applied to copies of the
originals, and only files that differ from the tree are written. Other files keep their times and are not compiled
again. An interrupted run needs no repair: the next run compares its files with the tree itself, not with
a record of the tree.
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
# Each folder restores the bug that a commit of this name fixed, or plants crashes.
BUGS = Path(__file__).with_name("bugs")
# If a patch creates a file, its original is a link to this path, as in the patch itself.
ABSENT = "/dev/null"
# What git format-patch writes after the last diff: with --base the commits, and the version of git.
TRAILER = re.compile(r"(?:\nbase-commit: \w+\n(?:prerequisite-patch-id: \w+\n)*)?(?:(?<=\n)-- \n\d[^\n]*\n+)?\Z")


class PatchRefused(Exception):
    """A patch is missing or does not apply; the text names it."""


def files_of(series: Sequence[str]) -> list[Path]:
    """Return the patches of these folders of PATCHES or BUGS in the order of application. A name of a file in PATCHES
    stands for this patch alone. Raises PatchRefused."""
    found: list[Path] = []
    for name in series:
        if (PATCHES / name).is_file():
            found.append(PATCHES / name)
            continue
        patches = sorted((PATCHES / name).glob("*.patch")) or sorted((BUGS / name).glob("*.patch"))
        if not patches:
            raise PatchRefused(f"there is no patch in {PATCHES / name} or {BUGS / name}")
        found += patches
    return found


def bring(tree: Path, originals: Path, patches: Sequence[Path]) -> None:
    """Apply these patches and remove all others. If one does not apply, change nothing and raise PatchRefused."""
    originals.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".patched-", dir=originals.parent) as scratch:
        new, patched = Path(scratch) / "new", Path(scratch) / "patched"
        patched.mkdir()
        for name in {name for patch in patches for name in touched(patch)}:
            _keep_original(tree / name, originals / name, new)
        names = sorted(str(path.relative_to(originals)) for path in originals.rglob("*") if not path.is_dir())
        for name in names:
            _put(originals / name, patched / name, new)
        for patch in patches:
            _apply(patch, patched)
        for name in names:
            _put(patched / name, tree / name, new)


def touched(patch: Path) -> set[str]:
    """Return the files that a patch in git's format changes, creates, removes or renames."""
    heads = re.findall(r"^diff --git a/(\S+) b/(\S+)$", patch.read_text(encoding="utf-8"), re.M)
    return {name for head in heads for name in head}


def diff_of(patch: Path) -> str:
    """Return the part of a patch in git's format that git applies, without the hashes of the files' contents."""
    text = TRAILER.sub("", patch.read_text(encoding="utf-8"))
    _, *diffs = re.split(r"^diff --git ", text, flags=re.M)
    diff = "diff --git ".join(diffs)
    return re.sub(r"^index [0-9a-f]+\.\.[0-9a-f]+.*\n", "", diff, flags=re.M)


def _keep_original(file: Path, original: Path, new: Path) -> None:
    if os.path.lexists(original):
        return
    if file.exists():
        _put(file, original, new)
    else:
        original.parent.mkdir(parents=True, exist_ok=True)
        original.symlink_to(ABSENT)


def _put(source: Path, target: Path, new: Path) -> None:
    """Copy the source to the target through `new`, so that the target is never incomplete. Do nothing if both are
    equal."""
    if not source.is_file():
        target.unlink(missing_ok=True)
    elif not (target.is_file() and _is_same(source, target)):
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, new)
        os.replace(new, target)


def _is_same(one: Path, other: Path) -> bool:
    """Compare the content and the executable bit; the other mode bits depend on the umask."""
    return not (one.stat().st_mode ^ other.stat().st_mode) & stat.S_IXUSR and filecmp.cmp(one, other, shallow=False)


def _apply(patch: Path, folder: Path) -> None:
    # Inside a checkout, git would interpret the paths of the patch relative to the checkout.
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    environment["GIT_CEILING_DIRECTORIES"] = str(folder.resolve().parent)
    command = ["git", "apply", "--whitespace=nowarn", str(patch)]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise PatchRefused(f"{patch.parent.name}/{patch.name} does not apply:\n{done.stderr.strip()}")
