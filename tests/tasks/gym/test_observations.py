import gym_toys
import numpy as np
import pytest
from gymnasium import spaces

from wann.errors import UserError
from wann.tasks.gym.observations import make_view


@pytest.mark.parametrize("name", gym_toys.OBSERVATIONS)
def test_every_observation_is_laid_flat_as_gymnasium_does(name: str) -> None:
    space = gym_toys.OBSERVATIONS[name]
    view = make_view(space, "toy")
    assert view.inputs == gym_toys.INPUTS[name] == len(view.names)
    for _ in range(5):
        observation = space.sample()
        np.testing.assert_array_equal(view.see(observation), spaces.flatten(space, observation))
        assert view.see(observation).dtype == np.float64


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Pixels", "a picture of 32 x 32 x 3"),
        ("Large", "4097 numbers, expected at most 4096"),
        ("Text", "a Text observation has no fixed number"),
        ("Sequence", r"a Sequence observation at observation\['a'\] has no fixed number"),
    ],
)
def test_what_is_no_vector_is_refused(name: str, message: str) -> None:
    with pytest.raises(UserError, match=message) as raised:
        make_view(gym_toys.REFUSED[name], "toy")
    assert str(raised.value).startswith("toy: ")
