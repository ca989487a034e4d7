"""Trained models are pruned as they are, and trained on as the user says."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
from made_up_toys import SHORT, Counting, Trap, centred, made_up, small
from safetensors.torch import save_file
from torch import nn

from wann.config import Training
from wann.errors import UserError
from wann.experiments.pruning.plan import weights_path
from wann.pruning import Data, PrunedModel, load_data, prune
from wann.pruning.methods import METHODS, When
from wann.pruning.training import accuracy, train

MANY = Training(steps=50_000)  # which would take minutes


@pytest.fixture(scope="module")
def model() -> nn.Module:
    found = small()
    train(found, made_up(), None, Training(steps=300, batch=20))
    return found


def as_it_is(found: PrunedModel, model: nn.Module) -> bool:
    """Whether the kept weights are those of the model, to the bit."""
    state = model.state_dict()
    return all(
        torch.equal(found.model.state_dict()[name][mask], state[name][mask])
        for name, mask in found.masks.items()
    )


def test_a_trained_model_keeps_its_weights() -> None:
    """The digits, as a user prunes a model that they have trained themselves."""
    torch.manual_seed(0)
    data = load_data("digits")
    own = nn.Sequential(nn.Flatten(), nn.Linear(64, 50), nn.ReLU(), nn.Linear(50, 10))
    train(own, data, None, Training(steps=100))
    before = accuracy(own, data.x_test, data.y_test)
    found = prune(own, data, "magnitude", 0.3, trained=True, training=MANY, retrain=False)
    assert as_it_is(found, own)
    assert found.kept == round(0.3 * 3700)
    assert found.accuracy == found.at_once > before - 0.1
    assert found.history is None


@pytest.mark.parametrize(
    "method",
    [
        name
        for name, method in METHODS.items()
        if method.when in (When.INIT, When.TRAINED)
        and name != "one-shot"
        and method.select not in ("units", "units-at-latency")
    ],
)
def test_every_method_that_prunes_at_once_takes_it_as_it_is(method: str, model: nn.Module) -> None:
    found = prune(model, made_up(), method, 0.5, trained=True, training=MANY, retrain=False)
    assert as_it_is(found, model)
    assert found.at_once == found.accuracy


def test_fine_tuning_takes_the_steps_and_the_rate_that_are_given(model: nn.Module) -> None:
    more: dict[str, Any] = {"trained": True, "training": MANY}
    found = prune(
        model, made_up(), "magnitude", 0.5, fine_tune_steps=40, fine_tune_rate=1e-5, **more
    )
    assert found.history is not None
    assert [row["step"] for row in found.history.rows] == [40]
    assert found.history.rows[0]["learning_rate"] == 1e-5
    assert not as_it_is(found, model)
    # From scratch: the whole is trained as `training` says, fine-tuning is as long, or as given.
    whole = prune(small(), made_up(), "magnitude", 0.5, training=SHORT)
    assert whole.history is not None
    assert whole.history.rows[-1]["learning_rate"] == pytest.approx(SHORT.learning_rate / 10)
    less = prune(small(), made_up(), "magnitude", 0.5, training=SHORT, fine_tune_steps=20)
    assert less.history is not None
    assert less.history.rows[-1]["step"] == 20
    assert less.at_once == whole.at_once


@pytest.mark.parametrize("method", ["imp-lr", "obd-retrain", "gradual", "rigl", "edge-popup"])
def test_methods_that_train_begin_with_the_trained_weights(method: str, model: nn.Module) -> None:
    found = prune(model, made_up(), method, 0.4, trained=True, training=SHORT)
    assert found.kept == round(0.4 * 470)


def test_obd_is_retrained_between_its_rounds_as_it_is_fine_tuned(model: nn.Module) -> None:
    rates = []
    found = prune(
        model,
        made_up(),
        "obd-retrain",
        0.4,
        trained=True,
        training=MANY,
        fine_tune_steps=30,
        fine_tune_rate=1e-4,
        tell=lambda done, steps: rates.append((done, steps)),
    )
    assert rates == [(30, 30)] * found.rounds
    assert found.rounds == 5  # of a fifth each: 80, 64, 51 and 41 %, then 40 %
    assert found.history is not None
    assert found.history.rows[-1]["learning_rate"] == 1e-4


def save_as(kind: str, state: Mapping[str, torch.Tensor], path: Path) -> None:
    if kind == "safetensors":
        save_file(dict(state), path)
    elif kind == "wrapped":
        torch.save({"model": {f"module._orig_mod.{k}": v for k, v in state.items()}}, path)
    else:
        torch.save(state, path, _use_new_zipfile_serialization=kind == "torch")


@pytest.mark.parametrize("kind", ["safetensors", "torch", "old torch", "wrapped"])
def test_weights_come_from_a_file(kind: str, model: nn.Module, tmp_path: Path) -> None:
    save_as(kind, model.state_dict(), tmp_path / "weights")
    untrained = small()
    before = untrained[0].weight.clone()
    found = prune(
        untrained, made_up(), "magnitude", 0.5, trained=tmp_path / "weights", retrain=False
    )
    assert as_it_is(found, model)
    assert torch.equal(untrained[0].weight, before)


class Code:
    def __reduce__(self) -> Any:
        return (print, ("code of the file is run",))


def test_files_that_hold_no_weights_of_the_model_are_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    torch.save({"a": Code()}, tmp_path / "code")
    torch.save([torch.zeros(2)], tmp_path / "list")
    torch.save({"0.weight": torch.zeros(2, 2)}, tmp_path / "other")
    (tmp_path / "text").write_text("no weights at all")
    (tmp_path / "empty").write_bytes(b"")
    save_file({"0.weight": torch.zeros(2, 2)}, tmp_path / "short")
    (tmp_path / "cut").write_bytes((tmp_path / "short").read_bytes()[:-4])
    for name, words in {
        "code": "holds more than weights",
        "list": "holds list, not tensors by name",
        "other": "holds no weights of Sequential",
        "short": "at '0.weight': expected (20, 12), got (2, 2)",
        "cut": "cannot be read",
        "text": "torch.save(model.state_dict(), path)",
        "empty": "torch.save(model.state_dict(), path)",
        "none": "is no file",
    }.items():
        with pytest.raises(UserError) as error:
            prune(Trap() if name == "none" else small(), made_up(), trained=tmp_path / name)
        assert words in str(error.value)
        assert "\n" not in str(error.value)
    assert "run" not in capsys.readouterr().out


class Masked(nn.Module):
    """Has what is legally infinite or nan beside its weights: a mask, and marks of nothing seen."""

    def __init__(self) -> None:
        super().__init__()
        self.layer, self.norm = nn.Linear(12, 3), nn.BatchNorm1d(3)
        self.frozen = nn.Parameter(torch.full((3,), -torch.inf), requires_grad=False)
        self.register_buffer("mask", torch.full((3,), -torch.inf))
        self.register_buffer("seen", torch.full((), torch.nan))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.norm(self.layer(x))


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("layer.weight", torch.nan, "1 of the 36 numbers of 'layer.weight' are nan"),
        ("layer.bias", torch.nan, "1 of the 3 numbers of 'layer.bias' are nan"),
        ("layer.bias", -torch.inf, "'layer.bias' are infinite in torch.float32"),
        ("layer.bias", 1e300, "'layer.bias' are infinite in torch.float32"),
        ("norm.running_var", torch.inf, "'norm.running_var' are infinite"),
        ("norm.weight", torch.nan, "'norm.weight' are nan"),
        ("frozen", torch.nan, "'frozen' are nan"),
        ("frozen", torch.inf, ""),
        ("mask", torch.inf, ""),
        ("seen", torch.nan, ""),
    ],
)
def test_weights_that_are_no_numbers_are_refused_by_name(
    tmp_path: Path, name: str, value: float, words: str
) -> None:
    state = {key: v.double() for key, v in Masked().state_dict().items()}
    state[name].view(-1)[-1] = value
    save_file(state, tmp_path / "weights")
    own = Masked()
    own.load_state_dict(state)
    for model, trained in ((Masked(), tmp_path / "weights"), (own, True)):
        how: dict[str, Any] = {"trained": trained, "retrain": False}
        if not words:
            assert prune(model, made_up(), "magnitude", 0.5, **how).kept == 18
            continue
        with pytest.raises(UserError) as error:
            prune(model, made_up(), "magnitude", 0.5, **how)
        where = str(trained) if model is not own else "Masked"
        assert str(error.value).startswith(f"{where} holds no trained weights: ")
        assert words in str(error.value)
        assert "\n" not in str(error.value)


def test_weights_in_a_home_that_nobody_knows_are_one_line() -> None:
    path = "~nobody-of-this-name/x"
    with pytest.raises(UserError, match="trained: expected a path, got '~nobody-of-this"):
        prune(small(), made_up(), trained=path)
    with pytest.raises(UserError, match="--trained: expected a path, got '~nobody-of-this"):
        weights_path(path)


@pytest.mark.parametrize(
    ("method", "more", "words"),
    [
        ("imp", {}, "goes back to weights from before the end of training"),
        ("imp-late", {}, "not known of a model that is trained already"),
        ("one-shot", {}, "expected one that trains on, such as magnitude or imp-lr"),
        ("movement", {}, "compares with the weights before training"),
        ("imp-lr", {"fine_tune_steps": 9}, "this method does not fine-tune"),
        ("magnitude", {"fine_tune_steps": 0}, "steps must be between 1 and"),
        ("magnitude", {"fine_tune_rate": -1.0}, "learning_rate must be between"),
    ],
)
def test_what_a_trained_model_cannot_have_is_said_before_training(
    method: str, more: dict[str, Any], words: str
) -> None:
    with pytest.raises(UserError) as error:
        prune(Trap(), made_up(), method, 0.5, trained=True, **more)
    assert words in str(error.value)


def test_a_model_by_name_is_not_trained() -> None:
    with pytest.raises(UserError, match="'lenet-300-100' is built anew, with weights that are not"):
        prune("lenet-300-100", trained=True)


def test_what_is_returned_has_a_short_text(model: nn.Module) -> None:
    data = made_up()
    found = prune(model, data, "magnitude", 0.5, trained=True, fine_tune_steps=20)
    assert repr(data) == (
        "Data(60 training, 20 validation, 20 test examples of shape (12,), 3 classes, on cpu)"
    )
    assert repr(Training(steps=9)) == "Training(steps=9)"
    assert repr(found).startswith("PrunedModel(Sequential, 235 of 470 weights kept, accuracy ")
    assert repr(found.masks) == (
        "Masks(0.weight: 119 of 240, 3.weight: 92 of 200, 5.weight: 24 of 30)"
    ) or repr(found.masks).startswith("Masks(0.weight: ")
    for value in (found, found.history, found.masks, data, SHORT):
        assert len(repr(value)) < 200
        assert "tensor" not in repr(value)
    assert isinstance(data, Data)


def test_a_file_may_hold_extra_state_and_lack_buffers_that_are_not_persistent(
    tmp_path: Path,
) -> None:
    path, counting = tmp_path / "weights.pt", nn.Sequential(Counting(12, 3))
    counting[0].count["passes"] = 5
    torch.save(counting.state_dict(), path)
    fresh = nn.Sequential(Counting(12, 3))
    found = prune(fresh, made_up(), density=0.5, training=MANY, trained=path, retrain=False)
    assert found.model[0].count == {"passes": 5}
    own = centred(persistent=False)
    save_file(own.state_dict(), tmp_path / "weights.safetensors")
    own[2].mean.fill_(3.0)
    found = prune(
        *(own, made_up(), "magnitude", 0.5),
        training=MANY,
        trained=tmp_path / "weights.safetensors",
        retrain=False,
    )
    assert (found.model[2].mean == 3.0).all()
