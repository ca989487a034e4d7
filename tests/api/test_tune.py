"""`wann.tune` gives what `wann tune` gives, and goes on where it was stopped."""

import inspect
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from genome_toys import grow

from wann.api.evaluate import evaluate
from wann.api.load import load
from wann.api.render import render
from wann.api.tune import tune
from wann.api.watching.watch import Interrupted
from wann.cli.main import main
from wann.config import TuneConfig
from wann.errors import UserError
from wann.formats import NetworkFile, dumps_json
from wann.formats.load import load_network
from wann.runs.lock import FolderLock
from wann.tasks.registry import make_task
from wann.weights.shared import tune_shared

TINY: dict[str, Any] = {"generations": 4, "population": 6, "races": 2, "episodes": 2, "threads": 1}


@pytest.fixture
def network(tmp_path: Path) -> Path:
    path = tmp_path / "net.json"
    path.write_text(dumps_json(NetworkFile(grow(1, 40, 5, 1), None, "swingup-hard", {"seed": 1})))
    return path


def test_names_and_defaults_are_those_of_the_command() -> None:
    parameters = inspect.signature(tune).parameters
    for name, entry in TuneConfig.__dataclass_fields__.items():
        expected = None if name in ("weights", "task") else entry.default
        assert parameters[name].default == expected, name
    assert {"env_kwargs", "wrap", "label", "size", "out", "threads"} <= set(parameters)


def test_another_environment_is_seen_as_the_networks_own(tmp_path: Path) -> None:
    statistics = {"mean": [0.0] * 4, "sd": [1.0, 2.0, 3.0, 4.0]}
    spec = f"gym:CartPole-v1 {json.dumps({'normalise': statistics})}"
    path, out = tmp_path / "net.json", tmp_path / "tuned.json"
    path.write_text(dumps_json(NetworkFile(grow(1, 40, 4, 2), None, spec, {})), encoding="utf-8")
    tune(path, weights="shared", env="CartPole-v1", max_steps=9, out=out, **TINY)
    settings = json.loads(load_network(out).task.partition(" ")[2])  # type: ignore[union-attr]
    assert settings == {"max_steps": 9, "normalise": statistics}


def test_it_gives_what_the_command_gives(
    network: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = tune(network, weights="individual", out=tmp_path / "python.json", **TINY)
    flags = [f"--{name}={value}" for name, value in TINY.items()]
    where = ["--out", str(tmp_path / "command.json"), "--json"]
    assert main(["tune", str(network), "--weights", "individual", *flags, *where]) == 0
    there, here = str(tmp_path / "command"), str(tmp_path / "python")
    printed = json.loads(capsys.readouterr().out.replace(there, here))
    assert printed == json.loads(json.dumps(found.to_json()))
    for name in ("{}.json", "{}/generations.jsonl", "{}/tuning.json"):
        of_python, of_command = (tmp_path / name.format(one) for one in ("python", "command"))
        assert of_python.read_bytes() == of_command.read_bytes()
    assert found.network == load_network(tmp_path / "python.json")
    assert found.mean == printed["mean"]
    assert found.history["generation"].tolist() == [0, 1, 2, 3]
    assert repr(found).startswith("TuningResult(")
    rows = tmp_path / "python" / "generations.jsonl"
    before = rows.read_bytes() + b'{"half a row'
    rows.write_bytes(before)
    drawn = render(rows.parent, pdf=True)
    assert drawn == [rows.with_name(f"learning_curve.{kind}") for kind in ("png", "svg", "pdf")]
    assert rows.read_bytes() == before  # another process may be writing it


def test_a_shared_weight_of_a_file_and_of_an_object(network: Path) -> None:
    found = tune(network, weights="shared")
    assert found.path == network.with_name("net-tuned-shared.json")
    assert found.network.weights is not None
    assert set(found.network.weights) == {found.weight}
    before = sorted(network.parent.iterdir())
    again = tune(load_network(network), weights="shared")
    assert (again.weight, again.mean, again.path) == (found.weight, found.mean, None)
    assert again.to_json()["network"] is None
    assert sorted(network.parent.iterdir()) == before
    assert again.network([0.0] * 5).shape == (1,)


def test_a_default_name_that_another_process_takes_is_left_to_it(
    network: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FolderLock(network.with_name("net-tuned-individual")):
        found = tune(network, weights="individual", **TINY)
    assert found.path == network.with_name("net-tuned-individual-2.json")

    def late(measuring: Any) -> Any:
        network.with_name("net-tuned-shared.json").write_text("of another process")
        return tune_shared(measuring)

    with monkeypatch.context() as patched:
        patched.setattr("wann.api.tuning.tune_shared", late)
        assert tune(network, weights="shared").path == network.with_name("net-tuned-shared-2.json")
        network.with_name("net-tuned-shared.json").unlink()
        with pytest.raises(UserError, match=r"net-tuned-shared.json exists already"):
            tune(network, weights="shared", out=network.with_name("net-tuned-shared.json"))


def test_stopped_by_ctrl_c_the_same_call_goes_on(
    network: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = tune(network, weights="individual", out=tmp_path / "whole.json", **TINY)
    pressed = iter([False, False, True])

    @contextmanager
    def interruptible(_: str) -> Iterator[Callable[[], bool]]:
        yield lambda: next(pressed, True)

    part = tmp_path / "part.json"
    with monkeypatch.context() as patched:
        patched.setattr("wann.api.tuning.interruptible", interruptible)
        with pytest.raises(Interrupted, match="not finished: continue with") as raised:
            tune(network, weights="individual", out=part, **TINY)
        with pytest.raises(KeyboardInterrupt):
            tune(load_network(network), weights="individual", **TINY)
    assert raised.value.result == tmp_path / "part"
    assert not part.exists()
    found = tune(network, weights="individual", out=part, **TINY)
    assert part.read_bytes() == (tmp_path / "whole.json").read_bytes()
    assert found.history.rows == whole.history.rows
    assert tune(network, weights="individual", out=part, **TINY).mean == whole.mean
    with pytest.raises(UserError, match=r"of other settings \(sigma differ\): give another out="):
        tune(network, weights="individual", out=part, sigma=0.1, **TINY)
    part.write_text("mine")
    with pytest.raises(UserError, match="exists already and holds something else"):
        tune(network, weights="individual", out=part, **TINY)
    assert part.read_text() == "mine"
    network.write_text(dumps_json(NetworkFile(grow(2, 30, 5, 1), None, "swingup-hard", {})))
    with pytest.raises(UserError, match=r"\(network differ\)"):
        tune(network, weights="individual", out=part, **TINY)


def test_data_in_memory_lie_beside_the_result(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(60, 3)), np.arange(60) % 2
    out = tmp_path / "t.json"
    found = tune(grow(1, 20, 3, 2), weights="shared", dataset=(x, y), out=out)
    assert str(tmp_path / "t-") in (found.network.task or "")
    assert main(["evaluate", str(out), "--episodes", "2"]) == 0


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "expected weights=shared or weights=individual"),
        ({"weights": "own"}, "unknown kind of weights 'own'"),
        ({"weights": "shared", "generation": 3}, "did you mean 'generations'?"),
        ({"weights": "shared", "out": "net.txt"}, "ends in .json"),
        ({"weights": "shared", "out": "net.json"}, "net.json exists already: give another out="),
        ({"weights": "individual", "sigma": 0}, "sigma must be between"),
        ({"weights": "individual", "method": "gradient"}, "no gradients for 'swingup-hard'"),
    ],
)
def test_mistakes_are_one_line_and_nothing_is_written(
    network: Path, given: dict[str, Any], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(network.parent)
    with pytest.raises(UserError) as raised:
        tune(network, **given)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)
    assert [path.name for path in Path().iterdir()] == ["net.json"]


def test_data_in_memory_are_taken_for_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The spec of a network that is tuned on arrays names no path, where something may lie."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    x, y = rng.random((60, 5)), np.arange(60) % 3
    found = tune(load(grow(1, 40, 5, 3)), weights="shared", dataset=(x, y), threads=1)
    assert list(tmp_path.iterdir()) == []
    others = [f"{i},1,2,3,4,{i % 3}" for i in range(60)]
    (tmp_path / "data.csv").write_text("\n".join(["x1,x2,x3,x4,x5,label", *others, ""]))
    found.network.save(tmp_path / "tuned.json")
    for network in (found.network, tmp_path / "tuned.json"):
        with pytest.raises(UserError, match="an object of another Python session: pass it again"):
            evaluate(network, threads=1)
        again = evaluate(network, dataset=(x, y), episodes=2, threads=1)
        assert again.mean == pytest.approx(found.mean)
    with pytest.raises(UserError, match="data-in-memory was an object of another Python session"):
        make_task(found.network.task)


@pytest.mark.parametrize("weights", ["shared", "individual"])
def test_what_is_refused_leaves_no_data_behind(weights: str, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    data = rng.random((60, 5)), np.arange(60) % 3
    network = load(grow(1, 40, 5, 3))
    result = tmp_path / "t.json"
    result.write_text("{}")

    def begun() -> Any:
        return tune(network, weights=weights, dataset=data, out=result, **TINY)

    with pytest.raises(UserError, match=r"t\.json exists already"):
        begun()
    assert list(tmp_path.iterdir()) == [result]
    result.unlink()
    other = tmp_path / "t-data.csv"
    other.write_text("of somebody else")
    with pytest.raises(UserError, match=r"t-data\.csv exists already and holds something else"):
        begun()
    assert list(tmp_path.iterdir()) == [other]
    other.unlink()
    assert evaluate(begun().network, episodes=2, threads=1).classes == ("0", "1", "2")
    assert other.is_file()
