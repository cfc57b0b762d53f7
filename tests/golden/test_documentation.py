# SPDX-License-Identifier: GPL-2.0-or-later
"""Do the help, the man page and the completion tell of the same commands and options?"""
import re
import shutil
import subprocess

import pytest

from .conftest import REPOSITORY

MAN_PAGE = REPOSITORY / "man/kexec-lineage.8"
COMPLETION = REPOSITORY / "packaging/completion/kexec-lineage.bash"
BASH_COMPLETION = "/usr/share/bash-completion/bash_completion"
IN_HELP_ONLY = {"--help", "--version"}  # the synopsis of a command need not repeat them


def options_in(text):
    """Options as help prints them: first on their line but for a letter, less what stands behind '='."""
    return set(re.findall(r"^  (?:-[a-z], )?(--[a-z-]+)", text, re.MULTILINE))


@pytest.fixture(scope="module")
def helped(tool):
    """What the help tells: {command: options}, with the global options under ''."""
    text = tool.run("help").text
    commands = re.findall(r"^  ([a-z]+) ", text.partition("Commands:")[2].partition("\nOptions:")[0],
                          re.MULTILINE)
    assert commands
    found = {"": options_in(text)}
    for command in commands:
        found[command] = options_in(tool.run("help", command).text.partition("\nOptions:")[2])
    return found


def man_options(text):
    return {f"--{name}" for name in re.findall(r"Fl Fl ([a-z-]+)", text)}


def man_section(name):
    return re.split(r"^\.Sh ", MAN_PAGE.read_text(), flags=re.MULTILINE)[
        1:] and next(part for part in re.split(r"^\.Sh ", MAN_PAGE.read_text(), flags=re.MULTILINE)
                     if part.startswith(name))


def test_man_synopsis(helped):
    synopsis = {}
    for entry in re.split(r"^\.Nm$", man_section("SYNOPSIS"), flags=re.MULTILINE)[1:]:
        command = re.search(r"^\.Cm ([a-z]+)", entry, re.MULTILINE).group(1)
        synopsis[command] = man_options(entry.partition(f".Cm {command}")[2])
        assert man_options(entry) <= synopsis[command] | helped[""]
    assert synopsis.pop("help") == set()
    assert synopsis == {command: options for command, options in helped.items() if command}


def test_man_description(helped):
    text = man_section("DESCRIPTION")
    before, _, commands = text.partition("The commands are:")
    tagged = re.findall(r"^\.It (.*)$", before, re.MULTILINE)
    assert set().union(*map(man_options, tagged)) == helped[""]
    listed = re.findall(r"^\.It Cm ([a-z]+)", commands, re.MULTILINE)
    assert sorted(listed) == sorted([command for command in helped if command] + ["help"])
    for command, body in re.findall(r"^\.It Cm ([a-z]+)(.*?)(?=^\.It Cm |\Z)", commands,
                                    re.MULTILINE | re.DOTALL):
        assert helped.get(command, set()) <= man_options(body), command


def test_man_tells_the_exit_statuses(tool):
    told = dict(re.findall(r"^\.It ([0-9])\n(.*)$", man_section("EXIT STATUS"), re.MULTILINE))
    line = tool.run("help").text.strip().splitlines()[-1]
    assert dict(re.findall(r"([0-9]) ([a-z ]+)", line)) == told


@pytest.mark.skipif(not shutil.which("mandoc"), reason="mandoc is not installed")
def test_man_page_is_clean():
    got = subprocess.run(["mandoc", "-Tlint", "-W", "warning", MAN_PAGE], capture_output=True,
                         check=False, timeout=600)
    assert (got.returncode, got.stdout, got.stderr) == (0, b"", b"")


@pytest.fixture(scope="module")
def complete():
    """Complete the last of some words as bash would; gives what it offers."""
    if not shutil.which("bash"):
        pytest.skip("bash is not installed")
    script = f"""
        [ ! -f {BASH_COMPLETION} ] || . {BASH_COMPLETION}
        . "$1"; shift
        COMP_WORDS=(); COMP_LINE="$*"; COMP_POINT=${{#COMP_LINE}}; COMP_TYPE=9; COMP_KEY=9
        for word in "$@"; do
            if [[ $word == *=* ]]; then COMP_WORDS+=("${{word%%=*}}" "="); word=${{word#*=}}
                [[ $word ]] || continue
            fi
            COMP_WORDS+=("$word")
        done
        COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
        compopt() {{ :; }}
        _kexec_lineage "$1" "${{@: -1}}" "${{@: -2:1}}"
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """

    def run(*words, cwd=None):
        got = subprocess.run(["bash", "-c", script, "bash", COMPLETION, "kexec-lineage", *words],
                             capture_output=True, text=True, check=False, timeout=600, cwd=cwd)
        assert got.stderr == ""
        return {word.strip() for word in got.stdout.splitlines() if word.strip()}

    return run


def bare(words):
    return {word.rstrip("=") for word in words}


def test_completion_of_commands(helped, complete):
    commands = {command for command in helped if command}
    assert complete("") == commands | {"help"}
    assert complete("--json", "") == commands | {"help"}
    assert complete("help", "") == commands
    assert complete("st") == {"stamp"}


def test_completion_of_options(helped, complete):
    assert bare(complete("--")) == helped[""]
    for command, options in helped.items():
        if command and command != "load":
            assert bare(complete(command, "--")) == helped[""] | options, command
    assert complete("stamp", "--im") == {"--image="}
    assert complete("--roo") == {"--root="}


def test_completion_of_values(complete, folder):
    (folder / "image").write_text("")
    (folder / "images").mkdir()
    assert complete("stamp", "--kind=") == {"k", "p"}
    assert complete("stamp", "--kind", "") == {"k", "p"}
    assert complete("cmdline", "--image=im", cwd=folder) == {"image", "images"}
    assert complete("--root=im", cwd=folder) == {"images"}
    assert complete("inspect", "im", cwd=folder) == {"image", "images"}


def test_completion_behind_a_root_apart(helped, complete, folder):
    assert "show" in complete("--root", str(folder), "")
    assert "--sources" in complete("--root", str(folder), "show", "--so")


def test_completion_of_load(complete, folder):
    (folder / "image").write_text("")
    assert "image" in complete("load", "-l", "im", cwd=folder)
