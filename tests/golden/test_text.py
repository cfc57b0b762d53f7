# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that the text output is unchanged, printable, and coloured only on a terminal."""
import os
import pty
import subprocess

import pytest

from .system import (KHO_BLOB, KHO_FDT, OLDER, OLDEST, RELEASE, cold, kexeced, kho, kho_blobs,
                     kho_fdt, kmsg, lineage_blob, metadata, module, stamp, wrapped)
from .tool import make_environment

COMMANDS = ["show", "stamp", "cmdline", "load", "inspect", "record", "log", "metrics", "doctor", "check"]
FRESH = stamp(4, OLDER, f"{OLDEST}*2", "6.1.0-56-cloud-amd64", made_for=RELEASE)
SYSTEMS = {
    "cold": [cold()],
    "kexec": [kexeced(cmdline=f"ro {FRESH}")],
    "unknown": [{"proc/sys/kernel/osrelease": RELEASE}],
    "not-stamped": [kexeced()],
    "once": [kexeced(), kho("kho-v4", metadata(OLDER, 1))],
    "short-chain": [kexeced(cmdline=stamp(9, OLDER))],
    "all": [kexeced(cmdline=f"ro {FRESH}"), kho("kho-v4", metadata(OLDER, 1)),
            module(OLDER, "5", f"{OLDER}, {OLDEST}"), kmsg(f"6,1,1,-;KHO: exec from: {OLDER} (count 1)")],
    "stale": [kexeced(cmdline=stamp(3, OLDER, made_for="6.6")), {KHO_FDT: kho_fdt("kho-v4"),
                                                                 KHO_BLOB: b"short"}],
    "kho-lineage": [kexeced(), kho_blobs("kho-v1", lineage=lineage_blob(FRESH))],
    "kho-both": [kexeced(), kho_blobs("kho-v4", metadata(OLDER, 1), lineage_blob(FRESH))],
    "kho-one-broken": [kexeced(), kho_blobs("kho-v4", metadata(OLDER, 4)[:72],
                                            lineage_blob(FRESH))],
}


@pytest.mark.parametrize("name", SYSTEMS)
def test_show(tool, make_root, expect_text, name):
    expect_text(f"show-{name}", tool.on(make_root(*SYSTEMS[name]), "show").text)


@pytest.mark.parametrize("name", SYSTEMS)
def test_show_sources(tool, make_root, expect_text, name):
    expect_text(f"sources-{name}", tool.on(make_root(*SYSTEMS[name]), "show", "--sources").text)


INSPECTED = {
    "stamp": FRESH.encode() + b"\n",
    "capture-stamp": stamp(3, "A", "B", kind="p").partition("=")[2].encode(),
    "command-line": f"root=/dev/sda1 {FRESH} quiet\n".encode(),
    "metadata": metadata(OLDER, 2),
    "metadata-in-fdt": wrapped(metadata(OLDER, 2)),
    "kho-v1": kho_fdt("kho-v1"),
    "kho-v4": kho_fdt("kho-v4"),
    "kexec-lineage": lineage_blob(FRESH),
    "unknown": b"\x7fELF" + bytes(range(200)),
}


@pytest.mark.parametrize("name", INSPECTED)
def test_inspect(tool, expect_text, name):
    expect_text(f"inspect-{name}", tool.run("inspect", "-", stdin=INSPECTED[name]).text)


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help(tool, expect_text, command):
    operands = [command] if command else []
    got = tool.run("help", *operands)
    assert (got.status, got.talk) == (0, "")
    expect_text(f"help-{command}" if command else "help", got.text)
    if command != "load":  # load passes --help to kexec
        assert tool.run(*operands, "--help").text == got.text


def run_on_terminal(command, env):
    """Run a command on a pseudo terminal and return its output."""
    master, slave = pty.openpty()
    subprocess.run(command, stdout=slave, env=make_environment(env), timeout=600, check=False)
    os.close(slave)
    text = b""
    try:
        while chunk := os.read(master, 65536):
            text += chunk
    except OSError:  # EIO: the other end is closed and all is read
        pass
    os.close(master)
    return text


@pytest.mark.parametrize("no_color, coloured", [(None, True), ("", True), ("1", False)])
def test_colours(tool, make_root, no_color, coloured):
    root = make_root(*SYSTEMS["stale"])
    shown = run_on_terminal(tool.command(f"--root={root}", "show"), {"NO_COLOR": no_color})
    assert (b"\033[1m" in shown, b"\033[33m" in shown) == (coloured, coloured)
    assert RELEASE.encode() in shown


def test_no_colours_without_a_terminal(tool, make_root):
    assert b"\033" not in tool.on(make_root(*SYSTEMS["stale"]), "show", env={"NO_COLOR": None}).out


# Bytes above 0x7e, some of which are control characters of terminals, are not valid in a release.
ODD_RELEASES = {"UTF-8": "6.1-ü".encode(), "invalid UTF-8": b"6.1-\xff", "C1 control": "6.1-\u009b31m".encode(),
                "lone continuation": b"6.1-\x9b31m", "surrogate": b"6.1-\xed\xa0\x80"}


@pytest.mark.parametrize("name", ODD_RELEASES)
def test_odd_release(tool, make_root, name):
    release = ODD_RELEASES[name]
    root = make_root(kexeced(release=release), kho("kho-v4", metadata(release, 1)),
                     module(release, "2", ""), kmsg(b"6,1,1,-;KHO: exec from: " + release +
                                                    b" (count 1)"))
    got = tool.show(root)
    assert (got["release"], got["previous_release"], got["chain"]) == (None, None, [])
    assert [entry["previous_release"] for entry in got["sources"]] == [None] * 5
    text = tool.on(root, "show", "--sources").text
    assert not [letter for letter in text if not letter.isprintable() and letter != "\n"]


def test_quoted_release(tool, make_root):
    root = make_root(kexeced(release='6.1"\\'))
    assert tool.show(root)["release"] == '6.1"\\'
    assert 'release    6.1"\\\n' in tool.on(root, "show").text


def test_control_bytes_in_arguments_do_not_reach_the_terminal(tool, make_root, folder):
    root = make_root(cold())
    for arguments in (("stamp", "--for=a\033[31m"), ("stamp", "--kind=\033[31m"),
                      ("cmdline", "--for=a\033[31m", "x"), ("inspect", "\033[31m"),
                      ("stamp", "--image=\033[31m"), ("\033[31m",), ("help", "\033[31m"),
                      ("show", "\033[31m")):
        got = tool.on(root, *arguments, cwd=folder)
        assert got.status in (1, 2)
        assert b"\033" not in got.err, arguments
