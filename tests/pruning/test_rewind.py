import pytest
import torch
from made_up_toys import SHORT, Counting, centred, made_up
from pruning_toys import Mlp, conv_net, generator
from torch import nn

from wann.errors import UserError
from wann.pruning import prune
from wann.pruning.rewind import Rewind, reinit, rewind, set_state, state_of, stored


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


class Lists(nn.Module):
    """Buffers that its state leaves out, as users have them."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(3, 2)
        for name, value in (
            ("places", torch.arange(4).expand(2, 4)),
            ("turns", torch.polar(torch.ones(3), torch.arange(3.0))),
            ("near", torch.eye(3).to_sparse()),
            ("seen", None),
        ):
            self.register_buffer(name, value, persistent=False)


@pytest.mark.parametrize("name", ["seen", "places", "turns"])
def test_buffers_that_the_state_leaves_out_are_rewound(name: str) -> None:
    model, other = Lists(), Lists()
    setattr(model, name, torch.full((2, 4), 7))
    state = state_of(model)
    setattr(model, name, torch.zeros(2, 4))
    for fresh in (model, other):
        rewind(fresh, state)
        assert (getattr(fresh, name) == 7).all()
        getattr(fresh, name).zero_()
    assert (state[name] == 7).all()


def test_a_state_without_what_state_dict_leaves_out_fits_as_well() -> None:
    model = centred(persistent=False)
    model[2].mean.fill_(3.0)
    rewind(model, model.state_dict())
    assert (model[2].mean == 3.0).all()


def test_files_hold_what_has_changed_of_buffers_that_the_state_leaves_out() -> None:
    model, lists = centred(persistent=False), Lists()
    assert set(stored(model, state_of(model))) == set(model.state_dict())
    assert set(stored(lists, state_of(lists))) == set(lists.state_dict())
    changed = centred(persistent=False)
    changed[2].mean.fill_(3.0)
    found = stored(model, state_of(changed))
    assert set(found) == {*model.state_dict(), "2.mean"}
    lists.near = 2 * lists.near
    with pytest.raises(UserError, match=r"'near' of Lists is a tensor of layout torch.sparse_coo"):
        stored(Lists(), state_of(lists))


@pytest.mark.parametrize("method", ["magnitude", "imp", "imp-late", "imp-lr", "snip", "gradual"])
@pytest.mark.parametrize("retrain", [True, False])
def test_it_is_all_one_whether_a_state_tells_of_a_buffer(method: str, retrain: bool) -> None:
    found, other = (
        prune(centred(persistent), made_up(), method, 0.5, training=SHORT, retrain=retrain)
        for persistent in (True, False)
    )
    assert found.accuracy == other.accuracy
    assert found.at_once == other.at_once
    assert torch.equal(found.model[2].mean, other.model[2].mean)
    assert found.model[2].mean.any()
    if found.history and other.history:
        assert found.history.early_accuracy == other.history.early_accuracy


def test_extra_state_that_is_no_tensor_is_carried_along() -> None:
    model = nn.Sequential(Counting(12, 20), nn.ReLU(), nn.Linear(20, 3))
    found = prune(model, made_up(), "magnitude", 0.5, training=SHORT, retrain=False)
    assert found.model[0].count == {"passes": SHORT.steps}
    assert model[0].count == {"passes": 0}
    state = state_of(found.model)
    found.model[0].count["passes"] = 1
    set_state(model, state)
    model[0].count["passes"] = 2
    assert state["0._extra_state"] == {"passes": SHORT.steps}
    with pytest.raises(UserError, match=r"at '0._extra_state': expected extra state, got nothing"):
        rewind(model, {n: v for n, v in state.items() if "extra" not in n})
    with pytest.raises(UserError, match=r"'0._extra_state' of Sequential is dict, which the files"):
        stored(model, state)
