"""The kernels of pictures, held against plain loops, and the same whatever stands beside."""

import naive
import numpy as np
import pytest
from picture_toys import DOT, drawn_arrays, drawn_file

from wann.kernels import pictures
from wann.kernels.pictures import SIDE
from wann.tasks.gym.encoder_files import read_encoder


@pytest.mark.parametrize("shape", [(30, 40), (84, 96), (64, 64), (1, 130)])
def test_shrinking_is_the_mean_of_areas(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(1)
    given = rng.integers(0, 256, (1, *shape, 3), dtype=np.uint8)
    found = np.empty((1, SIDE, SIDE, 3), dtype=np.uint8)
    pictures.shrink(given, pictures.boxes(shape[0]), pictures.boxes(shape[1]), found)
    # A mean that lies between two bytes may be rounded either way
    assert np.abs(found[0] - naive.shrunk(given[0], SIDE)).max() <= 0.501


def test_latents_are_those_of_plain_loops_and_of_a_picture_alone() -> None:
    rng = np.random.default_rng(2)
    given = rng.integers(0, 256, (5, SIDE, SIDE, 3), dtype=np.uint8)
    encoder = read_encoder(drawn_file())
    found = encoder.encode_shrunk(given)
    assert np.abs(found[0] - naive.latents(given[0], drawn_arrays())).max() < 1e-4
    alone = [encoder.encode_shrunk(one[None])[0] for one in given]
    assert found.tobytes() == np.array(alone).tobytes()


def test_only_the_part_that_counts_is_read() -> None:
    rng = np.random.default_rng(3)
    given = rng.integers(0, 256, (2, DOT.height, DOT.width, 3), dtype=np.uint8)
    cut = DOT._replace(crop=(5, 10, 20, 30))
    others = given.copy()
    others[:, :5] = others[:, 25:] = 0
    others[:, :, :10] = 0
    assert (cut.shrunk(given) == cut.shrunk(others)).all()
    assert (cut.shrunk(given) != DOT.shrunk(given)).any()
