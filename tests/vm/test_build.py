# SPDX-License-Identifier: GPL-2.0-or-later
"""Can the lab trust its headers and the kernels that it built? Without a VM, a network and a compiler."""

from __future__ import annotations

from pathlib import Path

import pytest
from lab import apt, build, cache, headers, kernels, module
from lab.cache import Kernel


@pytest.fixture
def kernel(tmp_path: Path) -> Kernel:
    """A kernel in a cache of its own, with headers."""
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
def test_broken_headers_are_seen(damage, kernel: Kernel) -> None:
    damage(headers.folder_of(kernel))
    with pytest.raises(apt.AptError, match="no suite has the headers of 1.2.3 any more: run `lab fetch --refresh`"):
        headers.get(kernel, [])


def test_headers_that_were_not_finished_do_not_count(kernel: Kernel) -> None:
    with pytest.raises(RuntimeError), headers.replacing(kernel) as folder:
        (folder / "half").touch()
        raise RuntimeError
    assert (headers.get(kernel, []) / "include/header.h").read_text() == "one\n"


def test_kernel_of_other_inputs_is_built_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configs = tmp_path / "config"
    configs.mkdir()
    (configs / "small.config").write_text("CONFIG_A=y\n")
    monkeypatch.setattr(build, "CONFIGS", configs)
    entry = kernels.Entry("x", (), "", False, "", False, False, False, ("small",))
    kernel = Kernel("x", "1", tmp_path / "x/vmlinuz-1", "", "")
    cache.store(kernel, b"image", inputs=build.inputs(entry))
    assert build.is_current(entry, tmp_path)
    (configs / "small.config").write_text("CONFIG_A=m\n")
    assert not build.is_current(entry, tmp_path)


def test_sources_of_the_module_decide_where_it_is_built_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
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


def test_later_configuration_wins(tmp_path: Path) -> None:
    for name, text in {"one": "# about\nCONFIG_A=y\nCONFIG_B=y\n", "two": "# CONFIG_B is not set\nCONFIG_C=1\n"}.items():
        (tmp_path / name).write_text(text)
    wanted = build._wanted([tmp_path / "one", tmp_path / "two"])
    assert sorted(wanted) == ["# CONFIG_B is not set", "CONFIG_A=y", "CONFIG_C=1"]


def test_what_a_failed_build_said_is_told(kernel: Kernel, tmp_path: Path) -> None:
    (tmp_path / "Makefile").write_text("all:\n\t@echo such a pity; false\n")
    with pytest.raises(build.BuildFailed, match="such a pity"):
        build._make("x", tmp_path, tmp_path, "all")


def test_modules_are_built_for_kernels_that_the_list_says(kernel: Kernel) -> None:
    assert not module.has(kernel)
    assert {entry.role for entry in kernels.read().entries if entry.module} >= {"first", "second", "built", "debug"}
