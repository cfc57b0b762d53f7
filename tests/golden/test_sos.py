# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that kexec-lineage reads a report of this machine, made by the real sos with our plugin."""
import os
import re
import runpy
import sqlite3
import subprocess
import sys
import types

import pytest

from .conftest import REPOSITORY

# Runs sos with one more folder of plugins. sos.SoS is the main program.
SOS = f"""
import sys
import sos.report.plugins
sos.report.plugins.__path__.append({os.fspath(REPOSITORY / 'host/sos')!r})
from sos import SoS
SoS(sys.argv[1:]).execute()
"""


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """Return an unpacked report of the plugins that the tests need."""
    python = "/usr/bin/python3"  # the Python that runs the packaged sos
    if os.geteuid() != 0:
        pytest.skip("only root can run sos report")
    if subprocess.run([python, "-c", "import sos.report.plugins"], capture_output=True, check=False).returncode:
        pytest.skip("sos is not installed")
    folder = tmp_path_factory.mktemp("sos")
    done = subprocess.run([python, "-B", "-c", SOS, "report", "--batch", "--quiet", "--tmp-dir", folder,
                           "-o", "kernel,host,logs,kexec_lineage"], capture_output=True, text=True, check=False)
    archives = list(folder.glob("sosreport-*.tar.*"))
    archive = [path for path in archives if not path.name.endswith(("md5", "sha256"))]
    assert len(archive) == 1, done.stdout + done.stderr
    subprocess.run(["tar", "-xf", archive[0], "-C", folder], check=True)
    [unpacked] = [path for path in folder.iterdir() if path.is_dir()]
    return unpacked


def running(name):
    with open(f"/proc/sys/kernel/{name}", encoding="utf-8") as file:
        return file.read().strip()


def test_lineage(tool, report):
    shown = tool.run(f"--root={report}", "--json", "show").json
    ours = tool.run("--json", "show").json
    assert shown["release"] == running("osrelease")
    assert [shown[name] for name in ("boot", "previous_release", "kexec_count", "chain")] == [
        ours[name] for name in ("boot", "previous_release", "kexec_count", "chain")]


def test_one_boot(tool, report, folder):
    got = tool.run("ingest", f"--store={folder}/s.db", report)
    assert got.status == 0, got
    with sqlite3.connect(folder / "s.db") as database:
        rows = database.execute("SELECT boot_id, name FROM boots JOIN releases ON releases.id = release").fetchall()
    assert (running("random/boot_id"), running("osrelease")) in rows
    assert len({row[0] for row in rows}) == len(rows)


def test_what_the_plugin_collects(report):
    """The report has the files that only our plugin collects."""
    for path in ("osrelease", "bootloader_type", "version", "hostname"):
        assert (report / "proc/sys/kernel" / path).read_text().strip() == running(path)
    assert (report / "sos_logs/sos.log").read_text().count("added cmd output 'kexec-lineage show --sources'") == 1


def test_a_login_is_not_collected(monkeypatch):
    """The plugin removes the login from the URL of a store. The test uses a fake sos."""
    calls = []
    plugins = types.ModuleType("sos.report.plugins")
    forbidden, copied = [], []
    plugins.Plugin = type("Plugin", (), {"do_file_sub": lambda self, *arguments: calls.append(arguments),
                                         "add_copy_spec": lambda self, paths: copied.extend(paths),
                                         "add_cmd_output": lambda self, commands: None,
                                         "add_forbidden_path": lambda self, path: forbidden.append(path)})
    for name in ("IndependentPlugin", "DebianPlugin", "RedHatPlugin", "SuSEPlugin", "UbuntuPlugin"):
        setattr(plugins, name, type(name, (), {}))
    for name, module in (("sos", types.ModuleType("sos")), ("sos.report", types.ModuleType("sos.report")),
                         ("sos.report.plugins", plugins)):
        monkeypatch.setitem(sys.modules, name, module)
    plugin = runpy.run_path(os.fspath(REPOSITORY / "host/sos/kexec_lineage.py"))["KexecLineage"]()
    plugin.setup()
    assert "/var/lib/kexec-lineage" in copied and forbidden == ["/var/lib/kexec-lineage/host-key"]
    plugin.postproc()
    [(path, pattern, replacement)] = calls
    assert path == "/etc/kexec-lineage.conf"
    assert re.sub(pattern, replacement, "Store=clickhouse://me:pw@db/x") == "Store=clickhouse://********@db/x"
