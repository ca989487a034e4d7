"""The page of swing-up in headless Chromium: what it computes, and what one can do with it."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pages_toys import a_browser, kernel_rollout

from wann.formats.load import load_network
from wann.pages import Contestant, Section, make_page, player_data
from wann.pages.player import EXAMPLES
from wann.tasks.registry import make_task

MINUS_TWO = "\N{MINUS SIGN}2"
WEIGHTS = [-2.0, -1.0, 1.0, 2.0]
HOSTILE = "</script><img src=x onerror=\"document.title='broken'\">"
_ROLLOUT = """
const player = wannPage.made.get("player");
player.pause(true);
const [actor] = player.actors;
actor.begin(player.kind.starts[0]);
const rows = [];
for (let step = 0; step < 1000 && !actor.failed; step++) {
  actor.step(actor.weightOf(arguments[0], arguments[1]));
  rows.push([...actor.state]);
}
return rows;
"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    network, task = load_network("zoo:swingup"), make_task("swingup")
    own = np.linspace(-1.5, 1.5, network.connections)
    profile = [(weight, 100.0 * (2.0 - abs(weight))) for weight in np.linspace(-2.0, 2.0, 41)]
    data = player_data(
        task,
        [Contestant(HOSTILE, network, own, HOSTILE)],
        WEIGHTS,
        [profile],
        begin_with_own=False,
    )
    path = tmp_path_factory.mktemp("page") / "page.html"
    text = make_page(HOSTILE, [Section("player", "player", HOSTILE)], {"player": data})
    path.write_text(text, encoding="utf-8")
    return path.as_uri()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with a_browser() as opened:
        yield opened


@pytest.fixture
def opened(browser: Any, page: str) -> Any:
    browser.get(page)
    return browser


def player(browser: Any, expression: str) -> Any:
    return browser.execute_script(
        f"const player = wannPage.made.get('player'); return {expression};"
    )


def wait_for(browser: Any, expression: str) -> None:
    end = time.monotonic() + 20
    while not player(browser, expression):
        assert time.monotonic() < end, expression
        time.sleep(0.05)


def test_rollouts_are_those_of_the_kernels_and_nothing_hostile_runs(opened: Any) -> None:
    network, task = load_network("zoo:swingup"), make_task("swingup")
    start = player(opened, "player.kind.starts[0]")
    own = np.linspace(-1.5, 1.5, network.connections)
    for weight in (1.5, -0.7, None):
        found = np.array(opened.execute_script(_ROLLOUT, weight, weight is None))
        expected = kernel_rollout(task, network, own if weight is None else weight, start)
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-9)
    assert opened.title == HOSTILE
    assert opened.find_elements("tag name", "img") == []
    assert opened.find_element("css selector", ".label").text == HOSTILE
    assert [entry["message"] for entry in opened.get_log("browser")] == []


def test_keys_buttons_and_the_slider(opened: Any) -> None:
    from selenium.webdriver import ActionChains, Keys

    slider = opened.find_element("css selector", "input[type=range]")
    assert slider.get_attribute("aria-valuetext") == "+1.00"
    slider.send_keys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
    assert player(opened, "player.control.weight") == pytest.approx(1.1)
    wait_for(opened, "player.actors[0].steps > 3")
    body = ActionChains(opened)
    body.send_keys(" ").perform()
    assert player(opened, "player.paused")
    buttons = {one.text: one for one in opened.find_elements("css selector", "button")}
    buttons[MINUS_TWO].click()
    assert player(opened, "player.control.weight") == -2.0
    assert buttons[MINUS_TWO].get_attribute("aria-pressed") == "true"
    buttons["Own weights"].click()
    assert player(opened, "[player.control.own, player.control.words]") == [True, "Own weights"]
    slider.send_keys(Keys.ARROW_LEFT)  # at the bound, where it stays
    assert player(opened, "[player.control.own, player.control.weight]") == [False, -2]
    buttons["Push →"].click()
    assert opened.find_element("css selector", "[role=status]").text == "Pushed to the right"
    episode = player(opened, "player.episode")
    slider.send_keys("r")
    assert player(opened, "[player.episode, player.actors[0].steps]") == [episode + 1, 0]


def test_the_weight_changes_the_return_at_once(opened: Any) -> None:
    script = """
    const player = wannPage.made.get("player");
    player.pause(false);
    player.control.set(arguments[0], true);
    player.begin(0);
    for (let i = 0; i < 99; i++) player.advance(0.1);
    return player.actors[0].total;
    """
    good, still = (opened.execute_script(script, weight) for weight in (2.0, 0.0))
    assert good > 500
    assert still < 50


def test_the_pointer_pulls_the_pole_and_picks_a_weight(opened: Any) -> None:
    from selenium.webdriver import ActionChains

    player(opened, "player.pause(true)")
    scene = opened.find_element("css selector", "canvas.scene")
    x, y = player(
        opened,
        """(() => {
          const { brush, canvas } = player.panels[0].scene;
          const { state } = player.actors[0];
          player.begin(0);
          player.advance(0);
          return [(state[0] - brush.camera) * brush.scale,
            0.03 * brush.scale];
        })()""",
    )
    ActionChains(opened).move_to_element_with_offset(
        scene, round(x), round(y)
    ).click_and_hold().perform()
    assert player(opened, "player.panels[0].scene.held && player.panels[0].scene.held.name") in (
        "cart",
        "pole",
    )
    ActionChains(opened).move_by_offset(80, 0).release().perform()
    assert player(opened, "player.panels[0].scene.held") is None
    profile = opened.find_element("css selector", "svg.profile")
    ActionChains(opened).move_to_element(profile).click().perform()
    assert player(opened, "player.control.weight") == pytest.approx(0.0, abs=0.02)


def touch(browser: Any, *places: tuple[float, float]) -> None:
    """Put a finger down, move it from place to place, and lift it."""
    for number, (x, y) in enumerate(places):
        kind = "touchMove" if number else "touchStart"
        given = {"type": kind, "touchPoints": [{"x": x, "y": y}]}
        browser.execute_cdp_cmd("Input.dispatchTouchEvent", given)
    browser.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def box(browser: Any, selector: str) -> list[float]:
    return browser.execute_script(
        """const found = document.querySelector(arguments[0]);
        found.scrollIntoView({ block: "center" });
        const { x, y, width, height } = found.getBoundingClientRect();
        return [x, y, width, height];""",
        selector,
    )


def test_a_finger_drags_the_weight_and_the_pole(browser: Any, page: str) -> None:
    browser.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": True})
    size = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        browser.get(page)
        x, y, width, height = box(browser, "input[type=range]")
        places = [(x + 13 + (width - 26) * share, y + height / 2) for share in (0.75, 0.5, 0.25)]
        touch(browser, *places)
        assert player(browser, "player.control.weight") == pytest.approx(-1.0, abs=0.03)
        x, y, width, height = box(browser, "svg.profile")
        touch(browser, (x + 0.4 * width, y + 40), (x + 0.5 * width, y + 42))
        assert player(browser, "player.control.weight") == pytest.approx(0.0, abs=0.03)
        marker = player(browser, "Number(document.querySelector('.marker').getAttribute('x1'))")
        assert marker == pytest.approx(width / 2, abs=2)
        player(browser, "(player.pause(true), player.begin(0), player.advance(0))")
        x, y, _, _ = box(browser, "canvas.scene")
        pole = player(
            browser,
            """(() => {
              const { brush, canvas } = player.panels[0].scene;
              const { scene, state } = player.actors[0];
              const hits = [];
              for (let y = 0; y < canvas.clientHeight; y += 4)
                for (let x = 0; x < canvas.clientWidth; x += 4)
                  if (scene.grab(state, ...brush.worldOf(x, y)) === "pole") hits.push([x, y]);
              return hits[Math.floor(hits.length / 2)]; // far from the cart
            })()""",
        )
        start = (x + pole[0], y + pole[1])
        pulled = browser.execute_script(
            """const { scene } = wannPage.made.get("player").panels[0];
            window.pulled = [];
            scene.canvas.addEventListener("pointermove", () =>
              window.pulled.push(scene.held && scene.held.name));
            return scrollY;"""
        )
        touch(browser, start, (start[0], start[1] - 30), (start[0] + 5, start[1] - 60))
        names = browser.execute_script("return window.pulled")
        assert names
        assert set(names) == {"pole"}
        assert browser.execute_script("return scrollY") == pulled  # the page stayed where it was
        assert player(browser, "player.panels[0].scene.held") is None
    finally:
        browser.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": False})
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_without_a_scene_the_weight_changes_what_the_nodes_say(
    browser: Any, tmp_path: Path
) -> None:
    path = tmp_path / "page.html"
    contestant = [Contestant("still", load_network("zoo:swingup"))]
    data = player_data(None, contestant, WEIGHTS, [[]])
    path.write_text(make_page("t", [Section("player", "player")], {"player": data}))
    browser.get(path.as_uri())
    assert player(browser, "player.control.weight") == 1.0  # as a call and a stepper have it
    one, other = (
        player(browser, f"(player.control.set({weight}, true), [...player.actors[0].values])")
        for weight in (2.0, -1.0)
    )
    assert one[1:6] == other[1:6] == [1.0] * 5
    assert one[6:] != other[6:]
    caption = browser.find_element("css selector", ".caption").text
    assert "for inputs that are all 1: blue is positive" in caption
    control = browser.find_element("css selector", ".weight")
    assert not control.find_element("css selector", "svg.profile").is_displayed()
    assert "trained at" in control.text
    # Another network, of which that is known, is shown with its curve
    hidden = "(player.control.showNetworks([[[-2, 1], [2, 3]]], false), HIDDEN)"
    assert not player(browser, hidden.replace("HIDDEN", "player.control.profile.place.hidden"))


def test_weights_at_which_no_network_was_trained_are_examples(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    contestant = [Contestant("still", load_network("zoo:swingup"))]
    data = player_data(None, contestant, WEIGHTS, [[]], offered=EXAMPLES)
    path.write_text(make_page("t", [Section("player", "player")], {"player": data}))
    browser.get(path.as_uri())
    text = browser.find_element("css selector", ".weight").text
    assert "for instance" in text
    assert "trained" not in text
    label = f"Shared weight {MINUS_TWO}, an example"
    assert browser.find_element("css selector", f'[aria-label="{label}"]').is_displayed()


def test_rings_of_nodes_are_seen_on_a_dark_card(opened: Any) -> None:
    found = opened.execute_script(
        """document.documentElement.dataset.theme = "dark";
        document.dispatchEvent(new Event("themechange"));
        const { drawing } = wannPage.made.get("player").panels[0];
        const rings = ["#000000", "#44546a", "#ffffff"].map((fill) => drawing.ringOf({ fill }));
        return [drawing.colours.card, ...rings];"""
    )
    card, *rings = ([int(one[i : i + 2], 16) for i in (1, 3, 5)] for one in found)
    assert all(sum(ring) > sum(card) + 150 for ring in rings)
    assert len(set(found)) == len(found)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_phone_has_no_scrolling_to_the_side(browser: Any, page: str, theme: str) -> None:
    size = {"width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    features = [
        {"name": "prefers-color-scheme", "value": theme},
        {"name": "prefers-reduced-motion", "value": "reduce"},
    ]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    try:
        browser.get(page)
        width = browser.execute_script("return document.documentElement.scrollWidth")
        dark = browser.execute_script(
            "return getComputedStyle(document.documentElement).colorScheme"
        )
        assert (width, dark) == (390, theme)
        assert player(browser, "player.paused")  # until it is asked to move
        assert browser.find_element("css selector", ".buttons button").text == "Play"
        small = browser.execute_script(
            "return [...document.querySelectorAll('button, input')].filter((one) => "
            "one.checkVisibility() && one.getBoundingClientRect().height < 34).length"
        )
        assert small == 0
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
