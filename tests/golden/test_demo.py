# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of check and report on the findings of `make demo`: a real bug and a planted one.

tests/fixtures/demo.tar.xz has the consoles of a run of the demo, in a folder for each machine (lab/dead.py,
lab/planted.py). The demo itself checks the answers of check on its own consoles.
"""
import email
import email.policy
import itertools
import json
import re
import shutil
import subprocess
import tarfile

import pytest

from .conftest import REPOSITORY
from .system import build_root, cold, kexeced, stamp
from .test_report import Elements, markdown_to_html

CONSOLES = REPOSITORY / "tests/fixtures/demo.tar.xz"
KNOWN = f"--known={REPOSITORY}/known/known-bugs"
OLD, FIRST, SECOND = "5.10.0-46-cloud-amd64", "6.1.0-57-cloud-amd64", "6.12.117+deb12-cloud-amd64"
FORMS = ("markdown", "bugzilla", "mail")
# Kernels that a machine has run since its cold boot, the next kernel -> exit status of check, and its rules.
KEXECS = [
    ((SECOND,), OLD, 10, [("previous_release", SECOND)]),  # the real bug
    ((FIRST,), OLD, 0, []),
    ((SECOND, FIRST), OLD, 0, []),
    ((FIRST, SECOND), OLD, 10, [("previous_release", SECOND)]),
    ((SECOND,) * 3, SECOND, 10, [("kexec_count", 3)]),  # the planted bug
    ((FIRST, SECOND, SECOND), SECOND, 10, [("kexec_count", 3)]),
    ((SECOND,) * 6, SECOND, 10, [("kexec_count", 3)]),
    ((SECOND,), SECOND, 0, []),
    ((SECOND,) * 2, SECOND, 0, []),
    ((FIRST,), SECOND, 0, []),
    ((FIRST,), FIRST, 12, []),
    ((OLD,), SECOND, 12, []),
    ((SECOND,), "7.3.4", 12, []),
]


@pytest.fixture(scope="module")
def store(tool, tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    with tarfile.open(CONSOLES) as archive:
        archive.extractall(folder / "consoles")
    got = tool.run("ingest", f"--store={folder}/fleet.db", "--host-from=dir", folder / "consoles")
    assert got.status == 0, got
    return folder / "fleet.db"


@pytest.fixture(scope="module")
def findings(tool, store):
    """Return {name of the bug: its finding}."""
    got = tool.run("--json", "triage", f"--store={store}", KNOWN).json["findings"]
    assert [one["verdict"] for one in got] == ["associated"] * 2
    return {"real" if one["outcome"] == "lost kexec" else "planted": one for one in got}


def machine(folder, kernels):
    """Make the files of a machine that runs the last of these kernels, after kexecs from the others."""
    running, count = kernels[-1], len(kernels) - 1
    if count == 0:
        return build_root(folder / "machine", cold(release=running))
    runs = [(release, len(list(same))) for release, same in itertools.groupby(reversed(kernels[:-1]))]
    entries = [release if number == 1 else f"{release}*{number}" for release, number in runs]
    line = stamp(count, *entries, made_for=running)
    return build_root(folder / "machine", kexeced(release=running, cmdline=line))


@pytest.mark.parametrize(("kernels", "to", "status", "rules"), KEXECS)
def test_check(tool, folder, store, kernels, to, status, rules):
    """check knows each bug of the demo before the kexec, from the store and from its policy, and nothing else."""
    root = machine(folder, kernels)
    policy = folder / "policy"
    assert tool.run("triage", f"--store={store}", KNOWN, f"--policy={policy}").status == 10
    for source in f"--store={store}", f"--policy={policy}":
        got = tool.on(root, "--json", "check", f"--to={to}", source)
        found = [(rule["factor"], rule["value"] or rule["count"]) for rule in got.json["rules"]]
        assert (got.status, found, got.json["kexec_count"]) == (status, rules, len(kernels)), got


def report(tool, store, finding, form):
    got = tool.run("report", f"--store={store}", KNOWN, f"--format={form}", finding["signature"])
    assert (got.status, got.talk) == (0, ""), got
    return got.text


def facts(finding):
    """Return texts that each form has: numbers, both kernels, and how to reproduce it."""
    if finding["outcome"] == "lost kexec":
        return [f"6 of 6 kexecs from {SECOND} to {OLD} never arrived, and 0 of 6 from other kernels",
                "Possibly a known bug, fixed in 6.1.160, 6.17.13", f"/boot/vmlinuz-{SECOND} /boot/vmlinuz-{OLD}"]
    return [f"{SECOND} crashed in 5 of 5 boots from the 3rd kexec on and in 0 of 10 boots before it",
            f"{SECOND} (4 times)", "RIP: 0010:lab_walk_table", "Call Trace:"]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("bug", ("real", "planted"))
def test_report(tool, store, findings, bug, form):
    """Each form has the facts, and no host, folder or boot id."""
    text = report(tool, store, findings[bug], form)
    flat = " ".join(re.sub(r"\\(?=[^\w\s])", "", text).split())
    assert [fact for fact in facts(findings[bug]) if fact not in flat] == []
    assert not re.search(r"\b(bad|good|machine)[0-9]|/tmp/|/root/|[0-9a-f]{8}-[0-9a-f]{4}-", text)
    assert not re.search("[^\n\x20-\x7e]", text)


@pytest.mark.skipif(not shutil.which("cmark-gfm"), reason="cmark-gfm is not installed")
@pytest.mark.parametrize("bug", ("real", "planted"))
def test_rendered_markdown(tool, store, findings, bug):
    """GitHub's renderer shows every table as a table, and no markup as text."""
    page = markdown_to_html(report(tool, store, findings[bug], "markdown"))
    elements = Elements(page)
    assert elements.found == {"h1", "h2", "p", "table", "thead", "tbody", "tr", "th", "td", "pre", "code"}
    outside = Elements(re.sub(r"<pre>.*?</pre>", "", page, flags=re.DOTALL)).said
    assert "|" not in outside and "\\" not in outside and "**" not in outside
    for fact in facts(findings[bug]):
        assert fact in " ".join(elements.said.split())


@pytest.mark.parametrize("bug", ("real", "planted"))
def test_read_mail(tool, store, findings, bug, folder):
    """Python and git read the same subject and text, and git finds no patch."""
    text = report(tool, store, findings[bug], "mail")
    mail = email.message_from_string(text, policy=email.policy.default)
    assert mail.defects == [] and mail.get_content_type() == "text/plain"
    got = subprocess.run(["git", "mailinfo", "-k", folder / "text", folder / "patch"], input=text, capture_output=True,
                         text=True, check=True)
    assert f"Subject: {mail['Subject']}" in got.stdout.splitlines()
    assert mail["Subject"].endswith((f" in {OLD} after a kexec from {SECOND}", f" in {SECOND} from the 3rd kexec on"))
    assert (folder / "patch").read_text() == ""
    assert (folder / "text").read_text().split() == mail.get_content().split()


@pytest.mark.parametrize("bug", ("real", "planted"))
def test_bugzilla(tool, store, findings, bug):
    """The first line is a summary that Bugzilla accepts; the rest has lines that Bugzilla does not wrap."""
    first, empty, *rest = report(tool, store, findings[bug], "bugzilla").splitlines()
    assert first.startswith("Summary: ") and len(first) <= len("Summary: ") + 255 and empty == ""
    assert len(rest) > 20


def test_the_planted_crash_in_json(tool, store, findings):
    got = json.loads(tool.run("--json", "report", f"--store={store}", findings["planted"]["signature"]).text)
    assert got["frames"][0] == "lab_walk_table" and any("lab_planted" in line for line in got["excerpt"])
