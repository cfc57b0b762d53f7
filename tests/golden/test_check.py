# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of check, of policies, and that load and the wrapper obey a policy but never fail because of one."""
import datetime
import os
import signal
import sqlite3
import stat
import subprocess

import pytest

from .fleet import Fleet
from .kernel import bzimage
from .system import build_root, kexeced, put, stamp

RUNNING, NEXT, OTHER, OLD = "7.2.9", "7.3.4", "7.2.8", "6.12.1"
POLICY = "var/lib/kexec-lineage/policy"
CONFIG = "etc/kexec-lineage.conf"
RULE = (f"associated factor=previous_release value={RUNNING} to={NEXT} crashed=41/1203 others=3/9120 "
        "signature=0123456789abcdef title=kernel%20BUG%20in%20f")
SEEN = f"seen from={RUNNING} to={NEXT} boots=1203"


def policy(*lines, made=None, end="end\n"):
    made = made or datetime.datetime.now(datetime.timezone.utc)
    return "\n".join(["kexec-lineage-policy 1", f"made={made:%Y-%m-%dT%H:%M:%SZ}", *lines, end])


@pytest.fixture
def machine(folder):
    """A machine that runs RUNNING at count 2, after OLD."""
    return build_root(folder / "machine", kexeced(release=RUNNING, cmdline=stamp(2, f"{OLD}*2", made_for=RUNNING)))


def check(tool, machine, *arguments, to=NEXT):
    got = tool.on(machine, "--json", "check", f"--to={to}", *arguments)
    rules = [(rule["factor"], rule["value"] or rule["count"]) for rule in got.json["rules"]]
    return got.status, got.json["verdict"], rules


@pytest.fixture
def fleet(tool, folder):
    fleet = Fleet(tool, folder / "fleet.db")
    fleet.add(NEXT, RUNNING, 300, 60)
    for previous in (OTHER, OLD):
        fleet.add(NEXT, previous, 300)
    return fleet


def test_store(tool, machine, fleet):
    store = f"--store={fleet.path}"
    assert check(tool, machine, store) == (10, "associated", [("previous_release", RUNNING)])
    put(machine / "proc/sys/kernel/osrelease", f"{OTHER}\n")
    assert check(tool, machine, store) == (0, "nothing", [])
    assert check(tool, machine, store, to="9.9.9") == (12, "unknown", [])
    put(machine / "proc/sys/kernel/osrelease", "5.5.5\n")
    assert check(tool, machine, store) == (12, "unknown", [])


def test_caller_ignores_children(tool, machine, fleet):
    """A store is read although the caller ignores SIGCHLD."""
    got = tool.on(machine, "check", f"--to={NEXT}", f"--store={fleet.path}",
                  preexec_fn=lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN))
    assert (got.status, got.talk) == (10, ""), got


def test_policy_of_a_store(tool, machine, fleet, folder, expect_text):
    """A policy that triage wrote says the same as the store."""
    target = folder / "policy"
    assert fleet.run(f"--policy={target}").status == 10
    (machine / POLICY).parent.mkdir(parents=True)
    (machine / POLICY).write_text(target.read_text())
    assert check(tool, machine) == check(tool, machine, f"--store={fleet.path}")
    assert check(tool, machine) == (10, "associated", [("previous_release", RUNNING)])
    lines = [line for line in target.read_text().splitlines() if not line.startswith("made=")]
    expect_text("policy", "\n".join(lines) + "\n")
    assert fleet.run("--policy=-").text.splitlines()[2:] == target.read_text().splitlines()[2:]


def test_release_that_no_kernel_can_have(tool, machine, fleet):
    """An old store may have it; the policy leaves it out, and stays valid."""
    fleet.add(NEXT, "7.2.9\x80", 10)
    assert check(tool, machine, f"--store={fleet.path}")[:2] == (10, "associated")


def test_release_that_nobody_booted(tool, machine, folder):
    """Rules about all releases come from a store as they come from its policy."""
    fleet = Fleet(tool, folder / "fleet.db")
    for number in range(6):
        fleet.add(f"7.3.{number}", RUNNING, 10, 3)
        fleet.add(f"7.3.{number}", OTHER, 100)
    assert fleet.run(f"--policy={folder}/policy").status == 10
    for to in ("7.3.1", "9.9.9"):
        assert check(tool, machine, f"--policy={folder}/policy", to=to) == (
            10, "associated", [("previous_release", RUNNING)])
        assert check(tool, machine, f"--store={fleet.path}", to=to) == check(
            tool, machine, f"--policy={folder}/policy", to=to)


def test_crash_without_a_title(tool, machine, folder):
    fleet = Fleet(tool, folder / "fleet.db").add(NEXT, RUNNING, 300, 60, title="").add(NEXT, OTHER, 300)
    assert check(tool, machine, f"--store={fleet.path}")[0] == 10


def test_hostile_log(tool, machine):
    """A line of the kernel log with escapes is printed as text."""
    put(machine / "sys/module/kexec_lineage/parameters/autostamp", "Y\n")
    put(machine / "dev/kmsg", "5,7,9,-;kexec_lineage: autostamp is off: \x1b[31mred\n")
    text = tool.on(machine, "check", f"--to={NEXT}").text
    assert "\x1b" not in text and "%1B[31mred" in text


def test_store_fails(tool, machine, folder):
    got = tool.on(machine, "check", f"--to={NEXT}", f"--store={folder}/absent.db")
    assert (got.status, got.out) == (1, b"") and got.talk.count("\n") == 1 and "absent.db" in got.talk


def test_release_without_a_crash(tool, machine, fleet):
    fleet.add("7.4.0", RUNNING, 50)
    got = tool.on(machine, "--json", "check", "--to=7.4.0", f"--store={fleet.path}")
    assert (got.status, got.json["boots"]) == (0, 50)


def test_text(tool, machine, expect_text):
    put(machine / POLICY, policy(RULE, SEEN))
    got = tool.on(machine, "check", f"--to={NEXT}")
    assert (got.status, got.talk) == (10, "")
    expect_text("check", got.text)


@pytest.mark.parametrize("rule, expected", [
    (f"factor=previous_release value={RUNNING}", True), (f"factor=previous_release value={OLD}", False),
    (f"factor=ancestor value={OLD}", True), (f"factor=ancestor value={RUNNING}", False),
    ("factor=kexec_count count=3", True), ("factor=kexec_count count=4", False), ("factor=kexec", True),
    (f"factor=kexec to={NEXT}", True), ("factor=kexec to=1.1.1", False),
    (f"factor=previous_release value={RUNNING} later=field", True),
])
@pytest.mark.parametrize("verdict, status", [("associated", 10), ("suspect", 11)])
def test_rules(tool, machine, rule, expected, verdict, status):
    put(machine / POLICY, policy(f"{verdict} {rule} crashed=1/2 others=0/2", SEEN))
    assert tool.on(machine, "check", f"--to={NEXT}").status == (status if expected else 0)


FIXES = {  # list of releases -> those that have the fix, and those that do not
    "6.12.67": (["6.12.67", "6.12.67+deb12-amd64", "6.12.100"],
                ["6.12.66", "6.1.160", "6.13.1", "7.0.0", "6.120.1", "6.12", "6.12.67-rc1", "6.12.67~rc1-amd64",
                 "6.12.0-rc7"]),
    "6.19": (["6.19", "6.19.0", "6.19.0-0.fc44", "6.19.3", "7.0.0-10-generic", "7.3.4", "7.0.0-rc1", "6.20.0-0.rc1.fc44"],
             ["6.18.40", "6.19-rc3", "6.2.0", "6.19.0-rc1", "6.19.0-rc1-next-20260101", "6.19~rc4-amd64",
              "6.19.0-0.rc5.20260101.fc44.x86_64", "6.19.0-061900rc5-generic", "6.19.0-rc7+"]),
    "6.1.160, 6.19-rc2": (["6.1.160", "6.19-rc2", "6.19.1", "6.19.0-rc2", "6.19.0-0.rc2.fc44", "6.19.0"],
                          ["6.12.67", "6.19-rc1", "6.1.0-57-cloud-amd64", "6.19.0-rc1", "6.19~rc1-amd64"]),
    "6.19.0-rc2": (["6.19-rc2", "6.19.0-rc3", "6.19.0"], ["6.19-rc1", "6.19.0-rc1"]),
    "6.1.0-57-amd64,next": (["6.1.0-57-amd64", "next"], ["6.1.0-58-amd64", "6.1.0-57"]),
}


@pytest.mark.parametrize("fixed", FIXES)
def test_fixes(tool, machine, fixed):
    """A rule about all releases does not count for one that has the fix."""
    rule = f"associated factor=kexec crashed=1/2 known=Known%20bug. fixed_in={fixed.replace(' ', '%20')}"
    for has_fix, releases in zip((True, False), FIXES[fixed]):
        for to in releases:
            seen = f"seen from={RUNNING} to={to} boots=5"
            put(machine / POLICY, policy(rule, seen))
            got = tool.on(machine, "--json", "check", f"--to={to}")
            assert got.status == (0 if has_fix else 10), (to, got)
            assert got.json["rules"][0]["has_fix"] == has_fix
            assert (f" The fix is in {to}\n" in tool.on(machine, "check", f"--to={to}").text) == has_fix
            put(machine / POLICY, policy(rule + f" to={to}", seen))
            got = tool.on(machine, "check", f"--to={to}")
            assert got.status == 10 and (f" Nevertheless, it crashed with the fix: {to}\n" in got.text) == has_fix, to


def test_known_bug_of_a_store(tool, machine, fleet, folder):
    """triage adds the notes of annotate to the rules; a cause that is not sure is not fixed for sure."""
    known = machine / "etc/kexec-lineage/known-bugs"
    put(known, f"signature: sig\nprevious: {RUNNING}\nfixed-in: {NEXT}\nnote: a note\n")
    target = folder / "policy"
    fleet.run(f"--policy={target}", f"--known={known}")
    got = tool.on(machine, "--json", "check", f"--to={NEXT}", f"--policy={target}")
    assert got.status == 10
    [rule] = got.json["rules"]
    assert (rule["known"], rule["fixed_in"], rule["has_fix"]) == (f"Known bug, fixed in {NEXT}. a note", NEXT, True)
    put(known, known.read_text() + "unsure: yes\n")
    fleet.run(f"--policy={target}", f"--known={known}")
    [rule] = tool.on(machine, "--json", "check", f"--to={NEXT}", f"--policy={target}").json["rules"]
    assert (rule["known"], rule["fixed_in"]) == (f"Possibly a known bug, fixed in {NEXT}. a note", None)


def test_many_boots(tool, machine):
    """The sum of the boots of a transition is not 0."""
    lines = [SEEN.replace("1203", number) for number in ("18446744073709551615", "1")]
    put(machine / POLICY, policy(*lines))
    assert tool.on(machine, "check", f"--to={NEXT}").status == 0


def test_unknown_count_and_chain(tool, folder):
    """Rules about the count do not match if the count is unknown."""
    root = build_root(folder / "machine", kexeced(release=RUNNING))
    put(root / POLICY, policy("associated factor=kexec_count count=2 crashed=1/2 others=0/2", SEEN))
    got = tool.on(root, "--json", "check", f"--to={NEXT}")
    assert (got.status, got.json["kexec_count"]) == (0, None)


OLD_DATE = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=91)
FUTURE = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=2)
BROKEN = {
    "empty": "", "version": policy(RULE).replace("policy 1", "policy 2"), "cut": policy(RULE, end=""),
    "cut in a line": policy(RULE)[:-30], "no date": policy(RULE).replace("made=", "male="),
    "old": policy(RULE, made=OLD_DATE),
    "future": policy(RULE, made=FUTURE), "more after the end": policy(RULE) + "seen\n",
    "no factor": policy("associated crashed=1/2"), "unknown factor": policy("associated factor=moon crashed=1/2"),
    "no value": policy("associated factor=ancestor crashed=1/2"), "no share": policy("associated factor=kexec"),
    "share": policy("associated factor=kexec crashed=1"), "negative": policy("associated factor=kexec crashed=-1/2"),
    "huge": policy("associated factor=kexec crashed=1/99999999999999999999"),
    "count": policy("associated factor=kexec_count count=0 crashed=1/2"),
    "word": policy("perhaps factor=kexec crashed=1/2"),
    "not a field": policy("associated factor=kexec crashed=1/2 x"), "alone": policy("associated"),
    "release": policy(f"associated factor=ancestor value={'x' * 65} crashed=1/2"),
    "escape": policy("associated factor=kexec crashed=1/2 title=%0"),
    "nul": policy("associated factor=kexec crashed=1/2 title=%00"), "seen": policy("seen from=1 boots=1"),
    "share above 1": policy("associated factor=kexec crashed=5/2"),
    "other share above 1": policy("associated factor=kexec crashed=1/2 others=2/1"),
    "field twice": policy("associated factor=kexec crashed=1/2 crashed=1/2"),
    "value twice": policy(f"associated factor=ancestor value={RUNNING} value={OLD} crashed=1/2"),
    "seen twice": policy("seen from=1 to=2 from=3 boots=1"),
    "blank line": policy("", RULE), "NUL": policy(RULE) + "\0", "too large": policy(*[SEEN] * 120_000),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_policy(tool, machine, name):
    put(machine / POLICY, BROKEN[name])
    got = tool.on(machine, "check", f"--to={NEXT}")
    assert got.status == 1 and got.out == b"" and f"the policy {machine / POLICY} is not used: " in got.talk, got


def test_no_policy(tool, machine):
    got = tool.on(machine, "check", f"--to={NEXT}")
    assert got.status == 12 and "there is no policy" in got.talk
    assert tool.on(machine, "check", f"--to={NEXT}", "--policy=/absent").status == 1


@pytest.mark.parametrize("arguments", [[], ["--to=1", "--image=x"], ["--to=a b"], ["--to="],
                                       ["--to=1", "--policy=x", "--store=y"]])
def test_usage(tool, machine, arguments):
    assert tool.on(machine, "check", *arguments).status == 2


@pytest.mark.parametrize("kind, message", [
    ("folder", "Is a directory"), ("fifo", "neither a regular file nor a block device"),
    ("device", "neither a regular file nor a block device"), ("loop", "Too many levels of symbolic links")])
@pytest.mark.parametrize("command", ["check", "stamp"])
def test_odd_image(tool, machine, folder, command, kind, message):
    image = folder / "image"
    ODD_FILES[kind](image)
    got = tool.on(machine, command, f"--image={image}")
    assert (got.status, got.out) == (1, b"") and f"{image}: {message}" in got.talk, got


def test_hostile_title(tool, machine):
    put(machine / POLICY, policy(RULE.replace("kernel%20BUG", "%1B%5B31m"), SEEN))
    assert "\x1b" not in tool.on(machine, "check", f"--to={NEXT}").text


@pytest.fixture
def kexec(folder):
    """A kexec that writes a file."""
    path = folder / "kexec"
    path.write_text(f"#!/bin/sh\necho ran > {folder}/ran\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def load(tool, machine, kexec, image):
    ran = kexec.parent / "ran"
    ran.unlink(missing_ok=True)
    got = tool.on(machine, "load", "-s", "-l", image, "--reuse-cmdline", env={"KEXEC_LINEAGE_KEXEC": os.fspath(kexec)})
    return got.status, ran.exists(), got.talk


@pytest.mark.parametrize("config, status, runs, talk", [
    ("", 0, True, "load: warning: 7.3.4 after 7.2.9"), ("OnPolicy=warn\n", 0, True, "load: warning: "),
    ("OnPolicy=refuse\n", 0, False, "load: not loaded: 7.3.4 after 7.2.9"),
])
def test_load(tool, machine, kexec, folder, config, status, runs, talk):
    image = folder / "image"
    image.write_bytes(bzimage(NEXT))
    put(machine / POLICY, policy(RULE, SEEN))
    put(machine / CONFIG, config)
    got = load(tool, machine, kexec, image)
    assert got[:2] == (status, runs) and talk in got[2], got


@pytest.mark.parametrize("name", ["absent", "good", "suspect", *BROKEN])
def test_load_is_never_refused_by_mistake(tool, machine, kexec, folder, name):
    image = folder / "image"
    image.write_bytes(bzimage(NEXT))
    put(machine / CONFIG, "OnPolicy=refuse\n")
    text = {"absent": None, "good": policy(RULE.replace(f"value={RUNNING}", f"value={OLD}")),
            "suspect": policy(RULE.replace("associated", "suspect")), **BROKEN}[name]
    put(machine / POLICY, text)
    status, runs, talk = load(tool, machine, kexec, image)
    assert (status, runs) == (0, True), talk
    assert ("is not used" in talk) == (name in BROKEN)


def test_capture_kernel_is_loaded(tool, machine, kexec, folder):
    """A policy is about kexecs, and a capture kernel starts after a crash."""
    image = folder / "image"
    image.write_bytes(bzimage(NEXT))
    put(machine / CONFIG, "OnPolicy=refuse\n")
    put(machine / POLICY, policy(RULE))
    got = tool.on(machine, "load", "-s", "-p", image, "--reuse-cmdline", env={"KEXEC_LINEAGE_KEXEC": os.fspath(kexec)})
    assert got.status == 0


def test_invalid_configuration(tool, machine, kexec, folder):
    image = folder / "image"
    image.write_bytes(bzimage(NEXT))
    put(machine / CONFIG, "OnPolicy=perhaps\n")
    put(machine / POLICY, policy(RULE))
    assert load(tool, machine, kexec, image)[:2] == (0, True)


@pytest.fixture
def ready(machine, folder):
    """A machine that refuses what its policy names, and the image of the next kernel."""
    image = folder / "image"
    image.write_bytes(bzimage(NEXT))
    put(machine / CONFIG, "OnPolicy=refuse\n")
    (machine / POLICY).parent.mkdir(parents=True)
    return image


def test_rule_of_a_fixed_bug(tool, machine, kexec, ready):
    """A kernel with the fix is not refused."""
    rule = f"associated factor=previous_release value={RUNNING} crashed=41/1203 known=Known%20bug. fixed_in="
    for fixed, runs in ((NEXT, True), ("7.3.5", False)):
        put(machine / POLICY, policy(rule + fixed, SEEN))
        status, ran, talk = load(tool, machine, kexec, ready)
        assert (status, ran) == (0, runs) and ("not loaded" in talk) == (not runs), talk


def test_rule_of_other_hardware(tool, machine, kexec, ready):
    """The machine may have other hardware than the rule names."""
    put(machine / POLICY, policy(f"{RULE} label=R740", SEEN))
    status, runs, talk = load(tool, machine, kexec, ready)
    assert (status, runs) == (0, True) and "load: warning: 7.3.4 after 7.2.9" in talk and "only on R740" in talk
    put(machine / POLICY, policy(f"{RULE} label=R740", RULE, SEEN))
    assert load(tool, machine, kexec, ready)[:2] == (0, False)


@pytest.mark.parametrize("count, length", [(30_000, 1), (1, 1_000_000)])
def test_warnings_are_short(tool, machine, kexec, ready, count, length):
    """A serial console prints 11 KB per second."""
    put(machine / CONFIG, "")
    put(machine / POLICY, policy(*[f"associated factor=kexec crashed=1/2 title={'x' * length}"] * count))
    status, runs, talk = load(tool, machine, kexec, ready)
    assert (status, runs) == (0, True) and len(talk) < 2500
    assert (f"{count - 3} more rules" in talk) == (count > 3)


def make_fifo(path):
    os.mkfifo(path)


def make_loop(path):
    path.symlink_to(path.name)


ODD_FILES = {"folder": lambda path: path.mkdir(), "fifo": make_fifo, "loop": make_loop,
             "device": lambda path: path.symlink_to("/dev/zero"), "terminal": lambda path: path.symlink_to("/dev/tty"),
             "log": lambda path: path.symlink_to("/dev/kmsg"), "memory": lambda path: path.symlink_to("/proc/self/mem")}


@pytest.mark.parametrize("kind", ODD_FILES)
@pytest.mark.parametrize("name", [POLICY, CONFIG])
def test_odd_files(tool, machine, kexec, ready, name, kind):
    put(machine / POLICY, policy(RULE.replace(f"value={RUNNING}", f"value={OLD}")))
    (machine / name).unlink()
    ODD_FILES[kind](machine / name)
    assert load(tool, machine, kexec, ready)[:2] == (0, True)


def test_nobody_reads_the_messages(tool, machine, kexec, ready):
    """SIGPIPE does not end `load` before kexec runs."""
    put(machine / CONFIG, "")
    put(machine / POLICY, policy(RULE))
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer) as stderr:
        got = subprocess.run([tool.path, f"--root={machine}", "load", "-s", "-l", ready, "--reuse-cmdline"],
                             env={**os.environ, "KEXEC_LINEAGE_KEXEC": os.fspath(kexec)}, stderr=stderr, check=False)
    assert got.returncode == 0 and (kexec.parent / "ran").exists()


@pytest.mark.parametrize("is_ignored", [False, True])
def test_kexec_gets_the_signals_of_the_caller(tool, machine, kexec, ready, is_ignored):
    kexec.write_text(f"#!/bin/sh\ngrep SigIgn: /proc/self/status > {kexec.parent}/ran\n")
    for options in (["-s", "-l", ready], ["-S"]):
        subprocess.run([tool.path, f"--root={machine}", "load", *options], restore_signals=not is_ignored, check=True,
                       env={**os.environ, "KEXEC_LINEAGE_KEXEC": os.fspath(kexec)})
        ignored = int((kexec.parent / "ran").read_text().split()[1], 16)
        assert bool(ignored & 1 << (signal.SIGPIPE - 1)) == is_ignored


def test_policy_that_is_too_large(tool, folder):
    """Machines would not read it, so triage does not write it."""
    fleet = Fleet(tool, folder / "fleet.db").add(NEXT, RUNNING, 2, 1)
    with sqlite3.connect(fleet.path) as database:
        database.executemany("INSERT INTO releases (name) VALUES (?)", [(f"{n:03}{'&' * 61}",) for n in range(105)])
        database.execute("INSERT INTO boots (host, boot_id, release, boot, previous, kexec_count, chain_is_complete, "
                         "label) SELECT 'host', one.id || '-' || two.id, one.id, 'kexec', two.id, 1, 1, '' "
                         "FROM releases AS one, releases AS two WHERE one.name LIKE '%&' AND two.name LIKE '%&'")
    got = fleet.run(f"--policy={folder}/policy")
    assert got.status == 1 and "machines read at most 4194304" in got.talk, got.talk
    assert not (folder / "policy").exists()


def test_refusal_unloads_another_kernel(tool, machine, kexec, folder):
    """Otherwise a following `systemctl kexec` would start the kernel that was loaded before."""
    image = folder / "image"
    image.write_bytes(bzimage(NEXT))
    loaded = machine / "sys/kernel/kexec_loaded"
    put(loaded, "1\n")
    put(machine / CONFIG, "OnPolicy=refuse\n")
    put(machine / POLICY, policy(RULE))
    kexec.write_text(f"#!/bin/sh\necho \"$@\" >> {folder}/ran\n[ \"$1\" != -s ] || echo 0 > {loaded}\n")
    assert load(tool, machine, kexec, image)[:2] == (0, True)
    assert (folder / "ran").read_text() == "-u\n-s -u\n"
    kexec.write_text("#!/bin/sh\nexit 1\n")
    put(loaded, "1\n")
    assert load(tool, machine, kexec, image)[0] == 1


def test_refusal_of_a_start(tool, machine, kexec, folder):
    image = folder / "image"
    image.write_bytes(bzimage(NEXT))
    put(machine / CONFIG, "OnPolicy=refuse\n")
    put(machine / POLICY, policy(RULE))
    got = tool.on(machine, "load", "-f", image, "--reuse-cmdline", env={"KEXEC_LINEAGE_KEXEC": os.fspath(kexec)})
    assert got.status == 1 and not (folder / "ran").exists()
