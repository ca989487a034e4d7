import pytest

from wann.config import SearchConfig
from wann.errors import UserError
from wann.evaluators.threads import ThreadEvaluator
from wann.experiments.growing.growth import Growth


def test_an_evaluator_of_whole_generations_is_refused() -> None:
    class Whole:
        evaluate = ThreadEvaluator.evaluate

        def close(self) -> None:
            pass

    with pytest.raises(UserError, match="Whole scores whole generations"):
        Growth(SearchConfig(asynchronous=True), Whole())
