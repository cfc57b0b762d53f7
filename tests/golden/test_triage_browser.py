# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of the page that triage writes in a real browser, with scripts enabled.

Needs chromium, chromium-driver and python3-selenium; `make check` does not install these packages, and skips the tests
without them.
"""
import json
import os
import shutil
import sqlite3
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from .fleet import Fleet
from .test_triage import BAD, HOSTILE, OTHERS

webdriver = pytest.importorskip("selenium.webdriver", reason="python3-selenium is not installed")

pytestmark = pytest.mark.plain  # the browser is tested here; other tests make the page with sanitizers
SIZES = {f"{scheme}-{width}": (width, scheme) for scheme in ("light", "dark") for width in (380, 500, 1200)}
LONG = "<script>fetch('//x.example/')</script>" + "W" * 10_000
# Texts that are harmful in a link, a style, an SVG image, an attribute, a comment or a script.
INJECTIONS = [
    "javascript:document.title='owned'//", "</style><style>*{display:none;background:url(//x.example/a)}",
    "<svg onload=document.title='owned'><use href='//x.example/b#c'/></svg>", "' onmouseover='document.title=1' x='",
    "--><!-- <base href='//x.example/'>", "</title></head><meta http-equiv=refresh content='0;url=//x.example/'>",
    "@import url(//x.example/c);}", "</script><link rel=stylesheet href=//x.example/d>", "\u202eevil\u2066\u200f"]
WIDER = """
return [...document.querySelectorAll("main *, header *")].filter(
    element => element.scrollWidth > innerWidth && !element.closest(".scroll, pre")).map(element => element.outerHTML)
"""
FOREIGN = """
return [...document.querySelectorAll("script, img, b, iframe, object, embed, base, link, form, use, [onload], [href]")]
    .filter(element => !(element.getAttribute("href") || "").startsWith("#")).map(element => element.outerHTML)
"""
# Text that its own box cuts: neither the element nor an ancestor scrolls.
CUT = """
return [...document.querySelectorAll("h1, h2, h3, p, li, th, td, summary, .verdict")].filter(
    element => element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0
        && getComputedStyle(element).overflowX != "visible").map(element => element.outerHTML)
"""
# Dates, small numbers and shares with a line break inside.
DIVIDED = r"""
const found = [], walk = document.createTreeWalker(document.querySelector("body"), NodeFilter.SHOW_TEXT);
while (walk.nextNode())
    for (const match of walk.currentNode.data.matchAll(/\d{4}-\d\d-\d\d|\de-\d+|(?<![%\w])[\d.]+ %(?!\w)/g)) {
        const range = document.createRange();
        range.setStart(walk.currentNode, match.index);
        range.setEnd(walk.currentNode, match.index + match[0].length);
        if (new Set([...range.getClientRects()].map(box => box.top)).size > 1)
            found.push(match[0]);
    }
return found
"""


@contextmanager
def started(width=1200, scheme="light"):
    """Run a browser with scripts."""
    if not shutil.which("chromium") or not shutil.which("chromedriver"):
        pytest.skip("chromium and chromium-driver are not installed")
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    # A separate profile: tests that run in parallel use other browsers.
    with tempfile.TemporaryDirectory() as profile:
        for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}"):
            options.add_argument(argument)
        service = webdriver.ChromeService if hasattr(webdriver, "ChromeService") else webdriver.chrome.service.Service
        driver = webdriver.Chrome(service=service(shutil.which("chromedriver")), options=options)
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                               {"width": width, "height": 1400, "deviceScaleFactor": 1, "mobile": False})
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia",
                               {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
        # Disable the page's policy, which forbids scripts: the page must not contain any.
        driver.execute_cdp_cmd("Page.setBypassCSP", {"enabled": True})
        yield driver
        driver.quit()


@pytest.fixture(params=SIZES)
def browser(request):
    with started(*SIZES[request.param]) as driver:
        yield driver


def write_page(fleet, folder) -> str:
    page = Path(folder) / "page.html"
    got = fleet.run(f"--html={page}")
    assert got.status in (0, 3, 10) and got.talk == ""
    return f"file://{page}"


def hostile(tool, folder):
    fleet = Fleet(tool, folder / "fleet.db")
    for other in OTHERS:
        fleet.add("7.3.4", other, 60, label=HOSTILE)
    fleet.add("7.3.4", HOSTILE, 60, 12, label=HOSTILE, title=HOSTILE, frames=f"{HOSTILE}\n</pre>{HOSTILE}")
    fleet.add(HOSTILE, BAD, 60, 5, signature=HOSTILE, title="<b>" + "x" * 100_000)
    for number, text in enumerate([*INJECTIONS, LONG]):
        for host in range(8):
            fleet.add("7.4." + text, text + "1", 5, 2, label=f"{text}2", host=f"{text}{host}",
                      signature=f"{text}{number}", title=f"{text}3", frames=text)
            fleet.add("7.4." + text, "7.1", 10, label=f"{text}4", host=f"{text}{host}")
    with sqlite3.connect(fleet.path) as database:  # text that is not valid UTF-8
        database.execute("UPDATE crashes SET title = CAST(x'3c7363726970743eff80c0af' AS TEXT)"
                         " WHERE signature LIKE '--%'")
        database.execute("UPDATE boots SET label = CAST(x'fffe3c623e' AS TEXT) WHERE label LIKE '@import%'")
    return fleet


def findings(tool, folder):
    """Return a fleet with a transition, a count, a lead, a crash without a dependence and several labels."""
    fleet = Fleet(tool, folder / "fleet.db")
    for number in range(10):
        host = {"host": f"m{number}", "label": "Dell Inc. PowerEdge R640" if number % 2 else "HPE ProLiant DL380"}
        fleet.add("6.12.111+deb12-cloud-amd64", BAD, 12, 3, **host).add("6.12.111+deb12-cloud-amd64", None, 20, **host)
        for count in range(1, 7):
            fleet.add("7.3.5", "7.3.4", 6, 0 if count < 4 else 3, count=count, signature="b", title="kernel BUG in f",
                      **host)
        for other in OTHERS:
            fleet.add("6.12.111+deb12-cloud-amd64", other, 20, **host)
            fleet.add("7.3.4", other, 20, number < 3, signature="c", title="WARNING in g", **host)
    fleet.add("7.3.4", BAD, 20, 2, signature="d", title="WARNING in h", label="HPE ProLiant DL380")
    return fleet


def nothing(tool, folder):
    fleet = Fleet(tool, folder / "fleet.db")
    for other in OTHERS:
        fleet.add("7.3.4", other, 60)
    return fleet


def crashes_only(tool, folder):
    fleet = Fleet(tool, folder / "fleet.db")
    for number in range(10):
        fleet.add("7.3.4", BAD, 6, 6, host=f"m{number}")
        fleet.add("7.3.4", OTHERS[0], 12, 12, signature="b", title="kernel BUG in f", host=f"m{number}")
    return fleet


def counts(tool, folder):
    """Return a fleet whose boots crash from the 12th of 40 kexecs on."""
    fleet = Fleet(tool, folder / "fleet.db")
    for count in range(1, 41):
        fleet.add("6.12.117+deb13-amd64", "6.12.111+deb13-amd64", 30, 5 if count >= 12 else 0, count=count)
    return fleet


PAGES = [hostile, findings, nothing, crashes_only, counts]


def requests_of(browser, page):
    """Return the addresses that the browser requested, other than the page."""
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    sent = [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]
    assert page in sent
    own = ("chrome://", "chrome-untrusted://", "data:")  # the first tab
    return [address for address in sent if address != page and not address.startswith(own)]


def test_hostile_text_is_inert(tool, folder, browser):
    page = write_page(hostile(tool, folder), folder)
    browser.get(page)
    assert browser.title == "Crashes that depend on the previous kernel" and browser.current_url == page
    assert browser.execute_script(FOREIGN) == []
    assert browser.execute_script("return document.querySelectorAll('style').length") == 1
    assert browser.execute_script("return document.querySelectorAll('meta').length") == 3
    assert requests_of(browser, page) == []
    assert browser.execute_script("return performance.getEntriesByType('resource').length") == 0
    assert not [line for line in browser.get_log("browser") if line["level"] == "SEVERE"]
    text = browser.find_element("css selector", "main").text
    assert "<script>" in text and "javascript:" in text and "%FF" in text
    assert not set("\u202e\u2066\u200f\x1b") & set(text)


@pytest.mark.parametrize("make", PAGES)
def test_layout(tool, folder, browser, make):
    """Only elements that scroll are wider than the window, and no text is cut."""
    browser.get(write_page(make(tool, folder), folder))
    assert browser.execute_script("return document.documentElement.scrollWidth <= innerWidth")
    assert browser.execute_script(WIDER) == [] and browser.execute_script(CUT) == []
    assert browser.execute_script(DIVIDED) == []
    sizes = browser.execute_script(
        "return [...document.querySelectorAll('svg text')].map(text => text.getBoundingClientRect().height)")
    assert all(height >= 10 for height in sizes) and (sizes or make is not findings)
    assert browser.execute_script(
        "return [...document.querySelectorAll('.heat th')].every(one => one.clientHeight < 400)")
    # On a wide screen, a caption has at most two lines, and a chart is not scrolled.
    if browser.execute_script("return innerWidth") >= 1200:
        assert browser.execute_script(
            "return [...document.querySelectorAll('caption span')].every(one => one.offsetHeight < 56)")
        assert browser.execute_script(
            "return [...document.querySelectorAll('svg')].every("
            "one => one.parentElement.scrollWidth <= one.parentElement.clientWidth)")


def test_by_keyboard(tool, folder, browser):
    """The first tab stop skips the header; every table that scrolls has a tab stop."""
    browser.get(write_page(hostile(tool, folder), folder))
    stops = browser.execute_script("""
return [...document.querySelectorAll("a[href], summary, [tabindex='0']")].map(element => [
    element.tagName, element.getAttribute("aria-label") || element.getAttribute("aria-labelledby") ||
    element.textContent])
""")
    assert stops[0] == ["A", "Skip to the findings"] and all(name.strip() for _, name in stops)
    assert browser.execute_script("return document.querySelectorAll('.scroll').length") > 0
    assert browser.execute_script("return document.querySelectorAll('.scroll:not([tabindex])').length") == 0


@pytest.mark.skipif("KEXEC_LINEAGE_AXE" not in os.environ,
                    reason="KEXEC_LINEAGE_AXE names no axe.min.js (npm's axe-core)")
@pytest.mark.parametrize("make", PAGES)
def test_accessibility(tool, folder, browser, make):
    browser.get(write_page(make(tool, folder), folder))
    browser.execute_script("document.querySelectorAll('details').forEach(one => one.open = true)")
    browser.execute_script(Path(os.environ["KEXEC_LINEAGE_AXE"]).read_text(encoding="utf-8"))
    # axe-core cannot decide about the contrast of text that is scrolled out of view, or in an SVG image.
    wrong = browser.execute_async_script(
        "const done = arguments[arguments.length - 1];"
        "axe.run(document).then(found => done("
        "[...found.violations, ...found.incomplete.filter(one => one.id != 'color-contrast')]"
        ".map(one => `${one.id} ${one.nodes[0].html}`)))")
    assert wrong == []
