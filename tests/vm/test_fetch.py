# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that the lab detects a broken cache, and needs no network if the cache is good.

No test uses a network: the functions that access a mirror are replaced.
"""

from __future__ import annotations

import json
import struct
from pathlib import Path

import pytest
from lab import apt, arch, build, cache, cases, fetch, kernels, support
from lab.apt import IndexTarget, Package

RELEASE = "6.1.0-99-cloud-amd64"
PACKAGE = f"linux-image-{RELEASE}"


def image(release: str = RELEASE) -> bytes:
    """Return the smallest accepted bzImage: a setup header and a version string."""
    header = bytearray(0x300)
    header[0x202:0x206] = b"HdrS"
    struct.pack_into("<H", header, 0x20E, 0x80)
    text = f"{release} (builder@host) #1 SMP".encode() + b"\0"
    header[0x280 : 0x280 + len(text)] = text
    return bytes(header)


@pytest.fixture
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty cache. Every access to a mirror fails."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(apt.Suite, "updates", {})
    monkeypatch.setattr(apt.Suite, "update", no_network)
    return cache.cache_folder()


def no_network(suite: apt.Suite) -> None:
    raise apt.AptError(f"{suite.name} not reachable")


@pytest.fixture
def mirror(empty_cache: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Set up a mirror with one package in each suite. Return the list of downloads."""
    downloads: list[str] = []
    monkeypatch.setattr(apt.Suite, "update", lambda suite: None)
    monkeypatch.setattr(apt.Suite, "matching", lambda suite, pattern: [Package(PACKAGE, "6.1.199-1", suite.name)])
    monkeypatch.setattr(apt.Suite, "download", lambda suite, package, folder: downloads.append(package.name))
    monkeypatch.setattr(fetch, "_vmlinuz", lambda deb: image())
    return downloads


def test_good_entry_needs_no_network(mirror: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    first = fetch.get("debian-6.1")
    monkeypatch.setattr(apt.Suite, "update", no_network)
    assert fetch.get("debian-6.1") == first
    assert (first.release, first.package, mirror) == (RELEASE, PACKAGE, [PACKAGE])


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x20
    path.write_bytes(data)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


@pytest.mark.parametrize("damage", [flip, cut, Path.unlink])
def test_broken_image_is_detected_and_fetched_again(damage, mirror: list[str], capsys: pytest.CaptureFixture) -> None:
    kernel = fetch.get("debian-6.1")
    damage(kernel.path)
    with pytest.raises(cache.BrokenEntry):
        cache.verified("debian-6.1", cache.cache_folder())
    assert fetch.get("debian-6.1").path.read_bytes() == image()
    assert mirror == [PACKAGE, PACKAGE]
    assert "the cache entry is broken" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"file": "x"}', '"\\ud800"'])
def test_broken_manifest_is_fetched_again(text: str, mirror: list[str], capsys: pytest.CaptureFixture) -> None:
    kernel = fetch.get("debian-6.1")
    (kernel.path.parent / "manifest.json").write_text(text, encoding="utf-8")
    assert fetch.get("debian-6.1") == kernel
    assert "the cache entry is broken" in capsys.readouterr().err


def test_manifest_cannot_lead_out_of_the_cache(mirror: list[str], tmp_path: Path) -> None:
    kernel = fetch.get("debian-6.1")
    manifest = kernel.path.parent / "manifest.json"
    fields = json.loads(manifest.read_text(encoding="utf-8")) | {"file": "../../../outside"}
    (tmp_path / "outside").write_bytes(image())
    manifest.write_text(json.dumps(fields), encoding="utf-8")
    with pytest.raises(cache.BrokenEntry, match="outside is missing"):
        cache.verified("debian-6.1", cache.cache_folder())


def test_broken_entry_without_a_network_is_unavailable(mirror: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    flip(fetch.get("debian-6.1").path)
    monkeypatch.setattr(apt.Suite, "update", no_network)
    monkeypatch.setattr(apt.Suite, "updates", {})
    with pytest.raises(cache.KernelUnavailable, match="debian-6.1: .*not reachable"):
        fetch.get("debian-6.1")


def test_refresh_without_a_network_uses_the_cache(mirror: list[str], monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    kernel = fetch.get("debian-6.1")
    monkeypatch.setattr(apt.Suite, "update", no_network)
    monkeypatch.setattr(apt.Suite, "updates", {})
    assert fetch.get("debian-6.1", refresh=True) == kernel
    assert "from the cache" in capsys.readouterr().err


def test_unavailable_optional_kernel_is_reported(empty_cache: Path, capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(cache.KernelUnavailable):
        fetch.for_role("newest")
    said = capsys.readouterr().err
    assert "skipping debian-7.3" in said and "not reachable" in said


def test_missing_package_is_reported(mirror: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apt.Suite, "matching", lambda suite, pattern: [])
    with pytest.raises(cache.KernelUnavailable, match="no package matches"):
        fetch.get("debian-6.19")


def test_package_with_another_kernel_is_refused(mirror: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "_vmlinuz", lambda deb: image("5.10.0-1-amd64"))
    with pytest.raises(cache.KernelUnavailable, match="contains a kernel with release 5.10.0-1-amd64"):
        fetch.get("debian-6.1")


def arm64_image(release: str = RELEASE) -> bytes:
    """Return the smallest accepted arm64 Image: a header and a banner."""
    return bytes(0x38) + b"ARM\x64" + bytes(100) + f"Linux version {release} (builder@host) #1".encode()


def test_release_is_read_from_an_image_of_the_architecture() -> None:
    assert cache.image_release(image()) == cache.image_release(arm64_image(), "aarch64") == RELEASE
    for wrong, name in ((image(), "aarch64"), (arm64_image(), arch.HOST), (arm64_image()[:0x80], "aarch64")):
        with pytest.raises(cache.BrokenEntry):
            cache.image_release(wrong, name)


def test_architecture_is_kept_in_the_cache(mirror: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    release = "6.1.0-99-cloud-arm64"
    package = Package(f"linux-image-{release}", "6.1.199-1", "bookworm")
    monkeypatch.setattr(apt.Suite, "matching", lambda suite, pattern: [package])
    monkeypatch.setattr(fetch, "_vmlinuz", lambda deb: arm64_image(release))
    fetched = fetch.get("debian-6.1-arm64")
    assert fetched.arch == "aarch64"
    assert cache.verified("debian-6.1-arm64", cache.cache_folder()) == fetched


def test_newest_available_source_is_used(mirror: list[str], monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    """The lab tries every version, because an index of sources lists many versions whose files no longer exist."""
    versions = [f"6.19.{number}-1" for number in (9, 10, 14, 11, 13, 12)]
    offered = [Package("linux", version, "trixie-backports", is_source=True) for version in versions]
    asked, tried = [], []

    def build_or_not(entry: kernels.Entry, package: Package, suite: apt.Suite, root: Path) -> cache.Kernel:
        tried.append(package.upstream)
        if package.upstream != "6.19.10":
            raise apt.AptError("404 Not Found")
        return cache.Kernel(entry.id, "6.19.10-lineage", root, package.name, package.version)

    monkeypatch.setattr(apt.Suite, "sources", lambda suite, *what: asked.append(what) or offered)
    monkeypatch.setattr(build, "from_source", build_or_not)
    assert fetch.get("built-6.19").version == "6.19.10-1"
    assert tried == ["6.19.14", "6.19.13", "6.19.12", "6.19.11", "6.19.10"]
    assert asked == [("linux", r"6\.19\.\d+")]
    said = [line for line in capsys.readouterr().err.splitlines() if "404" in line]
    assert said == [f"lab: built-6.19: linux {number}-1 is not available: 404 Not Found" for number in tried[:-1]]


MADISON = """\
     linux | 6.18.15-1~bpo13+1 | http://mirror.invalid/debian trixie-backports/main Sources
     linux | 6.19.6-2~bpo13+1 | http://mirror.invalid/debian trixie-backports/main Sources
linux-source-6.19 | 6.19.6-2~bpo13+1 | http://mirror.invalid/debian trixie-backports/main amd64 Packages
"""


def test_source_packages_are_not_binary_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {"pkgnames": "linux-source-6.19", "madison": MADISON}
    monkeypatch.setattr(apt.Suite, "_apt", lambda suite, tool, command, *words: answers[command])
    suite = apt.Suite("s", "debian", tmp_path)
    assert suite.sources("linux", r"6\.19\.\d+") == [Package("linux", "6.19.6-2~bpo13+1", "s", is_source=True)]
    assert suite.matching(r"linux-source-6\.19") == [Package("linux-source-6.19", "6.19.6-2~bpo13+1", "s")]
    assert Package("linux", "6.19.6-2~bpo13+1", "s").upstream == "6.19.6"


def test_source_is_downloaded_as_upstream_released_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def apt_get(suite: apt.Suite, *words: str, cwd: Path) -> str:
        assert words[2:] == ("source", "--download-only", "--tar-only", "--only-source", "linux=6.19.6-2")
        (cwd / "linux_6.19.6.orig.tar.xz").touch()
        return ""

    monkeypatch.setattr(apt.Suite, "_apt", apt_get)
    file = apt.Suite("s", "debian", tmp_path).download(Package("linux", "6.19.6-2", "s", True), tmp_path)
    assert file.name == "linux_6.19.6.orig.tar.xz"


def test_index_of_sources_is_read_only_if_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apt, "keyring", lambda: "/keyring")
    monkeypatch.setattr(apt, "mirror", lambda archive: URI)
    monkeypatch.setattr(apt.Suite, "_apt", lambda suite, *words: "")
    monkeypatch.setattr(cache, "cache_folder", lambda: tmp_path)
    monkeypatch.setattr(fetch, "cache_folder", lambda: tmp_path)
    known = kernels.read()
    kinds = {}
    for kernel_id in ("debian-6.1", "debian-7.3", "built-6.19"):
        for suite in fetch.suites_of(known.by_id(kernel_id), known).values():
            suite.update()
            lines = (suite.folder / "sources.list").read_text(encoding="utf-8").splitlines()
            kinds[kernel_id] = [line.split()[0] for line in lines]
    # Every suite of another architecture has its own folder, so that it does not replace the index of this machine's.
    for suite in fetch.suites_of(known.by_id("debian-6.1-arm64"), known).values():
        suite.update()
        assert "arch=arm64]" in (suite.folder / "sources.list").read_text(encoding="utf-8")
        assert suite.folder.name == f"{suite.name}-arm64" and suite.of_host().folder.name == suite.name
    # All entries that use a suite must write the same sources.list. Otherwise, updating the suite for one entry would
    # drop the source index that another entry needs.
    assert kinds == {"debian-6.1": ["deb"], "debian-7.3": ["deb", "deb-src"], "built-6.19": ["deb", "deb-src"]}


ENTRY = """
[suites.s]
archive = "debian"
[[kernel]]
id = "x"
suites = ["s"]
required = false
role = ""
metadata = false
module = false
"""


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ("kho = false", "must have either a package or a source"),
        ("kho = false\npackage = 'a'\nsource = 'b'\nconfig = ['small']", "must have either a package or a source"),
        ("kho = false\nsource = 'b'", "must have a config"),
        ("kho = false\npackage = 'a'\npatches = ['p']", "must have a config"),
        ("kho = true\npackage = 'a'", "must have an abi if kho is true"),
        ("kho = false\nabi = 'kho-v1'\npackage = 'a'", "must have an abi if kho is true"),
        ("package = 'a'", "missing 1 required"),
        ("kho = false\npackage = 'a'\ncolour = 'red'", "unexpected keyword"),
        ("kho = false\npackage = 'a'\narch = 'm68k'", "invalid arch 'm68k' .expected x86_64, aarch64"),
        ("kho = false\npackage = 'a'\nrun_by = 'nobody'", "invalid run_by 'nobody' .expected check, check-matrix"),
    ],
)
def test_contradictory_entry_is_refused(fields: str, problem: str, tmp_path: Path) -> None:
    (tmp_path / "list").write_text(ENTRY + fields, encoding="utf-8")
    with pytest.raises(TypeError, match=problem):
        kernels.read(tmp_path / "list")


def test_check_builds_few_kernels_and_check_matrix_all() -> None:
    known = kernels.read()
    few, every = (
        {entry.id: entry for entries in known.of_check(matrix) for entry in entries} for matrix in (False, True)
    )
    others = {run_by: {entry.id for entry in known.entries if entry.run_by == run_by}
              for run_by in ("check-host", "bench")}
    assert others == {"check-host": {"built-7.3-disk"}, "bench": {"built-7.3-traced", "built-7.3-traced-builtin"}}
    other = set().union(*others.values())
    assert not other & set(every) and {entry.id for entry in known.entries if entry.config} - other <= set(every)
    assert set(every) - set(few) == {"built-6.18-fixes", "built-6.19", "built-6.19-fixes", "built-7.1",
                                    "built-7.3-arm64",
                                    "built-7.3-clang", "built-7.3-crashes", "built-7.3-early", "built-7.3-fixes",
                                    "built-7.3-fixes-arm64",
                                    "built-7.3-fulllto", "built-7.3-ima", "built-7.3-imanext",
                                    "built-7.3-interface", "built-7.3-memattr", "built-7.3-patched", "built-7.3-planted",
                                    "built-7.3-ppc64le",
                                    "built-7.3-riscv64", "built-7.3-s390x", "built-7.3-thinlto", "debian-5.10-tpm"}
    assert set(few) >= {"debian-5.10", "debian-6.1", "debian-6.12", "debian-7.3"} and "debian-7.0" not in every
    # Only these kernels are built from scratch. The others reuse their object files and build quickly.
    from_scratch = {(entry.origin, *sorted(set(build.DECISIVE).intersection(entry.config)))
                    for entry in few.values() if entry.config}
    assert len(from_scratch) == 3


def test_scenario_matrix_builds_no_kernel(empty_cache: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.setattr(fetch, "get", lambda kernel_id: kernel_id)
    known = kernels.read()
    of_host = [entry for entry in known.entries if entry.arch == arch.HOST]
    assert cases._every_kernel() == [entry.id for entry in of_host if not entry.config]
    said = capsys.readouterr().err
    assert [entry.id for entry in known.entries if f"skipping {entry.id}," in said] == [
        entry.id for entry in of_host if entry.config
    ]


def test_unknown_kernel() -> None:
    with pytest.raises(kernels.UnknownKernel, match="debian-6.1, debian-6.12"):
        fetch.get("debian-2.4")


def test_newest_is_by_version_and_not_by_name() -> None:
    packages = [Package("a", version, "s") for version in ("6.1.99-1", "6.1.176-1", "6.1.176-1~bpo1", "6.1.9-1")]
    assert [package.version for package in apt.newest_first(packages)][0] == "6.1.176-1"


URI = "http://mirror.invalid/debian"
SECURITY_URI = "http://security.invalid/x"
PLAIN = IndexTarget("Debian", "bookworm", URI)
OTHER = IndexTarget("Other", "noble", "http://other.invalid/other")


@pytest.mark.parametrize(
    ("targets", "archive", "uri"),
    [
        ([OTHER, IndexTarget("Debian", "bookworm", URI + "/")], "debian", URI),
        ([PLAIN, IndexTarget("Debian-Security", "s", SECURITY_URI)], "debian-security", SECURITY_URI),
        ([PLAIN], "debian-security", URI + "-security"),
        ([IndexTarget("", "bookworm", URI + "/")], "debian", URI),
        ([OTHER], "debian", None),
        ([], "debian-security", None),
    ],
)
def test_mirror_of_this_machine(targets: list[IndexTarget], archive: str, uri: str | None) -> None:
    assert apt.choose_mirror(archive, targets, None) == uri


def test_support_page_names_tests_that_exist() -> None:
    for run in support.RUNS:
        file, _, function = run.test.partition("::")
        assert f"\ndef {function}(" in Path(__file__).with_name(file).read_text(encoding="utf-8"), run
        assert run.arch in arch.ALL


def test_support_page_matches_kernels_toml() -> None:
    assert support.is_current(), "run `python3 -m lab support --write`"
