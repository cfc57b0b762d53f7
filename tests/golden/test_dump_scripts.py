# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of the scripts for dumps with the memory of a process instead of a kernel: long, damaged and empty chains."""
import os
import shutil
import subprocess

import pytest

from .conftest import REPOSITORY

DUMP = REPOSITORY / "host/dump"
PROGRAM = """
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "core/lineage.h"

enum lineage_boot { LINEAGE_BOOT_COLD, LINEAGE_BOOT_KEXEC };
struct { struct { char release[65]; } name; } init_uts_ns = { { "7.3.4" } };
struct lineage_self {
	enum lineage_boot boot;
	bool has_count;
	struct lineage lineage;
	char previous_release[65];
	char next[1025];
} lineage_self = { LINEAGE_BOOT_KEXEC, true, { .count = 5 }, "7.2.9" };

static void stop(void)
{
	puts("ready");
	fflush(stdout);
	pause();
}

int main(int argc, char **argv)
{
	memset(lineage_self.lineage.chain, 'x', sizeof(lineage_self.lineage.chain));
	memcpy(lineage_self.lineage.chain, argv[1], strlen(argv[1]));
	lineage_self.lineage.chain_length = argc > 3 ? 4000000000u : (unsigned int)strlen(argv[1]);
	strncpy(lineage_self.next, argv[2], sizeof(lineage_self.next) - 1);
	stop();
	return 0;
}
"""
LONG = ",".join(f"6.12.{number}-0000000000000000" for number in range(30))


def need(program):
    return shutil.which(program) or pytest.skip(f"{program} is not installed")


@pytest.fixture
def process(folder):
    """Return a function that starts a process with a chain and a stamp, and yields its program and its id."""
    running = []

    def start(chain, stamp, *more):
        (folder / "program.c").write_text(PROGRAM)
        subprocess.run([need("cc"), "-g", "-O0", f"-I{REPOSITORY}", f"-I{REPOSITORY}/include", "-D_GNU_SOURCE",
                        "-o", folder / "program", folder / "program.c"], check=True)
        running.append(subprocess.Popen([folder / "program", chain, stamp, *more], stdout=subprocess.PIPE))
        running[-1].stdout.readline()
        return folder / "program", running[-1].pid

    yield start
    for one in running:
        one.kill()
        one.communicate()


def values_of_gdb(program, pid):
    commands = (DUMP / "kexec_lineage.crash").read_text(encoding="utf-8").splitlines()
    arguments = [f"--eval-command={line.removeprefix('gdb ')}" for line in commands if not line.startswith("#")]
    done = subprocess.run([need("gdb"), "-nx", "-batch", f"--pid={pid}", *arguments, program], capture_output=True,
                          text=True, check=False)
    if "not permitted" in done.stderr:
        pytest.skip(f"gdb cannot read a process: {done.stderr}")
    return [line.partition(" = ")[2].strip('"') for line in done.stdout.splitlines() if line.startswith("$")]


def values_of_drgn(pid):
    command = [need("drgn"), "--pid", str(pid), DUMP / "kexec_lineage.py"]
    done = subprocess.run(command, capture_output=True, check=False)
    if b"not permitted" in done.stderr:
        pytest.skip(f"drgn cannot read a process: {done.stderr}")
    assert done.returncode == 0, done
    return dict(line.split(None, 1) for line in done.stdout.decode("ascii").split("\n") if line.strip())


def test_gdb(process):
    """gdb's limits of 200 elements and 10 equal ones cut nothing, and nothing after the chain is printed."""
    assert values_of_gdb(*process(LONG, "stamp=" + LONG)) == [
        "7.3.4", "LINEAGE_BOOT_KEXEC", "7.2.9", "true", "5", "stamp=" + LONG, str(len(LONG)), LONG]


def test_gdb_without_a_chain(process):
    assert values_of_gdb(*process("", ""))[4:] == ["5", "", "0"]


def test_drgn(process):
    found = values_of_drgn(process(LONG, "stamp=" + LONG)[1])
    assert found == {"release": "7.3.4", "boot": "kexec", "previous_release": "7.2.9", "kexec_count": "5",
                     "chain": LONG, "next_stamp": "stamp=" + LONG}


def test_drgn_with_damaged_memory(process):
    """Bytes that are not printable are escaped, and a wrong length ends with the array."""
    found = values_of_drgn(process("7.2\x1b[31m\n" + os.fsdecode(b"\xff"), "\x07", "damaged")[1])
    assert found["chain"].startswith("7.2%1B[31m%0A%FFxxx") and len(found["chain"]) < 2000
    assert found["next_stamp"] == "%07"
