# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of the RPM packages: they build and contain all files."""
import re
import subprocess

import pytest

from .conftest import TOP, need, output

NAMES = {"kexec-lineage", "kexec-lineage-fleet", "libkexec-lineage1", "libkexec-lineage-devel", "kexec-lineage-dkms"}
UNITS = {f"/usr/lib/systemd/system/kexec-lineage-{name}.service" for name in ("record", "metrics")}


@pytest.fixture(scope="module")
def rpms():
    need("rpmbuild")
    done = subprocess.run(["packaging/build-rpm"], cwd=TOP, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return {re.match(r"(.*)-[^-]+-[^-]+$", path.name).group(1): path
            for path in (TOP / "build/rpm/RPMS").rglob("*.rpm")}


def files(rpms, name: str) -> set[str]:
    return set(output("rpm", "--query", "--list", "--package", str(rpms[name])).split())


def test_names(rpms):
    assert set(rpms) == NAMES


def test_version_is_the_project_s():
    version = re.search(r"version: '([^']+)'", (TOP / "meson.build").read_text()).group(1)
    spec = (TOP / "packaging/kexec-lineage.spec").read_text()
    assert re.search(r"^Version: +(\S+)$", spec, re.M).group(1) == version


def test_program(rpms):
    found = files(rpms, "kexec-lineage")
    assert UNITS | {"/usr/bin/kexec-lineage", "/usr/lib/systemd/catalog/kexec-lineage.catalog"} <= found
    assert not [path for path in found if path.endswith("/kexec")], "kexec belongs to kexec-tools"


def test_library(rpms):
    assert {path.rsplit("/", 1)[1] for path in files(rpms, "libkexec-lineage1") if ".so" in path} == {
        "libkexec-lineage.so.1", "libkexec-lineage.so.1.0.0"}
    headers = {"/usr/include/kexec-lineage.h", "/usr/include/kexec-lineage-boot.h"}
    assert headers <= files(rpms, "libkexec-lineage-devel")


def test_module_source(rpms):
    assert [path for path in files(rpms, "kexec-lineage-dkms") if path.endswith("/dkms.conf")]
    assert "/usr/lib/modules-load.d/kexec-lineage.conf" in files(rpms, "kexec-lineage-dkms")


@pytest.mark.parametrize("name", ["kexec-lineage", "kexec-lineage-dkms"])
def test_scripts_are_shell(rpms, name):
    """The scripts contain no unexpanded macro."""
    text = output("rpm", "--query", "--scripts", "--package", str(rpms[name]))
    assert "systemctl" in text or "dkms" in text
    assert "%{" not in text and not re.search(r"%[a-z]", text)
    for script in re.split(r"^\w+ scriptlet .*$", text, flags=re.M)[1:]:
        subprocess.run(["sh", "-n", "-c", script], check=True)
