# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that no command believes a server that is not ClickHouse, that lies, or that does not respond."""
import http.server
import json
import socketserver
import time

import pytest

from .fake_server import serving
from .system import build_root, kexeced
from .test_clickhouse import ingest, run


class Page(http.server.BaseHTTPRequestHandler):
    """A server that is not ClickHouse responds with HTML and any status."""

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b"<html><body><h1>Welcome</h1></body></html>"
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


@pytest.mark.parametrize("status", [200, 404, 503])
def test_server_that_returns_html(tool, status):
    with serving(Page, status=status) as other:
        got = ingest(tool, f"clickhouse://127.0.0.1:{other.server_address[1]}/fleet", "host0")
    assert got.status == 1 and f"the server did not respond like ClickHouse (HTTP {status})" in got.talk


class Liar(http.server.BaseHTTPRequestHandler):
    """A fake ClickHouse that answers each kind of query with one given row."""

    def do_POST(self):
        query = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode() + self.path
        self.wait(query)
        body = next((row for word, row in self.server.rows.items() if word in query), b"0\n")
        self.send_response(200)
        self.send_header("X-ClickHouse-Server-Display-Name", "liar")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def wait(self, query):
        pass

    def log_message(self, *arguments):
        pass


CRASHED = b"sig\t7.1\t7.3\tkexec\t1\t\t0\t%s\n"
BOOTS = b"7.1\t7.3\tkexec\t1\t\t0\t%s\t0\t0\n"
TITLE = b"sig\t50\t%s\tid\t1\t1\tt\tt\t\\N\t\\N\t\\N\n"
ANCESTORS = b"2\tsig\t7.1\t7.3\tkexec\t2\t\t0\t\t0\t7.0\t%s\n"
TWO_ANCESTORS = ANCESTORS.replace(b"7.0", b'7.0"7.2')
WITHOUT_PREVIOUS = ANCESTORS.replace(b"7.1", b"%s").replace(b"7.0", b'"7.0') % (b"%s", b"[200,200]")
CHAIN = ANCESTORS.replace(b"\t\t0\t7.0", b'\t[{"release":"7.1","runs":1}]\t0\t')
DAY = b"a\t20000\t7.1\t7.3\tkexec\t1\t\t0\t1\t1\t%s\t0\t0\t0\t-1\t0\t\\N\t0\n"
TEXT = "invalid response: a column has text, or too large a number"
# A crash that depends on the previous kernel, so that the boots by host and day are read as well.
TRUTH = {
    "FROM seals": b"", "ANY LEFT JOIN": b"", "groupArray": b"", "AS end_band": b"", "WHERE band >= 0": b"",
    "sum(b)": BOOTS % b"100" + BOOTS.replace(b"7.1", b"7.2") % b"1000", "LIMIT 1 BY": TITLE % b"host",
    "uniqExact((host": CRASHED % b"50",
}
# The same with so many boots that a sample of machines is read, which shows the dependence by itself.
TRANSITION = b"0\t[]\t0\t20000\t%s\t%s\t7.1\t7.3\tkexec\t1\t\t0\t0\n"
HOSTS = b"%s\t%s\t0\t0\t0\t0\t\t\t\t0\t\t0\t0\n"
TRANSITIONS = TRANSITION % (b"20090", b"-9") + TRANSITION.replace(b"7.1", b"7.2") % (b"0", b"8")
SAMPLED = {
    "groupArray(own_hash":
        TRANSITIONS + HOSTS % (b"60", b"[-9]") + HOSTS % (b"10", b"[-9,-9,8,8]"),
    **TRUTH, "uniqExact((host": CRASHED % b"5000",
    "sum(b)": BOOTS % b"500000" + BOOTS.replace(b"7.1", b"7.2") % b"5000000",
    "ANY LEFT JOIN": b"".join(
        b"m%d\t%d\t%s\t7.3\tkexec\t1\t\t0\t9\t%d\t8\t28800\t0\t0\t-1\t0\t\\N\t0\n"
        % (machine, 20000 + machine, previous, crashes)
        for machine in range(90) for previous, crashes in ((b"7.1", 1), (b"7.2", 0))),
}
TRUNCATED, COUNT = "the response is truncated", "a number of boots is below 0 or above 2^53"
LIES = {
    "no signature": ({"uniqExact((host": CRASHED.replace(b"sig", b"\\N") % b"1"}, "a crash has no signature"),
    "negative number of boots": ({"sum(b)": BOOTS % b"-5"}, COUNT),
    "numbers too large": ({"uniqExact((host": CRASHED % b"1000000000000000000"}, COUNT),
    "sum too large": ({"sum(b)": 2 * (BOOTS % b"9007199254740990")}, COUNT),
    "title without a host": ({"LIMIT 1 BY": TITLE % b"\\N"}, "no host"),
    "a NUL": ({"uniqExact((host": b"\0" + CRASHED % b"1"}, "it contains a NUL"),
    "half a row": ({"uniqExact((host": b"sig\t7.1\n"}, TRUNCATED),
    "more numbers than ancestors": ({"groupArray": ANCESTORS % b"[2,2]"}, TRUNCATED),
    "ancestor with too many boots": ({"groupArray": ANCESTORS % b"[18446744073709551614]"}, COUNT),
    "no number for two ancestors": ({"groupArray": TWO_ANCESTORS % b"[]"}, TRUNCATED),
    "one number for two ancestors": ({"groupArray": TWO_ANCESTORS % b"[2]"}, TRUNCATED),
    "three numbers for two ancestors": ({"groupArray": TWO_ANCESTORS % b"[2,2,2]"}, TRUNCATED),
    "list of ancestors without an end": ({"groupArray": ANCESTORS % b"[2"}, TRUNCATED),
    "list of ancestors that ends after a comma": ({"groupArray": ANCESTORS % b"[2,"}, TRUNCATED),
    "text in a list of ancestors": ({"groupArray": ANCESTORS % b"[2x]"}, TRUNCATED),
    "text after a list of ancestors": ({"groupArray": ANCESTORS % b"[2]x"}, TRUNCATED),
    "negative number of ancestors": ({"groupArray": ANCESTORS % b"[-4]"}, TRUNCATED),
    "release that is too long": ({"groupArray": ANCESTORS.replace(b"7.0", 65 * b"7") % b"[2]"}, TRUNCATED),
    "text in the number of a chain": ({"groupArray": CHAIN % b"[2x]"}, TRUNCATED),
    "ancestors without a previous release": ({"groupArray": WITHOUT_PREVIOUS % b""}, "no previous release"),
    "ancestors whose previous release is NULL": ({"groupArray": WITHOUT_PREVIOUS % b"\\N"}, "no previous release"),
    "number of boots that is text": ({"sum(b)": BOOTS % b"abc"}, TEXT),
    "number of crashes that begins with a digit": ({"uniqExact((host": CRASHED % b"1e3"}, TEXT),
    "kexec count that is text": ({"sum(b)": BOOTS.replace(b"kexec\t1", b"kexec\ttwo") % b"9"}, TEXT),
    "kexec count above 2^32": ({"groupArray": ANCESTORS.replace(b"kexec\t2", b"kexec\t4294967298") % b"[2]"}, TEXT),
    "number of crashes of a title that is text": ({"LIMIT 1 BY": TITLE.replace(b"50", b"x") % b"host"}, TEXT),
    "more crashes than boots": ({"ANY LEFT JOIN": DAY.replace(b"0\t1\t1", b"0\t1\t9") % b"0"}, "more boots of a day"),
    "day that is text": ({"ANY LEFT JOIN": DAY.replace(b"20000", b"today") % b"0"}, TRUNCATED),
    "boots of a day that are text": ({"ANY LEFT JOIN": DAY.replace(b"0\t1\t1", b"0\tabc\t1") % b"0"}, TRUNCATED),
    "too many seconds": ({"ANY LEFT JOIN": DAY % b"9007199254740993"}, "seconds is below 0 or above 2^53"),
    "half a day": ({"ANY LEFT JOIN": b"a\t1\n"}, TRUNCATED),
}


FEW = "a number of hosts is below 1 or above 2^53"
LIES_ABOUT_HOSTS = {
    "negative number of hosts": (HOSTS % (b"-1", b"[-9]"), FEW),
    "too many hosts": (HOSTS % (b"9007199254740994", b"[8]"), FEW),
    "number of hosts that is text": (HOSTS % (b"many", b"[8]"), TEXT),
    "list that is NULL": (HOSTS % (b"1", b"\\N"), TRUNCATED),
    "empty list": (HOSTS % (b"1", b"[]"), TRUNCATED),
    "list without an end": (HOSTS % (b"1", b"[8"), TRUNCATED),
    "text in a list": (HOSTS % (b"1", b"[-9x8]"), TRUNCATED),
    "list that begins late": (HOSTS % (b"1", b"8]"), TRUNCATED),
    "list that is not sorted": (HOSTS % (b"1", b"[-9,8,-9]"), TRUNCATED),
    "unknown transition": (HOSTS % (b"1", b"[7]"), TRUNCATED),
    "late transition": (HOSTS % (b"1", b"[8]") + TRANSITION % (b"20090", b"7"), TRUNCATED),
    "half a row of hosts": (b"2\t[8]\t0\n", TRUNCATED),
}


@pytest.mark.parametrize("name", LIES)
def test_invalid_responses(tool, name):
    rows, message = LIES[name]
    with serving(Liar, rows={**TRUTH, **rows}) as liar:
        got = run(tool, "triage", f"--store=clickhouse://127.0.0.1:{liar.server_address[1]}/fleet")
    assert got.status == 1 and message in got.talk, got


@pytest.mark.parametrize("rows", [
    {}, {"groupArray": TWO_ANCESTORS % b"[2,3]"}, {"groupArray": CHAIN % b"[2]"}, {"ANY LEFT JOIN": DAY % b"0"}])
def test_valid_responses(tool, rows):
    with serving(Liar, rows={**TRUTH, **rows}) as liar:
        got = run(tool, "triage", f"--store=clickhouse://127.0.0.1:{liar.server_address[1]}/fleet")
    assert got.status in (0, 10) and not got.talk, got


@pytest.mark.parametrize("name", LIES_ABOUT_HOSTS)
def test_invalid_responses_about_hosts(tool, name):
    row, message = LIES_ABOUT_HOSTS[name]
    with serving(Liar, rows={**SAMPLED, next(iter(SAMPLED)): TRANSITIONS + row}) as liar:
        got = run(tool, "triage", f"--store=clickhouse://127.0.0.1:{liar.server_address[1]}/fleet")
    assert got.status == 1 and message in got.talk, got


def test_valid_response_about_hosts(tool):
    with serving(Liar, rows=SAMPLED) as liar:
        got = run(tool, "--json", "triage", f"--store=clickhouse://127.0.0.1:{liar.server_address[1]}/fleet")
    assert got.status in (0, 10) and not got.talk, got
    origins = json.loads(got.out)["cases"][0]["origins"]
    assert [one["crashed_hosts"] for one in origins if one["verdict"] == "associated"] == [70], origins
    with serving(Liar, rows=SAMPLED) as liar:
        got = run(tool, "triage", f"--store=clickhouse://127.0.0.1:{liar.server_address[1]}/fleet")
    assert b"First crash: in a boot started on 2024-10-04; last crash: in a boot started on 2025-01-02." in got.out, got


def test_boot_without_a_name(tool):
    row = b"\\N\t" + 32 * b"1\t" + b"1\n"
    rows = {"system.settings": b"0\t0\t0\n", "host_names": b"", "FROM pruned_weeks": b"", "FROM%20boot_rows": row}
    with serving(Liar, rows=rows) as liar:
        got = ingest(tool, f"clickhouse://127.0.0.1:{liar.server_address[1]}/fleet", "host0")
    assert got.status == 1 and "invalid response" in got.talk


class Silence(socketserver.BaseRequestHandler):
    def handle(self):
        time.sleep(8)


def test_silent_server(tool):
    start = time.monotonic()
    with serving(Silence) as silence:
        got = ingest(tool, f"clickhouse://127.0.0.1:{silence.server_address[1]}/fleet?timeout=1", "host0")
    assert got.status == 1 and "no response for 1 s" in got.talk and time.monotonic() - start < 5


def test_check_of_a_silent_server(tool, folder):
    """An operator waits for it, so that the default is shorter."""
    with serving(Silence) as silence:
        url = f"clickhouse://127.0.0.1:{silence.server_address[1]}/fleet"
        for option, limit, remedy in (("?wait=1", 1, "wait"), ("?timeout=2", 2, "timeout"), ("", 5, "wait")):
            start = time.monotonic()
            got = tool.on(build_root(folder / f"m{limit}", kexeced()), "check", "--to=7.3.4", f"--store={url}{option}")
            assert (got.status, got.out) == (1, b"") and f"no response for {limit} s" in got.talk, got
            assert f"?{remedy}=SECONDS" in got.talk, got
            assert time.monotonic() - start < limit + 3


def test_option_in_another_part_of_the_url(tool, folder):
    """Only an option after "?" is a limit."""
    start = time.monotonic()
    with serving(Silence) as silence:
        url = f"clickhouse://wait=9@127.0.0.1:{silence.server_address[1]}/fleet"
        got = tool.on(build_root(folder / "machine", kexeced()), "check", "--to=7.3.4", f"--store={url}")
    assert got.status == 1 and "no response for 5 s" in got.talk and time.monotonic() - start < 8, got


class Stalled(Liar):
    """A server that answers the requests that open the store, and then falls silent."""

    def wait(self, query):
        if "uniqExact" in query:
            time.sleep(90)


@pytest.mark.parametrize("option, limit, why", [
    ("", 20, "took longer than 20 s (set another limit for each request with ?timeout=SECONDS)"),
    ("?wait=1", 20, "took longer than 20 s"), ("?timeout=3", 3, "no response for 3 s (raise the limit with ?timeout=")])
def test_check_of_a_stalled_server(tool, folder, option, limit, why):
    start = time.monotonic()
    with serving(Stalled, rows={}) as stalled:
        url = f"clickhouse://127.0.0.1:{stalled.server_address[1]}/fleet{option}"
        got = tool.on(build_root(folder / "machine", kexeced()), "check", "--to=7.3.4", f"--store={url}")
    assert (got.status, got.out) == (1, b"") and why in got.talk, got
    assert time.monotonic() - start < limit + 10
