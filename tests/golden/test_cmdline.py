# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that `cmdline` stamps a command line and changes nothing else in it."""
import subprocess

import pytest

from .system import OLDER, RELEASE, Forbidden, cold, devicetree, kexeced, stamp

STAMP = stamp(1, RELEASE)
OLD = stamp(3, OLDER)
ROOM = 2016
NOT_STAMPED = ("kexec-lineage: cmdline: not stamped: with a stamp the command line exceeds the limit of the next "
               "kernel, 2016 bytes (remove parameters)\n")

LINES = {
    "empty": ("", STAMP),
    "plain": ("root=/dev/sda1 ro", f"root=/dev/sda1 ro {STAMP}"),
    "blanks stay": ("  a   b\tc  ", f"  a   b\tc   {STAMP}"),
    "quotes stay": ('x="a b" "y=c d"', f'x="a b" "y=c d" {STAMP}'),
    "old stamp": (f"a {OLD} b", f"a b {STAMP}"),
    "old stamp alone": (OLD, STAMP),
    "two old stamps": (f"{OLD} a {OLD}", f"a {STAMP}"),
    "broken old stamp": ("a kexec_lineage.stamp=rubbish b", f"a b {STAMP}"),
    "old stamp, dashes and quotes": ('a "kexec-lineage.stamp=x y" b', f"a b {STAMP}"),
    "other parameters of the module": ("kexec_lineage.autostamp=0 kexec_lineage.stampx=1",
                                       f"kexec_lineage.autostamp=0 kexec_lineage.stampx=1 {STAMP}"),
    "inside quotes": ('x="kexec_lineage.stamp=1 y"', f'x="kexec_lineage.stamp=1 y" {STAMP}'),
    "before --": ("a -- b c", f"a {STAMP} -- b c"),
    "before the first --": ("a -- b -- c", f"a {STAMP} -- b -- c"),
    "-- first": ("-- init", f"{STAMP} -- init"),
    "-- last": ("a --", f"a {STAMP} --"),
    "-- in quotes": ('x="a -- b" c', f'x="a -- b" c {STAMP}'),
    "--x is a parameter": ("a --x b", f"a --x b {STAMP}"),
    "after -- stays": (f"a -- {OLD}", f"a {STAMP} -- {OLD}"),
    "open quote": ('a "b c', f'a {STAMP} "b c'),
    "bytes outside ASCII": (b"\xff\xfe \xc3\xbc=\x01", b"\xff\xfe \xc3\xbc=\x01 " + STAMP.encode()),
}


@pytest.mark.parametrize("name", LINES)
@pytest.mark.parametrize("way", ["operand", "stdin", "running"])
def test_line(tool, make_root, name, way):
    line, expected = LINES[name]
    line = line if isinstance(line, bytes) else line.encode()
    expected = expected if isinstance(expected, bytes) else expected.encode()
    root = make_root(cold(cmdline=line if way == "running" else "elsewhere"))
    operands = {"operand": ["--", line], "stdin": ["-"], "running": []}[way]
    got = tool.on(root, "cmdline", *operands, stdin=line + b"\nsecond\n")
    assert (got.status, got.out, got.talk) == (0, expected + b"\n", "")
    again = tool.on(root, "cmdline", "--", got.out[:-1])
    assert again.out == got.out


@pytest.mark.parametrize("length", [0, 2016 - len(STAMP) - 1, 2016 - len(STAMP), 2015, 2016, 2017,
                                    2046, 2047, 2048, 100000])
@pytest.mark.parametrize("way", ["operand", "stdin", "running"])
def test_length(tool, make_root, length, way):
    line = "x" * length
    fits = length + 1 + len(STAMP) <= ROOM
    root = make_root(cold(cmdline=line if way == "running" else "y"))
    operands = {"operand": [line], "stdin": ["-"], "running": []}[way]
    got = tool.on(root, "cmdline", *operands, stdin=line.encode())
    expected = (f"{line} {STAMP}" if length else STAMP) if fits else line
    assert (got.status, got.text) == (0, expected + "\n")
    assert got.talk == ("" if fits else NOT_STAMPED)


def test_old_stamp_is_removed_if_the_new_one_does_not_fit(tool, make_root):
    line = "x" * 1990
    got = tool.on(make_root(cold()), "cmdline", f"{OLD} {line}")
    assert (got.status, got.text, got.talk) == (0, line + "\n", NOT_STAMPED)


@pytest.mark.parametrize("line", ["", " ", OLD, f"{OLD} {OLD}"])
def test_empty_line_with_a_device_tree(tool, make_root, line):
    """A stamp would replace the command line that is built into the next kernel."""
    got = tool.on(make_root(devicetree()), "cmdline", "--for=x", line)
    assert (got.status, got.text.strip()) == (0, "")
    assert got.talk == ("kexec-lineage: cmdline: not stamped: the command line is empty, and a stamp would replace the "
                        "one that is built into the next kernel (add a parameter)\n")
    got = tool.on(make_root(devicetree()), "--json", "cmdline", "--for=x", line + " ro")
    assert got.json["stamped"] is True


def test_line_of_init_with_a_device_tree(tool, make_root):
    """A line with only arguments for init is not empty."""
    assert tool.on(make_root(devicetree()), "--json", "cmdline", "--", "-- init").json["stamped"] is True


def test_chain_is_truncated_to_fit(tool, make_root):
    before = stamp(3, OLDER, "6.6", "6.1")
    root = make_root(kexeced(cmdline=before))
    whole = stamp(4, RELEASE, OLDER, "6.6", "6.1")
    for room, expected in ((0, whole), (1, stamp(4, RELEASE, OLDER, "6.6")),
                           (5, stamp(4, RELEASE, OLDER)), (9, stamp(4, RELEASE))):
        line = "x" * (ROOM - 1 - len(whole) + room)
        assert tool.on(root, "cmdline", line).text == f"{line} {expected}\n"


def test_options(tool, make_root):
    root = make_root(cold())
    got = tool.on(root, "cmdline", "--kind=p", "--for=x", "a")
    assert got.text == f"a {stamp(1, RELEASE, kind='p', made_for='x')}\n"
    got = tool.on(root, "cmdline", "a", "--for=x")
    assert got.text == f"a {stamp(1, RELEASE, made_for='x')}\n"
    got = tool.on(root, "cmdline", "--for=x y", "a")
    assert (got.status, got.out) == (2, b"")
    assert "invalid --for value" in got.talk


def test_json(tool, make_root):
    root = make_root(cold())
    assert tool.on(root, "--json", "cmdline", 'x="1"').json == {
        "cmdline": f'x="1" {STAMP}', "stamped": True}
    got = tool.on(root, "--json", "cmdline", b"\xff\x1b")
    assert got.json == {"cmdline": f"%FF%1B {STAMP}", "stamped": True}


def test_unknown_release(tool, make_root):
    got = tool.on(make_root({}), "cmdline", f"a {OLD}")
    assert (got.status, got.text) == (0, "a\n")
    assert got.talk == ("kexec-lineage: cmdline: not stamped: the release of the running kernel is unknown (is /proc "
                        "mounted?)\n")


def test_no_running_line(tool, unprivileged, make_root):
    talk = "kexec-lineage: cmdline: cannot read the running command line (is /proc mounted?)\n"
    got = tool.on(make_root({}), "cmdline")
    assert (got.status, got.out, got.talk) == (1, b"", talk)
    got = unprivileged.on(make_root(cold(), {"proc/cmdline": Forbidden(b"a")}), "cmdline")
    assert (got.status, got.out, got.talk) == (1, b"", talk)


def test_notice_about_an_unknown_count(tool, make_root):
    got = tool.on(make_root(kexeced()), "cmdline", "a")
    assert (got.status, got.text) == (0, f"a {stamp(2, RELEASE)}\n")
    assert "the stamp counts only the known kexecs" in got.talk


def test_stdin_that_is_too_large(tool, make_root):
    got = tool.on(make_root(cold()), "cmdline", "-", stdin=b"x" * ((1 << 20) + 1))
    assert (got.status, got.out) == (1, b"")
    assert got.talk == "kexec-lineage: stdin: file too large (at most 1048576 bytes)\n"
    got = tool.on(make_root(cold()), "cmdline", "-", stdin=b"x" * (1 << 20))
    assert (got.status, len(got.out)) == (0, (1 << 20) + 1)


def test_stdin_that_cannot_be_read(tool, make_root, folder):
    root = make_root(cold())
    got = subprocess.run(["sh", "-c", '"$0" "$1" cmdline - < "$2"', tool.path, f"--root={root}",
                          folder], capture_output=True, timeout=600, check=False)
    assert (got.returncode, got.stdout) == (1, b"")
    assert got.stderr == b"kexec-lineage: stdin: Is a directory\n"
