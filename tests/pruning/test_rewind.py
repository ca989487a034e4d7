import pytest
import torch
from pruning_toys import Mlp, conv_net, generator
from torch import nn

from wann.errors import UserError
from wann.pruning.rewind import Rewind, reinit, rewind, state_of


class Own(nn.Module):
    """A model that draws its layers itself."""

    def __init__(self) -> None:
        super().__init__()
        self.layer, self.extra = nn.Linear(3, 2), nn.Parameter(torch.zeros(2))

    def reset_parameters(self) -> None:
        nn.init.constant_(self.layer.weight, 7.0)
        nn.init.normal_(self.extra)


def test_rewinding_brings_back_every_parameter_and_buffer_in_place() -> None:
    model = conv_net()
    before, parameter = state_of(model), model[0].weight
    model(torch.randn(4, 1, 8, 8, generator=generator()))
    with torch.no_grad():
        for value in model.parameters():
            value.mul_(3.0)
    after = model.state_dict()
    assert not torch.equal(after["1.running_mean"], before["1.running_mean"])
    rewind(model, before)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert model[0].weight is parameter


def test_states_that_do_not_fit_are_refused() -> None:
    state = state_of(Mlp(3, 2))
    for other, words in (
        (Mlp(4, 2), r"'fc1.weight': expected \(2, 4\), got \(2, 3\)"),
        (Mlp(3, 2, 2), "'fc2.weight'"),
    ):
        with pytest.raises(UserError, match=words):
            rewind(other, state)
    with pytest.raises(UserError, match="'more': expected nothing"):
        rewind(Mlp(3, 2), state | {"more": torch.ones(1)})


def test_drawing_anew_depends_on_the_generator_alone() -> None:
    one, two, three = conv_net(1), conv_net(2), conv_net(3)
    before = torch.get_rng_state()
    reinit(one, generator(5))
    reinit(two, generator(5))
    reinit(three, generator(6))
    assert torch.equal(torch.get_rng_state(), before)
    assert all(torch.equal(a, b) for a, b in zip(one.parameters(), two.parameters(), strict=True))
    assert not torch.equal(one[0].weight, three[0].weight)
    assert one[0].weight.abs().max() <= 1 / 3  # as torch draws a convolution of nine inputs


def test_a_model_has_the_last_word_on_its_own_weights() -> None:
    model = Own()
    reinit(model, generator())
    assert (model.layer.weight == 7.0).all()
    assert model.extra.all()


def test_what_cannot_be_drawn_anew_is_named() -> None:
    class Bare(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.table = nn.Parameter(torch.ones(2, 2))

    model = nn.Sequential(nn.Linear(2, 2), nn.Sequential(Bare()))
    before = state_of(model)
    with pytest.raises(
        UserError, match=r"Bare at '1.0' cannot be drawn anew: .* reset_parameters, for table"
    ):
        reinit(model, generator())
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


def test_attention_is_drawn_anew() -> None:
    model = nn.MultiheadAttention(4, 2)
    before = model.in_proj_weight.clone()
    reinit(model, generator())
    assert not torch.equal(model.in_proj_weight, before)


def test_rewindings_have_names() -> None:
    assert [Rewind(name) for name in ("keep", "initial", "step", "reinit")] == list(Rewind)
