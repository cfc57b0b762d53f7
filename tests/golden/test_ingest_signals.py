# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that Ctrl-C and SIGTERM end `ingest` at once, also while it waits for data from a pipe."""
import os
import signal
import subprocess
import time

import pytest

LOG = b"[    0.000000] Linux version 6.1.0 (a@b) (gcc) #1 SMP\n"
AT_ONCE_S = 60  # ingest exits within milliseconds of the signal; without it, ingest never exits


def wait_until_program_polls(process):
    """Wait until /proc shows that the program sleeps in the system call poll()."""
    path = f"/proc/{process.pid}/syscall"
    for _ in range(600):
        try:
            with open(path, encoding="ascii") as file:
                if file.read().split()[0] in {"7", "73", "271"}:  # poll of x86-64, ppoll of arm64 and x86-64
                    return
        except OSError:
            pytest.skip("/proc does not show system calls")
        time.sleep(0.05)
    pytest.skip("the program did not wait in poll()")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("sent", [b"", LOG], ids=["nothing", "a line"])
@pytest.mark.parametrize("kind", ["standard input", "named pipe"])
def test_signal_on_quiet_pipe(tool, tmp_path, number, sent, kind):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    operand = "-" if kind == "standard input" else path
    keep = os.open(path, os.O_RDWR)
    try:
        with subprocess.Popen(tool.command("ingest", "--json", operand), stdin=keep, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as process:
            os.write(keep, sent)
            wait_until_program_polls(process)
            process.send_signal(number)
            try:
                process.wait(AT_ONCE_S)
            except subprocess.TimeoutExpired:
                process.kill()
                pytest.fail("the signal was swallowed")
            assert process.returncode == 1
            assert b"stopped before the end" in process.stderr.read()
    finally:
        os.close(keep)
