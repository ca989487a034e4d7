"""How models use their parameters, with examples and without."""

import pytest
import torch
from pruning_toys import Mlp, conv_net, generator
from torch import nn
from unusual_models_toys import Functional, HeadFirst, Queries, Twice, Vision, Words

from wann.errors import UserError
from wann.pruning.uses.find import find_outputs, uses_of

IMAGES = torch.randn(2, 1, 8, 8, generator=generator())
ROWS = torch.randn(2, 12, generator=generator())
WORDS = torch.randint(20, (2, 5), generator=generator())
IN_BLOCK = ("self_attn.in_proj_", "self_attn.out_proj.", "linear1.", "linear2.")
OF_BLOCK = [f"block.{name}weight" for name in IN_BLOCK]


def matrices(model: nn.Module, names: object) -> list[str]:
    return [name for name in names if model.get_parameter(name).ndim > 1]


@pytest.mark.parametrize(
    ("model", "examples", "multiplied", "outputs"),
    [
        (HeadFirst(), ROWS, ["body.weight", "head.weight"], {"head.weight"}),
        (
            Vision(),
            IMAGES,
            ["patch.weight", *OF_BLOCK, "head.weight"],
            {"head.weight"},
        ),
        (Functional(), ROWS, ["a", "b", "c", "d"], {"d"}),
        (
            Words(),
            WORDS,
            ["memory.weight_ih_l0", "memory.weight_hh_l0", "first.weight", "second.weight"],
            {"first.weight", "second.weight"},
        ),
        (
            Twice(),
            ROWS,
            ["body.weight", "head.weight", "other.weight"],
            {"head.weight"},
        ),
        (conv_net(), IMAGES, ["0.weight", "4.weight", "8.weight"], {"8.weight"}),
    ],
)
def test_what_is_multiplied_and_what_makes_the_outputs_is_seen(
    model: nn.Module, examples: torch.Tensor, multiplied: list[str], outputs: set[str]
) -> None:
    before = {name: value.clone() for name, value in model.state_dict().items()}
    seen = uses_of(model, examples)
    assert seen is not None
    assert matrices(model, seen.multiplied) == multiplied
    assert set(matrices(model, seen.outputs)) == outputs
    assert set(matrices(model, find_outputs(model, examples))) == outputs
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert model.training


def test_learned_queries_and_what_is_left_out() -> None:
    seen = uses_of(Queries(), torch.randn(2, 5, 4))
    assert seen is not None
    assert "aside.weight" not in (*seen.multiplied, *seen.otherwise)
    assert "queries" in seen.computed
    assert matrices(Queries(), seen.outputs) == ["attention.out_proj.weight"]


@pytest.mark.parametrize("model", [HeadFirst(), Mlp(12, 6, 3), conv_net(), Twice()])
def test_without_examples_the_forward_is_traced(model: nn.Module) -> None:
    examples = IMAGES if isinstance(model, nn.Sequential) else ROWS
    seen, traced = uses_of(model.eval(), examples), uses_of(model)
    assert seen is not None
    assert traced is not None
    assert set(traced.multiplied) <= set(seen.multiplied)
    assert traced.outputs == seen.outputs


@pytest.mark.parametrize(
    ("model", "outputs"),
    [
        (nn.Sequential(nn.Linear(3, 4), HeadFirst()), ["1.head.weight"]),
        (nn.Sequential(HeadFirst(looks=True), nn.Linear(3, 2), nn.Softmax(1)), ["1.weight"]),
        (nn.Linear(3, 2), ["weight"]),
    ],
)
def test_outputs_of_sequences(model: nn.Module, outputs: list[str]) -> None:
    assert find_outputs(model) == outputs


def test_outputs_that_cannot_be_seen_are_asked_for_by_name() -> None:
    model = HeadFirst(looks=True)
    assert find_outputs(model, ROWS) == ["head.weight"]
    with pytest.raises(UserError, match=r"which layers make the outputs of HeadFirst.*--outputs"):
        find_outputs(model)
    assert find_outputs(model, named="head") == ["head.weight"]
    assert find_outputs(model, named=["head.w*"]) == ["head.weight"]
    with pytest.raises(UserError, match=r"no layer of outputs is named 'haed'.*head.weight"):
        find_outputs(model, named="haed")


def test_a_weight_that_is_shared_makes_the_outputs_under_both_names() -> None:
    model = HeadFirst()
    model.again = model.head
    assert find_outputs(model, ROWS) == ["head.weight", "again.weight"]


class Beside(nn.Module):
    """Returns a value and hidden numbers beside its logits."""

    def __init__(self) -> None:
        super().__init__()
        self.body, self.actor, self.critic = nn.Linear(12, 6), nn.Linear(6, 3), nn.Linear(6, 4)

    def forward(self, x: torch.Tensor) -> dict[str, torch.Tensor]:
        hidden = torch.relu(self.body(x))
        return {"logits": self.actor(hidden), "value": self.critic(hidden), "hidden": hidden}


def test_what_is_returned_beside_the_logits_is_an_output_unless_layers_go_on_from_it() -> None:
    assert find_outputs(Beside(), ROWS) == ["actor.weight", "critic.weight"]
