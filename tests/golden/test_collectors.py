# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of the configuration files in host/collectors: the real program loads each one and, if it can run in a
test, passes the crash of a machine to a store.

A test is skipped if its program is not installed. KEXEC_LINEAGE_COLLECTORS=DIR also searches below DIR, into which
packages of Debian were unpacked (dpkg-deb -x).
"""
import contextlib
import os
import shutil
import socket
import sqlite3
import subprocess
from pathlib import Path

import pytest

from .conftest import REPOSITORY
from .encode import stamp
from .netconsole import LOOP, wait_for
from .test_ingest import EXPECTED
from .test_listen import crash_lines, rows

CONFIGURATIONS = REPOSITORY / "host/collectors"
STORE = "/var/lib/kexec-lineage-fleet/fleet.db"
UNPACKED = os.environ.get("KEXEC_LINEAGE_COLLECTORS")
LIBRARIES = "usr/lib/x86_64-linux-gnu"
TITLE = "SELECT title FROM crashes JOIN signatures USING (signature)"


class Program:
    """A program of another project. root: the folder of its unpacked package."""

    def __init__(self, *names):
        roots = [Path("/"), *([Path(UNPACKED)] if UNPACKED else [])]
        found = [(root, root / folder / name) for root in roots for name in names
                 for folder in ("usr/sbin", "usr/bin", "lib/systemd", "usr/lib/systemd") if
                 (root / folder / name).exists()]
        if not found:
            pytest.skip(f"{names[0]} is not installed")
        self.root, self.path = found[0]
        self.environment = dict(os.environ)
        if self.root != Path("/"):
            folders = [self.root / folder for folder in (LIBRARIES, "lib/x86_64-linux-gnu", "usr/lib/syslog-ng")]
            self.environment["LD_LIBRARY_PATH"] = ":".join(map(str, folders))

    def run(self, *arguments, **options):
        return subprocess.run([self.path, *arguments], env=self.environment, capture_output=True, text=True,
                              check=False, **options)

    @contextlib.contextmanager
    def running(self, *arguments):
        with subprocess.Popen([self.path, *arguments], env=self.environment, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT) as process:
            try:
                yield process
            finally:
                process.terminate()
                process.communicate()


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((LOOP, 0))
        return probe.getsockname()[1]


def adapted(tool, folder, name, port):
    """Copy a configuration. Replace only the port, the path of the program and the path of the store."""
    text = (CONFIGURATIONS / name).read_text()
    for old, new in (("514", str(port)), ("/usr/bin/kexec-lineage", tool.path), (STORE, str(folder / "fleet.db"))):
        assert old in text
        text = text.replace(old, new)
    return text


def syslog_lines():
    return [f"<4>Nov 30 02:00:00 web1 kernel: {stamp(line).decode()}{line.text.decode()}".encode()
            for line in crash_lines("null-dereference")]


def check_crash(folder, port, program):
    """Send a crash with syslog, and wait until it is in the store."""
    path = folder / "fleet.db"

    def send():
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for line in syslog_lines():
                sender.sendto(line, (LOOP, port))
            sender.sendto(b"<30>Nov 30 02:00:00 web1 cron: [   99.000000] BUG: not from a kernel", (LOOP, port))
        return wait_for(lambda: rows(path, "SELECT 1 FROM crashes") or program.poll() is not None, 10)[0]

    wait_for(send)
    assert program.poll() is None, program.communicate()
    assert rows(path, "SELECT DISTINCT host FROM boots") == [("web1",)]
    with sqlite3.connect(path) as database:
        assert {title for (title,) in database.execute(TITLE)} == {EXPECTED["null-dereference"]["title"]}


def rsyslog(tool, folder, port):
    program = Program("rsyslogd")
    configuration = folder / "rsyslog.conf"
    configuration.write_text(f'global(workDirectory="{folder}")\n' + adapted(tool, folder, "rsyslog.conf", port))
    return program, ["-f", configuration, "-i", folder / "pid", "-M", program.root / LIBRARIES / "rsyslog"]


def test_rsyslog_accepts(tool, tmp_path):
    program, arguments = rsyslog(tool, tmp_path, free_port())
    done = program.run("-N1", *arguments)
    assert done.returncode == 0 and "rror" not in done.stderr, done.stderr


def test_rsyslog_passes_crashes(tool, tmp_path):
    port = free_port()
    program, arguments = rsyslog(tool, tmp_path, port)
    with program.running("-n", *arguments) as process:
        check_crash(tmp_path, port, process)


def syslog_ng(tool, folder, port):
    program = Program("syslog-ng")
    configuration = folder / "syslog-ng.conf"
    configuration.write_text("@version: 3.38\n" + adapted(tool, folder, "syslog-ng.conf", port))
    arguments = ["-f", configuration, "-R", folder / "persist", "--control", folder / "control", "--pidfile",
                 folder / "pid"]
    if program.root != Path("/"):
        arguments.append(f"--module-path={program.root}/usr/lib/syslog-ng/3.38")
    return program, arguments


def test_syslog_ng_accepts(tool, tmp_path):
    program, arguments = syslog_ng(tool, tmp_path, free_port())
    done = program.run("-s", *arguments)
    assert done.returncode == 0 and "rror" not in done.stderr, done.stderr


def test_syslog_ng_passes_crashes(tool, tmp_path):
    port = free_port()
    program, arguments = syslog_ng(tool, tmp_path, port)
    with program.running("-F", *arguments) as process:
        check_crash(tmp_path, port, process)


def test_journal_remote(tool, tmp_path):
    """The command of the service reads a journal that systemd-journal-remote has written."""
    program = Program("systemd-journal-remote")
    if not shutil.which("journalctl"):
        pytest.skip("journalctl is not installed")
    remote = tmp_path / "remote"
    remote.mkdir()
    export = b"".join(
        b"__REALTIME_TIMESTAMP=%d\n__MONOTONIC_TIMESTAMP=%d\n_BOOT_ID=0123456789abcdef0123456789abcdef\n"
        b"_MACHINE_ID=fedcba9876543210fedcba9876543210\n_TRANSPORT=kernel\n_HOSTNAME=web1\nMESSAGE=%s\n\n"
        % (1796000000000000 + line.usec, line.usec, line.text) for line in crash_lines("null-dereference"))
    source = tmp_path / "export"
    source.write_bytes(export)
    made = program.run(f"--output={remote}/remote-web1.journal", "--split-mode=none", source)
    assert made.returncode == 0, made.stderr
    unit = (CONFIGURATIONS / "kexec-lineage-journal-remote.service").read_text().replace("\\\n", " ")
    command = unit.partition("ExecStart=/bin/sh -c '")[2].partition("'\n")[0]
    for old, new in (("/var/log/journal/remote", remote), (STORE, tmp_path / "fleet.db"),
                     ("/var/lib/kexec-lineage-fleet/journal-cursor", tmp_path / "cursor"),
                     ("--follow --no-tail ", ""), ("kexec-lineage ingest", f"{tool.path} ingest")):
        assert old in command
        command = command.replace(old, str(new))
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done
    with sqlite3.connect(tmp_path / "fleet.db") as database:
        assert database.execute(TITLE).fetchall() == [(EXPECTED["null-dereference"]["title"],)]


def test_journal_remote_unit(tmp_path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed")
    unit = shutil.copy(CONFIGURATIONS / "kexec-lineage-journal-remote.service", tmp_path)
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True, check=False)
    # This machine may have no systemd-journal-remote.service.
    assert (done.returncode, done.stderr) == (0, ""), done


def test_vector_accepts(tmp_path):
    program = Program("vector")
    done = program.run("validate", "--no-environment", CONFIGURATIONS / "vector.yaml")
    assert done.returncode == 0, done.stdout


def test_fluent_bit_accepts(tmp_path):
    program = Program("fluent-bit")
    done = program.run("--dry-run", "-c", CONFIGURATIONS / "fluent-bit.conf")
    assert done.returncode == 0, done.stderr


# A program with the two subcommands of aws(1) that the script uses. It reads a folder instead of S3.
AWS = """#!/bin/sh
path=$FAKE_S3/${3#s3://}
case "$1 $2" in
's3 ls') echo '                           PRE other/'
    for name in "$path"*; do [ -d "$name" ] || echo "2026-11-30 02:00:00       1234 ${name##*/}"; done ;;
's3 cp') [ "$4" = - ] && cat "$path" ;;
esac
"""


def test_s3(tool, tmp_path):
    """The script with a program that answers as aws(1) does. aws itself needs an account."""
    bucket = tmp_path / "s3/bucket/consoles"
    (bucket / "other").mkdir(parents=True)
    log = b"".join(stamp(line) + line.text + b"\n" for line in crash_lines("gpf"))
    (bucket / "web1.log").write_bytes(log)
    (bucket / "web 2.log").write_bytes(b"no kernel log\n")
    (bucket / "web3.log.gz").write_bytes(subprocess.run(["gzip", "-c"], input=log, capture_output=True,
                                                        check=True).stdout)
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "aws").write_text(AWS)
    (programs / "aws").chmod(0o755)
    (programs / "kexec-lineage").write_text(f'#!/bin/sh\nexec {tool.path} "$@"\n')
    (programs / "kexec-lineage").chmod(0o755)
    done = subprocess.run([CONFIGURATIONS / "ingest-s3", "s3://bucket/consoles/", tmp_path / "fleet.db"],
                          env={"PATH": f"{programs}:/usr/bin:/bin", "FAKE_S3": str(tmp_path / "s3")},
                          capture_output=True, text=True, check=False)
    assert "web 2.log could not be read completely" in done.stderr and done.returncode == 1, done
    assert rows(tmp_path / "fleet.db", "SELECT host FROM boots ORDER BY host") == [("web1",), ("web3",)]
