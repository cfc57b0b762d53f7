#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Switch off one rule of identity at a time, and check that the random test of fleets (test_fleets.c) then fails.

usage: rules_off.py BUILD [--fleets=N] [RULE...]

BUILD is a build folder with tests. Each rule is switched off in a copy of the source file, so that the working tree and
BUILD do not change. Prints the first wrong fleet for each rule. The exit status is 1 if the test passed without a
rule, failed with all rules, or if a rule cannot be found in the source.
"""
from __future__ import annotations

import argparse
import functools
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
IDENTITY, CANDIDATE, MARKS = "store/identity.c", "store/candidate.c", "lib/line_marks.c"
JOIN, HOSTS, WRITE = "store/sqlite/join.c", "store/sqlite/hosts.c", "store/sqlite/write.c"
SEARCH = "store/sqlite/candidates.c"

# The selection of rows in SQL leaves out the rows that some rules exclude. These changes select the rows.
ALL_IDS = (SEARCH, "if (boot->has_kernel_id)\n\t\treturn", "if (0)\n\t\treturn")
ALL_STARTS = (SEARCH, "bool is_set = store_boot_has_set_time(boot);", "bool is_set = false;")
ALL_RELEASES = [(SEARCH, "if (!release_of(boot))\n\t\treturn", "if (1)\n\t\treturn"),
                (SEARCH, "statement, 2, release_of(boot)", "statement, 2, NULL"),
                (SEARCH, "return !release_of(a) ||", "return 1 ||")]

# Each rule: its name, and the replacements (file, text, new text) that switch it off. If two places of the code apply
# the same rule, both are changed. To add a rule: add it here, and add reports to support_fleet.c that only this rule
# connects or separates.
RULES: dict[str, list[tuple[str, str, str]]] = {
    "equal boot ids are one boot": [(JOIN, "= find_by_id(sqlite, host, boot_id, by_id, ret);", "= 0;")],
    "different boot ids are two boots": [
        (IDENTITY, "are_equal = strcmp(a_id, b_id) == 0;",
         "return strcmp(a_id, b_id) == 0 ? STORE_IDENTITY_SAME : STORE_IDENTITY_UNKNOWN;"),
        ALL_IDS],
    "equal first digits of boot ids are one boot": [
        (IDENTITY, "are_equal ? STORE_IDENTITY_SAME :", "are_equal ? STORE_IDENTITY_UNKNOWN :")],
    "different first digits of boot ids are two boots": [
        (IDENTITY, "are_equal ? STORE_IDENTITY_SAME : STORE_IDENTITY_DIFFERENT",
         "are_equal ? STORE_IDENTITY_SAME : STORE_IDENTITY_UNKNOWN")],
    "equal aliases are one boot": [
        (IDENTITY, "const char *rest = b->aliases;\n", "const char *rest = b->aliases;\n\n\treturn false;\n")],
    "different releases are two boots": [
        (IDENTITY, "contradict(a->release, b->release) || contradict(a->build", "contradict(a->build"),
        *ALL_RELEASES],
    "different builds are two boots": [(IDENTITY, " || contradict(a->build, b->build)", "")],
    "starts far apart are two boots": [
        (IDENTITY, "if (started_apart(a, b))", "if (0 && started_apart(a, b))"), ALL_STARTS],
    "an unset clock separates nothing": [
        (IDENTITY, "b->has_time && a->time >= STORE_CLOCK_IS_SET_S &&\n\t       b->time >= STORE_CLOCK_IS_SET_S &&",
         "b->has_time &&")],
    "equal first lines are one boot": [
        (MARKS, "return LINEAGE_MARKS_SAME;\n\treturn possible", "return LINEAGE_MARKS_UNKNOWN;\n\treturn possible")],
    "different first lines are two boots": [
        (MARKS, "possible >= ENOUGH ? LINEAGE_MARKS_DIFFERENT", "possible >= ENOUGH ? LINEAGE_MARKS_UNKNOWN")],
    "equal sampled lines are one boot": [
        (MARKS, "int kind = LINEAGE_MARK_SAMPLED; kind", "int kind = LINEAGE_MARK_CRASH; kind")],
    "equal lines of a crash are one boot": [
        (MARKS, "kind = LINEAGE_MARK_SAMPLED; kind < LINEAGE_MARK_KINDS",
         "kind = LINEAGE_MARK_SAMPLED; kind < LINEAGE_MARK_CRASH")],
    "equal starts are one boot": [
        (IDENTITY, "return llabs((long long)(a->time - b->time)) <= tolerance_s", "return false")],
    "equal starts without a year are one boot": [
        (IDENTITY, "has_set_wall(a) && has_set_wall(b) && wall_distance_s(a, b) <= tolerance_s", "false")],
    "a start needs the release": [
        (IDENTITY, "agree(a->release, b->release) && started_within", "started_within")],
    "the tolerance of a start is small": [
        (IDENTITY, "started_within(a, b, STORE_START_TOLERANCE_S)", "started_within(a, b, STORE_START_ERROR_S)")],
    "a start from an unset clock is ignored": [
        (IDENTITY, "return boot->has_time && boot->time >= STORE_CLOCK_IS_SET_S;", "return boot->has_time;")],
    "a new year from an unset clock is ignored": [
        (IDENTITY, "boot->has_wall_start && new_year > 2 * ZONE_MAX_S", "boot->has_wall_start && new_year >= 0")],
    "dates without a year repeat": [(IDENTITY, "distance > YEAR_S / 2 ?", "distance < 0 ?")],
    "dates with a year take precedence": [(IDENTITY, "STORE_START_ERROR_S + 1 + wall_distance_s", "wall_distance_s")],
    "the nearest start wins": [(CANDIDATE, "distance_s >= best->distance_s", "true")],
    "equally near starts decide nothing": [
        (CANDIDATE, "STORE_IDENTITY_SAME_TIME && !best->is_tie", "STORE_IDENTITY_SAME_TIME")],
    "the nearest start is mutual": [(JOIN, "return found > 0 ? best == id : found;", "return found < 0 ? found : 1;")],
    "a part needs no release": [
        (IDENTITY, "if (identity != STORE_IDENTITY_UNKNOWN)\n\t\treturn identity;\n\tif (tolerance_s",
         "return identity;\n\tif (tolerance_s")],
    "the clocks of a part drift": [
        (IDENTITY, "part->last_uptime_us / 1000000 * DRIFT_US_PER_S / 1000000", "0")],
    "a part does not replace a start": [
        (IDENTITY, "a->is_part == b->is_part ? a_start <= b_start : b->is_part", "a_start <= b_start")],
    "a start from a set clock wins": [(IDENTITY, "bool is_a = order ? order > 0 : has", "bool is_a = has")],
    "a lost kexec is not a boot": [(IDENTITY, "if (a->end != b->end)", "if (0)")],
    "different boot ids are two lost kexecs": [
        (IDENTITY, "if (a->has_kernel_id && b->has_kernel_id)\n\t\treturn", "if (0)\n\t\treturn"),
        ALL_IDS],
    "a lost kexec has the ids of its starter": [
        (WRITE, "error = add_lost_aliases(sqlite, boot, id, ret);", "error = 0;")],
    "different releases are two lost kexecs": [
        (IDENTITY, "if (contradict(a->release, b->release) ||\n", "if (\n"),
        *ALL_RELEASES],
    "different previous releases are two lost kexecs": [
        (IDENTITY, "contradict(a->previous_release, b->previous_release) ||", "")],
    "different counts are two lost kexecs": [(IDENTITY, "b->has_count && a->kexec_count != b->kexec_count", "false")],
    "different lines are two lost kexecs": [
        (IDENTITY, "if (compare_marks(a->marks, b->marks) == LINEAGE_MARKS_DIFFERENT)", "if (0)")],
    "near times are one lost kexec": [(IDENTITY, "return started_within(a, b, STORE_START_ERROR_S) ?", "return false ?")],
    "a name belongs to its machine": [(HOSTS, "name = sqlite_text(statement, 0);", ";")],
    "the rows of a name move to its machine": [(HOSTS, "if (!error && is_new &&", "if (!error && is_new < 0 &&")],
    "a name of two machines belongs to neither": [
        (HOSTS, "if (sqlite3_column_int64(statement, 1) == 1)", "if (sqlite3_column_int64(statement, 1) > 0)")],
    "a crash belongs to its machine": [(WRITE, "if (crash->machine_id)", "if (0)")],
    "equal uptimes are one crash": [(IDENTITY, "<=\n\t\t       STORE_CRASH_UPTIME_TOLERANCE_US", "<= -1")],
    "different uptimes are two crashes": [(IDENTITY, "<=\n\t\t       STORE_CRASH_UPTIME_TOLERANCE_US", ">= 0")],
    "equal times are one crash": [(IDENTITY, "<= STORE_CRASH_TIME_TOLERANCE_S", "<= -1")],
    "different times are two crashes": [(IDENTITY, "<= STORE_CRASH_TIME_TOLERANCE_S", ">= 0")],
}


@functools.cache
def commands(build: Path) -> list[str]:
    """Return the commands that make the test, run in the build folder. The last command links it."""
    return subprocess.run(["ninja", "-C", str(build), "-t", "commands", "tests/unit/store/test_fleets"],
                          stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()


def compile_changed(build: Path, source: str, text: str, folder: Path) -> Path:
    """Compile @text in place of the file @source."""
    changed, result = folder / Path(source).name, folder / (Path(source).name + ".o")
    changed.write_text(text, encoding="utf-8")
    command = next(line for line in commands(build) if line.endswith(f"/{source}") and " -c " in line)
    command = re.sub(r" -M[QF] \S+| -MD", "", command)
    command = re.sub(r" -o \S+ -c \S+$", "", command) + f" -w -I{ROOT / Path(source).parent} -o {result} -c {changed}"
    subprocess.run(command, shell=True, cwd=build, check=True)
    return result


def link(build: Path, objects: list[Path], folder: Path) -> Path:
    """Link the test. The objects come before the libraries, so they replace the members of the libraries."""
    program = folder / "test_fleets"
    command = commands(build)[-1].replace(
        "-o tests/unit/store/test_fleets ", f"-o {program} {' '.join(map(str, objects))} ", 1)
    subprocess.run(command, shell=True, cwd=build, check=True)
    return program


def switch_off(changes: list[tuple[str, str, str]]) -> dict[str, str]:
    """Return the changed text of each file."""
    texts: dict[str, str] = {}
    for source, old, new in changes:
        text = texts.get(source) or (ROOT / source).read_text(encoding="utf-8")
        if text.count(old) != 1:
            raise SystemExit(f"rules_off.py: {source} has this text {text.count(old)} times: {old!r}; correct RULES")
        texts[source] = text.replace(old, new)
    return texts


def run_without(build: Path, changes: list[tuple[str, str, str]], fleets: int) -> tuple[bool, str]:
    """Return whether the test failed, and its message."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        objects = [compile_changed(build, source, text, folder) for source, text in switch_off(changes).items()]
        done = subprocess.run([link(build, objects, folder)], env={**os.environ, "LINEAGE_FLEETS": str(fleets)},
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    said = re.search(r"the store is wrong for fleet \d+", done.stdout)
    return done.returncode != 0, said.group() if said else "a call failed" if done.returncode else "the test passed"


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=Path)
    parser.add_argument("rules", nargs="*", default=list(RULES))
    parser.add_argument("--fleets", type=int, default=1000)
    arguments = parser.parse_intermixed_args()
    build = arguments.build.resolve()
    subprocess.run(["ninja", "-C", str(build), "--quiet", "tests/unit/store/test_fleets"], check=True)
    unknown = set(arguments.rules) - set(RULES)
    if unknown:
        parser.error(f"no such rule: {', '.join(sorted(unknown))}")
    # First check that the test passes with all rules, compiled and linked in the same way. If it failed in any case,
    # its failure without a rule would prove nothing.
    unchanged = [(source, text, text) for source, text, _ in RULES[arguments.rules[0]]]
    has_failed, said = run_without(build, unchanged, arguments.fleets)
    if has_failed:
        raise SystemExit(f"rules_off.py: with all rules: {said}")
    unseen = 0
    for rule in arguments.rules:
        has_failed, said = run_without(build, RULES[rule], arguments.fleets)
        print(f"{'seen' if has_failed else 'NOT SEEN'}: {rule}: {said}", flush=True)
        unseen += not has_failed
    print(f"{len(arguments.rules) - unseen} passed, {unseen} failed, 0 skipped")
    return 1 if unseen else 0


if __name__ == "__main__":
    sys.exit(main())
