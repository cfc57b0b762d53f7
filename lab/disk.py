# SPDX-License-Identifier: GPL-2.0-or-later
"""The disk of a complete machine: Debian 12 with systemd, kexec-tools, kdump-tools and the lab's agent.

mmdebstrap installs Debian once, and the cache keeps it as a tar archive. A disk is made from that archive and the
additions of a test. Packages are installed in the unpacked folder on the host, because an emulated CPU needs minutes
for this. If a package cannot be installed, the error occurs here, and not in a machine that does not boot. mke2fs makes
the disk from the folder, without mounts and loop devices. Tests do not modify a disk: QEMU keeps the writes of a
machine separately and discards them when the machine ends.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lab import apt, cache
from lab.cache import say

HERE = Path(__file__).resolve().parent
PARTS = HERE / "rootfs"
SUITES = (("bookworm", "debian"), ("bookworm-updates", "debian"), ("bookworm-security", "debian-security"))
PACKAGES = (
    *("systemd-sysv", "dbus", "udev", "kmod", "procps", "e2fsprogs", "initramfs-tools", "lz4"),
    # two kernels, so that the previous kernel differs from the running one
    *("linux-image-cloud-amd64", "linux-image-6.12-cloud-amd64"),
    *("kexec-tools", "kdump-tools", "makedumpfile", "sosreport"),
    # dependencies of this project's packages
    *("libfdt1", "libjson-c5", "zlib1g", "libsqlite3-0", "libmd0"),
    *("libarchive13", "libcurl4", "libgsl27", "libhyperscan5", "libkdumpfile10", "liblzma5", "libzstd1"),
)
NO_DOCUMENTS = ("/usr/share/doc/*", "/usr/share/man/*", "/usr/share/locale/*", "/usr/share/info/*")
INITRAMFS = (("initramfs.conf", "etc/initramfs-tools/conf.d/lab", 0o644),
             ("initramfs-hook", "etc/initramfs-tools/hooks/lab", 0o755))
AGENT = (("agent", "usr/local/sbin/lab-agent", 0o755),
         ("lab-agent.service", "etc/systemd/system/lab-agent.service", 0o644),
         ("modprobe.conf", "etc/modprobe.d/lab.conf", 0o644))
# Make the capture kernel's initramfs in advance. Otherwise kdump-tools would make it at boot, which takes minutes on an
# emulated CPU. Copy the sysctls, because kdump-tools makes the initramfs again if this copy is missing.
KDUMP = """chroot "$1" sh -e -c 'for kernel in /boot/vmlinuz-*; do
    release=${kernel#/boot/vmlinuz-}
    /etc/kernel/postinst.d/kdump-tools "$release"
    cp /etc/kdump/sysctl.conf "/var/lib/kdump/latest_sysctls-$release"
done'"""
# Disable logins, timers that disturb a test, and modules that are loaded in advance.
MASKED = ("getty.target", "modprobe@.service", "e2scrub_reap.service", "systemd-pstore.service",
          "apt-daily.timer", "apt-daily-upgrade.timer", "dpkg-db-backup.timer", "e2scrub_all.timer", "fstrim.timer",
          "systemd-tmpfiles-clean.timer")
FSTAB = "/dev/vda / ext4 defaults 0 1\n"
FREE_MIB = 512
PROGRESS_S = 15.0
TAIL_LINES = 25


class DiskUnavailable(Exception):
    """This machine cannot make disks; the text says why."""


class DiskFailed(Exception):
    """A disk could not be made; the text ends with the last output of the command that failed."""


@dataclass(frozen=True)
class Disk:
    """A disk, and the files to boot one of its kernels in QEMU. releases: releases of all its kernels, oldest first."""

    image: Path
    kernel: Path
    initramfs: Path
    releases: list[str]

    def booting(self, release: str) -> Disk:
        """Return the disk with the files to boot another of its kernels."""
        return dataclasses.replace(self, kernel=self.image.with_name(f"vmlinuz-{release}"),
                                   initramfs=self.image.with_name(f"initrd.img-{release}"))


def make(folder: Path, packages: Sequence[Path] = (), files: Mapping[str, tuple[int, bytes]] | None = None) -> Disk:
    """Make a disk in the folder, which must be empty, and install these .deb files on the disk. files: path on the
    disk -> mode, content.

    Raises DiskUnavailable, DiskFailed, AptError.
    """
    archive = base()
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="root-", dir=folder) as scratch:
        root = Path(scratch) / "root"  # a new folder, because only one user can access the folder of mkdtemp()
        root.mkdir()
        _run("unpacking Debian", ["tar", "-xf", archive, "-C", root, "--numeric-owner"])
        _furnish(root, files or {})
        if packages:
            _run("installing packages", ["dpkg", f"--root={root}", "--force-unsafe-io", "-i", *packages])
        disk = _finish(root, folder)
    say(f"disk: {len(packages)} packages added, {time.monotonic() - start:.0f} s")
    return disk


def base() -> Path:
    """Return Debian as a verified tar archive; make it if the cache has none. Raises what make() raises."""
    if os.geteuid() != 0:
        raise DiskUnavailable("only root can make a disk: it sets the owners of files, and runs the scripts of packages")
    recipe = _recipe()
    folder = cache.cache_folder().with_name("disks")
    archive = folder / f"{recipe}.tar"
    with cache.locked(folder, "making disks"):
        if not _is_whole(archive):
            _bootstrap(archive)
            _remove_others(folder, recipe)
    return archive


def _recipe() -> str:
    """Return a hash of all inputs of the archive except the versions of Debian's packages."""
    total = hashlib.sha256(repr((SUITES, PACKAGES, NO_DOCUMENTS, INITRAMFS, KDUMP)).encode())
    for name, _, _ in INITRAMFS:
        total.update((PARTS / name).read_bytes())
    return total.hexdigest()[:16]


def _is_whole(archive: Path) -> bool:
    try:
        return json.loads(archive.with_suffix(".json").read_text(encoding="utf-8"))["sha256"] == _digest(archive)
    except FileNotFoundError:
        return False
    except (OSError, ValueError, KeyError, TypeError) as error:
        say(f"disk: the archive in the cache is broken ({error}), making it again")
        return False


def _digest(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _bootstrap(archive: Path) -> None:
    """Install Debian from this machine's mirror."""
    start = time.monotonic()
    new = archive.with_suffix(".new.tar")
    hook = "; ".join(f'install -D -m {mode:o} {PARTS / name} "$1/{path}"' for name, path, mode in INITRAMFS)
    command = ["mmdebstrap", "--mode=root", "--variant=minbase", f"--keyring={apt.keyring()}",
               f"--include={','.join(PACKAGES)}", f"--essential-hook={hook}", f"--customize-hook={KDUMP}",
               *(f"--dpkgopt=path-exclude={path}" for path in NO_DOCUMENTS), SUITES[0][0], str(new),
               *(f"deb {apt.mirror(archive_name)} {suite} main" for suite, archive_name in SUITES)]
    _run("installing Debian (takes several minutes; done once)", command)
    os.replace(new, archive)
    cache.write_json(archive.with_suffix(".json"), {"sha256": _digest(archive)})
    say(f"disk: Debian installed in {time.monotonic() - start:.0f} s, {archive.stat().st_size >> 20} MiB")


def _remove_others(folder: Path, recipe: str) -> None:
    for path in folder.glob("*.tar"):
        if path.stem != recipe:
            path.unlink()
            path.with_suffix(".json").unlink(missing_ok=True)


def _furnish(root: Path, files: Mapping[str, tuple[int, bytes]]) -> None:
    """Add the lab's agent and the files of the test."""
    for name, path, mode in AGENT:
        _put(root, path, mode, (PARTS / name).read_bytes())
    units = root / "etc/systemd/system"
    (units / "multi-user.target.wants").mkdir(exist_ok=True)
    (units / "multi-user.target.wants/lab-agent.service").symlink_to("/etc/systemd/system/lab-agent.service")
    for unit in MASKED:
        (units / unit).unlink(missing_ok=True)
        (units / unit).symlink_to("/dev/null")
    _put(root, "etc/fstab", 0o644, FSTAB.encode())
    _put(root, "etc/hostname", 0o644, b"lab\n")
    # Set the machine id here. Otherwise systemd treats the boot as the first one and resets all units.
    _put(root, "etc/machine-id", 0o444, hashlib.md5(b"kexec-lineage lab").hexdigest().encode() + b"\n")
    (root / "var/log/journal").mkdir(exist_ok=True)  # makes the journal persistent
    for path, (mode, content) in files.items():
        _put(root, path, mode, content)


def _releases(root: Path) -> list[str]:
    releases = [path.name.removeprefix("vmlinuz-") for path in (root / "boot").glob("vmlinuz-*")]
    releases.sort(key=lambda release: [int(number) for number in re.findall(r"\d+", release)])
    if len(releases) != 2:
        raise DiskFailed(f"the disk has {len(releases)} kernels, two were expected")
    return releases


def _put(root: Path, path: str, mode: int, content: bytes) -> None:
    target = root / path.lstrip("/")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    target.chmod(mode)


def _finish(root: Path, folder: Path) -> Disk:
    """Make a disk from the folder, with its kernels and initramfs files beside it. The disk boots the first kernel."""
    releases = _releases(root)
    for name in (f"{kind}-{release}" for release in releases for kind in ("vmlinuz", "initrd.img")):
        shutil.copyfile(root / "boot" / name, folder / name)
    disk = Disk(folder / "disk.img", folder, folder, releases).booting(releases[0])
    used = sum(int(line.split()[0]) for line in _run("", ["du", "-sm", "--apparent-size", root]).splitlines())
    command = ["mke2fs", "-q", "-t", "ext4", "-m", "0", "-d", root, disk.image, f"{used + FREE_MIB}M"]
    _run("making the disk", command)
    return disk


def _run(what: str, command: Sequence[str | Path]) -> str:
    """Run a command, report progress every few seconds, and return its output. Raises DiskFailed."""
    start = time.monotonic()
    if what:
        say(f"disk: {what} ...")
    with tempfile.TemporaryFile("w+", errors="replace") as output:
        environment = {**os.environ, "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"}
        try:
            process = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=output,
                                       stderr=subprocess.STDOUT, env=environment)
        except FileNotFoundError as error:
            raise DiskFailed(f"{command[0]} is not installed") from error
        while process.poll() is None:
            try:
                process.wait(timeout=PROGRESS_S)
            except subprocess.TimeoutExpired:
                say(f"disk: {what or command[0]}, {time.monotonic() - start:.0f} s")
        output.seek(0)
        text = output.read()
        if process.returncode:
            tail = "\n".join(text.splitlines()[-TAIL_LINES:])
            raise DiskFailed(f"{what or command[0]}: {command[0]} failed:\n{tail}")
        return text
