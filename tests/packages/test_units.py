# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of the installed units: valid, enabled, sandboxed, documented, and required by no other unit."""
import re

import pytest

from .conftest import TOP

RECORD, METRICS = "kexec-lineage-record.service", "kexec-lineage-metrics.service"
COLLECT, SEND = "kexec-lineage-collect.service", "kexec-lineage-send.service"
PRUNE, SEAL = "kexec-lineage-prune.service", "kexec-lineage-seal.service"
WATCH = "kexec-lineage-watch.service"
LISTEN, SOCKET = "kexec-lineage-listen.service", "kexec-lineage-listen.socket"
ENABLED = ("kexec-lineage-collect.timer", "kexec-lineage-send.timer")
TIMERS = (*ENABLED, "kexec-lineage-prune.timer", "kexec-lineage-seal.timer", "kexec-lineage-watch.timer")
# `systemd-analyze security` rates values from 1 to 5 as OK. Only the units for the store may use the network.
EXPOSURE_MAX = {RECORD: 1.5, METRICS: 1.5, COLLECT: 1.1, SEND: 1.9, PRUNE: 1.9, SEAL: 1.5, LISTEN: 1.5, WATCH: 1.9}
UNITS = tuple(EXPOSURE_MAX)
MESSAGE_ID = re.search(r'MESSAGE_ID "([0-9a-f]{32})"', (TOP / "host/journal.h").read_text()).group(1)
JOURNAL = (TOP / "host/journal.c").read_text()


def unit_path(name: str) -> str:
    return f"/usr/lib/systemd/system/{name}"


@pytest.mark.parametrize("name", (*UNITS, *TIMERS, SOCKET))
def test_verify(installed, name):
    done = installed.run("systemd-analyze", "verify", "--man=no", unit_path(name))
    assert (done.stdout, done.stderr) == ("", "")


@pytest.mark.parametrize("name", UNITS)
def test_exposure(installed, name):
    text = installed.text("systemd-analyze", "security", "--offline=true", unit_path(name))
    assert float(re.search(r"exposure level for \S+: ([0-9.]+)", text).group(1)) <= EXPOSURE_MAX[name]


def test_enabled_and_not_required(installed):
    wanted = {path.parent.name for path in (installed / "etc/systemd/system").rglob("kexec-lineage-*")}
    assert wanted == {"sysinit.target.wants", "multi-user.target.wants", "timers.target.wants"}
    timers = {path.name for path in (installed / "etc/systemd/system").rglob("timers.target.wants/*")}
    assert {name for name in timers if "kexec-lineage" in name} == set(ENABLED)
    everything = [path for folder in ("etc", "usr/lib") for path in (installed / folder / "systemd/system").rglob("*")]
    assert not [path for path in everything if path.is_file() and path.name not in (*UNITS, *TIMERS, SOCKET)
                and "kexec-lineage" in path.read_text()]


@pytest.mark.parametrize("name", UNITS)
def test_man_page_is_there(installed, name):
    text = (installed / unit_path(name)).read_text()
    page, section = re.search(r"^Documentation=man:(\S+)\((\d)\)$", text, re.M).groups()
    assert (installed / f"usr/share/man/man{section}/{page}.{section}.gz").exists()
    assert (installed / f"usr/share/man/man8/{name}.8.gz").exists()


def test_catalog(installed):
    """The catalog explains the message of each boot, and uses only fields of this message."""
    text = installed.text("journalctl", "--dump-catalog", MESSAGE_ID)
    assert "Defined-By: kexec-lineage" in text
    fields = set(re.findall(r"@([A-Z_]+)@", text))
    assert fields and fields <= set(re.findall(r'"([A-Z_]+)=%', JOURNAL))
