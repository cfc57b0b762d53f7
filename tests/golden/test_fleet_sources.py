# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that logs of several sources, read in any order, give the right fleet in the store.

make_fleet() makes the reference fleet. Each source contains a part of this fleet. The journal lacks the last lines of a
crashed boot. A serial console contains no host name and no boot id. Pstore and a crash dump have only the boots that
crashed. Every test reads sources into a store and compares boots, crashes, hosts and lineage with the facts in these
sources.
"""
import gzip
import itertools
import json
import os
import random
import shutil
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from .encode import Line, console, levels, netconsole, parse, syslog
from .encode import HOST as ENCODED_HOST
from .system import stamp
from .test_clickhouse import make_server
from .test_ingest import log_of

sys.path.insert(0, str(Path(__file__).parents[1] / "servers"))
import clickhouse  # noqa: E402

DAY_S = 86400
NOTHING_FOUND = 3
START_S = 1772668800  # 2026-03-05T00:00:00Z; not near New Year, because some sources have dates without a year
QUIET = 60  # lines after the banner and before a crash
TAIL = 30  # number of these lines in pstore
HARDWARE = ("Acme Turbo 7/Board 2, BIOS 1.0 01/01/2020", "Beta Tower/B1, BIOS 2.2 02/02/2022")
OOPS, PANIC = "gpf", "null-dereference"  # according to the logs, the oops does not end the boot, and the panic does
CRASHED_RELEASE = b"6.12.9"  # release of the crashes in tests/fixtures
RELEASES = ("6.1.90", "6.6.30", "6.12.9")


@dataclass
class Boot:
    host: str
    boot_id: str
    release: str
    previous: str | None
    count: int
    start_s: int
    hardware: str
    crash: str | None
    lines: list[Line]

    @property
    def quiet(self):
        """Return the lines before the crash."""
        return self.lines[:3 + QUIET]


def make_boot(rng, host, number, release, previous, count, crash):
    words = "root=/dev/sda1 ro" + (f" {stamp(count, previous, made_for=release)}" if previous else "")
    hardware = HARDWARE[host % len(HARDWARE)]
    texts = [f"Linux version {release} (a@b) (gcc 12) #1 SMP", f"Command line: {words}", f"DMI: {hardware}"]
    lines, usec = [Line(0, None, text.encode()) for text in texts], 0
    for line in range(QUIET):
        usec += rng.randrange(1000, 400000)
        lines.append(Line(usec, None, b"usb 1-%d: new device %08x" % (line, rng.getrandbits(32))))
    if crash:
        text = log_of(crash).replace(CRASHED_RELEASE, release.encode())
        lines += [Line(usec + 1000 + at, line.caller, line.text) for at, line in enumerate(parse(text))]
    # A machine boots once a day, and the machines boot at different times of the day.
    start_s = START_S + host * 700 + number * DAY_S
    return Boot(f"web{host}", f"{rng.getrandbits(128):032x}", release, previous, count, start_s, hardware, crash, lines)


def make_fleet(seed, hosts=3, boots=3):
    """Return the boots of a fleet. Each machine is booted cold, then by kexec, or cold again after a crash."""
    rng, fleet = random.Random(seed), []
    for host in range(hosts):
        previous, count = None, 0
        for number in range(boots):
            release = rng.choice(RELEASES)
            crash = rng.choice((None, OOPS, PANIC))
            fleet.append(make_boot(rng, host, number, release, previous, count, crash))
            previous, count = (None, 0) if crash else (release, count + 1)
    return fleet


# Sources: each writes the files that a fleet collects ---------------------------------------------

def journal(fleet, folder):
    """Write the output of `journalctl -o json` of all machines to one file, with the ids of machine and boot."""
    with open(folder / "journal.json", "w", encoding="ascii") as file:
        for boot in fleet:
            for number, line in enumerate(boot.quiet):
                time_us = boot.start_s * 1000000 + line.usec + number
                file.write(json.dumps({
                    "__REALTIME_TIMESTAMP": str(time_us), "__MONOTONIC_TIMESTAMP": str(line.usec),
                    "_SOURCE_MONOTONIC_TIMESTAMP": str(line.usec), "_BOOT_ID": boot.boot_id,
                    "_MACHINE_ID": machine_id(boot.host), "_HOSTNAME": boot.host, "_TRANSPORT": "kernel",
                    "SYSLOG_IDENTIFIER": "kernel", "PRIORITY": "6", "MESSAGE": line.text.decode()}) + "\n")


def machine_id(host):
    return f"{int(host[3:]) + 0xabc0:032x}"


def by_host(fleet, folder, name, encode):
    """Write one file for each host, with all boots of the host. The file is named after the host."""
    for host, boots in itertools.groupby(fleet, lambda boot: boot.host):
        (folder / name.format(host)).write_bytes(b"".join(encode(boot) for boot in boots))


def consoles(fleet, folder):
    by_host(fleet, folder, "{}.log", lambda boot: console(boot.lines))


def pstore(fleet, folder):
    """Write what systemd-pstore keeps: the last lines of each crashed boot, in a folder for each crash."""
    for boot in crashed(fleet):
        tail = boot.lines[3 + QUIET - TAIL:]
        put(folder / boot.host / "var/lib/systemd/pstore" / str(boot.start_s) / "dmesg.txt",
            b"Panic#1 Part1\n" + levels(tail))


def vmcore_dmesg(fleet, folder):
    """Write what kdump-tools keeps beside a dump: all lines of a crashed boot."""
    for number, boot in enumerate(crashed(fleet)):
        stamp_of = f"2026010{number % 9 + 1}1200"
        put(folder / boot.host / stamp_of / f"dmesg.{stamp_of}", console(boot.lines).replace(b"\r", b""))


def received(fleet, folder):
    """Write what netconsole sends. It starts together with the network, so the first lines are missing."""
    by_host(fleet, folder, "{}.log", lambda boot: netconsole(boot.lines[20:]).replace(
        ENCODED_HOST.encode(), boot.host.encode()).replace(b"6.12.9,", b"%s," % boot.release.encode()))


def kern_log(fleet, folder):
    """Write what rsyslog writes: one file for each host, with a date in each line."""
    by_host(fleet, folder, "{}.log", lambda boot: b"".join(syslog_of(boot)))


def crashed(fleet):
    return [boot for boot in fleet if boot.crash]


def put(path, data):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


SOURCES = {"journal": journal, "consoles": consoles, "pstore": pstore, "vmcore": vmcore_dmesg,
           "netconsole": received, "kern_log": kern_log}
# A run may stop after any line of these sources, and a later run may continue there, because every line has a date or
# the boot's id.
DATED = ("journal", "kern_log")


# Stores -------------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def servers(tmp_path_factory):
    """Return a function that starts the server of an engine once."""
    running = {}

    def start(engine):
        if engine not in running:
            running[engine] = make_server(engine, tmp_path_factory.mktemp("fleet-sources")).start()
        return running[engine]

    yield start
    for server in running.values():
        server.stop()


BACK_ENDS = ["sqlite", *(pytest.param(engine, id=f"clickhouse-{engine}",
                                      marks=[pytest.mark.xdist_group(__name__), pytest.mark.plain])
                         for engine in clickhouse.ENGINES)]


class Stores:
    """New stores of one back end."""

    def __init__(self, tool, folder, server=None):
        self.tool, self.folder, self.server = tool, folder, server
        self.numbers = itertools.count()

    def create(self):
        number = next(self.numbers)
        if self.server:
            return self.server.url(f"{''.join(filter(str.isalnum, self.folder.name))}{number}")
        return f"sqlite:{self.folder}/fleet-{number}.db"

    def run(self, *arguments):
        return self.tool.run(*arguments, env={"CLICKHOUSE_PASSWORD": clickhouse.PASSWORD, "CLICKHOUSE_USER": None})

    def ingest(self, url, *paths):
        got = self.run("ingest", f"--store={url}", *paths)
        assert got.status in (0, NOTHING_FOUND), got

    def hosts(self, url):
        got = self.run("--json", "hosts", f"--store={url}")
        assert got.status == 0, got
        return [json.loads(line) for line in got.text.splitlines()]

    def boots(self, url, host):
        got = self.run("--json", "log", f"--store={url}", f"--host={host}", "-n", "100")
        assert got.status == 0, got
        return [json.loads(line) for line in got.text.splitlines()]


@pytest.fixture(params=BACK_ENDS)
def stores(request, tool, tmp_path, servers):
    return Stores(tool, tmp_path, servers(request.param) if request.param != "sqlite" else None)


@pytest.fixture
def written(tmp_path):
    """Return the fleet's files, by source, each in a folder of its own."""
    fleet = make_fleet(1)
    for name, write in SOURCES.items():
        (tmp_path / name).mkdir()
        write(fleet, tmp_path / name)
    return fleet, {name: tmp_path / name for name in SOURCES}


# The sources that contain each kind of fact. A fact is expected in the store if one of its sources is read.
OF_EVERY_BOOT = {"journal", "consoles", "kern_log"}
OF_CRASHES = {"consoles", "pstore", "vmcore", "netconsole", "kern_log"}
# The lineage is in the first lines of a boot, which netconsole and pstore do not contain.
OF_LINEAGE = OF_EVERY_BOOT | {"vmcore"}


def expected_boot(boot, sources):
    known = OF_LINEAGE if boot.crash else OF_EVERY_BOOT
    previous, count = (boot.previous, boot.count) if boot.previous and known & sources else (None, None)
    return boot.release, previous, count, bool(boot.crash == PANIC and OF_CRASHES & sources)


def expect(stores, url, fleet, sources):
    """Check that the store has exactly the facts of @fleet that @sources contain."""
    known = [boot for boot in fleet if OF_EVERY_BOOT & sources or boot.crash]
    hosts = {host["names"][-1]: host for host in stores.hosts(url)}
    assert hosts.keys() == {boot.host for boot in known}
    for name, host in hosts.items():
        boots = [boot for boot in known if boot.host == name]
        assert (host["boots"], host["crashes"]) == (
            len(boots), sum(bool(boot.crash) for boot in boots if OF_CRASHES & sources))
        shown = stores.boots(url, host["host"])
        got = [(row["release"], row["previous_release"], row["kexec_count"], row["end"] == "crash") for row in shown]
        assert sorted(got, key=str) == sorted((expected_boot(boot, sources) for boot in boots), key=str)
        if "journal" in sources:
            assert host["host"] == machine_id(name)
            assert {row["boot_id"].replace("-", "") for row in shown} == {boot.boot_id for boot in boots}


TRIPLES = (("journal", "consoles", "pstore"), ("vmcore", "netconsole", "journal"), ("netconsole", "pstore", "consoles"))


@pytest.mark.parametrize("triple", TRIPLES, ids="-".join)
def test_every_order_of_three_sources(stores, written, triple):
    fleet, paths = written
    for order in itertools.permutations(triple):
        url = stores.create()
        for number, source in enumerate(order, 1):
            stores.ingest(url, paths[source])
            expect(stores, url, fleet, set(order[:number]))


def test_everything_twice(stores, written):
    """Reading a copy of each folder, whose files have other paths, adds nothing."""
    fleet, paths = written
    url = stores.create()
    for source in list(SOURCES) * 2:
        stores.ingest(url, paths[source])
    expect(stores, url, fleet, set(SOURCES))
    copies = stores.folder / "copies"
    for source, path in paths.items():
        shutil.copytree(path, copies / source)
        stores.ingest(url, copies / source)
    expect(stores, url, fleet, set(SOURCES))


def test_rotated_files_and_the_journal(stores, written):
    """The store has the right fleet after one run or three runs, although rotation cuts the logs inside boots."""
    fleet, paths = written
    rng, url, later = random.Random(2), stores.create(), stores.create()
    parts = {name: stores.folder / name for name in ("whole", "first", "second", "third")}
    for host, boots in itertools.groupby(fleet, lambda boot: boot.host):
        lines = [line for boot in boots for line in syslog_of(boot)]
        quiet = [number for number, line in enumerate(lines) if b"usb 1-" in line]
        first, second = sorted(rng.sample(quiet[10:], 2))
        names = "kern.log.2.gz", "kern.log.1", "kern.log"
        cuts = lines[:first], lines[first:second], lines[second:]
        for part, name, cut in zip(("first", "second", "third"), names, cuts):
            data = b"".join(cut)
            put(parts["whole"] / host / name, gzip.compress(data) if name.endswith("gz") else data)
            put(parts[part] / host / "kern.log", data)
    stores.ingest(url, parts["whole"])
    expect(stores, url, fleet, {"kern_log"})
    stores.ingest(url, paths["journal"])
    expect(stores, url, fleet, {"kern_log", "journal"})
    for part in ("first", "second", "third"):
        stores.ingest(later, parts[part])
    expect(stores, later, fleet, {"kern_log"})


def cut(rng, path):
    """Cut each file of @path at a line outside crash reports. Return a folder with the first parts, and a folder with
    the rest."""
    parts = [path.with_name(f"{path.name}-{part}") for part in ("first", "second")]
    for file in path.iterdir():
        lines = file.read_bytes().splitlines(True)
        at = rng.choice([number for number, line in enumerate(lines) if number > 5 and b"usb 1-" in line])
        put(parts[0] / file.name, b"".join(lines[:at]))
        put(parts[1] / file.name, b"".join(lines[at:]))
    return parts


def shuffle(rng, queues):
    """Return the members of all queues in random order. The members of one queue keep their order."""
    turns = [number for number, queue in enumerate(queues) for _ in queue]
    rng.shuffle(turns)
    iterators = [iter(queue) for queue in queues]
    return [next(iterators[turn]) for turn in turns]


# FLEETS=N in the environment sets the number of random fleets.
@pytest.mark.parametrize("seed", range(int(os.environ.get("FLEETS", 8))))
def test_random_sources(stores, seed):
    """The store has the right fleet after some sources are read in any order, some of them twice or cut in two."""
    rng, fleet, url = random.Random(seed), make_fleet(seed), stores.create()
    sources, queues = rng.sample(sorted(SOURCES), rng.randrange(1, 5)), []
    for source in sources:
        path = stores.folder / source
        path.mkdir()
        SOURCES[source](fleet, path)
        queues.append(cut(rng, path) if source in DATED and rng.random() < 0.5 else [path] * rng.choice((1, 2)))
    for path in shuffle(rng, queues):
        stores.ingest(url, path)
    if OF_EVERY_BOOT & set(sources) or crashed(fleet):
        expect(stores, url, fleet, set(sources))


def syslog_of(boot):
    """Yield the lines of a boot with its host and the time of each line."""
    for line in boot.lines:
        time_of = time.gmtime(boot.start_s + line.usec // 1000000)
        yield syslog([line]).replace(b"Jan  1 00:00:00", time.strftime("%b %e %H:%M:%S", time_of).encode()).replace(
            ENCODED_HOST.encode(), boot.host.encode())
