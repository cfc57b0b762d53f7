# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that the tutorial shows what its commands print."""
import os
import re
import subprocess

from .conftest import REPOSITORY
from .tool import make_environment


def test_first_verdict(tool, folder):
    """The script of chapter 6 ends with status 10, and triage prints the text of the page."""
    page = (REPOSITORY / "docs/tutorial.md").read_text()
    chapter = page.partition("\n## 6.")[2].partition("\n## ")[0]
    script, commands, expected = re.findall(r"^```\n(.*?)^```$", chapter, re.DOTALL | re.MULTILINE)
    text = re.sub(r"^# ", "", script + commands, flags=re.MULTILINE)
    (folder / "tests").symlink_to(REPOSITORY / "tests")
    path = f"{os.path.dirname(tool.path)}:{os.environ['PATH']}"
    got = subprocess.run(["sh", "-c", text], cwd=folder, env=make_environment({"PATH": path}), capture_output=True,
                         text=True, check=False)
    assert got.returncode == 10 and got.stderr == "", got
    talk, _, printed = got.stdout.partition("kexec-lineage ")
    lines = [line for line in talk.splitlines() if line]
    assert len([line for line in lines if ": boot of " in line]) == 40 and len(lines) == 50
    assert printed.split("\n", 1)[1] == expected.split("\n", 1)[1]
    assert (folder / "triage.html").stat().st_size > 0
