# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes the C table of intake/recognise/panic.c from intake/recognise/data/panics.txt.

usage: panics.py OUTPUT NAMING_H CLASS_H CLASSES_TXT PANICS_TXT

panics.txt describes the format. An invalid line fails the build with its file and number.
"""
from __future__ import annotations

import sys
from pathlib import Path

import tables
from tables import Line, c_string, quoted

FIELDS = {"message", "has", "title", "frame", "follows", "source"}


def read(file: str) -> list[dict[str, tuple[Line, str]]]:
    """Return the line and the value of each field of each section."""
    found: list[dict[str, tuple[Line, str]]] = []
    for line in tables.lines(file):
        name, equals, value = (part.strip() for part in line.text.partition("="))
        if line.text == "[panic]":
            found.append({"": (line, "")})
        elif line.text.startswith("["):
            line.fail("not [panic]")
        elif not found:
            line.fail("a field before the first section")
        elif not equals or not value or name not in FIELDS:
            line.fail(f"not 'FIELD = VALUE' with a field of [panic]: {', '.join(sorted(FIELDS))}")
        elif name in found[-1]:
            line.fail(f"{name} is there twice")
        else:
            found[-1][name] = line, value
    for section in found:
        if "source" not in section:
            section[""][0].fail("[panic] without source")
        if ("message" in section) == ("has" in section):
            section[""][0].fail("[panic] needs either message or has")
    return found


def types(file: str) -> set[str]:
    return {line.text.removeprefix("type = ") for line in tables.lines(file) if line.text.startswith("type = ")}


def row(section: dict[str, tuple[Line, str]], rules: set[str], gravities: set[str], known: set[str]) -> str:
    fields = {name: c_string(quoted(*section[name])) for name in ("message", "has", "title") if name in section}
    line, rule = section.get("frame", (None, "none"))
    if rule not in rules:
        line.fail(f"frame is invalid, expected one of: {' '.join(sorted(rules))}")
    fields["rule"] = "INTAKE_FRAME_" + rule.upper()
    line, follows = section.get("follows", (None, ""))
    for word in follows.split():
        if word not in gravities | known:
            line.fail(f"'{word}' is neither a type of a class nor a gravity")
    masks = ["1U << INTAKE_GRAVITY_" + word.upper() for word in follows.split() if word in gravities]
    if masks:
        fields["gravities"] = " | ".join(masks)
    fields["types"] = c_string(" ".join(word for word in follows.split() if word not in gravities))
    return "\t{ " + ", ".join(f".{name} = {value}" for name, value in fields.items()) + " },\n"


def main() -> None:
    output, naming, classes_h, classes_txt, file = sys.argv[1:]
    gravities = tables.enum_words(classes_h, "INTAKE_GRAVITY_")
    rules = tables.enum_words(naming, "INTAKE_FRAME_")
    rows = [row(section, rules, gravities, types(classes_txt)) for section in read(file)]
    Path(output).write_text("/* Made by meson/panics.py */\nstatic const struct intake_panic panics[] = {\n" +
                            "".join(rows) + "};\n", encoding="utf-8")


main()
