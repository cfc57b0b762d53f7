# SPDX-License-Identifier: GPL-2.0-or-later
"""The cache of kernels, with verification.

An entry is a folder with a vmlinuz and a manifest.json. The manifest is written last and has the SHA-256 of the
vmlinuz, which is checked before every use. An incomplete or broken entry is treated as absent.
"""

from __future__ import annotations

import contextlib
import dataclasses
import fcntl
import hashlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lab import arch

OLD_IMAGE_S = 24 * 3600


class KernelUnavailable(Exception):
    """A kernel is not in the cache and cannot be fetched; the text says why."""


class BrokenEntry(Exception):
    """A cache entry does not match its manifest."""


@dataclass(frozen=True)
class Kernel:
    """A verified kernel image on this machine."""

    id: str
    release: str
    path: Path
    package: str
    version: str
    arch: str = arch.HOST


def say(text: str) -> None:
    """Print a progress message to stderr."""
    print(f"lab: {text}", file=sys.stderr, flush=True)


def cache_folder() -> Path:
    """Return the folder of kernels and apt's private state."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "kexec-lineage" / "kernels"


def image_release(image: bytes, name: str = arch.HOST) -> str:
    """Return the release in a kernel image of an architecture. Raises BrokenEntry."""
    try:
        return arch.ALL[name].release(image)
    except arch.NotAnImage as error:
        raise BrokenEntry(str(error)) from error


def from_file(path: Path, kernel_id: str = "") -> Kernel:
    """Return a kernel image that is not from the list, for example one built from source."""
    release = image_release(path.read_bytes())
    return Kernel(kernel_id or release, release, path, package="", version="")


def cached_or_none(kernel_id: str, root: Path, quiet: bool = False) -> Kernel | None:
    """Return the verified cache entry, or None if it is missing or broken. Report a broken entry."""
    try:
        return verified(kernel_id, root)
    except FileNotFoundError:
        return None
    except (BrokenEntry, OSError, ValueError, TypeError, KeyError) as error:
        if not quiet:
            say(f"{kernel_id}: the cache entry is broken ({error}), fetching it again")
        return None


def read_manifest(kernel_id: str, root: Path) -> dict:
    return json.loads((root / kernel_id / "manifest.json").read_text(encoding="utf-8"))


def verified(kernel_id: str, root: Path) -> Kernel:
    """Read a cache entry and check it against its manifest."""
    folder = root / kernel_id
    manifest = read_manifest(kernel_id, root)
    path = folder / os.path.basename(manifest["file"])
    try:
        image = path.read_bytes()
    except FileNotFoundError as error:
        raise BrokenEntry(f"{path.name} is missing") from error
    found = hashlib.sha256(image).hexdigest()
    if found != manifest["sha256"]:
        raise BrokenEntry(f"SHA-256 of {path.name} is {found[:12]}..., the manifest says {manifest['sha256'][:12]}...")
    name = manifest.get("arch", arch.HOST)
    return Kernel(kernel_id, manifest["release"], path, manifest["package"], manifest["version"], name)


@contextlib.contextmanager
def locked(root: Path, what: str) -> Iterator[None]:
    """Hold an exclusive lock on an operation in a cache. Readers need no lock: files are renamed into place."""
    root.mkdir(parents=True, exist_ok=True)
    with open(root / f"lock-{what.replace(' ', '-')}", "w", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"waiting for another lab process ({what})")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def store(kernel: Kernel, image: bytes, **more: str) -> None:
    """Store an image at kernel.path, and its manifest with optional additional fields."""
    kernel.path.parent.mkdir(parents=True, exist_ok=True)
    fields = {key: value for key, value in dataclasses.asdict(kernel).items() if key != "path"}
    fields |= {"file": kernel.path.name, "sha256": hashlib.sha256(image).hexdigest(), **more}
    write_atomically(kernel.path, image)
    write_json(kernel.path.parent / "manifest.json", fields)
    _remove_old_images(kernel.path.parent, keep=kernel.path.name)


def write_json(path: Path, fields: dict) -> None:
    write_atomically(path, (json.dumps(fields, indent=2, sort_keys=True) + "\n").encode())


def write_atomically(path: Path, content: bytes) -> None:
    """Replace a file: readers see the old or the new content, also after a crash."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".new-", delete=False) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
        os.fchmod(file.fileno(), 0o644)
    os.replace(file.name, path)


def _remove_old_images(folder: Path, keep: str) -> None:
    """Remove superseded images, but keep recent images, because another lab process may be about to read them."""
    for path in folder.glob("vmlinuz-*"):
        with contextlib.suppress(FileNotFoundError):
            if path.name != keep and time.time() - path.stat().st_mtime > OLD_IMAGE_S:
                path.unlink()
