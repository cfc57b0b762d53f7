# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that `load` notes the loaded kernel in /run, and that the start of a kexec is noted on the disk.

`load` and `record --shutdown` note the start, and the next `record` moves the note to the history. A fake kexec either
returns, as after a load or a failed start, or ends its caller, as a real start does.
"""
import os
import shutil
import signal
import sqlite3
import subprocess
import time

import pytest

from .kernel import bzimage
from .kexec_machine import (DEADLINE_S, EMPTY, IMAGE_RELEASE, LOADED, NOTE, START, SYSTEM,
                            Kexec, mount_small, noted, read_only)
from .system import MODULE, OLDER, RELEASE, cold, kexeced, put, stamp


@pytest.fixture
def machine(tool, folder):
    return Kexec(tool, folder)


@pytest.mark.parametrize("options", [["-l"], ["-s", "-l"], ["-c", "-l"], ["-u", "-l"], []], ids=" ".join)
def test_note(machine, options):
    machine.boot({**cold(), **EMPTY})
    assert machine.load(*options, "IMAGE") == ""
    assert machine.note() == noted()
    assert (machine.root / NOTE).stat().st_mode & 0o777 == 0o644
    assert os.listdir((machine.root / NOTE).parent) == ["loaded"]


def test_note_follows_loads_and_unloads(machine, folder):
    machine.boot({**cold(), **EMPTY})
    (folder / "other").write_bytes(b"not a bzImage")
    machine.load("-l", "IMAGE")
    machine.load("-l", folder / "other")
    assert machine.note() == noted("", stamp(1, RELEASE).partition("=")[2])
    for unchanged in (["-p", "IMAGE"], ["-p", "-u"], ["-S"], ["--version"], ["-l"]):
        machine.load(*unchanged)
        assert machine.note() == noted("", stamp(1, RELEASE).partition("=")[2])
    machine.load("-l", "IMAGE")
    for failed in (["-l", folder / "other"], ["-u"]):
        machine.load(*failed, script="exit 1", status=1)
        assert machine.note() == noted()
    machine.load("-u")
    assert machine.note() is None
    machine.load("-u")


def test_note_of_a_load_without_a_stamp(machine):
    machine.boot({**cold(), **EMPTY})
    assert "does not fit" in machine.load("-l", f"--append={'x' * 2016}", "IMAGE")
    assert machine.note() == noted(value="")


@pytest.mark.parametrize("shown, written", [("\n", IMAGE_RELEASE), (f"{OLDER}\n", f"{OLDER}\n"), (None, None)])
def test_module_gets_a_release_that_it_does_not_know(machine, shown, written):
    """`load -c` writes the release to the module, if the module does not know it: kexec_load() gets no whole image."""
    machine.boot({**cold(), **EMPTY, f"{MODULE}/loaded_release": shown})
    machine.load("-c", "-l", "IMAGE")
    path = machine.root / MODULE / "loaded_release"
    assert (path.read_text().rstrip("\n") if path.exists() else None) == (written and written.rstrip("\n"))


def test_run_is_missing(machine):
    machine.boot(cold())
    shutil.rmtree(machine.root / "run", ignore_errors=True)
    assert machine.load("-l", "IMAGE") == ""
    assert not (machine.root / "run").exists()


def test_run_cannot_be_written(machine):
    machine.boot({**cold(), **EMPTY, "run/kexec-lineage": "a file, not a folder"})
    for options in (["-l", "IMAGE"], ["-u"]):
        assert machine.load(*options) == ("kexec-lineage: load: cannot write /run/kexec-lineage/loaded: Not a directory: "
                                          "the history may not name the next kernel\n")


@pytest.mark.parametrize("options", [["-l", "IMAGE"], ["-u"], ["-e"]], ids=" ".join)
def test_read_only_system(machine, options):
    machine.boot({**cold(), **EMPTY}).record()
    machine.load("-l", "IMAGE")
    put(machine.root / "sys/kernel/kexec_loaded", "1\n")
    options = [str(machine.image) if option == "IMAGE" else option for option in options]
    machine.script("kexec", "echo ran")
    command = read_only(machine.tool.command(f"--root={machine.root}", "load", *options), str(machine.root))
    got = subprocess.run(command, capture_output=True, text=True, check=False,
                         env=machine.environment())
    assert (got.returncode, got.stdout) == (0, "ran\n")
    assert got.stderr.count("\n") <= 2 and "Read-only" in got.stderr or options == ["-e"], got.stderr
    assert machine.note() == noted()


@pytest.mark.parametrize("source, release", [
    ({NOTE: noted()}, IMAGE_RELEASE), ({MODULE + "/loaded_release": f"{OLDER}\n", NOTE: noted()}, OLDER),
    ({MODULE + "/loaded_release": "\n", NOTE: noted()}, None), ({MODULE + "/loaded_release": "two words\n"}, None),
    ({}, None), ({NOTE: noted("two words")}, None), ({NOTE: "release\n"}, None), ({NOTE: noted("")}, None),
    ({NOTE: f"later=1\nrelease={OLDER}\n"}, OLDER), ({NOTE: f"release={OLDER}"}, OLDER),
    ({NOTE: f"stamp={'x' * 1025}\nrelease={OLDER}\n"}, None)])
@pytest.mark.parametrize("start", ["-e", "shutdown"])
def test_start(machine, source, release, start):
    machine.boot({**cold(), **LOADED, **source}).record()
    assert machine.started() is None
    if start == "-e":
        machine.start("-e")
    else:
        machine.shut_down("7 kexec.target start waiting\n")
    assert machine.started() == (release or "")
    machine.boot(cold()).record()
    [(kexec_time, kexec_release)] = machine.sql("SELECT kexec_time, kexec_release FROM boots WHERE kexec_time")
    assert abs(kexec_time - time.time()) < 600 and kexec_release == release


def test_start_of_the_image_that_is_loaded_with_it(machine):
    machine.boot({**cold(), **EMPTY, NOTE: noted(OLDER)}).record()
    machine.start("-f", "IMAGE")
    assert machine.started() == IMAGE_RELEASE


@pytest.mark.parametrize("loaded", ["0\n", None])
def test_start_without_a_loaded_kernel(machine, loaded):
    machine.boot({**cold(), **SYSTEM, "sys/kernel/kexec_loaded": loaded, NOTE: noted()}).record()
    machine.start("-e")
    machine.record().shut_down("7 kexec.target start waiting\n")
    assert machine.started() is None


@pytest.mark.parametrize("status", [0, 1])
@pytest.mark.parametrize("options", [["-e"], ["-f", "IMAGE"]], ids=" ".join)
def test_failed_start(machine, options, status):
    """The kexec is noted while kexec runs, and not after kexec returns, because the start has failed."""
    machine.boot({**cold(), **LOADED, NOTE: noted()}).record()
    copy = machine.root.parent / "copy"
    machine.load(*options, script=f"cp {machine.root / START} {copy}; exit {status}", status=status)
    assert f"release={IMAGE_RELEASE}\n" in copy.read_text()
    assert machine.started() is None
    machine.boot(cold()).record()
    assert machine.ends() == ["unclean", "running"]


@pytest.mark.parametrize("status, note", [(0, noted()), (1, None)])
def test_note_after_a_failed_start(machine, status, note):
    """If `kexec -f` returns, the note names the image if the exit status is 0. Otherwise the note is removed."""
    machine.boot({**cold(), **EMPTY, NOTE: noted(OLDER)})
    machine.load("-f", "IMAGE", script=f"exit {status}", status=status)
    assert machine.note() == note


def test_lost_kexec(machine):
    """A kexec that was loaded and started, and is followed by a cold boot, is lost."""
    machine.boot({**cold(), **EMPTY}).record()
    machine.load("-l", "IMAGE")
    put(machine.root / "sys/kernel/kexec_loaded", "1\n")
    machine.start("-e")
    machine.boot(cold()).record()
    assert [(boot["release"], boot["end"]) for boot in machine.log()] == [
        (RELEASE, "kexec"), (IMAGE_RELEASE, "lost"), (RELEASE, "running")]


@pytest.mark.parametrize("how", ["-e", "shutdown", "both"])
def test_loaded_twice(machine, folder, how):
    """The kernel that was loaded last is the one that was lost, and it was lost once."""
    (folder / "other").write_bytes(bzimage(OLDER))
    machine.boot({**cold(), **EMPTY}).record()
    machine.load("-l", folder / "other")
    machine.load("-l", "IMAGE")
    put(machine.root / "sys/kernel/kexec_loaded", "1\n")
    if how != "-e":
        machine.shut_down("7 kexec.target start waiting\n")
    if how != "shutdown":
        machine.start("-e")
    machine.boot(cold()).record().record()
    assert [(boot["release"], boot["end"]) for boot in machine.log()] == [
        (RELEASE, "kexec" if how == "-e" else "clean"), (IMAGE_RELEASE, "lost"), (RELEASE, "running")]


@pytest.mark.parametrize("after", [{"proc/sys/kernel/bootloader_type": None}, kexeced(release=OLDER)],
                         ids=["unknown", "kexec"])
def test_next_boot_is_not_cold(machine, after):
    """A lost kexec is reported only if the next boot is certainly cold: another kernel may have run in between."""
    machine.boot({**cold(), **LOADED, NOTE: noted()}).record()
    machine.start("-e")
    machine.boot({**cold(), **after}).record()
    assert machine.ends() == ["kexec", "running"]


def test_removed_lost_kexec(machine):
    """The user knows that the power failed, and removes the lost kexec. It does not come back at shutdown."""
    machine.boot({**cold(), **LOADED, NOTE: noted()}).record()
    machine.start("-e")
    machine.boot(cold()).record()
    assert machine.ends() == ["kexec", "lost", "running"]
    lost = machine.log()[1]["boot_id"]
    assert machine.run("forget", f"--boot={lost}", f"--host={machine.log()[1]['host']}").status == 0
    machine.record().record("--shutdown")
    assert machine.ends() == ["kexec", "clean"]


JOBS = {
    "kexec": ("  7 kexec.target start waiting\n", True),
    "others first": ("1 a.service stop running\n22 kexec.target start waiting", True),
    "reboot": ("7 reboot.target start waiting\n", False),
    "stop": ("7 kexec.target stop waiting\n", False),
    "another unit": ("7 xkexec.target start waiting\n7 kexec.targets start waiting\n", False),
    "none": ("No jobs listed.\n", False),
    "empty": ("", False),
    "no number": ("kexec.target start waiting\n", False),
    "torn": ("7 kexec.target\nstart waiting\n", False),
    "long": (f"7 {'x' * 300} kexec.target start\n", False),
}


@pytest.mark.parametrize("name", JOBS)
def test_shutdown(machine, name):
    """`record --shutdown` records a kexec only if systemd has a job that starts it. A loaded kernel is not enough."""
    jobs, is_started = JOBS[name]
    machine.boot({**cold(), **LOADED, NOTE: noted()}).record().shut_down(jobs)
    assert machine.started() == (IMAGE_RELEASE if is_started else None)
    machine.boot(cold()).record()
    assert machine.ends() == ["clean", *(["lost"] if is_started else []), "running"]


def test_shutdown_of_a_slow_machine(machine):
    """The kexec is recorded even if systemctl responds slowly, because all units stop at the same time."""
    machine.boot({**cold(), **LOADED, NOTE: noted()}).record()
    machine.shut_down("7 kexec.target start waiting\n", f"sleep {DEADLINE_S + 1}; printf '%s' \"$JOBS\"")
    assert machine.started() == IMAGE_RELEASE


def test_shutdown_of_a_boot_that_was_not_recorded(machine):
    machine.boot({**cold(), **LOADED, NOTE: noted()}).shut_down("7 kexec.target start waiting\n")
    assert machine.started() == IMAGE_RELEASE


def test_shutdown_after_a_start_that_failed(machine):
    """If kexec -e hung and was killed, a later reboot is not a lost kexec."""
    machine.boot({**cold(), **LOADED}).record()
    machine.start("-e")
    machine.shut_down("7 reboot.target start waiting\n")
    machine.boot(cold()).record()
    assert machine.ends() == ["clean", "running"]


@pytest.mark.parametrize("script", ["exit 1", "exec sleep 600", "printf '%s' \"$JOBS\"; exit 1", "kill -KILL $$"])
def test_shutdown_without_an_answer_of_systemd(machine, script):
    machine.boot({**cold(), **LOADED}).record()
    before = time.monotonic()
    machine.shut_down("7 kexec.target start waiting\n", script)
    assert time.monotonic() - before < DEADLINE_S + 60
    assert machine.started() is None and machine.ends() == ["clean"]


def test_kexec_that_arrives_is_not_lost(machine):
    machine.boot({**cold(), **LOADED}).record()
    machine.start("-e")
    machine.boot(kexeced(release=OLDER, cmdline=stamp(1, RELEASE, made_for=OLDER))).record()
    assert machine.ends() == ["kexec", "running"]


def test_no_history(machine):
    """`load` creates no history, because the machine may be configured not to record its boots."""
    machine.boot({**cold(), **LOADED})
    assert machine.start("-e") == ""
    assert not machine.history.exists()


def test_boot_that_is_not_in_the_history(machine):
    """The note of a boot that was not recorded names no boot of the history, and is removed."""
    machine.boot(cold()).record().boot({**cold(), **LOADED})
    assert machine.start("-e") == "" and machine.started() == ""
    assert machine.next() == ["unclean", "running"]


def test_damaged_history(machine):
    """The note does not depend on the history."""
    machine.boot({**cold(), **LOADED}).record()
    machine.history.write_bytes(b"damaged" * 1000)
    assert machine.start("-e") == "" and machine.started() == ""
    machine.load("-e", script="exit 3", status=3)
    assert machine.started() is None


@pytest.mark.parametrize("start", ["-e", "shutdown"])
def test_locked_history(machine, start):
    """A program that holds the lock of the history for long delays no kexec, and the kexec is noted."""
    machine.boot({**cold(), **LOADED, NOTE: noted()}).record()
    with sqlite3.connect(machine.history, isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        if start == "-e":
            before = time.monotonic()
            assert machine.start("-e") == ""
            assert time.monotonic() - before < DEADLINE_S
        else:
            machine.script("systemctl", "echo 7 kexec.target start waiting")
            assert machine.run("record", "--shutdown",
                               env={"KEXEC_LINEAGE_SYSTEMCTL": machine.bin / "systemctl"}).status == 1
        other.execute("ROLLBACK")
    assert machine.started() == IMAGE_RELEASE
    assert machine.next() == ["kexec", "lost", "running"]


def shut_down_with_a_locked_history(machine, jobs, after):
    """Run `record --shutdown` while another program holds the lock, and call after() before this program releases it."""
    machine.script("systemctl", f"echo '{jobs}'")
    with sqlite3.connect(machine.history, isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        command = machine.tool.command(f"--root={machine.root}", "record", "--shutdown")
        with subprocess.Popen(command, stderr=subprocess.PIPE,
                              env=machine.environment()) as process:
            after(process)
            other.execute("ROLLBACK")
            _, talk = process.communicate()
    assert (process.returncode, talk) == (0, b"")


def test_locked_history_does_not_delay_the_note(machine):
    """`record --shutdown` writes the note before it waits for the lock of the history."""
    def wait_for_note(process):
        while machine.started() is None:
            assert process.poll() is None
            time.sleep(0.001)

    machine.boot({**cold(), **LOADED, NOTE: noted()}).record()
    shut_down_with_a_locked_history(machine, "7 kexec.target start waiting", wait_for_note)
    assert machine.next() == ["clean", "lost", "running"]


def test_earlier_note_is_not_replaced_unseen(machine):
    """If `record` could not write the history at boot, `record --shutdown` moves the note of the earlier boot to the
    history, even if it writes a note of its own first."""
    machine.boot({**cold(), **LOADED, NOTE: noted()}).record()
    machine.start("-e")
    machine.boot({**cold(), **LOADED, NOTE: noted(OLDER)})
    with sqlite3.connect(machine.history, isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert machine.run("record").status == 1
        other.execute("ROLLBACK")
    machine.shut_down("7 kexec.target start waiting\n")
    assert machine.started() == OLDER
    assert machine.next() == ["kexec", "lost", "clean", "lost", "running"]


def test_note_of_the_running_boot_does_not_need_the_history(machine):
    """The note of a start that failed is removed at shutdown, even if the history cannot be written."""
    machine.boot({**cold(), **LOADED}).record()
    machine.start("-e")
    with sqlite3.connect(machine.history, isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        machine.script("systemctl", "echo 7 reboot.target start waiting")
        assert machine.run("record", "--shutdown",
                           env={"KEXEC_LINEAGE_SYSTEMCTL": machine.bin / "systemctl"}).status == 1
        other.execute("ROLLBACK")
    assert machine.started() is None
    assert machine.next() == ["unclean", "running"]


def test_record_fails_after_a_start(machine):
    """The note is kept until the history can be written."""
    machine.boot({**cold(), **LOADED}).record()
    machine.start("-e")
    machine.boot(cold())
    with sqlite3.connect(machine.history, isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert machine.run("record").status == 1
        other.execute("ROLLBACK")
    assert machine.record("--shutdown").ends() == ["kexec", "lost", "clean"]


@pytest.fixture
def small_disk(machine):
    folder = mount_small(machine)
    yield folder
    subprocess.run(["umount", folder], check=True)


@pytest.mark.parametrize("start", ["-e", "shutdown"])
def test_full_disk(machine, small_disk, start):
    """The note needs no space, because `record` has created the file at boot, with its full size."""
    machine.boot({**cold(), **LOADED, NOTE: noted()}).record()
    filler = small_disk / "filler"
    with open(filler, "wb", buffering=0) as file, pytest.raises(OSError, match="No space left"):
        while True:
            file.write(bytes(4096))
    if start == "-e":
        assert machine.start("-e") == ""
    else:
        machine.script("systemctl", "echo 7 kexec.target start waiting")
        assert machine.run("record", "--shutdown",
                           env={"KEXEC_LINEAGE_SYSTEMCTL": machine.bin / "systemctl"}).status == 1
    assert machine.started() == IMAGE_RELEASE
    filler.unlink()
    assert machine.next() == ["kexec", "lost", "running"]


def hang(machine):
    """Make the file of the note hang when it is opened for writing, as a file on a dead server does."""
    (machine.root / START).unlink()
    os.mkfifo(machine.root / START)


def test_file_system_that_hangs(machine):
    """kexec starts almost at once. The note is written as soon as the file system responds."""
    machine.boot({**cold(), **LOADED, NOTE: noted()}).record()
    hang(machine)
    before = time.monotonic()
    assert machine.start("-e") == ""
    assert time.monotonic() - before < DEADLINE_S
    assert f"boot={machine.boot_id}\nrelease={IMAGE_RELEASE}\n" in (machine.root / START).read_text()


def test_failed_start_on_a_file_system_that_hangs(machine):
    """A kexec that failed is followed by a reboot, which does not wait long."""
    machine.boot({**cold(), **LOADED}).record()
    hang(machine)
    before = time.monotonic()
    machine.load("-e", script="exit 1", status=1)
    assert DEADLINE_S <= time.monotonic() - before < 3 * DEADLINE_S
    reader = os.open(machine.root / START, os.O_RDONLY | os.O_NONBLOCK)
    time.sleep(0.2)
    assert os.read(reader, 1) == b""
    os.close(reader)


@pytest.mark.parametrize("text", ["", "boot=1\n", "end\n", "release=6.1\ntime=1\nend\n", "boot=1\ntime=x\nend\n",
                                  "boot=ID\nrelease=two words\ntime=1\nend\n", "boot=ID\nrelease=6.1\ntime=1\nen"])
def test_invalid_note(machine, text):
    """A note of which a part is missing is ignored."""
    machine.boot({**cold(), **LOADED}).record()
    put(machine.root / START, text.replace("ID", machine.boot_id))
    machine.boot(cold()).record()
    assert machine.ends() == ["unclean", "running"]


def test_signal_that_ends_kexec(machine):
    machine.boot({**cold(), **EMPTY})
    machine.load("-l", "IMAGE", script="kill -TERM $$", status=-signal.SIGTERM)
    assert machine.note() is None


@pytest.mark.parametrize("script", ["kill -TERM $$", "kill -TERM $PPID; exec sleep 600"], ids=["kexec", "caller"])
def test_signal_that_ends_a_start(machine, script):
    """If a signal ends kexec or `load`, the note of the started kexec is removed."""
    machine.boot({**cold(), **LOADED, NOTE: noted()}).record()
    machine.load("-e", script=script, status=-signal.SIGTERM)
    assert machine.started() is None
    machine.boot(cold()).record()
    assert machine.ends() == ["unclean", "running"]


def test_signal_that_ends_a_load(machine):
    """If a signal ends a load, the note of an earlier load is removed, because kexec may have replaced the kernel."""
    machine.boot({**cold(), **EMPTY})
    machine.load("-l", "IMAGE")
    machine.load("-l", "IMAGE", script="kill -TERM $PPID; exec sleep 600", status=-signal.SIGTERM)
    assert machine.note() is None


def test_signal_while_the_start_is_noted(machine):
    """If a signal ends `load` before the start is noted, kexec does not run."""
    machine.boot({**cold(), **LOADED}).record()
    hang(machine)
    machine.script("kexec", f"echo ran > {machine.bin}/out")
    command = machine.tool.command(f"--root={machine.root}", "load", "-e")
    with subprocess.Popen(["nice", *command], stderr=subprocess.PIPE,
                          env=machine.environment()) as process:
        children = f"/proc/{process.pid}/task/{process.pid}/children"
        while not open(children, encoding="ascii").read():
            time.sleep(0.001)
        process.send_signal(signal.SIGTERM)
    assert process.returncode == -signal.SIGTERM
    assert not (machine.bin / "out").exists()


def test_kexec_ends_with_its_caller(machine):
    machine.boot({**cold(), **EMPTY})
    machine.load("-l", "IMAGE", script=f"trap 'echo ended > {machine.bin}/out; exit' TERM; kill -KILL $PPID; sleep 5 & wait",
                 status=-signal.SIGKILL)
    for _ in range(100):
        if (machine.bin / "out").exists():
            break
        time.sleep(0.1)
    assert (machine.bin / "out").exists()


def test_ignored_children(machine):
    """`load` returns the exit status of kexec even if its caller ignores SIGCHLD, which discards exit statuses."""
    machine.boot({**cold(), **LOADED}).record()
    machine.script("kexec", "exit 3")
    command = machine.tool.command(f"--root={machine.root}", "load", "-l", machine.image)
    got = subprocess.run(["sh", "-c", "trap '' CHLD; exec \"$@\"", "sh", *command], check=False,
                         env=machine.environment())
    assert got.returncode == 3


def test_wrapper_recognises_itself(machine):
    """`load` replaces its own process id in KEXEC_LINEAGE_SHIM with the id of its child, which runs kexec."""
    machine.boot({**cold(), **EMPTY})
    out = machine.bin / "out"
    machine.script("kexec", f'echo "$$ $KEXEC_LINEAGE_SHIM" >> {out}')
    command = machine.tool.command(f"--root={machine.root}", "load", "-u")
    for value in ("$$ load", "1 load", "$$ real"):
        subprocess.run(["sh", "-c", f'export KEXEC_LINEAGE_SHIM="{value}"; exec "$@"', "sh", *command], check=True,
                       env=machine.environment())
    own, inherited, real = (line.split() for line in out.read_text().splitlines())
    assert own == [own[0], own[0], "load"]
    assert inherited[1:] == ["1", "load"]
    assert real[2] == "real"
