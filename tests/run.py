#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Run the parts of `make check`: build the files that each part needs, run it, and print its time.

usage: run.py [--fuzz-seconds N] [PART...]

Without a PART, all parts run except matrix, variants, arm64, packages and host, which run only if they are named. Each
part prints its own output. At the end the script prints a table with wall and CPU seconds, and the totals in the line
"N passed, N failed, N skipped". A part that ran no test counts as failed.
"""
import argparse
import functools
import os
import resource
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

ROOT = Path(__file__).resolve().parent.parent
PYTHON = "/usr/bin/python3"  # Debian installs python3-pytest for this Python
SANITIZERS = {
    "ASAN_OPTIONS": "detect_leaks=1:strict_string_checks=1",
    "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",
}
COVERAGE_FLOORS = {"core": 95, "lib": 85}  # per cent of lines
ROUNDTRIP_ROUNDS = 1_000_000
LONG_ROUNDTRIP_ROUNDS = 10_000_000
LONG_FLEETS = 10_000
FEATURES = ("hyperscan", "vmcore", "clickhouse")  # optional features of kexec-lineage-fleet
# Factor for meson's timeout of 30 s. The timeout ends a hanging test, and leaves enough time on a slow or busy machine.
PATIENCE, PATIENCE_SANITIZED, PATIENCE_VALGRIND, PATIENCE_EMULATED = 20, 40, 100, 100
CANNOT_RUN = 3  # exit status of the lab if a tool or a package is missing
FUZZ_SECONDS = 2
WAITING_S = 30


@dataclass
class Result:
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: "Result") -> "Result":
        return Result(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def run(command: list[str], **environment: str) -> int:
    print("+", " ".join(command), flush=True)
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}).returncode


def must(command: list[str], **environment: str) -> None:
    if run(command, **environment):
        raise SystemExit(f"cannot continue: {' '.join(command)} failed")


@functools.cache
def configured(folder: str, options: tuple[str, ...], compiler: str) -> Path:
    """Return a build folder below the root. Configure each folder only once per run, because configuring it checks all
    dependencies."""
    path = ROOT / folder
    environment = {"CC": compiler} if compiler else {}
    if not (path / "build.ninja").exists():
        must(["meson", "setup", folder, *options], **environment)
    else:
        must(["meson", "configure", folder, *options])
    return path


def build(folder: str, *options: str, compiler: str = "", target: str = "all") -> Path:
    """Configure and build a build folder."""
    path = configured(folder, (*options, "-Dwerror=true"), compiler)
    must(["ninja", "-C", folder, "--quiet", target])
    return path


def read_junit(path: Path, status: int) -> Result:
    """Return the counts in a JUnit file. If the runner failed but no test did, the runner counts as one failure."""
    result = Result()
    if path.exists():
        for case in ElementTree.parse(path).iter("testcase"):
            if case.find("failure") is not None or case.find("error") is not None:
                result.failed += 1
            elif case.find("skipped") is not None:
                result.skipped += 1
            else:
                result.passed += 1
    if status and not result.failed:
        result.failed += 1
    return result


def meson_test(folder: Path, patience: int, *options: str, **environment: str) -> Result:
    log = folder / "meson-logs" / "testlog.junit.xml"
    log.unlink(missing_ok=True)
    status = run(["meson", "test", "-C", str(folder), "--no-rebuild", "--print-errorlogs", "--suite", "unit",
                  "--timeout-multiplier", str(patience), *options], **environment)
    if not log.exists():  # if a wrapper runs the tests, the log is named after the wrapper
        logs = sorted((folder / "meson-logs").glob("testlog-*.junit.xml"), key=lambda p: p.stat().st_mtime)
        log = logs[-1] if logs else log
    return read_junit(log, status)


def pytest(where: str | list[str], log: Path, *options: str, **environment: str) -> Result:
    log.parent.mkdir(parents=True, exist_ok=True)
    log.unlink(missing_ok=True)
    paths = [where] if isinstance(where, str) else where
    command = [PYTHON, "-m", "pytest", "-q", "-rsfE", "-p", "no:cacheprovider", f"--junitxml={log}", *options, *paths]
    status = run(command, PYTHONDONTWRITEBYTECODE="1", **environment)
    return read_junit(log, status)


def as_many_as_cpus() -> list[str]:
    """Return the options of pytest for one worker per CPU: a test mostly runs one program or one VM, which uses one
    CPU."""
    return ["-n", str(os.cpu_count() or 1), "--dist", "loadgroup", "--durations=10"]


def golden(folder: Path, **environment: str) -> Result:
    return pytest("tests/golden", folder / "golden.xml", *as_many_as_cpus(),
                  KEXEC_LINEAGE=str(folder / "cli/kexec-lineage"), KEXEC_LINEAGE_BUILD=str(folder), **environment)


def part_lint(_: argparse.Namespace) -> Result:
    done = subprocess.run([PYTHON, "tests/lint.py"], cwd=ROOT, capture_output=True, text=True)
    print(done.stdout + done.stderr, end="", flush=True)
    return last_counts(done)


def last_counts(done: subprocess.CompletedProcess) -> Result:
    """Return the counts in the last line of a script's output: "N passed, N failed[, N skipped]"."""
    words = done.stdout.strip().split("\n")[-1].replace(",", "").split()
    try:
        counts = Result(**{name: int(number) for number, name in zip(words[::2], words[1::2])})
    except (ValueError, TypeError):
        counts = Result()
    if done.returncode and not counts.failed:
        counts.failed += 1
    return counts


def part_unit(arguments: argparse.Namespace) -> Result:
    """Run all unit tests, or only those without a server if the part "sanitizers", which has them, runs, too."""
    options = ["--no-suite", "server"] if "sanitizers" in arguments.parts else []
    return meson_test(build("build", "-Dtests=true"), PATIENCE, *options)


def roundtrip(rounds: int) -> Result:
    folder = build("build", "-Dtests=true")
    status = run([str(folder / "tests/unit/test_roundtrip")], LINEAGE_ROUNDS=str(rounds))
    return Result(passed=status == 0, failed=status != 0)


def part_roundtrip(_: argparse.Namespace) -> Result:
    return roundtrip(ROUNDTRIP_ROUNDS)


def fleets() -> Result:
    """Run the random test of identity for many fleets, and check that it fails if any rule of identity is off."""
    folder = build("build", "-Dtests=true")
    status = run([str(folder / "tests/unit/store/test_fleets")], LINEAGE_FLEETS=str(LONG_FLEETS))
    done = subprocess.run([PYTHON, "tests/unit/store/rules_off.py", str(folder)], cwd=ROOT, stdout=subprocess.PIPE,
                          text=True)
    print(done.stdout, end="", flush=True)
    return Result(passed=status == 0, failed=status != 0) + last_counts(done)


def part_variants(_: argparse.Namespace) -> Result:
    """Run all golden tests without sanitizers and the long random tests, and test builds without one feature, without
    all features, and without kexec-lineage-fleet."""
    result = golden(build("build", "-Dtests=true")) + roundtrip(LONG_ROUNDTRIP_ROUNDS) + fleets()
    result += variant({"fleet"}, "-Dfleet=disabled")
    for missing in [{name} for name in FEATURES] + [set(FEATURES)]:
        result += variant(missing, "-Dfleet=enabled", *(f"-D{name}={'disabled' if name in missing else 'enabled'}"
                                                       for name in FEATURES))
    return result


def variant(missing: set[str], *options: str) -> Result:
    """Run the unit tests of a build without some features, and check the features that its kexec-lineage-fleet
    prints."""
    folder = build("build-without-" + "-".join(sorted(missing)), "-Dtests=true", *options)
    program = folder / "cli/kexec-lineage-fleet"
    if missing == {"fleet"}:
        return meson_test(folder, PATIENCE) + Result(passed=not program.exists(), failed=program.exists())
    said = subprocess.run([program, "--version"], capture_output=True, text=True).stdout.split()
    is_right = {name for name in FEATURES if f"-{name}" in said} == missing
    return meson_test(folder, PATIENCE) + Result(passed=is_right, failed=not is_right)


def part_golden(arguments: argparse.Namespace) -> Result:
    """Run all golden tests, or only those that the part "sanitizers" leaves out if this part runs, too."""
    share = "plain" if "sanitizers" in arguments.parts else ""
    return golden(build("build", "-Dtests=true"), KEXEC_LINEAGE_SHARE=share)


def instrumented() -> Path:
    """Make one build that finds memory errors and counts executed lines."""
    return build("build-sanitizers", "-Db_sanitize=address,undefined", "-Db_lundef=false", "-Dcoverage=true",
                 "-Dbuildtype=debug", "-Dtests=true")


def run_instrumented() -> Result:
    """Run the unit and golden tests in this build. Their coverage counters replace those of an earlier run.

    The unit tests use a ClickHouse server with this build. The golden tests that use a server and the tests of results
    of statistics are left out: the parts "golden" and "unit" run them.
    """
    folder = instrumented()
    for counters in folder.rglob("*.gcda"):
        counters.unlink()
    unit = meson_test(folder, PATIENCE_SANITIZED, "--no-suite", "statistics", LINEAGE_ROUNDS="20000", **SANITIZERS)
    return unit + golden(folder, KEXEC_LINEAGE_SHARE="sanitized", **SANITIZERS)


def part_sanitizers(arguments: argparse.Namespace) -> Result:
    arguments.is_counted = True
    return run_instrumented()


def part_valgrind(_: argparse.Namespace) -> Result:
    folder = build("build", "-Dtests=true")
    wrapper = "valgrind --quiet --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite"
    # For a script, valgrind would check only the interpreter.
    return meson_test(folder, PATIENCE_VALGRIND, "--wrap", wrapper, "--no-suite", "script", LINEAGE_ROUNDS="500")


def part_coverage(arguments: argparse.Namespace) -> Result:
    """Evaluate the counters of the part "sanitizers", which runs first if it has not run yet."""
    folder = instrumented()
    ran = Result() if getattr(arguments, "is_counted", False) else run_instrumented()
    result = Result(failed=ran.failed)  # tests that passed are counted in their own part
    for part, floor in COVERAGE_FLOORS.items():
        status = run(["gcovr", "--root", ".", "--object-directory", str(folder), "--filter", f"{part}/",
                      "--fail-under-line", str(floor), str(folder)])
        result += Result(passed=status == 0, failed=status != 0)
    return result


def part_fuzz(arguments: argparse.Namespace) -> Result:
    folder = build("build-fuzz", "-Dfuzz=true", compiler="clang", target="fuzz-targets")
    done = subprocess.run([PYTHON, "tests/fuzz/run.py", "--seconds", str(arguments.fuzz_seconds), str(folder)],
                          cwd=ROOT, stdout=subprocess.PIPE, text=True)
    print(done.stdout, end="", flush=True)
    return last_counts(done)


class Kernels:
    """Build kernels from source while other parts run; the part "lab" waits for the kernels."""

    def __init__(self, *options: str) -> None:
        self.log = ROOT / "build" / "kernels.log"
        self.log.parent.mkdir(exist_ok=True)
        with open(self.log, "w", encoding="utf-8") as log:
            command = [PYTHON, "-m", "lab", "fetch", *options]
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)

    def wait(self) -> float:
        """Wait for all builds and return their CPU time. Tests that need a missing kernel report it."""
        before = cpu_s()
        while self.process.poll() is None:
            print("waiting for the kernels:", self.last_line(), flush=True)
            try:
                self.process.wait(timeout=WAITING_S)
            except subprocess.TimeoutExpired:
                pass
        if self.process.returncode:
            print(self.log.read_text(encoding="utf-8"), flush=True)
        return cpu_s() - before

    def last_line(self) -> str:
        lines = self.log.read_text(encoding="utf-8").splitlines()
        return lines[-1] if lines else "nothing yet"


def build_stage() -> Path:
    """Install all programs into a folder, which has no files of an earlier run, and return its path."""
    stage = build("build", "-Dtests=true") / "stage"
    shutil.rmtree(stage, ignore_errors=True)
    must(["meson", "install", "-C", "build", "--no-rebuild", "--quiet", "--destdir", str(stage)])
    return stage


def vm_tests(arguments: argparse.Namespace, where: str | list[str], log: str, **environment: str) -> Result:
    stage = build_stage()
    arguments.kernels_cpu_s += arguments.kernels.wait()
    environment |= {"KEXEC_LINEAGE_STAGE": str(stage), **accelerator()}
    return pytest(where, ROOT / "build" / log, *as_many_as_cpus(), **environment)


def accelerator() -> dict[str, str]:
    """Try KVM once for all workers. If this attempt fails, each worker tries KVM again."""
    done = subprocess.run([PYTHON, "-m", "lab", "accel"], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    return {"KEXEC_LINEAGE_ACCEL": done.stdout.strip()} if done.returncode == 0 else {}


def part_lab(arguments: argparse.Namespace) -> Result:
    return vm_tests(arguments, "tests/vm", "vm.xml")


# The tests that run in `make check` on fewer kernels or boot loaders, or with fewer hops, loads or stamps.
LONG_FORMS = ("test_arm64.py", "test_consoles.py", "test_hops.py::test_many_hops", "test_module.py",
              "test_module_loaded.py", "test_module_loads.py", "test_module_source.py",
              "test_module_stamps.py::test_broken_stamp_on_the_command_line",
              "test_module_stamps.py::test_broken_stamp_given_to_insmod")


def part_matrix(arguments: argparse.Namespace) -> Result:
    """Run the KHO tests on every kernel that the lab can build, the tests of bugs under UEFI, and long versions of
    tests that are short in `check`."""
    files = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("tests/vm/test_kho*.py"))
    files += ["tests/vm/test_stale_tables.py"]
    files += [f"tests/vm/{name}" for name in LONG_FORMS]
    return vm_tests(arguments, files, "matrix.xml", KEXEC_LINEAGE_MATRIX="1") if files else Result()


def part_arm64(_: argparse.Namespace) -> Result:
    """Build kexec-lineage for arm64, and run its unit tests in QEMU's emulation of a process."""
    if not shutil.which("qemu-aarch64"):
        print("skipped: qemu-aarch64 is not installed", flush=True)
        return Result(skipped=1)
    done = subprocess.run([PYTHON, "-m", "lab", "cross", "aarch64"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    if done.returncode == CANNOT_RUN:  # the lab has printed the reason
        return Result(skipped=1)
    return meson_test(Path(done.stdout.strip()), PATIENCE_EMULATED) if not done.returncode else Result(failed=1)


def part_packages(_: argparse.Namespace) -> Result:
    """Build the packages, and install them in separate root file systems."""
    return pytest("tests/packages", ROOT / "build" / "packages.xml")


def part_host(_: argparse.Namespace) -> Result:
    """Test monitoring and power cuts, and then the packages on a whole machine. The machine's boots take long, so show
    progress."""
    must(["packaging/build-deb"])
    stage = build_stage()
    must([PYTHON, "-m", "lab", "fetch", "built-7.3-disk"])
    parts = pytest("tests/host", ROOT / "build" / "host.xml", *as_many_as_cpus(), KEXEC_LINEAGE_STAGE=str(stage))
    return parts + pytest("tests/machine", ROOT / "build" / "machine.xml", "--capture=no", "--durations=10")


# To add a part: write its function above and add it here. The parts run in this order.
PARTS: dict[str, Callable[[argparse.Namespace], Result]] = {
    "lint": part_lint,
    "unit": part_unit,
    "golden": part_golden,
    "roundtrip": part_roundtrip,
    "sanitizers": part_sanitizers,
    "valgrind": part_valgrind,
    "coverage": part_coverage,
    "fuzz": part_fuzz,
    "lab": part_lab,
    "matrix": part_matrix,
    "variants": part_variants,
    "arm64": part_arm64,
    "packages": part_packages,
    "host": part_host,
}
# These parts run only if they are named: matrix builds more kernels, variants tests rare configurations, arm64 tests
# another architecture, and packages and host need root and a mirror.
BY_NAME_ONLY = {"matrix", "variants", "arm64", "packages", "host"}


def cpu_s() -> float:
    """Return the CPU time (user and system) of this process and of its children that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


@dataclass
class Part:
    """One row of the table at the end."""

    name: str
    result: Result
    wall_s: float
    cpu_s: float

    def __str__(self) -> str:
        counts = f"{self.result.passed:7} {self.result.failed:7} {self.result.skipped:8}"
        return f"{self.name:12} {counts} {self.wall_s:8.0f} {self.cpu_s:8.0f}"


def run_part(name: str, arguments: argparse.Namespace) -> Part:
    """Run one part. Its time includes the wait for kernels that are built in the background."""
    print(f"\n=== {name} ===", flush=True)
    start, start_cpu = time.monotonic(), cpu_s()
    try:
        result = PARTS[name](arguments)
    except SystemExit as reason:
        print(reason, flush=True)
        result = Result(failed=1)
    if result == Result():
        print(f"{name} ran no test", flush=True)
        result = Result(failed=1)
    return Part(name, result, time.monotonic() - start, cpu_s() - start_cpu)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"part to run: {', '.join(PARTS)}")
    parser.add_argument("--fuzz-seconds", type=int, default=FUZZ_SECONDS,
                        help="for each fuzz target (default: %(default)s)")
    parser.set_defaults(kernels_cpu_s=0.0)
    arguments = parser.parse_args()
    unknown = set(arguments.parts) - set(PARTS)
    if unknown:
        parser.error(f"no such part: {', '.join(sorted(unknown))}; the parts are {', '.join(PARTS)}")

    arguments.parts = arguments.parts or [name for name in PARTS if name not in BY_NAME_ONLY]
    if {"lab", "matrix"} & set(arguments.parts):
        arguments.kernels = Kernels(*(["--matrix"] if "matrix" in arguments.parts else []))
    rows = [run_part(name, arguments) for name in arguments.parts]
    print(f"\n{'part':12} {'passed':>7} {'failed':>7} {'skipped':>8} {'wall s':>8} {'CPU s':>8}")
    total = Part("all", sum((row.result for row in rows), Result()), sum(row.wall_s for row in rows),
                 sum(row.cpu_s for row in rows))
    print(*rows, total, sep="\n")
    if arguments.kernels_cpu_s:
        print(f"kernel builds {arguments.kernels_cpu_s:61.0f}")
    print(f"\n{total.result}")
    return 1 if total.result.failed else 0


if __name__ == "__main__":
    sys.exit(main())
