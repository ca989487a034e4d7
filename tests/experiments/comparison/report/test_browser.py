"""The report in a real browser: it opens from disk, sorts, changes its theme, fits and prints."""

import base64
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from compare_toys import FAILED, HOSTILE, a_summary

from wann.activations import Activation
from wann.config import TRAINING_WEIGHTS
from wann.drawing.compare import draw_conditions
from wann.drawing.figures import figure_bytes
from wann.drawing.palette import DARK_FOR, INK
from wann.experiments.comparison.report.html_page import Picture, report_page
from wann.experiments.comparison.report.live import Live
from wann.formats.load import load_network
from wann.network.from_masks import network_of_masks, smallest_dense, trim
from wann.pages import Contestant, player_data
from wann.tasks.registry import make_task

webdriver = pytest.importorskip(
    "selenium.webdriver", reason="needs selenium: pip install 'wann[test]'"
)
Keys = webdriver.Keys
BROWSER, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(
    not (BROWSER and DRIVER),
    reason="needs Chromium and its driver: apt-get install chromium chromium-driver",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER
    for flag in (
        "headless=new",
        "no-sandbox",
        "disable-gpu",
        "disable-dev-shm-usage",
        "window-size=1280,900",
    ):
        options.add_argument(f"--{flag}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report in which everything that comes from outside is hostile."""
    entries = list(a_summary(FAILED).entries)
    entries[1] = replace(entries[1], name=HOSTILE)
    summary = replace(a_summary(FAILED), task=HOSTILE, entries=tuple(entries))
    found = {"random shared": [{"name": HOSTILE, "mean": 0.5, "low": 0.4, "high": 0.6}]}
    figure = draw_conditions(found, [HOSTILE], reference=HOSTILE, label=HOSTILE, title=HOSTILE)
    pictures = [
        Picture(HOSTILE, HOSTILE, figure_bytes(figure)[".svg"].decode()),
        Picture("none", HOSTILE, None),
    ]
    path = tmp_path_factory.mktemp("report <b>") / "report.html"
    path.write_text(
        report_page(summary, pictures, pictures, {HOSTILE: HOSTILE}, HOSTILE), encoding="utf-8"
    )
    return path


@pytest.fixture(scope="module")
def swingup(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report in which a champion and a dense policy of the same size act."""
    champion = load_network("zoo:swingup")
    masks = trim(smallest_dense(5, 1, 31), 31, np.random.default_rng(0))
    own = np.linspace(-2, 2, 31)
    contestants = [
        Contestant("grown", champion.network),
        Contestant("ticket", network_of_masks(masks, Activation.TANH), own, "It was pruned."),
    ]
    flat = [[(-2.0, 500.0), (2.0, 500.0)], [(-2.0, 10.0), (2.0, 10.0)]]
    data = player_data(
        make_task("swingup"), contestants, TRAINING_WEIGHTS, flat, begin_with_own=False
    )
    path = tmp_path_factory.mktemp("live") / "report.html"
    page = report_page(a_summary(), [], [], {}, "", Live("player", data, "All at once."))
    path.write_text(page, encoding="utf-8")
    return path


_EPISODE = """
const player = wannPage.made.get("live");
player.paused = true;
player.control.set(arguments[0], true);
player.begin(0);
for (let step = 0; step < 1000; step += 1) player.step();
return player.actors.map((actor) => [actor.total, actor.failed]);
"""


def test_at_one_weight_the_champion_keeps_the_pole_up_and_the_ticket_does_not(
    browser: Any, swingup: Path
) -> None:
    browser.get_log("browser")
    browser.get(swingup.as_uri())
    assert [one.text for one in browser.find_elements("css selector", ".label")] == [
        *("grown", "ticket"),
    ]
    assert not browser.execute_script("return wannPage.made.get('live').control.own")
    for weight in (-1.5, 1.0, 1.5):
        champion, ticket = browser.execute_script(_EPISODE, weight)
        assert champion[0] > 400
        assert not champion[1]
        assert ticket[0] < 100
        assert ticket[1]
    dark = [one.is_displayed() for one in browser.find_elements("css selector", ".ending")]
    assert dark == [True, True]
    assert len(browser.find_elements("css selector", ".failed")) == 1
    assert browser.get_log("browser") == []


def test_what_moves_is_not_printed(browser: Any, swingup: Path) -> None:
    browser.get(swingup.as_uri())
    live = browser.find_element("id", "live")
    assert live.is_displayed()
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert not live.is_displayed()
    assert browser.find_element("id", "table").is_displayed()
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


@pytest.mark.parametrize(("width", "opened"), [(390, 0), (1280, 2)])
def test_all_contestants_are_seen_beside_each_other(
    browser: Any, swingup: Path, width: int, opened: int
) -> None:
    screen = {"width": width, "height": 844, "deviceScaleFactor": 1, "mobile": width < 700}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    browser.get(swingup.as_uri())
    tops = browser.execute_script(
        "return [...document.querySelectorAll('.scene-card')].map(c => c.getBoundingClientRect().y)"
    )
    assert len(tops) == 2
    assert tops[0] == tops[1]
    assert len(browser.find_elements("css selector", ".folded[open]")) == opened
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


@pytest.fixture
def page(browser: Any, report: Path) -> Any:
    browser.get_log("browser"), browser.get_log("performance")
    browser.get(report.as_uri())
    browser.execute_script("localStorage.clear(); delete document.documentElement.dataset.theme")
    return browser


def column(page: Any, number: int) -> list[str]:
    script = (
        "return [...document.querySelectorAll('#table tbody tr')].map(r => "
        "r.cells[arguments[0]].dataset.value)"
    )
    found: list[str] = page.execute_script(script, number)
    return found


def background(page: Any) -> str:
    return str(page.execute_script("return getComputedStyle(document.body).backgroundColor"))


def test_it_loads_without_an_error_and_asks_for_nothing_else(page: Any) -> None:
    assert page.get_log("browser") == []
    messages = [entry["message"] for entry in page.get_log("performance")]
    requests = [message for message in messages if "Network.requestWillBeSent" in message]
    assert requests
    assert not [message for message in requests if '"url":"http' in message]
    assert page.execute_script("return performance.getEntriesByType('resource').length") == 0


def test_what_is_hostile_is_text(page: Any) -> None:
    assert page.execute_script("return document.scripts.length") == 2
    assert (
        page.execute_script(
            "return document.images.length + document.querySelectorAll('main b').length"
        )
        == 0
    )
    assert page.title == " ".join(f"Grown against pruned: {HOSTILE}".split())
    assert HOSTILE in page.execute_script("return document.getElementById('failures').textContent")
    assert HOSTILE in page.execute_script("return document.getElementById('table').textContent")


def test_a_click_on_a_heading_sorts_by_number_and_by_name(page: Any) -> None:
    before = column(page, 4)
    assert sorted(filter(None, before), key=float, reverse=True) != [
        value for value in before if value
    ]
    heading = page.find_elements("css selector", "#table th button")[4]
    heading.click()
    down = column(page, 4)
    assert down == [*sorted(filter(None, before), key=float, reverse=True), ""]
    assert (
        page.find_elements("css selector", "#table th")[4].get_attribute("aria-sort")
        == "descending"
    )
    heading.click()
    assert column(page, 4) == [*sorted(filter(None, before), key=float), ""]
    page.find_elements("css selector", "#table th button")[0].click()
    names = column(page, 0)
    assert set(names) == {"grown", HOSTILE, "snip", "rewired", "dense"}
    assert names.index("snip") < names.index("grown") < names.index("dense")


@pytest.mark.parametrize("preferred", ["light", "dark"])
def test_the_theme_follows_the_reader_and_a_button(page: Any, preferred: str) -> None:
    features = [{"name": "prefers-color-scheme", "value": preferred}]
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    light, dark = "rgb(251, 250, 248)", "rgb(18, 21, 26)"
    first, second = (light, dark) if preferred == "light" else (dark, light)
    assert background(page) == first
    page.find_element("id", "theme").click()
    assert background(page) == second
    page.find_element("id", "theme").click()
    assert background(page) == first


@pytest.mark.parametrize("preferred", ["light", "dark"])
def test_figures_follow_the_theme(page: Any, preferred: str) -> None:
    features = [{"name": "prefers-color-scheme", "value": preferred}]
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    line = f".paper [stroke='var(--figure-{INK[1:]})']"
    drawn = f'return getComputedStyle(document.querySelector("{line}")).stroke'
    found = [page.execute_script(drawn)]
    page.find_element("id", "theme").click()
    found.append(page.execute_script(drawn))
    page.find_element("id", "theme").click()
    ink = [rgb(INK), rgb(DARK_FOR[INK])]
    assert found == (ink if preferred == "light" else ink[::-1])


def rgb(colour: str) -> str:
    """A colour as browsers write it."""
    return f"rgb{tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))}"


def seen(page: Any, place: str) -> list[float]:
    """What of the first figure in a place is seen: left, top, width, height."""
    script = "return document.querySelector(arguments[0] + ' svg').getAttribute('viewBox')"
    return [float(text) for text in page.execute_script(script, place).split()]


def test_figures_are_enlarged_by_pointer_and_keys(page: Any) -> None:
    from selenium.webdriver.support.ui import WebDriverWait

    whole = seen(page, ".paper")
    page.find_element("css selector", ".enlarge").click()
    assert page.find_element("css selector", "dialog").get_attribute("aria-label")
    surface = page.switch_to.active_element
    assert "zoom-surface" in surface.get_attribute("class")
    widths = []
    for key in ("+", Keys.ARROW_RIGHT, "-", "+", "0"):
        surface.send_keys(key)
        widths.append(seen(page, "dialog")[2])
    first = whole[2]
    assert widths == pytest.approx([first / 1.4, first / 1.4, first, first / 1.4, first], rel=1e-3)
    page.find_element("css selector", ".zoom-tools button").click()
    assert seen(page, "dialog")[2] < first
    surface.send_keys(Keys.ESCAPE)
    # The browser closes it by itself, and says so a little later.
    WebDriverWait(page, 10).until(lambda page: not page.find_elements("css selector", "dialog"))
    assert seen(page, ".paper") == whole
    assert "enlarge" in page.switch_to.active_element.get_attribute("class")


def test_a_phone_shows_names_and_accuracies_at_once(page: Any, report: Path) -> None:
    screen = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}
    page.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    page.get(report.as_uri())
    heads = page.execute_script(
        "return [...document.querySelectorAll('#table th')].filter("
        "h => h.getBoundingClientRect().right <= innerWidth).map(h => h.textContent)"
    )
    assert heads[:2] == ["contestant", "tuned"]
    page.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_it_fits_screens_of_all_widths(page: Any, report: Path, width: int) -> None:
    screen = {"width": width, "height": 844, "deviceScaleFactor": 1, "mobile": width < 700}
    page.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    page.get(report.as_uri())
    assert page.execute_script("return document.documentElement.scrollWidth") <= width
    page.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_it_prints_the_whole_table_in_ink_on_paper(page: Any) -> None:
    dark = [{"name": "prefers-color-scheme", "value": "dark"}]
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print", "features": dark})
    width = round((297 - 20) / 25.4 * 96)  # of A4 across, within the margins, in pixels
    screen = {"width": width, "height": 718, "deviceScaleFactor": 1, "mobile": False}
    page.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    assert background(page) == "rgb(255, 255, 255)"
    assert not page.find_element("id", "theme").is_displayed()
    assert page.execute_script("return document.documentElement.scrollWidth") <= width
    page.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})
    assert base64.b64decode(page.execute_cdp_cmd("Page.printToPDF", {})["data"]).startswith(b"%PDF")
