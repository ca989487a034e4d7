"""A metric of one's own is taken of a whole part of the data, whatever it is."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn

from wann.errors import UserError
from wann.pruning import Subject
from wann.pruning.api import prune
from wann.pruning.controls import control
from wann.pruning.training.checks import check_fit
from wann.pruning.training.data import Data
from wann.pruning.training.objective import Objective
from wann.pruning.training.training import Training, evaluate

TRAINING = Training(steps=40, batch=50, check_every=20)


def data(classes: bool) -> Data:
    """Return data whose parts are larger than what is computed at once, sorted by the target."""
    generator = torch.Generator().manual_seed(0)
    parts: list[Any] = []
    for count in (600, 2300, 3001):
        x = torch.randn(count, 5, generator=generator)
        y = x.sum(1) + 0.1 * torch.randn(count, generator=generator)
        order = y.argsort()
        parts += [x[order], (y[order] > 0).long() if classes else y[order, None]]
    return Data(*parts, (5,), 2)


def r2(outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    return 1 - (outputs - targets).square().sum() / (targets - targets.mean(0)).square().sum()


def worst(outputs: torch.Tensor, targets: torch.Tensor) -> float:
    return float((outputs - targets).abs().max())


def rmse(outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    return (outputs - targets).square().mean().sqrt()


def how_many(outputs: torch.Tensor, targets: torch.Tensor) -> int:
    assert len(outputs) == len(targets)
    assert not outputs.requires_grad
    return len(outputs)


def f1(outputs: torch.Tensor, targets: torch.Tensor) -> float:
    said = outputs.argmax(1)
    right = float((said * targets).sum())
    return 2 * right / float(said.sum() + targets.sum())


def auc(outputs: torch.Tensor, targets: torch.Tensor) -> float:
    """The share of pairs in the right order: nan where all are of one class."""
    rank = (outputs[:, 1] - outputs[:, 0]).argsort().argsort().double() + 1
    ones = int(targets.sum())
    return float(
        (rank[targets == 1].sum() - ones * (ones + 1) / 2) / (ones * (len(targets) - ones))
        if 0 < ones < len(targets)
        else torch.nan
    )


METRICS: list[tuple[Callable[..., Any], bool]] = [
    *((metric, False) for metric in (r2, worst, rmse, how_many)),
    *((metric, True) for metric in (f1, auc, how_many)),
]


@pytest.mark.parametrize(("metric", "classes"), METRICS)
@pytest.mark.parametrize("method", ["magnitude", "snip"])
def test_a_metric_sees_all_examples_at_once(
    metric: Callable[..., Any], classes: bool, method: str
) -> None:
    torch.manual_seed(0)
    given = data(classes)
    own: dict[str, Any] = {} if classes else {"loss": nn.functional.mse_loss}
    model = nn.Sequential(nn.Linear(5, 12), nn.Tanh(), nn.Linear(12, 2 if classes else 1))
    found = prune(model, given, method, 0.6, training=TRAINING, metric=metric, **own)

    def value(part: str) -> float:
        x, y = getattr(given, f"x_{part}"), getattr(given, f"y_{part}")
        with torch.no_grad():
            return float(metric(torch.cat([found.model(some) for some in x.split(1000)]), y))

    assert found.history is not None
    assert found.accuracy == found.history.accuracy == value("test")
    assert found.history.rows[-1]["validation_accuracy"] == value("validation")
    if found.history.early_step == TRAINING.steps:
        assert found.history.early_accuracy == found.accuracy
    name = metric.__name__
    assert f"{name} {found.accuracy:.4g}" in repr(found)
    if metric is how_many:
        assert found.accuracy == found.at_once == 3001 or found.at_once is None
        assert found.history.early_accuracy == 3001


def test_the_loss_stays_a_mean_of_batches_and_accuracy_a_share() -> None:
    torch.manual_seed(0)
    given, model = data(True), nn.Linear(5, 2)
    loss, share = evaluate(model, given.x_test, given.y_test)
    own = Objective(nn.functional.cross_entropy, lambda outputs, targets: len(targets))
    mean, count = evaluate(model, given.x_test, given.y_test, own)
    assert mean == pytest.approx(loss, rel=1e-6)
    assert count == 3001
    with torch.no_grad():
        assert share == float((model(given.x_test).argmax(1) == given.y_test).sum()) / 3001


class Cut(nn.Module):
    """Its outputs are as long as the longest example of those that it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.last = nn.Linear(1, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        long = 5 if bool((x[:, -1] > 1.5).any()) else 4
        return self.last(x[:, :long, None])[:, :, 0]


def test_outputs_that_do_not_go_together_are_said_before_training() -> None:
    def loss(outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        return (outputs.mean(1, keepdim=True) - targets).square().mean()

    given = data(False)
    given.x_test[:1000, -1], given.x_test[1000, -1] = 0.0, 2.0
    with pytest.raises(UserError, match=r"outputs \(1000, 4\) for some examples and \(1000, 5\)"):
        check_fit(Cut(), given, Objective(loss, how_many))


class Sideways(nn.Linear):
    """Its outputs have the examples along their second dimension."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x).T


def test_outputs_of_examples_side_by_side_are_not_joined_end_to_end() -> None:
    def loss(outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        return (outputs - targets.T).square().mean()

    with pytest.raises(UserError, match=r"outputs \(1, 1000\) for 1000 examples: expected"):
        check_fit(Sideways(5, 1), data(False), Objective(loss, r2))


@pytest.mark.parametrize(
    ("metric", "says"),
    [
        (lambda outputs, targets: outputs, r"metric fails on outputs \(2300, 2\)"),
        (lambda outputs, targets: 1 / 0, "division by zero; expected a function .*all examples"),
        (lambda outputs, targets: float("nan"), "metric of the test examples is nan"),
    ],
)
def test_metrics_that_do_not_fit_are_said_before_training(
    metric: Callable[..., Any], says: str
) -> None:
    seen: list[int] = []
    with pytest.raises(UserError, match=says):
        prune(
            *(nn.Linear(5, 2), data(True), "magnitude", 0.5),
            training=TRAINING,
            metric=metric,
            tell=lambda done, _: seen.append(done),
        )
    assert not seen


def test_a_part_of_one_class_may_be_the_validation() -> None:
    given = data(True)
    few = given._replace(x_validation=given.x[:5], y_validation=given.y[:5])
    found = prune(nn.Linear(5, 2), few, "magnitude", 0.5, training=TRAINING, metric=auc)
    with torch.no_grad():
        assert found.accuracy == auc(found.model(given.x_test), given.y_test)


@pytest.mark.parametrize(
    ("metric", "name"),
    [(None, "accuracy"), (r2, "r2"), (lambda outputs, targets: 0.0, "metric")],
)
def test_what_is_reported_has_its_name(metric: Any, name: str) -> None:
    subject = Subject(nn.Linear(5, 2), data(True), TRAINING, objective=Objective(metric=metric))
    assert subject.objective.metric_name == name
    if metric is None:
        masks = prune(subject.model, subject.data, "snip", 0.5, training=TRAINING).masks
        assert "accuracy" in repr(control(subject, "shuffle", masks))
