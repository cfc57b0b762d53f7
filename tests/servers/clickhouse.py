#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Run ClickHouse servers for a test: one server, or two as shards. They stop at the end of the test.

usage: clickhouse.py ENGINE COMMAND [ARGUMENT...]   runs COMMAND with the URL of a server as its last argument

ENGINE is 18.16, 26.5, 18.16-shards, which adds the URLs of the two shards of the cluster "fleet", 26.5-shard, which
adds the URL of the only shard of this cluster twice, or 18.16-single, which accepts one query of a user at a time.

There are two engines. Debian 12 has the old version 18.16. The package of the server would start a service. Therefore
only the package of its library is installed, and the server program is unpacked into the cache. The current version is
a library without a server program (chdb.py). A program with an HTTP front (chdb_http.py) loads it.
"""
from __future__ import annotations

import contextlib
import fcntl
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import chdb
from chdb import Unavailable

SKIP = 77
USER, PASSWORD = "fleet", "p'w&\"%"
READER, LOOKER = "reader", "looker"  # with readonly=1, and readonly=2, which may change settings
START_S = 300

CONFIG = """<yandex>
<logger><level>warning</level><log>{folder}/server.log</log><errorlog>{folder}/errors.log</errorlog></logger>
<listen_host>127.0.0.1</listen_host>
<http_port>{http}</http_port><tcp_port>{tcp}</tcp_port><interserver_http_port>{interserver}</interserver_http_port>
<interserver_http_host>127.0.0.1</interserver_http_host>{tls}
<path>{data}/</path><tmp_path>{folder}/tmp/</tmp_path><users_config>users.xml</users_config>
<default_profile>default</default_profile><default_database>default</default_database>
<mark_cache_size>33554432</mark_cache_size><max_concurrent_queries>20</max_concurrent_queries>
<keep_alive_timeout>3</keep_alive_timeout>{cluster}
</yandex>
"""
USERS = """<yandex>
<profiles><default>{settings}</default>
<reader><readonly>1</readonly></reader><looker><readonly>2</readonly></looker></profiles>
<users>{users}</users><quotas><default/></quotas>
</yandex>
"""
A_USER = """<{name}><password><![CDATA[{password}]]></password><networks><ip>127.0.0.1</ip></networks>
<profile>{profile}</profile><quota>default</quota></{name}>"""
TLS = """<https_port>{https}</https_port><openSSL><server><certificateFile>{folder}/cert.pem</certificateFile>
<privateKeyFile>{folder}/key.pem</privateKeyFile><verificationMode>none</verificationMode></server></openSSL>"""


def find_program() -> str:
    """Return the path of the server program, or raise Unavailable."""
    if found := shutil.which("clickhouse-server", path=f"{os.environ['PATH']}:/usr/sbin"):
        return found
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kexec-lineage/clickhouse"
    program = cache / "usr/sbin/clickhouse-server"
    cache.mkdir(parents=True, exist_ok=True)
    with open(cache / "lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not program.exists():
            _unpack(cache)
    # Check only for status 127, with which the dynamic linker reports a missing library. Other statuses depend on the
    # option.
    if subprocess.run([program, "--help"], capture_output=True, check=False).returncode == 127:
        raise Unavailable(f"{program} does not run: install clickhouse-common")
    return str(program)


def _unpack(cache: Path) -> None:
    with tempfile.TemporaryDirectory(dir=cache) as scratch:
        done = subprocess.run(["apt-get", "download", "-q", "clickhouse-server"], cwd=scratch, capture_output=True,
                              text=True, check=False)
        packages = list(Path(scratch).glob("*.deb"))
        if done.returncode or not packages:
            reason = (done.stderr.splitlines() or ["no message"])[-1]
            raise Unavailable(f"cannot download the package clickhouse-server: {reason}")
        subprocess.run(["dpkg-deb", "-x", packages[0], f"{scratch}/tree"], check=True)
        shutil.copytree(f"{scratch}/tree/usr", cache / "usr", dirs_exist_ok=True)


def free_port() -> int:
    """Return a free port that no outgoing connection takes: the kernel takes these from 32768 on."""
    while True:
        port = random.randrange(10000, 32768)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


class Server:
    """A server of Debian's version that runs between start() and stop()."""

    def __init__(self, folder: Path, data: Path | None = None, tls: bool = False) -> None:
        self.folder = folder
        self.data = data or folder / "data"
        self.http, self.tcp, self.interserver, self.https = (free_port() for _ in range(4))
        self.tls = tls
        self.settings = {"max_memory_usage": "4000000000", "max_threads": "1"}  # of the users' profile
        self.users = ""  # a file of users.d
        self.shards: list[Server] = []
        self.process: subprocess.Popen | None = None
        self.was_stopped = False
        self.command = self._find()
        folder.mkdir(parents=True, exist_ok=True)

    def _find(self) -> list[str]:
        """Return the command that starts the server, or raise Unavailable."""
        return [find_program(), f"--config-file={self.folder}/config.xml"]

    def url(self, database: str = "", user: str = USER, options: str = "", tls: bool = False) -> str:
        """Return the URL without the password, which is in environment()."""
        port = self.https if tls else self.http
        return f"clickhouse{'s' if tls else ''}://{user}@127.0.0.1:{port}/{database}{options}"

    @staticmethod
    def environment() -> dict[str, str]:
        return {"CLICKHOUSE_PASSWORD": PASSWORD}

    def start(self) -> Server:
        for folder in (self.folder / "tmp", self.data):
            folder.mkdir(exist_ok=True)
        if self.tls:
            self._make_certificate()
        self._configure()
        self.was_stopped = False
        with open(self.folder / "output.log", "ab") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log)
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.http}/ping", timeout=1):
                    return self
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(f"{self.command[0]} does not start: {self._errors()}")

    def _errors(self) -> str:
        logs = [self.folder / name for name in ("errors.log", "output.log")]
        return "".join(log.read_text(encoding="utf-8", errors="replace")[-2000:] for log in logs if log.exists())

    def stop(self, how: int = signal.SIGTERM) -> None:
        """Stop the server. Raise RuntimeError if the server had already died, because the tests then prove nothing."""
        if not self.process:
            return
        status = self.process.poll()
        if status is None:
            self.process.send_signal(how)
            self.process.wait()
        elif self.process.returncode < 0 and not self.was_stopped:
            raise RuntimeError(f"{self.command[0]} died of signal {-status}: {self._errors()}")
        self.was_stopped = True

    def ask(self, sql: str, timeout_s: int = 60) -> list[list[str]]:
        """Return the rows of a result, as text."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.http}/?wait_end_of_query=1", sql.encode(),
                                         {"X-ClickHouse-User": USER, "X-ClickHouse-Key": PASSWORD})
        with urllib.request.urlopen(request, timeout=timeout_s) as answer:
            return [line.split("\t") for line in answer.read().decode().splitlines()]

    def _make_certificate(self) -> None:
        if (self.folder / "cert.pem").exists():
            return
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test",
                        "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", self.folder / "key.pem",
                        "-out", self.folder / "cert.pem"], capture_output=True, check=True)

    def _configure(self) -> None:
        tls = TLS.format(https=self.https, folder=self.folder) if self.tls else ""
        (self.folder / "config.xml").write_text(CONFIG.format(
            folder=self.folder, data=self.data, http=self.http, tcp=self.tcp, interserver=self.interserver, tls=tls,
            cluster=_cluster(self.shards)), encoding="utf-8")
        users = "".join(A_USER.format(name=name, password=PASSWORD, profile=profile)
                        for name, profile in ((USER, "default"), (READER, "reader"), (LOOKER, "looker")))
        settings = "".join(f"<{name}>{value}</{name}>" for name, value in self.settings.items())
        (self.folder / "users.xml").write_text(USERS.format(users=users, settings=settings), encoding="utf-8")
        (self.folder / "users.d").mkdir(exist_ok=True)
        (self.folder / "users.d/test.xml").write_text(self.users or "<yandex/>", encoding="utf-8")


class CurrentServer(Server):
    """The same for the current version. It has no native protocol, so it can only be the only shard of a cluster, to
    which it needs no connection. The engine knows one user: if @grants is set, this user has only these rights,
    whatever the name in a request is."""

    grants: list[str] = []

    def _find(self) -> list[str]:
        self.library = chdb.find_library()
        return [sys.executable, str(Path(__file__).with_name("chdb_http.py")), f"{self.folder}/config.json"]

    def _configure(self) -> None:
        (self.folder / "config.json").write_text(json.dumps({
            "library": str(self.library), "data": str(self.data), "http": self.http,
            "https": self.https if self.tls else None, "certificate": f"{self.folder}/cert.pem",
            "key": f"{self.folder}/key.pem", "users": {USER: "", READER: "1", LOOKER: "2"}, "password": PASSWORD,
            "settings": self.settings, "arguments": self._configure_engine()}), encoding="utf-8")

    def _configure_engine(self) -> list[str]:
        """Write the configuration of the engine itself. Return the arguments that name it."""
        if not self.grants and not self.shards:
            return []
        grants = "".join(f"<query>{grant}</query>" for grant in self.grants)
        grants = f"<grants>{grants}</grants>" if grants else ""
        (self.folder / "users.xml").write_text(
            f"<clickhouse><profiles><default/></profiles><quotas><default/></quotas><users><default><password/>"
            f"<networks><ip>::/0</ip></networks><profile>default</profile><quota>default</quota>{grants}"
            f"</default></users></clickhouse>", encoding="utf-8")
        (self.folder / "config.xml").write_text(
            f"<clickhouse><path>{self.data}/</path><users_config>{self.folder}/users.xml</users_config>"
            f"<tcp_port>{self.tcp}</tcp_port>{_cluster(self.shards)}</clickhouse>", encoding="utf-8")
        return [f"--config-file={self.folder}/config.xml"]


ENGINES = {"18.16": Server, "26.5": CurrentServer}


def _cluster(shards: list[Server]) -> str:
    replicas = "".join(f"<shard><replica><host>127.0.0.1</host><port>{shard.tcp}</port><user>{USER}</user>"
                       f"<password><![CDATA[{PASSWORD}]]></password></replica></shard>" for shard in shards)
    return f"<remote_servers><fleet>{replicas}</fleet></remote_servers>" if shards else ""


def make_shards(folder: Path, count: int = 2) -> list[Server]:
    """Return servers that are not started yet and form the cluster "fleet"."""
    shards = [Server(folder / f"shard{number}") for number in range(count)]
    for shard in shards:
        shard.shards = shards
    return shards


def make_servers(engine: str, folder: Path) -> list[Server]:
    if engine == "18.16-shards":
        return make_shards(folder)
    server = ENGINES[engine.removesuffix("-shard").removesuffix("-single")](folder)
    if engine.endswith("-single"):
        server.settings["max_concurrent_queries_for_user"] = "1"
    if engine.endswith("-shard"):
        server.shards = [server]
    return [server]


def main(engine: str, command: list[str]) -> int:
    with tempfile.TemporaryDirectory(prefix="clickhouse-") as folder:
        try:
            servers = make_servers(engine, Path(folder))
        except Unavailable as error:
            print(f"SKIP: {error}")
            return SKIP
        with contextlib.ExitStack() as stack:
            for server in servers:
                server.settings["join_use_nulls"] = "1"  # results must not depend on this setting of a profile
                server.start()
                stack.callback(server.stop)
            environment = dict(os.environ, **Server.environment())
            # The first shard has the host "h" of most unit tests, so the last one receives the requests.
            urls = [server.url().rstrip("/") for server in reversed(servers)]
            urls *= 2 if servers[0].shards == servers else 1  # a cluster has at least two URLs
            return subprocess.run([*command, *urls], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
