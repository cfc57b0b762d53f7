# SPDX-License-Identifier: GPL-2.0-or-later
"""How does the lab get a kernel, and why can the cached one be trusted?

A cache entry is a folder with a vmlinuz and a manifest.json. The manifest is written last and carries the
vmlinuz's SHA-256, which is checked before every use: what is incomplete or broken is fetched again.
"""

from __future__ import annotations

import contextlib
import dataclasses
import fcntl
import fnmatch
import hashlib
import json
import os
import struct
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lab import kernels
from lab.apt import AptError, Package, Suite, newest_first

# The newest package may be listed by a mirror that does not have its file yet: then an older one will do.
VERSIONS_TO_TRY = 3
OLD_IMAGE_S = 24 * 3600


class KernelUnavailable(Exception):
    """A kernel is neither in the cache nor to be had; the text says why."""


class BrokenEntry(Exception):
    """A cache entry does not hold what its manifest says."""


@dataclass(frozen=True)
class Kernel:
    """A kernel image that is on this machine, and verified."""

    id: str
    release: str
    path: Path
    package: str
    version: str


def say(text: str) -> None:
    """Progress is talk: stderr."""
    print(f"lab: {text}", file=sys.stderr, flush=True)


def cache_folder() -> Path:
    """Where kernels and apt's private state are kept."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "kexec-lineage" / "kernels"


def image_release(image: bytes) -> str:
    """The release an x86 bzImage names: the setup header at 0x202 points to its version string."""
    if image[0x202:0x206] != b"HdrS":
        raise BrokenEntry("not an x86 kernel image")
    start = struct.unpack_from("<H", image, 0x20E)[0] + 0x200
    text = image[start : start + 512].split(b"\0", 1)[0].decode("ascii", "replace")
    return text.split(" ", 1)[0]


def from_file(path: Path, kernel_id: str = "") -> Kernel:
    """A kernel image that is not from the list (one built from source, say)."""
    release = image_release(path.read_bytes())
    return Kernel(kernel_id or release, release, path, package="", version="")


def get(kernel_id: str, refresh: bool = False, cache: Path | None = None) -> Kernel:
    """The kernel, from the cache where that is possible. Raises KernelUnavailable."""
    known = kernels.read()
    entry = known.by_id(kernel_id)
    root = cache or cache_folder()
    cached = None if refresh else cached_or_none(entry.id, root)
    if cached:
        return cached
    with locked(root):
        # Another lab may have fetched it while this one waited for the lock.
        cached = None if refresh else cached_or_none(entry.id, root, quiet=True)
        return cached or _fetch_or_fall_back(entry, known, root)


def for_role(role: str, refresh: bool = False) -> Kernel:
    """The first kernel of a role that can be had; says which ones could not. Raises KernelUnavailable."""
    reasons = []
    for entry in kernels.read().by_role(role):
        try:
            return get(entry.id, refresh)
        except KernelUnavailable as error:
            reasons.append(str(error))
            if not entry.required:
                say(f"going on without {entry.id}: {error}")
    raise KernelUnavailable("; ".join(reasons) or f"no kernel has the role {role!r}")


def cached_or_none(kernel_id: str, root: Path, quiet: bool = False) -> Kernel | None:
    """The verified cache entry; a broken one is reported, and counts as none."""
    try:
        return verified(kernel_id, root)
    except FileNotFoundError:
        return None
    except (BrokenEntry, OSError, ValueError, TypeError, KeyError) as error:
        if not quiet:
            say(f"{kernel_id}: the cache entry is broken ({error}), fetching it again")
        return None


def verified(kernel_id: str, root: Path) -> Kernel:
    """Reads a cache entry and checks it against its manifest."""
    folder = root / kernel_id
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    path = folder / os.path.basename(manifest["file"])
    try:
        image = path.read_bytes()
    except FileNotFoundError as error:
        raise BrokenEntry(f"{path.name} is missing") from error
    found = hashlib.sha256(image).hexdigest()
    if found != manifest["sha256"]:
        raise BrokenEntry(f"SHA-256 of {path.name} is {found[:12]}..., the manifest says {manifest['sha256'][:12]}...")
    return Kernel(kernel_id, manifest["release"], path, manifest["package"], manifest["version"])


@contextlib.contextmanager
def locked(root: Path) -> Iterator[None]:
    """One fetch at a time in a cache; readers need no lock, since files are only ever renamed into place."""
    root.mkdir(parents=True, exist_ok=True)
    with open(root / "lock", "w", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another lab is fetching kernels, waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _fetch_or_fall_back(entry: kernels.Entry, known: kernels.KernelList, root: Path) -> Kernel:
    try:
        return _fetch(entry, known, root)
    except (AptError, BrokenEntry, subprocess.CalledProcessError) as error:
        old = cached_or_none(entry.id, root, quiet=True)
        if old:
            say(f"{entry.id}: {error}; using {old.release} from the cache")
            return old
        raise KernelUnavailable(f"{entry.id}: {error}") from error


def _fetch(entry: kernels.Entry, known: kernels.KernelList, root: Path) -> Kernel:
    start = time.monotonic()
    suites = {name: Suite(name, known.archives[name], root / "apt") for name in entry.suites}
    packages = _offered(entry, suites)
    error: Exception = AptError(f"no package matches {entry.package} in {', '.join(entry.suites)}")
    for package in newest_first(packages)[:VERSIONS_TO_TRY]:
        try:
            kernel = _install(entry.id, package, suites[package.suite], root)
        except (AptError, subprocess.CalledProcessError) as caught:
            error = caught
            say(f"{entry.id}: {package.name} {package.version} could not be had: {caught}")
            continue
        say(f"{entry.id}: {kernel.release} from {package.suite}, {time.monotonic() - start:.1f} s")
        return kernel
    raise error


def _offered(entry: kernels.Entry, suites: dict[str, Suite]) -> list[Package]:
    """What all reachable suites have; an error only if none could be reached."""
    packages: list[Package] = []
    failures: list[AptError] = []
    for suite in suites.values():
        try:
            _update_once(suite)
            packages += suite.matching(entry.package)
        except AptError as error:
            failures.append(error)
    if len(failures) == len(suites):
        raise failures[0]
    for error in failures:
        say(f"{entry.id}: going on without a suite: {error}")
    return packages


# What came of the update of a suite's index; one try per run is enough for every kernel in it.
_updates: dict[Path, AptError | None] = {}


def _update_once(suite: Suite) -> None:
    if suite.folder not in _updates:
        say(f"reading the index of {suite.name} ...")
        try:
            suite.update()
            _updates[suite.folder] = None
        except AptError as error:
            _updates[suite.folder] = AptError(f"suite {suite.name} cannot be read: {error}")
    if failure := _updates[suite.folder]:
        raise failure


def _install(kernel_id: str, package: Package, suite: Suite, root: Path) -> Kernel:
    """Downloads a package and puts its vmlinuz and a manifest into the cache."""
    folder = root / kernel_id
    folder.mkdir(parents=True, exist_ok=True)
    say(f"{kernel_id}: downloading {package.name} {package.version} ...")
    with tempfile.TemporaryDirectory(prefix=".fetch-", dir=root) as scratch:
        deb = suite.download(package, Path(scratch))
        image = _vmlinuz(deb)
    release = image_release(image)
    if release not in package.name:
        raise AptError(f"{package.name} holds a kernel that calls itself {release}")
    kernel = Kernel(kernel_id, release, folder / f"vmlinuz-{release}", package.name, package.version)
    _write_atomically(kernel.path, image)
    _write_atomically(folder / "manifest.json", _manifest(kernel, image, suite.name))
    _remove_old_images(folder, keep=kernel.path.name)
    return kernel


def _vmlinuz(deb: Path) -> bytes:
    """Takes nothing but the kernel image out of a package."""
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", deb], stdout=subprocess.PIPE) as unpack:
        with tarfile.open(fileobj=unpack.stdout, mode="r|") as archive:
            images = [archive.extractfile(member).read() for member in archive if is_image(member)]
    if unpack.returncode or len(images) != 1:
        raise AptError(f"{deb.name} has {len(images)} kernel images, one was expected")
    return images[0]


def is_image(member: tarfile.TarInfo) -> bool:
    """Older packages have boot/vmlinuz-RELEASE, newer ones usr/lib/modules/RELEASE/vmlinuz."""
    name = member.name.removeprefix("./")
    old, new = name.startswith("boot/vmlinuz-"), fnmatch.fnmatch(name, "usr/lib/modules/*/vmlinuz")
    return member.isfile() and (old or new)


def _manifest(kernel: Kernel, image: bytes, suite: str) -> bytes:
    fields = {key: value for key, value in dataclasses.asdict(kernel).items() if key != "path"}
    fields |= {"file": kernel.path.name, "sha256": hashlib.sha256(image).hexdigest(), "suite": suite}
    return (json.dumps(fields, indent=2, sort_keys=True) + "\n").encode()


def _write_atomically(path: Path, content: bytes) -> None:
    """A reader sees the old file or the new one, and after a crash no half of one."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".new-", delete=False) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
        os.fchmod(file.fileno(), 0o644)
    os.replace(file.name, path)


def _remove_old_images(folder: Path, keep: str) -> None:
    """Superseded images go, but not at once: another lab may be about to read one."""
    for path in folder.glob("vmlinuz-*"):
        with contextlib.suppress(FileNotFoundError):
            if path.name != keep and time.time() - path.stat().st_mtime > OLD_IMAGE_S:
                path.unlink()
