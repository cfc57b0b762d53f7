# SPDX-License-Identifier: GPL-2.0-or-later
"""UEFI firmware and an emulated TPM for QEMU: Debian's OVMF and swtpm, unpacked into the cache and not installed.

The manifest is written last and has a digest of all files, which is checked before every use.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import json
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lab import apt, cache, headers, kernels, vm
from lab.apt import AptError, Package, Suite

PACKAGES = ("ovmf", "swtpm", "swtpm-libs", "libtpms0")
SUITES = ("bookworm", "bookworm-security")
CODE, VARIABLES = "usr/share/OVMF/OVMF_CODE_4M.fd", "usr/share/OVMF/OVMF_VARS_4M.fd"
SWTPM = "usr/bin/swtpm"
LIBRARIES = ("usr/lib/x86_64-linux-gnu", "usr/lib/x86_64-linux-gnu/swtpm")
LEFT_OUT = ("usr/share/doc", "usr/share/man")


class FirmwareUnavailable(Exception):
    """The firmware or the TPM is not in the cache and cannot be fetched, or does not run here; the text says why."""


@dataclass(frozen=True)
class Firmware:
    """The verified, unpacked packages."""

    folder: Path

    def swtpm(self) -> list[str]:
        """Return the command of the TPM without its options. The TPM ends together with this process."""
        paths = ":".join(str(self.folder / name) for name in LIBRARIES)
        return ["env", f"LD_LIBRARY_PATH={paths}", *vm.guard(), str(self.folder / SWTPM)]


@functools.cache
def get() -> Firmware:
    """Return the firmware, from the cache if possible. Raises FirmwareUnavailable."""
    root = cache.cache_folder()
    with cache.locked(root, apt.LOCK):
        if not _is_whole(root):
            try:
                _fetch(root)
            except (AptError, subprocess.CalledProcessError) as error:
                raise FirmwareUnavailable(f"{', '.join(PACKAGES)}: {error}") from error
    firmware = Firmware(_folder(root))
    done = subprocess.run([*firmware.swtpm(), "--version"], capture_output=True, text=True, check=False)
    if done.returncode:
        raise FirmwareUnavailable(f"swtpm does not run on this machine: {done.stderr.strip() or done.stdout.strip()}")
    return firmware


def _folder(root: Path) -> Path:
    return root / "firmware" / "files"


def _manifest(root: Path) -> Path:
    return root / "firmware" / "manifest.json"


def _is_whole(root: Path) -> bool:
    try:
        manifest = json.loads(_manifest(root).read_text(encoding="utf-8"))
        return manifest["sha256"] == headers.digest(_folder(root))
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _fetch(root: Path) -> None:
    """Download and unpack the newest version of each package. Raises AptError, CalledProcessError."""
    known = kernels.read()
    suites = {name: Suite(name, known.archives[name], root / "apt", known.has_sources(name)) for name in SUITES}
    cache.say(f"downloading {', '.join(PACKAGES)} ...")
    for suite in suites.values():
        suite.update_once()
    found = [_newest(name, suites) for name in PACKAGES]
    _folder(root).parent.mkdir(parents=True, exist_ok=True)
    _manifest(root).unlink(missing_ok=True)
    shutil.rmtree(_folder(root), ignore_errors=True)
    for package in found:
        with tempfile.TemporaryDirectory(prefix=".deb-", dir=root) as scratch:
            deb = suites[package.suite].download(package, Path(scratch))
            subprocess.run(["dpkg-deb", "-x", deb, _folder(root)], check=True)
    for name in LEFT_OUT:
        shutil.rmtree(_folder(root) / name, ignore_errors=True)
    versions = {package.name: package.version for package in found}
    cache.write_json(_manifest(root), {"packages": versions, "sha256": headers.digest(_folder(root))})


def _newest(name: str, suites: dict[str, Suite]) -> Package:
    offered = [package for suite in suites.values() for package in suite.versions(name)]
    if not offered:
        raise AptError(f"no package {name} in {', '.join(suites)}")
    return apt.newest_first(offered)[0]


@contextlib.contextmanager
def attached(machine: vm.Machine, firmware: Firmware) -> Iterator[vm.Machine]:
    """Yield the machine with UEFI and a TPM. Their state is new, in files beside the serial log."""
    variables = machine.serial_log.with_name("variables.fd")
    shutil.copyfile(firmware.folder / VARIABLES, variables)
    state = machine.serial_log.with_name("tpm")
    shutil.rmtree(state, ignore_errors=True)
    state.mkdir()
    here, there = socket.socketpair()
    with here, there, open(state / "log", "wb") as log:
        fd = there.fileno()
        options = ["socket", "--tpm2", "--tpmstate", f"dir={state}", "--ctrl", f"type=unixio,clientfd={fd}"]
        process = subprocess.Popen([*firmware.swtpm(), *options], pass_fds=[fd], stdin=subprocess.DEVNULL, stdout=log,
                                   stderr=subprocess.STDOUT)
        try:
            uefi = vm.Uefi(firmware.folder / CODE, variables, here.fileno())
            yield dataclasses.replace(machine, uefi=uefi)
        finally:
            process.kill()
            process.wait()
