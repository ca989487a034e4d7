import numpy as np

from wann.evolution.ranking.lexicase import lexicase_parents


def chosen_by_lexicase(
    cases, tolerance, share: float, pool: int, parents: int, seed: int
) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return lexicase_parents(
        cases, tolerance, share, rng.integers(0, len(cases), (parents, pool)), rng
    )


def test_lexicase_keeps_specialists() -> None:
    # Genome 0 is good on average; 1 and 2 excel at one case each and fail at the others.
    cases = np.array([[5.0, 5.0, 5.0], [9.0, 0.0, 0.0], [0.0, 9.0, 0.0]])
    chosen = chosen_by_lexicase(cases, np.zeros(3), 1.0, 3, 400, 0)
    counts = np.bincount(chosen, minlength=3)
    assert (counts > 60).all()


def test_lexicase_tolerance_keeps_near_equals() -> None:
    cases = np.array([[1.0], [0.95], [0.0]])
    chosen = chosen_by_lexicase(cases, np.array([0.1]), 1.0, 30, 300, 0)
    counts = np.bincount(chosen, minlength=3)
    assert counts[2] == 0
    assert counts[1] > 100


def test_lexicase_uses_the_last_case_for_its_share_of_parents() -> None:
    # The second is chosen only where the last case counts, and comes first
    cases = np.array([[1.0, 0.0], [0.0, 1.0]])
    for share, low, high in ((0.0, 0, 0), (1.0, 0.4, 0.6), (0.5, 0.2, 0.3)):
        chosen = chosen_by_lexicase(cases, np.zeros(2), share, 40, 2000, 1)
        assert low <= chosen.mean() <= high
