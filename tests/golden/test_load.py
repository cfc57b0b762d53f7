# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that `load` runs kexec(8) with the command line that kexec would give to the next kernel, and the stamp.

kexec (kexec/kexec.c of kexec-tools 2.0.25) makes the command line of the next kernel as follows. With --reuse-cmdline
it takes the running command line without the first BOOT_IMAGE parameter, and with -p also without crashkernel. It then
appends a blank and the value of the last --append or --command-line.
"""
import os
import threading

import pytest

from .kernel import RELEASE as IMAGE_RELEASE
from .kernel import bzimage
from .system import OLDER, RELEASE, cold, devicetree, kexeced, stamp

KEXEC = stamp(1, RELEASE, made_for=IMAGE_RELEASE)
CAPTURE = stamp(1, RELEASE, made_for=IMAGE_RELEASE, kind="p")
NO_ROOM = "kexec-lineage: load: the stamp does not fit in the command line: loading without a stamp\n"


def line(text, sealed=KEXEC):
    return f"--command-line={text} {sealed}" if text else f"--command-line={sealed}"


ROOT = "root=/dev/sda1 ro crashkernel=256M quiet"
CRASH_ROOT = "root=/dev/sda1 ro quiet"
STAMPED = {
    "-l": (["-l", "IMAGE"], [line(""), "-l", "IMAGE"]),
    "no option": (["IMAGE"], [line(""), "IMAGE"]),
    "-p": (["-p", "IMAGE"], [line("", CAPTURE), "-p", "IMAGE"]),
    "-s": (["-s", "-l", "IMAGE"], [line(""), "-s", "-l", "IMAGE"]),
    "-c": (["-c", "-l", "IMAGE"], [line(""), "-c", "-l", "IMAGE"]),
    "-a": (["-a", "-l", "IMAGE"], [line(""), "-a", "-l", "IMAGE"]),
    "-f": (["-f", "IMAGE"], [line(""), "-f", "IMAGE"]),
    "-ls": (["-ls", "IMAGE"], [line(""), "-ls", "IMAGE"]),
    "-lsd": (["-lsd", "IMAGE"], [line(""), "-lsd", "IMAGE"]),
    "-spd": (["-spd", "IMAGE"], [line("", CAPTURE), "-spd", "IMAGE"]),
    "-lt with its value": (["-lt", "bzImage", "IMAGE"], [line(""), "-lt", "bzImage", "IMAGE"]),
    "-tbzImage": (["-ltbzImage", "IMAGE"], [line(""), "-ltbzImage", "IMAGE"]),
    "--load": (["--load", "IMAGE"], [line(""), "--load", "IMAGE"]),
    "--load-panic": (["--load-panic", "IMAGE"], [line("", CAPTURE), "--load-panic", "IMAGE"]),
    "--load-pan": (["--load-pan", "IMAGE"], [line("", CAPTURE), "--load-pan", "IMAGE"]),
    "--load-preserve-context": (["--load-preserve-context", "IMAGE"],
                                [line(""), "--load-preserve-context", "IMAGE"]),
    "--load-live-update": (["--load-live-update", "IMAGE"],
                           [line(""), "--load-live-update", "IMAGE"]),
    "-e before -l": (["-e", "-l", "IMAGE"], [line(""), "-e", "-l", "IMAGE"]),
    "-u before -p": (["-u", "-p", "IMAGE"], [line("", CAPTURE), "-u", "-p", "IMAGE"]),
    "--append X": (["-l", "--append", "a b", "IMAGE"], ["-l", line("a b"), "IMAGE"]),
    "--append=X": (["-l", "--append=a b", "IMAGE"], ["-l", line("a b"), "IMAGE"]),
    "--command-line X": (["-l", "--command-line", "a", "IMAGE"], ["-l", line("a"), "IMAGE"]),
    "--command-line=X": (["-l", "--command-line=a", "IMAGE"], ["-l", line("a"), "IMAGE"]),
    "--app=x": (["-l", "--app=x", "IMAGE"], ["-l", line("x"), "IMAGE"]),
    "--comm x": (["-l", "--comm", "x", "IMAGE"], ["-l", line("x"), "IMAGE"]),
    "empty append": (["-l", "--append=", "IMAGE"], ["-l", line(""), "IMAGE"]),
    "empty --append argument": (["-l", "--append", "", "IMAGE"], ["-l", line(""), "IMAGE"]),
    "last append wins": (["--append=a", "-l", "--command-line", "b", "IMAGE", "--app", "c"],
                         ["-l", "IMAGE", line("c")]),
    "after the operand": (["IMAGE", "-l", "--append", "x", "-d"],
                           ["IMAGE", "-l", line("x"), "-d"]),
    "--append that is a value": (["-l", "--initrd", "--append=x", "IMAGE"],
                                 [line(""), "-l", "--initrd", "--append=x", "IMAGE"]),
    "value that looks like the image": (["-l", "--append", "IMAGE", "IMAGE"],
                                        ["-l", "--command-line=%s " + KEXEC, "IMAGE"]),
    "--initrd": (["-l", "IMAGE", "--initrd=i", "--append=x"],
                 ["-l", "IMAGE", "--initrd=i", line("x")]),
    "--": (["-l", "--append=x", "--", "IMAGE"], ["-l", line("x"), "--", "IMAGE"]),
    "option after --": (["-l", "IMAGE", "--", "--append=x"],
                         [line(""), "-l", "IMAGE", "--", "--append=x"]),
    "two operands": (["-l", "IMAGE", "other"], [line(""), "-l", "IMAGE", "other"]),
    "--reuse-cmdline": (["-l", "IMAGE", "--reuse-cmdline"], ["-l", "IMAGE", line(ROOT)]),
    "--reuse-c": (["--reuse-c", "-l", "IMAGE"], [line(ROOT), "-l", "IMAGE"]),
    "--reuse-cmdline twice": (["--reuse-cmdline", "-l", "--reuse-c", "IMAGE"],
                              ["-l", line(ROOT), "IMAGE"]),
    "--reuse-cmdline -p": (["--reuse-cmdline", "-p", "IMAGE"],
                           [line(CRASH_ROOT, CAPTURE), "-p", "IMAGE"]),
    "--reuse-cmdline --append": (["--append=x", "-l", "--reuse-cmdline", "IMAGE"],
                                 ["-l", line(f"{ROOT} x"), "IMAGE"]),
    "--reuse-cmdline --append=": (["--append=", "-l", "--reuse-cmdline", "IMAGE"],
                                  ["-l", line(f"{ROOT} "), "IMAGE"]),
    "BOOT_IMAGE in the append stays": (["-l", "--append=BOOT_IMAGE=a b", "IMAGE"],
                                       ["-l", line("BOOT_IMAGE=a b"), "IMAGE"]),
    "quotes and --": (["-l", '--append=x="a -- b" y -- z', "IMAGE"],
                      ["-l", f'--command-line=x="a -- b" y {KEXEC} -- z', "IMAGE"]),
    "old stamp in the append": (["-l", f"--append=a {stamp(3, OLDER)} b", "IMAGE"],
                                ["-l", line("a b"), "IMAGE"]),
    "bzImage64": (["-l", "--type=bzImage64", "IMAGE"], [line(""), "-l", "--type=bzImage64", "IMAGE"]),
}


@pytest.mark.parametrize("name", STAMPED)
def test_stamped(kexec, folder, name):
    arguments, expected = STAMPED[name]
    expected = [word.replace("%s", f"{folder}/vmlinuz") for word in expected]
    assert kexec(arguments) == (expected, "")


UNTOUCHED = [
    ["-e"], ["-l", "IMAGE", "-e"], ["-u"], ["-p", "-u", "IMAGE"], ["-S"], ["-l", "IMAGE", "-S"],
    ["--help"], ["-h", "-l", "IMAGE"], ["-?"], ["--version", "IMAGE"], ["-v"], ["-l"], [],
    ["--append=x"], ["--reuse-cmdline", "-l"], ["--frobnicate", "-l", "IMAGE"], ["-l", "-Z", "IMAGE"],
    ["-l", "IMAGE", "--append"], ["--load-p", "IMAGE"], ["--re", "-l", "IMAGE"],
    ["--reuse-cmdline=x", "-l", "IMAGE"], ["--type=multiboot-x86", "-l", "IMAGE"],
    ["-lt", "multiboot2-x86", "IMAGE"], ["-l", "-tnbi", "IMAGE"], ["--unload"], ["--exec"],
    ["--exec-live-update"], ["--load-jump-back-helper", "IMAGE"], ["--print-ckr-size", "-l", "IMAGE"],
    ["--status", "-l", "IMAGE"], ["-l", "--"], ["--"],
]


@pytest.mark.parametrize("arguments", UNTOUCHED, ids=lambda words: " ".join(words) or "nothing")
def test_untouched(kexec, arguments):
    assert kexec(arguments) == (arguments, "")


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="options of kexec on x86")
def test_dtb_is_unknown_to_x86(kexec):
    assert kexec(["-l", "--dtb=x", "IMAGE"]) == (["-l", "--dtb=x", "IMAGE"], "")


def test_posixly_correct(kexec):
    assert kexec(["-l", "IMAGE", "--append=x"], env={"POSIXLY_CORRECT": "1"}) == (
        [line(""), "-l", "IMAGE", "--append=x"], "")


REUSED = {
    "old stamp": (f"a {stamp(3, OLDER)} b", "a b"),
    "BOOT_IMAGE last": ("a BOOT_IMAGE=x", "a "),
    "BOOT_IMAGE alone": ("BOOT_IMAGE=x", ""),
    "BOOT_IMAGE twice": ("BOOT_IMAGE=x a BOOT_IMAGE=y", "a BOOT_IMAGE=y"),
    "longer name BOOT_IMAGES": ("a BOOT_IMAGES=x b", "a b"),
    "BOOT_IMAGE inside a name": ("x.BOOT_IMAGE=1 BOOT_IMAGE=2", "x.BOOT_IMAGE=1 BOOT_IMAGE=2"),
    "tab before BOOT_IMAGE": ("a\tBOOT_IMAGE=1 b", "a\tb"),
    "empty": ("", ""),
    "carriage return": ("a\rb", "a"),
}


@pytest.mark.parametrize("name", REUSED)
def test_reused_line(kexec, make_root, name):
    running, expected = REUSED[name]
    got = kexec(["-l", "IMAGE", "--reuse-cmdline"], make_root(cold(cmdline=running)))
    assert got == (["-l", "IMAGE", line(expected)], "")


def test_lineage_continues(kexec, make_root):
    root = make_root(kexeced(cmdline=stamp(3, OLDER, made_for=RELEASE)))
    assert kexec(["-l", "IMAGE"], root)[0][0] == line(
        "", stamp(4, RELEASE, OLDER, made_for=IMAGE_RELEASE))


def test_notice_about_an_unknown_count(kexec, make_root):
    words, talk = kexec(["-l", "IMAGE"], make_root(kexeced()))
    assert words[0] == line("", stamp(2, RELEASE, made_for=IMAGE_RELEASE))
    assert "the stamp counts only the known kexecs" in talk


@pytest.mark.parametrize("options, sealed, room", [
    (["-l"], KEXEC, 2016), (["-p"], CAPTURE, 2016 - 128),
    (["-p", "--pass-memmap-cmdline"], CAPTURE, 2016 - 1024)])
def test_room(kexec, options, sealed, room):
    """`load` leaves room on the command line of a capture kernel for the parameters that kexec adds."""
    if "--pass-memmap-cmdline" in options and os.uname().machine != "x86_64":
        pytest.skip("an option of kexec on x86")
    fits = "x" * (room - 1 - len(sealed))
    assert kexec([*options, f"--append={fits}", "IMAGE"]) == (
        [*options, line(fits, sealed), "IMAGE"], "")
    assert kexec([*options, f"--append={fits}x", "IMAGE"]) == (
        [*options, f"--command-line={fits}x", "IMAGE"], NO_ROOM)


@pytest.mark.parametrize("length", [2016, 2047, 2048, 100000])
def test_no_room_at_all(kexec, length):
    text = "x" * length
    assert kexec(["-l", "--append", text, "IMAGE"]) == (
        ["-l", f"--command-line={text}", "IMAGE"], NO_ROOM)


def test_image_with_no_room(kexec, folder):
    (folder / "old").write_bytes(bzimage(cmdline_size=20))
    words, talk = kexec(["-p", f"{folder}/old", "--append=a"])
    assert (words, talk) == (["-p", f"{folder}/old", "--command-line=a"], NO_ROOM)


UNTOLD = stamp(1, RELEASE)


def test_unreadable_image(kexec, folder):
    for path in ("/no/such/image", str(folder)):
        assert kexec(["-l", path]) == ([line("", UNTOLD), "-l", path], "")


def test_damaged_image(kexec, folder):
    (folder / "cut").write_bytes(bzimage()[:0x220])
    assert kexec(["-l", f"{folder}/cut"]) == (
        [line("", UNTOLD), "-l", f"{folder}/cut"],
        f"kexec-lineage: load: {folder}/cut: the image is truncated or damaged: its release is unknown\n")


def test_pipe_is_left_to_kexec(kexec, folder):
    """`load` does not read an image from a pipe. A pipe can be read only once, and kexec needs the whole image."""
    os.mkfifo(folder / "pipe")
    writer = threading.Thread(target=lambda: open(folder / "pipe", "wb").close(), daemon=True)
    writer.start()
    assert kexec(["-l", f"{folder}/pipe"]) == ([line("", UNTOLD), "-l", f"{folder}/pipe"], "")
    assert writer.is_alive()  # the other end was not opened
    open(folder / "pipe", "rb").close()
    writer.join(10)


def test_no_running_line(kexec, make_root):
    root = make_root({**cold(), "proc/cmdline": None})
    assert kexec(["-l", "IMAGE", "--append=x"], root) == (["-l", "IMAGE", line("x")], "")
    assert kexec(["-l", "IMAGE", "--reuse-cmdline"], root) == (
        ["-l", "IMAGE", "--reuse-cmdline"],
        "kexec-lineage: load: cannot read the running command line: loading without a stamp\n")


EMPTY = ("kexec-lineage: load: the command line is empty, and a stamp would replace the one that is built into the "
         "kernel: loading without a stamp\n")


@pytest.mark.parametrize(("options", "running"), [([], "ro"), (["--append="], "ro"),
                                                   (["--reuse-cmdline"], stamp(3, OLDER))])
def test_empty_line_with_a_device_tree(kexec, make_root, options, running):
    """A line without a stamp is passed on as it is, and one with an old stamp without it."""
    root = make_root(devicetree(running))
    expected = ["--command-line="] if "--reuse-cmdline" in options else options
    assert kexec(["-l", "IMAGE", *options], root) == (["-l", "IMAGE", *expected], EMPTY)
    arguments, _ = kexec(["-l", "IMAGE", "--append=ro"], root)
    assert "--command-line=ro kexec_lineage.stamp=" in " ".join(arguments)


def test_unknown_release(kexec, make_root):
    assert kexec(["-l", "IMAGE", "--append=x"], make_root({})) == (
        ["-l", "IMAGE", "--command-line=x"],
        "kexec-lineage: load: the release of the running kernel is unknown: loading without a stamp\n")


def test_no_such_root(kexec, folder):
    words, talk = kexec(["-l", "IMAGE", "--append=x"], folder / "none")
    assert words == ["-l", "IMAGE", "--append=x"]
    assert talk == f"kexec-lineage: cannot read {folder}/none: No such file or directory\n"


@pytest.mark.parametrize("status", [0, 1, 2, 255])
def test_exit_status_is_that_of_kexec(kexec, status):
    kexec(["-l", "IMAGE"], status=status)
    kexec(["-e"], status=status)


def test_bytes_that_are_not_utf8(kexec):
    words, _ = kexec(["-l", b"--append=\xff\x1b\n".decode(errors="surrogateescape"), "IMAGE"])
    assert words[1] == line("\udcff\x1b\n")
