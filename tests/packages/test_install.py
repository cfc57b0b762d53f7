# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that kexec works at each step of installing, upgrading and removing the packages, in any order."""
import shutil

import pytest

from . import chroot
from .chroot import DEBS

SHIM = "usr/sbin/kexec"
# The path of the diverted kexec. The kexec-tools of the two suites install kexec in different folders.
REAL = {"bookworm": "/usr/sbin/kexec.distrib.usr-is-merged", "trixie": "/usr/sbin/kexec.distrib"}
SUITES = tuple(REAL)
KEEPS = ("/var/lib/kexec-lineage/history.db", "/run/kexec-lineage/previous-stamp")


def kexecs(system) -> list[str]:
    """Return all files named kexec, including diverted files."""
    return sorted(f"/usr/sbin/{path.name}" for path in (system / "usr/sbin").glob("kexec*")
                  if path.name != "kexec-load-kernel")


def is_shim(system) -> bool:
    return "kexec-lineage" in (system / SHIM).read_text(errors="replace")


def check_works(system, suite: str) -> None:
    """Check that the wrapper is installed, the real kexec runs, and dpkg finds no changed file."""
    assert is_shim(system)
    assert kexecs(system) == sorted(["/usr/sbin/kexec", REAL[suite]])
    assert system.text("kexec", "--version") == system.text(REAL[suite], "--version")
    assert system.text("dpkg", "--verify") == ""


def check_as_before(system, version: str) -> None:
    assert kexecs(system) == ["/usr/sbin/kexec"] and not is_shim(system)
    assert system.text("kexec", "--version") == version
    assert "kexec" not in system.text("dpkg-divert", "--list")
    assert system.text("dpkg", "--verify") == ""


@pytest.mark.parametrize("suite", SUITES)
def test_install_upgrade_remove(suite, fresh, built, built_next):
    system = fresh(suite)
    before = system.files()
    version = system.text("kexec", "--version")
    assert version.startswith("kexec-tools ")

    system.install(*built.program())
    check_works(system, suite)
    system.install(*built_next.program())
    check_works(system, suite)
    assert system.text("dpkg-query", "--show", "-f", "${Version}", "kexec-lineage") == built_next.version

    for path in KEEPS:
        (system / path).parent.mkdir(exist_ok=True)
        (system / path).write_text("data of this machine")
    system.run("dpkg", "--remove", "kexec-lineage")
    check_as_before(system, version)
    assert (system / KEEPS[0]).exists()
    system.run("dpkg", "--purge", "kexec-lineage")
    check_as_before(system, version)
    assert system.files() == before


@pytest.mark.parametrize("suite", SUITES)
def test_host_package_alone(suite, fresh, built):
    """The host package works without the fleet package. A fleet command then names the missing package."""
    system = fresh(suite)
    path, = system.put(*built.program())
    system.run("apt-get", "install", "--yes", "--no-install-recommends", path)
    check_works(system, suite)
    assert '"boot"' in system.text("kexec-lineage", "show", "--json")
    done = system.run("kexec-lineage", "ingest", "/dev/null", status=1)
    assert "install the package kexec-lineage-fleet" in done.stderr


@pytest.mark.parametrize("suite", SUITES)
def test_fleet_package(suite, debian, built_in, tmp_path):
    """The fleet package built in the suite works. Removing the package does not change the host program."""
    packages = built_in(suite)
    system = chroot.copy(chroot.kept(suite, packages.depends("kexec-lineage", "kexec-lineage-fleet")), tmp_path / suite)
    system.install(*packages.both())
    check_works(system, suite)
    (system / "srv/log").write_text("[    0.000000] Linux version 6.1.0 (a@b) (gcc) #1 SMP\n"
                                    "[    1.000000] Kernel panic - not syncing: VFS\n")
    assert '"event": "crash"' in system.text("kexec-lineage", "--json", "ingest", "/srv/log")
    system.run("kexec-lineage", "ingest", "--host=a", "--store=/srv/fleet.db", "/srv/log")
    assert "features: +hyperscan +vmcore +clickhouse" in system.text("kexec-lineage-fleet", "--version")
    system.run("dpkg", "--purge", "kexec-lineage-fleet")
    check_works(system, suite)
    shutil.rmtree(system.folder)


@pytest.mark.parametrize("missing", ["libfdt1", "libjson-c5"])
def test_unpacked_only_with_its_libraries(missing, fresh, built):
    """If a library is missing, dpkg rejects the package and does not divert kexec."""
    system = fresh("bookworm")
    version = system.text("kexec", "--version")
    system.run("dpkg", "--purge", "--force-depends", missing)
    done = system.run("dpkg", "--install", *system.put(*built.program()), status=1)
    assert f"pre-depends on {missing}" in done.stderr
    check_as_before(system, version)


ORDERS = {
    "library alone": [["libkexec-lineage1"]],
    "host first": [["kexec-lineage"], ["kexec-lineage-fleet"], ["libkexec-lineage1"]],
    "fleet first": [["kexec-lineage-fleet"], ["libkexec-lineage1"], ["kexec-lineage"]],
    "library first": [["libkexec-lineage1"], ["kexec-lineage"], ["kexec-lineage-fleet"]],
}


@pytest.mark.parametrize("order", ORDERS)
def test_upgrade_in_any_order(order, debian, built, built_next, tmp_path):
    """kexec works after every step of an upgrade. If both packages are configured, they have the same version."""
    needed = built.depends("kexec-lineage", "kexec-lineage-fleet", "libkexec-lineage1")
    system = chroot.copy(chroot.kept("bookworm", needed), tmp_path / "bookworm")
    system.install(*built.both(), built.deb("libkexec-lineage1"))
    for names in ORDERS[order]:
        system.run("dpkg", "--force-unsafe-io", "--install", *system.put(*map(built_next.deb, names)), status=None)
        check_works(system, "bookworm")
        assert system.run("kexec-lineage", "show", status=None).returncode in (0, 3)
        done = system.run("kexec-lineage", "ingest", "/dev/null", status=None)
        assert done.returncode == 3 or "in one version" in done.stderr, done
        states = system.text("dpkg-query", "--show", "-f", "${Version} ${db:Status-Status}\n", "kexec-lineage",
                             "kexec-lineage-fleet").splitlines()
        assert len({state.split()[0] for state in states}) == 1 or any(not s.endswith(" installed") for s in states)
    system.install(*built_next.both(), built_next.deb("libkexec-lineage1"))
    assert system.text("dpkg", "--audit") == ""
    check_works(system, "bookworm")
    shutil.rmtree(system.folder)


@pytest.mark.parametrize("suite", SUITES)
def test_kexec_tools_in_the_same_run(suite, fresh, built):
    """kexec works if one run of dpkg installs both packages, and thus unpacks kexec-tools after the diversion."""
    system = fresh(suite)
    version = system.text("kexec", "--version")
    kexec_tools = next((system / DEBS).glob("kexec-tools_*.deb"))
    system.run("dpkg", "--purge", "kexec-tools")
    system.run("dpkg", "--install", *system.put(*built.program()), f"/{DEBS}/{kexec_tools.name}")
    check_works(system, suite)
    system.run("dpkg", "--purge", "kexec-lineage")
    check_as_before(system, version)


@pytest.mark.parametrize("suite", SUITES)
def test_upgrade_to_kexec_tools_of_debian_13(suite, fresh, debian, built):
    """After an upgrade to the kexec-tools of Debian 13, which has kexec in another folder, the new kexec is diverted.

    Each suite has the libraries for only one of the two kexec programs. Therefore the test compares the files and does
    not run them.
    """
    system = fresh(suite)
    old, new = (next((debian(name) / DEBS).glob("kexec-tools_*.deb")) for name in SUITES)
    system.install(old, force="depends")
    of_old = (system / SHIM).read_bytes()
    system.install(*built.program())
    assert is_shim(system) and (system / REAL["bookworm"]).read_bytes() == of_old

    system.install(new, force="depends")
    assert is_shim(system)
    assert kexecs(system) == ["/usr/sbin/kexec", REAL["trixie"]]
    assert (system / REAL["trixie"]).read_bytes() not in (b"", of_old)
    assert system.text("dpkg", "--verify") == ""

    of_new = (system / REAL["trixie"]).read_bytes()
    system.run("dpkg", "--purge", "kexec-lineage")
    assert kexecs(system) == ["/usr/sbin/kexec"] and (system / SHIM).read_bytes() == of_new
    assert system.text("dpkg", "--verify") == ""


def test_failed_install_restores_kexec(fresh, built):
    """If dpkg rejects the package after preinst has diverted kexec, the diversion is removed.

    In this test, dpkg rejects the package because another package owns /usr/bin/kexec-lineage.
    """
    system = fresh("bookworm")
    version = system.text("kexec", "--version")
    package = system / "srv/other"
    (package / "DEBIAN").mkdir(parents=True)
    (package / "usr/bin").mkdir(parents=True)
    (package / "usr/bin/kexec-lineage").write_text("of another package")
    (package / "DEBIAN/control").write_text("Package: other\nVersion: 1\nArchitecture: all\n"
                                            "Maintainer: a <a@b.invalid>\nDescription: has a file of the same name\n")
    system.run("dpkg-deb", "--build", "/srv/other", "/srv/other.deb")
    system.run("dpkg", "--install", "/srv/other.deb")
    done = system.run("dpkg", "--install", *system.put(*built.program()), status=1)
    assert "trying to overwrite '/usr/bin/kexec-lineage'" in done.stderr
    check_as_before(system, version)
