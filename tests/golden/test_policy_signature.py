# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of signed policies: one without a valid signature by the configured key is not used, and prevents no load."""
import datetime
import os
import re
import shutil
import signal
import subprocess
import sys

import pytest

from .conftest import REPOSITORY
from .kernel import bzimage
from .system import build_root, kexeced, put, stamp
from .test_check import NEXT, POLICY, RULE, RUNNING, SEEN, load, policy

KEY = "etc/kexec-lineage/policy.pub"


class Minisign:
    ending, program = ".minisig", "minisign"

    def __init__(self, folder, name):
        self.public, self.secret = folder / f"{name}.pub", folder / f"{name}.key"
        self._run("-G", "-W", "-p", self.public, "-s", self.secret)

    def sign(self, path):
        self._run("-S", "-W", "-s", self.secret, "-m", path, "-x", f"{path}{self.ending}")

    def _run(self, *arguments):
        subprocess.run([self.program, *arguments], check=True, stdout=subprocess.DEVNULL)


class Signify(Minisign):
    ending, program = ".sig", "signify-openbsd"

    def __init__(self, folder, name):
        self.public, self.secret = folder / f"{name}.pub", folder / f"{name}.sec"
        self._run("-G", "-n", "-p", self.public, "-s", self.secret)

    def sign(self, path):
        self._run("-S", "-s", self.secret, "-m", path, "-x", f"{path}{self.ending}")


@pytest.fixture(name="kexec")
def make_kexec(folder):
    """A kexec that writes a file."""
    path = folder / "kexec"
    path.write_text(f"#!/bin/sh\necho ran > {folder}/ran\n")
    path.chmod(0o755)
    return path


@pytest.fixture(params=[Minisign, Signify])
def signer(request, folder):
    if not shutil.which(request.param.program):
        pytest.skip(f"{request.param.program} is not installed")
    return request.param(folder, "own")


@pytest.fixture
def machine(folder, signer):
    """A machine that refuses what a signed policy names, and the image of such a kernel."""
    root = build_root(folder / "machine", kexeced(release=RUNNING, cmdline=stamp(2, "6.12.1*2", made_for=RUNNING)))
    put(root / "etc/kexec-lineage.conf", f"OnPolicy=refuse\nPolicyKey=/{KEY}\n")
    put(root / KEY, signer.public.read_text())
    (folder / "image").write_bytes(bzimage(NEXT))
    write(root, signer)
    return root


def write(root, signer, text=None):
    put(root / POLICY, text or policy(RULE, SEEN))
    signer.sign(root / POLICY)


def test_signed(tool, machine, kexec, folder):
    status, ran, talk = load(tool, machine, kexec, folder / "image")
    assert (status, ran) == (0, False) and "not loaded" in talk
    assert tool.on(machine, "check", f"--to={NEXT}").status == 10


def ago(days):
    return datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=days)


NEWEST = "var/lib/kexec-lineage/policy-newest"
REPLAYED = "is not used: this machine has used a newer one"


def test_older_policy(tool, machine, kexec, folder, signer):
    """A machine does not use a signed policy that is older than one that a load has used."""
    image = folder / "image"
    write(machine, signer, policy(SEEN, made=ago(5)))
    assert load(tool, machine, kexec, image)[1]
    assert abs(int((machine / NEWEST).read_text()) - ago(5).timestamp()) < 60
    write(machine, signer, policy(RULE, SEEN, made=ago(6)))
    status, ran, talk = load(tool, machine, kexec, image)
    assert (status, ran) == (0, True) and REPLAYED in talk, talk
    assert tool.on(machine, "check", f"--to={NEXT}").status == 1
    # A policy that the user names is used.
    assert tool.on(machine, "check", f"--to={NEXT}", f"--policy={machine / POLICY}").status == 10
    for days in (5, 4):
        write(machine, signer, policy(RULE, SEEN, made=ago(days) + datetime.timedelta(seconds=5)))
        status, ran, talk = load(tool, machine, kexec, image)
        assert (status, ran) == (0, False) and "not loaded" in talk, talk
    assert abs(int((machine / NEWEST).read_text()) - ago(4).timestamp()) < 60


def test_only_a_load_keeps_the_date(tool, machine):
    assert tool.on(machine, "check", f"--to={NEXT}").status == 10 and not (machine / NEWEST).exists()


@pytest.mark.parametrize("text", ["", "1", "x" * 12 + "\n", "future", "-00000000001\n", "9" * 13, "9" * 12 + "\n\n",
                                  "0" * 12 + "\n"])
def test_damaged_date(tool, machine, kexec, folder, text):
    """A date that is damaged, or from the future, rules out no policy, and is replaced."""
    put(machine / NEWEST, f"{ago(-3).timestamp():012.0f}\n" if text == "future" else text)
    status, ran, talk = load(tool, machine, kexec, folder / "image")
    assert (status, ran) == (0, False) and "not loaded" in talk, talk
    assert re.fullmatch("[0-9]{12}\n", (machine / NEWEST).read_text())


@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo])
def test_date_that_cannot_be_written(tool, machine, kexec, folder, make):
    make(machine / NEWEST)
    assert load(tool, machine, kexec, folder / "image")[1] is False


def test_date_outside_of_the_root(tool, machine, kexec, folder):
    """No symbolic link leads out of the folder of --root."""
    (machine / NEWEST).symlink_to(folder / "outside")
    load(tool, machine, kexec, folder / "image")
    assert not (folder / "outside").exists()


def test_unsigned_policies_have_no_order(tool, machine, kexec, folder):
    put(machine / "etc/kexec-lineage.conf", "OnPolicy=refuse\n")
    assert not load(tool, machine, kexec, folder / "image")[1] and not (machine / NEWEST).exists()
    put(machine / NEWEST, f"{ago(0).timestamp():012.0f}\n")
    put(machine / POLICY, policy(RULE, SEEN, made=ago(6)))
    assert not load(tool, machine, kexec, folder / "image")[1]


def test_caller_ignores_children(tool, machine):
    """A signature is verified although the caller ignores SIGCHLD."""
    got = tool.on(machine, "check", f"--to={NEXT}",
                  preexec_fn=lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN))
    assert (got.status, got.talk) == (10, ""), got


def read_switch():
    """Return the commands of docs/howto/policy.md that replace a signed policy."""
    text = (REPOSITORY / "docs/howto/policy.md").read_text()
    [block] = [block for block in re.findall(r"```\n(.*?)```", text, re.DOTALL) if "mv -T" in block]
    return [line.strip().removeprefix("# ") for line in block.splitlines() if line.strip()]


def test_replaced_through_a_link(tool, machine, folder, signer):
    """The commands of the documentation switch from one signed policy to another one."""
    put(machine / "etc/kexec-lineage.conf", f"Policy=/var/lib/kexec-lineage/current/policy\nPolicyKey=/{KEY}\n")
    for number, (text, status) in enumerate([(policy(SEEN), 0), (policy(RULE, SEEN), 10)]):
        new = folder / f"new{number}"
        put(new / "policy", text)
        signer.sign(new / "policy")
        script = "\n".join(["set -e", *read_switch()]).replace("2026-11-30", str(number))
        script = script.replace("/var/lib", f"{machine}/var/lib").replace("/root/new", str(new))
        subprocess.run(["sh", "-c", script], check=True)
        got = tool.on(machine, "check", f"--to={NEXT}")
        assert (got.status, got.talk) == (status, ""), got


def forge(root, signer, folder):
    path = root / POLICY
    path.write_text(path.read_text().replace("crashed=41", "crashed=42"))


def replace_key(root, signer, folder):
    put(root / KEY, type(signer)(folder, "other").public.read_text())


def sign_by_another(root, signer, folder):
    type(signer)(folder, "other").sign(root / POLICY)


def change_signature(change):
    def run(root, signer, folder):
        path = root / f"{POLICY}{signer.ending}"
        path.write_bytes(change(path.read_bytes()))
    return run


def of_another_policy(root, signer, folder):
    before = (root / f"{POLICY}{signer.ending}").read_bytes()
    write(root, signer, policy(RULE.replace("41", "40")))
    (root / f"{POLICY}{signer.ending}").write_bytes(before)


def remove(name):
    return lambda root, signer, folder: (root / name.format(signer.ending)).unlink()


def replace(name, make):
    def run(root, signer, folder):
        path = root / name.format(signer.ending)
        path.unlink()
        make(path)
    return run


def large(path):
    with open(path, "wb") as stream:
        stream.truncate(1 << 30)


def future(root, signer, folder):
    write(root, signer, policy(RULE, made=datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=2)))


def cut(root, signer, folder):
    path = root / POLICY
    path.write_text(path.read_text()[:-20])
    signer.sign(path)


SIGNATURE = POLICY + "{}"
NO_KEY = f"{KEY}: No such file or directory"
NO_SIGNATURE = "PolicyKey is set, and there is no signature"
BROKEN = {
    "forged": (forge, "no valid signature"), "of another key": (sign_by_another, "no valid signature"),
    "foreign key": (replace_key, "no valid signature"), "of another policy": (of_another_policy, "no valid signature"),
    "cut signature": (change_signature(lambda data: data[:-60]), "no valid signature"),
    "empty signature": (change_signature(lambda data: b""), "no valid signature"),
    "zeros": (change_signature(lambda data: bytes(len(data))), "no valid signature"),
    "no signature": (remove(SIGNATURE), NO_SIGNATURE), "no key": (remove(KEY), NO_KEY),
    "signature of 1 GB": (replace(SIGNATURE, large), "File too large"),
    "signature is a pipe": (replace(SIGNATURE, os.mkfifo), "Invalid argument"),
    "signature is a folder": (replace(SIGNATURE, os.mkdir), "Invalid argument"),
    "key is a folder": (replace(KEY, os.mkdir), "cannot read the key"),
    "key is a pipe": (replace(KEY, os.mkfifo), "cannot read the key"),
    "key of 1 GB": (replace(KEY, large), "cannot read the key"),
    "policy of 1 GB": (replace(POLICY, large), "File too large"),
    "signed for the future": (future, "after the time of this machine's clock"), "signed, but cut": (cut, "was cut"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken(tool, machine, kexec, folder, signer, name):
    """The policy is not used, the reason is printed, and the kernel is loaded."""
    breaks, why = BROKEN[name]
    breaks(machine, signer, folder)
    got = tool.on(machine, "check", f"--to={NEXT}")
    assert (got.status, got.out) == (1, b"") and "is not used" in got.talk and why in got.talk, got
    status, ran, talk = load(tool, machine, kexec, folder / "image")
    assert (status, ran) == (0, True) and why in talk, talk


@pytest.mark.parametrize("script, why", [(None, "is not installed"), ("sleep(60)", "timed out"),
                                         ("abort()", "no valid")])
def test_programs(tool, machine, kexec, folder, signer, script, why):
    """A program that is missing, hangs or crashes prevents no load."""
    if script:
        path = folder / signer.program
        path.write_text(f"#!{sys.executable}\nfrom time import sleep\nfrom os import abort\n{script}\n")
        path.chmod(0o755)
    got = tool.on(machine, "load", "-s", "-l", folder / "image", "--reuse-cmdline",
                  env={"PATH": os.fspath(folder), "KEXEC_LINEAGE_KEXEC": os.fspath(kexec)})
    assert got.status == 0 and why in got.talk and (folder / "ran").exists(), got


@pytest.mark.parametrize("name, why", [(KEY, "cannot read the key"), (SIGNATURE, "its signature cannot be verified")])
def test_forbidden(unprivileged, machine, signer, name, why):
    path = machine / name.format(signer.ending)
    path.chmod(0)
    got = unprivileged.on(machine, "check", f"--to={NEXT}")
    assert (got.status, got.out) == (1, b"") and why in got.talk and "Permission denied" in got.talk, got


def move(path, to):
    """Move a file, and leave a symbolic link."""
    to.parent.mkdir(parents=True, exist_ok=True)
    path.rename(to)
    return lambda target: os.symlink(target, path)


@pytest.mark.parametrize("name", [KEY, SIGNATURE, POLICY])
@pytest.mark.parametrize("is_absolute", [True, False])
def test_links(tool, machine, signer, name, is_absolute):
    """Symbolic links are followed inside the root folder."""
    name = name.format(signer.ending)
    link = move(machine / name, machine / "srv/target")
    link("/srv/target" if is_absolute else os.path.relpath(machine / "srv/target", (machine / name).parent))
    got = tool.on(machine, "check", f"--to={NEXT}")
    assert (got.status, got.talk) == (10, ""), got


@pytest.mark.parametrize("name, status, why", [(KEY, 1, NO_KEY), (SIGNATURE, 1, NO_SIGNATURE),
                                               (POLICY, 12, "there is no policy")])
def test_links_out_of_the_root(tool, machine, folder, signer, name, status, why):
    """No symbolic link leads out of the root folder."""
    name = name.format(signer.ending)
    move(machine / name, folder / "outside")(folder / "outside")
    got = tool.on(machine, "check", f"--to={NEXT}")
    assert got.status == status and why in got.talk, got


def test_given_policy(tool, machine, folder, signer):
    """A policy that --policy names is not below the root folder, and its key is."""
    for ending in ("", signer.ending):
        (machine / (POLICY + ending)).rename(folder / f"given{ending}")
    got = tool.on(machine, "check", f"--to={NEXT}", "--policy=given", cwd=folder)
    assert (got.status, got.talk) == (10, ""), got


def test_no_key(tool, machine, folder, signer):
    """Without PolicyKey=, a signature is not verified."""
    put(machine / "etc/kexec-lineage.conf", "OnPolicy=refuse\n")
    forge(machine, signer, folder)
    assert tool.on(machine, "check", f"--to={NEXT}").status == 10
