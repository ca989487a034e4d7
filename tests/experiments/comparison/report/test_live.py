"""The networks that act on the page of a report are those of the rows, as far as they fit."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from compare_toys import PROFILE, a_plan, diamond, row

from wann.config import TRAINING_WEIGHTS
from wann.experiments.comparison.contestants.contestant import Contestant
from wann.experiments.comparison.report.live import live_of
from wann.experiments.comparison.row_files import write_row
from wann.experiments.comparison.rows import ComparisonRow
from wann.network.from_masks import dense_masks, network_of_masks
from wann.network.network import Network
from wann.tasks.registry import make_task

TASK = make_task("swingup")
PLAN = replace(a_plan("imp", "random"), task="swingup")


def written(folder: Path, name: str, network: Network, seed: int = 0) -> ComparisonRow:
    """A row in its folder; all but the grown network have weights of their own."""
    weights = None if name == "grown" else np.full(network.connections, 1 / 3)
    made = replace(row(name, seed, 0.5), task="swingup", about=f"how {name} was made")
    write_row(folder, made, Contestant(network, weights, made.about, {}))
    return made


def test_the_first_row_of_each_entry_acts_with_its_profile(tmp_path: Path) -> None:
    policy = network_of_masks(dense_masks(5, (2,), 1))
    rows = [
        *(written(tmp_path, "grown", diamond_of_swingup(), seed) for seed in (0, 1)),
        written(tmp_path, "imp", policy),
    ]
    live = live_of(tmp_path, PLAN, rows, TASK)
    assert live is not None
    assert live.part == "player"
    assert "Left out" not in live.text
    assert not live.data["beginWithOwn"]
    assert live.data["training"] == list(TRAINING_WEIGHTS)
    grown, imp = live.data["contestants"]
    assert (grown["label"], imp["label"]) == ("grown", "imp")
    assert grown["note"] == "How grown was made."
    assert grown["profile"] == [[PROFILE[0].weight, PROFILE[0].mean]]  # one mean is not known
    assert grown["network"]["weights"] is None
    assert imp["network"]["weights"] == [1 / 3] * policy.connections
    assert live.data["task"]["scene"]["kind"] == "swingup"


def diamond_of_swingup() -> Network:
    """The diamond with the inputs of the task."""
    small = diamond()
    source = np.where(small.source > 2, small.source + 3, small.source)
    return Network(5, 1, small.activation, small.edge_start, source)


def test_what_would_make_the_page_too_large_is_left_out_and_named(tmp_path: Path) -> None:
    large = network_of_masks(dense_masks(5, (200, 200), 1))
    small = network_of_masks(dense_masks(5, (2,), 1))
    rows = [
        written(tmp_path, "grown", small),
        written(tmp_path, "imp", large),
        written(tmp_path, "random", small),
        written(tmp_path, "dense", large),
    ]
    live = live_of(tmp_path, PLAN, rows, TASK)
    assert live is not None
    assert [one["label"] for one in live.data["contestants"]] == ["grown", "imp", "random"]
    assert "too large: dense." in live.text


def test_who_comes_after_one_left_out_keeps_the_colour_that_figures_have(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wann.experiments.comparison.report.live._MOST", 10_000)
    sizes = {"grown": 2, "imp": 400, "random": 2}
    rows = [
        written(tmp_path, name, network_of_masks(dense_masks(5, (size,), 1)))
        for name, size in sizes.items()
    ]
    live = live_of(tmp_path, PLAN, rows, TASK)
    assert live is not None
    shown = {one["label"]: one["series"] for one in live.data["contestants"]}
    assert shown == {"grown": 0, "random": PLAN.entries.index("random")}


def test_networks_of_a_data_set_answer_what_is_drawn(tmp_path: Path) -> None:
    network = network_of_masks(dense_masks(64, (2,), 10))
    live = live_of(tmp_path, PLAN, [written(tmp_path, "imp", network)], make_task("digits"))
    assert live is not None
    assert live.part == "classifier"
    assert "answer the same input" in live.text
    assert live.data["shape"] == [8, 8]
    assert len(live.data["contestants"]) == 1


def test_a_task_without_a_scene_is_not_said_to_be_done(tmp_path: Path) -> None:
    task = make_task("gym:Blackjack-v1")
    network = network_of_masks(dense_masks(task.inputs, (2,), task.outputs))
    live = live_of(tmp_path, PLAN, [written(tmp_path, "imp", network)], task)
    assert live is not None
    assert live.text.startswith("All networks, of seed 0, can be looked at here, at the one weight")


def test_without_rows_nothing_acts(tmp_path: Path) -> None:
    assert live_of(tmp_path, PLAN, [], TASK) is None
