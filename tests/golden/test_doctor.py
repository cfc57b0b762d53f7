# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that the doctor finds each thing that is missing on a machine, and nothing on a sound one."""
import gzip
import os
import re
import shutil
import subprocess

import pytest

from .machine import HISTORY, Machine
from .system import FOLDER, Forbidden, Link, OLDER, RELEASE, build_root, cold, devicetree, kexeced, module, put, stamp

PARAMETER = "sys/module/kexec_lineage/parameters/autostamp"
PROBES = "sys/kernel/debug/kprobes/enabled"
MODULES = f"lib/modules/{RELEASE}/modules.dep"
AT_BOOT = "usr/lib/modules-load.d/kexec-lineage.conf"
WRAPPER, REAL = "usr/sbin/kexec", "usr/sbin/kexec.distrib"
CONFIG = f"boot/config-{RELEASE}"
WANTS = "etc/systemd/system/sysinit.target.wants/kexec-lineage-record.service"
UNIT = "usr/lib/systemd/system/kexec-lineage-record.service"
MOUNTS = ("22 1 0:20 / /sys rw - sysfs sysfs rw\n23 22 0:7 / /sys/kernel/debug rw - debugfs debugfs rw\n"
          "24 22 0:9 / /sys/fs/pstore rw - pstore pstore rw\n")
SOUND = {
    **kexeced(cmdline=stamp(1, OLDER, made_for=RELEASE)),
    PARAMETER: "Y\n", PROBES: "1\n", MODULES: "updates/dkms/kexec_lineage.ko.xz:\n",
    AT_BOOT: "# a comment\nkexec_lineage\n",
    WRAPPER: "#!/bin/sh\nexport KEXEC_LINEAGE_KEXEC\n", REAL: "\x7fELF",
    CONFIG: "# CONFIG_KEXEC_HANDOVER is not set\n",
    "run/systemd/system/x": "", WANTS: Link("/" + UNIT), UNIT: "", "proc/self/mountinfo": MOUNTS,
    "sys/kernel/kexec_crash_loaded": "1\n", "sys/kernel/kexec_loaded": "0\n",
    "sys/kernel/security/lockdown": "[none] integrity confidentiality\n",
}
HANDOVER = {CONFIG: "CONFIG_KEXEC_HANDOVER=y\n"}
LOADED = {"sys/kernel/kexec_loaded": "1\n", "sys/kernel/kexec_lineage/loaded_release": "9.9.9\n"}
MASK = "etc/systemd/system/kexec-lineage-record.service"
REFUSED = {"dev/kmsg": "5,7,9,-;kexec_lineage: autostamp is off: f: this kernel is locked down (-1)\n"}
NO_KDUMP = {"sys/kernel/kexec_crash_loaded": "0\n"}
UNSTAMPED = {PARAMETER: None, MODULES: "kernel/fs/xfs.ko:\n", "sys/module/kexec_lineage": None}
CASES = {
    "not loaded": ({PARAMETER: None}, "module", "warn", "modprobe kexec_lineage"),
    "not loaded, no wrapper": ({PARAMETER: None, WRAPPER: "\x7fELF"}, "module", "fail", "modprobe kexec_lineage"),
    "not installed": (UNSTAMPED, "module", "warn", "install the package kexec-lineage-dkms"),
    "built by DKMS for others": ({**UNSTAMPED, "usr/src/kexec-lineage-1/x": ""}, "module", "warn",
                                 f"dkms autoinstall -k {RELEASE}"),
    "not at boot": ({AT_BOOT: None}, "module at boot", "warn",
                    "echo kexec_lineage > /etc/modules-load.d/kexec-lineage.conf"),
    "commented out": ({AT_BOOT: "#kexec_lineage\n"}, "module at boot", "warn", "modules-load.d"),
    "autostamp off": ({PARAMETER: "N\n"}, "autostamp", "warn", f"echo 1 > /{PARAMETER}"),
    "autostamp off, no wrapper": ({PARAMETER: "N\n", WRAPPER: "\x7fELF"}, "autostamp", "fail", f"echo 1 > /{PARAMETER}"),
    "probes off": ({PROBES: "0\n"}, "autostamp", "warn", f"echo 1 > /{PROBES}"),
    "probe refused": (REFUSED, "autostamp", "warn", "kexec-lineage load"),
    "probe refused, no wrapper": ({**REFUSED, WRAPPER: "\x7fELF"}, "kexec", "fail", "kexec-lineage load"),
    "no real kexec": ({REAL: None}, "kexec", "fail", "apt-get install --reinstall kexec-tools"),
    "no kexec": ({WRAPPER: None, REAL: None}, "kexec", "warn", "install the package kexec-tools"),
    "no wrapper and no module": ({WRAPPER: "\x7fELF", PARAMETER: None}, "kexec", "fail", "kexec-lineage load"),
    "KHO is off": (HANDOVER, "KHO", "warn", "add kho=on"),
    "KHO is off by the last word": ({**HANDOVER, "proc/cmdline": f"kho=on kho=0 {stamp(1, OLDER, made_for=RELEASE)}\n"},
                                    "KHO", "warn", "add kho=on"),
    "no debugfs": ({**HANDOVER, "proc/cmdline": f"kho=on {stamp(1, OLDER, made_for=RELEASE)}\n",
                    "proc/self/mountinfo": ""}, "KHO", "warn", "mount -t debugfs debugfs /sys/kernel/debug"),
    "no configuration": ({CONFIG: None}, "KHO", "unknown", None),
    "unit not enabled": ({WANTS: None}, "record unit", "fail", "systemctl enable --now kexec-lineage-record.service"),
    "unit not installed": ({WANTS: None, UNIT: None}, "record unit", "fail", "install the package kexec-lineage"),
    "no crash logs": ({"sys/kernel/kexec_crash_loaded": "0\n"}, "crash logs", "warn", "kdump-tools"),
    "signed modules only": ({PARAMETER: None, "sys/kernel/security/lockdown": "none [integrity] confidentiality\n"},
                            "lockdown", "warn", "mokutil --import"),
    "loaded, but by whom?": (LOADED, "loaded kernel", "unknown", "kexec-lineage load"),
    "loaded without a stamp": ({**LOADED, PARAMETER: "N\n"}, "loaded kernel", "fail", "kexec-lineage load"),
    "no lineage": (kexeced(), "lineage", "warn", "the next kexec"),
    "replaced at boot": ({"etc/modules-load.d/kexec-lineage.conf": "# nothing\n"}, "module at boot", "warn",
                         "modules-load.d"),
    "masked at boot": ({"etc/modules-load.d/kexec-lineage.conf": Link("/dev/null")}, "module at boot", "warn",
                       "modules-load.d"),
    "unit masked": ({MASK: Link("/dev/null")}, "record unit", "fail", "systemctl unmask"),
    "unit removed, link left": ({UNIT: None}, "record unit", "fail", "install the package kexec-lineage"),
    "another kexec is first in PATH": ({"usr/local/sbin/kexec": "\x7fELF", PARAMETER: None}, "kexec", "fail",
                                       "kexec-lineage load"),
    "loading is disabled": ({"proc/sys/kernel/kexec_load_disabled": "1\n"}, "kexec", "warn", "sysctl"),
    "kernel without kexec": ({"sys/kernel/kexec_loaded": None}, "loaded kernel", "unknown", None),
    "empty configuration": ({CONFIG: ""}, "KHO", "unknown", None),
    "KHO did not start": ({**HANDOVER, "proc/cmdline": f"kho=on {stamp(1, OLDER, made_for=RELEASE)}\n"}, "KHO",
                          "unknown", "journalctl -k"),
    "netconsole without a target": ({**NO_KDUMP, "sys/module/netconsole": FOLDER}, "crash logs", "unknown", None),
    "long command line": (kexeced(cmdline="x" * 2010), "command line", "fail", "shorten"),
    "empty command line": ({**devicetree(""), "proc/sys/kernel/bootloader_type": None}, "command line", "fail",
                           "add a parameter"),
}
# A machine with one of these faults has others as a consequence.
CONSEQUENCES = {
    "another kexec is first in PATH": {"module"}, "probe refused, no wrapper": {"autostamp"},
    "not loaded, no wrapper": {"kexec"}, "no wrapper and no module": {"module"}, "no kexec": set(),
    "autostamp off, no wrapper": {"kexec"}, "signed modules only": {"module"}, "loaded without a stamp": {"autostamp"},
    "long command line": {"lineage"}, "empty command line": {"lineage"},
}


def machine(tool, folder, changes=(), record=True):
    files = {path: content for path, content in {**SOUND, **dict(changes)}.items() if content is not None}
    machine = Machine(tool, folder / "machine").boot(files)
    return machine.record() if record else machine


def checks(machine, status=None):
    got = machine.run("--json", "doctor")
    results = {check["check"]: check for check in got.json["checks"]}
    failed = any(check["status"] == "fail" for check in results.values())
    assert (got.status, got.talk) == (1 if failed else 0, ""), got
    return results


def faults(results):
    return {name for name, check in results.items() if check["status"] != "ok"}


def test_sound_machine(tool, folder, expect_text):
    sound = machine(tool, folder)
    assert faults(checks(sound)) == set()
    got = sound.run("doctor")
    text = re.sub(r"has \d+ KiB", "has N KiB", got.text.replace(str(sound.root), ""))
    expect_text("doctor", text)


@pytest.mark.parametrize("case", CASES)
def test_one_fault(tool, folder, case):
    changes, name, status, remedy = CASES[case]
    results = checks(machine(tool, folder, changes))
    assert results[name]["status"] == status, results[name]
    assert remedy in results[name]["remedy"] if remedy else results[name]["remedy"] is None, results[name]
    assert faults(results) - {name} == CONSEQUENCES.get(case, set()), results


def test_built_in_module(tool, folder):
    results = checks(machine(tool, folder, {MODULES: "", f"lib/modules/{RELEASE}/modules.builtin":
                                            "kernel/drivers/kexec_lineage/kexec_lineage.ko\n", AT_BOOT: None}))
    assert faults(results) == set() and "module at boot" not in results


def test_configuration_in_proc(tool, folder):
    packed = gzip.compress(b"CONFIG_KEXEC_HANDOVER_DEBUGFS=y\nCONFIG_KEXEC_HANDOVER=y\n")
    results = checks(machine(tool, folder, {CONFIG: None, "proc/config.gz": packed}))
    assert results["KHO"]["status"] == "warn"


def test_option_with_a_longer_name(tool, folder):
    results = checks(machine(tool, folder, {CONFIG: "CONFIG_KEXEC_HANDOVER_DEBUGFS=y\n"}))
    assert results["KHO"]["status"] == "ok" and "not in this kernel" in results["KHO"]["text"]


CONTAINERS = {"docker": {".dockerenv": ""}, "podman": {"run/.containerenv": ""},
              "nspawn": {"run/systemd/container": "x"},
              "lxc": {"proc/1/environ": b"PATH=/\0container=lxc\0"},
              "kubernetes": {"proc/1/environ": b"HOME=/\0KUBERNETES_SERVICE_HOST=10.0.0.1\0PATH=/\0"}}


@pytest.mark.parametrize("case", CONTAINERS)
def test_container(tool, folder, case):
    """In a container, the doctor says only that: the rest is about its host, and no fix works."""
    [path] = CONTAINERS[case]
    results = checks(machine(tool, folder, CONTAINERS[case]))
    assert list(results) == ["machine"] and results["machine"]["status"] == "warn"
    assert f"(/{path})" in results["machine"]["text"] and "on the host" in results["machine"]["remedy"]


@pytest.mark.parametrize("environment", [b"", b"my_container=x\0", b"x=container=lxc\0", b"\0\0\0", b"container"])
def test_no_container(tool, folder, environment):
    assert "machine" not in checks(machine(tool, folder, {"proc/1/environ": environment}))


def test_rescue_system(tool, folder, expect_text):
    """A system in memory, without systemd, modules, a configuration of its kernel, and securityfs."""
    rescue = Machine(tool, folder / "machine").boot({
        **cold(), "usr/sbin/kexec": "\x7fELF", "sys/kernel/kexec_loaded": "0\n", "sys/kernel/security": FOLDER,
        "proc/self/mountinfo": "22 1 0:20 / / rw - tmpfs tmpfs rw\n"})
    expect_text("doctor-rescue", rescue.run("doctor").text.replace(str(rescue.root), ""))
    assert rescue.run("record").status == 0
    assert checks(rescue)["history"]["status"] == "ok"


def test_nothing_is_mounted(tool, folder):
    """Without /sys, the doctor does not say what the kernel has."""
    got = tool.on(build_root(folder / "machine", {"usr/sbin/kexec": "\x7fELF"}), "--json", "doctor")
    found = {check["check"]: (check["status"], check["remedy"]) for check in got.json["checks"]}
    mount = ("unknown", "mount -t sysfs sysfs /sys")
    assert found == {"lineage": ("unknown", None), "module": mount, "kexec": mount, "loaded kernel": mount,
                     "KHO": ("unknown", None), "record unit": ("unknown", None),
                     "history": ("fail", "kexec-lineage record"), "crash logs": mount, "lockdown": mount}


def test_hidden_lockdown_and_signed_modules(tool, folder):
    """The parameter of the kernel shows that modules must be signed, although securityfs is not mounted."""
    files = {"sys/kernel/security/lockdown": None, "sys/kernel/security": FOLDER,
             "sys/module/module/parameters/sig_enforce": "Y\n", PARAMETER: None}
    assert "mokutil" in checks(machine(tool, folder, files))["lockdown"]["remedy"]
    (folder / "other").mkdir()
    files = {"sys/kernel/security/lockdown": None, "sys/kernel/security/lsm": "yama"}
    assert checks(machine(tool, folder / "other", files))["lockdown"]["text"] == "off"


def test_no_lockdown(tool, folder):
    """A kernel without CONFIG_SECURITY has securityfs for the TPM, and no list of security modules."""
    mount = "25 22 0:8 / /sys/kernel/security rw - securityfs securityfs rw\n"
    files = {"sys/kernel/security/lockdown": None, "sys/kernel/security": FOLDER}
    assert checks(machine(tool, folder, files))["lockdown"]["text"] == "securityfs is not mounted"
    (folder / "other").mkdir()
    files["proc/self/mountinfo"] = MOUNTS + mount
    assert checks(machine(tool, folder / "other", files))["lockdown"]["text"] == "off"


def arm64(tool, folder, **changes):
    """Return a sound arm64 machine, whose kernel has no kexec_file_load()."""
    log = "4,1,1,-;kexec_lineage: autostamp is off: this kernel has no kexec_file_load()\n"
    files = {**SOUND, "proc/sys/kernel/bootloader_type": None, PARAMETER: "N\n", "dev/kmsg": log,
             **devicetree(cmdline="ro " + stamp(1, OLDER, made_for=RELEASE)), **changes}
    files = {path: content for path, content in files.items() if content is not None}
    sound = Machine(tool, folder / "machine").boot(files)
    (sound.root / PARAMETER).chmod(0o444)
    return sound.record()


def test_arm64(tool, folder, expect_text):
    """The wrapper stamps, because the module cannot; the doctor advises no change of a parameter that cannot change."""
    sound = arm64(tool, folder)
    text = re.sub(r"has \d+ KiB", "has N KiB", sound.run("doctor").text.replace(str(sound.root), ""))
    expect_text("doctor-arm64", text)
    assert faults(checks(sound)) == set()


def test_arm64_after_a_cold_boot(tool, folder):
    """Nothing shows that an arm64 kernel was not started by kexec, and nothing is wrong."""
    lineage = checks(arm64(tool, folder, **{"proc/cmdline": "ro quiet\n"}))["lineage"]
    assert (lineage["status"], lineage["remedy"]) == ("unknown", None)


def test_arm64_without_the_wrapper(tool, folder):
    results = checks(arm64(tool, folder, **{WRAPPER: "\x7fELF", REAL: None}))
    assert {results[name]["status"] for name in ("autostamp", "kexec")} == {"fail"}
    assert {results[name]["remedy"] for name in ("autostamp", "kexec")} == {
        "load kernels with 'kexec-lineage load' instead of 'kexec'"}


def test_boot_is_not_recorded(tool, folder):
    sound = machine(tool, folder)
    put(sound.root / "proc/sys/kernel/random/boot_id", "00000000-0000-4000-8000-000000000077\n")
    history = checks(sound)["history"]
    assert (history["status"], history["remedy"]) == ("fail", "kexec-lineage record")
    sound.record()
    assert checks(sound)["history"]["status"] == "ok"


def test_no_history(tool, folder):
    history = checks(machine(tool, folder, record=False))["history"]
    assert (history["status"], history["remedy"]) == ("fail", "kexec-lineage record")


def test_damaged_history(tool, folder):
    sound = machine(tool, folder)
    for path in sound.history.parent.glob("history.db-*"):
        path.unlink()
    sound.history.write_bytes(b"SQLite format 3\0" + b"x" * 4096)
    history = checks(sound)["history"]
    assert history["status"] == "fail" and history["remedy"].startswith("kexec-lineage record")
    sound.run(*history["remedy"].partition(" (")[0].split()[1:])
    assert checks(sound)["history"]["status"] == "ok"


def make_loop(path):
    path.symlink_to(path.name)


@pytest.mark.parametrize("make", [make_loop, lambda path: path.mkdir()])
def test_history_that_is_not_damaged(tool, folder, make):
    """`record` does not repair what is not a damaged file."""
    sound = machine(tool, folder)
    sound.history.unlink()
    make(sound.history)
    history = checks(sound)["history"]
    assert (history["status"], history["remedy"]) == ("fail", None)


def test_stamp_of_the_loaded_kernel(tool, folder):
    note = {"run/kexec-lineage/loaded": f"release=9.9.9\nstamp={stamp(2, RELEASE).partition('=')[2]}\n"}
    results = checks(machine(tool, folder, {**LOADED, **note}))
    assert results["loaded kernel"]["status"] == "ok" and "9.9.9" in results["loaded kernel"]["text"]


def test_note_about_another_kernel(tool, folder):
    """Another program loaded a kernel after `load` had written its note."""
    note = {"run/kexec-lineage/loaded": f"release=8.8.8\nstamp={stamp(2, RELEASE).partition('=')[2]}\n"}
    assert checks(machine(tool, folder, {**LOADED, **note}))["loaded kernel"]["status"] == "unknown"


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("setpriv"), reason="needs root and setpriv (util-linux)")
def test_without_root(tool, folder):
    secret = {path: Forbidden(content.encode()) for path, content in
              {PROBES: "0\n", "sys/kernel/security/lockdown": "[none]\n"}.items()}
    sound = machine(tool, folder, secret)
    (sound.root / HISTORY).chmod(0)
    user = type(tool)(tool.path, ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"])
    for path in [sound.root, *sound.root.parents]:
        if not os.stat(path).st_mode & 1:
            pytest.skip(f"{path} is not accessible to other users")
    results = {check["check"]: check for check in user.on(sound.root, "--json", "doctor").json["checks"]}
    hidden = {name for name, check in results.items() if check["status"] == "unknown"}
    assert hidden == {"autostamp", "history", "lockdown"}
    assert all("as root" in results[name]["remedy"] for name in hidden)


def test_hostile_text(tool, folder):
    """A log line with escapes is printed as text."""
    line = "5,7,9,-;kexec_lineage: autostamp is off: \x1b[31mred\x07\n"
    got = machine(tool, folder, {"dev/kmsg": line}).run("doctor")
    assert "\x1b" not in got.text and "%1B[31mred%07" in got.text


def test_metrics(tool, folder):
    target = folder / "doctor.prom"
    got = machine(tool, folder, {PROBES: "0\n"}).run("doctor", f"--textfile={target}")
    assert (got.status, got.out, got.talk) == (0, b"", "")
    text = target.read_text()
    assert 'kexec_lineage_check_info{check="autostamp",status="warn"} 1\n' in text and text.count('status="ok"') == 11
    if shutil.which("promtool"):
        subprocess.run(["promtool", "check", "metrics"], input=text, text=True, check=True)
    (folder / "other").mkdir()
    assert machine(tool, folder / "other").run("doctor", "--textfile=/absent/x").status == 1


def test_root_is_missing(tool, folder):
    got = tool.on(folder / "absent", "doctor")
    assert got.status == 1 and got.out == b"" and "absent" in got.talk


def test_cold_boot(tool, folder):
    results = checks(machine(tool, folder, cold()))
    assert results["lineage"]["text"] == "cold boot" and faults(results) == set()


SOUND_VARIANTS = {
    "links out of the folders": {AT_BOOT: None, "etc/modules-load.d/x.conf": Link("../lineage"),
                                 "etc/lineage": "kexec-lineage\n"},
    "absolute links": {AT_BOOT: None, "etc/modules-load.d": Link("/opt/lists"), "opt/lists/a.conf": "kexec_lineage\n",
                       WRAPPER: Link("/opt/kexec"), "opt/kexec": SOUND[WRAPPER]},
    "unit enabled by the vendor": {WANTS: None, WANTS.replace("etc/", "usr/lib/"): Link("../kexec-lineage-record.service")},
    "unit required": {WANTS: None, WANTS.replace(".wants", ".requires"): Link("/" + UNIT)},
    "netconsole": {**NO_KDUMP, "sys/module/netconsole": FOLDER, "sys/kernel/config/netconsole/a/enabled": "1\n"},
}


@pytest.mark.parametrize("case", SOUND_VARIANTS)
def test_sound_variant(tool, folder, case):
    assert faults(checks(machine(tool, folder, SOUND_VARIANTS[case]))) == set()


def test_unknown_boot(tool, folder):
    """A boot without an id is not taken for the running one."""
    sound = machine(tool, folder)
    sound.sql("UPDATE boots SET boot_id = ''")
    (sound.root / "proc/sys/kernel/random/boot_id").unlink()
    assert checks(sound)["history"]["status"] == "unknown"


def test_modules_without_lib(tool, folder):
    """An archive of a machine may have /usr/lib, but not the link /lib."""
    files = {PARAMETER: None, MODULES: None, f"usr/{MODULES}": SOUND[MODULES]}
    assert checks(machine(tool, folder, files))["module"]["remedy"] == "modprobe kexec_lineage"


def test_unknown_count(tool, folder):
    lineage = checks(machine(tool, folder, {**kexeced(), **module(OLDER)}))["lineage"]
    assert (lineage["status"], lineage["text"]) == ("warn", f"kexec from {OLDER}; the count is unknown")
