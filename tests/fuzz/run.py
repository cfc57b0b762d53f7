#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Run the fuzz targets of a build directory for a given time each.

Targets run one after another, each on a copy of its corpus. One line per target shows the number of
executions and the result. Inputs that made a target fail are kept in BUILD/findings.
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
    """Return the fuzz targets of a build: names and programs."""
    found = {
        path.name[len("fuzz_"):]: path
        for path in sorted(build.glob("**/fuzz_*"))
        if path.is_file() and path.stat().st_mode & 0o111 and not path.suffix
    }
    missing = [name for name in wanted if name not in found]
    if missing or not found:
        sys.exit(f"{build}: fuzz targets not found: {' '.join(missing) or 'any'}; build with -Dfuzz=true")
    return {name: path for name, path in found.items() if not wanted or name in wanted}


def executions(log):
    """Return the number of inputs that a run executed, from its log."""
    said = EXECUTIONS.findall(log) or COUNTER.findall(log)
    return int(said[-1]) if said else 0


def fuzz(name, program, seconds, findings):
    """Run one target and print its result; return whether it passed."""
    findings.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        corpus = pathlib.Path(folder) / name
        shutil.copytree(CORPORA / name, corpus) if (CORPORA / name).is_dir() else corpus.mkdir()
        run = subprocess.run(
            [program, corpus, f"-max_total_time={seconds}", "-max_len=4096", "-timeout=10",
             "-rss_limit_mb=1024", "-print_final_stats=1", f"-artifact_prefix={findings}/{name}-"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    count = executions(run.stderr)
    # A target without any execution has not passed.
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
    parser.add_argument("targets", nargs="*", help="names of targets (default: all in the build)")
    parser.add_argument("--seconds", type=int, default=60, help="time for each target (default: 60)")
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
