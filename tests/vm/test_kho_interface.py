# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of module/patches/interface and module/patches/testing: the previous kernel in sysfs, in vmcoreinfo and in the
header of reports, and KUnit tests. Some of them need the slow kernel with KASAN; only make check-matrix runs them.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from kernels import MATRIX, log_of, role, splats
from kho import CHANGED, LINES, SYSFS, exec_from, in_sysfs, plan_for
from lab import cases, fetch, kernels, module, scenario
from lab.cache import Kernel
from lab.scenario import Hop, Report, Scenario, plain_load
from test_intake_vmcore import makedumpfile, with_libraries

pytestmark = pytest.mark.vm
slow = pytest.mark.skipif(not MATRIX, reason="takes long: make check-matrix runs it")

LOAD = plain_load("-s -l")
LINE = "Kexec from: "


def load(words: str) -> str:
    """Return shell code that loads the same kernel with the command line of the first one and more words."""
    first = "sed 's/ kho=on.*/ kho=on/' /proc/cmdline"
    return f'kexec -s -l "$KERNEL" --initrd="$INITRD" --command-line="$({first}) {words}"'


def boots(kernel: Kernel, hops: list[str], commands: dict[str, str], folder: Path, **more: object) -> list[Report]:
    plan = plan_for("interface", kernel, [Hop(kernel, hop) for hop in hops], commands=commands, **more)
    return scenario.run(plan, None, folder)


def kunit(kernel: Kernel, folder: Path) -> dict[str, bool]:
    """Return whether each KUnit test of the parser passed at boot, by its name."""
    report, = boots(kernel, [], {"kunit": "dmesg | grep -o -E '(not )?ok [0-9]+ kho_.*'"}, folder)
    lines = report.commands["kunit"].stdout.splitlines()
    return {line.split()[-1].removeprefix("kho_metadata_"): not line.startswith("not ") for line in lines}


KUNIT = ("layout_test", "valid_test", "size_test", "version_test", "release_test", "kho_kexec_metadata")


@slow
@pytest.mark.parametrize("name", ("kho-7.3-patched", "kho-7.3-interface"), ids=("small", "KASAN"))
def test_kunit(name: str, tmp_path: Path) -> None:
    assert kunit(role(name), tmp_path) == dict.fromkeys(KUNIT, True)
    assert not splats(log_of(tmp_path), builtin=True)


@slow
def test_kunit_with_a_changed_layout(tmp_path: Path) -> None:
    """If two fields change places, the metadata have the same size, and a kexec into the same kernel still works. The
    KUnit tests fail."""
    role("kho-7.3-patched")
    entry = kernels.read().by_role("kho-7.3-patched")[0]
    changed = fetch.with_patches(entry.id, (*entry.patches, CHANGED))
    passed = kunit(changed, tmp_path)
    assert set(passed) == set(KUNIT)
    assert not any(passed[name] for name in ("layout_test", "valid_test", "release_test", "kho_kexec_metadata"))


REPORTS = {
    "warn": ("", "WARNING: "),
    "kasan": ("", "BUG: KASAN: slab-use-after-free"),
    "soft-lockup": ("echo 1 > /proc/sys/kernel/watchdog_thresh", "BUG: soft lockup"),
}
# With the default sizes KHO finds no room for its scratch areas in the kernel with KASAN, and is disabled.
KASAN_MEMORY = "kho=on kho_scratch=16M,512M,64M"
KASAN_MIB = 1536


def header_of(log: str, title: str) -> str:
    """Return the lines of a report before its call trace, without the time stamps."""
    header, found, _ = log.split(title, 1)[1].partition("Call Trace:")
    assert found
    return re.sub(r"^\[ *\d+\.\d+\] ", "", header, flags=re.M)


@slow
def test_header_of_reports(tmp_path: Path) -> None:
    """After a kexec, the header of a warning, a KASAN report and a soft lockup names the previous kernel, and so does
    that of a warning in setup_arch(), before the log has KHO's line."""
    kernel = role("kho-7.3-interface")
    built = {path.stem: path for path in module.tests(kernel)}["lineage_crash"]
    cmdline = f"{scenario.CMDLINE} {KASAN_MEMORY}"
    commands = {name: f"{before or ':'}; insmod /crash.ko how={name}; rmmod lineage_crash; dmesg -c"
                for name, (before, _) in REPORTS.items()}
    commands = {"boot": "dmesg -c", **commands}
    load_it = f'kexec -s -l "$KERNEL" --initrd="$INITRD" --command-line="{cmdline} lab_kho_fail=warn"'
    plan = Scenario("reports", kernel, [Hop(kernel, load_it)], cmdline=cmdline, commands=commands,
                    files={"crash.ko": built.read_bytes()}, memory_mib=KASAN_MIB)
    cold, kexeced = scenario.run(plan, None, tmp_path)
    line = f"{LINE}{kernel.release} (count 1)\n"
    for name, (_, title) in REPORTS.items():
        assert LINE not in cold.commands[name].stdout
        assert header_of(kexeced.commands[name].stdout, title).count(line) == 1, name
    boot = kexeced.commands["boot"].stdout
    early = "lab: a warning in setup_arch()"
    assert header_of(boot, early).count(line) == 1
    assert boot.index(early) < boot.index("KHO: exec from: ")


ROLES = ("kho-7.3-crossabi", "arm64-fixes")
architectures = pytest.mark.parametrize("name", ROLES if MATRIX else ROLES[:1])


@slow
@architectures
@pytest.mark.parametrize("kexecs", (0, 1))
def test_header_of_a_panic(kexecs: int, name: str, tmp_path: Path) -> None:
    kernel = role(name)
    boots(kernel, [LOAD] * kexecs, {}, tmp_path, crash=cases.CRASH)
    panic = log_of(tmp_path).split("Kernel panic - not syncing: sysrq triggered crash")[1]
    header, found, _ = panic.partition({"aarch64": "Call trace:"}.get(kernel.arch, "Call Trace:"))
    assert found and " CPU: " in header
    assert header.count(f"{LINE}{kernel.release} (count 1)\n") == panic.count(LINE) == kexecs


@architectures
def test_sysfs(name: str, tmp_path: Path) -> None:
    """The files exist after a kexec, and show what the log shows. With kho=off nothing shows it, and the next kernel
    counts from 1 again."""
    kernel = role(name)
    commands = {**LINES, **SYSFS}
    reports = boots(kernel, [LOAD, LOAD, load("kho=off"), load(""), LOAD], commands, tmp_path)
    wanted = [None, (kernel.release, 1), (kernel.release, 2), None, None, (kernel.release, 1)]
    assert [in_sysfs(report) for report in reports] == wanted
    assert [exec_from(report) for report in reports] == wanted
    assert not splats(log_of(tmp_path), builtin=True)


# Write more than the buffer of the log holds, so that the line of the boot is overwritten.
WRAP = """echo on > /proc/sys/kernel/printk_devkmsg
line=$(head -c 900 /dev/zero | tr '\\0' x)
for i in $(seq 400); do echo $line > /dev/kmsg; done
"""
DUMP = "makedumpfile -c -d 31 /proc/vmcore /tmp/dump > /dev/null"


@slow
def test_vmcoreinfo(stage: Path, tmp_path: Path) -> None:
    """After the log has wrapped, a dump and a copy by makedumpfile still name the previous kernel, and `inspect` and
    `ingest` report it."""
    kernel = role("kho-7.3-crossabi")
    commands = {
        "keys": "head -c 16384 /proc/vmcore | grep -a -E '^KEXEC(FROM|COUNT)='",
        "log": "vmcore-dmesg /proc/vmcore | grep -c 'KHO: exec from'",
        "dump": f"{DUMP} && grep -a -E '^KEXEC(FROM|COUNT)=' /tmp/dump",
        "ingest": "kexec-lineage --json ingest /tmp/dump",
        "inspect": "kexec-lineage --json inspect /proc/vmcore",
    }
    files = {**makedumpfile(), **with_libraries(stage / "usr/bin/kexec-lineage-fleet", "usr/bin/kexec-lineage-fleet")}
    # kexec-lineage needs sockets to read a dump, which the small kernel lacks, so Debian's is the capture kernel.
    hops = [Hop(kernel, LOAD), Hop(role("second"), WRAP + plain_load("-s -p"), go=cases.CRASH, commands=commands)]
    # After a kexec with KHO, only scratch memory is free when the memory for the capture kernel is reserved.
    cmdline = f"{scenario.CMDLINE} kho=on kho_scratch=16M,1024M,64M crashkernel=320M"
    plan = Scenario("vmcore", kernel, hops, cmdline=cmdline, commands={}, files=files, memory_mib=3072)
    seen = scenario.run(plan, stage, tmp_path)[2].commands
    keys = f"KEXECFROM={kernel.release}\nKEXECCOUNT=1\n"
    assert (seen["keys"].stdout, seen["log"].stdout) == (keys, "0\n")
    found = json.loads(seen["inspect"].stdout)["crashes"]
    if shutil.which("makedumpfile"):
        assert seen["dump"].stdout == keys
        found += [event for event in map(json.loads, seen["ingest"].stdout.splitlines()) if event["event"] == "crash"]
    assert {(crash["previous_release"], crash["kexec_count"]) for crash in found} == {(kernel.release, 1)}
