import mask_toys
import numpy as np
import pytest
import torch
from pruning_toys import generator

from wann.activations import Activation
from wann.pruning.shared.schedule import MaskSchedule, phases_of
from wann.pruning.shared.training import Examples, MaskTrainer, train_masks
from wann.pruning.shared.unit_activations import Chosen, InTurn, activations_of

KINDS = (Activation.LINEAR, Activation.ABSOLUTE, Activation.STEP)


def test_units_in_turn_say_what_their_activations_do() -> None:
    layer = activations_of(KINDS, 5, learned=False, generator=generator())
    assert isinstance(layer, InTurn)
    assert layer.codes().tolist() == sorted(KINDS + KINDS[:2])
    assert layer.scores == []
    said = {Activation.LINEAR: -2.0, Activation.ABSOLUTE: 2.0, Activation.STEP: 0.0}
    expected = [said[Activation(code)] for code in layer.codes().tolist()]
    assert layer.values(torch.full((5,), -2.0)).tolist() == expected


def test_chosen_units_say_what_the_largest_score_says() -> None:
    layer = activations_of(KINDS, 3, learned=True, generator=generator())
    assert isinstance(layer, Chosen)
    assert layer.scores[0].shape == (3, 3)
    layer = layer.with_scores([torch.tensor([[1.0, 0, 0], [0, 2, 1], [1, 1, 0]])])
    assert layer.codes().tolist() == [Activation.LINEAR, Activation.ABSOLUTE, Activation.LINEAR]
    assert layer.values(torch.full((4, 3), -2.0)).tolist() == [[-2.0, 2.0, -2.0]] * 4


def test_gradients_go_to_all_activations_as_if_each_were_added() -> None:
    layer = activations_of(KINDS, 1, learned=True, generator=generator())
    layer.values(torch.tensor([[-2.0], [3.0]])).sum().backward()
    assert layer.scores[0].grad is not None
    assert layer.scores[0].grad.tolist() == [[-2.0 + 3.0, 2.0 + 3.0, 0.0 + 1.0]]


@pytest.mark.parametrize("kind", mask_toys.KINDS)
def test_training_chooses_what_helps_and_goes_on_from_its_state(kind: str) -> None:
    """Classes that are told apart by magnitudes alone: linear units are of no use."""
    x = torch.randn(80, 2, generator=generator())
    examples = Examples(x, (x[:, 0].abs() > x[:, 1].abs()).long())

    def trainer() -> MaskTrainer:
        activations = ("linear", "absolute")
        parent = mask_toys.parent(kind, 2, 2, (8,), activations=activations, learned=True)
        phases = phases_of([16, 12], parent.places, MaskSchedule(60, 0.03))
        return MaskTrainer(parent, examples, phases, batch=80)

    whole, first, second = trainer(), trainer(), trainer()
    networks = list(train_masks(whole))
    assert [network.connections for network in networks] == [16, 12]
    if kind == "agnostic":  # a mixed parent of these cannot subtract
        assert (networks[0](x.numpy(), 1.0).argmax(1) == examples.y.numpy()).mean() > 0.75
    assert Activation.ABSOLUTE in networks[1].activation
    begun = trainer().parent.trained
    assert not all(map(torch.equal, whole.parent.trained, begun))
    first.advance(41)
    second.restore(first.state())
    assert list(train_masks(second))[-1] == networks[-1]
    for a, b in zip(second.parent.trained, whole.parent.trained, strict=True):
        assert np.array_equal(a.detach(), b.detach())
