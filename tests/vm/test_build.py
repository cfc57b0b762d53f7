# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that the lab detects damaged headers and outdated kernel builds, without a VM, a network or a compiler."""

from __future__ import annotations

import dataclasses
import os
import subprocess
from pathlib import Path

import pytest
from kho import CHANGED
from lab import __main__ as lab, apt, build, cache, fetch, headers, kernels, module, patches
from lab.apt import Package
from lab.cache import Kernel
from lab.kernels import Entry

MADE_UP = Entry("x", (), required=False, role="", kho=False, metadata=False, module=False, config=("small",))


@pytest.fixture
def kernel(tmp_path: Path) -> Kernel:
    """Return a kernel with headers in a temporary cache."""
    kernel = Kernel("made-up", "1.2.3", tmp_path / "made-up/vmlinuz-1.2.3", "linux-image-1.2.3", "1.2.3-1")
    with headers.replacing(kernel) as folder:
        (folder / "include").mkdir()
        (folder / "include/header.h").write_text("one\n")
        (folder / "link").symlink_to("include")
    return kernel


def change(folder: Path) -> None:
    (folder / "include/header.h").write_text("two\n")


def add(folder: Path) -> None:
    (folder / "include/other.h").touch()


def remove(folder: Path) -> None:
    (folder / "include/header.h").unlink()


def rename(folder: Path) -> None:
    (folder / "include/header.h").rename(folder / "include/renamed.h")


def relink(folder: Path) -> None:
    (folder / "link").unlink()
    (folder / "link").symlink_to("/")


def lose_digest(folder: Path) -> None:
    folder.with_name(f"{folder.name}.json").unlink()


def tear_digest(folder: Path) -> None:
    folder.with_name(f"{folder.name}.json").write_text("{")


def test_good_headers_are_taken(kernel: Kernel) -> None:
    assert headers.get(kernel, []) == headers.folder_of(kernel)


@pytest.mark.parametrize("damage", [change, add, remove, rename, relink, lose_digest, tear_digest])
def test_broken_headers_are_detected(damage, kernel: Kernel) -> None:
    damage(headers.folder_of(kernel))
    with pytest.raises(apt.AptError, match="no suite has the headers of 1.2.3 any more: run `.* fetch --refresh`"):
        headers.get(kernel, [])


def test_incomplete_headers_are_not_used(kernel: Kernel) -> None:
    with pytest.raises(RuntimeError), headers.replacing(kernel) as folder:
        (folder / "half").touch()
        raise RuntimeError
    assert (headers.get(kernel, []) / "include/header.h").read_text() == "one\n"


def test_kernel_with_changed_inputs_is_rebuilt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configs = tmp_path / "config"
    configs.mkdir()
    (configs / "small.config").write_text("CONFIG_A=y\n")
    monkeypatch.setattr(build, "CONFIGS", configs)
    entry = MADE_UP
    kernel = Kernel("x", "1", tmp_path / "x/vmlinuz-1", "", "")
    cache.store(kernel, b"image", inputs=build.inputs(entry))
    assert build.is_current(entry, tmp_path)
    (configs / "small.config").write_text("CONFIG_A=m\n")
    assert not build.is_current(entry, tmp_path)


def test_module_source_change_rebuilds_builtin_kernel(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    known = kernels.read()
    builtin, small = known.by_id("built-7.3-builtin"), known.by_id("built-7.3")
    before = build.inputs(builtin), build.inputs(small)
    copy = tmp_path / "module"
    (copy / "core").mkdir(parents=True)
    for name in ("Kbuild", "Kconfig"):
        (copy / name).write_text("")
    monkeypatch.setattr(build, "MODULE", copy)
    assert build.inputs(builtin) != before[0]
    assert build.inputs(small) == before[1]


# Patches in the format of git: the first patch changes, creates and removes a file; the second patch changes the new
# file.
FIRST = """\
Subject: one

diff --git a/kernel/a.c b/kernel/a.c
--- a/kernel/a.c
+++ b/kernel/a.c
@@ -1,3 +1,3 @@
 one
-two
+deux
 three
diff --git a/kernel/new.sh b/kernel/new.sh
new file mode 100755
--- /dev/null
+++ b/kernel/new.sh
@@ -0,0 +1 @@
+new
diff --git a/old.c b/old.c
deleted file mode 100644
--- a/old.c
+++ /dev/null
@@ -1 +0,0 @@
-old
--
2.39.5
"""
SECOND = """\
diff --git a/kernel/new.sh b/kernel/new.sh
--- a/kernel/new.sh
+++ b/kernel/new.sh
@@ -1 +1 @@
-new
+newer
"""


class Tree:
    """A tiny kernel source tree with all file times in the past, and two patches for it."""

    STOCK = {"kernel/a.c": "one\ntwo\nthree\n", "kernel/b.c": "b\n", "old.c": "old\n"}
    SERIES = {"kernel/a.c": "one\ndeux\nthree\n", "kernel/b.c": "b\n", "kernel/new.sh": "newer\n"}

    def __init__(self, folder: Path) -> None:
        self.top, self.series = folder / "work/linux-1.2", folder / "patches/linux-1.y"
        for name, text in self.STOCK.items():
            (self.top / name).parent.mkdir(parents=True, exist_ok=True)
            (self.top / name).write_text(text)
            os.utime(self.top / name, (1, 1))
        self.series.mkdir(parents=True)
        (self.series / "0001-one.patch").write_text(FIRST)
        (self.series / "0002-two.patch").write_text(SECOND)

    def bring(self, *series: str) -> None:
        build._patch(dataclasses.replace(MADE_UP, patches=series), self.top)

    def files(self) -> dict[str, str]:
        return {str(path.relative_to(self.top)): path.read_text() for path in self.top.rglob("*") if path.is_file()}

    def age(self) -> None:
        """Set old file times, as if the tree had been built long ago."""
        for path in self.top.rglob("*"):
            os.utime(path, (2, 2))

    def changed(self) -> set[str]:
        return {name for name in self.files() if (self.top / name).stat().st_mtime > 2}


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tree:
    monkeypatch.setattr(patches, "PATCHES", tmp_path / "patches")
    return Tree(tmp_path)


def test_removed_patches_are_reverted_and_other_files_keep_their_times(tree: Tree) -> None:
    tree.bring("linux-1.y")
    assert tree.files() == tree.SERIES
    assert tree.changed() == {"kernel/a.c", "kernel/new.sh"}
    assert os.access(tree.top / "kernel/new.sh", os.X_OK)
    tree.age()
    tree.bring("linux-1.y")
    assert tree.changed() == set()
    tree.bring()
    assert tree.files() == tree.STOCK
    assert tree.changed() == {"kernel/a.c", "old.c"}
    tree.age()
    tree.bring()
    assert tree.changed() == set()


def test_edited_patch_changes_only_its_own_files(tree: Tree) -> None:
    tree.bring("linux-1.y")
    tree.age()
    (tree.series / "0002-two.patch").write_text(SECOND.replace("newer", "newest"))
    tree.bring("linux-1.y")
    assert tree.files() == tree.SERIES | {"kernel/new.sh": "newest\n"}
    assert tree.changed() == {"kernel/new.sh"}


def test_deleted_patch_file_is_still_reverted(tree: Tree) -> None:
    tree.bring("linux-1.y")
    (tree.series / "0002-two.patch").unlink()
    tree.bring("linux-1.y")
    assert tree.files() == tree.SERIES | {"kernel/new.sh": "new\n"}
    tree.bring()
    assert tree.files() == tree.STOCK


@pytest.mark.parametrize("way", [("linux-1.y",), ()])
def test_next_run_completes_a_change(way: tuple[str, ...], tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change may be interrupted after any number of files. The next run completes it."""
    wanted = tree.SERIES if way else tree.STOCK
    really, left = os.replace, 0

    def stop(source: Path, target: Path) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise KeyboardInterrupt
        really(source, target)

    for steps in range(20):
        monkeypatch.setattr(os, "replace", really)
        tree.bring(*(() if way else ("linux-1.y",)))
        monkeypatch.setattr(os, "replace", stop)
        left = steps
        try:
            tree.bring(*way)
        except KeyboardInterrupt:
            monkeypatch.setattr(os, "replace", really)
            tree.bring(*way)
        else:
            break
        assert tree.files() == wanted
    assert tree.files() == wanted and steps >= 2


def test_error_names_a_patch_that_does_not_apply_and_no_file_changes(tree: Tree) -> None:
    (tree.series / "0002-two.patch").write_text(SECOND.replace("-new\n", "-other\n"))
    with pytest.raises(build.BuildFailed, match="x: linux-1.y/0002-two.patch does not apply:\n.*kernel/new.sh"):
        tree.bring("linux-1.y")
    assert tree.files() == tree.STOCK and tree.changed() == set()


def test_patch_applies_to_the_tree_inside_another_git_checkout(tree: Tree) -> None:
    subprocess.run(["git", "init", "-q", tree.top.parents[1]], check=True)
    tree.bring("linux-1.y")
    assert tree.files() == tree.SERIES


def test_changed_patch_rebuilds_the_kernel(tree: Tree) -> None:
    entry = dataclasses.replace(MADE_UP, patches=("linux-1.y",))
    seen = {build.inputs(MADE_UP), build.inputs(entry)}
    (tree.series / "0002-two.patch").write_text(SECOND.replace("newer", "newest"))
    seen.add(build.inputs(entry))
    (tree.series / "0002-two.patch").rename(tree.series / "0000-two.patch")
    seen.add(build.inputs(entry))
    assert len(seen) == 4


def test_changed_message_of_a_patch_does_not_rebuild_the_kernel(tree: Tree) -> None:
    entry = dataclasses.replace(MADE_UP, patches=("linux-1.y",))
    before = build.inputs(entry)
    (tree.series / "0002-two.patch").unlink()
    message, hashes = "Subject: better title\n\nA reason.\n", "index 0123456789ab..ba9876543210 100644\n---"
    (tree.series / "0002-better-title.patch").write_text(f"{message}{SECOND.replace('---', hashes, 1)}")
    assert build.inputs(entry) == before


@pytest.mark.parametrize("trailer", ["-- \n2.43.0\n\n", "\nbase-commit: 0123abcd\n-- \n2.39.5\n\n",
                                     "\nbase-commit: 0123abcd\nprerequisite-patch-id: 4567\n-- \n2.43.0\n\n"])
def test_trailer_of_a_patch_does_not_rebuild_the_kernel(tree: Tree, trailer: str) -> None:
    entry = dataclasses.replace(MADE_UP, patches=("linux-1.y",))
    before = build.inputs(entry)
    (tree.series / "0002-two.patch").write_text(SECOND + trailer)
    assert build.inputs(entry) == before
    tree.bring("linux-1.y")
    assert tree.files() == tree.SERIES
    (tree.series / "0002-two.patch").write_text(SECOND + "--- \n")
    assert build.inputs(entry) != before


def test_patches_of_the_list_exist_and_each_restored_bug_is_used() -> None:
    named = {name for entry in kernels.read().entries for name in entry.patches}
    assert all(patches.files_of([name]) for name in named)
    assert named | {CHANGED} >= {folder.name for folder in patches.BUGS.iterdir()}


def test_kernel_without_its_patches_is_not_built(tree: Tree) -> None:
    with pytest.raises(build.BuildFailed, match="there is no patch in .*linux-2.y"):
        build.from_source(dataclasses.replace(MADE_UP, patches=("linux-2.y",)), None, None, tree.top)


def test_new_sources_get_new_objects(tree: Tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unpacked files keep old times, so make would reuse objects of a deleted source tree. The lab must remove these
    objects."""

    def download(suite: apt.Suite, package: Package, folder: Path) -> Path:
        (tmp_path / "linux-1.2").mkdir()
        (tmp_path / "linux-1.2/Kbuild").write_text("new\n")
        tarball = folder / "linux_1.2.orig.tar.xz"
        subprocess.run(["tar", "-cJf", tarball, "-C", tmp_path, "linux-1.2"], check=True)
        return tarball

    monkeypatch.setattr(apt.Suite, "download", download)
    tree.bring("linux-1.y")
    work = tree.top.parent
    for name in ("linux-1.2-small", "linux-1.2-small-debug", "linux-1.20-small", ".source-killed"):
        (work / name).mkdir()
    package, suite = Package("linux", "1.2-1", "s", is_source=True), apt.Suite("s", "debian", tmp_path)
    assert build._source(package, suite, work) == tree.top
    assert tree.files() == {"Kbuild": "new\n"}
    assert sorted(path.name for path in work.iterdir()) == ["linux-1.2", "linux-1.2.unpacked", "linux-1.20-small"]
    monkeypatch.undo()
    assert build._source(package, suite, work) == tree.top


def test_abi_of_the_sources_must_match_kernels_toml() -> None:
    root = cache.cache_folder()
    known = kernels.read()
    built = [entry for entry in known.entries if entry.config and entry.kho and fetch.current_or_none(entry, root)]
    if not built:
        pytest.skip("no kernel was built from source yet")
    found = {entry.id: cache.read_manifest(entry.id, root)["abi"] for entry in built}
    assert found == {entry.id: entry.abi for entry in built}


def test_later_configuration_wins(tmp_path: Path) -> None:
    files = {"one": "# about\nCONFIG_A=y\nCONFIG_B=y\n", "two": "# CONFIG_B is not set\nCONFIG_C=1\n"}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    wanted = build._wanted([tmp_path / "one", tmp_path / "two"])
    assert sorted(wanted) == ["# CONFIG_B is not set", "CONFIG_A=y", "CONFIG_C=1"]


def test_option_that_is_not_set_may_be_absent() -> None:
    got = ["CONFIG_A=y", "# CONFIG_B is not set"]
    accepted = ["CONFIG_A=y", "# CONFIG_B is not set", "# CONFIG_OF_X86 is not set"]
    assert [line for line in [*accepted, "# CONFIG_A is not set", "CONFIG_B=y", "CONFIG_C=y"]
            if build._is_accepted(line, got)] == accepted


def test_kernel_without_a_cross_compiler_is_unavailable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(cache.KernelUnavailable, match="x: not installed: aarch64-linux-gnu-gcc"):
        build.from_source(dataclasses.replace(MADE_UP, arch="aarch64"), None, None, tmp_path)


def test_output_of_a_failed_build_is_reported(kernel: Kernel, tmp_path: Path) -> None:
    (tmp_path / "Makefile").write_text("all:\n\t@echo such a pity; false\n")
    with pytest.raises(build.BuildFailed, match="such a pity"):
        build._make("x", tmp_path, tmp_path, "all")


def test_failed_build_does_not_stop_the_other_builds(kernel: Kernel, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    def get(kernel_id: str, refresh: bool) -> Kernel:
        if kernel_id == "built-7.3":
            raise build.BuildFailed("built-7.3: such a pity")
        return kernel

    monkeypatch.setattr(fetch, "get", get)
    assert lab.main(["fetch", "built-7.3", "built-6.18"]) == 1
    said = capsys.readouterr()
    assert "such a pity" in said.err and str(kernel.path) in said.out


def test_modules_are_built_only_for_kernels_that_kernels_toml_marks(kernel: Kernel) -> None:
    assert not module.has(kernel)
    assert {entry.role for entry in kernels.read().entries if entry.module} >= {"first", "second", "built", "debug"}
