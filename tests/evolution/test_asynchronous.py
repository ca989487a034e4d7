from collections.abc import Callable

import numpy as np
import pytest
from genome_toys import as_bytes

from wann.config import SearchConfig
from wann.evolution.asynchronous import AsynchronousSearch
from wann.evolution.generation import Generation
from wann.evolution.ranking import RANKINGS
from wann.evolution.search_state import SearchState
from wann.evolution.submissions import Submission
from wann.network.genome import validate

Order = Callable[[list[int]], int]


def config(**settings: object) -> SearchConfig:
    return SearchConfig(**{"population": 40, "generations": 6, "tournament": 8, **settings})


def by_size(submission: Submission) -> list[list[float]]:
    return [[float(genome.hidden), genome.hidden + 1.0] for genome in submission.genomes]


def run(
    search: AsynchronousSearch,
    order: Order,
    score: Callable[[Submission], object] = by_size,
    until: int = 10**6,
) -> tuple[list[Generation], list[int]]:
    """Tell the search's submissions in the order in which `order` picks numbers.

    Return generations and numbers.
    """
    waiting: dict[int, Submission] = {}
    told, numbers = [], []
    while not search.finished and len(told) < until:
        waiting |= {submission.number: submission for submission in search.ask()}
        number = order(sorted(waiting))
        numbers.append(number)
        generation = search.tell(number, score(waiting.pop(number)))
        if generation:
            told.append(generation)
    return told, numbers


def first(waiting: list[int]) -> int:
    return waiting[0]


def at_random(seed: int) -> Order:
    rng = np.random.default_rng(seed)
    return lambda waiting: int(rng.choice(waiting))


def genomes_of(told: list[Generation]) -> list[list[bytes | int]]:
    return [as_bytes(genome) for generation in told for genome in generation.genomes]


@pytest.mark.parametrize("ranking", RANKINGS)
def test_every_ranking_improves_and_keeps_genomes_valid(ranking: str) -> None:
    search = AsynchronousSearch(config(ranking=ranking, generations=12), 3, 2)
    told, _ = run(search, at_random(0))
    assert [generation.number for generation in told] == list(range(12))
    assert {len(generation.genomes) for generation in told} == {40}
    for generation in told:
        for genome in generation.genomes:
            validate(genome)
    assert told[-1].mean.max() > told[0].mean.max() + 1
    assert search.best is not None
    assert search.best[0] == max(generation.mean.max() for generation in told)


@pytest.mark.parametrize("batch", [1, 4])
def test_the_order_of_completion_is_all_that_counts(batch: int) -> None:
    settings = config(population=256)
    told, numbers = run(AsynchronousSearch(settings, 3, 1, batch), at_random(1))
    record = iter(numbers)
    again, _ = run(AsynchronousSearch(settings, 3, 1, batch), lambda waiting: next(record))
    assert genomes_of(told) == genomes_of(again)
    other, _ = run(AsynchronousSearch(settings, 3, 1, batch), at_random(2))
    assert genomes_of(told) != genomes_of(other)


def test_nothing_that_is_known_is_submitted() -> None:
    scored: set[tuple[int, bytes]] = set()

    def score(submission: Submission) -> list[list[float]]:
        for network in submission.networks:
            key = submission.generation, b"".join(field.tobytes() for field in network[2:])
            assert key not in scored
            scored.add(key)
        return by_size(submission)

    told, numbers = run(AsynchronousSearch(config(population=256), 2, 1, 4), at_random(3), score)
    assert len(scored) < 0.9 * sum(len(generation.genomes) for generation in told)
    assert sorted(numbers) == list(range(len(numbers)))


def test_copies_earn_what_their_original_earned() -> None:
    # A lottery, so that equal returns are the same return
    def score(submission: Submission) -> list[float]:
        rng = np.random.default_rng(submission.number)
        return rng.random(len(submission.genomes)).tolist()

    search = AsynchronousSearch(config(population=64, generations=1), 2, 1)
    (told,), _ = run(search, first, score)
    earned: dict[bytes, set[float]] = {}
    for network, mean in zip(told.networks, told.mean, strict=True):
        earned.setdefault(b"".join(field.tobytes() for field in network[2:]), set()).add(mean)
    assert len(earned) < 64
    assert all(len(means) == 1 for means in earned.values())


def test_no_return_outlives_a_population() -> None:
    search = AsynchronousSearch(config(generations=20), 3, 1)
    luck = iter([1000.0])  # the first genome told is lucky once

    def score(submission: Submission) -> list[float]:
        return [next(luck, float(genome.hidden)) for genome in submission.genomes]

    told, _ = run(search, at_random(5), score)
    assert told[0].mean.max() == 1000.0
    assert max(member.earned.max() for member in search._members) < 1000.0
    # Its return stood for a generation, and until it was measured again.
    assert told[-1].mean.max() > 4.0
    oldest = min(member.number for member in search._members)
    assert oldest >= 20 * 40 - 40 - 40


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_failed_genomes_have_no_children(bad: float) -> None:
    search = AsynchronousSearch(config(generations=3), 20, 2)

    def score(submission: Submission) -> list[list[float]]:
        fails = submission.number % 7 == 3
        return [[1.0, bad if fails else float(genome.hidden)] for genome in submission.genomes]

    told, _ = run(search, first, score)
    assert told[0].failed >= 5
    failed = [member.number for member in search._members if not np.isfinite(member.earned).all()]
    assert min(failed, default=120) >= 80, "those left came after the last were bred"
    assert search.best is not None
    assert np.isfinite(search.best[0])


def test_a_search_that_fails_whole_is_bred_on() -> None:
    search = AsynchronousSearch(config(), 2, 1)
    told, _ = run(search, at_random(0), lambda submission: np.full(len(submission.genomes), np.nan))
    assert [generation.failed for generation in told] == [40] * 6
    assert search.best is None


@pytest.mark.parametrize("after", [1, 3, 5])
@pytest.mark.parametrize("batch", [1, 3])
def test_restored_search_goes_on_as_the_original(after: int, batch: int) -> None:
    settings = config(population=200)
    search, other = (AsynchronousSearch(settings, 3, 1, batch) for _ in range(2))
    run(search, at_random(6), until=after)
    other.restore(SearchState(search.generation, search.population, search.best, search.memory))
    asked = sorted(search._submissions._open)  # what was asked for and not told is asked for again
    search._submissions._unasked = [
        search._submissions._open[number].submission for number in asked
    ]
    one, one_numbers = run(search, at_random(7))
    two, two_numbers = run(other, at_random(7))
    assert one_numbers == two_numbers
    assert genomes_of(one) == genomes_of(two)
    assert [as_bytes(genome) for genome in search.population] == [
        as_bytes(genome) for genome in other.population
    ]


def test_a_submission_is_told_once() -> None:
    search = AsynchronousSearch(config(), 2, 1)
    submission = search.ask()[0]
    assert search.is_open(submission.number)
    with pytest.raises(ValueError, match="expects returns of shape"):
        search.tell(submission.number, [1.0, 2.0, 3.0, 4.0])
    search.tell(submission.number, by_size(submission))
    assert not search.is_open(submission.number)
    with pytest.raises(ValueError, match="a submission that is open, got 0"):
        search.tell(submission.number, by_size(submission))


@pytest.mark.parametrize("population", [2, 3, 7, 17])
def test_small_populations(population: int) -> None:
    told, _ = run(
        AsynchronousSearch(config(population=population, generations=30), 2, 1, 8), at_random(0)
    )
    assert [len(generation.genomes) for generation in told] == [population] * 30
