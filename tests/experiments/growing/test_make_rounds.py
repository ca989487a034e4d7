"""Which search and which rounds the settings ask for."""

import pytest

from wann.config import SearchConfig
from wann.errors import UserError
from wann.evaluators.threads import ThreadEvaluator
from wann.evolution.asynchronous import AsynchronousSearch
from wann.evolution.generational import Search
from wann.evolution.islands import Islands
from wann.experiments.growing.asynchronous import AsynchronousRounds
from wann.experiments.growing.generational import GenerationalRounds
from wann.experiments.growing.growth import Growth
from wann.experiments.growing.make_rounds import make_rounds
from wann.tasks.registry import make_task


def test_an_evaluator_of_whole_generations_is_refused() -> None:
    class Whole:
        evaluate = ThreadEvaluator.evaluate

        def close(self) -> None:
            pass

    with pytest.raises(UserError, match="Whole scores whole generations"):
        Growth(SearchConfig(asynchronous=True), Whole())


@pytest.mark.parametrize(
    ("settings", "rounds", "search"),
    [
        ({}, GenerationalRounds, Search),
        ({"islands": 4}, GenerationalRounds, Islands),
        ({"asynchronous": True}, AsynchronousRounds, AsynchronousSearch),
    ],
)
def test_settings_choose_rounds_and_search(
    settings: dict[str, object], rounds: type, search: type
) -> None:
    config = SearchConfig(**{"population": 64, "tournament": 8, **settings})
    with ThreadEvaluator(1) as evaluator:
        made = make_rounds(config, make_task("swingup"), evaluator, None)
    assert type(made) is rounds
    assert type(made.search) is search
    assert made.search.generation == 0
