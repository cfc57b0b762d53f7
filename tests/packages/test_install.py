# SPDX-License-Identifier: GPL-2.0-or-later
"""Can the program be installed, upgraded and removed, and is kexec always one that works?"""
import pytest

from .chroot import DEBS

SHIM = "usr/sbin/kexec"
# Where the real one is, by the name that its package has for it.
REAL = {"bookworm": "/usr/sbin/kexec.distrib.usr-is-merged", "trixie": "/usr/sbin/kexec.distrib"}
SUITES = tuple(REAL)
KEEPS = ("/var/lib/kexec-lineage/history.db", "/run/kexec-lineage/previous-stamp")


def kexecs(system) -> list[str]:
    """Every kexec there is, wherever it was moved to."""
    return sorted(f"/usr/sbin/{path.name}" for path in (system / "usr/sbin").glob("kexec*")
                  if path.name != "kexec-load-kernel")


def is_shim(system) -> bool:
    return "kexec-lineage" in (system / SHIM).read_text(errors="replace")


def check_works(system, suite: str) -> None:
    """The wrapper is there, the real one answers, and nothing is damaged."""
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
def test_life(suite, fresh, built, built_next):
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
        (system / path).write_text("of this machine")
    system.run("dpkg", "--remove", "kexec-lineage", "libkexec-lineage1")
    check_as_before(system, version)
    assert (system / KEEPS[0]).exists()
    system.run("dpkg", "--purge", "kexec-lineage", "libkexec-lineage1")
    check_as_before(system, version)
    assert system.files() == before


@pytest.mark.parametrize("suite", SUITES)
def test_kexec_comes_with_it(suite, fresh, built):
    """Both in one go: kexec-tools is unpacked over the diversion."""
    system = fresh(suite)
    version = system.text("kexec", "--version")
    kexec_tools = next((system / DEBS).glob("kexec-tools_*.deb"))
    system.run("dpkg", "--purge", "kexec-tools")
    system.run("dpkg", "--install", *system.put(*built.program()), f"/{DEBS}/{kexec_tools.name}")
    check_works(system, suite)
    system.run("dpkg", "--purge", "kexec-lineage", "libkexec-lineage1")
    check_as_before(system, version)


@pytest.mark.parametrize("suite", SUITES)
def test_kexec_becomes_that_of_debian_13(suite, fresh, debian, built):
    """Its file gets another name; the dpkg of either release may be the one that does it.

    Only one of the two kexecs finds its libraries there, so the files alone tell.
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


def test_install_that_fails_gives_kexec_back(fresh, built):
    """dpkg refuses a file of another package after preinst has moved kexec aside."""
    system = fresh("bookworm")
    version = system.text("kexec", "--version")
    package = system / "srv/other"
    (package / "DEBIAN").mkdir(parents=True)
    (package / "usr/bin").mkdir(parents=True)
    (package / "usr/bin/kexec-lineage").write_text("somebody else's")
    (package / "DEBIAN/control").write_text("Package: other\nVersion: 1\nArchitecture: all\nMaintainer: a <a@b.invalid>\n"
                                            "Description: has a file of the same name\n")
    system.run("dpkg-deb", "--build", "/srv/other", "/srv/other.deb")
    system.run("dpkg", "--install", "/srv/other.deb")
    done = system.run("dpkg", "--install", *system.put(*built.program()), status=1)
    assert "trying to overwrite '/usr/bin/kexec-lineage'" in done.stderr
    check_as_before(system, version)
