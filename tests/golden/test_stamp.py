# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that `stamp` prints the documented vectors, both kinds, and stamps with unknown counts."""
import pytest

from .kernel import RELEASE as IMAGE_RELEASE
from .kernel import bzimage
from .system import (OLDER, OLDEST, RELEASE, cold, kexeced, kho, metadata, module, seal,
                     stamp)

CLOUD = "6.1.0-56-cloud-amd64"
COLD_VECTOR = f"kexec_lineage.stamp=1,k,1,,{CLOUD},fb31e585"
LONG_VECTOR = ("kexec_lineage.stamp=1,k,4,7.3.4+deb13-amd64,7.2.12+deb13-amd64,"
               "6.12.111+deb12-amd64*2,6.1.0-56-cloud-amd64,36ae3270")
REMARK = ("kexec-lineage: the count of kexecs since cold boot is unknown (see 'kexec-lineage show'): the stamp counts "
          "only the known kexecs\n")


def test_vector_after_a_cold_boot(tool, make_root):
    got = tool.on(make_root(cold(release=CLOUD)), "stamp")
    assert (got.status, got.text, got.talk) == (0, COLD_VECTOR + "\n", "")


def test_vector_of_a_long_chain(tool, make_root):
    before = stamp(3, f"{IMAGE_RELEASE}*2", CLOUD, made_for="7.2.12+deb13-amd64")
    root = make_root(kexeced(release="7.2.12+deb13-amd64", cmdline=before))
    got = tool.on(root, "stamp", "--for=7.3.4+deb13-amd64")
    assert (got.status, got.text, got.talk) == (0, LONG_VECTOR + "\n", "")


def test_hop_by_hop(tool, make_root):
    """The count and the chain grow from kernel to kernel; each kernel reads the stamp that the previous one printed."""
    line, expected = "quiet", []
    releases = [OLDEST, OLDEST, CLOUD, OLDER, OLDER, OLDER, RELEASE]
    for count, release in enumerate(releases[:-1]):
        start = cold if count == 0 else kexeced
        root = make_root(start(release=release, cmdline=line))
        assert [entry["release"] for entry in tool.on(root, "--json", "show").json["chain"]
                for _ in range(entry["runs"])] == expected
        expected.insert(0, release)
        line = tool.on(root, "stamp", f"--for={releases[count + 1]}").text.strip()
    got = tool.show(make_root(kexeced(cmdline=line)))
    assert (got["kexec_count"], got["chain_complete"], got["conflicts"]) == (6, True, [])
    assert [entry["runs"] for entry in got["chain"]] == [3, 1, 2]


CASES = {
    "same release again": (kexeced(cmdline=stamp(2, f"{RELEASE}*2")), stamp(3, f"{RELEASE}*3")),
    "KHO alone": ({**kexeced(), **kho("kho-v4", metadata(OLDER, 1))}, stamp(2, RELEASE, OLDER)),
    "the larger count": ({**kexeced(cmdline=stamp(5, OLDER)), **kho("kho-v4", metadata(OLDER, 1))},
                         stamp(6, RELEASE, OLDER)),
    "stale stamp after a cold boot": (cold(cmdline=stamp(5, OLDER)), stamp(1, RELEASE)),
    "count saturates": (kexeced(cmdline=stamp(4294967295, f"{RELEASE}*4294967295")),
                        stamp(4294967295, f"{RELEASE}*4294967295")),
    "odd bytes": (cold(release="6.1,*%"), stamp(1, "6.1%2C%2A%25")),
    "count below the chain": ({**kexeced(), **module(OLDER, "1", f"{OLDER}, {OLDEST}")},
                              stamp(3, RELEASE, OLDER, OLDEST)),
}


@pytest.mark.parametrize("name", CASES)
def test_stamp(tool, make_root, name):
    root, expected = CASES[name]
    got = tool.on(make_root(root), "stamp")
    assert (got.status, got.text, got.talk) == (0, expected + "\n", "")


CERTAIN = {
    "kexec without a source": (kexeced(), stamp(2, RELEASE)),
    "kexec, stale stamp": (kexeced(cmdline=stamp(7, OLDER, made_for="x")), stamp(2, RELEASE)),
    "capture without a source": ({**kexeced(), "proc/vmcore": ""}, stamp(2, RELEASE)),
    "unknown boot": ({"proc/sys/kernel/osrelease": RELEASE}, stamp(1, RELEASE)),
    "previous without count": ({**kexeced(), **kho("kho-v4", metadata(OLDER, 0))},
                               stamp(2, RELEASE, OLDER)),
    "previous without count, unknown boot": (
        {"proc/sys/kernel/osrelease": RELEASE, **module(OLDER)}, stamp(2, RELEASE, OLDER)),
    "chain without count": ({**kexeced(), **module(OLDER, "", f"{OLDER}, {OLDEST}")},
                            stamp(3, RELEASE, OLDER, OLDEST)),
}


NEXT = stamp(9, RELEASE, OLDER)
MODULE_SAYS = {
    "next stamp of the module": ({**kexeced(), **module(OLDER, "8", OLDER, next_stamp=NEXT)}, NEXT),
    "after a cold boot": ({**cold(), **module("", "0", "", next_stamp=stamp(1, RELEASE))},
                          stamp(1, RELEASE)),
    "no next stamp": ({**kexeced(), **module(OLDER, "8", OLDER)}, NEXT),
    "KHO has a larger count": ({**kexeced(), **kho("kho-v4", metadata(OLDER, 20)),
                                **module(OLDER, "8", OLDER, next_stamp=NEXT)}, stamp(21, RELEASE, OLDER)),
    "next stamp of another kernel": ({**kexeced(), **module(OLDER, "8", OLDER,
                                                            next_stamp=stamp(30, "6.6", OLDER))}, NEXT),
    "a stale module": ({**cold(), **module(OLDER, "8", OLDER, next_stamp=NEXT)}, stamp(1, RELEASE)),
}


@pytest.mark.parametrize("name", MODULE_SAYS)
def test_next_stamp_of_the_module(tool, make_root, name):
    """If the module is loaded, its stamp is used, so that all stamps of a kernel are equal."""
    root, expected = MODULE_SAYS[name]
    assert tool.on(make_root(root), "stamp").text == expected + "\n"


@pytest.mark.parametrize("name", CERTAIN)
def test_unknown_count(tool, make_root, name):
    root, expected = CERTAIN[name]
    got = tool.on(make_root(root), "stamp")
    assert (got.status, got.text, got.talk) == (0, expected + "\n", REMARK)


def test_kind_and_release(tool, make_root):
    root = make_root(cold())
    for arguments, expected in (
            (["--kind=k"], stamp(1, RELEASE)), (["--kind=p"], stamp(1, RELEASE, kind="p")),
            (["--kind", "p", "--for", "x,y"], stamp(1, RELEASE, kind="p", made_for="x%2Cy")),
            (["--for=" + "a" * 64], stamp(1, RELEASE, made_for="a" * 64)),
            (["--for=A", "--for=B"], stamp(1, RELEASE, made_for="B"))):
        assert tool.on(root, "stamp", *arguments).text == expected + "\n"


def test_json(tool, make_root):
    assert tool.on(make_root(cold()), "--json", "stamp").json == {"stamp": stamp(1, RELEASE)}


@pytest.mark.parametrize("release", ["a b", "a\tb", "\x7f"])
def test_invalid_release(tool, make_root, release):
    got = tool.on(make_root(cold()), "stamp", f"--for={release}")
    assert (got.status, got.out) == (2, b"")
    assert "(expected printable ASCII without blanks)" in got.talk


def test_long_chain_drops_the_oldest(tool, make_root):
    names = [f"{number:03}" + "x" * 61 for number in range(14)]
    before = stamp(20, *names)
    assert len(before) <= 1024
    text = tool.on(make_root(kexeced(release="y" * 64, cmdline=before)), "stamp").text.strip()
    assert len(text) <= 1024
    assert text == stamp(21, "y" * 64, *names)
    again = tool.on(make_root(kexeced(release="z" * 64, cmdline=text)), "stamp").text.strip()
    assert again == stamp(22, "z" * 64, "y" * 64, *names[:-1])


def test_image(tool, make_root, folder):
    (folder / "vmlinuz").write_bytes(bzimage())
    got = tool.on(make_root(cold()), "stamp", f"--image={folder}/vmlinuz")
    assert (got.status, got.text, got.talk) == (
        0, stamp(1, RELEASE, made_for=IMAGE_RELEASE) + "\n", "")


def test_image_is_not_below_the_root(tool, make_root):
    root = make_root(cold(), {"vmlinuz": bzimage()})
    assert tool.on(root, "stamp", "--image=/vmlinuz-that-is-not-there").status == 1


def test_running_system(tool):
    """On any machine, the stamp is well-formed and contains the running release."""
    text = tool.run("stamp").text.strip()
    body = text.partition("=")[2].rpartition(",")[0]
    assert text == seal(body)
    release = tool.run("--json", "show").json["release"]
    assert body.split(",")[4].partition("*")[0] == release
