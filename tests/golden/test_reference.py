# SPDX-License-Identifier: GPL-2.0-or-later
"""Compare the JSON fields and metrics that the commands print with docs/reference, in both directions."""
import json
import re
import sqlite3
import time

import pytest

from .conftest import REPOSITORY
from .fleet import Fleet
from .kernel import bzimage
from .machine import Machine
from .system import KHO_OUT, OLDER, OLDEST, RELEASE, build_root, cold, kexeced, kho_fdt, metadata, stamp

REFERENCE = REPOSITORY / "docs/reference"
CRASHES = REPOSITORY / "tests/fixtures/crashes"
FIELD = re.compile(r"^\| `([a-z_.\[\]]+)` \|", re.MULTILINE)
METRIC = re.compile(r"^\| `(kexec_lineage_[a-z_]+)` \|([^|]*)\|", re.MULTILINE)


def paths(value, prefix=""):
    """Return the paths of all fields of a JSON value, as docs/reference/json.md writes them."""
    found = set()
    if isinstance(value, dict):
        for name, inner in value.items():
            path = f"{prefix}.{name}" if prefix else name
            found |= {path} | paths(inner, path)
    elif isinstance(value, list):
        for inner in value:
            found |= paths(inner, prefix + "[]")
    return found


def printed_by(*results):
    """Return the paths of the fields of all objects that some runs printed."""
    lines = [line for result in results for line in result.out.decode().splitlines()]
    assert lines, results
    return set().union(*(paths(json.loads(line)) for line in lines))


def documented():
    """Return {section: its fields}."""
    sections = re.split(r"^## ", (REFERENCE / "json.md").read_text(), flags=re.MULTILINE)[1:]
    fields = {name: set(FIELD.findall(body)) for name, _, body in (part.partition("\n") for part in sections)}
    fields.pop("inspect, crash dump")  # tests/vm/test_intake_vmcore.py
    fields.pop("seal")  # only a server has weeks to seal: test_clickhouse_seals.py
    return fields


@pytest.fixture
def machine(tool, folder):
    machine = Machine(tool, folder / "machine")
    machine.boot(cold(release=OLDEST)).record().record("--shutdown")
    return machine.boot(kexeced(cmdline=stamp(2, OLDER, OLDEST, made_for=RELEASE))).record()


def run_inspect(tool, folder):
    files = {"stamp": stamp(2, OLDER, OLDEST), "blob": metadata(OLDER, 2), "fdt": kho_fdt("kho-v4")}
    build_root(folder / "files", files)
    return printed_by(*(tool.run("--json", "inspect", folder / "files" / name) for name in files))


def run_ingest(tool, folder, event):
    log = folder / "log"
    head = (f"[    0.000000] Linux version {RELEASE} (a@b)\n"
            f"[    0.000000] Command line: ro {stamp(1, OLDER, made_for=RELEASE)}\n")
    log.write_bytes(head.encode() + (CRASHES / "kasan.log").read_bytes())
    events = [json.loads(line) for line in tool.run("ingest", "--json", log).out.decode().splitlines()]
    return set().union(*(paths(one) for one in events if one["event"] == event))


def run_store(tool, folder, *commands):
    """Run commands on a store with a crash. The last command may empty the store."""
    log, path = folder / "removed.log", folder / "removed.db"
    lines = [b"[    0.000000] Linux version 6.1.0 (a@b)", *(CRASHES / "kasan.log").read_bytes().splitlines()]
    log.write_bytes(b"".join(b"2026-01-01T00:00:00Z h kernel: " + line + b"\n" for line in lines))
    tool.run("ingest", f"--store={path}", log)
    return printed_by(*(tool.run("--json", *command, f"--store={path}") for command in commands))


def run_copy(tool, folder):
    Fleet(tool, folder / "copied.db").add("7.3.4", None, 1)
    return printed_by(tool.run("--json", "copy", f"--from={folder}/copied.db", f"--to={folder}/copy.db"))


def run_annotate(tool, folder):
    path = folder / "known-bugs"
    tool.run("annotate", f"--known={path}", "0" * 32, "--note=x")
    return printed_by(tool.run("--json", "annotate", f"--known={path}", "--export"))


def run_report(tool, folder):
    fleet = Fleet(tool, folder / "report.db").add("7.3.4", "7.2.9", 40, 9, label="l").add("7.3.4", None, 40, 1)
    known = folder / "known"
    known.write_text("signature: sig\nnote: x\n")
    return printed_by(tool.run("--json", "report", "--hosts", f"--known={known}", f"--store={fleet.path}", "sig"))


def run_triage(tool, folder):
    """Run triage on four fleets: a bug began with a previous release, a bug was fixed in a previous release, all
    kernels crash in a week in which most boots follow one of them, and a finding is new."""
    results = []
    for name, bad in (("began", ("7.2.8", "7.2.9")), ("fixed", ("7.1.4", "7.1.5"))):
        fleet = Fleet(tool, folder / f"{name}.db")
        for previous in ("7.1.4", "7.1.5", "7.2.8", "7.2.9"):
            fleet.add("7.3.4", previous, 200, 100 if previous in bad else 0)
        results.append(fleet.run("--json", "--all"))
        results.append(fleet.run("--json", "--watch=7.3.4"))
    fleet = Fleet(tool, folder / "outage.db")
    fleet.add("7.3.4", "7.2.9", 400, 80).add("7.3.4", "7.2.8", 40, 8)
    with sqlite3.connect(fleet.path) as database:
        database.execute("UPDATE boots SET time = 1754006400, host = 'h' || id")
    fleet.add("7.3.4", "7.2.9", 40).add("7.3.4", "7.2.8", 4000, 8)
    with sqlite3.connect(fleet.path) as database:
        database.execute("UPDATE boots SET time = 1754611200 + id % 7, host = 'h' || id WHERE time IS NULL")
    (folder / "known").write_text("signature: sig\nnote: x\n")
    results.append(fleet.run("--json", f"--known={folder}/known"))
    fleet = Fleet(tool, folder / "new.db")
    fleet.add("7.3.4", "7.2.9", 200, 50).add("7.3.4", "7.2.8", 200)
    with sqlite3.connect(fleet.path) as database:
        database.execute("UPDATE boots SET time = 1754006400, host = 'h' || id")
    results.append(fleet.run("--json", "--since=@1754000000", "--state=new"))
    return printed_by(*results)


def run_check(machine):
    """Run check with a policy that has one rule, on a kernel with KHO."""
    (machine.root / KHO_OUT).mkdir(parents=True)
    image = machine.root / "image"
    image.write_bytes(bzimage("9.9.9"))
    policy = machine.root / "policy"
    policy.write_text(f"kexec-lineage-policy 1\nmade={time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())}\n"
                      "associated factor=kexec crashed=1/2\nend\n")
    return printed_by(machine.run("--json", "check", f"--image={image}", f"--policy={policy}"))


def test_json_fields(tool, folder, machine):
    machine.sql("INSERT INTO crashes (boot, time, uptime_us, title, type, signature) VALUES (1, 1, 2, 't', 'oops', 's')")
    printed = {
        "show": printed_by(machine.run("--json", "show")),
        "stamp": printed_by(machine.run("--json", "stamp")),
        "cmdline": printed_by(machine.run("--json", "cmdline")),
        "inspect": run_inspect(tool, folder),
        "log": printed_by(machine.run("--json", "log")),
        "check": run_check(machine),
        "doctor": printed_by(machine.run("--json", "doctor")),
        "hosts": run_store(tool, folder, ["hosts"]),
        "forget": run_store(tool, folder, ["forget", "--host=h", "-n"], ["forget", "--host=h"]),
        "prune": run_store(tool, folder, ["prune", "--before=1s", "-n"]),
        "copy": run_copy(tool, folder),
        "ingest, event boot": run_ingest(tool, folder, "boot"),
        "ingest, event crash": run_ingest(tool, folder, "crash"),
        "triage": run_triage(tool, folder),
        "report": run_report(tool, folder),
        "annotate": run_annotate(tool, folder),
    }
    assert printed == documented()


def test_metrics(machine):
    machine.sql("INSERT INTO crashes (boot, title, type, signature) VALUES (2, 't', 'lost-kexec', 'lost-kexec')")
    machine.run("doctor", f"--textfile={machine.root / 'doctor.prom'}")
    text = machine.run("metrics").text + (machine.root / "doctor.prom").read_text()
    printed = {name: set() for name in re.findall(r"^# TYPE (\S+)", text, re.MULTILINE)}
    for name, labels in re.findall(r"^(kexec_lineage_\w+)(?:\{(.*)\})? ", text, re.MULTILINE):
        printed[name] |= set(re.findall(r"(\w+)=\"", labels))
    table = METRIC.findall((REFERENCE / "metrics.md").read_text().partition("## listen")[0])
    assert printed == {name: set(re.findall(r"`(\w+)`", labels)) for name, labels in table}
