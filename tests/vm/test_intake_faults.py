# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that each crash of the modules lab_faults and lab_checks has the right title, function and module.

The expected function is the one in the module that makes the mistake. For hangs and overflows of the stack it is the
function that a dispatcher called. A kernel makes all mistakes that it survives in one boot, and then one that ends it;
each other mistake that ends a kernel needs a boot. The log is read as the kernel printed it, and as
scripts/decode_stacktrace.sh decodes it.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import decoded
import intake
import pytest
from kernels import MATRIX, role
from lab import cases, cross, module, scenario, vm
from lab.cache import Kernel
from lab.scenario import Scenario

pytestmark = pytest.mark.vm

ARM64 = "aarch64"
NULL = "BUG: unable to handle kernel NULL pointer dereference"
PAGING = "BUG: unable to handle kernel paging request"
# Kind -> the title without the function, if it is not "WARNING". Another title on arm64 follows.
HEADS: dict[str, tuple[str, ...]] = {
    "hung_mutex": ("INFO: task hung",),
    "hung_wait": ("INFO: task hung",),
    "kobject_early": ("WARNING: kobject bug",),
    "refcount_inc": ("WARNING: refcount bug",),
    "refcount_dec": ("WARNING: refcount bug",),
    "kfence_freed": ("KFENCE: use-after-free read",),
    "kfence_outside": ("KFENCE: out-of-bounds write",),
    "kfence_corrupt": ("KFENCE: memory corruption",),
    "kfence_free": ("KFENCE: invalid free",),
    "exec_data": (PAGING,),
    "exec_user": (PAGING,),
    "call_wild": ("general protection fault", PAGING),
    "read_user": (PAGING,),
    "write_rodata": (PAGING,),
    "undefined": ("invalid opcode", "Internal error"),
    **{kind: (NULL,) for kind in (
        "strlen", "memcpy", "snprintf", "mutex_lock", "complete", "wake_up", "queue_work", "kobject_put", "list_next",
        "thread", "work_oops", "irq_oops")},
    "kfree": (PAGING,),
    "list_del": ("BUG: corrupted list",),
    "usercopy_stack": ("BUG: bad usercopy",),
    "double_free": ("kernel BUG",),
    "free_page": ("BUG: Bad page state",),
    "breakpoint": ("int3", "Internal error"),
    "overflow": ("BUG: stack guard page was hit", "kernel stack overflow"),
    "double_fault": ("PANIC: double fault",),
    "irq_bug": ("kernel BUG",),
    "stack_smash": ("kernel panic: stack is corrupted",),
    "soft_hang": ("BUG: soft lockup",),
    "rcu_usage": ("WARNING: suspicious RCU usage",),
    "sleep": ("BUG: sleeping function called from invalid context",),
    "sleep_mutex": ("BUG: sleeping function called from invalid context",),
    "processor_id": ("BUG: using smp_processor_id() in preemptible code",),
    "free_timer": ("WARNING: ODEBUG bug",),
    "unlock": ("WARNING: bad unlock balance",),
    "recursive": ("possible deadlock",),
    "circular": ("possible deadlock",),
    "inconsistent": ("inconsistent lock state",),
    "held_freed": ("WARNING: held lock freed",),
    "wait_context": ("WARNING: locking bug",),
    "non_static": ("INFO: trying to register non-static key",),
    "bad_magic": ("BUG: spinlock bad magic",),
    "leak": ("BUG: workqueue leaked atomic, lock or RCU",),
    "index": ("UBSAN: array-index-out-of-bounds",),
    "shift": ("UBSAN: shift-out-of-bounds",),
    "bool": ("UBSAN: invalid-load",),
    "slab_read": ("KASAN: slab-out-of-bounds Read",),
    "slab_write": ("KASAN: slab-out-of-bounds Write",),
    "freed_read": ("KASAN: slab-use-after-free Read",),
    "freed_write": ("KASAN: slab-use-after-free Write",),
    "copy_freed": ("KASAN: slab-use-after-free Read",),
    "free_inside": ("KASAN: invalid-free",),
    "free_twice": ("KASAN: invalid-free",),
    "stack_read": ("KASAN: stack-out-of-bounds Read",),
    "global_read": ("KASAN: global-out-of-bounds Read",),
    "vmalloc_read": ("KASAN: vmalloc-out-of-bounds Read",),
}
# Kind -> its function, if it is not lab_KIND().
FUNCTIONS = {
    **{kind: f"lab_{kind}_function"
       for kind in ("timer", "work", "irq_work", "tasklet", "rcu", "thread", "work_oops", "irq_oops", "irq_bug")},
    "smp_call": "lab_other_cpu",
    "overflow": "lab_do_kind",
    "soft_hang": "lab_do_kind",
    "leak": "lab_leaking_work",
}
# Kind -> the whole title, without a function. arm64 cannot interrupt a CPU that has interrupts off, to get its stack.
WITHOUT_FUNCTION = {"panic": "kernel panic: lab_faults: code NUM", "hard_hang": "hard lockup (no frame)"}
ENDS = ("breakpoint", "overflow", "double_fault", "irq_oops", "irq_bug", "panic", "stack_smash", "soft_hang",
        "hard_hang")
# KFENCE guards 255 objects. Others keep the objects that they get, so it is slow except for its own kinds.
DEBUG = "kasan_multi_shot kfence.sample_interval=1000"
KFENCE_MS = 20
KFENCE = "/sys/module/kfence/parameters/sample_interval"
HANG_S = 20  # until the kernel reports a hang
# Reports after a kind that are right. fortify_panic() warns before BUG(), or prints a line. A task that dies with
# interrupts off on arm64 causes a warning of the idle loop.
ALSO = {"fortify": ("kernel BUG in lab_fortify",), "double_free": ("WARNING in default_idle_call",),
        "breakpoint": ("WARNING in default_idle_call",)}
CAUSES_MORE = ("leak",)  # a worker that holds a lock
# A hang within ten seconds after another one belongs to it. The kernel reports sleeping in atomic context once in a
# second. An oops directly after corrupt memory is an effect of it.
PAUSES = {"hung_wait": 11, "sleep_mutex": 2, "exec_data": 1,
          **{kind: 6 for kind, heads in HEADS.items() if heads[0].startswith(("KASAN", "UBSAN"))}}
FEWEST = {"lab_faults": 30, "lab_checks": 24}
CANNOT = {
    **{(name, "hard_hang"): "QEMU has no PMU, which the detector of this kernel needs" for name in ("first", "second")},
    **{("built", end): "the kernel has no such check" for end in ("stack_smash", "soft_hang", "hard_hang")},
    ("crashes", "stack_smash"): "KASAN reports the write to the stack",
    ("crashes", "hard_hang"): "without ACPI, the kernel finds only one CPU, and another CPU detects hard lockups",
    ("arm64-second", "double_fault"): "arm64 has no double fault",
}
matrix = pytest.mark.skipif(not MATRIX, reason="`make check-matrix` runs it")


def script(name: str, end: str, is_alone: bool) -> str:
    """Return guest shell code that makes all mistakes of a module, and then one that may end the kernel, or only it."""
    kinds = f"/sys/kernel/debug/{name}"
    pauses = " ".join(f"{kind}) sleep {seconds};;" for kind, seconds in PAUSES.items())
    all_kinds = f"""echo 1 > /proc/sys/kernel/hung_task_timeout_secs
for kind in $(grep -vxE '{'|'.join(ENDS)}' {kinds}); do
    case $kind in {pauses} esac
    [ -e {KFENCE} ] && case $kind in kfence_*) echo {KFENCE_MS};; *) echo 0;; esac > {KFENCE}
    echo "lab_kind $kind" > /dev/kmsg
    (echo $kind > {kinds})
    [ $kind = hung_wait ] && echo 0 > /proc/sys/kernel/hung_task_timeout_secs
done
sleep 6"""
    return f"""insmod /modules/$(uname -r)/{name}.ko
{'' if is_alone else all_kinds}
for file in softlockup_panic hardlockup_panic; do
    [ -e /proc/sys/kernel/$file ] && echo 1 > /proc/sys/kernel/$file
done
[ -e /proc/sys/kernel/watchdog_thresh ] && echo 2 > /proc/sys/kernel/watchdog_thresh
echo "lab_kind {end}" > /dev/kmsg
(echo {end} > {kinds})
sleep {HANG_S if end.endswith('_hang') else 6}
echo "lab_kind" > /dev/kmsg
echo c > /proc/sysrq-trigger"""


def plan_for(kernel: Kernel, name: str, end: str, is_alone: bool) -> Scenario:
    crash = script(name, end, is_alone)
    if kernel.arch == ARM64:
        plan = cases.foreign("faults", kernel, [], commands={}, test_modules=True, only_test_modules=(name,),
                             crash=crash)
        plan = replace(plan, cmdline=f'{plan.cmdline.replace("loglevel=5", "loglevel=7")} {DEBUG}')
    else:
        plan = Scenario("faults", kernel, [], f"{intake.CMDLINE} {DEBUG}", commands={}, test_modules=True,
                        only_test_modules=(name,), crash=crash)
    return replace(plan, cpus=2) if end == "hard_hang" else plan  # another CPU detects it


def title(kind: str, kernel: Kernel) -> str:
    if kind in WITHOUT_FUNCTION:
        return WITHOUT_FUNCTION[kind]
    heads = HEADS.get(kind, ("WARNING",))
    # __fortify_panic() warns since Linux 6.8.
    if kind == "fortify" and kernel.release.startswith("6.1."):
        heads = ("kernel BUG",)
    return f"{heads[-1 if kernel.arch == ARM64 else 0]} in {FUNCTIONS.get(kind, f'lab_{kind}')}"


def by_kind(log: Path, crashes: list[dict]) -> dict[str, list[dict]]:
    """Return the crashes of each kind: those between its line and the next one."""
    lines = re.finditer(rb"\] lab_kind ?(\w*)", log.read_bytes())
    starts = [(line.start(), line[1].decode()) for line in lines]
    ends = [start for start, _ in starts[1:]] + [float("inf")]
    return {kind: [crash for crash in crashes if start <= crash["offset"] < end]
            for (start, kind), end in zip(starts, ends) if kind}


def wrong(kind: str, name: str, kernel: Kernel, found: list[dict]) -> list[str]:
    """Describe what is wrong with the crashes of a kind."""
    if kind in CAUSES_MORE:
        found = found[:1]
    titles = [crash["title"] for crash in found if crash["title"] not in ALSO.get(kind, ())[: len(found) - 1]]
    if kind == "kfree":
        # Whether the address of the wild object's page is canonical depends on the addresses of the kernel.
        titles = [text.replace("general protection fault", PAGING) for text in titles]
    wanted = title(kind, kernel)
    if titles != [wanted]:
        return [f"{kind}: {titles}, not {wanted!r}"]
    if kind in WITHOUT_FUNCTION:
        module_of, function = None, None
    else:
        module_of, function = name, wanted.rpartition(" ")[2]
    if (found[0]["module"], found[0]["frame"]) != (module_of, function):
        return [f"{kind}: function {found[0]['frame']} [{found[0]['module']}]"]
    return []


def check(kernel: Kernel, name: str, end: str, stage: Path, folder: Path, is_alone: bool = False) -> None:
    host_stage = stage
    if kernel.arch == ARM64:
        try:
            vm.need(ARM64)
            stage = cross.stage(ARM64)
        except (vm.QemuMissing, cross.CrossUnavailable) as error:
            pytest.skip(f"no lab for arm64: {error}")
    scenario.run(plan_for(kernel, name, end, is_alone), stage, folder)
    log = folder / "serial.log"
    crashes = intake.crashes(intake.events(host_stage, log))
    kinds = by_kind(log, crashes)
    (folder / "titles.json").write_text(json.dumps({kind: [crash["title"] for crash in found]
                                                    for kind, found in kinds.items()}, indent=1))
    assert len(kinds) >= (1 if is_alone else FEWEST[name])
    assert [problem for kind, found in kinds.items() for problem in wrong(kind, name, kernel, found)] == []

    modules = module.tests(kernel, (name,))[0].parent
    again = intake.crashes(intake.events(host_stage, decoded.decode(log, kernel, modules, folder, MATRIX)))
    fields = ("title", "type", "frame", "module", "frames", "signature", "effects")
    assert [[crash[field] for field in fields] for crash in again] == [
        [crash[field] for field in fields] for crash in crashes]


@pytest.mark.parametrize("name", ("second",))
def test_faults(name: str, qemu: None, stage: Path, tmp_path: Path) -> None:
    check(role(name), "lab_faults", "irq_oops", stage, tmp_path)


@matrix
@pytest.mark.parametrize("name", ("first", "built", "arm64-first", "arm64-second", "arm64-built"))
def test_faults_of_more_kernels(name: str, qemu: None, stage: Path, tmp_path: Path) -> None:
    check(role(name), "lab_faults", "irq_oops", stage, tmp_path)


@matrix
@pytest.mark.parametrize("end", [end for end in ENDS if end != "irq_oops"])
@pytest.mark.parametrize("name", ("first", "second", "built", "crashes", "arm64-second"))
def test_ends(name: str, end: str, qemu: None, stage: Path, tmp_path: Path) -> None:
    if (name, end) in CANNOT:
        pytest.skip(CANNOT[name, end])
    check(role(name), "lab_faults", end, stage, tmp_path, is_alone=True)


@matrix
def test_checks(qemu: None, stage: Path, tmp_path: Path) -> None:
    check(role("crashes"), "lab_checks", "", stage, tmp_path)
