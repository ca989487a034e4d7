import pytest

from wann.config import SearchConfig
from wann.evaluators.threads import ThreadEvaluator
from wann.experiments.growing.growth import Growth, grow


def test_islands_are_scored_in_one_call(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = []
    whole = ThreadEvaluator.evaluate
    monkeypatch.setattr(
        ThreadEvaluator, "evaluate", lambda self, *a: sizes.append(len(a[1])) or whole(self, *a)
    )
    config = SearchConfig(
        task="gym:CartPole-v1",
        population=64,
        generations=6,
        episodes=1,
        confirm_episodes=4,
        tournament=8,
        weights=(1.0, 2.0),
        weight_series="fixed",
        islands=4,
        migrate_every=2,
    )
    with ThreadEvaluator(2) as evaluator:
        rows = list(grow(Growth(config, evaluator)))
    # The others are calls that confirm
    assert [size for size in sizes if size > config.confirm_candidates] == [64] * 6
    assert len(rows) == 6
