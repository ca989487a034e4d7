"""The names of models that are given as objects."""

from collections.abc import Callable

import pytest
import torch
from torch import nn

from wann.pruning.training.given_model import GivenModel

Act = Callable[[torch.Tensor], torch.Tensor]
TYPED = """
class Net(nn.Linear):
    def forward(self, x):
        return {}
"""


def _closed_over(act: Act) -> nn.Module:
    class Net(nn.Linear):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return act(super().forward(x))

    return Net(3, 2)


def _set_on_it(act: Act) -> nn.Module:
    class Net(nn.Linear):
        act: Act

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.act(super().forward(x))

    model = Net(3, 2)
    model.act = act
    return model


class _Doubled(nn.Linear):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(2 * x)


class _Halved(nn.Linear):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x / 2)


_Halved.__name__ = _Halved.__qualname__ = _Doubled.__qualname__


def _typed_in(body: str) -> nn.Module:
    names: dict[str, type[nn.Module]] = {}
    exec(TYPED.format(body), {"nn": nn, "__name__": "typed_in"}, names)
    return names["Net"](3, 2)


def _name(model: nn.Module) -> str:
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.fill_(0.5)
    return GivenModel(model).__qualname__


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (_closed_over(torch.relu), _closed_over(torch.tanh)),
        (_closed_over(lambda x: x), _closed_over(lambda x: 0 * x)),
        (_set_on_it(torch.relu), _set_on_it(torch.tanh)),
        (_Doubled(3, 2), _Halved(3, 2)),
        (nn.Sequential(_Doubled(3, 2)), nn.Sequential(_Halved(3, 2))),
        (_typed_in("2 * x"), _typed_in("3 * x")),
    ],
)
def test_models_that_compute_something_else_have_other_names(
    one: nn.Module, other: nn.Module
) -> None:
    assert str(one) == str(other)
    assert _name(one) != _name(other)


def test_the_same_model_has_the_same_name() -> None:
    assert _name(_closed_over(torch.relu)) == _name(_closed_over(torch.relu))
    assert _name(_set_on_it(torch.relu)) == _name(_set_on_it(torch.relu))
    assert _name(_typed_in("2 * x")) == _name(_typed_in("2 * x"))
    plain = nn.Linear(3, 2)
    assert _name(plain) == _name(nn.Linear(3, 2))
    with torch.no_grad():
        plain.bias[0] = 1.0
    assert GivenModel(plain).__qualname__ != _name(nn.Linear(3, 2))


def test_layers_of_pytorch_alone_keep_the_names_of_earlier_versions() -> None:
    model = nn.Sequential(nn.Linear(3, 2), nn.ReLU())
    assert _name(model) == "Sequential-3e539c8acb0a"
