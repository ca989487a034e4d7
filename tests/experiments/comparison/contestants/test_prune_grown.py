"""Grown networks, pruned by the scores of their weights."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from compare_toys import diamond, pairs

from wann import trust
from wann.errors import UserError
from wann.experiments.comparison.contestants.prune_grown import cut, method_of
from wann.experiments.comparison.contestants.rewiring import without
from wann.network.from_masks import dense_masks, network_of_masks
from wann.pruning.methods import METHODS, Method
from wann.tasks.registry import make_task

torch.set_num_threads(1)
DIGITS, SWINGUP = make_task("digits"), make_task("swingup")
SCORES = (
    "magnitude",
    "lamp",
    "random",
    "snip",
    "snip-iterative",
    "grasp",
    "graspabs",
    "synflow",
    "obd",
    "fisher",
)

ITERATED = Method("magnitude in rounds", "magnitude", "uniform", rounds=3)


@pytest.mark.parametrize("name", SCORES)
@pytest.mark.parametrize("keep", [1, 40, 250])
def test_a_network_is_cut_to_exactly_as_many(name: str, keep: int) -> None:
    network = network_of_masks(dense_masks(64, [4], 10))
    weights = np.random.default_rng(0).standard_normal(network.connections)
    found = cut(network, weights, name, keep, DIGITS)
    assert found.network.connections == keep == found.kept.sum() == len(found.weights)
    assert pairs(found.network) <= pairs(network)
    again = cut(network, weights, name, keep, DIGITS)
    assert again.kept.tobytes() == found.kept.tobytes()
    if name == "magnitude":
        assert np.abs(found.weights).min() >= np.abs(weights[~found.kept]).max(initial=0.0)


def test_snip_keeps_what_the_loss_feels() -> None:
    network = network_of_masks(dense_masks(64, [4], 10))
    weights = np.random.default_rng(0).standard_normal(network.connections)
    found = cut(network, weights, "snip", 100, DIGITS)
    never_lit = np.flatnonzero(DIGITS.labelled()["x"][:2000].max(axis=0) == 0)
    assert len(never_lit)
    assert not np.isin(found.network.source, 1 + never_lit).any()


def test_leaving_connections_out_leaves_the_others_as_they_were() -> None:
    kept = np.array([True, False, False, True, True, True])
    found = without(diamond(), kept)
    assert found.edge_start.tolist() == [0, 1, 2, 4]
    assert found.source.tolist() == [0, 2, 1, 3]


@pytest.mark.parametrize(
    ("name", "task", "keep", "words"),
    [
        ("imp", DIGITS, 5, "imp is no score of the weights of a grown network"),
        ("random-erk", DIGITS, 5, "random-erk is no score"),
        ("unit", DIGITS, 5, "unit is no score"),
        ("snap", DIGITS, 5, "unknown score 'snap': did you mean 'snip'"),
        ("snip", SWINGUP, 5, "snip of a network for swingup: this score needs data"),
        ("movement", DIGITS, 5, "weights before training"),
        ("magnitude", DIGITS, 0, "expected to keep 1 to"),
        ("magnitude", DIGITS, 10**6, "expected to keep 1 to"),
    ],
)
def test_what_cannot_be_cut_is_refused(name: str, task: object, keep: int, words: str) -> None:
    sizes = (64, 10) if task is DIGITS else (5, 1)
    network = network_of_masks(dense_masks(sizes[0], [3], sizes[1]))
    with pytest.raises(UserError, match=words):
        cut(network, np.ones(network.connections), name, keep, task)  # type: ignore[arg-type]


def test_methods_that_score_before_or_after_training_are_those_that_cut() -> None:
    refused = {name for name in METHODS if not _cuts(name)}
    assert refused >= {"imp", "rigl", "supermask", "unit", "random-erk", "random-snip"}
    assert {name for name in METHODS if name not in refused} >= {
        *SCORES,
        "synflow-one-shot",
        "one-shot",
    }
    with trust.forgotten_afterwards():
        assert method_of(f"{__name__}:ITERATED") == replace(ITERATED, allocate="global")


def _cuts(name: str) -> bool:
    try:
        return method_of(name).allocate == "global"
    except UserError:
        return False
