# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that the doctor finds faults of real machines, and that the command it prints fixes each of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from kernels import role
from lab import scenario
from lab.scenario import Hop, Report, Result, Scenario

pytestmark = pytest.mark.vm

HISTORY = "/var/lib/kexec-lineage/history.db"
# Run the fix that doctor prints for the check $1.
FIX = r"""
fix() {
	kexec-lineage doctor | awk -v name="$1  " 'index($0, name) == 10 { found = 1; next }
		found && sub(/^ *fix: /, "") { print } { found = 0 }' > /tmp/fix
	sed 's/ (.*//' /tmp/fix > /tmp/fix.sh
	cat /tmp/fix >&2
	sh /tmp/fix.sh > /dev/null 2>&1 || echo "the fix failed: $?" >&2
}
"""
LOAD = "kexec -s -l /target --reuse-cmdline"
# Check -> a command that causes the fault, its status, and the command for a fix that is not a command by itself.
FAULTS = {
    "module": ("rmmod kexec_lineage", "fail", None),
    "module at boot": ("rm /etc/modules-load.d/kexec-lineage.conf", "warn", None),
    "autostamp": ("echo 0 > /sys/module/kexec_lineage/parameters/autostamp", "fail", None),
    "autostamp, probes": ("echo 0 > /sys/kernel/debug/kprobes/enabled", "fail", None),
    "history": ("rm -r /var/lib/kexec-lineage", "fail", None),
    "history, damaged": (f"rm -f {HISTORY}-*; dd if=/dev/urandom of={HISTORY} bs=4096 count=9 conv=notrunc", "fail",
                         None),
    "loaded kernel": (f"echo 0 > /sys/module/kexec_lineage/parameters/autostamp; {LOAD}; "
                      "echo 1 > /sys/module/kexec_lineage/parameters/autostamp", "unknown", f"kexec-lineage load {LOAD[6:]}"),
    "KHO": ("umount /sys/kernel/debug", "warn", None),
}
SETUP = """
depmod || depmod -a
mkdir -p /etc/modules-load.d /var/lib
echo kexec_lineage > /etc/modules-load.d/kexec-lineage.conf
kexec-lineage record
"""


def command(fault: str) -> str:
    breaks, _, fix = FAULTS[fault]
    fixes = fix or f'fix "{fault.partition(",")[0]}"'
    return f"{FIX}\n{breaks}\nkexec-lineage --json doctor\n{fixes}\nkexec-lineage --json doctor\n"


def checks(line: str) -> dict[str, dict]:
    return {check["check"]: check for check in json.loads(line)["checks"]}


def wrong(fault: str, result: Result) -> str | None:
    """Return what is wrong with a report before and after the fix, or None."""
    name, status = fault.partition(",")[0], FAULTS[fault][1]
    before, after = map(checks, result.stdout.splitlines()[-2:])
    if before[name]["status"] != status or not before[name]["remedy"]:
        return f"{fault}: before the fix: {before[name]}"
    if after[name]["status"] != "ok":
        return f"{fault}: after the fix: {after[name]}, {result.stderr}"
    return None


def named(fault: str) -> str:
    """Return the name of a command of a scenario."""
    return "fault-" + fault.replace(" ", "-").replace(",", "")


def run(first: str, kernel: str, more: str, faults: list[str], stage: Path,
        folder: Path) -> Report:
    target = role(kernel)
    commands = {"setup": SETUP, "sound": "kexec-lineage --json doctor"}
    commands |= {named(fault): command(fault) for fault in faults}
    load = f'kexec -s -l "$KERNEL" --initrd="$INITRD" --append="$(cat /proc/cmdline) {more}"'
    hop = Hop(target, load, commands=commands)
    files = {"/target": target.path.read_bytes()}
    if kernel == "built":  # without CONFIG_IKCONFIG, the configuration is only in the file that a package installs
        files[f"/boot/config-{target.release}"] = b"CONFIG_KEXEC_HANDOVER=y\n"
    plan = Scenario("doctor", role(first), [hop], commands={}, module=True, files=files)
    return scenario.run(plan, stage, folder)[-1]


def check(report: Report, faults: list[str], not_ok: dict[str, str]) -> None:
    sound = {name: result["status"] for name, result in checks(report.commands["sound"].stdout).items()}
    assert {name: status for name, status in sound.items() if status != "ok"} == not_ok
    results = {fault: report.commands[named(fault)] for fault in faults}
    assert [text for fault, result in results.items() if (text := wrong(fault, result))] == []


def test_faults_of_a_stock_kernel(stage: Path, tmp_path: Path) -> None:
    """The guest has no systemd, no log of a crash, no configuration of its kernel, and no securityfs."""
    faults = [fault for fault in FAULTS if fault != "KHO"]
    report = run("first", "second", "", faults, stage, tmp_path)
    check(report, faults, {"record unit": "unknown", "crash logs": "warn", "KHO": "unknown", "lockdown": "unknown"})


def test_faults_of_a_kernel_with_kho(stage: Path, tmp_path: Path) -> None:
    report = run("built", "built", "kho=on", ["KHO"], stage, tmp_path)
    check(report, ["KHO"], {"record unit": "unknown", "crash logs": "warn"})
    off = run("built", "built", "kho=off", [], stage, tmp_path / "off")
    kho = checks(off.commands["sound"].stdout)["KHO"]
    assert (kho["status"], kho["remedy"]) == ("warn", "add kho=on to the kernel command line and reboot")
