# SPDX-License-Identifier: GPL-2.0-or-later
"""Golden tests of what the report of triage says to people: the text, the page and the CSV."""
import csv
import fcntl
import io
import os
import re
import sqlite3
import struct
import subprocess
import termios

import pytest

from .fleet import Fleet
from .test_triage import BAD, LOST, OTHERS, add_previous, add_releases, body, flow, page_of, scatter

DAY = 86400
START = 1_760_000_000 // DAY * DAY  # 2025-10-09
LONG = "6.12.111+deb12-cloud-amd64-with-a-name-of-sixty-four-characters-"


@pytest.fixture
def fleet(tool, folder):
    return Fleet(tool, folder / "fleet.db")


@pytest.fixture
def transition(fleet):
    """Return a fleet on ten machines in which boots after BAD crash."""
    for number in range(10):
        fleet.add("7.3.4", BAD, 12, 3, host=f"m{number}").add("7.3.4", None, 20, host=f"m{number}")
        for other in OTHERS:
            fleet.add("7.3.4", other, 20, host=f"m{number}")
    return fleet


def shown_on(page):
    return " ".join(" ".join(page.said).split())


def test_source(transition, folder):
    """The report names the version, the store and the time, but not the password of a server."""
    version = transition.tool.run("--version").text.split()[-1]
    pattern = rf"kexec-lineage {re.escape(version)}; store {re.escape(str(transition.path))}, read 20\d\d-\d\d-\d\d \d\d:\d\d UTC\."
    assert re.match(pattern, flow(transition)) and re.search(pattern, shown_on(page_of(transition, folder)))
    report = transition.report()
    assert (report["version"], report["store"]) == (version, str(transition.path))
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", report["time"])


def test_heat_cells(fleet, folder):
    """A cell of the map counts boots that crashed. A boot with several crashes counts once."""
    fleet.add("7.3.4", BAD, 9, 9).add("7.3.4", OTHERS[0], 1)
    with sqlite3.connect(fleet.path) as database:
        database.execute("INSERT INTO crashes (boot, title, type, signature) SELECT boot, 'b', 'oops', 'b' FROM crashes")
        database.execute("INSERT INTO crashes (boot, title, type, signature) SELECT boot, 'c', 'oops', 'c' FROM crashes"
                         " WHERE signature = 'sig' LIMIT 4")
    shown = shown_on(page_of(fleet, folder))
    assert "9 of 9 boots (100 %)" in shown and "0 of 1 boot (0 %)" in shown


def test_heat_cells_of_lost_kexecs(fleet, folder):
    """Lost kexecs are added to the boots that crashed."""
    fleet.add("7.3.4", BAD, 4, 2).add("7.3.4", BAD, 3, 3, signature="lost-kexec", title="kexec lost: no sign of life")
    fleet.add("7.3.4", OTHERS[0], 5)
    assert "5 of 7 boots (71.4 %)" in shown_on(page_of(fleet, folder))


def test_summary_of_the_page(transition, folder):
    """The summary links to the finding, and names what it depends on and the counts."""
    shown = shown_on(page_of(transition, folder))
    summary = shown.partition("Findings")[2].partition("All transitions")[0]
    assert "general protection fault in read_log in 7.3.4" in summary and "associated" in summary
    assert f"after a kexec from {BAD} (30 of 120 boots, 0 of 800 others)" in summary
    assert ("Crashes by release, each with its strongest verdict: 1 associated, 0 suspect, 0 leads; 0 with no dependence "
            "found, 0 with too few boots to decide.") in summary


def test_summary_of_a_count(fleet, folder):
    for number in range(10):
        for count in range(1, 7):
            fleet.add("7.3.4", BAD, 6, 0 if count < 4 else 3, count=count, host=f"m{number}", label="model A")
            fleet.add("7.3.4", BAD, 6, count=count, host=f"n{number}", label="model B")
    shown = shown_on(page_of(fleet, folder))
    assert "from the 4th kexec on, only with the label 'model A' (90 of 360 boots, 0 of 360 others)" in shown
    assert ("By label, boots from the 4th kexec on (the others in parentheses): 'model A' 90 of 180 (0 of 180), "
            "'model B' 0 of 180 (0 of 180).") in shown
    assert "start 7.3.4 with a cold boot instead of the 4th or a later kexec" in flow(fleet)


def test_next_step(transition):
    """A finding says what to do next, its signature and an example."""
    text = flow(transition)
    assert f"do not kexec to 7.3.4 from {BAD}: start 7.3.4 with a cold boot or from another kernel." in text
    assert f"the state in which {BAD} leaves memory" in text and "No cold boot" not in text
    assert "Signature sig; an example is on host m0, boot boot" in text


def test_days(transition, folder):
    """The sentence has the machines, and the days on which the first and the last boot with the crash started."""
    with sqlite3.connect(transition.path) as database:
        database.execute("UPDATE boots SET time = ? + 3600 * id", (START,))
    hours = [row[0] for row in sqlite3.connect(transition.path).execute("SELECT boot FROM crashes ORDER BY boot")]
    first, last = ((START + 3600 * hour) // DAY - START // DAY for hour in (hours[0], hours[-1]))
    first, last = (f"2025-{'10' if day < 23 else '11'}-{9 + day if day < 23 else day - 22:02}" for day in (first, last))
    text = flow(transition)
    assert "These crashes are on 10 machines." in text
    newest = "2025-11-16"  # boots after the last crash
    assert (f"First crash: in a boot started on {first}; last crash: in a boot started on {last}; newest boot of 7.3.4: "
            f"started on {newest}.") in text
    [finding] = transition.report()["findings"]
    assert (finding["first_crash"], finding["last_crash"], finding["newest_boot"]) == (first, last, newest)
    rows = list(csv.DictReader(io.StringIO(transition.run("--csv").text)))
    assert {(row["first_crash"], row["last_crash"]) for row in rows} == {(first, last)}
    with sqlite3.connect(transition.path) as database:
        database.execute("UPDATE boots SET time = 60 * id")  # the clocks were not set
    assert "First crash" not in flow(transition) and transition.report()["findings"][0]["first_crash"] is None


def power_of(report):
    return {case["title"]: (case["power"], case["more_boots"] is not None) for case in report["cases"]}


def test_no_answer(fleet, folder):
    """'Too few boots' is another answer than 'no dependence'."""
    for other in OTHERS:
        fleet.add("7.3.4", other, 400, 20, signature="many", title="many crashes")
    fleet.add("7.3.4", OTHERS[0], 10, 1, signature="few", title="few crashes")
    fleet.add("6.1.1", BAD, 40, 4, signature="alone", title="crashes of one origin")
    fleet.add("6.1.2", BAD, 4, 4, signature="all", title="crashes in every boot")
    fleet.add("6.1.2", OTHERS[0], 4, 4, signature="all", title="crashes in every boot")
    report = fleet.report("--signature=few")
    [few] = report["cases"]
    assert few["power"] == "few" and few["more_boots"] > 1000
    whole = power_of(fleet.report())
    assert whole["many crashes"] == ("enough", False)
    assert whole["crashes of one origin"] == ("one origin", False)
    assert whole["crashes in every boot"] == ("all crashed", False)
    text = flow(fleet)
    found, _, missing = text.partition("No answer yet")
    assert "many crashes, in 7.3.4: 60 of 1,210 boots" in found.partition("No dependence found")[2]
    assert f"few crashes, in 7.3.4: 1 of 1,210 boots; too few boots to decide: about {few['more_boots']:,} more would" in missing
    assert "nothing to compare with: boots after another kernel are needed" in missing
    assert "nothing to compare with: boots without this crash are needed" in missing
    shown = shown_on(page_of(fleet, folder))
    power = ("if the 410 boots after 7.1.4 had crashed 2.3 times as often as the others, this would have been found with a "
             "probability of 80 %")
    assert (f"No dependence found: {power}. A weaker dependence is not excluded, nor is one on another previous kernel, "
            "which has fewer boots.") in shown
    assert "No dependence found. Weaker dependences, and dependences on other previous kernels, are not excluded" in text
    assert f"many crashes, in 7.3.4: 60 of 1,210 boots; {power}" in text and "Signature many" in flow(fleet, "--all")
    assert f"No answer: too few boots to decide: about {few['more_boots']:,} more would" in shown


def test_explained(fleet, folder):
    """A difference that another finding explains is not called 'no dependence'."""
    add_releases(fleet, lambda _, previous: 0.2 if previous == BAD else 0.01, 100)
    report = fleet.report()
    [finding] = report["findings"]
    single = [case for case in report["cases"] if case["release"]]
    assert finding["release"] is None and {case["power"] for case in single} == {"explained"}
    assert "No dependence found" not in flow(fleet)
    assert f"0 with no dependence found, 0 with too few boots to decide, {len(single)} explained by another finding." in flow(
        fleet)
    assert "another finding of this report explains the difference" in flow(fleet, "--all")


def test_explained_by_cold_boots(fleet):
    """Cold boots crash more in each of three releases. Their sum is associated, so no release is called independent."""
    for release in ("7.3.4", "7.3.5", "7.3.6"):
        for number in range(20):
            fleet.add(release, None, 50, 1, host=f"c{number}")
            fleet.add(release, BAD, 50, number < 4, host=f"k{number}")
    assert [one["release"] for one in fleet.report()["findings"] if one["verdict"] == "associated"] == [None]
    assert "No dependence found" not in flow(fleet, "--all")


def test_any_crash_has_no_answer_of_its_own(fleet):
    for number in range(10):
        fleet.add("7.3.4", BAD, 20, 5, host=f"m{number}").add("7.3.4", OTHERS[0], 20, host=f"m{number}")
        fleet.add("7.3.4", OTHERS[0], 20, 1, signature="b", title="other crash", host=f"m{number}")
    assert "any crash" in {case["outcome"] for case in fleet.report()["cases"]} and "any crash" not in flow(fleet)


def test_enough_boots(fleet):
    """With the boots that are missing, the answer is 'no dependence'."""
    for other in (BAD, *OTHERS):
        fleet.add("7.3.4", other, 60, other == BAD)
    [case] = fleet.report()["cases"]
    assert case["power"] == "few"
    for other in (BAD, *OTHERS):
        fleet.add("7.3.4", other, case["more_boots"] // 4 + 1, case["more_boots"] // 960 + 1)
    assert fleet.report()["cases"][0]["power"] == "enough"


def test_cold_boots_that_crash_less(fleet, folder):
    """A cold boot that crashes less is not shown as associated, because the kexecs are."""
    fleet.add("7.3.4", None, 400)
    for other in OTHERS:
        fleet.add("7.3.4", other, 200, 10)
    text = fleet.run().text
    assert re.search(r"^  fewer +cold boot ", text, re.MULTILINE) and not re.search("associated +cold boot", text)
    assert "after a kexec (30 of 600 boots, 0 of 400 others)" in shown_on(page_of(fleet, folder))
    assert "Start 7.3.4 with a cold boot until the cause of the crashes is known." in flow(fleet)


def test_no_crash(fleet, folder):
    fleet.add("7.3.4", BAD, 10).add("7.3.4", OTHERS[0], 10)
    got = fleet.run(f"--html={folder}/page.html")
    assert got.status == 3 and "No boot crashed, so there is nothing to compare." in got.text
    page = (folder / "page.html").read_text()
    assert "No boot crashed, so there is nothing to compare." in page and "No dependence" not in page


def test_map_has_no_empty_rows(fleet, folder):
    """The map leaves out releases that only started kexecs as columns, and those that started none as rows."""
    fleet.add("7.3.4", BAD, 10, 1).add("7.3.4", OTHERS[0], 10)
    page = page_of(fleet, folder)
    heat = next(number for number, (tag, attributes) in enumerate(page.tags) if attributes.get("class") == "heat")
    rows = [attributes["scope"] for tag, attributes in page.tags[heat:heat + 16] if tag == "th"]
    assert rows == ["col", "row", "row"] and "(10.0 %)" in shown_on(page)


def test_ratio_of_several_labels(fleet):
    """If no other boot crashed, the ratio has a lower limit, although there are several labels."""
    for number in range(10):
        for label in ("model A", "model B"):
            fleet.add("7.3.4", BAD, 10, 2, host=f"m{number}", label=label)
            fleet.add("7.3.4", OTHERS[0], 30, host=f"m{number}", label=label)
    assert re.search(r"in 0 of 600 other boots \([^)]*\): at least [0-9.]+ times as likely", flow(fleet))


def test_crashes_only(fleet, folder):
    """If the store has crashes only, the report speaks of crashes and not of boots."""
    for number in range(10):
        fleet.add("7.3.4", BAD, 6, 6, host=f"m{number}")
        fleet.add("7.3.4", OTHERS[0], 12, 12, signature="b", title="b", host=f"m{number}")
    text, shown = flow(fleet), shown_on(page_of(fleet, folder))
    assert "b, in 7.3.4: 120 of 180 crashes" in text and f"Examine {OTHERS[0]} first. To establish that {OTHERS[0]} is the cause, also ingest the logs of boots that did not crash" in text
    assert "(120 of 120 crashes, 0 of 60 others)" in shown and "120 crashes" in shown
    assert "100 %" not in shown.partition("All transitions")[2].partition("b in 7.3.4")[0]
    assert "No dependence found" not in text
    assert re.search(r"previous kernel +crashes +this one ", text) and "crashes this one share" in shown
    for other, boots in ((BAD, 1), (OTHERS[0], 2)):
        fleet.add("7.3.4", other, boots, boots, signature="c", title="c")
    assert "nothing to compare with: boots that did not crash are needed" in flow(fleet)


@pytest.mark.parametrize("columns", [40, 60, 80, 100])
def test_widths(fleet, columns):
    """No line is longer than the terminal, at most 96 characters, and nothing is cut."""
    fleet.add(LONG, None, 400)
    for count in range(1, 9):
        fleet.add(LONG, BAD, 50, 20 if count > 4 else 0, count=count, title="BUG: " + "é" * 100)
        fleet.add(LONG, LONG.replace("6.12.111", "6.12.110"), 50, 20 if count > 4 else 0, count=count)
    for arguments in ((), ("--all",)):
        wide = fleet.run(*arguments, env={"COLUMNS": "96"})
        got = fleet.run(*arguments, env={"COLUMNS": str(columns)})
        assert max(map(len, got.text.splitlines())) <= min(columns, 96)
        squeezed = "".join(got.text.split())
        for part in ("é" * 100, LONG, LONG.replace("6.12.111", "6.12.110")):
            assert part in squeezed
        if columns == 96 or columns == 100:
            assert body(got.text) == body(wide.text)


def test_stacked_table(transition):
    """In a narrow terminal, a row of a table is a paragraph with the name of each figure."""
    text = transition.run(env={"COLUMNS": "40"}).text
    assert f"\n  associated: {BAD}\n    boots 120, crashed 30, share 25.0 %,\n    ratio only, q " in text


def test_figures_are_not_divided(transition):
    """No line breaks inside "95 %" or "q = 0.03", or between the name of a column and its value."""
    for columns in range(28, 97):
        text = transition.run("--all", env={"COLUMNS": str(columns)}).text
        assert "95 %" in text and "q = " in text
        assert not re.search(r"\n *[%=]|=\n|(,|\n   ) (ratio|share|q)\n| \n", text), text


def test_leads_in_a_narrow_terminal(transition):
    transition.add("7.4.1", BAD, 20, 2, signature="b").add("7.4.1", OTHERS[0], 100)
    text = transition.run(env={"COLUMNS": "40"}).text
    assert "\nLeads (may be chance, given the number\nof comparisons):\n" in text


def test_csv_has_every_field(transition):
    """Each field of a finding in JSON has a column."""
    transition.add("7.3.4", "7.2.7", 10, signature="lost-kexec", crashed=1, title="kexec lost: no sign of life")
    rows = list(csv.DictReader(io.StringIO(transition.run("--csv").text)))
    found = {(row["outcome"], row["factor"]) for row in rows}
    assert found >= {("crash", "previous_release"), ("crash", "cold_boot"), ("lost kexec", "previous_release")}
    assert {row["unit"] for row in rows} == {"boots"}
    assert "nan" not in transition.run("--csv", "--all").text.lower()
    assert {"outcome", "title", "signature", "release", "label", "factor", "unit", "ratio", "ratio_low", "ratio_high",
            "p", "q", "hosts", "why_not", "verdict"} <= set(rows[0])


def test_release_without_crashes(transition):
    """A release with boots, but without crashes, is not reported as unknown."""
    transition.add("7.4.1", BAD, 30)
    got = transition.run("--release=7.4.1")
    assert (got.status, got.text) == (3, "")
    assert got.talk == "kexec-lineage: triage: no crash in the 30 boots of releases that match '7.4.1'\n"


def test_next_step_for_all_releases(fleet):
    add_releases(fleet, lambda _, previous: 0.2 if previous == BAD else 0.01, 100)
    assert f"do not kexec from {BAD}. No cold boot is in the data." in flow(fleet)
    for release in ("7.3.4", "7.3.5"):
        fleet.add(release, None, 50)
    assert f"do not kexec from {BAD}: make a cold boot instead. Look" in flow(fleet)


def test_next_step_for_a_range(fleet):
    add_previous(fleet, lambda number: 40 if 4 <= number <= 7 else 1)
    text = flow(fleet)
    assert ("do not kexec to 7.3.4 from any of 7.2.4 through 7.2.7: start 7.3.4 from a kernel outside of this range. No cold "
            "boot of 7.3.4 is in the data. Look for the cause in the state in which these kernels leave memory") in text


def rows_of(text):
    """Return the rows of the table of previous kernels in a wide terminal, as the words of each."""
    table = text.partition("all other boots:\n")[2].partition("\n\n")[0]
    return [line.split() for line in table.splitlines()[1:]]


def test_rows_of_a_range(fleet, folder):
    """The range has the first row. Its kernels are marked, and have rows although no sentence names them."""
    add_previous(fleet, lambda number: 40 if 4 <= number <= 7 else 1)
    rows = rows_of(fleet.run().text)
    assert rows[0][:6] == ["associated", "7.2.4", "through", "7.2.7", "400", "160"]
    marked = [row[2] for row in rows if row[:2] == ["in", "range"]]
    assert sorted(marked) == ["7.2.4", "7.2.5", "7.2.6", "7.2.7"]
    hidden = len(fleet.report()["cases"][0]["origins"]) - 4
    text, shown = flow(fleet), shown_on(page_of(fleet, folder))
    assert f"{hidden} more previous kernels are not shown: use --all." in text
    assert "not shown" not in flow(fleet, "--all")
    for columns in (40, 60, 80, 100):
        narrow = fleet.run(env={"COLUMNS": str(columns)}).text
        assert max(map(len, narrow.splitlines())) <= min(columns, 96)
        assert "".join(narrow.split()).count("inrange") == "".join(text.split()).count("inrange")
    note = "The kernels marked 'in range' are judged together, in the row of the range, and not each by its own q."
    assert note in text and note in shown and shown.count("in range") == 5
    assert "7.2.4 through 7.2.7 associated 400 160" in shown


def test_row_of_the_cold_boot(fleet):
    """The cold boot has a row although three others come first. The text says how many rows are not shown."""
    for previous, crashed in zip((BAD, *OTHERS), (30, 3, 2, 0)):
        fleet.add("7.3.4", previous, 60, crashed)
    fleet.add("7.3.4", None, 60, 8)
    names = [re.split(r" \d", " ".join(row))[0] for row in rows_of(fleet.run("--all").text)]
    assert len(names) == 5 and "cold boot" in names[3:]
    assert "cold boot" in [re.split(r" \d", " ".join(row))[0] for row in rows_of(fleet.run().text)]
    assert "1 more previous kernel is not shown: use --all." in flow(fleet)


def test_next_step_for_two_kernels(fleet):
    """The step names each associated kernel."""
    for number in range(20):
        for previous in (BAD, OTHERS[0]):
            fleet.add("7.3.4", previous, 10, 2, host=f"m{number}")
        for name in ("alpha", "beta", "gamma"):
            fleet.add("7.3.4", name, 10, host=f"m{number}")
    assert {found["value"] for found in fleet.report()["findings"]} == {BAD, OTHERS[0]}
    assert re.search(f"from ({BAD} or {OTHERS[0]}|{OTHERS[0]} or {BAD}): start 7.3.4 from another kernel.", flow(fleet))


def test_limits_of_ratios(fleet, folder):
    """If one side did not crash, the limit that adds half a boot to each side does not exclude the ratio itself."""
    fleet.add("7.3.4", BAD, 60, 12).add("7.3.4", OTHERS[0], 60).add("7.3.4", OTHERS[1], 60, 1, signature="b", title="b")
    shown = shown_on(page_of(fleet, folder))
    assert re.search(r"only at least \d", shown) and re.search(r" 0 % 0 at most \d", shown)
    assert re.search(r" \d[\d.]* \u2013 \d", shown)


def test_any_crash_without_a_finding(fleet, folder):
    scatter(fleet)
    for number in range(20):
        fleet.add("7.3.4", BAD, 10, 3, signature="sig", host=f"m{number}")
    sentence = "No finding of its own: all crashes together show no dependence that a single crash does not show."
    assert sentence in flow(fleet, "--all") and sentence in shown_on(page_of(fleet, folder))


def test_heading_of_lost_kexecs(fleet, folder):
    fleet.add("5.10.9", BAD, 40).add("5.10.9", BAD, 12, 12, **LOST).add("5.10.9", OTHERS[0], 200)
    assert re.search(r"previous kernel +kexecs +lost ", fleet.run().text)
    assert "previous kernel verdict kexecs lost share" in shown_on(page_of(fleet, folder))


def test_chart_of_many_counts(fleet, folder):
    """Counts are merged into bars, but not across the count at which the rate changes."""
    for count in range(1, 41):
        fleet.add("7.3.4", BAD, 30, 5 if count >= 12 else 0, count=count)
    page_of(fleet, folder)
    page = (folder / "page.html").read_text(encoding="utf-8")
    labels = re.findall(r'text-anchor="middle">(\d+)', page)
    hot = [name == "hot" for name in re.findall(r'<rect class="(\w+)"', page)]
    assert 9 < len(labels) <= 18 and "12" in labels
    assert hot == [int(label) >= 12 for label in labels]


def test_releases_without_an_order(fleet):
    """Names that are not versions have no order, so they are in no range and at no changepoint."""
    for number, name in enumerate(("alpha", "beta", "gamma", "delta", "unlike-others")):
        for host in range(10):
            fleet.add("7.3.4", name, 10, 4 if number in (1, 2) else 0, host=f"m{host}")
    report = fleet.report()
    assert {(found["factor"], found["value"]) for found in report["findings"]} == {
        ("previous_release", "beta"), ("previous_release", "gamma")}
    assert [case["order"] for case in report["cases"]] == [None]


def test_clocks(transition):
    """A day after 2099 is not printed."""
    with sqlite3.connect(transition.path) as database:
        database.execute("UPDATE boots SET time = iif(id % 2, 1000000000000, 1 << 62)")
    assert "First crash" not in flow(transition) and "day " not in flow(transition)


def test_suspects_are_not_repeated(fleet):
    """If boots after a previous kernel crash more, that cold boots crash less is not a second suspect."""
    for number in range(10):
        fleet.add("7.3.4", BAD, 6, 6, host=f"m{number}").add("7.3.4", OTHERS[0], 1, 1, host=f"m{number}")
        for signature in "bc":
            fleet.add("7.3.4", None, 6, 6, signature=signature, host=f"m{number}")
            fleet.add("7.3.4", OTHERS[0], 6, 6, signature=signature, host=f"m{number}")
    suspects = [(found["title"], found["factor"]) for found in fleet.report("--signature=sig")["findings"]]
    assert suspects == [("general protection fault in read_log", "previous_release")]


@pytest.mark.parametrize("arguments", [(), ("--watch=7.3.4",)])
def test_width_of_a_terminal(transition, arguments):
    """Without $COLUMNS, the width is that of the terminal."""
    master, slave = os.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 40, 0, 0))
    command = transition.tool.command("triage", f"--store={transition.path}", *arguments)
    environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"} | {"NO_COLOR": "1"}
    with subprocess.Popen(command, stdout=slave, env=environment) as process:
        os.close(slave)
        text = b""
        while part := read(master):
            text += part
    os.close(master)
    assert process.returncode == 10 and max(map(len, text.decode().splitlines())) <= 40 and len(text) > 500


def read(master):
    try:
        return os.read(master, 4096)
    except OSError:  # the other end is closed
        return b""


def test_summary_of_a_suspect(fleet, folder):
    """The summary of the page says why a suspect is not established."""
    for number in range(30):
        fleet.add("7.3.4", BAD, 4, host=f"bad{number}").add("7.3.4", OTHERS[0], 12, host=f"good{number}")
    fleet.add("7.3.4", BAD, 8, 8, host="broken")
    assert f"after a kexec from {BAD} (8 of 128 boots, 0 of 360 others), unless explained by: one machine" in shown_on(
        page_of(fleet, folder))


def test_leads_alone(fleet, folder):
    """A page with a lead only does not say that there is no dependence."""
    fleet.add("7.3.4", BAD, 3, 2).add("7.3.4", OTHERS[0], 11, 0)
    # The crash of the other release could have depended on the previous kernel as well.
    fleet.add("7.3.5", BAD, 3, 0, signature="other").add("7.3.5", OTHERS[0], 11, 2, signature="other")
    shown = shown_on(page_of(fleet, folder))
    assert "on the kexec count is established." in shown and "1 lead;" in shown and "No dependence found" not in shown
