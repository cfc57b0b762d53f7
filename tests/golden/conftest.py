# SPDX-License-Identifier: GPL-2.0-or-later
"""Fixtures of tests/golden: the program to test, and fake systems."""
import os
import subprocess
import tempfile
from pathlib import Path

import pytest

from .kernel import bzimage
from .system import build_root, cold
from .tool import Tool

REPOSITORY = Path(__file__).resolve().parents[2]
NOBODY = 65534
RUNNING = "BOOT_IMAGE=/vmlinuz root=/dev/sda1 ro crashkernel=256M quiet"
FAKE_KEXEC = """#!/bin/sh
[ $# -eq 0 ] && : > "$RECORD" || printf '%s\\0' "$@" > "$RECORD"
echo out of kexec
echo talk of kexec >&2
exit "$STATUS"
"""


def pytest_configure(config):
    config.addinivalue_line("markers", "plain: the test is not useful, or takes too long, with sanitizers")


def pytest_collection_modifyitems(config, items):
    """Select a share of the tests, so that each test runs once in `make check`: KEXEC_LINEAGE_SHARE=plain selects the
    tests for a program without sanitizers, and KEXEC_LINEAGE_SHARE=sanitized selects all others."""
    share = os.environ.get("KEXEC_LINEAGE_SHARE")
    if not share:
        return
    shares = {"plain": [], "sanitized": []}
    for item in items:
        shares["plain" if is_plain(item) else "sanitized"].append(item)
    items[:] = shares.pop(share)
    config.hook.pytest_deselected(items=sum(shares.values(), []))


def is_plain(item):
    """Return whether the test needs a program without sanitizers. Tests with a real server do: the server takes most of
    their time."""
    return bool({"server", "shards"} & set(item.fixturenames)) or item.get_closest_marker("plain") is not None


@pytest.fixture(scope="session")
def tool():
    path = os.environ.get("KEXEC_LINEAGE", str(REPOSITORY / "build/cli/kexec-lineage"))
    if not os.access(path, os.X_OK):
        pytest.fail(f"no program to test at {path}: build it, or set KEXEC_LINEAGE")
    return Tool(os.path.abspath(path))


@pytest.fixture
def folder():
    """Make an empty folder that every user can read, unlike the folders of pytest."""
    with tempfile.TemporaryDirectory(prefix="kexec-lineage-") as name:
        os.chmod(name, 0o755)
        yield Path(name)


@pytest.fixture
def make_root(folder):
    """Make a fake root from a dict of path to bytes, text, Link or Forbidden."""
    made = []

    def make(*descriptions):
        merged = {}
        for description in descriptions:
            merged.update(description)
        made.append(folder / f"root{len(made)}")
        return build_root(made[-1], merged)

    return make


@pytest.fixture
def unprivileged(tool, folder):
    """Return the same program, run by a user who is subject to file modes."""
    if os.geteuid() != 0:
        return tool
    counters = folder / "counters"  # a coverage build reports counters that it cannot write
    counters.mkdir()
    counters.chmod(0o777)
    prefix = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "env", f"GCOV_PREFIX={counters}"]
    try:
        got = subprocess.run([*prefix, tool.path, "--version"], capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("running as root, and setpriv is not installed")
    if got.returncode != 0:
        pytest.skip(f"another user cannot run the program: {got.stderr.decode(errors='replace')}")
    return Tool(tool.path, prefix)


@pytest.fixture
def expect_text(request):
    """Compare with tests/golden/expected/NAME.txt; UPDATE_GOLDEN=1 writes that file instead."""

    def compare(name, text):
        path = Path(__file__).parent / "expected" / f"{name}.txt"
        if os.environ.get("UPDATE_GOLDEN"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        assert text == path.read_text(), f"differs from {path.name}; UPDATE_GOLDEN=1 rewrites it"

    return compare


@pytest.fixture
def kexec(tool, make_root, folder):
    """Run `load` with a fake kexec that prints its arguments; IMAGE is the kernel."""
    (folder / "bin").mkdir()
    (folder / "bin/kexec").write_text(FAKE_KEXEC)
    (folder / "bin/kexec").chmod(0o755)
    (folder / "vmlinuz").write_bytes(bzimage())
    record = folder / "record"
    record.touch()
    record.chmod(0o666)  # the program may run as another user
    image = str(folder / "vmlinuz")

    def run(arguments, root=None, *, status=0, env=None, program=tool, runs=1, **options):
        """Return the arguments of the last run of kexec, and the messages of `load`."""
        where = make_root(cold(cmdline=RUNNING)) if root is None else root
        arguments = [image if argument == "IMAGE" else argument for argument in arguments]
        environment = {"PATH": f"{folder}/bin:{os.environ['PATH']}", "RECORD": record,
                       "STATUS": str(status), **(env or {})}
        got = program.on(where, "load", *arguments, env=environment, **options)
        assert got.status == status
        assert got.out == b"out of kexec\n" * runs
        parts = got.talk.split("talk of kexec\n")
        assert len(parts) == runs + 1
        talk = "".join(parts)
        words = record.read_text(errors="surrogateescape").split("\0")[:-1]
        return ["IMAGE" if word == image else word for word in words], talk

    return run
