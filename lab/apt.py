# SPDX-License-Identifier: GPL-2.0-or-later
"""Download of packages from other suites without a change to this machine's apt configuration.

Every suite has its own apt state folder in the lab's cache. apt still checks signatures with the
Debian keyring and uses this machine's mirror and proxy.
"""

from __future__ import annotations

import functools
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

KEYRINGS = ("/usr/share/keyrings/debian-archive-keyring.gpg", "/usr/share/keyrings/debian-archive-keyring.pgp")
MIRROR_VARIABLE = "KEXEC_LINEAGE_DEBIAN_MIRROR"
# Name of the lock on apt's state folders: only one process may use them at a time.
LOCK = "apt"
HOST = "amd64"
LABELS = {"debian": "Debian", "debian-security": "Debian-Security"}


class AptError(Exception):
    """A suite or a package is not available; the text says which one and why."""


@dataclass(frozen=True)
class Package:
    """One version of one package in a suite."""

    name: str
    version: str
    suite: str
    is_source: bool = False

    @property
    def upstream(self) -> str:
        """The upstream part of the version."""
        return self.version.rsplit("-", 1)[0]


@dataclass(frozen=True)
class IndexTarget:
    """One line of `apt-get indextargets`: an index that this machine's apt uses."""

    label: str
    release: str
    uri: str


def keyring() -> str:
    """Return the Debian archive keyring; in Debian 13 it may have another suffix."""
    for path in KEYRINGS:
        if os.path.exists(path):
            return path
    raise AptError("no Debian archive keyring: install the package debian-archive-keyring")


def mirror(archive: str) -> str:
    """Return the URI of this machine's mirror of an archive ("debian" or "debian-security")."""
    own = os.environ.get(MIRROR_VARIABLE)
    targets = [] if own else index_targets()
    uri = choose_mirror(archive, targets, own)
    if uri is None:
        raise AptError(f"this machine's apt has no Debian mirror: set {MIRROR_VARIABLE}=URI-of-the-debian-archive")
    return uri


def index_targets() -> list[IndexTarget]:
    """Return the indexes that this machine's apt is configured to read."""
    line_format = "$(LABEL)\t$(RELEASE)\t$(REPO_URI)"
    done = _run(["apt-get", "indextargets", "--format", line_format, "Created-By: Packages"])
    rows = [line.split("\t") for line in done.splitlines()]
    return [IndexTarget(*row) for row in rows if len(row) == 3]


def choose_mirror(archive: str, targets: list[IndexTarget], own: str | None) -> str | None:
    """Choose by label, or by path if the machine has no labels yet because `apt-get update` never ran."""
    if own:
        return own if archive == "debian" else _security_beside(own)
    for target in targets:
        if target.label == LABELS[archive]:
            return target.uri.rstrip("/")
    for target in targets:
        if not target.label and target.uri.rstrip("/").endswith("/" + archive):
            return target.uri.rstrip("/")
    if archive == "debian-security":
        plain = choose_mirror("debian", targets, None)
        return _security_beside(plain) if plain else None
    return None


def _security_beside(debian_uri: str) -> str:
    """Return the URI of the security archive, which mirrors keep beside the main one."""
    return debian_uri.rstrip("/") + "-security"


class Suite:
    """One suite of one archive for one architecture, with its own apt state folder below `folder`.

    sources: also read the index of source packages.
    arch: Debian's name of the architecture.
    """

    def __init__(self, name: str, archive: str, folder: Path, sources: bool = False, arch: str = HOST) -> None:
        self.name = name
        self.archive = archive
        self.arch = arch
        self.folder = folder / (name if arch == HOST else f"{name}-{arch}")
        self.kinds = ("deb", "deb-src") if sources else ("deb",)

    def of_host(self) -> Suite:
        """Return the same suite for the architecture of this machine."""
        return Suite(self.name, self.archive, self.folder.parent, "deb-src" in self.kinds)

    # Result of each suite's update, which is tried once per run.
    updates: ClassVar[dict[Path, AptError | None]] = {}

    def update_once(self) -> None:
        """Call update() once per run; later calls raise the same error again."""
        if self.folder not in self.updates:
            print(f"lab: reading the index of {self.folder.name} ...", file=sys.stderr, flush=True)
            try:
                self.update()
                self.updates[self.folder] = None
            except AptError as error:
                self.updates[self.folder] = AptError(f"suite {self.name} cannot be read: {error}")
        if failure := self.updates[self.folder]:
            raise failure

    def update(self) -> None:
        """Fetch the suite's index. Any failure is an AptError (apt itself would only warn)."""
        for sub in ("lists/partial", "archives/partial"):
            (self.folder / sub).mkdir(parents=True, exist_ok=True)
        (self.folder / "status").touch()
        source = f"[signed-by={keyring()} arch={self.arch}] {mirror(self.archive)} {self.name} main\n"
        lines = "".join(f"{kind} {source}" for kind in self.kinds)
        (self.folder / "sources.list").write_text(lines, encoding="utf-8")
        self._apt("apt-get", "-q", "-o", "APT::Update::Error-Mode=any", "update")

    def matching(self, pattern: str) -> list[Package]:
        """Return every package version whose whole name matches the regular expression."""
        names = self._apt("apt-cache", "pkgnames", "linux-").split()
        names = [name for name in names if re.fullmatch(pattern, name)]
        if not names:
            return []
        return self._listed("Packages", *names)

    def versions(self, name: str) -> list[Package]:
        """Return every version of the package of this name."""
        return self._listed("Packages", name)

    def sources(self, name: str, pattern: str) -> list[Package]:
        """Return every version of a source package whose upstream version matches the regular expression."""
        return [package for package in self._listed("Sources", name) if re.fullmatch(pattern, package.upstream)]

    def named(self, name: str, version: str) -> Package:
        """Return the package of this name, in this version if the suite has it, else in the newest version."""
        offered = self.matching(re.escape(name))
        if not offered:
            raise AptError(f"suite {self.name} has no package {name}")
        same = [package for package in offered if package.version == version]
        return (same or newest_first(offered))[0]

    def depends(self, package: Package) -> list[str]:
        """Return the names of the packages that a package depends on. Of alternative packages, return only the
        first."""
        shown = self._apt("apt-cache", "show", f"{package.name}={package.version}")
        lines = [line.removeprefix("Depends:") for line in shown.splitlines() if line.startswith("Depends:")]
        return [part.split("|")[0].split()[0] for part in ",".join(lines).split(",") if part.strip()]

    def download(self, package: Package, folder: Path) -> Path:
        """Download the package into `folder`, which must contain no other package.

        Of a source package, download only the upstream tarball. apt checks the hash against the signed index.
        """
        how = ["source", "--download-only", "--tar-only", "--only-source"] if package.is_source else ["download"]
        self._apt("apt-get", "-q", *how, f"{package.name}={package.version}", cwd=folder)
        files = list(folder.glob("*.orig.tar.*" if package.is_source else "*.deb"))
        if len(files) != 1:
            raise AptError(f"{package.name}: expected one file from apt, got {len(files)}")
        return files[0]

    def _listed(self, index: str, *names: str) -> list[Package]:
        """Return every version of these packages in the index ("Packages" or "Sources")."""
        lines = self._apt("apt-cache", "madison", *names).splitlines()
        rows = [[field.strip() for field in line.split("|")] for line in lines]
        found = [row for row in rows if len(row) == 3 and row[2].endswith(index)]
        return [Package(name, version, self.name, index == "Sources") for name, version, _ in found]

    def _apt(self, tool: str, *arguments: str, cwd: Path | None = None) -> str:
        options = {
            "Dir::State": self.folder,
            "Dir::State::status": self.folder / "status",
            "Dir::Cache": self.folder,
            "Dir::Etc::sourcelist": self.folder / "sources.list",
            "Dir::Etc::sourceparts": "/dev/null",
            "Dir::Etc::preferences": "/dev/null",
            "Dir::Etc::preferencesparts": "/dev/null",
            "APT::Architecture": self.arch,
            "APT::Architectures": self.arch,
            "Acquire::Languages": "none",
            "Acquire::Retries": "2",
            "Acquire::http::Timeout": "20",
            "Acquire::https::Timeout": "20",
        }
        if os.geteuid() == 0:
            # The _apt user cannot write into a cache below root's home.
            options["APT::Sandbox::User"] = "root"
        flags = [word for key, value in options.items() for word in ("-o", f"{key}={value}")]
        return _run([tool, *flags, *arguments], cwd=cwd)


def newest_first(packages: list[Package]) -> list[Package]:
    """Sort by version, by dpkg's rules."""
    return sorted(packages, key=functools.cmp_to_key(_compare), reverse=True)


def _compare(left: Package, right: Package) -> int:
    if left.version == right.version:
        return 0
    lower = subprocess.run(["dpkg", "--compare-versions", left.version, "lt", right.version], check=False)
    return -1 if lower.returncode == 0 else 1


def _run(command: list[str], cwd: Path | None = None) -> str:
    environment = {**os.environ, "LC_ALL": "C"}
    try:
        done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, env=environment)
    except FileNotFoundError as error:
        raise AptError(f"{command[0]} is not installed: the lab fetches its kernels with apt") from error
    if done.returncode != 0:
        raise AptError(_reason(command, done.stderr))
    return done.stdout


def _reason(command: list[str], stderr: str) -> str:
    """Return apt's first error. The errors after it repeat the first error."""
    errors = [line.removeprefix("E:").strip() for line in stderr.splitlines() if line.startswith("E:")]
    return f"{command[0]}: {' '.join(errors[0].split()) if errors else stderr.strip() or 'no reason given'}"
