# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of the Debian packages: files, dependencies, symbols and lintian."""
import re
import subprocess

from .conftest import TOP, Built, need, output

PROGRAM = {
    "/usr/bin/kexec-lineage", "/usr/lib/dracut/dracut.conf.d/50-kexec-lineage.conf", "/usr/sbin/kexec",
    "/usr/lib/systemd/catalog/kexec-lineage.catalog",
    "/usr/lib/python3/dist-packages/sos/report/plugins/kexec_lineage.py",
    "/usr/share/bash-completion/completions/kexec-lineage", "/usr/share/zsh/vendor-completions/_kexec-lineage",
    "/usr/share/man/man8/kexec-lineage.8.gz", "/usr/share/man/man8/kexec-lineage-kexec.8.gz",
    "/usr/share/man/man8/kexec-lineage-metrics.service.8.gz", "/usr/share/man/man8/kexec-lineage-record.service.8.gz",
    *(f"/usr/share/man/man8/kexec-lineage-{command}.8.gz"
      for command in ("check", "cmdline", "doctor", "inspect", "load", "log", "metrics", "record", "show", "stamp")),
    "/usr/lib/systemd/system/kexec-lineage-metrics.service", "/usr/lib/systemd/system/kexec-lineage-record.service",
}
FLEET = {"/usr/bin/kexec-lineage-fleet", "/usr/libexec/kexec-lineage-collect",
         "/usr/share/man/man8/kexec-lineage-fleet.8.gz",
         "/usr/lib/systemd/system/kexec-lineage-collect.service", "/usr/lib/systemd/system/kexec-lineage-collect.timer",
         "/usr/share/man/man8/kexec-lineage-collect.service.8.gz",
         "/usr/share/man/man8/kexec-lineage-ingest.8.gz", "/usr/share/man/man8/kexec-lineage-triage.8.gz",
         "/usr/share/man/man8/kexec-lineage-hosts.8.gz", "/usr/share/man/man8/kexec-lineage-forget.8.gz",
         "/usr/share/man/man8/kexec-lineage-prune.8.gz", "/usr/share/man/man8/kexec-lineage-seal.8.gz",
         "/usr/share/man/man8/kexec-lineage-copy.8.gz", "/usr/share/man/man8/kexec-lineage-listen.8.gz",
         "/usr/share/man/man8/kexec-lineage-listen.service.8.gz", "/usr/share/man/man8/kexec-lineage-watch.service.8.gz",
         "/usr/share/man/man8/kexec-lineage-report.8.gz", "/usr/share/man/man8/kexec-lineage-annotate.8.gz",
         "/usr/share/man/man5/kexec-lineage-known-bugs.5.gz", "/usr/share/kexec-lineage/known-bugs",
         *(f"/usr/lib/systemd/system/kexec-lineage-listen.{kind}" for kind in ("service", "socket")),
         "/usr/lib/systemd/system/kexec-lineage-send.service", "/usr/lib/systemd/system/kexec-lineage-send.timer",
         "/usr/share/man/man5/kexec-lineage.conf.5.gz", "/usr/share/man/man8/kexec-lineage-send.8.gz",
         "/usr/share/man/man8/kexec-lineage-send.service.8.gz",
         *(f"/usr/lib/systemd/system/kexec-lineage-{name}.{kind}"
           for name in ("prune", "seal", "watch") for kind in ("service", "timer")),
         "/usr/share/man/man8/kexec-lineage-prune.service.8.gz", "/usr/share/man/man8/kexec-lineage-seal.service.8.gz"}
LIBRARY = {"/usr/lib/TRIPLET/libkexec-lineage.so.1", "/usr/lib/TRIPLET/libkexec-lineage.so.1.0.0"}
DEVELOPMENT = {
    "/usr/include/kexec-lineage.h", "/usr/include/kexec-lineage-boot.h", "/usr/lib/TRIPLET/libkexec-lineage.so",
    "/usr/lib/TRIPLET/pkgconfig/libkexec-lineage.pc", "/usr/share/man/man3/libkexec-lineage.3.gz",
}


def files(built: Built, name: str) -> set[str]:
    """Return the files of a package without /usr/share/doc. Units may be in /lib or in /usr/lib."""
    triplet = output("dpkg-architecture", "-qDEB_HOST_MULTIARCH").strip()
    found = {path.replace(triplet, "TRIPLET") for path in built.contents(name)}
    return {re.sub("^/lib/", "/usr/lib/", path) for path in found if not path.startswith("/usr/share/doc/")} - {
        f"/usr/share/lintian/overrides/{name}"}


def tracked(folder: str) -> list[str]:
    # Without this option, git refuses a checkout that belongs to another user.
    return output("git", "-c", f"safe.directory={TOP}", "ls-files", folder).split()


def test_contents(built):
    assert files(built, "kexec-lineage") == PROGRAM
    assert files(built, "kexec-lineage-fleet") == FLEET
    assert files(built, "libkexec-lineage1") == LIBRARY
    assert files(built, "libkexec-lineage-dev") == DEVELOPMENT


def test_module_source_is_complete(built):
    """All sources of module/ and core/ are in the folder that DKMS uses."""
    folder = f"/usr/src/kexec-lineage-{project_version()}/"
    found = {path.removeprefix(folder) for path in built.contents("kexec-lineage-dkms") if path.startswith(folder)}
    sources = {path.removeprefix("module/") for path in tracked("module")}
    wanted = {path for path in sources if re.search(r"\.[ch]$|\.sh$|^K|^Makefile$", path)}
    wanted |= {path for path in tracked("core") if re.search(r"\.[ch]$", path)}
    assert found == wanted | {"dkms.conf"}


def test_module_is_loaded_at_boot(built):
    assert "/usr/lib/modules-load.d/kexec-lineage.conf" in built.contents("kexec-lineage-dkms")


def test_module_is_registered(built):
    scripts = output("dpkg-deb", "--info", str(built.deb("kexec-lineage-dkms")), "postinst")
    assert "kexec-lineage" in scripts and project_version() in scripts
    assert re.search(r"\bdkms\b", built.field("kexec-lineage-dkms", "Depends"))


def project_version() -> str:
    return re.search(r"version: '([^']+)'", (TOP / "meson.build").read_text()).group(1)


def test_version_is_the_project_s(built):
    assert built.version == project_version()
    assert {built.field(name, "Version") for name in ("kexec-lineage", "kexec-lineage-fleet", "libkexec-lineage1")} == {
        built.version}


def test_dependencies(built):
    """The host package pre-depends on few libraries. The fleet package depends on the host package of its version."""
    assert built.field("kexec-lineage", "Depends") == "kexec-tools"
    needed = {part.split()[0] for part in built.field("kexec-lineage", "Pre-Depends").split(", ")}
    assert needed == {"libc6", "libfdt1", "libjson-c5", "libmd0", "libsqlite3-0", "zlib1g"}
    fleet = built.field("kexec-lineage-fleet", "Depends")
    assert f"kexec-lineage (= {built.version})" in fleet
    assert all(name in fleet for name in ("libcurl4", "libgsl", "libkdumpfile"))
    assert built.field("libkexec-lineage-dev", "Depends") == f"libkexec-lineage1 (= {built.version})"


def test_build_dependencies():
    """install-deps and debian/control list the same build dependencies."""
    control = (TOP / "packaging/debian/control").read_text()
    named = set(re.findall(r"^ ([a-z0-9.+-]+)", re.search(r"Build-Depends:\n((?: .*\n)+)", control).group(1), re.M))
    always_there = {"gcc", "libc6-dev", "ninja-build"}  # in build-essential and in the dependencies of meson
    needed = set(output("packaging/install-deps", "--list", "build", "fleet").split())
    assert needed - always_there <= named


def test_every_symbol_has_its_version():
    """The symbols file lists every exported symbol. Otherwise dpkg could install a library that lacks a symbol."""
    exported = set(re.findall(r"\b(lineage_\w+);", (TOP / "lib/kexec-lineage.map").read_text()))
    symbols = (TOP / "packaging/debian/libkexec-lineage1.symbols").read_text()
    assert set(re.findall(r"^ (lineage_\w+)@", symbols, re.M)) == exported


def test_lintian(built):
    need("lintian")
    command = ["lintian", "--allow-root", "--fail-on", "error,warning", str(built.changes())]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")
