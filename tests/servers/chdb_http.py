#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""An HTTP front of libchdb.so, which is the engine of a current ClickHouse without its server.

usage: chdb_http.py CONFIG

CONFIG is a JSON file that clickhouse.py writes. The front implements what store/clickhouse and the tests use: POST with
the query in the URL or in the body, settings and the database in the URL, rows as gzip, external tables as multipart,
HTTP basic authentication and X-ClickHouse-User, read-only users, and TLS. Each request has its own session of the
engine. Responses are sent when they are complete, as with wait_end_of_query=1.
"""
from __future__ import annotations

import base64
import ctypes
import email.message
import http.server
import json
import os
import re
import signal
import ssl
import sys
import threading
import urllib.parse
import zlib

# Parameters of the URL that are not settings. ClickHouse's HTTPHandler.cpp has all of them.
NOT_SETTINGS = {"query", "database", "wait_end_of_query"}
FORMAT = b"TabSeparated"
ACCESS_DENIED = 516
HTTP_STATUS = {60: 404, 81: 404, 516: 403}  # of error codes; all others have 500


class Failure(Exception):
    """An exception of the engine; the message begins with "Code: NUMBER."."""

    @property
    def code(self) -> int:
        found = re.match(r"Code: (\d+)", str(self))
        return int(found[1]) if found else 1002


def load(path: str) -> ctypes.CDLL:
    library = ctypes.CDLL(path)
    pointer, text, size = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t
    for name, result, arguments in (
            ("chdb_connect", ctypes.POINTER(pointer), [ctypes.c_int, ctypes.POINTER(text)]),
            ("chdb_close_conn", None, [ctypes.POINTER(pointer)]),
            ("chdb_query_n", pointer, [pointer, text, size, text, size]),
            ("chdb_result_buffer", pointer, [pointer]), ("chdb_result_length", size, [pointer]),
            ("chdb_result_error", text, [pointer]), ("chdb_destroy_query_result", None, [pointer])):
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


class Session:
    """A session of the engine in one data folder. All sessions of a process share the folder."""

    def __init__(self, library: ctypes.CDLL, config: dict) -> None:
        folder = config["data"]
        arguments = [b"clickhouse", b"--path=" + os.fsencode(folder), *map(os.fsencode, config["arguments"])]
        self.library = library
        self.connection = library.chdb_connect(len(arguments), (ctypes.c_char_p * len(arguments))(*arguments))
        if not self.connection:
            raise Failure(f"Code: 1002. DB::Exception: cannot open {folder}")

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.library.chdb_close_conn(self.connection)

    def run(self, sql: bytes) -> bytes:
        result = self.library.chdb_query_n(self.connection[0], sql, len(sql), FORMAT, len(FORMAT))
        try:
            if error := self.library.chdb_result_error(result):
                raise Failure(error.decode(errors="replace"))
            size = self.library.chdb_result_length(result)
            return ctypes.string_at(self.library.chdb_result_buffer(result), size) if size else b""
        finally:
            self.library.chdb_destroy_query_result(result)

    def set(self, name: str, value: str) -> None:
        text = value.replace("\\", "\\\\").replace("'", "\\'")
        self.run(f"SET {name} = '{text}'".encode("latin-1"))


def login(headers: email.message.Message) -> tuple[str, str]:
    if (scheme := headers.get("Authorization", "").split(" ", 1))[0] == "Basic":
        user, _, password = base64.b64decode(scheme[1]).decode().partition(":")
        return user, password
    return headers.get("X-ClickHouse-User", "default"), headers.get("X-ClickHouse-Key", "")


def read_parts(kind: str, body: bytes) -> dict[str, bytes]:
    """Return the values of multipart/form-data by name."""
    boundary = b"--" + re.search("boundary=\"?([^\";]+)", kind)[1].encode()
    parts = {}
    for part in body.split(boundary)[1:-1]:
        head, _, value = part.partition(b"\r\n\r\n")
        parts[re.search(rb'[; ]name="([^"]*)"', head)[1].decode()] = value.removesuffix(b"\r\n")
    return parts


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # one packet for the headers and a short body
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Respond to /ping."""
        self.respond(200, b"Ok.\n", {})

    def do_POST(self) -> None:
        body = self.rfile.read(size := int(self.headers.get("Content-Length", 0)))
        if len(body) < size:  # the client has gone
            self.close_connection = True
            return
        try:
            self.respond(200, self.execute(body), {})
        except Failure as failure:
            text = f"{failure} (version {self.server.version})\n".encode()
            self.respond(HTTP_STATUS.get(failure.code, 500), text, {"X-ClickHouse-Exception-Code": str(failure.code)})

    def execute(self, body: bytes) -> bytes:
        config = self.server.config
        user, password = login(self.headers)
        if user not in config["users"] or password != config["password"]:
            raise Failure(f"Code: {ACCESS_DENIED}. DB::Exception: {user}: Authentication failed: password is incorrect,"
                          " or there is no user with such name. (AUTHENTICATION_FAILED)")
        # Latin-1 keeps all bytes as they are.
        query = urllib.parse.urlsplit(self.path).query
        parameters = dict(urllib.parse.parse_qsl(query, keep_blank_values=True, encoding="latin-1"))
        with Session(self.server.library, config) as session:
            for name, value in config["settings"].items():
                session.set(name, value)
            if "database" in parameters:
                session.run(b"USE `" + parameters["database"].encode("latin-1") + b"`")
            body = self.unwrap(session, body)
            if readonly := config["users"][user]:
                session.set("readonly", readonly)
            for name, value in parameters.items():
                if name not in NOT_SETTINGS:
                    session.set(name, value)
            sql = parameters.get("query", "").encode("latin-1")
            return session.run(sql + b"\n" + body if sql and body else sql or body)

    def unwrap(self, session: Session, body: bytes) -> bytes:
        """Return the plain body. External tables become temporary tables of the session, which they also are on a
        server."""
        if self.headers.get("Content-Encoding") == "gzip":
            stream = zlib.decompressobj(31)
            body = stream.decompress(body)
            if not stream.eof:
                raise Failure("Code: 354. DB::Exception: inflate failed: the stream is truncated. (ZLIB_INFLATE_FAILED)")
        if (kind := self.headers.get("Content-Type", "")).startswith("multipart/form-data"):
            parts = read_parts(kind, body)
            for name, structure in parts.items():
                if table := re.fullmatch(r"(\w+)_structure", name):
                    self.make_table(session, table[1], structure, parts)
            return b""
        return body

    @staticmethod
    def make_table(session: Session, name: str, structure: bytes, parts: dict[str, bytes]) -> None:
        table = name.encode()
        session.run(b"CREATE TEMPORARY TABLE " + table + b" (" + structure + b")")
        if parts[name]:
            session.run(b"INSERT INTO " + table + b" FORMAT " + parts[f"{name}_format"] + b"\n" + parts[name])

    def respond(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"X-ClickHouse-Server-Display-Name": "chdb", "Content-Length": str(len(body)),
                            **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class Front(http.server.ThreadingHTTPServer):
    request_queue_size = 64
    daemon_threads = True

    def __init__(self, config: dict, library: ctypes.CDLL, version: str) -> None:
        super().__init__(("127.0.0.1", config["http"]), Handler)
        self.config, self.library, self.version = config, library, version


class TlsFront(Front):
    """The same front with TLS. The handshake is in the thread of the request."""

    def __init__(self, config: dict, library: ctypes.CDLL, version: str) -> None:
        super().__init__({**config, "http": config["https"]}, library, version)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(config["certificate"], config["key"])

    def finish_request(self, request, client_address) -> None:
        with self.context.wrap_socket(request, server_side=True) as wrapped:
            super().finish_request(wrapped, client_address)


def main(path: str) -> int:
    with open(path, encoding="utf-8") as file:
        config = json.load(file)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})  # also for the threads of the library
    library = load(config["library"])
    first = Session(library, config)  # it keeps the engine open between requests
    version = first.run(b"SELECT version()").decode().strip()
    fronts = [Front(config, library, version)] + ([TlsFront(config, library, version)] if config["https"] else [])
    for front in fronts:
        threading.Thread(target=front.serve_forever, daemon=True).start()
    signal.sigwait({signal.SIGTERM})
    for front in fronts:
        front.shutdown()
    library.chdb_close_conn(first.connection)
    os._exit(0)  # without the destructors of the library, which threads may still use


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
