# SPDX-License-Identifier: GPL-2.0-or-later
"""Get libchdb.so, the engine of a current ClickHouse as a library, from npm into the cache.

npm's configuration names the registry. The tarball and the library are checked against the digests in this file, the
library again by each program that uses it.
"""
from __future__ import annotations

import base64
import fcntl
import functools
import hashlib
import os
import platform
import shutil
import subprocess
import tarfile
import tempfile
import time
from pathlib import Path

PACKAGE, VERSION = "@chdb/lib-linux-x64-gnu", "26.5.3"
# To change the version, update both: `npm view` prints the tarball's as dist.integrity.
TARBALL_INTEGRITY = "sha512-fPrLmRt5Moor9yGz4mazbrNje4t7X9KB2mTGkXFWRxRBs2iKy8yh6jx11xsa0Qr3iDFMU/yHqd+bVdYJXu3QaQ=="
LIBRARY_INTEGRITY = "sha512-i+7kL6RFx1I3P32CJO/8VO4ay6XGOTQNclZKv6kKuXH6eq2+tnk3ZjGdTADJgfY49WNzIQ3ni+9bo484eonC9A=="
DOWNLOAD_S = 1200
RETRY_S = 1800  # the other tests of a run do not wait for an unreachable registry again


class Unavailable(Exception):
    """The library is not available; the message is the reason."""


@functools.cache
def find_library() -> Path:
    """Return the path of the library, or raise Unavailable."""
    if (platform.machine(), platform.libc_ver()[0]) != ("x86_64", "glibc"):
        raise Unavailable(f"{PACKAGE} is for x86_64 with glibc")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kexec-lineage/chdb" / VERSION
    library, failure = cache / "libchdb.so", cache / "failure"
    cache.mkdir(parents=True, exist_ok=True)
    with open(cache / "lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if library.exists() and _integrity(library) == LIBRARY_INTEGRITY:
            return library
        if not shutil.which("npm"):
            raise Unavailable(f"cannot download {PACKAGE}: npm is not installed")
        if failure.exists() and time.time() - failure.stat().st_mtime < RETRY_S:
            raise Unavailable(failure.read_text(encoding="utf-8"))
        try:
            _download(cache, library)
        except Unavailable as error:
            failure.write_text(str(error), encoding="utf-8")
            raise
    return library


def _integrity(path: Path) -> str:
    """Return the digest of a file in the form that npm uses."""
    digest = hashlib.sha512()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return f"sha512-{base64.b64encode(digest.digest()).decode()}"


def _download(cache: Path, library: Path) -> None:
    with tempfile.TemporaryDirectory(dir=cache) as scratch:
        tarball = _pack(scratch)
        if _integrity(tarball) != TARBALL_INTEGRITY:
            raise RuntimeError(f"the registry's {tarball.name} does not have the expected SHA-512")
        with tarfile.open(tarball) as archive:
            archive.extract("package/libchdb.so", scratch)
        unpacked = Path(scratch) / "package/libchdb.so"
        if _integrity(unpacked) != LIBRARY_INTEGRITY:
            raise RuntimeError(f"libchdb.so of {tarball.name} does not have the expected SHA-512")
        unpacked.rename(library)


def _pack(scratch: str) -> Path:
    """Download the tarball, without npm's own cache of tarballs."""
    command = ["npm", "pack", f"{PACKAGE}@{VERSION}", "--ignore-scripts", "--no-update-notifier", "--fetch-retries=1",
               f"--cache={scratch}/npm"]
    try:
        done = subprocess.run(command, cwd=scratch, capture_output=True, text=True, timeout=DOWNLOAD_S, check=False)
    except subprocess.TimeoutExpired as error:
        raise Unavailable(f"cannot download {PACKAGE}: npm takes longer than {DOWNLOAD_S} s") from error
    tarballs = list(Path(scratch).glob("*.tgz"))
    if done.returncode or len(tarballs) != 1:
        reasons = [line for line in done.stderr.splitlines() if line.startswith(("npm ERR!", "npm error"))]
        raise Unavailable(f"cannot download {PACKAGE}: {' '.join((reasons or ['no message from npm'])[:3])}")
    return tarballs[0]
