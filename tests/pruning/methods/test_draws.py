"""Of one seed, no two methods that draw share their draws."""

from dataclasses import replace
from itertools import combinations

import pytest
import torch
from pruning_toys import Mlp, batch, generator

from wann.config import Training
from wann.pruning import masks
from wann.pruning.api import control
from wann.pruning.masks import Masks, overlap
from wann.pruning.methods import METHODS, When, find, prune_at, tickets, while_training
from wann.pruning.methods.draws import draws
from wann.pruning.methods.model_and_data import Subject
from wann.pruning.prune_subject import prune_subject
from wann.pruning.rewind import Rewind
from wann.pruning.scores import Scoring
from wann.pruning.training.data import from_tensors

RANDOM = [name for name, method in METHODS.items() if method.select == "random"] + ["random"]


def subject(**more) -> Subject:
    data = from_tensors(*batch(60, 60, classes=10), *batch(20, 60, classes=10, seed=2))
    training = Training(steps=45, batch=10, check_every=20)
    return Subject(Mlp(60, 80, 60, 10), data, training, **more)


def first_masks(name: str) -> Masks:
    """Return what a method keeps of a model before training, of one seed for all methods."""
    if METHODS[name].when is When.DURING:
        return while_training.plan(subject(), METHODS[name], 0.2)[0]
    given = subject()
    return prune_at(name, given.scoring(given.model, given.full), 0.2)


def apart(one: Masks, other: Masks) -> bool:
    """Whether masks have no more in common than chance gives them; IoU varies by about 0.01."""
    found = overlap(one, other)[""]
    return abs(found.iou - found.expected) < 0.05


def test_of_one_seed_no_two_random_methods_have_more_in_common_than_chance() -> None:
    assert {"random-erk", "random-uniform", "random-snip", "rigl", "set"} < set(RANDOM)
    found = {name: first_masks(name) for name in RANDOM}
    alike = [pair for pair in combinations(RANDOM, 2) if not apart(*(found[n] for n in pair))]
    assert alike == []


def test_equal_generators_of_a_users_own_do_not_join_two_methods() -> None:
    model = Mlp(60, 80, 60, 10)
    one, other = (
        prune_at(name, Scoring(model, masks.full(model), generator=generator(3)), 0.2)
        for name in ("random-uniform", "random-erk")
    )
    assert apart(one, other)


def test_the_same_method_draws_the_same_whatever_it_is_called() -> None:
    again = replace(METHODS["random-erk"], about="another sentence")
    given = subject()
    found = prune_at(again, given.scoring(given.model, given.full), 0.2)
    assert all(torch.equal(mask, found[name]) for name, mask in first_masks("random-erk").items())


def test_controls_of_two_methods_draw_different_masks() -> None:
    given = subject()
    kept = prune_at("random-uniform", given.scoring(given.model, given.full), 0.2)
    for kind in ("random", "shuffle"):
        one, other, again = (
            control(given, kind, kept, method=name).masks for name in ("imp", "snip", "imp")
        )
        assert apart(one, other)
        assert apart(one, kept)
        assert all(torch.equal(one[name], again[name]) for name in one)


def test_each_round_of_drawn_weights_draws_others() -> None:
    given = subject()
    dense = given.train_dense()
    states = []
    for number in (1, 2):
        model = given.copy()
        tickets.set_back(given, Rewind.REINIT, dense, model, number)
        states.append(model.get_parameter("fc1.weight").detach().clone())
    assert not torch.equal(*states)
    once = prune_subject(given, METHODS["imp-reinit"], 0.5, dense=dense)
    again = prune_subject(given, METHODS["imp-reinit"], 0.5, dense=dense)
    assert once.accuracy == again.accuracy


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("random-erk", True),
        ("random", True),
        ("set", True),
        ("imp-reinit", True),
        ("pruning_toys:largest", True),
        ("imp", False),
        ("snip", False),
        ("unit", False),
        ("gradual", False),
    ],
)
def test_methods_that_draw_are_known(name: str, expected: bool) -> None:
    assert draws(find(name)) is expected
