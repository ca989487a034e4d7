from pathlib import Path

import gymnasium
import numpy as np
import pytest
from genome_toys import grow
from PIL import Image
from render_toys import pixels

from wann.drawing.film import Stage, film_episode, save_gif
from wann.network.compile import compile_genome
from wann.network.network import Network, pack
from wann.network.weightings import Weightings
from wann.tasks.registry import make_task

ENVIRONMENT = "wann.envs:wann/CartPoleSwingUp-v1"
FILMING = make_task("swingup").filming()
STAGE = Stage(FILMING.make, FILMING.begin, FILMING.advance)
BOUNDED = np.array([3, 5])  # sin and tanh


def network() -> Network:
    """A network that keeps the cart on its track for a while."""
    return compile_genome(grow(3, 10, 5, 1, BOUNDED))


def length(weight: float) -> int:
    """How many steps the episode of `film_episode` lasts, according to the task."""
    task = make_task("swingup")
    env = gymnasium.make(ENVIRONMENT)
    env.reset(seed=0)
    starts = env.unwrapped.state[None]  # type: ignore[attr-defined]
    env.close()
    returns, steps = np.empty((1, 1, 1)), np.empty(1, dtype=np.int64)
    task.score(pack([network()]), (0, 1), Weightings.shared([weight]), starts, returns, steps)
    return int(steps[0])


@pytest.mark.parametrize("weight", [0.01, 1.5])
def test_film_lasts_as_long_as_the_task_says(weight: float) -> None:
    every = 50
    assert len(film_episode(network(), weight, STAGE, every=every)) == -(-length(weight) // every)


def scenes(weight: float | np.ndarray) -> np.ndarray:
    """The pictures of a film without their captions."""
    film = film_episode(network(), weight, STAGE, steps=50, every=10)
    return np.array([np.asarray(frame.convert("RGB"), dtype=float)[40:] for frame in film])


def test_one_weight_everywhere_is_the_shared_weight() -> None:
    shared = scenes(0.7)
    assert len(shared) == 5
    # The caption has a say in the palette, thus the tolerance.
    assert np.abs(shared - scenes(np.full(network().connections, 0.7))).mean() < 0.1
    assert np.abs(shared - scenes(-1.5)).mean() > 1.0


def test_gif_moves_and_is_small(tmp_path: Path) -> None:
    frames = film_episode(network(), -1.0, STAGE, steps=100)
    save_gif(frames, tmp_path / "film.gif")
    with Image.open(tmp_path / "film.gif") as film:
        assert film.n_frames == len(frames) == 20
        assert film.info["loop"] == 0
    assert (tmp_path / "film.gif").stat().st_size < 3_000_000 / 10
    assert (pixels(tmp_path / "film.gif") < 100).any()
    assert list(tmp_path.iterdir()) == [tmp_path / "film.gif"]
