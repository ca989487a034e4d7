import mask_toys
import numpy as np
import pytest
import torch
from pruning_toys import generator

from wann.activations import PAPER
from wann.errors import UserError
from wann.pruning.shared import training
from wann.pruning.shared.best_scores import BestScores
from wann.pruning.shared.exact_count import exact_network
from wann.pruning.shared.gates import GATES, keep_best
from wann.pruning.shared.parent import Parent
from wann.pruning.shared.schedule import MaskSchedule, phases_of
from wann.pruning.shared.training import Examples, MaskTrainer, SharedWeights, train_masks

STEPS = MaskSchedule(steps=60, further=0.5, learning_rate=0.02)
ACTIVATIONS = {"agnostic": ("linear", "absolute", "relu"), "mixed": PAPER}


def trainer(kind: str = "agnostic", sizes=(30, 20), seed: int = 0, **settings) -> MaskTrainer:
    hidden = settings.pop("hidden", (8,))
    parent = mask_toys.parent(kind, hidden=hidden, seed=seed, activations=ACTIVATIONS[kind])
    phases = phases_of(sizes, parent.places, settings.pop("schedule", STEPS))
    examples = settings.pop("examples", mask_toys.blobs())
    return MaskTrainer(parent, examples, phases, batch=32, seed=seed, **settings)


def scores_of(of: MaskTrainer) -> list[bytes]:
    return [score.detach().numpy().tobytes() for score in of.parent.scores]


@pytest.mark.parametrize("gates", GATES)
@pytest.mark.parametrize("kind", mask_toys.KINDS)
def test_networks_have_the_sizes_and_classify(kind: str, gates: str) -> None:
    """Under every shared weight, where the parent does not depend on it."""
    schedule = MaskSchedule(steps=200, learning_rate=0.02)
    trained = trainer(kind, gates=gates, schedule=schedule, hidden=(24,))
    networks = list(train_masks(trained))
    assert trained.finished
    assert [network.connections for network in networks] == [30, 20]
    assert np.isnan(trained.advance())
    x, y = mask_toys.blobs()
    weights = (-2.0, -0.3, 0.3, 1.0, 2.0)
    right = [networks[0](x.numpy(), weight).argmax(1) == y.numpy() for weight in weights]
    assert np.mean(right) >= 0.85
    if kind == "agnostic":
        assert all((found == right[0]).all() for found in right)


@pytest.mark.parametrize("gates", GATES)
@pytest.mark.parametrize("kind", mask_toys.KINDS)
def test_a_training_goes_on_from_its_state_to_the_same_bytes(kind: str, gates: str) -> None:
    """Wherever it was stopped: within a phase, at its end, before the first step."""
    whole = trainer(kind, gates=gates)
    expected = list(train_masks(whole))
    for stop in (0, 60, 73):
        first = trainer(kind, gates=gates)
        while first.step < stop:
            first.advance(stop - first.step)
        state = first.state()
        first.advance(5)  # what a state holds does not change with the training
        second = trainer(kind, gates=gates, seed=0)
        second.parent.scores[0].data.zero_()
        second.restore(state)
        while not second.finished:
            second.advance(11)
        assert scores_of(second) == scores_of(whole)
        assert second.log_scale.item() == whole.log_scale.item()
        assert second.network() == expected[-1]
        assert all(
            np.array_equal(value, whole.state()[name]) for name, value in second.state().items()
        )


def test_equal_seeds_give_equal_bytes_and_others_do_not() -> None:
    runs = []
    for seed in (0, 0, 1):
        trained = trainer(seed=seed, gates="bernoulli")
        list(train_masks(trained))
        runs.append(scores_of(trained))
    assert runs[0] == runs[1] != runs[2]


def test_a_network_on_the_way_has_the_size_that_is_come_to() -> None:
    trained = trainer(sizes=(10,))
    assert trained.network().connections == 10
    trained.advance(20)
    assert trained.phase.keep(19) > trained.network().connections == 10


@pytest.mark.parametrize("kind", mask_toys.KINDS)
def test_steps_keep_on_average_as_many_connections_as_asked_for(kind: str) -> None:
    trained = trainer(kind, sizes=(30,), hidden=(24,))
    beyond = []
    for step in range(60):
        trained.advance()
        places = max(1, trained.phase.keep(step) - trained.excess)
        kept = keep_best(trained.parent.worth(), places, trained.parent.shares)
        found = trained.parent.connections([part.numpy() for part in kept])
        beyond.append(found - trained.phase.keep(step))
    assert abs(np.mean(beyond)) <= 3.0


def test_the_best_network_tried_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not the last one, and no one of the size before."""
    trained = trainer(sizes=(30, 20))
    offered = []
    offer = BestScores.offer

    def noted(best: BestScores, parent: Parent, loss: float) -> None:
        worse_later = loss + trained.step  # so that the first one is best
        offered.append((trained.step, worse_later))
        offer(best, parent, worse_later)

    monkeypatch.setattr(BestScores, "offer", noted)
    monkeypatch.setattr(training, "_TRIED_EVERY", 5)
    trained.advance(35)
    first = exact_network(trained.parent, 30)
    assert [step for step, _ in offered] == [35]
    trained.advance(25)
    assert [step for step, _ in offered] == [35, 40, 45, 50, 55, 60]
    assert trained.network() == first != exact_network(trained.parent, 30)
    trained.advance(30)
    assert trained.network().connections == 20


def test_shared_weights_come_from_both_signs_and_all_parts_of_the_magnitudes() -> None:
    drawn = SharedWeights(0.2, 2.0, 4)
    for seed in range(20):
        weights = drawn.draw(generator(seed))
        assert weights.shape == (4,)
        assert (weights[:2] < 0).all()
        low, high = weights[2:]
        assert 0.2 <= low <= 1.1 <= high <= 2.0
        assert (-weights[:2] >= torch.tensor([0.2, 1.1])).all()


def test_batches_take_all_examples_before_any_comes_again() -> None:
    trained = trainer(examples=mask_toys.blobs(64))
    seen = []
    for _ in range(4):
        seen.append(trained._batch()[0])
        trained.step += 1
    first, second = torch.cat(seen[:2]), torch.cat(seen[2:])
    assert not torch.equal(first, second)
    assert torch.equal(first.sort(0).values, second.sort(0).values)


def test_a_state_of_another_training_is_refused() -> None:
    state = trainer().state()
    with pytest.raises(ValueError, match="shape"):
        MaskTrainer(
            mask_toys.parent(hidden=(9,)), mask_toys.blobs(), phases_of([30], 50, STEPS)
        ).restore(state)
    later = trainer()
    later.advance(3)
    without = {name: value for name, value in later.state().items() if "exp_avg 0" not in name}
    with pytest.raises(KeyError):
        trainer().restore(without)


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"sizes": (3,)}, "has 4 connections at least: expected as many, got 3"),
        ({"gates": "topk"}, "unknown kind of gates 'topk': did you mean 'top-k'?"),
    ],
)
def test_bad_settings_are_refused_before_any_step(settings, problem: str) -> None:
    with pytest.raises(UserError) as raised:
        trainer(**settings)
    assert problem in str(raised.value)


def test_a_loss_that_is_no_number_ends_the_training() -> None:
    x, y = mask_toys.blobs()
    x[3, 2] = torch.inf
    with pytest.raises(UserError, match="no finite loss by step"):
        list(train_masks(trainer(examples=Examples(x, y))))
