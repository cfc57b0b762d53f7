# SPDX-License-Identifier: GPL-2.0-or-later
"""Kernels for the lab: from the cache, else from a Debian package, else built from source."""

from __future__ import annotations

import dataclasses
import fnmatch
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from lab import apt, arch, build, cache, kernels
from lab.apt import AptError, Package, Suite, newest_first
from lab.cache import BrokenEntry, Kernel, KernelUnavailable, cache_folder, cached_or_none, image_release, locked, say

# A mirror may list a new package whose file it does not have yet. In this case older packages are tried.
VERSIONS_TO_TRY = 3


def get(kernel_id: str, refresh: bool = False) -> Kernel:
    """Return the kernel, from the cache if possible. Raises KernelUnavailable, build.BuildFailed."""
    known = kernels.read()
    entry = known.by_id(kernel_id)
    root = cache_folder()
    cached = None if refresh else current_or_none(entry, root)
    if cached:
        return cached
    with locked(root, "building kernels" if entry.config else "fetching kernels"):
        # Another process may have fetched the kernel while this process waited for the lock.
        cached = None if refresh else current_or_none(entry, root, quiet=True)
        return cached or _fetch_or_fall_back(entry, known, root)


def current_or_none(entry: kernels.Entry, root: Path, quiet: bool = False) -> Kernel | None:
    """Return the cached kernel, or None if it is absent or was built from other inputs than today's."""
    cached = cached_or_none(entry.id, root, quiet)
    return cached if cached and (not entry.config or build.is_current(entry, root)) else None


def for_role(role: str, refresh: bool = False) -> Kernel:
    """Return the first available kernel of a role. Raises what first_of() raises."""
    entries = kernels.read().by_role(role)
    if not entries:
        raise KernelUnavailable(f"no kernel has the role {role!r}")
    return first_of(entries, refresh)


def first_of(entries: Sequence[kernels.Entry], refresh: bool = False) -> Kernel:
    """Return the kernel of the first available entry; report the skipped entries. Raises what get() raises."""
    reasons = []
    for entry in entries:
        try:
            return get(entry.id, refresh)
        except KernelUnavailable as error:
            reasons.append(str(error))
            if not entry.required:
                say(f"skipping {entry.id}: {error}")
    raise KernelUnavailable("; ".join(reasons))


def suites_of(entry: kernels.Entry, known: kernels.KernelList) -> dict[str, Suite]:
    """Return the suites of an entry by name."""
    folder = cache_folder() / "apt"
    # Kernel sources are the same for every architecture.
    debian = arch.ALL[arch.HOST if entry.config else entry.arch].debian
    return {name: Suite(name, known.archives[name], folder, known.has_sources(name), debian) for name in entry.suites}


def with_patches(kernel_id: str, chosen: Sequence[str]) -> Kernel:
    """Build a kernel of the list from the sources of the cached one, but with these patches instead of its own.

    chosen: as `patches` in kernels.toml, or names of single patches. The cache keeps only the last kernel of an id.
    Raises KernelUnavailable, build.BuildFailed.
    """
    get(kernel_id)
    known = kernels.read()
    entry = known.by_id(kernel_id)
    root = cache_folder()
    made = cache.read_manifest(kernel_id, root)
    package = Package(made["package"], made["version"], made["suite"], bool(entry.source))
    changed = dataclasses.replace(entry, id=f"{kernel_id}-step", patches=tuple(chosen), module=False)
    with locked(root, "building kernels"):
        try:
            return build.from_source(changed, package, suites_of(entry, known)[package.suite], root)
        except AptError as error:
            raise KernelUnavailable(f"{kernel_id}: {error}") from error


def _fetch_or_fall_back(entry: kernels.Entry, known: kernels.KernelList, root: Path) -> Kernel:
    try:
        return _fetch(entry, known, root)
    except (AptError, BrokenEntry, subprocess.CalledProcessError) as error:
        old = current_or_none(entry, root, quiet=True)
        if old:
            say(f"{entry.id}: {error}; using {old.release} from the cache")
            return old
        raise KernelUnavailable(f"{entry.id}: {error}") from error


def _fetch(entry: kernels.Entry, known: kernels.KernelList, root: Path) -> Kernel:
    start = time.monotonic()
    suites = suites_of(entry, known)
    with locked(root, apt.LOCK):
        packages = _offered(entry, suites)
    error: Exception = AptError(f"no package matches {entry.origin} in {', '.join(entry.suites)}")
    make = build.from_source if entry.config else _install
    # An index of sources lists many versions. The files of the newest versions may all be missing.
    for package in newest_first(packages)[: None if entry.source else VERSIONS_TO_TRY]:
        try:
            kernel = make(entry, package, suites[package.suite], root)
        except (AptError, subprocess.CalledProcessError) as caught:
            error = caught
            say(f"{entry.id}: {package.name} {package.version} is not available: {caught}")
            continue
        say(f"{entry.id}: {kernel.release} from {package.suite}, {time.monotonic() - start:.1f} s")
        return kernel
    raise error


def _offered(entry: kernels.Entry, suites: dict[str, Suite]) -> list[Package]:
    """Return the packages of all reachable suites; raise an error only if none is reachable."""
    packages: list[Package] = []
    failures: list[AptError] = []
    for suite in suites.values():
        try:
            suite.update_once()
            packages += suite.sources(kernels.SOURCE, entry.source) if entry.source else suite.matching(entry.package)
        except AptError as error:
            failures.append(error)
    if len(failures) == len(suites):
        raise failures[0]
    for error in failures:
        say(f"{entry.id}: skipping a suite: {error}")
    return packages


def _install(entry: kernels.Entry, package: Package, suite: Suite, root: Path) -> Kernel:
    """Download a package and store its vmlinuz and a manifest in the cache."""
    say(f"{entry.id}: downloading {package.name} {package.version} ...")
    with tempfile.TemporaryDirectory(prefix=".fetch-", dir=root) as scratch:
        with locked(root, apt.LOCK):
            deb = suite.download(package, Path(scratch))
        image = _vmlinuz(deb)
    release = image_release(image, entry.arch)
    if release not in package.name:
        raise AptError(f"{package.name} contains a kernel with release {release}")
    kernel = Kernel(entry.id, release, root / entry.id / f"vmlinuz-{release}", package.name, package.version,
                    entry.arch)
    cache.store(kernel, image, suite=suite.name)
    return kernel


def _vmlinuz(deb: Path) -> bytes:
    """Extract the kernel image from a package."""
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", deb], stdout=subprocess.PIPE) as unpack:
        with tarfile.open(fileobj=unpack.stdout, mode="r|") as archive:
            images = [archive.extractfile(member).read() for member in archive if is_image(member)]
    if unpack.returncode or len(images) != 1:
        raise AptError(f"{deb.name} has {len(images)} kernel images, one was expected")
    return images[0]


def is_image(member: tarfile.TarInfo) -> bool:
    """Match boot/vmlinuz-RELEASE of older packages and usr/lib/modules/RELEASE/vmlinuz of newer ones."""
    name = member.name.removeprefix("./")
    old, new = name.startswith("boot/vmlinuz-"), fnmatch.fnmatch(name, "usr/lib/modules/*/vmlinuz")
    return member.isfile() and (old or new)


