from pathlib import Path

import pytest

pytest.importorskip("torch")

from wann.errors import UserError
from wann.network.torch_module import nn, torch
from wann.pruning.training.models import MODELS, build

OWN = """
import torch
from torch import nn

def plain(): return nn.Sequential(nn.Flatten(), nn.Linear(12, 3))
def told(inputs, classes):
    return nn.Sequential(nn.Flatten(), nn.Linear(inputs[1] * inputs[2], classes))
def by_class(classes): return nn.Sequential(nn.Flatten(), nn.Linear(12, classes))
def narrow(): return nn.Sequential(nn.Flatten(), nn.Linear(12, 2))
def other(): return nn.Linear(5, 3)
def text(): return "a model"
def demanding(width): return nn.Linear(12, width)
number = 3
"""


def weights(model: nn.Module) -> int:
    return sum(parameter.numel() for parameter in model.parameters() if parameter.ndim > 1)


@pytest.mark.parametrize(
    ("name", "shape", "count"),
    [
        ("lenet-300-100", (1, 28, 28), 266_200),
        ("mlp-1000-1000-500-200", (1, 28, 28), 2_386_000),
        ("conv-2", (3, 32, 32), 4_300_992),
        ("conv-4", (3, 32, 32), 2_425_024),
        ("conv-6", (3, 32, 32), 2_261_184),
        ("resnet-20", (3, 32, 32), 270_896),
        ("vgg-11", (3, 32, 32), 9_222_848),
    ],
)
def test_presets_have_the_weights_of_the_papers(
    name: str, shape: tuple[int, ...], count: int
) -> None:
    assert weights(build(name, shape, 10)) == count


@pytest.mark.parametrize("name", MODELS)
def test_the_same_seed_gives_the_same_weights_and_leaves_the_global_generator(name: str) -> None:
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    first, second, other = (build(name, (1, 32, 32), 10, seed).state_dict() for seed in (1, 1, 2))
    assert torch.equal(torch.rand(1), expected)
    assert all(torch.equal(first[key], second[key]) for key in first)
    assert any(not torch.equal(first[key], other[key]) for key in first)


@pytest.mark.parametrize("name", ["lenet-300-100", "conv-2"])
def test_glorot_weights_and_zero_biases(name: str) -> None:
    model = build(name, (1, 28, 28), 10)
    assert all(not parameter.any() for key, parameter in model.named_parameters() if "bias" in key)
    weight = model.get_parameter("fc1.weight")
    assert float(weight.detach().std()) == pytest.approx((2 / sum(weight.shape)) ** 0.5, rel=0.02)
    old = weight.detach().clone()
    model.reset_parameters()
    assert float(weight.detach().std()) == pytest.approx((2 / sum(weight.shape)) ** 0.5, rel=0.02)
    assert not torch.equal(old, weight)


def test_features_go_into_perceptrons() -> None:
    assert build("lenet-300-100", (7,), 2)(torch.zeros(4, 7)).shape == (4, 2)


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    name = f"own_{tmp_path.name.replace('-', '_')}"
    (tmp_path / f"{name}.py").write_text(OWN)
    (tmp_path / f"{name}_broken.py").write_text("1 / 0\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.path", [*__import__("sys").path])
    return name


@pytest.mark.parametrize("function", ["plain", "told", "by_class"])
def test_own_models(own: str, function: str) -> None:
    first, second = (build(f"{own}:{function}", (1, 3, 4), 3, seed=4) for _ in range(2))
    assert torch.equal(first[1].weight, second[1].weight)


@pytest.mark.parametrize(
    ("function", "message"),
    [
        ("missing", "unknown name in .* 'missing'"),
        ("number", "number is 3: expected a function"),
        ("narrow", r"expected outputs of shape \(2, 3\) for 2 examples.* got \(2, 2\)"),
        ("other", r"cannot take a batch of shape \(2, 1, 3, 4\)"),
        ("text", "expected a torch.nn.Module, it returned str"),
        ("demanding", "may take `inputs` and `classes`, no more"),
    ],
)
def test_own_models_that_do_not_do(own: str, function: str, message: str) -> None:
    with pytest.raises(UserError, match=message) as caught:
        build(f"{own}:{function}", (1, 3, 4), 3)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("lenet-300", "did you mean 'lenet-300-100'"),
        ("no_such_module:build", "no_such_module.py in"),
        ("conv-6", "at least 8 pixels a side"),
        ("resnet-20", "is for images"),
        ("vgg-11", "vgg-11 is for images"),
    ],
)
def test_bad_names_and_shapes(name: str, message: str) -> None:
    with pytest.raises(UserError, match=message):
        build(name, (1, 4, 4) if name == "conv-6" else (9,), 3)


def test_a_module_that_fails(own: str) -> None:
    with pytest.raises(UserError, match="cannot be imported: ZeroDivisionError"):
        build(f"{own}_broken:build", (3,), 3)
