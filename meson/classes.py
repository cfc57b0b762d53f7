# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes the table of crash classes and the list of search words from intake/recognise/data.

usage: classes.py ROWS_H WORDS_H CLASSES_TXT SEARCH_TXT HEADER...

ROWS_H is for intake/recognise/class.c, WORDS_H for intake/scan_words.c. The text files describe their formats. The
words that a field may have are read from the C headers. An invalid line fails the build with its file and number.
"""
from __future__ import annotations

import re
import sys
from pathlib import Path

import tables
from tables import Line, c_string, quoted

WORDS_MAX = 64  # as in intake/scan_hyperscan.c
FIELDS = {
    "class": {"header", "needs", "search", "type", "title", "frame", "except", "layout", "gravity", "memory", "second",
              "die", "refine", "source"},
    "no crash": {"header", "needs", "search", "source"},
    "die": {"search", "type", "frame", "except", "gravity", "refine", "source"},
}
EXCEPTION = {"names", "because"}
DEFAULT_EXCEPTION = "objects"
NEEDED = {
    "class": {"header", "type", "source"},
    "no crash": {"header", "source"},
    "die": {"search", "type", "refine", "source"},
}


class Section:
    """A section: its first line, and the line and the value of each field."""

    def __init__(self, line: Line, kind: str):
        self.line = line
        self.kind = kind
        self.fields: dict[str, tuple[Line, str]] = {}

    def add(self, line: Line) -> None:
        name, equals, value = (part.strip() for part in line.text.partition("="))
        known = FIELDS.get(self.kind, EXCEPTION)
        if not equals or not value or name not in known:
            line.fail(f"not 'FIELD = VALUE' with a field of [{self.kind}]: {', '.join(sorted(known))}")
        if name in self.fields:
            line.fail(f"{name} is there twice")
        self.fields[name] = line, value

    def check(self) -> None:
        for name in sorted(NEEDED.get(self.kind, {"because"}) - self.fields.keys()):
            self.line.fail(f"[{self.kind}] without {name}")
        if self.kind == "class" and not self.fields.keys() & {"title", "refine"}:
            self.line.fail("a class needs title or refine, or it has no name")

    def word(self, name: str, allowed: set[str], default: str = "") -> str:
        if name not in self.fields:
            return default
        line, value = self.fields[name]
        if value not in allowed:
            line.fail(f"{name} is invalid, expected one of: {' '.join(sorted(allowed))}")
        return value

    def text(self, name: str) -> str | None:
        return quoted(*self.fields[name]) if name in self.fields else None


def read(file: str) -> list[Section]:
    sections: list[Section] = []
    for line in tables.lines(file):
        match = re.fullmatch(r"\[(class|no crash|die|exception [a-z]+)\]", line.text)
        if match:
            sections.append(Section(line, match.group(1)))
        elif line.text.startswith("["):
            line.fail("not [class], [no crash], [die] or [exception NAME]")
        elif not sections:
            line.fail("a field before the first section")
        else:
            sections[-1].add(line)
    for section in sections:
        section.check()
    return sections


def names(section: Section, reasons: list[str]) -> set[str]:
    """Return the reasons of an exception."""
    if "names" not in section.fields:
        return set()
    line, value = section.fields["names"]
    for word in value.split():
        if word not in reasons:
            line.fail(f"'{word}' is not a reason of enum intake_plumbing")
    return set(value.split())


def passes(section: Section, exceptions: dict[str, set[str]], reasons: list[str]) -> list[str]:
    """Return the reasons that a class passes over: all but its exceptions."""
    named = exceptions.get(DEFAULT_EXCEPTION, set())
    if "except" in section.fields:
        line, value = section.fields["except"]
        named = set()
        for word in value.split():
            if word not in exceptions:
                line.fail(f"'{word}' is not an exception above")
            named |= exceptions[word]
    return [reason for reason in reasons if reason not in named]


def search_word(section: Section) -> str:
    header, needs = section.text("header"), section.text("needs")
    word = section.text("search")
    if section.kind == "die":
        return word
    if word is None:
        if ": " not in header:
            section.line.fail("search is needed, since header has no ': '")
        return header[:header.index(": ") + 2]
    if word not in header and word not in (needs or ""):
        section.fields["search"][0].fail("search is part of neither header nor needs")
    return word


def row(section: Section, reasons: list[str], allowed: dict[str, set[str]]) -> str:
    fields = {}
    for name in ("header", "needs", "title"):
        if name in section.fields:
            fields[name] = c_string(section.text(name))
    if section.kind != "no crash":
        line, value = section.fields["type"]
        if not re.fullmatch(r"[a-z-]+", value):
            line.fail("a type is small letters and '-'")
        fields["type"] = c_string(value)
    fields["rule"] = "INTAKE_FRAME_" + section.word("frame", allowed["frame"], "none").upper()
    fields["layout"] = "INTAKE_LAYOUT_" + section.word("layout", allowed["layout"], "dump").upper()
    fields["gravity"] = "INTAKE_GRAVITY_" + section.word("gravity", allowed["gravity"], "report").upper()
    if reasons:
        fields["passes"] = " | ".join("INTAKE_PLUMBING_" + reason.upper() for reason in reasons)
    if section.word("memory", {"corrupt"}):
        fields["memory"] = "true"
    if section.word("second", {"line"}):
        fields["is_second"] = "true"
    if "die" in section.fields:
        fields["die"] = "INTAKE_DIE_" + section.word("die", allowed["die"]).upper()
    if "refine" in section.fields:
        fields["refine"] = "intake_refine_" + section.word("refine", allowed["refine"])
    return "{\n" + "".join(f"\t.{name} = {value},\n" for name, value in fields.items()) + "}"


def other_words(file: str) -> list[str]:
    found: list[str] = []
    for line in tables.lines(file):
        word = quoted(line, line.text)
        if word in found:
            line.fail("this text is there twice")
        found.append(word)
    return found


def main() -> None:
    rows_h, words_h, classes_txt, search_txt, *headers = sys.argv[1:]

    def words(prefix: str) -> set[str]:
        return set().union(*(tables.enum_words(header, prefix) for header in headers))

    allowed = {"frame": words("INTAKE_FRAME_"), "layout": words("INTAKE_LAYOUT_"), "gravity": words("INTAKE_GRAVITY_"),
               "die": words("INTAKE_DIE_") - {"nothing"}, "refine": words("intake_refine_")}
    reasons = sorted(words("INTAKE_PLUMBING_") - {"dispatch", "fault", "interrupt"})
    exceptions: dict[str, set[str]] = {}
    rows: list[tuple[str, str]] = []
    die = ""
    searched = other_words(search_txt)
    for section in read(classes_txt):
        if section.kind.startswith("exception "):
            exceptions[section.kind.removeprefix("exception ")] = names(section, reasons)
            continue
        passed = passes(section, exceptions, reasons)
        if section.kind == "die":
            die = row(section, passed, allowed)
        else:
            rows.append((section.text("header")[0], row(section, passed, allowed) + ",\n"))
        searched.append(search_word(section))
    if not die:
        sys.exit(f"{classes_txt}: no [die]")
    searched = list(dict.fromkeys(searched))
    if len(searched) > WORDS_MAX:
        sys.exit(f"{classes_txt}: more than {WORDS_MAX} words to search for")
    made = "/* Made by meson/classes.py */\n"
    rows.sort(key=lambda entry: entry[0])
    Path(rows_h).write_text(f"{made}static const struct intake_class classes[] = {{\n"
                            f"{''.join(text for _, text in rows)}}};\n"
                            f"{tables.first_rows('first_classes', [first for first, _ in rows])}"
                            f"static const struct intake_class die_class = {die};\n", encoding="utf-8")
    Path(words_h).write_text(f"{made}static const char *const words[] = {{\n" +
                             "".join(f"\t{c_string(word)},\n" for word in searched) + "\tNULL,\n};\n", encoding="utf-8")


main()
