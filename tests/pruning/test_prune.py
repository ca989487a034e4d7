"""Pruning in one call, by each kind of method, and the controls of its masks."""

import dataclasses

import pytest

pytest.importorskip("torch")

import torch
from pruning_toys import newest

from wann.config import Training
from wann.errors import UserError
from wann.experiments.pruning.plan import StudyPlan
from wann.pruning.api import control, prune
from wann.pruning.methods import METHODS

PLAN = StudyPlan(
    "lenet-300-100", "digits", ("snip",), (0.2,), training=Training(steps=60, check_every=20)
)


def test_prune_in_one_line_leaves_the_model_as_it_is() -> None:
    model = torch.nn.Sequential(
        torch.nn.Flatten(), torch.nn.Linear(64, 30), torch.nn.ReLU(), torch.nn.Linear(30, 10)
    )
    before = {name: value.clone() for name, value in model.state_dict().items()}
    pruned = prune(
        model, "digits", method="synflow", density=0.1, training=Training(steps=60, check_every=20)
    )
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert pruned.kept == round(0.1 * (64 * 30 + 30 * 10))
    for name, mask in pruned.masks.items():
        assert not pruned.model.get_parameter(name)[~mask].any()
    example = torch.randn(5, 1, 8, 8)
    assert torch.allclose(pruned.shrink(example)(example), pruned.model.eval()(example), atol=1e-5)


@pytest.mark.parametrize(
    "method",
    ["gradual", "rigl", "set", "edge-popup", "supermask", "signed-mask", "imp-late", "unit"],
)
def test_methods_that_train_while_they_prune(method: str) -> None:
    pruned = prune(
        "lenet-300-100", "digits", method, 0.5, training=Training(steps=60, check_every=20)
    )
    if method == "unit":
        assert pruned.density < 0.55
    else:
        assert pruned.kept == round(0.5 * sum(mask.numel() for mask in pruned.masks.values()))
    for name, mask in pruned.masks.items():
        assert not pruned.model.get_parameter(name)[~mask].any()


def test_a_variant_of_a_method_is_still_that_method() -> None:
    """RigL with other layer densities stays RigL: gradients grow its masks, not chance."""
    found = {}
    for name in ("rigl", "set"):
        own = dataclasses.replace(METHODS[name], allocate="uniform")
        found[name] = prune(
            "lenet-300-100", "digits", own, 0.2, training=Training(steps=60, check_every=20)
        ).masks
        shares = [float(mask.float().mean()) for mask in found[name].values()]
        assert shares == pytest.approx([0.2] * len(shares), abs=0.01)
    assert any(not torch.equal(found["rigl"][name], mask) for name, mask in found["set"].items())
    with pytest.raises(UserError, match="as kind, got 'riggel'"):
        dataclasses.replace(METHODS["rigl"], kind="riggel")


def test_a_score_is_a_method() -> None:
    """By its name, as module:function, or the function itself.

    It ranks the weights of the trained model.
    """
    settings = {"density": 0.3, "training": Training(steps=60, check_every=20)}
    one, two, three = (
        prune("lenet-300-100", "digits", score, **settings)
        for score in ("movement", "pruning_toys:newest", newest)
    )
    assert one.kept == 15060
    for name, mask in one.masks.items():
        assert torch.equal(mask, two.masks[name])
        assert torch.equal(mask, three.masks[name])


def test_controls_differ_from_what_they_control() -> None:
    subject = PLAN.subject(0)
    pruned = prune(subject.model, subject.data, "snip", 0.2, training=PLAN.training)
    shuffled, drawn = (control(subject, kind, pruned.masks).masks for kind in ("shuffle", "random"))
    for name, mask in pruned.masks.items():
        assert int(shuffled[name].sum()) == int(mask.sum())
        assert not torch.equal(shuffled[name], mask)
    assert sum(int(mask.sum()) for mask in drawn.values()) == pruned.kept
    with pytest.raises(UserError, match="did you mean 'shuffle'"):
        control(subject, "shufle", pruned.masks)


def test_biases_that_go_with_units_are_masked_and_not_counted() -> None:
    model = torch.nn.Sequential(
        *(torch.nn.Flatten(), torch.nn.Linear(64, 20), torch.nn.BatchNorm1d(20)),
        *(torch.nn.ReLU(), torch.nn.Linear(20, 10)),
    )
    pruned = prune(model, "digits", "unit", 0.5, training=Training(steps=40, check_every=20))
    counts = {name: int(mask.sum()) for name, mask in pruned.masks.items()}
    assert counts == {"1.weight": 640, "4.weight": 200, "1.bias": 10, "2.weight": 10, "2.bias": 10}
    assert pruned.kept == 640 + 200
    assert pruned.density == 840 / (64 * 20 + 20 * 10)
    table = pruned._repr_html_().partition("<table>")[2].partition("</table>")[0]
    cells = [line.split("</td><td>") for line in table.split("</tr>") if line]
    assert [row[1] for row in cells] == ["kept", "640", "200", "840"]
