# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that `show` reads IMA's list of measurements, compares it with the TPM, and then prefers it to all other
sources."""
import struct

import pytest

from .machine import Machine
from .system import (IMA_FOLDER, IMA_LIST, OLDER, OLDEST, PCR, RELEASE, Forbidden, cold, ima, kexeced, kho, measured,
                     measurement, metadata, replay, report, source, stamp)

LIST = measured(OLDEST, OLDER, RELEASE)
CHAIN = [(OLDER, 1), (OLDEST, 1)]
ATTESTED = "PCR 10 of the TPM attests it"
UNATTESTED = "no TPM attests it; not used"
UNNAMED = f"{ATTESTED}, but the previous kernel did not measure its release (ima_policy=critical_data)"
SECOND = len(measured(OLDEST))


def attested(*, previous=OLDER, count=2, chain=CHAIN, detail=ATTESTED, **options):
    return report(source("ima", previous=previous, count=count, detail=detail), previous=previous, count=count,
                  chain=chain, **options)


def absent(detail, status="absent"):
    return report(source("ima", status, detail=detail))


def test_list_that_the_tpm_attests(tool, make_root):
    """The first kernel may have been started by a kernel without IMA, so that the chain is not complete."""
    assert tool.show(make_root(kexeced(), ima(LIST))) == attested()


def test_next_stamp_is_not_complete(tool, make_root):
    got = tool.on(make_root(kexeced(), ima(LIST)), "stamp")
    assert got.text == stamp(3, RELEASE, OLDER) + "\n"


def test_list_without_a_tpm_is_not_used(tool, make_root):
    got = tool.show(make_root(kexeced(), {IMA_LIST: LIST}))
    assert got == report(source("ima", previous=OLDER, count=2, detail=UNATTESTED))


@pytest.mark.parametrize("content", ["", "00\n", "zz" * 32 + "\n", "0" * 66 + "\n"])
def test_register_that_cannot_be_parsed(tool, make_root, content):
    got = tool.show(make_root(kexeced(), {IMA_LIST: LIST, f"{PCR}/10": content}))
    assert got == report(source("ima", previous=OLDER, count=2, detail=UNATTESTED))


@pytest.mark.parametrize("changed", [LIST.replace(OLDEST.encode(), b"6.66.666"), LIST[SECOND:], LIST[:SECOND] + LIST])
def test_changed_list_is_not_used(tool, make_root, changed):
    got = tool.show(make_root(kexeced(), ima(changed, replay(LIST))))
    assert got == absent("PCR 10 of the TPM does not match IMA's list", "malformed")


def test_list_grows_before_the_register(tool, make_root):
    """The kernel adds a measurement to the list before it extends the register."""
    grown = LIST + measurement("/bin/sh") + measurement("/bin/true")
    assert tool.show(make_root(kexeced(), ima(grown, replay(LIST)))) == attested()
    cut = measured(OLDEST, OLDER) + measurement("boot_aggregate")
    rest = measurement("kernel_version", RELEASE.encode())
    got = tool.show(make_root(kexeced(), ima(cut + rest, replay(cut))))
    assert got == absent("PCR 10 of the TPM does not match IMA's list", "malformed")


def test_violation_is_not_attested(tool, make_root):
    """The register does not cover the content of a violation."""
    forged = measurement("boot_aggregate", violation=True) + measurement("kernel_version", b"6.6", violation=True)
    assert tool.show(make_root(kexeced(), ima(LIST + forged))) == attested()


def test_other_registers_and_templates(tool, make_root):
    other = measurement("/bin/sh", pcr=11)
    strange = measurement("", template="d-ng") + measurement("/x", template="ima-sig")
    odd = struct.pack("=I", 10) + b"\1" * 20 + struct.pack("=I4sI", 4, b"d-ng", 3) + b"abc"
    got = tool.show(make_root(kexeced(), ima(LIST[:SECOND] + other + strange + odd + LIST[SECOND:])))
    assert got == attested()


def start(release=None, **options):
    """Return the first measurements of a kernel."""
    return measurement("boot_aggregate", **options) + (measurement("kernel_version", release) if release else b"")


FORGED = measurement("boot_aggregate", pcr=11) + measurement("kernel_version", b"6.6.6", pcr=11)
RESET = FORGED.replace(struct.pack("=I", 11), struct.pack("=I", 16))
NAMED = measurement("boot_aggregate", content=b"#!/bin/sh")
FORGERIES = {
    "register that the list does not cover": LIST[:SECOND] + FORGED + LIST[SECOND:],
    "first on a register that programs can reset": RESET + LIST,
    "number of a register changed": LIST + start(b"6.6.6").replace(struct.pack("=I", 10), struct.pack("=I", 11)),
    "program with this name": LIST + NAMED,
    "program with this name before another one": LIST + NAMED + measurement("kernel_version"),
    "program with this name in the middle": LIST[:SECOND] + NAMED + LIST[SECOND:],
    "keys of a keyring with this name": LIST + measurement("boot_aggregate", b"key"),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_forged_kernel_is_ignored(tool, make_root, name):
    files = ima(FORGERIES[name]) | {f"{PCR}/16": replay(RESET, 16)}
    assert tool.show(make_root(kexeced(), files)) == attested()


def test_program_after_a_cold_boot(tool, make_root):
    got = tool.show(make_root(cold(), ima(measured(RELEASE) + NAMED)))
    assert source("ima", "absent", detail="IMA's list begins with this kernel") in got["sources"]
    assert got["boot"] == "cold"


def test_kernels_with_different_algorithms(tool, make_root):
    """The digests of two kernels differ if their algorithms do. Then only a kernel that measures its release counts."""
    kernels = start(OLDEST.encode(), algorithm="sha1") + start() + start(OLDER.encode()) + start(RELEASE.encode())
    assert tool.show(make_root(kexeced(), ima(kernels + measurement("/init")))) == attested()


def test_later_kernel_version_is_not_used(tool, make_root):
    """A keyring may have any name, and a policy may measure its keys."""
    late = measurement("kernel_version", b"6.6.6")
    assert tool.show(make_root(kexeced(), ima(LIST + late))) == attested()


KERNELS = {
    "many": (measured(*[OLDER] * 3, RELEASE), attested(count=3, chain=[(OLDER, 3)])),
    "the running kernel is not named": (measured(OLDEST, OLDER, None), attested()),
    "an earlier kernel is not named": (measured(OLDEST, None, OLDER, RELEASE),
                                       attested(count=3, chain=[(OLDER, 1)])),
    "a release is not valid": (measured(OLDEST, b"6 6", OLDER, RELEASE), attested(count=3, chain=[(OLDER, 1)])),
    "the previous kernel is not named": (
        measured(OLDEST, None, RELEASE),
        report(source("ima", count=2, detail=UNNAMED))),
    "this kernel alone": (measured(RELEASE), absent("IMA's list begins with this kernel")),
    "empty": (b"", absent("IMA's list does not name the start of a kernel")),
    "no start": (measurement("/init") + measurement("kernel_version", b"6.6"),
                 absent("IMA's list does not name the start of a kernel")),
}


@pytest.mark.parametrize("name", KERNELS)
def test_kernels(tool, make_root, name):
    content, expected = KERNELS[name]
    assert tool.show(make_root(kexeced(), ima(content))) == expected


def test_late_aggregate(tool, make_root):
    late = measurement("boot_aggregate_late") + measurement("kernel_version", RELEASE.encode())
    assert tool.show(make_root(kexeced(), ima(measured(OLDEST, OLDER) + late))) == attested()


FIRST = struct.pack("=I", 10) + b"\1" * 20
ERRORS = {
    "cut number": (b"\1", "malformed", "the list ends in a measurement"),
    "cut digest": (FIRST[:23], "malformed", "the list ends in a measurement"),
    "cut length": (FIRST + b"\1\0\0", "malformed", "the list ends in a measurement"),
    "long name": (FIRST + struct.pack("=I", 256) + b"a" * 300, "malformed",
                  "a name of a template is too long: found 256, expected 255"),
    "cut name": (FIRST + struct.pack("=I", 6) + b"ima-n", "malformed", "the list ends in the name of a template"),
    "old template": (FIRST + struct.pack("=I", 3) + b"ima" + b"a" * 40, "unsupported",
                     'the template "ima" is not supported'),
    "cut size": (FIRST + struct.pack("=I6s", 6, b"ima-ng") + b"\1\0\0", "malformed",
                 "the list ends in the content of a measurement"),
    "cut content": (FIRST + struct.pack("=I6sI", 6, b"ima-ng", 4) + b"abc", "malformed",
                    "the list ends in the content of a measurement"),
    "huge content": (FIRST + struct.pack("=I6sI", 6, b"ima-ng", 0xFFFFFFFF) + b"abc", "malformed",
                     "the list ends in the content of a measurement"),
}


@pytest.mark.parametrize("name", ERRORS)
def test_broken_list(tool, make_root, name):
    broken, status, reason = ERRORS[name]
    where = "" if "found" in reason else f" (at byte {len(LIST)})"
    got = tool.show(make_root(kexeced(), {IMA_LIST: LIST + broken}))
    assert got == absent(f"/{IMA_LIST}: {reason}{where}", status)


def test_list_cut_anywhere(tool, make_root):
    for size in range(0, len(LIST), 7):
        got = tool.show(make_root(kexeced(), ima(LIST[:size], replay(LIST))))
        assert got["previous_release"] is None, size


def test_forbidden(unprivileged, make_root):
    root = make_root(kexeced(), {IMA_LIST: Forbidden(LIST)})
    assert unprivileged.show(root) == absent(f"reading /{IMA_LIST} needs root", "forbidden")


def test_forged_stamp_loses(tool, make_root):
    forged = stamp(7, "6.6.6", made_for=RELEASE)
    said = (f"stale: says the previous kernel was 6.6.6, IMA's list, which the TPM attests, says {OLDER}; not used")
    got = tool.show(make_root(kexeced(cmdline=forged), ima(LIST)))
    assert (got["previous_release"], got["kexec_count"], got["chain_complete"]) == (OLDER, 2, False)
    assert got["conflicts"] == [f"stamp: {said}"]
    assert [entry["detail"] for entry in got["sources"] if entry["source"] == "stamp"] == [said]


def test_stamp_that_agrees(tool, make_root):
    """The stamp counts from the cold boot, so that the chain is complete."""
    got = tool.show(make_root(kexeced(cmdline=stamp(2, OLDER, OLDEST, made_for=RELEASE)), ima(LIST)))
    assert (got["kexec_count"], got["chain_complete"], got["conflicts"]) == (2, True, [])


def test_metadata_that_disagrees(tool, make_root):
    got = tool.show(make_root(kexeced(), ima(LIST), kho("kho-v4", metadata("6.6.6", 2))))
    assert got["previous_release"] == OLDER
    assert got["conflicts"][0].startswith("kho: stale: says the previous kernel was 6.6.6, IMA's list")


def test_a_cold_boot_is_doubted(tool, make_root):
    got = tool.show(make_root(cold(), ima(LIST)))
    assert (got["boot"], got["previous_release"], got["chain_complete"]) == ("unknown", OLDER, False)
    assert got["conflicts"] == ["ima: says that this boot was a kexec, but it may be a cold boot: "
                                "boot-loader type 176 is not kexec (208)"]


def test_list_of_another_kernel(tool, make_root):
    got = tool.show(make_root(kexeced(), ima(measured(OLDEST, OLDER))))
    assert got["previous_release"] is None
    assert got["conflicts"] == [f"ima: stale: ends with {OLDER}, but {RELEASE} is running; not used"]


def test_without_ima_nothing_changes(tool, make_root):
    assert tool.show(make_root(kexeced(), {f"{IMA_FOLDER}/policy": ""})) == report()


def test_record_keeps_the_source(tool, folder):
    """The history has the lineage that the TPM attests, and what the forged stamp says."""
    machine = Machine(tool, folder / "machine")
    forged = stamp(7, "6.6.6", made_for=RELEASE)
    last = machine.boot({**kexeced(cmdline=forged), **ima(LIST)}).record().log()[-1]
    assert (last["previous_release"], last["kexec_count"]) == (OLDER, 2)
    assert [entry["release"] for entry in last["chain"]] == [OLDER, OLDEST]
    said = {entry["source"]: entry for entry in last["sources"]}
    assert (said["ima"]["status"], said["ima"]["previous_release"], said["ima"]["detail"]) == ("ok", OLDER, ATTESTED)
    assert said["stamp"]["detail"].startswith("stale: says the previous kernel was 6.6.6")
