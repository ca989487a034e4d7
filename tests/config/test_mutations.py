import numpy as np
import pytest

from wann.config.mutations import mutation_texts


@pytest.mark.parametrize("rate", [0.5, np.float64(0.5), np.float32(0.5), np.array(0.5)])
def test_a_frequency_may_be_a_number_of_numpy(rate: object) -> None:
    assert mutation_texts({"my:own": rate}) == ("my:own=0.5",)


def test_a_whole_one_too() -> None:
    assert mutation_texts({"my:own": np.int64(2)}) == ("my:own=2",)
