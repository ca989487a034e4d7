"""`wann.load` gives the network of whatever holds one, and refuses the rest in one line."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from paths import REFERENCE_RUN
from torch import nn

import wann
from wann.api.load import load
from wann.cli.main import main
from wann.errors import UserError
from wann.evolution.front import Confirmed
from wann.experiments.growing.pruned_network import pruned_network
from wann.formats import dumps_out
from wann.formats.load import load_network
from wann.formats.loaded_network import LoadedNetwork
from wann.network.torch_module import to_module
from wann.pruning import Training, masks, prune

pytestmark = pytest.mark.usefixtures("jobs_here", "nothing_painted")

CHAMPION = load_network(REFERENCE_RUN)


def test_runs_files_and_names_of_the_zoo(tmp_path: Path) -> None:
    file = REFERENCE_RUN / "champion.json"
    for what in (REFERENCE_RUN, str(REFERENCE_RUN), file, "zoo:swingup"):
        found = load(what)
        assert (found, found.task) == (CHAMPION, "swingup")
    older = load("zoo:swingup-six")  # whose activations are those of the release
    (tmp_path / "champion.out").write_text(dumps_out(older.file))
    assert load(tmp_path / "champion.out", task="swingup").task == "swingup"
    assert load(tmp_path / "champion.out", task="swingup").connections == older.connections
    weighted = CHAMPION.with_weights(np.arange(CHAMPION.connections))
    assert load(weighted.save(tmp_path / "tuned.json")) == weighted


def test_homes_are_found_and_what_is_no_path_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    load(REFERENCE_RUN).save(tmp_path / "network.json")
    assert load("~/network.json") == load(REFERENCE_RUN)
    with pytest.raises(UserError, match=f"{tmp_path}.run is not a run"):
        wann.open_run("~/run")
    given: Any = 3
    with pytest.raises(UserError, match="folder: expected a path, got 3"):
        wann.open_run(given)
    with pytest.raises(UserError, match="network: expected a path, got ''"):
        load("")


def test_objects_that_are_networks_or_hold_one() -> None:
    assert load(CHAMPION) is CHAMPION
    for what in (CHAMPION.network, CHAMPION.file.genome):
        assert (load(what), load(what).task) == (CHAMPION, None)
    own = np.linspace(-1.0, 1.0, CHAMPION.connections)
    for given, weights in ((own, own), (1.5, np.full(len(own), 1.5))):
        module = to_module(CHAMPION.network, given, dtype=torch.float64)
        assert load(module) == CHAMPION.with_weights(weights)
    assert load(CHAMPION.network, task="swingup-hard").task == "swingup-hard"
    confirmed = type("Run", (), {"champion": CHAMPION})()
    assert load(confirmed) is CHAMPION


def test_pruned_models_and_their_masks(tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 12), nn.ReLU(), nn.Linear(12, 10))
    pruned: Any = prune(
        model, "digits", method="magnitude", density=0.2, training=Training(steps=20)
    )
    network = load(pruned)
    x = pruned.example
    expected = pruned.model(x).detach().numpy()
    np.testing.assert_allclose(network(x.flatten(1).numpy()), expected, atol=1e-5)
    masks.save(tmp_path / "masks.safetensors", pruned.masks)
    topology = load(tmp_path / "masks.safetensors")
    assert topology.weights is None
    assert (topology.inputs, topology.outputs) == (64, 10)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("study") / "small"
    command = ["prune", "--method", "snip", "--density", "0.1", "--seeds", "0", "--steps", "20"]
    assert main([*command, "--controls", "shuffle", "--out", str(folder)]) == 0
    return folder


def test_steps_of_a_study(study: Path) -> None:
    step = study / "seed=0" / "snip" / "density=0.1"
    network, row = load(step), json.loads((step / "row.json").read_text())
    assert network.info["pruned"]["kept"] == row["kept"]
    assert network.weights is not None
    from wann.pruning import load_data

    data: Any = load_data("digits")
    right = network(data.x_test.flatten(1).numpy()).argmax(axis=1) == data.y_test.numpy()
    assert right.mean() == pytest.approx(row["accuracy"], abs=0.003)
    pruned = pruned_network(network)
    assert pruned is not None
    examples = pruned.scaled_task.held_out
    right = network(examples.images).argmax(axis=1) == examples.labels
    assert right.mean() == pytest.approx(row["accuracy"], abs=0.003)
    [page] = wann.render(step, html=True)
    assert page == step / "page.html"
    assert '"inputScaling":{"shift":[' in page.read_text()
    with pytest.raises(UserError, match="keeps masks but no weights"):
        load(step.with_name("density=0.1,control=shuffle"))
    with pytest.raises(UserError, match="is a pruning study, which holds many networks"):
        load(study)


def test_the_best_of_a_sweep_and_a_row_of_a_comparison(tmp_path: Path) -> None:
    runs = [{"run": "seed=0", "mean": 1.0}, {"run": "seed=1", "mean": 2.0}, {"run": "seed=2"}]
    (tmp_path / "sweep.json").write_text("{}")
    with pytest.raises(UserError, match=r"is a sweep without summary\.json"):
        load(tmp_path)
    (tmp_path / "summary.json").write_text(json.dumps({"runs": runs}))
    shutil.copytree(REFERENCE_RUN, tmp_path / "seed=1")
    assert load(tmp_path) == CHAMPION
    runs[0]["accuracy"] = 0.5
    (tmp_path / "summary.json").write_text(json.dumps({"runs": runs}))
    with pytest.raises(UserError, match="seed=0 does not exist"):
        load(tmp_path)
    runs[0]["run"] = "../../elsewhere"
    (tmp_path / "summary.json").write_text(json.dumps({"runs": runs}))
    with pytest.raises(UserError, match="which is not in"):
        load(tmp_path)
    (tmp_path / "summary.json").write_text('{"runs": []}')
    with pytest.raises(UserError, match="none of its runs has finished"):
        load(tmp_path)
    row = tmp_path / "rows" / "A" / "imp" / "seed=0"
    row.mkdir(parents=True)
    (row / "row.json").write_text("{}")
    CHAMPION.save(row / "network.json")
    assert load(row) == CHAMPION
    (tmp_path / "rows" / "compare.json").write_text("{}")
    with pytest.raises(UserError, match="is a comparison, which holds many networks"):
        load(tmp_path / "rows")


@pytest.mark.parametrize(
    ("what", "message"),
    [
        (7, "expected a run, .* got 7"),
        (nn.Linear(2, 2), "expected a run, .* got Linear"),
        ("nowhere", "nowhere does not exist"),
        ("zoo:swingupp", "unknown network of the zoo 'swingupp': did you mean 'swingup'"),
        (Confirmed, "expected a run, .* got <class"),
    ],
)
def test_what_holds_no_network_is_refused_in_one_line(what: Any, message: str) -> None:
    with pytest.raises(UserError, match=message) as raised:
        load(what)
    assert "\n" not in str(raised.value)


def test_every_loaded_network_goes_on_from_there() -> None:
    assert isinstance(load("zoo:swingup"), LoadedNetwork)
