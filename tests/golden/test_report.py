# SPDX-License-Identifier: GPL-2.0-or-later
"""Golden tests of the command report."""
import email
import email.policy
import json
import re
import shutil
import sqlite3
import subprocess
from html.parser import HTMLParser

import pytest

from .conftest import REPOSITORY
from .fleet import Fleet
from .test_triage import BAD, LOST, OTHERS

CRASHES = REPOSITORY / "tests/fixtures/crashes"
FORMS = ("markdown", "bugzilla", "mail")
SIGNATURE = "1f0e9a4c"
MADE = re.compile(r"kexec-lineage [0-9.]+\.$", re.MULTILINE)
# Markup of each form, links and mentions, a line of a patch, a line that ends a mail, and control bytes.
HOSTILE = ("<script>alert(1)</script> <!-- [x](http://evil.example) ![i](//evil.example/i.png) `code` **b** _i_ ~~s~~ "
           "@torvalds #1 www.evil.example https://evil.example a@b.example | cell :tada: $x$ &lt; \\")
CONTROL = "\x1b[31mred\x1b]0;title\x07\r\nBcc: victim@example.org\r\n\r\n.\r\nFrom me\n\u202eevil\u0000"


@pytest.fixture
def fleet(tool, folder):
    return Fleet(tool, folder / "fleet.db")


def chain_of(*kernels):
    """Return the text of the column chain; the kernels are the newest first."""
    return json.dumps([{"release": release, "runs": runs} for release, runs in kernels], separators=(",", ":"))


@pytest.fixture
def transition(fleet):
    """Return a fleet on ten machines in which boots after BAD crash."""
    for number in range(10):
        host = f"secret-host{number}"
        fleet.add("7.3.4", BAD, 8, 2, host=host, label="Acme One", signature=SIGNATURE)
        fleet.add("7.3.4", BAD, 4, 1, count=2, host=host, label="Acme Two", signature=SIGNATURE)
        fleet.add("7.3.4", None, 20, host=host, label="Acme One")
        for other in OTHERS:
            fleet.add("7.3.4", other, 14, host=host, label="Acme One")
            fleet.add("7.3.4", other, 6, count=2, host=host, label="Acme Two")
        fleet.add("7.3.1", "7.2.8", 3, host=host)
    with sqlite3.connect(fleet.path) as database:
        database.execute("UPDATE boots SET chain = ? WHERE kexec_count = 2", (chain_of(("7.2.9", 1), ("6.1.0", 1)),))
    return fleet


def report(fleet, *arguments, status=0):
    got = fleet.tool.run("report", f"--store={fleet.path}", *arguments)
    assert (got.status, got.talk) == (status, ""), got
    return got.text


@pytest.mark.parametrize("form", FORMS)
def test_report(transition, expect_text, form):
    """Each form has the sentence, the tables, the chains, the hardware and the commands."""
    expect_text(f"report-{form}", MADE.sub("kexec-lineage VERSION.", report(transition, f"--format={form}", SIGNATURE)))


@pytest.mark.parametrize("form", (*FORMS, "json"))
def test_hosts_are_left_out(transition, form):
    """The report names no host and no store, unless the user asks for the hosts."""
    arguments = ["--json"] if form == "json" else [f"--format={form}"]
    text = report(transition, *arguments, SIGNATURE)
    assert "secret-host" not in text and str(transition.path) not in text and "boot0" not in text
    text = report(transition, *arguments, "--hosts", SIGNATURE)
    assert all(f"secret-host{number}" in text for number in range(10)) and str(transition.path) not in text


def test_json(transition):
    """The object has the same facts as the text."""
    got = json.loads(report(transition, "--json", SIGNATURE))
    fields = ("signature", "release", "verdict", "boots", "crashed", "first_bad", "last_good", "hosts")
    assert [got[field] for field in fields] == [SIGNATURE, "7.3.4", "associated", 920, 30, "7.3.4", "7.3.1", None]
    assert got["subject"] == f"general protection fault in read_log in 7.3.4 after a kexec from {BAD}"
    assert got["labels"] == [{"label": "Acme One", "boots": 700, "crashed": 20},
                             {"label": "Acme Two", "boots": 220, "crashed": 10}]
    assert [(chain["crashed"], chain["complete"], [one["release"] for one in chain["kernels"]])
            for chain in got["chains"]] == [(20, True, [BAD, "7.3.4"]), (10, True, ["6.1.0", BAD, "7.3.4"])]
    assert got["frames"] == ["read_log", "read_all"]


def test_figures_are_those_of_triage(transition):
    """The sentences of the report are the sentences of triage."""
    [finding] = transition.report()["findings"]
    got = json.loads(report(transition, "--json", SIGNATURE))
    assert f"{finding['crashed']} of {finding['exposed']} boots after a kexec from {BAD}" in got["sentences"][0]
    flat = " ".join(transition.run().text.split())
    assert all(sentence in flat for sentence in got["sentences"])


@pytest.mark.parametrize("key, signature", [("1f0e", SIGNATURE), (SIGNATURE, SIGNATURE), ("1", "1f"), ("1f", "1f")])
def test_keys(fleet, key, signature):
    """A key is a signature, or the first characters of exactly one."""
    fleet.add("7.3.4", BAD, 9, 2, signature="1f" if len(signature) == 2 else SIGNATURE)
    fleet.add("7.3.4", None, 9, 2, signature="2e")
    assert json.loads(report(fleet, "--json", key))["signature"] == signature


@pytest.mark.parametrize("key, talk", [
    ("3", "no crash has the signature '3' ('kexec-lineage triage' prints the signature of each crash)"),
    ("", "no crash has the signature '' ('kexec-lineage triage' prints the signature of each crash)"),
    ("a", "2 signatures begin with 'a', for example 'ab' and 'ac'; give more characters")])
def test_wrong_keys(fleet, key, talk):
    fleet.add("7.3.4", BAD, 9, 2, signature="ab").add("7.3.4", None, 9, 2, signature="ac")
    got = fleet.tool.run("report", f"--store={fleet.path}", key)
    assert (got.status, got.out, got.talk) == (3, b"", f"kexec-lineage: report: {talk}\n")


def test_usage(tool, fleet):
    got = tool.run("report", f"--store={fleet.path}")
    assert got.status == 2 and "no KEY given" in got.talk
    got = tool.run("report", "--format=html", "x")
    assert got.status == 2 and "invalid --format value 'html' (expected markdown, bugzilla or mail)" in got.talk


def test_release(transition):
    """--release compares only boots of these releases, as triage does."""
    transition.add("7.3.5", BAD, 20, 4, signature=SIGNATURE).add("7.3.5", None, 20)
    assert json.loads(report(transition, "--json", "--release=7.3.5", SIGNATURE))["release"] == "7.3.5"
    got = transition.tool.run("report", f"--store={transition.path}", "--release=6.1", SIGNATURE)
    assert got.status == 3 and "no boot of a release that matches '6.1' had the crash" in got.talk


def test_last_good_release(fleet):
    """The first bad release is the oldest one with the crash; releases without a version have no place in the order."""
    for release, crashed in ("7.10.1", 0), ("7.9.1", 2), ("7.9.0", 0), ("7.8.0", 0), ("abc", 1):
        fleet.add(release, BAD, 20, crashed)
    got = json.loads(report(fleet, "--json", "sig"))
    assert (got["first_bad"], got["last_good"]) == ("7.9.1", "7.9.0")
    text = report(fleet, "sig")
    assert "First bad release: 7.9.1. Last good release: 7.9.0, with 20 boots; at the share of 7.9.1, 2.0 of them" in text
    assert "| 7.8.0 |" not in text and "| 7.10.1 | 20 | 0 | 0 % |" in text


def test_no_order_of_releases(fleet):
    fleet.add("7.3.4", BAD, 9, 2)
    assert "First bad release: 7.3.4; the data have no older release." in report(fleet, "sig")


def test_lost_kexecs(fleet):
    """A cold boot cannot be a lost kexec."""
    fleet.add("5.10.9", None, 400).add("5.10.9", BAD, 20, 12, **LOST)
    for other in OTHERS:
        fleet.add("5.10.9", other, 20)
    got = json.loads(report(fleet, "--json", "lost-kexec"))
    assert got["releases"] == [{"release": "5.10.9", "boots": 80, "crashed": 12}]
    assert f"kexec lost: no sign of life in 5.10.9 after a kexec from {BAD}" == got["subject"]
    assert "## One of these crashes" in report(fleet, "lost-kexec")


def test_lost_kexecs_of_an_unknown_release(fleet):
    """The chains of lost kexecs to an unknown release end in any release, which no command can start."""
    fleet.add("", BAD, 12, 12, **LOST).add("5.10.9", BAD, 4).add("6.1.9", OTHERS[0], 60)
    text = report(fleet, "lost-kexec")
    assert f"| {BAD} -> any release | 12 |" in text and "How to reproduce" not in text


def test_commands(fleet):
    """The commands start the kernels of the most frequent chain that ends in the bad kernel, oldest first."""
    fleet.add("7.3.4", BAD, 20, 9, count=3).add("7.3.4", OTHERS[0], 400, 12)
    with sqlite3.connect(fleet.path) as database:
        database.execute("UPDATE boots SET chain = ? WHERE kexec_count = 3", (chain_of((BAD, 2), ("$(id)'", 1)),))
    text = report(fleet, "sig")
    commands = [line for line in text.splitlines() if line.startswith(("kexec-lineage load", "# cold boot of"))]
    load = "kexec-lineage load -s -l /boot/vmlinuz-{0} --initrd=/boot/initrd.img-{0} --reuse-cmdline && systemctl kexec"
    assert commands == [r"# cold boot of '$(id)'\'''", load.format(BAD), load.format(BAD), load.format("7.3.4")]
    assert r"\$(id)' -> 7.2.9 (2 times) -> 7.3.4" in text
    lab = r"python3 -m lab kexec --logs build/reproduce /boot/vmlinuz-'$(id)'\''' /boot/vmlinuz-7.2.9 /boot/vmlinuz-7.2.9"
    assert f"\n{lab} /boot/vmlinuz-7.3.4\n" in text


def test_long_chain(fleet):
    """A chain of many kexecs is not printed command by command."""
    fleet.add("7.3.4", "7.3.4", 20, 9, count=30).add("7.3.4", BAD, 200, 0)
    with sqlite3.connect(fleet.path) as database:
        database.execute("UPDATE boots SET chain = ? WHERE kexec_count = 30", (chain_of(("7.3.4", 30)),))
    text = report(fleet, "sig")
    assert "| 7.3.4 (31 times) | 9 |" in text and "has 30 kexecs" in text and text.count("kexec-lineage load") == 1


# Hostile text -------------------------------------------------------------------------------------

@pytest.fixture
def hostile(fleet):
    """Return a fleet whose titles, labels, modules, frames and hosts are hostile."""
    text = HOSTILE + CONTROL.replace("\0", "")
    for number in range(10):
        for previous, crashed in ((BAD, 3), *((other, 0) for other in OTHERS)):
            fleet.add("7.3.4", previous, 12, crashed, host=f"{text}{number}", label=text[:128], title=text,
                      frames=f"~~~\n```\n````\n{text}\ndiff --git a/x b/x\n--- a/x\nFrom x\n.", signature="sig")
    with sqlite3.connect(fleet.path) as database:
        database.execute("UPDATE crashes SET module = ?", (text,))
    return fleet


@pytest.mark.parametrize("form", FORMS)
def test_no_control_characters(hostile, form):
    text = report(hostile, f"--format={form}", "--hosts", "sig")
    assert re.findall("[\x00-\x09\x0b-\x1f\x7f\u0080-\u009f\u202e]", text) == []
    assert "%1B[31mred" in text.replace("\\", "")


class Elements(HTMLParser):
    """The elements of a page, their attributes, and the text."""

    def __init__(self, page):
        super().__init__()
        self.found, self.attributes, self.said = set(), [], ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.add(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.said += data


def markdown_to_html(text):
    """Render Markdown as GitHub does, without GitHub's filter for HTML."""
    extensions = [word for name in ("table", "autolink", "strikethrough", "tasklist") for word in ("-e", name)]
    return subprocess.run(["cmark-gfm", "--unsafe", *extensions], input=text, capture_output=True, text=True,
                          check=True).stdout


@pytest.mark.skipif(not shutil.which("cmark-gfm"), reason="cmark-gfm is not installed")
def test_markdown_is_inert(hostile):
    """GitHub's renderer finds only the markup of the report: no link, no image, no mention, no HTML."""
    page = markdown_to_html(report(hostile, "--hosts", "sig"))
    elements = Elements(page)
    assert elements.found == {"h1", "h2", "p", "table", "thead", "tbody", "tr", "th", "td", "pre", "code"}
    assert {name for name, _ in elements.attributes} <= {"align", "class"}
    outside = Elements(re.sub(r"<pre>.*?</pre>", "", page, flags=re.DOTALL)).said
    assert not re.search(r"@[a-z]|#[0-9]", outside)  # the text of a mention and of a link to an issue
    assert "<script>alert(1)</script>" in outside and "**b** _i_ ~~s~~" in outside
    assert "| cell :tada: $x$ &lt; \\" in outside
    assert page.count("<h1>") == 1 and page.count("<pre>") == 3
    assert ">~~~\n```\n````\n" in page and "\ndiff --git" in re.search("<pre>(.*?)</pre>", page, re.DOTALL).group(1)


def test_mail_is_inert(hostile):
    """The mail has its own headers only, and no line that ends it, begins another one, or is part of a patch."""
    text = report(hostile, "--format=mail", "sig")
    mail = email.message_from_string(text, policy=email.policy.default)
    assert mail.keys() == ["Subject", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"]
    assert mail.defects == [] and mail["Subject"].defects == ()
    assert not re.search(r"^(From |\.|---$|--- |-- |diff |Index: )", text, re.MULTILINE)
    assert max(len(line.encode()) for line in text.splitlines()) <= 998
    assert " diff --git a/x b/x" in text.splitlines()


def test_subject_of_a_mail_that_is_not_ascii(fleet):
    """A subject that is not ASCII, or looks encoded, is encoded; a mail program shows it unchanged."""
    for number, title in enumerate(("WARNING in \u00fcber" + "\u4e16" * 40, "=?UTF-8?Q?Bcc=3A?= x")):
        fleet.add("7.3.4", BAD, 9, 2, title=title, signature=f"s{number}")
        text = report(fleet, "--format=mail", f"s{number}")
        mail = email.message_from_string(text, policy=email.policy.default)
        assert str(mail["Subject"]) == f"{title} in 7.3.4"
        assert max(map(len, text.partition("\n\n")[0].splitlines())) <= 78


def test_summary_of_bugzilla(hostile):
    """The summary is one line of at most 255 bytes."""
    first = report(hostile, "--format=bugzilla", "sig").splitlines()[0]
    assert first.startswith("Summary: <script>") and len(first) <= len("Summary: ") + 255


# The lines of the crash ---------------------------------------------------------------------------

CRASH = (CRASHES / "gpf.log").read_text()


def console_of(host, crash=CRASH, start=0, release="7.3.4"):
    """Return a syslog file of one boot with a crash."""
    lines = [f"[    0.000000] Linux version {release} (a@b) #1 SMP", f"[    0.000001] Command line: boot={host}{start}",
             "[    0.000002] kexec_lineage: cold boot", *crash.splitlines()]
    return "".join(f"Nov 24 12:{start:02}:{number % 60:02} {host} kernel: {line}\n"
                   for number, line in enumerate(lines))


@pytest.fixture
def ingest(tool, folder):
    def run(text, *arguments, store=folder / "logs.db"):
        got = tool.run("ingest", f"--store={store}", *arguments, "-", stdin=text.encode())
        assert got.status == 0, got
        return store

    return run


def excerpts(store):
    with sqlite3.connect(store) as database:
        return [text for [text] in database.execute("SELECT excerpt FROM crashes WHERE excerpt IS NOT NULL")]


def signature_of(store):
    with sqlite3.connect(store) as database:
        return database.execute("SELECT signature FROM crashes").fetchone()[0]


def test_the_lines_are_kept_without_prefixes(tool, ingest):
    """The report prints the lines of the crash as the kernel printed them, without the prefixes of the log."""
    store = ingest(console_of("web-3"))
    [text] = excerpts(store)
    assert "web-3" not in text and "Nov 24" not in text and "kernel:" not in text
    printed = [re.sub(r"^\[ *[0-9.]+\](\[[^]]*\])? ?", "", line) for line in CRASH.splitlines()]
    assert set(text.splitlines()) <= {line.replace("\t", " ") for line in printed} and len(text.splitlines()) > 10
    for form in FORMS:
        got = tool.run("report", f"--store={store}", f"--format={form}", signature_of(store)[:8])
        assert text in got.text and "web-3" not in got.text and "Call stack" not in got.text
    got = tool.run("--json", "report", f"--store={store}", signature_of(store)).json
    assert got["excerpt"] == text.splitlines()


def test_the_host_in_the_lines_is_replaced(ingest):
    """A line of the report may have the name of the host as a word."""
    crash = CRASH.replace("Hardware name:", "Hardware name: web-3 web-3.example.org web-30 myweb-3 (web-3)")
    [text] = excerpts(ingest(console_of("web-3.example.org", crash)))
    assert "Hardware name: HOST HOST web-30 myweb-3 (HOST)" in text


def test_few_lines_are_kept(ingest):
    """A signature has at most three crashes with lines, and a crash that is read again has no new lines."""
    for number in range(5):
        store = ingest(console_of(f"web-{number}", start=number))
        ingest(console_of(f"web-{number}", start=number))
    with sqlite3.connect(store) as database:
        assert database.execute("SELECT count(*) FROM crashes").fetchone() == (5,)
    assert len(excerpts(store)) == 3


def test_long_reports_are_cut_in_the_middle(ingest):
    """The first and the last lines are kept, and a line says how many are left out."""
    at = CRASH.splitlines(keepends=True)
    middle = (f"[  120.{2400 + number // 20:06}][  T412]  ? function_number_{number}+0x1/0x2\n"
              for number in range(900))
    long = "".join((*at[:-1], *middle, at[-1]))
    [text] = excerpts(ingest(console_of("web-3", long)))
    [left_out] = re.findall(r"^\[\.\.\. ([0-9]+) lines left out \.\.\.\]$", text, re.MULTILINE)
    assert len(text) <= 16384 and int(left_out) > 100
    assert text.splitlines()[0] in CRASH and "function_number_899+" in text and "function_number_400+" not in text


def test_forgotten_hosts_have_no_lines(tool, ingest):
    """forget removes the lines of a host."""
    store = ingest(console_of("web-1"))
    key = signature_of(store)
    ingest(console_of("web-2", CRASH.replace("Hardware name:", "Hardware name: two"), 1))
    assert tool.run("forget", "--host=web-1", f"--store={store}").status == 0
    assert len(excerpts(store)) == 1 and "Hardware name: two" in tool.run("report", f"--store={store}", key).text
    assert tool.run("forget", "--host=web-2", f"--store={store}").status == 0
    assert excerpts(store) == []


def test_copy_has_the_lines(tool, ingest, folder):
    store = ingest(console_of("web-1"))
    assert tool.run("copy", f"--from={store}", f"--to={folder}/copy.db").status == 0
    assert excerpts(folder / "copy.db") == excerpts(store) != []


def test_hashed_hosts_have_no_lines(tool, folder):
    """A store with hashed names has no lines, which may have a name."""
    root, store = folder / "root", folder / "hashed.db"
    files = {"etc/kexec-lineage.conf": "Hosts=hashed\n", "var/lib/kexec-lineage/host-key": "0a" * 32 + "\n"}
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True)
        (root / path).write_text(text)
        (root / path).chmod(0o600)
    got = tool.run(f"--root={root}", "ingest", f"--store={store}", "-", stdin=console_of("web-1").encode())
    assert got.status == 0 and excerpts(store) == []
    assert "Call stack" in tool.run("report", f"--store={store}", signature_of(store)).text


def test_hostile_lines(tool, ingest):
    """Lines of a report have no effect in any form."""
    evil = "\x1b[31m</code></pre><script>alert(1)</script>\u202e```` @torvalds From x"
    at = CRASH.splitlines(keepends=True)
    time = "[  120.000615][  T412] "
    crash = "".join((*at[:6], f"{time} ? f+0x1/0x2 {evil}\n", f"{time}diff --git a/x b/x\n", *at[6:]))
    store = ingest(console_of("web-1", crash))
    assert "<script>alert(1)</script>" in excerpts(store)[0] and "\ndiff --git a/x b/x\n" in excerpts(store)[0]
    for form in FORMS:
        text = tool.run("report", f"--store={store}", f"--format={form}", signature_of(store)).text
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u202e]", text) and "%E2%80%AE" in text
        assert form != "mail" or not re.search("^(diff|From) ", text, re.MULTILINE)
