# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of the page that triage writes in a real browser, with scripts enabled.

Needs chromium, chromium-driver and python3-selenium; `make check` does not install these packages, and skips the tests
without them.
"""
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from .fleet import Fleet
from .test_triage import BAD, HOSTILE, OTHERS

webdriver = pytest.importorskip("selenium.webdriver", reason="python3-selenium is not installed")

SIZES = {"light": (1200, "light"), "dark": (1200, "dark"), "narrow": (360, "light")}
OWN = """
return [...document.querySelectorAll("main *, header *")].filter(
    element => element.scrollWidth > innerWidth && !element.closest(".scroll, pre")).length
"""


@pytest.fixture(params=SIZES)
def browser(request):
    if not shutil.which("chromium") or not shutil.which("chromedriver"):
        pytest.skip("chromium and chromium-driver are not installed")
    width, scheme = SIZES[request.param]
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
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


def write_page(tool, folder) -> str:
    fleet = Fleet(tool, folder / "fleet.db")
    for other in OTHERS:
        fleet.add("7.3.4", other, 60, label=HOSTILE)
    fleet.add("7.3.4", HOSTILE, 60, 12, label=HOSTILE, title=HOSTILE, frames=f"{HOSTILE}\n</pre>{HOSTILE}")
    fleet.add(HOSTILE, BAD, 60, 5, signature=HOSTILE, title="<b>" + "x" * 100_000)
    page = Path(folder) / "page.html"
    got = fleet.run(f"--html={page}")
    assert got.status in (0, 10) and got.talk == ""
    return f"file://{page}"


def test_hostile_text_is_inert(tool, folder, browser):
    browser.get(write_page(tool, folder))
    assert browser.title == "Crashes that depend on the previous kernel"
    assert browser.execute_script("return document.querySelectorAll('script, img, b, iframe, object').length") == 0
    assert browser.execute_script("return performance.getEntriesByType('resource').length") == 0
    assert not [line for line in browser.get_log("browser") if line["level"] == "SEVERE"]
    text = browser.find_element("css selector", "main").text
    assert "<script>" in text
    assert browser.execute_script("return document.documentElement.scrollWidth <= innerWidth")
    assert browser.execute_script(OWN) == 0  # only elements that scroll are wider than the window


def test_by_keyboard(tool, folder, browser):
    """The first tab stop skips the header; every table that scrolls has a tab stop."""
    browser.get(write_page(tool, folder))
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
def test_accessibility(tool, folder, browser):
    browser.get(write_page(tool, folder))
    browser.execute_script(Path(os.environ["KEXEC_LINEAGE_AXE"]).read_text(encoding="utf-8"))
    violations = browser.execute_async_script(
        "const done = arguments[arguments.length - 1];"
        "axe.run(document).then(found => done(found.violations.map(one => `${one.id} ${one.nodes[0].html}`)))")
    assert violations == []
