"""What networks classify on a page: the answers are the kernels', drawings are prepared alike."""

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pages_toys import a_browser, run_pages

from wann.datasets.images import deskew, resize
from wann.formats.load import load_network
from wann.network.compile import compile_genome
from wann.network.genome import minimal
from wann.network.weightings import Weightings
from wann.pages import Contestant, Section, make_page
from wann.pages.classifier import MOST_SLIDERS, classifier_data
from wann.tasks.classify import Classification
from wann.tasks.datasets import own_classification
from wann.tasks.registry import task_of

_WEIGHTS = (-2.0, -1.0, 1.0, 2.0)

_ANSWERS = """
import * as answers from "./web/answers.js";
import { makeValues, readNetwork } from "./web/network.js";
import { inkOf } from "./web/strokes.js";
import { drawnImage, resized, straightened } from "./web/drawn_image.js";
const network = readNetwork(given.table);
const values = makeValues(network);
const examples = answers.floatsOf(given.values);
const found = { logits: [], parts: [], votes: [], images: [] };
for (let i = 0; i < given.classes.length; i++) {
  const inputs = Float64Array.from(examples.slice(i * network.inputs, (i + 1) * network.inputs));
  for (const weight of given.weights) {
    found.logits.push(Array.from(answers.outputsFor(network, inputs, weight, values)));
  }
  found.votes.push(answers.voteOf(network, inputs, given.weights, values).winner);
  const winner = answers.largestOf(answers.outputsFor(network, inputs, 1, values));
  const off = new Float64Array(inputs.length);
  found.parts.push(Array.from(answers.contributionsTo(network, inputs, 1, winner, values, off)));
}
for (const image of given.images) {
  const straight = straightened(Float64Array.from(image), 28, 28);
  found.images.push(Array.from(resized(straight, 28, 28, 16)));
}
const line = [[[0.3, 0.2], [0.35, 0.8]]];
found.drawn = given.drawings.map((drawing) => Array.from(drawnImage(line, drawing)));
found.nothing = Array.from(drawnImage([], given.drawings[0]));
found.ink = Array.from(inkOf([[[2.5, 2.5]]], 5, 5, 1));
found.scaled = answers.scaledInputs([1, 0], { shift: [0.5, 0.5], scale: [0.25, 0.5] });
found.shares = answers.sharesOf([1, 1, -Infinity]);
found.none = [[NaN, 1], [Infinity, 1], [-Infinity, -Infinity]].map(answers.sharesOf);
console.log(JSON.stringify(found));
"""


def data_of(task: Classification, network: Any) -> dict[str, Any]:
    profile = [(-2.0, 0.25), (2.0, 0.75)]
    return classifier_data(task, [Contestant("a network", network)], _WEIGHTS, [profile])


def digits() -> tuple[Classification, Any]:
    loaded = load_network("zoo:digits")
    task = task_of(str(loaded.task), "zoo:digits")
    assert isinstance(task, Classification)
    return task, loaded.network


def images(count: int) -> np.ndarray[Any, Any]:
    """Strokes aslant, and noise."""
    rng = np.random.default_rng(4)
    made = rng.random((count, 28, 28)) * (rng.random((count, 28, 28)) < 0.2)
    for i in range(count):
        for row in range(4, 24):
            made[i, row, 8 + (row * (i + 1)) // 5 % 12 : 12 + (row * (i + 1)) // 5 % 12] = 0.9
    return made


def test_answers_are_those_of_the_kernels(tmp_path: Path) -> None:
    task, network = digits()
    data = data_of(task, network)
    drawn = images(3)
    mnist = {"kind": "mnist", "source": [28, 28], "deskew": True, "size": 16}
    plain = {"kind": "plain", "source": [6, 9], "deskew": False, "size": None}
    found = run_pages(
        tmp_path,
        _ANSWERS,
        {
            "table": data["contestants"][0]["network"],
            **data["examples"],
            "weights": _WEIGHTS,
            "images": drawn.reshape(3, -1).tolist(),
            "drawings": [data["drawing"], mnist, plain],
        },
    )
    held = task.held_out
    shown = np.frombuffer(base64.b64decode(data["examples"]["values"]), "<f4").reshape(20, 64)
    chosen = [int(np.flatnonzero((held.images == row).all(axis=1))[0]) for row in shown]
    assert held.labels[chosen].tolist() == data["examples"]["classes"]
    assert np.bincount(data["examples"]["classes"]).tolist() == [2] * 10
    logits = held.logits(network, Weightings.shared(_WEIGHTS), np.array(chosen))
    np.testing.assert_allclose(
        np.array(found["logits"]).reshape(20, 4, 10).swapaxes(0, 1), logits, rtol=0, atol=1e-12
    )
    votes = np.eye(10)[logits.argmax(axis=2)].sum(axis=0).argmax(axis=1)
    assert found["votes"] == votes.tolist()
    check_parts(held, network, chosen, found["parts"])
    straight = np.empty_like(drawn)
    deskew(drawn, straight)
    np.testing.assert_allclose(
        np.array(found["images"]), resize(straight, 16).reshape(3, -1), rtol=0, atol=1e-12
    )
    check_drawn(*(np.array(image) for image in found["drawn"]))
    assert not any(found["nothing"])
    assert np.array(found["ink"]).reshape(5, 5)[2].tolist() == [0, 0.5, 1, 0.5, 0]
    assert found["scaled"] == [2, -1]
    assert found["shares"] == [0.5, 0.5, 0]
    assert found["none"] == [None, None, None]


def check_parts(task: Classification, network: Any, chosen: list[int], found: list[Any]) -> None:
    """Each input's part is what the output loses when the input is 0."""
    one = Weightings.shared([1.0])
    for example in (0, 7):
        pixels = task.images[chosen[example]]
        switched = np.tile(pixels, (65, 1))
        switched[np.arange(1, 65), np.arange(64)] = 0.0
        changed = Classification(
            task.dataset._replace(x_test=switched, y_test=np.zeros(65, np.int64)),
            "digits",
            part="test",
        )
        logits = changed.logits(network, one, np.arange(65))[0]
        winner = logits[0].argmax()
        np.testing.assert_allclose(
            found[example], logits[0, winner] - logits[1:, winner], rtol=0, atol=1e-12
        )


def check_drawn(small: Any, mnist: Any, plain: Any) -> None:
    """A line aslant: as tall as images of digits are, upright where those are straightened."""
    rows, columns = np.nonzero(small.reshape(8, 8) > 0.3)
    assert (rows.min(), rows.max()) == (0, 7)
    assert set(columns) <= {3, 4}
    centre = (np.indices((16, 16)) * mnist.reshape(16, 16)).sum((1, 2)) / mnist.sum()
    assert abs(centre - 7.5).max() < 0.6
    rows, columns = np.nonzero(mnist.reshape(16, 16) > 0.3)
    assert rows.max() - rows.min() >= 9
    assert np.ptp(columns) <= 2, "it stands upright"
    rows, columns = np.nonzero(plain.reshape(6, 9) > 0.5)
    assert (rows.min(), rows.max(), set(columns)) == (1, 4, {3})
    for image in (small, mnist, plain):
        assert image.min() >= 0.0
        assert image.max() <= 1.0


def test_tables_have_sliders_while_they_are_few(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    for inputs, sliders in ((3, True), (MOST_SLIDERS + 1, False)):
        path = tmp_path / f"table{inputs}.csv"
        rows = rng.random((90, inputs))
        names = [f"<b>{i}" for i in range(inputs)]
        lines = [",".join([*map(str, row), "yes" if row[0] > 0.5 else "no"]) for row in rows]
        path.write_text("\n".join([",".join([*names, "label"]), *lines]))
        task = own_classification(str(path), {"label": "label"})
        assert isinstance(task, Classification)
        network = compile_genome(minimal(inputs, 2, np.ones((inputs + 1, 2), bool)))
        data = data_of(task, network)
        assert (data["shape"], data["drawing"], data["sliders"]) == (None, None, sliders)
        assert len(data["examples"]["classes"]) == min(20, len(task.held_out.labels))
        json.dumps(data)


def test_the_page_answers_what_is_drawn_and_what_is_picked(tmp_path: Path) -> None:
    task, network = digits()
    page = tmp_path / "page.html"
    page.write_text(
        make_page("t", [Section("player", "classifier")], {"player": data_of(task, network)})
    )
    with a_browser() as browser:
        browser.get(page.as_uri())
        run = browser.execute_script
        made = "const made = wannPage.made.get('player');"
        run(made + "made.control.set(1, true); made.pad.pick(3); made.answer();")
        example = run(made + "return Array.from(made.pad.inputs);")
        at = int(np.flatnonzero((task.held_out.images == np.float32(example)).all(axis=1))[0])
        for weight in (1.0, -2.0, 0.0):
            logits = task.held_out.logits(network, Weightings.shared([weight]), np.array([at]))
            said = run(
                made + f"made.control.set({weight}, true); made.answer();"
                "return made.panels[0].winner;"
            )
            assert said == logits[0, 0].argmax()
        pad = browser.find_element("css selector", "canvas.pad")
        from selenium.webdriver.common.action_chains import ActionChains

        draw = ActionChains(browser, duration=10).move_to_element_with_offset(pad, -10, -60)
        draw.click_and_hold().move_by_offset(15, 110).release().perform()
        assert run(made + "return made.pad.chosen;") is None
        assert sum(run(made + "return Array.from(made.pad.inputs);")) > 3
        assert "straightened" not in run(made + "return made.pad.told.textContent;")
        assert not [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]


@pytest.mark.parametrize(("deskewed", "size"), [(True, 16), (False, None)])
def test_a_drawing_says_how_it_is_prepared(deskewed: bool, size: int | None) -> None:
    task, network = digits()
    preparation = task.dataset.preparation._replace(deskew=deskewed, size=size)
    told = Classification(task.dataset._replace(preparation=preparation), "digits")
    note = data_of(told, network)["drawing"]["note"]
    assert ("straightened and resized to 16 x 16" in note) == deskewed
    assert ("its slant is left as it is" in note) != deskewed
    unknown = Classification(task.dataset._replace(name="mine"), "digits")
    assert data_of(unknown, network)["drawing"]["kind"] == "plain"
