import json
import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from paths import REFERENCE_RUN
from render_toys import wired

from wann.api.search import search
from wann.errors import UserError
from wann.evaluators.make import make_evaluator
from wann.experiments.growing.page import page_of_network, page_of_run, page_of_search
from wann.formats.load import load_network
from wann.formats.loaded_network import LoadedNetwork


def data_of(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    data: dict[str, Any] = json.loads(found[1])["player"]
    return data


def notes(page: str) -> str:
    note: str = data_of(page)["contestants"][0]["note"]
    return note


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return Path(shutil.copytree(REFERENCE_RUN, tmp_path / "run"))


def test_the_page_of_a_run(run: Path) -> None:
    page = page_of_run(run, make_evaluator)
    assert len(page) < 1_000_000
    data = data_of(page)
    (champion,) = data["contestants"]
    assert champion["label"] == "run"
    assert len(champion["profile"]) == 41
    assert champion["note"].startswith("Grown in ")
    assert "Drag it, and see how it does.</p>" in page
    assert data["task"]["scene"]["kind"] == "swingup"
    assert champion["network"]["weights"] is None
    assert "for cart-pole swing-up</title>" in page


def test_a_profile_that_is_given_is_not_measured_again(run: Path) -> None:
    def refuse(task: object) -> Any:
        raise AssertionError

    page = page_of_network(load_network(run), refuse, [(-2.0, 1.0), (2.0, 3.0)])
    assert data_of(page)["contestants"][0]["profile"] == [[-2.0, 1.0], [2.0, 3.0]]


def test_the_story_of_a_run_is_on_its_page_or_said_to_be_left_out(run: Path) -> None:
    page = page_of_run(run, make_evaluator, [])
    assert "How it came about</h2>" in page
    assert "which mutation brought what." in page
    (run / "front.json").write_text("{")
    assert "How it came about is left out: " in page_of_run(run, make_evaluator, [])


def test_a_run_under_way_and_one_without_a_champion_are_said(run: Path) -> None:
    (run / "summary.json").unlink()
    assert "still under way" in notes(page_of_run(run, make_evaluator, []))
    (run / "summary.json").write_text('{"generations": 3, "finished": false}')
    assert "Stopped after 3 generations" in notes(page_of_run(run, make_evaluator, []))
    (run / "champion.json").unlink()
    with pytest.raises(UserError, match="has no champion yet"):
        page_of_run(run, make_evaluator, [])
    with pytest.raises(UserError, match="is not a run"):
        page_of_run(run / "champions", make_evaluator, [])


def test_the_newest_tuned_weights_of_the_champion_can_be_switched_on(run: Path) -> None:
    champion = load_network(run)
    weights = np.linspace(-1.0, 1.0, champion.connections)
    champion.with_weights(weights).save(run / "tuned-individual.json")
    (run / "tuned-individual-2.json").write_text("{")  # damaged: left out
    data = data_of(page_of_run(run, make_evaluator, []))
    assert data["contestants"][0]["network"]["weights"] == weights.tolist()
    assert (data["ownLabel"], data["beginWithOwn"]) == ("Tuned weights", False)


def test_a_network_with_weights_begins_with_them() -> None:
    network = load_network("zoo:swingup")
    page = page_of_network(network.with_weights(np.ones(network.connections)), make_evaluator, [])
    data = data_of(page)
    assert data["beginWithOwn"] is True
    assert data["contestants"][0]["network"]["weights"] == [1.0] * network.connections


def test_what_cannot_be_shown_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    network = load_network("zoo:swingup").network
    unknown = page_of_network(LoadedNetwork.of(network), make_evaluator)
    assert data_of(unknown)["task"] is None
    assert "Drag it, and see what its nodes say.</p>" in unknown
    strange = page_of_network(LoadedNetwork.of(network, task="their_module:Task"), make_evaluator)
    assert notes(strange).startswith("It is for their_module:Task, which was not to be had")
    assert "no scene and no profile: " in capsys.readouterr().err
    other = page_of_network(LoadedNetwork.of(network, task="gym:CartPole-v1"), make_evaluator)
    assert notes(other).startswith("It is for gym:CartPole-v1")
    blackjack = LoadedNetwork.of(wired(45, 2, 2, 20), task="gym:Blackjack-v1")
    assert "Drag it, and see what it earns there.</p>" in page_of_network(
        blackjack, make_evaluator, [(-2.0, 1.0), (2.0, 3.0)]
    )
    assert "does not fit the task" in capsys.readouterr().err

    def fail(task: object) -> Any:
        raise RuntimeError("a folder of mine")

    failed = page_of_network(load_network("zoo:swingup"), fail)
    assert notes(failed) == "What it earns over shared weights could not be measured."
    assert "RuntimeError: a folder of mine" in capsys.readouterr().err
    hostile = LoadedNetwork.of(network, task="<img>:</script>", info={"</script>": "<img>"})
    assert "<img" not in page_of_network(hostile, make_evaluator)


@pytest.mark.parametrize(
    ("settings", "hint"), [({}, "trained at"), ({"weight_series": "stratified"}, "confirmed at")]
)
def test_a_page_says_what_its_weights_are(
    settings: dict[str, Any], hint: str, tmp_path: Path
) -> None:
    given = {"generations": 1, "population": 8, "weight_series": "fixed", **settings}
    made = search("swingup-quick", out=tmp_path / "run", figures=False, **given)
    assert data_of(page_of_run(made.folder, make_evaluator, []))["offered"]["hint"] == hint
    so_far = page_of_search(made.folder, [], None)
    assert data_of(so_far)["offered"]["hint"] == hint
    # A file does not say at which weights its network was trained, if at any
    of_file = page_of_network(load_network(made.folder), make_evaluator, [])
    assert data_of(of_file)["offered"]["hint"] == "for instance"


def test_a_network_of_20000_connections_is_not_drawn() -> None:
    network = LoadedNetwork.of(wired(64, 400, 10, 20_000), task="digits")
    page = page_of_network(network, make_evaluator, [])
    table = data_of(page)["contestants"][0]["network"]
    assert table["layout"] is None
    assert len(table["source"]) == 20_000
    assert len(page) < 1_000_000
