#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Does any fuzz target of a build directory find something within the given time?

Each target runs on a copy of its corpus, one after another; a line for each says how many inputs
it ran and what came of it. Inputs that broke something stay in BUILD/findings.
"""

import argparse
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

CORPORA = pathlib.Path(__file__).resolve().parent / "corpus"
EXECUTIONS = re.compile(rb"^stat::number_of_executed_units:\s*(\d+)", re.MULTILINE)
COUNTER = re.compile(rb"^#(\d+)\s", re.MULTILINE)


def targets(build, wanted):
    """(name, program) of each fuzz target that was built."""
    found = {
        path.name[len("fuzz_"):]: path
        for path in sorted(build.glob("**/fuzz_*"))
        if path.is_file() and path.stat().st_mode & 0o111 and not path.suffix
    }
    missing = [name for name in wanted if name not in found]
    if missing or not found:
        sys.exit(f"{build}: no fuzz target {' '.join(missing) or 'at all'}; build with -Dfuzz=true")
    return {name: path for name, path in found.items() if not wanted or name in wanted}


def executions(log):
    """How many inputs a run tried, by its own last word."""
    said = EXECUTIONS.findall(log) or COUNTER.findall(log)
    return int(said[-1]) if said else 0


def fuzz(name, program, seconds, findings):
    """Run one target; print its line; return whether all was well."""
    findings.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        corpus = pathlib.Path(folder) / name
        shutil.copytree(CORPORA / name, corpus) if (CORPORA / name).is_dir() else corpus.mkdir()
        run = subprocess.run(
            [program, corpus, f"-max_total_time={seconds}", "-max_len=4096", "-timeout=10",
             "-rss_limit_mb=1024", "-print_final_stats=1", f"-artifact_prefix={findings}/{name}-"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    count = executions(run.stderr)
    # A target that ran nothing has shown nothing.
    good = run.returncode == 0 and count > 0
    print(f"{name}: {count} executions in {seconds} s, {'nothing found' if good else 'FAILED'}",
          flush=True)
    if not good:
        log = findings / f"{name}.log"
        log.write_bytes(run.stderr)
        print(f"  log: {log}")
        for crash in re.findall(rb"Test unit written to (.*)", run.stderr):
            print(f"  reproduce: {program} {crash.decode()}")
    return good


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=pathlib.Path, help="build directory made with -Dfuzz=true")
    parser.add_argument("targets", nargs="*", help="which ones (default: all that were built)")
    parser.add_argument("--seconds", type=int, default=60, help="for each target (default: 60)")
    arguments = parser.parse_intermixed_args()
    build = arguments.build.resolve()
    results = [
        fuzz(name, program, arguments.seconds, build / "findings")
        for name, program in targets(build, arguments.targets).items()
    ]
    print(f"{results.count(True)} passed, {results.count(False)} failed")
    return 1 if results.count(False) else 0


if __name__ == "__main__":
    sys.exit(main())
