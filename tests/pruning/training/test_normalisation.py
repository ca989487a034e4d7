"""Examples are normalised by one pair of numbers for images, by one each for features."""

import numpy as np

from wann.datasets.registry import load_dataset
from wann.pruning import load_data
from wann.pruning.training.data import normalisation_of


def test_what_is_said_is_what_was_done() -> None:
    data, raw = load_data("digits"), load_dataset("digits")
    shift, scale = normalisation_of("digits")
    assert shift.shape == scale.shape == data.shape == (1, 8, 8)
    assert np.ptp(shift) == np.ptp(scale) == 0.0
    scaled = (raw.x_test.reshape(-1, *data.shape) - shift) / scale
    np.testing.assert_allclose(data.x_test.numpy(), scaled, rtol=0, atol=1e-6)
