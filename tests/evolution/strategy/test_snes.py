"""The strategy: what it draws, how it ranks, and that it finds what earns more."""

import numpy as np
import pytest

from wann.evolution.strategy import snes


def test_noise_comes_with_its_negative() -> None:
    noise = snes.draw_noise(6, 4, np.random.default_rng(0))
    assert noise.shape == (6, 4)
    assert (noise[:3] == -noise[3:]).all()
    assert snes.draw_noise(5, 4, np.random.default_rng(0)).tolist() == noise[:5].tolist()


def test_utilities_go_by_rank_and_equal_ones_share_theirs() -> None:
    found = snes.utilities(np.array([3.0, -np.inf, 7.0, 5.0]))
    # Table 1: max(0, log(4 / 2 + 1) - log(rank)), as shares, less 1 / 4
    raw = np.maximum(0.0, np.log(3.0) - np.log([3.0, 4.0, 1.0, 2.0]))
    assert found == pytest.approx(raw / raw.sum() - 0.25)
    tied = snes.utilities(np.array([1.0, 2.0, 2.0, 1.0]))
    assert tied[1] == tied[2] == pytest.approx((found[2] + found[3]) / 2)
    assert tied.sum() == pytest.approx(0.0)
    assert snes.utilities(np.full(5, -np.inf)) == pytest.approx(0.0)


def test_it_finds_a_maximum() -> None:
    wanted = np.linspace(-2.0, 2.0, 10)
    distribution = snes.beginning(10)
    for generation in range(150):
        noise = snes.draw_noise(30, 10, np.random.default_rng(generation))
        found = distribution.candidates(noise)
        distribution = snes.followed(distribution, noise, -((found - wanted) ** 2).sum(axis=1))
    assert distribution.mean == pytest.approx(wanted, abs=0.01)
    assert (distribution.spread < 0.05).all()
