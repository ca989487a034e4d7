import numpy as np
import pytest
from datasets_toys import write_npz
from genome_toys import grow

from wann.errors import UserError
from wann.evaluators.threads import ThreadEvaluator
from wann.network.compile import compile_genome
from wann.network.weightings import Weightings
from wann.tasks.classify import BLOCK, Classification
from wann.tasks.registry import make_task
from wann.tasks.spec import make_spec, parse_spec

WEIGHTS = Weightings.shared([-1.0, 0.5, 2.0])


@pytest.fixture(scope="module")
def digits() -> Classification:
    return make_task("digits")


@pytest.fixture(scope="module")
def own(tmp_path_factory) -> Classification:
    return make_task(f"data:{write_npz(tmp_path_factory.mktemp('data') / 'own.npz', examples=600)}")


def networks(task: Classification, count: int = 5):
    return [compile_genome(grow(seed, 60, task.inputs, task.outputs)) for seed in range(count)]


def test_tasks_by_name(digits) -> None:
    assert (digits.name, digits.inputs, digits.outputs, digits.measure) == (
        "digits",
        64,
        10,
        "return",
    )
    assert (digits.input_names[9], digits.output_names[3]) == ("1,1", "3")
    assert (digits.held_out.measure, digits.held_out.spec) == ("accuracy", "digits")


def test_a_spec_makes_an_equal_task(own) -> None:
    spec = own.spec + ' {"floor": -3.0}'
    task = make_task(spec)
    assert task.spec == spec
    assert task.floor == -3.0
    np.testing.assert_array_equal(task.images, own.images)


def test_no_part_shares_an_image(digits) -> None:
    train, validation = digits.split
    assert set(train).isdisjoint(validation)
    assert len(train) + len(validation) == len(digits.images)
    drawn = digits.draw_episodes(8, np.random.default_rng(0))
    assert drawn.shape == (8, BLOCK)
    assert len(np.unique(drawn)) == 8 * BLOCK
    assert set(drawn.ravel()) <= set(train)
    confirmed = digits.draw_confirmation(100, np.random.default_rng(0))
    assert confirmed.shape == (1, BLOCK)
    assert set(confirmed.ravel()) <= set(validation)


def test_more_images_than_there_are_come_again(digits) -> None:
    counts = np.bincount(
        digits.draw_episodes(20, np.random.default_rng(0)).ravel(), minlength=1347
    )[digits.split[0]]
    assert set(counts.tolist()) == {2, 3}


def test_the_test_part_is_used_whole(digits) -> None:
    blocks = digits.held_out.draw_episodes(1, np.random.default_rng(0))
    assert sorted(blocks.ravel().tolist()) == list(range(450))


def test_accuracy_is_the_share_of_right_classes(own) -> None:
    network = networks(own)[3]
    held_out = own.held_out
    blocks = held_out.draw_episodes(1, np.random.default_rng(0))
    with ThreadEvaluator(1) as evaluator:
        found = evaluator.evaluate(held_out, [network], WEIGHTS, blocks).returns[0].mean(axis=1)
    logits = held_out.logits(network, WEIGHTS, np.arange(len(held_out.labels)))
    assert logits.shape == (3, len(held_out.labels), 3)
    np.testing.assert_allclose(found, (logits.argmax(axis=2) == held_out.labels).mean(axis=1))


@pytest.mark.parametrize("threads", [1, 2])
def test_images_that_come_again_count_as_often_as_they_come(own, threads: int) -> None:
    (network,), tuning = networks(own, 1), own.tuning
    blocks = tuning.draw_episodes(12, np.random.default_rng(0))
    assert len(np.unique(blocks)) < blocks.size / 2
    with ThreadEvaluator(threads) as evaluator:
        found = evaluator.evaluate(tuning, [network], WEIGHTS, blocks)
    assert found.steps.tolist() == [blocks.size * len(WEIGHTS)]
    for i, block in enumerate(blocks):
        right = tuning.logits(network, WEIGHTS, block).argmax(axis=2) == tuning.labels[block]
        assert np.array_equal(found.returns[0, :, i], right.mean(axis=1))


def test_accuracies_of_several_networks_are_those_of_each_in_any_parts(own) -> None:
    some, task = networks(own), own.tuning
    # So many that not all images of a block are computed at once
    weights = Weightings.shared(np.linspace(-2.0, 2.0, 3000))
    blocks = task.draw_episodes(1, np.random.default_rng(0))
    with ThreadEvaluator(1) as evaluator:
        together = evaluator.evaluate(task, some, weights, blocks).returns
        for i, network in enumerate(some):
            few = evaluator.evaluate(task, [network], weights[::1000], blocks).returns
            np.testing.assert_array_equal(few[0], together[i, ::1000])


def test_a_network_scores_the_same_in_any_company_and_on_any_threads(own) -> None:
    some = networks(own)
    blocks = own.draw_episodes(8, np.random.default_rng(1))
    with ThreadEvaluator(1) as one, ThreadEvaluator(3) as three:
        together = one.evaluate(own, some, WEIGHTS, blocks)
        np.testing.assert_array_equal(
            three.evaluate(own, some, WEIGHTS, blocks).returns, together.returns
        )
        for i in (0, 4):
            alone = one.evaluate(own, [some[i]], WEIGHTS, blocks)
            np.testing.assert_array_equal(alone.returns[0], together.returns[i])
    assert (together.steps == 8 * len(blocks[0]) * len(WEIGHTS)).all()


def test_equal_individual_weights_earn_what_a_shared_one_does(own) -> None:
    network = networks(own)[2]
    blocks = own.draw_episodes(2, np.random.default_rng(1))
    with ThreadEvaluator(1) as evaluator:
        shared = evaluator.evaluate(own, [network], WEIGHTS, blocks).returns
        individual = evaluator.evaluate(
            own,
            [network],
            Weightings.individual(np.tile(WEIGHTS.values, (1, network.connections))),
            blocks,
        ).returns
    np.testing.assert_allclose(individual, shared, rtol=1e-6)


def test_pixels_of_the_test_part_are_scaled_like_those_of_the_training_part(own) -> None:
    assert own.images.min() == 0.0
    assert own.images.max() == 1.0


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("digitz", "digits"),
        ("digits {", "expected settings as a JSON object"),
        ("digits [1]", "digits"),
        ('digits {"flor": -1}', "floor"),
        ('digits {"floor": 1}', "floor must be a number from -1e6 to below 0, got 1"),
        ('digits {"size": true}', "size must be 1 to 256, got True"),
        ('digits {"deskew": 1}', "deskew must be true or false, got 1"),
        ("data:/nowhere/at/all.npz", "does not exist"),
    ],
)
def test_bad_specs(spec: str, message: str) -> None:
    with pytest.raises(UserError, match=message) as caught:
        make_task(spec)
    assert "\n" not in str(caught.value)


def test_specs_round_trip() -> None:
    for spec in ("digits", 'digits {"deskew": true, "size": 4}'):
        assert make_spec(*parse_spec(spec)) == spec
