# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of reports with hostile text: in a real browser, and in git's parser of mails.

The text is in the title, the lines of the crash, the note about a known bug, the label, the module and the host.
"""
import functools
import re
import shutil
import sqlite3
import subprocess

import pytest

from .fleet import Fleet
from .test_report import CONTROL, HOSTILE, markdown_to_html, report
from .test_triage import BAD, OTHERS
from .test_triage_browser import FOREIGN, INJECTIONS, requests_of, started

pytestmark = pytest.mark.plain  # the browser is tested here
# Text of a mail that a mail program, or git, could take for headers, an attachment, a patch, a trailer or another mail.
MAILS = ["---\n diff --git a/x b/x\n", "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n",
         "From: root@x.example\n", "-- >8 --\n", "8< " * 3 + "-" * 60 + "8<\n", "-" * 60 + ">%---", ">8<" * 330,
         "From 0123456789abcdef Mon Sep 17 00:00:00 2001\n", "begin 644 x\n", "--=-=-=\nContent-Type: text/html\n",
         "Signed-off-by: x <x@x.example>\n", "Index: x\n"]
TEXTS = [HOSTILE, CONTROL.replace("\0", ""), *INJECTIONS, *MAILS]
FORBIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f\u0080-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture(scope="module")
def reports(tool, tmp_path_factory):
    """Return a function that prints the reports of all texts in a form."""
    folder = tmp_path_factory.mktemp("hostile")
    fleet = Fleet(tool, folder / "fleet.db")
    for number, text in enumerate(TEXTS):
        line = " ".join(text.split())
        for host in range(8):
            fleet.add(f"7.4.{number}", BAD, 4, 2, signature=f"s{number}z", title=text[:280], host=f"{text}{host}",
                      label=text[:120], frames=text)
            fleet.add(f"7.4.{number}", OTHERS[0], 10, host=f"{text}{host}", label=text[:120])
        with sqlite3.connect(fleet.path) as database:
            database.execute("UPDATE crashes SET module = ?, excerpt = ? WHERE signature = ?",
                             (text, f"{text}\n~~~\n```\n</code></pre>{text}", f"s{number}z"))
        printable = "".join(letter for letter in line if letter.isprintable())
        with open(folder / "known", "a", encoding="utf-8") as known:
            known.write(f"signature: s{number}z\nnote: {printable}\n\n")

    @functools.cache
    def run(form):
        return [report(fleet, f"--known={folder}/known", f"--format={form}", "--hosts", f"s{number}z")
                for number in range(len(TEXTS))]

    return run


@pytest.mark.parametrize("form", ("markdown", "bugzilla", "mail"))
def test_no_control_characters(reports, form):
    for text in reports(form):
        assert not FORBIDDEN.search(text)
        # The note, the title and the lines of the crash are there.
        assert "associated" in text and text.count("\n") > 40


@pytest.mark.skipif(not shutil.which("cmark-gfm"), reason="cmark-gfm is not installed")
def test_markdown_in_a_browser(reports, tmp_path):
    """The browser shows the text, and finds no element of it, requests nothing and runs nothing."""
    body = "".join(map(markdown_to_html, reports("markdown")))
    page = tmp_path / "page.html"
    page.write_text(f"<!DOCTYPE html><html><head><meta charset=utf-8><title>report</title></head><body><main>{body}"
                    "</main></body></html>", encoding="utf-8")
    address = f"file://{page}"
    with started() as browser:
        browser.get(address)
        assert (browser.title, browser.current_url) == ("report", address)
        assert browser.execute_script(FOREIGN) == []
        for element, number in ("style", 0), ("meta", 1), ("h1", len(TEXTS)), ("input", 0), ("del", 0), ("em", 0):
            assert browser.execute_script(f"return document.querySelectorAll('{element}').length") == number, element
        assert requests_of(browser, address) == []
        assert not [line for line in browser.get_log("browser") if line["level"] == "SEVERE"]
        text = browser.find_element("css selector", "main").text
    assert "<script>alert(1)</script>" in text and "onmouseover" in text and not FORBIDDEN.search(text)


@pytest.fixture
def read_by_git(tmp_path):
    """Return a function that checks that git finds the subject and the text of a mail, and no author, patch or scissors."""
    def check(text):
        got = subprocess.run(["git", "mailinfo", "-k", "--scissors", tmp_path / "text", tmp_path / "patch"], input=text,
                             capture_output=True, text=True, check=True)
        assert re.findall(r"^(\w+):", got.stdout, re.MULTILINE) == ["Subject"], got
        assert (tmp_path / "patch").read_text() == ""
        assert (tmp_path / "text").read_text().split() == text.partition("\n\n")[2].split()

    return check


def test_mail_read_by_git(reports, read_by_git):
    for text in reports("mail"):
        read_by_git(text)
        assert max(len(line.encode()) for line in text.splitlines()) <= 998


def test_release_that_looks_like_a_header(tool, folder, read_by_git):
    """The first sentence begins with the release."""
    for number, release in enumerate(("From:", "FROM:", "subject:", "dAte:", "[PATCH]")):
        fleet = Fleet(tool, folder / f"{number}.db")
        for count in range(1, 9):
            fleet.add(release, BAD, 20, 9 * (count > 4), count=count, host=f"h{count}")
        read_by_git(report(fleet, "--format=mail", "sig"))
