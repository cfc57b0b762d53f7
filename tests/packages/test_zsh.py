# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that zsh completes the same commands and options as bash."""
import re
import subprocess

import pytest

from .conftest import TOP, need

COMPLETION = TOP / "packaging/completion"
# Run a shell in a pseudo-terminal, and make it list the completions.
SCRIPT = r"""
zmodload zsh/zpty
zpty shell zsh -f -i
send() { zpty -w shell "$1" }
until_seen() {
    local text all
    while zpty -r -m shell text "*$1*"; do all+=$text; [[ $all == *$1* ]] && break; done
    print -r -- "$all"
}
send "PS1=; stty -echo; fpath=($1 \$fpath); autoload -U compinit; compinit -u -D"
send "zstyle ':completion:*' list-separator '--'; LISTMAX=1000; unsetopt auto_menu; bindkey '^I' list-choices"
send "stty cols 200; cd $3; print rea''dy"
until_seen ready > /dev/null
zpty -w -n shell "$2"$'\t'
until_seen ' -- ' # wait for the list, because more input ends a completion
zpty -w -n shell $'\x15print do\'\'ne\n'
until_seen done
"""


@pytest.fixture(scope="module")
def complete():
    need("zsh")

    def run(line: str, folder=TOP) -> set[str]:
        got = subprocess.run(["zsh", "-f", "-c", SCRIPT, "zsh", str(COMPLETION), line, str(folder)],
                             capture_output=True, text=True, check=True, timeout=600)
        text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\r", "", got.stdout)
        listed = [line.split(" -- ")[0] for line in text.splitlines() if " -- " in line]
        return {word for line in listed for word in line.split()}

    return run


def bash_words(function: str) -> str:
    return (COMPLETION / "kexec-lineage.bash").read_text().partition(function)[2]


def bash_options() -> dict[str, set[str]]:
    rows = re.findall(r"^    ([a-z |]+)\) echo '([^']+)' ;;$", bash_words("_kexec_lineage_options()"), re.M)
    return {command: {word.rstrip("=") for word in options.split()}
            for commands, options in rows for command in commands.split(" | ")}


def bash_commands() -> set[str]:
    return set(re.search(r"'\) mapfile .* -W '([a-z ]+)'", bash_words("case $command in")).group(1).split())


def test_commands(complete):
    assert complete("kexec-lineage ") == bash_commands()
    assert complete("kexec-lineage help ") == bash_commands() - {"help"}


@pytest.mark.parametrize("command", sorted(bash_options()))
def test_options(complete, command):
    always = {"--root", "--json", "--help", "--version"}
    found = {option for option in complete(f"kexec-lineage {command} --") if option.startswith("--")}
    assert found == bash_options()[command] | always


def test_number_of_lines_by_its_short_name(complete):
    assert "-n" in complete("kexec-lineage log -")
