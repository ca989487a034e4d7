"""`wann.prune` prunes one model, `wann.prune_network` one grown network."""

import inspect
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from wann.api.prune import prune, prune_network
from wann.api.study import study
from wann.cli.main import main
from wann.config import StudySettings, Training
from wann.errors import UserError
from wann.formats.load import load_network
from wann.formats.loaded_network import LoadedNetwork
from wann.network.from_masks import dense_masks, network_of_masks
from wann.pruning.api import prune as prune_model
from wann.pruning.training.data import VALIDATION_SHARE

pytestmark = pytest.mark.usefixtures("jobs_here", "nothing_painted")


@pytest.fixture
def grown() -> LoadedNetwork:
    network = network_of_masks(dense_masks(64, [4], 10))
    weights = np.random.default_rng(0).standard_normal(network.connections)
    return LoadedNetwork.of(network, weights, task="digits")


def test_names_are_those_of_the_study_and_of_the_model_of_ones_own() -> None:
    parameters = inspect.signature(prune).parameters
    for name in set(StudySettings.__dataclass_fields__) & set(parameters) - {"trained"}:
        assert parameters[name].default == StudySettings.__dataclass_fields__[name].default, name
    inner = inspect.signature(prune_model).parameters
    assert set(inner) | {"steps", "batch", "learning_rate"} == set(parameters)
    for name in set(inner) - {"model", "training", "seed"}:
        assert parameters[name].default == inner[name].default, name
    assert parameters["validation"].default == VALIDATION_SHARE


def test_it_is_a_step_of_a_study(tmp_path: Path) -> None:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        pruned = prune("lenet-300-100", "digits", "snip", 0.5, steps=20, seed=1)
    finally:
        torch.set_num_threads(threads)
    found = study(
        methods="snip", densities=0.5, seeds=1, steps=20, workers=1, out=tmp_path / "study"
    )
    step = found.step("snip")
    assert pruned.accuracy == step.row.accuracy
    assert all(torch.equal(pruned.masks[name], mask) for name, mask in step.masks.items())


def test_a_training_is_a_preset_or_a_value() -> None:
    short = Training(steps=20, check_every=20)
    one = prune(method="random-erk", density=0.5, training=short)
    other = prune(method="random-erk", density=0.5, training="lth", steps=20)
    assert one.history is not None
    assert other.history is not None
    assert one.kept == other.kept


def test_grown_networks_as_the_command_prunes_them(grown: LoadedNetwork, tmp_path: Path) -> None:
    path = grown.save(tmp_path / "grown.json")
    flags = ["--method", "snip", "--density", "0.5", "--out", str(tmp_path / "out")]
    assert main(["prune", "--network", str(path), *flags]) == 0
    written = load_network(tmp_path / "out" / "snip-150.json")
    for given in (grown, path):
        found = prune_network(given, "snip", 0.5)
        assert found == written
        assert found.task == "digits"
        assert found.info["score"] == "snip"
    assert prune_network(grown.with_task(None), density=0.1, task="digits").connections == 30


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"methods": "imp"}, "unknown argument 'methods': did you mean 'method'?"),
        ({"method": "imq"}, "unknown method 'imq': did you mean 'imp'?"),
        ({"density": 0}, "expected a density in (0, 1]"),
        ({"training": "lht"}, "unknown training 'lht'"),
        ({"steps": 0}, "steps must be between 1"),
    ],
)
def test_mistakes_are_one_line(given: dict[str, Any], message: str) -> None:
    with pytest.raises(UserError) as raised:
        prune(**given)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


def test_what_is_not_meant_for_one_names_the_other(grown: LoadedNetwork) -> None:
    with pytest.raises(UserError, match=r"wann\.prune_network prunes that"):
        prune(grown)  # type: ignore[arg-type]
    for network, message in (
        (grown.with_weights(None), "has no weights to score"),
        (grown.with_task(None), "does not say what it was grown for"),
        (grown.with_task("swingup"), "it has 64 inputs and 10 outputs, the task needs 5 and 1"),
    ):
        with pytest.raises(UserError, match=message):
            prune_network(network)
    with pytest.raises(UserError, match="imp is no score of the weights of a grown network"):
        prune_network(grown, "imp")
