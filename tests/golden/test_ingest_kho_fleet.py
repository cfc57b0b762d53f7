# SPDX-License-Identifier: GPL-2.0-or-later
"""A fleet whose consoles show the lineage only by the lines of Linux 7.1 and later: no module, no stamp, no firmware."""
import json
import random
from dataclasses import dataclass, field

import pytest

BAD, VICTIM, OTHERS = "7.2.9", "7.3.4", ("7.3.1", "7.3.2")
# Another KHO ABI, and a kernel without KHO: neither hands over its metadata to the others.
OLD, NONE = "7.1.13", "6.12.117"
RELEASES = (BAD, VICTIM, VICTIM, VICTIM, *OTHERS, OLD, NONE)
MACHINES, BOOTS = 40, 40
OOPS = """BUG: kernel NULL pointer dereference, address: 0000000000000000
Oops: 0000 [#1] SMP
RIP: 0010:read_log+0x12/0x40 [tpm]
Call Trace:
 <TASK>
 read_log+0x12/0x40 [tpm]
 tpm_init+0x30/0x90 [tpm]
 </TASK>
---[ end trace 0000000000000000 ]---
"""


def abi_of(release):
    return {NONE: None, OLD: "kho-v3"}.get(release, "kho-v4")


@dataclass
class Machine:
    """The console of a machine, and the truth: release, how it was started, and the previous release."""
    random: random.Random
    default: bool  # kernels enable KHO without kho=on
    text: str = ""
    running: str | None = None
    count: int = 0
    boots: list = field(default_factory=list)
    shown: set = field(default_factory=set)  # kernels that have shown that they enable KHO

    def line(self, uptime, text):
        self.text += f"[{uptime + self.random.random() / 10:12.6f}] {text}\n"

    def lineage(self, release, previous):
        """Print the lines of Kexec HandOver. Return how the kernel was started and the previous release, as `ingest`
        must find."""
        if abi_of(previous) is None or abi_of(release) is None:
            return "unknown", None
        if abi_of(previous) != abi_of(release):
            self.text += (f"[    0.000000] KHO: setup: handover FDT (0x1) is incompatible with '{abi_of(release)}': -22\n"
                          "[    0.000000] KHO: disabling KHO revival\n")
            self.count = 0
            return "unknown", None
        self.count += 1
        self.text += "[    0.000000] KHO: found kexec handover data.\n"
        self.line(0.7, f"KHO: exec from: {previous} (count {self.count})")
        self.shown.add(release)
        return "kexec", previous

    def run(self, release, is_kexec):
        loader = "" if is_kexec else f"BOOT_IMAGE=/boot/vmlinuz-{release} "
        kho = "" if self.default else " kho=on"
        previous, self.running = self.running, release
        self.text += f"[    0.000000] Linux version {release} (a@b) (gcc) #1 SMP {release}\n"
        self.text += f"[    0.000000] Command line: {loader}root=/dev/vda1 quiet{kho}\n"
        if release == NONE and kho:
            self.line(0.02, f'Unknown kernel command line parameters "{loader}kho=on", will be passed to user space.')
        if is_kexec:
            how = self.lineage(release, previous)
        else:
            self.count = 0
            is_shown = abi_of(release) and (not self.default or release in self.shown)
            how = ("cold" if is_shown else "unknown"), None
        self.boots.append((release, *how))
        self.line(2, "Run /init as init process")
        crashes = release == VICTIM and self.random.random() < (0.3 if is_kexec and previous == BAD else 0.01)
        for text in OOPS.splitlines() if crashes else ():
            self.line(20, text)
        for _ in range(self.random.randrange(3, 9)):
            self.line(60, "eth0: link is up")


def make_fleet(folder, default):
    truth = {}
    for number in range(MACHINES):
        machine = Machine(random.Random(number), default)
        machine.run(machine.random.choice(RELEASES), False)
        for _ in range(BOOTS - 1):
            machine.run(machine.random.choice(RELEASES), machine.random.random() < 0.6)
        (folder / f"m{number}.log").write_text(machine.text)
        truth[f"m{number}"] = machine.boots
    return truth


@pytest.mark.parametrize("default", [False, True], ids=["kho=on", "enabled by default"])
def test_cold_boots_are_compared(tool, folder, default):
    """Every cold boot of a kernel with KHO is found, and no kexec is reported as a cold boot. triage finds the bad
    kernel."""
    consoles = folder / "consoles"
    consoles.mkdir()
    truth = make_fleet(consoles, default)
    got = tool.run("ingest", "--json", consoles)
    assert got.status == 0, got
    boots = [event for line in got.text.splitlines() if (event := json.loads(line))["event"] == "boot"]
    found = {host: [(boot["release"], boot["boot"], boot["previous_release"]) for boot in boots if boot["host"] == host]
             for host in truth}
    assert found == truth, next((h, list(zip(found[h], truth[h]))) for h in truth if found[h] != truth[h])
    assert {boot["source"] for boot in boots if boot["boot"] == "cold"} == {"inferred"}
    assert {boot["source"] for boot in boots if boot["boot"] == "kexec"} == {"kho"}

    store = folder / "fleet.db"
    assert tool.run("ingest", f"--store={store}", consoles).status == 0
    report = tool.run("triage", f"--store={store}", "--json").json
    [case] = [case for case in report["cases"] if case["release"] == VICTIM]
    origins = {origin["previous_release"] or origin["boot"]: origin for origin in case["origins"]}
    found = {name for name, origin in origins.items() if origin["verdict"] == "associated" and origin["ratio"] > 1}
    assert found == {BAD}
    cold = [boot for of in truth.values() for boot in of if boot[1] == "cold"]
    assert origins["cold"]["boots"] == sum(boot[0] == VICTIM for boot in cold) > 150
    assert report["inferred_boots"] == len(cold)
    assert report["left_out_boots"] == sum(boot[1] == "unknown" for of in truth.values() for boot in of)
    stated = tool.run("triage", f"--store={store}", "--json", "--no-inferred").json
    assert stated["boots"] == report["boots"] - len(cold)
