"""The story of a run: which champions are shown, what fits, and how it acts in a browser."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pages_toys import a_browser

from wann.network.compile import compile_genome
from wann.network.genome import minimal
from wann.network.network import Network
from wann.pages import Contestant, Section, make_page, player_data
from wann.pages.story import MOST_MILESTONES, Told, chosen_milestones, story_data
from wann.tasks.registry import make_task

_HOSTILE = "</script><b>"


def network(size: int) -> Network:
    return compile_genome(minimal(5, 1, (np.arange(6) < size)[:, None]))


def told(size: int, mean: float | None, champion: bool = False) -> Told:
    return Told(f"{_HOSTILE}{size}", network(size), size, mean, [(-2.0, 1.0), (2.0, 3.0)], champion)


def birth(generation: int, gain: float | None) -> dict[str, Any]:
    what = [f"adds {_HOSTILE} → out"]
    return {
        "generation": generation,
        "connections": 2,
        "mean": 1.0,
        "gain": gain,
        "told": what,
        "champion": None,
    }


@pytest.mark.parametrize(
    ("generations", "chosen"),
    [
        ([], []),
        ([3], [0]),
        ([0, 2, 9], [0, 1, 2]),
        ([0, 2, 3, 5, 11, 42, 149, 400, 520], [0, 2, 4, 5, 6, 8]),
        # All late, or nearly all early: those left over come next.
        ([500, 501, 502, 503, 504, 505, 506], [0, 1, 2, 4, 5, 6]),
        ([0, 1, 2, 3, 4, 5, 6, 1000], [0, 3, 4, 5, 6, 7]),
    ],
)
def test_milestones_are_spread_over_the_search(generations: list[int], chosen: list[int]) -> None:
    assert chosen_milestones(generations) == chosen
    assert len(chosen) <= MOST_MILESTONES


def test_a_front_that_is_too_large_keeps_its_small_ones_and_the_champion(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("wann.pages.story._MOST_CONNECTIONS", 5)
    front = [told(2, 1.0), told(3, 2.0), told(4, 3.0), told(5, 4.0, champion=True)]
    data = story_data([], front, [], "mean return", ["A note."])
    assert [one["connections"] for one in data["front"]] == [2, 3, 5]
    assert data["notes"] == ["A note.", "1 network of the front is too large for this page."]
    json.dumps(data, allow_nan=False)


def test_a_click_puts_a_network_into_the_player(tmp_path: Path) -> None:
    task = make_task("swingup")
    story = story_data(
        [told(2, 1.0), told(4, None)],
        [told(2, 1.0), told(3, 2.0), told(6, 4.0, champion=True)],
        [birth(0, None), *(birth(i, float(i)) for i in range(1, 20))],
        "mean return",
        [_HOSTILE],
    )
    player = player_data(task, [Contestant("champion", network(6))], [1.0], [[(0.0, 1.0)]])
    sections = [Section("player", "player"), Section("story", "story", "How it came about")]
    page = tmp_path / "page.html"
    page.write_text(make_page("t", sections, {"player": player, "story": story}))
    with a_browser() as browser:
        browser.get(page.as_uri())
        run = browser.execute_script
        shown = "return wannPage.made.get('player').panels[0].actor.network.connections;"
        assert run(shown) == 6
        points = browser.find_elements("css selector", ".front-point")
        assert len(points) == 3
        browser.execute_script("arguments[0].scrollIntoView()", points[1])
        points[1].click()
        assert run(shown) == 3
        assert run("return document.querySelector('.scene').getBoundingClientRect().top") > 0
        chosen = browser.find_elements("css selector", ".front-point[aria-pressed=true]")
        assert len(chosen) == 1
        run("scrollTo(0, 0); window.dispatchEvent(new Event('beforeprint'));")
        drawn = run(
            """return [...document.querySelectorAll(".milestone canvas")].map((canvas) =>
              canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height)
                .data.some((value) => value > 0));"""
        )
        assert drawn == [True, True]  # on paper, what is below the screen is drawn, too
        buttons = browser.find_elements("css selector", ".milestone button")
        run("arguments[0].click()", buttons[1])
        assert run(shown) == 4
        run("arguments[0].focus()", points[0])
        points[0].send_keys("\ue007")  # Enter
        assert run(shown) == 2
        visible = "return document.querySelectorAll('.lineage tbody tr:not([hidden])').length;"
        assert run(visible) == 12
        run("document.querySelector('.lineage button').click()")
        assert run(visible) == 20
        assert run("return document.querySelectorAll('b').length;") == 0
        assert not [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]
