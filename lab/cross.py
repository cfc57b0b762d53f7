# SPDX-License-Identifier: GPL-2.0-or-later
"""Programs for a guest of another architecture: Debian's, which are unpacked, and ours, which are cross-built."""

from __future__ import annotations

import functools
import shutil
import subprocess
from pathlib import Path

from lab import arch, build, module, unpacked
from lab.cache import locked, say, write_atomically

TOP = Path(__file__).resolve().parent.parent
# The guest's kexec(8), and libraries that only kexec(8) needs. Debian 13 has none for riscv64.
KEXEC = {
    "aarch64": ("kexec-tools", "libxencall1", "libxendevicemodel1", "libxenevtchn1", "libxenforeignmemory1",
                "libxengnttab1", "libxenmisc4.17", "libxentoolcore1", "libxentoollog1"),
    "riscv64": ("kexec-tools/forky",),
    "ppc64le": ("kexec-tools",),
    "s390x": ("kexec-tools",),
}
# Debian 12 has no riscv64. Its security updates for ppc64el and s390x are not needed for tests.
SUITES = {"riscv64": ("trixie",), "ppc64le": ("bookworm",), "s390x": ("bookworm",)}
PACKAGES = (
    "busybox-static",
    # what our programs and their tests are built with
    *("libc6", "libc6-dev", "linux-libc-dev", "libfdt1", "libfdt-dev", "zlib1g", "zlib1g-dev", "libjson-c5"),
    *("libjson-c-dev", "libsqlite3-0", "libsqlite3-dev", "libmd0", "libmd-dev", "libsystemd-dev"),
    *("libcmocka0", "libcmocka-dev"),
)
# Without these options, the compiler would prefer the headers and the C library of libc6-dev-arm64-cross, which may be
# newer than the guest's. Meson would remove `-isystem` before the compiler's own headers. The wrapper starts the
# loader, because with the option -L, QEMU replaces the root folder by the sysroot.
CROSS_FILE = """\
[constants]
triplet = '{triplet}'
sysroot = '{sysroot}'
loader = sysroot / '{loader}'
libraries = sysroot / 'usr/lib' / triplet
headers = sysroot / 'usr/include'

[binaries]
c = triplet + '-gcc'
ar = triplet + '-ar'
nm = triplet + '-nm'
strip = triplet + '-strip'
pkgconfig = 'pkg-config'
exe_wrapper = ['qemu-{name}', loader, '--library-path', sysroot / 'lib' / triplet + ':' + libraries]

[properties]
sys_root = sysroot
pkg_config_libdir = [libraries / 'pkgconfig', sysroot / 'usr/share/pkgconfig']

[built-in options]
c_args = ['-nostdinc', '-idirafter', '{own_headers}', '-idirafter', headers / triplet, '-idirafter', headers]
c_link_args = ['--sysroot=' + sysroot, '-B' + libraries, '-L' + libraries, '-L' + sysroot / 'lib' / triplet]

[host_machine]
system = 'linux'
cpu_family = '{family}'
cpu = '{name}'
endian = '{byte_order}'
"""


class CrossUnavailable(Exception):
    """The programs cannot be built because a tool or a package is missing; the text says which one."""


class CrossFailed(Exception):
    """The programs do not build; the text is the last output of the build."""


@functools.cache
def sysroot(name: str) -> Path:
    """Return the verified folder with Debian's programs and libraries. Raises CrossUnavailable."""
    debian = arch.ALL[name].debian
    suites = SUITES.get(name, unpacked.SUITES)
    try:
        return unpacked.Group(f"sysroot-{debian}", PACKAGES + KEXEC[name], debian, suites).get()
    except unpacked.Unavailable as error:
        raise CrossUnavailable(str(error)) from error


def folder(name: str) -> Path:
    """Return the build folder of our programs."""
    return TOP / f"build-{arch.ALL[name].debian}"


@functools.cache
def built(name: str) -> Path:
    """Build kexec-lineage and its tests, install the program into the folder `stage` of the build folder, and return
    the build folder. Raises CrossUnavailable, CrossFailed."""
    target = arch.ALL[name]
    if missing := target.missing("gcc", "strip"):
        raise CrossUnavailable(f"not installed: {', '.join(missing)}")
    root = sysroot(name)
    with locked(TOP / "build", f"building programs for {target.debian}"):
        _configure(target, root)
        say(f"building kexec-lineage for {target.debian} ...")
        _run("ninja", "-C", folder(name), "--quiet")
        _run("meson", "install", "-C", folder(name), "--no-rebuild", "--quiet", "--destdir", folder(name) / "stage")
    return folder(name)


def stage(name: str) -> Path:
    """Return the folder in which kexec-lineage is installed. Raises what built() raises."""
    return built(name) / "stage"


def _configure(target: arch.Arch, root: Path) -> None:
    path = folder(target.name) / "cross.ini"
    own_headers = _run(target.tool("gcc"), "-print-file-name=include").strip()
    triplet = target.prefix.rstrip("-")
    text = CROSS_FILE.format(name=target.name, family=target.name.removesuffix("le"), loader=target.loader,
                             triplet=triplet, sysroot=root, own_headers=own_headers, byte_order=target.byte_order)
    if path.with_name("build.ninja").exists() and path.read_text(encoding="utf-8") == text:
        return
    shutil.rmtree(path.parent, ignore_errors=True)
    path.parent.mkdir()
    write_atomically(path, text.encode())
    _run("meson", "setup", f"--cross-file={path}", "-Dfleet=disabled", "-Dtests=true", path.parent, TOP)


def _run(*command: str | Path) -> str:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False,
                          env=module.environment())
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).splitlines()[-build.TAIL_LINES :])
        raise CrossFailed(f"{command[0]} failed:\n{tail}")
    return done.stdout
