# SPDX-License-Identifier: GPL-2.0-or-later
"""Golden tests of the command annotate, and of known bugs in the output of triage and report."""
import concurrent.futures
import csv
import fcntl
import io
import json
import os
import re

import pytest

from .conftest import REPOSITORY
from .fleet import Fleet
from .test_triage import BAD, LOST, OTHERS, page_of

KEY = "0123456789abcdef0123456789abcdef"
OTHER_KEY = "fedcba98" * 4
SHIPPED = REPOSITORY / "known/known-bugs"
BROKEN = REPOSITORY / "tests/fixtures/known"
# One fixture for each error of the parser: the line, and what is wrong.
ERRORS = {
    "blank-in-signature": (1, "the signature has a blank"),
    "control-byte": (2, "the line has a character that is not printable UTF-8"),
    "empty-item": (2, "the list of 'release' has an invalid item (expected releases, patterns and ranges as 6.1..6.5, "
                      "separated by commas)"),
    "ignore-no": (2, "the value of 'ignore' is not 'yes' (remove the line for no)"),
    "long-line": (2, "the line is longer than 1024 bytes"),
    "neither": (3, "the paragraph has neither 'signature' nor 'title'"),
    "no-blank": (2, "'note:' is not followed by one blank and a value"),
    "no-colon": (2, "the line is not 'key: value', and no comment"),
    "nothing": (2, "the paragraph says nothing about the bug (expected commit, fixed-in, url, note or ignore)"),
    "open-range": (2, "the list of 'previous' has an invalid item (expected releases, patterns and ranges as 6.1..6.5, "
                      "separated by commas)"),
    "same-bug": (4, "the paragraph is about the same bug as line 1; keep one"),
    "twice": (3, "the paragraph has 'note' twice"),
    "unknown-key": (2, "unknown key 'fixed' (see kexec-lineage-known-bugs(5))"),
    "url": (2, "the url is invalid (expected http:// or https://, no blank)"),
}


@pytest.fixture
def file(folder):
    return folder / "known-bugs"


@pytest.fixture
def annotate(tool, file):
    def run(*arguments, status=0, talk="", **options):
        got = tool.run("annotate", f"--known={file}", *arguments, **options)
        assert (got.status, got.talk) == (status, talk and f"kexec-lineage: annotate: {talk}\n"), got
        return got.text

    return run


@pytest.fixture
def fleet(tool, folder):
    """Return a fleet in which boots after BAD have one crash, and boots after OTHERS[0] another one."""
    fleet = Fleet(tool, folder / "fleet.db")
    for number in range(10):
        host = f"m{number}"
        fleet.add("7.3.4", BAD, 12, 3, host=host, signature=KEY, title="WARNING in one")
        fleet.add("7.3.4", OTHERS[0], 12, 3, host=host, signature=OTHER_KEY, title="WARNING in two")
        fleet.add("7.3.4", OTHERS[1], 40, host=host).add("7.3.4", None, 40, host=host)
    return fleet


# The file -----------------------------------------------------------------------------------------

def test_first_note(annotate, file):
    annotate(KEY, "--url=https://bugzilla.example/1", "--fixed-in=6.1.160, 6.12.2", "--note=a: b # c")
    assert file.read_text() == (f"signature: {KEY}\nfixed-in: 6.1.160, 6.12.2\nurl: https://bugzilla.example/1\n"
                                "note: a: b # c\n")
    assert annotate(KEY) == file.read_text()


BEFORE = f"""# kept
# also kept

# about one
signature: {KEY}
note: old
# inside
url: https://a.example

title: WARNING in b
ignore: yes"""


def test_changes_keep_other_lines(annotate, file):
    """A change keeps comments, empty lines and the order of the lines."""
    file.write_text(BEFORE)
    annotate(KEY, "--note=new", "--commit=12345", "--ignore")
    assert file.read_text() == BEFORE.replace("note: old", "note: new").replace(
        "url: https://a.example\n", "url: https://a.example\ncommit: 12345\nignore: yes\n")
    annotate(KEY, "--url=", "--commit=")
    text = file.read_text()
    assert "url" not in text and "commit" not in text and "# inside\nignore: yes\n\n" in text


def test_a_new_note_is_appended(annotate, file):
    file.write_text(BEFORE)
    annotate(OTHER_KEY, "--note=x")
    assert file.read_text() == BEFORE + f"\n\nsignature: {OTHER_KEY}\nnote: x\n"


def test_remove(annotate, file):
    """The paragraph is removed with its comments, and nothing else."""
    file.write_text(BEFORE)
    annotate(KEY, "--remove")
    assert file.read_text() == "# kept\n# also kept\n\ntitle: WARNING in b\nignore: yes"
    annotate(KEY, "--remove", status=3, talk=f"the file has nothing about '{KEY}'")


def test_releases_select_a_paragraph(annotate, file):
    """Notes about different releases are different paragraphs; the releases select one of them."""
    annotate(KEY, "--release=6.1.*", "--note=a")
    annotate(KEY, "--note=b")
    assert file.read_text() == f"signature: {KEY}\nrelease: 6.1.*\nnote: b\n"
    annotate(KEY, "--release=6.12.*", "--previous=6.1..6.5", "--note=c")
    annotate(KEY, "--note=d", status=1, talk=f"the lines 1 and 5 are about '{KEY}'; choose one with --release and "
                                             "--previous")
    annotate(KEY, "--release=6.1.*", "--remove")
    assert file.read_text() == f"signature: {KEY}\nrelease: 6.12.*\nprevious: 6.1..6.5\nnote: c\n"


def test_a_change_never_makes_the_file_invalid(annotate, file):
    file.write_text(f"signature: {KEY}\nnote: a\n")
    talk = "the file would be invalid: line "
    annotate(KEY, "--url=ftp://x", status=1, talk=f"{talk}3: {ERRORS['url'][1]}")
    for value in ("x\ny", "x\nurl: https://a/b", "x\n\nsignature: 00\nignore: yes", "x\x1b"):
        annotate(KEY, f"--note={value}", status=2, talk="invalid value of an option: it has a control character")
    annotate(KEY, "--note=", status=1, talk=f"{talk}1: {ERRORS['nothing'][1]}")
    annotate(KEY, "--note=" + "x" * 1100, status=1, talk=f"{talk}2: {ERRORS['long-line'][1]}")
    assert file.read_text() == f"signature: {KEY}\nnote: a\n"


def test_keys(annotate, fleet, file):
    """A signature is complete, or the beginning of one in the store; its title is a comment of a new paragraph."""
    annotate(f"--store={fleet.path}", KEY[:6], "--note=a")
    assert file.read_text() == f"# WARNING in one\nsignature: {KEY}\nnote: a\n"
    annotate(KEY[:3], "--note=b")  # the file has only one such signature
    assert "note: b" in file.read_text()
    annotate("77", "--note=c", status=3, talk="'77' is not a complete signature; name the store with --store")
    annotate("lost-kexec", "--note=d")
    assert "signature: lost-kexec\nnote: d\n" in file.read_text()


def test_usage(tool):
    for arguments in ([], ["--export", "x"], ["--export", "--import=x"]):
        got = tool.run("annotate", *arguments)
        assert (got.status, got.talk) == (2, "kexec-lineage: annotate: expected one of KEY, --export and --import=FILE\n")


def test_export_and_import(annotate, file, folder, tool):
    """An exported list can be imported; an import adds paragraphs, and reports each value that it replaces."""
    file.write_text(BEFORE)
    exported = annotate("--export")
    assert exported == f"signature: {KEY}\nurl: https://a.example\nnote: old\n\ntitle: WARNING in b\nignore: yes\n"
    other = folder / "other"
    assert tool.run("annotate", f"--known={other}", "--import=-", stdin=exported.encode()).status == 0
    assert tool.run("annotate", f"--known={other}", "--export").text == exported
    other.write_text(f"signature: {KEY}\nnote: new\n\nsignature: {OTHER_KEY}\nnote: x\n")
    text = annotate(f"--import={other}", talk=f"note of '{KEY}': 'new' replaces 'old'")
    assert text == f"2 known bugs imported into {file}\n"
    assert file.read_text() == BEFORE.replace("note: old", "note: new") + f"\n\nsignature: {OTHER_KEY}\nnote: x\n"


def test_json(annotate):
    annotate(KEY, "--note=a", "--ignore", "--fixed-in=7")
    assert json.loads(annotate("--json", "--export")) == {
        "signature": KEY, "title": None, "release": None, "previous": None, "commit": None, "fixed_in": "7",
        "url": None, "note": "a", "ignore": True, "unsure": False}


def test_default_file(tool, make_root, folder):
    """The default is a file below the root; its folder is created."""
    root = make_root({"etc/hostname": "x"})
    assert tool.on(root, "annotate", KEY, "--note=a").status == 0
    assert (root / "etc/kexec-lineage/known-bugs").read_text() == f"signature: {KEY}\nnote: a\n"


def test_configured_file(tool, make_root, folder):
    """KnownBugs= of the configuration names the file below the root; --known wins."""
    root = make_root({"etc/kexec-lineage.conf": "KnownBugs=/srv/bugs\n", "srv/x": ""})
    assert tool.on(root, "annotate", KEY, "--note=a").status == 0
    assert (root / "srv/bugs").read_text() == f"signature: {KEY}\nnote: a\n"
    assert tool.on(root, "annotate", "--export").text == f"signature: {KEY}\nnote: a\n"
    (folder / "other").write_text("")
    assert tool.on(root, "annotate", f"--known={folder}/other", "--export").status == 3
    (root / "etc/kexec-lineage.conf").write_text("KnownBug=/srv/bugs\n")
    got = tool.on(root, "annotate", KEY, "--note=b")
    assert got.status == 1 and "invalid line" in got.talk and "KnownBugs=FILE" in got.talk
    (folder / "more").write_text(f"signature: {KEY}\nnote: b\n")
    got = tool.on(root, "annotate", f"--import={folder}/more")
    assert (got.status, got.out) == (1, b"") and "invalid line" in got.talk, got
    assert not (root / "etc/kexec-lineage/known-bugs").exists()


@pytest.mark.parametrize("content, why", [(None, "No such file"), ("broken\n", "srv/bugs:1: ")])
def test_configured_file_is_not_readable(tool, make_root, fleet, content, why):
    """A command that reads fails: without the notes of the administrator, its answer would be another one."""
    root = make_root({"etc/kexec-lineage.conf": "KnownBugs=/srv/bugs\n", "srv/x": ""})
    if content:
        (root / "srv/bugs").write_text(content)
    for command in (("annotate", "--export"), ("triage", f"--store={fleet.path}")):
        got = tool.on(root, *command)
        assert got.status == 1 and why in got.talk and got.out == b"", got
    if not content:
        assert tool.on(root, "annotate", KEY, "--note=a").status == 0
        assert tool.on(root, "annotate", "--export").status == 0


def test_import_is_one_change(annotate, file, folder):
    """If one of the imported bugs cannot be added, none is."""
    before = "".join(f"signature: {number}\nnote: x\n\n" for number in range(1999))
    file.write_text(before)
    (folder / "more").write_text(f"signature: {KEY}\nnote: y\n\nsignature: {KEY[::-1]}\nnote: y\n")
    annotate(f"--import={folder}/more", status=1,
             talk="the file would be invalid: line 6001: the file has more than 2000 paragraphs")
    assert file.read_text() == before


def test_a_locked_folder(annotate, file, folder):
    """A change waits for another program, but not forever."""
    lock = os.open(folder, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    annotate(KEY, "--note=x", status=1, talk=f"another program has locked the folder {folder} for 10 s; try again later")
    os.close(lock)
    annotate(KEY, "--note=x")


def test_programs_at_the_same_time(annotate, file):
    """No change is lost if several programs change the file."""
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: annotate(f"{number:032x}", "--note=x"), range(24)))
    assert len(re.findall("^signature: ", file.read_text(), re.MULTILINE)) == 24


@pytest.mark.parametrize("name", ERRORS)
def test_broken_files(tool, name):
    """Each error names the file and the line."""
    path = BROKEN / f"{name}.txt"
    line, text = ERRORS[name]
    got = tool.run("annotate", f"--known={path}", "--export")
    assert (got.status, got.out, got.talk) == (1, b"", f"kexec-lineage: annotate: {path}:{line}: {text}\n")


def test_every_broken_file_is_tested():
    assert sorted(path.stem for path in BROKEN.iterdir()) == sorted(ERRORS)


def test_large_files(annotate, file):
    file.write_text(f"signature: {KEY}\nnote: x\n" + "# " + "x" * 1000 + "\n" + ("# " + "x" * 1000 + "\n") * 1100)
    annotate("--export", status=1, talk=f"{file}:0: the file is larger than 1048576 bytes")
    file.write_text("".join(f"signature: {number}\nnote: x\n\n" for number in range(2001)))
    annotate("--export", status=1, talk=f"{file}:6001: the file has more than 2000 paragraphs")


def test_files_that_cannot_be_read(tool, folder, fleet):
    """A file that the user names must be readable; triage goes on without the default file."""
    for path, why in ((folder / "absent", "No such file or directory"), (folder, "Is a directory")):
        got = fleet.run(f"--known={path}")
        assert (got.status, got.out) == (1, b"") and f"cannot read {path}: {why}" in got.talk
    (folder / "etc/kexec-lineage").mkdir(parents=True)
    (folder / "etc/kexec-lineage/known-bugs").write_text("x\n")
    got = tool.run(f"--root={folder}", "triage", f"--store={fleet.path}")
    assert got.status == 10 and f"{folder}/etc/kexec-lineage/known-bugs:1: the line is not" in got.talk


# The list of the package --------------------------------------------------------------------------

def test_the_shipped_list(tool, make_root):
    """The list is valid, and is read if the administrator has none."""
    root = make_root({"usr/share/kexec-lineage/known-bugs": SHIPPED.read_text()})
    got = tool.on(root, "annotate", "--export")
    assert (got.status, got.talk) == (0, "")
    for commit in ("eb2266312507", "77d48d39e991", "64b45dd46e15"):
        assert f"commit: {commit}\n" in got.text and commit in (REPOSITORY / "docs/transition-bugs.md").read_text()


@pytest.mark.parametrize("previous, release, is_known", [
    ("6.12.117+deb12-cloud-amd64", "5.10.0-46-cloud-amd64", True), ("7.3.4", "6.17.8", True),
    ("6.12.117", "6.12.43", True), ("6.12.117", "6.16.12", True), ("6.1.192", "5.10.0-46-cloud-amd64", False),
    ("6.12.4", "6.1.100", False), ("6.12.117", "6.17.13", False), ("6.12.117", "6.1.160", False),
    ("6.12.117", "6.12.117", False)])
def test_the_paging_bug(tool, folder, previous, release, is_known):
    """docs/transition-bugs.md has the pairs that die. The note never hides a finding: any lost kexec looks the same."""
    fleet = Fleet(tool, folder / "fleet.db")
    fleet.add(release, previous, 8, 8, **LOST).add(release, "6.1.0", 20)
    root = folder / "root/usr/share/kexec-lineage"
    root.mkdir(parents=True)
    (root / "known-bugs").write_text(SHIPPED.read_text())
    got = tool.run(f"--root={folder}/root", "triage", f"--store={fleet.path}", "--hide-known")
    assert got.status == 10
    assert ("Possibly a known bug, fixed in 6.1.160, 6.17.13" in " ".join(got.text.split())) == is_known


# triage and report --------------------------------------------------------------------------------

def test_triage_prints_notes(annotate, fleet, file, folder):
    """Each form of the report says that a finding is known."""
    annotate(KEY, "--fixed-in=7.3.5", "--commit=abcdef", "--url=https://b.example/1", "--note=Update.")
    said = "Known bug, fixed in 7.3.5 (commit abcdef). Update. See https://b.example/1"
    option = f"--known={file}"
    assert " ".join(fleet.run(option).text.split()).count(said) == 1
    assert said in " ".join(" ".join(page_of(fleet, folder, option).said).split())
    rows = list(csv.DictReader(io.StringIO(fleet.run("--csv", option).text)))
    assert {row["known"] for row in rows if row["signature"] == KEY} == {said}
    assert {row["known"] for row in rows if row["signature"] != KEY} == {""}
    report = fleet.run("--json", option).json
    found = {finding["signature"]: finding["known"] for finding in report["findings"]}
    assert found == {OTHER_KEY: None, KEY: {"fixed_in": "7.3.5", "commit": "abcdef", "url": "https://b.example/1",
                                            "note": "Update.", "ignore": False, "unsure": False}}
    assert report["known_left_out"] == 0
    for form in "markdown", "bugzilla", "mail":
        got = fleet.tool.run("report", f"--store={fleet.path}", option, f"--format={form}", KEY)
        assert f"{said[:-9]}" in " ".join(got.text.split()).replace("\\", "")
    got = fleet.tool.run("--json", "report", f"--store={fleet.path}", option, KEY)
    assert got.json["known"]["fixed_in"] == "7.3.5"


@pytest.mark.parametrize("note", [["--fixed-in=7.3.5"], ["--ignore"]])
def test_hide_known(annotate, fleet, file, folder, note):
    """Known bugs are left out and counted; the exit status is that of the others."""
    options = [f"--known={file}", "--hide-known"]
    annotate(KEY, *note)
    report = fleet.run("--json", *options)
    assert report.status == 10 and report.json["known_left_out"] == 1
    assert {finding["signature"] for finding in report.json["findings"]} == {OTHER_KEY}
    text = fleet.run(*options).text
    assert "WARNING in one" not in text and "Left out: 1 crash of known bugs (--hide-known)." in text
    said = " ".join(" ".join(page_of(fleet, folder, *options).said).split())
    assert "WARNING in one" not in said and "Left out: 1 crash of known bugs" in said
    assert KEY not in fleet.run("--csv", *options).text
    annotate(OTHER_KEY, *note)
    got = fleet.run(*options)
    assert got.status == 0 and "Left out: 2 crashes of known bugs" in got.text


@pytest.mark.parametrize("release, previous, hides", [
    ("7.3.4", None, True), ("7.3", None, True), ("7.3.0..7.3.4", None, True), ("..7.3", None, True),
    ("6.*, 7.3.*", None, True),
    ("7.3.5..", None, False), ("7.3.40", None, False), (None, BAD, True), (None, "7.2.9..7.2.10", True),
    (None, OTHERS[0], False), ("7.3.4", OTHERS[0], False)])
def test_releases_of_a_note(annotate, fleet, file, release, previous, hides):
    """A note applies only to its releases, and to findings about its previous releases."""
    limits = {"--release": release, "--previous": previous}
    annotate(KEY, "--note=x", *(f"{option}={value}" for option, value in limits.items() if value))
    report = fleet.run("--json", f"--known={file}", "--hide-known").json
    assert (KEY not in {finding["signature"] for finding in report["findings"]}) == hides


def test_the_administrator_overrides_the_package(tool, folder, fleet):
    for path, note in ("etc/kexec-lineage", "mine"), ("usr/share/kexec-lineage", "theirs"):
        (folder / "root" / path).mkdir(parents=True)
        (folder / "root" / path / "known-bugs").write_text(f"signature: {KEY}\nnote: {note}\n")
    text = tool.run(f"--root={folder}/root", "triage", f"--store={fleet.path}").text
    assert "Known bug. mine" in text and "theirs" not in text


def test_hostile_notes(fleet, file, folder):
    """Text of a note has no effect on a page or a terminal."""
    file.write_text(f"signature: {KEY}\nnote: <script>alert(1)</script> @torvalds **b** %1B[31m =cmd|x\n")
    page = page_of(fleet, folder, f"--known={file}")
    assert "<script>alert(1)</script>" in " ".join(page.said) and "script" not in {tag for tag, _ in page.tags}
    for text in "note: \x1b[31m", "note: \u202ex", "url: javascript:alert(1)", "url: https://x\u0080":
        file.write_text(f"signature: {KEY}\n{text}\n", encoding="utf-8")
        assert fleet.run(f"--known={file}").status == 1


@pytest.mark.parametrize("option", ["--watch=7.3.4", "--policy=-"])
def test_decisions_do_not_hide(fleet, option):
    """A known bug also stops a rollout, and is in a policy."""
    got = fleet.run(option, "--hide-known")
    assert got.status == 2 and f"{option.partition('=')[0]} and --hide-known exclude each other" in got.talk


def test_a_folder_that_cannot_be_written(unprivileged, folder):
    """The file is unchanged, and the error names it."""
    (folder / "shut").mkdir(mode=0o755)
    os.chown(folder / "shut", 0, 0)
    got = unprivileged.run("annotate", f"--known={folder}/shut/known-bugs", KEY, "--note=x")
    assert got.status == 1 and f"annotate: cannot write {folder}/shut/known-bugs: Permission denied" in got.talk
