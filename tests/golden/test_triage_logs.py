# SPDX-License-Identifier: GPL-2.0-or-later
"""Fleets that are written as logs, read by `ingest` and compared by `triage`.

Each fleet has a cause that is known, or none. LINEAGE_SEEDS=20 runs each fleet with 20 seeds instead of one. At most
one seed in 20 may have another result.
"""
import hashlib
import os
import random
import time
from collections import namedtuple

import pytest

from . import test_triage_ancestors as ancestors
from . import test_triage_machines as machines
from .encode import levels, parse
from .fleet import status_of
from .system import stamp
from .test_ingest import log_of
from .test_ingest_handover import find_associated, make_fleets
from .test_triage_machines import BAD, ORIGINS

pytestmark = pytest.mark.plain  # the results count here; other tests run the same code with sanitizers
SEEDS = range(int(os.environ.get("LINEAGE_SEEDS", "1")))
RELEASE = "7.3.4"
DAY_S = 24 * 3600
START_S = 1772668800  # 2026-03-05T00:00:00Z
OOPS = log_of("gpf").decode()
QUIET = 24  # lines of each boot that no other boot has

# chain: the previous kernels, newest first; None: unknown. crash: a word in the names of the functions of the crash, or
# None. The times are in seconds: the start, the uptime at the crash, and the length of the boot. goes_on: whether the
# boot runs on after the crash.
Boot = namedtuple("Boot", "host start release chain crash uptime length hardware goes_on",
                  defaults=(None, 100.0, 200.0, "Acme Turbo 7/Board 2", False))


# Logs ---------------------------------------------------------------------------------------------

def lines_of(boot, number, with_crash=True):
    """Return the lines of a boot as pairs of time (in microseconds) and text. @number: makes the lines unique"""
    count = len(boot.chain)
    words = f" {stamp(count, *boot.chain, made_for=boot.release)}" if boot.chain else ""
    lines = [(0, f"Linux version {boot.release} (a@b) (gcc 12) #1 SMP"), (0, f"Command line: root=/dev/sda1 ro{words}"),
             (0, f"DMI: {boot.hardware}, BIOS 1.0 01/01/2020")]
    if not boot.chain:
        lines.append((1000, "kexec_lineage: cold boot"))
    lines += [(2000 + line * 1000 + number * 7919 % 997 + 1, f"usb 1-{line}: new device {number * QUIET + line:08x}")
              for line in range(QUIET)]
    if boot.crash and with_crash:
        lines += crash_of(boot, number)
    if boot.length and (boot.goes_on or not boot.crash):
        lines.append((int(boot.length * 1e6), "audit: auditd stopped"))
    return lines


def crash_of(boot, number):
    """Return the lines of the crash. No two boots crash in the same microsecond after their start."""
    start = int(boot.uptime * 1e6) + number * 7919 % 999983
    text = OOPS.replace("6.12.9", boot.release).replace("queue_", f"{boot.crash}_")
    return [(start + at, line.text.decode()) for at, line in enumerate(parse(text.encode()))]


def write_journal(boots, folder, with_crashes=True):
    """Write the output of `journalctl -o json` of all machines. A journal often lacks the last lines of a crash."""
    with open(folder / "journal.json", "w", encoding="ascii") as file:
        for number, boot in enumerate(boots):
            head = (f'"_BOOT_ID": "{id_of(number)}", "_MACHINE_ID": "{id_of(boot.host)}", "_HOSTNAME": "{boot.host}", '
                    '"_TRANSPORT": "kernel", "SYSLOG_IDENTIFIER": "kernel", "PRIORITY": "6"')
            for usec, text in lines_of(boot, number, with_crashes):
                file.write(f'{{"__REALTIME_TIMESTAMP": "{boot.start * 1000000 + usec}", '
                           f'"__MONOTONIC_TIMESTAMP": "{usec}", "_SOURCE_MONOTONIC_TIMESTAMP": "{usec}", {head}, '
                           f'"MESSAGE": "{text}"}}\n')


def id_of(what):
    return hashlib.md5(str(what).encode(), usedforsecurity=False).hexdigest()


def console_of(boot, number):
    return "".join(f"[{usec / 1e6:12.6f}] {text}\n" for usec, text in lines_of(boot, number))


def write_consoles(boots, folder):
    """Write the console of each machine."""
    texts = {}
    for number, boot in enumerate(boots):
        texts.setdefault(boot.host, []).append(console_of(boot, number))
    for host, parts in texts.items():
        (folder / f"{host}.log").write_text("".join(parts))


def write_syslog(boots, folder, prefix, date="%b %e %H:%M:%S"):
    """Write the syslog of each machine."""
    texts = {}
    numbered = sorted(enumerate(boots), key=lambda pair: pair[1].start)
    for number, boot in numbered:
        texts.setdefault(boot.host, []).extend(
            f"{time.strftime(date, time.gmtime(boot.start + usec // 1000000))} {boot.host} kernel: "
            f"{prefix(usec)}{text}\n" for usec, text in lines_of(boot, number))
    for host, lines in texts.items():
        (folder / f"{host}.log").write_text("".join(lines))


def write_kern_logs(boots, folder):
    write_syslog(boots, folder, lambda usec: f"[{usec / 1e6:12.6f}] ")


def write_messages(boots, folder):
    """Write dates with a year and a zone, but no printk times."""
    write_syslog(boots, folder, lambda usec: "", "%Y-%m-%dT%H:%M:%S+00:00")


def write_short_journals(boots, folder):
    """Write the output of `journalctl -o short`, which has no printk times."""
    write_syslog(boots, folder, lambda usec: "")


def write_pstore(boots, folder):
    """Write what systemd-pstore keeps: the last lines of each crashed boot, without the banner and the hardware."""
    for number, boot in enumerate(boots):
        if not boot.crash:
            continue
        path = folder / boot.host / "var/lib/systemd/pstore" / str(boot.start) / "dmesg.txt"
        path.parent.mkdir(parents=True)
        tail = parse("".join(console_of(boot, number).splitlines(True)[5:]).encode())
        path.write_bytes(b"Panic#1 Part1\n" + levels(tail))


def write_dumps(boots, folder):
    """Write what kdump-tools keeps beside a dump: all lines of each crashed boot."""
    for number, boot in enumerate(boots):
        if boot.crash:
            path = folder / boot.host / str(boot.start) / f"dmesg.{boot.start}"
            path.parent.mkdir(parents=True)
            path.write_text(console_of(boot, number))


def report_of(tool, folder, boots, *writers):
    """Write the boots with each writer, read the logs into a store in this order, and return the report of triage."""
    boots = list(boots)
    store = folder / "fleet.db"
    for number, write in enumerate(writers):
        logs = folder / f"logs{number}"
        logs.mkdir(parents=True)
        write(boots, logs)
        got = tool.run("ingest", f"--store={store}", logs)
        assert got.status == 0, got
    got = tool.run("triage", f"--store={store}", "--json")
    assert got.status == status_of(got.json), got
    return got.json


def journal(boots, folder):
    write_journal(boots, folder)


def quiet_journal(boots, folder):
    write_journal(boots, folder, with_crashes=False)


# Fleets -------------------------------------------------------------------------------------------

def from_machines(fleet):
    """Make a fleet of test_triage_machines one of logs. A machine starts only one boot in an hour."""
    def make(rng):
        hours = {}
        for boot in fleet(rng):
            hour = hours[boot.host, boot.week] = hours.get((boot.host, boot.week), -1) + 1
            start = START_S + int(boot.week * 7 * DAY_S) + hour * 3600
            yield Boot(boot.host, start, RELEASE, (boot.previous,), "queue" if boot.crashed else None,
                       max(boot.uptime, 1), boot.length or 200.0, boot.label or "Acme Turbo 7/Board 2")
    make.__name__ = fleet.__name__
    return make


def from_chains(fleet):
    """Make a fleet of test_triage_ancestors one of logs. Each machine boots once a day."""
    def make(rng):
        days = {}
        for boot in fleet(rng):
            day = days[boot["host"]] = days.get(boot["host"], -1) + 1
            yield Boot(boot["host"], START_S + day * DAY_S, boot["release"], tuple(boot["chain"]),
                       "queue" if boot["crashed"] else None)
    make.__name__ = fleet.__name__
    return make


def daily(rng, hosts, boots, make):
    """Yield boots of machines that boot once a day. make() returns the release, the previous kernel and the crash."""
    for host in range(hosts):
        for day in range(boots):
            release, previous, crash = make()
            yield Boot(f"m{host}", START_S + day * DAY_S + host * 7, release, (previous,), crash)


def six_times(rng, times=6):
    """300 machines, 1,800 boots. Boots after BAD crash six times as often."""
    def make():
        previous = machines.pick(rng, 0.2)
        return RELEASE, previous, "queue" if rng.random() < 0.024 * (times if previous == BAD else 1) else None
    yield from daily(rng, 300, 6, make)


def no_difference(rng):
    yield from six_times(rng, times=1)


def one_crash_more(rng):
    """Every boot crashed, with one of ten crashes; after BAD, 150 boots crashed in another way."""
    words = [f"noise{letter}" for letter in "abcdefghij"]
    for number in range(950):
        previous = BAD if number < 350 else rng.choice(ORIGINS[1:])
        word = "extra" if number < 150 else words[min(int(rng.expovariate(0.4)), 9)]
        yield Boot(f"m{number % 200}", START_S + number * 3600, RELEASE, (previous,), word)


def scattered(rng):
    """5 % of the boots after BAD crash, and 1 % of the others, almost always in different functions.

    With 10 boots a machine, BAD is found in 97 of 100 fleets.
    """
    def make():
        previous = machines.pick(rng, 0.2)
        word = "".join(rng.choice("bcdfghklmnprst") for _ in range(6))
        return RELEASE, previous, word if rng.random() < (0.05 if previous == BAD else 0.01) else None
    yield from daily(rng, 250, 14, make)


def many_releases(rng):
    """BAD is bad for each of 100 next releases."""
    def make():
        previous = machines.pick(rng, 0.1)
        rate = 0.032 if previous == BAD else 0.00136
        return f"7.4.{rng.randrange(100)}", previous, "queue" if rng.random() < rate else None
    yield from daily(rng, 450, 20, make)


def bad_range(rng):
    """The previous releases 7.2.12 to 7.2.23 are bad."""
    def make():
        number = rng.randrange(40)
        rate = 0.0222 if 12 <= number <= 23 else 0.0012
        return RELEASE, f"7.2.{number}", "queue" if rng.random() < rate else None
    yield from daily(rng, 180, 20, make)


def early_crashes(rng):
    """One boot in 20 crashes after ten seconds and runs on. Boots after BAD last an hour, others a day."""
    for host in range(60):
        start = START_S + rng.randrange(DAY_S)
        for _ in range(20):
            previous = machines.pick(rng, 0.2)
            length = (3600 if previous == BAD else DAY_S) * rng.uniform(0.5, 1.5)
            yield Boot(f"m{host}", int(start), RELEASE, (previous,), "queue" if rng.random() < 0.05 else None, 10.0,
                       length, goes_on=True)
            start += length + 3600


def two_causes(rng):
    """Boots crash after BAD, and from the fourth kexec on."""
    def risk_of(chain):
        return 0.12 if chain[:1] == [BAD] or len(chain) >= 4 else 0.002
    for number in range(200):
        machine = ancestors.Machine(rng, f"m{number}")
        for day in range(40):
            release = rng.choice((RELEASE, RELEASE, BAD, *ancestors.OTHERS))
            if machine.running is None or rng.random() < 0.2:
                machine.cold(release)
            else:
                machine.kexec(release)
            crashed = release == RELEASE and rng.random() < risk_of(machine.chain)
            chain = tuple(machine.boot(crashed)["chain"])
            yield Boot(machine.name, START_S + day * DAY_S, release, chain, "queue" if crashed else None)


# Tests --------------------------------------------------------------------------------------------

def expect(name, right):
    """Expect the right result with all seeds, or all but one in 20. Print the number of wrong results (pytest -s)."""
    print(f"\n{name}: {right.count(False)} of {len(right)} wrong")
    assert right.count(False) <= len(SEEDS) // 20, right


def reports(tool, folder, fleet, *writers):
    for seed in SEEDS:
        # The fleets are independent of each other.
        rng = random.Random(f"{fleet.__name__} {seed}")
        yield report_of(tool, folder / str(seed), fleet(rng), *writers)


def associated(report):
    return [(one["factor"], one["value"]) for one in report["findings"] if one["verdict"] == "associated"]


@pytest.mark.parametrize("fleet", [machines.long_boots, machines.short_boots, machines.crash_loops, machines.bad_rack,
                                   machines.outage, machines.short_outage, machines.nothing], ids=lambda f: f.__name__)
def test_nothing(tool, folder, fleet):
    right = [associated(report) == [] for report in reports(tool, folder, from_machines(fleet), journal)]
    expect(fleet.__name__, right)


@pytest.mark.parametrize("fleet", [machines.daily_reboots, machines.true_effect, machines.true_effect_beside_loops],
                         ids=lambda f: f.__name__)
def test_previous_kernel(tool, folder, fleet):
    right = [associated(report) == [("previous_release", BAD)]
             for report in reports(tool, folder, from_machines(fleet), journal)]
    expect(fleet.__name__, right)


@pytest.mark.parametrize("fleet", [machines.one_model, machines.one_model_by_time, machines.one_model_that_crashes],
                         ids=lambda f: f.__name__)
def test_model(tool, folder, fleet):
    right = []
    for report in reports(tool, folder, from_machines(fleet), journal):
        found = [one for one in report["findings"] if one["verdict"] == "associated"]
        right.append([(one["value"], one["label"]) for one in found] == [(BAD, "model 1")])
    expect(fleet.__name__, right)


@pytest.mark.parametrize("write", [write_kern_logs, write_short_journals], ids=["kern.log", "journalctl -o short"])
@pytest.mark.parametrize(("fleet", "found"), [(machines.outage, []), (machines.long_boots, []),
                                              (machines.short_boots, []),
                                              (machines.daily_reboots, [("previous_release", BAD)])],
                         ids=lambda value: getattr(value, "__name__", ""))
def test_dates_without_a_year(tool, folder, fleet, found, write):
    """Boots have a day and a length although their dates have no year, and perhaps no printk times."""
    right = [associated(report) == found for report in reports(tool, folder, from_machines(fleet), write)]
    expect(f"{fleet.__name__} in syslogs", right)


@pytest.mark.parametrize("write", [write_kern_logs, write_short_journals, write_messages])
def test_crashes_that_do_not_end_a_boot(tool, folder, write):
    """The time at risk ends at the crash, also if only dates show when it was."""
    right = [associated(report) == [] for report in reports(tool, folder, early_crashes, write)]
    expect(f"early_crashes, {write.__name__}", right)


@pytest.mark.parametrize("lines", [8, 14, 60])
def test_few_common_lines(tool, folder, monkeypatch, lines):
    """A journal and a record of pstore are one boot if they have a few lines in common. No label is named."""
    monkeypatch.setitem(globals(), "QUIET", lines)
    right = []
    for report in reports(tool, folder, six_times, quiet_journal, write_pstore):
        found = [one for one in report["findings"] if one["verdict"] == "associated"]
        right.append(report["boots"] == 1800 and [(one["value"], one["label"]) for one in found] == [(BAD, None)])
    expect(f"six_times, {lines} lines", right)


SOURCES = {"journal and pstore": (quiet_journal, write_pstore), "journal and consoles": (journal, write_consoles),
           "consoles and journal": (write_consoles, journal)}


@pytest.mark.parametrize("sources", SOURCES)
@pytest.mark.parametrize(("fleet", "found"), [(six_times, [("previous_release", BAD)]), (no_difference, [])],
                         ids=lambda value: getattr(value, "__name__", ""))
def test_sources(tool, folder, sources, fleet, found):
    """Each boot counts once, whether one source has it or two."""
    right = [report["boots"] == 1800 and associated(report) == found
             for report in reports(tool, folder, fleet, *SOURCES[sources])]
    expect(f"{fleet.__name__}, {sources}", right)


def test_crashes_only(tool, folder):
    """Only the crash that is more frequent is a suspect, and nothing is associated."""
    right = []
    for report in reports(tool, folder, one_crash_more, write_dumps):
        found = {(one["verdict"], one["title"], one["value"]) for one in report["findings"] if one["verdict"] != "lead"}
        right.append(report["denominator"] == "crashes only" and len(found) == 1 and
                     all(verdict == "suspect" and "extra_" in title and value == BAD
                         for verdict, title, value in found))
    expect("one_crash_more", right)


def test_two_causes(tool, folder):
    right = []
    for report in reports(tool, folder, two_causes, journal):
        found = associated(report)
        right.append(len(found) == 2 and ("previous_release", BAD) in found and
                     any(factor == "kexec_count" and value in (3, 4, 5) for factor, value in found))
    expect("two_causes", right)


def test_scattered_crashes(tool, folder):
    right = []
    for report in reports(tool, folder, scattered, journal):
        found = [(one["outcome"], one["value"]) for one in report["findings"] if one["verdict"] == "associated"]
        right.append(found == [("any crash", BAD)])
    expect("scattered", right)


def test_many_releases(tool, folder):
    right = []
    for report in reports(tool, folder, many_releases, journal):
        found = [(one["release"], one["value"]) for one in report["findings"] if one["verdict"] == "associated"]
        right.append(found == [(None, BAD)])
    expect("many_releases", right)


def test_range(tool, folder):
    """The ends are right within two releases."""
    right = []
    for report in reports(tool, folder, bad_range, journal):
        found = [one for one in report["findings"] if one["verdict"] == "associated"]
        ends = [int(one[key].split(".")[2]) for one in found for key in ("value", "value_last") if one[key]]
        right.append(len(found) == 1 and len(ends) == 2 and abs(ends[0] - 12) <= 2 and abs(ends[1] - 23) <= 2)
    expect("bad_range", right)


@pytest.mark.parametrize(("fleet", "found"), [(ancestors.firmware, [("ancestor", ancestors.BAD)]),
                                              (ancestors.nothing, [])], ids=["firmware", "no cause"])
def test_ancestors(tool, folder, fleet, found):
    right = [associated(report) == found for report in reports(tool, folder, from_chains(fleet), journal)]
    expect(f"{fleet.__name__} of chains", right)


@pytest.mark.parametrize(("rate", "found"), [(1, ["6.12.117"]), (0.28, ["6.12.117"]), (0, [])])
def test_lost_kexecs(tool, folder, rate, found):
    """All kexecs from a kernel, a quarter of them, or none are lost. Some consoles also end in a power cut, which looks the same."""
    right = []
    for seed in SEEDS:
        logs = folder / str(seed)
        logs.mkdir()
        make_fleets(logs, rate, range(seed * 34, seed * 34 + 34))
        (folder / f"store{seed}").mkdir()
        right.append(find_associated(tool, folder / f"store{seed}", logs) == found)
    expect(f"lost kexecs, {rate}", right)
