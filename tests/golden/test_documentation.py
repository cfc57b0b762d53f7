# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that the help, the man pages and the shell completion describe the same commands, options and exit statuses."""
import re
import shutil
import subprocess

import pytest

from .conftest import REPOSITORY

MAN = REPOSITORY / "man"
PROGRAM_PAGE = MAN / "kexec-lineage.8"
COMPLETION = REPOSITORY / "packaging/completion/kexec-lineage.bash"
ZSH_COMPLETION = REPOSITORY / "packaging/completion/_kexec-lineage"
BASH_COMPLETION = "/usr/share/bash-completion/bash_completion"
COMMANDS = ["show", "stamp", "cmdline", "load", "inspect", "record", "log", "metrics", "doctor", "check", "ingest",
            "listen", "triage", "report", "annotate", "hosts", "forget", "prune", "seal", "send", "copy"]
# Variables in completion/_kexec-lineage that hold options of several commands.
ZSH_VARIABLES = {"$next": {"--kind", "--for", "--image"}, "$store": {"--store"}}


def options_in(text):
    """Return the options that a help prints, without their arguments."""
    return set(re.findall(r"^  (?:-[a-z], )?(--[a-z-]+)", text, re.MULTILINE))


def letters_in(text):
    return set(re.findall(r"^  (-[a-z]), --", text, re.MULTILINE))


@pytest.fixture(scope="module")
def helped(tool):
    """Return the options in the help, {command: options}. The options of the program have the key ''."""
    text = tool.run("help").text
    commands = re.findall(r"^  ([a-z]+) ", text.partition("Commands:")[2].partition("\nOptions:")[0],
                          re.MULTILINE)
    found = {"": options_in(text)}
    for command in commands:
        found[command] = options_in(tool.run("help", command).text.partition("\nOptions:")[2])
    return found


def test_commands(helped):
    assert sorted(command for command in helped if command) == sorted(COMMANDS)


def page(command):
    return MAN / f"kexec-lineage-{command}.8"


def man_options(text):
    return {f"--{name}" for name in re.findall(r"Fl Fl ([a-z-]+)", text)}


def man_section(path, name):
    sections = re.split(r"^\.Sh ", path.read_text(), flags=re.MULTILINE)
    return next(part for part in sections if part.startswith(name))


def tagged(text):
    """Return the first lines of the items of a list."""
    return re.findall(r"^\.It (.*)$", text, re.MULTILINE)


def options_of(command, helped):
    """Return the options that the page of a command must list. `load` has none, because it passes the options of kexec.
    `ingest` has its own --json."""
    return set() if command == "load" else helped[command]


@pytest.mark.parametrize("command", COMMANDS)
def test_man_synopsis(helped, command):
    synopsis = man_section(page(command), "SYNOPSIS")
    before, _, after = synopsis.partition(f".Cm {command}\n")
    assert man_options(before) <= helped[""]
    assert man_options(after) == options_of(command, helped)


@pytest.mark.parametrize("command", COMMANDS)
def test_man_describes_each_option(helped, command):
    """Every option of the help is an item of the page, and every item is an option of the help."""
    items = [item for item in tagged(man_section(page(command), "DESCRIPTION")) if item.startswith("Fl ")]
    assert set().union(*map(man_options, items)) == options_of(command, helped)


@pytest.mark.parametrize("command", COMMANDS)
def test_man_letters(tool, command):
    items = tagged(man_section(page(command), "DESCRIPTION"))
    letters = {f"-{letter}" for item in items for letter in re.findall(r"Fl ([a-z])\b(?! -)", item)}
    assert letters == letters_in(tool.run("help", command).text)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_sections(tool, command):
    """The help has usage, purpose, examples, options and exit status, in this order."""
    text = tool.run("help", command).text
    usage, purpose, *_ = text.split("\n\n")
    assert usage.startswith("Usage: kexec-lineage [--root=DIR] [--json] " + command)
    assert purpose[0].isupper()
    assert re.search(rf"^  (.*\| )?kexec-lineage (--\S+ )?{command}\b", text, re.MULTILINE)
    assert text.splitlines()[-1].startswith("Exit status: ")


@pytest.mark.parametrize("command", COMMANDS)
def test_exit_statuses(tool, command):
    """The help and the page list the same exit statuses."""
    line = tool.run("help", command).text.splitlines()[-1]
    section = man_section(page(command), "EXIT STATUS")
    found = re.findall(r"(?:^|[ ,])([0-9]+) ", line.removeprefix("Exit status:"))
    assert found and found == (["1"] if command == "load" else re.findall(r"^\.It ([0-9]+)$", section, re.MULTILINE))


def test_program_page_lists_commands(helped):
    text = man_section(PROGRAM_PAGE, "DESCRIPTION")
    before, _, after = text.partition("The commands are:")
    assert set().union(*map(man_options, tagged(before))) == helped[""]
    listed = re.findall(r"^\.It Cm ([a-z]+)", after, re.MULTILINE)
    assert sorted(listed) == sorted(COMMANDS + ["help"])
    for command in COMMANDS:
        assert f".Xr kexec-lineage-{command} 8" in after
        assert f".Xr kexec-lineage-{command} 8" in man_section(PROGRAM_PAGE, "SEE ALSO")


def test_program_page_lists_exit_statuses(tool):
    listed = dict(re.findall(r"^\.It ([0-9])\n(.*)$", man_section(PROGRAM_PAGE, "EXIT STATUS"), re.MULTILINE))
    line = tool.run("help").text.strip().splitlines()[-1]
    assert dict(re.findall(r"([0-9]) ([a-z ]+)", line)) == listed


def test_program_page_lists_the_other_exit_statuses(tool):
    """Statuses from 4 on are listed with the commands that use them."""
    section = man_section(PROGRAM_PAGE, "EXIT STATUS")
    for command in COMMANDS:
        line = tool.run("help", command).text.strip().partition("Exit status: ")[2]
        for status in re.findall(r"\b1[0-9]\b", line):
            assert f".Cm {command}" in section.partition(f".It {status}\n")[2].partition(".It ")[0], (command, status)


def test_every_page_is_installed():
    text = (REPOSITORY / "man/meson.build").read_text()
    assert [found.name for found in MAN.glob("*.[0-9]") if f"'{found.name}'" not in text] == []


def test_every_page_is_in_an_rpm_package():
    """Every man page is in an RPM package, except the page of the kexec wrapper, which is not in an RPM package."""
    text = (REPOSITORY / "packaging/kexec-lineage.spec").read_text()
    names = {found.name for found in MAN.glob("*.[0-9]")} - {"kexec-lineage-kexec.8"}
    assert {name for name in names if f"/{name}*" not in text} == set()


def test_every_page_is_in_a_debian_package():
    text = "".join(found.read_text() for found in (REPOSITORY / "packaging/debian").glob("*.install"))
    for found in MAN.glob("*.8"):
        assert f"usr/share/man/man8/{found.name}\n" in text


@pytest.mark.skipif(not shutil.which("mandoc"), reason="mandoc is not installed")
@pytest.mark.parametrize("path", sorted(MAN.glob("*.[0-9]")), ids=lambda path: path.name)
def test_man_page_is_clean(path):
    got = subprocess.run(["mandoc", "-Tlint", "-W", "warning", path], capture_output=True,
                         check=False, timeout=600)
    assert (got.returncode, got.stdout, got.stderr) == (0, b"", b"")


@pytest.mark.skipif(not shutil.which("mandoc"), reason="mandoc is not installed")
def test_man_page_prints_urls_without_blanks():
    got = subprocess.run(["mandoc", "-Tascii", page("ingest")], capture_output=True, check=True, timeout=600)
    text = re.sub(rb".\x08", b"", got.stdout)
    assert b"clickhouse://HOST" in text and b"clickhouses://" in text and b" ://" not in text


def zsh_options(command):
    """Return the options of a command in the completion of zsh."""
    text = ZSH_COMPLETION.read_text()
    branch = re.search(rf"^    {command}\)\n(.*?)^        ;;$", text, re.MULTILINE | re.DOTALL).group(1)
    found = {word for name, words in ZSH_VARIABLES.items() if name in branch for word in words}
    return found | set(re.findall(r"(?:^|[ '{,])(--[a-z-]+)(?==?\[|[},=])", branch, re.MULTILINE))


@pytest.mark.parametrize("command", [command for command in COMMANDS if command != "load"])
def test_zsh_completion(helped, command):
    assert zsh_options(command) | helped[""] == options_of(command, helped) | helped[""]


@pytest.fixture(scope="module")
def complete():
    """Complete the last of several words as bash does, and return the offered words."""
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
    assert complete("triage", "--state=") == {"new", "worse", "gone"}
    assert complete("cmdline", "--image=im", cwd=folder) == {"image", "images"}
    assert complete("--root=im", cwd=folder) == {"images"}
    assert complete("inspect", "im", cwd=folder) == {"image", "images"}


def test_completion_after_a_separate_root(helped, complete, folder):
    assert "show" in complete("--root", str(folder), "")
    assert "--sources" in complete("--root", str(folder), "show", "--so")


def test_completion_of_load(complete, folder):
    (folder / "image").write_text("")
    assert "image" in complete("load", "-l", "im", cwd=folder)
