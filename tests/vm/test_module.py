# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that the module alone passes the lineage on, with plain kexec(8) on real kernels.

The tests run on unmodified Debian kernels, on a small kernel built from source, and on a kernel with KASAN, lockdep,
kmemleak and other checks. The logs must stay clean.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from kernels import BOOT_ID, FAST_ROLES, MATRIX, check_boot_id, check_modules, log_of, role, splats
from lab import cases, scenario
from lab.cache import Kernel
from lab.cases import Cast
from lab.scenario import Report, Scenario

pytestmark = pytest.mark.vm

TAIL = 64 * 1024
MODULES = 'modules=/modules/$(uname -r); line() { echo "$*" > /dev/kmsg; }'
# Print 10,000 lines, which do not fit into the log ring and the tail of the console. By default the kernel limits the
# rate of userspace messages, so switch this limit off.
NOISE = """
echo on > /proc/sys/kernel/printk_devkmsg
noise() {
    i=0
    while [ $i -lt 10000 ]; do
        echo "<4>lab: line $i of the noise that a busy machine makes"
        i=$((i + 1))
    done > /dev/kmsg
    line "<4>lab: noise is over"
}
"""


@pytest.fixture(scope="module", params=FAST_ROLES)
def kernel(request: pytest.FixtureRequest, qemu: None) -> Kernel:
    return role(request.param)


def run(case: cases.Case, stage: Path, folder: Path) -> list[Report]:
    reports = scenario.run(case.scenario, stage, folder)
    cases.check(case, reports)
    check_modules(reports)
    return reports


def files(report: Report) -> dict[str, str]:
    """Return the content of the module's files by name."""
    rows = report.commands["module"].stdout.splitlines()
    return {name: value for name, _, value in (row.partition(" ") for row in rows)}


def test_many_hops(cast: Cast, stage: Path, tmp_path: Path) -> None:
    kexecs = cases.FIFTY if MATRIX else cases.SHORT_FIFTY
    reports = run(cases.fifty(cast, kexecs), stage, tmp_path)
    assert len(reports) == kexecs + 1
    for count, report in enumerate(reports):
        shown = report.show()
        chain = ", ".join(run["release"] + (f"*{run['runs']}" if run["runs"] > 1 else "") for run in shown["chain"])
        assert files(report)["boot"] == ("kexec" if count else "cold")
        assert files(report)["kexec_count"] == str(count)
        assert files(report)["previous_release"] == (reports[count - 1].release if count else "")
        assert files(report)["chain"] == chain
        assert report.cmdline.count("kexec_lineage.stamp=") == (1 if count else 0)
    assert not splats(log_of(tmp_path))


def test_hops_in_one_kernel(kernel: Kernel, stage: Path, tmp_path: Path) -> None:
    """A kernel kexecs into itself several times, stamped by its module; the log stays clean."""
    hops = [scenario.plain_hop(kernel)] * 3
    commands = {**scenario.SHOW, "module": cases.MODULE}
    reports = run(cases.all_known(Scenario("itself", kernel, hops, module=True, commands=commands)), stage, tmp_path)
    assert files(reports[-1])["chain"] == f"{kernel.release}*3"
    assert not splats(log_of(tmp_path))


def boot_line(report: Report) -> str:
    shown = report.show()
    return f"kexec_lineage: exec from: {shown['previous_release']} (count {shown['kexec_count']})"


def crash_line(report: Report) -> str:
    return f"{boot_line(report)} boot {report.commands['boot-id'].stdout[:8]}"


def after_noise(log: str) -> list[str]:
    """Return the parts of the console between and after the noise."""
    parts = re.split(r"lab: line \d+ of the noise[^\n]*\n", log)
    return [part for part in parts if "lab: noise is over" in part]


def test_line_beside_oops_and_panic(kernel: Kernel, cast: Cast, stage: Path, tmp_path: Path) -> None:
    """The line is printed beside an oops, and beside a later panic, each after 10,000 other lines of log."""
    crash = f"""
        {MODULES}
        {NOISE}
        noise
        insmod $modules/lineage_crash.ko how=oops
        line "<4>lab: oopsed"
        noise
        {cases.CRASH}
    """
    plan = Scenario("oops", cast.first, [scenario.plain_hop(kernel)], module=True, test_modules=True, crash=crash,
                    silence_s=400, commands=scenario.SHOW | BOOT_ID)
    reports = scenario.run(plan, stage, tmp_path)
    check_modules(reports)
    log = log_of(tmp_path)
    assert not splats(log.partition("lab: line 0 ")[0])
    for report in reports:
        check_boot_id(report)
    oops, panic = after_noise(log)
    line = crash_line(reports[-1])
    assert reports[-1].show()["kexec_count"] == 1
    assert "Oops" in oops and "lab: oopsed" in oops
    assert "sysrq triggered crash" in panic
    for part in (oops, panic):
        assert len(part) < TAIL
        # KASAN reports the access before it becomes an oops.
        assert part.count(f"{line}\n") == 1 + part.count("BUG: KASAN"), part


# Kind of the crash -> a text of the crash, and how often the lineage must be printed beside it.
CRASHES = {
    "bug": ("kernel BUG at", 1),
    "panic": ("lineage_crash: panic", 1),
    "oops-in-interrupt": ("Fatal exception in interrupt", 1),
    "panic-in-interrupt": ("lineage_crash: panic-in-interrupt", 1),
    "panic-with-lock": ("lineage_crash: panic-with-lock", 1),
    "panic-on-all-cpus": ("lineage_crash: panic-on-all-cpus", 1),
    "warn": ("lineage_crash: warn", 0),  # this kernel has no tracepoints
}


@pytest.mark.parametrize("how", CRASHES)
def test_line_from_any_context(how: str, cast: Cast, stage: Path, tmp_path: Path) -> None:
    """The line is printed once per crash in any context; after a cold boot the line is "cold boot"."""
    kernel = role("built")
    crash = f"{MODULES}\nline '<4>lab: now'\ninsmod $modules/lineage_crash.ko how={how}\necho b > /proc/sysrq-trigger"
    plan = Scenario("context", kernel, [], module=True, test_modules=True, crash=crash, cpus=2)
    scenario.run(plan, stage, tmp_path)
    sign, times = CRASHES[how]
    after = log_of(tmp_path).partition("lab: now")[2]
    assert sign in after
    assert after.count("kexec_lineage: cold boot") == times, after


@pytest.mark.parametrize(("how", "times"), [("warn", 2), ("warns", 10)])
def test_line_beside_warnings(how: str, times: int, cast: Cast, stage: Path, tmp_path: Path) -> None:
    """The line is printed once beside each WARN, and at most ten times in a minute. insmod tries to load the module
    twice, with two system calls."""
    crash = f"{MODULES}\nline '<4>lab: now'\ninsmod $modules/lineage_crash.ko how={how}\necho b > /proc/sysrq-trigger"
    plan = Scenario("warnings", cast.second, [], module=True, test_modules=True, crash=crash, silence_s=400)
    scenario.run(plan, stage, tmp_path)
    after = log_of(tmp_path).partition("lab: now")[2]
    warnings = after.count("end trace")
    assert warnings == (2 if how == "warn" else 60)
    assert after.count("kexec_lineage: cold boot") == times, after


# Kind of the report -> shell code before it, and the first line of the report.
REPORTS = {
    "kfence": ("", "BUG: KFENCE: use-after-free"),
    "soft-lockup": ("echo 1 > /proc/sys/kernel/watchdog_thresh", "BUG: soft lockup"),
    "rcu-stall": ("echo 3 > /sys/module/rcupdate/parameters/rcu_cpu_stall_timeout\n"
                  "echo 0 > /sys/module/rcupdate/parameters/rcu_cpu_stall_suppress", "INFO: rcu_"),
    "hung-task": ("echo 1 > /proc/sys/kernel/hung_task_timeout_secs", "INFO: task insmod:"),
}
CPUS = {"rcu-stall": 2}  # the default is 1
QUIET = "echo 10000 > /proc/sys/kernel/hung_task_timeout_secs; echo 60 > /proc/sys/kernel/watchdog_thresh"


@pytest.mark.parametrize("how", REPORTS)
def test_line_beside_reports(how: str, cast: Cast, stage: Path, tmp_path: Path) -> None:
    """The line is printed once beside each report of KFENCE, a soft lockup, an RCU stall or a hung task."""
    prepare, sign = REPORTS[how]
    crash = f"""{MODULES}
        {prepare}
        line '<4>lab: now'
        insmod $modules/lineage_crash.ko how={how}
        {QUIET}
        line '<4>lab: over'
        echo b > /proc/sysrq-trigger"""
    plan = Scenario("reports", cast.second, [], module=True, test_modules=True, crash=crash, silence_s=400,
                    cmdline=f"{scenario.CMDLINE} kfence.sample_interval=1", cpus=CPUS.get(how, 1))
    scenario.run(plan, stage, tmp_path)
    after = log_of(tmp_path).partition("lab: now")[2].partition("lab: over")[0]
    assert after.count(sign) > 0
    assert after.count("kexec_lineage: cold boot") == after.count(sign), after


@pytest.mark.parametrize(("how", "switch"), [("soft-lockup", "softlockup_panic"), ("rcu-stall", "panic_on_rcu_stall"),
                                            ("hung-task", "hung_task_panic")])
def test_lockup_that_panics_is_one_crash(how: str, switch: str, cast: Cast, stage: Path, tmp_path: Path) -> None:
    crash = f"""{MODULES}
        {REPORTS[how][0]}
        echo 1 > /proc/sys/kernel/{switch}
        line '<4>lab: now'
        insmod $modules/lineage_crash.ko how={how}"""
    plan = Scenario("lockup-panic", cast.second, [], module=True, test_modules=True, crash=crash, silence_s=400,
                    cpus=CPUS.get(how, 1))
    scenario.run(plan, stage, tmp_path)
    after = log_of(tmp_path).partition("lab: now")[2]
    assert "Kernel panic" in after
    assert after.count("kexec_lineage: cold boot") == 1, after


@pytest.mark.skipif(not MATRIX, reason="`make check-matrix` runs it")
@pytest.mark.parametrize("where", ["core", "pci"])
def test_line_beside_a_crash_before_device_initcalls(where: str, stage: Path, tmp_path: Path) -> None:
    """Built in, the module is there before the drivers: in a core_initcall, and in the probe of a PCI driver."""
    kernel = role("early")
    crash = f"""kexec -s -l /early --command-line="{scenario.CMDLINE} loglevel=8 lab_crash={where}" || exit
        echo '<4>lab: now' > /dev/kmsg
        kexec -e"""
    plan = Scenario("early", kernel, [], crash=crash, files={"/early": kernel.path.read_bytes()})
    scenario.run(plan, stage, tmp_path)
    after = log_of(tmp_path).partition("lab: now")[2].partition("Linux version")[2]
    line = f"kexec_lineage: exec from: {kernel.release} (count 1)\n"
    boot, _, oops = after.partition("Oops")
    assert (boot.count(line), oops.count(line)) == (1, 1), after
    assert {"core": "crash_in_core", "pci": "crash_in_probe"}[where] in oops


def test_oops_of_init_is_one_crash(cast: Cast, stage: Path, tmp_path: Path) -> None:
    """An oops of init and the panic that it causes are one crash, so the line is printed once."""
    kernel = role("built")
    crash = f"{MODULES}\nline '<4>lab: now'\nexec insmod $modules/lineage_crash.ko how=oops"
    plan = Scenario("init", kernel, [], module=True, test_modules=True, crash=crash)
    scenario.run(plan, stage, tmp_path)
    after = log_of(tmp_path).partition("lab: now")[2]
    assert "Oops" in after and "Attempted to kill init" in after
    assert after.count("kexec_lineage: cold boot") == 1, after


def test_capture_kernel(kernel: Kernel, cast: Cast, stage: Path, tmp_path: Path) -> None:
    """If a capture kernel is loaded, the dump contains the line, although panic() runs no notifier."""
    case = cases.capture_module(cast, kernel)
    crashed, last = run(case, stage, tmp_path)[-2:]
    assert last.commands["vmcore"].status == 0
    assert "kexec_lineage.stamp=1,p,2," in last.cmdline
    dmesg = last.commands["dmesg"].stdout.partition("sysrq: Trigger a crash")[2]
    assert dmesg.count(boot_line(crashed)) == 1, dmesg
    assert not splats(log_of(tmp_path).partition("sysrq: Trigger a crash")[0])
