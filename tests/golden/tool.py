# SPDX-License-Identifier: GPL-2.0-or-later
"""Running the program, and its result."""
import functools
import json
import os
import subprocess
from dataclasses import dataclass

TIMEOUT_S = 600  # no working program runs longer, even on a busy machine
PREFIX = "kexec-lineage: "


@dataclass
class Result:
    status: int
    out: bytes
    err: bytes

    @property
    def text(self):
        return self.out.decode()

    @property
    def talk(self):
        return self.err.decode()

    @property
    def json(self):
        """Parse stdout as one JSON object per line. Return a list if stdout has several objects."""
        objects = [json.loads(line) for line in self.out.decode("utf-8").splitlines()]
        return objects[0] if len(objects) == 1 else objects


class Tool:
    def __init__(self, path, prefix=()):
        self.path = path
        self.prefix = list(prefix)

    def command(self, *arguments):
        return [*self.prefix, self.path, *[os.fspath(argument) for argument in arguments]]

    def run(self, *arguments, stdin=b"", env=None, **options):
        got = subprocess.run(self.command(*arguments), input=stdin, capture_output=True,
                             env=make_environment(env), timeout=TIMEOUT_S, check=False, **options)
        return Result(got.returncode, got.stdout, got.stderr)

    @functools.cached_property
    def is_sanitized(self):
        """Whether the program is built with a sanitizer, which needs additional time and memory."""
        libraries = subprocess.run(["ldd", self.path], capture_output=True, check=True).stdout
        return b"asan" in libraries

    def on(self, root, *arguments, **options):
        return self.run(f"--root={root}", *arguments, **options)

    def show(self, root):
        """Return the object of `show --json`, and check the exit status and stderr."""
        got = self.on(root, "--json", "show")
        assert (got.status, got.talk) == (0, ""), got
        return got.json


def make_environment(changes):
    environment = dict(os.environ, LC_ALL="C.UTF-8")
    environment.pop("POSIXLY_CORRECT", None)
    for name, value in (changes or {}).items():
        if value is None:
            environment.pop(name, None)
        else:
            environment[name] = os.fspath(value)
    return environment
