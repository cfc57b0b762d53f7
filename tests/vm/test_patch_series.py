# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of the patch series in module/patches: their format, and that git applies them. No test needs a VM."""

from __future__ import annotations

import email
import os
import re
import shutil
import subprocess
from email.message import Message
from pathlib import Path

import pytest
from lab import apt, cache, kernels, patches
from lab.kernels import Entry

SERIES = sorted({patch.parent for patch in patches.PATCHES.rglob("*.patch")})
NAMES = [str(folder.relative_to(patches.PATCHES)) for folder in SERIES]
PATCHED = [entry for entry in kernels.read().entries if entry.patches]
# 12 digits and the title, as Documentation/process/submitting-patches.rst wants
FIXES = re.compile(r'^Fixes: [0-9a-f]{12} \(".+"\)$')


def mails(folder: Path) -> list[Message]:
    return [email.message_from_string(patch.read_text(encoding="utf-8")) for patch in sorted(folder.glob("*.patch"))]


def subject(mail: Message) -> str:
    return " ".join(mail["Subject"].split())


@pytest.mark.parametrize("folder", SERIES, ids=NAMES)
def test_patches_are_numbered(folder: Path) -> None:
    subjects = [subject(mail) for mail in mails(folder)]
    numbers = [re.match(r"\[PATCH(?: [\w.]+)? (\d+)/(\d+)\] ", text) for text in subjects]
    assert all(numbers), subjects
    assert [(int(found[1]), int(found[2])) for found in numbers if found] == [
        (number, len(subjects)) for number in range(1, len(subjects) + 1)]


@pytest.mark.parametrize("folder", SERIES, ids=NAMES)
def test_series_has_a_cover_letter(folder: Path) -> None:
    """The cover letter names the base and leaves the sign-off to whoever submits the series."""
    text = (folder / "0000-cover-letter.txt").read_text(encoding="utf-8")
    cover = email.message_from_string(text)
    assert subject(cover).startswith("[PATCH") and f"0/{len(mails(folder))}] " in subject(cover)
    assert re.search(r"^Base: Linux \d+\.\d+\.\d+ \(tag v\d+\.\d+\.\d+\)", text, re.M)
    assert "Signed-off-by" in text and "Assisted-by" in text


@pytest.mark.parametrize("folder", SERIES, ids=NAMES)
def test_trailers(folder: Path) -> None:
    """Nobody can sign off for this project. A trailer Fixes: has an abbreviated hash and a title."""
    for mail in mails(folder):
        message = mail.get_payload().split("\n---\n")[0]
        assert "Signed-off-by" not in message, subject(mail)
        wrong = [line for line in message.splitlines() if line.startswith("Fixes:") and not FIXES.match(line)]
        assert wrong == [], subject(mail)
        assert max(map(len, message.splitlines())) <= 100, subject(mail)


def sources_of(entry: Entry) -> Path:
    """Return the sources that the lab unpacked for a kernel; skip if it did not."""
    kernel = cache.cached_or_none(entry.id, cache.cache_folder(), quiet=True)
    folder = Path("none")
    if kernel:
        package = apt.Package(kernel.package, kernel.version, "")
        folder = cache.cache_folder() / "work" / f"{package.name}-{package.upstream}"
    if not folder.exists():
        pytest.skip(f"no sources of {entry.id} in the cache")
    return folder


def copy_of(source: Path, target: Path, files: list[Path]) -> None:
    """Make a git repository with the unpatched touched files of a source tree."""
    originals = source.with_name(f"{source.name}.originals")
    for name in {name for patch in files for name in patches.touched(patch)}:
        original = originals / name
        file = original if os.path.lexists(original) else source / name
        if file.is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, target / name)
    git(target, "init", "-q")
    git(target, "add", "-A")
    git(target, "commit", "-q", "--allow-empty", "-m", "base")


def git(folder: Path, *words: str) -> None:
    name = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false"]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    command = ["git", *name, *words]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("entry", PATCHED, ids=[entry.id for entry in PATCHED])
def test_git_applies_the_patches_without_fuzz(entry: Entry, tmp_path: Path) -> None:
    source = sources_of(entry)
    files = patches.files_of(entry.patches)
    copy_of(source, tmp_path, files)
    git(tmp_path, "am", "-q", "--whitespace=error", *map(str, files))


def test_every_series_is_built() -> None:
    built = {name for entry in PATCHED for name in entry.patches}
    assert set(NAMES) <= built
