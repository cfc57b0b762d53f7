# SPDX-License-Identifier: GPL-2.0-or-later
"""The lab's command line: `python3 -m lab COMMAND`, from the top folder of the source tree."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from lab import (
    accel, apt, arch, build, cache, cases, cross, demo, fetch, guest, kernels, module, pairs, scenario, support, vm,
)

TOP = Path(__file__).resolve().parent.parent
STAGE_VARIABLE = "KEXEC_LINEAGE_STAGE"
EXAMPLES = f"""\
examples:
  meson install -C build --destdir stage      install into build/stage, the default of --stage
  python3 -m lab demo                         run the demonstration: real kernels, real kexecs
  python3 -m lab fetch                        download or build the kernels of the tests into the cache
  python3 -m lab run chain --json             run one scenario; print each kernel's report as a line of JSON
  python3 -m lab kexec debian-6.1 debian-6.12 --logs build/logs
                                              boot a kernel, kexec into another one, and keep the console
  python3 -m lab run matrix                   kexec into every kernel of the list
  python3 -m lab cross aarch64                build kexec-lineage and its tests for arm64
  python3 -m lab pairs                        kexec between all pairs of the KHO kernels

The cache is $XDG_CACHE_HOME/kexec-lineage/kernels (default: below ~/.cache). No command needs a network if all
kernels are in the cache. The lab uses the Debian mirror of this machine; {apt.MIRROR_VARIABLE} sets another one.

exit status: 0 done, 1 failed, 2 usage, 3 a required kernel or tool is not available, 4 a VM was lost
"""


def parser() -> argparse.ArgumentParser:
    text = argparse.RawDescriptionHelpFormatter
    about = "Run kexec-lineage on real kernels in QEMU and check the results."
    top = argparse.ArgumentParser(prog="python3 -m lab", description=about, epilog=EXAMPLES, formatter_class=text)
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_fetch(commands.add_parser("fetch", help="download or build kernels into the cache"))
    listing = commands.add_parser("list", help="list the kernels of kernels.toml and show which are in the cache")
    listing.set_defaults(run=list_kernels)
    which = commands.add_parser("accel", help="test KVM and print the accelerator that QEMU will use, kvm or tcg")
    which.set_defaults(run=run_accel)
    other = commands.add_parser("cross", help="build kexec-lineage for another architecture; print the build folder")
    other.add_argument("arch", choices=sorted(set(arch.ALL) - {arch.HOST}))
    other.set_defaults(run=run_cross)
    show = commands.add_parser("demo", help="show a cold boot and four kexecs, live")
    _add_run_options(show, run_demo)
    one = commands.add_parser("run", help="run one scenario and check it")
    one.add_argument("scenario", choices=sorted(cases.CASES), help="; ".join(map(_summary, sorted(cases.CASES))))
    one.add_argument("--json", action="store_true", help="print every kernel's report as one line of JSON")
    _add_run_options(one, run_scenario)
    hops = commands.add_parser("kexec", help="boot a kernel, and kexec into others in this order")
    hops.add_argument("kernel", nargs="+", help="id of kernels.toml, or an image; the first one is booted")
    hops.add_argument("--cpu", default="max", help="CPU of QEMU (default: max, which has 5-level paging)")
    _add_run_options(hops, run_kexec)
    page = commands.add_parser("support", help="print, write or check docs/reference/support.md")
    page.add_argument("--write", action="store_true", help="write docs/reference/support.md")
    page.add_argument("--check", action="store_true", help="fail if docs/reference/support.md is out of date")
    page.set_defaults(run=run_support)
    table = commands.add_parser("pairs", help="print or write docs/reference/kho-pairs.md: kexecs of all KHO kernels")
    table.add_argument("--write", action="store_true", help="write docs/reference/kho-pairs.md")
    _add_run_options(table, run_pairs)
    return top


def _summary(name: str) -> str:
    return f"{name}: {(cases.CASES[name].__doc__ or '').split('.')[0]}"


def _add_fetch(command: argparse.ArgumentParser) -> None:
    command.add_argument("kernel", nargs="*", help="ids of kernels.toml (default: the kernels that the tests need)")
    command.add_argument("--matrix", action="store_true", help="the kernels that `make check-matrix` needs")
    command.add_argument("--all", action="store_true", help="every kernel of the list")
    command.add_argument("--refresh", action="store_true", help="download newer packages if the mirror has them")
    command.set_defaults(run=run_fetch)


def _add_run_options(command: argparse.ArgumentParser, run: Callable[[argparse.Namespace], int]) -> None:
    stage = Path(os.environ.get(STAGE_VARIABLE) or TOP / "build" / "stage")
    where = f"folder in which kexec-lineage is installed (default: ${STAGE_VARIABLE}, else build/stage)"
    command.add_argument("--stage", type=Path, default=stage, help=where)
    command.add_argument("--logs", type=Path, help="keep the serial log in this folder (default: only after a failure)")
    command.set_defaults(run=run)


def run_fetch(options: argparse.Namespace) -> int:
    known = kernels.read()
    ids = [entry.id for entry in known.entries] if options.all else options.kernel
    missing = failed = False
    for entries in [(known.by_id(name),) for name in ids] or known.of_check(options.matrix):
        try:
            kernel = fetch.first_of(entries, options.refresh)
            print(f"{kernel.id:19} {kernel.release:32} {kernel.path}", flush=True)
        except cache.KernelUnavailable as error:
            # first_of() has already reported why an optional kernel is missing.
            if any(entry.required for entry in entries):
                missing = True
                cache.say(str(error))
        except build.BuildFailed as error:
            failed = True
            cache.say(str(error))
    return 3 if missing else int(failed)


def list_kernels(options: argparse.Namespace) -> int:
    print(f"{'kernel':19} {'role':16} {'required':9} {'suites':30} in the cache")
    for entry in kernels.read().entries:
        cached = cache.cached_or_none(entry.id, cache.cache_folder())
        needed = "yes" if entry.required else "no"
        found = cached.release if cached else "-"
        print(f"{entry.id:19} {entry.role or '-':16} {needed:9} {', '.join(entry.suites):30} {found}")
    return 0


def run_accel(options: argparse.Namespace) -> int:
    print(accel.for_kernel(fetch.for_role("first")))
    return 0


def run_cross(options: argparse.Namespace) -> int:
    print(cross.built(options.arch))
    return 0


def run_demo(options: argparse.Namespace) -> int:
    demo.run(options.stage, options.logs)
    return 0


def run_scenario(options: argparse.Namespace) -> int:
    start = time.monotonic()
    case = cases.CASES[options.scenario](cases.cast())

    def show(report: scenario.Report) -> None:
        wrong = cases.problems(case, report)
        if options.json:
            print(json.dumps(dataclasses.asdict(report)), flush=True)
        else:
            shown = report.show()
            lineage = f"{shown['boot']}, count {shown['kexec_count']}, previous {shown['previous_release']}"
            verdict = "; ".join(wrong) or "correct"
            print(f"{report.hop:>3} {report.release:30} {lineage}: {verdict}  {report.at_s:.1f} s", flush=True)

    reports = scenario.run(case.scenario, options.stage, options.logs, show)
    cases.check(case, reports)
    cache.say(f"{options.scenario}: passed, {len(reports) - 1} kexecs, {time.monotonic() - start:.1f} s")
    return 0


def _kernel(name: str) -> cache.Kernel:
    """Return a kernel of the list by its id, or an image by its path."""
    return cache.from_file(Path(name)) if Path(name).is_file() else fetch.get(name)


def run_kexec(options: argparse.Namespace) -> int:
    first, *targets = map(_kernel, options.kernel)
    hops = [scenario.Hop(target, scenario.lineage_load("-s -l")) for target in targets]
    # ingest needs the banner of each kernel, which loglevel=5 hides.
    cmdline = scenario.CMDLINE.replace("loglevel=5", "loglevel=6")
    plan = scenario.Scenario("kexec", first, hops, cmdline, module=True, cpu=options.cpu)

    def show(report: scenario.Report) -> None:
        shown = report.show()
        print(f"{report.hop:>3} {report.release:30} {shown['boot']}, count {shown['kexec_count']}, "
              f"previous {shown['previous_release']}", flush=True)

    scenario.run(plan, options.stage, options.logs, show)
    return 0


def run_support(options: argparse.Namespace) -> int:
    if options.check and not support.is_current():
        cache.say("docs/reference/support.md does not match lab/kernels.toml: run `python3 -m lab support --write`")
        return 1
    if options.write:
        support.write()
    elif not options.check:
        print(support.page(kernels.read()), end="")
    return 0


def run_pairs(options: argparse.Namespace) -> int:
    page = pairs.page(options.stage)
    if options.write:
        pairs.PAGE.write_text(page, encoding="utf-8")
    else:
        print(page, end="")
    return 0


def main(arguments: list[str]) -> int:
    options = parser().parse_args(arguments)
    try:
        return options.run(options)
    except (cache.KernelUnavailable, cross.CrossUnavailable) as error:
        return _end(3, f"cannot run: {error}")
    except vm.LostVM as error:
        return _end(4, f"lost: {error}")
    except scenario.ScenarioFailed as error:
        return _end(1, f"FAILED: {error}")
    except cache.BrokenEntry as error:
        return _end(1, f"not a kernel image: {error}")
    except (build.BuildFailed, module.ModuleFailed, cross.CrossFailed, guest.GuestError, kernels.UnknownKernel,
            vm.QemuMissing) as error:
        return _end(1, str(error))
    except KeyboardInterrupt:
        return _end(130, "interrupted")


def _end(status: int, text: str) -> int:
    cache.say(text)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
