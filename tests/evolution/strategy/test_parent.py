"""Parents whose places are chosen without labels: which places there are."""

import numpy as np
import pytest

from wann.activations import PAPER, Activation
from wann.activations.table import from_text
from wann.errors import UserError
from wann.evolution.strategy.parent import AGNOSTIC_KINDS, make_parent

CODES = [from_text(name).code for name in PAPER]


def test_each_layer_hears_all_layers_before_it() -> None:
    parent = make_parent("mixed", 2, 1, [2, 1], CODES, 10)
    # 0 to 2 are bias and inputs, 3 the output, 4 and 5 the first layer, 6 the second
    pairs = set(zip(parent.source.tolist(), parent.target.tolist(), strict=True))
    before = {4: {0, 1, 2}, 5: {0, 1, 2}, 6: {0, 1, 2, 4, 5}, 3: {0, 1, 2, 4, 5, 6}}
    assert pairs == {(source, node) for node, sources in before.items() for source in sources}
    assert len(pairs) == parent.places == 17
    assert parent.scores == 17 + 3 * len(CODES)
    assert (parent.fewest, parent.signed) == (1, False)


def test_an_agnostic_parent_hears_through_linear_and_inverse_nodes() -> None:
    parent = make_parent("agnostic", 2, 1, [2], CODES, 10)
    assert parent.leads_to.tolist() == [4, 4, 5, 5, 3, 3]
    into = parent.target[parent.first_place]
    kinds = parent.activation[into].tolist()
    assert kinds == [Activation.LINEAR, Activation.INVERSE] * 3
    assert parent.places == 2 * (2 * 3 + 5)
    assert set(parent.choices.tolist()) == set(AGNOSTIC_KINDS) & set(CODES)
    assert (parent.fewest, parent.signed) == (2, True)
    places = np.diff(np.append(parent.first_place, parent.places))
    assert places.tolist() == [3, 3, 3, 3, 5, 5]


@pytest.mark.parametrize(("inputs", "connections", "units"), [(5, 52, 15), (64, 900, 45)])
def test_as_many_units_as_suit(inputs: int, connections: int, units: int) -> None:
    assert make_parent("mixed", inputs, 1, [], CODES, connections).hidden == units


def test_an_agnostic_parent_needs_activations_of_its_own() -> None:
    sines = [Activation.SIN, Activation.COSINE]
    with pytest.raises(UserError, match="among the activations, got sin, cosine; or give parent"):
        make_parent("agnostic", 2, 1, [2], sines, 10)
    assert make_parent("mixed", 2, 1, [2], sines, 10).choices.tolist() == sines


def test_units_of_an_agnostic_parent_take_the_sign_where_it_is_among_the_activations() -> None:
    codes = np.array([Activation.TANH, Activation.SIGN, Activation.LINEAR])
    assert set(make_parent("agnostic", 2, 1, [2], codes, 10).choices.tolist()) == {
        Activation.SIGN,
        Activation.LINEAR,
    }
